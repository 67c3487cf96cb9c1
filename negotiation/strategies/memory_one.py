"""Memory one: the probability of cooperating depends on what both did in the last round.

Four numbers: after both cooperated, after he alone cooperated, after he alone was hard, after both were hard (CC, CD, DC,
DD, his own move first). Tit-for-tat is [1, 0, 1, 0], win-stay lose-shift [1, 0, 0, 1], generous tit-for-tat
[1, g, 1, g], grim trigger [1, 0, 0, 0]. With several rivals theirs counts as hard if that of any of them was. Who did not
move in a round is taken to have kept his posture; until everybody has moved the opening is played. What counts as
cooperative is explained in `negotiation.games.postures`.

References
----------
Nowak and Sigmund (1990), Acta Applicandae Mathematicae 20, 247-265; Press and Dyson (2012), PNAS 109(26), 10409-10413.
"""

from __future__ import annotations

from negotiation.errors import ParameterError
from negotiation.games.memory import memory_one
from negotiation.games.options import share_of
from negotiation.games.postures import postures
from negotiation.games.repeated import Strategy
from negotiation.games.seat import Seat

__all__ = ["strategy"]


def strategy(seat: Seat, *, cooperation: object, opening: object = 1, cooperative: object = None, hard: object = None) -> Strategy:
    """Return the memory-one strategy.

    Parameters
    ----------
    seat : Seat
    cooperation : four numbers in [0, 1]
        The probability of cooperating after CC, CD, DC and DD, his own move first.
    opening : number in [0, 1]
        The probability of cooperating in the first round.
    cooperative, hard : list of actions
        Which actions are cooperative, or which are hard.

    Raises
    ------
    ParameterError
        If an option is not one of these, or it cannot be told which actions are cooperative.
    """
    if not isinstance(cooperation, (list, tuple)) or len(cooperation) != 4:
        raise ParameterError(f"cooperation: expected four probabilities (after CC, CD, DC, DD), got {cooperation!r}")
    vector = [share_of("cooperation", probability) for probability in cooperation]
    kinds = postures(seat, cooperative=cooperative, hard=hard)
    return memory_one(kinds, vector, share_of("opening", opening), kinds.notes)
