"""A table of many points says what ``solve`` says at each of them, at exact boundaries too.

A larger run of the same, by hand: 2,000 random points, 2,000 points at multiples of a twentieth of all ranges and a grid of 41 by 41
points in each shipped scenario whose games are solved many at a time.
"""

import numpy as np
import pytest
from shipped import FOLDER, scenario
from swept_points import anywhere, assert_same, at_thresholds, at_ties, on_grid

from negotiation.games.points import Along, Points
from negotiation.summaries.equilibrium import tabulate, takes_many, usual

SHIPPED = sorted(path.stem for path in FOLDER.glob("*.yaml"))

#: Scenarios in which many points are solved at once, by the concept that is usual for them.
BATCHED = [name for name in SHIPPED if takes_many(scenario(name), None)]

#: One game of these takes the exact solver 10 ms, as does a matrix.
SLOW = {"demand_size", *(name for name in BATCHED if scenario(name).is_matrix)}


def test_trees_of_perfect_information_are_solved_many_at_a_time():
    expected = {
        name
        for name in SHIPPED
        if usual(scenario(name)) == "subgame_perfect"
        and scenario(name).stage().has_perfect_information
        and not scenario(name).contents.watched
    }
    assert len(expected) >= 9
    assert expected <= set(BATCHED)


@pytest.mark.parametrize("name", BATCHED)
def test_a_table_says_what_solve_says_at_each_point(name):
    tested, few = scenario(name), name in SLOW
    for points in (
        anywhere(tested, 20 if few else 100, 1),
        at_ties(tested, 10 if few else 60, 2),
        on_grid(tested, 2 if few else 6),
        *(at_thresholds(tested, axis) for axis in tested.sweep_axes),
    ):
        assert_same(tested, points)


@pytest.mark.parametrize("name", ["pretext", "december_2021", "ultimatum"])
def test_nearly_all_points_of_a_sweep_are_decided_at_once(name):
    points = anywhere(scenario(name), 500, 3)
    assert assert_same(scenario(name), points) <= 0.1 * points.size


def test_the_tie_of_the_pretext_is_decided_exactly():
    """At pi_X = 1/2 the challenger is indifferent between the modest demand and the ultimatum, as long as that is refused."""
    tested = scenario("pretext")
    points = at_thresholds(tested, "pi_X")
    assert 0.5 in points.parameters["pi_X"].doubles
    assert assert_same(tested, points) >= 3  # the tie, and points 2**-60 beside it, which no double tells apart


def test_what_else_is_in_a_block_changes_nothing():
    """Each row depends on its point alone: points in another order, or fewer, have the same rows."""

    tested, rng = scenario("pretext"), np.random.default_rng(5)
    points = at_ties(tested, 300, 4)
    whole = tabulate(tested, points, {})
    for places in (rng.permutation(300), np.arange(100, 120), np.array([7])):
        part = tabulate(tested, points.picked(places), {})
        assert {name: part.column(name).tobytes() for name in (*part.dense, *part.cases)} == {
            name: whole.column(name)[places].tobytes() for name in (*whole.dense, *whole.cases)
        }
        assert [part.remarks[case] for case in part.case] == [whole.remarks[case] for case in whole.case[places]]


def test_variants_and_settings_reach_every_point():
    tested = scenario("pretext")
    low, high = map(float, tested.parameters["k_X"].range)
    for variant in ("A", "D", "G"):
        varying = {"k_X": Along(np.linspace(low, high, 41), np.arange(41))}
        assert_same(tested, Points(41, varying, variant, {"h": tested.parameters["h"].value / 2}))


@pytest.mark.parametrize("name", ["december_2021", "stalling"])
def test_a_point_alone_has_the_row_that_it_has_in_company(name):
    """Byte for byte, whether decided in doubles or not: what a whole block prefers is not treated otherwise than what some points do."""

    tested = scenario(name)
    points = at_ties(tested, 60, 8)
    whole = tabulate(tested, points, {})
    for point in range(60):
        alone = tabulate(tested, points.picked(np.array([point])), {})
        for column in (*alone.dense, *alone.cases):
            assert alone.column(column).tobytes() == whole.column(column)[point : point + 1].tobytes()


def test_no_points_have_no_rows():

    assert len(tabulate(scenario("pretext"), Points(0, {"k_X": Along(np.array([1.0]), np.arange(0))}), {}).case) == 0
