"""Options of strategies: what was written becomes names, numbers and actions, or a clear error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from negotiation.errors import ParameterError
from negotiation.games.seat import Seat

__all__ = ["check_actions", "count_of", "family", "find_action", "names_of", "number_of", "share_of"]


def family(action: str) -> str:
    """Return an action's name without the values of its variables: ``demand`` for ``demand[scope=0.5]``."""
    return action.partition("[")[0]


def find_action(names: Sequence[str], actions: Sequence[str]) -> int | None:
    """Return the first of the actions that the names speak of (in full or by family), None if there is none.

    The order of the names decides, then that of the actions.
    """
    for name in names:
        for number, action in enumerate(actions):
            if name in (action, family(action)):
                return number
    return None


def names_of(option: str, value: object) -> tuple[str, ...]:
    """Return the names that an option lists; a single name is a list of one.

    Raises
    ------
    ParameterError
        If it is anything else.
    """
    names = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, (list, tuple)) else ()
    if not names or not all(isinstance(name, str) for name in names):
        raise ParameterError(f"{option}: expected an action or a list of actions, got {value!r}")
    return names


def share_of(option: str, value: object) -> float:
    """Return an option that is a probability.

    Raises
    ------
    ParameterError
        If it is not a number from 0 to 1.
    """
    number = number_of(option, value)
    if not 0 <= number <= 1:
        raise ParameterError(f"{option}: must lie in [0, 1], got {number:g}")
    return number


def number_of(option: str, value: object) -> float:
    """Return an option that is a finite number.

    Raises
    ------
    ParameterError
        If it is not one.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, Fraction)) or not math.isfinite(value):
        raise ParameterError(f"{option}: expected a number, got {value!r}")
    return float(value)


def count_of(option: str, value: object) -> int:
    """Return an option that is a whole number of at least 1.

    Raises
    ------
    ParameterError
        If it is not one.
    """
    number = number_of(option, value)
    if number < 1 or not number.is_integer():
        raise ParameterError(f"{option}: must be a whole number of at least 1, got {number:g}")
    return int(number)


def check_actions(seat: Seat, option: str, names: Sequence[str]) -> None:
    """Check that each name is an action of the stage game, or the family of one.

    Raises
    ------
    ParameterError
        If one is not.
    """
    known = {action for place in seat.stage.information_sets for action in place.actions}
    for name in names:
        if name not in known and name not in {family(action) for action in known}:
            raise ParameterError(f"{option}: no action is called {name!r}; there are {', '.join(sorted(known))}")
