"""``negotiation tournament``: strategies against one another, everybody against everybody."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from negotiation.cli.options import as_json_option, quiet_option, seed_option, value_options

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from negotiation.exact.ecology import Ecology
    from negotiation.games.tournament import Entrant, Terms, Tournament
    from negotiation.sources import Source

__all__ = ["command"]

#: Generations of the ecological follow-up: Axelrod (1984) followed 1000.
GENERATIONS = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    file: str
    variant: str | None
    settings: dict[str, str]
    strategies: tuple[str, ...]
    replications: int | None
    rounds: int | None
    noise: float
    seed: int
    engine: str
    workers: int
    generations: int
    plot: str | None
    overwrite: bool
    as_json: bool
    quiet: bool


@click.command(short_help="Let strategies play against one another.")
@click.argument("file", metavar="FILE")
@value_options
@click.option(
    "--strategies",
    multiple=True,
    metavar="NAME,NAME:OPTION=VALUE,...",
    help="Who takes part, e.g. tit_for_tat,tit_for_tat:generosity=0.3,grim_trigger; can be repeated.  [default: all that fit]",
)
@click.option("--replications", type=click.IntRange(min=1), help="How often every match is played.  [default: 200]")
@click.option("--rounds", type=click.IntRange(min=1), help="The largest number of rounds; the scenario's, else 200, if not given.")
@click.option(
    "--noise",
    type=click.FloatRange(min=0, max=1),
    default=0.0,
    show_default=True,
    help="The probability that a player does by mistake something else than he means to.",
)
@seed_option
@click.option("--engine", default="auto", show_default=True, metavar="NAME", help="What plays the matches; the results are the same.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="How many processes play; it changes no result.")
@click.option("--generations", type=click.IntRange(min=0), default=GENERATIONS, show_default=True, help="How long shares are followed.")
@click.option("--plot", metavar="FILE", help="Also draw who met whom, and the shares over generations (.svg, .pdf or .png).")
@click.option("--overwrite", is_flag=True, help="Write over a picture that is there already.")
@as_json_option
@quiet_option
def command(**given: Any) -> int:  # click hands over what it has read by the names above
    """Let strategies play the scenario FILE against one another: each against each, itself included, in every role.

    The result is a ranking with confidence intervals, who did how well against whom, and who would survive if the
    successful became more frequent. Interrupted with Ctrl-C, it ranks what all matches have played.
    """
    from negotiation.exact.ecology import ecology
    from negotiation.sources import of_scenario, read_scenario

    asked = Asked(**given)
    if asked.plot is not None:
        _check_picture(asked.plot, overwrite=asked.overwrite)
    source = of_scenario(read_scenario(asked.file), variant=asked.variant, settings=asked.settings)
    tournament = _play(source, asked)
    shares = ecology(tournament.means, generations=asked.generations)
    if asked.plot is not None:
        _draw(tournament, shares, source, asked.plot)
    if asked.plot is not None:
        _draw(tournament, shares, source, asked.plot)
    _print(tournament, shares, source, asked)
    return 0 if tournament.is_complete else 130


def _play(source: Source, asked: Asked) -> Tournament:
    from negotiation.cli.terminal import progress
    from negotiation.tournament import round_robin

    with progress(quiet=asked.quiet) as tell, nullcontext() if asked.workers == 1 else _pool(asked.workers) as executor:
        return round_robin(
            source,
            terms=_terms(asked),
            entrants=_entrants(asked),
            executor=executor,
            progress=lambda done, total: tell("matches", done, total),
        )


def _terms(asked: Asked) -> Terms:
    from negotiation.games.tournament import Terms
    from negotiation.tournament import DEFAULT_REPLICATIONS

    wanted = DEFAULT_REPLICATIONS if asked.replications is None else asked.replications
    return Terms(wanted, asked.rounds, asked.noise, asked.seed, asked.engine)


def _entrants(asked: Asked) -> list[Entrant] | None:
    from negotiation.tournament import parse_entrant

    names = [name.strip() for listed in asked.strategies for name in listed.split(",")]
    return [parse_entrant(name) for name in names] if names else None


def _pool(workers: int) -> ProcessPoolExecutor:
    """Return so many processes; Ctrl-C, which reaches them too, is left to the one that gave them work."""
    import signal
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)
    )


def _check_picture(path: str, *, overwrite: bool) -> None:
    """Refuse before the work what could not be written after it."""
    from pathlib import Path

    from negotiation.cli.files import refuse_existing
    from negotiation.plots.files import ENDINGS

    if not path.lower().endswith(ENDINGS):
        raise click.BadParameter(f"expected a file ending in {', '.join(ENDINGS)}, got '{path}'", param_hint="'--plot'")
    refuse_existing(Path(path), overwrite=overwrite)


def _draw(tournament: Tournament, shares: Ecology, source: Source, path: str) -> None:
    from pathlib import Path

    from negotiation.plots.files import save
    from negotiation.plots.tournament import figure

    save(figure(tournament, shares, source.labels), Path(path))


def _print(tournament: Tournament, shares: Ecology, source: Source, asked: Asked) -> None:
    if asked.as_json:
        from negotiation.documents import as_json, tournament_document

        click.echo(as_json(tournament_document(tournament, shares, source, command=_command()), indent=None))
        return
    from negotiation.cli.terminal import console, print_sections
    from negotiation.words.titles import title_section
    from negotiation.words.tournaments import tournament_sections

    print_sections(console(), [title_section(source), *tournament_sections(tournament, shares, source.labels)])


def _command() -> list[str]:
    """Return the command line without the number of workers, which is no part of what was asked."""
    from negotiation.cli.options import command_line

    words, kept = iter(command_line()), []
    for word in words:
        if word == "--workers":
            next(words, None)
        elif not word.startswith("--workers="):
            kept.append(word)
    return kept
