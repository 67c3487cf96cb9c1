"""Equations and inequalities in unknowns between 0 and 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from negotiation.exact.certified_roots import System
from negotiation.exact.enclosure import Known, UnboundedError, box_enclosures

__all__ = ["NEGLIGIBLE", "Conditions", "Member", "Numbers", "Problem"]

#: Numbers for some of the unknowns.
Numbers: TypeAlias = Mapping[int, Fraction]

#: One of the conditions: ``equal``, ``atleast`` or ``above``, and its place there.
Member: TypeAlias = tuple[str, int]

#: Numbers nearer to 0 than this may be 0 where a root that is not rational went into them: far above the error of
#: bracketed roots, and far below what payoffs written with a dozen digits can differ by.
NEGLIGIBLE = Fraction(1, 2**80)

HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Functions of the unknowns that must be 0, at least 0, or above 0."""

    equal: tuple[Known, ...]
    atleast: tuple[Known, ...]
    above: tuple[Known, ...]

    @property
    def members(self) -> dict[Member, Known]:
        """Every condition by its name."""
        rows = (("equal", self.equal), ("atleast", self.atleast), ("above", self.above))
        return {(kind, place): value for kind, row in rows for place, value in enumerate(row)}


@dataclass(frozen=True, eq=False)
class Problem:
    """Conditions on unknowns in [0, 1].

    Parameters
    ----------
    conditions : callable
        Of one number (exact or enclosed) for each unknown; the conditions come in the same order every time.
    is_open : tuple of bool, one for each unknown
        Whether it must lie inside (0, 1).
    preferred : callable
        Of an unknown and the numbers known so far: values to be taken, in order, where the unknown may have them.
    """

    conditions: Callable[[Sequence[Known]], Conditions]
    is_open: tuple[bool, ...]
    preferred: Callable[[int, Numbers], Sequence[Fraction]]

    @property
    def unknowns(self) -> range:
        """The numbers of the unknowns."""
        return range(len(self.is_open))

    def allows(self, unknown: int, value: Fraction) -> bool:
        """Return whether an unknown may have a value, as far as its bounds go."""
        return 0 < value < 1 if self.is_open[unknown] else 0 <= value <= 1

    def at(self, known: Mapping[int, Known]) -> Conditions:
        """Return the conditions where some unknowns are given; the others stand at one half."""
        return self.conditions([known.get(unknown, HALF) for unknown in self.unknowns])

    def system(self, known: Numbers, unknowns: Sequence[int], chosen: Sequence[Member]) -> System:
        """Return chosen conditions as functions of some unknowns, where others are known."""

        def values(point: Sequence[Known]) -> Sequence[Known]:
            members = self.at({**known, **dict(zip(unknowns, point, strict=True))}).members
            return [members[member] for member in chosen]

        return values

    def is_monotone(self, known: Numbers, unknowns: Sequence[int], member: Member) -> bool:
        """Return whether bounds on its slopes show that a condition only rises or only falls in each of some unknowns."""
        box = box_enclosures([(Fraction(0), Fraction(1))] * len(unknowns))
        try:
            (value,) = self.system(known, unknowns, [member])(box)
        except UnboundedError:
            return False
        return isinstance(value, Fraction) or all(slope is not None and (slope[0] >= 0 or slope[1] <= 0) for slope in value.slopes)

    def holds(self, known: Numbers, *, chosen: Sequence[Member] | None = None, exactly: bool = True) -> bool:
        """Return whether conditions (all if none are chosen) hold at numbers that determine them."""
        members = self.at(known).members
        slack = Fraction(0) if exactly else NEGLIGIBLE
        return all(self.allows(unknown, value) for unknown, value in known.items()) and all(
            _holds(kind, _number(members[kind, place]), slack) for kind, place in (members if chosen is None else chosen)
        )


def _holds(kind: str, value: Fraction, slack: Fraction) -> bool:
    if kind == "equal":
        return abs(value) <= slack
    return value >= -slack if kind == "atleast" else value > slack


def _number(value: Known) -> Fraction:
    return value if isinstance(value, Fraction) else value.low
