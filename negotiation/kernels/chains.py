"""A finite Markov chain carried through many steps at once, by doubling."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["doublings", "through"]

Doubles = NDArray[np.float64]


def doublings(onward: Doubles, count: int) -> tuple[Doubles, ...]:
    """Return the powers 1, 2, 4, ... of a matrix, ``count`` of them, shape (n, n) each."""
    found = [onward]
    for _ in range(count - 1):
        found.append(found[-1] @ found[-1])
    return tuple(found)


def through(start: Doubles, powers: Sequence[Doubles]) -> Doubles:
    """Return where a row vector is after 0, 1, ... steps of a matrix, given its powers 1, 2, 4, ...

    Nothing is subtracted, so where the numbers are not negative each has as many correct digits as the powers have: about a rounding
    error for each doubling.

    Parameters
    ----------
    start : ndarray, shape (n,)
    powers : sequence of ndarray, shape (n, n)
        Of the matrix whose entry (i, j) is what goes from i to j in a step.

    Returns
    -------
    ndarray, shape (2 ** len(powers), n)
    """
    steps = start.reshape(1, -1)
    for power in powers:
        steps = np.concatenate([steps, steps @ power])
    return steps
