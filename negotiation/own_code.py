"""Python code of the user's own: files that are run as they are when something names them, functions, and a fence around both.

What goes wrong in such code is told with its place in the file, also where it tries to end the program.
"""

from __future__ import annotations

import functools
import hashlib
import linecache
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TypeVar

from negotiation.errors import LocatedError, Mistake, NegotiationError, ParameterError

__all__ = ["checksum", "fenced", "find_function", "load_file", "name_of"]

Result = TypeVar("Result")

#: How the modules are called that own files become.
_PREFIX = "own_file_"


class _Loader(SourceFileLoader):
    """Leaves no compiled file beside the user's."""

    def set_data(self, path: str, data: object, *, _mode: int = 0) -> None:
        """Write nothing."""


def load_file(path: str) -> ModuleType:
    """Return what a Python file defines; as long as it does not change it is run once.

    Raises
    ------
    LocatedError
        If the file cannot be read or run.
    """
    try:
        stamp = Path(path).stat()
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        reason = getattr(error, "strerror", None) or str(error)
        raise LocatedError((Mistake(path, 0, 0, f"cannot read the file: {reason}"),)) from None
    return _run(path, stamp.st_mtime_ns, stamp.st_size)


@functools.lru_cache(maxsize=64)
def _run(path: str, _changed: int, _size: int) -> ModuleType:
    name = f"{_PREFIX}{hashlib.sha256(str(Path(path).resolve()).encode()).hexdigest()[:16]}"
    loader = _Loader(name, path)
    spec = ModuleSpec(name, loader, origin=path)
    spec.has_location = True  # so that the file knows itself as __file__
    found = module_from_spec(spec)
    # Data classes look their module up by its name.
    sys.modules[name] = found
    fenced(path, "the file", loader.exec_module, found)
    return found


def find_function(text: str) -> tuple[Callable[..., object], str]:
    """Return the function that ``path/to/file.py:name`` or ``module:name`` stands for, and its file.

    Raises
    ------
    ParameterError
        If there is no such module, or no such function in it.
    LocatedError
        If the file cannot be read, or fails as it is run.
    """
    place, colon, name = text.rpartition(":")
    if not colon or not name.isidentifier():
        raise ParameterError(f"a function is named FILE.py:NAME or MODULE:NAME, got {text!r}")
    module, path = (load_file(place), place) if place.endswith(".py") else _module(place)
    function = getattr(module, name, None)
    if not callable(function):
        own = [key for key, value in vars(module).items() if isinstance(value, FunctionType) and value.__module__ == module.__name__]
        there = f"there are {', '.join(own)}" if own else "it defines none"
        raise ParameterError(f"{place} has no function {name!r}; {there}")
    return function, path


def _module(name: str) -> tuple[ModuleType, str]:
    """Return a module on Python's path, with its file."""
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):  # a package in front of a dot that does not exist; an empty name
        spec = None
    if spec is None:
        raise ParameterError(f"there is no module {name!r} on Python's path; a file is named with its ending, as in 'FILE.py:NAME'")
    path = spec.origin or name
    return fenced(path, "the module", import_module, name), path


def name_of(function: Callable[..., object]) -> str:
    """Return the text by which ``find_function`` finds a function; ``__main__:name`` for one that was typed into a session.

    Raises
    ------
    ParameterError
        If there is none: the function is inside of another one, or has no name.
    """
    name = str(getattr(function, "__qualname__", ""))
    module = sys.modules.get(str(getattr(function, "__module__", "")))
    if not name.isidentifier() or module is None or getattr(module, name, None) is not function:
        shown = name or type(function).__name__
        raise ParameterError(f"{shown} cannot be found by a name: define it with 'def' at the top of a file or session")
    path = getattr(module, "__file__", None)
    is_file = module.__name__ == "__main__" or module.__name__.startswith(_PREFIX)
    return f"{_from_here(Path(path))}:{name}" if is_file and path is not None else f"{module.__name__}:{name}"


def _from_here(path: Path) -> Path:
    """Return a path as one would write it here."""
    found = path.resolve()
    return found.relative_to(Path.cwd()) if found.is_relative_to(Path.cwd()) else found


def checksum(path: str) -> str:
    """Return the SHA-256 of a file in hexadecimal, empty if it cannot be read."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except (OSError, ValueError):  # ValueError: a path with a null character
        return ""


def fenced(path: str, what: str, function: Callable[..., Result], *arguments: object) -> Result:
    """Return what a call into the user's code returns.

    Raises
    ------
    LocatedError
        If it raises anything, at the line of the file that was on the way to it. Errors of this package and an interruption
        from the keyboard go through as they are.
    """
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
