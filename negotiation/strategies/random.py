"""Every action with equal probability, in every round anew."""

from __future__ import annotations

from negotiation.games.repeated import Strategy
from negotiation.games.seat import Seat, automaton

__all__ = ["strategy"]


def strategy(seat: Seat) -> Strategy:
    """Return the strategy that takes each action with equal probability."""

    def behave(_: int, place: int) -> tuple[float, ...]:
        count = len(seat.stage.information_sets[place].actions)
        return (1 / count,) * count

    return automaton(seat, behave, lambda state, _: state)
