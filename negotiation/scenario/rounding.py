"""Numbers at many points in doubles, with a bound on how far each double is from the exact value there.

What does not vary stays a rational. Bounds hold whatever was rounded: of the parameters, of each operation, of the bounds themselves.
Where a double cannot tell what the exact arithmetic does (a division by what may be 0, a number with too many digits) the bound is
infinite, or not a number, and the exact arithmetic has to be asked.

References
----------
Higham (2002), Accuracy and Stability of Numerical Algorithms, chapter 3: running error analysis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import inf, log2
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from negotiation.scenario.formula_arithmetic import MOST_BITS

__all__ = [
    "BINARY",
    "CONSTANT",
    "POINTS",
    "UNIT",
    "UP",
    "Bound",
    "Element",
    "Frame",
    "Quantity",
    "Rounded",
    "called",
    "checked",
    "difference_bound",
    "expectation",
    "largest",
    "most_bits",
    "power",
    "rounded",
    "unknown",
]

Doubles: TypeAlias = NDArray[np.float64]
Element = TypeVar("Element", bound=np.generic)

#: A number for all points, or one for each.
Bound: TypeAlias = float | Doubles

#: Half the distance from 1 to the next double: the largest relative error of one operation.
UNIT = 2.0**-53

#: Covers the rounding of a bound that takes up to eight operations.
UP = 1.0 + 2.0**-50

#: More than what is lost where a product or a quotient is too small for a double.
TINY = 2.0**-1000

#: Numbers above this are left to the exact arithmetic, which says where a number is too large.
HUGE = 2.0**1000

#: By how much an exponential, a logarithm or a power can be wrong, relative to its size: the libraries' few units, many times over.
MARGIN = 2.0**-46

#: What does not vary has one value; other axes are numbered from 0 on.
CONSTANT = -1

#: The axis of what has a value for each point.
POINTS = -2


@dataclass(frozen=True, eq=False, slots=True)
class Rounded:
    """A number at each level of an axis.

    Parameters
    ----------
    values : float64 array of shape (levels of the axis,), (points,) or (1,)
        0 where the bound is infinite.
    error : float, or array of the shape of ``values``
        No value is farther from the exact one; infinite or not a number where nothing is known.
    size : float, or array of the shape of ``values``
        Neither a value nor the exact one is larger.
    bits : float
        A bound on the bits of the exact numerators and denominators.
    axis : int
        The place of the axis in the frame; ``CONSTANT`` or ``POINTS``.
    """

    values: Doubles
    error: Bound
    size: Bound
    bits: float
    axis: int


#: What a formula gives: a rational where it does not vary.
Quantity: TypeAlias = Fraction | Rounded


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """The axes of a block: for each the level of each point.

    Parameters
    ----------
    size : int
        The number of points.
    axes : tuple of int64 arrays of shape (points,)
    """

    size: int
    axes: tuple[NDArray[np.int64], ...]

    def spread(self, values: NDArray[Element], axis: int) -> NDArray[Element]:
        """Return an array over an axis as one over the points; what does not vary keeps its length 1."""
        return values if axis < 0 or len(values) == 1 else values[self.axes[axis]]

    def common(self, *axes: int) -> int:
        """Return the axis on which quantities of these axes can be combined."""
        different = {axis for axis in axes if axis != CONSTANT}
        return different.pop() if len(different) == 1 else POINTS if different else CONSTANT

    def on(self, quantity: Rounded, axis: int) -> Rounded:
        """Return a quantity over an axis that ``common`` gave for it."""
        if quantity.axis in (CONSTANT, axis):
            return quantity
        error, size = (
            self.spread(bound, quantity.axis) if isinstance(bound, np.ndarray) else bound for bound in (quantity.error, quantity.size)
        )
        return Rounded(self.spread(quantity.values, quantity.axis), error, size, quantity.bits, POINTS)


def rounded(value: Quantity) -> Rounded:
    """Return a rational as a double that is near."""
    if isinstance(value, Rounded):
        return value
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if value.numerator.bit_length() - value.denominator.bit_length() > log2(HUGE):
        return unknown()
    number = float(value)
    exact = value.denominator & (value.denominator - 1) == 0 and bits <= 53
    size = abs(number) * UP + (0.0 if exact else TINY)
    return Rounded(np.array([number]), 0.0 if exact else UNIT * size, size, bits, CONSTANT)


def unknown(axis: int = CONSTANT) -> Rounded:
    """Return what only the exact arithmetic knows."""
    return Rounded(np.zeros(1), inf, 0.0, 0.0, axis)


def checked(found: Rounded) -> Rounded:
    """Return a result, unknown where it may be too large or have too many digits for the exact arithmetic."""
    if found.bits > MOST_BITS:
        return unknown()
    if isinstance(found.size, float) and found.size < HUGE:
        return found
    sizes = np.abs(found.values) + found.error if isinstance(found.size, float) else found.size
    known = sizes < HUGE
    if known.all():
        return found
    values, error = np.where(known, found.values, 0.0), np.where(known, found.error, inf)
    return Rounded(values, error, np.where(known, sizes, 0.0), found.bits, found.axis)


def _sum(left: Rounded, right: Rounded, axis: int) -> Rounded:
    size = (left.size + right.size) * UP
    error = (left.error + right.error + UNIT * size) * UP
    return Rounded(left.values + right.values, error, size, left.bits + right.bits + 1, axis)


def _difference(left: Rounded, right: Rounded, axis: int) -> Rounded:
    size = (left.size + right.size) * UP
    error = (left.error + right.error + UNIT * size) * UP
    return Rounded(left.values - right.values, error, size, left.bits + right.bits + 1, axis)


def _product(left: Rounded, right: Rounded, axis: int) -> Rounded:
    size = left.size * right.size * UP + TINY
    error = (left.error * right.size + right.error * left.size + UNIT * size + TINY) * UP
    return Rounded(left.values * right.values, error, size, left.bits + right.bits, axis)


def _quotient(left: Rounded, right: Rounded, axis: int) -> Rounded:
    """Return a quotient, unknown where the denominator may be 0."""
    constant = right.axis == CONSTANT and isinstance(right.error, float)
    divisor: Bound = abs(float(right.values[0])) if constant else np.abs(right.values)
    gap = (divisor - right.error) / UP
    known = np.asarray(gap > 0)
    if constant and not known:
        return unknown()
    values = left.values / (right.values if constant else np.where(known, right.values, 1.0))
    if constant:
        most = left.size / gap * UP + TINY
    else:
        values = np.where(known, values, 0.0)
        most, gap = np.abs(values) * UP + TINY, np.where(known, gap, np.nan)
    error = ((left.error + most * right.error) / gap * UP + UNIT * most + TINY) * UP
    return Rounded(values, error, (most + error) * UP, left.bits + right.bits, axis)


BINARY: Mapping[str, Callable[[Rounded, Rounded, int], Rounded]] = {"+": _sum, "-": _difference, "*": _product, "/": _quotient}


def power(base: Rounded, exponent: Rounded, given: Quantity, axis: int) -> Rounded:
    """Return a power; ``given`` is the exponent as it was before it was rounded."""
    if isinstance(given, Fraction) and given.denominator == 1:
        whole = _whole_power(base, abs(given.numerator), axis)
        return whole if given >= 0 else _quotient(rounded(Fraction(1)), whole, axis)
    low = base.values - base.error
    known = np.asarray((low > 0) & (low < inf))
    sound = np.where(known, base.values, 1.0)
    values = np.where(known, np.power(*map(np.ascontiguousarray, np.broadcast_arrays(sound, exponent.values))), 0.0)
    relative = np.log1p(np.where(known, base.error / np.where(known, low, 1.0), 0.0))
    moved = np.expm1((np.abs(exponent.values) + exponent.error) * relative + exponent.error * np.abs(np.log(sound)) * UP)
    error = np.where(known, np.abs(values) * (moved * (1 + MARGIN) + MARGIN * (1 + moved)) + TINY, inf)
    # Where the exponent happens to be whole the exact arithmetic multiplies rationals, which may have too many digits.
    digits = 2000.0 if isinstance(given, Fraction) else max(2000.0, base.bits * float(np.max(exponent.size)))
    return Rounded(values, error, np.where(known, np.abs(values) + error, 0.0), digits, axis)


def _whole_power(base: Rounded, factors: int, axis: int) -> Rounded:
    """Return a product of equal factors: rounded at most twice as often as there are factors."""
    if not factors:
        return Rounded(np.ones(1), np.where(np.isfinite(base.error), 0.0, inf) if isinstance(base.error, np.ndarray) else 0.0, 1.0, 1, axis)
    values, square, left = np.ones(1), base.values, factors
    while left:
        values = values * square if left % 2 else values
        left //= 2
        square = square * square if left else square
    with np.errstate(over="ignore"):
        below = np.power(base.size, factors - 1.0) * (1 + MARGIN)
    size = below * base.size * UP + TINY
    error = (factors * below * base.error + 2 * factors * UNIT * size + 2 * factors * TINY) * UP
    if not isinstance(base.size, np.ndarray):
        size, error = float(size), error if isinstance(error, np.ndarray) and error.ndim else float(error)
    return Rounded(values, error, size, base.bits * factors, axis)


def called(function: str, arguments: Sequence[Rounded], axis: int) -> Rounded:
    """Return what a function of formulas gives."""
    match function:
        case "min" | "max":
            return _chosen(np.minimum if function == "min" else np.maximum, arguments, axis)
        case "clip":
            return _clip(arguments, axis)
        case "abs":
            (only,) = arguments
            return Rounded(np.abs(only.values), only.error, only.size, only.bits, axis)
        case "exp":
            return checked(_exponential(arguments[0], axis))
        case "log":
            return _logarithm(arguments[0], axis)
    return _root(arguments[0], axis)


def _chosen(choose: np.ufunc, arguments: Sequence[Rounded], axis: int) -> Rounded:
    """Return the smallest or largest: it moves by no more than one of the arguments does."""
    values = reduce(choose, (each.values for each in arguments))
    return Rounded(
        values, largest([each.error for each in arguments]), largest([each.size for each in arguments]), most_bits(arguments), axis
    )


def _clip(arguments: Sequence[Rounded], axis: int) -> Rounded:
    value, low, high = arguments
    found = _chosen(np.minimum, [_chosen(np.maximum, [value, low], axis), high], axis)
    allowed = np.asarray(high.values - low.values >= difference_bound(low.error, high.error))
    if allowed.all():
        return found
    return Rounded(np.where(allowed, found.values, 0.0), np.where(allowed, found.error, inf), found.size, found.bits, axis)


def largest(bounds: Sequence[Bound]) -> Bound:
    """Return the largest of bounds, not a number where one of them is none."""
    if all(isinstance(bound, float) for bound in bounds):
        return float(np.max(np.array(bounds)))
    found: Bound = reduce(np.maximum, bounds)
    return found


def most_bits(arguments: Sequence[Rounded]) -> float:
    """Return the bound on digits that holds for all."""
    return max(each.bits for each in arguments)


#: The bits of the rational that any double is, which is what a function in doubles gives.
OF_A_DOUBLE = 1100.0


def _exponential(argument: Rounded, axis: int) -> Rounded:
    values = np.exp(np.ascontiguousarray(argument.values))
    moved = np.expm1(argument.error + UNIT * argument.size)
    error = values * (moved + MARGIN * (1 + moved)) * UP + TINY
    return Rounded(values, error, (values + error) * UP, OF_A_DOUBLE, axis)


def _logarithm(argument: Rounded, axis: int) -> Rounded:
    low = (argument.values - argument.error) / UP
    known = np.asarray(low > 0)
    values = np.where(known, np.log(np.where(known, argument.values, 1.0)), 0.0)
    error = np.where(known, argument.error / np.where(known, low, 1.0) + MARGIN * (1 + np.abs(values)), inf)
    return Rounded(values, error, np.abs(values) + np.where(known, error, 0.0), OF_A_DOUBLE, axis)


def _root(argument: Rounded, axis: int) -> Rounded:
    known = np.asarray(argument.values >= argument.error)
    values = np.sqrt(np.where(known, argument.values, 0.0))
    moved = np.minimum(argument.error / np.where(values > 0, values, 1.0), np.sqrt(argument.error))
    error = np.where(known, np.where(values > 0, moved, np.sqrt(argument.error)) + MARGIN * values, inf)
    # An exact root has half the digits of its square.
    return Rounded(values, error, values + np.where(known, error, 0.0), max(OF_A_DOUBLE, argument.bits), axis)


def difference_bound(first: Bound, second: Bound) -> Bound:
    """Return what the difference of two doubles has to exceed for its sign to be that of the exact difference."""
    return (first + second) * UP


def expectation(weights: Sequence[Quantity], values: Sequence[Quantity], frame: Frame) -> Quantity:
    """Return the sum of products of probabilities and values, in their order."""
    total: Quantity = Fraction(0)
    for weight, value in zip(weights, values, strict=True):
        if isinstance(weight, Fraction) and isinstance(value, Fraction):
            term: Quantity = weight * value
        else:
            term = _together(_product, weight, value, frame)
        total = total + term if isinstance(total, Fraction) and isinstance(term, Fraction) else _together(_sum, total, term, frame)
    return total


def _together(operation: Callable[[Rounded, Rounded, int], Rounded], left: Quantity, right: Quantity, frame: Frame) -> Rounded:
    first, second = rounded(left), rounded(right)
    axis = frame.common(first.axis, second.axis)
    return operation(frame.on(first, axis), frame.on(second, axis), axis)
