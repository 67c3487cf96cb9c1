"""Options that several commands share, and what they are read as."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = [
    "as_json_option",
    "command_line",
    "pairs",
    "quiet_option",
    "seed_option",
    "time_limit_option",
    "value_options",
    "values_of_pairs",
]

Function = TypeVar("Function", bound=Callable[..., Any])

#: A seed that is the same for everybody unless another one is asked for.
DEFAULT_SEED = 0


def pairs(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Return options of the form NAME=VALUE as a dictionary (a click callback)."""
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise click.BadParameter(f"expected NAME=VALUE, got '{text}'")
        if name.strip() in found:
            raise click.BadParameter(f"'{name.strip()}' is given twice")
        found[name.strip()] = value.strip()
    return found


def value_options(function: Function) -> Function:
    """Add --variant and --set."""
    function = click.option(
        "--set", "settings", multiple=True, metavar="NAME=VALUE", callback=pairs, help="Set a parameter; can be repeated."
    )(function)
    return click.option("--variant", metavar="NAME", help="Use a variant of the scenario: a named setting of its parameters.")(function)


def as_json_option(function: Function) -> Function:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output and nothing else.")(function)


def seed_option(function: Function) -> Function:
    """Add --seed."""
    return click.option(
        "--seed", type=click.IntRange(min=0), default=DEFAULT_SEED, show_default=True, help="Where the random draws come from."
    )(function)


def quiet_option(function: Function) -> Function:
    """Add --quiet."""
    return click.option("-q", "--quiet", is_flag=True, help="Show no progress.")(function)


def time_limit_option(said: str) -> Callable[[Function], Function]:
    """Return what adds --time-limit; ``said`` is what becomes of the work when the time is up."""
    return click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help=said)


def values_of_pairs(given: dict[str, str]) -> dict[str, object]:
    """Return option values as numbers where they read as such, as tuples where they have commas, else as text."""
    return {name: _value(text) for name, text in given.items()}


def _value(text: str) -> object:
    if "," in text:
        return tuple(_value(part.strip()) for part in text.split(","))
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def command_line() -> list[str]:
    """Return the command line of this process, as results remember it."""
    return ["negotiation", *sys.argv[1:]]
