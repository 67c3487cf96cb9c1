"""Formulas on many points in doubles, with a bound on how far each double is from the exact value there.

The fourth arithmetic of formulas, see ``rounding``. A condition too near to a tie leaves open which branch is taken: then nothing is
known, and the exact arithmetic has to be asked.

Bounds depend on the point and on the declared ranges of the parameters, never on the other points that are computed together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import FormulaError
from negotiation.scenario.formula_arithmetic import COMPARISONS, exact_value
from negotiation.scenario.formula_tree import Binary, Bool, Call, Compare, IfElse, Name, Node, Number, Unary
from negotiation.scenario.rounding import (
    BINARY,
    CONSTANT,
    Frame,
    Quantity,
    Rounded,
    called,
    checked,
    difference_bound,
    largest,
    most_bits,
    power,
    rounded,
    unknown,
)

__all__ = ["Truth", "rounded_value", "truth_of"]

Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Truth:
    """Where something is known to hold, and where it is known not to; elsewhere it is not known."""

    holds: Bools
    fails: Bools
    axis: int


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
            return unknown()
    near = [rounded(each) for each in operands]
    axis = frame.common(*(each.axis for each in near))
    aligned = [frame.on(each, axis) for each in near]
    if isinstance(node, Call):
        return called(node.function, aligned, axis)
    if node.operator == "**":
        return checked(power(aligned[0], aligned[1], operands[1], axis))
    return checked(BINARY[node.operator](aligned[0], aligned[1], axis))


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
    size = largest([then.size, otherwise.size])
    return Rounded(chosen, error, size, most_bits([then, otherwise]), axis)


def _spread(truth: Truth, axis: int, frame: Frame) -> tuple[Bools, Bools]:
    if truth.axis in (axis, CONSTANT):
        return truth.holds, truth.fails
    return frame.spread(truth.holds, truth.axis), frame.spread(truth.fails, truth.axis)


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
