"""The batch engine is the events engine, element by element, for any threads, blocks and number of known situations."""

# ruff: noqa: ARG002  # the signatures are those of the strategy protocol

import dataclasses
import math
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from random_matches import Counter, random_match
from shipped import FOLDER, scenario
from stages import GrowingBill, chance_chain, crisis, dilemma, match_of, typed_crisis

from negotiation.engines import batch, events
from negotiation.errors import GameError, NotApplicableError, ParameterError
from negotiation.games import situations
from negotiation.games.programs import branches, limit_units
from negotiation.games.seat import Seat
from negotiation.games.situations import choose, thresholds
from negotiation.play import match as scenario_match
from negotiation.strategies import always, grim_trigger, random, tit_for_tat

ARRAYS = ("last", "rounds", "payoffs", "counts", "course")

#: What a process may take for a million replications: the interpreter, the compiler and about 30 bytes a replication.
MEGABYTES = 500


def assert_same(one, other):
    for name in ARRAYS:
        first, second = getattr(one, name), getattr(other, name)
        assert first.dtype == second.dtype
        np.testing.assert_array_equal(first, second, err_msg=name)
    assert one.notes == other.notes


def seats(stage, *makers):
    return tuple(maker(Seat(stage, player)) for player, maker in enumerate(makers))


def coin_flips(**options):
    stage = dilemma()
    return match_of(stage, *seats(stage, random.strategy, random.strategy), **options)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 3), st.integers(1, 30))
@example(0, 1, 25)
def test_every_trajectory_and_payoff_is_that_of_events(seed, threads, block):
    match = random_match(seed)
    assert_same(batch.run(match, keep=True, threads=threads, block=block), events.run(match, keep=True))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 2))
def test_forgetting_situations_changes_nothing(seed, threads):
    """With room for sixteen situations, most matches with carried state start anew again and again."""
    match = random_match(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(situations, "KEPT_ENTRIES", 1)
        record = batch.run(match, keep=True, threads=threads, block=7)
    assert_same(record, events.run(match, keep=True))


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.yaml")))
def test_shipped_scenarios_are_played_alike(name):
    try:
        match = scenario_match(scenario(name), replications=120, seed=3)
        record = batch.run(match, keep=True)
    except NotApplicableError as error:
        pytest.skip(str(error))
    assert_same(record, events.run(match, keep=True))


def test_states_that_never_come_again_are_played_alike():
    stage = dilemma()
    counters = [Counter(tuple(len(place.actions) for place in stage.information_sets)) for _ in range(2)]
    match = match_of(stage, *counters, rounds=40, replications=30, noise=0.05)
    assert_same(batch.run(match, keep=True), events.run(match, keep=True))


@pytest.mark.parametrize("threads", [1, 2, 7])
@pytest.mark.parametrize("block", [None, 1, 64, 1000, 10**6])
def test_threads_and_blocks_do_not_matter(threads, block):
    match = coin_flips(rounds=None, continuation=0.9, discounts=(0.9, 0.95), replications=3000, seed=8)
    whole = batch.run(match, keep=True)
    assert_same(batch.run(match, keep=True, threads=threads, block=block), whole)


def test_a_spell_that_ends_in_the_middle_of_a_match_changes_nothing(monkeypatch):
    match = coin_flips(rounds=300, replications=20)
    whole = batch.run(match, keep=True)
    monkeypatch.setattr(batch, "SPELL", 50)
    assert_same(batch.run(match, keep=True), whole)


def test_more_lanes_than_fit_in_step_change_nothing(monkeypatch):
    match = coin_flips(rounds=None, continuation=0.7, replications=500)
    whole = batch.run(match, keep=True)
    monkeypatch.setattr(batch, "LANES", 3)
    assert_same(batch.run(match, keep=True), whole)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**128 - 1))
def test_a_part_of_the_replications_is_a_part_of_the_record(seed):
    match = coin_flips(rounds=5, replications=70, seed=seed)
    whole, part = batch.run(match), batch.run(dataclasses.replace(match, replications=23))
    np.testing.assert_array_equal(whole.payoffs[:23], part.payoffs)


def test_another_seed_is_another_record():
    one, other = (batch.run(coin_flips(rounds=50, replications=20, seed=seed), keep=True) for seed in (1, 2))
    assert not np.array_equal(one.course, other.course)


def test_trajectories_are_kept_only_when_asked_for():
    assert batch.run(coin_flips()).course is None


PROBABILITIES = st.lists(st.sampled_from((0.0, 0.0, 0.1, 1 / 3, 0.7, 1.0, 2.0**-60)), min_size=1, max_size=9).filter(any)


@given(PROBABILITIES, st.integers(0, 2**53 - 1))
def test_a_draw_chooses_the_same_action_in_whole_numbers(weights, units):
    limits = thresholds([weight / sum(weights) for weight in weights])
    near = [min(max(limit_units(limit) + shift, 0), 2**53 - 1) for limit in limits for shift in (-1, 0, 1)]
    for draw in (units, *near):
        chosen = next(action for limit, action in branches(limits) if draw < limit)
        assert chosen == choose(limits, draw * 2.0**-53)


def test_moves_that_are_certain_need_no_test_and_impossible_ones_have_none():
    assert branches([0.0, 1.0, 1.0]) == [(2**53, 1)]
    assert branches([0.25, 0.25, 1.0]) == [(2**51, 0), (2**53, 2)]


def test_the_last_action_takes_what_rounding_leaves():
    """Sums of probabilities may end a little above 1; no draw reaches beyond."""
    assert branches([0.5, 1.0000000000000002, 1.0]) == [(2**52, 0), (2**53, 1)]


def test_many_actions_are_chosen_with_their_probabilities():
    """A fair die with 97 faces, by the chi-squared statistic: mean 96, standard deviation sqrt(192)."""
    stage = chance_chain(*((f"face {k}", f"1/{97 - k}") for k in range(96)), payoffs={f"face {k}": k for k in range(97)}, onward="face 96")
    match = match_of(stage, random.strategy(Seat(stage, 0)), rounds=1, replications=97_000)
    counts = batch.run(match).counts
    assert abs(((counts - 1000) ** 2 / 1000).sum() - 96) < 4 * math.sqrt(2 * 96)


def test_an_interrupted_run_keeps_what_is_done_and_says_how_much():
    match = coin_flips(rounds=2, replications=1000)

    def stop(done, _):
        if done == 300:
            raise KeyboardInterrupt

    record = batch.run(match, progress=stop, keep=True, block=100)
    assert (record.replications, record.is_complete) == (300, False)
    assert record.notes == ("interrupted: 300 of 1000 replications are done; the results are of these",)
    assert_same(dataclasses.replace(record, notes=()), events.run(dataclasses.replace(match, replications=300), keep=True))


def test_an_interruption_before_the_first_block_is_passed_on(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "_play_rounds", interrupted)
    with pytest.raises(KeyboardInterrupt):
        batch.run(coin_flips())


def test_progress_grows_to_the_whole():
    told = []
    batch.run(coin_flips(replications=250), progress=lambda *x: told.append(x), block=100)
    assert told == [(100, 250), (200, 250), (250, 250)]


class Wrong:
    """Probabilities that are right until the third round."""

    notes = ()

    def start(self):
        return 0

    def behaviour(self, state, place, carried):
        return (0.5, 0.5) if state < 2 else (0.5, 0.4)

    def update(self, state, seen):
        return state + 1


def test_an_error_of_a_strategy_arrives_as_events_tells_it():
    stage = dilemma()
    match = match_of(stage, Wrong(), random.strategy(Seat(stage, 1)), replications=50)
    with pytest.raises(GameError) as of_events:
        events.run(match)
    with pytest.raises(GameError) as of_batch:
        batch.run(match)
    assert str(of_batch.value) == str(of_events.value)


@pytest.mark.parametrize("options", [{"threads": 0}, {"block": 0}])
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(ParameterError, match="at least one thread and one replication in a block, got"):
        batch.run(coin_flips(), **options)


def test_memory_does_not_grow_with_rounds():
    """Tracked allocations at 20,000 and at 200,000 rounds, where the carried state stands still after 1,000 rounds."""

    def peak(rounds):
        stage = chance_chain(("signed", "0"), payoffs={"signed": 0, "next": 0})
        bill = GrowingBill(stage, "next", 1.0, 0.5)
        match = match_of(stage, random.strategy(Seat(stage, 0)), rounds=rounds, replications=10, state=bill)
        tracemalloc.start()
        try:
            batch.run(match)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(20_000)
    assert peak(200_000) < 1.2 * peak(20_000)


MILLION = """
from negotiation import load
from negotiation.engines import batch
from negotiation.play import match
record = batch.run(match(load("{file}"), replications=1_000_000))
# The peak of this program alone; the one that getrusage gives includes the process that it was forked from.
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(record.replications, int(peak) / 1024)
"""


def test_a_million_replications_of_the_flagship_fit_in_memory():
    """Peak resident memory of a process of its own, in MB."""
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not tell the peak memory of a process")
    file = FOLDER / "december_2021.yaml"
    ran = subprocess.run([sys.executable, "-c", MILLION.format(file=file)], capture_output=True, text=True, check=True)
    replications, peak = ran.stdout.split()
    assert int(replications) == 1_000_000
    assert float(peak) < MEGABYTES


def test_types_and_one_strategy_for_several_of_them():
    """The same strategy object plays two types: where a round starts is then more than its situation."""
    stage = typed_crisis()
    same = always.strategy(Seat(stage, 0, "tough"), action="wait")
    both = {"tough": random.strategy(Seat(stage, 0, "tough")), "weak": random.strategy(Seat(stage, 0, "weak"))}
    for challenger in (both, {"tough": same, "weak": both["weak"]}):
        match = match_of(stage, challenger, random.strategy(Seat(stage, 1)), rounds=4, replications=200, seed=6)
        assert_same(batch.run(match, keep=True), events.run(match, keep=True))


def test_automata_with_noise_against_each_other():
    stage = dilemma()
    for makers in ((tit_for_tat.strategy, grim_trigger.strategy), (grim_trigger.strategy, random.strategy)):
        match = match_of(stage, *seats(stage, *makers), rounds=60, noise=0.03, discounts=(0.99, 0.9), replications=100, seed=4)
        assert_same(batch.run(match, keep=True), events.run(match, keep=True))


def test_a_match_that_is_certain_needs_no_draw():
    stage = crisis()
    match = match_of(
        stage, always.strategy(Seat(stage, 0), action=["ultimatum", "act"]), always.strategy(Seat(stage, 1), action="refuse"), rounds=6
    )
    record = batch.run(match, keep=True)
    assert record.last_outcomes == {"acted": 1.0}
    np.testing.assert_array_equal(record.payoffs, [[6.0, -6.0]])


def test_a_round_of_thousands_of_moves_is_refused():
    steps = [(f"end {k}", "0.001") for k in range(2100)]
    stage = chance_chain(*steps, payoffs={"next": 0} | {name: 0 for name, _ in steps})
    with pytest.raises(NotApplicableError, match="at most 2,048 moves in a row, and this one has up to 2,100: only events plays it"):
        batch.run(match_of(stage, random.strategy(Seat(stage, 0))))


def test_a_round_of_a_thousand_moves_is_played_alike():
    """Some 400 blocks of draws for a single round."""
    steps = [(f"end {k}", "0.001") for k in range(1500)]
    stage = chance_chain(*steps, payoffs={"next": 3} | {name: k for k, (name, _) in enumerate(steps)})
    match = match_of(stage, random.strategy(Seat(stage, 0)), rounds=3, replications=60, continuation=0.9)
    assert_same(batch.run(match, keep=True), events.run(match, keep=True))
