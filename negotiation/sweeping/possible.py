"""Which answer there is at each point, as a number: one reading for certain, or a set of readings of which each can come.

One play can be read in several ways, because they depend on private types, chance or mixing: such points are told apart by what can
come of them and by which of it is the likeliest. Points with equilibria that are read differently are told apart by what can come of
any of these. A set gets its number when it comes up first, so memory grows with the sets and not with the points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from negotiation.games.equilibrium_rows import MIXED, SEVERAL
from negotiation.games.outcomes import SAME
from negotiation.games.tables import Column, Layout, Table

__all__ = ["MOST_SETS", "NOWHERE", "Guide", "Kind", "guide_of"]

#: The guide of equilibria, and the column of whose shares the largest is the guide of simulations.
READING, ENDS = "reading", "end_share"

#: The highest probability of each reading over the equilibria of a point.
HIGHEST = "reading_highest"

#: What the guide says at a point that could not be computed, and where numbers have no largest.
NOWHERE = "none"

#: So many sets are counted by themselves; the points of those that come up later are counted together.
MOST_SETS = 64


@dataclass(frozen=True, slots=True)
class Kind:
    """What is said of a point: what the guide says by number and name, and where that leaves readings open, these.

    Of mixed ones the likeliest comes first.
    """

    code: int
    name: str
    possible: tuple[str, ...] = ()


@dataclass(eq=False, slots=True)
class Guide:
    """What tells answers apart: a column, ``commonest end``, or empty where nothing does.

    Parameters
    ----------
    column : str
    names : tuple of str
        What the guide can say; its numbers are those of the first kinds.
    readings : tuple of str
        The labels of ``reading_highest``; empty where there is no such column.
    kinds : list of Kind
        By number; sets come to it as they come up.
    """

    column: str
    names: tuple[str, ...]
    readings: tuple[str, ...] = ()
    kinds: list[Kind] = field(default_factory=list)
    numbers: dict[bytes, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kinds = [Kind(code, name) for code, name in enumerate(self.names)]

    def open_as(self, kind: Kind) -> str:
        """Return how it is open what happens: ``mixed``, ``several`` or not at all (empty); a reading may have these names as well."""
        place = kind.code - len(self.readings)
        return (MIXED, SEVERAL)[place] if self.readings and place in (0, 1) else ""

    def codes(self, table: Table) -> NDArray[np.int64]:
        """Return the number of the kind of each point."""
        if self.column == READING:
            return self._read(table)
        if not self.column:
            return np.zeros(len(table.case), dtype=np.int64)
        shares = table.column(ENDS)
        known = np.isfinite(shares).all(axis=1)
        return np.where(known, np.argmax(np.where(known[:, None], shares, 0.0), axis=1), len(self.names) - 1)

    def _read(self, table: Table) -> NDArray[np.int64]:
        if READING in table.cases and HIGHEST in table.cases:
            return self._numbered(table.cases[READING].astype(np.int64), table.cases[HIGHEST])[table.case]
        codes = table.column(READING).astype(np.int64)
        return self._numbered(codes, table.column(HIGHEST)) if self.readings else codes

    def _numbered(self, codes: NDArray[np.int64], highest: NDArray[np.generic]) -> NDArray[np.int64]:
        """Return kinds of rows, given their codes and the highest probability of each reading in them."""
        mixed, several = (len(self.readings) + place for place in (0, 1))
        open_ = np.flatnonzero((codes == mixed) | (codes == several))
        if not self.readings or not len(open_):
            return codes
        keys = _keys(codes[open_] == mixed, highest[open_].astype(np.float64))
        different, first, inverse, times = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
        numbers = np.empty(len(different), dtype=np.int64)
        # The most frequent first, so that these have numbers of their own if there are more than can be counted.
        for place in np.argsort(-times, kind="stable").tolist():
            numbers[place] = self._number(different[place : place + 1].tobytes(), int(codes[open_[first[place]]]))
        found = codes.copy()
        found[open_] = numbers[inverse.reshape(-1)]
        return found

    def _number(self, key: bytes, code: int) -> int:
        """Return the number of a set, a new one where there is still room."""
        if key not in self.numbers:
            if len(self.numbers) >= MOST_SETS:
                return code
            self.numbers[key] = len(self.kinds)
            self.kinds.append(Kind(code, self.names[code], _possible(key, self.readings)))
        return self.numbers[key]


def guide_of(columns: Mapping[str, Column], layout: Layout) -> Guide:
    """Return what tells answers apart in tables with these columns."""
    if READING in columns and columns[READING].names:
        names = columns[READING].names
        readings = tuple(layout.labels[columns[HIGHEST].dimensions[0]]) if HIGHEST in columns else ()
        told = names[len(readings) : len(readings) + 2] == (MIXED, SEVERAL)
        return Guide(READING, names, readings if told else ())
    if ENDS in columns:
        (dimension,) = columns[ENDS].dimensions
        return Guide("commonest end", (*layout.labels[dimension], NOWHERE))
    return Guide("", ("",))


def _keys(mixed: NDArray[np.bool_], highest: NDArray[np.float64]) -> NDArray[np.generic]:
    """Return for each row the bytes of the likeliest reading (0 where equilibria differ, else from 1) and of the possible ones."""
    # Readings that are equally likely but for rounding: the first in the file's order stands for them.
    likeliest = 1 + (highest >= highest.max(axis=1, keepdims=True) - SAME).argmax(axis=1)
    first = np.where(mixed, likeliest, 0).astype(">u4")
    bits = np.packbits(highest > 0, axis=1)
    width = max(8, 4 + bits.shape[1])
    rows = np.zeros((len(bits), width), dtype=np.uint8)
    rows[:, :4], rows[:, 4 : 4 + bits.shape[1]] = first[:, None].view(np.uint8), bits
    # Eight bytes are a number, and numbers are sorted quickly.
    return rows.view(np.uint64 if width == 8 else np.dtype((np.void, width)))[:, 0]


def _possible(key: bytes, readings: Sequence[str]) -> tuple[str, ...]:
    """Return the readings of a key, the likeliest first."""
    likeliest = int.from_bytes(key[:4], "big")
    bits = np.unpackbits(np.frombuffer(key[4:], dtype=np.uint8), count=len(readings))
    found = [place for place, bit in enumerate(bits.tolist()) if bit]
    found.sort(key=lambda place: place != likeliest - 1)
    return tuple(readings[place] for place in found)
