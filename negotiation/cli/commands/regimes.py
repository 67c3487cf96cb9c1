"""``negotiation regimes``: what happens where along a parameter, with the exact thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from negotiation.cli.options import as_json_option, command_line, quiet_option, time_limit_option, value_options
from negotiation.cli.ranges import axis_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from negotiation.boundaries import Plane, Regimes
    from negotiation.scenario.scenario import Scenario

__all__ = ["command"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    file: str
    axes: tuple[str, ...]
    reading: str | None
    concept: str | None
    plot: str | None
    overwrite: bool
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
    metavar="NAME[=LOW:HIGH]",
    help="The parameter that varies, over its declared range unless another interval is given.",
)
@click.option("--reading", metavar="NAME", help="Without --axis: only the conditions of this reading.")
@click.option("--concept", metavar="NAME", help="The solution concept, with --axis; the usual one for the game if none is named.")
@click.option("--plot", metavar="FILE", help="With two axes: also draw the regions (.svg, .pdf or .png).")
@click.option("--overwrite", is_flag=True, help="Write over a picture that is there already.")
@value_options
@as_json_option
@time_limit_option("Stop then; nothing is printed without an answer.")
@quiet_option
def command(**given: Any) -> None:  # click hands over what it has read by the names below
    """Show what happens in the scenario FILE where, with the exact boundaries.

    With two axes the regions of a plane are mapped, with the equations of their boundaries. With one --axis one parameter varies and
    the others stay. For each value at which something changes: whose incentive changes there, as an inequality in the scenario's own
    parameters, and what holds exactly at it. Thresholds are exact for trees in which each player knows all earlier moves, and
    for Nash equilibria of matrices and small trees; otherwise they are closed in by solving, and that is said. Without --axis all
    parameters vary: for each reading the inequalities under which it happens, in trees in which each player knows all earlier moves.

    \b
      negotiation regimes scenarios/pretext.yaml --axis pi_X
      negotiation regimes scenarios/pretext.yaml --axis b=4:10 --variant E2
      negotiation regimes scenarios/pretext.yaml --axis pi_X --axis k_X --plot plane.svg
      negotiation regimes scenarios/pretext.yaml --reading "causal pretext"
    """  # noqa: D301 - click keeps lines apart after the character \b, not after its letters
    asked = Asked(**given)
    if len(asked.axes) > 2:
        raise click.UsageError("--axis can be given once, for a line, or twice, for a plane")
    if asked.plot is not None and len(asked.axes) != 2:
        raise click.UsageError("--plot draws a plane: give --axis twice")
    if asked.axes and asked.reading is not None:
        raise click.UsageError("--reading is for conditions on all parameters, without --axis")
    if not asked.axes and asked.concept is not None:
        raise click.UsageError("--concept is for one or two axes; conditions on all parameters are of subgame-perfect play")
    if not asked.axes and (asked.variant is not None or asked.settings):
        raise click.UsageError("without --axis all parameters vary, so --variant and --set have nothing to say")
    if len(asked.axes) == 2:
        _print_plane(asked)
    elif asked.axes:
        _print_regimes(asked)
    else:
        _print_conditions(asked)


def _print_regimes(asked: Asked) -> None:
    found = _regimes(asked)
    if asked.as_json:
        from negotiation.boundaries.document import regimes_document

        _print_document(regimes_document(found, provenance=_came_from(found.line.scenario)))
        return
    from negotiation.cli.terminal import console, print_sections
    from negotiation.words.regimes import regimes_sections

    print_sections(console(), regimes_sections(found))


def _print_plane(asked: Asked) -> None:
    from pathlib import Path

    from negotiation.cli.files import refuse_existing

    if asked.plot is not None:
        refuse_existing(Path(asked.plot), overwrite=asked.overwrite)
    found = _plane(asked)
    if asked.plot is not None:
        from negotiation.plots.files import save
        from negotiation.plots.plane import figure

        save(figure(found), Path(asked.plot))
    if asked.as_json:
        from negotiation.boundaries.document import plane_document

        _print_document(plane_document(found, provenance=_came_from(found.scenario)))
        return
    from negotiation.cli.terminal import console, print_sections
    from negotiation.words.plane import plane_sections

    print_sections(console(), plane_sections(found))


def _plane(asked: Asked) -> Plane:
    from negotiation.boundaries import Axis, plane
    from negotiation.budget import Budget
    from negotiation.cli.terminal import progress
    from negotiation.sources import read_scenario

    across, up = (Axis(*axis_of(text)) for text in asked.axes)
    with progress(quiet=asked.quiet) as tell:
        budget = Budget.of_seconds(asked.time_limit, tell)
        scenario = read_scenario(asked.file)
        return plane(scenario, across, up, concept=asked.concept, variant=asked.variant, settings=asked.settings, budget=budget)


def _print_conditions(asked: Asked) -> None:
    from negotiation.boundaries import conditions
    from negotiation.errors import ParameterError
    from negotiation.scenario.mistakes import nearest
    from negotiation.sources import read_scenario

    scenario = read_scenario(asked.file)
    names = [reading.name for reading in scenario.readings]
    if asked.reading is not None and asked.reading not in names:
        hint = nearest(asked.reading, names) or f"known: {', '.join(names)}"
        raise ParameterError(f"{asked.file} has no reading {asked.reading!r}; {hint}")
    found = conditions(scenario)
    if asked.as_json:
        from negotiation.boundaries.document import conditions_document

        _print_document(conditions_document(found, provenance=_came_from(scenario)))
        return
    from negotiation.cli.terminal import console, print_sections
    from negotiation.words.conditions import conditions_sections

    print_sections(console(), conditions_sections(found, asked.reading))


def _print_document(document: Mapping[str, object]) -> None:
    from negotiation.documents import as_json

    click.echo(as_json(document))


def _came_from(scenario: Scenario) -> Mapping[str, object]:
    from negotiation.provenance import provenance

    return provenance(file=scenario.file, digest=scenario.digest, command=command_line())


def _regimes(asked: Asked) -> Regimes:
    from negotiation.boundaries import regimes
    from negotiation.budget import Budget
    from negotiation.cli.terminal import progress
    from negotiation.sources import read_scenario

    name, within = axis_of(asked.axes[0])
    scenario = read_scenario(asked.file)
    with progress(quiet=asked.quiet) as tell:
        budget = Budget.of_seconds(asked.time_limit, tell)
        return regimes(scenario, name, concept=asked.concept, within=within, variant=asked.variant, settings=asked.settings, budget=budget)
