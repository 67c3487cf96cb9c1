"""``negotiation scenarios``: the scenarios that come with the package."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command(short_help="List the scenarios that come with the package.")
def command() -> None:
    """List the scenarios that come with the package; every command takes their names in place of a file."""
    from negotiation.cli.terminal import console, print_sections
    from negotiation.scenario.scenario import load
    from negotiation.sources import shipped
    from negotiation.words.sections import Section, Table

    rows = []
    for name, path in shipped().items():
        scenario = load(path)
        rows.append((name, scenario.title, ", ".join(scenario.variants) or "-"))
    print_sections(console(), [Section("Scenarios", (), Table(("name", "title", "variants"), tuple(rows)))])
