"""``negotiation strategies``: the ways to play."""

from __future__ import annotations

import click

from negotiation.cli.options import as_json_option

__all__ = ["command"]


@click.command(short_help="List the ways to play in simulations.")
@as_json_option
def command(as_json: bool) -> None:
    """List the strategies that players can follow in simulations, with their options."""
    from negotiation import lookup

    rows = []
    for name in lookup.strategies():
        module = lookup.strategy(name)
        rows.append((name, ", ".join(_options(module.strategy)) or "-", (module.__doc__ or "").strip().splitlines()[0]))
    if as_json:
        import json

        click.echo(json.dumps([{"strategy": name, "options": options, "about": about} for name, options, about in rows], indent=2))
        return
    from negotiation.cli.terminal import console, print_sections
    from negotiation.words.sections import Section, Table

    said = ("A scenario names them under 'behaviour': {strategy: NAME, option: value}.",)
    print_sections(console(), [Section("Strategies", (), Table(("name", "options", "what it does"), tuple(rows)), said)])


def _options(function: object) -> list[str]:
    from inspect import Parameter, signature

    if not callable(function):
        return []
    parameters = signature(function).parameters.values()
    return [one.name for one in parameters if one.kind is Parameter.KEYWORD_ONLY]
