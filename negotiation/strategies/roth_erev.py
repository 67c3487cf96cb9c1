"""Roth-Erev reinforcement: what has paid is done more often.

Each action at each information set has a propensity, and is taken with a probability in proportion to it. After a round
the propensities at the information sets that were reached fade by the share ``forgetting``; what the round paid above the smallest
payoff goes to the action taken, but for the share ``experimentation``, which the other actions divide among them.

References
----------
Roth and Erev (1995), Games and Economic Behavior 8(1), 164-212; Erev and Roth (1998), American Economic Review 88(4), 848-881.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from negotiation.errors import ParameterError
from negotiation.games.learning import Table, entries, own_row, table, with_row
from negotiation.games.options import number_of, share_of
from negotiation.games.repeated import Carried, Observation, Seen, Strategy, observations
from negotiation.games.seat import Seat

__all__ = ["strategy"]


def strategy(
    seat: Seat, *, initial: object = None, forgetting: object = 0.1, experimentation: object = 0.2, lowest: object = None
) -> Strategy:
    """Return the reinforcement learner of Roth and Erev.

    Parameters
    ----------
    seat : Seat
    initial : number above 0, payoff unit
        The propensity of each action before the first round. The default is the span of the player's payoffs (1 where
        they are all the same).
    forgetting, experimentation : number in [0, 1]
        The defaults are those that Erev and Roth (1998) found to describe subjects in many experiments.
    lowest : number, payoff unit
        The payoff that reinforces nothing; less counts as this. The default is the player's smallest in the first round.

    Raises
    ------
    ParameterError
        If an option is not such a number.
    """
    payoffs = seat.stage.payoffs[:, seat.player]
    low, span = float(payoffs.min()), float(payoffs.max() - payoffs.min())
    strength = (span if span > 0 else 1.0) if initial is None else number_of("initial", initial)
    if strength <= 0:
        raise ParameterError(f"initial: must be above 0, got {strength:g}")
    base = low if lowest is None else number_of("lowest", lowest)
    shares = share_of("forgetting", forgetting), share_of("experimentation", experimentation)
    return RothErev(seat, observations(seat.stage, seat.player).distinct, strength, shares, base)


@dataclass(frozen=True, eq=False)
class RothErev:
    """The learner; its state is the table of propensities."""

    seat: Seat
    seen: tuple[Observation, ...]
    initial: float
    shares: tuple[float, float]
    lowest: float
    notes: tuple[str, ...] = ()

    def start(self) -> Table:
        """Return equal propensities."""
        return table(self.seat, self.initial)

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:  # noqa: ARG002  # the protocol's signature
        """Return probabilities in proportion to the propensities."""
        row = own_row(self.seat, entries(state), place)
        total = sum(row)
        return tuple(propensity / total for propensity in row) if total > 0 else (1 / len(row),) * len(row)

    def update(self, state: Hashable, seen: Seen) -> Table:
        """Return the propensities after a round."""
        found, (forgetting, experimentation) = entries(state), self.shares
        gained = max(0.0, seen.payoff - self.lowest)
        for place, taken in self.seen[seen.observation].own:
            row = own_row(self.seat, found, place)
            others = len(row) - 1
            kept = 1 - experimentation if others else 1.0
            row = tuple(
                (1 - forgetting) * propensity + gained * (kept if action == taken else experimentation / others)
                for action, propensity in enumerate(row)
            )
            found = with_row(self.seat, found, place, row)
        return found
