"""The exact arithmetic of formulas: rationals in, a rational out.

Functions without a rational value (``exp``, ``log``, most roots) are computed in double precision by the same loops as on
arrays (``formula_arrays.py``); their result is the rational that the double is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import isqrt

import numpy as np

from negotiation.errors import FormulaError
from negotiation.scenario.formula_tree import TOO_LARGE, Binary, Bool, Call, Compare, IfElse, Name, Node, Number, Unary

__all__ = ["exact_value"]

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
