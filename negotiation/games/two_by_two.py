"""A seat at a stage of two players who move once, at the same time, with two actions each."""

from __future__ import annotations

from dataclasses import dataclass

from negotiation.errors import NotApplicableError
from negotiation.games.extensive_form import ExtensiveFormGame
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
    if not _has_the_form(stage):
        raise NotApplicableError("it needs a stage game of two players who move once, at the same time, with two actions each")
    actions = {place.player: place.actions for place in stage.information_sets}
    moves_first = any(place.player == player and 0 in nodes for place, nodes in zip(stage.information_sets, stage.members, strict=True))
    paths = [stage.path_to(end) for end in stage.ends]
    cells = {path if moves_first else path[::-1]: row for path, row in zip(paths, stage.payoffs.tolist(), strict=True)}
    order = [[(own, other) for other in actions[1 - player]] for own in actions[player]]
    own, rival = (tuple(tuple(cells[cell][side] for cell in row) for row in order) for side in (player, 1 - player))
    return TwoByTwo(actions[player], actions[1 - player], own, rival)


def _has_the_form(stage: ExtensiveFormGame) -> bool:
    sets = stage.information_sets
    movers = {place.player for place in sets}
    return len(stage.players) == len(sets) == 2 and len(movers) == 2 and len(stage.ends) == 4 and all(len(one.actions) == 2 for one in sets)
