"""Staller: puts the reply off again and again, and gives it at the last moment.

A reply that comes late makes a pretext worth less, so stalling is a third answer beside yes and no. A
delay is a number of moves: he stalls so many times, then replies, and starts anew. Where a scenario has a clock, how long
each reply takes is said there, by player and move, and so is the deadline after which silence counts as a reply.

References
----------
Roth, Murnighan and Schoumaker (1988), American Economic Review 78(4), 806-823, on agreements just before the deadline.
"""

from __future__ import annotations

from negotiation.games.moves import number_at, own_actions_of, prefer
from negotiation.games.options import count_of
from negotiation.games.repeated import Observation, Strategy
from negotiation.games.seat import Seat, automaton

__all__ = ["strategy"]


def strategy(seat: Seat, *, stall: object = "stall", reply: object = "refuse", times: object = 3) -> Strategy:
    """Return the strategy that stalls.

    Parameters
    ----------
    seat : Seat
    stall : action or list of actions
        How he puts his reply off.
    reply : action or list of actions
        What he replies in the end.
    times : whole number, at least 1
        How often he stalls before he replies.

    Raises
    ------
    ParameterError
        If a name is not an action, he can never take one of these actions, or the number is none.
    """
    delays, replies, most = own_actions_of(seat, "stall", stall), own_actions_of(seat, "reply", reply), count_of("times", times)

    def after(stalled: int, own: tuple[tuple[int, int], ...]) -> int:
        for place, action in own:
            if action == number_at(seat, place, delays):
                stalled = min(most, stalled + 1)
            elif action == number_at(seat, place, replies):
                stalled = 0
        return stalled

    def behave(before: int, place: int) -> tuple[float, ...]:
        if after(before, seat.stage.own_history[place]) < most:
            return prefer(seat, place, delays, avoid=replies)
        return prefer(seat, place, replies, avoid=delays)

    def update(before: int, observation: Observation) -> int:
        return after(before, observation.own)

    return automaton(seat, behave, update, states=most + 1)
