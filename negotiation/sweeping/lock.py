"""One process at a time works on a store; who died does not keep it."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from platform import node

from negotiation.errors import StoreError

__all__ = ["LOCK", "holder_token", "locked"]

#: The file that is locked. It says who works on the store, and is empty when nobody does.
LOCK = "lock"

#: Errors of file systems without locks.
NO_LOCKS = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK)

#: Stores that this process works on. The system's locks are between processes: it would give one to us twice, and would take it
#: away from us as soon as anybody here closed the file.
#: For each the token of this time, None until there is one.
_HERE: dict[Path, str | None] = {}
_GUARD = threading.Lock()


@contextmanager
def locked(folder: Path) -> Iterator[str]:
    """Keep everybody else from working on a store, and give the token that marks this time.

    The lock is the system's own, on a file: it goes when the process that has it goes, however that ends.

    Raises
    ------
    StoreError
        If somebody else works on it; the message says who.
    """
    place = folder.resolve()
    with _GUARD:
        if place in _HERE:
            raise StoreError(f"{folder}: this process is working on it already")
        _HERE[place] = None
    try:
        with _of_process(folder) as token:
            _HERE[place] = token
            yield token
    finally:
        with _GUARD:
            del _HERE[place]


@contextmanager
def _of_process(folder: Path) -> Iterator[str]:
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        try:
            # Not flock: a copy of this process made by fork would keep that after this process is gone.
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            raise StoreError(f"{folder}: {_holder(descriptor)} is working on it; wait for that, or name another place") from None
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            reason = "its file system has no locks, so nothing would keep two processes apart"
            raise StoreError(f"{folder}: {reason}; name a place on another one (Lustre has them if mounted with 'flock')") from error
        token = uuid.uuid4().hex
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"process": os.getpid(), "host": node(), "token": token}).encode(), 0)
        yield token
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 1000, 0))
        return f"process {holder['process']} on {holder['host']}"
    except (ValueError, KeyError, TypeError):
        return "another process"


def holder_token(folder: Path) -> str | None:
    """Return the token of who works on a store, None if nobody does or there is no store there."""
    place = folder.resolve()
    if place in _HERE:
        return _HERE[place]  # the file must not be opened here: closing it would give the lock away
    try:
        return str(json.loads((folder / LOCK).read_bytes())["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
