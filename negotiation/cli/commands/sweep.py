"""``negotiation sweep``: something computed at every point of a space of parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from negotiation.cli.options import (
    as_json_option,
    command_line,
    pairs,
    quiet_option,
    seed_option,
    time_limit_option,
    value_options,
    values_of_pairs,
)

if TYPE_CHECKING:
    from negotiation.designs.design import Axis
    from negotiation.scenario.scenario import Scenario
    from negotiation.sweeping.overview import Overview
    from negotiation.sweeping.store import Store
    from negotiation.sweeping.task import Task

__all__ = ["command"]

#: What can be computed besides a function of one's own, which is named with a colon.
WHAT = ("equilibrium", "simulation")

#: Options that begin with it are strategies of players in simulations.
BEHAVIOUR = "behaviour."


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    file: str
    axes: tuple[str, ...]
    zipped: tuple[str, ...]
    table: str | None
    latin: int | None
    sobol: int | None
    variants: str | None
    concepts: str | None
    seeds: str | None
    variant: str | None
    settings: dict[str, str]
    concept: str | None
    what: str
    options: dict[str, str]
    replications: int | None
    out: str | None
    export: tuple[str, ...]
    plot: str | None
    overwrite: bool
    executor: str
    workers: int | None
    scheduler: str | None
    seed: int
    dry_run: bool
    as_json: bool
    time_limit: float | None
    quiet: bool


@click.command(short_help="Compute something at every point of a space of parameters.")
@click.argument("file", metavar="FILE")
@click.option(
    "--axis",
    "axes",
    multiple=True,
    metavar="NAME[=VALUES]",
    help="What varies: NAME=LOW:HIGH:N, NAME=N (over its declared range), NAME=V1,V2,... or NAME. Can be repeated: every combination.",
)
@click.option("--zip", "zipped", multiple=True, metavar="NAME=VALUES", help="Parameters that vary together, one --zip for each.")
@click.option("--table", metavar="FILE", help="A table of points, a row for each (.csv or .parquet).")
@click.option("--latin", type=click.IntRange(min=1), metavar="N", help="A Latin hypercube of N points over the declared ranges.")
@click.option(
    "--sobol",
    type=click.IntRange(min=1),
    metavar="N",
    help="A Sobol sequence of N points. As for --latin, --axis NAME or NAME=LOW:HIGH says which parameters are drawn, and between what.",
)
@click.option("--variants", metavar="A,B,...", help="Variants of the scenario as an axis.")
@click.option("--concepts", metavar="A,B,...", help="Solution concepts as an axis.")
@click.option("--seeds", metavar="LOW:HIGH", help="Seeds of simulations as an axis, both ends included; or a list.")
@value_options
@click.option("--concept", metavar="NAME", help="The solution concept at all points; the usual one if not given.")
@click.option(
    "--what",
    default="equilibrium",
    show_default=True,
    metavar="WHAT",
    help="What is computed: equilibrium, simulation, or a function of your own, FILE.py:NAME or MODULE:NAME.",
)
@click.option(
    "--option", "options", multiple=True, metavar="NAME=VALUE", callback=pairs, help="An option of the concept or of the simulation."
)
@click.option("--replications", type=click.IntRange(min=1), help="Simulations: how often each is played; by default exact where it can be.")
@click.option("--out", metavar="STORE", help="The folder of the results; if it holds a part of this sweep, the sweep goes on.")
@click.option(
    "--export", multiple=True, metavar="FILE", help="Also write all results to one file (.nc, .csv or .parquet). Can be repeated."
)
@click.option("--plot", metavar="FILE", help="Also draw what happens over one or two axes (.svg, .pdf or .png).")
@click.option("--overwrite", is_flag=True, help="Write over an exported file or picture that is there already.")
@click.option("--executor", default="here", show_default=True, metavar="NAME", help="Where it is computed: here, processes or cluster.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="How many blocks are computed at a time.")
@click.option("--scheduler", metavar="ADDRESS", help="The scheduler of a cluster that runs already; implies --executor cluster.")
@click.option("--dry-run", is_flag=True, help="Only say how many points and blocks, how much space and time; write nothing.")
@seed_option
@as_json_option
@time_limit_option("Stop then; the same command goes on.")
@quiet_option
def command(**given: Any) -> None:  # click hands over what it has read by the names above
    """Compute something at every point of a space of parameters of the scenario FILE, and keep it.

    Without axes the file's own 'sweep' says what varies. Results are kept block by block: after an interruption the same command
    goes on, and nothing is computed twice.

    \b
      negotiation sweep scenarios/pretext.yaml
      negotiation sweep scenarios/pretext.yaml --axis pi_X=0:1:201 --axis k_X=0:20:201 --plot map.svg
      negotiation sweep scenarios/pretext.yaml --axis pi_X --variants B,E,E2 --export results.csv
      negotiation sweep scenarios/pretext.yaml --sobol 1024
      negotiation sweep scenarios/december_2021.yaml --what simulation --axis blame=0:2:41
    """  # noqa: D301 - click keeps lines apart after the character \b, not after its letters
    asked = Asked(**given)
    _refuse_early(asked)
    task = _task(asked)
    if asked.plot is not None:
        from negotiation.plots.sweep import check

        check({axis.name: len(axis) for axis in task.design.axes})
    if asked.dry_run:
        _print_estimate(task, asked)
        return
    _print_results(task, asked)


def _refuse_early(asked: Asked) -> None:
    """Refuse what cannot be written before anything is computed."""
    from negotiation.cli.files import refuse_existing
    from negotiation.sweeping.exports import check_export

    for file in asked.export:
        check_export(file, overwrite=asked.overwrite)
    if asked.plot is not None:
        from negotiation.plots.files import check_ending

        check_ending(Path(asked.plot))
        refuse_existing(Path(asked.plot), overwrite=asked.overwrite)


def _task(asked: Asked) -> Task:
    from negotiation.sources import read_scenario
    from negotiation.sweeping.planning import Asked as At
    from negotiation.sweeping.planning import plan

    scenario = read_scenario(asked.file)
    summary, options = _summary(asked)
    return plan(
        scenario,
        _axes(scenario, asked),
        At(summary, options, asked.concept, asked.variant, dict(asked.settings), asked.seed),
        variants=_names(asked.variants),
        concepts=_names(asked.concepts),
        seeds=asked.seeds or "",
    )


def _summary(asked: Asked) -> tuple[str, dict[str, object]]:
    """Return what is computed, and its options."""
    options = _options(asked.options)
    if asked.replications is not None and asked.what != "simulation":
        raise click.UsageError("--replications is for --what simulation")
    if ":" in asked.what:
        return "own_function", {**options, "function": asked.what}
    if asked.what not in WHAT:
        raise click.BadParameter(
            f"expected {', '.join(WHAT)}, FILE.py:NAME or MODULE:NAME, got '{asked.what}'",
            param_hint="--what",
        )
    return asked.what, options if asked.replications is None else {**options, "replications": asked.replications}


def _options(given: dict[str, str]) -> dict[str, object]:
    """Return options; ``behaviour.PLAYER=STRATEGY`` is one entry of the option ``behaviour``."""
    found = values_of_pairs({name: value for name, value in given.items() if not name.startswith(BEHAVIOUR)})
    chosen = {name.removeprefix(BEHAVIOUR): value for name, value in given.items() if name.startswith(BEHAVIOUR)}
    return {**found, "behaviour": chosen} if chosen else found


def _names(text: str | None) -> tuple[str, ...]:
    return () if text is None else tuple(part.strip() for part in text.split(","))


def _axes(scenario: Scenario, asked: Asked) -> list[str | Axis] | None:
    """Return what varies besides variants, concepts and seeds; None where nothing was named."""
    from negotiation.designs.table import table
    from negotiation.designs.zipped import zipped
    from negotiation.lookup import concepts

    if asked.latin is not None and asked.sobol is not None:
        raise click.UsageError("--latin and --sobol are two ways to draw one sample: give one of them")
    found: list[str | Axis] = list(asked.axes)
    if asked.latin is not None or asked.sobol is not None:
        drawn = [text for text in asked.axes if _is_interval(text)]
        found = [text for text in asked.axes if not _is_interval(text)]
        found.append(_sample(scenario, asked, drawn))
    found += [zipped(scenario, asked.zipped)] if asked.zipped else []
    found += [table(scenario, asked.table, known_concepts=concepts())] if asked.table is not None else []
    return found or None


def _is_interval(text: str) -> bool:
    """Return whether an axis names a parameter to draw: NAME or NAME=LOW:HIGH, and not a grid of values."""
    _, equals, values = text.partition("=")
    return not equals or (values.count(":") == 1 and "," not in values)


def _sample(scenario: Scenario, asked: Asked, drawn: list[str]) -> Axis:
    """Return the axis of a sample: of the parameters that are named, else of all that neither vary otherwise nor are set."""
    from negotiation.designs.latin_hypercube import latin_hypercube
    from negotiation.designs.sobol import sobol

    taken = {text.partition("=")[0].strip() for text in (*asked.axes, *asked.zipped)} | set(asked.settings)
    free = [name for name, each in scenario.parameters.items() if name not in taken and each.range[0] < each.range[1]]
    intervals = drawn or (free if taken else None)
    if asked.latin is not None:
        return latin_hypercube(scenario, asked.latin, intervals, seed=asked.seed)
    return sobol(scenario, asked.sobol or 0, intervals, seed=asked.seed)


def _print_estimate(task: Task, asked: Asked) -> None:
    from negotiation.sweeping.estimate import estimate

    guess = estimate(task)
    if asked.as_json:
        from negotiation.documents import as_json
        from negotiation.sweeping.document import estimate_document

        click.echo(as_json(estimate_document(task, guess, command=command_line())))
        return
    from negotiation.cli.terminal import console, print_sections
    from negotiation.dispatch import processors
    from negotiation.words.sweep import estimate_sections

    print_sections(console(), estimate_sections(task, guess, asked.workers or processors()))


def _print_results(task: Task, asked: Asked) -> None:
    """Compute what is missing, and print, write and draw what there is."""
    from negotiation.errors import SolverError
    from negotiation.sweeping.store import MANIFEST, open_store

    folder = _folder(task, asked)
    try:
        store = _fill(task, folder, asked)
    except SolverError as failure:
        # What is there is told; it covers the space evenly, because blocks are computed in interleaved order.
        found = replace(open_store(folder), task=task) if (folder / MANIFEST).is_file() else None
        if found is None or not found.points_done:
            raise
        if found.missing:
            _tell(found, asked, [])
            raise SolverError(f"not everything was computed: {failure}") from failure
        store = found  # the last block was written as the time ended
    _tell(store, asked, _written(store, asked))


def _folder(task: Task, asked: Asked) -> Path:
    from negotiation.cli.stores import own_store

    if asked.out is not None:
        return Path(asked.out)
    variant = "" if task.variant is None else f"-{task.variant.replace(' ', '_')}"
    return own_store(f"{task.scenario.name}{variant}-sweep", task)


def _fill(task: Task, folder: Path, asked: Asked) -> Store:
    from negotiation.budget import Budget
    from negotiation.cli.terminal import progress
    from negotiation.sweeping.filling import Place, fill

    executor = "cluster" if asked.scheduler is not None else asked.executor
    with progress(quiet=asked.quiet, logged=True) as tell:
        return fill(task, folder, Place(executor, asked.workers, asked.scheduler), Budget.of_seconds(asked.time_limit, tell))


def _written(store: Store, asked: Asked) -> list[str]:
    """Write the files that were asked for and return them."""
    if asked.export:
        from negotiation.sweeping.exports import export

        for file in asked.export:
            export(store.task, store.layout, store.tables(), file, overwrite=asked.overwrite)
    if asked.plot is not None:
        from negotiation.plots.files import save
        from negotiation.plots.sweep import figure

        save(figure(store.to_xarray()), Path(asked.plot))
    return [*asked.export, *([] if asked.plot is None else [asked.plot])]


def _tell(store: Store, asked: Asked, written: list[str]) -> None:
    found = _overview(store, asked)
    if asked.as_json:
        from negotiation.documents import as_json
        from negotiation.sweeping.document import overview_document

        click.echo(as_json(overview_document(found, store=str(store.path), command=command_line())))
        return
    from negotiation.cli.terminal import console, print_sections
    from negotiation.words.sweep import overview_sections, store_lines

    print_sections(console(), overview_sections(found, store_lines(str(store.path), written)))


def _overview(store: Store, asked: Asked) -> Overview:
    from negotiation.budget import Budget
    from negotiation.cli.terminal import progress
    from negotiation.sweeping.overview import overview

    with progress(quiet=asked.quiet, logged=True) as tell:
        return overview(store.task, store.layout, store.tables(), Budget(None, tell))
