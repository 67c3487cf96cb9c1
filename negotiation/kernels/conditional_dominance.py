"""Pairs of supports that cannot be equilibria since some strategy is worse than a mixture of others against all of the opponent's support.

This settles pairs whose minors are 0, as where two rows pay the same against the same columns although another is better than both.

References
----------
Pearce (1984), Econometrica 52, 1029-1050, lemma 3: what is best against nothing is dominated by a mixture. Porter, Nudelman and Shoham
(2008), Games and Economic Behavior 63, 642-662, for conditional dominance. Brown (1951), Activity Analysis of Production and Allocation,
374-376, for the search of the mixture by fictitious play.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negotiation.kernels.compiled import compiled_without_counting
from negotiation.kernels.minors import Tables

__all__ = ["is_dominated", "is_impossible"]

#: After so many steps the search for a dominating mixture is given up: clear cases take about as many as there are strategies.
STEPS = 32

#: The largest relative error of one operation on doubles.
UNIT = 2.0**-53

_Doubles = NDArray[np.float64]


@compiled_without_counting
def is_impossible(pair: int, tables: Tables, payoffs: _Doubles, bounds: _Doubles, sizes: _Doubles, totals: _Doubles) -> bool:
    """Return whether some strategy of a pair of supports is certainly dominated against the other support.

    Parameters
    ----------
    pair : int
    tables : Tables
    payoffs : array of shape (cells of both,)
    bounds, sizes : arrays, first the n + m lines
        How far off differences of payoffs within a line can be, and how large they can be.
    totals : array of shape (MOST,), modified in place
    """
    k = np.int64(tables.sizes[pair])
    for player in (0, 1):
        others = tables.supports[pair, 1 - player, :k]
        for place in range(k):
            strategy = int(np.int64(tables.supports[pair, player, place]))
            if is_dominated(player, strategy, others, tables, payoffs, bounds, sizes, totals):
                return True
    return False


@compiled_without_counting
def is_dominated(
    player: int,
    strategy: int,
    others: NDArray[np.uint64],
    tables: Tables,
    payoffs: _Doubles,
    bounds: _Doubles,
    sizes: _Doubles,
    totals: _Doubles,
) -> bool:
    """Return whether a mixture is found that is certainly better against each of some strategies of the opponent.

    Step by step the strategy joins the mixture that gains most where the mixture gains least.
    """
    m, n = tables.m, tables.n
    strategies, start, own, other, line = (m, 0, n, 1, 0) if player == 0 else (n, m * n, 1, n, n)
    here, worst = start + strategy * own, 0
    totals[:] = 0.0
    for step in range(1, STEPS + 1):
        j = np.int64(others[worst])
        best, gain = -1, bounds[line + j]
        for i in range(strategies):
            ahead = payoffs[start + i * own + j * other] - payoffs[here + j * other]
            if ahead > gain:
                best, gain = i, ahead
        if best < 0:
            return False
        least, certain = np.inf, True
        for place in range(others.shape[0]):
            j = np.int64(others[place])
            totals[place] += payoffs[start + best * own + j * other] - payoffs[here + j * other]
            # So many differences are off by their bound each, and each sum of them is rounded.
            certain &= totals[place] > step * (bounds[line + j] + step * UNIT * sizes[line + j])
            share = np.true_divide(totals[place], sizes[line + j])
            if share < least:
                least, worst = share, place
        if certain:
            return True
    return False
