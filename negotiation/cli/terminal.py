"""Printing: sections on standard output, progress and messages on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from negotiation.words.sections import Section, Table

__all__ = ["Progress", "console", "print_sections", "progress", "say"]

#: What is told of progress: what is done, how much of it, and of how much (None if that is not known).
Progress = Callable[[str, int, int | None], None]

#: Seconds before progress is shown: quick work needs none.
PATIENCE = 1.0

#: Seconds between lines of progress where there is no terminal, such as in the log of a cluster.
SILENCE = 30.0

#: The width of what goes into a file or a pipe, where no terminal says its own.
PLAIN_WIDTH = 110


def say(message: str) -> None:
    """Print a message on standard error."""
    print(message, file=sys.stderr)  # noqa: T201 - the command line prints


def console() -> Console:
    """Return the console of standard output; without a terminal it is plain text of a fixed width."""
    import os

    from rich.console import Console

    class Output(Console):
        def on_broken_pipe(self) -> None:
            # rich would end the process with status 1; a closed pipe has a status of its own here.
            raise BrokenPipeError

    width = PLAIN_WIDTH if not sys.stdout.isatty() and "COLUMNS" not in os.environ else None
    return Output(width=width, highlight=False, soft_wrap=False)


def print_sections(out: Console, sections: Sequence[Section]) -> None:
    """Print sections: headings bold, tables as wide as the terminal allows."""
    from rich.text import Text

    for place, section in enumerate(sections):
        if place:
            out.print()
        if section.heading:
            out.print(Text(section.heading, style="bold"))
        for paragraph in section.paragraphs:
            out.print(Text(paragraph))
        if section.table is not None:
            out.print(_table(section.table))
        for remark in section.remarks:
            out.print(Text(remark))


def _table(table: Table) -> object:
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    shown = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="italic")
    for place, name in enumerate(table.columns):
        shown.add_column(name, justify="right" if place in table.numeric else "left", overflow="fold")
    for row in table.rows:
        shown.add_row(*(Text(cell) for cell in row))
    return shown


def _say_nothing(what: str, done: int, total: int | None) -> None:
    """Show no progress."""


@contextmanager
def progress(*, quiet: bool = False, logged: bool = False) -> Iterator[Progress]:
    """Give a listener that shows progress on standard error once work takes long, if a terminal is there.

    With ``logged`` a line now and then tells it where no terminal is.
    """
    if quiet or not sys.stderr.isatty():
        yield _log() if logged and not quiet else _say_nothing
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    started, pace = time.monotonic(), _Pace()
    task = bar.add_task("", total=None, pace="")

    def tell(what: str, done: int, total: int | None) -> None:
        rate, left = pace.at(what, done, total)
        if not bar.live.is_started and time.monotonic() - started > PATIENCE:
            bar.start()
        shown = [*([f"{_figure(rate)}/s"] if rate else []), *([str(timedelta(seconds=round(left)))] if left is not None else [])]
        bar.update(task, description=what, completed=done, total=total, pace=" ".join(shown))

    try:
        yield tell
    finally:
        bar.stop()


class _Pace:
    """How fast work goes, from the first time on that it was told of: blocks that end together say little of it."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[float, int]] = {}

    def at(self, what: str, done: int, total: int | None) -> tuple[float, float | None]:
        """Return the rate in a second, 0 if it is not known yet, and the seconds that are left, None if these are not known."""
        now = time.monotonic()
        start, before = self._first.setdefault(what, (now, done))
        rate = (done - before) / (now - start) if now > start else 0.0
        return rate, None if total is None or rate <= 0 else (total - done) / rate


def _figure(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"


def _log() -> Progress:
    """Return a listener that prints a line now and then, with the rate and the time left."""
    pace, last = _Pace(), time.monotonic()

    def tell(what: str, done: int, total: int | None) -> None:
        nonlocal last
        rate, left = pace.at(what, done, total)
        if time.monotonic() - last < SILENCE or not rate:
            return
        last = time.monotonic()
        of = "" if total is None else f" of {total:,}"
        say(f"{what}: {done:,}{of}, {_figure(rate)} a second" + ("" if left is None else f", {left:,.0f} seconds left"))

    return tell
