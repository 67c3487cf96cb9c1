"""A Latin hypercube: N random points such that along each parameter every Nth part of its interval holds exactly one of them.

References
----------
McKay, Beckman and Conover (1979), Technometrics 21(2), 239-245.
"""

from __future__ import annotations

import numpy as np

from negotiation.designs.design import Axis
from negotiation.designs.intervals import Intervals, checked_size, read_intervals, sample_axis
from negotiation.scenario.scenario import Scenario

__all__ = ["latin_hypercube"]


def latin_hypercube(scenario: Scenario, size: int, intervals: Intervals | None = None, *, seed: int = 0) -> Axis:
    """Return an axis of ``size`` points drawn out of intervals, without intervals out of all declared ranges.

    Raises
    ------
    ParameterError
        If the size is no whole number from 1 to ``MAX_SAMPLE``; else as ``read_intervals``.
    """
    from scipy.stats import qmc

    found = read_intervals(scenario, intervals)
    points = checked_size(size, len(found))
    unit = qmc.LatinHypercube(len(found), seed=np.random.default_rng(seed)).random(points)
    return sample_axis(found, unit, f"a Latin hypercube of {points:,} points over {', '.join(found)}, drawn with seed {seed}")
