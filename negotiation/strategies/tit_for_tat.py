"""Tit-for-tat: repeat the rival's last posture.

With ``generosity`` g a hard move is answered hard only with probability 1 - g (generous tit-for-tat, Nowak and Sigmund
1992; Molander 1985); with ``opening: hard`` it is suspicious tit-for-tat. What counts as cooperative is explained in
`negotiation.games.postures`. The rival's last move may belong to the round that is being played, where the player has
seen it; with several rivals the posture is hard if that of any of them was.

References
----------
Rapoport's entry in Axelrod (1980), Journal of Conflict Resolution 24(1), 3-25; Axelrod (1984), The Evolution of Cooperation.
"""

from __future__ import annotations

from negotiation.errors import ParameterError
from negotiation.games.options import share_of
from negotiation.games.postures import postures
from negotiation.games.repeated import Observation, Strategy
from negotiation.games.seat import Seat, automaton

__all__ = ["strategy"]

OPENINGS = ("cooperative", "hard")


def strategy(
    seat: Seat, *, cooperative: object = None, hard: object = None, generosity: object = 0, opening: object = "cooperative"
) -> Strategy:
    """Return tit-for-tat.

    Parameters
    ----------
    seat : Seat
    cooperative, hard : list of actions
        Which actions are cooperative, or which are hard.
    generosity : number in [0, 1]
        The probability that a hard move is forgiven.
    opening : "cooperative" or "hard"
        The posture as long as no rival has moved.

    Raises
    ------
    ParameterError
        If an option is not one of these, or it cannot be told which actions are cooperative.
    """
    kinds = postures(seat, cooperative=cooperative, hard=hard)
    forgiving = share_of("generosity", generosity)
    if opening not in OPENINGS:
        raise ParameterError(f"opening: must be cooperative or hard, got {opening!r}")

    # The posture to answer in each state; the first round's state comes first.
    hard_in_state = (opening == "hard", opening != "hard")

    def behave(state: int, place: int) -> tuple[float, ...]:
        rival_is_hard = kinds.rivals_last(kinds.visible(place), otherwise=hard_in_state[state])
        return kinds.behaviour(place, forgiving if rival_is_hard else 1.0)

    def update(state: int, observation: Observation) -> int:
        return hard_in_state.index(kinds.rivals_last(observation.moves, otherwise=hard_in_state[state]))

    return automaton(seat, behave, update, states=2, notes=kinds.notes)
