"""An axis as it is written on the command line: a parameter, and from where to where it varies."""

from __future__ import annotations

import click

__all__ = ["axis_of"]


def axis_of(text: str) -> tuple[str, tuple[str, str] | None]:
    """Return the name and the interval of NAME or NAME=LOW:HIGH.

    Raises
    ------
    click.BadParameter
        If it is neither.
    """
    name, equals, interval = text.partition("=")
    low, colon, high = interval.partition(":")
    if not name.strip() or (equals and not (colon and low.strip() and high.strip())):
        raise click.BadParameter(f"expected NAME or NAME=LOW:HIGH, got '{text}'", param_hint="--axis")
    return name.strip(), (low.strip(), high.strip()) if equals else None
