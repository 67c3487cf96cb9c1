"""Every kind of summary: what its columns promise is what its tables hold, whatever the points are that stand together."""

import inspect
import json

import numpy as np
import pytest
from shipped import scenario

from negotiation import lookup
from negotiation.errors import UnknownNameError
from negotiation.games.points import Along, Points
from negotiation.games.tables import Layout, Table

SCENARIO = "posture"


def ratio(found, variant, settings):
    """A function of one's own that has no number where acting gains nothing."""
    values = found.values(variant, **settings)
    return {"ratio": values["a"] / values["g"], "both": [values["a"], values["g"]]}


OPTIONS = {"own_function": {"function": ratio}}

members = pytest.mark.parametrize("name", lookup.summaries())


def some():
    """Nine points along two parameters of the scenario, over their ranges."""
    first, second = list(scenario(SCENARIO).parameters.values())[:2]
    along = {
        each.name: Along(np.linspace(float(each.range[0]), float(each.range[1]), 3), index)
        for each, index in ((first, np.repeat(np.arange(3), 3)), (second, np.tile(np.arange(3), 3)))
    }
    return Points(9, along)


def asked(name):
    module, options = lookup.summary(name), OPTIONS.get(name, {})
    file = scenario(SCENARIO)
    return module.layout(file, None, options), lambda points: module.tabulate(file, points, options)


@members
def test_members_have_the_functions_of_the_family(name):
    module = lookup.summary(name)
    assert list(inspect.signature(module.layout).parameters) == ["scenario", "concept", "options"]
    assert list(inspect.signature(module.tabulate).parameters) == ["scenario", "points", "options"]
    assert inspect.getdoc(module)


@members
def test_columns_are_named_and_explained(name):
    layout, _ = asked(name)
    assert isinstance(layout, Layout)
    names = [column.name for column in layout.columns]
    assert len(set(names)) == len(names)
    assert all(each.isidentifier() for each in names)
    assert all(column.about for column in layout.columns)
    assert {dimension for column in layout.columns for dimension in column.dimensions} <= set(layout.labels)
    assert all(len(set(labels)) == len(labels) for labels in layout.labels.values())
    assert layout.columns[0].name == "status"
    assert layout.columns[0].names[1] == "failed"


@members
def test_tables_hold_the_columns_of_the_layout(name):
    layout, tabulate = asked(name)
    table = tabulate(some())
    assert isinstance(table, Table)
    assert set(table.dense) | set(table.cases) == {column.name for column in layout.columns}
    assert not set(table.dense) & set(table.cases)
    assert len(table.remarks) > table.case.max()
    for column in layout.columns:
        found = table.column(column.name)
        assert found.shape == (9, *(len(layout.labels[dimension]) for dimension in column.dimensions))
        if column.names:
            assert found.min() >= 0
            assert found.max() < len(column.names)


@members
def test_rows_that_fail_say_why_and_hold_no_numbers(name):
    layout, tabulate = asked(name)
    table = tabulate(some())
    failed = table.column("status") == 1
    assert all(table.remarks[case] and "\n" not in table.remarks[case] for case in table.case[failed])
    for column in layout.columns:
        if column.dtype == "float64":
            assert np.isnan(table.column(column.name)[failed]).all()
            assert not np.isnan(table.column(column.name)[~failed]).any()


@members
def test_a_row_depends_on_its_point_alone(name):
    _, tabulate = asked(name)
    points = some()
    whole = tabulate(points)
    for places in ([4], [8, 0, 3]):
        part = tabulate(points.picked(np.array(places)))
        for column in (*whole.dense, *whole.cases):
            assert np.array_equal(part.column(column), whole.column(column)[places], equal_nan=whole.column(column).dtype.kind == "f")
        assert [part.remarks[case] for case in part.case] == [whole.remarks[case] for case in whole.case[places]]


@members
def test_what_a_sweep_stores_of_options_is_json(name):
    prepared = getattr(lookup.summary(name), "prepared", None)
    options = OPTIONS.get(name, {})
    kept = options if prepared is None else prepared(scenario(SCENARIO), options)
    assert json.loads(json.dumps({key: value for key, value in kept.items() if not callable(value)})) is not None
    assert set(options) <= set(kept)


def test_unknown_summaries_are_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"there is no summary 'simulations'; did you mean 'simulation'\?"):
        lookup.summary("simulations")
