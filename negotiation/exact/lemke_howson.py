"""One equilibrium of a two-player game by the algorithm of Lemke and Howson, in exact arithmetic.

The algorithm walks along edges of the two best-response polyhedra on which all labels but one are kept, from the
artificial equilibrium in which nobody plays anything to an equilibrium. Ties in the ratio test are broken
lexicographically, as if the game were slightly perturbed, so the walk never cycles whatever the game; tableaus are kept in
integers over one common denominator, so nothing is rounded.

References
----------
Lemke and Howson (1964), Journal of the SIAM 12, 413-423. von Stengel (2002), Handbook of Game Theory 3, 1723-1759, for
the lexicographic rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["lemke_howson"]


@dataclass(slots=True)
class _Tableau:
    """A system in basic form, ``rows / denominator``; columns are labels, the last column is the right-hand side.

    The slack variables stand in the columns ``slacks``; ``basis`` has the label that is basic in each row.
    """

    rows: list[list[int]]
    basis: list[int]
    slacks: range
    denominator: int = 1


def lemke_howson(to_rows: Sequence[Sequence[int]], to_columns: Sequence[Sequence[int]], dropped: int) -> tuple[list[int], list[int]]:
    """Return the equilibrium to which dropping a label leads, as weights that are not yet divided by their sums.

    Parameters
    ----------
    to_rows : sequence of m rows of n positive integers
        What each row earns the row player against each column.
    to_columns : sequence of n rows of m positive integers
        What each column earns the column player against each row.
    dropped : int
        The label: a row ``0 .. m - 1`` or a column ``m .. m + n - 1``.
    """
    m, n = len(to_rows), len(to_columns)
    of_column = _Tableau([[*_unit(i, m), *row, 1] for i, row in enumerate(to_rows)], list(range(m)), range(m))
    of_row = _Tableau([[*row, *_unit(j, n), 1] for j, row in enumerate(to_columns)], list(range(m, m + n)), range(m, m + n))
    # A row's label is its weight in the row player's tableau and a slack in the other; a column's the other way round.
    tableau, other = (of_row, of_column) if dropped < m else (of_column, of_row)
    entering = dropped
    while (leaving := _replace(tableau, entering)) != dropped:
        tableau, other, entering = other, tableau, leaving
    return _weights(of_row, range(m)), _weights(of_column, range(m, m + n))


def _unit(place: int, size: int) -> list[int]:
    row = [0] * size
    row[place] = 1
    return row


def _replace(tableau: _Tableau, entering: int) -> int:
    """Bring a label into the basis; return the one that leaves it."""
    place = _leaving_row(tableau, entering)
    kept = tableau.rows[place]
    pivot, denominator = kept[entering], tableau.denominator
    for number, row in enumerate(tableau.rows):
        if number != place:
            factor = row[entering]
            tableau.rows[number] = [(pivot * entry - factor * by) // denominator for entry, by in zip(row, kept, strict=True)]
    tableau.denominator = pivot
    leaving, tableau.basis[place] = tableau.basis[place], entering
    return leaving


def _leaving_row(tableau: _Tableau, entering: int) -> int:
    """Return the row with the lexicographically least ratio of right-hand side and slack columns to the entering column."""
    candidates = [place for place, row in enumerate(tableau.rows) if row[entering] > 0]
    for column in (-1, *tableau.slacks):
        best = candidates[:1]
        for place in candidates[1:]:
            row, least = tableau.rows[place], tableau.rows[best[0]]
            difference = row[column] * least[entering] - least[column] * row[entering]
            if difference < 0:
                best = [place]
            elif difference == 0:
                best.append(place)
        candidates = best
        if len(candidates) == 1:
            break
    return candidates[0]


def _weights(tableau: _Tableau, labels: range) -> list[int]:
    values = dict(zip(tableau.basis, [row[-1] for row in tableau.rows], strict=True))
    return [values.get(label, 0) for label in labels]
