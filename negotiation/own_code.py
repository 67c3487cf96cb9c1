"""Python files of the user's own: run as they are when something names them, and fenced.

What goes wrong in such a file is told with its place in it, also where it tries to end the program.
"""

from __future__ import annotations

import functools
import hashlib
import linecache
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from negotiation.errors import LocatedError, Mistake, NegotiationError

__all__ = ["fenced", "load_file"]

Result = TypeVar("Result")


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
    name = f"own_file_{hashlib.sha256(str(Path(path).resolve()).encode()).hexdigest()[:16]}"
    loader = _Loader(name, path)
    found = module_from_spec(ModuleSpec(name, loader, origin=path))
    # Data classes look their module up by its name.
    sys.modules[name] = found
    fenced(path, "the file", loader.exec_module, found)
    return found


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
