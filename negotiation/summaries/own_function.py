"""What a function of the user's own returns at each point.

The function is ``function(scenario, variant, settings) -> mapping of name to number``: it is given what it needs to build
the game of a point, ``scenario.game(variant, **settings)``, and returns what it wants to know of it. A sequence of numbers
is a number for each place, always as many. A function that also has a parameter ``concept`` or ``seed`` is told these too.

>>> def surplus(scenario, variant, settings):
...     values = scenario.values(variant, **settings)
...     return {"surplus": values["gain"] - values["cost"]}

What it returns at the scenario's own values says what the columns are. It is run as it is, like any program, and what goes
wrong in it at a point is told in that point's row, with the line of its file.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from numbers import Real
from pathlib import Path
from typing import TypeAlias

import numpy as np

from negotiation.errors import LocatedError, Mistake, NegotiationError, ParameterError
from negotiation.games.points import Points
from negotiation.games.tables import Column, Layout, Table
from negotiation.own_code import checksum, fenced, find_function, name_of
from negotiation.scenario.scenario import Scenario

__all__ = ["layout", "prepared", "tabulate"]

#: What a function returns at a point, once it has been checked: one number, or several, for each name.
Found: TypeAlias = Mapping[str, "float | tuple[float, ...]"]

#: For each column how many numbers it has at a point, None for a single one.
Shapes: TypeAlias = Mapping[str, int | None]

#: What the codes of the column ``status`` stand for.
STATUS = ("done", "failed")

_OPTIONS = ("function", "sha256")

#: What a function may ask to be told besides the scenario, the variant and the settings.
_ON_REQUEST = ("concept", "seed")


@dataclass(frozen=True, slots=True)
class Own:
    """A function of the user's own: what it is called, its file (empty where it has none), and what it asks to be told."""

    name: str
    path: str
    function: Callable[..., object]
    asks: tuple[str, ...]
    line: int

    def mistake(self, rule: str) -> LocatedError:
        """Return an error at the line where the function begins."""
        return LocatedError((Mistake(self.path or self.name, self.line, 1, rule),))


def layout(scenario: Scenario, concept: str | None, options: Mapping[str, object]) -> Layout:
    """Return the columns: what the function returns at the scenario's own values.

    Raises
    ------
    ParameterError
        If an option is not allowed, or there is no such function.
    LocatedError
        If the function, or its file, fails at the scenario's own values, or returns something else than numbers.
    """
    own = _own(options)
    columns = [Column("status", "whether the function returned numbers", names=STATUS, dtype="uint8")]
    labels: dict[str, tuple[str, ...]] = {}
    for name, size in _shapes(own, scenario, concept).items():
        dimension = f"{name}_place"
        columns.append(Column(name, f"what {own.name} returns as {name!r}", () if size is None else (dimension,)))
        labels |= {} if size is None else {dimension: tuple(str(place) for place in range(1, size + 1))}
    return Layout(tuple(columns), labels)


def tabulate(scenario: Scenario, points: Points, options: Mapping[str, object]) -> Table:
    """Return a row for each point; where the function fails or returns other columns, the row says so. Errors as ``layout``."""
    own = _own(options)
    shapes = _shapes(own, scenario, points.concept)
    dense = {name: np.full((points.size,) if size is None else (points.size, size), np.nan) for name, size in shapes.items()}
    cases: dict[tuple[int, str], int] = {}
    case = np.zeros(points.size, dtype=np.uint32)
    for point in range(points.size):
        remark = ""
        try:
            found = _at(own, scenario, points, point)
            _check_shapes(own, shapes, found)
        except NegotiationError as error:
            remark = error.brief
        else:
            for name, numbers in found.items():
                dense[name][point] = numbers
        case[point] = cases.setdefault((int(bool(remark)), remark), len(cases))
    status = np.array([failed for failed, _ in cases], dtype=np.uint8)
    return Table(dense, case, {"status": status}, tuple(remark for _, remark in cases))


def prepared(_scenario: Scenario, options: Mapping[str, object]) -> Mapping[str, object]:
    """Return the options with the checksum of the function's file: no sweep goes on with another function. Errors as ``layout``."""
    own = _own(options)
    return {**options, "sha256": checksum(own.path)} if Path(own.path).is_file() else options


def _own(options: Mapping[str, object]) -> Own:
    """Return the function that the options name."""
    for name in options:
        if name not in _OPTIONS:
            raise ParameterError(f"a function of your own has no option {name!r}; it has {_OPTIONS[0]}")
    given = options.get("function")
    if isinstance(given, str):
        function, path = find_function(given)
        own = _described(given.rpartition(":")[2], path, function)
    elif callable(given):
        name_of(given)  # refuses what no other process could find
        code = getattr(inspect.unwrap(given), "__code__", None)
        own = _described(str(getattr(given, "__name__", "")), getattr(code, "co_filename", ""), given)
    else:
        raise ParameterError(f"function: expected FILE.py:NAME, MODULE:NAME or a function, got {given!r}")
    if "sha256" in options and options["sha256"] != checksum(own.path):
        raise ParameterError(f"{own.path} is not what it was when this sweep began: a sweep has one function")
    return own


def _described(name: str, path: str, function: Callable[..., object]) -> Own:
    """Return a function with what it asks for, if it can be called as this summary calls it."""
    inner = inspect.unwrap(function)
    line = getattr(getattr(inner, "__code__", None), "co_firstlineno", 0)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # written in C, and without a signature
        return Own(name, path, function, (), line)
    asks = tuple(key for key in _ON_REQUEST if key in signature.parameters)
    try:
        signature.bind(None, None, None, **dict.fromkeys(asks))
    except TypeError as error:
        raise ParameterError(f"{name} is called as {name}(scenario, variant, settings): {error}") from None
    return Own(name, path, function, asks, line)


def _shapes(own: Own, scenario: Scenario, concept: str | None) -> Shapes:
    """Return what the function returns at the scenario's own values."""
    found = _called(own, scenario, None, {}, {"concept": concept, "seed": 0})
    for name in found:
        if name in scenario.parameters:
            raise own.mistake(f"{own.name} returned the name {name!r}, which is a parameter of the scenario: call it otherwise")
    return _shapes_of(found)


def _shapes_of(found: Found) -> Shapes:
    return {name: len(value) if isinstance(value, tuple) else None for name, value in found.items()}


def _check_shapes(own: Own, wanted: Shapes, found: Found) -> None:
    """Check that the function returned at a point what it returns at the scenario's own values."""
    came = _shapes_of(found)
    if came != wanted:
        raise own.mistake(f"{own.name} returned {_told(came)}; at the scenario's own values it returns {_told(wanted)}")


def _told(shapes: Shapes) -> str:
    return ", ".join(name if size is None else f"{name} ({size} numbers)" for name, size in shapes.items())


def _at(own: Own, scenario: Scenario, points: Points, point: int) -> Found:
    """Return what the function returns at a point."""
    return _called(own, scenario, points.variant, points.settings_at(point), {"concept": points.concept, "seed": points.seed})


def _called(own: Own, scenario: Scenario, variant: str | None, settings: Mapping[str, Fraction], known: Mapping[str, object]) -> Found:
    if known["concept"] is not None and "concept" not in own.asks:
        raise own.mistake(f"{own.name} has no parameter 'concept', so it cannot be told {known['concept']!r}")
    asked = {name: known[name] for name in own.asks}
    returned = fenced(own.path or own.name, own.name, partial(own.function, scenario, variant, settings, **asked))
    if not isinstance(returned, Mapping) or not returned:
        raise own.mistake(f"{own.name} must return a mapping of names to numbers, it returned {returned!r:.80}")
    return {_column(own, name): _numbers(own, str(name), value) for name, value in returned.items()}


def _column(own: Own, name: object) -> str:
    if not isinstance(name, str) or not name.isidentifier() or name == "status":
        raise own.mistake(f"{own.name} returned the name {name!r}; names are identifiers, such as 'welfare', other than 'status'")
    return name


def _numbers(own: Own, name: str, value: object) -> float | tuple[float, ...]:
    """Return what a column holds at a point, if it is a finite number or a sequence of them."""
    plain = value.tolist() if isinstance(value, np.ndarray) else value
    if isinstance(plain, Sequence) and not isinstance(plain, str) and plain:
        return tuple(_number(own, name, each) for each in plain)
    return _number(own, name, plain)


def _number(own: Own, name: str, value: object) -> float:
    if not isinstance(value, Real):
        raise own.mistake(f"{own.name} must return a number or a sequence of numbers as {name!r}, it returned {value!r:.80}")
    try:
        number = float(value)
    except OverflowError:  # a rational beyond all doubles
        number = math.inf
    if not math.isfinite(number):
        raise own.mistake(f"{own.name} returned {number} as {name!r}; only finite numbers are kept")
    return number
