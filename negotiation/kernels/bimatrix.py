"""All equilibria of many bimatrix games of one form at once, from 1x1 to 5x5, in doubles."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from negotiation.kernels.minors import MOST, tables
from negotiation.kernels.regrets import gains_for, weigh_up
from negotiation.kernels.support_signs import ACCURACY, Found, find, room_for

__all__ = ["ACCURACY", "MOST", "Equilibria", "equilibria"]

#: Games that a thread takes at a time. What is written down for them stays in the processor's second cache.
BLOCK = 4096

#: The first guess of how many equilibria a game has. It grows where games have more.
USUAL_EQUILIBRIA = 2

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
    errors : float64 array of shape (N, 2) or (1, 2), optional
        At most so much do the payoffs of the row player and the column player differ from what they stand for, in each game or
        in all. None: not at all.
    threads : int
        The result does not depend on it.
    """
    games, m, n = row_payoffs.shape
    if not (1 <= m <= MOST and 1 <= n <= MOST) or column_payoffs.shape != row_payoffs.shape:
        raise ValueError(f"expected two arrays of one shape (N, 1 to {MOST}, 1 to {MOST}), got {row_payoffs.shape}, {column_payoffs.shape}")
    row, column = _flat(row_payoffs), _flat(column_payoffs)
    off = np.zeros((1, 2)) if errors is None else np.ascontiguousarray(errors, dtype=np.float64)
    if off.shape not in ((1, 2), (games, 2)):
        raise ValueError(f"expected errors of shape (1, 2) or {(games, 2)}, got {off.shape}")
    cuts = [games * share // threads for share in range(threads + 1)]
    work = [((row[a:b], column[a:b]), off[a:b] if len(off) > 1 else off, m) for a, b in pairwise(cuts)]
    if threads == 1:
        return _joined([_solve(*work[0])], cuts, m)
    with ThreadPoolExecutor(threads) as pool:
        return _joined(list(pool.map(_solve, *zip(*work, strict=True))), cuts, m)


def _flat(payoffs: _Doubles) -> _Doubles:
    return np.ascontiguousarray(payoffs, dtype=np.float64).reshape(len(payoffs), -1)


class _Lines(NamedTuple):
    """Room for equilibria, a line each: ``game`` (M,), ``weights`` (M, m + n), ``payoffs`` (M, 2), ``regret`` (M,)."""

    game: NDArray[np.int64]
    weights: _Doubles
    payoffs: _Doubles
    regret: _Doubles

    def between(self, start: int, stop: int) -> _Lines:
        """Return some of the lines, sharing their memory."""
        here = slice(start, stop)
        return _Lines(self.game[here], self.weights[here], self.payoffs[here], self.regret[here])


def _lines(parts: Sequence[_Lines]) -> _Lines:
    """Return lines one after another."""
    game, weights, payoffs, regret = zip(*parts, strict=True)
    return _Lines(np.concatenate(game), np.concatenate(weights), np.concatenate(payoffs), np.concatenate(regret))


def _empty(count: int, width: int) -> _Lines:
    return _Lines(np.empty(count, dtype=np.int64), np.empty((count, width)), np.empty((count, 2)), np.empty(count))


def _solve(payoffs: tuple[_Doubles, _Doubles], errors: _Doubles, m: int) -> tuple[NDArray[np.bool_], _Lines]:
    """Return which games are undecided and the equilibria of the others; payoffs of shape (N, m n) each."""
    games, cells = payoffs[0].shape
    plan = tables(m, cells // m)
    room, gains = room_for(plan), gains_for(m, cells // m)
    undecided, lines = np.empty(games, dtype=np.bool_), _empty(USUAL_EQUILIBRIA * games, m + cells // m)
    first, listed = 0, 0
    while first < games:
        free, stop = lines.between(listed, len(lines.game)), min(first + BLOCK, games)
        first, count = find(first, stop, payoffs, errors, plan, room, Found(undecided, free.game, free.weights))
        found = lines.between(listed, listed + count)
        weigh_up(m, payoffs, found.game, found.weights, gains, found.payoffs, found.regret)
        listed += count
        if first < stop:
            lines = _lines([lines, _empty(len(lines.game), m + cells // m)])
    return undecided, lines.between(0, listed)


def _joined(parts: list[tuple[NDArray[np.bool_], _Lines]], starts: list[int], m: int) -> Equilibria:
    """Return the parts, whose games start at these numbers, as one."""
    for start, (_, lines) in zip(starts[1:-1], parts[1:], strict=True):
        lines.game[:] += start
    undecided, lines = parts[0]
    if len(parts) > 1:
        undecided, lines = np.concatenate([part for part, _ in parts]), _lines([part for _, part in parts])
    return Equilibria(undecided, lines.game, lines.weights[:, :m], lines.weights[:, m:], lines.payoffs, lines.regret)
