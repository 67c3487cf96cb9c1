"""``negotiation concepts``: the solution concepts."""

from __future__ import annotations

import click

from negotiation.cli.options import as_json_option

__all__ = ["command"]


@click.command(short_help="List the solution concepts.")
@as_json_option
def command(as_json: bool) -> None:
    """List the solution concepts: what each asks, and which forms of games it takes."""
    from negotiation import lookup

    found = [(name, lookup.concept(name)) for name in lookup.concepts()]
    rows = [(name, "/".join(module.FORMS), (module.__doc__ or "").strip().splitlines()[0]) for name, module in found]
    if as_json:
        import json

        click.echo(json.dumps([{"concept": name, "forms": forms.split("/"), "about": about} for name, forms, about in rows], indent=2))
        return
    from negotiation.cli.terminal import console, print_sections
    from negotiation.words.sections import Section, Table

    said = ("'negotiation solve FILE --concept NAME' computes one; its notes say which form of the game it took.",)
    print_sections(console(), [Section("Solution concepts", (), Table(("name", "forms", "what it asks"), tuple(rows)), said)])
