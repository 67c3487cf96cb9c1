"""The cells of a table in a file, each with its place: CSV as text, Parquet by pyarrow where it is installed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from negotiation.designs.ranges import MAX_VALUES
from negotiation.errors import LocatedError, Mistake, UserMistakeError
from negotiation.scenario.mistakes import MAX_MISTAKES, shown

if TYPE_CHECKING:
    import _csv

__all__ = ["ENDINGS", "Fault", "Sheet", "located", "read_sheet"]

#: The endings of files that hold tables.
ENDINGS = (".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a file by column, and for each row the line on which it starts (0 where a file has no lines).

    ``head`` is the line of the names.
    """

    file: str
    columns: Mapping[str, Sequence[object]]
    head: int
    lines: Sequence[int]


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a cell breaks; a row of -1 is the line of names."""

    row: int
    column: str
    rule: str


def read_sheet(path: Path) -> Sheet:
    """Return the cells of a file: texts out of CSV; numbers, texts and None out of Parquet.

    Raises
    ------
    LocatedError
        If the file is not of its format, names are missing or stand twice, or rows are not equally long.
    UserMistakeError
        If it has another ending, cannot be read, or holds no rows or too many.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UserMistakeError(f"{path}: a table of points is a file that ends in {' or '.join(ENDINGS)}")
    return _read_csv(path) if ending == ".csv" else _read_parquet(path)


def located(sheet: Sheet, faults: Sequence[Fault]) -> LocatedError:
    """Return faults as an error with their places in the order of the file; of many the first ones, and how many more."""
    ordered = sorted(faults, key=lambda fault: fault.row)
    mistakes = [_mistake(sheet, fault) for fault in ordered[:MAX_MISTAKES]]
    if len(faults) > MAX_MISTAKES:
        last = mistakes[-1]
        more = f"and {len(faults) - MAX_MISTAKES} more mistakes after this one"
        mistakes.append(Mistake(sheet.file, last.line, last.column + 1, more))
    return LocatedError(tuple(mistakes))


def _read_csv(path: Path) -> Sheet:
    try:
        # The mark at the start that says UTF-8 (spreadsheets write it) is not part of the first name.
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return _sheet(str(path), csv.reader(stream, strict=True))
    except OSError as error:
        raise UserMistakeError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise UserMistakeError(f"{path} must be UTF-8, got the byte {byte:#04x}; save it as UTF-8") from None


def _sheet(file: str, reader: _csv.Reader) -> Sheet:
    rows = _rows(file, reader)
    head, names = next(rows, (0, []))
    _check_names(file, head, names)
    lines: list[int] = []
    columns: list[list[str]] = [[] for _ in names]
    for line, cells in rows:
        if len(cells) != len(names):
            raise _at(file, line, f"a row has as many cells as the first line, {len(names)}; got {len(cells)}")
        lines.append(line)
        _check_rows(file, len(lines))
        for column, cell in zip(columns, cells, strict=True):
            column.append(cell)
    if not lines:
        raise UserMistakeError(f"{file}: a table has a line of names and at least one row")
    return Sheet(file, dict(zip(names, columns, strict=True)), head, lines)


def _rows(file: str, reader: _csv.Reader) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with the line on which it starts."""
    last = 0
    try:
        for cells in reader:
            first, last = last + 1, reader.line_num
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield first, stripped
    except csv.Error as error:
        raise _at(file, last + 1, f"this is not CSV: {error}") from None


def _check_names(file: str, line: int, names: Sequence[str]) -> None:
    if len(names) == 1 and ";" in names[0]:
        raise _at(file, line, f"columns are separated by commas, got {shown(names[0])}")
    for number, name in enumerate(names):
        if not name:
            raise _at(file, line, f"column {number + 1} of the first line has no name")
        if name in names[:number]:
            raise _at(file, line, f"the column {shown(name)} stands twice")


def _check_rows(file: str, rows: int) -> None:
    if rows > MAX_VALUES:
        raise UserMistakeError(f"{file}: a table has at most {MAX_VALUES:,} rows; sweep it in parts")


def _read_parquet(path: Path) -> Sheet:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise UserMistakeError(f"{path}: Parquet is read by pyarrow, which is not installed: pip install 'negotiation[parquet]'") from None
    try:
        with pq.ParquetFile(path) as file:
            _check_rows(str(path), file.metadata.num_rows)
            found = file.read()
    except (OSError, pa.ArrowException) as error:
        raise UserMistakeError(f"{path} cannot be read as Parquet: {error}") from None
    if not found.num_rows or not found.num_columns:
        raise UserMistakeError(f"{path}: a table has columns with names and at least one row")
    twice = next((name for name in found.column_names if found.column_names.count(name) > 1), None)
    if twice is not None:
        raise UserMistakeError(f"{path}: the column {shown(twice)} stands twice")
    columns = {name: found.column(name).to_pylist() for name in found.column_names}
    return Sheet(str(path), columns, 0, [0] * found.num_rows)


def _at(file: str, line: int, rule: str) -> LocatedError:
    return LocatedError((Mistake(file, line, 1, rule, _line(file, line), 1),))


def _mistake(sheet: Sheet, fault: Fault) -> Mistake:
    if not sheet.head:
        where = "the names of the columns" if fault.row < 0 else f"row {fault.row + 1}"
        return Mistake(sheet.file, 0, 0, f"{where}: {fault.rule}")
    line, cell = (sheet.head, fault.column) if fault.row < 0 else (sheet.lines[fault.row], str(sheet.columns[fault.column][fault.row]))
    source = _line(sheet.file, line)
    column = _place(source, cell, list(sheet.columns).index(fault.column))
    return Mistake(sheet.file, line, column, fault.rule, source, max(1, len(cell)))


def _line(file: str, line: int) -> str:
    with Path(file).open(encoding="utf-8-sig", newline="") as stream:
        return next(islice(stream, line - 1, None), "").rstrip("\r\n")


def _place(line: str, cell: str, number: int) -> int:
    """Return where (from 1) the cell of that number starts in a line, after blanks and a quotation mark."""
    quoted, commas, start = False, 0, len(line)
    for place, letter in enumerate(line):
        if commas == number:
            start = place
            break
        quoted ^= letter == '"'
        commas += letter == "," and not quoted
    return start + 1 + max(0, line[start:].find(cell))
