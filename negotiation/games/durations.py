"""How long things take: distributions of time, drawn by their inverse distribution functions.

A duration is drawn from one uniform number in [0, 1), so it has an address like every draw. Time is counted in ticks, whole
numbers, and so many ticks make one unit of the clock that every time which a clock fixes (a fixed delay, a deadline, a
date) is a whole number of them. So times that are equal by construction are equal, and are compared without rounding;
drawn times are rounded to the nearest tick, which is at most a billionth of the unit.

Laws
----
fixed (t)
    Always t.
uniform (low, high)
exponential (mean)
gamma (shape, scale)
    The mean is shape * scale.
lognormal (median, sigma)
    sigma is the standard deviation of the logarithm.
empirical (values)
    Each value is equally likely; a value that stands twice is twice as likely.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["LARGEST_TIME", "LAWS", "Duration", "duration_ticks", "quantiles", "ticks_of", "ticks_per_unit"]

#: Ticks in a unit of time where that suits all fixed times: decimals of up to nine places do.
TICKS = 10**9

#: At most so many ticks make a unit: a date of ten million units is then still far below ``LARGEST_TIME``.
MOST_TICKS = 10**11

#: The last tick that there is. Two times add up to less than 2**63, so no engine needs more than 64 bits.
LARGEST_TIME = 2**61


@dataclass(frozen=True)
class Duration:
    """A distribution of time: its law, and the law's parameters in units of the clock (shape and sigma are plain numbers)."""

    law: str
    parameters: tuple[Fraction, ...]

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """The parameters in double precision."""
        return tuple(map(float, self.parameters))

    @property
    def is_drawn(self) -> bool:
        """Whether it needs a draw."""
        return self.law != "fixed" and not (self.law == "empirical" and len(set(self.parameters)) == 1)


def _uniform(uniforms: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    return low + (high - low) * uniforms


def _exponential(uniforms: NDArray[np.float64], mean: float) -> NDArray[np.float64]:
    from scipy.special import log1p

    return mean * -log1p(-uniforms)


def _gamma(uniforms: NDArray[np.float64], shape: float, scale: float) -> NDArray[np.float64]:
    from scipy.special import gammaincinv

    return np.asarray(scale * gammaincinv(shape, uniforms), dtype=np.float64)


def _lognormal(uniforms: NDArray[np.float64], median: float, sigma: float) -> NDArray[np.float64]:
    from scipy.special import ndtri

    if not sigma:
        return np.full_like(uniforms, median)
    return median * np.exp(sigma * ndtri(uniforms))


_CONTINUOUS: Mapping[str, Callable[..., NDArray[np.float64]]] = {
    "uniform": _uniform,
    "exponential": _exponential,
    "gamma": _gamma,
    "lognormal": _lognormal,
}

#: The laws, each with its parameters; ``values`` are as many as are given.
LAWS: Mapping[str, tuple[str, ...]] = {
    "fixed": ("time",),
    "uniform": ("low", "high"),
    "exponential": ("mean",),
    "gamma": ("shape", "scale"),
    "lognormal": ("median", "sigma"),
    "empirical": ("values",),
}


def quantiles(duration: Duration, uniforms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the times at which the distribution function reaches these values, in units of the clock.

    Each element depends on its own uniform number alone, to the last bit, however many are given: so engines that draw
    one by one and in blocks agree.

    Parameters
    ----------
    duration : Duration
    uniforms : ndarray, shape (n,), in [0, 1)

    Returns
    -------
    ndarray, shape (n,)
    """
    if duration.law in _CONTINUOUS:
        # A contiguous array of one dimension: numpy's loop for it is the same for every length. What is beyond all numbers
        # is beyond all times.
        with np.errstate(over="ignore"):
            return _CONTINUOUS[duration.law](np.ascontiguousarray(uniforms, dtype=np.float64).reshape(-1), *duration.numbers)
    return np.array(duration.numbers)[_places(duration, uniforms)]


def _places(duration: Duration, uniforms: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return which of the values of a fixed or empirical law each uniform number chooses."""
    count = len(duration.parameters)
    # The product rounds up to ``count`` for the largest uniform numbers if there are very many values.
    return np.minimum((np.asarray(uniforms) * count).astype(np.int64), count - 1)


def duration_ticks(duration: Duration, uniforms: NDArray[np.float64], per_unit: int) -> NDArray[np.int64]:
    """Return drawn times in ticks, at most ``LARGEST_TIME``; as exact for the values of fixed and empirical laws as ``ticks_of``.

    Parameters
    ----------
    duration : Duration
    uniforms : ndarray, shape (n,), in [0, 1)
    per_unit : int
        Ticks in a unit of time.

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    if duration.law not in _CONTINUOUS:
        values = np.array([ticks_of(value, per_unit) for value in duration.parameters], dtype=np.int64)
        return values[_places(duration, uniforms)]
    return np.rint(np.minimum(quantiles(duration, uniforms) * per_unit, float(LARGEST_TIME))).astype(np.int64)


def ticks_of(time: Fraction, per_unit: int) -> int:
    """Return a time in ticks, to the nearest, at most ``LARGEST_TIME``."""
    return min(round(time * per_unit), LARGEST_TIME)


def ticks_per_unit(times: Iterable[Fraction]) -> int:
    """Return how many ticks make a unit of time, so that as many as possible of the times are whole numbers of them.

    ``TICKS`` times what is lacking, smallest denominators first; denominators with which it would exceed ``MOST_TICKS``
    (those of times without a short decimal or ratio) are left out.
    """
    ticks = TICKS
    for denominator in sorted({time.denominator for time in times}):
        common = math.lcm(ticks, denominator)
        if common <= MOST_TICKS:
            ticks = common
    return ticks
