"""What goes wrong, told in the user's words, and the exit status that it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from negotiation.errors import NegotiationError, UserMistakeError

__all__ = ["CLOSED_PIPE", "FAILED", "INTERRUPTED", "MISTAKE", "interruption", "status_of", "status_of_files"]

#: Exit statuses: a computation failed; a user's mistake; interrupted (128 + SIGINT); nobody reads the output (128 + SIGPIPE).
FAILED, MISTAKE, INTERRUPTED, CLOSED_PIPE = 1, 2, 130, 141


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
