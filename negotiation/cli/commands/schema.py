"""``negotiation schema``: the JSON Schema of scenario files."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command(short_help="Print the JSON Schema of scenario files.")
def command() -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check as you type."""
    import json

    from negotiation.scenario.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
