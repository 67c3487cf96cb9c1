"""Files that are there whole or not at all, also after a power cut: written under another name, synchronised, renamed."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from platform import node

__all__ = ["is_leftover", "make_folder", "remove_leftovers", "write_whole"]

#: What names begin with and end in until a file is whole.
UNFINISHED, LEFTOVER = ".unfinished.", ".tmp"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, or leave what was there.

    Raises
    ------
    OSError
        If that fails at any step, with the name of the file. Nothing half-written stays under its name.
    """
    writer = f"{node()}.{os.getpid()}.{threading.get_native_id()}"
    temporary = path.with_name(f"{UNFINISHED}{path.name}.{writer}{LEFTOVER}")
    try:
        try:
            _write(temporary, content)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        _synchronise(path.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _synchronise(folder: Path) -> None:
    """See to it that the names of a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Make a folder, with those above it, so that it is still there after a power cut."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    _synchronise(path.parent)


def remove_leftovers(folder: Path) -> None:
    """Remove what writers left in a folder that were killed."""
    for path in sorted(folder.iterdir()):
        if is_leftover(path.name):
            path.unlink(missing_ok=True)


def is_leftover(name: str) -> bool:
    """Return whether a file has the name of one that is not whole."""
    return name.startswith(UNFINISHED) and name.endswith(LEFTOVER)
