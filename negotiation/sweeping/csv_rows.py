"""A sweep's results as a CSV file: a row for each point, names in place of codes.

The columns are what varies, then those of the results; one that runs over players or outcomes is a column for each, such as
``payoff_lowest challenger``; the last one is ``remark``. Numbers are the shortest decimals that read as the same double, and
empty where there is none.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, product
from math import isnan
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.designs.design import Axis
from negotiation.games.tables import Column, Layout, Table
from negotiation.sweeping.frame import REMARK, Coordinate, Frame, frame
from negotiation.sweeping.task import Task
from negotiation.sweeping.telling import Counts, count

__all__ = ["REMARK", "flat_names", "header", "varying", "write_rows"]

#: The text of a cell, or of several with commas between, at each of some points.
Cells: TypeAlias = Sequence[str]


def write_rows(task: Task, layout: Layout, tables: Iterable[tuple[int, int, Table]], path: Path) -> Counts:
    """Write the rows of a sweep, which come in order, to a CSV file in UTF-8, and return how many there are of what has to be known."""
    counts: Counts = Counter()
    labels = [_axis_cells(axis) for axis in task.design.axes]
    names = [axis.name for axis in task.design.axes]
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(",".join(map(_cell, [*header(task, layout), REMARK])) + "\n")
        for start, stop, table in tables:
            count(table, layout, counts)
            places = task.design.places(start, stop)
            points = [[cells[place] for place in places[name].tolist()] for name, cells in zip(names, labels, strict=True)]
            rows = zip(*points, *_columns(table, layout), strict=True)
            stream.writelines(",".join(row) + "\n" for row in rows)
    return counts


def header(task: Task, layout: Layout) -> list[str]:
    """Return the names of the columns, without that of the remarks."""
    varied = (each.name for each in varying(frame(task, layout), task))
    return [*varied, *(name for column in layout.columns for name in flat_names(column, layout))]


def varying(framed: Frame, task: Task) -> Iterator[Coordinate]:
    """Yield what varies; the numbers of points say nothing in a table."""
    for name, axis in zip(framed.axes, task.design.axes, strict=True):
        along = [each for each in framed.coordinates if each.dimension == name]
        yield from along[len(along) - len(axis.series) :]


def flat_names(column: Column, layout: Layout) -> list[str]:
    """Return the names of a column's columns in a table, one for each player and so on that it runs over."""
    return [" ".join((column.name, *labels)) for labels in product(*(layout.labels[dimension] for dimension in column.dimensions))]


def _axis_cells(axis: Axis) -> Cells:
    columns = [
        _number_cells(each.doubles) if each.role == "parameter" else [_cell(str(value)) for value in each.values] for each in axis.series
    ]
    return [",".join(cells) for cells in zip(*columns, strict=True)]


def _columns(table: Table, layout: Layout) -> Iterator[Cells]:
    """Yield the cells of the columns, of neighbours that are kept by cases together: their text is made once for a case."""
    for by_cases, group in groupby(layout.columns, key=lambda column: column.name in table.cases):
        columns = list(group)
        if by_cases:
            texts = _joined([_column_cells(column, table.cases[column.name]) for column in columns])
            yield [texts[case] for case in table.case.tolist()]
        else:
            yield from (_column_cells(column, table.dense[column.name]) for column in columns)
    remarks = [_cell(text) for text in table.remarks]
    yield [remarks[case] for case in table.case.tolist()]


def _joined(columns: Sequence[Cells]) -> Cells:
    return [",".join(cells) for cells in zip(*columns, strict=True)]


def _column_cells(column: Column, values: NDArray[np.generic]) -> Cells:
    if column.names:
        names = [_cell(name) for name in column.names]
        return [names[code] for code in values.tolist()]
    flat = values.reshape(len(values), -1)
    write: Callable[[NDArray[np.generic]], Cells] = _number_cells if values.dtype.kind == "f" else _whole_cells
    return _joined([write(flat[:, place]) for place in range(flat.shape[1])])


def _number_cells(values: NDArray[np.generic]) -> Cells:
    return ["" if isnan(number) else repr(number) for number in values.tolist()]


def _whole_cells(values: NDArray[np.generic]) -> Cells:
    return [str(number) for number in values.tolist()]


def _cell(text: str) -> str:
    """Return a text as a cell, in quotation marks where it needs them."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow([text])
    return stream.getvalue() if text else ""
