"""Limits of branches: what stands at infinite precision, for one branch and, where doubles can tell, for many.

A branch is followed to a very high precision and extrapolated to infinity from two points. Fractions with small denominators
that are near are tried as well, since a limit is often made of such, and what has the least regret is the limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from negotiation.games.behaviour import BehaviourProfile

__all__ = ["NEGLIGIBLE", "ROUNDINGS", "Limits", "extrapolated", "limits", "matrix_regret", "rounded", "settle_mixed"]

Doubles = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: A limit is rounded to fractions with at most this denominator if they are this near, and only kept if it is then
#: exactly an equilibrium. The second pair is for branches that converge slowly.
ROUNDINGS = ((10_000, 1e-8), (100, 1e-3))
#: Probabilities below this are taken as zero when no fractions fit: extrapolation leaves about 1e-12.
NEGLIGIBLE = 1e-9

#: Where a probability is within a factor of ten of ``NEGLIGIBLE``, rounding may decide what it is taken for.
_DOUBTFUL = (1e-10, 1e-8)
#: An action whose probability is below this at the last point, of precision 1e7, is worth less by two millionths of the largest
#: span. Where this holds of all others at each information set, at the beliefs of trembles, nobody gains by leaving the limit.
_SURELY_UNUSED = 1e-10
#: An action that the limit uses has at least this probability: otherwise the branch may still be on its way.
_SURELY_USED = 1e-6
#: The regret of a limit that was reached is below the first number, that of another profile near it above the second.
_NO_REGRET, _SOME_REGRET = 1e-11, 1e-9
#: Profiles nearer than this are one.
_SAME = 1e-10


@dataclass(frozen=True, eq=False)
class Limits:
    """The limits of N branches: ``profiles`` of shape (N, A), which are ``pure``, and where doubles do not tell, ``undecided``."""

    profiles: Doubles
    pure: Truths
    undecided: Truths


def extrapolated(precision: Doubles, probabilities: Doubles) -> Doubles:
    """Return the limits of branches from two points of each.

    Probabilities approach a mixed limit as one over precision, so two points give the limit to second order.

    Parameters
    ----------
    precision : float64 array of shape (..., 2)
    probabilities : float64 array of shape (..., 2, A)
    """
    half, last = precision[..., 0, None], precision[..., 1, None]
    return np.asarray((last * probabilities[..., 1, :] - half * probabilities[..., 0, :]) / (last - half))


def limits(sizes: Sequence[int], precision: Doubles, probabilities: Doubles) -> Limits:
    """Return the limits of branches from the point at half the last precision and the last one; arrays as in ``extrapolated``."""
    starts = np.cumsum(sizes, dtype=np.intp) - np.asarray(sizes, dtype=np.intp)
    beyond = extrapolated(precision, probabilities)
    kept = np.where(beyond > NEGLIGIBLE, beyond, 0.0)
    used = kept > 0
    profiles = kept / np.repeat(np.add.reduceat(kept, starts, axis=1), sizes, axis=1)
    last = probabilities[:, 1]
    in_doubt = (beyond > _DOUBTFUL[0]) & (beyond < _DOUBTFUL[1]) | ~used & (last > _SURELY_UNUSED) | used & (profiles < _SURELY_USED)
    return Limits(profiles, used.sum(axis=1) == len(sizes), in_doubt.any(axis=1))


def rounded(rows: BehaviourProfile, denominator: int, nearness: float) -> BehaviourProfile | None:
    """Return the profile in fractions of small denominators, None where there is none near it."""
    near = tuple(tuple(Fraction(p).limit_denominator(denominator) for p in row) for row in rows)
    gaps = [abs(q - Fraction(p)) for row, before in zip(near, rows, strict=True) for q, p in zip(row, before, strict=True)]
    return near if max(gaps, default=Fraction(0)) <= nearness and all(sum(row) == 1 for row in near) else None


def settle_mixed(payoffs: Doubles, found: Limits) -> Limits:
    """Return the limits of two-player matrices, mixed ones undecided where another profile might be the one of least regret.

    Parameters
    ----------
    payoffs : float64 array of shape (N, 2, m, n)
    found : Limits
    """
    undecided = found.undecided.copy()
    for number in np.flatnonzero(~found.pure & ~undecided):
        undecided[number] = not _is_settled(payoffs[number], found.profiles[number])
    return Limits(found.profiles, found.pure, undecided)


def matrix_regret(payoffs: Doubles, profile: Doubles) -> float:
    """Return the largest gain from leaving a profile, of shape (m + n,), of a matrix of shape (2, m, n), as a share of the span."""
    row, column = profile[: payoffs.shape[1]], profile[payoffs.shape[1] :]
    values = payoffs[0] @ column, row @ payoffs[1]
    gains = (max(values[0]) - row @ values[0], max(values[1]) - column @ values[1])
    spans = np.ptp(payoffs, axis=(1, 2))
    return max(max(float(gain), 0.0) / float(span) if span > 0 else 0.0 for gain, span in zip(gains, spans, strict=True))


def _is_settled(payoffs: Doubles, profile: Doubles) -> bool:
    """Return whether nothing else that is tried can have less regret than a mixed limit, unless it is the same."""
    if matrix_regret(payoffs, profile) > _NO_REGRET:
        return False
    rows = tuple(map(tuple, np.split(profile, [payoffs.shape[1]])))
    for pair in ROUNDINGS:
        near = rounded(rows, *pair)
        if near is not None:
            other = np.array([float(p) for row in near for p in row])
            if np.abs(other - profile).max() > _SAME and matrix_regret(payoffs, other) < _SOME_REGRET:
                return False
    return True
