"""Many trees solved at once: where doubles decide they decide what rationals decide.

A larger run of the random scenarios, by hand: 1,000 scenarios at 24 points each.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_scenarios import random_scenario
from shipped import scenario
from swept_points import along, anywhere, assert_same, at_ties

from negotiation.batched.subgame_perfect import solve
from negotiation.errors import NotApplicableError, ScenarioError
from negotiation.games.points import Along, Points
from negotiation.scenario.blocks import block
from negotiation.scenario.scenario import loads
from negotiation.summaries.equilibrium import tabulate


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_random_trees_with_ties_and_cancellation_are_what_rationals_say(seed):
    """Payoffs with jumps, roots and differences of large numbers; the same payoff at two ends; chance of probability 0."""
    try:
        tested = loads(random_scenario(seed))
    except ScenarioError:
        assume(False)  # a formula has no value at the file's own parameters
    assert_same(tested, anywhere(tested, 10, seed))
    assert_same(tested, at_ties(tested, 10, seed, steps=8))


LARGE_NUMBERS = """
negotiation: 1
title: Differences of large numbers
players: {a: A, b: B}
parameters:
  x: {value: 0.3, range: [0, 1], about: a payoff}
game: {player: a, actions: {left: l, right: r, stay: s}}
outcomes:
  l: {a: "(x + 1e12) - 1e12", b: 0}
  r: {a: x - 1e-9, b: 0}
  s: {a: -1, b: 0}
"""


def test_differences_that_doubles_lose_are_left_to_rationals():
    """At 1e12 doubles lie 1e-4 apart; the difference of 1e-9 between the actions is far below that."""
    tested, points = loads(LARGE_NUMBERS), Points(50, {"x": along([float(x) for x in np.linspace(0.01, 0.99, 50)])})
    table = tabulate(tested, points, {})
    assert set(table.column("exact_solver")) == {1}
    assert [tested.contents.outline.information_sets[0].actions[code] for code in set(table.column("path"))] == ["left"]
    assert_same(tested, points)


def test_two_actions_may_be_equal_if_a_third_is_better():
    """A tie below the best action is no tie of the player's: the point is decided."""
    text = LARGE_NUMBERS.replace('"(x + 1e12) - 1e12"', "x").replace("x - 1e-9", "x").replace("-1", "2")
    assert assert_same(loads(text), Points(3, {"x": along([0.25, 0.5, 0.75])})) == 0


def test_a_tie_makes_a_point_undecided_and_all_its_equilibria_are_listed():
    text = LARGE_NUMBERS.replace('"(x + 1e12) - 1e12"', "x").replace("x - 1e-9", "0.5")
    tested, points = loads(text), Points(3, {"x": along([0.25, 0.5, 0.75])})
    table = tabulate(tested, points, {})
    assert table.column("exact_solver").tolist() == [0, 1, 0]
    assert table.column("equilibria").tolist() == [1, 2, 1]


ALIKE = """
negotiation: 1
title: Two demands that are refused alike
players: {a: A, b: B}
parameters:
  x: {value: 0.3, range: [0, 1], about: what acting is worth}
game:
  player: a
  actions:
    wait: w
    little: {player: b, actions: {grant: g, refuse: {player: a, actions: {act: r, rest: q}}}}
    much: {player: b, actions: {grant: g, refuse: {player: a, actions: {act: s, rest: q}}}}
outcomes:
  w: {a: 0.5, b: 0}
  g: {a: 2, b: -9}
  q: {a: -1, b: 1}
  r: {a: x, b: -x}
  s: {a: x, b: -2 * x}
readings: {small: little > ..., large: much > ...}
"""


def test_ties_at_the_root_that_follow_from_the_formulas_are_no_work_for_the_exact_solver():
    """Both demands end in acting, which is worth x whichever was refused: two equilibria, which the other player tells apart."""
    tested = loads(ALIKE)
    table = tabulate(tested, Points(3, {"x": along([0.25, 0.75, 0.875])}), {})
    assert table.column("exact_solver").tolist() == [0, 0, 0]
    assert table.column("equilibria").tolist() == [1, 2, 2]
    assert table.column("payoff_lowest").tolist() == [[0.5, 0], [0.75, -1.5], [0.875, -1.75]]
    assert table.column("payoff_highest").tolist() == [[0.5, 0], [0.75, -0.75], [0.875, -0.875]]
    assert table.column("reading_highest").tolist() == [[0, 0, 1], [1, 1, 0], [1, 1, 0]]
    assert "regret" in table.cases  # all is certain in each equilibrium, so it is kept by cases
    assert assert_same(tested, anywhere(tested, 40, 1)) == 0
    assert_same(tested, at_ties(tested, 40, 2))
    assert assert_same(tested, Points(1, {"x": along([0.5])})) == 1  # a tie of another kind, with waiting


def test_probabilities_of_chance_reach_the_ends():
    text = """
negotiation: 1
title: A lottery
players: {a: A, b: B}
parameters:
  p: {value: 0.3, range: [0, 1], about: the chance to win}
game:
  player: a
  actions:
    stay: nothing
    play: {chance: {win: {probability: p, then: won}, lose: {probability: 1 - p, then: lost}}}
outcomes:
  nothing: {a: 0, b: 0}
  won: {a: 3, b: 0}
  lost: {a: -1, b: 0}
"""
    tested = loads(text)
    chances = np.array([0.1, 0.3, 0.7])
    table = tabulate(tested, Points(3, {"p": Along(chances, np.arange(3))}), {})
    # Playing is worth 4 p - 1.
    np.testing.assert_allclose(table.column("payoff_lowest")[:, 0], np.maximum(0, 4 * chances - 1), rtol=1e-14)
    np.testing.assert_allclose(table.column("outcome_highest"), [[1, 0, 0], [0, 0.3, 0.7], [0, 0.7, 0.3]], rtol=1e-14)
    assert not table.column("exact_solver").any()
    assert_same(tested, at_ties(tested, 30, 1))


@pytest.mark.parametrize("name", ["alliance", "chicken", "beer_quiche"])
def test_moves_without_knowledge_of_earlier_ones_are_refused(name):
    tested = scenario(name)
    with pytest.raises(NotApplicableError, match="without knowing all that went before"):
        solve(block(tested, anywhere(tested, 3, 1)))
