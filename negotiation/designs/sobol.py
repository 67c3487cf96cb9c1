"""A Sobol sequence: points that fill the space of parameters more evenly than random ones, scrambled by a seed.

References
----------
Sobol' (1967), USSR Computational Mathematics and Mathematical Physics 7(4), 86-112; Owen (1998), Journal of Complexity 14(4),
466-489, on scrambling.
"""

from __future__ import annotations

import numpy as np

from negotiation.designs.design import Axis
from negotiation.designs.intervals import Intervals, checked_size, read_intervals, sample_axis
from negotiation.scenario.scenario import Scenario

__all__ = ["sobol"]


def sobol(scenario: Scenario, size: int, intervals: Intervals | None = None, *, seed: int = 0) -> Axis:
    """Return an axis of points of a Sobol sequence, put into intervals; without intervals into all declared ranges.

    The sequence is even in all directions at powers of two only: the number of points is the next one, and the axis's note says
    so.

    Raises
    ------
    ParameterError
        If the size is no whole number from 1 to ``MAX_SAMPLE``; else as ``read_intervals``.
    """
    from scipy.stats import qmc

    found = read_intervals(scenario, intervals)
    asked = checked_size(size, len(found))
    doublings = (asked - 1).bit_length()
    unit = qmc.Sobol(len(found), seed=np.random.default_rng(seed)).random_base2(doublings)
    note = f"a Sobol sequence of {2**doublings:,} points over {', '.join(found)}, scrambled with seed {seed}"
    if 2**doublings > asked:
        note += f" ({asked:,} were asked for; the sequence is even at powers of two)"
    return sample_axis(found, unit, note)
