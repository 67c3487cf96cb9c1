"""How much to demand of a target whose cost of giving in is unknown: the risk of acceptance against a reasonable look.

The target grants a demand ``d`` iff ``cost * d + k <= harm``, and all that is known of ``k`` is that it lies in
``[0, rigidity]``, evenly. A refusal removes the share ``cover - padding * d`` of the blame. With ``padding = 0`` and
``cost = value = 1`` this is the risk-return trade-off of Fearon (1995), International Organization 49(3), 379-414.
"""

from __future__ import annotations

from dataclasses import dataclass

from negotiation.errors import ParameterError

__all__ = ["UnknownRigidity"]


@dataclass(frozen=True, slots=True)
class UnknownRigidity:
    """What a challenger knows and wants.

    Parameters
    ----------
    value : float, payoff unit
        What a demand for everything is worth if it is granted; smaller demands in proportion.
    gain : float, payoff unit
        What acting is worth before blame, its cost taken off.
    blame : float, payoff unit
    cover, padding : float
        The share of the blame that the refusal of a demand removes is ``cover - padding * d``.
    harm, cost, rigidity : float, payoff unit
        The target's.

    Raises
    ------
    ParameterError
        If value, cost or rigidity is not positive, or blame or padding is negative.
    """

    value: float
    gain: float
    blame: float
    cover: float
    padding: float
    harm: float
    cost: float
    rigidity: float

    def __post_init__(self) -> None:
        if min(self.value, self.cost, self.rigidity) <= 0 or min(self.blame, self.padding) < 0:
            raise ParameterError(
                "value, cost and rigidity must be above 0, blame and padding at least 0, "
                f"got {self.value:g}, {self.cost:g}, {self.rigidity:g}, {self.blame:g} and {self.padding:g}"
            )

    def acting(self, demand: float) -> float:
        """Return what acting is worth once a demand was refused."""
        return self.gain - self.blame + (self.cover - self.padding * demand) * self.blame

    def acceptance(self, demand: float) -> float:
        """Return the probability that a demand is granted."""
        return min(1.0, max(0.0, (self.harm - self.cost * demand) / self.rigidity))

    def expected(self, demand: float) -> float:
        """Return what a demand is worth before the reply."""
        granted = self.acceptance(demand)
        return granted * self.value * demand + (1 - granted) * self.acting(demand)

    @property
    def outside(self) -> float:
        """What it is worth to demand nothing: acting without a pretext, or leaving things as they are."""
        return max(0.0, self.gain - self.blame)

    @property
    def best(self) -> float:
        """The best demand in [0, 1]: ``(harm m + cost R(0) - padding blame rigidity) / (2 cost m)``, ``m = value + padding blame``.

        That is the top of a concave function, cut to the demands that may or may not be granted.
        """
        m = self.value + self.padding * self.blame
        top = (self.harm * m + self.cost * self.acting(0.0) - self.padding * self.blame * self.rigidity) / (2 * self.cost * m)
        low, high = max(0.0, (self.harm - self.rigidity) / self.cost), max(0.0, min(1.0, self.harm / self.cost))
        return min(high, max(min(low, high), top))
