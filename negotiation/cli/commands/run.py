"""``negotiation run``: the whole answer to a scenario, printed and written as a report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from negotiation.cli.options import command_line, quiet_option, seed_option, value_options

if TYPE_CHECKING:
    from negotiation.documents import Document
    from negotiation.games.record import Record
    from negotiation.games.solution import Solution
    from negotiation.sources import Source
    from negotiation.words.sections import Section

__all__ = ["command"]

#: The exit status of an interrupted command.
INTERRUPTED = 130


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
    return INTERRUPTED if not isinstance(record, str) and not record.is_complete else 0


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


def _simulate(source: Source, asked: Asked) -> Record | str:
    """Return what repeated play came to, or why this scenario cannot be played."""
    from negotiation.cli.terminal import progress
    from negotiation.errors import NotApplicableError
    from negotiation.play import DEFAULT_REPLICATIONS, match
    from negotiation.running import simulate

    scenario = source.scenario
    if scenario is None:
        raise click.UsageError("only scenarios can be run")
    wanted = DEFAULT_REPLICATIONS if asked.replications is None else asked.replications
    try:
        planned = match(scenario, asked.variant, settings=asked.settings, replications=wanted, seed=asked.seed)
    except NotApplicableError as reason:
        return str(reason)
    with progress(quiet=asked.quiet) as tell:
        return simulate(planned, progress=lambda done, total: tell("replications", done, total))


def _tell(source: Source, solution: Solution, record: Record | str, folder: Path, asked: Asked) -> None:
    """Print the answer and write the files."""
    from negotiation.cli.files import write_all
    from negotiation.cli.terminal import console, print_sections
    from negotiation.documents import as_json
    from negotiation.provenance import provenance
    from negotiation.report.page import page
    from negotiation.words.sections import Section
    from negotiation.words.titles import title_section

    sections = _sections(source, solution, record, asked)
    origin = provenance(file=source.file, digest=source.digest, command=command_line(), seed=asked.seed)
    texts = {"result.json": as_json(_document(source, solution, record)) + "\n", "report.html": page(source, sections, origin)}
    paths = write_all(folder, texts, overwrite=asked.overwrite)
    print_sections(console(), [title_section(source), *sections, Section("Written", tuple(str(path) for path in paths))])


def _sections(source: Source, solution: Solution, record: Record | str, asked: Asked) -> list[Section]:
    """Return what the results say, in words."""
    from negotiation.play import strategy_choices
    from negotiation.words.records import record_sections
    from negotiation.words.sections import Section
    from negotiation.words.selection import panel_sections
    from negotiation.words.solutions import solution_sections

    sections = [*solution_sections(solution, source.labels), *panel_sections(solution, source.labels)]
    if isinstance(record, str) or source.scenario is None:
        return [*sections, Section("Over repeated rounds", (f"Not played: {record}",))]
    choices = strategy_choices(source.scenario, asked.variant, settings=asked.settings)
    return [*sections, *record_sections(record, source.labels, choices)]


def _document(source: Source, solution: Solution, record: Record | str) -> Document:
    """Return the results as one document; ``simulation`` is None where the scenario cannot be played, for the reason beside it."""
    from negotiation.documents import record_document, solution_document

    command, is_played = command_line(), not isinstance(record, str)
    return {
        "solution": solution_document(solution, source, command=command),
        "simulation": None if isinstance(record, str) else record_document(record, source, command=command),
        "not_simulated_because": None if is_played else record,
        "scenario_text": "" if source.scenario is None else source.scenario.text,
    }
