"""A coarse map of which answer is commonest where, counted block by block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negotiation.designs.design import Axis, Series
from negotiation.sweeping.task import Task

__all__ = ["COLUMNS", "ROWS", "Chart", "Paper"]

#: The cells of a chart: as many as a terminal shows, fewer where an axis has fewer values.
COLUMNS, ROWS = 60, 20


@dataclass(frozen=True, eq=False, slots=True)
class Chart:
    """Which answer is commonest where, over the two axes that have more than one value (``up`` is None where one has).

    Parameters
    ----------
    across, up : Series
        In the order of their values.
    counts : int64 array of shape (rows, columns, answers)
        How many points of each cell have each answer of the overview, in its order; rows go upwards.
    """

    across: Series
    up: Series | None
    counts: NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Paper:
    """A chart that is being drawn: for each axis its name and the cell of each of its values, and for each kind of point its counts."""

    across: tuple[Axis, NDArray[np.int64]]
    up: tuple[Axis, NDArray[np.int64]] | None
    shape: tuple[int, int]
    counts: dict[int, NDArray[np.int64]]

    @classmethod
    def of(cls, task: Task) -> Paper | None:
        """Return an empty chart; None where more than two axes vary, or several things along one."""
        varying = [axis for axis in task.design.axes if len(axis) > 1]
        if not 1 <= len(varying) <= 2 or any(len(axis.series) > 1 for axis in varying):
            return None
        # Names stand at the side, where there is room for them; there are not many.
        varying.sort(key=lambda axis: axis.series[0].role in ("variant", "concept"))
        across, up = varying[0], varying[1] if len(varying) > 1 else None
        rows = 1 if up is None else min(ROWS, len(up))
        if up is not None and up.series[0].role in ("variant", "concept"):
            rows = len(up)
        columns = min(COLUMNS, len(across))
        cells = (across, _cells(across.series[0], columns)), None if up is None else (up, _cells(up.series[0], rows))
        return cls(*cells, (rows, columns), {})

    def mark(self, places: Mapping[str, NDArray[np.int64]], codes: NDArray[np.int64]) -> None:
        """Count points of these kinds where they lie."""
        rows, columns = self.shape
        cell = self.across[1][places[self.across[0].name]]
        if self.up is not None:
            cell = cell + columns * self.up[1][places[self.up[0].name]]
        present = np.flatnonzero(np.bincount(codes))
        rank = np.zeros(int(present[-1]) + 1, dtype=np.int64)
        rank[present] = np.arange(len(present))
        found = np.bincount(cell * len(present) + rank[codes], minlength=rows * columns * len(present))
        for kind, counts in zip(present.tolist(), found.reshape(rows, columns, -1).transpose(2, 0, 1), strict=True):
            self.counts[kind] = self.counts.get(kind, 0) + counts

    def chart(self, answers: Sequence[Sequence[int]]) -> Chart:
        """Return what has been drawn, with the kinds of points that make up each answer."""
        counts = np.zeros((*self.shape, len(answers)), dtype=np.int64)
        for place, kinds in enumerate(answers):
            for kind in kinds:
                counts[:, :, place] += self.counts[kind]
        return Chart(self.across[0].series[0], None if self.up is None else self.up[0].series[0], counts)


def _cells(series: Series, cells: int) -> NDArray[np.int64]:
    """Return for each value in which of so many cells it lies, by the order of the values (of names: as they stand)."""
    size = len(series.values)
    rank = np.arange(size)
    if series.role in ("parameter", "seed"):
        rank = np.empty(size, dtype=np.int64)
        rank[np.argsort(series.doubles, kind="stable")] = np.arange(size)
    return rank * cells // size
