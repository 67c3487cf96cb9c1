"""Axes of grids: one parameter at equally spaced values, or at values that are listed.

>>> axis(scenario, "blame=0:2:201")  # doctest: +SKIP

An axis is written as one of

``blame=0:2:201``
    201 values from 0 to 2, both included: the value of number i is exactly 0 + (2 - 0) i / 200.
``blame=0:2``
    The usual number of values: the one of the file's ``sweep``, else 101.
``blame=201``
    201 values over the declared range.
``blame=0.1,1/3,2``
    These values. A single one is written with a comma after it.
``blame``
    The usual number of values over the declared range.

Numbers are exact as they read: 0.1 is 1/10.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.designs.design import Axis, Series
from negotiation.designs.ranges import MAX_VALUES, declared_range, number, range_rule
from negotiation.errors import ParameterError
from negotiation.games.numbers import show_number
from negotiation.scenario.scenario import Scenario, Setting

__all__ = ["DEFAULT_POINTS", "Values", "axis", "grid_axis", "parameter_values", "split"]

#: Values along an axis of which neither the user nor the file says how many: every hundredth of a range.
DEFAULT_POINTS = 101

#: What is written after ``=``; in Python also a number of values over the declared range, ``(low, high, number of values)``,
#: the values, or None for the usual ones.
Values: TypeAlias = "str | int | tuple[Setting, Setting, int] | Sequence[Setting] | NDArray[np.number] | None"

_FORMS = "NAME=LOW:HIGH:N, NAME=N (over the declared range), NAME=V1,V2,... or NAME"


def axis(scenario: Scenario, text: str) -> Axis:
    """Return an axis of a grid as it is written on the command line (see above).

    Raises
    ------
    ParameterError
        If the text is none of these forms, the scenario has no such parameter, a value is outside its declared range or stands
        twice, or there are no values or too many.
    """
    return grid_axis(scenario, *split(text))


def split(text: str) -> tuple[str, str | None]:
    """Return the name of a written axis, and what comes after ``=``; None if there is none.

    Raises
    ------
    ParameterError
        If one of them is empty.
    """
    name, sign, values = (part.strip() for part in text.partition("="))
    if not name or (sign and not values):
        raise ParameterError(f"an axis is written {_FORMS}; got {text!r}")
    return name, values if sign else None


def grid_axis(scenario: Scenario, name: str, values: Values = None) -> Axis:
    """Return an axis of a grid; errors as ``axis``.

    Parameters
    ----------
    scenario : Scenario
    name : str
    values : str, int, tuple, sequence or array, optional
        What can be written after ``=``; or the number of values over the declared range; or ``(low, high, number)``, as a
        tuple; or the values, as a list or array.
    """
    found = parameter_values(scenario, name, values)
    if len(set(found)) < len(found):
        twice = Counter(found).most_common(1)[0][0]
        raise ParameterError(f"{name}: each value of an axis stands once, got {show_number(twice)} more than once")
    return Axis(name, (Series(name, "parameter", found),))


def parameter_values(scenario: Scenario, name: str, values: Values) -> tuple[Fraction, ...]:
    """Return values as they are given to ``grid_axis``, exactly, within the declared range; one may stand more than once."""
    declared_range(scenario, name)  # a name that is none is said before anything about its values
    if isinstance(values, str):
        found = _read(scenario, name, values)
    elif values is None or (isinstance(values, (int, np.integer)) and not isinstance(values, bool)):
        found = _over_range(scenario, name, values)
    elif isinstance(values, tuple):
        found = _of_interval(name, values)
    elif isinstance(values, (Sequence, np.ndarray, range)):
        found = _listed(name, values)
    else:
        raise ParameterError(f"{name}: expected values, (low, high, number of values) or a number of values, got {values!r}")
    for value in (min(found), max(found)):
        if (rule := range_rule(scenario, name, value)) is not None:
            raise ParameterError(rule)
    return found


def _read(scenario: Scenario, name: str, text: str) -> tuple[Fraction, ...]:
    """Return the values that a text after ``=`` stands for."""
    if "," in text:
        return _listed(name, [part.strip() for part in text.strip().removesuffix(",").split(",")])
    parts = [part.strip() for part in text.split(":")]
    if len(parts) == 1:
        return _over_range(scenario, name, _count(name, parts[0], f"; one value alone is written {name}={parts[0]}, (with a comma)"))
    if len(parts) > 3:  # low, high and number
        raise ParameterError(f"{name}: an interval is written LOW:HIGH:N, got {text!r}")
    count = _count(name, parts[2]) if len(parts) == 3 else _usual(scenario, name)
    return _spaced(name, number(name, parts[0]), number(name, parts[1]), count)


def _usual(scenario: Scenario, name: str) -> int:
    return scenario.sweep_axes.get(name, DEFAULT_POINTS)


def _over_range(scenario: Scenario, name: str, count: int | None) -> tuple[Fraction, ...]:
    interval = declared_range(scenario, name)
    if interval is None:
        raise ParameterError(f"{name} has no declared range in {scenario.file}: write {name}=LOW:HIGH:N or the values")
    if count == 1:
        raise ParameterError(f"{name}=1 would be one value out of a range; the value 1 alone is written {name}=1, (with a comma)")
    return _spaced(name, *interval, _usual(scenario, name) if count is None else _count(name, count))


def _of_interval(name: str, values: tuple[object, ...]) -> tuple[Fraction, ...]:
    if len(values) != 3:  # low, high and number
        raise ParameterError(f"{name}: a tuple is (low, high, number of values), and values are a list; got {values!r}")
    return _spaced(name, number(name, values[0]), number(name, values[1]), _count(name, values[2]))


def _listed(name: str, values: Sequence[object] | NDArray[np.number]) -> tuple[Fraction, ...]:
    if isinstance(values, np.ndarray) and values.ndim != 1:
        raise ParameterError(f"{name}: the values of an axis are an array of one dimension, got the shape {values.shape}")
    _count(name, len(values))
    return tuple(number(name, value) for value in (values.tolist() if isinstance(values, np.ndarray) else values))


def _count(name: str, written: object, hint: str = "") -> int:
    count = number(name, written)
    if count.denominator != 1:
        raise ParameterError(f"{name}: the number of values must be a whole number, got {written}{hint}")
    if not 1 <= count <= MAX_VALUES:
        raise ParameterError(f"{name}: the number of values along an axis must lie in [1, {MAX_VALUES:,}], got {show_number(count)}{hint}")
    return int(count)


def _spaced(name: str, low: Fraction, high: Fraction, count: int) -> tuple[Fraction, ...]:
    if low > high:
        raise ParameterError(f"{name}: an interval goes from the lowest to the highest, got {show_number(low)} to {show_number(high)}")
    return tuple(low + (high - low) * Fraction(i, count - 1) for i in range(count)) if count > 1 else (low,)
