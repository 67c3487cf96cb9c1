"""Moves by name: which actions an option of a strategy speaks of, who made such moves, and which of them are still unanswered."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from negotiation.errors import ParameterError
from negotiation.games.options import check_actions, family, find_action, names_of
from negotiation.games.repeated import Observation
from negotiation.games.seat import Seat, pure, visible_moves

__all__ = ["actions_of", "number_at", "own_actions_of", "prefer", "rivals_moves", "sizes_at", "still_unanswered"]


def actions_of(seat: Seat, option: str, value: object) -> tuple[str, ...]:
    """Return the actions, in full or by family, that an option lists.

    Raises
    ------
    ParameterError
        If it lists something that is no action of the stage game.
    """
    names = names_of(option, value)
    check_actions(seat, option, names)
    return names


def own_actions_of(seat: Seat, option: str, value: object) -> tuple[str, ...]:
    """Return the actions that an option lists, at least one of which the player himself can take.

    Raises
    ------
    ParameterError
        As ``actions_of``, and if he has no information set at which he could take any of them.
    """
    names = actions_of(seat, option, value)
    if seat.places and all(number_at(seat, place, names) is None for place in seat.places):
        raise ParameterError(f"{option}: {seat.name} can never {' or '.join(names)}")
    return names


def number_at(seat: Seat, place: int, names: Sequence[str]) -> int | None:
    """Return the number of the first of the named actions at an information set, None if there is none."""
    return find_action(names, seat.stage.information_sets[place].actions)


def prefer(seat: Seat, place: int, *wanted: Sequence[str], avoid: Sequence[str] = ()) -> tuple[float, ...]:
    """Return the behaviour that takes the first action named, else the first action that is not to be avoided, else the first."""
    for names in wanted:
        number = number_at(seat, place, names)
        if number is not None:
            return pure(seat, place, number)
    actions = seat.stage.information_sets[place].actions
    return pure(seat, place, next((number for number, action in enumerate(actions) if find_action(avoid, (action,)) is None), 0))


def rivals_moves(seat: Seat, moves: Sequence[tuple[int, str]], names: Sequence[str]) -> int:
    """Return how many of the moves are rivals' moves of these names."""
    return sum(player != seat.player and find_action(names, (action,)) is not None for player, action in moves)


def still_unanswered(seat: Seat, observation: Observation, names: Sequence[str]) -> int:
    """Return how many of the rivals' moves of these names the player had not seen when he last moved in a round that is over."""
    known = visible_moves(seat, observation.own[-1][0]) if observation.own else ()
    return rivals_moves(seat, observation.moves, names) - rivals_moves(seat, known, names)


def sizes_at(seat: Seat, place: int, names: Sequence[str]) -> dict[int, Fraction]:
    """Return the size of each of the named actions at an information set, by the action's number.

    The size of ``demand[scope=0.5]`` is the value of its only variable.
    """
    found = {}
    for number, action in enumerate(seat.stage.information_sets[place].actions):
        inside = action.removeprefix(family(action)).strip("[]")
        _, equals, value = inside.partition("=")
        if find_action(names, (action,)) is not None and equals and "," not in inside:
            found[number] = Fraction(value)
    return found
