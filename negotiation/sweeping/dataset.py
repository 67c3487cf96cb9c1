"""A sweep's results as labelled arrays in memory (xarray).

>>> found = dataset(task, layout, tables)  # doctest: +SKIP
>>> labels(found, "reading").sel(blame=0.5)  # doctest: +SKIP
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from negotiation.errors import ParameterError
from negotiation.games.tables import Layout, Table
from negotiation.sweeping.frame import Frame, frame
from negotiation.sweeping.task import Task
from negotiation.sweeping.telling import Counts, attributes, count

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["NOT_COMPUTED", "dataset", "labelled", "labels"]

#: What a label says at a point that has not been computed.
NOT_COMPUTED = "(not computed)"


def dataset(task: Task, layout: Layout, tables: Iterable[tuple[int, int, Table]], columns: Collection[str] | None = None) -> xr.Dataset:
    """Return the rows of a sweep as labelled arrays.

    Parameters
    ----------
    task : Task
    layout : Layout
    tables : iterable of (start, stop, Table)
        The rows of the points from ``start`` up to before ``stop``, in any order. Points that are in none have the code -1,
        numbers NaN, and the notes say how many they are.
    columns : collection of str, optional
        Those that are wanted; all in place of None.

    Returns
    -------
    xr.Dataset
        Dimensions and coordinates as ``frame`` has them; its attributes are those of ``telling.attributes``.

    Raises
    ------
    ParameterError
        If there is no such column.
    """
    framed = frame(task, layout, columns)
    arrays = {each.column.name: np.full((task.design.size, *each.width), each.filler, dtype=each.dtype) for each in framed.variables}
    counts: Counts = Counter()
    for start, stop, table in tables:
        count(table, layout, counts)
        for name, array in arrays.items():
            array[start:stop] = table.column(name)
    shaped = {each.column.name: arrays[each.column.name].reshape((*framed.shape, *each.width)) for each in framed.variables}
    return labelled(framed, shaped, attributes(task, counts))


def labelled(framed: Frame, arrays: Mapping[str, object], about: Mapping[str, str]) -> xr.Dataset:
    """Return arrays over the axes (of numpy, or what xarray reads from when it is asked to) with everything that labels them."""
    import xarray as xr

    variables = {
        each.column.name: xr.Variable(each.dimensions, arrays[each.column.name], dict(each.attributes)) for each in framed.variables
    }
    coordinates = {each.name: (each.dimension, each.values, dict(each.attributes)) for each in framed.coordinates}
    return xr.Dataset(variables, coordinates, dict(about))


def labels(results: xr.Dataset, name: str) -> xr.DataArray:
    """Return a variable of codes with the names that they stand for in place of the codes.

    Raises
    ------
    ParameterError
        If there is no such variable, or it does not hold codes.
    """
    coded = [each for each, variable in results.data_vars.items() if "names" in variable.attrs]
    if name not in coded:
        raise ParameterError(f"{name!r} is no variable with names; there are {', '.join(map(str, coded)) or 'none'}")
    variable = results[name]
    # A code of -1 is the last one.
    names = np.array([*json.loads(variable.attrs["names"]), NOT_COMPUTED], dtype=object)
    named = variable.copy(data=names[variable.to_numpy()])
    named.attrs = {"long_name": variable.attrs["long_name"]}
    return named
