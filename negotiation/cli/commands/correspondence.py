"""``negotiation correspondence``: all equilibria against one parameter, with where and how each begins and ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from negotiation.cli.options import as_json_option, command_line, quiet_option, time_limit_option, value_options
from negotiation.cli.ranges import axis_of

if TYPE_CHECKING:
    from negotiation.boundaries import Correspondence

__all__ = ["command"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    file: str
    axis: str
    concept: str | None
    follow: str | None
    plot: str | None
    overwrite: bool
    variant: str | None
    settings: dict[str, str]
    as_json: bool
    time_limit: float | None
    quiet: bool


@click.command(short_help="All equilibria against one parameter: branches, exact ends, folds.")
@click.argument("file", metavar="FILE")
@click.option(
    "--axis",
    required=True,
    metavar="NAME[=LOW:HIGH]",
    help="The parameter that varies, over its declared range unless another interval is given; 'precision' for quantal response.",
)
@click.option("--concept", metavar="NAME", help="The solution concept; the usual one for the game if none is named.")
@click.option(
    "--follow",
    metavar="QUANTITY",
    help="What is followed along branches: 'payoff of PLAYER', 'reading NAME', or an action; a part of its name is enough.",
)
@click.option("--plot", metavar="FILE", help="Also draw the branches (.svg, .pdf or .png).")
@click.option("--overwrite", is_flag=True, help="Write over a picture that is there already.")
@value_options
@as_json_option
@time_limit_option("Stop then; nothing is printed without an answer.")
@quiet_option
def command(**given: Any) -> None:  # click hands over what it has read by the names below
    """Follow all equilibria of the scenario FILE while one parameter varies.

    Each equilibrium is a branch with the interval on which it is there, what it is worth along it, and what becomes of it at its
    ends: whether another one goes on from it, or two meet and both vanish (a fold). Ends are exact for Nash equilibria
    of matrices and small trees and for trees in which each player knows all earlier moves. With --axis precision: the branches of
    quantal response equilibria, in which everybody errs and errs less with precision.

    \b
      negotiation correspondence scenarios/chicken.yaml --axis crash
      negotiation correspondence scenarios/stag_hunt.yaml --axis hare --follow "payoff of" --plot stag.svg
      negotiation correspondence scenarios/chicken.yaml --axis precision --plot precision.png
    """  # noqa: D301 - click keeps lines apart after the character \b, not after its letters
    from pathlib import Path

    from negotiation.cli.files import refuse_existing

    asked = Asked(**given)
    if asked.plot is not None:
        refuse_existing(Path(asked.plot), overwrite=asked.overwrite)
    found = _correspondence(asked)
    followed = _followed(found, asked.follow)
    if asked.plot is not None:
        from negotiation.plots.correspondence import figure
        from negotiation.plots.files import save

        save(figure(found, followed), Path(asked.plot))
    if asked.as_json:
        _print_document(found)
        return
    from negotiation.cli.terminal import console, print_sections
    from negotiation.words.correspondence import correspondence_sections

    print_sections(console(), correspondence_sections(found, followed))


def _correspondence(asked: Asked) -> Correspondence:
    from negotiation.boundaries import correspondence
    from negotiation.budget import Budget
    from negotiation.cli.terminal import progress
    from negotiation.sources import read_scenario

    name, within = axis_of(asked.axis)
    scenario = read_scenario(asked.file)
    with progress(quiet=asked.quiet) as tell:
        budget = Budget.of_seconds(asked.time_limit, tell)
        return correspondence(
            scenario, name, concept=asked.concept, within=within, variant=asked.variant, settings=asked.settings, budget=budget
        )


def _followed(found: Correspondence, wanted: str | None) -> str:
    """Return the quantity that is followed: the first whose name has what was asked for in it; else one that tells branches apart."""
    from negotiation.errors import ParameterError

    if wanted is None:
        probabilities = [name for name in found.quantities if not name.startswith(("payoff of ", "reading "))]
        in_matrix = found.scenario.is_matrix or found.concept == "quantal_response"
        return probabilities[0] if probabilities and in_matrix else found.quantities[0]
    exact = [name for name in found.quantities if name == wanted]
    matching = exact or [name for name in found.quantities if wanted.casefold() in name.casefold()]
    if not matching:
        raise ParameterError(f"nothing along these branches has {wanted!r} in its name; there are {', '.join(found.quantities)}")
    return matching[0]


def _print_document(found: Correspondence) -> None:
    from negotiation.boundaries.document import correspondence_document
    from negotiation.documents import as_json
    from negotiation.provenance import provenance

    origin = provenance(file=found.scenario.file, digest=found.scenario.digest, command=command_line())
    click.echo(as_json(correspondence_document(found, provenance=origin)))
