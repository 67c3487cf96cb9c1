"""A seat at a stage of two players who move once, at the same time, with two actions each."""

from __future__ import annotations

from dataclasses import dataclass

from negotiation.errors import NotApplicableError
from negotiation.games.seat import Seat

__all__ = ["TwoByTwo", "two_by_two"]


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """The four cells as the player of a seat sees them.

    Parameters
    ----------
    own_actions, rival_actions : pair of str
    own, rival : pair of pairs of float, [own action][rival's action], payoff unit
    """

    own_actions: tuple[str, ...]
    rival_actions: tuple[str, ...]
    own: tuple[tuple[float, ...], ...]
    rival: tuple[tuple[float, ...], ...]


def two_by_two(seat: Seat) -> TwoByTwo:
    """Return the cells of the first round's stage.

    Raises
    ------
    NotApplicableError
        If it is not of this form.
    """
    stage, player = seat.stage, seat.player
    sets = stage.information_sets
    fits = len(stage.players) == len(sets) == 2 and {place.player for place in sets} == {0, 1}
    if not fits or any(len(place.actions) != 2 for place in sets) or len(stage.ends) != 4:
        raise NotApplicableError("it needs a stage game of two players who move once, at the same time, with two actions each")
    actions = {place.player: place.actions for place in sets}
    moves_first = any(node == 0 and sets[number].player == player for number, nodes in enumerate(stage.members) for node in nodes)
    cells = {}
    for end, payoffs in zip(stage.ends, stage.payoffs.tolist(), strict=True):
        path = stage.path_to(end)
        cells[path if moves_first else path[::-1]] = payoffs
    return TwoByTwo(
        actions[player],
        actions[1 - player],
        tuple(tuple(cells[own, other][player] for other in actions[1 - player]) for own in actions[player]),
        tuple(tuple(cells[own, other][1 - player] for other in actions[1 - player]) for own in actions[player]),
    )
