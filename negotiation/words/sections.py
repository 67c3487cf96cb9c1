"""What words are made of: sections with a heading, paragraphs and at most one table; terminals and pages show the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from negotiation.games.numbers import Number, show_number

__all__ = ["Section", "Table", "counted", "listed", "number", "player_name", "share"]

#: Digits of a number in a sentence: what a reader can hold.
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text; ``numeric`` are the columns that are set flush right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what is said first, a table, and what is said below it."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None
    remarks: tuple[str, ...] = ()


def number(value: Number) -> str:
    """Return a number as a sentence shows it."""
    return show_number(value, digits=DIGITS)


def share(value: Number) -> str:
    """Return a probability as a percentage; what is neither 0 nor 1 is never shown as such."""
    percent = 100 * float(value)
    if value and percent < 0.05:
        return "<0.1%"
    if value != 1 and percent > 99.95:
        return ">99.9%"
    return f"{percent:.0f}%" if value in (0, 1) else f"{percent:.1f}%"


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun: ``1 equilibrium``, ``3 equilibria``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: ``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def player_name(labels: Mapping[str, str], player: str, kind: str | None = None) -> str:
    """Return what people call a player, with his private type where he has one."""
    label = labels.get(player, player)
    return label if kind is None else f"{label} ({kind})"
