"""Always the same action.

Known as ALLC and ALLD in the prisoner's dilemma (Axelrod 1984).
"""

from __future__ import annotations

from negotiation.errors import ParameterError
from negotiation.games.options import check_actions, find_action, names_of
from negotiation.games.repeated import Strategy
from negotiation.games.seat import Seat, automaton, pure

__all__ = ["strategy"]


def strategy(seat: Seat, *, action: object) -> Strategy:
    """Return the strategy that takes an action wherever it is available.

    Parameters
    ----------
    seat : Seat
    action : action or list of actions
        At each information set the first of them that is available there.

    Raises
    ------
    ParameterError
        If a name is not an action, or the strategy comes to an information set where none of them is available.
    """
    names = names_of("action", action)
    check_actions(seat, "action", names)
    chosen = {place: find_action(names, seat.stage.information_sets[place].actions) for place in seat.places}
    for place, number in chosen.items():
        reached = all(chosen[earlier] == taken for earlier, taken in seat.stage.own_history[place])
        if number is None and reached:
            information_set = seat.stage.information_sets[place]
            raise ParameterError(
                f"action: {seat.name} also moves at {information_set.name!r}, where the actions are {', '.join(information_set.actions)}; "
                "list one of them too"
            )
    return automaton(seat, lambda _, place: pure(seat, place, chosen[place] or 0), lambda state, _: state)
