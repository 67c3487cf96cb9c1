"""Salami tactics: ask for a slice at a time, the next one once a slice was granted.

Where the demand is an action of variable size, as in ``demand[size=0.25]``, a slice is the total divided by the number of
slices and must be one of the sizes; a plain action stands for one slice, whatever its size. A slice that is refused is
asked for again.

References
----------
Schelling (1966), Arms and Influence, chapter 2.
"""

from __future__ import annotations

from negotiation.errors import ParameterError
from negotiation.exact.salami import cost_of_slices, fewest_slices
from negotiation.games.moves import actions_of, number_at, own_actions_of, prefer, rivals_moves, sizes_at
from negotiation.games.options import count_of, number_of
from negotiation.games.repeated import Observation, Strategy
from negotiation.games.seat import Seat, automaton, pure, visible_moves

__all__ = ["strategy"]

#: A slice may differ from a size that is offered by so much: a third written as a decimal of nine digits is meant as a third.
SAME_SIZE = 1e-9


def strategy(
    seat: Seat,
    *,
    slices: object = None,
    total: object = 1,
    demand: object = "bargain",
    accept: object = "accept",
    costs: object = None,
    harm: object = None,
) -> Strategy:
    """Return salami tactics.

    Parameters
    ----------
    seat : Seat
    slices : whole number, at least 1
        In how many slices the demand is cut. The default is the fewest that a myopic target grants, given costs and harm.
    total : number above 0
        The size of the whole demand.
    demand : action or list of actions
        How he asks for a slice.
    accept : action or list of actions
        The rivals' actions that grant it.
    costs : two numbers, payoff unit
        Granting a slice of size d costs the target the first times d and the second times d squared.
    harm : number, payoff unit
        What refusing costs the target.

    Raises
    ------
    ParameterError
        If a number is outside its range, a name is not an action, or no action has the size of a slice.
    """
    demands, grants = own_actions_of(seat, "demand", demand), actions_of(seat, "accept", accept)
    whole = number_of("total", total)
    if whole <= 0:
        raise ParameterError(f"total: must be above 0, got {whole:g}")
    wanted, notes = _cut(slices, whole, costs, harm)
    slice_of = {place: _slice(seat, place, demands, whole / wanted) for place in seat.places if number_at(seat, place, demands) is not None}

    def behave(granted: int, place: int) -> tuple[float, ...]:
        if place in slice_of and granted + rivals_moves(seat, visible_moves(seat, place), grants) < wanted:
            return pure(seat, place, slice_of[place])
        return prefer(seat, place, avoid=demands)

    def update(granted: int, observation: Observation) -> int:
        asked = any(place in slice_of and action == slice_of[place] for place, action in observation.own)
        return min(wanted, granted + (rivals_moves(seat, observation.moves, grants) if asked else 0))

    return automaton(seat, behave, update, states=wanted + 1, notes=notes)


def _cut(slices: object, whole: float, costs: object, harm: object) -> tuple[int, tuple[str, ...]]:
    """Return the number of slices, with what is to be told about it."""
    if slices is not None:
        return count_of("slices", slices), ()
    if harm is None or not isinstance(costs, (list, tuple)) or len(costs) != 2:
        raise ParameterError("give the number of slices, or costs (two numbers) and harm, from which it follows")
    linear, convex = number_of("costs", costs[0]), number_of("costs", costs[1])
    count = fewest_slices(whole, linear=linear, convex=convex, harm=number_of("harm", harm))
    once, cut = (cost_of_slices(whole, number, linear=linear, convex=convex) for number in (1, count))
    return count, (f"cuts the demand into {count} slices, which cost the target {cut:.6g} together; in one piece it would be {once:.6g}",)


def _slice(seat: Seat, place: int, demands: tuple[str, ...], size: float) -> int:
    """Return the number of the action that asks for a slice of this size."""
    sizes = sizes_at(seat, place, demands)
    if not sizes:
        return number_at(seat, place, demands) or 0
    number = min(sizes, key=lambda action: abs(float(sizes[action]) - size))
    if abs(float(sizes[number]) - size) > SAME_SIZE:
        listed = ", ".join(f"{float(other):g}" for other in sizes.values())
        raise ParameterError(f"slices: a slice has the size {size:g}, and demands can have the sizes {listed}")
    return number
