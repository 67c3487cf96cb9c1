"""Giving way at random in each period: the strategies of wars of attrition.

A period is a round. In each the player decides at the first information set that allows it, and holds out at those after
it, so that he has one chance a round.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from negotiation.games.moves import number_at, prefer
from negotiation.games.repeated import Carried, Seen
from negotiation.games.seat import Seat, pure

__all__ = ["GivingWay", "giving_way_behaviour"]


@dataclass(frozen=True, eq=False)
class GivingWay:
    """Gives way with a probability that depends on how many rounds are over; that number, as far as it matters, is the state.

    Parameters
    ----------
    seat : Seat
    concede : tuple of str
        The actions by which he gives way.
    chance : callable of the number of rounds that are over to a probability
    settled : int or None
        From so many rounds on the chance stays the same, so that states are finitely many; None if it never does.
    """

    seat: Seat
    concede: tuple[str, ...]
    chance: Callable[[int], float]
    settled: int | None
    notes: tuple[str, ...] = ()

    def start(self) -> Hashable:
        """Return 0."""
        return 0

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:  # noqa: ARG002  # the protocol's signature
        """Return the probabilities of giving way and of holding out."""
        return giving_way_behaviour(self.seat, place, self.concede, self.chance(state) if isinstance(state, int) else 0.0)

    def update(self, state: Hashable, seen: Seen) -> Hashable:  # noqa: ARG002  # the protocol's signature
        """Return how many rounds are over, or the number from which on it makes no difference."""
        return state + 1 if isinstance(state, int) and state != self.settled else state


def giving_way_behaviour(seat: Seat, place: int, concede: tuple[str, ...], chance: float) -> tuple[float, ...]:
    """Return the behaviour that gives way with a probability, at the first information set of a round that allows it."""
    number = number_at(seat, place, concede)
    held = any(number_at(seat, earlier, concede) is not None for earlier, _ in seat.stage.own_history[place])
    out = prefer(seat, place, avoid=concede)
    if number is None or held:
        return out
    return tuple(chance * give + (1 - chance) * hold for give, hold in zip(pure(seat, place, number), out, strict=True))
