"""Grim trigger: cooperative until a rival's first hard move, then hard for ever.

What counts as cooperative is explained in `negotiation.games.postures`. The trigger may be pulled within the round, where
the player has seen the hard move.

References
----------
Friedman (1971), Review of Economic Studies 38(1), 1-12.
"""

from __future__ import annotations

from negotiation.games.postures import postures
from negotiation.games.repeated import Observation, Strategy
from negotiation.games.seat import Seat, automaton

__all__ = ["strategy"]

COOPERATING, PUNISHING = 0, 1


def strategy(seat: Seat, *, cooperative: object = None, hard: object = None) -> Strategy:
    """Return grim trigger.

    Parameters
    ----------
    seat : Seat
    cooperative, hard : list of actions
        Which actions are cooperative, or which are hard.

    Raises
    ------
    ParameterError
        If it cannot be told which actions are cooperative.
    """
    kinds = postures(seat, cooperative=cooperative, hard=hard)

    def behave(state: int, place: int) -> tuple[float, ...]:
        pulled = state == PUNISHING or kinds.rivals_ever(kinds.visible(place))
        return kinds.behaviour(place, 0.0 if pulled else 1.0)

    def update(state: int, observation: Observation) -> int:
        return PUNISHING if state == PUNISHING or kinds.rivals_ever(observation.moves) else COOPERATING

    return automaton(seat, behave, update, states=2, notes=kinds.notes)
