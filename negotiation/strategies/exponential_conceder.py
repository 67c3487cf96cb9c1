"""Exponential conceder: gives way at a constant rate, as in a war of attrition whose costs stay the same.

In a round of length ``step`` he gives way with probability ``1 - exp(-rate * step)``, so that the rounds he holds out
follow an exponential law whatever the step. ``at_once`` and ``until`` are for sides of which some never give way (Abreu and
Gul 2000): see `negotiation.exact.attrition`, which computes them.

References
----------
Maynard Smith (1974), Journal of Theoretical Biology 47, 209-221; Abreu and Gul (2000), Econometrica 68(1), 85-117.
"""

from __future__ import annotations

import math

from negotiation.errors import ParameterError
from negotiation.games.giving_way import GivingWay, giving_way_behaviour
from negotiation.games.moves import own_actions_of
from negotiation.games.options import number_of, share_of
from negotiation.games.repeated import Strategy
from negotiation.games.seat import Seat, automaton

__all__ = ["strategy"]


def strategy(
    seat: Seat, *, rate: object, concede: object = "accept", step: object = 1, at_once: object = 0, until: object = None
) -> Strategy:
    """Return the strategy that gives way at a constant rate.

    Parameters
    ----------
    seat : Seat
    rate : number, at least 0, one over time unit
        At which he gives way.
    concede : action or list of actions
        How he gives way.
    step : number above 0, time unit
        How long a round lasts.
    at_once : number in [0, 1]
        The probability of giving way in the first round before time has passed.
    until : number, at least 0, time unit
        When he stops giving way; never if not given.

    Raises
    ------
    ParameterError
        If a number is outside its range, a name is not an action, or he can never give way.
    """
    names, speed, length = own_actions_of(seat, "concede", concede), number_of("rate", rate), number_of("step", step)
    last = math.inf if until is None else number_of("until", until)
    if speed < 0 or length <= 0 or last < 0:
        raise ParameterError(f"rate and until must be at least 0 and step above 0, got {speed:g}, {last:g} and {length:g}")
    atom = share_of("at_once", at_once)

    def chance(rounds: int) -> float:
        held = math.exp(-speed * max(0.0, min(length, last - rounds * length)))
        return 1 - (held if rounds else (1 - atom) * held)

    if until is None and at_once == 0:
        return automaton(seat, lambda _, place: giving_way_behaviour(seat, place, names, chance(1)), lambda state, _: state)
    return GivingWay(seat, names, chance, 1 if until is None else max(1, math.ceil(last / length)))
