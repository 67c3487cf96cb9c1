"""A sweep's results as a Parquet file, by pyarrow where it is installed: the rows and columns of the CSV file.

Names are kept once (as dictionaries). The metadata of the file hold what results are and where they come from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from negotiation.designs.design import Axis
from negotiation.errors import UserMistakeError
from negotiation.games.tables import Layout, Table
from negotiation.sweeping.csv_rows import REMARK, header
from negotiation.sweeping.task import Task
from negotiation.sweeping.telling import Counts, attributes, count

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["require_pyarrow", "write_parquet"]


def require_pyarrow(file: str) -> None:
    """Refuse a file if pyarrow is not installed.

    Raises
    ------
    UserMistakeError
        With the name of the extra.
    """
    if find_spec("pyarrow") is None:
        raise UserMistakeError(f"{file}: Parquet is written by pyarrow, which is not installed: pip install 'negotiation[parquet]'")


def write_parquet(task: Task, layout: Layout, tables: Iterable[tuple[int, int, Table]], path: Path) -> None:
    """Write the rows of a sweep, which come in order, to a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    counts: Counts = Counter()
    names = [*header(task, layout), REMARK]
    axes = [_axis_arrays(axis) for axis in task.design.axes]
    kinds = [array.type for arrays in axes for array in arrays] + list(_kinds(layout)) + [pa.string()]
    schema = pa.schema(list(zip(names, kinds, strict=True)))
    with pq.ParquetWriter(path, schema) as writer:
        for start, stop, table in tables:
            count(table, layout, counts)
            places = task.design.places(start, stop)
            points = [
                array.take(pa.array(places[axis.name])) for axis, arrays in zip(task.design.axes, axes, strict=True) for array in arrays
            ]
            remarks = pa.array([remark or None for remark in table.remarks], pa.string()).take(pa.array(table.case))
            writer.write_table(pa.table([*points, *_arrays(table, layout), remarks], schema=schema))
        writer.add_key_value_metadata(dict(attributes(task, counts)))


def _axis_arrays(axis: Axis) -> list[Any]:
    """Return what varies along an axis, as arrays of pyarrow (which has no types that a checker could read)."""
    import pyarrow as pa

    found = []
    for series in axis.series:
        if series.role == "parameter":
            found.append(pa.array(series.doubles))
        else:
            found.append(pa.array([str(value) for value in series.values]).dictionary_encode())
    return found


def _kinds(layout: Layout) -> Iterator[Any]:
    """Yield the type of each column, as pyarrow has it."""
    import pyarrow as pa

    for column in layout.columns:
        kind = pa.dictionary(pa.int32(), pa.string()) if column.names else pa.from_numpy_dtype(np.dtype(column.dtype))
        width = int(np.prod([len(layout.labels[dimension]) for dimension in column.dimensions], dtype=np.int64))
        yield from [kind] * width


def _arrays(table: Table, layout: Layout) -> Iterator[pa.Array]:
    import pyarrow as pa

    for column in layout.columns:
        values = table.column(column.name)
        flat = values.reshape(len(values), -1)
        for place in range(flat.shape[1]):
            found = np.ascontiguousarray(flat[:, place])
            if column.names:
                yield pa.DictionaryArray.from_arrays(pa.array(found.astype(np.int32)), pa.array(column.names))
            else:
                yield pa.array(found.astype(column.dtype))
