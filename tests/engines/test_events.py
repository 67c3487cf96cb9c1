"""The events engine: closed forms, one seed and one result, ends, notes, chronicles."""

# ruff: noqa: ARG002  # the signatures are those of the strategy protocol

import dataclasses
import math
from itertools import pairwise

import numpy as np
import pytest
from stages import GrowingBill, chance_chain, crisis, dilemma, match_of, typed_crisis

from negotiation.engines import events
from negotiation.errors import GameError, ParameterError, SolverError
from negotiation.games.record import HORIZON
from negotiation.games.seat import Seat
from negotiation.kernels.philox import draw
from negotiation.strategies import always, random, tit_for_tat

STANDARD_ERRORS = 4


def close(found, expected):
    return abs(found.mean - expected) <= STANDARD_ERRORS * found.standard_error


def seats(stage, *makers):
    return tuple(maker(Seat(stage, player)) for player, maker in enumerate(makers))


def accept(seat):
    return always.strategy(seat, action="accept")


def test_memoryless_bargaining_with_breakdown_has_its_closed_form():
    """Accept with 0.2, else break down with 0.1, else another round; prize 10 discounted by 0.95 a round."""
    stage = chance_chain(("accepted", 0.2), ("broken down", 0.1), payoffs={"accepted": 10, "broken down": 0, "next": 0})
    match = match_of(
        stage, random.strategy(Seat(stage, 0)), rounds=500, over_when=("accepted", "broken down"), discounts=(0.95,), replications=4000
    )
    record = events.run(match)
    accepted = record.ends["accepted"]
    assert abs(accepted - 5 / 7) < STANDARD_ERRORS * math.sqrt(5 / 7 * 2 / 7 / 4000)
    assert close(record.round_estimate, 25 / 7)
    assert close(record.payoff_estimates["challenger"], 0.2 * 10 / (1 - 0.95 * 0.72))


def test_a_growing_postponement_bill_has_its_closed_form():
    """Each round costs 0.1; accept with 0.05 (4), else act with 0.3 (2.2), else pay a bill of 0.5 that grows by a fifth."""
    alpha, eta, delta, prize, acting, chi, first, gamma = 0.05, 0.3, 0.9, 4, 2.2, 0.1, 0.5, 0.2
    payoffs = {"signed": prize - chi, "acted": acting - chi, "postponed": -chi}
    stage = chance_chain(("signed", alpha), ("acted", eta), payoffs=payoffs, onward="postponed")
    match = match_of(
        stage,
        random.strategy(Seat(stage, 0)),
        rounds=400,
        over_when=("signed", "acted"),
        discounts=(delta,),
        replications=4000,
        state=GrowingBill(stage, "postponed", first, 1 + gamma),
    )
    record = events.run(match)
    s = (1 - alpha) * (1 - eta)
    value = (alpha * prize + (1 - alpha) * eta * acting - chi) / (1 - delta * s) - s * first / (1 - delta * s * (1 + gamma))
    assert value == pytest.approx(0.630795005, abs=1e-9)
    share = alpha / (1 - s)
    assert abs(record.ends["signed"] - share) < STANDARD_ERRORS * math.sqrt(share * (1 - share) / 4000)
    assert close(record.round_estimate, 1 / (1 - s))
    assert close(record.payoff_estimates["challenger"], value)


def test_a_random_horizon_has_geometric_length_and_ends_at_the_horizon():
    stage = dilemma()
    match = match_of(stage, *seats(stage, random.strategy, random.strategy), rounds=None, continuation=0.8, replications=2000)
    record = events.run(match)
    assert record.ends == {HORIZON: 1.0}
    assert close(record.round_estimate, 5.0)


def test_a_replication_depends_on_the_seed_and_its_number_only():
    stage = dilemma()
    match = match_of(stage, *seats(stage, random.strategy, random.strategy), rounds=7, replications=30, seed=5)
    whole = events.run(match, keep=True)
    part = events.run(dataclasses.replace(match, replications=11), keep=True)
    again = events.run(match, keep=True)
    other = events.run(dataclasses.replace(match, seed=6), keep=True)
    np.testing.assert_array_equal(whole.payoffs[:11], part.payoffs)
    np.testing.assert_array_equal(whole.course, again.course)
    assert not np.array_equal(whole.course, other.course)
    for replication in (0, 10, 29):
        rounds = events.trace(match, replication).rounds
        names = [stage.nodes[stage.ends[end]].outcome for end in whole.trajectory(replication)]
        assert [entry.outcome for entry in rounds] == names


def test_the_moves_of_a_round_are_the_documented_draws():
    """Move k of round t of replication r is chosen by draw 2 (t - 1) + k, and below one half is the first of two."""
    stage = dilemma()
    match = match_of(stage, *seats(stage, random.strategy, random.strategy), rounds=6, replications=4, seed=99)
    record = events.run(match, keep=True)
    for replication in range(4):
        expected = [2 * (draw(99, replication, number) >= 0.5) + (draw(99, replication, number + 1) >= 0.5) for number in range(0, 12, 2)]
        assert record.trajectory(replication).tolist() == expected


def test_with_a_random_horizon_the_first_draw_of_a_round_decides_whether_another_follows():
    stage = dilemma()
    match = match_of(stage, *seats(stage, random.strategy, random.strategy), rounds=None, continuation=0.6, replications=20, seed=7)
    record = events.run(match, keep=True)
    for replication in range(20):
        expected, number = [], 0
        while True:
            expected.append(2 * (draw(7, replication, number + 1) >= 0.5) + (draw(7, replication, number + 2) >= 0.5))
            if draw(7, replication, number) >= 0.6:
                break
            number += 3
        assert record.trajectory(replication).tolist() == expected


def test_a_type_is_drawn_once_for_the_whole_match():
    stage = typed_crisis()
    tough, weak = Seat(stage, 0, "tough"), Seat(stage, 0, "weak")
    challenger = {"tough": always.strategy(tough, action="ultimatum"), "weak": always.strategy(weak, action="wait")}
    match = match_of(stage, challenger, random.strategy(Seat(stage, 1)), rounds=5, replications=2000)
    record = events.run(match, keep=True)
    outcomes = [stage.nodes[end].outcome for end in stage.ends]
    quiet = [{outcomes[end] == "quiet" for end in record.trajectory(replication)} for replication in range(2000)]
    assert all(len(kinds) == 1 for kinds in quiet)
    share = sum(kinds == {False} for kinds in quiet) / 2000
    assert abs(share - 0.25) < STANDARD_ERRORS * math.sqrt(0.25 * 0.75 / 2000)
    assert events.trace(match, quiet.index({False})).types == ("tough", None)


def test_an_ending_outcome_ends_the_match_and_the_rest_reaches_the_horizon():
    stage = crisis()
    match = match_of(stage, *seats(stage, random.strategy, random.strategy), rounds=3, over_when=("acted", "signed"), replications=500)
    record = events.run(match)
    assert set(record.ends) == {"acted", "signed", HORIZON}
    assert sum(record.ends.values()) == pytest.approx(1, abs=1e-12)
    assert sum(record.outcomes.values()) == pytest.approx(1, abs=1e-12)
    assert record.counts.sum() == record.rounds.sum()
    assert record.rounds.max() == 3
    stopped = 1 / 2 * (1 / 2 + 1 / 2 * 1 / 2)
    expected = (1 - stopped) ** 3
    assert abs(record.ends[HORIZON] - expected) < STANDARD_ERRORS * math.sqrt(expected * (1 - expected) / 500)


def test_in_a_single_round_every_outcome_is_an_end():
    stage = crisis()
    record = events.run(match_of(stage, *seats(stage, random.strategy, random.strategy), rounds=1, replications=200))
    assert set(record.ends) == {"quiet", "signed", "acted", "climbed down"}
    assert record.ends == record.last_outcomes == record.outcomes


def test_noise_flips_a_move_with_its_probability():
    stage = dilemma()
    match = match_of(stage, *seats(stage, tit_for_tat.strategy, tit_for_tat.strategy), rounds=1, noise=0.1, replications=4000)
    share = events.run(match).ends["cooperate, cooperate"]
    assert abs(share - 0.81) < STANDARD_ERRORS * math.sqrt(0.81 * 0.19 / 4000)


def test_the_chronicle_reads_as_it_happened():
    stage = crisis()
    match = match_of(
        stage, always.strategy(Seat(stage, 0), action=["ultimatum", "act"]), accept(Seat(stage, 1)), over_when=("signed",), rounds=9
    )
    assert str(events.trace(match)) == (
        "round 1: challenger: ultimatum, target: accept -> signed; challenger 2, target -2\nended after round 1: signed"
    )


def test_the_chronicle_shows_what_is_carried():
    stage = chance_chain(("signed", "0"), payoffs={"signed": 0, "next": -1})
    match = match_of(stage, random.strategy(Seat(stage, 0)), rounds=3, state=GrowingBill(stage, "next", 1.0, 2.0))
    told = events.trace(match)
    assert [entry.carried for entry in told.rounds] == [(1.0,), (2.0,), (4.0,)]
    assert [entry.payoffs for entry in told.rounds] == [(-2.0,), (-3.0,), (-5.0,)]
    assert told.carried == (8.0,)
    assert told.end == HORIZON


def test_an_interrupted_run_keeps_what_is_done_and_says_how_much():
    stage = dilemma()
    match = match_of(stage, *seats(stage, random.strategy, random.strategy), rounds=2, replications=1000)

    def stop(done, _):
        if done == 300:
            raise KeyboardInterrupt

    record = events.run(match, progress=stop, keep=True)
    assert (record.replications, record.is_complete) == (300, False)
    assert record.notes == ("interrupted: 300 of 1000 replications are done; the results are of these",)
    np.testing.assert_array_equal(record.payoffs, events.run(dataclasses.replace(match, replications=300)).payoffs)
    assert record.counts.sum() == record.rounds.sum() == len(record.course)


def test_progress_grows_to_the_whole():
    stage = dilemma()
    told = []
    events.run(
        match_of(stage, *seats(stage, random.strategy, random.strategy), rounds=1, replications=250), progress=lambda *x: told.append(x)
    )
    assert told == [(100, 250), (200, 250), (250, 250)]
    assert all(one[0] < other[0] for one, other in pairwise(told))


class Quitter:
    """A strategy whose code stops the simulation in its own way."""

    notes = ()

    def __init__(self, error):
        self.error = error

    def start(self):
        return 0

    def behaviour(self, state, place, carried):
        raise self.error

    def update(self, state, seen):
        return state


def test_a_strategy_that_stops_the_simulation_is_not_taken_for_an_end():
    import simpy.core

    stage = dilemma()
    match = match_of(stage, Quitter(simpy.core.StopSimulation(None)), random.strategy(Seat(stage, 1)))
    with pytest.raises(SolverError, match="replication 0 stopped in round 1 before the match was over"):
        events.run(match)


def test_an_error_of_a_strategy_arrives_as_it_was_raised():
    error = ParameterError("no such thing")
    stage = dilemma()
    with pytest.raises(ParameterError) as caught:
        events.run(match_of(stage, Quitter(error), random.strategy(Seat(stage, 1))))
    assert caught.value is error


class Wrong(Quitter):
    def behaviour(self, state, place, carried):
        return (0.5, 0.4)


def test_a_strategy_whose_probabilities_do_not_sum_to_one_is_named():
    stage = dilemma()
    with pytest.raises(
        GameError, match=r"the strategy of row gives \[0.5, 0.4\] at 'start': expected one probability for each of cooperate"
    ):
        events.run(match_of(stage, Wrong(None), random.strategy(Seat(stage, 1))))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rounds": None}, "could go on for ever"),
        ({"rounds": 0}, "rounds must be at least 1, got 0"),
        ({"continuation": 1.0}, r"must lie in \(0, 1\), got 1.0"),
        ({"discounts": (1.0,)}, "each player needs a discount"),
        ({"discounts": (1.0, 1.5)}, "each player needs a discount"),
        ({"over_when": ("peace",)}, "'peace' comes about, but no end"),
        ({"seed": -1}, "the seed must be a whole number"),
        ({"seed": 2**128}, "the seed must be a whole number"),
        ({"replications": 0}, "replications must be at least 1"),
        ({"noise": 1.5}, r"noise must lie in \[0, 1\]"),
    ],
)
def test_a_match_that_cannot_be_played_is_refused(options, message):
    stage = dilemma()
    with pytest.raises(GameError, match=message):
        match_of(stage, *seats(stage, random.strategy, random.strategy), **options)


def test_a_type_without_a_strategy_is_named():
    stage = typed_crisis()
    tough = random.strategy(Seat(stage, 0, "tough"))
    with pytest.raises(GameError, match="challenger of type 'weak' moves in the stage game and has no strategy"):
        match_of(stage, {"tough": tough}, random.strategy(Seat(stage, 1)))


def test_a_replication_that_is_not_there_cannot_be_told():
    stage = dilemma()
    with pytest.raises(ParameterError, match="replications 0 to 0, got 1"):
        events.trace(match_of(stage, *seats(stage, random.strategy, random.strategy)), 1)


def test_long_matches_do_not_fill_memory_and_states_are_forgotten():
    """A state that never comes again in 3,000 rounds, with the table of situations kept short."""
    stage = chance_chain(("signed", "0"), payoffs={"signed": 0, "next": 0})
    match = match_of(stage, random.strategy(Seat(stage, 0)), rounds=3000, state=GrowingBill(stage, "next", 1.0, 0.999))
    board = events._board(match)
    board.situations.most = 50
    course = events._play(board, 0, keep=False)
    assert len(board.situations.met) <= 50
    assert course.payoffs[0] == pytest.approx(-(1 - 0.999**3000) / 0.001, rel=1e-9)
