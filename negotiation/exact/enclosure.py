"""Numbers known to lie between bounds, with bounds on how they change: interval arithmetic with slopes, on exact rationals.

An ``Enclosure`` stands for the value of a function anywhere in a box, and for its slopes along the axes of the box. Sums,
products and quotients of enclosures, alone or with Fractions, enclose the sums, products and quotients of the functions
(Moore 1966; slopes by the chain rule). Since bounds are rationals nothing is rounded, and a slope that is the same
everywhere is seen to be the same: the function is then affine, exactly.

References
----------
Moore (1966), Interval Analysis. Clarke (1983), Optimization and Nonsmooth Analysis (slopes at kinks).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from negotiation.games.audience import Interval

__all__ = [
    "Enclosure",
    "Known",
    "UnboundedError",
    "anything_between",
    "bisected",
    "box_enclosures",
    "constant",
    "hull",
    "with_slope",
]

ZERO: Interval = (Fraction(0), Fraction(0))


class UnboundedError(ArithmeticError):
    """A function has no bounds here, for example next to a division by zero; a smaller box may do."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Bounds on a value and on its slopes along the axes of a box.

    An axis that is not among ``slopes`` does not matter; None stands for a slope that may be unbounded, or a jump.
    """

    low: Fraction
    high: Fraction
    slopes: Mapping[int, Interval | None]

    @property
    def sign(self) -> int:
        """1 or -1 where the value has this sign in the whole box, else 0."""
        return (self.low > 0) - (self.high < 0)

    def slope(self, axis: int) -> Interval | None:
        """Return bounds on the slope along an axis, None where there are none."""
        return self.slopes.get(axis, ZERO)

    def __add__(self, other: Known) -> Enclosure:
        """Return the sum."""
        if isinstance(other, Fraction):
            return Enclosure(self.low + other, self.high + other, self.slopes)
        slopes = {axis: _sum(self.slope(axis), other.slope(axis)) for axis in {**self.slopes, **other.slopes}}
        return Enclosure(self.low + other.low, self.high + other.high, _without_zeros(slopes))

    __radd__ = __add__

    def __neg__(self) -> Enclosure:
        """Return the negative."""
        return Enclosure(-self.high, -self.low, {axis: slope and (-slope[1], -slope[0]) for axis, slope in self.slopes.items()})

    def __sub__(self, other: Known) -> Enclosure:
        """Return the difference."""
        return self + (-other)

    def __rsub__(self, other: Fraction) -> Enclosure:
        """Return the difference."""
        return -self + other

    def __mul__(self, other: Known) -> Enclosure:
        """Return the product."""
        ours = self.low, self.high
        if isinstance(other, Fraction):
            scaled = {axis: slope and _scaled(slope, other) for axis, slope in self.slopes.items()}
            return Enclosure(*_scaled(ours, other), _without_zeros(scaled))
        theirs = other.low, other.high
        axes = {**self.slopes, **other.slopes}
        slopes = {axis: _sum(_times(self.slope(axis), theirs), _times(other.slope(axis), ours)) for axis in axes}
        return Enclosure(*_product(ours, theirs), _without_zeros(slopes))

    __rmul__ = __mul__

    def __truediv__(self, other: Known) -> Enclosure:
        """Return the quotient; ``UnboundedError`` where the divisor may be 0."""
        return self * (1 / other if isinstance(other, Fraction) else _inverse(other))

    def __rtruediv__(self, other: Fraction) -> Enclosure:
        """Return the quotient; ``UnboundedError`` where the divisor may be 0."""
        return _inverse(self) * other


#: A number that is known exactly, or between bounds.
Known: TypeAlias = Fraction | Enclosure


def constant(value: Fraction) -> Enclosure:
    """Return a number that is the same in the whole box."""
    return Enclosure(value, value, {})


def box_enclosures(box: Sequence[Interval]) -> tuple[Enclosure, ...]:
    """Return the coordinates of the points of a box."""
    one = Fraction(1), Fraction(1)
    return tuple(Enclosure(low, high, {axis: one}) for axis, (low, high) in enumerate(box))


def hull(enclosures: Sequence[Enclosure]) -> Enclosure:
    """Return what encloses a function that is one of these here and another there, without jumps between."""
    slopes: dict[int, Interval | None] = {}
    for axis in {axis: None for enclosure in enclosures for axis in enclosure.slopes}:
        known = [slope for enclosure in enclosures if (slope := enclosure.slope(axis)) is not None]
        is_bounded = len(known) == len(enclosures)
        slopes[axis] = (min(low for low, _ in known), max(high for _, high in known)) if is_bounded else None
    return Enclosure(min(e.low for e in enclosures), max(e.high for e in enclosures), slopes)


def with_slope(argument: Enclosure, values: Interval, slope: Interval | None) -> Enclosure:
    """Return a function of one argument, given bounds on its value and slope where the argument lies (the chain rule)."""
    return Enclosure(*values, _without_zeros({axis: _times(inner, slope) for axis, inner in argument.slopes.items()}))


def anything_between(low: Fraction, high: Fraction, of: Sequence[Known]) -> Enclosure:
    """Return a function of these numbers of which only bounds are known, so that it may change in any way with what they depend on."""
    return Enclosure(low, high, {axis: None for value in of if isinstance(value, Enclosure) for axis in value.slopes})


def bisected(box: Sequence[Interval], axis: int) -> list[tuple[Interval, ...]]:
    """Return the two halves of a box."""
    low, high = box[axis]
    middle = (low + high) / 2
    return [(*box[:axis], half, *box[axis + 1 :]) for half in ((low, middle), (middle, high))]


def _without_zeros(slopes: Mapping[int, Interval | None]) -> Mapping[int, Interval | None]:
    return {axis: slope for axis, slope in slopes.items() if slope != ZERO}


def _scaled(interval: Interval, factor: Fraction) -> Interval:
    low, high = interval
    if low is high or not (low or high):
        return (low * factor,) * 2
    return (low * factor, high * factor) if factor >= 0 else (high * factor, low * factor)


def _product(left: Interval, right: Interval) -> Interval:
    if left[0] == left[1]:
        return _scaled(right, left[0])
    if right[0] == right[1]:
        return _scaled(left, right[0])
    corners = [a * b for a in left for b in right]
    return min(corners), max(corners)


def _times(left: Interval | None, right: Interval | None) -> Interval | None:
    if left is ZERO or right is ZERO or left == ZERO or right == ZERO:
        return ZERO
    return None if left is None or right is None else _product(left, right)


def _sum(left: Interval | None, right: Interval | None) -> Interval | None:
    if left is ZERO or right is ZERO:
        return right if left is ZERO else left
    return None if left is None or right is None else (left[0] + right[0], left[1] + right[1])


def _inverse(divisor: Enclosure) -> Enclosure:
    if not divisor.sign:
        raise UnboundedError
    values = 1 / divisor.high, 1 / divisor.low
    squares = sorted((-values[0] * values[0], -values[1] * values[1]))
    return with_slope(divisor, values, (squares[0], squares[1]))
