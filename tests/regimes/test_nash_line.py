"""Nash equilibria along a line: exact intervals against closed forms, and against plain enumeration at points."""

from fractions import Fraction
from functools import partial

import pytest
from matrices_in_x import matrix_in_x, near, random_tables
from shipped import pure_equilibria, scenario, whole_numbers

from negotiation.boundaries import regimes
from negotiation.boundaries.line import line_of
from negotiation.boundaries.mixtures import polyhedra_at, value_of
from negotiation.boundaries.nash import settled_nash
from negotiation.boundaries.symbolic import LineField
from negotiation.budget import UNLIMITED
from negotiation.exact.extreme_equilibria import extreme_equilibria
from negotiation.exact.real_points import compare_points, rational_point
from negotiation.games.plans import reduced_normal_form

line = partial(line_of, axis="x", within=None, variant=None, settings={})


def followed(found, value):
    """The equilibria that a settled line has at a rational: their probabilities from the formulas of the stretch, exactly."""
    point, settled = rational_point(value), found.settled
    for end, state in zip(settled.points, settled.at, strict=True):
        if not compare_points(end, point):
            return _profiles(state, value)
    (stretch,) = [each for each in settled.stretches if compare_points(each.low, point) < 0 < compare_points(each.high, point)]
    return _profiles(stretch.state, value)


def _profiles(state, value):
    return {tuple(tuple(value_of(weight, value) for weight in row) for row in each.rows) for each in state.equilibria}


def enumerated(base, value, axis="x"):
    """The extreme equilibria at a rational, from the numbers alone."""
    return set(extreme_equilibria(base.game(None, **{axis: value})).profiles)


@pytest.mark.parametrize(("rows", "columns", "degree", "largest"), [(2, 2, 1, 5), (2, 2, 2, 4), (3, 3, 1, 5), (2, 3, 1, 2), (3, 3, 1, 1)])
def test_random_matrices_at_random_points_and_on_both_sides_of_each_threshold(rows, columns, degree, largest):
    """Small whole coefficients make ties that hold along the whole line, and continua of equilibria."""
    draw = whole_numbers(100 * rows + 10 * columns + degree)
    checked = 0
    for _ in range(4):
        base = matrix_in_x(*random_tables(draw, rows, columns, degree, largest))
        found = settled_nash(line(base), UNLIMITED)
        points = [Fraction(draw(-4000, 4000), 1000) for _ in range(4)]
        points += [value for end in found.settled.points[1:-1] if end.exact is not None for value in near(end.exact)]
        for value in points:
            assert followed(found, value) == enumerated(base, value)
            checked += 1
    assert checked >= 16


def test_a_threshold_that_is_no_rational_is_a_root_with_what_holds_exactly_there():
    """The row player gets x * x - 2 in one row and 0 in the other: the first dominates beyond the root of 2."""
    base = matrix_in_x([["x ** 2 - 2", "x ** 2 - 2"], ["0", "0"]], [["1", "0"], ["1", "0"]], low=0, high=4)
    found = regimes(base, "x")
    (threshold,) = found.thresholds
    assert (threshold.at.exact, str(threshold.at.minimal)) == (None, "x^2 + (-2)")
    assert [each.readings for each in found.regions] == [("r1 > c0",), ("r0 > c0",)]
    assert set(threshold.readings) == {"r0 > c0", "r1 > c0"}
    ending, beginning = threshold.changes
    assert (ending.equilibrium, ending.begins, ending.player, ending.strategy, ending.condition) == (
        "r1 > c0",
        False,
        "row",
        "r0",
        "2 > x**2",
    )
    assert (beginning.equilibrium, beginning.begins, beginning.condition) == ("r0 > c0", True, "x**2 > 2")


def test_vertices_at_points_that_are_no_rationals_are_limits_and_solutions_of_all_systems_alike():
    """The labels of all vertices at roots, once from the vertices just below, once from every system of labels."""
    draw, checked = whole_numbers(5), 0
    for _ in range(6):
        base = matrix_in_x(*random_tables(draw, 2, 3, 2, 4))
        found = settled_nash(line(base), UNLIMITED)
        for point, state in zip(found.settled.points, found.settled.at, strict=True):
            if point.exact is None:
                systems = polyhedra_at(state.payoffs, (2, 3), LineField(point))
                for one, other in zip(state.polyhedra, systems, strict=True):
                    assert {(each.used, each.best) for each in one.vertices} == {(each.used, each.best) for each in other.vertices}
                checked += 1
    assert checked >= 10


def test_coordination_has_its_mixed_equilibrium_between_the_two_dominances():
    """Both get x on the first diagonal cell and 1 on the second: pure first for x > 0, pure second always, mixed for x > 0."""
    base = matrix_in_x([["x", "0"], ["0", "1"]], [["x", "0"], ["0", "1"]])
    found = regimes(base, "x")
    assert [(float(each.low), float(each.high), len(each.equilibria)) for each in found.regions] == [(-4, 0, 1), (0, 4, 3)]
    mixed = [each for each in found.regions[1].equilibria if not each.is_pure]
    value = found.regions[1].witness
    assert [each.profile for each in mixed] == [((1 / (1 + value), value / (1 + value)),) * 2]
    assert {each.condition for each in found.thresholds[0].changes} == {"x > 0"}


@pytest.mark.parametrize(
    ("name", "axis", "expected"),
    [
        ("chicken", "crash", [("yield_alone > crash", 2), ("crash > yield_alone", 2)]),
        ("prisoners_dilemma", "temptation", [("reward > temptation", 3)]),
        ("stag_hunt", "hare", [("hare > alone", 0), ("stag > hare", 5)]),
        ("cohesion", "A_1", [("h_1 + s > A_1", 9), ("A_1 + j > h_1", Fraction(13, 2))]),
    ],
)
def test_conditions_of_shipped_matrices_are_the_textbook_ones(name, axis, expected):
    """Chicken: yielding alone against the crash; the dilemma: reward against temptation; and so on."""
    found = regimes(scenario(name), axis)
    conditions = {(change.condition, threshold.at.exact) for threshold in found.thresholds for change in threshold.changes}
    assert set(expected) <= conditions


def test_plans_of_a_tree_with_private_types_are_followed_exactly():
    """Beer or quiche (Cho and Kreps 1987): both pooling equilibria need the strong to be the likelier half."""
    base = scenario("beer_quiche")
    found = settled_nash(line_of(base, "p_strong", None, None, {}), UNLIMITED)
    assert [end.exact for end in found.settled.points] == [0, Fraction(1, 2), 1]
    for value in (Fraction(0), Fraction(1, 7), Fraction(1, 2), Fraction(3, 4), Fraction(1)):
        form = reduced_normal_form(base.game(None, p_strong=value)).game
        assert followed(found, value) == set(extreme_equilibria(form).profiles)
    told = regimes(base, "p_strong", concept="nash")
    assert "2 * p_strong > 1" in {change.condition for change in told.thresholds[0].changes}


def test_with_three_players_pure_equilibria_are_followed_and_that_is_said():
    base = scenario("alliance")
    found = regimes(base, "A_1", concept="nash")
    assert found.notes == (
        "only equilibria in pure strategies were looked for: mixed ones are followed in games of two players, and this one has 3",
    )
    assert [each.at.exact for each in found.thresholds] == [7]
    for region in found.regions:
        assert len(pure_equilibria(base.game(None, A_1=region.witness))) == len(region.equilibria)
        assert not region.complete
        assert all(each.regret == 0 for each in region.equilibria)


def test_what_the_game_does_not_use_need_not_be_a_quotient_of_polynomials():
    """The war of attrition has logarithms and exponentials in how rounds repeat, and none in a round."""
    found = regimes(scenario("attrition"), "z_C")
    assert (found.concept, found.resolution, len(found.regions)) == ("nash", 0, 1)


def test_sets_of_equilibria_are_said_to_be_sets():
    found = regimes(scenario("posture"), "g", variant="yielding target")
    assert any("the ends of a whole set" in note for note in found.notes)
