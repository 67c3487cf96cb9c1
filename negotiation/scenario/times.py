"""Times of a file: distributions of time, and how long moves take."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from negotiation.scenario.clock_schema import LAWS, Moves, Time
from negotiation.scenario.contents import Expression, MoveTime, TimeRule
from negotiation.scenario.context import Context
from negotiation.scenario.mistakes import shown
from negotiation.scenario.nodes import Key

__all__ = ["Reading", "read_moves", "read_time"]


@dataclass(frozen=True, eq=False)
class Reading:
    """A clock while it is read: the file, and what can be done by whom (nothing where that cannot be known)."""

    context: Context
    moves: Mapping[str | None, Collection[str]]

    def expression(self, text: str, path: tuple[Key, ...], subject: str) -> Expression | None:
        """Return a formula over parameters and definitions."""
        return self.context.expression(text, path, subject, self.context.constants)

    def knows_move(self, name: str, path: tuple[Key, ...], player: str | None = None) -> bool:
        """Return whether there is such a move (of a player, if one is given); where moves cannot be known, there is."""
        if not self.moves[None]:
            return True
        place = self.context.place(path) if isinstance(path[-1], int) or path[-1] == "counts_as" else self.context.key(path)
        whose = "" if player is None else f" of {shown(player)}"
        return self.context.known(name, self.moves.get(player, ()), "action", place, whose)


def read_time(reading: Reading, written: Time, path: tuple[Key, ...], subject: str) -> TimeRule | None:
    """Return a distribution of time; note where there is none, or more than one."""
    context = reading.context
    laws = [law for law in LAWS if law in context.document.names(*path)]
    if len(laws) != 1:
        if not context.sound.lacks(*path):
            came = f", got {' and '.join(laws)}" if laws else ""
            context.problems.add(
                context.key(path), f"{subject} must be one of {', '.join(LAWS)}{came}", suggestion="for example {fixed: 3}"
            )
        return None
    texts = getattr(written, laws[0])
    if isinstance(texts, str):
        found = [reading.expression(texts, (*path, laws[0]), subject)]
    else:
        found = [reading.expression(text, (*path, laws[0], number), subject) for number, text in enumerate(texts or ())]
    whole = tuple(expression for expression in found if expression is not None)
    return TimeRule(laws[0], whole, context.key((*path, laws[0]))) if whole and len(whole) == len(found) else None


def read_moves(reading: Reading, written: Moves, path: tuple[Key, ...]) -> tuple[MoveTime, ...]:
    """Return how long moves take; note unknown players and moves, and names that could be either."""
    found: list[MoveTime | None] = []
    for name, times in written.items():
        where = (*path, name)
        if isinstance(times, Time):
            found.append(_time_of(reading, times, name, where))
        elif reading.context.known(name, reading.context.players, "player", reading.context.key(where)):
            found += [
                _move(reading, time, (*where, action), name, action)
                for action, time in times.items()
                if reading.knows_move(action, (*where, action), name)
            ]
    return tuple(move for move in found if move is not None)


def _time_of(reading: Reading, written: Time, name: str, path: tuple[Key, ...]) -> MoveTime | None:
    """Return how long the moves of a player, or the moves of a name, take."""
    context = reading.context
    is_player = name in context.players
    if is_player and name in reading.moves[None]:
        context.problems.add(context.key(path), f"{shown(name)} is a player and an action, so it cannot be told which is meant")
        return None
    if is_player:
        return _move(reading, written, path, name, None)
    return _move(reading, written, path, None, name) if reading.knows_move(name, path) else None


def _move(reading: Reading, written: Time, path: tuple[Key, ...], player: str | None, action: str | None) -> MoveTime | None:
    what = "moves" if action is None else shown(action)
    whose = "" if player is None else f" of {shown(player)}"
    time = read_time(reading, written, path, f"the time of {what}{whose}")
    number = None if player is None else reading.context.players.index(player)
    return None if time is None else MoveTime(number, action, time)
