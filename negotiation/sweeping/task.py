"""What a sweep computes, as data that can be sent to another process: a scenario's text, a design, and a kind of summary."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from negotiation import lookup
from negotiation.designs.design import Axis, Design, Series
from negotiation.games.points import Along, Points
from negotiation.games.tables import Layout, Table
from negotiation.own_code import name_of
from negotiation.play import option_defaults
from negotiation.scenario.opening import opened
from negotiation.scenario.scenario import Scenario, loads
from negotiation.sweeping.merging import merged

__all__ = ["Task", "window"]

#: Scenarios that a process keeps: a sweep has one, and tests or notebooks go back and forth between few.
KEPT_SCENARIOS = 8


@dataclass(frozen=True, eq=False)
class Task:
    """What is computed where.

    Parameters
    ----------
    text, file : str
        The scenario, and where it was read.
    design : Design
    summary : str
        The member of the family of summaries.
    options : mapping of name to value
        Of the summary; JSON-able, but for functions, which are described by their names.
    variant : str or None
    settings : mapping of parameter to Fraction
        What is the same at each point.
    concept : str or None
    seed : int
    ranges : mapping of name to (lowest, highest)
        Numbers of the file that became parameters for this sweep, such as ``behaviour.target.precision`` or
        ``repeat.rounds``.
    """

    text: str
    file: str
    design: Design
    summary: str = "equilibrium"
    options: Mapping[str, object] = field(default_factory=dict)
    variant: str | None = None
    settings: Mapping[str, Fraction] = field(default_factory=dict)
    concept: str | None = None
    seed: int = 0
    ranges: Mapping[str, tuple[Fraction, Fraction]] = field(default_factory=dict)

    @property
    def scenario(self) -> Scenario:
        """The scenario, with the numbers opened that this sweep varies; read once in a process."""
        return _scenario(self.text, self.file, tuple(self.ranges.items()))

    def layout(self) -> Layout:
        """Return what the columns are. Errors as the summary's ``layout``."""
        layout: Layout = lookup.summary(self.summary).layout(self.scenario, self.concept, self.options)
        return layout

    def compute(self, start: int, stop: int) -> Table:
        """Return the rows of the points from ``start`` up to before ``stop``.

        They depend on the points alone: not on where, when or in which company of other blocks they are computed.
        """
        tabulate, scenario = lookup.summary(self.summary).tabulate, self.scenario
        groups = list(_groups(self, start, stop))
        tables = [tabulate(scenario, points, self.options) for points, _ in groups]
        return merged(tables, [places for _, places in groups])

    def document(self) -> Mapping[str, object]:
        """Return an exact description as JSON-able data; two tasks with the same one compute the same."""
        return {
            "scenario": {"name": self.scenario.name, "title": self.scenario.title, "text": self.text},
            "variant": self.variant,
            "settings": {name: str(value) for name, value in sorted(self.settings.items())},
            "opened": {name: [str(low), str(high)] for name, (low, high) in sorted(self.ranges.items())},
            "summary": self.summary,
            "options": {name: name_of(value) if callable(value) else value for name, value in sorted(self.options.items())},
            "concept": self.concept,
            "seed": self.seed,
            "design": self.design.document(),
        }

    @property
    def digest(self) -> str:
        """The SHA-256 of the description, in hexadecimal."""
        return hashlib.sha256(json.dumps(self.document(), sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=KEPT_SCENARIOS)
def _scenario(text: str, file: str, ranges: tuple[tuple[str, tuple[Fraction, Fraction]], ...]) -> Scenario:
    scenario = loads(text, file=file)
    return opened(scenario, dict(ranges), option_defaults(scenario, dict(ranges))) if ranges else scenario


def window(task: Task, start: int, stop: int) -> tuple[Task, int, int]:
    """Return the same points as those of a smaller task: only those values of the axes that they need are in it.

    The first axes are cut to the values that occur, up to the first axis along which the points go on; what comes after it
    occurs whole.
    """
    axes, inner = list(task.design.axes), task.design.size
    for number, axis in enumerate(axes):
        inner //= len(axis)
        first, last = start // inner, (stop - 1) // inner
        axes[number] = _cut(axis, first, last + 1)
        start, stop = start - first * inner, stop - first * inner
        if last > first:
            break
    return replace(task, design=Design(tuple(axes))), start, stop


def _cut(axis: Axis, first: int, stop: int) -> Axis:
    # New series, without what the old ones remember of themselves: that would be sent as well.
    return replace(axis, series=tuple(replace(series, values=series.values[first:stop]) for series in axis.series))


def _groups(task: Task, start: int, stop: int) -> Iterator[tuple[Points, NDArray[np.int64] | None]]:
    """Yield points that have variant, concept and seed in common, each with their places in the block (None for all of it)."""
    along, chosen = {}, []
    places = task.design.places(start, stop)
    for axis in task.design.axes:
        place = places[axis.name]
        for series in axis.series:
            if series.role == "parameter":
                along[series.name] = _along(series, place)
            else:
                chosen.append((series, place))
    same = Points(stop - start, along, task.variant, task.settings, task.concept, task.seed)
    if not chosen:
        yield same, None
        return
    labels, of_point = _combinations(task, chosen)
    for number, label in enumerate(labels):
        found = np.flatnonzero(of_point == number)
        group = same.picked(found)
        yield Points(group.size, group.parameters, label.variant, task.settings, label.concept, label.seed), found


def _along(series: Series, place: NDArray[np.int64]) -> Along:
    """Return the values of a parameter at points, with those levels only between the first and the last that occurs."""
    low, high = int(place.min()), int(place.max()) + 1
    if low == 0 and high == len(series.values):
        return Along(series.values, place)  # type: ignore[arg-type]  # the role says that these are numbers
    return Along(series.values[low:high], place - low)  # type: ignore[arg-type]  # the same


@dataclass(frozen=True, slots=True)
class _Choice:
    variant: str | None
    concept: str | None
    seed: int


def _combinations(task: Task, chosen: list[tuple[Series, NDArray[np.int64]]]) -> tuple[list[_Choice], NDArray[np.int64]]:
    """Return the different choices of variant, concept and seed in order of appearance, and which one each point has."""
    rows = np.stack([place for _, place in chosen], axis=1)
    different, first, of_point = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return [_choice(task, chosen, different[row]) for row in order], rank[of_point.reshape(-1)]


def _choice(task: Task, chosen: list[tuple[Series, NDArray[np.int64]]], places: NDArray[np.int64]) -> _Choice:
    """Return what is chosen at places of the axes; the variant "" is the file itself."""
    found = {series.role: series.values[int(at)] for (series, _), at in zip(chosen, places, strict=True)}
    variant = str(found["variant"]) or None if "variant" in found else task.variant
    concept = str(found["concept"]) if "concept" in found else task.concept
    return _Choice(variant, concept, int(found["seed"]) if "seed" in found else task.seed)
