"""``negotiation solve``: the equilibria of games, and why they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from negotiation.cli.options import as_json_option, command_line, pairs, quiet_option, time_limit_option, value_options, values_of_pairs

if TYPE_CHECKING:
    from negotiation.games.solution import Solution
    from negotiation.sources import Source

__all__ = ["command"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    files: tuple[str, ...]
    concept: str | None
    options: dict[str, str]
    variant: str | None
    settings: dict[str, str]
    as_json: bool
    exact: bool
    panel: bool
    certificate: str | None
    overwrite: bool
    time_limit: float | None
    quiet: bool


@click.command(short_help="Find the equilibria of games, and why they are.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--concept", metavar="NAME", help="The solution concept ('negotiation concepts' lists them); the usual one if not given.")
@click.option(
    "--option", "options", multiple=True, metavar="NAME=VALUE", callback=pairs, help="An option of the concept, e.g. precision=4."
)
@value_options
@as_json_option
@click.option("--exact", is_flag=True, help='Write numbers as exact rationals: strings such as "2/3" in the JSON document.')
@click.option("--panel", is_flag=True, help="Put several outcomes side by side: dominance, limits, basins, refinements.")
@click.option("--certificate", metavar="FILE", help="Also write every incentive inequality to a file that 'negotiation verify' checks.")
@click.option("--overwrite", is_flag=True, help="Write over a certificate that is there already.")
@time_limit_option("Stop then, with what is certified so far.")
@quiet_option
def command(**given: Any) -> int:  # click hands over what it has read by the names above
    """Find the equilibria of each FILE: a scenario, or a game in Gambit's .nfg or .efg format.

    With --json one document is printed for each file, one per line if there are several. A mistake in one file does not
    stop the others and shows in the exit status.
    """
    from negotiation.cli.failures import status_of_files

    asked = Asked(**given)
    if asked.certificate is not None and len(asked.files) > 1:
        raise click.UsageError("--certificate takes one file at a time")
    return status_of_files(asked.files, lambda file: _answer(file, asked))


def _answer(file: str, asked: Asked) -> None:
    """Solve one file and print the answer."""
    from negotiation.sources import read

    source = read(file, variant=asked.variant, settings=asked.settings)
    solution = _solve(source, asked)
    if asked.certificate is not None:
        _write_certificate(solution, source, asked)
    if asked.as_json:
        from negotiation.documents import as_json, panel_document, solution_document
        from negotiation.selection import panel

        document = dict(solution_document(solution, source, exact=asked.exact, command=command_line()))
        if asked.panel:
            document["panel"] = panel_document(panel(solution))
        click.echo(as_json(document, indent=2 if len(asked.files) == 1 else None))
        return
    from negotiation.cli.terminal import console, print_sections
    from negotiation.words.selection import panel_sections
    from negotiation.words.solutions import solution_sections
    from negotiation.words.titles import title_section

    panels = panel_sections(solution, source.labels) if asked.panel else []
    print_sections(console(), [title_section(source), *solution_sections(solution, source.labels), *panels])


def _solve(source: Source, asked: Asked) -> Solution:
    from negotiation.budget import Budget
    from negotiation.cli.terminal import progress
    from negotiation.solving import solve

    with progress(quiet=asked.quiet) as tell:
        budget = Budget.of_seconds(asked.time_limit, tell)
        return solve(source.game, asked.concept, values_of_pairs(asked.options), budget=budget)


def _write_certificate(solution: Solution, source: Source, asked: Asked) -> None:
    from pathlib import Path

    from negotiation import __version__
    from negotiation.certificates.document import certificate_document
    from negotiation.cli.files import write_new
    from negotiation.documents import as_json

    about = {"file": source.file, "sha256": source.digest, "variant": source.variant or "", "negotiation": __version__}
    about |= {f"parameter {name}": str(value) for name, value in source.values.items()}
    text = as_json(certificate_document([solution], about=about)) + "\n"
    write_new(Path(asked.certificate or ""), text, overwrite=asked.overwrite)
