"""What a table says of the equilibria at each point: codes, extremes over equilibria, what failed, and what is no equilibrium."""

from fractions import Fraction

import numpy as np
import pytest
from shipped import FOLDER, scenario
from swept_points import along, assert_same, at_ties

from negotiation import lookup
from negotiation.errors import ParameterError, UnknownNameError
from negotiation.games.points import Along, Points
from negotiation.games.solution import usual_concept
from negotiation.scenario.scenario import loads
from negotiation.solving import solve
from negotiation.summaries.equilibrium import layout, tabulate, takes_many, usual

SHIPPED = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def said(tested, points, options=None):
    """The columns by name, codes as the names that they stand for."""
    table, columns = tabulate(tested, points, options or {}), layout(tested, points.concept, options or {}).columns
    found = {column.name: table.column(column.name) for column in columns}
    coded = {column.name: [column.names[code] for code in found[column.name]] for column in columns if column.names}
    return found | coded | {"remark": [table.remarks[case] for case in table.case]}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_concept_that_is_meant_is_that_of_the_game(name):
    assert usual(scenario(name)) == usual_concept(scenario(name).game())


def test_the_flagship_is_read_as_its_variants_say():
    """The modest bargain, the causal and the cosmetic pretext and so on, as ``solve`` prints them for the variants."""
    tested = scenario("pretext")
    names = [name for name in tested.variants if name != "H"]
    points = Points(len(names), {key: along([tested.values(name)[key] for name in names]) for key in tested.parameters})
    found = said(tested, points)
    for place, name in enumerate(names):
        (only,) = solve(tested.game(name)).equilibria
        assert found["reading"][place] == (only.reading or "unnamed")
        assert found["path"][place] == " > ".join(only.path)
        assert found["payoff_lowest"][place].tolist() == pytest.approx([float(payoff) for payoff in only.payoffs], abs=1e-12)
    assert set(found["equilibria"]) == {1}
    assert set(found["complete"]) == {"yes"}
    assert set(found["regret"]) == {0.0}
    assert found["payoff_lowest"] is found["payoff_highest"]


TWO = """
negotiation: 1
title: Two that coincide
players: {a: A, b: B}
parameters:
  x: {value: 0.3, range: [0, 1], about: a payoff}
game: {player: a, actions: {left: l, right: r}}
outcomes:
  l: {a: x, b: 1}
  r: {a: 1 - x, b: 1 / x}
readings:
  one: left
  other: {path: right, when: x <= 0.5}
"""


def test_several_equilibria_are_bounded_by_their_extremes():
    found = said(loads(TWO), Points(3, {"x": along([Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)])}))
    assert found["reading"] == ["other", "several", "one"]
    assert found["path"] == ["right", "several", "left"]
    assert found["equilibria"].tolist() == [1, 2, 1]
    assert found["exact_solver"] == ["no", "yes", "no"]
    assert found["payoff_lowest"].tolist() == [[0.75, 4], [0.5, 1], [0.75, 1]]
    assert found["payoff_highest"].tolist() == [[0.75, 4], [0.5, 2], [0.75, 1]]
    assert found["outcome_lowest"].tolist() == [[0, 1], [0, 0], [1, 0]]
    assert found["outcome_highest"].tolist() == [[0, 1], [1, 1], [1, 0]]
    assert found["reading_highest"].tolist() == [[0, 1, 0], [1, 1, 0], [1, 0, 0]]


def test_a_point_without_numbers_fails_and_says_why():
    found = said(loads(TWO), Points(2, {"x": along([0.0, 0.25])}))
    assert found["status"] == ["failed", "solved"]
    assert found["reading"] == ["none", "other"]
    assert found["equilibria"].tolist() == [0, 1]
    assert np.isnan(found["payoff_lowest"][0]).all()
    assert "division by zero" in found["remark"][0]
    assert found["remark"][1] == ""


@pytest.mark.parametrize(
    ("values", "message"),
    [([1.5], "x must lie in"), ([float("nan")], "finite numbers, got nan"), ([float("inf")], "finite numbers, got inf")],
)
def test_a_point_outside_the_range_fails_alone(values, message):
    found = said(loads(TWO), Points(2, {"x": along([0.25, *values])}))
    assert found["status"] == ["solved", "failed"]
    assert message in found["remark"][1]


def test_unknown_names_fail_at_every_point():
    tested = loads(TWO)
    for points in (
        Points(2, {"y": along([0.25, 0.5])}),
        Points(2, {"x": along([0.25, 0.5])}, variant="none such"),
        Points(2, {"x": along([0.25, 0.5])}, settings={"z": Fraction(1)}),
    ):
        found = said(tested, points)
        assert found["status"] == ["failed", "failed"]
        assert all("has no" in remark for remark in found["remark"])


def test_options_are_those_of_the_concept_and_a_time_limit():
    tested = scenario("pretext")
    with pytest.raises(ParameterError, match="subgame_perfect has no option 'precision'; it has seconds"):
        layout(tested, None, {"precision": 1})
    with pytest.raises(ParameterError, match="seconds: expected a number of seconds above 0 for each point, got -1"):
        layout(tested, None, {"seconds": -1})
    with pytest.raises(UnknownNameError, match="no concept 'subgame_prefect'; did you mean 'subgame_perfect'"):
        layout(tested, "subgame_prefect", {})
    assert_same(tested, at_ties(tested, 20, 1), {})
    assert said(tested, at_ties(tested, 20, 1), {"seconds": 60})["status"] == ["solved"] * 20


def test_a_concept_that_needs_an_option_says_so_where_it_is_missing():
    """``level_k`` and others that need a number fail at each point, with the name of what they need."""
    points = Points(2, {"x": along([0.25, 0.75])}, concept="quantal_response")
    found = said(loads(TWO), points, {"precision": 2})
    assert found["status"] == ["solved"] * 2
    assert (found["outcome_lowest"] > 0).all()


@pytest.mark.parametrize("concept", lookup.concepts())
@pytest.mark.parametrize("name", ["chicken", "ultimatum", "beer_quiche", "audience"])
def test_every_concept_says_something_at_every_point(name, concept):
    """Those that do not take the form of the game fail with the reason; those without equilibria say what they report."""
    tested = scenario(name)
    found = said(tested, Points(1, {name: along([each.value]) for name, each in tested.parameters.items()}, concept=concept))
    if found["status"] == ["failed"]:
        assert found["remark"][0]
        assert np.isnan(found["payoff_lowest"]).all()
    elif not found["equilibria"][0]:
        assert "no equilibri" in found["remark"][0]
        assert found["reading"] == found["path"] == ["none"]
    else:
        assert np.isfinite(found["payoff_lowest"]).all()
        assert found["regret"][0] <= 1e-9


def test_correlated_equilibria_are_reported_as_what_they_are():
    tested = scenario("chicken")
    found = said(tested, Points(1, {}, concept="correlated"))
    assert found["equilibria"].tolist() == [0]
    assert found["remark"][0].startswith("correlated says: ")
    assert np.isfinite(found["payoff_highest"]).all()


def test_no_case_is_kept_twice_and_their_order_is_their_own():
    """The cases come in the order of their values, however points are ordered."""
    tested, rng = scenario("pretext"), np.random.default_rng(3)
    points = at_ties(tested, 200, 6)
    one, other = tabulate(tested, points, {}), tabulate(tested, points.picked(rng.permutation(200)), {})
    assert len({tuple(one.cases[name][case].tobytes() for name in one.cases) for case in range(len(one.remarks))}) == len(one.remarks)
    assert {name: column.tobytes() for name, column in one.cases.items()} == {
        name: column.tobytes() for name, column in other.cases.items()
    }


def test_what_every_scenario_can_do_is_known_before_it_is_swept():
    assert takes_many(scenario("pretext"), None)
    assert takes_many(scenario("pretext"), "subgame_perfect")
    assert not takes_many(scenario("pretext"), "sequential")
    assert not takes_many(scenario("audience"), None)


def test_a_scenario_without_anything_that_varies_has_the_same_row_everywhere():
    tested = scenario("seltens_horse")
    found = said(tested, Points(3, {}))
    assert found["status"] == ["solved"] * 3
    assert len({row.tobytes() for row in found["payoff_lowest"]}) == 1
    assert said(scenario("pretext"), Points(2, {}))["reading"] == ["causal pretext"] * 2


def test_many_points_of_a_large_tree_are_solved_in_pieces():
    """Pieces of a block have the rows that the whole has."""
    tested = scenario("demand_size")
    points = Points(70_000, {"pi": Along(np.array([0.1234567, 0.7891234]), np.arange(70_000) % 2), "kappa": along([1.2345] * 70_000)})
    table, few = tabulate(tested, points, {}), tabulate(tested, points.picked(np.arange(2)), {})
    assert not few.column("exact_solver").any()
    for name in ("path", "payoff_lowest", "equilibria"):
        np.testing.assert_array_equal(table.column(name), np.tile(few.column(name).T, 35_000).T)
