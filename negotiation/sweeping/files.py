"""Files that are there whole or not at all, also after a power cut: written under another name, synchronised, renamed."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from platform import node
from typing import TypeAlias

__all__ = ["Pieces", "is_leftover", "remove_leftovers", "synchronise", "write_whole"]

#: The content of a file, to be written piece after piece.
Pieces: TypeAlias = Sequence[bytes | memoryview]

#: What names begin with and end in until a file is whole.
UNFINISHED, LEFTOVER = ".unfinished.", ".tmp"

#: Folders that are synchronised at a time.
MOST_AT_ONCE = 8

#: Pieces that are handed to the system at a time; all take 1,024.
MOST_PIECES = 512


def write_whole(folder: Path, files: Mapping[str, Pieces]) -> None:
    """Write files of a folder from their pieces, each whole or not at all.

    After a power cut each is there as it is or as it was, also without ``synchronise``; after that it is there as it is.

    Raises
    ------
    OSError
        If that fails at any step, with the name of the file. What was there before is there then.
    """
    writer = f"{node()}.{os.getpid()}.{threading.get_native_id()}"
    path = folder
    try:
        for name, content in files.items():
            path = folder / name
            temporary = folder / f"{UNFINISHED}{name}.{writer}{LEFTOVER}"
            try:
                _write(temporary, content)
                os.replace(temporary, path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _write(path: Path, content: Pieces) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        rest = [memoryview(piece) for piece in content]
        while rest:
            written = os.writev(descriptor, rest[:MOST_PIECES])
            while rest and written >= len(rest[0]):
                written -= len(rest.pop(0))
            if written:
                rest[0] = rest[0][written:]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def synchronise(folders: Collection[Path]) -> None:
    """See to it that the names in folders are on the disk; all together take hardly longer than one."""
    if folders:
        with ThreadPoolExecutor(min(MOST_AT_ONCE, len(folders))) as pool:
            list(pool.map(_synchronise, folders))


def _synchronise(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(folder: Path) -> None:
    """Remove what writers left in a folder that were killed."""
    for path in sorted(folder.iterdir()):
        if is_leftover(path.name):
            path.unlink(missing_ok=True)


def is_leftover(name: str) -> bool:
    """Return whether a file has the name of one that is not whole."""
    return name.startswith(UNFINISHED) and name.endswith(LEFTOVER)
