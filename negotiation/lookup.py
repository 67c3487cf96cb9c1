"""A name in a file or on the command line becomes the member of a family: one module of its folder.

A strategy may also be a file of the user's own, named by its path.
"""

from __future__ import annotations

import difflib
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from negotiation.errors import UnknownNameError
from negotiation.own_strategies import PATH_ENDINGS, load_own_strategy

__all__ = [
    "batched",
    "concept",
    "concepts",
    "engine",
    "engines",
    "executor",
    "executors",
    "strategies",
    "strategy",
    "strategy_named_in",
    "summaries",
    "summary",
]


def concept(name: str) -> ModuleType:
    """Return the solution concept of that name; ``UnknownNameError`` if there is none."""
    return _member("concepts", "concept", name)


def strategy(name: str) -> ModuleType:
    """Return the strategy of that name, or in the file of that path.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    LocatedError
        If there is something wrong with the file.
    """
    if name.endswith(PATH_ENDINGS):
        return load_own_strategy(name)
    return _member("strategies", "strategy", name)


def strategy_named_in(file: str, name: str) -> str:
    """Return the name of a strategy that a file uses: a path is meant from the folder of that file."""
    return str(Path(file).parent / name) if name.endswith(PATH_ENDINGS) else name


def engine(name: str) -> ModuleType:
    """Return the engine of that name; ``UnknownNameError`` if there is none."""
    return _member("engines", "engine", name)


def executor(name: str) -> ModuleType:
    """Return the executor of that name; ``UnknownNameError`` if there is none."""
    return _member("executors", "executor", name)


def batched(name: str) -> ModuleType | None:
    """Return what solves many games at once by the concept of that name, None if nothing does."""
    return import_module(f"negotiation.batched.{name}") if name in _names("batched") else None


def summary(name: str) -> ModuleType:
    """Return the kind of summary of that name, of what a sweep computes; ``UnknownNameError`` if there is none."""
    return _member("summaries", "summary", name)


def concepts() -> list[str]:
    """Return the names of the solution concepts, in alphabetical order."""
    return list(_names("concepts"))


def strategies() -> list[str]:
    """Return the names of the strategies, in alphabetical order."""
    return list(_names("strategies"))


def engines() -> list[str]:
    """Return the names of the engines, in alphabetical order."""
    return list(_names("engines"))


def executors() -> list[str]:
    """Return the names of the executors, in alphabetical order."""
    return list(_names("executors"))


def summaries() -> list[str]:
    """Return the names of the kinds of summaries, in alphabetical order."""
    return list(_names("summaries"))


@cache
def _names(family: str) -> tuple[str, ...]:
    folder = Path(__file__).parent / family
    return tuple(sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__"))


def _member(family: str, kind: str, name: str) -> ModuleType:
    names = _names(family)
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
        raise UnknownNameError(f"there is no {kind} {name!r}; {hint}")
    return import_module(f"negotiation.{family}.{name}")
