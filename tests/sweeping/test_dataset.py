"""Results as labelled arrays: each number at its place, names, units, and what has to be known of them."""

import json

import numpy as np
import pandas as pd
import pytest
import sweep_results
from demand_scenario import SCENARIO, TEXT
from hypothesis import given, settings
from hypothesis import strategies as st
from sweep_results import LAYOUT, READINGS, payoffs_of, tables, task

from negotiation.designs.product import design
from negotiation.designs.sobol import sobol
from negotiation.designs.zipped import zipped
from negotiation.errors import ParameterError
from negotiation.games.tables import Column, Layout, Table
from negotiation.scenario.scenario import loads
from negotiation.sweeping.dataset import dataset, labels
from negotiation.sweeping.task import Task


def results(given_task, block=7, **options):
    return dataset(given_task, LAYOUT, tables(given_task.design.size, block, **options))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=3), st.integers(1, 40))
def test_each_number_is_at_the_point_that_it_was_computed_for(lengths, block):
    names = ["share", "blame", "repeat.rounds"][: len(lengths)]
    made = task(*(f"{name}={','.join(str(i / 10) for i in range(n))}," for name, n in zip(names, lengths, strict=True)))
    found = results(made, block)
    assert dict(found.sizes) == dict(zip(names, lengths, strict=True)) | {"reading_name": 3, "player": 2}
    for number in range(made.design.size):
        place = np.unravel_index(number, lengths)
        at = found.sel({name: i / 10 for name, i in zip(names, place, strict=True)})
        assert at.number == number
        np.testing.assert_array_equal(at.payoff_lowest.sel(player=["responder", "proposer"]), payoffs_of(np.array(number))[::-1])
        assert at.equilibria == (0 if number % 5 == 0 else 3 if number % 2 == 0 else 1)


def test_axes_have_the_meaning_and_the_unit_that_the_file_gives():
    found = results(task("share=3", "behaviour.responder.precision=1:4:4", variants=["generous", ""], seeds=[5, 1]))
    assert list(found.sizes)[:4] == ["variant", "seed", "share", "behaviour.responder.precision"]
    assert found.share.attrs == {"long_name": "what the responder is offered", "units": "pies"}
    assert "precision" in found["behaviour.responder.precision"].attrs["long_name"]
    assert found.variant.values.tolist() == ["generous", ""]
    assert found.seed.values.tolist() == [5, 1]
    assert found.payoff_lowest.attrs == {"long_name": "the lowest payoff", "units": "payoff"}


def test_exact_values_become_the_nearest_doubles():
    assert results(task("share=0,1/3,0.1")).share.values.tolist() == [0, 1 / 3, 0.1]


def test_what_varies_together_is_along_points_that_are_numbered():
    found = results(task(zipped(SCENARIO, ["share=0,0.5,1", "blame=2,1,0"]), "repeat.rounds=5,6"))
    assert dict(found.sizes) == {"point": 3, "repeat.rounds": 2, "reading_name": 3, "player": 2}
    assert (found.point.values.tolist(), found.share.dims, found.blame.values.tolist()) == ([1, 2, 3], ("point",), [2, 1, 0])
    assert found.number.sel(point=2).values.tolist() == [2, 3]
    drawn = results(task(sobol(SCENARIO, 8, ["blame"])))
    assert drawn.blame.dims == ("point",)


def test_codes_are_small_whole_numbers_with_their_names_as_the_cf_conventions_have_them():
    found = results(task("share=5", "blame=2"))
    assert found.reading.dtype == np.int8
    assert json.loads(found.reading.attrs["names"]) == list(READINGS)
    assert found.reading.attrs["flag_values"].tolist() == [0, 1, 2]
    assert found.reading.attrs["flag_meanings"] == "bargain a_strange_name unnamed"
    assert found.reading.attrs["long_name"] == "what its play is called"
    assert found.reading_name.values.tolist() == list(READINGS)


def test_labels_are_the_names_in_place_of_the_codes():
    found = results(task("share=5", "blame=2"))
    named = labels(found, "reading")
    assert (named.dims, named.attrs) == (("share", "blame"), {"long_name": "what its play is called"})
    assert named.values.ravel().tolist() == [READINGS[code] for code in found.reading.values.ravel()]
    with pytest.raises(ParameterError, match="'readings' is no variable with names; there are status, reading, exact_solver"):
        labels(found, "readings")


def test_what_has_to_be_known_is_in_the_attributes():
    """Of 10 points 0 and 5 fail, and 2, 4, 6, 8 are decided exactly."""
    found = results(task("share=5", "blame=2"))
    assert found.attrs["notes"].splitlines() == [
        "the exact solver decided 4 of 10 points",
        "2 of 10 points could not be computed; their numbers are NaN",
        "at 2 points: no number, at all",
    ]
    assert (found.attrs["title"], found.attrs["scenario"], found.attrs["Conventions"]) == ("A small ultimatum", TEXT, "CF-1.10")
    origin = json.loads(found.attrs["provenance"])
    assert origin["sha256"] == SCENARIO.digest
    assert origin["design"] == json.loads(json.dumps(task("share=5", "blame=2").design.document()))
    assert set(origin["packages"]) >= {"numpy", "scipy"}


def test_points_that_have_not_been_computed_are_marked_and_counted():
    found = results(task("share=5", "blame=2"), block=4, left_out=(1,))
    assert found.status.values.ravel().tolist() == [1, 0, 0, 0, -1, -1, -1, -1, 0, 0]
    assert found.equilibria.values.ravel().tolist()[4:8] == [-1] * 4
    assert np.isnan(found.number.values.ravel()).tolist() == [False] * 4 + [True] * 4 + [False] * 2
    note = "6 of 10 points have been computed; at the others codes and whole numbers are -1, numbers NaN"
    assert found.attrs["notes"].splitlines()[0] == note
    assert labels(found, "reading").values.ravel().tolist()[3:6] == ["bargain", "(not computed)", "(not computed)"]


def test_the_commonest_remarks_are_told_and_the_others_counted():
    def many():
        for start in range(0, 10, 5):
            case = np.array([0, 1, 2, 3, 3], dtype=np.uint32) + (3 if start else 0)
            yield start, start + 5, Table({"number": np.arange(5.0)}, case, {}, tuple(f"remark {i}" for i in range(7)))

    found = dataset(task("share=5", "blame=2"), Layout((Column("number", "a number"),)), many())
    assert found.attrs["notes"].splitlines() == [
        "at 3 points: remark 3",
        "at 2 points: remark 6",
        "at 1 point: remark 0",
        "at 1 point: remark 1",
        "at 1 point: remark 2",
        "and other remarks at 2 points",
    ]


def test_remarks_that_differ_from_point_to_point_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr("negotiation.sweeping.telling.MOST_COUNTED", 4)
    remarks = tuple(f"at {i}" for i in range(10))
    rows = Table({"number": np.arange(10.0)}, np.arange(10, dtype=np.uint32), {}, remarks)
    found = dataset(task("share=5", "blame=2"), Layout((Column("number", "a number"),)), [(0, 10, rows)])
    lines = found.attrs["notes"].splitlines()
    assert len(lines) < 5
    assert lines[-1] == f"and other remarks at {10 - (len(lines) - 1)} points"


def test_some_columns_can_be_asked_for():
    made = task("share=5", "blame=2")
    found = dataset(made, LAYOUT, tables(10, 3), ["number", "reading"])
    assert (list(found.data_vars), list(found.coords)) == (["reading", "number"], ["share", "blame"])
    with pytest.raises(ParameterError, match=r"there is no column 'numbr'; did you mean 'number'\?"):
        dataset(made, LAYOUT, tables(10, 3), ["numbr"])


def test_a_parameter_with_the_name_of_a_column_or_of_a_dimension_has_another_one():
    text = TEXT.replace("blame", "status").replace("share", "player")
    made = loads(text, file="names.yaml")
    found = dataset(Task(text, "names.yaml", design(made, ["status=2", "player=2"])), LAYOUT, tables(4, 3))
    assert list(found.sizes) == ["parameter_status", "parameter_player", "reading_name", "player"]
    assert found.parameter_player.attrs["long_name"] == "what the responder is offered"


def test_labelled_arrays_become_tables_of_pandas():
    frame = results(task("share=5", "blame=2"))[["number", "reading"]].to_dataframe()
    assert isinstance(frame, pd.DataFrame)
    assert frame.loc[(0.25, 2.0)].to_dict() == {"number": 3, "reading": 0}


def test_very_many_names_are_told_without_flags():
    names = tuple(f"course {i}" for i in range(40_000))
    layout = Layout((Column("path", "what was played", names=names, dtype="uint32"),))
    rows = Table({"path": np.array([0, 39_999], dtype=np.uint32)}, np.zeros(2, dtype=np.uint32), {}, ("",))
    found = dataset(task("share=2"), layout, [(0, 2, rows)])
    assert found.path.dtype == np.int32
    assert "flag_values" not in found.path.attrs
    assert labels(found, "path").values.tolist() == ["course 0", "course 39999"]


def test_the_formula_of_these_tests_covers_all_cases():
    assert set(sweep_results.case_of(np.arange(10)).tolist()) == {0, 1, 2}
