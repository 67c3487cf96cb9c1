"""Tempered seeker: seeks a refusal, but demands no more than keeps the demand looking reasonable.

He does not know how dear giving in is to the target, and a refused demand covers the less the larger it was. So the best
demand runs some risk of being granted (see `negotiation.exact.tempered`). Among the sizes that can be demanded he takes
the one worth most, and acts if it is refused. If demanding is worth less than acting at once he acts at once; if both are
worth nothing, he demands nothing.

References
----------
Fearon (1995), International Organization 49(3), 379-414, for the trade-off of risk and return that this extends.
"""

from __future__ import annotations

from negotiation.errors import ParameterError
from negotiation.exact.tempered import UnknownRigidity
from negotiation.games.moves import actions_of, number_at, own_actions_of, prefer, rivals_moves, sizes_at
from negotiation.games.options import number_of
from negotiation.games.repeated import Observation, Strategy
from negotiation.games.seat import Seat, automaton, pure, visible_moves

__all__ = ["strategy"]


def strategy(
    seat: Seat,
    *,
    value: object,
    gain: object,
    blame: object,
    cover: object,
    padding: object = 0,
    harm: object,
    cost: object = 1,
    rigidity: object,
    demand: object = "demand",
    refusal: object = "refuse",
    act: object = "act",
) -> Strategy:
    """Return the strategy of the tempered seeker.

    Parameters
    ----------
    seat : Seat
    value : number, payoff unit
        What a demand of size 1 is worth if it is granted; others in proportion.
    gain : number, payoff unit
        What acting is worth before blame, its cost taken off.
    blame : number, payoff unit
        The blame for acting without a refusal.
    cover, padding : number
        The share of the blame that the refusal of a demand of size d removes is cover - padding * d.
    harm : number, payoff unit
        What refusing costs the target.
    cost : number, payoff unit
        What granting a demand of size 1 costs the target materially; others in proportion.
    rigidity : number, payoff unit
        The most that giving in can cost it besides; anything from 0 to this is equally likely.
    demand, act : action or list of actions
        How he demands (actions of variable size, as ``demand[size=0.5]``) and acts.
    refusal : action or list of actions
        The rivals' actions that count as refusals.

    Raises
    ------
    ParameterError
        If a number is outside its range, a name is not an action, or the demand has no size.
    """
    names = ("value", "gain", "blame", "cover", "padding", "harm", "cost", "rigidity")
    numbers = zip(names, (value, gain, blame, cover, padding, harm, cost, rigidity), strict=True)
    known = UnknownRigidity(**{name: number_of(name, given) for name, given in numbers})
    demands, acts, refusals = own_actions_of(seat, "demand", demand), own_actions_of(seat, "act", act), actions_of(seat, "refusal", refusal)
    best = {place: _best(seat, place, demands, known) for place in seat.places if number_at(seat, place, demands) is not None}
    worth = max((known.expected(size) for _, size in best.values()), default=known.outside)
    demanding, acting = worth > known.outside, known.outside > 0

    def behave(refused: int, place: int) -> tuple[float, ...]:
        if refused or rivals_moves(seat, visible_moves(seat, place), refusals) or (acting and not demanding):
            return prefer(seat, place, acts, avoid=demands)
        return pure(seat, place, best[place][0]) if demanding and place in best else prefer(seat, place, avoid=(*demands, *acts))

    def update(refused: int, observation: Observation) -> int:
        return int(refused or rivals_moves(seat, observation.moves, refusals) > 0)

    return automaton(seat, behave, update, states=2, notes=_notes(known, sorted({size for _, size in best.values()}), worth))


def _best(seat: Seat, place: int, demands: tuple[str, ...], known: UnknownRigidity) -> tuple[int, float]:
    """Return the number and the size of the best demand at an information set."""
    sizes = sizes_at(seat, place, demands)
    if not sizes:
        raise ParameterError(f"demand: {' and '.join(demands)} must have a size, as in demand[size=0.5], got a plain action")
    number = max(sizes, key=lambda action: known.expected(float(sizes[action])))
    return number, float(sizes[number])


def _notes(known: UnknownRigidity, sizes: list[float], worth: float) -> tuple[str, ...]:
    if not sizes:
        return ()
    ideal = f"the best demand would be {known.best:.6g} (granted with probability {known.acceptance(known.best):.6g})"
    if worth > known.outside:
        return (f"{ideal}; demands {' or '.join(f'{size:.6g}' for size in sizes)}, worth {worth:.6g}",)
    instead = "acts at once" if known.outside > 0 else "demands nothing"
    return (f"{ideal}, but demanding is worth {worth:.6g} and not demanding {known.outside:.6g}, so he {instead}",)
