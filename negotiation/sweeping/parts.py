"""A block of points as a file: its table, which block of which sweep it is, and a checksum over everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negotiation.games.tables import Layout, Table
from negotiation.sweeping.archive import DamagedError, packed, text_array, text_of, unpacked

__all__ = ["Label", "part", "table_of"]

#: Runs shorter than this on average take more time than they save space.
SHORTEST_RUNS = 4


@dataclass(frozen=True, slots=True)
class Label:
    """Which block of which sweep: the SHA-256 of the sweep's description, the block's number, its first point and the one after."""

    sweep: str
    block: int
    start: int
    stop: int


def part(label: Label, table: Table) -> list[bytes | memoryview]:
    """Return the content of the file in which a block is kept, in pieces.

    Its arrays are ``about`` (JSON: the label, and which columns are the same as which other ones), ``case`` (for each point the
    row of its case), ``cases.NAME`` and ``dense.NAME`` (the columns), and ``remarks`` (JSON: a text for each case). Where a dense
    column has long runs of one value, as along an axis on which nothing depends, there are ``runs.NAME`` and ``lengths.NAME``
    instead: the values, and at how many points in a row each stands.
    """
    seen: dict[int, str] = {}
    same = {}
    for name, column in table.dense.items():
        first = seen.setdefault(id(column), name)
        if first != name:
            same[name] = first
    about = {"sweep": label.sweep, "block": label.block, "start": label.start, "stop": label.stop, "same": same}
    arrays: dict[str, NDArray[np.generic]] = {"about": text_array(about)}
    arrays["case"] = table.case.astype(np.min_scalar_type(max(0, len(table.remarks) - 1)))
    for name, column in table.dense.items():
        arrays |= {} if name in same else _kept(name, column)
    arrays |= {f"cases.{name}": column for name, column in table.cases.items()}
    return packed(arrays | {"remarks": text_array(list(table.remarks))})


def _kept(name: str, column: NDArray[np.generic]) -> dict[str, NDArray[np.generic]]:
    """Return the arrays in which a dense column is kept: in full, or as runs where that is much shorter."""
    starts = _run_starts(column)
    if starts is None:
        return {f"dense.{name}": column}
    lengths = np.diff(starts, append=len(column)).astype(np.uint32)
    return {f"runs.{name}": column[starts], f"lengths.{name}": lengths}


def _run_starts(column: NDArray[np.generic]) -> NDArray[np.intp] | None:
    """Return where runs of rows with the same bits start, None if they are short or there are no rows."""
    if not column.size:
        return None
    bits = np.ascontiguousarray(column).reshape(-1).view(f"u{column.itemsize}")
    width = column.size // len(column)
    changed = bits[width:] != bits[:-width]
    # Number by number along the row: much quicker than numpy's ``any`` along a short axis.
    changes = changed[::width].copy()
    for place in range(1, width):
        changes |= changed[place::width]
    if (np.count_nonzero(changes) + 1) * SHORTEST_RUNS > len(column):
        return None
    return np.concatenate(([0], np.flatnonzero(changes) + 1))


def _in_full(values: NDArray[np.generic], lengths: NDArray[np.generic], points: int) -> NDArray[np.generic]:
    """Return a column that is kept as runs."""
    if lengths.dtype != np.uint32 or lengths.ndim != 1 or int(lengths.sum(dtype=np.uint64)) != points:
        raise DamagedError("the runs of a column are not as long as the block")
    return np.repeat(values, lengths.astype(np.int64), axis=0)


def table_of(content: bytes, label: Label, layout: Layout) -> Table:
    """Return the table that a part holds.

    Raises
    ------
    DamagedError
        If it is damaged, or the part of another sweep or block.
    """
    arrays = unpacked(content)
    try:
        about: Any = text_of(arrays["about"])  # JSON that this module wrote: the checksum is right
        found = Label(about["sweep"], about["block"], about["start"], about["stop"])
        if found != label:
            raise DamagedError(_told(found, label))
        dense = {name.removeprefix("dense."): array for name, array in arrays.items() if name.startswith("dense.")}
        for name in [name.removeprefix("runs.") for name in arrays if name.startswith("runs.")]:
            dense[name] = _in_full(arrays[f"runs.{name}"], arrays[f"lengths.{name}"], label.stop - label.start)
        cases = {name.removeprefix("cases."): array for name, array in arrays.items() if name.startswith("cases.")}
        dense |= {name: dense[first] for name, first in about["same"].items()}
        remarks: Any = text_of(arrays["remarks"])  # the same
        table = Table(dense, arrays["case"].astype(np.uint32), cases, tuple(remarks))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedError("it is no part of a sweep") from error
    _check(table, label.stop - label.start, layout)
    return table


def _told(found: Label, wanted: Label) -> str:
    if found.sweep != wanted.sweep:
        return "it is from another sweep"
    return f"it holds block {found.block} (points {found.start} to {found.stop - 1}), not block {wanted.block}"


def _check(table: Table, points: int, layout: Layout) -> None:
    """Refuse a table whose columns are not those of the sweep, row for row."""
    names = {column.name for column in layout.columns}
    if {*table.dense, *table.cases} != names:
        raise DamagedError("its columns are not those of the sweep")
    rows = {len(table.case)} | {len(column) for column in table.dense.values()}
    of_cases = {len(table.remarks)} | {len(column) for column in table.cases.values()}
    if rows != {points} or len(of_cases) != 1 or (points and int(table.case.max()) >= len(table.remarks)):
        raise DamagedError("its columns are not of one length")
