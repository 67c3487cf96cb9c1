"""Which actions are cooperative and which are hard.

Strategies such as tit-for-tat know two postures. Which actions are cooperative is said by the option ``cooperative`` (all
others are hard) or ``hard`` (all others are cooperative), lists of actions of any player. If neither is given, the
action that is listed first wherever a player chooses is the cooperative one and the others are hard: so a matrix lists
cooperation first. Where that rule would call one action both, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from negotiation.errors import ParameterError
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.options import check_actions, family, names_of
from negotiation.games.repeated import Observation
from negotiation.games.seat import Seat, visible_moves

__all__ = ["Postures", "postures"]


@dataclass(frozen=True, eq=False)
class Postures:
    """The hard actions of a stage game, seen from one seat; ``notes`` says how they were found."""

    seat: Seat
    hard: frozenset[str]
    notes: tuple[str, ...] = ()

    def behaviour(self, place: int, cooperation: float) -> tuple[float, ...]:
        """Return the first cooperative action with probability ``cooperation``, else the first hard one.

        Where all actions have one posture it is the first action.
        """
        actions = self.seat.stage.information_sets[place].actions
        kinds = [action in self.hard for action in actions]
        if len(set(kinds)) == 1:
            return tuple(float(number == 0) for number in range(len(actions)))
        row = [0.0] * len(actions)
        row[kinds.index(False)] = cooperation
        row[kinds.index(True)] = 1.0 - cooperation
        return tuple(row)

    def rivals_last(self, moves: Sequence[tuple[int, str]], *, otherwise: bool) -> bool:
        """Return whether any rival's last move was hard; ``otherwise`` if none of them moved."""
        last = {player: action in self.hard for player, action in moves if player != self.seat.player}
        return any(last.values()) if last else otherwise

    def rivals_ever(self, moves: Sequence[tuple[int, str]]) -> bool:
        """Return whether any rival made a hard move."""
        return any(action in self.hard for player, action in moves if player != self.seat.player)

    def is_choice(self, place: int) -> bool:
        """Return whether the player can choose between the postures at an information set."""
        return len({action in self.hard for action in self.seat.stage.information_sets[place].actions}) > 1

    def own_last(self, observation: Observation, *, otherwise: bool) -> bool:
        """Return whether the player's last choice of a posture in a round was hard; ``otherwise`` if he had none."""
        chosen = [self.seat.stage.information_sets[place].actions[action] for place, action in observation.own if self.is_choice(place)]
        return chosen[-1] in self.hard if chosen else otherwise

    def visible(self, place: int) -> tuple[tuple[int, str], ...]:
        """Return the moves of this round that the player knows of at an information set."""
        return visible_moves(self.seat, place)


def postures(seat: Seat, *, cooperative: object = None, hard: object = None) -> Postures:
    """Return which actions are hard.

    Parameters
    ----------
    seat : Seat
    cooperative, hard : action, list of actions, or None
        At most one of them; a name stands for a whole family of actions too.

    Raises
    ------
    ParameterError
        If both are given, a name is not an action, or neither is given and the rule of the first action calls one
        action both cooperative and hard.
    """
    stage = seat.stage
    actions = {action for place in stage.information_sets for action in place.actions}
    if cooperative is not None and hard is not None:
        raise ParameterError("give cooperative actions or hard ones, not both: all others have the other posture")
    if cooperative is None and hard is None:
        return _first_is_cooperative(seat)
    named = names_of("hard" if cooperative is None else "cooperative", hard if cooperative is None else cooperative)
    check_actions(seat, "hard" if cooperative is None else "cooperative", named)
    chosen = {action for action in actions if action in named or family(action) in named}
    return Postures(seat, frozenset(chosen if cooperative is None else actions - chosen))


def _first_is_cooperative(seat: Seat) -> Postures:
    stage = seat.stage
    choices = [place for place in stage.information_sets if len(place.actions) > 1]
    first = {place.actions[0] for place in choices}
    later = {action for place in choices for action in place.actions[1:]}
    if both := sorted(first & later):
        raise ParameterError(
            f"it cannot be told which actions are cooperative: {both[0]!r} is listed first at one information set and later at another; "
            f"name them, for example cooperative: [{_listing(stage, first)}]"
        )
    note = f"taken as cooperative, because listed first: {_listing(stage, first)} (the option cooperative says otherwise)"
    return Postures(seat, frozenset(later), (note,))


def _listing(stage: ExtensiveFormGame, names: set[str]) -> str:
    order = dict.fromkeys(action for place in stage.information_sets for action in place.actions if action in names)
    return ", ".join(order)
