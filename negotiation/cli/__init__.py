"""The command line: arguments become calls of the package; results are printed, and the process exits with a status.

Status 0: done; 1: a computation failed; 2: a mistake in a file or on the command line; 130: interrupted.
"""

from __future__ import annotations

import io
import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command that the process was started with, and exit."""
    # click is the only large import that `--help` needs; everything else is imported by the command that uses it.
    import click

    from negotiation.cli.failures import CLOSED_PIPE, FAILED, INTERRUPTED, interruption, leave, status_of
    from negotiation.cli.program import program
    from negotiation.errors import NegotiationError

    if isinstance(sys.stdout, io.TextIOWrapper):
        # An arrow that the reader's encoding lacks (a pipe on Windows, a C locale) becomes a question mark, not the end of the answer.
        sys.stdout.reconfigure(errors="replace")
    try:
        result = program.main(prog_name="negotiation", standalone_mode=False)
        status = result if isinstance(result, int) else 0
        if status == CLOSED_PIPE:
            raise BrokenPipeError
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (KeyboardInterrupt, click.Abort) as error:
        click.echo(interruption(error), err=True)
        status = INTERRUPTED
    except BrokenPipeError:
        # Python flushes standard output once more at exit and would complain of the pipe that nobody reads.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = CLOSED_PIPE
    except (NegotiationError, OSError) as error:
        status = status_of(error)
    except MemoryError as error:
        click.echo(f"failed: more memory is needed than there is ({error or 'no details'}); ask for less at a time", err=True)
        status = FAILED
    leave(status)
