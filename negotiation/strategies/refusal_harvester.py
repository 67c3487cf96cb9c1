"""Refusal harvester: collect refusals until one more is no longer worth the wait, then act.

Each refusal removes part of the blame for acting. The number after which to act follows from the options, as in the
stopping problem of `negotiation.exact.harvesting`, and is told with the results; what it is worth is told for refusals that take a
round each, so that he acts in the round after the last. If harvesting is worth less than acting
at once, he acts at once; if both are worth nothing, he demands nothing.

References
----------
Chow and Robbins (1961), Fourth Berkeley Symposium 1, 93-104, on stopping problems in which one step of foresight is enough.
"""

from __future__ import annotations

from negotiation.exact.harvesting import Harvest
from negotiation.games.moves import actions_of, number_at, own_actions_of, prefer, rivals_moves
from negotiation.games.options import number_of
from negotiation.games.repeated import Observation, Strategy
from negotiation.games.seat import Seat, automaton, visible_moves

__all__ = ["strategy"]


def strategy(
    seat: Seat,
    *,
    gain: object,
    blame: object,
    most: object = 1,
    learning: object,
    waiting: object,
    discount: object,
    demand: object = "ultimatum",
    refusal: object = "refuse",
    act: object = "act",
) -> Strategy:
    """Return the strategy that harvests refusals.

    Parameters
    ----------
    seat : Seat
    gain : number, payoff unit
        What acting is worth before blame, its cost taken off.
    blame : number, payoff unit
        The blame for acting without any refusal.
    most : number in [0, 1]
        The share of the blame that refusals can remove.
    learning : number in (0, 1)
        The share of that which one refusal removes, of what is left.
    waiting : number, payoff unit
        What each round of waiting costs.
    discount : number in (0, 1)
        What a payoff one round later is worth.
    demand, act : action or list of actions
        How he demands and acts.
    refusal : action or list of actions
        The rivals' actions that count as refusals.

    Raises
    ------
    ParameterError
        If a number is outside its range, a name is not an action, or he can never take one of these actions.
    """
    numbers = {"gain": gain, "blame": blame, "most": most, "learning": learning, "waiting": waiting, "discount": discount}
    harvest = Harvest(**{name: number_of(name, value) for name, value in numbers.items()})
    demands, acts = own_actions_of(seat, "demand", demand), own_actions_of(seat, "act", act)
    refusals = actions_of(seat, "refusal", refusal)
    wanted, note = _plan(harvest)

    def behave(before: int, place: int) -> tuple[float, ...]:
        refused = before + rivals_moves(seat, visible_moves(seat, place), refusals)
        if wanted is not None and refused >= wanted and number_at(seat, place, acts) is not None:
            return prefer(seat, place, acts)
        return prefer(seat, place, avoid=(*acts, *demands)) if wanted is None else prefer(seat, place, demands, avoid=acts)

    def update(before: int, observation: Observation) -> int:
        return min(wanted or 0, before + rivals_moves(seat, observation.moves, refusals))

    return automaton(seat, behave, update, states=(wanted or 0) + 1, notes=(note,))


def _plan(harvest: Harvest) -> tuple[int | None, str]:
    """Return after how many refusals to act, None for never, and the reason."""
    count = harvest.best
    value, at_once = harvest.value(count), harvest.value(0)
    if count and value > max(0.0, at_once):
        return count, f"acts after {count} refusals, which is worth {value:.6g}; acting without any is worth {at_once:.6g}"
    if at_once > 0:
        return 0, f"acts at once, which is worth {at_once:.6g}: no refusal is worth waiting for"
    return None, f"demands nothing: acting is worth {max(value, at_once):.6g} at best, less than leaving things as they are"
