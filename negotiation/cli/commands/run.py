"""``negotiation run``: the whole answer to a scenario, printed and written as a report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from negotiation.cli.options import command_line, quiet_option, seed_option, value_options

if TYPE_CHECKING:
    from negotiation.games.record import Record
    from negotiation.games.solution import Solution
    from negotiation.sources import Source

__all__ = ["command"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    file: str
    variant: str | None
    settings: dict[str, str]
    out: str | None
    overwrite: bool
    replications: int | None
    seed: int
    quiet: bool


@click.command(short_help="Solve and simulate a scenario, print the answer, write a report.")
@click.argument("file", metavar="FILE")
@value_options
@click.option("--out", metavar="DIR", help="Where result.json and report.html go.  [default: a new folder under results]")
@click.option("--overwrite", is_flag=True, help="Write over a result that is there already.")
@click.option("--replications", type=click.IntRange(min=1), help="How often the crisis is played.  [default: 1000]")
@seed_option
@quiet_option
def command(**given: Any) -> int:  # click hands over what it has read by the names above
    """Solve the scenario FILE, play it over repeated rounds, print the answer, and write result.json and report.html."""
    from negotiation.sources import of_scenario, read_scenario

    asked = Asked(**given)
    source = of_scenario(read_scenario(asked.file), variant=asked.variant, settings=asked.settings)
    folder = _folder(source, asked)
    solution, record = _solve(source, asked), _simulate(source, asked)
    _tell(source, solution, record, folder, asked)
    return 0 if record.is_complete else 130


def _folder(source: Source, asked: Asked) -> Path:
    """Return where the result goes; refuse at once, before any work, what would be written over."""
    from negotiation.cli.files import free_folder
    from negotiation.errors import UserMistakeError

    if asked.out is None:
        return free_folder(source.name if source.variant is None else f"{source.name}-{source.variant.replace(' ', '_')}")
    folder = Path(asked.out)
    there = [name for name in ("result.json", "report.html") if (folder / name).exists()]
    if there and not asked.overwrite:
        raise UserMistakeError(f"{folder} holds {' and '.join(there)} already; name another folder with --out, or say --overwrite")
    return folder


def _solve(source: Source, asked: Asked) -> Solution:
    from negotiation.budget import Budget
    from negotiation.cli.terminal import progress
    from negotiation.solving import solve

    with progress(quiet=asked.quiet) as tell:
        return solve(source.game, budget=Budget(None, tell))


def _simulate(source: Source, asked: Asked) -> Record:
    from negotiation.cli.terminal import progress
    from negotiation.engines import events
    from negotiation.play import DEFAULT_REPLICATIONS, match

    scenario = source.scenario
    if scenario is None:
        raise click.UsageError("only scenarios can be run")
    wanted = DEFAULT_REPLICATIONS if asked.replications is None else asked.replications
    planned = match(scenario, asked.variant, settings=asked.settings, replications=wanted, seed=asked.seed)
    with progress(quiet=asked.quiet) as tell:
        return events.run(planned, progress=lambda done, total: tell("replications", done, total))


def _tell(source: Source, solution: Solution, record: Record, folder: Path, asked: Asked) -> None:
    """Print the answer and write the files."""
    from negotiation.cli.files import write_all
    from negotiation.cli.terminal import console, print_sections
    from negotiation.documents import as_json, record_document, solution_document
    from negotiation.play import strategy_choices
    from negotiation.provenance import provenance
    from negotiation.report.page import page
    from negotiation.words.records import record_sections
    from negotiation.words.sections import Section
    from negotiation.words.selection import panel_sections
    from negotiation.words.solutions import solution_sections
    from negotiation.words.titles import title_section

    if source.scenario is None:
        return
    choices = strategy_choices(source.scenario, asked.variant, settings=asked.settings)
    sections = [*solution_sections(solution, source.labels), *panel_sections(solution, source.labels)]
    sections += [*record_sections(record, source.labels, choices)]
    command = command_line()
    origin = provenance(file=source.file, digest=source.digest, command=command, seed=record.seed, engine=record.engine)
    document = {
        "solution": solution_document(solution, source, command=command),
        "simulation": record_document(record, source, command=command),
        "scenario_text": source.scenario.text,
    }
    texts = {"result.json": as_json(document) + "\n", "report.html": page(source, sections, origin)}
    paths = write_all(folder, texts, overwrite=asked.overwrite)
    written = Section("Written", tuple(str(path) for path in paths))
    print_sections(console(), [title_section(source), *sections, written])
