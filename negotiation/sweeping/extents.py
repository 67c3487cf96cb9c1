"""Lowest and highest values, means and counts, taken in block by block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, nan

import numpy as np
from numpy.typing import NDArray

from negotiation.designs.design import Axis

__all__ = ["Extent", "Gathered"]


@dataclass(eq=False, slots=True)
class Extent:
    """The lowest and the highest of numbers, their sum, and how many there were."""

    low: float = inf
    high: float = -inf
    total: float = 0.0
    numbers: int = 0

    def take(self, values: NDArray[np.float64], times: NDArray[np.int64] | None = None) -> None:
        """Take numbers in, each so many times (else once); what is NaN is left out."""
        finite = np.isfinite(values)
        known, many = values[finite], None if times is None else times[finite]
        if len(known):
            total, numbers = (known.sum(), len(known)) if many is None else (known @ many, many.sum())
            self.join(Extent(float(known.min()), float(known.max()), float(total), int(numbers)))

    def join(self, other: Extent) -> None:
        """Take in what another one has."""
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        self.total, self.numbers = self.total + other.total, self.numbers + other.numbers

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest, NaN where there were no numbers."""
        return (self.low, self.high) if self.numbers else (nan, nan)

    @property
    def mean(self) -> float:
        """The mean, NaN where there were no numbers."""
        return self.total / self.numbers if self.numbers else nan


@dataclass(eq=False, slots=True)
class Gathered:
    """Points of one kind: how many, where they lie, and what they pay."""

    points: int = 0
    within: dict[str, Extent] = field(default_factory=dict)
    among: dict[str, set[int]] = field(default_factory=dict)
    worth: dict[str, Extent] = field(default_factory=dict)

    def place(self, axes: Sequence[Axis], places: Mapping[str, NDArray[np.int64]], chosen: NDArray[np.int64]) -> None:
        """Take points in, by their numbers in a block."""
        self.points += len(chosen)
        for axis in axes:
            here = places[axis.name][chosen]
            for series in axis.series:
                if series.role in ("parameter", "seed"):
                    self.within.setdefault(series.name, Extent()).take(series.doubles[here])
                else:
                    self.among.setdefault(series.name, set()).update(np.unique(here).tolist())

    def pay(self, players: Sequence[str], worth: NDArray[np.float64]) -> None:
        """Take payoffs in, shape (points, players)."""
        for place, player in enumerate(players):
            self.worth.setdefault(player, Extent()).take(worth[:, place])

    def join(self, other: Gathered) -> None:
        """Take in what another one has."""
        self.points += other.points
        for ours, theirs in ((self.within, other.within), (self.worth, other.worth)):
            for name, extent in theirs.items():
                ours.setdefault(name, Extent()).join(extent)
        for name, found in other.among.items():
            self.among.setdefault(name, set()).update(found)
