"""The arithmetic of formulas on arrays, in double precision.

It refuses what the exact arithmetic refuses: where that stops at a division by zero, an array holds NaN, which then passes
through everything that would make it a number again (a comparison, ``min``, a division by infinity). And it skips what
that skips: the branch of an ``if`` that is not taken, and what stands behind an ``and`` or ``or`` that is decided already.

Bits: a result must not depend on how many points are evaluated together. Sums, differences, products and quotients are
correctly rounded and so never do. The other functions go through the same numpy loop on contiguous arrays for one point
as for a million, and whole constant powers are products.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.scenario.formula_tree import Binary, Bool, Call, Compare, IfElse, Name, Node, Number, Unary

__all__ = ["array_value"]

Doubles: TypeAlias = NDArray[np.float64]

#: Truth values: true or false where all are known; else 1, 0, and NaN where there is no number to be true or false.
Truths: TypeAlias = NDArray[np.bool_] | NDArray[np.float64]

ARITHMETIC: Mapping[str, np.ufunc] = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
COMPARISONS: Mapping[str, np.ufunc] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
FUNCTIONS: Mapping[str, np.ufunc] = {"exp": np.exp, "log": np.log, "sqrt": np.sqrt, "abs": np.abs}


def array_value(node: Node, values: Mapping[str, Doubles]) -> Doubles:
    """Return the value of a tree on arrays of at least one dimension, NaN or infinity where it has none."""
    match node:
        case Number():
            return np.array([float(node.value)])
        case Name():
            return values[node.name]
        case Compare() | Bool() | Unary(operator="not"):
            return np.asarray(_truths(node, values), dtype=np.float64)
        case Unary():
            value = array_value(node.operand, values)
            return -value if node.operator == "-" else value
        case Binary(operator="**"):
            return _power(node, values)
        case Binary():
            left, right = array_value(node.left, values), array_value(node.right, values)
            result: Doubles = ARITHMETIC[node.operator](left, _finite(right) if node.operator == "/" else right)
            return result
        case IfElse():
            condition = _truths(node.condition, values)
            chosen = np.where(condition != 0, array_value(node.then, values), array_value(node.otherwise, values))
            return chosen if condition.dtype == np.bool_ else np.where(np.isnan(condition), np.nan, chosen)
        case Call():
            return _call(node.function, [_finite(array_value(argument, values)) for argument in node.arguments])


def _finite(value: Doubles) -> Doubles:
    """Return an array with NaN in place of infinities, which later operations could turn into ordinary numbers."""
    infinite = np.isinf(value)
    return np.where(infinite, np.nan, value) if infinite.any() else value


def _unknown(*arrays: Doubles) -> NDArray[np.bool_] | None:
    """Return where any of the arrays holds no number, None if that is nowhere."""
    masks = [mask for mask in map(np.isnan, arrays) if mask.any()]
    return reduce(np.logical_or, masks) if masks else None


def _truths(node: Node, values: Mapping[str, Doubles]) -> Truths:
    """Return where a tree counts as true: where it is not 0."""
    match node:
        case Compare():
            operands = [_finite(array_value(each, values)) for each in node.operands]
            return _decided("and", [_compared(*each) for each in zip(node.operators, operands, operands[1:], strict=False)])
        case Bool():
            return _decided(node.operator, [_truths(each, values) for each in node.operands])
        case Unary(operator="not"):
            truths = _truths(node.operand, values)
            return np.logical_not(truths) if truths.dtype == np.bool_ else 1.0 - np.asarray(truths, dtype=np.float64)
    return _compared("!=", _finite(array_value(node, values)), np.zeros(1))


def _compared(sign: str, left: Doubles, right: Doubles) -> Truths:
    unknown = _unknown(left, right)
    holds: NDArray[np.bool_] = COMPARISONS[sign](left, right)
    return holds if unknown is None else np.where(unknown, np.nan, holds)


def _decided(operator: str, truths: Sequence[Truths]) -> Truths:
    """Return ``and`` or ``or`` of truth values: the first operand that decides counts, whatever comes after it."""
    if all(truth.dtype == np.bool_ for truth in truths):
        return reduce(np.logical_and if operator == "and" else np.logical_or, truths)
    result: Truths = truths[-1]
    for truth in reversed(truths[:-1]):
        undecided = truth == (operator == "and")
        result = np.where(undecided, result, truth)
    return result


def _power(node: Binary, values: Mapping[str, Doubles]) -> Doubles:
    base = _finite(array_value(node.left, values))
    sign = node.right.operator if isinstance(node.right, Unary) else "+"
    exponent = node.right.operand if isinstance(node.right, Unary) else node.right
    if sign != "not" and isinstance(exponent, Number) and exponent.value.denominator == 1:
        power = _whole_power(base, exponent.value.numerator)
        return 1.0 / power if sign == "-" else power
    # Contiguous operands of one shape take one and the same loop for every length.
    left, right = map(np.ascontiguousarray, np.broadcast_arrays(base, _finite(array_value(node.right, values))))
    result: Doubles = np.power(left, right)
    unknown = _unknown(left, right)
    # nan ** 0 and 1 ** nan are 1 in IEEE 754.
    return result if unknown is None else np.where(unknown, np.nan, result)


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


def _call(function: str, arguments: list[Doubles]) -> Doubles:
    match function:
        case "min" | "max":
            return reduce(np.minimum if function == "min" else np.maximum, arguments)
        case "clip":
            value, low, high = arguments
            clipped: Doubles = np.minimum(np.maximum(value, low), high)
            return np.where(low <= high, clipped, np.nan)
    result: Doubles = FUNCTIONS[function](np.ascontiguousarray(arguments[0]))
    return result
