"""``negotiation simulate``: what happens over repeated rounds when players behave as the scenario says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from negotiation.cli.options import as_json_option, command_line, pairs, quiet_option, seed_option, value_options

if TYPE_CHECKING:
    from negotiation.documents import Document
    from negotiation.games.distribution import Distribution
    from negotiation.games.record import Record
    from negotiation.games.repeated import Match
    from negotiation.sources import Source
    from negotiation.words.sections import Section

__all__ = ["command"]

#: The engine whose results are not samples.
EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    file: str
    variant: str | None
    settings: dict[str, str]
    behaviour: dict[str, str]
    replications: int | None
    rounds: int | None
    seed: int
    noise: float
    engine: str
    trace: int | None
    keep: str | None
    out: str | None
    overwrite: bool
    as_json: bool
    quiet: bool


@click.command(short_help="Play a scenario over repeated rounds, many times.")
@click.argument("file", metavar="FILE")
@value_options
@click.option(
    "--behaviour",
    multiple=True,
    metavar="PLAYER=STRATEGY",
    callback=pairs,
    help="Another strategy for a player, or PLAYER.TYPE; can be repeated.",
)
@click.option("--replications", type=click.IntRange(min=1), help="How often the crisis is played.  [default: 1000]")
@click.option("--rounds", type=click.IntRange(min=1), help="The largest number of rounds; the scenario's if not given.")
@seed_option
@click.option(
    "--noise", type=click.FloatRange(0, 1), default=0.0, help="The probability that a move is another one than was meant.  [default: 0]"
)
@click.option(
    "--engine",
    default="auto",
    show_default=True,
    metavar="NAME",
    help="events, batch (the same, faster), auto (whichever pays), or exact (probabilities instead of a sample).",
)
@click.option("--trace", type=click.IntRange(min=1), metavar="N", help="Tell what happens in the N-th replication, move by move, instead.")
@click.option("--out", metavar="FILE", help="Write what --trace tells to a file.")
@click.option("--keep", metavar="FILE.nc", help="Also store every round of every replication, as netCDF that xarray and R open.")
@click.option("--overwrite", is_flag=True, help="Write over a file that is there already.")
@as_json_option
@quiet_option
def command(**given: Any) -> int:  # click hands over what it has read by the names above
    """Play the scenario FILE round after round, many times, and say how it ends.

    Interrupted with Ctrl-C, it says what the replications that are done came to.
    """
    from negotiation.games.record import Record
    from negotiation.sources import of_scenario, read_scenario

    asked = Asked(**given)
    _check_files(asked)
    source = of_scenario(read_scenario(asked.file), variant=asked.variant, settings=asked.settings)
    match = _match(source, asked)
    if asked.trace is not None:
        return _trace(match, source, asked)
    result = _play(match, asked) if asked.keep is None else _keep(match, source, asked)
    _print(result, source, asked)
    return 130 if isinstance(result, Record) and not result.is_complete else 0


def _check_files(asked: Asked) -> None:
    """Refuse before the work what could not be written after it."""
    from pathlib import Path

    from negotiation.cli.files import refuse_existing

    if asked.out is not None and asked.trace is None:
        raise click.UsageError("--out is where --trace writes; it needs --trace N")
    if asked.keep is not None and asked.trace is not None:
        raise click.UsageError("--keep stores all replications, --trace tells one: ask for one of them")
    if asked.keep is not None and asked.engine == "exact":
        raise click.UsageError("the engine exact follows all courses of play at once: --keep needs one that plays them")
    if asked.keep is not None and not asked.keep.endswith(".nc"):
        raise click.BadParameter(f"expected a file ending in .nc, got '{asked.keep}'", param_hint="'--keep'")
    for path in (asked.out, asked.keep):
        if path is not None:
            refuse_existing(Path(path), overwrite=asked.overwrite)


def _match(source: Source, asked: Asked) -> Match:
    from negotiation.play import DEFAULT_REPLICATIONS, match, with_noise

    if source.scenario is None:
        raise click.UsageError("only scenarios can be simulated")
    if asked.engine == EXACT and asked.replications is not None:
        raise click.UsageError("the engine exact follows all courses of play at once: there is nothing to replicate")
    wanted = asked.replications if asked.replications is not None else DEFAULT_REPLICATIONS
    found = match(
        source.scenario,
        asked.variant,
        settings=asked.settings,
        replications=wanted if asked.trace is None else max(wanted, asked.trace),
        rounds=asked.rounds,
        seed=asked.seed,
        behaviour=asked.behaviour,
    )
    return with_noise(found, asked.noise)


def _play(match: Match, asked: Asked) -> Record | Distribution:
    from negotiation.cli.terminal import progress
    from negotiation.running import run

    counted = "rounds" if asked.engine == EXACT else "replications"
    with progress(quiet=asked.quiet) as tell:
        return run(match, asked.engine, progress=lambda done, total: tell(counted, done, total))


def _keep(match: Match, source: Source, asked: Asked) -> Record:
    import json
    from pathlib import Path

    from negotiation import lookup
    from negotiation.cli.terminal import progress
    from negotiation.provenance import provenance
    from negotiation.running import AUTO, simulate
    from negotiation.trajectories import keep

    origin = provenance(file=source.file, digest=source.digest, command=command_line(), seed=asked.seed, engine=asked.engine)
    values = {name: str(value) for name, value in source.values.items()}
    about = {
        "scenario": source.title,
        "parameters": json.dumps(values),
        "provenance": json.dumps(origin),
        "history": " ".join(command_line()),
    }
    run = simulate if asked.engine == AUTO else lookup.engine(asked.engine).run
    with progress(quiet=asked.quiet) as tell:
        return keep(match, Path(asked.keep or ""), run=run, about=about, progress=lambda done, total: tell("replications", done, total))


def _trace(match: Match, source: Source, asked: Asked) -> int:
    from negotiation.engines import events
    from negotiation.games.chronicle import Chronicle
    from negotiation.words.chronicles import chronicle_text, timed_chronicle_text

    if asked.as_json:
        raise click.UsageError("--trace prints text; it cannot be combined with --json")
    number = asked.trace or 1
    found = events.trace(match, number - 1)
    if isinstance(found, Chronicle):
        text = chronicle_text(found, match, source.labels, replication=number)
    else:
        text = timed_chronicle_text(found, match, source.labels, replication=number)
    if asked.out is None:
        click.echo(text)
        return 0
    from pathlib import Path

    from negotiation.cli.files import write_new

    write_new(Path(asked.out), text + "\n", overwrite=asked.overwrite)
    return 0


def _print(result: Record | Distribution, source: Source, asked: Asked) -> None:
    if asked.as_json:
        from negotiation.documents import as_json

        click.echo(as_json(_document(result, source)))
        return
    from negotiation.cli.terminal import console, print_sections
    from negotiation.words.titles import title_section

    print_sections(console(), [title_section(source), *_sections(result, source, asked)])


def _document(result: Record | Distribution, source: Source) -> Document:
    from negotiation.documents import distribution_document, record_document
    from negotiation.games.record import Record

    if isinstance(result, Record):
        return record_document(result, source, command=command_line())
    return distribution_document(result, source, command=command_line())


def _sections(result: Record | Distribution, source: Source, asked: Asked) -> list[Section]:
    from negotiation.games.record import Record
    from negotiation.play import strategy_choices
    from negotiation.words.distributions import distribution_sections
    from negotiation.words.records import record_sections

    if source.scenario is None:
        raise click.UsageError("only scenarios can be simulated")
    choices = strategy_choices(source.scenario, asked.variant, settings=asked.settings, behaviour=asked.behaviour)
    if isinstance(result, Record):
        return record_sections(result, source.labels, choices)
    return distribution_sections(result, source.labels, choices)
