"""What a sweep found as a whole: which answers there are, how often, where, and what they pay.

It is counted block by block as parts are read, so that memory does not grow with the number of points. Answers are told apart by
a *guide*: the reading of equilibria; of simulations the end that is commonest at a point.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, nan

import numpy as np
from numpy.typing import NDArray

from negotiation.budget import UNLIMITED, Budget
from negotiation.games.tables import Column, Layout, Table
from negotiation.sweeping.chart import Chart, Paper
from negotiation.sweeping.task import Task
from negotiation.sweeping.telling import Counts, count, notes

__all__ = ["NOWHERE", "Answer", "Overview", "Spread", "overview"]

#: The guide of equilibria, and the column of whose shares the largest is the guide of simulations.
READING, ENDS = "reading", "end_share"

#: What the guide says at a point that could not be computed, and where numbers have no largest.
NOWHERE = "none"

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
    points : int
    within : mapping of what varies to (lowest, highest)
        Between which values of each parameter (or seed) these points lie.
    means : mapping of what varies to the mean of its values
    among : mapping of what varies to tuple of str
        For variants and concepts: at which ones these points are.
    worth : mapping of player to (lowest, highest), payoff units
    """

    name: str
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
        In the order of the guide's names; those that occur.
    names : tuple of str
        All names of the guide, in order; those of ``Chart.counts``.
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
    names: tuple[str, ...]
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


@dataclass(eq=False, slots=True)
class _Extent:
    """The lowest and the highest of numbers, their sum, and how many there were."""

    low: float = inf
    high: float = -inf
    total: float = 0.0
    numbers: int = 0

    def take(self, values: NDArray[np.float64]) -> None:
        """Take numbers in; what is NaN is left out."""
        known = values[np.isfinite(values)]
        if len(known):
            self.low, self.high = min(self.low, float(known.min())), max(self.high, float(known.max()))
            self.total, self.numbers = self.total + float(known.sum()), self.numbers + len(known)

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest, NaN where there were no numbers."""
        return (self.low, self.high) if self.numbers else (nan, nan)

    @property
    def mean(self) -> float:
        """The mean, NaN where there were no numbers."""
        return self.total / self.numbers if self.numbers else nan


class _Tally:
    """What has been counted so far."""

    def __init__(self, task: Task, layout: Layout) -> None:
        self.task, self.layout = task, layout
        self.columns = {column.name: column for column in layout.columns}
        self.guide, self.names = _guide(self.columns, layout)
        self.points = 0
        self.counts: Counts = Counter()
        self.of_answer: Counter[int] = Counter()
        self.within: dict[tuple[int, str], _Extent] = {}
        self.among: dict[tuple[int, str], set[int]] = {}
        self.worth: dict[tuple[int, str], _Extent] = {}
        self.sums: dict[tuple[str, str], _Extent] = {}
        self.counted = {column.name: np.zeros(len(column.names), dtype=np.int64) for column in layout.columns if column.names}
        self.incomplete = 0
        self.regret = _Extent()
        self.paper = Paper.of(task, len(self.names))

    def add(self, start: int, stop: int, table: Table) -> None:
        """Count the rows of a block."""
        self.points += stop - start
        count(table, self.layout, self.counts)
        if "complete" in self.columns:
            solved = table.column("status") == 0
            self.incomplete += int(np.count_nonzero((table.column("complete") == 0) & solved))
        if "regret" in self.columns:
            self.regret.take(table.column("regret").astype(np.float64))
        self._sum(table)
        codes = _codes(self.guide, table, len(self.names))
        places = self.task.design.places(start, stop)
        for code in np.flatnonzero(np.bincount(codes, minlength=len(self.names))).tolist():
            self._answer(code, np.flatnonzero(codes == code), places, table)
        if self.paper is not None:
            self.paper.mark(places, codes)

    def _answer(self, code: int, chosen: NDArray[np.int64], places: Mapping[str, NDArray[np.int64]], table: Table) -> None:
        """Count the points with one answer."""
        self.of_answer[code] += len(chosen)
        for axis in self.task.design.axes:
            here = places[axis.name][chosen]
            for series in axis.series:
                if series.role in ("parameter", "seed"):
                    self.within.setdefault((code, series.name), _Extent()).take(series.doubles[here])
                else:
                    self.among.setdefault((code, series.name), set()).update(np.unique(here).tolist())
        lowest, highest = next((pair for pair in WORTH if pair[0] in self.columns), ("", ""))
        if lowest:
            for name in dict.fromkeys((lowest, highest)):
                worth = table.column(name)[chosen].astype(np.float64)
                for place, player in enumerate(self.layout.labels["player"]):
                    self.worth.setdefault((code, player), _Extent()).take(worth[:, place])

    def _sum(self, table: Table) -> None:
        """Take the numbers and names of all columns in."""
        for column in self.layout.columns:
            if column.names:
                self.counted[column.name] += np.bincount(table.column(column.name).astype(np.int64).ravel(), minlength=len(column.names))
                continue
            numbers = table.column(column.name).astype(np.float64)
            flat = numbers.reshape(len(numbers), -1)
            for place, label in enumerate(_labels(column, self.layout)):
                self.sums.setdefault((column.name, label), _Extent()).take(flat[:, place])

    def found(self) -> Overview:
        """Return what was counted."""
        of_equilibria = "exact_solver" in self.columns
        regret = self.regret.high if self.regret.numbers else None
        return Overview(
            task=self.task,
            layout=self.layout,
            guide=self.guide,
            answers=tuple(self._told(code) for code in sorted(self.of_answer)),
            names=self.names,
            computed=self.points,
            failed=self.counts["failed", ""],
            exact=self.counts["exact", ""] if of_equilibria else None,
            incomplete=self.incomplete if "complete" in self.columns else None,
            regret=regret,
            spreads=tuple(Spread(name, label, each.low, each.mean, each.high) for (name, label), each in self.sums.items() if each.numbers),
            counted={name: _by_name(self.columns[name], found) for name, found in self.counted.items()},
            notes=notes(self.task, self.counts),
            chart=None if self.paper is None or not self.guide else self.paper.chart,
        )

    def _told(self, code: int) -> Answer:
        series = self.task.design.series
        return Answer(
            self.names[code],
            self.of_answer[code],
            {name: extent.ends for (which, name), extent in self.within.items() if which == code},
            {name: extent.mean for (which, name), extent in self.within.items() if which == code},
            {name: tuple(str(series[name].values[at]) for at in sorted(ats)) for (which, name), ats in self.among.items() if which == code},
            {player: extent.ends for (which, player), extent in self.worth.items() if which == code},
        )


def _guide(columns: Mapping[str, Column], layout: Layout) -> tuple[str, tuple[str, ...]]:
    """Return what tells answers apart, and its names."""
    if READING in columns and columns[READING].names:
        return READING, columns[READING].names
    if ENDS in columns:
        (dimension,) = columns[ENDS].dimensions
        return "commonest end", (*layout.labels[dimension], NOWHERE)
    return "", ("",)


def _by_name(column: Column, found: NDArray[np.int64]) -> dict[str, int]:
    """Return how often each name stands in a column, of those that do."""
    return {name: times for name, times in zip(column.names, found.tolist(), strict=True) if times}


def _codes(guide: str, table: Table, names: int) -> NDArray[np.int64]:
    """Return the answer at each point as a number into the names."""
    if guide == READING:
        return table.column(READING).astype(np.int64)
    if not guide:
        return np.zeros(len(table.case), dtype=np.int64)
    shares = table.column(ENDS)
    known = np.isfinite(shares).all(axis=1)
    return np.where(known, np.argmax(np.where(known[:, None], shares, 0.0), axis=1), names - 1)


def _labels(column: Column, layout: Layout) -> list[str]:
    """Return the labels of a column's numbers at a point, one after the other; of one number alone an empty one."""
    found = [""]
    for dimension in column.dimensions:
        found = [f"{first} {label}".strip() for first in found for label in layout.labels[dimension]]
    return found
