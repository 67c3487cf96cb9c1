"""The exact value and optimal mixtures of a finite zero-sum game, by the simplex method on integers.

With all payoffs made positive, the column player's problem is: maximise the sum of ``y`` subject to ``M y <= 1``, ``y >= 0``.
The origin is feasible, so no first phase is needed; the optimum is one over the value, and the row player's mixture is
the dual solution, which stands in the objective row. Pivots keep the tableau in integers over one common denominator
(Edmonds), and Bland's rule (least index) rules out cycles.

References
----------
Gale, Kuhn and Tucker (1951) in Activity Analysis of Production and Allocation, 317-329. Bland (1977), Mathematics of
Operations Research 2, 103-107.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from negotiation.games.numbers import ExactArray

__all__ = ["MatrixGameValue", "matrix_game_value"]


@dataclass(frozen=True, slots=True)
class MatrixGameValue:
    """The value and one optimal mixture of each side; ``row`` guarantees at least, ``column`` at most, the value."""

    value: Fraction
    row: tuple[Fraction, ...]
    column: tuple[Fraction, ...]


def matrix_game_value(matrix: ExactArray) -> MatrixGameValue:
    """Return the solution of the zero-sum game in which the row player gets ``matrix`` (Fractions, shape (m, n))."""
    lowest = matrix.min()
    positive = matrix - lowest + 1
    factor = lcm(*(int(entry.denominator) for entry in positive.reshape(-1)))
    m, n = positive.shape
    tableau = np.zeros((m + 1, n + m + 1), dtype=object)
    tableau[:m, :n] = [[int(entry * factor) for entry in row] for row in positive]
    tableau[:m, n:-1] = np.eye(m, dtype=int).astype(object)
    tableau[:m, -1] = 1
    tableau[m, :n] = -1
    basis = list(range(n, n + m))
    denominator = 1
    while (entering := _first_negative(tableau[m, :-1])) is not None:
        leaving = _leaving(tableau, basis, entering)
        denominator = _pivot(tableau, leaving, entering, denominator)
        basis[leaving] = entering
    total = Fraction(int(tableau[m, -1]), denominator)
    column = [Fraction(0)] * (n + m)
    for place, variable in enumerate(basis):
        column[variable] = Fraction(int(tableau[place, -1]), denominator) / total
    row = tuple(Fraction(int(entry), denominator) / total for entry in tableau[m, n:-1])
    return MatrixGameValue(1 / (total * factor) + lowest - 1, row, tuple(column[:n]))


def _first_negative(row: ExactArray) -> int | None:
    return next((place for place, entry in enumerate(row) if entry < 0), None)


def _leaving(tableau: ExactArray, basis: list[int], entering: int) -> int:
    """Return the row of the smallest ratio; among equals that of the least variable."""
    candidates = [row for row in range(len(basis)) if tableau[row, entering] > 0]
    return min(candidates, key=lambda row: (Fraction(tableau[row, -1], tableau[row, entering]), basis[row]))


def _pivot(tableau: ExactArray, row: int, column: int, denominator: int) -> int:
    """Pivot in place; every division is exact. Return the new common denominator."""
    pivot = int(tableau[row, column])
    kept = tableau[row].copy()
    eliminated = tableau[:, column].copy()
    tableau *= pivot
    tableau -= np.outer(eliminated, kept)
    tableau //= denominator
    tableau[row] = kept
    return pivot
