"""Play a match event by event (simpy): the reference engine.

Each replication is one process on a clock of its own. A move is an event; the moves of a round follow one another within
one tick of the clock, and the next round starts one tick later: time is a whole number, the number of rounds that are
over. Draws have addresses (``games.draws``), so nothing depends on the order of events or on which replications are run.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import simpy
from numpy.typing import NDArray
from simpy.core import StopSimulation
from simpy.events import EventPriority

from negotiation.clockwork.board import Crisis, begin, lay_out
from negotiation.clockwork.effects import results
from negotiation.clockwork.instants import LAST_TURN, Turns
from negotiation.clockwork.processes import processes
from negotiation.clockwork.telling import Story
from negotiation.errors import NegotiationError, ParameterError, SolverError
from negotiation.games.chronicle import Chronicle, chronicle
from negotiation.games.course import Course, Tally, enter_round
from negotiation.games.draws import RoundDraws, consecutive_draws, round_draws, rows_of_draws
from negotiation.games.record import Record
from negotiation.games.repeated import Match
from negotiation.games.situations import CHANCE, Situation, Situations, StageTables, choose, stage_tables
from negotiation.games.timed_chronicle import TimedChronicle
from negotiation.kernels.philox import MOVES, TYPES, key_of_seed

__all__ = ["run", "trace"]

#: Replications between two reports of progress.
REPORT_EVERY = 100

#: Turns come after what simpy itself does at an instant, and after the end of everything.
FIRST_PRIORITY = 2


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """A match laid out for playing."""

    match: Match
    tables: StageTables
    situations: Situations
    over: tuple[bool, ...]
    draws: RoundDraws
    key: NDArray[np.uint64]


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
    play = _player(match, keep=keep)
    tallies, done, notes = _tallies(match, keep=keep), 0, match.notes
    try:
        for replication in range(match.replications):
            for tally, course in zip(tallies, play(match.first + replication), strict=True):
                tally.add(course)
            done = replication + 1
            if progress is not None and (done % REPORT_EVERY == 0 or done == match.replications):
                progress(done, match.replications)
    except KeyboardInterrupt:
        if not done:
            raise
        notes = (*notes, f"interrupted: {done} of {match.replications} replications are done; the results are of these")
    whole, *parts = tallies
    return whole.record("events", done, notes, tuple(part.record("events", done, ()) for part in parts))


def _tallies(match: Match, *, keep: bool) -> list[Tally]:
    """Return what takes in the replications: of the match as a whole and, if it has channels, of each."""
    return [Tally(match, keep=keep and not match.channels), *(Tally(channel.match, keep=keep) for channel in match.channels)]


def _player(match: Match, *, keep: bool) -> Callable[[int], Sequence[Course]]:
    """Return what plays a replication, as a whole and, if it has channels, in each of them."""
    clock = match.repetition.clock
    if clock is not None:
        timed = lay_out(match, clock)
        return lambda replication: results(*_play_in_time(begin(timed, replication, keep=keep)))
    board = _board(match)
    return lambda replication: (_play(board, replication, keep=keep),)


def trace(match: Match, replication: int = 0) -> Chronicle | TimedChronicle:
    """Return what happens in one replication, counted from 0; the same as in a run of all of them.

    Of a match with a clock it is a ``TimedChronicle``.

    Raises
    ------
    ParameterError
        If the match has no replication of that number.
    """
    if not 0 <= replication < match.replications:
        raise ParameterError(f"the match has replications 0 to {match.replications - 1}, got {replication}")
    clock = match.repetition.clock
    if clock is not None:
        story = Story([(channel.name, channel.match) for channel in match.channels] or [("", match)], clock)
        crisis, now = _play_in_time(begin(lay_out(match, clock), match.first + replication, keep=True, story=story))
        results(crisis, now)
        return story.chronicle([line.course for line in crisis.lines], now)
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
    env.process(crisis(env, board, course, rows_of_draws(board.key, replication, MOVES, board.draws.width)))
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
            enter_round(course, end, here.payoffs[end], weights, repetition.discounts)
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


def _draw_types(board: Board, replication: int) -> int:
    """Return the node at which the rounds start, once the private types are drawn."""
    tables, node = board.tables, 0
    if not tables.type_moves:
        return node
    for uniform in consecutive_draws(board.key, replication, TYPES, 0, tables.type_moves):
        if node in tables.starts:
            break
        node = tables.children[node][choose(tables.chances[node], uniform)]
    return node


class Turn(simpy.Event):
    """An event that happens at its time and, within that instant, when its number comes."""

    def __init__(self, keeper: Timekeeper, time: int, number: int) -> None:
        super().__init__(keeper.env)
        self._ok, self._value = True, None
        self.turns, self.time, self.number = keeper.turns, time, number
        self.callbacks.append(self.begin)
        keeper.env.schedule(self, EventPriority(FIRST_PRIORITY + number), time - keeper.now)

    def begin(self, _: simpy.Event) -> None:
        """Note that the turn has come, before the process that has waited for it goes on."""
        self.turns.begin(self.time, self.number)


class Timekeeper:
    """simpy's clock in whole ticks, on which the processes of ``clockwork`` wait for their turns."""

    def __init__(self) -> None:
        self.env = simpy.Environment(0)
        self.turns = Turns()
        self.over = self.env.event()

    @property
    def now(self) -> int:
        """The time."""
        return int(self.env.now)

    def turn(self, time: int, phase: int, rank: int) -> Turn:
        """Return the event of a turn."""
        return Turn(self, time, self.turns.number(self.now, time, phase, rank))

    def last_turn(self, time: int) -> Turn:
        """Return the event of the last turn at a time."""
        return Turn(self, time, LAST_TURN)

    def stop(self) -> None:
        """End everything before anything else happens."""
        if not self.over.triggered:
            self.over.succeed()


def _play_in_time(crisis: Crisis) -> tuple[Crisis, int]:
    """Play one replication of a match with a clock; return it with the time at which it is over."""
    keeper = Timekeeper()
    for process in processes(keeper, crisis):
        keeper.env.process(process)
    keeper.over.callbacks.append(StopSimulation.callback)
    keeper.env.run()
    if crisis.error is not None:
        raise crisis.error
    if not keeper.over.triggered:
        raise SolverError(f"replication {crisis.replication} stopped after {keeper.now} ticks of its clock, before the match was over")
    return crisis, keeper.now
