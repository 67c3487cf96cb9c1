"""``negotiation check``: the mistakes in scenario files."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command(short_help="Say what is wrong in scenario files, and where.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def command(files: tuple[str, ...]) -> None:
    """Check scenario files (or .nfg and .efg) and say what is wrong, and where.

    All mistakes of a file are reported in one go. FILE can be - for standard input.
    """
    from negotiation.cli.terminal import say
    from negotiation.errors import LocatedError

    faulty = 0
    for file in files:
        try:
            click.echo(_checked(file))
        except (LocatedError, OSError) as error:
            faulty += 1
            say(str(error) if isinstance(error, LocatedError) else f"{file}: {error.strerror or error}")
    if faulty:
        raise click.exceptions.Exit(2)


def _checked(file: str) -> str:
    """Return one line that says what a sound file holds."""
    from negotiation.games.extensive_form import ExtensiveFormGame
    from negotiation.sources import read
    from negotiation.words.sections import counted

    source = read(file)
    game = source.game
    if isinstance(game, ExtensiveFormGame):
        size = f"a tree with {counted(len(game.nodes), 'node')} and {counted(len(game.information_sets), 'information set')}"
    else:
        size = f"a game in normal form, {' x '.join(str(len(names)) for names in game.strategies)}"
    parts = [counted(len(game.players), "player"), size]
    if source.scenario is not None:
        parts += [counted(len(source.scenario.parameters), "parameter"), counted(len(source.scenario.variants), "variant")]
    return f"{file}: sound; {', '.join(parts)}"
