"""A name in a file or on the command line becomes the member of a family: one module of its folder."""

from __future__ import annotations

import difflib
from importlib import import_module
from pathlib import Path
from types import ModuleType

from negotiation.errors import UnknownNameError

__all__ = ["concept", "concepts", "engine", "engines", "strategies", "strategy"]


def concept(name: str) -> ModuleType:
    """Return the solution concept of that name; ``UnknownNameError`` if there is none."""
    return _member("concepts", "concept", name)


def strategy(name: str) -> ModuleType:
    """Return the strategy of that name; ``UnknownNameError`` if there is none."""
    return _member("strategies", "strategy", name)


def engine(name: str) -> ModuleType:
    """Return the engine of that name; ``UnknownNameError`` if there is none."""
    return _member("engines", "engine", name)


def concepts() -> list[str]:
    """Return the names of the solution concepts, in alphabetical order."""
    return _names("concepts")


def strategies() -> list[str]:
    """Return the names of the strategies, in alphabetical order."""
    return _names("strategies")


def engines() -> list[str]:
    """Return the names of the engines, in alphabetical order."""
    return _names("engines")


def _names(family: str) -> list[str]:
    folder = Path(__file__).parent / family
    return sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")


def _member(family: str, kind: str, name: str) -> ModuleType:
    names = _names(family)
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
        raise UnknownNameError(f"there is no {kind} {name!r}; {hint}")
    return import_module(f"negotiation.{family}.{name}")
