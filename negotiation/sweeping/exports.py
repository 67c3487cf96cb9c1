"""A sweep's results as one file that other software reads: netCDF, CSV or Parquet, by the ending of its name.

Rows are written as they come, so memory does not grow with their number. The same rows give the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from negotiation.errors import UserMistakeError
from negotiation.games.tables import Layout, Table
from negotiation.sweeping.csv_metadata import metadata, metadata_path
from negotiation.sweeping.csv_rows import write_rows
from negotiation.sweeping.netcdf import write_netcdf
from negotiation.sweeping.parquet import require_pyarrow, write_parquet
from negotiation.sweeping.task import Task

__all__ = ["ENDINGS", "check_export", "export"]

Rows: TypeAlias = Iterable[tuple[int, int, Table]]

#: The endings of files that results can be written to.
ENDINGS = (".nc", ".csv", ".parquet")


def check_export(path: str | Path, *, overwrite: bool = False) -> None:
    """Check, before a long computation, that its results can be written to a file.

    Raises
    ------
    UserMistakeError
        If its name has another ending than ``ENDINGS``, it is there already (or the metadata of a CSV file are) and ``overwrite`` is
        False, its folder is not there, or it is Parquet and pyarrow is not installed.
    """
    target = Path(path)
    if target.suffix.lower() not in ENDINGS:
        raise UserMistakeError(f"{target}: results are written to files that end in {', '.join(ENDINGS)}")
    there = next((each for each in _files(target) if each.exists()), None)
    if there is not None and not overwrite:
        raise UserMistakeError(f"{there} is there already and is left as it is; name another place, or say --overwrite")
    if not target.parent.is_dir():
        raise UserMistakeError(f"{target}: there is no folder {target.parent}")
    if target.suffix.lower() == ".parquet":
        require_pyarrow(str(target))


def _files(target: Path) -> tuple[Path, ...]:
    return (target, metadata_path(target)) if target.suffix.lower() == ".csv" else (target,)


def export(task: Task, layout: Layout, tables: Rows, path: str | Path, *, overwrite: bool = False) -> None:
    """Write the rows of a sweep to a file, whole or not at all; beside a CSV file also one that says what is in it.

    Parameters
    ----------
    task : Task
    layout : Layout
    tables : iterable of (start, stop, Table)
        The rows of the points from ``start`` up to before ``stop``, in order. Points that are in none are left out of CSV and
        Parquet; in netCDF they have the code -1, and numbers NaN.
    path : str or Path
    overwrite : bool

    Raises
    ------
    UserMistakeError
        As ``check_export``, or if the file cannot be written.
    """
    check_export(path, overwrite=overwrite)
    target = Path(path)
    try:
        with _whole(target) as temporary:
            _write(task, layout, tables, temporary, target)
    except OSError as error:
        raise UserMistakeError(f"{target} cannot be written: {error.strerror or error}") from error


def _write(task: Task, layout: Layout, tables: Rows, path: Path, target: Path) -> None:
    """Write the rows to ``path``, which becomes ``target``; beside a CSV file also what is said of it."""
    match target.suffix.lower():
        case ".nc":
            write_netcdf(task, layout, tables, path)
        case ".parquet":
            write_parquet(task, layout, tables, path)
        case _:
            counts = write_rows(task, layout, tables, path)
            with _whole(metadata_path(target)) as beside:
                beside.write_text(metadata(task, layout, counts, target.name), encoding="utf-8")


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """Provide a name to write to; what is written there becomes the file once it is on the disk, or is removed."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        _synchronise(temporary)
        temporary.replace(target)
        _synchronise(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
