"""What a sweep found as a whole: which answers there are, how often, where, and what they pay.

It is counted block by block as parts are read, so that memory does not grow with the number of points. Answers are told apart by
a *guide*: the reading of equilibria (where it is open, which readings are possible); of simulations the end that is commonest at a
point.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negotiation.budget import UNLIMITED, Budget
from negotiation.games.equilibrium_rows import MIXED
from negotiation.games.tables import Column, Layout, Table
from negotiation.sweeping.chart import Chart, Paper
from negotiation.sweeping.extents import Extent, Gathered
from negotiation.sweeping.possible import NOWHERE, Guide, guide_of
from negotiation.sweeping.task import Task
from negotiation.sweeping.telling import Counts, count, notes

__all__ = ["NOWHERE", "Answer", "Overview", "Spread", "overview"]

#: So many sets of readings are answers of their own, those with the most points; the others are one answer together.
MOST_TOLD = 12

#: What players get is in these columns, at least and at most.
WORTH = (("payoff_lowest", "payoff_highest"), ("payoff", "payoff"))


@dataclass(frozen=True, slots=True)
class Spread:
    """The numbers of a column, or of one of its labels, over all points at which there are any."""

    column: str
    label: str
    lowest: float
    mean: float
    highest: float


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """The points at which the guide says the same.

    Parameters
    ----------
    name : str
    open_as : str
        ``mixed`` or ``several`` where the guide leaves open what happens, else empty.
    possible : tuple of str
        The readings that are possible then; if mixed, the likeliest first. Empty of the last sets together.
    points : int
    within : mapping of what varies to (lowest, highest)
        Between which values of each parameter (or seed) these points lie.
    means : mapping of what varies to the mean of its values
    among : mapping of what varies to tuple of str
        For variants and concepts: at which ones these points are.
    worth : mapping of player to (lowest, highest), payoff units
    """

    name: str
    open_as: str
    possible: tuple[str, ...]
    points: int
    within: Mapping[str, tuple[float, float]]
    means: Mapping[str, float]
    among: Mapping[str, tuple[str, ...]]
    worth: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, eq=False, slots=True)
class Overview:
    """What a sweep found.

    Parameters
    ----------
    task : Task
    layout : Layout
    guide : str
        What tells answers apart: a column, ``commonest end``, or empty where nothing does.
    answers : tuple of Answer
        In the order of the guide's names, those that occur; mixed ones by their likeliest reading.
    computed, failed : int
        Points.
    exact : int or None
        Points that the exact solver decided one by one; None where that is not what was computed, as in the two that follow.
    incomplete : int or None
        Points at which the list of equilibria may not be whole.
    regret : float or None
        The largest gain from leaving an equilibrium anywhere, as a share of the player's payoff span.
    spreads : tuple of Spread
    counted : mapping of column to mapping of name to number of points
        How often each name stands in the columns of names.
    notes : tuple of str
    chart : Chart or None
    """

    task: Task
    layout: Layout
    guide: str
    answers: tuple[Answer, ...]
    computed: int
    failed: int
    exact: int | None
    incomplete: int | None
    regret: float | None
    spreads: tuple[Spread, ...]
    counted: Mapping[str, Mapping[str, int]]
    notes: tuple[str, ...]
    chart: Chart | None


def overview(task: Task, layout: Layout, tables: Iterable[tuple[int, int, Table]], budget: Budget = UNLIMITED) -> Overview:
    """Return what a sweep found, from its rows block by block.

    Parameters
    ----------
    task : Task
    layout : Layout
    tables : iterable of (start, stop, Table)
        The rows of the points from ``start`` up to before ``stop``; points that are in none are not counted.
    budget : Budget
        Told how many points have been looked through.
    """
    tally = _Tally(task, layout)
    for start, stop, table in tables:
        tally.add(start, stop, table)
        budget.tell("points looked through", tally.points, task.design.size)
    return tally.found()


class _Tally:
    """What has been counted so far."""

    def __init__(self, task: Task, layout: Layout) -> None:
        self.task, self.layout = task, layout
        self.columns = {column.name: column for column in layout.columns}
        self.guide = guide_of(self.columns, layout)
        self.points = 0
        self.counts: Counts = Counter()
        self.found_of: dict[int, Gathered] = {}
        self.sums: dict[tuple[str, str], Extent] = {}
        self.counted = {column.name: np.zeros(len(column.names), dtype=np.int64) for column in layout.columns if column.names}
        self.incomplete = 0
        self.paper = Paper.of(task)

    def add(self, start: int, stop: int, table: Table) -> None:
        """Count the rows of a block."""
        self.points += stop - start
        count(table, self.layout, self.counts)
        if "complete" in self.columns:
            solved = table.column("status") == 0
            self.incomplete += int(np.count_nonzero((table.column("complete") == 0) & solved))
        # What repeats is counted by cases, of which there are few.
        self._sum(table, np.bincount(table.case, minlength=len(table.remarks)))
        codes = self.guide.codes(table)
        places = self.task.design.places(start, stop)
        for code in np.flatnonzero(np.bincount(codes)).tolist():
            self._gather(code, np.flatnonzero(codes == code), places, table)
        if self.paper is not None:
            self.paper.mark(places, codes)

    def _gather(self, code: int, chosen: NDArray[np.int64], places: Mapping[str, NDArray[np.int64]], table: Table) -> None:
        """Count the points of one kind."""
        gathered = self.found_of.setdefault(code, Gathered())
        gathered.place(self.task.design.axes, places, chosen)
        lowest, highest = next((pair for pair in WORTH if pair[0] in self.columns), ("", ""))
        if lowest:
            for name in dict.fromkeys((lowest, highest)):
                gathered.pay(self.layout.labels["player"], table.column(name)[chosen].astype(np.float64))

    def _sum(self, table: Table, times: NDArray[np.int64]) -> None:
        """Take the numbers and names of all columns in."""
        for column in self.layout.columns:
            found, many = _rows(table, column.name, times)
            flat = found.reshape(len(found), -1)
            if column.names:
                weights = None if many is None else np.repeat(many, flat.shape[1])
                self.counted[column.name] += np.bincount(flat.ravel(), weights, len(column.names)).astype(np.int64)
                continue
            for place, label in enumerate(_labels(column, self.layout)):
                self.sums.setdefault((column.name, label), Extent()).take(flat[:, place].astype(np.float64), many)

    def found(self) -> Overview:
        """Return what was counted."""
        answers = _answers({code: each.points for code, each in self.found_of.items()}, self.guide)
        of_equilibria = "exact_solver" in self.columns
        regret = self.sums.get(("regret", ""), Extent())
        return Overview(
            task=self.task,
            layout=self.layout,
            guide=self.guide.column,
            answers=tuple(self._told(code, codes) for code, codes in answers.items()),
            computed=self.points,
            failed=self.counts["failed", ""],
            exact=self.counts["exact", ""] if of_equilibria else None,
            incomplete=self.incomplete if "complete" in self.columns else None,
            regret=regret.high if regret.numbers else None,
            spreads=tuple(Spread(name, label, each.low, each.mean, each.high) for (name, label), each in self.sums.items() if each.numbers),
            counted={name: _by_name(self.columns[name], found) for name, found in self.counted.items()},
            notes=notes(self.task, self.counts),
            chart=None if self.paper is None or not self.guide.column else self.paper.chart(list(answers.values())),
        )

    def _told(self, named: int, codes: Sequence[int]) -> Answer:
        """Return the answer of points of these kinds, the name of one of which it has."""
        series, whole, kind = self.task.design.series, Gathered(), self.guide.kinds[named]
        for code in codes:
            whole.join(self.found_of[code])
        return Answer(
            kind.name,
            self.guide.open_as(kind),
            kind.possible,
            whole.points,
            {name: extent.ends for name, extent in whole.within.items()},
            {name: extent.mean for name, extent in whole.within.items()},
            {name: tuple(str(series[name].values[at]) for at in sorted(ats)) for name, ats in whole.among.items()},
            {player: extent.ends for player, extent in whole.worth.items()},
        )


def _answers(points: Mapping[int, int], guide: Guide) -> dict[int, list[int]]:
    """Return the kinds of points that make up each answer by the kind that names it, in order; ``points`` has how many there are."""
    sets = sorted((code for code in points if guide.kinds[code].possible), key=lambda code: (-points[code], guide.kinds[code].possible))
    together = sets[MOST_TOLD:]
    answers: dict[int, list[int]] = {}
    for code in points:
        answers.setdefault(guide.kinds[code].code if code in together else code, []).append(code)
    return {code: answers[code] for code in sorted(answers, key=lambda code: _order(code, points, guide))}


def _order(code: int, points: Mapping[int, int], guide: Guide) -> tuple[object, ...]:
    """Return what answers are sorted by: as the guide has them, mixed ones by the likeliest reading, then the most frequent first."""
    kind = guide.kinds[code]
    if not kind.possible:
        return kind.code, len(guide.readings)
    likeliest = guide.readings.index(kind.possible[0]) if guide.open_as(kind) == MIXED else 0
    return kind.code, likeliest, -points[code], kind.possible


def _rows(table: Table, name: str, times: NDArray[np.int64]) -> tuple[NDArray[np.generic], NDArray[np.int64] | None]:
    """Return a column by its cases that occur, and how many points each stands for; or in full, where it is that (None)."""
    if name in table.dense:
        return table.dense[name], None
    present = np.flatnonzero(times)
    return table.cases[name][present], times[present]


def _by_name(column: Column, found: NDArray[np.int64]) -> dict[str, int]:
    """Return how often each name stands in a column, of those that do."""
    return {name: times for name, times in zip(column.names, found.tolist(), strict=True) if times}


def _labels(column: Column, layout: Layout) -> list[str]:
    """Return the labels of a column's numbers at a point, one after the other; of one number alone an empty one."""
    found = [""]
    for dimension in column.dimensions:
        found = [f"{first} {label}".strip() for first in found for label in layout.labels[dimension]]
    return found
