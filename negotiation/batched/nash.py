"""All Nash equilibria of a matrix at many points at once.

A point is decided where it is certain of every pair of supports whether it is an equilibrium, with the bounds on payoffs taken
into account; then all equilibria are isolated, and they are all there are. Points with a tie that matters are left undecided.
"""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import NotApplicableError
from negotiation.games.answers import Answers
from negotiation.scenario.blocks import Block

__all__ = ["solve"]

#: Payoffs are known to this, relative to one or to their size, or the point is left undecided.
PAYOFF_ACCURACY = 1e-12

Doubles = NDArray[np.float64]


def solve(block: Block) -> Answers:
    """Return all Nash equilibria of each game, those with more weight on earlier rows first.

    Raises
    ------
    NotApplicableError
        If the scenario has no matrix, or one that is larger than 5 x 5.
    """
    # numba takes a third of a second to import, which only those need who solve many games.
    from negotiation.kernels.bimatrix import MOST, equilibria

    matrix = block.scenario.contents.matrix
    if matrix is None:
        raise NotApplicableError(f"{block.scenario.file} has no matrix; its games are solved one by one")
    m, n = (len(names) for names in matrix.strategies)
    if max(m, n) > MOST:
        raise NotApplicableError(f"{block.scenario.file} has a matrix of {m} x {n}; more than {MOST} x {MOST} are solved one by one")
    (row, row_bounds), (column, column_bounds) = (block.table(player) for player in (0, 1))
    shape = (block.size, m, n)
    in_columns = [_largest([row_bounds[:, i * n + j] for i in range(m)]) for j in range(n)]
    in_rows = [_largest([column_bounds[:, i * n + j] for j in range(n)]) for i in range(m)]
    found = equilibria(row.reshape(shape), column.reshape(shape), np.stack(in_columns + in_rows, axis=1))
    pure = (_largest(list(found.row.T)) >= 1.0) & (_largest(list(found.column.T)) >= 1.0)
    mixed = ~pure
    return Answers(
        undecided=found.undecided | block.unknown | _coarse(row, row_bounds) | _coarse(column, column_bounds),
        complete=np.ones(block.size, dtype=np.bool_),
        game=found.game,
        # Of a pure strategy the sum of strategies times their probabilities is the strategy.
        end=np.where(pure, found.row @ np.arange(0.0, m * n, n) + found.column @ np.arange(0.0, n), -1.0).astype(np.int32),
        endings=(found.row[mixed, :, None] * found.column[mixed, None, :]).reshape(-1, m * n),
        payoffs=found.payoffs,
        regret=found.regret,
    )


def _largest(columns: list[Doubles]) -> Doubles:
    """Return the largest of each row; not a number where one is none. Many times faster than reducing short rows."""
    return reduce(np.maximum, columns)


def _coarse(payoffs: Doubles, bounds: Doubles) -> NDArray[np.bool_]:
    """Return where some payoff is not known to ``PAYOFF_ACCURACY``."""
    # Asked the other way round a bound that is no number would count as known.
    too_far = ~(bounds <= PAYOFF_ACCURACY * np.maximum(1.0, np.abs(payoffs)))
    return reduce(np.logical_or, list(too_far.T))
