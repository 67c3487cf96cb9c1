"""A strategy of the user's own: a Python file, or an automaton in YAML.

A Python file has a function ``strategy(seat, ...)`` that returns a `Strategy`; its options are the function's other
parameters. Such a file is run as it is, like any program: it is loaded only when a scenario or the command line names it by
its path. What goes wrong in it is told with its file and line, also where it tries to end the program.

>>> # patient.py
>>> from negotiation.games.seat import automaton, pure
>>> def strategy(seat, *, action=0):
...     return automaton(seat, lambda state, place: pure(seat, place, action), lambda state, seen: state)
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from negotiation.errors import LocatedError, Mistake
from negotiation.games.repeated import Automaton, Carried, Seen, Strategy
from negotiation.games.seat import Seat
from negotiation.own_code import fenced, load_file

__all__ = ["PATH_ENDINGS", "load_own_strategy"]

#: A strategy whose name ends so is a file.
PATH_ENDINGS = (".py", ".yaml", ".yml")


def load_own_strategy(path: str) -> ModuleType:
    """Return a file's strategy as a module like those of the family: ``strategy(seat, ...)`` and a docstring.

    Raises
    ------
    LocatedError
        If the file cannot be read or run, has no function ``strategy``, or is an automaton with mistakes.
    """
    return _python(path, load_file(path)) if path.endswith(".py") else _automaton(path)


def _automaton(path: str) -> ModuleType:
    from negotiation.scenario.automaton_file import load_automaton

    file = load_automaton(path)
    module = ModuleType(Path(path).stem, file.about)

    def strategy(seat: Seat) -> Strategy:
        return file.strategy(seat)

    module.strategy = strategy  # type: ignore[attr-defined]  # a module has whatever attributes it is given
    return module


@functools.lru_cache(maxsize=64)
def _python(path: str, found: ModuleType) -> ModuleType:
    """Return the strategy of what a file defines."""
    make = getattr(found, "strategy", None)
    if not callable(make) or not inspect.signature(make).parameters:
        raise LocatedError((Mistake(path, 1, 0, "the file must have a function strategy(seat, ...)"),))
    module = ModuleType(Path(path).stem, (found.__doc__ or "A strategy of the user's own.").strip())

    @functools.wraps(make)
    def strategy(seat: Seat, **options: object) -> Strategy:
        made = fenced(path, "strategy", functools.partial(make, seat, **options))
        return made if isinstance(made, Automaton) else _checked(path, made)

    module.strategy = strategy  # type: ignore[attr-defined]  # a module has whatever attributes it is given
    return module


def _checked(path: str, made: object) -> Strategy:
    missing = [name for name in ("start", "behaviour", "update") if not callable(getattr(made, name, None))]
    if missing:
        rule = f"strategy must return a strategy, with {', '.join(missing)}; it returned {type(made).__name__}"
        raise LocatedError((Mistake(path, 1, 0, rule),))
    notes = getattr(made, "notes", ())
    texts = tuple(str(note) for note in notes) if isinstance(notes, (tuple, list)) else ()
    return OwnStrategy(path, made, texts)  # type: ignore[arg-type]  # it has been checked for the protocol's methods


@dataclass(frozen=True, eq=False)
class OwnStrategy:
    """A user's strategy, fenced: what goes wrong in it is told as a mistake at a line of its file."""

    path: str
    inner: Strategy
    notes: tuple[str, ...]

    def start(self) -> Hashable:
        """Return its state in the first round."""
        return fenced(self.path, "start", _hashable, self.inner.start)

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:
        """Return its probabilities at an information set."""
        return fenced(self.path, "behaviour", _floats, self.inner.behaviour, state, place, carried)

    def update(self, state: Hashable, seen: Seen) -> Hashable:
        """Return its state after a round."""
        return fenced(self.path, "update", _hashable, self.inner.update, state, seen)


def _hashable(function: Callable[..., Hashable], *arguments: object) -> Hashable:
    state = function(*arguments)
    hash(state)
    return state


def _floats(function: Callable[..., tuple[float, ...]], *arguments: object) -> tuple[float, ...]:
    return tuple(float(probability) for probability in function(*arguments))
