"""Evolutionary stability, exact: rest points of the replicator dynamics, and the test of Haigh and Abakuks.

One population, payoff matrix ``A`` (own strategy in rows): ``p`` is evolutionarily stable if it is a best reply to itself
and ``(p - y) A y > 0`` for every other best reply ``y`` (Maynard Smith and Price 1973). With ``z = y - p`` that is
``z A z < 0`` for all ``z != 0`` with sum 0 that are nowhere negative off the support of ``p``: a matrix has to be positive
definite in the directions of the support and strictly copositive in the others.

References
----------
Haigh (1975), Advances in Applied Probability 7, 8-11. Abakuks (1980), Journal of Applied Probability 17, 1153-1159.
Hofbauer and Sigmund (1998), Evolutionary Games and Population Dynamics, chapters 6 to 10.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, combinations
from typing import TypeAlias

import numpy as np

from negotiation.games.numbers import ExactArray

__all__ = ["Mixture", "equalizers", "is_evolutionarily_stable", "is_strictly_copositive", "rest_points", "supports"]

Mixture: TypeAlias = tuple[Fraction, ...]


def supports(count: int) -> Iterator[tuple[int, ...]]:
    """Yield the non-empty subsets of ``0 .. count - 1``, smaller ones first."""
    return chain.from_iterable(combinations(range(count), size) for size in range(1, count + 1))


def rest_points(payoffs: ExactArray) -> tuple[list[Mixture], list[tuple[int, ...]]]:
    """Return the isolated rest points of the one-population replicator dynamics, and the supports with none or a continuum.

    On a support all strategies have to earn the same; where the equations are singular, either no mixture of that
    support does it or a whole set.
    """
    found, singular = [], []
    for support in supports(len(payoffs)):
        mixture = equalizers(payoffs[np.ix_(support, support)])
        if mixture is None:
            singular.append(support)
        elif min(mixture) > 0:
            full = [Fraction(0)] * len(payoffs)
            for place, share in zip(support, mixture, strict=True):
                full[place] = share
            found.append(tuple(full))
    return found, singular


def equalizers(payoffs: ExactArray) -> Mixture | None:
    """Return the weights of columns (sum 1, any sign) against which all rows earn the same; None where not unique.

    Parameters
    ----------
    payoffs : ndarray of Fraction, shape (k, k)
    """
    size = len(payoffs)
    bordered = np.full((size + 1, size + 2), Fraction(0), dtype=object)
    bordered[:size, :size] = payoffs
    bordered[:size, size] = Fraction(-1)
    bordered[size, :size] = Fraction(1)
    bordered[size, -1] = Fraction(1)
    solution = _solved(bordered)
    return None if solution is None else tuple(solution[:size])


def is_evolutionarily_stable(payoffs: ExactArray, mixture: Sequence[Fraction]) -> bool:
    """Return whether a mixture is an evolutionarily stable strategy of a symmetric game.

    Parameters
    ----------
    payoffs : ndarray of Fraction, shape (n, n)
        Own strategy in rows.
    mixture : n Fractions, at least 0, sum 1
    """
    values = payoffs @ np.array(mixture, dtype=object)
    best = max(values)
    own = [place for place, share in enumerate(mixture) if share]
    if any(values[place] != best for place in own):
        return False
    others = [place for place, value in enumerate(values) if value == best and place not in own]
    base, free = own[0], own[1:]
    order = free + others
    if not order:
        return True
    # z A z with the weight of ``base`` replaced by minus the sum of the others.
    form = payoffs[np.ix_(order, [base])] + payoffs[np.ix_([base], order)] - payoffs[np.ix_(order, order)] - payoffs[base, base]
    reduced = _schur_complement((form + form.T) / 2, len(free))
    return reduced is not None and is_strictly_copositive(reduced)


def is_strictly_copositive(form: ExactArray) -> bool:
    """Return whether ``x C x > 0`` for every ``x >= 0`` other than 0, for a symmetric matrix of Fractions.

    The smallest value on the simplex is taken at a point inside some face; on a smallest such face it is the only
    one, so there the equations ``C x = value`` have exactly one solution.
    """
    for face in supports(len(form)):
        part = form[np.ix_(face, face)]
        point = equalizers(part)
        if point is not None and min(point) > 0 and (part[0] * np.array(point, dtype=object)).sum() <= 0:
            return False
    return True


def _schur_complement(form: ExactArray, count: int) -> ExactArray | None:
    """Return what is left of a quadratic form after minimising over its first ``count`` variables; None if not definite there."""
    work = form.copy()
    for pivot in range(count):
        if work[pivot, pivot] <= 0:
            return None
        row = work[pivot].copy()
        work = work - np.outer(work[:, pivot] / row[pivot], row)
        work[pivot] = row
    return work[count:, count:]


def _solved(augmented: ExactArray) -> list[Fraction] | None:
    """Return the solution of linear equations (last column the right side) by Gauss-Jordan elimination, None if singular."""
    work = augmented.copy()
    size = len(work)
    for column in range(size):
        pivot = next((row for row in range(column, size) if work[row, column]), None)
        if pivot is None:
            return None
        work[[column, pivot]] = work[[pivot, column]]
        work[column] = work[column] / work[column, column]
        for row in range(size):
            if row != column and work[row, column]:
                work[row] = work[row] - work[row, column] * work[column]
    return list(work[:, -1])
