"""Tables of groups of points become the table of the block that they are from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from negotiation.games.tables import Table

__all__ = ["merged"]


def merged(tables: Sequence[Table], places: Sequence[NDArray[np.int64] | None]) -> Table:
    """Return one table of all rows.

    Parameters
    ----------
    tables : sequence of Table
    places : sequence of int64 array of shape (rows,)
        For each table where its rows go. None if the only table is in order already.
    """
    if len(tables) == 1 and places[0] is None:
        return tables[0]
    where = [np.asarray(place, dtype=np.int64) for place in places]
    names = dict.fromkeys(name for table in tables for name in table.dense)
    cases, of_row, remarks = _cases(tables, [name for name in tables[0].cases if name not in names])
    case = np.empty(sum(map(len, where)), dtype=np.uint32)
    for place, rows in zip(where, of_row, strict=True):
        case[place] = rows
    return Table(_dense(tables, where, list(names)), case, cases, remarks)


def _dense(tables: Sequence[Table], where: Sequence[NDArray[np.int64]], names: Sequence[str]) -> dict[str, NDArray[np.generic]]:
    """Return the columns that are in full in any of the tables; columns that are the same object in all stay the same."""
    found: dict[tuple[int, ...], NDArray[np.generic]] = {}
    result = {}
    for name in names:
        parts = [table.dense.get(name) for table in tables]
        key = tuple(map(id, parts)) if all(part is not None for part in parts) else ()
        if key not in found or not key:
            found[key] = _scattered([table.column(name) for table in tables], where)
        result[name] = found[key]
    return result


def _scattered(parts: Sequence[NDArray[np.generic]], where: Sequence[NDArray[np.int64]]) -> NDArray[np.generic]:
    whole = np.empty((sum(map(len, where)), *parts[0].shape[1:]), dtype=parts[0].dtype)
    for place, part in zip(where, parts, strict=True):
        whole[place] = part
    return whole


def _cases(
    tables: Sequence[Table], names: Sequence[str]
) -> tuple[dict[str, NDArray[np.generic]], list[NDArray[np.uint32]], tuple[str, ...]]:
    """Return the different cases in order of appearance, the case of each row of each table, and the remarks."""
    numbers: dict[tuple[bytes | str, ...], int] = {}
    kept: list[tuple[int, int]] = []
    of_row = []
    for at, table in enumerate(tables):
        renumbered = np.empty(len(table.remarks), dtype=np.uint32)
        for row, remark in enumerate(table.remarks):
            key = (remark, *(table.cases[name][row].tobytes() for name in names))
            if key not in numbers:
                numbers[key] = len(numbers)
                kept.append((at, row))
            renumbered[row] = numbers[key]
        of_row.append(renumbered[table.case])
    columns = {name: np.stack([tables[at].cases[name][row] for at, row in kept]) for name in names}
    return columns, of_row, tuple(tables[at].remarks[row] for at, row in kept)
