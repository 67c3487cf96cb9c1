"""Collecting the mistakes of a file: where each stands, and the nearest legal name."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

from negotiation.errors import Mistake, ScenarioError

__all__ = ["Collector", "Place", "did_you_mean", "nearest", "nearest_name", "shown"]

#: More mistakes than a person reads at once; the rest is counted.
MAX_MISTAKES = 50

#: How alike two names must be (difflib's ratio) for one to be offered for the other: 'blaim' and 'blame' are at 0.8.
LIKENESS = 0.6

#: A name is compared with so many legal ones at most: hostile files have many, and scenarios have few.
MAX_COMPARED = 500

#: Longer words are cut in messages, so that a hostile file cannot fill the screen.
MAX_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file: line and column from 1, its length in characters.

    ``text_column`` is the column of the first character of a value's text (after a quotation mark), None where the text
    in the file is not letter for letter the value (several lines, escapes).
    """

    line: int
    column: int
    length: int = 1
    text_column: int | None = None

    def part(self, offset: int, length: int) -> Place:
        """Return the place of some characters of the value's text, of the value where they cannot be pointed at."""
        return self if self.text_column is None else Place(self.line, self.text_column + offset, max(1, length))


class Collector:
    """The mistakes found so far in one text; the same one twice at a place counts once."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.found: dict[tuple[int, int, str], Mistake] = {}

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text; only mistakes need them."""
        return self.text.splitlines()

    def add(self, place: Place, rule: str, *, suggestion: str = "") -> None:
        """Note a mistake."""
        source = self.lines[place.line - 1] if 0 < place.line <= len(self.lines) else ""
        mistake = Mistake(self.file, place.line, place.column, rule, source, place.length, suggestion)
        self.found.setdefault((place.line, place.column, rule), mistake)

    def add_within(self, place: Place, offset: int, length: int, rule: str, *, suggestion: str = "") -> None:
        """Note a mistake at some characters of a value's text, or at the value where they cannot be pointed at."""
        self.add(place.part(offset, length), rule, suggestion=suggestion)

    def add_elsewhere(self, other: Collector) -> None:
        """Note the mistakes of another collector at places where none is noted yet."""
        places = {(line, column) for line, column, _ in self.found}
        self.found |= {key: mistake for key, mistake in other.found.items() if key[:2] not in places}

    @property
    def is_full(self) -> bool:
        """Whether there are more mistakes than will be shown."""
        return len(self.found) >= MAX_MISTAKES

    def nearest(self, name: str, legal: Iterable[str]) -> str:
        """Return the legal name most like the one that came, or nothing if none is like it or enough was said already."""
        return "" if self.is_full else nearest_name(name, legal)

    def raise_if_any(self) -> None:
        """Raise all mistakes as one ``ScenarioError``; none, and nothing happens."""
        if self.found:
            raise self.error()

    def fail(self, place: Place, rule: str, *, suggestion: str = "") -> NoReturn:
        """Note a mistake after which nothing more can be read, and raise all as one ``ScenarioError``."""
        self.add(place, rule, suggestion=suggestion)
        raise self.error()

    def error(self) -> ScenarioError:
        """Return what was found as an error, in the order of places."""
        kept = sorted(self.found.values(), key=lambda mistake: (mistake.line, mistake.column))
        if len(kept) > MAX_MISTAKES:
            last = kept[MAX_MISTAKES - 1]
            more = len(kept) - MAX_MISTAKES
            kept = [*kept[:MAX_MISTAKES], Mistake(self.file, last.line, last.column + 1, f"and {more} more mistakes after this one")]
        return ScenarioError(tuple(kept))


def nearest(name: str, legal: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` with the legal name most like the one that came, or nothing if none is like it."""
    return did_you_mean(nearest_name(name, legal))


def did_you_mean(name: str) -> str:
    """Return the question for a name, nothing for none."""
    return f"did you mean {name!r}?" if name else ""


def nearest_name(name: str, legal: Iterable[str]) -> str:
    """Return the legal name most like the one that came, or nothing if none is like it."""
    # Comparing is quadratic in the length, so overlong names (hostile files) are not compared.
    if len(name) > MAX_SHOWN:
        return ""
    short = [other for other in itertools.islice(legal, MAX_COMPARED) if len(other) <= MAX_SHOWN]
    return next(iter(difflib.get_close_matches(name, short, n=1, cutoff=LIKENESS)), "")


def shown(text: str) -> str:
    """Return a word of the file in quotation marks, cut if it is long and with unprintable characters escaped."""
    short = text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."
    return repr(short)
