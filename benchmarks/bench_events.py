"""The events engine against a bare simpy loop that fires as many events and draws as many random numbers.

The bare loop knows no game: its process waits as often as the engine's and calls Python's own generator as often as the
engine uses a draw. What the engine takes beyond it is the price of a game: looking up behaviour, choosing actions, adding
payoffs, moving on to the next situation, and draws that have an address.
"""

import random as python_random
from collections.abc import Callable, Generator
from contextlib import contextmanager
from fractions import Fraction

import pytest
import simpy
from timing import best_times

from negotiation.engines import events
from negotiation.games.extensive_form import Decision, End, ExtensiveFormGame, InformationSet
from negotiation.games.repeated import Match, Repetition
from negotiation.games.seat import Seat
from negotiation.strategies import grim_trigger, quantal_response, random, tit_for_tat

#: How many times the bare loop's time the engine may take.
BAR = 2.0


def dilemma() -> Match:
    """Tit-for-tat against random play, 50 rounds of the prisoner's dilemma."""
    sets = tuple(InformationSet("start", player, ("cooperate", "defect")) for player in (0, 1))
    cells = ((3, 3), (0, 5), (5, 0), (1, 1))
    ends = tuple(End(f"cell {number}", (Fraction(x), Fraction(y))) for number, (x, y) in enumerate(cells))
    stage = ExtensiveFormGame(("row", "column"), sets, (Decision(0, (1, 2)), Decision(1, (3, 4)), Decision(1, (5, 6)), *ends))
    strategies = ({None: tit_for_tat.strategy(Seat(stage, 0))}, {None: random.strategy(Seat(stage, 1))})
    return Match(stage, strategies, Repetition(50, None, (0.99, 0.99), frozenset()), 100, 0)


def crisis() -> Match:
    """A logit challenger and a logit target in a crisis tree with a random horizon and two outcomes that end it."""
    sets = (
        InformationSet("start", 0, ("wait", "ultimatum")),
        InformationSet("ultimatum", 1, ("refuse", "accept")),
        InformationSet("ultimatum > refuse", 0, ("stand down", "act")),
    )
    ends = (("quiet", 0, 0), ("signed", 2, -2), ("climbed down", -1, 0), ("acted", 1, -1))
    leaves = tuple(End(name, (Fraction(x), Fraction(y))) for name, x, y in ends)
    stage = ExtensiveFormGame(("challenger", "target"), sets, (Decision(0, (3, 1)), Decision(1, (2, 4)), Decision(2, (5, 6)), *leaves))
    strategies = tuple({None: quantal_response.strategy(Seat(stage, player), precision=0.5)} for player in (0, 1))
    return Match(stage, strategies, Repetition(None, 0.98, (0.95, 0.95), frozenset({"acted"})), 1000, 0)


def grim() -> Match:
    """Two grim triggers with a trembling hand."""
    match = dilemma()
    seats = [{None: grim_trigger.strategy(Seat(match.stage, player))} for player in (0, 1)]
    return Match(match.stage, tuple(seats), match.repetition, 100, 1, noise=0.02)


def bare_loop(plan: list[list[int]], continuing: bool) -> Callable[[], None]:
    """Return a simpy loop with, for each replication and round, so many moves."""

    def process(env: simpy.Environment, moves_of_rounds: list[int]) -> Generator[simpy.Event, None, None]:
        draw, last = python_random.random, len(moves_of_rounds) - 1
        for number, moves in enumerate(moves_of_rounds):
            for _ in range(moves):
                yield env.timeout(0)
                draw()
            if continuing:
                draw()
            if number < last:
                yield env.timeout(1)

    def loop() -> None:
        for moves_of_rounds in plan:
            env = simpy.Environment()
            env.process(process(env, moves_of_rounds))
            env.run()

    return loop


@contextmanager
def counted_events(monkeypatch: pytest.MonkeyPatch) -> Generator[list[int], None, None]:
    """Count what is put on any clock."""
    count = [0]
    schedule = simpy.Environment.schedule

    def counting(self: simpy.Environment, *args: object, **options: object) -> None:
        count[0] += 1
        schedule(self, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(simpy.Environment, "schedule", counting)
        yield count


@pytest.mark.parametrize("make", [dilemma, grim, crisis])
@pytest.mark.benchmark(group="events against bare simpy")
def bench_events_against_a_bare_simpy_loop(benchmark, monkeypatch, make):
    match = make()
    record = events.run(match, keep=True)
    depths = [len(match.stage.moves_to(end)) for end in match.stage.ends]
    plan = [[depths[end] for end in record.trajectory(replication)] for replication in range(match.replications)]
    loop = bare_loop(plan, continuing=match.repetition.continuation is not None)
    with counted_events(monkeypatch) as of_engine:
        events.run(match)
    with counted_events(monkeypatch) as of_loop:
        loop()
    assert of_engine == of_loop
    benchmark.extra_info.update(rounds=int(record.rounds.sum()), events=of_loop[0])
    if not benchmark.disabled:
        engine, bare = best_times(lambda: events.run(match), loop)
        benchmark.extra_info.update(ratio=round(engine / bare, 2), bar=BAR, rounds_per_second=round(record.rounds.sum() / engine))
        assert engine <= BAR * bare
    benchmark(events.run, match)
