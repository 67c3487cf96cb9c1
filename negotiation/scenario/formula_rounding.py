"""Formulas on many points in doubles, with a bound on how far each double is from the exact value there.

The fourth arithmetic of formulas. What does not vary stays a rational. What varies has doubles, and bounds that hold whatever was
rounded: of the parameters, of each operation, of the bounds themselves. Where a double cannot tell what the exact arithmetic does (a
condition too near to a tie, a division by what may be 0, a number with too many digits) the bound is infinite, or not a number, and the
exact arithmetic has to be asked.

Bounds depend on the point and on the declared ranges of the parameters, never on the other points that are computed together.

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

from negotiation.errors import FormulaError
from negotiation.scenario.formula_arithmetic import COMPARISONS, MOST_BITS, exact_value
from negotiation.scenario.formula_tree import Binary, Bool, Call, Compare, IfElse, Name, Node, Number, Unary

__all__ = ["CONSTANT", "POINTS", "UNIT", "UP", "Frame", "Quantity", "Rounded", "Truth", "difference_bound", "rounded", "rounded_value"]

Doubles: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
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
class Truth:
    """Where something is known to hold, and where it is known not to; elsewhere it is not known."""

    holds: Bools
    fails: Bools
    axis: int


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
        place = self.axes[quantity.axis]
        error, size = (bound[place] if isinstance(bound, np.ndarray) else bound for bound in (quantity.error, quantity.size))
        return Rounded(quantity.values[place], error, size, quantity.bits, POINTS)


def rounded(value: Quantity) -> Rounded:
    """Return a rational as a double that is near."""
    if isinstance(value, Rounded):
        return value
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if value.numerator.bit_length() - value.denominator.bit_length() > log2(HUGE):
        return _unknown()
    number = float(value)
    exact = value.denominator & (value.denominator - 1) == 0 and bits <= 53
    size = abs(number) * UP + (0.0 if exact else TINY)
    return Rounded(np.array([number]), 0.0 if exact else UNIT * size, size, bits, CONSTANT)


def _unknown(axis: int = CONSTANT) -> Rounded:
    """Return what only the exact arithmetic knows."""
    return Rounded(np.zeros(1), inf, 0.0, 0.0, axis)


def rounded_value(node: Node, values: Mapping[str, Quantity], frame: Frame) -> Quantity:
    """Return what a formula gives at the points of a frame."""
    match node:
        case Number():
            return node.value
        case Name():
            return values[node.name]
        case IfElse():
            return _if_else(node, values, frame)
        case Compare() | Bool() | Unary(operator="not"):
            truth = _truth(node, values, frame)
            return Fraction(truth) if isinstance(truth, bool) else _number(truth)
        case Unary():
            return _signed(node.operator, rounded_value(node.operand, values, frame))
        case Binary():
            return _operation(node, [rounded_value(each, values, frame) for each in (node.left, node.right)], frame)
        case Call():
            return _operation(node, [rounded_value(each, values, frame) for each in node.arguments], frame)


def _signed(sign: str, value: Quantity) -> Quantity:
    if sign == "+":
        return value
    return -value if isinstance(value, Fraction) else Rounded(-value.values, value.error, value.size, value.bits, value.axis)


def _operation(node: Binary | Call, operands: Sequence[Quantity], frame: Frame) -> Quantity:
    """Return the result of an operation or a function; exactly if its operands are."""
    exact = tuple(Number(each, node.offset, node.length) for each in operands if isinstance(each, Fraction))
    if len(exact) == len(operands):
        again: Node = (
            Call(node.function, exact, node.offset, node.length)
            if isinstance(node, Call)
            else Binary(node.operator, exact[0], exact[1], node.offset, node.length)
        )
        try:
            return exact_value(again, {})
        except FormulaError:
            return _unknown()
    near = [rounded(each) for each in operands]
    axis = frame.common(*(each.axis for each in near))
    aligned = [frame.on(each, axis) for each in near]
    if isinstance(node, Call):
        return _call(node.function, aligned, axis)
    if node.operator == "**":
        return _checked(_power(aligned[0], aligned[1], operands[1], axis))
    return _checked(BINARY[node.operator](aligned[0], aligned[1], axis))


def _checked(found: Rounded) -> Rounded:
    """Return a result, unknown where it may be too large or have too many digits for the exact arithmetic."""
    if found.bits > MOST_BITS:
        return _unknown()
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
        return _unknown()
    values = left.values / (right.values if constant else np.where(known, right.values, 1.0))
    if constant:
        most = left.size / gap * UP + TINY
    else:
        values = np.where(known, values, 0.0)
        most, gap = np.abs(values) * UP + TINY, np.where(known, gap, np.nan)
    error = ((left.error + most * right.error) / gap * UP + UNIT * most + TINY) * UP
    return Rounded(values, error, (most + error) * UP, left.bits + right.bits, axis)


BINARY: Mapping[str, Callable[[Rounded, Rounded, int], Rounded]] = {"+": _sum, "-": _difference, "*": _product, "/": _quotient}


def _power(base: Rounded, exponent: Rounded, given: Quantity, axis: int) -> Rounded:
    if isinstance(given, Fraction) and given.denominator == 1:
        power = _whole_power(base, abs(given.numerator), axis)
        return power if given >= 0 else _quotient(rounded(Fraction(1)), power, axis)
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


def _whole_power(base: Rounded, power: int, axis: int) -> Rounded:
    """Return a product of equal factors: rounded at most twice as often as there are factors."""
    if not power:
        return Rounded(np.ones(1), np.where(np.isfinite(base.error), 0.0, inf) if isinstance(base.error, np.ndarray) else 0.0, 1.0, 1, axis)
    values, square, left = np.ones(1), base.values, power
    while left:
        values = values * square if left % 2 else values
        left //= 2
        square = square * square if left else square
    with np.errstate(over="ignore"):
        below = np.power(base.size, power - 1.0) * (1 + MARGIN)
    size = below * base.size * UP + TINY
    error = (power * below * base.error + 2 * power * UNIT * size + 2 * power * TINY) * UP
    if not isinstance(base.size, np.ndarray):
        size, error = float(size), error if isinstance(error, np.ndarray) and error.ndim else float(error)
    return Rounded(values, error, size, base.bits * power, axis)


def _call(function: str, arguments: Sequence[Rounded], axis: int) -> Rounded:
    match function:
        case "min" | "max":
            return _chosen(np.minimum if function == "min" else np.maximum, arguments, axis)
        case "clip":
            return _clip(arguments, axis)
        case "abs":
            (only,) = arguments
            return Rounded(np.abs(only.values), only.error, only.size, only.bits, axis)
        case "exp":
            return _checked(_exponential(arguments[0], axis))
        case "log":
            return _logarithm(arguments[0], axis)
    return _root(arguments[0], axis)


def _chosen(choose: np.ufunc, arguments: Sequence[Rounded], axis: int) -> Rounded:
    """Return the smallest or largest: it moves by no more than one of the arguments does."""
    values = reduce(choose, (each.values for each in arguments))
    return Rounded(
        values, _largest([each.error for each in arguments]), _largest([each.size for each in arguments]), _bits(arguments), axis
    )


def _clip(arguments: Sequence[Rounded], axis: int) -> Rounded:
    value, low, high = arguments
    found = _chosen(np.minimum, [_chosen(np.maximum, [value, low], axis), high], axis)
    allowed = np.asarray(high.values - low.values >= difference_bound(low.error, high.error))
    if allowed.all():
        return found
    return Rounded(np.where(allowed, found.values, 0.0), np.where(allowed, found.error, inf), found.size, found.bits, axis)


def _largest(bounds: Sequence[Bound]) -> Bound:
    if all(isinstance(bound, float) for bound in bounds):
        return float(np.max(np.array(bounds)))
    found: Bound = reduce(np.maximum, bounds)
    return found


def _bits(arguments: Sequence[Rounded]) -> float:
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


def _if_else(node: IfElse, values: Mapping[str, Quantity], frame: Frame) -> Quantity:
    truth = _truth(node.condition, values, frame)
    if isinstance(truth, bool):
        return rounded_value(node.then if truth else node.otherwise, values, frame)
    then, otherwise = (rounded(rounded_value(each, values, frame)) for each in (node.then, node.otherwise))
    axis = frame.common(truth.axis, then.axis, otherwise.axis)
    then, otherwise = frame.on(then, axis), frame.on(otherwise, axis)
    holds, fails = _spread(truth, axis, frame)
    error = np.where(holds, then.error, np.where(fails, otherwise.error, inf))
    chosen = np.where(holds, then.values, otherwise.values)
    size = _largest([then.size, otherwise.size])
    return Rounded(chosen, error, size, _bits([then, otherwise]), axis)


def _spread(truth: Truth, axis: int, frame: Frame) -> tuple[Bools, Bools]:
    if truth.axis in (axis, CONSTANT):
        return truth.holds, truth.fails
    place = frame.axes[truth.axis]
    return truth.holds[place], truth.fails[place]


def _number(truth: Truth) -> Rounded:
    """Return 1 where it holds and 0 where it fails."""
    known = truth.holds | truth.fails
    return Rounded(truth.holds.astype(np.float64), 0.0 if known.all() else np.where(known, 0.0, inf), 1.0, 1, truth.axis)


def truth_of(value: Quantity) -> bool | Truth:
    """Return where a number counts as true: where it is not 0."""
    if isinstance(value, Fraction):
        return value != 0
    return Truth(np.abs(value.values) > value.error, (np.abs(value.values) <= 0) & np.asarray(value.error <= 0), value.axis)


def _truth(node: Node, values: Mapping[str, Quantity], frame: Frame) -> bool | Truth:
    match node:
        case Compare():
            return _compared(node, values, frame)
        case Bool():
            truths = [_truth(each, values, frame) for each in node.operands]
            if node.operator == "and":
                return _all(truths, frame)
            return _negated(_all([_negated(each) for each in truths], frame))
        case Unary(operator="not"):
            return _negated(_truth(node.operand, values, frame))
    return truth_of(rounded_value(node, values, frame))


def _negated(truth: bool | Truth) -> bool | Truth:
    return not truth if isinstance(truth, bool) else Truth(truth.fails, truth.holds, truth.axis)


def _all(truths: Sequence[bool | Truth], frame: Frame) -> bool | Truth:
    """Return where all hold; the first that fails decides, whatever comes after it, and what is not known leaves it open."""
    found = truths[-1]
    for truth in reversed(truths[:-1]):
        if isinstance(truth, bool):
            found = found if truth else False
            continue
        after = Truth(np.array([found]), np.array([not found]), CONSTANT) if isinstance(found, bool) else found
        axis = frame.common(truth.axis, after.axis)
        (holds, fails), (then_holds, then_fails) = _spread(truth, axis, frame), _spread(after, axis, frame)
        found = Truth(holds & then_holds, fails | (holds & then_fails), axis)
    return found


def _compared(node: Compare, values: Mapping[str, Quantity], frame: Frame) -> bool | Truth:
    operands = [rounded_value(each, values, frame) for each in node.operands]
    pairs = zip(node.operators, operands, operands[1:], strict=False)
    return _all([_relation(sign, left, right, frame) for sign, left, right in pairs], frame)


def _relation(sign: str, left: Quantity, right: Quantity, frame: Frame) -> bool | Truth:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return COMPARISONS[sign](left, right)
    if sign in (">", ">="):
        return _relation("<" if sign == ">" else "<=", right, left, frame)
    if sign == "!=":
        return _negated(_relation("==", left, right, frame))
    near = rounded(left), rounded(right)
    axis = frame.common(near[0].axis, near[1].axis)
    first, second = (frame.on(each, axis) for each in near)
    ahead, bound = second.values - first.values, difference_bound(first.error, second.error)
    match sign:
        case "<":
            return Truth(ahead > bound, -ahead >= bound, axis)
        case "<=":
            return Truth(ahead >= bound, -ahead > bound, axis)
    return Truth((np.abs(ahead) <= bound) & np.asarray(bound <= 0), np.abs(ahead) > bound, axis)


def difference_bound(first: Bound, second: Bound) -> Bound:
    """Return what the difference of two doubles has to exceed for its sign to be that of the exact difference."""
    return (first + second) * UP
