"""Collecting refusals, and when one more of them is no longer worth the wait.

Acting after ``n`` refusals is worth ``r_n``, which grows with the legitimacy that refusals give; each round of waiting costs
``chi`` and discounts by ``delta``. As the gain from one more refusal shrinks, it is best to act as soon as waiting once
more does not pay: at the first ``n`` with ``r_n >= delta * r_{n+1} - chi`` (the one-stage look-ahead rule of optimal
stopping: Chow and Robbins 1961; Ferguson, Optimal Stopping and Applications, chapter 5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from negotiation.errors import ParameterError

__all__ = ["Harvest", "stopping_time", "stopping_value"]


@dataclass(frozen=True, slots=True)
class Harvest:
    """Refusals that give legitimacy.

    Parameters
    ----------
    gain : float, payoff unit
        What acting is worth before blame, its cost taken off.
    blame : float, payoff unit, at least 0
        The blame for acting without any refusal.
    most : float in [0, 1]
        The share of the blame that refusals can remove.
    learning : float in (0, 1)
        The share of the blame that could still be removed that one refusal removes.
    waiting : float, payoff unit
        What waiting one round costs.
    discount : float in (0, 1)
        What a payoff one round later is worth.

    Raises
    ------
    ParameterError
        If a number is outside its range.
    """

    gain: float
    blame: float
    most: float
    learning: float
    waiting: float
    discount: float

    def __post_init__(self) -> None:
        if not (self.blame >= 0 and 0 <= self.most <= 1 and 0 < self.learning < 1 and 0 < self.discount < 1 and self.waiting >= 0):
            raise ParameterError(
                "the harvest of refusals needs blame and waiting of at least 0, most in [0, 1], learning and discount in (0, 1), "
                f"got {self.blame:g}, {self.waiting:g}, {self.most:g}, {self.learning:g}, {self.discount:g}"
            )

    def worth(self, refusals: int) -> float:
        """Return what acting is worth after so many refusals."""
        covered = self.most * (1 - (1 - self.learning) ** refusals)
        return self.gain - (1 - covered) * self.blame

    def value(self, refusals: int) -> float:
        """Return what it is worth, before the first demand, to wait so many rounds for as many refusals and then to act."""
        weight = self.discount**refusals
        return weight * self.worth(refusals) - self.waiting * (1 - weight) / (1 - self.discount)

    @property
    def best(self) -> int:
        """The number of refusals after which it is best to act.

        What waiting once more gains, ``delta r_{n+1} - chi - r_n``, crosses zero once from above or never does, where acting
        with full cover is worth something; else waiting for ever may be better, which ``value`` shows.
        """
        refusals = 0
        while self.worth(refusals) < self.discount * self.worth(refusals + 1) - self.waiting and refusals < self._bound:
            refusals += 1
        return refusals

    @property
    def _bound(self) -> int:
        """So many refusals remove all blame that can be removed, to the last bit of a float64."""
        return math.ceil(math.log(1e-17) / math.log1p(-self.learning))


def stopping_time(*, limit: float, gap: float, rate: float, interest: float, waiting: float) -> float:
    """Return when to act if acting at ``t`` is worth ``limit - gap * exp(-rate * t)``.

    Parameters
    ----------
    limit, gap : float, payoff unit
    rate, interest : float, one over time unit
        At which legitimacy grows, and at which payoffs are discounted.
    waiting : float, payoff unit by time unit

    Returns
    -------
    float, time unit
        ``ln(gap (interest + rate) / (interest limit + waiting)) / rate``, 0 where that is negative. The limit of
        ``Harvest.best`` times the length of a round, as rounds become short.
    """
    argument = gap * (interest + rate) / (interest * limit + waiting)
    return max(0.0, math.log(argument) / rate)


def stopping_value(time: float, *, limit: float, gap: float, rate: float, interest: float, waiting: float) -> float:
    """Return what acting at a time is worth, seen from time 0; parameters as in ``stopping_time``."""
    weight = math.exp(-interest * time)
    return weight * (limit - gap * math.exp(-rate * time)) - waiting * (1 - weight) / interest
