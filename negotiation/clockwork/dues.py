"""What comes of many moves that are chosen at the same time of play: when each is made, and which it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negotiation.games.clock import AT_ONCE, Clock, MoveTable
from negotiation.games.durations import LARGEST_TIME, duration_ticks

__all__ = ["Dues", "MoveTimes", "laws_ticks", "lay_out_times", "moves_due"]

#: In a table of a window: it changes nothing here.
UNCHANGED = -1

#: In the table of deadlines: there is none.
NO_DEADLINE = -1


@dataclass(frozen=True, slots=True, eq=False)
class MoveTimes:
    """A clock's tables as arrays, N nodes with at most A actions.

    Parameters
    ----------
    clock : Clock
    laws : ndarray of int64, shape (N, A)
        Places in ``clock.durations``.
    deadlines, silences : ndarray of int64, shape (N,)
        After how many ticks a turn ends, and the action that silence then counts as; -1 where there is no deadline.
    window_laws : tuple of ndarray of int64, shape (N, A)
        For each window, laws of moves decided in it; -1 where it changes nothing.
    closed : tuple of ((start, stop) in ticks, ndarray of bool, shape (N, A))
        When which moves cannot be made, the earliest first.
    """

    clock: Clock
    laws: NDArray[np.int64]
    deadlines: NDArray[np.int64]
    silences: NDArray[np.int64]
    window_laws: tuple[NDArray[np.int64], ...]
    closed: tuple[tuple[tuple[int, int], NDArray[np.bool_]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Dues:
    """When moves are made (ticks), and where it is silence that counts as a move; arrays of shape (n,)."""

    times: NDArray[np.int64]
    are_silence: NDArray[np.bool_]


def lay_out_times(clock: Clock) -> MoveTimes:
    """Return a clock's tables as arrays."""
    nodes, actions = len(clock.moves), max(map(len, clock.moves))
    laws = _table(clock.moves, actions)
    deadlines = np.array([NO_DEADLINE if deadline is None else deadline.after for deadline in clock.deadlines], dtype=np.int64)
    silences = np.array([NO_DEADLINE if deadline is None else deadline.action for deadline in clock.deadlines], dtype=np.int64)
    closed = []
    for window in sorted(clock.windows, key=lambda window: (window.start, window.stop)):
        cells = np.zeros((nodes, actions), dtype=np.bool_)
        for node, action in window.closed:
            cells[node, action] = True
        closed.append(((window.start, window.stop), cells))
    return MoveTimes(clock, laws, deadlines, silences, tuple(_table(window.moves, actions) for window in clock.windows), tuple(closed))


def _table(moves: MoveTable, actions: int) -> NDArray[np.int64]:
    return np.array([[*row, *[UNCHANGED] * (actions - len(row))] for row in moves], dtype=np.int64)


def moves_due(
    times: MoveTimes, nodes: NDArray[np.int32], actions: NDArray[np.int32], now: NDArray[np.int64], uniforms: NDArray[np.float64]
) -> Dues:
    """Return what comes of actions that are chosen now: ``games.clock.move_due`` for many, to the last tick.

    Parameters
    ----------
    times : MoveTimes
    nodes, actions : ndarray of int32, shape (n,)
    now : ndarray of int64, shape (n,), ticks
    uniforms : ndarray of float64, shape (n,)
        The draws for the times that the moves take.
    """
    laws = times.laws[nodes, actions]
    for window, table in zip(times.clock.windows, times.window_laws, strict=True):
        changed = table[nodes, actions]
        laws = np.where((window.start <= now) & (now < window.stop) & (changed != UNCHANGED), changed, laws)
    due = _when_open(times, nodes, actions, now + laws_ticks(times.clock, laws, uniforms))
    ends = now + times.deadlines[nodes]
    are_silence = (times.deadlines[nodes] != NO_DEADLINE) & (due > ends)
    if are_silence.any():
        late = np.flatnonzero(are_silence)
        due[late] = _when_open(times, nodes[late], times.silences[nodes[late]], ends[late])
    return Dues(due, are_silence)


def laws_ticks(clock: Clock, laws: NDArray[np.int64], uniforms: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return durations in ticks, each of its own law: ``games.clock.drawn_ticks`` for many."""
    ticks = np.zeros(len(laws), dtype=np.int64)
    for law in np.unique(laws).tolist():
        if law != AT_ONCE:
            chosen = np.flatnonzero(laws == law)
            ticks[chosen] = duration_ticks(clock.durations[law], uniforms[chosen], clock.per_unit)
    return ticks


def _when_open(
    times: MoveTimes, nodes: NDArray[np.int32], actions: NDArray[np.int32] | NDArray[np.int64], due: NDArray[np.int64]
) -> NDArray[np.int64]:
    for (start, stop), cells in times.closed:
        due = np.where(cells[nodes, actions] & (start <= due) & (due < stop), stop, due)
    return np.minimum(due, LARGEST_TIME)
