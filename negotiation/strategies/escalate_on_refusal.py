"""Escalate on refusal: demand, and act once the demand has been refused often enough.

Refusals are counted over the whole match, those of the round that is being played included. As long as there are fewer
than ``after``, the player makes his demand where he can and does not act where he can help it.
"""

from __future__ import annotations

from negotiation.errors import ParameterError
from negotiation.games.options import check_actions, count_of, find_action, names_of
from negotiation.games.repeated import Observation, Strategy
from negotiation.games.seat import Seat, automaton, pure, visible_moves

__all__ = ["strategy"]


def strategy(seat: Seat, *, demand: object = "ultimatum", refusal: object = "refuse", act: object = "act", after: object = 1) -> Strategy:
    """Return the strategy that escalates on the ``after``-th refusal.

    Parameters
    ----------
    seat : Seat
    demand : action or list of actions
        How he makes his demand.
    refusal : action or list of actions
        The rivals' actions that count as refusals.
    act : action or list of actions
        How he escalates.
    after : whole number, at least 1
        The number of refusals that it takes.

    Raises
    ------
    ParameterError
        If a name is not an action, or he has no information set at which he could act.
    """
    demands, refusals, acts = (_actions(seat, option, value) for option, value in (("demand", demand), ("refusal", refusal), ("act", act)))
    needed = count_of("after", after)
    if seat.places and all(find_action(acts, seat.stage.information_sets[place].actions) is None for place in seat.places):
        raise ParameterError(f"act: {seat.name} can never {' or '.join(acts)}")

    def refused(moves: tuple[tuple[int, str], ...]) -> int:
        return sum(player != seat.player and find_action(refusals, (action,)) is not None for player, action in moves)

    def behave(state: int, place: int) -> tuple[float, ...]:
        actions = seat.stage.information_sets[place].actions
        act_here, demand_here = find_action(acts, actions), find_action(demands, actions)
        if act_here is not None and state + refused(visible_moves(seat, place)) >= needed:
            return pure(seat, place, act_here)
        if demand_here is not None:
            return pure(seat, place, demand_here)
        others = [number for number, action in enumerate(actions) if find_action(acts, (action,)) is None]
        return pure(seat, place, others[0] if others else 0)

    def update(state: int, observation: Observation) -> int:
        return min(needed, state + refused(observation.moves))

    return automaton(seat, behave, update, states=needed + 1)


def _actions(seat: Seat, option: str, value: object) -> tuple[str, ...]:
    names = names_of(option, value)
    check_actions(seat, option, names)
    return names
