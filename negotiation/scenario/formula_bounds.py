"""Bounds on a formula while one of its names varies: the third arithmetic of formulas, on enclosures.

The exact value at any point of the box lies within the bounds, and so do slopes between any two of its points. ``exp``,
``log``, roots and powers that are not whole are rounded outwards by more than double precision can be wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from negotiation.exact.enclosure import Enclosure, UnboundedError, anything_between, constant, hull, with_slope
from negotiation.games.audience import Interval
from negotiation.scenario.formula_tree import Binary, Bool, Call, Compare, IfElse, Name, Node, Number, Unary

__all__ = ["bounded", "is_affine"]

#: By how much results in double precision are widened, relative to one plus their size: a thousand times their rounding.
MARGIN = Fraction(1, 2**42)

#: The exponential of more overflows, and of less is 0 in double precision.
LARGEST_EXPONENT = 700


def is_affine(node: Node, names: frozenset[str]) -> bool:
    """Return whether a formula is plainly affine in these names: sums, and products with at most one factor that has them."""
    return _degree(node, names) <= 1


def _degree(node: Node, names: frozenset[str]) -> int:
    """Return 0 for a formula without these names, 1 for one that is affine in them, more for any other."""
    match node:
        case Number():
            return 0
        case Name():
            return int(node.name in names)
        case Unary(operator="+" | "-"):
            return _degree(node.operand, names)
        case Binary(operator="+" | "-"):
            return max(_degree(node.left, names), _degree(node.right, names))
        case Binary(operator="*"):
            return _degree(node.left, names) + _degree(node.right, names)
        case Binary(operator="/"):
            return _degree(node.left, names) + 2 * _degree(node.right, names)
        case IfElse():
            return max(_degree(node.then, names), _degree(node.otherwise, names), 2 * _degree(node.condition, names))
    return 2 * max(_degree(each, names) for each in _operands(node))


def _operands(node: Node) -> Sequence[Node]:
    match node:
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Call():
            return node.arguments
        case Compare() | Bool():
            return node.operands
    return ()


def bounded(node: Node, values: Mapping[str, Enclosure]) -> Enclosure:
    """Return bounds on a formula.

    Parameters
    ----------
    node : Node
    values : mapping of name to Enclosure

    Raises
    ------
    UnboundedError
        If there are none: the formula may have no value somewhere in the box.
    """
    match node:
        case Number():
            return constant(node.value)
        case Name():
            return values[node.name]
        case IfElse():
            return _if_else(node, values)
        case Bool():
            return _joined(node, values)
        case Compare():
            return _compared(node, [bounded(each, values) for each in node.operands])
    operands = [bounded(each, values) for each in _operands(node)]
    match node:
        case Unary(operator="not"):
            return _truth(_negated(_is_true(operands[0])), operands)
        case Unary():
            return -operands[0] if node.operator == "-" else operands[0]
        case Binary():
            return _operation(node.operator, *operands)
        case Call():
            return _called(node.function, operands)


def _operation(operator: str, left: Enclosure, right: Enclosure) -> Enclosure:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
    return _power(left, right)


def _if_else(node: IfElse, values: Mapping[str, Enclosure]) -> Enclosure:
    condition = bounded(node.condition, values)
    truth = _is_true(condition)
    if truth is not None:
        return bounded(node.then if truth else node.otherwise, values)
    then, otherwise = bounded(node.then, values), bounded(node.otherwise, values)
    return anything_between(min(then.low, otherwise.low), max(then.high, otherwise.high), (condition, then, otherwise))


def _joined(node: Bool, values: Mapping[str, Enclosure]) -> Enclosure:
    """Return ``and`` or ``or``, evaluated only as far as needed."""
    decisive = node.operator == "or"
    result: bool | None = not decisive
    operands = []
    for each in node.operands:
        operands.append(bounded(each, values))
        truth = _is_true(operands[-1])
        if truth is decisive:
            return _truth(decisive if result is not None else None, operands)
        result = None if truth is None else result
    return _truth(result, operands)


def _compared(node: Compare, operands: Sequence[Enclosure]) -> Enclosure:
    truths = [_relation(*triple) for triple in zip(node.operators, operands, operands[1:], strict=False)]
    return _truth(False if False in truths else None if None in truths else True, operands)


def _relation(operator: str, left: Enclosure, right: Enclosure) -> bool | None:
    """Return whether a comparison holds, None if it may hold in one part of the box and not in another."""
    below, above = left.high < right.low, left.low > right.high
    match operator:
        case "<":
            return True if below else False if left.low >= right.high else None
        case "<=":
            return True if left.high <= right.low else False if above else None
        case ">" | ">=":
            return _relation("<" if operator == ">" else "<=", right, left)
    same = left.low == left.high == right.low == right.high
    equal = True if same else False if below or above else None
    return equal if operator == "==" else _negated(equal)


def _is_true(value: Enclosure) -> bool | None:
    """Return whether a number counts as true; a number other than 0 does."""
    return True if value.sign else False if value.low == value.high else None


def _negated(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _truth(truth: bool | None, of: Sequence[Enclosure]) -> Enclosure:
    """Return 1 or 0; where it is undecided, a jump between them as these numbers change."""
    return anything_between(Fraction(0), Fraction(1), of) if truth is None else constant(Fraction(truth))


def _called(function: str, arguments: Sequence[Enclosure]) -> Enclosure:
    match function:
        case "min":
            return _smallest(arguments)
        case "max":
            return -_smallest([-argument for argument in arguments])
        case "abs":
            return -_smallest([arguments[0], -arguments[0]])
        case "clip":
            value, low, high = arguments
            return _smallest([-_smallest([-value, -low]), high])
        case "exp":
            return _exponential(arguments[0])
        case "log":
            return _logarithm(arguments[0])
    return _root(arguments[0], Fraction(1, 2))


def _smallest(arguments: Sequence[Enclosure]) -> Enclosure:
    """Return bounds on the smallest of several; those that are never the smallest do not count."""
    high = min(argument.high for argument in arguments)
    near = [argument for argument in arguments if argument.low <= high]
    joined = hull(near)
    return Enclosure(joined.low, high, joined.slopes)


def _power(base: Enclosure, exponent: Enclosure) -> Enclosure:
    if exponent.low != exponent.high:
        return _exponential(exponent * _logarithm(base))
    power = exponent.low
    if power.denominator > 1:
        return _root(base, power)
    if power < 0:
        return Fraction(1) / _whole_power(base, -power.numerator)
    return _whole_power(base, power.numerator)


def _whole_power(base: Enclosure, power: int) -> Enclosure:
    if not power:
        return constant(Fraction(1))
    low, high = _power_range(base, power - 1)
    return with_slope(base, _power_range(base, power), (power * low, power * high))


def _power_range(base: Enclosure, power: int) -> Interval:
    ends = sorted((base.low**power, base.high**power))
    return (Fraction(0) if not power % 2 and power and not base.sign else ends[0]), ends[1]


def _root(base: Enclosure, power: Fraction) -> Enclosure:
    """Return a power that is not whole, of a number that is not negative."""
    if base.low < 0 or (base.low == 0 and power < 0):
        raise UnboundedError
    values = _outward(lambda number: number ** float(power), base)
    if not base.low:
        return with_slope(base, (Fraction(0), values[1]), None)
    low, high = _outward(lambda number: float(power) * number ** float(power - 1), base)
    return with_slope(base, values, (low, high))


def _exponential(argument: Enclosure) -> Enclosure:
    if argument.high > LARGEST_EXPONENT:
        raise UnboundedError
    values = _outward(math.exp, argument)
    return with_slope(argument, values, values)


def _logarithm(argument: Enclosure) -> Enclosure:
    if argument.low <= 0:
        raise UnboundedError
    return with_slope(argument, _outward(math.log, argument), (1 / argument.high, 1 / argument.low))


def _outward(function: Callable[[float], float], argument: Enclosure) -> Interval:
    """Return the range of a function that rises or falls throughout, a little wider than it comes out in double precision."""
    try:
        ends = sorted(Fraction(function(float(end))) for end in (argument.low, argument.high))
    except (OverflowError, ZeroDivisionError):
        raise UnboundedError from None
    return ends[0] - MARGIN * (1 + abs(ends[0])), ends[1] + MARGIN * (1 + abs(ends[1]))
