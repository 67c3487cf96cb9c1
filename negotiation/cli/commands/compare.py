"""``negotiation compare``: answers side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from negotiation.cli.options import as_json_option, command_line, pairs, quiet_option, time_limit_option, values_of_pairs

if TYPE_CHECKING:
    from negotiation.comparing.comparison import Comparison
    from negotiation.comparing.sides import Theory

__all__ = ["command"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    files: tuple[str, ...]
    variants: tuple[str, ...]
    alternatives: tuple[dict[str, str], ...]
    settings: dict[str, str]
    concepts: tuple[tuple[str, dict[str, str]], ...]
    most_solves: int
    as_json: bool
    exact: bool
    time_limit: float | None
    quiet: bool


def _alternatives(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[dict[str, str], ...]:
    """Return each ``NAME=VALUE,NAME=VALUE`` as a dictionary (a click callback)."""
    return tuple(pairs(context, parameter, tuple(text.split(","))) for text in given)


def _theories(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, dict[str, str]], ...]:
    """Return each ``NAME`` or ``NAME:OPTION=VALUE,...`` as a concept's name and options (a click callback)."""
    split = [text.partition(":") for text in given]
    return tuple((name.strip(), pairs(context, parameter, tuple(rest.split(","))) if colon else {}) for name, colon, rest in split)


@click.command(short_help="Lay answers side by side: what changed, and which parameters explain it.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--variant", "variants", multiple=True, metavar="NAME", help="An alternative: a variant of the scenario. Can be repeated.")
@click.option(
    "--with",
    "alternatives",
    multiple=True,
    metavar="NAME=VALUE,...",
    callback=_alternatives,
    help="An alternative: values of parameters, e.g. --with pi_X=0.45,b=6. Can be repeated.",
)
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", callback=pairs, help="Set a parameter in all alternatives; can be repeated."
)
@click.option(
    "--concept",
    "concepts",
    multiple=True,
    metavar="NAME[:OPTION=VALUE,...]",
    callback=_theories,
    help="An alternative: a solution concept, e.g. --concept nash --concept quantal_response:precision=2.",
)
@click.option(
    "--most-solves",
    type=click.IntRange(min=0),
    default=1024,
    show_default=True,
    help="How many games may be solved to find which parameters explain one change.",
)
@as_json_option
@click.option("--exact", is_flag=True, help='Write numbers as exact rationals: strings such as "2/3" in the JSON document.')
@time_limit_option("Stop searching then.")
@quiet_option
def command(**given: Any) -> int:  # click hands over what it has read by the names above
    """Lay the answers to each FILE side by side, and compare each with the first.

    A FILE is a scenario, a game in Gambit's .nfg or .efg format, or a result that 'run' or 'solve --json' wrote (.json). Each
    scenario is taken at every combination of the alternatives; one scenario with one alternative is compared with itself as
    its file has it.

    \b
      negotiation compare scenarios/pretext.yaml --variant B --variant E
      negotiation compare scenarios/pretext.yaml --with pi_X=0.45 --with b=6,k_X=1
      negotiation compare scenarios/pretext.yaml --concept nash --concept sequential
    """  # noqa: D301 - click keeps lines apart after the character \b, not after its letters
    asked = Asked(**given)
    found = _compare(asked)
    if asked.as_json:
        from negotiation.comparing.document import comparison_document
        from negotiation.documents import as_json

        click.echo(as_json(comparison_document(found, exact=asked.exact, command=command_line())))
        return 0
    from negotiation.cli.terminal import console, print_sections
    from negotiation.words.comparison import comparison_sections

    print_sections(console(), comparison_sections(found))
    return 0


def _compare(asked: Asked) -> Comparison:
    from negotiation.budget import Budget
    from negotiation.cli.terminal import progress
    from negotiation.comparing.comparison import compare

    settings = [{**asked.settings, **each} for each in asked.alternatives] or ([asked.settings] if asked.settings else [])
    with progress(quiet=asked.quiet) as tell:
        return compare(
            *asked.files,
            variants=asked.variants,
            settings=settings,
            concepts=[_theory(name, options) for name, options in asked.concepts],
            most_solves=asked.most_solves,
            budget=Budget.of_seconds(asked.time_limit, tell),
        )


def _theory(name: str, options: dict[str, str]) -> Theory:
    from negotiation.comparing.sides import Theory

    return Theory(name, values_of_pairs(options))
