"""Readings: names for what a path of play means.

A reading is a pattern over the actions of a path, in order: ``ultimatum > refuse > act``. ``*`` stands for any one
action and ``...`` for any number of them, also none. An action ``demand[scope=0.5]`` of a family is also matched by the
family's name ``demand``. The first reading that matches, in the order in which they were written, names the path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Reading", "matches", "read_path"]

ANY_ACTION = "*"
ANY_ACTIONS = "..."


@dataclass(frozen=True, slots=True)
class Reading:
    """A name and the patterns (tuples of action names) of the paths that it names."""

    name: str
    patterns: tuple[tuple[str, ...], ...]


def matches(pattern: Sequence[str], path: Sequence[str]) -> bool:
    """Return whether a whole path of actions fits a pattern."""
    if not pattern:
        return not path
    first, rest = pattern[0], pattern[1:]
    if first == ANY_ACTIONS:
        return any(matches(rest, path[start:]) for start in range(len(path) + 1))
    if not path:
        return False
    fits = first in (ANY_ACTION, path[0], path[0].partition("[")[0])
    return fits and matches(rest, path[1:])


def read_path(readings: Sequence[Reading], path: Sequence[str]) -> str | None:
    """Return the name of the first reading that matches the path, or None."""
    for reading in readings:
        if any(matches(pattern, path) for pattern in reading.patterns):
            return reading.name
    return None
