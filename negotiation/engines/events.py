"""Play a match event by event (simpy): the reference engine.

Each replication is one process on a clock of its own. A move is an event; the moves of a round follow one another within
one tick of the clock, and the next round starts one tick later: time is a whole number, the number of rounds that are
over. Draws have addresses (``games.draws``), so nothing depends on the order of events or on which replications are run.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field

import numpy as np
import simpy
from numpy.typing import NDArray

from negotiation.errors import NegotiationError, ParameterError, SolverError
from negotiation.games.chronicle import Chronicle, chronicle
from negotiation.games.draws import RoundDraws, round_draws
from negotiation.games.record import Record
from negotiation.games.repeated import Match
from negotiation.games.situations import CHANCE, Situation, Situations, StageTables, choose, stage_tables
from negotiation.kernels.philox import MOVES, TYPES, fill_draws, key_of_seed

__all__ = ["run", "trace"]

#: Rounds whose draws are made at a time: short crises waste few draws, and long ones pay the call rarely.
FIRST_CHUNK, LARGEST_CHUNK = 4, 256

#: Replications between two reports of progress.
REPORT_EVERY = 100


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """A match laid out for playing."""

    match: Match
    tables: StageTables
    situations: Situations
    over: tuple[bool, ...]
    draws: RoundDraws
    key: NDArray[np.uint64]


@dataclass(slots=True)
class Course:
    """One replication while it is played: what it has come to so far."""

    replication: int
    start: int
    payoffs: list[float]
    ends: list[int] | None
    counts: dict[int, int] = field(default_factory=dict)
    last: int = -1
    rounds: int = 0
    is_over: bool = False
    error: NegotiationError | None = None


def run(match: Match, *, progress: Callable[[int, int], None] | None = None, keep: bool = False) -> Record:
    """Return the record of a match.

    Parameters
    ----------
    match : Match
    progress : callable, optional
        Told now and then how many replications are done, of how many.
    keep : bool
        Whether the record also holds the end of every round.

    Returns
    -------
    Record
        If the run is interrupted from the keyboard after at least one replication, the record of those that are done.
    """
    board = _board(match)
    count, done, notes = match.replications, 0, match.notes
    last, rounds = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int64)
    payoffs, counts = np.empty((count, len(match.stage.players))), np.zeros(len(match.stage.ends), dtype=np.int64)
    kept: list[NDArray[np.int32]] = []
    try:
        for replication in range(count):
            course = _play(board, match.first + replication, keep=keep)
            last[replication], rounds[replication], payoffs[replication] = course.last, course.rounds, course.payoffs
            kept += [] if course.ends is None else [np.array(course.ends, dtype=np.int32)]
            for end, times in course.counts.items():
                counts[end] += times
            done = replication + 1
            if progress is not None and (done % REPORT_EVERY == 0 or done == count):
                progress(done, count)
    except KeyboardInterrupt:
        if not done:
            raise
        notes = (*notes, f"interrupted: {done} of {count} replications are done; the results are of these")
    trajectories = np.concatenate(kept[:done]) if keep else None
    return Record(match, "events", last[:done], rounds[:done], payoffs[:done], counts, trajectories, notes)


def trace(match: Match, replication: int = 0) -> Chronicle:
    """Return what happens in one replication, counted from 0; the same as in a run of all of them.

    Raises
    ------
    ParameterError
        If the match has no replication of that number.
    """
    if not 0 <= replication < match.replications:
        raise ParameterError(f"the match has replications 0 to {match.replications - 1}, got {replication}")
    board = _board(match)
    course = _play(board, match.first + replication, keep=True)
    return chronicle(match, types=board.tables.starts[course.start], ends=course.ends or ())


def _board(match: Match) -> Board:
    tables, key = stage_tables(match.stage), np.array(key_of_seed(match.seed), dtype=np.uint64)
    return Board(match, tables, Situations(match), match.ends_after, round_draws(match, tables.depth), key)


def _play(board: Board, replication: int, *, keep: bool) -> Course:
    """Play one replication from beginning to end."""
    start = _draw_types(board, replication)
    course = Course(replication, start, [0.0] * len(board.match.stage.players), [] if keep else None)
    env = simpy.Environment()
    env.process(crisis(env, board, course, _draws(board, replication)))
    env.run()
    if course.error is not None:
        raise course.error
    if not course.is_over:
        # simpy takes some exceptions that a strategy might raise (StopSimulation) for an ordinary end.
        raise SolverError(f"replication {replication} stopped in round {course.rounds + 1} before the match was over")
    return course


def crisis(env: simpy.Environment, board: Board, course: Course, draws: Iterator[list[float]]) -> Generator[simpy.Event, None, None]:
    """Play round after round until an outcome, the number of rounds or chance ends the match."""
    repetition, situations = board.match.repetition, board.situations
    try:
        here = situations.start(course.start)
        weights = [1.0] * len(course.payoffs)
        for uniforms in draws:
            end = yield from play_round(env, board, here, course.start, uniforms)
            _enter(course, end, here.payoffs[end], weights, repetition.discounts)
            if board.over[end] or course.rounds == repetition.rounds:
                break
            if repetition.continuation is not None and uniforms[0] >= repetition.continuation:
                break
            here = here.following[end] or situations.after(here, end)
            yield env.timeout(1)
        course.is_over = True
    except NegotiationError as error:
        # Left to itself simpy raises a copy, made without what else the exception carries.
        course.error = error


def play_round(
    env: simpy.Environment, board: Board, here: Situation, start: int, uniforms: list[float]
) -> Generator[simpy.Event, None, int]:
    """Play the stage game once, move after move, and return the end that it comes to (a place in ``stage.ends``)."""
    tables = board.tables
    children, places = tables.children, tables.places
    node, number = start, board.draws.first_move
    while below := children[node]:
        yield env.timeout(0)
        place = places[node]
        limits = tables.chances[node] if place == CHANCE else here.limits[place] or board.situations.limits(here, place)
        node = below[choose(limits, uniforms[number])]
        number += 1
    return tables.ends[node]


def _enter(course: Course, end: int, payoffs: tuple[float, ...], weights: list[float], discounts: tuple[float, ...]) -> None:
    """Add a round to what a replication has come to; the weights are those of this round and become those of the next."""
    course.last = end
    course.rounds += 1
    course.counts[end] = course.counts.get(end, 0) + 1
    if course.ends is not None:
        course.ends.append(end)
    sums = course.payoffs
    for player, payoff in enumerate(payoffs):
        sums[player] += weights[player] * payoff
        weights[player] *= discounts[player]


def _draw_types(board: Board, replication: int) -> int:
    """Return the node at which the rounds start, once the private types are drawn."""
    tables, node = board.tables, 0
    for uniform in _family(board, replication, TYPES, 0, tables.type_moves):
        if node in tables.starts:
            break
        node = tables.children[node][choose(tables.chances[node], uniform)]
    return node


def _draws(board: Board, replication: int) -> Iterator[list[float]]:
    """Yield the draws of round 1, round 2 and so on, as many as are asked for."""
    width, first, size = board.draws.width, 0, FIRST_CHUNK
    while True:
        uniforms = _family(board, replication, MOVES, first * width, size * width)
        for start in range(0, size * width, width):
            yield uniforms[start : start + width]
        first, size = first + size, min(2 * size, LARGEST_CHUNK)


def _family(board: Board, replication: int, family: int, first: int, count: int) -> list[float]:
    """Return consecutive draws of a family, from the number ``first`` on."""
    out = np.empty(count)
    fill_draws(board.key, replication, family, first, out)
    draws: list[float] = out.tolist()
    return draws
