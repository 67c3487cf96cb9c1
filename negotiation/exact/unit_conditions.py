"""Equations and inequalities in unknowns between 0 and 1."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TypeAlias

from negotiation.exact.certified_roots import Roots, System, system_roots
from negotiation.exact.enclosure import Known, UnboundedError, box_enclosures
from negotiation.games.audience import Interval

__all__ = ["MOST_TOGETHER", "NEGLIGIBLE", "Member", "Numbers", "Problem", "determined"]

#: Numbers for some of the unknowns.
Numbers: TypeAlias = Mapping[int, Fraction]

#: One of the conditions: ``equal``, ``not_below`` or ``above``, and its place there.
Member: TypeAlias = tuple[str, int]

#: Conditions nearer to 0 than this, relative to their scale, may be 0 where a root that is not rational went into them: far
#: above the rounding of payoffs in double precision, and below what payoffs written with a dozen digits can differ by.
NEGLIGIBLE = Fraction(1, 2**42)

HALF = Fraction(1, 2)

#: More unknowns than this are not sought together: the time that it takes grows with the power of their number.
MOST_TOGETHER = 3

#: Into how many pieces the range of an unknown is cut to see whether a condition rises or falls in another one.
PIECES = 16


@dataclass(frozen=True, eq=False)
class Problem:
    """Conditions on unknowns in [0, 1].

    Parameters
    ----------
    members : tuple of Member
        The names of the conditions.
    values : callable
        Of one number (exact or enclosed) for each unknown, and of members: the values of these conditions.
    is_open : tuple of bool, one for each unknown
        Whether it must lie inside (0, 1).
    preferred : callable
        Of an unknown and the numbers known so far: values to be taken, in order, where the unknown may have them.
    scale : Fraction
        How large the conditions can be; beside it, rounding is judged.
    """

    members: tuple[Member, ...]
    values: Callable[[Sequence[Known], Sequence[Member]], Sequence[Known]]
    is_open: tuple[bool, ...]
    preferred: Callable[[int, Numbers], Sequence[Fraction]]
    scale: Fraction = Fraction(1)

    def slack(self, *, exactly: bool) -> Fraction:
        """Return by how much a condition may be missed: by nothing, or by what may be rounding."""
        return Fraction(0) if exactly else NEGLIGIBLE * self.scale

    @property
    def unknowns(self) -> range:
        """The numbers of the unknowns."""
        return range(len(self.is_open))

    def allows(self, unknown: int, value: Fraction) -> bool:
        """Return whether an unknown may have a value, as far as its bounds go."""
        return 0 < value < 1 if self.is_open[unknown] else 0 <= value <= 1

    def at(self, known: Mapping[int, Known], chosen: Sequence[Member] | None = None) -> dict[Member, Known]:
        """Return conditions (all if none are chosen) where some unknowns are given; the others stand at one half."""
        asked = self.members if chosen is None else chosen
        return dict(zip(asked, self.values([known.get(unknown, HALF) for unknown in self.unknowns], asked), strict=True))

    def system(self, known: Numbers, unknowns: Sequence[int], chosen: Sequence[Member]) -> System:
        """Return chosen conditions as functions of some unknowns, where others are known."""

        def values(point: Sequence[Known]) -> Sequence[Known]:
            """Return the chosen conditions at a point."""
            return list(self.at({**known, **dict(zip(unknowns, point, strict=True))}, chosen).values())

        return values

    def limits(self, known: Numbers, unknown: int, members: Sequence[Member]) -> Interval:
        """Return the range of an unknown that affine inequalities in it alone leave (upside down if none is left)."""
        low, high = Fraction(0), Fraction(1)
        for member in members:
            system = self.system(known, (unknown,), [member])
            (value,) = system(box_enclosures([(low, high)])) if low <= high else (Fraction(0),)
            slope = None if isinstance(value, Fraction) else value.slope(0)
            if slope is not None and slope[0] == slope[1] and slope[0]:
                root = low - _number(system((low,))[0]) / slope[0]
                low, high = (max(low, root), high) if slope[0] > 0 else (low, min(high, root))
        return low, high

    def roots(self, known: Numbers, limits: Mapping[int, Interval], members: Sequence[Member]) -> Roots:
        """Return the common roots of as many conditions as unknowns, each searched within its limits."""
        system = self.system(known, tuple(limits), members)
        spans = tuple(limits.values())
        if any(low > high for low, high in spans):
            return Roots()

        def scaled(point: Sequence[Known]) -> Sequence[Known]:
            """Return the conditions as functions on the unit box."""
            return system([coordinate * (high - low) + low for coordinate, (low, high) in zip(point, spans, strict=True)])

        found = system_roots(scaled, len(limits))

        def unscaled(point: Sequence[Fraction]) -> tuple[Fraction, ...]:
            """Return a point of the unit box where it lies within the limits."""
            return tuple(x * (high - low) + low for x, (low, high) in zip(point, spans, strict=True))

        boxes = (tuple(zip(*(unscaled(corner) for corner in zip(*box, strict=True)), strict=True)) for box in found.unresolved)
        return Roots(tuple(map(unscaled, found.exact)), tuple(map(unscaled, found.close)), tuple(boxes), found.everywhere)

    def is_affine(self, known: Numbers, unknowns: Sequence[int], member: Member) -> bool:
        """Return whether the slopes of a condition are the same everywhere."""
        slopes = self._slopes(known, unknowns, member, ((Fraction(0), Fraction(1)),) * len(unknowns))
        return all(slope is not None and slope[0] == slope[1] for slope in slopes)

    def is_monotone(self, known: Numbers, unknowns: Sequence[int], member: Member) -> bool:
        """Return whether, whatever the first of two unknowns is, a condition only rises or only falls in the second.

        The first one's range is cut into pieces, since bounds over all of it may be too wide to tell.
        """
        cuts = [Fraction(place, PIECES) for place in range(PIECES + 1)]
        for piece in pairwise(cuts):
            slope = self._slopes(known, unknowns, member, (piece, (Fraction(0), Fraction(1))))[1]
            if slope is None or slope[0] < 0 < slope[1]:
                return False
        return True

    def _slopes(self, known: Numbers, unknowns: Sequence[int], member: Member, box: Sequence[Interval]) -> Sequence[Interval | None]:
        try:
            (value,) = self.system(known, unknowns, [member])(box_enclosures(box))
        except UnboundedError:
            return (None,) * len(unknowns)
        axes = range(len(unknowns))
        return [(Fraction(0), Fraction(0)) if isinstance(value, Fraction) else value.slope(axis) for axis in axes]

    def holds(self, known: Numbers, *, chosen: Sequence[Member] | None = None, exactly: bool = True) -> bool:
        """Return whether conditions (all if none are chosen) hold at numbers that determine them."""
        slack = self.slack(exactly=exactly)
        return all(self.allows(unknown, value) for unknown, value in known.items()) and all(
            _holds(kind, _number(value), slack) for (kind, _), value in self.at(known, chosen).items()
        )


def determined(depends: Mapping[Member, Collection[int]]) -> tuple[tuple[Member, ...], tuple[int, ...]] | None:
    """Return the smallest set of equations with as many unknowns as it has members, with these; None if there is none."""
    for size in range(1, MOST_TOGETHER + 1):
        for members in combinations([member for member, found in depends.items() if found], size):
            unknowns = sorted({unknown for member in members for unknown in depends[member]})
            if len(unknowns) == size:
                return members, tuple(unknowns)
    return None


def _holds(kind: str, value: Fraction, slack: Fraction) -> bool:
    if kind == "equal":
        return abs(value) <= slack
    return value >= -slack if kind == "not_below" else value > slack


def _number(value: Known) -> Fraction:
    return value if isinstance(value, Fraction) else value.low
