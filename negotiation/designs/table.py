"""A table of points: each row of a CSV or Parquet file is one.

The first line of a CSV file names the columns: parameters, and optionally ``variant`` (empty for the values of the file
itself), ``concept`` and ``seed``. Numbers are exact as they read: 0.1 is 1/10, and 1/3 can be written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from negotiation.designs.choices import name_rule, seed_rule
from negotiation.designs.design import Axis, Series
from negotiation.designs.ranges import declared_range, number, range_rule, unknown_name
from negotiation.designs.sheets import Fault, located, read_sheet
from negotiation.errors import ParameterError
from negotiation.scenario.scenario import Scenario

__all__ = ["table"]

_T = TypeVar("_T")


def table(scenario: Scenario, path: str | Path, *, known_concepts: Sequence[str] | None = None) -> Axis:
    """Return the axis whose points are the rows of a table; a row may stand more than once.

    Parameters
    ----------
    scenario : Scenario
    path : str or Path
        A file whose name ends in ``.csv`` (UTF-8, separated by commas) or ``.parquet``. A column ``variant``, ``concept`` or
        ``seed`` is a parameter where the scenario has one of that name.
    known_concepts : sequence of str, optional
        The concepts that there are; None if their names are checked elsewhere.

    Raises
    ------
    LocatedError
        With all mistakes of the file, each with line and column, the name of the column, the rule, and what came.
    UserMistakeError
        If the file cannot be read, or pyarrow, which reads Parquet, is not installed.
    """
    sheet = read_sheet(Path(path))
    faults: list[Fault] = []
    series = [_series(scenario, name, cells, known_concepts, faults) for name, cells in sheet.columns.items()]
    if faults:
        raise located(sheet, faults)
    return Axis("point", tuple(series), f"{len(sheet.lines):,} points from {Path(path).name}")


def _series(scenario: Scenario, name: str, cells: Sequence[object], known_concepts: Sequence[str] | None, faults: list[Fault]) -> Series:
    """Return a column as the values that it stands for; what is wrong is added to ``faults``."""
    if name in scenario.parameters or "." in name:
        interval = declared_range(scenario, name)
        numbers = _values(name, cells, lambda cell: _parameter(scenario, name, interval, cell), faults)
        return Series(name, "parameter", tuple(numbers))
    if name == "variant":
        names = _values(name, cells, lambda cell: _variant(scenario, cell), faults)
        return Series(name, "variant", tuple(names))
    if name == "concept":
        return Series(name, "concept", tuple(_values(name, cells, lambda cell: _concept(known_concepts, cell), faults)))
    if name == "seed":
        return Series(name, "seed", tuple(_values(name, cells, _seed, faults)))
    faults.append(Fault(-1, name, unknown_name(scenario, name)))
    return Series(name, "parameter", ())


def _values(name: str, cells: Sequence[object], read: Callable[[object], _T], faults: list[Fault]) -> list[_T]:
    """Return what cells stand for, each different one read once: a table has few different values at many points."""
    known: dict[object, _T] = {}
    found = []
    for row, cell in enumerate(cells):
        if cell not in known:
            try:
                known[cell] = read(cell)
            except ParameterError as error:
                faults.append(Fault(row, name, str(error)))
                continue
        found.append(known[cell])
    return found


def _parameter(scenario: Scenario, name: str, interval: tuple[Fraction, Fraction] | None, cell: object) -> Fraction:
    value = _number(name, cell)
    if interval is not None and not interval[0] <= value <= interval[1]:
        raise ParameterError(range_rule(scenario, name, value))
    return value


def _variant(scenario: Scenario, cell: object) -> str:
    name = "" if cell is None else str(cell)
    if (rule := name_rule("variant", name, ["", *scenario.variants], scenario.file)) is not None:
        raise ParameterError(rule)
    return name


def _concept(known: Sequence[str] | None, cell: object) -> str:
    name = "" if cell is None else str(cell)
    rule = "concept: a name is missing" if not name else None if known is None else name_rule("concept", name, known, "this version")
    if rule is not None:
        raise ParameterError(rule)
    return name


def _seed(cell: object) -> int:
    value = _number("seed", cell)
    if (rule := seed_rule(value)) is not None:
        raise ParameterError(rule)
    return int(value)


def _number(name: str, cell: object) -> Fraction:
    if cell is None or cell == "":
        raise ParameterError(f"{name}: a number is missing")
    return number(name, Fraction(cell) if isinstance(cell, Decimal) and cell.is_finite() else cell)
