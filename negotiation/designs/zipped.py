"""An axis along which several parameters vary together: the first value of each, the second of each, and so on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from negotiation.designs.design import Axis, Series
from negotiation.designs.grid import Values, parameter_values, split
from negotiation.designs.ranges import check_names
from negotiation.errors import ParameterError
from negotiation.scenario.scenario import Scenario

__all__ = ["zipped"]


def zipped(scenario: Scenario, columns: Mapping[str, Values] | Sequence[str], /) -> Axis:
    """Return the axis along which parameters vary together.

    Parameters
    ----------
    scenario : Scenario
    columns : mapping of parameter to values, or sequence of str
        Values as ``grid.grid_axis`` takes them, but one may stand more than once; or texts such as ``"blame=0,1,2"``.

    Raises
    ------
    ParameterError
        If the columns are not equally long; else as ``grid.axis``.
    """
    named = list(columns.items()) if isinstance(columns, Mapping) else [split(text) for text in columns]
    if not named:
        raise ParameterError("to vary parameters together takes at least one of them")
    series = tuple(Series(name, "parameter", parameter_values(scenario, name, values)) for name, values in named)
    check_names(series)
    if len({len(each.values) for each in series}) > 1:
        lengths = ", ".join(f"{each.name} has {len(each.values)}" for each in series)
        raise ParameterError(f"parameters that vary together need equally many values: {lengths}")
    return Axis("point", series)
