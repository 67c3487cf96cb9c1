"""Tables that learners carry as their state: a number for each action at each of the player's information sets."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeAlias

from negotiation.errors import GameError
from negotiation.games.seat import Seat

__all__ = ["Table", "entries", "own_row", "table", "with_row"]

#: [own information set, in the order of ``seat.places``][action] -> number
Table: TypeAlias = tuple[tuple[float, ...], ...]


def table(seat: Seat, value: float) -> Table:
    """Return the table with the same number everywhere."""
    return tuple((value,) * len(seat.stage.information_sets[place].actions) for place in seat.places)


def entries(state: Hashable) -> Table:
    """Return a state as the table that it is; ``GameError`` if it is none."""
    if not isinstance(state, tuple):
        raise GameError(f"the state of a learner is a table, got {state!r}")
    return state


def own_row(seat: Seat, found: Table, place: int) -> tuple[float, ...]:
    """Return the numbers of the actions at an information set."""
    return found[seat.places.index(place)]


def with_row(seat: Seat, found: Table, place: int, row: tuple[float, ...]) -> Table:
    """Return the table with another row at an information set."""
    number = seat.places.index(place)
    return (*found[:number], row, *found[number + 1 :])
