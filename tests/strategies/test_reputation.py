"""Reputation, wearing credibility and giving way at random: the published tables by exact chains and transcripts."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from demands import menu, transcript
from match_chains import chain_of
from stages import crisis, match_of, scripted

from negotiation.errors import NotApplicableError, ParameterError
from negotiation.exact.attrition import GrowingCost, audience_costs, obstinate_types
from negotiation.games.repeated import Seen, observations
from negotiation.games.seat import Seat
from negotiation.scenario.scenario import loads
from negotiation.strategies import (
    always,
    bayesian_best_responder,
    exponential_conceder,
    grim_trigger,
    kreps_wilson_builder,
    power_law_conceder,
)

CHAIN_STORE = """
negotiation: 1
title: A reputation for acting
players: {challenger: Challenger, target: Target}
game:
  player: challenger
  actions:
    ultimatum:
      player: target
      actions:
        accept: granted
        refuse: {player: challenger, actions: {stand down: backed down, act: acted}}
outcomes:
  granted:     {challenger: 3, target: -3.5}
  backed down: {challenger: -1, target: 0}
  acted:       {challenger: -3, target: -7}
"""
REPUTATION = {"rounds": 10, "prior": 0.1, "beta": 0.5, "stake": 2}


def chain_store():
    return loads(CHAIN_STORE).stage()


def follow(strategy, seat, *ends):
    """The state after rounds that ended so (places in ``stage.ends``)."""
    state, seen_by = strategy.start(), observations(seat.stage, seat.player).of_end
    for end in ends:
        state = strategy.update(state, Seen(seen_by[end], 0.0, ()))
    return state


def end_of(stage, outcome):
    return next(place for place, end in enumerate(stage.ends) if stage.nodes[end].outcome == outcome)


def test_reputation_over_ten_rounds():
    """Kreps and Wilson (1982): b = 1/2, a = 2, p = 0.1. Targets give in while n >= 4; if always acted against, they mix at the end."""
    stage = chain_store()
    seats = Seat(stage, 0), Seat(stage, 1)
    own, target = (kreps_wilson_builder.strategy(seat, **REPUTATION) for seat in seats)
    acting, accepting, history = [], [], []
    for left in range(10, 0, -1):
        states = [follow(strategy, seat, *history) for strategy, seat in zip((own, target), seats, strict=True)]
        acting.append(own.behaviour(states[0], 2, ())[1])
        accepting.append(target.behaviour(states[1], 1, ())[0])
        history.append(end_of(stage, "granted" if left >= 4 else "acted"))
    assert accepting == pytest.approx([1] * 7 + [0, 0.5, 0.5])
    assert acting == pytest.approx([1] * 6 + [7 / 9, 1 / 3, 1 / 3, 0], abs=1e-12)


def test_the_ordinary_type_earns_eighteen():
    """Seven acceptances at 3; then what is worth as much as backing down three times at 1."""
    stage = chain_store()
    players = [kreps_wilson_builder.strategy(Seat(stage, player), **REPUTATION) for player in (0, 1)]
    matrix, payoffs = chain_of(match_of(stage, *players, rounds=10))
    shares = np.eye(len(matrix))[0]
    total = 0.0
    for _ in range(10):
        total += (shares @ payoffs)[0]
        shares = shares @ matrix
    assert total == pytest.approx(18, abs=1e-12)


def test_backing_down_unmasks_for_good():
    stage = chain_store()
    seat = Seat(stage, 1)
    target = kreps_wilson_builder.strategy(seat, **REPUTATION)
    down, granted = end_of(stage, "backed down"), end_of(stage, "granted")
    for history in ([down], [granted, down, granted], [down, end_of(stage, "acted")]):
        assert target.behaviour(follow(target, seat, *history), 1, ())[0] == 0


def plain_builder(left, reputation, beta):
    """The same rule, written from the statement of the equilibrium."""
    if left == 1 or not reputation:
        return 0
    return min(1, (1 - beta ** (left - 1)) * reputation / ((1 - reputation) * beta ** (left - 1))) if reputation < 1 else 1


@pytest.mark.parametrize(("prior", "beta", "rounds"), [(0.3, 0.7, 6), (0.02, 0.4, 5), (0.5, 0.5, 3)])
def test_beliefs_stay_those_of_bayes(prior, beta, rounds):
    """After an act where the ordinary type mixes, Bayes' rule lifts the reputation to beta^(n-1) exactly."""
    stage = chain_store()
    seat = Seat(stage, 0)
    own = kreps_wilson_builder.strategy(seat, rounds=rounds, prior=prior, beta=beta)
    reputation, history = Fraction(str(prior)), []
    for left in range(rounds, 0, -1):
        act = own.behaviour(follow(own, seat, *history), 2, ())[1]
        assert act == pytest.approx(float(plain_builder(left, reputation, Fraction(str(beta)))), abs=1e-12)
        history.append(end_of(stage, "acted"))
        share = plain_builder(left, reputation, Fraction(str(beta)))
        reputation = reputation / (reputation + (1 - reputation) * share)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"prior": 1}, r"prior: must lie in \(0, 1\)"), ({"stake": 1}, "stake: must be above 1"), ({"stake": None}, "stake: targets need it")],
)
def test_numbers_of_the_reputation_game_are_checked(change, message):
    with pytest.raises(ParameterError, match=message):
        kreps_wilson_builder.strategy(Seat(chain_store(), 1), **(REPUTATION | change))


def test_who_can_neither_accept_nor_act_upon_a_refusal_has_no_part_in_it():
    options = REPUTATION | {"accept": "refuse", "refusal": "accept", "act": "wait", "demand": "ultimatum"}
    with pytest.raises(NotApplicableError, match="can neither refuse, nor wait once he has seen a refusal"):
        kreps_wilson_builder.strategy(Seat(crisis(), 0), **options)


BELIEFS = [0.7, 0.608695652173913, 0.5090909090909089, 0.40875912408759113, 0.3154929577464788, 0.2350472193074501]


def test_quiet_rounds_wear_credibility_away():
    """A committed challenger acts with 0.4, another with 0.1: belief 0.7 falls below 0.3 in the fifth quiet round."""
    stage = menu()
    seat = Seat(stage, 1)
    own = bayesian_best_responder.strategy(seat, prior=0.7, committed=0.4, ordinary=0.1, threshold=0.3)
    quiet = end_of(stage, "quiet")
    assert stage.path_to(stage.ends[quiet]) == ("postpone",)
    found = [own.belief.after(*follow(own, seat, *[quiet] * number)) for number in range(6)]
    assert found == pytest.approx(BELIEFS, abs=1e-12)
    place = next(number for number in seat.places if "stall" in stage.information_sets[number].actions)
    conceding = [own.behaviour(follow(own, seat, *[quiet] * number), place, ())[0] for number in range(6)]
    assert conceding == [1, 1, 1, 1, 1, 0]
    odds = math.log(0.7 * 0.7 / (0.3 * 0.3)) / math.log(0.9 / 0.6)
    assert (odds, math.floor(odds) + 1) == (pytest.approx(4.179387293474204), 5)


def test_an_act_restores_credibility():
    """One act multiplies the odds by 4: after five quiet rounds 0.307275 becomes 1.2291."""
    seat = Seat(menu(), 1)
    own = bayesian_best_responder.strategy(seat, prior=0.7, committed=0.4, ordinary=0.1, threshold=0.3)
    quiet, acted = end_of(menu(), "quiet"), end_of(menu(), "acted")
    belief = own.belief.after(*follow(own, seat, *[quiet] * 5, acted))
    odds = BELIEFS[5] / (1 - BELIEFS[5]) * 4
    assert belief == pytest.approx(odds / (1 + odds), abs=1e-12)
    assert own.belief.after(*follow(own, seat, acted, *[quiet] * 5)) == pytest.approx(belief, abs=1e-12)


@pytest.mark.parametrize(("prior", "answer"), [(0.55, (1, 0)), (0.45, (0, 1))])
def test_without_a_threshold_the_reply_is_the_best_in_the_round(prior, answer):
    """Giving in costs 3.5 and being acted against 7, so an act must be likelier than 1/2: 0.54 at the one prior, 0.46 at the other."""
    own = bayesian_best_responder.strategy(Seat(chain_store(), 1), prior=prior, committed=0.9, ordinary=0.1)
    assert (prior * 0.9 + (1 - prior) * 0.1 > 0.5) == (answer == (1, 0))
    assert own.behaviour(own.start(), 1, ()) == answer


def test_a_type_that_never_does_what_was_seen_is_ruled_out_and_contradictions_change_nothing():
    belief = bayesian_best_responder.strategy(Seat(crisis(), 1), prior=0.2, committed=1, ordinary=0).belief
    assert belief.after(1, 0) == 1
    assert belief.after(0, 1) == 0
    assert belief.after(1, 1) == 0.2
    assert bayesian_best_responder.Belief(0.5, (0.4, 0.1)).after(0, 100_000) == 0


def giving_way(stage_seat, strategy, rounds):
    """The probability of still holding out after each round, step by step through behaviour and update."""
    held, state, found = 1.0, strategy.start(), []
    for _ in range(rounds):
        held *= strategy.behaviour(state, 1, ())[1]
        found.append(held)
        state = strategy.update(state, Seen(0, 0.0, ()))
    return found


def target():
    return Seat(crisis(), 1)


COSTS = {"prize": 3, "first": 1, "growth": 0.5, "waiting": 0.2}


@pytest.mark.parametrize("step", [1, 0.25, 0.05])
@pytest.mark.parametrize(("interest", "times", "survival"), [(0, (1, 5), (0.847982, 0.506763)), (0.05, (1, 4), (0.860509, 0.613061))])
def test_the_power_law_conceder_follows_its_law_at_every_step(step, interest, times, survival):
    strategy = power_law_conceder.strategy(target(), **COSTS, interest=interest, step=step)
    found = giving_way(target(), strategy, round(times[1] / step))
    assert [found[round(time / step) - 1] for time in times] == pytest.approx(survival, abs=1e-6)


@pytest.mark.parametrize("step", [1, 0.1])
def test_the_exponential_conceder_follows_its_law_at_every_step(step):
    found = giving_way(target(), exponential_conceder.strategy(target(), rate=0.3, step=step), round(5 / step))
    assert found[-1] == pytest.approx(math.exp(-1.5), abs=1e-12)


def war(own, other, rounds):
    """Who gives way at once, who first later (ties by the shares of the step), and with which chance nobody does."""
    first = [0.0, 0.0]
    before = (1.0, 1.0)
    for now in zip(own, other, strict=True):
        lost = before[0] - now[0], before[1] - now[1]
        tie = lost[0] * lost[1] / 2
        first[0] += lost[0] * now[1] + tie
        first[1] += lost[1] * now[0] + tie
        before = now
    assert len(own) == rounds
    return first, before[0] * before[1]


@pytest.mark.parametrize(
    ("numbers", "first"),
    [
        ((0.6, 0.6, 0.1, 0.1, 0.05, 0.05), (0.49875, 0.49875)),
        ((0.7, 0.6, 0.2, 0.1, 0.05, 0.05), (0.04125397118674602, 0.11001058983132272)),
        ((0.6, 0.6, 0.1, 0.1, 0.02, 0.1), (0.099, 0.099)),
    ],
)
def test_wars_of_attrition_come_to_the_closed_form_as_rounds_become_short(numbers, first):
    """Abreu and Gul (2000), played by two conceders; the error falls with the length of a round."""
    rates, courses = obstinate_types(claims=numbers[:2], interest=numbers[2:4], obstinate=numbers[4:])
    errors = []
    for step in (0.2, 0.1, 0.05):
        rounds = math.ceil(courses[0].horizon / step) + 3
        laws = [
            exponential_conceder.strategy(target(), rate=rate, step=step, at_once=course.at_once, until=course.horizon)
            for rate, course in zip(rates, courses, strict=True)
        ]
        held = [giving_way(target(), law, rounds) for law in laws]
        found, never = war(*held, rounds)
        assert never == pytest.approx(numbers[4] * numbers[5], abs=1e-12)
        # What is given up at time 0 is none of those who come first later; one side at most does so.
        later = [value - course.at_once for value, course in zip(found, courses, strict=True)]
        errors.append(max(abs(value - wanted) for value, wanted in zip(later, first, strict=True)))
    assert errors[-1] < 0.01
    assert all(later <= 0.6 * sooner + 1e-12 for sooner, later in pairwise(errors))


def test_rising_audience_costs_played_by_power_law_conceders():
    """a = 0.4 and 0.2: the first quits with 0.267949, the second with 0.633975, of which 0.366025 at once; war 0.267949."""
    courses = audience_costs(prize=1, growth=(0.4, 0.2), wars=(1, 1))
    step, rounds = 0.01, 200
    held = []
    for course, other in zip(courses, (0.2, 0.4), strict=True):
        options = {"prize": 1, "first": 0, "growth": other, "waiting": 0, "step": step}
        law = power_law_conceder.strategy(target(), **options, at_once=course.at_once, until=course.horizon)
        held.append(giving_way(target(), law, rounds)[-1])
    assert held == pytest.approx([1 - 0.267949192, 1 - 0.633974596], abs=1e-8)
    assert held[0] * held[1] == pytest.approx(0.267949192, abs=1e-8)


@pytest.mark.parametrize(
    ("strategy", "count"),
    [
        (exponential_conceder.strategy(Seat(crisis(), 1), rate=0.3, at_once=0.5), 2),
        (exponential_conceder.strategy(Seat(crisis(), 1), rate=0.3, until=2.5), 4),
        (power_law_conceder.strategy(Seat(crisis(), 1), **COSTS, until=1, step=0.25), 5),
    ],
)
def test_states_are_as_many_as_make_a_difference(strategy, count):
    """After the last of them the chance stays as it is: constant, or zero once he has stopped giving way."""
    state, met = strategy.start(), []
    for _ in range(20):
        met.append(state)
        state = strategy.update(state, Seen(0, 0.0, ()))
    assert len(set(met)) == count
    assert [strategy.chance(number) for number in range(count - 1, 20)] == pytest.approx([strategy.chance(count - 1)] * (21 - count))


def test_one_chance_to_give_way_in_a_round():
    """The challenger may wait at the start or stand down after a refusal; he gives way at the first chance only."""
    strategy = exponential_conceder.strategy(Seat(crisis(), 0), rate=0.3, concede=["wait", "stand down"])
    assert strategy.behaviour(0, 0, ())[0] == pytest.approx(1 - math.exp(-0.3))
    assert strategy.behaviour(0, 2, ()) == (0, 1)


def test_the_law_of_a_conceder_is_that_of_the_rivals_costs():
    law = GrowingCost(**COSTS)
    strategy = power_law_conceder.strategy(target(), **COSTS, step=2)
    state = strategy.update(strategy.start(), Seen(0, 0.0, ()))
    assert strategy.behaviour(state, 1, ())[0] == pytest.approx(1 - law.survival(4) / law.survival(2), abs=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: exponential_conceder.strategy(target(), rate=-1), "rate and until must be at least 0 and step above 0"),
        (lambda: exponential_conceder.strategy(target(), rate=1, step=0), "rate and until must be at least 0 and step above 0"),
        (lambda: exponential_conceder.strategy(target(), rate=1, concede="act"), "concede: target can never act"),
        (lambda: power_law_conceder.strategy(target(), **COSTS, step=0), "step must be above 0"),
        (lambda: power_law_conceder.strategy(target(), **(COSTS | {"prize": 0})), "the prize must be above 0"),
    ],
)
def test_numbers_of_conceders_are_checked(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


@pytest.mark.parametrize(("payoffs", "threshold"), [((5, 3, 1, 0), 1 / 2), ((4, 3, 0.5, -1), 2 / 7)])
def test_grim_trigger_sustains_restraint_from_its_threshold_on(payoffs, threshold):
    """Defecting once and being punished for ever is worth more than restraint just below (T - R) / (T - P), and less just above."""
    from stages import simultaneous

    temptation, reward, punishment, sucker = payoffs
    cells = (((reward, reward), (sucker, temptation)), ((temptation, sucker), (punishment, punishment)))
    stage = simultaneous(cells, ("restrain", "arm"), ("restrain", "arm"))
    grim, armed = grim_trigger.strategy(Seat(stage, 0)), always.strategy(Seat(stage, 0), action="arm")
    rival = grim_trigger.strategy(Seat(stage, 1))

    def worth(own, discount):
        matrix, paid = chain_of(match_of(stage, own, rival))
        return np.linalg.solve(np.eye(len(matrix)) - discount * matrix, paid[:, 0])[0]

    for discount, sustained in ((threshold - 0.01, False), (threshold + 0.01, True)):
        assert (worth(grim, discount) > worth(armed, discount)) == sustained
    assert worth(grim, threshold) == pytest.approx(worth(armed, threshold), abs=1e-9)


def test_a_scripted_target_meets_a_builder_in_the_crisis():
    own = kreps_wilson_builder.strategy(Seat(crisis(), 0), rounds=3, prior=0.6, beta=0.5)
    course = transcript(crisis(), own, scripted(Seat(crisis(), 1), ["refuse"]), 3)
    assert course == ["ultimatum > refuse > act"] * 2 + ["ultimatum > refuse > stand down"]
