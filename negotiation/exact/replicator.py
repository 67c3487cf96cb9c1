"""The replicator dynamics of one or two populations as vector fields, and the stability of rest points.

A share grows at its rate of advantage: ``x_i' = x_i ((A y)_i - x A y)``, with ``y = x`` in one population. Stability is
that of the linear part on the tangent space of the simplex (or of the product of two).

References
----------
Taylor and Jonker (1978), Mathematical Biosciences 40, 145-156. Hofbauer and Sigmund (1998), Evolutionary Games and
Population Dynamics, chapters 7 and 10.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.exact.stability import Mixture, equalizers, supports
from negotiation.games.numbers import ExactArray

__all__ = ["Stability", "VectorField", "field", "field_of_two", "rest_points_of_two", "settled", "stability", "stability_of_two"]

VectorField: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]

#: Real parts below this share of the payoff span count as zero: eigenvalues are computed in doubles, from exact points.
NEUTRAL = 1e-9

#: A step of the discrete dynamics, in units of one over the payoff span, and how many at most.
STEP, STEPS = 0.1, 20_000
#: The dynamics is at rest when no share moves more than this in a step: the steps left could not bring it a visible way.
AT_REST = 1e-9


@dataclass(frozen=True, slots=True)
class Stability:
    """A verdict and the eigenvalues that it rests on.

    ``verdict`` is ``"asymptotically stable"`` (all real parts negative), ``"unstable"`` (one positive) or ``"undecided by
    the eigenvalues"`` (the largest is zero).
    """

    verdict: str
    eigenvalues: tuple[complex, ...]


def field(payoffs: NDArray[np.float64]) -> VectorField:
    """Return the dynamics of one population, shares of shape (n,), from payoffs of shape (n, n)."""

    def rate(x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the rate of change of the shares."""
        values = payoffs @ x
        change: NDArray[np.float64] = x * (values - x @ values)
        return change

    return rate


def field_of_two(row_payoffs: NDArray[np.float64], column_payoffs: NDArray[np.float64]) -> VectorField:
    """Return the dynamics of two populations, shares joined in one array of shape (m + n,), from payoffs of shape (m, n)."""
    m = len(row_payoffs)

    def rate(shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the rate of change of the shares of both."""
        x, y = shares[:m], shares[m:]
        to_row, to_column = row_payoffs @ y, x @ column_payoffs
        return np.concatenate([x * (to_row - x @ to_row), y * (to_column - to_column @ y)])

    return rate


def stability(payoffs: NDArray[np.float64], point: Mixture) -> Stability:
    """Return the stability of a rest point of one population."""
    x = np.array([float(share) for share in point])
    values = payoffs @ x
    average = x @ values
    jacobian = np.diag(values - average) + x[:, None] * (payoffs - (values + x @ payoffs)[None, :])
    basis = _tangent(len(x))
    return _verdict(basis.T @ jacobian @ basis, float(np.ptp(payoffs)))


def stability_of_two(row_payoffs: NDArray[np.float64], column_payoffs: NDArray[np.float64], point: tuple[Mixture, Mixture]) -> Stability:
    """Return the stability of a rest point of two populations."""
    x, y = (np.array([float(share) for share in row]) for row in point)
    to_row, to_column = row_payoffs @ y, x @ column_payoffs
    jacobian = np.block([
        [np.diag(to_row - x @ to_row) - np.outer(x, to_row), x[:, None] * (row_payoffs - (x @ row_payoffs)[None, :])],
        [y[:, None] * (column_payoffs.T - (column_payoffs @ y)[None, :]), np.diag(to_column - to_column @ y) - np.outer(y, to_column)],
    ])  # fmt: skip
    basis = np.block([
        [_tangent(len(x)), np.zeros((len(x), len(y) - 1))],
        [np.zeros((len(y), len(x) - 1)), _tangent(len(y))],
    ])  # fmt: skip
    span = max(float(np.ptp(row_payoffs)), float(np.ptp(column_payoffs)))
    return _verdict(basis.T @ jacobian @ basis, span)


def rest_points_of_two(payoffs: ExactArray) -> list[tuple[Mixture, Mixture]]:
    """Return the isolated rest points of two populations, from exact payoffs of shape (2, m, n).

    On supports of different sizes one side has more equations than unknowns and the other fewer, so no rest point there
    is isolated.
    """
    first, second = payoffs
    m, n = first.shape
    found = []
    for rows in supports(m):
        for columns in supports(n):
            if len(rows) != len(columns):
                continue
            y = equalizers(first[np.ix_(rows, columns)])
            x = equalizers(second[np.ix_(rows, columns)].T)
            if x is not None and y is not None and min(x) > 0 and min(y) > 0:
                found.append((_spread(x, rows, m), _spread(y, columns, n)))
    return found


def settled(payoffs: NDArray[np.float64], starts: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Return where the replicator dynamics brings many starts at once, in small multiplicative steps that keep shares positive.

    Parameters
    ----------
    payoffs : ndarray, shape (2, m, n)
    starts : one array of shape (samples, m) for one population, or two, of shapes (samples, m) and (samples, n)

    Returns
    -------
    list of ndarrays of the same shapes
    """
    x = list(starts)
    rate = STEP / (float(np.ptp(payoffs, axis=(1, 2)).max()) or 1.0)
    for _ in range(STEPS):
        values = [x[0] @ payoffs[0].T] if len(x) == 1 else [x[1] @ payoffs[0].T, x[0] @ payoffs[1]]
        grown = [part * np.exp(rate * (value - value.max(axis=1, keepdims=True))) for part, value in zip(x, values, strict=True)]
        after = [part / part.sum(axis=1, keepdims=True) for part in grown]
        moved = max(float(np.abs(new - old).max()) for new, old in zip(after, x, strict=True))
        x = after
        if moved < AT_REST:
            break
    return x


def _spread(shares: Sequence[Fraction], support: Sequence[int], size: int) -> Mixture:
    full = [Fraction(0)] * size
    for place, share in zip(support, shares, strict=True):
        full[place] = share
    return tuple(full)


def _tangent(size: int) -> NDArray[np.float64]:
    """Return an orthonormal basis of the vectors with sum 0, shape (size, size - 1)."""
    centred = np.eye(size)[:, : size - 1] - 1.0 / size
    return np.asarray(np.linalg.qr(centred)[0], dtype=np.float64)


def _verdict(linear: NDArray[np.float64], span: float) -> Stability:
    values = np.linalg.eigvals(linear) if linear.size else np.zeros(0)
    ordered = tuple(complex(value) for value in sorted(values, key=lambda value: (-value.real, value.imag)))
    largest = max((value.real for value in ordered), default=-1.0)
    edge = NEUTRAL * (span or 1.0)
    if largest < -edge:
        return Stability("asymptotically stable", ordered)
    return Stability("unstable" if largest > edge else "undecided by the eigenvalues", ordered)
