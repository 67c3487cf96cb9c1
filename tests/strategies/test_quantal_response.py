"""The logit strategy follows the agent quantal response equilibrium."""

import math

import pytest
from stages import GrowingBill, crisis, dilemma

from negotiation.concepts import quantal_response as concept
from negotiation.errors import ParameterError
from negotiation.games.seat import Seat, stage_at
from negotiation.strategies import quantal_response


@pytest.mark.parametrize("precision", [0, 0.3, 1, 4])
def test_it_agrees_with_the_solver_of_the_concept(precision):
    """Two programs: floats by backward induction here, the concept's own induction there."""
    stage = crisis()
    rows = quantal_response.strategy(Seat(stage, 0), precision=precision)
    target = quantal_response.strategy(Seat(stage, 1), precision=precision)
    profile = concept.solve(stage, precision=precision).equilibria[0].profile
    for place in range(3):
        row = (target if place == 1 else rows).behaviour(0, place, ())
        assert row == pytest.approx([float(p) for p in profile[place]], abs=1e-9)


def test_by_hand_at_precision_one():
    """The challenger acts (1) or stands down (-1): odds e^2. The target then accepts (-2) or refuses (-P(act))."""
    act = 1 / (1 + math.exp(-2))
    refuse = 1 / (1 + math.exp(-2 + act))
    demand = (1 - refuse) * 2 + refuse * (2 * act - 1)
    stage = crisis()
    challenger, target = (quantal_response.strategy(Seat(stage, player), precision=1) for player in (0, 1))
    assert challenger.behaviour(0, 2, ())[1] == pytest.approx(act, abs=1e-12)
    assert target.behaviour(0, 1, ())[1] == pytest.approx(refuse, abs=1e-12)
    assert challenger.behaviour(0, 0, ())[1] == pytest.approx(1 / (1 + math.exp(-demand)), abs=1e-12)


def test_it_follows_the_payoffs_as_they_are_in_the_round():
    stage = crisis()
    rules = GrowingBill(stage, "climbed down", 1.0, 2.0)
    strategy = quantal_response.strategy(Seat(stage, 0, None, rules), precision=0.5)
    for carried in ((1.0,), (2.0,), (16.0,)):
        still = quantal_response.strategy(
            Seat(stage_at(stage, rules, carried) if carried != (1.0,) else _first(stage, rules), 0), precision=0.5
        )
        for place in (0, 2):
            assert strategy.behaviour(0, place, carried) == pytest.approx(still.behaviour(0, place, ()), abs=1e-12)


def _first(stage, rules):
    """The stage with the first round's payoffs (``stage_at`` takes them to be the stage's own)."""
    return stage_at(stage, GrowingBill(stage, "climbed down", 0.0, 1.0), rules.start)


def test_without_perfect_information_the_solver_is_asked():
    stage = dilemma()

    def solve(carried, name, **options):
        assert (carried, name) == ((), "quantal_response")
        return concept.solve(stage, **options)

    strategy = quantal_response.strategy(Seat(stage, 0, solve=solve), precision=1)
    cooperation = strategy.behaviour(0, 0, ())[0]
    gain = 2 * cooperation + (1 - cooperation)
    assert cooperation == pytest.approx(1 / (1 + math.exp(gain)), abs=1e-9)


@pytest.mark.parametrize("precision", [-1, float("inf"), "high", True])
def test_a_precision_that_is_none_is_refused(precision):
    with pytest.raises(ParameterError, match="precision: "):
        quantal_response.strategy(Seat(crisis(), 0), precision=precision)


def test_a_huge_precision_overflows_nothing():
    assert quantal_response.strategy(Seat(crisis(), 0), precision=1e6).behaviour(0, 2, ()) == (0.0, 1.0)
