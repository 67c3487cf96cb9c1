"""Salami tactics: a demand in slices, each too small to resist (Schelling 1966, Arms and Influence, chapter 2).

Granting a slice of size ``d`` costs the target ``om d + kap d**2``: capitulation costs that grow faster than the concession.
"""

from __future__ import annotations

import math

from negotiation.errors import ParameterError

__all__ = ["cost_of_slices", "fewest_slices", "largest_slice", "present_cost", "resistance_threshold"]

#: A ratio that is a whole number on paper may be computed as slightly more; it is rounded up only beyond this share.
WHOLE = 1e-12

#: The threshold is found to this precision; discounts are not known to more digits.
PRECISION = 1e-14


def largest_slice(*, linear: float, convex: float, harm: float) -> float:
    """Return the largest slice that a myopic target grants rather than suffer the harm.

    Parameters
    ----------
    linear, convex : float, payoff unit
        The cost of a slice ``d`` is ``linear * d + convex * d**2``.
    harm : float, payoff unit

    Raises
    ------
    ParameterError
        If a number is negative or no slice costs anything.
    """
    if min(linear, convex, harm) < 0 or max(linear, convex) <= 0:
        raise ParameterError(f"slices need costs and a harm of at least 0 and some cost, got {linear:g}, {convex:g} and {harm:g}")
    # The root of the quadratic in the form that loses no digits, and holds without the convex part too.
    divisor = linear + math.sqrt(linear**2 + 4 * convex * harm)
    return 2 * harm / divisor if divisor > 0 else 0.0


def fewest_slices(demand: float, *, linear: float, convex: float, harm: float) -> int:
    """Return in how many slices a demand must be cut for each to be granted by a myopic target.

    Raises
    ------
    ParameterError
        As ``largest_slice``, and if not even the smallest slice would be granted.
    """
    largest = largest_slice(linear=linear, convex=convex, harm=harm)
    if largest <= 0:
        raise ParameterError("no slice is small enough: the target suffers no harm by refusing")
    return max(1, math.ceil(demand / largest * (1 - WHOLE)))


def cost_of_slices(demand: float, slices: int, *, linear: float, convex: float) -> float:
    """Return what granting all slices of a demand costs, undiscounted: ``linear D + convex D**2 / n``."""
    return linear * demand + convex * demand**2 / slices


def present_cost(demand: float, slices: int, discount: float, *, linear: float, convex: float) -> float:
    """Return what granting one slice after another costs in present value: who foresees it resists if that exceeds the harm."""
    each = cost_of_slices(demand, slices, linear=linear, convex=convex) / slices
    return each * math.fsum(discount**number for number in range(slices))


def resistance_threshold(demand: float, slices: int, *, linear: float, convex: float, harm: float) -> float | None:
    """Return the discount above which a target that foresees all slices resists the first; None if it never does.

    Returns
    -------
    float in [0, 1] or None
        By bisection: the present cost grows with the discount. 0 if it resists at any discount.
    """
    if present_cost(demand, slices, 1.0, linear=linear, convex=convex) <= harm:
        return None
    low, high = 0.0, 1.0
    while high - low > PRECISION:
        middle = (low + high) / 2
        resists = present_cost(demand, slices, middle, linear=linear, convex=convex) > harm
        low, high = (low, middle) if resists else (middle, high)
    return high
