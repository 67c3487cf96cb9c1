"""All equilibria of many bimatrix games of one form at once, from 1x1 to 5x5, in doubles."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from negotiation.kernels.compiled import compiled_without_counting
from negotiation.kernels.minors import MOST, Tables, tables
from negotiation.kernels.profiles import Found, Profiles, profiles_for, write_down
from negotiation.kernels.support_signs import ACCURACY, LANES, Room, decide, room_for

__all__ = ["ACCURACY", "MOST", "Equilibria", "equilibria"]

#: So many equilibria a game has at most on average, as a first guess; 2x2 games that are decided never have more.
USUAL_EQUILIBRIA = 3

_Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Equilibria:
    """The equilibria of N games, M in all.

    Parameters
    ----------
    undecided : bool array of shape (N,)
        The games of which doubles do not say for certain what their equilibria are; nothing is listed for them. All
        equilibria of the other games are listed; there are finitely many, each isolated.
    game : int64 array of shape (M,)
        Ascending. The equilibria of a game come in a fixed order: those with more weight on earlier rows first.
    row, column : float64 arrays of shapes (M, m) and (M, n)
        Probabilities, off by at most ``ACCURACY``; exactly 0 outside the support.
    payoffs : float64 array of shape (M, 2), payoff units
    regret : float64 array of shape (M,)
        The largest gain from leaving the equilibrium as a share of the player's payoff span, recomputed in doubles from
        ``row`` and ``column``.
    """

    undecided: NDArray[np.bool_]
    game: NDArray[np.int64]
    row: _Doubles
    column: _Doubles
    payoffs: _Doubles
    regret: _Doubles


def equilibria(row_payoffs: _Doubles, column_payoffs: _Doubles, errors: _Doubles | None = None, *, threads: int = 1) -> Equilibria:
    """Return all equilibria of each game, as far as doubles decide them.

    Parameters
    ----------
    row_payoffs, column_payoffs : float64 arrays of shape (N, m, n)
        With 1 to ``MOST`` strategies each.
    errors : float64 array of shape (N, n + m) or (1, n + m), optional
        At most so much do payoffs differ from what they stand for, in each game or in all: those of the row player in each column,
        then those of the column player in each row. None: not at all.
    threads : int
        The result does not depend on it.
    """
    games, m, n = row_payoffs.shape
    if not (1 <= m <= MOST and 1 <= n <= MOST) or column_payoffs.shape != row_payoffs.shape:
        raise ValueError(f"expected two arrays of one shape (N, 1 to {MOST}, 1 to {MOST}), got {row_payoffs.shape}, {column_payoffs.shape}")
    row, column = _read(row_payoffs).reshape(games, m * n), _read(column_payoffs).reshape(games, m * n)
    off = _read(np.zeros((1, n + m)) if errors is None else errors)
    if off.shape not in ((1, n + m), (games, n + m)):
        raise ValueError(f"expected errors of shape {(1, n + m)} or {(games, n + m)}, got {off.shape}")
    cuts = [games * share // threads for share in range(threads + 1)]
    work = [((row[a:b], column[a:b]), off[a:b] if len(off) > 1 else off, m) for a, b in pairwise(cuts)]
    if threads == 1:
        return _joined([_solve(*work[0])], cuts, m)
    with ThreadPoolExecutor(threads) as pool:
        return _joined(list(pool.map(_solve, *zip(*work, strict=True))), cuts, m)


def _read(array: _Doubles) -> _Doubles:
    """Return an array that is only read, whatever it was: for those that can be written numba would compile everything once more."""
    view = np.ascontiguousarray(array, dtype=np.float64).view()
    view.setflags(write=False)
    return view


def _solve(payoffs: tuple[_Doubles, _Doubles], errors: _Doubles, m: int) -> Found:
    """Return what is found in games with payoffs of shape (N, m n) each."""
    games, cells = payoffs[0].shape
    plan = tables(m, cells // m)
    room, profiles = room_for(plan), profiles_for(plan)
    found, first, listed = _empty(games, USUAL_EQUILIBRIA * games + 1, m + cells // m), 0, 0
    while first < games:
        first, count = _find(first, payoffs, errors, plan, (room, profiles), _from(listed, found))
        listed += count
        if first < games:
            found = _longer(found)
    return Found(found.undecided, found.game[:listed], found.weights[:listed], found.payoffs[:listed], found.regret[:listed])


@compiled_without_counting
def _find(
    first: int, payoffs: tuple[_Doubles, _Doubles], errors: _Doubles, plan: Tables, rooms: tuple[Room, Profiles], found: Found
) -> tuple[int, int]:
    """Find the equilibria of games as long as there is room in ``found``; return which game comes next, and how many lines are used."""
    games, listed = payoffs[0].shape[0], 0
    while first < games:
        here = min(LANES, games - first)
        decide(first, here, payoffs, errors, plan, rooms[0])
        open_ = Found(found.undecided, found.game[listed:], found.weights[listed:], found.payoffs[listed:], found.regret[listed:])
        count = write_down(first, here, plan, rooms[0], rooms[1], open_)
        if count < 0:
            break
        first, listed = first + here, listed + count
    return first, listed


def _empty(games: int, lines: int, width: int) -> Found:
    """Return room for what is found, lines in one piece of memory: the system hands over a large one in large pages, which is quicker."""
    game, weights, payoffs, regret = np.split(np.empty(lines * (width + 4)), [lines, lines * (width + 1), lines * (width + 3)])
    undecided = np.empty(games, dtype=np.bool_)
    return Found(undecided, game.view(np.int64), weights.reshape(lines, width), payoffs.reshape(lines, 2), regret)


def _from(listed: int, found: Found) -> Found:
    """Return what has room from a line on."""
    return Found(found.undecided, found.game[listed:], found.weights[listed:], found.payoffs[listed:], found.regret[listed:])


def _longer(found: Found) -> Found:
    """Return what was found, with room for twice as many lines."""
    lines, width = found.weights.shape
    longer = _empty(len(found.undecided), 2 * lines, width)
    for old, new in zip(found, longer, strict=True):
        new[: len(old)] = old
    return longer


def _joined(parts: list[Found], starts: list[int], m: int) -> Equilibria:
    """Return the parts, whose games start at these numbers, as one."""
    for start, part in zip(starts[1:-1], parts[1:], strict=True):
        part.game[:] += start
    undecided, game, weights, payoffs, regret = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
    return Equilibria(undecided, game, weights[:, :m], weights[:, m:], payoffs, regret)
