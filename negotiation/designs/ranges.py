"""Which numbers may vary, and between which bounds.

The parameters of a file have declared ranges. Numbers that the file gives to strategies and to ``repeat`` have names with
dots (``behaviour.target.precision``) and no declared range: a design says between which bounds they vary, and with these they
become parameters (``opened_ranges``, ``scenario.opening.opened``).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from negotiation.designs.design import Design, Series
from negotiation.errors import GameError, ParameterError
from negotiation.games.numbers import exact, show_number
from negotiation.scenario.mistakes import nearest
from negotiation.scenario.scenario import Scenario

__all__ = ["MAX_VALUES", "check_names", "declared_range", "number", "opened_ranges", "range_rule", "unknown_name"]

#: The most values along an axis that are kept exactly: a rational takes a hundred bytes.
MAX_VALUES = 1_000_000

#: The largest double.
LARGEST = Fraction(sys.float_info.max)

#: Names with it are places in the file, not parameters.
_DOT = "."

#: As many names are listed in a message.
_LISTED = 20


def declared_range(scenario: Scenario, name: str) -> tuple[Fraction, Fraction] | None:
    """Return the declared range of a parameter, None for a number that has none (see above).

    Raises
    ------
    ParameterError
        If the scenario has no such parameter and the name is none of a place in the file.
    """
    parameter = scenario.parameters.get(name)
    if parameter is not None:
        return parameter.range
    if _DOT in name:
        return None
    raise ParameterError(unknown_name(scenario, name))


def unknown_name(scenario: Scenario, name: str) -> str:
    """Return what is said of a name that is no parameter."""
    legal = list(scenario.parameters)
    listed = ", ".join(legal[:_LISTED]) + (", ..." if len(legal) > _LISTED else "")
    hint = nearest(name, legal) or (f"known: {listed}" if legal else "it has no parameters")
    return f"{scenario.file} has no parameter {name!r}; {hint}"


def number(name: str, written: object) -> Fraction:
    """Return a number as it reads (see ``games.numbers.exact``), for a parameter that messages name.

    Raises
    ------
    ParameterError
        If it is not a finite number, or larger than any double: results have the values as doubles.
    """
    try:
        value = exact(written)
    except GameError as error:
        raise ParameterError(f"{name}: {error}") from None
    if abs(value) > LARGEST:
        raise ParameterError(f"{name}: expected a number up to {show_number(LARGEST)}, got {show_number(value)}")
    return value


def range_rule(scenario: Scenario, name: str, value: Fraction) -> str | None:
    """Return the rule that a value outside the declared range breaks, None if it breaks none."""
    interval = declared_range(scenario, name)
    if interval is None or interval[0] <= value <= interval[1]:
        return None
    low, high = map(show_number, interval)
    return f"{name} must lie in [{low}, {high}] ({scenario.parameters[name].about}), got {show_number(value)}"


def check_names(series: tuple[Series, ...]) -> None:
    """Check that nothing varies twice.

    Raises
    ------
    ParameterError
        If a name stands twice.
    """
    seen: set[str] = set()
    for each in series:
        if each.name in seen:
            raise ParameterError(f"{each.name} varies twice in this design; take one of the axes that have it")
        seen.add(each.name)


def opened_ranges(scenario: Scenario, design: Design) -> Mapping[str, tuple[Fraction, Fraction]]:
    """Return the lowest and the highest value in a design of each number that is no parameter of the file."""
    found = {}
    for name, series in design.series.items():
        if series.role == "parameter" and name not in scenario.parameters:
            values = series.values
            ends = (values.min(), values.max()) if isinstance(values, np.ndarray) else (min(values), max(values))
            found[name] = (Fraction(ends[0]), Fraction(ends[1]))
    return found
