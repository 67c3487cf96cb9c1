"""The two arithmetics of formulas: exact rationals, and double precision on arrays.

Both refuse the same: where the exact arithmetic stops at a division by zero, the arrays hold NaN, which then passes
through everything that would make it a number again (a comparison, ``min``, a division by infinity). Both skip the same:
the branch of an ``if`` that is not taken, and what stands behind an ``and`` or ``or`` that is decided already.

Bits: a double result must not depend on how many points are evaluated together. Sums, differences, products and
quotients are correctly rounded and so never do. The other functions go through the same numpy loop on contiguous arrays
for one point as for a million, and whole constant powers are products.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import FormulaError
from negotiation.scenario.formula_tree import TOO_LARGE, Binary, Bool, Call, Compare, IfElse, Name, Node, Number, Unary

__all__ = ["array_value", "exact_value"]

Doubles = NDArray[np.float64]

#: Bits of numerator and denominator beyond which an exact result is refused: ten times what doubles can tell apart,
#: and small enough for a formula to stay fast.
MOST_BITS = 20_000

COMPARISONS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
ARITHMETIC: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
DOUBLE_ARITHMETIC: Mapping[str, np.ufunc] = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
DOUBLE_COMPARISONS: Mapping[str, np.ufunc] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
DOUBLE_FUNCTIONS: Mapping[str, np.ufunc] = {"exp": np.exp, "log": np.log, "sqrt": np.sqrt, "abs": np.abs}


def exact_value(node: Node, values: Mapping[str, Fraction]) -> Fraction:
    """Return the exact value of a tree; conditions and ``and``/``or`` are evaluated only as far as needed."""
    match node:
        case Number():
            return node.value
        case Name():
            return values[node.name]
        case Unary():
            return _exact_unary(node.operator, exact_value(node.operand, values))
        case Binary():
            return _bounded(_exact_binary(node, exact_value(node.left, values), exact_value(node.right, values)), node)
        case Compare():
            return _exact_compare(node, values)
        case Bool(operator="and"):
            return Fraction(all(exact_value(each, values) for each in node.operands))
        case Bool():
            return Fraction(any(exact_value(each, values) for each in node.operands))
        case IfElse():
            return exact_value(node.then if exact_value(node.condition, values) else node.otherwise, values)
        case Call():
            return _exact_call(node, [exact_value(argument, values) for argument in node.arguments])


def _mistake(node: Node, rule: str) -> FormulaError:
    return FormulaError(rule, offset=node.offset, length=node.length)


def _bounded(value: Fraction, node: Node) -> Fraction:
    top, bottom = value.numerator.bit_length(), value.denominator.bit_length()
    if top > MOST_BITS or bottom > MOST_BITS:
        raise _mistake(node, "the number has too many digits")
    # The first comparison is quick and almost always enough.
    if top - bottom >= 1023 and abs(value) >= TOO_LARGE:
        raise _mistake(node, "the number is too large")
    return value


def _exact_unary(sign: str, value: Fraction) -> Fraction:
    if sign == "not":
        return Fraction(not value)
    return -value if sign == "-" else value


def _exact_binary(node: Binary, left: Fraction, right: Fraction) -> Fraction:
    if node.operator == "/":
        if not right:
            raise _mistake(node, "division by zero")
        return left / right
    if node.operator == "**":
        return _exact_power(node, left, right)
    return ARITHMETIC[node.operator](left, right)


def _exact_power(node: Binary, base: Fraction, exponent: Fraction) -> Fraction:
    if not base and exponent < 0:
        raise _mistake(node, "0 has no negative power")
    if exponent.denominator == 1:
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if (base.denominator > 1 or abs(base.numerator) > 1) and bits * abs(exponent) > MOST_BITS:
            raise _mistake(node, "the number is too large or has too many digits")
        return base ** (exponent.numerator if abs(base) != 1 else exponent.numerator % 2)
    if base < 0:
        raise _mistake(node, "a negative number has no power that is not a whole number")
    return _from_double(node, np.power, base, exponent)


def _from_double(node: Node, function: np.ufunc, *arguments: Fraction) -> Fraction:
    """Return the rational that the double result is."""
    try:
        doubles = [np.array([float(argument)]) for argument in arguments]
    except OverflowError:
        raise _mistake(node, "the number is too large") from None
    with np.errstate(all="ignore"):
        value = float(function(*doubles)[0])
    if not np.isfinite(value):
        raise _mistake(node, "the number is too large" if value > 0 else "there is no such number")
    return Fraction(value)


def _exact_compare(node: Compare, values: Mapping[str, Fraction]) -> Fraction:
    left = exact_value(node.operands[0], values)
    for sign, operand in zip(node.operators, node.operands[1:], strict=True):
        right = exact_value(operand, values)
        if not COMPARISONS[sign](left, right):
            return Fraction(0)
        left = right
    return Fraction(1)


def _exact_call(node: Call, arguments: list[Fraction]) -> Fraction:
    match node.function:
        case "min":
            return min(arguments)
        case "max":
            return max(arguments)
        case "abs":
            return abs(arguments[0])
        case "clip":
            return _clip(node, *arguments)
        case "exp":
            return _from_double(node, np.exp, arguments[0])
        case "log":
            if arguments[0] <= 0:
                raise _mistake(node, f"log needs a number above 0, got {float(arguments[0]):g}")
            return _from_double(node, np.log, arguments[0])
    return _exact_root(node, arguments[0])


def _clip(node: Call, value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    if low > high:
        raise _mistake(node, f"clip needs its lower bound below its upper bound, got {float(low):g} and {float(high):g}")
    return min(max(value, low), high)


def _exact_root(node: Call, value: Fraction) -> Fraction:
    if value < 0:
        raise _mistake(node, f"sqrt needs a number of at least 0, got {float(value):g}")
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    return _from_double(node, np.sqrt, value)


def array_value(node: Node, values: Mapping[str, Doubles]) -> Doubles:
    """Return the value of a tree on arrays of at least one dimension, NaN or infinity where it has none."""
    match node:
        case Number():
            return np.array([float(node.value)])
        case Name():
            return values[node.name]
        case Unary():
            return _double_unary(node.operator, array_value(node.operand, values))
        case Binary(operator="**"):
            return _double_power(node, values)
        case Binary():
            right = array_value(node.right, values)
            result: Doubles = DOUBLE_ARITHMETIC[node.operator](
                array_value(node.left, values), _finite(right) if node.operator == "/" else right
            )
            return result
        case Compare():
            return _double_compare(node, values)
        case Bool():
            return _decide(node.operator, [_truth(_finite(array_value(each, values))) for each in node.operands])
        case IfElse():
            condition = _finite(array_value(node.condition, values))
            chosen = np.where(condition != 0, array_value(node.then, values), array_value(node.otherwise, values))
            return np.where(np.isnan(condition), np.nan, chosen)
        case Call():
            return _double_call(node.function, [_finite(array_value(argument, values)) for argument in node.arguments])


def _finite(value: Doubles) -> Doubles:
    """Return an array with NaN in place of infinities, which later operations could turn into ordinary numbers."""
    infinite = np.isinf(value)
    return np.where(infinite, np.nan, value) if infinite.any() else value


def _truth(value: Doubles) -> Doubles:
    """Return 1 where a number counts as true, 0 where it does not, NaN where there is no number."""
    return np.where(np.isnan(value), np.nan, value != 0)


def _decide(operator: str, truths: list[Doubles]) -> Doubles:
    """Return ``and`` or ``or`` of truth values: the first operand that decides counts, whatever comes after it."""
    decided = 0.0 if operator == "and" else 1.0
    result = truths[-1]
    for truth in reversed(truths[:-1]):
        result = np.where(np.isnan(truth) | (truth == decided), truth, result)
    return result


def _double_unary(sign: str, value: Doubles) -> Doubles:
    if sign == "not":
        return 1.0 - _truth(_finite(value))
    return -value if sign == "-" else value


def _double_power(node: Binary, values: Mapping[str, Doubles]) -> Doubles:
    base = _finite(array_value(node.left, values))
    sign = node.right.operator if isinstance(node.right, Unary) else "+"
    exponent = node.right.operand if isinstance(node.right, Unary) else node.right
    if sign != "not" and isinstance(exponent, Number) and exponent.value.denominator == 1:
        power = _whole_power(base, exponent.value.numerator)
        return 1.0 / power if sign == "-" else power
    # Contiguous operands of one shape take one and the same loop for every length.
    left, right = np.broadcast_arrays(base, _finite(array_value(node.right, values)))
    result: Doubles = np.power(np.ascontiguousarray(left), np.ascontiguousarray(right))
    # nan ** 0 and 1 ** nan are 1 in IEEE 754.
    return np.where(np.isnan(left) | np.isnan(right), np.nan, result)


def _whole_power(base: Doubles, exponent: int) -> Doubles:
    """Return a power by repeated squaring."""
    result, square = np.where(np.isnan(base), np.nan, 1.0), base
    while exponent:
        if exponent % 2:
            result = result * square
        exponent //= 2
        if exponent:
            square = square * square
    return result


def _double_compare(node: Compare, values: Mapping[str, Doubles]) -> Doubles:
    operands = [_finite(array_value(each, values)) for each in node.operands]
    return _decide("and", [_holds(sign, left, right) for sign, left, right in zip(node.operators, operands, operands[1:], strict=False)])


def _holds(sign: str, left: Doubles, right: Doubles) -> Doubles:
    return np.where(np.isnan(left) | np.isnan(right), np.nan, DOUBLE_COMPARISONS[sign](left, right))


def _double_call(function: str, arguments: list[Doubles]) -> Doubles:
    match function:
        case "min" | "max":
            return reduce(np.minimum if function == "min" else np.maximum, arguments)
        case "clip":
            value, low, high = arguments
            clipped: Doubles = np.minimum(np.maximum(value, low), high)
            return np.where(low <= high, clipped, np.nan)
    result: Doubles = DOUBLE_FUNCTIONS[function](np.ascontiguousarray(arguments[0]))
    return result
