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

#: Stores that this process works on, with their tokens. The system's locks are between processes: it would give one to us twice, and
#: takes it away from us as soon as anybody here closes the file, so nobody here may open it.
_HERE: dict[Path, str] = {}
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
    place, token = folder.resolve(), uuid.uuid4().hex
    with _GUARD:
        if place in _HERE:
            raise StoreError(f"{folder}: this process is working on it already")
        _HERE[place] = token
    try:
        with _of_process(folder, token):
            yield token
    finally:
        with _GUARD:
            del _HERE[place]


@contextmanager
def _of_process(folder: Path, token: str) -> Iterator[None]:
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
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"process": os.getpid(), "host": node(), "token": token}).encode(), 0)
        yield
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
    with _GUARD:
        mine = _HERE.get(folder.resolve())
    if mine is not None:
        return mine
    try:
        return str(json.loads((folder / LOCK).read_bytes())["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
