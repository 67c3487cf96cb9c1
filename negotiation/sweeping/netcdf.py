"""A sweep's results as a netCDF-4 file, which xarray, R, MATLAB and Julia read, a piece at a time.

A variable is kept in compressed pieces (chunks) of points that follow one another, each written once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from negotiation.games.tables import Layout, Table
from negotiation.sweeping.frame import Frame, Variable, frame
from negotiation.sweeping.task import Task
from negotiation.sweeping.telling import Counts, attributes, count

if TYPE_CHECKING:
    import h5netcdf

__all__ = ["Piece", "pieces", "write_netcdf"]

#: Bytes of the largest chunk: it is what is read for a single number, and what is in memory while it is written.
CHUNK_BYTES = 2**22

#: Points of a chunk where few numbers are kept for each.
CHUNK_POINTS = 2**16

#: How hard to compress, from 1 to 9: results have long runs of equal values, which the lowest finds.
COMPRESSION = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """The points from ``start`` up to before ``stop``, which in an array over the axes are what ``place`` cuts out."""

    start: int
    stop: int
    place: tuple[slice, ...]


def write_netcdf(task: Task, layout: Layout, tables: Iterable[tuple[int, int, Table]], path: Path) -> None:
    """Write the rows of a sweep, which come in order, to a netCDF file."""
    import h5netcdf

    framed = frame(task, layout)
    most = max(1, min(CHUNK_POINTS, CHUNK_BYTES // max(variable.dtype.itemsize * prod(variable.width) for variable in framed.variables)))
    counts: Counts = Counter()
    with h5netcdf.File(path, "w") as file:
        _write_coordinates(file, framed)
        for variable in framed.variables:
            _create(file, framed, variable, most)
        for piece, rows in _filled(framed, pieces(framed.shape, most), _counted(tables, layout, counts)):
            for name, values in rows.items():
                array = file.variables[name]
                array[piece.place] = values.reshape((*(each.stop - each.start for each in piece.place), *values.shape[1:]))
        file.attrs.update(attributes(task, counts))
        # By this xarray knows what labels a dimension without having its name.
        extra = [each.name for each in framed.coordinates if each.name != each.dimension]
        if extra:
            file.attrs["coordinates"] = " ".join(extra)


def pieces(shape: Sequence[int], most: int) -> Iterator[Piece]:
    """Yield pieces of at most so many points, in order, each of which is a box in the array of that shape."""
    chunk = _chunk(shape, most)
    starts = (range(0, length, step) for length, step in zip(shape, chunk, strict=True))
    stop = 0
    for corner in product(*starts):
        place = tuple(slice(at, min(length, at + step)) for at, step, length in zip(corner, chunk, shape, strict=True))
        start, stop = stop, stop + prod(each.stop - each.start for each in place)
        yield Piece(start, stop, place)


def _chunk(shape: Sequence[int], most: int) -> tuple[int, ...]:
    """Return the lengths of a chunk: the last axes whole, a part of one axis, single values of the first axes."""
    lengths, inner = [], 1
    for length in reversed(shape):
        step = max(1, min(length, most // inner))
        lengths.append(step)
        # Once an axis is not whole, boxes of more than one value along an earlier axis would not be points in a row.
        inner = inner * length if step == length else most + 1
    return tuple(reversed(lengths))


def _write_coordinates(file: h5netcdf.File, framed: Frame) -> None:
    import h5py

    lengths = {each.dimension: len(each.values) for each in framed.coordinates}
    file.dimensions = lengths
    for each in framed.coordinates:
        texts = each.values.dtype.kind == "U"
        array = file.create_variable(each.name, (each.dimension,), h5py.string_dtype() if texts else each.values.dtype)
        array[...] = each.values.astype(object) if texts else each.values
        array.attrs.update(each.attributes)


def _create(file: h5netcdf.File, framed: Frame, variable: Variable, most: int) -> None:
    chunks = (*_chunk(framed.shape, most), *variable.width)
    array = file.create_variable(
        variable.column.name,
        variable.dimensions,
        variable.dtype,
        chunks=chunks,
        shuffle=True,
        compression="gzip",
        compression_opts=COMPRESSION,
    )
    array.attrs.update(variable.attributes)


def _counted(tables: Iterable[tuple[int, int, Table]], layout: Layout, counts: Counts) -> Iterator[tuple[int, int, Table]]:
    for start, stop, table in tables:
        count(table, layout, counts)
        yield start, stop, table


def _filled(
    framed: Frame, wanted: Iterator[Piece], tables: Iterator[tuple[int, int, Table]]
) -> Iterator[tuple[Piece, Mapping[str, NDArray[np.generic]]]]:
    """Yield the columns of each piece, from tables that come in order; what is in no table is filled up."""
    piece = next(wanted)
    rows = _empty(framed, piece)
    for start, stop, table in tables:
        at = start
        while at < stop:
            while piece.stop <= at:
                yield piece, rows
                piece = next(wanted)
                rows = _empty(framed, piece)
            until = min(stop, piece.stop)
            for name, array in rows.items():
                array[at - piece.start : until - piece.start] = _part(table, name, slice(at - start, until - start))
            at = until
    yield piece, rows
    for piece in wanted:
        yield piece, _empty(framed, piece)


def _empty(framed: Frame, piece: Piece) -> dict[str, NDArray[np.generic]]:
    points = piece.stop - piece.start
    return {each.column.name: np.full((points, *each.width), each.filler, dtype=each.dtype) for each in framed.variables}


def _part(table: Table, name: str, rows: slice) -> NDArray[np.generic]:
    return table.dense[name][rows] if name in table.dense else table.cases[name][table.case[rows]]
