"""Bluff: make the demand, and climb down if it is refused.

References
----------
Schelling (1966), Arms and Influence, chapter 2; Fearon (1994), American Political Science Review 88(3), 577-592, on what
climbing down costs.
"""

from __future__ import annotations

from negotiation.games.moves import actions_of, number_at, own_actions_of, prefer, rivals_moves, still_unanswered
from negotiation.games.options import share_of
from negotiation.games.repeated import Observation, Strategy
from negotiation.games.seat import Seat, automaton, pure, visible_moves

__all__ = ["strategy"]


def strategy(
    seat: Seat, *, demand: object = "ultimatum", refusal: object = "refuse", withdraw: object = "withdraw", probability: object = 1
) -> Strategy:
    """Return the strategy that bluffs.

    Parameters
    ----------
    seat : Seat
    demand : action or list of actions
        How he makes his demand.
    refusal : action or list of actions
        The rivals' actions that count as refusals.
    withdraw : action or list of actions
        How he climbs down after a refusal, in the same round or, where he learns of it at its end, in the next.
    probability : number in [0, 1]
        Of making the demand, each time that he can; else he takes the first other action that is no climbing down.

    Raises
    ------
    ParameterError
        If a name is not an action, he can never take one of these actions, or the probability is none.
    """
    demands, withdrawals = own_actions_of(seat, "demand", demand), own_actions_of(seat, "withdraw", withdraw)
    refusals, share = actions_of(seat, "refusal", refusal), share_of("probability", probability)

    def behave(refused: int, place: int) -> tuple[float, ...]:
        if refused or rivals_moves(seat, visible_moves(seat, place), refusals):
            return prefer(seat, place, withdrawals, avoid=demands)
        number = number_at(seat, place, demands)
        if number is None:
            return prefer(seat, place, avoid=withdrawals)
        quiet = prefer(seat, place, avoid=(*demands, *withdrawals))
        return tuple(share * bold + (1 - share) * still for bold, still in zip(pure(seat, place, number), quiet, strict=True))

    def update(refused: int, observation: Observation) -> int:
        if not observation.own:
            return max(refused, int(rivals_moves(seat, observation.moves, refusals) > 0))
        return int(still_unanswered(seat, observation, refusals) > 0)

    return automaton(seat, behave, update, states=2)
