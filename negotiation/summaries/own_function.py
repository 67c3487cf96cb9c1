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

import importlib
import inspect
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from importlib.util import find_spec
from numbers import Real
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

import numpy as np

from negotiation.errors import LocatedError, Mistake, NegotiationError, ParameterError
from negotiation.games.points import Points
from negotiation.games.tables import Column, Layout, Table
from negotiation.own_code import fenced, load_file
from negotiation.scenario.scenario import Scenario

__all__ = ["layout", "named", "tabulate"]

#: What a function returns at a point, once it has been checked: one number, or several, for each name.
Found: TypeAlias = Mapping[str, "float | tuple[float, ...]"]

#: For each column how many numbers it has at a point, None for a single one.
Shapes: TypeAlias = Mapping[str, int | None]

#: What the codes of the column ``status`` stand for.
STATUS = ("done", "failed")

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
            remark = str(error)
        else:
            for name, numbers in found.items():
                dense[name][point] = numbers
        case[point] = cases.setdefault((int(bool(remark)), remark), len(cases))
    status = np.array([failed for failed, _ in cases], dtype=np.uint8)
    return Table(dense, case, {"status": status}, tuple(remark for _, remark in cases))


def named(function: Callable[..., object]) -> str:
    """Return the name by which a function can be found again, ``module:name`` or ``path/to/file.py:name``.

    Raises
    ------
    ParameterError
        If there is none: the function is inside of another one, or was typed into a session without a file.
    """
    name = getattr(function, "__qualname__", "")
    found = sys.modules.get(getattr(function, "__module__", ""))
    if not name.isidentifier() or found is None or getattr(found, name, None) is not function:
        raise ParameterError(f"{_shown(function)} has no name of its own in a file: define it with 'def' at the top of one")
    path = getattr(found, "__file__", None)
    if found.__name__ != "__main__" and not found.__name__.startswith("own_file_"):
        return f"{found.__name__}:{name}"
    if path is None:
        raise ParameterError(f"{name} was typed into a session and is in no file: write it to one, and name it 'FILE.py:{name}'")
    return f"{Path(path).resolve()}:{name}"


def _own(options: Mapping[str, object]) -> Own:
    """Return the function that the options name."""
    for name in options:
        if name != "function":
            raise ParameterError(f"a function of your own has no option {name!r}; it has function")
    given = options.get("function")
    if isinstance(given, str):
        return _found(given)
    if callable(given):
        code = getattr(inspect.unwrap(given), "__code__", None)
        return _described(_shown(given), getattr(code, "co_filename", None), given)
    raise ParameterError(f"function: expected FILE.py:NAME, MODULE:NAME or a function, got {given!r}")


def _found(text: str) -> Own:
    """Return the function of a file or a module."""
    place, colon, name = text.rpartition(":")
    if not colon or not name.isidentifier():
        raise ParameterError(f"function: expected FILE.py:NAME or MODULE:NAME, got {text!r}")
    module, path = (load_file(place), place) if place.endswith(".py") else _module(place)
    function = getattr(module, name, None)
    if not callable(function):
        own = [key for key, value in vars(module).items() if inspect.isfunction(value) and value.__module__ == module.__name__]
        there = f"there are {', '.join(own)}" if own else "it defines none"
        raise ParameterError(f"{place} has no function {name!r}; {there}")
    return _described(name, path, function)


def _module(name: str) -> tuple[ModuleType, str]:
    """Return a module on Python's path, with its file."""
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):  # a package in front of a dot that does not exist; an empty name
        spec = None
    if spec is None:
        raise ParameterError(f"there is no module {name!r} on Python's path; a file is named with its ending, as in 'FILE.py:NAME'")
    path = spec.origin or name
    return fenced(path, "the module", importlib.import_module, name), path


def _described(name: str, path: str | None, function: Callable[..., object]) -> Own:
    """Return a function with what it asks for, if it can be called as this summary calls it."""
    inner = inspect.unwrap(function)
    line = getattr(getattr(inner, "__code__", None), "co_firstlineno", 0)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # written in C, and without a signature
        return Own(name, path or "", function, (), line)
    asks = tuple(key for key in _ON_REQUEST if key in signature.parameters)
    try:
        signature.bind(None, None, None, **dict.fromkeys(asks))
    except TypeError as error:
        raise ParameterError(f"{name} is called as {name}(scenario, variant, settings): {error}") from None
    return Own(name, path or "", function, asks, line)


def _shown(function: object) -> str:
    return str(getattr(function, "__name__", None) or type(function).__name__)


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
    asked = {name: known[name] for name in own.asks}
    returned = fenced(own.path, own.name, partial(own.function, scenario, variant, settings, **asked))
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
