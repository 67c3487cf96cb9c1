"""Nash equilibria of matrices at many points: the answers of point by point, and ties left to the exact arithmetic."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from negotiation import load, loads
from negotiation.batched import nash
from negotiation.errors import NotApplicableError
from negotiation.games.points import Along, Points
from negotiation.scenario.blocks import block
from negotiation.solving import solve

SCENARIOS = Path(__file__).parents[2] / "scenarios"
MATRICES = ["battle_of_the_sexes", "chicken", "prisoners_dilemma", "stag_hunt"]

#: Doubles and rationals agree to this where all payoffs are at most 20.
AGREED = 1e-12

SIZES = """negotiation: 1
title: Three by two
players: {north: North, south: South}
parameters:
  a: {value: 1, range: [-3, 3], about: what a cell pays}
  b: {value: 2, range: [-3, 3], about: what another pays}
matrix:
  rows: {north: [up, middle, down]}
  columns: {south: [left, right]}
  payoffs:
    up:     {left: [a, 1/3],         right: [0.3, b]}
    middle: {left: [b * 0.1, a - b], right: [a * a, 0.7]}
    down:   {left: [0.2, -b],        right: [exp(b), a]}
"""

STANDARDS = """negotiation: 1
title: Three standards
players: {north: North, south: South}
parameters:
  a: {value: 1, range: [0.1, 3], about: what both get from the first standard}
  b: {value: 2, range: [0.1, 3], about: what both get from the second one}
matrix:
  rows: {north: [first, second, third]}
  columns: {south: [first, second, third]}
  payoffs:
    first:  {first: [a, 1], second: [0, 0], third: [0, 0]}
    second: {first: [0, 0], second: [b, b], third: [0, 0]}
    third:  {first: [0, 0], second: [0, 0], third: [0.7, a * b]}
"""


def points_of(scenario, levels, count, seed=0):
    """Points drawn from a grid of so many levels over each parameter's range, so that many are at ties."""
    generator = np.random.default_rng(seed)
    along = {}
    for name, parameter in scenario.parameters.items():
        low, high = parameter.range
        values = tuple(low + (high - low) * Fraction(step, levels - 1) for step in range(levels))
        along[name] = Along(values, generator.integers(0, levels, count))
    return Points(count, along)


def assert_same(answers, place, endings, equilibrium):
    """Assert that one of the answers is an equilibrium of a game that was solved by itself."""
    row, column = (np.array(mixture, dtype=float) for mixture in equilibrium.profile)
    cells = np.outer(row, column).reshape(-1)
    if equilibrium.is_pure:
        assert answers.end[place] == cells.argmax()
    else:
        assert answers.end[place] == -1
        np.testing.assert_allclose(endings, cells, rtol=0, atol=AGREED)
    np.testing.assert_allclose(answers.payoffs[place], [float(payoff) for payoff in equilibrium.payoffs], atol=20 * AGREED)


def assert_as_one_by_one(scenario, points):
    """Assert that decided points have the equilibria that their games have one by one, and return which are undecided."""
    answers = nash.solve(block(scenario, points))
    undecided = answers.undecided
    assert answers.complete.all()
    assert answers.regret.max(initial=0.0) <= AGREED
    several = np.cumsum(answers.end < 0) - 1
    for point in np.flatnonzero(~undecided):
        solution = solve(scenario.game(None, **points.settings_at(int(point))), "nash")
        places = np.flatnonzero(answers.game == point)
        assert len(places) == len(solution.equilibria)
        assert solution.complete
        for place, equilibrium in zip(places, solution.equilibria, strict=True):
            assert_same(answers, place, answers.endings[several[place]] if answers.end[place] < 0 else None, equilibrium)
    return undecided


@pytest.mark.parametrize("name", MATRICES)
def test_points_have_the_answers_of_point_by_point(name):
    scenario = load(SCENARIOS / f"{name}.yaml")
    undecided = assert_as_one_by_one(scenario, points_of(scenario, 41, 120))
    assert 0 < undecided.sum() < 30


def test_a_matrix_of_three_by_two_with_fractions_powers_and_an_exponential():
    scenario = loads(SIZES)
    assert assert_as_one_by_one(scenario, points_of(scenario, 25, 120)).sum() < 40


def test_cells_that_pay_the_same_are_a_tie_only_where_it_matters():
    """Coordination on one of three standards: seven equilibria everywhere, of which few points do not know the order."""
    scenario = loads(STANDARDS)
    points = points_of(scenario, 97, 60)
    assert assert_as_one_by_one(scenario, points).sum() <= 6
    answers = nash.solve(block(scenario, points))
    assert set(np.bincount(answers.game)[~answers.undecided].tolist()) == {7}


def test_ties_are_undecided_and_points_next_to_them_are_not():
    """Chicken: with ``win`` equal to ``both_yield`` neither side minds; a thousandth more or less settles it."""
    scenario = load(SCENARIOS / "chicken.yaml")
    win = tuple(Fraction(6) + step * Fraction(1, 1000) for step in (-1, 0, 1))
    points = Points(3, {"win": Along(win, np.arange(3))})
    assert assert_as_one_by_one(scenario, points).tolist() == [False, True, False]


def test_a_tie_between_decimals_is_a_tie():
    """0.1 + 0.2 and 0.3 are different doubles and the same rational."""
    scenario = load(SCENARIOS / "chicken.yaml")
    levels = {"win": Fraction(3, 10), "both_yield": Fraction(3, 10)}
    points = Points(1, {name: Along((value,), np.zeros(1, dtype=np.int64)) for name, value in levels.items()})
    assert nash.solve(block(scenario, points)).undecided.all()


def test_payoffs_that_doubles_do_not_know_are_left_to_the_exact_arithmetic():
    """10^18 + a - 10^18 is a, and 0 in doubles; who is right is seen from a alone."""
    text = SIZES.replace("[a, 1/3]", "[10**18 + a - 10**18, 1/3]")
    assert nash.solve(block(loads(text), points_of(loads(text), 9, 20))).undecided.all()


def test_answers_do_not_depend_on_the_points_that_are_solved_together():
    scenario = load(SCENARIOS / "chicken.yaml")
    points = points_of(scenario, 97, 300)
    whole = nash.solve(block(scenario, points))
    for start, stop in ((0, 7), (7, 300)):
        part = nash.solve(block(scenario, points.picked(np.arange(start, stop))))
        here = (whole.game >= start) & (whole.game < stop)
        np.testing.assert_array_equal(part.undecided, whole.undecided[start:stop])
        np.testing.assert_array_equal(part.game + start, whole.game[here])
        np.testing.assert_array_equal(part.end, whole.end[here])
        np.testing.assert_array_equal(part.payoffs, whole.payoffs[here])
        np.testing.assert_array_equal(part.regret, whole.regret[here])
        np.testing.assert_array_equal(part.endings, whole.endings[here[whole.end < 0]])


def test_trees_and_larger_matrices_are_solved_one_by_one():
    tree = load(SCENARIOS / "pretext.yaml")
    with pytest.raises(NotApplicableError, match=r"pretext\.yaml has no matrix; its games are solved one by one"):
        nash.solve(block(tree, points_of(tree, 3, 2)))
    rows = [f"r{number}" for number in range(6)]
    cells = "\n".join(f"    {row}: {{l: [{number}, 0], r: [0, a]}}" for number, row in enumerate(rows))
    large = loads(
        "negotiation: 1\ntitle: Six rows\nplayers: {north: North, south: South}\n"
        "parameters: {a: {value: 1, range: [0, 1], about: what a cell pays}}\n"
        f"matrix:\n  rows: {{north: [{', '.join(rows)}]}}\n  columns: {{south: [l, r]}}\n  payoffs:\n{cells}\n"
    )
    with pytest.raises(NotApplicableError, match="has a matrix of 6 x 2; more than 5 x 5 are solved one by one"):
        nash.solve(block(large, points_of(large, 3, 2)))
