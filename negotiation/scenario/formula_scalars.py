"""The arithmetic of simple formulas on single numbers: without arrays, and with the same bits.

Only sums, differences, products and quotients are taken: they are correctly rounded, so that plain floating-point numbers
give what arrays of them give (``formula_arrays``). What is computed round after round in a simulation is mostly of this kind.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from operator import add, mul, neg, pos, sub
from typing import TypeAlias

from negotiation.scenario.formula_tree import Binary, Name, Node, Number, Unary

__all__ = ["Plain", "plain_function"]

#: Gives a formula's value at numbers; not finite where arrays have to say what is wrong.
Plain: TypeAlias = Callable[[Mapping[str, float]], float]


def _quotient(left: float, right: float) -> float:
    """Return a quotient; dividing by zero or by infinity gives no number."""
    return left / right if right and math.isfinite(right) else math.nan


_OPERATIONS: Mapping[str, Callable[[float, float], float]] = {"+": add, "-": sub, "*": mul, "/": _quotient}
_SIGNS: Mapping[str, Callable[[float], float]] = {"+": pos, "-": neg}


def plain_function(node: Node) -> Plain | None:
    """Return a function with the value of a tree, None if the tree has anything but the four operations."""
    match node:
        case Number():
            constant = float(node.value)
            return lambda _: constant
        case Name():
            name = node.name
            return lambda values: values[name]
        case Unary() if node.operator in _SIGNS:
            return _signed(_SIGNS[node.operator], plain_function(node.operand))
        case Binary() if node.operator in _OPERATIONS:
            return _combined(_OPERATIONS[node.operator], plain_function(node.left), plain_function(node.right))
        case _:
            return None


def _signed(sign: Callable[[float], float], operand: Plain | None) -> Plain | None:
    return None if operand is None else lambda values: sign(operand(values))


def _combined(operation: Callable[[float, float], float], left: Plain | None, right: Plain | None) -> Plain | None:
    return None if left is None or right is None else lambda values: operation(left(values), right(values))
