"""The arithmetic of formulas on quotients of polynomials: what a formula is, in its names, on one side of all its conditions.

Where a formula chooses (``min``, ``max``, ``abs``, ``clip``, ``if``, comparisons), the choice is made by the sign of a
difference at a point of interest, and the sign is asked of the field. So a field that writes down what it was asked knows
where the choices would come out differently.

References
----------
The quotients are python-flint's exact polynomials over the rationals; this module only walks our own checked trees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from flint import fmpq

from negotiation.errors import FormulaError
from negotiation.exact.real_points import Polynomial
from negotiation.scenario.formula_arithmetic import exact_value
from negotiation.scenario.formula_tree import Binary, Bool, Call, Compare, IfElse, Name, Node, Number, Unary

__all__ = ["Field", "Quotient", "field_value"]

#: Powers above this make polynomials of a size that nobody wants to wait for.
LARGEST_POWER = 64


@dataclass(frozen=True, slots=True, eq=False)
class Quotient:
    """A quotient of two polynomials of one ring in lowest terms."""

    top: Polynomial
    bottom: Polynomial

    def __add__(self, other: Quotient) -> Quotient:
        """Return the sum."""
        if self.bottom == other.bottom:
            return _reduced(self.top + other.top, self.bottom)
        return _reduced(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)

    def __neg__(self) -> Quotient:
        """Return the negative."""
        return Quotient(-self.top, self.bottom)

    def __sub__(self, other: Quotient) -> Quotient:
        """Return the difference."""
        return self + -other

    def __mul__(self, other: Quotient) -> Quotient:
        """Return the product."""
        return _reduced(self.top * other.top, self.bottom * other.bottom)

    def inverse(self) -> Quotient:
        """Return one divided by it; it must not be 0 everywhere."""
        return Quotient(self.bottom, self.top)

    @property
    def constant(self) -> Fraction | None:
        """The number that it is everywhere, None if it varies."""
        if not self.top.is_constant() or not self.bottom.is_constant():
            return None
        return _constant(self.top) / _constant(self.bottom)


def _reduced(top: Polynomial, bottom: Polynomial) -> Quotient:
    if not top:
        return Quotient(top, bottom * 0 + 1)
    if bottom.is_constant():
        return Quotient(top * (fmpq(1) / bottom.leading_coefficient()), bottom * 0 + 1)
    shared = top.gcd(bottom)
    return Quotient(top // shared, bottom // shared)


def _constant(polynomial: Polynomial) -> Fraction:
    found = polynomial.leading_coefficient() if polynomial else fmpq(0)
    return Fraction(int(found.p), int(found.q))


class Field(Protocol):
    """Quotients of polynomials with a point at which signs are taken."""

    def number(self, value: Fraction) -> Quotient:
        """Return a number as a quotient."""
        ...

    def sign(self, value: Quotient) -> int:
        """Return the sign at the point of interest, -1, 0 or 1."""
        ...


def field_value(node: Node, values: Mapping[str, Quotient], field: Field) -> Quotient:
    """Return a formula as a quotient of polynomials, with the choices that it makes at the field's point.

    Raises
    ------
    FormulaError
        If it divides by what is 0 at the point, or takes a root, a logarithm, an exponential or a power that is not whole of
        something that varies.
    """
    match node:
        case Number():
            return field.number(node.value)
        case Name():
            return values[node.name]
        case Unary(operator="not"):
            return field.number(Fraction(field.sign(field_value(node.operand, values, field)) == 0))
        case Unary():
            value = field_value(node.operand, values, field)
            return -value if node.operator == "-" else value
        case Binary():
            return _binary(node, field_value(node.left, values, field), field_value(node.right, values, field), field)
        case Compare():
            return field.number(Fraction(_compares(node, values, field)))
        case Bool():
            wanted = node.operator == "or"
            found = any((field.sign(field_value(each, values, field)) != 0) == wanted for each in node.operands)
            return field.number(Fraction(found == wanted))
        case IfElse():
            holds = field.sign(field_value(node.condition, values, field))
            return field_value(node.then if holds else node.otherwise, values, field)
        case Call():
            return _call(node, [field_value(argument, values, field) for argument in node.arguments], field)


def _mistake(node: Node, rule: str) -> FormulaError:
    return FormulaError(rule, offset=node.offset, length=node.length)


def _binary(node: Binary, left: Quotient, right: Quotient, field: Field) -> Quotient:
    match node.operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left * _inverse(node, right, field)
    return _power(node, left, right, field)


def _inverse(node: Node, value: Quotient, field: Field) -> Quotient:
    if not field.sign(value):
        raise _mistake(node, "division by zero")
    return value.inverse()


def _power(node: Binary, base: Quotient, exponent: Quotient, field: Field) -> Quotient:
    power = exponent.constant
    if power is None or power.denominator != 1 or abs(power) > LARGEST_POWER:
        return _number_only(node, [base, exponent], field)
    result = field.number(Fraction(1))
    for _ in range(abs(int(power))):
        result = result * base
    return result if power >= 0 else _inverse(node, result, field)


def _compares(node: Compare, values: Mapping[str, Quotient], field: Field) -> bool:
    left = field_value(node.operands[0], values, field)
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        right = field_value(operand, values, field)
        sign = field.sign(left - right)
        holds = {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0, "==": sign == 0, "!=": sign != 0}[operator]
        if not holds:
            return False
        left = right
    return True


def _call(node: Call, arguments: list[Quotient], field: Field) -> Quotient:
    match node.function:
        case "min" | "max":
            wanted = -1 if node.function == "min" else 1
            best = arguments[0]
            for other in arguments[1:]:
                best = other if field.sign(other - best) == wanted else best
            return best
        case "abs":
            return -arguments[0] if field.sign(arguments[0]) < 0 else arguments[0]
        case "clip":
            return _clip(node, arguments, field)
    return _number_only(node, arguments, field)


def _clip(node: Call, arguments: list[Quotient], field: Field) -> Quotient:
    value, low, high = arguments
    if field.sign(low - high) > 0:
        raise _mistake(node, "clip needs its lower bound below its upper bound")
    if field.sign(value - low) < 0:
        return low
    return high if field.sign(value - high) > 0 else value


def _number_only(node: Binary | Call, arguments: list[Quotient], field: Field) -> Quotient:
    """Return the value of an operation that takes numbers only."""
    numbers = [argument.constant for argument in arguments]
    given = tuple(Number(number, node.offset, node.length) for number in numbers if number is not None)
    if len(given) < len(numbers):
        what = node.function if isinstance(node, Call) else "a power that is not a small whole number"
        raise _mistake(node, f"{what} of something that varies is no quotient of polynomials, so there is no exact condition")
    if isinstance(node, Call):
        return field.number(exact_value(Call(node.function, given, node.offset, node.length), {}))
    return field.number(exact_value(Binary(node.operator, given[0], given[1], node.offset, node.length), {}))
