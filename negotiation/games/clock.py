"""The clock of a match: how long moves take, deadlines, windows in which moves are closed, shocks, what time costs.

Time is counted in ticks from the beginning of the match (``games.durations``). A player decides when his turn comes, knowing
what has happened by then; what he has chosen takes its time and is carried out, whatever happens meanwhile.

What happens at the same instant happens in waves, so that no order of declaration decides: first the shocks that come then,
by name; then all moves that are due; then the decisions of those whose turn has come, who do not see each other's. Moves that
take no time are the next wave's. A move on the last instant of a deadline is in time, and so is all that is due when the time
of the match runs out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.games.durations import LARGEST_TIME, Duration, ticks_of

__all__ = [
    "AT_ONCE",
    "Change",
    "Clock",
    "Deadline",
    "Due",
    "MoveTable",
    "Shock",
    "Window",
    "move_due",
    "time_weights",
    "waited",
]

#: The place in ``Clock.durations`` of the law of moves that take no time.
AT_ONCE = 0

#: By node of the stage tree and action, a place in ``Clock.durations``; () at an end.
MoveTable: TypeAlias = tuple[tuple[int, ...], ...]

#: What becomes of the carried quantities.
Change: TypeAlias = Callable[[tuple[float, ...]], tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long a turn may last, in ticks, and the action (its place among those of the node) that silence counts as."""

    after: int
    action: int


@dataclass(frozen=True, slots=True)
class Window:
    """An interval of time, ``start`` included and ``stop`` not, in which some moves take another time or cannot be made.

    Parameters
    ----------
    name : str
    start, stop : int, ticks
    moves : MoveTable
        Of moves decided in the window; -1 where it changes nothing.
    closed : frozenset of (node, action)
        What cannot be done in the window: a move that would be made then is made when it is over.
    """

    name: str
    start: int
    stop: int
    moves: MoveTable
    closed: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Shock:
    """Something that comes from outside.

    Parameters
    ----------
    name : str
    times : tuple of int, ticks, ascending
        When it comes; empty where that is drawn.
    interval : Duration or None
        The time from the beginning, and from one to the next if ``repeats``; None where the times are fixed.
    repeats : bool
    ends : bool
        Whether the match is over with it. A round that is being played is then broken off and pays nothing.
    change : Change or None
        What it does to what is carried.
    """

    name: str
    times: tuple[int, ...] = ()
    interval: Duration | None = None
    repeats: bool = False
    ends: bool = False
    change: Change | None = None


@dataclass(frozen=True, eq=False)
class Clock:
    """How time passes in a match.

    Parameters
    ----------
    unit : str
        What a unit of time is called, in the plural: ``days``.
    per_unit : int
        Ticks in a unit.
    durations : tuple of Duration
        The first takes no time.
    moves : MoveTable
        How long each action (or result of a chance move) takes.
    pause : int
        A place in ``durations``: the time from the end of a round to the beginning of the next.
    deadlines : tuple of (Deadline or None), [node]
    until : int or None, ticks
        When the match is over at the latest.
    rates : tuple of float, one for each player, at least 0
        A payoff that comes ``t`` units after the beginning is worth ``exp(-rate * t)`` of it.
    costs : tuple of float, one for each player, payoff units per unit of time
        What it costs that time passes, until the match is over; discounted at the same rate.
    windows : tuple of Window
    shocks : tuple of Shock, in the order of their names
    elsewhere : mapping of outcome to Change
        In a match with several channels: what the outcome of a round in another channel does to what is carried here.
    all_over_when : frozenset of str
        Outcomes of one channel with which all are over.
    """

    unit: str
    per_unit: int
    durations: tuple[Duration, ...]
    moves: MoveTable
    pause: int
    deadlines: tuple[Deadline | None, ...]
    until: int | None
    rates: tuple[float, ...]
    costs: tuple[float, ...]
    windows: tuple[Window, ...] = ()
    shocks: tuple[Shock, ...] = ()
    elsewhere: Mapping[str, Change] = field(default_factory=lambda: MappingProxyType({}))
    all_over_when: frozenset[str] = frozenset()

    @cached_property
    def certain(self) -> tuple[int | None, ...]:
        """For each of ``durations`` how many ticks it lasts, None where that is drawn."""
        return tuple(None if law.is_drawn else ticks_of(law.parameters[0], self.per_unit) for law in self.durations)

    @property
    def is_sequential(self) -> bool:
        """Whether nothing but moves, pauses and deadlines takes place: no shocks, no windows, no end at a date."""
        return not self.windows and not self.shocks and self.until is None

    @property
    def discounts_time(self) -> bool:
        """Whether it matters to anyone how much time has passed when a payoff comes."""
        return any(self.rates)


@dataclass(frozen=True, slots=True)
class Due:
    """A move that will be made: when (ticks), which action, and whether it stands for silence when a deadline passes."""

    time: int
    action: int
    is_silence: bool


def move_due(clock: Clock, node: int, action: int, now: int, delay: Callable[[int], int]) -> Due:
    """Return what comes of an action that was chosen now; ``delay`` gives the ticks that a law takes for this move."""
    law = clock.moves[node][action]
    for window in clock.windows:
        if window.start <= now < window.stop and window.moves[node][action] >= 0:
            law = window.moves[node][action]
    time = _when_open(clock, node, action, now + delay(law))
    deadline = clock.deadlines[node]
    if deadline is None or time <= now + deadline.after:
        return Due(time, action, False)
    return Due(_when_open(clock, node, deadline.action, now + deadline.after), deadline.action, True)


def _when_open(clock: Clock, node: int, action: int, time: int) -> int:
    """Return the first time, not before ``time``, at which no window keeps an action from being taken."""
    if clock.windows:
        closing = sorted((window.start, window.stop) for window in clock.windows if (node, action) in window.closed)
        for start, stop in closing:
            if start <= time < stop:
                time = stop
    return min(time, LARGEST_TIME)


def time_weights(clock: Clock, times: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what a payoff that comes at these times is worth to each player, as a share of it.

    A payoff is multiplied by this first, and then by what its round is worth. As with durations, each element depends on
    its own time alone, to the last bit.

    Parameters
    ----------
    clock : Clock
    times : ndarray of int64, shape (n,), ticks

    Returns
    -------
    ndarray, shape (players, n)
    """
    units = times / clock.per_unit
    return np.array([np.exp(-rate * units) for rate in clock.rates])


def waited(clock: Clock, times: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what waiting until these times has cost each player in all: the integral of ``cost * exp(-rate * t)``.

    Parameters
    ----------
    clock : Clock
    times : ndarray of int64, shape (n,), ticks

    Returns
    -------
    ndarray, shape (players, n), payoff unit
    """
    units = times / clock.per_unit
    rows = [cost * (-np.expm1(-rate * units) / rate if rate else units) for rate, cost in zip(clock.rates, clock.costs, strict=True)]
    return np.array(rows)
