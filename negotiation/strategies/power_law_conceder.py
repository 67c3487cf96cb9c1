"""Power-law conceder: gives way ever more slowly, so that a rival whose costs of climbing down grow stays indifferent.

The longer a crisis has lasted the dearer climbing down is for the rival, and the slower he has to be conceded to: the time
that he holds out follows a power law, and long crises are likelier than at a constant rate. In a round of length ``step``
that starts at ``t`` he gives way with probability ``1 - S(t + step) / S(t)``; see `negotiation.exact.attrition` for S.

References
----------
Fearon (1994), American Political Science Review 88(3), 577-592, on audience costs that grow as a crisis goes on.
"""

from __future__ import annotations

import math

from negotiation.errors import ParameterError
from negotiation.exact.attrition import GrowingCost
from negotiation.games.giving_way import GivingWay
from negotiation.games.moves import own_actions_of
from negotiation.games.options import number_of, share_of
from negotiation.games.repeated import Strategy
from negotiation.games.seat import Seat

__all__ = ["strategy"]


def strategy(
    seat: Seat,
    *,
    prize: object,
    first: object,
    growth: object,
    waiting: object,
    interest: object = 0,
    concede: object = "accept",
    step: object = 1,
    at_once: object = 0,
    until: object = None,
) -> Strategy:
    """Return the strategy that keeps a rival with growing costs indifferent.

    Parameters
    ----------
    seat : Seat
    prize : number above 0, payoff unit
        What the rival gets when this player gives way.
    first, growth : number, payoff unit, and payoff unit by time unit
        Climbing down at time t costs the rival first + growth * t.
    waiting : number, payoff unit by time unit
        What holding out costs the rival.
    interest : number, one over time unit
        At which the rival discounts.
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
    costs = {"prize": prize, "first": first, "growth": growth, "waiting": waiting, "interest": interest}
    law = GrowingCost(**{name: number_of(name, value) for name, value in costs.items()})
    names, length = own_actions_of(seat, "concede", concede), number_of("step", step)
    last = math.inf if until is None else number_of("until", until)
    if length <= 0 or last < 0:
        raise ParameterError(f"step must be above 0 and until at least 0, got {length:g} and {last:g}")
    atom = share_of("at_once", at_once)

    def chance(rounds: int) -> float:
        begins, ends = (law.survival(min(last, number * length)) for number in (rounds, rounds + 1))
        held = ends / begins if begins > 0 else 0.0
        return 1 - (held if rounds else (1 - atom) * held)

    return GivingWay(seat, names, chance, None if until is None else max(1, math.ceil(last / length)))
