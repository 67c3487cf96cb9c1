"""What goes wrong, told in the user's words, and the exit status that it has."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import NoReturn

from negotiation.errors import NegotiationError, UserMistakeError

__all__ = ["CLOSED_PIPE", "FAILED", "INTERRUPTED", "MISTAKE", "interruption", "leave", "status_of", "status_of_files"]

#: Exit statuses: a computation failed; a user's mistake; interrupted (128 + SIGINT); nobody reads the output (128 + SIGPIPE).
FAILED, MISTAKE, INTERRUPTED, CLOSED_PIPE = 1, 2, 130, 141

#: The names of threads that compute blocks of sweeps begin with it.
WORKER = "sweep-"


def status_of(error: NegotiationError | OSError) -> int:
    """Print an error on standard error and return the exit status; an error that is nobody's mistake is raised again."""
    import click

    match error:
        case UserMistakeError():
            click.echo(str(error), err=True)
            return MISTAKE
        case NegotiationError():
            click.echo(f"failed: {error}", err=True)
            return FAILED
        case BrokenPipeError():
            raise error
        case OSError(filename=str(name), strerror=str(reason)):
            click.echo(f"{name}: {reason[0].lower()}{reason[1:]}", err=True)
            return MISTAKE
        case OSError(strerror=str(reason)):
            click.echo(f"cannot write: {reason[0].lower()}{reason[1:]}", err=True)
            return FAILED
    raise error


def leave(status: int) -> NoReturn:
    """End the process; at once where a thread is still at work that has been abandoned.

    Compiled code that runs while Python takes everything down brings the process down with it, and its status would be that of
    a crash.
    """
    if not any(thread.name.startswith(WORKER) for thread in threading.enumerate()):
        sys.exit(status)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def interruption(error: BaseException) -> str:
    """Return what is said of an interruption, with what was kept."""
    # click raises an interruption of its own; the notes are on the one that it comes from.
    notes = [note for each in (error, error.__cause__, error.__context__) for note in getattr(each, "__notes__", ())]
    return "; ".join(["interrupted", *dict.fromkeys(notes)])


def status_of_files(files: Sequence[str], work: Callable[[str], None]) -> int:
    """Do some work for each file; a mistake in one does not stop the others. Return the exit status of all."""
    found = 0
    for file in files:
        try:
            work(file)
        except (NegotiationError, OSError) as error:
            found = max(found, status_of(error))
    return found
