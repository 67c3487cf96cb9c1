"""A sweep in words: which answers there are, how often and where, what they pay, and how this is known."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from negotiation.designs.design import Axis
from negotiation.games.numbers import show_number
from negotiation.sweeping.estimate import Estimate
from negotiation.sweeping.overview import Answer, Overview
from negotiation.sweeping.task import Task
from negotiation.words.sections import Section, Table, counted, listed, number, player_name, share
from negotiation.words.sweep_answers import letters, likelihoods, meanings, named
from negotiation.words.sweep_map import map_section

__all__ = ["estimate_sections", "overview_sections", "shown_bytes", "shown_seconds", "store_lines"]

#: So many parameters have a column each in the table of answers; more have a row each.
MOST_COLUMNS = 3

#: So many names of variants or concepts are listed.
MOST_NAMES = 4

#: So many numbers of columns are listed where nothing tells answers apart; the results have all.
MOST_SPREADS = 40

#: The columns of simulations that are listed.
TOLD = ("end_share", "payoff", "rounds", "elapsed", "cause_share")

#: What the engines of simulations do.
ENGINES = {
    "exact": "without sampling, all courses of play at once",
    "batch": "by playing replications in the compiled engine",
    "events": "by playing replications event by event",
    "none": "by none",
}


def overview_sections(found: Overview, where: Sequence[str] = ()) -> list[Section]:
    """Return what a sweep found, for people.

    Parameters
    ----------
    found : Overview
    where : sequence of str
        Where the results are, and how to open them.
    """
    chart = [] if found.chart is None else [map_section(found, found.chart)]
    parts = [_head(found), *_where(found), *chart, *likelihoods(found), *_spreads(found), *_ground(found)]
    return [*parts, Section("The results", tuple(where))] if where else parts


def estimate_sections(task: Task, guess: Estimate, workers: int) -> list[Section]:
    """Return what a sweep would take with so many workers."""
    workers = min(workers, guess.blocks)
    alone = "" if workers == 1 else f", {shown_seconds(guess.seconds)} with one"
    said = (
        f"{guess.points:,} points in {counted(guess.blocks, 'block')} of up to {guess.block_points:,} points each; an interruption costs "
        "at most the blocks that are being computed.",
        f"The results take about {shown_bytes(guess.bytes)} on the disk.",
        f"It takes {shown_seconds(guess.seconds / workers)} with {counted(workers, 'worker')} like this machine's{alone}. Blocks from all "
        "over the space were tried out for a second.",
        "Nothing was written.",
    )
    return [Section(task.scenario.title, tuple(_asked(task, task.design.size))), Section("What it will take", said)]


def _head(found: Overview) -> Section:
    """Return what varies, and the table of answers."""
    task, answers = found.task, found.answers
    if not found.guide:
        return Section(task.scenario.title, tuple(_asked(task, found.computed)))
    labels = task.scenario.labels
    players = tuple(found.layout.labels.get("player", ())) if any(each.worth for each in answers) else ()
    within = _varying(found) if len(_varying(found)) <= MOST_COLUMNS else ()
    columns = ("", _called(found.guide), "points", "share", *within, *(f"worth to {player_name(labels, each)}" for each in players))
    rows = tuple(
        (
            letter,
            named(each),
            f"{each.points:,}",
            share(each.points / found.computed),
            *(_place(each, name) for name in within),
            *(_interval(each.worth[player]) for player in players),
        )
        for letter, each in zip(letters(found), answers, strict=True)
    )
    return Section(task.scenario.title, tuple(_asked(task, found.computed)), Table(columns, rows, frozenset({2, 3})), meanings(found))


def _asked(task: Task, computed: int) -> list[str]:
    """Return which file is swept and what varies."""
    place = task.file if task.variant is None else f"{task.file}, variant '{task.variant}'"
    set_ = "".join(f"; {name} = {number(value)}" for name, value in task.settings.items())
    sizes = [len(axis) for axis in task.design.axes]
    product = f"{' x '.join(f'{size:,}' for size in sizes)} = " if len(sizes) > 1 else ""
    done = "" if computed == task.design.size else f", of which {computed:,} have been computed"
    return [f"{place}{set_}", f"{product}{counted(task.design.size, 'point')}{done}:", *(_axis(task, axis) for axis in task.design.axes)]


def _axis(task: Task, axis: Axis) -> str:
    """Return what varies along an axis, as an item of a list."""
    if len(axis.series) > 1:
        return f"- {listed([series.name for series in axis.series])} together"
    series = axis.series[0]
    if series.role == "parameter":
        about = task.scenario.parameters[series.name].about
        low, high = float(series.doubles.min()), float(series.doubles.max())
        return f"- {series.name} ({about}): {counted(len(axis), 'value')} from {show_number(low)} to {show_number(high)}"
    if series.role == "seed":
        return f"- the seed of the random draws: {counted(len(axis), 'value')}"
    names = [f"'{value}'" if value else "the file's values" for value in map(str, series.values)]
    return f"- the {series.role}: {_some(names)}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return listed(names) if more <= 0 else f"{', '.join(names[:MOST_NAMES])} and {more} more"


def _called(guide: str) -> str:
    return {"reading": "what happens", "commonest end": "how it most often ends"}[guide]


def _varying(found: Overview) -> tuple[str, ...]:
    """Return what varies, by name, where there is more than one value of it."""
    return tuple(series.name for axis in found.task.design.axes if len(axis) > 1 for series in axis.series)


def _place(answer: Answer, name: str) -> str:
    """Return between which values, or at which names, an answer is found."""
    if name in answer.within:
        return _interval(answer.within[name])
    return _some([value or "(the file)" for value in answer.among[name]])


def _interval(ends: tuple[float, float]) -> str:
    low, high = ends
    if isnan(low):
        return "-"
    shown = number(low), number(high)
    return shown[0] if shown[0] == shown[1] else f"{shown[0]} to {shown[1]}"


def _where(found: Overview) -> list[Section]:
    """Return where the answers lie on the average of each of many parameters, a row for each parameter."""
    names = _varying(found)
    if not found.guide or len(names) <= MOST_COLUMNS:
        return []
    rows = tuple((name, *(_average(each, name) for each in found.answers)) for name in names)
    said = "The mean of each parameter over the points at which it happens; the JSON document has lowest and highest values."
    # Names of what is open are long: the letters of the table above stand for them.
    is_open = any(each.possible for each in found.answers)
    columns = ("mean of", *(letters(found) if is_open else map(named, found.answers)))
    return [Section("Where it happens", (said,), Table(columns, rows, frozenset(range(1, len(columns)))))]


def _average(answer: Answer, name: str) -> str:
    return show_number(answer.means[name], digits=3) if name in answer.means else _place(answer, name)


def _spreads(found: Overview) -> list[Section]:
    """Return what the numbers come to, for what has no equilibria."""
    if found.exact is not None or not found.spreads:
        return []
    # Of simulations the shares of rounds and the standard errors are in the results: what matches come to is told.
    chosen = [each for each in found.spreads if not found.guide or each.column in TOLD]
    about = {column.name: column.about for column in found.layout.columns}
    rows, said = [], set[str]()
    for each in chosen[:MOST_SPREADS]:
        meaning = "" if each.column in said else about[each.column]
        said.add(each.column)
        numbers = (number(value) for value in (each.lowest, each.mean, each.highest))
        rows.append((f"{each.column} {each.label}".strip(), meaning, *numbers))
    more = len(found.spreads) - len(rows)
    remarks = (f"... and {more} more in the results.",) if more else ()
    columns = ("", "meaning", "lowest", "mean", "highest")
    return [Section("The numbers over all points", (), Table(columns, tuple(rows), frozenset({2, 3, 4})), remarks)]


def _ground(found: Overview) -> list[Section]:
    """Return how this is known, and what has to be known of it."""
    said = [*_of_equilibria(found), *_of_simulations(found), *(f"{note[0].upper()}{note[1:]}." for note in found.notes)]
    return [Section("How this is known", tuple(said))] if said else []


def _of_simulations(found: Overview) -> list[str]:
    """Return how points were simulated."""
    engines = {name: times for name, times in found.counted.get("engine", {}).items() if name in ENGINES}
    said = [f"{ENGINES[name]} ({counted(times, 'point')})" for name, times in engines.items()]
    return [f"Simulated {listed(said)}."] if said else []


def _of_equilibria(found: Overview) -> list[str]:
    """Return whether lists are whole and how exact equilibria are."""
    if found.incomplete is None or found.regret is None:
        return []
    solved = found.computed - found.failed
    whole = (
        "At every point that was solved the list of equilibria is known to hold all."
        if not found.incomplete
        else f"At {found.incomplete:,} of {solved:,} points the list of equilibria may not be whole."
    )
    regret = "nothing" if found.regret <= 0 else f"{show_number(found.regret, digits=2)} of his payoff span"
    lines = [f"{whole} The most that anybody could gain by leaving an equilibrium: {regret}."]
    if found.exact == 0:
        lines.append("No point was so near to a tie that doubles did not decide it.")
    return lines


def shown_bytes(size: float) -> str:
    """Return a size as people read it."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


def shown_seconds(seconds: float) -> str:
    """Return a time as people read it."""
    for most, length, unit in ((100, 1, "second"), (100 * 60, 60, "minute"), (72 * 3600, 3600, "hour")):
        if seconds < most:
            value = seconds / length
            return "less than a second" if unit == "second" and value < 1 else f"about {value:.1f} {unit}s"
    return f"about {seconds / 86400:,.0f} days"


def store_lines(path: str, written: Sequence[str]) -> list[str]:
    """Return where results are and the lines that open them, and which files were written besides."""
    lines = [
        f"They are in {path}; the same command goes on where it was interrupted, and computes nothing twice. In Python:",
        "    import negotiation",
        f'    results = negotiation.open_store("{path}").to_xarray()',
    ]
    return lines + ([f"Written: {listed(written)}."] if written else [])
