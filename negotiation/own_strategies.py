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
import hashlib
import inspect
import linecache
import sys
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from negotiation.errors import LocatedError, Mistake, NegotiationError
from negotiation.games.repeated import Automaton, Carried, Seen, Strategy
from negotiation.games.seat import Seat

__all__ = ["PATH_ENDINGS", "load_own_strategy"]

#: A strategy whose name ends so is a file.
PATH_ENDINGS = (".py", ".yaml", ".yml")

Result = TypeVar("Result")


def load_own_strategy(path: str) -> ModuleType:
    """Return a file's strategy as a module like those of the family: ``strategy(seat, ...)`` and a docstring.

    Raises
    ------
    LocatedError
        If the file cannot be read or run, has no function ``strategy``, or is an automaton with mistakes.
    """
    return _python(path) if path.endswith(".py") else _automaton(path)


def _automaton(path: str) -> ModuleType:
    from negotiation.scenario.automaton_file import load_automaton

    file = load_automaton(path)
    module = ModuleType(Path(path).stem, file.about)

    def strategy(seat: Seat) -> Strategy:
        return file.strategy(seat)

    module.strategy = strategy  # type: ignore[attr-defined]  # a module has whatever attributes it is given
    return module


class _Loader(SourceFileLoader):
    """Leaves no compiled file beside the user's."""

    def set_data(self, path: str, data: object, *, _mode: int = 0) -> None:
        """Write nothing."""


def _python(path: str) -> ModuleType:
    try:
        stamp = Path(path).stat()
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        reason = getattr(error, "strerror", None) or str(error)
        raise LocatedError((Mistake(path, 0, 0, f"cannot read the file: {reason}"),)) from None
    return _run(path, stamp.st_mtime_ns, stamp.st_size)


@functools.lru_cache(maxsize=64)
def _run(path: str, _changed: int, _size: int) -> ModuleType:
    """Return what a file defines; as long as it does not change it is run once."""
    name = f"own_strategy_{hashlib.sha256(str(Path(path).resolve()).encode()).hexdigest()[:16]}"
    loader = _Loader(name, path)
    found = module_from_spec(ModuleSpec(name, loader, origin=path))
    # Data classes look their module up by its name.
    sys.modules[name] = found
    _fenced(path, "the file", loader.exec_module, found)
    make = getattr(found, "strategy", None)
    if not callable(make) or not inspect.signature(make).parameters:
        raise LocatedError((Mistake(path, 1, 0, "the file must have a function strategy(seat, ...)"),))
    module = ModuleType(Path(path).stem, (found.__doc__ or "A strategy of the user's own.").strip())

    @functools.wraps(make)
    def strategy(seat: Seat, **options: object) -> Strategy:
        made = _fenced(path, "strategy", functools.partial(make, seat, **options))
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
        return _fenced(self.path, "start", _hashable, self.inner.start)

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:
        """Return its probabilities at an information set."""
        return _fenced(self.path, "behaviour", _floats, self.inner.behaviour, state, place, carried)

    def update(self, state: Hashable, seen: Seen) -> Hashable:
        """Return its state after a round."""
        return _fenced(self.path, "update", _hashable, self.inner.update, state, seen)


def _hashable(function: Callable[..., Hashable], *arguments: object) -> Hashable:
    state = function(*arguments)
    hash(state)
    return state


def _floats(function: Callable[..., tuple[float, ...]], *arguments: object) -> tuple[float, ...]:
    return tuple(float(probability) for probability in function(*arguments))


def _fenced(path: str, what: str, function: Callable[..., Result], *arguments: object) -> Result:
    """Return what a call into the user's code returns; what it raises becomes a mistake at a line of the file."""
    try:
        return function(*arguments)
    except (NegotiationError, KeyboardInterrupt):
        raise
    except BaseException as error:  # a user's code may raise anything: SystemExit and StopIteration too
        line = _line(path, error)
        rule = f"{what} failed: {type(error).__name__}: {error}" if str(error) else f"{what} failed: {type(error).__name__}"
        source = linecache.getline(path, line).rstrip("\n") if line else ""
        raise LocatedError((Mistake(path, line, 1 if source else 0, rule, source, max(1, len(source))),)) from error


def _line(path: str, error: BaseException) -> int:
    """Return the last line of the file on the way to an error, 0 if it was not on the way."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno or 0
    line, step = 0, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == path:
            line = step.tb_lineno
        step = step.tb_next
    return line
