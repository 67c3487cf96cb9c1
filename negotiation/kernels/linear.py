"""Linear equations of a few unknowns, solved where they stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negotiation.kernels.compiled import compiled_inside, compiled_without_counting

__all__ = ["solve_in_place"]

Doubles = NDArray[np.float64]


@compiled_without_counting
def solve_in_place(matrix: Doubles, rights: Doubles, size: int) -> int:
    """Put the solutions in the place of the right sides and return the sign of the determinant, 0 where a solution is not finite.

    Elimination with row exchanges. ``matrix`` (size or more, size or more), ``rights`` (right sides, size or more): only the
    first ``size`` rows and columns are used, and both are overwritten.
    """
    sign = 1
    for column in range(size):
        pivot = column
        for row in range(column + 1, size):
            if abs(matrix[row, column]) > abs(matrix[pivot, column]):
                pivot = row
        divisor = matrix[pivot, column]
        # The comparison is also false where the pivot is no number.
        if not abs(divisor) > 0.0:
            return 0
        if pivot != column:
            sign = -sign
            _exchange(matrix, rights, size, column, pivot)
        if divisor < 0.0:
            sign = -sign
        _eliminate(matrix, rights, size, column)
    for place in range(rights.shape[0]):
        if not _substitute(matrix, rights, size, place):
            return 0
    return sign


@compiled_inside
def _exchange(matrix: Doubles, rights: Doubles, size: int, first: int, second: int) -> None:
    """Exchange two rows of the equations."""
    for place in range(first, size):
        matrix[first, place], matrix[second, place] = matrix[second, place], matrix[first, place]
    for place in range(rights.shape[0]):
        rights[place, first], rights[place, second] = rights[place, second], rights[place, first]


@compiled_inside
def _eliminate(matrix: Doubles, rights: Doubles, size: int, column: int) -> None:
    """Subtract multiples of a row from those below it."""
    inverse = 1.0 / matrix[column, column]
    for row in range(column + 1, size):
        factor = matrix[row, column] * inverse
        for place in range(column + 1, size):
            matrix[row, place] -= factor * matrix[column, place]
        for place in range(rights.shape[0]):
            rights[place, row] -= factor * rights[place, column]


@compiled_inside
def _substitute(matrix: Doubles, rights: Doubles, size: int, place: int) -> bool:
    """Solve the triangular equations for a right side from the last row up, and return whether the solution is finite."""
    finite = True
    for row in range(size - 1, -1, -1):
        total = rights[place, row]
        for column in range(row + 1, size):
            total -= matrix[row, column] * rights[place, column]
        rights[place, row] = total / matrix[row, row]
        finite = finite and np.isfinite(rights[place, row])
    return finite
