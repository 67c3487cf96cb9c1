"""Strategies that remember one round: exact long-run payoffs and known matches of the prisoner's dilemma."""

import json
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from match_chains import long_run
from stages import GrowingBill, crisis, dilemma, match_of, scripted, simultaneous

from negotiation.engines import events
from negotiation.errors import NotApplicableError, ParameterError
from negotiation.games.repeated import Automaton
from negotiation.games.seat import Seat
from negotiation.strategies import always, memory_one, tit_for_tat, win_stay_lose_shift, zero_determinant

CASES = Path(__file__).parents[2].parent / "shared" / "validation" / "validation.json"
CHAINS = ["rep-noisy-tft", "rep-noisy-gtft", "rep-wsls-alld", "rep-zd-extort3-allc"]

ALLD = partial(always.strategy, action="defect")
ALLC = partial(always.strategy, action="cooperate")


def vector(*cooperation, opening=1):
    return partial(memory_one.strategy, cooperation=[float(Fraction(p)) for p in cooperation], opening=opening)


def pair(first, second, stage=None, **options):
    stage = stage or dilemma()
    return match_of(stage, first(Seat(stage, 0)), second(Seat(stage, 1)), **options)


@pytest.mark.skipif(not CASES.exists(), reason="the validation cases are not beside the repository")
@pytest.mark.parametrize("case", CHAINS)
def test_validation_cases_of_memory_one_strategies(case):
    found = next(entry for entry in json.loads(CASES.read_text(encoding="utf-8")) if entry["id"] == case)
    given = found["game"]["parameters"]
    players = (vector(*map(str, given[name]), opening=0.5) for name in ("strategy1", "strategy2"))
    assert long_run(pair(*players, noise=given["error"])) == pytest.approx(found["expected"]["payoffs"], abs=found["tolerance"])


def test_errors_bring_tit_for_tat_down_to_chance():
    """Molander (1985): with any errors tit-for-tat against itself is in each of the four states a quarter of the time."""
    assert long_run(pair(tit_for_tat.strategy, tit_for_tat.strategy, noise=0.05)) == pytest.approx([2.25, 2.25], abs=1e-12)


@pytest.mark.parametrize(("first", "second"), [((1, 0, 1, 0), (1, 0, 1, 0)), ((1, 0.25, 1, 0.25), (0.3, 0.8, 0.1, 0.7))])
def test_tit_for_tat_is_a_memory_one_strategy(first, second):
    generous = partial(tit_for_tat.strategy, generosity=first[1])
    one = long_run(pair(generous, vector(*second), noise=0.02))
    assert one == pytest.approx(long_run(pair(vector(*first), vector(*second), noise=0.02)), abs=1e-12)


def test_win_stay_lose_shift_is_the_memory_one_strategy_with_1001():
    other = vector(0.7, 0.2, 0.6, 0.3)
    one = long_run(pair(win_stay_lose_shift.strategy, other, noise=0.03))
    assert one == pytest.approx(long_run(pair(vector(1, 0, 0, 1), other, noise=0.03)), abs=1e-12)


def test_win_stay_lose_shift_is_exploited_by_who_always_defects():
    """Nowak and Sigmund (1993): it alternates, and gets half a point a round against three."""
    assert long_run(pair(win_stay_lose_shift.strategy, ALLD)) == pytest.approx([0.5, 3], abs=1e-12)
    assert events.run(pair(win_stay_lose_shift.strategy, ALLD, rounds=200)).payoffs.tolist() == [[100, 600]]
    alternating = lambda seat: scripted(seat, ("cooperate", "defect") * 100)  # noqa: E731
    assert events.run(pair(win_stay_lose_shift.strategy, alternating, rounds=200)).payoffs.tolist() == [[450, 450]]


def test_win_stay_lose_shift_repairs_an_error_within_two_rounds():
    """After one defection by mistake both defect once and then cooperate again."""
    stage = dilemma()
    own = win_stay_lose_shift.strategy(Seat(stage, 0))
    slip = scripted(Seat(stage, 1), ["cooperate", "defect", "defect", "cooperate"])
    rounds = events.trace(match_of(stage, own, slip, rounds=5)).rounds
    assert [entry.moves[0].action for entry in rounds] == ["cooperate", "cooperate", "defect", "cooperate", "cooperate"]


def test_the_aspiration_is_a_number_one_can_set():
    """Content with 0: it never changes. Content with 4 only: it changes after mutual cooperation."""
    stage = dilemma()
    rival = scripted(Seat(stage, 1), ["cooperate"])
    for aspiration, expected in ((0, ["cooperate"] * 3), (4, ["cooperate", "defect", "defect"])):
        own = win_stay_lose_shift.strategy(Seat(stage, 0), aspiration=aspiration)
        rounds = events.trace(match_of(stage, own, rival, rounds=3)).rounds
        assert [entry.moves[0].action for entry in rounds] == expected
    assert win_stay_lose_shift.strategy(Seat(stage, 0)).notes[-1] == "a round is taken to go well if it pays at least 2.5"


def test_where_payoffs_change_the_aspiration_meets_the_payoff_of_the_round():
    """The challenger waits until the bill of waiting, 1 and then double, is more than he puts up with."""
    stage = crisis()
    rules = GrowingBill(stage, "quiet", 0.5, 2.0)
    own = win_stay_lose_shift.strategy(Seat(stage, 0, None, rules), aspiration=-1.5)
    assert not isinstance(own, Automaton)
    target = scripted(Seat(stage, 1), ["accept"])
    rounds = events.trace(match_of(stage, own, target, rounds=4, state=rules)).rounds
    assert [entry.moves[0].action for entry in rounds] == ["wait", "wait", "wait", "ultimatum"]


def test_a_player_who_had_no_choice_keeps_his_posture():
    """The target is not asked in the quiet rounds, whatever they pay."""
    stage = crisis()
    own = win_stay_lose_shift.strategy(Seat(stage, 1), aspiration=-1.5)
    challenger = scripted(Seat(stage, 0), ["ultimatum", "wait", "wait", "ultimatum"])
    rounds = events.trace(match_of(stage, challenger, own, rounds=4)).rounds
    assert [entry.moves[1].action for entry in (rounds[0], rounds[3])] == ["accept", "refuse"]


@pytest.mark.parametrize("opponent", [(0.9, 0.5, 0.6, 0.2), (0.3, 0.8, 0.1, 0.7), (0.5, 0.5, 0.5, 0.5)])
@pytest.mark.parametrize(("factor", "baseline"), [(3, 1), (1.5, 1), (2, 3)])
def test_zero_determinant_strategies_enforce_their_relation(opponent, factor, baseline):
    """Press and Dyson (2012), equation 9: own - l = factor (rival's - l), whatever the rival does."""
    own, rival = long_run(pair(partial(zero_determinant.strategy, factor=factor, baseline=baseline), vector(*opponent)))
    assert own - baseline == pytest.approx(factor * (rival - baseline), abs=1e-9)


def test_extort_three_has_the_published_probabilities():
    """Press and Dyson (2012): 11/13, 1/2, 7/26, 0, which is phi = 1/26, half of the largest."""
    note = zero_determinant.strategy(Seat(dilemma(), 0), factor=3).notes[-1]
    assert note == "cooperates with probability 0.846154, 0.5, 0.269231, 0 after CC, CD, DC and DD (own move first)"
    assert long_run(pair(partial(zero_determinant.strategy, factor=3), ALLC)) == pytest.approx([41 / 11, 21 / 11], abs=1e-12)


def test_the_relation_holds_in_uneven_dilemmas_against_a_rival_of_any_kind():
    """Both sit down as first and as second player; mutual taking pays the first 0 and the second 1."""
    stage = simultaneous((((4, 3), (-1, 6)), ((6, -2), (0, 1))), ("give", "take"), ("give", "take"))
    first = zero_determinant.strategy(Seat(stage, 0), factor=2, opening=0.5)
    second = memory_one.strategy(Seat(stage, 1), cooperation=[0.8, 0.1, 0.9, 0.3], opening=0.5)
    own, rival = long_run(match_of(stage, first, second))
    assert own - 0 == pytest.approx(2 * (rival - 1), abs=1e-9)
    second = zero_determinant.strategy(Seat(stage, 1), factor=2, opening=0.5)
    first = memory_one.strategy(Seat(stage, 0), cooperation=[0.8, 0.1, 0.9, 0.3], opening=0.5)
    rival, own = long_run(match_of(stage, first, second))
    assert own - 1 == pytest.approx(2 * rival, abs=1e-9)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 3, "phi": 0.1}, r"phi must lie in \(0, 0.0769231\], got 0.1"),
        ({"factor": 0.5}, "no phi is feasible"),
        ({"factor": 3, "baseline": 7}, "no phi is feasible"),
        ({"factor": 3, "baseline": [1, 2, 3]}, "baseline: expected a number or two"),
        ({"factor": "much"}, "factor: expected a number, got 'much'"),
        ({"factor": 3, "opening": 2}, "opening: must lie in"),
    ],
)
def test_relations_that_cannot_be_enforced_are_refused(options, message):
    with pytest.raises(ParameterError, match=message):
        zero_determinant.strategy(Seat(dilemma(), 0), **options)


def test_the_largest_phi_is_feasible():
    generator = np.random.default_rng(1)
    for factor in generator.uniform(1, 9, 20):
        largest = 1 / max(2 * (factor - 1), 1 + 4 * factor, 4 + factor)
        zero_determinant.strategy(Seat(dilemma(), 0), factor=factor, phi=largest)
        with pytest.raises(ParameterError, match="phi must lie in"):
            zero_determinant.strategy(Seat(dilemma(), 0), factor=factor, phi=largest * 1.001)


def test_other_stages_are_refused():
    with pytest.raises(NotApplicableError, match="two players who move once, at the same time, with two actions each"):
        zero_determinant.strategy(Seat(crisis(), 0), factor=3)


def test_a_vector_needs_four_probabilities():
    for wrong in ([1, 0, 1], 0.5, [1, 0, 1, 2]):
        with pytest.raises(ParameterError, match="cooperation: "):
            memory_one.strategy(Seat(dilemma(), 0), cooperation=wrong)
