"""A match with a clock as processes: each channel, each shock, and the end of time."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import partial
from typing import Any

from negotiation.clockwork.board import Crisis, Line
from negotiation.clockwork.effects import arrivals, close, enter, shocked, spread
from negotiation.clockwork.instants import DECIDE, MOVE, SETTLE, SHOCK, Instants, Process
from negotiation.errors import NegotiationError
from negotiation.games.clock import move_due
from negotiation.games.situations import CHANCE, choose
from negotiation.games.timing import ALL_OVER, TIME_OUT, stoppers_of

__all__ = ["processes"]


def processes(instants: Instants, crisis: Crisis) -> Iterator[Process]:
    """Yield the processes that together play a replication."""
    for number in range(len(crisis.board.clock.shocks)):
        yield _guarded(shock(instants, crisis, number), instants, crisis)
    for line in crisis.lines:
        yield _guarded(channel(instants, crisis, line), instants, crisis)
    if crisis.board.clock.until is not None:
        yield _guarded(time_limit(instants, crisis, crisis.board.clock.until), instants, crisis)


def channel(instants: Instants, crisis: Crisis, line: Line) -> Process:
    """Play round after round in a channel until an outcome, the number of rounds or chance ends them."""
    desk, repetition, pause, is_alone = line.desk, line.desk.match.repetition, 0, len(crisis.lines) == 1
    for number, uniforms in enumerate(line.moves):
        line.delays.go_to(number)
        yield instants.turn(instants.now + pause, DECIDE, desk.rank)
        end = yield from one_round(instants, crisis, line, uniforms, is_alone=is_alone)
        enter(crisis, line, end, instants.now)
        is_last = desk.over[end] or line.course.rounds == repetition.rounds
        if is_last or (repetition.continuation is not None and uniforms[0] >= repetition.continuation):
            close(line, instants.now)
        if not is_alone:
            yield instants.turn(instants.now, SETTLE, desk.rank)
            if spread(crisis, line, end):
                _end_all(instants, crisis, ALL_OVER)
        if line.course.is_over:
            break
        pause = line.delays.of(desk.clock.pause, 0)
    if not crisis.open_lines:
        instants.stop()


def one_round(instants: Instants, crisis: Crisis, line: Line, uniforms: list[float], *, is_alone: bool) -> Generator[Any, Any, int]:
    """Play the stage game once, each move when it is due, and return the end that it comes to (a place in ``stage.ends``).

    Who ``is_alone`` need not wait with his decision until others have made the moves that are due at that instant.
    """
    desk, tables = line.desk, line.desk.tables
    node, number = line.course.start, 0
    line.course.is_silent = False
    while below := tables.children[node]:
        if number and not is_alone:
            yield instants.turn(instants.now, DECIDE, desk.rank)
        place = tables.places[node]
        limits = tables.chances[node] if place == CHANCE else desk.situations.limits(line.here, place)
        chosen = choose(limits, uniforms[desk.draws.first_move + number])
        number += 1
        due = move_due(desk.clock, node, chosen, instants.now, partial(line.delays.of, place=number))
        yield instants.turn(due.time, MOVE, desk.rank)
        line.course.is_silent |= due.is_silence
        if crisis.story is not None:
            crisis.story.move(desk.rank, instants.now, node, due.action, is_silence=due.is_silence)
        node = below[due.action]
    return tables.ends[node]


def shock(instants: Instants, crisis: Crisis, number: int) -> Process:
    """Let a shock come at its times."""
    for time in arrivals(crisis, number):
        yield instants.turn(time, SHOCK, number)
        if shocked(crisis, number, instants.now):
            _end_all(instants, crisis, crisis.board.clock.shocks[number].name)


def time_limit(instants: Instants, crisis: Crisis, time: int) -> Process:
    """Let time run out."""
    yield instants.last_turn(time)
    _end_all(instants, crisis, TIME_OUT)


def _end_all(instants: Instants, crisis: Crisis, why: str) -> None:
    crisis.stopped = stoppers_of(crisis.board.clock).index(why)
    instants.stop()


def _guarded(process: Process, instants: Instants, crisis: Crisis) -> Process:
    """Run a process; what it raises on purpose is kept, for a clock may raise a copy of it, made without what it carries."""
    try:
        yield from process
    except NegotiationError as error:
        crisis.error = error
        instants.stop()
