"""``negotiation convert``: Gambit's formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from negotiation.cli.options import value_options

__all__ = ["command"]


@click.command(short_help="Convert a game to Gambit's .nfg or .efg format.")
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@value_options
@click.option("--overwrite", is_flag=True, help="Write over a file that is there already.")
def command(source: str, target: str, variant: str | None, settings: dict[str, str], **given: Any) -> None:  # click's values
    """Convert the game of a scenario, .nfg or .efg file IN to the format that the ending of OUT names.

    A tree becomes an .nfg through its reduced normal form; a game in normal form becomes an .efg with simultaneous moves.
    """
    from negotiation.interchange.files import save
    from negotiation.sources import read

    notes = save(read(source, variant=variant, settings=settings).game, Path(target), overwrite=bool(given["overwrite"]))
    click.echo(f"written: {target}", err=True)
    for note in notes:
        click.echo(f"- {note}", err=True)
