"""Thresholds that are closed in by solving: against closed forms, against exact ones, and what is said of them."""

from fractions import Fraction

import pytest
from shipped import scenario

from negotiation.boundaries import Axis, Refinement, plane, regimes
from negotiation.boundaries.bracketing import FINE, bracketed_regimes, sampled
from negotiation.boundaries.line import line_of
from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import NotApplicableError, SolverError, UnknownNameError
from negotiation.scenario.scenario import loads
from negotiation.solving import solve


@pytest.mark.parametrize(
    ("name", "axis", "expected"),
    [
        # Cho and Kreps (1987): pooling needs the strong to be at least as likely as the weak.
        ("beer_quiche", "p_strong", Fraction(1, 2)),
        ("reputation", "prior", Fraction(1, 2)),
        ("two_sided", "tau", Fraction(2, 3)),
        ("alliance", "A_1", Fraction(7)),
    ],
)
def test_thresholds_of_other_games_are_met_to_ten_digits_with_few_solutions(name, axis, expected):
    found = regimes(scenario(name), axis)
    (threshold,) = found.thresholds
    low, high = threshold.bracket
    assert low <= expected <= high
    assert high - low <= Fraction(1, 10**9) * (found.line.high - found.line.low)
    assert threshold.at.exact == expected
    assert found.resolution == 65_536
    assert found.resolution / found.points > 400


def test_both_ways_agree_where_both_can_be_had():
    """The exact thresholds of the pretext scenario lie in the brackets, between the same readings."""
    base = scenario("pretext")
    for axis in ("pi_X", "b", "k_X", "c_X"):
        exact = regimes(base, axis)
        closed = bracketed_regimes(line_of(base, axis, None, None, {}), "subgame_perfect", (), FINE, UNLIMITED)
        assert [each.readings for each in closed.regions] == [each.readings for each in exact.regions]
        for one, other in zip(closed.thresholds, exact.thresholds, strict=True):
            assert one.bracket[0] <= other.at.exact <= one.bracket[1]


def test_what_lies_between_two_points_of_the_first_grid_can_be_missed_and_more_points_find_it():
    """One prefers going for 1 < x < 1.01 only."""
    text = """
negotiation: 1
title: A narrow chance
players: {one: One, two: Two}
parameters: {x: {value: 2, range: [0, 4], about: what varies}}
game:
  player: one
  actions: {stop: stopped, go: gone}
outcomes: {stopped: {one: 0, two: 0}, gone: {one: "1 if exp(0) < x and x < 1.01 else -1", two: 0}}
"""
    line = line_of(loads(text), "x", None, None, {})
    how = [bracketed_regimes(line, "nash", (), Refinement(first=first), UNLIMITED) for first in (3, 401)]
    assert [len(each.regions) for each in how] == [1, 3]
    assert len(regimes(loads(text), "x").regions) == 3


def test_a_game_that_cannot_be_solved_somewhere_is_told_and_nowhere_is_an_error():
    """The probability 1.5 - x is none below 1/2."""
    text = """
negotiation: 1
title: A gamble
players: {one: One, two: Two}
parameters: {x: {value: 1, range: [0, 1], about: what varies}}
game:
  player: one
  actions:
    stop: stopped
    go: {chance: {won: {probability: 1.5 - x, then: won}, lost: {probability: x - 0.5, then: lost}}}
outcomes: {stopped: {one: 0.5, two: 0}, won: {one: 1, two: 0}, lost: {one: 0, two: 0}}
"""
    samples = sampled(line_of(loads(text), "x", None, None, {}), "subgame_perfect", Refinement(8, 2), UNLIMITED)
    assert [each.value for each in samples if each.failure][-1] < Fraction(1, 2)
    assert "must be at least 0" in samples[0].failure
    assert samples[0].readings == ("(no answer)",)
    with pytest.raises(SolverError, match=r"could be solved at none of 9 points: .*must be at least 0"):
        sampled(line_of(loads(text), "x", (0, "0.4"), None, {}), "subgame_perfect", Refinement(8, 2), UNLIMITED)


def test_what_cannot_be_asked():
    base = scenario("beer_quiche")
    with pytest.raises(UnknownNameError, match="nosh"):
        regimes(base, "p_strong", concept="nosh")
    with pytest.raises(NotApplicableError, match="lists no equilibria"):
        regimes(scenario("chicken"), "crash", concept="correlated")
    with pytest.raises(SolverError, match="the time limit was reached"):
        regimes(base, "p_strong", budget=Budget.of_seconds(1e-9))


def test_a_plane_without_exact_conditions_is_solved_line_by_line():
    """How long a reply may take depends on logarithms: in time while log((o + z) / (R_X + z)) / log(delta) exceeds it."""
    base = scenario("stalling")
    found = plane(base, Axis("R_X"), Axis("o"))
    assert not found.is_exact
    assert (found.columns, dict(found.boundaries)) == ((), {})
    assert "log of something that varies" in found.notes[0]
    assert found.grid > 30 * found.solves
    for row in found.rows[::6]:
        for threshold in row.line.thresholds:
            low, high = threshold.bracket
            assert high - low <= 2 * Fraction(20, 512)  # twice where a threshold is met exactly
            names = [solve(base.game(None, R_X=end, o=row.value)).equilibria[0].reading for end in (low, high)]
            assert names[0] != names[1]


def test_a_plane_of_a_matrix_is_exact_and_has_the_equations_of_its_boundaries():
    found = plane(scenario("chicken"), Axis("win", (0, 10)), Axis("crash", (-2, 4)))
    assert found.is_exact
    assert set(found.boundaries) == {"both_yield = win", "crash = yield_alone"}
