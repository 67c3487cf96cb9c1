"""What a sweep's results are as labelled arrays: dimensions, coordinates, variables and what is said of them.

The dimensions are the axes of the design, then what a column runs over at each point (``player``, ``outcome``; where a column
has the name as well, as ``reading`` does, ``reading_name``).
An axis along which several things vary together is the dimension ``point``, with a coordinate for each of them. What can be one
of several names is whole numbers, with the names in the variable's attributes (see ``games.datasets``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negotiation.designs.design import Axis, Series
from negotiation.errors import ParameterError
from negotiation.games.datasets import code_attributes
from negotiation.games.tables import Column, Layout
from negotiation.scenario.mistakes import nearest
from negotiation.scenario.scenario import Scenario
from negotiation.sweeping.task import Task

__all__ = ["MISSING", "REMARK", "Coordinate", "Frame", "Variable", "frame"]

#: The code, and the whole number, at points that have not been computed yet; numbers are NaN there.
MISSING = -1

#: The name of the column of remarks in tables.
REMARK = "remark"

#: What is put before the name of a parameter, and after that of a dimension, which a column has as well.
_BEFORE, _AFTER = "parameter_", "_name"


@dataclass(frozen=True, eq=False)
class Coordinate:
    """Labels along a dimension."""

    name: str
    dimension: str
    values: NDArray[np.generic]
    attributes: Mapping[str, object]


@dataclass(frozen=True, eq=False)
class Variable:
    """A column of the table, as an array over the axes and then over its own dimensions."""

    column: Column
    dimensions: tuple[str, ...]
    width: tuple[int, ...]
    dtype: np.dtype[np.generic]
    attributes: Mapping[str, object]

    @property
    def filler(self) -> float | int:
        """What stands at points that have not been computed."""
        return float("nan") if self.dtype.kind == "f" else MISSING


@dataclass(frozen=True, eq=False)
class Frame:
    """Everything but the numbers: ``axes`` and ``shape`` are those of the design."""

    axes: tuple[str, ...]
    shape: tuple[int, ...]
    coordinates: tuple[Coordinate, ...]
    variables: tuple[Variable, ...]


def frame(task: Task, layout: Layout, columns: Collection[str] | None = None) -> Frame:
    """Return the frame of a task's results, of some columns or of all.

    Raises
    ------
    ParameterError
        If there is no such column.
    """
    chosen = _chosen(layout, columns)
    own = {column.name for column in layout.columns}
    inner = {name: name + _AFTER if name in own else name for name in layout.labels}
    taken = {*own, *inner.values(), REMARK}
    names = tuple(_free(axis.name, taken) for axis in task.design.axes)
    coordinates: list[Coordinate] = []
    for axis, name in zip(task.design.axes, names, strict=True):
        coordinates += _of_axis(task.scenario, axis, name, taken)
    for name in dict.fromkeys(dimension for column in chosen for dimension in column.dimensions):
        coordinates.append(Coordinate(inner[name], inner[name], np.array(layout.labels[name], dtype=str), {}))
    variables = tuple(_variable(column, (*names, *map(inner.__getitem__, column.dimensions)), layout) for column in chosen)
    return Frame(names, task.design.shape, tuple(coordinates), variables)


def _chosen(layout: Layout, columns: Collection[str] | None) -> list[Column]:
    known = [column.name for column in layout.columns]
    unknown = next((name for name in columns or () if name not in known), None)
    if unknown is not None:
        raise ParameterError(f"there is no column {unknown!r}; {nearest(unknown, known) or 'known: ' + ', '.join(known)}")
    return [column for column in layout.columns if columns is None or column.name in columns]


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name = _BEFORE + name
    return name


def _of_axis(scenario: Scenario, axis: Axis, dimension: str, taken: Collection[str]) -> Iterator[Coordinate]:
    """Yield the coordinates along an axis; its points are numbered where no single thing varies along it."""
    if [series.name for series in axis.series] != [axis.name]:
        yield Coordinate(dimension, dimension, np.arange(1, len(axis) + 1), {"long_name": "number of the point, from 1"})
        taken = {*taken, dimension}
    for series in axis.series:
        yield Coordinate(_free(series.name, taken), dimension, _labels(series), _about(scenario, series))


def _labels(series: Series) -> NDArray[np.generic]:
    if series.role == "parameter":
        return series.doubles
    if series.role == "seed" and max(map(int, series.values)) <= np.iinfo(np.int64).max:
        return np.array(series.values, dtype=np.int64)
    return np.array([str(value) for value in series.values])


def _about(scenario: Scenario, series: Series) -> Mapping[str, object]:
    if series.role == "parameter":
        parameter = scenario.parameters[series.name]
        return {"long_name": parameter.about, **({} if parameter.unit is None else {"units": parameter.unit})}
    about = {"variant": "named setting of the parameters", "concept": "solution concept", "seed": "seed of the random draws"}
    return {"long_name": about[series.role]}


def _variable(column: Column, dimensions: tuple[str, ...], layout: Layout) -> Variable:
    width = tuple(len(layout.labels[dimension]) for dimension in column.dimensions)
    if column.names:
        dtype = next(kind for kind in ("int8", "int16", "int32") if len(column.names) - 1 <= np.iinfo(kind).max)
        return Variable(column, dimensions, width, np.dtype(dtype), code_attributes(column.about, column.names, dtype))
    # The mark for what is missing has to fit.
    dtype = column.dtype if np.dtype(column.dtype).kind in "fi" else "int64"
    unit = {} if column.unit is None else {"units": column.unit}
    return Variable(column, dimensions, width, np.dtype(dtype), {"long_name": column.about, **unit})
