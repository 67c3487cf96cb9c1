"""Intervals out of which samples are drawn, and points of the unit cube put into them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.designs.design import Axis, Series
from negotiation.designs.grid import split
from negotiation.designs.ranges import check_names, declared_range, number, range_rule
from negotiation.errors import ParameterError
from negotiation.games.numbers import show_number
from negotiation.scenario.scenario import Scenario, Setting

__all__ = ["MAX_SAMPLE", "Intervals", "checked_size", "read_intervals", "sample_axis"]

#: The most points of a sample, and the most numbers: they take 1 GB.
MAX_SAMPLE, MAX_NUMBERS = 2**24, 2**27

#: A mapping of parameter to ``(low, high)``, or to None for its declared range; or texts such as ``"blame=0:2"`` and ``"blame"``.
Intervals: TypeAlias = Mapping[str, tuple[Setting, Setting] | None] | Sequence[str]

Interval = tuple[Fraction, Fraction]


def read_intervals(scenario: Scenario, intervals: Intervals | None) -> dict[str, Interval]:
    """Return the interval of each parameter that is drawn; without intervals all parameters over their declared ranges.

    A parameter whose declared range is a single value does not vary.

    Raises
    ------
    ParameterError
        If the scenario has no such parameter, an interval is empty, a single value, or outside the declared range, a parameter
        stands twice, or there are none.
    """
    if intervals is None:
        found = {name: parameter.range for name, parameter in scenario.parameters.items() if parameter.range[0] < parameter.range[1]}
        if not found:
            raise ParameterError(f"{scenario.file} has no parameters that could vary")
        return found
    named: list[tuple[str, Sequence[Setting] | None]]
    if isinstance(intervals, Mapping):
        named = list(intervals.items())
    else:
        named = [(name, _pair(name, text)) for name, text in map(split, intervals)]
    if not named:
        raise ParameterError("a sample needs at least one parameter that varies")
    check_names(tuple(Series(name, "parameter", ()) for name, _ in named))
    return {name: _interval(scenario, name, ends) for name, ends in named}


def checked_size(written: object, parameters: int) -> int:
    """Return the number of points of a sample of so many parameters; ``ParameterError`` if it is none."""
    size = number("the number of points of a sample", written)
    if size.denominator != 1 or not 1 <= size <= MAX_SAMPLE:
        raise ParameterError(f"the number of points of a sample must be a whole number in [1, {MAX_SAMPLE:,}], got {written}")
    if size * parameters > MAX_NUMBERS:
        most = MAX_NUMBERS // parameters
        raise ParameterError(f"a sample of {parameters} parameters has at most {most:,} points, got {int(size):,}")
    return int(size)


def sample_axis(intervals: Mapping[str, Interval], unit: NDArray[np.float64], note: str) -> Axis:
    """Return the axis of points of the unit cube (shape (points, parameters)), put into intervals."""
    columns = zip(intervals.items(), unit.T, strict=True)
    return Axis("point", tuple(Series(name, "parameter", _put(column, *ends)) for (name, ends), column in columns), note)


def _pair(name: str, text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    parts = tuple(part.strip() for part in text.split(":"))
    if len(parts) != 2:  # low and high
        raise ParameterError(f"{name}: an interval to draw from is written LOW:HIGH, got {text!r}")
    return parts


def _interval(scenario: Scenario, name: str, ends: Sequence[Setting] | None) -> Interval:
    declared = declared_range(scenario, name)
    if ends is None:
        if declared is None:
            raise ParameterError(f"{name} has no declared range in {scenario.file}: write {name}=LOW:HIGH")
        ends = declared
    if isinstance(ends, str) or len(ends) != 2:  # low and high
        raise ParameterError(f"{name}: an interval to draw from is (low, high), got {ends!r}")
    low, high = (number(name, end) for end in ends)
    if low >= high:
        raise ParameterError(f"{name}: an interval to draw from goes from low to high, got {show_number(low)} to {show_number(high)}")
    for end in (low, high):
        if (rule := range_rule(scenario, name, end)) is not None:
            raise ParameterError(rule)
    return low, high


def _put(column: NDArray[np.float64], low: Fraction, high: Fraction) -> NDArray[np.float64]:
    """Return places in [0, 1) as doubles in an interval, none outside it for rounding."""
    values = float(low) + column * float(high - low)
    lowest, highest = float(low), float(high)
    if Fraction(lowest) < low:
        lowest = math.nextafter(lowest, math.inf)
    if Fraction(highest) > high:
        highest = math.nextafter(highest, -math.inf)
    values = np.clip(values, lowest, highest)
    values.setflags(write=False)
    return values
