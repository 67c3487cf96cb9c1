"""All roots of functions in the unit interval, and of systems of equations in the unit box, each proved.

An interval is given up where bounds on the function exclude 0, and searched by signs where bounds on the slope show that
the function only rises or only falls there; else it is halved. For systems, the operator of Krawczyk (1969) shrinks a
box, and proves that it holds no root or exactly one. An affine function or system is solved outright. The root of a
nonlinear one is bracketed closely; if the simplest rational in the bracket solves the equation exactly, it is the root.

Where it can be neither proved nor excluded that there are further roots (the function only touches 0, is 0 on a stretch,
or jumps) the place is reported as unresolved, never dropped.

References
----------
Krawczyk (1969), Computing 4, 187-201. Moore (1977), SIAM Journal on Numerical Analysis 14, 611-615.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import floor
from typing import TypeAlias

from negotiation.exact.enclosure import Enclosure, Known, UnboundedError, bisected, box_enclosures, constant
from negotiation.exact.linear import inverse, solve_linear
from negotiation.games.audience import Interval

__all__ = ["Point", "Roots", "System", "simplest_between", "system_roots"]

Point: TypeAlias = tuple[Fraction, ...]
Box: TypeAlias = tuple[Interval, ...]

#: Functions of a point, or of a box, whose common root is sought.
System: TypeAlias = Callable[[Sequence[Known]], Sequence[Known]]

#: Boxes narrower than this are not halved again. It is far below what payoffs written with a dozen digits can tell apart.
NARROWEST = Fraction(1, 2**44)

#: Roots are bracketed as closely as this: beyond double precision, so that a float is the nearest to the root.
BRACKET = Fraction(1, 2**160)

#: A quicker bracket, close enough to recognise a root whose denominator has up to nine digits.
FIRST_BRACKET = Fraction(1, 2**64)

#: Newton's method doubles the digits at each step once it is near; functions in double precision stop it earlier.
MOST_STEPS = 100

#: Boxes looked at before the rest counts as unresolved: seconds of work.
MOST_BOXES = 4_000


@dataclass(frozen=True, slots=True)
class Roots:
    """The roots found (exact or not), and what could not be resolved; ``everywhere`` where affine equations leave a line or more."""

    exact: tuple[Point, ...] = ()
    close: tuple[Point, ...] = ()
    unresolved: tuple[Box, ...] = ()
    everywhere: bool = False

    @property
    def doubtful(self) -> tuple[Point, ...]:
        """The corners of what could not be resolved: where a function jumps or touches 0, it does so between them."""
        return tuple(corner for box in self.unresolved for corner in product(*box))


def system_roots(system: System, size: int) -> Roots:
    """Return all common roots of ``size`` functions in the unit box of as many variables.

    Parameters
    ----------
    system : callable
        Of a point of Fractions or a box of Enclosures; returns one value for each function.
    size : int
    """
    unit: Box = ((Fraction(0), Fraction(1)),) * size
    search = _Search(system, size)
    try:
        whole = search.enclosures(unit)
    except UnboundedError:
        whole = []
    affine = _constant_slopes(whole, size)
    if affine is not None:
        return _affine_roots(system, affine, size)
    search.run(unit)
    return Roots(tuple(dict.fromkeys(search.exact)), _distinct(search.close, search.exact), tuple(search.unresolved))


def _constant_slopes(values: Sequence[Enclosure], size: int) -> list[list[Fraction]] | None:
    """Return the matrix of slopes of affine functions, None if they may not be affine."""
    rows = []
    for value in values:
        slopes = [value.slope(axis) for axis in range(size)]
        row = [slope[0] for slope in slopes if slope is not None and slope[0] == slope[1]]
        if len(row) < size:
            return None
        rows.append(row)
    return rows or None


def _affine_roots(system: System, slopes: list[list[Fraction]], size: int) -> Roots:
    start = (Fraction(0),) * size
    values = [_exactly(value) for value in system(start)]
    if not any(values) and not any(any(row) for row in slopes):
        return Roots(everywhere=True)
    point = solve_linear(slopes, [-value for value in values])
    if point is None:
        return Roots(everywhere=not _inconsistent(slopes, values))
    return Roots(exact=(tuple(point),) if all(0 <= coordinate <= 1 for coordinate in point) else ())


def _inconsistent(slopes: list[list[Fraction]], values: list[Fraction]) -> bool:
    """Return whether singular affine equations have no solution (sizes of 1 and 2 are decided, others are left open)."""
    if len(slopes) == 1:
        return bool(values[0])
    if len(slopes) > 2:
        return False
    (a, b), (c, d) = slopes
    return bool(values[0] * c - values[1] * a or values[0] * d - values[1] * b)


def _exactly(value: Known) -> Fraction:
    return value if isinstance(value, Fraction) else value.low


class _Search:
    """Halves and shrinks boxes until each root is proved or excluded."""

    def __init__(self, system: System, size: int) -> None:
        self.system = system
        self.size = size
        self.exact: list[Point] = []
        self.close: list[Point] = []
        self.unresolved: list[Box] = []

    def enclosures(self, box: Box) -> list[Enclosure]:
        """Return bounds on the functions in a box."""
        values = self.system(box_enclosures(box))
        return [constant(value) if isinstance(value, Fraction) else value for value in values]

    def values(self, point: Point) -> list[Fraction]:
        """Return the functions at a point, exactly."""
        return [_exactly(value) for value in self.system(point)]

    def run(self, unit: Box) -> None:
        """Look at boxes until none is left, or too many have been."""
        waiting = [unit]
        for _ in range(MOST_BOXES):
            if not waiting:
                return
            waiting.extend(self.look(waiting.pop()))
        self.unresolved += waiting

    def look(self, box: Box) -> list[Box]:
        """Return the boxes that are still to be looked at after this one."""
        try:
            values = self.enclosures(box)
        except UnboundedError:
            return self.split(box)
        if any(value.sign for value in values):
            return []
        if any(value.low == value.high for value in values):
            self.unresolved.append(box)
            return []
        return self.by_signs(box, values[0]) if self.size == 1 else self.by_shrinking(box, values)

    def split(self, box: Box) -> list[Box]:
        """Return the halves of a box along its longest side; a very narrow one is left unresolved."""
        widths = [high - low for low, high in box]
        axis = widths.index(max(widths))
        if widths[axis] > NARROWEST:
            return bisected(box, axis)
        simplest = tuple(simplest_between(low, high) for low, high in box)
        if not any(self.values(simplest)):
            self.exact.append(simplest)
        self.unresolved.append(box)
        return []

    def by_signs(self, box: Box, value: Enclosure) -> list[Box]:
        """Look for the one root that a function which rises or falls throughout can have in an interval."""
        slope = value.slope(0)
        if slope is None or slope[0] <= 0 <= slope[1]:
            return self.split(box)
        ((low, high),) = box
        (at_low,), (at_high,) = self.values((low,)), self.values((high,))
        for end, at_end in ((low, at_low), (high, at_high)):
            if not at_end:
                self.exact.append((end,))
                return []
        if (at_low > 0) != (at_high > 0):
            self.bracket(low, high, at_low > 0)
        return []

    def bracket(self, low: Fraction, high: Fraction, falls: bool) -> None:
        """Note the root between two points of opposite signs: the simplest rational there if it is one, else a close one."""
        for width in (FIRST_BRACKET, BRACKET):
            while high - low > width:
                middle = (low + high) / 2
                (value,) = self.values((middle,))
                if (value > 0) == falls:
                    low = middle
                else:
                    high = middle
            simplest = (simplest_between(low, high),)
            if not any(self.values(simplest)):
                self.exact.append(simplest)
                return
        self.close.append(((low + high) / 2,))

    def by_shrinking(self, box: Box, values: Sequence[Enclosure]) -> list[Box]:
        """Apply Krawczyk's operator to a box."""
        rough = _rough_inverse(values)
        if rough is None:
            return self.split(box)
        image = self.image(box, values, rough)
        if any(low > high_ or high < low_ for (low, high), (low_, high_) in zip(image, box, strict=True)):
            return []
        if all(low_ < low and high < high_ for (low, high), (low_, high_) in zip(image, box, strict=True)):
            self.polish(box, rough)
            return []
        shrunk = tuple((max(_down(low), low_), min(-_down(-high), high_)) for (low, high), (low_, high_) in zip(image, box, strict=True))
        return self.after_shrinking(box, shrunk)

    def image(self, box: Box, values: Sequence[Enclosure], rough: Sequence[Sequence[Fraction]]) -> Box:
        """Return where Krawczyk's operator sends a box: every root in the box lies in its image too."""
        centre = tuple((low + high) / 2 for low, high in box)
        steps = _times(rough, self.values(centre))
        spreads = [_spread(rough[place], values, place, box) for place in range(self.size)]
        return tuple((c - step - spread, c - step + spread) for c, step, spread in zip(centre, steps, spreads, strict=True))

    def after_shrinking(self, box: Box, shrunk: Box) -> list[Box]:
        """Return the shrunk box if that was worth it, else the halves of the old one; look for roots on its faces."""
        if max(high - low for low, high in shrunk) <= NARROWEST:
            corner = tuple(simplest_between(low, high) for low, high in shrunk)
            if any(self.values(corner)):
                self.unresolved.append(shrunk)
            else:
                self.exact.append(corner)
            return []
        shrinks = max(high - low for low, high in shrunk) < Fraction(3, 4) * max(high - low for low, high in box)
        return [shrunk] if shrinks else self.split(shrunk)

    def polish(self, box: Box, rough: Sequence[Sequence[Fraction]]) -> None:
        """Note the one root of a box, approached by Newton's method with a fixed inverse."""
        point = tuple((low + high) / 2 for low, high in box)
        for width in (FIRST_BRACKET, BRACKET):
            for _ in range(MOST_STEPS):
                moves = _times(rough, self.values(point))
                point = tuple(_rounded(x - move, 200) for x, move in zip(point, moves, strict=True))
                if max(map(abs, moves)) <= width:
                    break
            simplest = tuple(simplest_between(x - 4 * width, x + 4 * width) for x in point)
            inside = all(low <= x <= high for x, (low, high) in zip(simplest, box, strict=True))
            if inside and not any(self.values(simplest)):
                self.exact.append(simplest)
                return
        self.close.append(point)


def _rough_inverse(values: Sequence[Enclosure]) -> list[list[Fraction]] | None:
    """Return the inverse of the slopes in the middle of their bounds, rounded; None if some are unbounded or it has none."""
    slopes = [[value.slope(axis) for axis in range(len(values))] for value in values]
    rows = [[_rounded((slope[0] + slope[1]) / 2) for slope in row if slope is not None] for row in slopes]
    return inverse(rows) if all(len(row) == len(rows) for row in rows) else None


def _times(matrix: Sequence[Sequence[Fraction]], vector: Sequence[Fraction]) -> list[Fraction]:
    return [sum((a * b for a, b in zip(row, vector, strict=True)), Fraction(0)) for row in matrix]


def _spread(row: Sequence[Fraction], values: Sequence[Enclosure], place: int, box: Box) -> Fraction:
    """Return how far the image of a box reaches along one axis on either side of its centre."""
    total = Fraction(0)
    for axis, (low, high) in enumerate(box):
        ends = [Fraction(int(axis == place))] * 2
        for weight, value in zip(row, values, strict=True):
            slope = value.slope(axis) or (Fraction(0), Fraction(0))
            products = sorted((weight * slope[0], weight * slope[1]))
            ends = [ends[0] - products[1], ends[1] - products[0]]
        total += max(map(abs, ends)) * (high - low) / 2
    return total


def _down(number: Fraction) -> Fraction:
    """Return a number rounded down: the bounds of boxes need not be longer than what is asked of them."""
    return Fraction(floor(number / NARROWEST * 2**20), 2**20) * NARROWEST


def _rounded(number: Fraction, bits: int = 60) -> Fraction:
    return Fraction(round(number * 2**bits), 2**bits)


def _distinct(points: Sequence[Point], exact: Sequence[Point]) -> tuple[Point, ...]:
    """Return the points without those that another box has found as well."""
    kept: list[Point] = []
    for point in points:
        if all(max(abs(a - b) for a, b in zip(point, other, strict=True)) > 8 * FIRST_BRACKET for other in (*kept, *exact)):
            kept.append(point)
    return tuple(kept)


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Return the rational with the smallest denominator in a closed interval (by continued fractions)."""
    if low > high:
        raise ValueError(f"the interval from {low} to {high} is empty")
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_between(-high, -low)
    whole = floor(low)
    if low == whole or whole + 1 <= high:
        return Fraction(whole if low == whole else whole + 1)
    return whole + 1 / simplest_between(1 / (high - whole), 1 / (low - whole))
