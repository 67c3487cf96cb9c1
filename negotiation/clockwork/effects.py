"""What rounds, shocks and the end of time do to a replication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from negotiation.clockwork.board import Crisis, Line
from negotiation.errors import GameError
from negotiation.games.clock import time_weights, waited
from negotiation.games.course import NOT_STOPPED, Course, enter_round
from negotiation.games.draws import STRIDE, rows_of_draws
from negotiation.games.durations import duration_ticks
from negotiation.games.timing import ALL_OVER, stoppers_of
from negotiation.kernels.philox import SHOCKS

__all__ = ["arrivals", "close", "enter", "results", "shocked", "spread"]

#: A shock that comes more often in one replication floods it.
MOST_ARRIVALS = 1_000_000


def enter(crisis: Crisis, line: Line, end: int, now: int) -> None:
    """Add a round that ends now, and go on to where its channel stands after it."""
    desk, here = line.desk, line.here
    payoffs = here.payoffs[end]
    if crisis.story is not None:
        crisis.story.end_round(desk.rank, now, end, payoffs, here.carried)
    if desk.clock.discounts_time:
        worth = time_weights(desk.clock, np.array([now]))[:, 0].tolist()
        payoffs = tuple(share * payoff for share, payoff in zip(worth, payoffs, strict=True))
    enter_round(line.course, end, payoffs, line.weights, desk.match.repetition.discounts)
    line.ended_at = now
    line.here = here.following[end] or desk.situations.after(here, end)


def spread(crisis: Crisis, line: Line, end: int) -> bool:
    """Let the other channels learn of a round that has ended; return whether all channels are over with it."""
    outcome = line.desk.outcomes[end]
    for other in crisis.open_lines:
        change = other.desk.clock.elsewhere.get(outcome)
        if other is not line and change is not None:
            other.here = other.desk.situations.carrying(other.here, change(other.here.carried))
    return outcome in line.desk.clock.all_over_when


def shocked(crisis: Crisis, number: int, now: int) -> bool:
    """Let a shock change what is carried in every channel; return whether all is over with it."""
    for line in crisis.open_lines:
        change = line.desk.clock.shocks[number].change
        if change is not None:
            line.here = line.desk.situations.carrying(line.here, change(line.here.carried))
        if crisis.story is not None:
            crisis.story.shock(line.desk.rank, now, number, line.here.carried)
    return crisis.board.clock.shocks[number].ends


def arrivals(crisis: Crisis, number: int) -> Iterator[int]:
    """Yield the times at which a shock comes, in ticks.

    Raises
    ------
    GameError
        If it comes too often.
    """
    board = crisis.board
    shock = board.clock.shocks[number]
    yield from shock.times
    if shock.interval is None:
        return
    time = 0
    draws = rows_of_draws(board.key, crisis.replication, SHOCKS + STRIDE * number, 1)
    for _, uniforms in zip(range(MOST_ARRIVALS), draws, strict=False):
        time += int(duration_ticks(shock.interval, np.array(uniforms), board.clock.per_unit)[0])
        yield time
        if not shock.repeats:
            return
    raise GameError(
        f"the shock {shock.name!r} comes more than {MOST_ARRIVALS:,} times in one replication; give it a longer time in 'every'"
    )


def close(line: Line, now: int) -> None:
    """Note that a channel is over."""
    line.course.is_over = True
    line.course.elapsed = now


def results(crisis: Crisis, now: int) -> list[Course]:
    """Return what a replication that is over now has come to: as a whole and, if it has channels, in each of them."""
    for line in crisis.open_lines:
        close(line, now)
        line.course.stopped = crisis.stopped
    if not crisis.board.match.channels:
        only = crisis.lines[0]
        _pay_for_time(only, only.course.payoffs, range(len(only.course.payoffs)), only.course.elapsed)
        return [only.course]
    place = crisis.board.match.channels[0].place
    for line in crisis.lines:
        _pay_for_time(line, line.course.payoffs, [place], line.course.elapsed)
    return [_whole(crisis, now), *(line.course for line in crisis.lines)]


def _whole(crisis: Crisis, now: int) -> Course:
    """Return what all channels have come to together."""
    latest = max(crisis.lines, key=lambda line: (line.ended_at, -line.desk.rank))
    whole = Course(crisis.replication, -1, [0.0] * len(crisis.board.match.players), None)
    whole.last, whole.is_silent, whole.is_over, whole.elapsed = latest.course.last, latest.course.is_silent, True, now
    # An outcome with which all channels are over is an end of the whole that came from within.
    is_own_end = crisis.stopped == stoppers_of(crisis.board.clock).index(ALL_OVER)
    whole.stopped = NOT_STOPPED if is_own_end else crisis.stopped
    for line in crisis.lines:
        whole.rounds += line.course.rounds
        for column, payoff in zip(line.desk.columns, line.course.payoffs, strict=True):
            whole.payoffs[column] += payoff
        for end, times in line.course.counts.items():
            whole.counts[end] = whole.counts.get(end, 0) + times
    first = crisis.lines[0]
    place = crisis.board.match.channels[0].place
    costs = [0.0] * len(first.desk.columns)
    shared = [player for player in range(len(costs)) if player != place]
    _pay_for_time(first, costs, shared, now)
    for player in shared:
        whole.payoffs[first.desk.columns[player]] += costs[player]
    return whole


def _pay_for_time(line: Line, payoffs: list[float], players: Iterable[int], until: int) -> None:
    """Take from players what waiting until a time has cost them."""
    clock = line.desk.clock
    if any(clock.costs):
        costs = waited(clock, np.array([until]))[:, 0].tolist()
        for player in players:
            payoffs[player] -= costs[player]
