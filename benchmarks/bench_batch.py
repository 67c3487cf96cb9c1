"""The batch engine against the machine's limit, the events engine, plain Python, the Axelrod library, and itself.

The machine's limit
-------------------
A round of a 2x2 game between two automata that err has to make two random numbers and to look up two thresholds and the next
pair of states. A block of Philox4x64-10 is 20 products of 64 by 64 bits, and has four numbers: at one product in one or two
cycles, 10 to 20 cycles a round for the random numbers alone. Each look-up waits some five cycles for the fastest cache, one after
another, unless several replications are looked up at once. ``minimal_*`` below are compiled loops that do this and nothing
else, written for one kind of game each: no payoffs, no counts, no results but how each replication ended. What they take is
the limit that the engine is measured by.

The Axelrod library is not installed with this package. To measure against it, install it in an environment of its own and
name its interpreter in the environment variable ``AXELROD_PYTHON``.
"""

import os
import random as python_random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numba import njit
from timing import best_times

from negotiation import load
from negotiation.engines import batch, events
from negotiation.games.extensive_form import Decision, End, ExtensiveFormGame, InformationSet
from negotiation.games.programs import limit_units
from negotiation.games.repeated import Match, Repetition
from negotiation.games.seat import Seat
from negotiation.games.situations import Situations
from negotiation.kernels.philox import block, key_of_seed
from negotiation.play import match as scenario_match
from negotiation.strategies import random, tit_for_tat

FLAGSHIP = Path(__file__).parents[1] / "scenarios" / "december_2021.yaml"

#: At most so many times the time of the minimal loop.
LIMIT_BARS = {"automata": 2.0, "flagship": 4.0}

#: At least so many times the rounds per second of the events engine, on all cores.
EVENTS_BARS = {"automata": 500.0, "flagship": 200.0}

#: The same against a plain loop of Python and against the Axelrod library.
PYTHON_BAR, AXELROD_BAR = 50.0, 300.0

#: Two cores against one; and twice as many rounds or replications against once.
CORES_BAR, DOUBLING_BAR = 1.7, 2.2

ROUNDS = 50

SHIFT, ONE, TWO, THREE = np.uint64(11), np.uint64(1), np.uint64(2), np.uint64(3)


def dilemma() -> ExtensiveFormGame:
    sets = tuple(InformationSet("start", player, ("cooperate", "defect")) for player in (0, 1))
    cells = ((3, 3), (0, 5), (5, 0), (1, 1))
    ends = tuple(End(f"cell {number}", (Fraction(x), Fraction(y))) for number, (x, y) in enumerate(cells))
    return ExtensiveFormGame(("row", "column"), sets, (Decision(0, (1, 2)), Decision(1, (3, 4)), Decision(1, (5, 6)), *ends))


def automata(replications: int, rounds: int = ROUNDS) -> Match:
    """Tit-for-tat against tit-for-tat, each of which errs with probability 0.05."""
    stage = dilemma()
    strategies = tuple({None: tit_for_tat.strategy(Seat(stage, player))} for player in (0, 1))
    return Match(stage, strategies, Repetition(rounds, None, (0.99, 0.99), frozenset()), replications, 0, noise=0.05)


def against_random(replications: int) -> Match:
    """Tit-for-tat that errs with probability 0.05 against random play."""
    match = automata(replications)
    return replace(match, strategies=(match.strategies[0], {None: random.strategy(Seat(match.stage, 1))}))


def flagship(replications: int) -> Match:
    return scenario_match(load(FLAGSHIP), replications=replications)


MATCHES = {"automata": automata, "flagship": flagship}


def look_up(match: Match) -> tuple[np.ndarray, np.ndarray]:
    """All situations of a match: the limits of each information set's actions, and the next situation after each end."""
    situations, over = Situations(match), match.ends_after
    numbers = {situations.start(0): 0}
    limits, following = [], []
    for here in (order := list(numbers)):
        limits.append(padded([situations.limits(here, place) for place in range(len(match.stage.information_sets))]))
        after = [here if is_last else situations.after(here, end) for end, is_last in enumerate(over)]
        if len(order) <= match.repetition.rounds:
            order += [there for there in dict.fromkeys(after) if there not in numbers]
            numbers |= {there: number for number, there in enumerate(order)}
        following.append([numbers.get(there, 0) for there in after])
    return np.array(limits, dtype=np.uint64), np.array(following, dtype=np.int32)


def padded(rows: list[list[float]]) -> list[list[int]]:
    """Limits in whole numbers, all rows of the same length."""
    most = max(map(len, rows))
    return [[limit_units(limit) for limit in row] + [2**53] * (most - len(row)) for row in rows]


def moves_of(match: Match) -> np.ndarray:
    """By information set (each has one node) and action: the next information set, or the complement of an end's place."""
    stage = match.stage
    below = [stage.nodes[members[0]].children for members in stage.members]
    there = [[~stage.ends.index(node) if node in stage.ends else stage.nodes[node].information_set for node in row] for row in below]
    return np.array([row + [0] * (max(map(len, there)) - len(row)) for row in there], dtype=np.int32)


@njit
def minimal_automata(limits, following, rounds, key, last):
    k0, k1 = key
    for replication in range(last.shape[0]):
        state, end = 0, 0
        for pair in range(rounds // 2):
            w0, w1, w2, w3 = block(np.uint64(pair), np.uint64(replication), np.uint64(0), k0, k1)
            end = 2 * ((w0 >> SHIFT) >= limits[state, 0, 0]) + ((w1 >> SHIFT) >= limits[state, 1, 0])
            state = following[state, end]
            end = 2 * ((w2 >> SHIFT) >= limits[state, 0, 0]) + ((w3 >> SHIFT) >= limits[state, 1, 0])
            state = following[state, end]
        last[replication] = end


@njit
def minimal_tree(limits, following, tree, rounds, key, last):
    """Perfect information, one node to an information set; the first is the root."""
    words, depth = np.empty(4, dtype=np.uint64), np.uint64(3)
    (moves, over), (k0, k1) = tree, key
    for replication in range(last.shape[0]):
        state, end, held = 0, 0, np.uint64(2**63)
        for t in range(rounds):
            place, number = 0, np.uint64(t) * depth
            while place >= 0:
                if number >> TWO != held:
                    held = number >> TWO
                    words[0], words[1], words[2], words[3] = block(held, np.uint64(replication), np.uint64(0), k0, k1)
                word, action = words[number & THREE] >> SHIFT, 0
                while word >= limits[state, place, action]:
                    action += 1
                place = moves[place, action]
                number += ONE
            end = ~place
            if over[end]:
                break
            state = following[state, end]
        last[replication] = end


def minimal_loop(name: str, match: Match, last: np.ndarray) -> Callable[[], None]:
    """The minimal loop of a match; it writes the end of each replication's last round."""
    limits, following = look_up(match)
    rounds, key = match.repetition.rounds, tuple(map(np.uint64, key_of_seed(match.seed)))
    if name == "automata":
        return lambda: minimal_automata(limits, following, rounds, key, last)
    tree = moves_of(match), np.array(match.ends_after)
    return lambda: minimal_tree(limits, following, tree, rounds, key, last)


def assert_same(one: object, other: object) -> None:
    for name in ("last", "rounds", "payoffs", "counts"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize("name", MATCHES)
@pytest.mark.benchmark(group="batch against the machine's limit, one core")
def bench_batch_against_a_minimal_compiled_loop(benchmark, name):
    match = MATCHES[name](200_000 if name == "automata" else 2_000_000)
    last = np.empty(match.replications, dtype=np.int32)
    loop = minimal_loop(name, match, last)
    loop()
    record = batch.run(match, threads=1)
    np.testing.assert_array_equal(record.last, last)
    rounds = int(record.rounds.sum())
    if not benchmark.disabled:
        engine, bare = best_times(lambda: batch.run(match, threads=1), loop)
        benchmark.extra_info.update(
            ratio=round(engine / bare, 2),
            bar=LIMIT_BARS[name],
            ns_per_round=round(1e9 * engine / rounds, 1),
            limit_ns=round(1e9 * bare / rounds, 1),
        )
        assert engine <= LIMIT_BARS[name] * bare
    benchmark(batch.run, match, threads=1)


@pytest.mark.parametrize("name", MATCHES)
@pytest.mark.benchmark(group="batch against events, all cores, rounds per second")
def bench_batch_against_events(benchmark, name):
    few = MATCHES[name](100 if name == "automata" else 1000)
    many = replace(few, replications=400_000 if name == "automata" else 4_000_000)
    assert_same(batch.run(few), events.run(few))
    rounds = int(batch.run(many).rounds.sum())
    if not benchmark.disabled:
        compiled, reference = best_times(lambda: batch.run(many), lambda: events.run(few))
        per_second = rounds / compiled
        ratio = per_second / (int(events.run(few).rounds.sum()) / reference)
        benchmark.extra_info.update(ratio=round(ratio), bar=EVENTS_BARS[name], rounds_per_second=round(per_second))
        assert ratio >= EVENTS_BARS[name]
    benchmark(batch.run, many)


def plain_python(match: Match, replications: int) -> list[int]:
    """Play two automata of a 2x2 game as one would write it in Python, and return how many rounds came to each end.

    It does what the engine does, with Python's own random numbers: next states and payoffs from tables, sums with discounts.
    """
    (row,), (column,) = (tuple(kinds.values()) for kinds in match.strategies)
    noise = match.noise
    first, second = (
        [(1 - noise) * p[place][0] + noise * p[place][1] for p in one.probabilities] for place, one in enumerate((row, column))
    )
    payoffs, discounts, counts = match.stage.payoffs.tolist(), match.repetition.discounts, [0] * 4
    draw = python_random.Random(0).random  # noqa: S311  # a baseline
    for _ in range(replications):
        mine, other, weights, sums = 0, 0, [1.0, 1.0], [0.0, 0.0]
        for _ in range(match.repetition.rounds):
            end = 2 * (draw() >= first[mine]) + (draw() >= second[other])
            counts[end] += 1
            for player in (0, 1):
                sums[player] += weights[player] * payoffs[end][player]
                weights[player] *= discounts[player]
            mine, other = row.following[mine][end], column.following[other][end]
    return counts


@pytest.mark.benchmark(group="batch against plain Python, all cores")
def bench_batch_against_a_plain_python_loop(benchmark):
    many, few = automata(400_000), 2000
    counts = batch.run(many).counts
    plain_counts = np.array(plain_python(many, few))
    rounds = few * ROUNDS
    # The two draw their own numbers. Rounds of a match are not independent: errors follow one another for some 20 rounds.
    np.testing.assert_allclose(plain_counts / rounds, counts / counts.sum(), atol=4 * (20 * 0.25 / rounds) ** 0.5)
    if not benchmark.disabled:
        compiled, plain = best_times(lambda: batch.run(many), lambda: plain_python(many, few))
        ratio = (many.replications * ROUNDS / compiled) / (rounds / plain)
        benchmark.extra_info.update(ratio=round(ratio), bar=PYTHON_BAR, plain_rounds_per_second=round(rounds / plain))
        assert ratio >= PYTHON_BAR
    benchmark(batch.run, many)


AXELROD = """
import time, warnings
warnings.simplefilter("ignore")
import axelrod
best, cooperations, moves = float("inf"), 0, 0
for turn in range(7):
    start = time.perf_counter()
    for seed in range(100):
        match = axelrod.Match((axelrod.TitForTat(), axelrod.Random()), turns={rounds}, noise=0.05, seed=100 * turn + seed)
        played = match.play()
        cooperations += sum(pair[0] == axelrod.Action.C for pair in played)
        moves += len(played)
    best = min(best, time.perf_counter() - start)
print(100 * {rounds} / best, cooperations / moves, moves)
"""


@pytest.mark.benchmark(group="batch against the Axelrod library, all cores")
def bench_batch_against_axelrod(benchmark):
    python = os.environ.get("AXELROD_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import axelrod"], capture_output=True, check=False).returncode:
        pytest.skip("the Axelrod library is not installed; AXELROD_PYTHON names an interpreter that has it")
    noisy_random = against_random(400_000)
    record = batch.run(noisy_random)
    # Noise flips the moves of a random player to a random move, so it does not matter that here both players err.
    ran = subprocess.run([python, "-c", AXELROD.format(rounds=ROUNDS)], capture_output=True, text=True, check=True)
    per_second, cooperation, moves = map(float, ran.stdout.split())
    assert abs(record.counts[:2].sum() / record.counts.sum() - cooperation) < 4 * (0.25 / moves) ** 0.5
    if not benchmark.disabled:
        (compiled,) = best_times(lambda: batch.run(noisy_random))
        ratio = noisy_random.replications * ROUNDS / compiled / per_second
        benchmark.extra_info.update(ratio=round(ratio), bar=AXELROD_BAR, axelrod_rounds_per_second=round(per_second))
        assert ratio >= AXELROD_BAR
    benchmark(batch.run, noisy_random)


@pytest.mark.parametrize("name", MATCHES)
@pytest.mark.benchmark(group="batch on two cores against one")
def bench_batch_on_two_cores(benchmark, name):
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("there is one core only")
    match = MATCHES[name](400_000 if name == "automata" else 4_000_000)
    assert_same(batch.run(match, threads=1), batch.run(match, threads=2))
    if not benchmark.disabled:
        one, two = best_times(lambda: batch.run(match, threads=1), lambda: batch.run(match, threads=2))
        benchmark.extra_info.update(ratio=round(one / two, 2), bar=CORES_BAR)
        assert one >= CORES_BAR * two
    benchmark(batch.run, match, threads=2)


@pytest.mark.parametrize("what", ["rounds", "replications"])
@pytest.mark.benchmark(group="twice as much, one core")
def bench_how_batch_grows(benchmark, what):
    sizes = {"rounds": ROUNDS, "replications": 200_000}
    matches = [automata(**sizes), automata(**(sizes | {what: 2 * sizes[what]}))]
    once, twice = (batch.run(match, threads=1) for match in matches)
    assert twice.rounds.sum() == 2 * once.rounds.sum()
    if not benchmark.disabled:
        short, long = best_times(*(lambda match=match: batch.run(match, threads=1) for match in matches))
        benchmark.extra_info.update(ratio=round(long / short, 2), bar=DOUBLING_BAR)
        assert long <= DOUBLING_BAR * short
    benchmark(batch.run, matches[1], threads=1)
