"""``negotiation regimes``: what happens where along a parameter, with the exact thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from negotiation.cli.options import as_json_option, command_line, quiet_option, value_options

if TYPE_CHECKING:
    from negotiation.regimes import Regimes

__all__ = ["command"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    file: str
    axes: tuple[str, ...]
    variant: str | None
    settings: dict[str, str]
    as_json: bool
    time_limit: float | None
    quiet: bool


@click.command(short_help="Which outcome holds where along a parameter, with exact thresholds.")
@click.argument("file", metavar="FILE")
@click.option(
    "--axis",
    "axes",
    multiple=True,
    required=True,
    metavar="NAME[=LOW:HIGH]",
    help="The parameter that varies, over its declared range unless another interval is given.",
)
@value_options
@as_json_option
@click.option(
    "--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Stop then; nothing is printed without an answer."
)
@quiet_option
def command(**given: Any) -> None:  # click hands over what it has read by the names below
    r"""Show what happens in the scenario FILE while one parameter varies, and the exact values at which that changes.

    For each threshold: whose incentive changes there, as an inequality in the scenario's own parameters, and what holds
    exactly at it. The scenario must be a tree in which each player knows all earlier moves.

    \b
      negotiation regimes scenarios/pretext.yaml --axis pi_X
      negotiation regimes scenarios/pretext.yaml --axis b=4:10 --variant E2
    """
    asked = Asked(**given)
    if len(asked.axes) > 1:
        raise click.UsageError("--axis takes one parameter: regimes are followed along one line at a time")
    found = _regimes(asked)
    if asked.as_json:
        from negotiation.documents import as_json as to_json
        from negotiation.provenance import provenance
        from negotiation.regimes.document import regimes_document

        scenario = found.line.scenario
        came_from = provenance(file=scenario.file, digest=scenario.digest, command=command_line())
        click.echo(to_json(regimes_document(found, provenance=came_from)))
        return
    from negotiation.cli.terminal import console, print_sections
    from negotiation.words.regimes import regimes_sections

    print_sections(console(), regimes_sections(found))


def _regimes(asked: Asked) -> Regimes:
    from negotiation.budget import Budget
    from negotiation.cli.terminal import progress
    from negotiation.regimes import regimes
    from negotiation.sources import read_scenario

    name, within = _axis(asked.axes[0])
    scenario = read_scenario(asked.file)
    with progress(quiet=asked.quiet) as tell:
        budget = Budget.of_seconds(asked.time_limit, tell)
        return regimes(scenario, name, within=within, variant=asked.variant, settings=asked.settings, budget=budget)


def _axis(text: str) -> tuple[str, tuple[str, str] | None]:
    """Return the name and the interval of NAME or NAME=LOW:HIGH."""
    name, equals, interval = text.partition("=")
    low, colon, high = interval.partition(":")
    if not name.strip() or (equals and not (colon and low.strip() and high.strip())):
        raise click.BadParameter(f"expected NAME or NAME=LOW:HIGH, got '{text}'", param_hint="--axis")
    return name.strip(), (low.strip(), high.strip()) if equals else None
