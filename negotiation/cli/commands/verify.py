"""``negotiation verify``: the incentive inequalities that a certificate states, checked from the game alone."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]

#: Status where a check does not hold: the file is well formed, and what it says is not true.
UNTRUE = 1


@click.command(short_help="Check a certificate that 'solve --certificate' wrote.")
@click.argument("files", nargs=-1, required=True, metavar="CERTIFICATE...")
def command(files: tuple[str, ...]) -> int:
    """Check certificates: recompute every payoff and every incentive inequality from the game, and compare.

    The checker knows no solver. Exit status 1 if something does not hold, 2 if a file is no certificate.
    """
    from negotiation.cli.failures import status_of_files

    untrue: list[str] = []
    status = status_of_files(files, lambda file: untrue.extend([] if _verify(file) else [file]))
    return status or (UNTRUE if untrue else 0)


def _verify(file: str) -> bool:
    """Print what the check of one file finds; return whether everything holds."""
    from negotiation.errors import CertificateError
    from negotiation.verify.verification import verify_text
    from negotiation.words.sections import counted

    try:
        found = verify_text(_text(file))
    except CertificateError as error:
        raise CertificateError(f"{file}: {error}") from None
    for check in found.failures:
        click.echo(f"{file}: {check.place}: {check.claim} does not hold")
        for difference in check.differences:
            click.echo(f"    {difference}")
    if found.holds:
        click.echo(f"{file}: {counted(len(found.checks), 'check')}, all hold")
    else:
        click.echo(f"{file}: {len(found.failures)} of {counted(len(found.checks), 'check')} do not hold")
    for what in found.unchecked:
        click.echo(f"    not checked: {what}")
    return found.holds


def _text(file: str) -> str:
    from negotiation.errors import CertificateError

    try:
        return Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise CertificateError("this is no text in UTF-8") from None
