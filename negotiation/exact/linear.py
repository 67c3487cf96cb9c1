"""Small systems of linear equations, solved exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

__all__ = ["inverse", "solve_linear"]


def solve_linear(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction] | None:
    """Return the solution of as many equations as unknowns, None where the matrix is singular."""
    columns = _reduced([[*row, value] for row, value in zip(matrix, right, strict=True)])
    return None if columns is None else [row[0] for row in columns]


def inverse(matrix: Sequence[Sequence[Fraction]]) -> list[list[Fraction]] | None:
    """Return the inverse of a square matrix, None where it is singular."""
    size = len(matrix)
    return _reduced([[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(matrix)])


def _reduced(rows: list[list[Fraction]]) -> list[list[Fraction]] | None:
    """Return what stands right of the square part once that is the identity (Gauss and Jordan), None where it cannot be."""
    size = len(rows)
    for column in range(size):
        pivot = next((row for row in range(column, size) if rows[row][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [entry / rows[column][column] for entry in rows[column]]
        for row in range(size):
            if row != column and (factor := rows[row][column]):
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[size:] for row in rows]
