"""A stored sweep as labelled arrays that are read from the store when they are used: a part of it may be all that fits in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core import indexing

from negotiation.games.tables import Table
from negotiation.sweeping.dataset import labelled
from negotiation.sweeping.frame import Frame, Variable, frame
from negotiation.sweeping.telling import Counts, attributes, count

if TYPE_CHECKING:
    import xarray as xr

    from negotiation.sweeping.store import Store

__all__ = ["lazy_dataset", "size_in_memory"]

#: Blocks that are kept: looking at one point in all variables reads its block once.
KEPT_BLOCKS = 8

#: What is asked for along a dimension: a place, a slice or places.
Places = int | slice | NDArray[np.int64]


def size_in_memory(store: Store, columns: Collection[str] | None = None) -> int:
    """Return how many bytes the results of a store take as arrays. Errors as ``lazy_dataset``."""
    framed = frame(store.task, store.layout, columns)
    return store.task.design.size * sum(each.dtype.itemsize * prod(each.width) for each in framed.variables)


def lazy_dataset(store: Store, columns: Collection[str] | None = None) -> xr.Dataset:
    """Return the results of a store as labelled arrays that are read when they are used.

    The store is read once now, for what has to be known of all points, block by block.

    Raises
    ------
    ParameterError
        If there is no such column.
    StoreError
        If a part is damaged, now or when it is read.
    """
    framed = frame(store.task, store.layout, columns)
    counts: Counts = Counter()
    for _, _, table in store.tables():
        count(table, store.layout, counts)
    arrays = {each.column.name: indexing.LazilyIndexedArray(_Stored(store, framed, each)) for each in framed.variables}
    return labelled(framed, arrays, attributes(store.task, counts))


class _Stored(BackendArray):
    """A variable of a store."""

    def __init__(self, store: Store, framed: Frame, variable: Variable) -> None:
        self.store = store
        self.axes = framed.shape
        self.variable = variable
        self.shape = (*framed.shape, *variable.width)
        self.dtype = variable.dtype

    def __getitem__(self, key: indexing.ExplicitIndexer) -> NDArray[np.generic]:
        found: NDArray[np.generic] = indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)
        return found

    def _read(self, key: tuple[Places, ...]) -> NDArray[np.generic]:
        along = [np.arange(length)[place] for length, place in zip(self.shape, key, strict=True)]
        single = [at for at, places in enumerate(along) if not places.ndim]
        along = [np.atleast_1d(places) for places in along]
        outer, inner = along[: len(self.axes)], along[len(self.axes) :]
        points = np.ravel_multi_index(np.ix_(*outer), self.axes).reshape(-1)
        rows = np.empty((len(points), *map(len, inner)), dtype=self.dtype)
        self._fill(rows, points, inner)
        return np.squeeze(rows.reshape([len(places) for places in along]), axis=tuple(single))

    def _fill(self, rows: NDArray[np.generic], points: NDArray[np.int64], inner: list[NDArray[np.int64]]) -> None:
        """Set the rows of points, block by block."""
        order = np.argsort(points, kind="stable")
        blocks = points[order] // self.store.blocks.points
        first = np.flatnonzero(np.diff(blocks, prepend=-1)).tolist()
        for start, stop in pairwise([*first, len(order)]):
            block, chosen = int(blocks[start]), order[start:stop]
            if self.store.has(block):
                column = _table(self.store, block).column(self.variable.column.name)
                wanted = column[points[chosen] - self.store.blocks.range(block)[0]]
                rows[chosen] = wanted[np.ix_(np.arange(len(wanted)), *inner)]
            else:
                rows[chosen] = self.variable.filler


@lru_cache(maxsize=KEPT_BLOCKS)
def _table(store: Store, block: int) -> Table:
    return store.table(block)
