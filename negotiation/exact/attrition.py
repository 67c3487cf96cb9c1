"""Wars of attrition in continuous time: who gives way, when, and how likely a fight to the end is.

Three models. A side whose opponent's *stand-down cost grows* gives way at a hazard that keeps the opponent indifferent.
*Obstinate types on both sides* (Abreu and Gul 2000, Econometrica 68(1), 85-117): each side may be a type that never gives
way. *Rising audience costs on both sides* (in the manner of Fearon 1994, American Political Science Review 88(3), 577-592):
giving way costs more the later it comes, and the cost of war is private.

A deadline shorter than the horizon of the last two models changes play before it; these forms do not hold then.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from negotiation.errors import ParameterError

__all__ = ["Attrition", "GrowingCost", "audience_costs", "obstinate_types"]


@dataclass(frozen=True, slots=True)
class GrowingCost:
    """How a side gives way that keeps its opponent indifferent between holding out and standing down.

    Parameters
    ----------
    prize : float, payoff unit, positive
        What the opponent gets when this side gives way.
    first, growth : float, payoff unit, and payoff unit by time unit, at least 0
        Standing down at time ``t`` costs the opponent ``first + growth * t``.
    waiting : float, payoff unit by time unit, at least 0
    interest : float, one over time unit, at least 0

    Raises
    ------
    ParameterError
        If a number is outside its range.
    """

    prize: float
    first: float
    growth: float
    waiting: float
    interest: float = 0.0

    def __post_init__(self) -> None:
        if not self.prize > 0 or min(self.first, self.growth, self.waiting, self.interest) < 0:
            raise ParameterError(
                "the prize must be above 0 and costs and interest at least 0, "
                f"got {self.prize:g}, {self.first:g}, {self.growth:g}, {self.waiting:g} and {self.interest:g}"
            )

    def hazard(self, time: float) -> float:
        """Return the rate of giving way: ``(waiting + growth - interest c(t)) / (prize + c(t))``, 0 where that is negative."""
        cost = self.first + self.growth * time
        return max(0.0, self.waiting + self.growth - self.interest * cost) / (self.prize + cost)

    def survival(self, time: float) -> float:
        """Return the probability of not having given way by a time.

        A power law where the cost grows, ``((V + c(0)) / (V + c(t)))**((waiting + growth + interest V) / growth) e**(interest t)``,
        which starts as 1; exponential where it does not.
        """
        last, start = min(time, self._last), self.prize + self.first
        grown = self.growth * last / start
        # ln(1 + x) / x, which is 1 at 0: so the exponential law is the limit of small growth, not a case of its own.
        bend = math.log1p(grown) / grown if grown > 0 else 1.0
        return math.exp(self.interest * last - (self.waiting + self.growth + self.interest * self.prize) * last / start * bend)

    @property
    def _last(self) -> float:
        """When the hazard has fallen to zero: then the interest on a cost that is put off outweighs its growth."""
        if self.interest <= 0:
            return math.inf
        cost = (self.waiting + self.growth) / self.interest
        if self.growth <= 0:
            return math.inf if cost > self.first else 0.0
        return max(0.0, (cost - self.first) / self.growth)


@dataclass(frozen=True, slots=True)
class Attrition:
    """How one side gives way in equilibrium.

    Parameters
    ----------
    at_once : float
        The probability of giving way at time 0.
    horizon : float, time unit
        After it nobody gives way.
    never : float
        The probability of not giving way at all.
    """

    at_once: float
    horizon: float
    never: float


def obstinate_types(
    *, claims: tuple[float, float], interest: tuple[float, float], obstinate: tuple[float, float]
) -> tuple[tuple[float, float], tuple[Attrition, Attrition]]:
    """Return the hazards and the course of both sides where each may be obstinate.

    Parameters
    ----------
    claims : pair of float in (0, 1)
        What each side claims of a unit; together more than it.
    interest : pair of float, one over time unit, positive
    obstinate : pair of float in (0, 1)
        The probability that a side never gives way.

    Returns
    -------
    rates : pair of float, one over time unit
        At which each side gives way until the horizon (of all its types taken together).
    courses : pair of Attrition

    Raises
    ------
    ParameterError
        If a number is outside its range.
    """
    if not (min(claims) > 0 and max(claims) < 1 and sum(claims) > 1 and min(interest) > 0 and min(obstinate) > 0 and max(obstinate) < 1):
        raise ParameterError(
            f"claims in (0, 1) with a sum above 1, positive interest and priors in (0, 1) are needed, got {claims}, {interest}, {obstinate}"
        )
    excess = sum(claims) - 1
    rates = interest[1] * (1 - claims[0]) / excess, interest[0] * (1 - claims[1]) / excess
    # The horizon is the earlier of the times at which a side that gives way from the start is known to be obstinate.
    times = [-math.log(z) / rate for z, rate in zip(obstinate, rates, strict=True)]
    horizon = min(times)
    sides = zip(obstinate, rates, times, strict=True)
    courses = [Attrition(0.0 if time <= horizon else 1 - z * math.exp(rate * horizon), horizon, z) for z, rate, time in sides]
    return rates, (courses[0], courses[1])


def audience_costs(*, prize: float, growth: tuple[float, float], wars: tuple[float, float]) -> tuple[Attrition, Attrition]:
    """Return the course of both sides where giving way at ``t`` costs ``growth * t`` and war is worth ``-U[0, war]``, privately.

    Side ``i`` gives way at the hazard ``growth_j / (prize + growth_j t)``: `GrowingCost` with the other side's growth.

    Parameters
    ----------
    prize : float, payoff unit, positive
        What the other side gets from a side that gives way.
    growth : pair of float, payoff unit by time unit, positive
    wars : pair of float, payoff unit, positive

    Raises
    ------
    ParameterError
        If a number is not positive.
    """
    if min(prize, *growth, *wars) <= 0:
        raise ParameterError(f"prize, growth and wars must be above 0, got {prize:g}, {growth} and {wars}")
    times = [_root(prize, own, other, war) for own, other, war in zip(growth, growth[::-1], wars, strict=True)]
    horizon = min(times)
    courses = []
    for own, other, war, time in zip(growth, growth[::-1], wars, times, strict=True):
        fights = own * horizon / war
        courses.append(Attrition(0.0 if time <= horizon else 1 - fights * (1 + other * horizon / prize), horizon, fights))
    return courses[0], courses[1]


def _root(prize: float, own: float, other: float, war: float) -> float:
    """Return the positive root of ``(own t / war) (1 + other t / prize) = 1``."""
    quadratic, linear = own * other / (war * prize), own / war
    return 2 / (linear + math.sqrt(linear**2 + 4 * quadratic))
