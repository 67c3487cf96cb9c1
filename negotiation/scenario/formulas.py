"""Formulas: one checked tree, evaluated exactly on rationals or at once on whole arrays.

>>> formula = parse("gain - blame * (1 - cover)")
>>> sorted(formula.names)
['blame', 'cover', 'gain']
>>> from fractions import Fraction
>>> formula.exact({"gain": Fraction(1), "blame": Fraction("0.9"), "cover": Fraction("0.8")})
Fraction(41, 50)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import FormulaError
from negotiation.scenario.formula_arithmetic import exact_value
from negotiation.scenario.formula_arrays import array_value
from negotiation.scenario.formula_scalars import Plain, plain_function
from negotiation.scenario.formula_tree import Binary, Bool, Call, Compare, IfElse, Name, Node, Number, Unary, parse_tree

__all__ = ["Formula", "nodes_of", "parse"]

#: So many points are evaluated together: what is computed on the way stays in the processor's cache. A block takes about
#: a third of the time per point that a million points at once take, and the bits are the same.
BLOCK = 16_384

#: What a formula is evaluated on: numbers, or arrays that broadcast against one another.
Values = Mapping[str, float | NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Formula:
    """A checked formula: its text and its tree."""

    text: str
    tree: Node

    @cached_property
    def places(self) -> Mapping[str, tuple[int, int]]:
        """For each free name, the offset and length of its first mention, in the order of the text."""
        places: dict[str, tuple[int, int]] = {}
        for node in sorted(nodes_of(self.tree), key=lambda each: each.offset):
            if isinstance(node, Name):
                places.setdefault(node.name, (node.offset, node.length))
        return places

    @cached_property
    def names(self) -> frozenset[str]:
        """The free names."""
        return frozenset(self.places)

    @cached_property
    def is_rational(self) -> bool:
        """Whether exact evaluation involves rational operations only: no exp, log or sqrt, and only whole constant powers."""
        return all(_is_rational(node) for node in nodes_of(self.tree))

    def __reduce__(self) -> tuple[type[Formula], tuple[str, Node]]:
        """Return what is sent to another process: what is kept for speed is found anew there."""
        return Formula, (self.text, self.tree)

    @cached_property
    def _plain(self) -> Plain | None:
        return plain_function(self.tree)

    def exact(self, values: Mapping[str, Fraction]) -> Fraction:
        """Return the value at rational values.

        ``exp``, ``log``, and roots and powers without a rational value are computed in double precision; the result is
        the rational that the double is.

        Raises
        ------
        FormulaError
            If an operation has no finite value there, with its place, or a number grows beyond all bounds.
        """
        return exact_value(self.tree, values)

    def evaluate(self, values: Values) -> float | NDArray[np.float64]:
        """Return the value at numbers (a float) or at arrays that broadcast (an array of their common shape).

        Each element has the same bits as an evaluation at that point alone. Up to rounding it is what ``exact`` gives; so
        at an exact tie a comparison may come out differently.

        Raises
        ------
        FormulaError
            If there is no finite result somewhere; the message names the first such point and the operation.
        """
        if self._plain is not None and all(type(values[name]) is float for name in self.names):
            number = self._plain(values)  # type: ignore[arg-type]  # all that it uses have just been found to be floats
            if isfinite(number):
                return number + 0.0
        used = {name: np.asarray(values[name], dtype=np.float64) for name in self.names}
        shape = np.broadcast_shapes(*(array.shape for array in used.values()))
        with np.errstate(all="ignore"):
            result = self._in_blocks({name: np.atleast_1d(array) for name, array in used.items()}, shape or (1,))
        if not np.isfinite(result).all():
            raise self._not_finite(used, result)
        # Which of 0 and -0 is the smaller depends on the loop that numpy takes; adding 0 leaves 0 only.
        return result + 0.0 if shape else float(result[0] + 0.0)

    def _in_blocks(self, arrays: Mapping[str, NDArray[np.float64]], shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Return the values of an array of this shape, computed block by block along its longest axis."""
        result = np.empty(shape)
        axis = int(np.argmax(shape))
        step = max(1, BLOCK * shape[axis] // max(1, result.size))
        # Views in which the axes of all arrays are those of the result; an axis of length 1 is the same in every block.
        aligned = {name: array.reshape((1,) * (len(shape) - array.ndim) + array.shape) for name, array in arrays.items()}
        for start in range(0, shape[axis], step):
            block = (slice(None),) * axis + (slice(start, start + step),)
            result[block] = array_value(
                self.tree, {name: array[block] if array.shape[axis] > 1 else array for name, array in aligned.items()}
            )
        return result

    def _not_finite(self, used: Mapping[str, NDArray[np.float64]], result: NDArray[np.float64]) -> FormulaError:
        """Return the error at the first point without a number, placed at the operation that has none there."""
        where = np.unravel_index(int(np.argmin(np.isfinite(result))), result.shape)
        point = {name: float(np.broadcast_to(used[name], result.shape)[where]) for name in self.places}
        at = ", ".join(f"{name} = {value:g}" for name, value in point.items())
        came = FormulaError(f"{self.text.strip()!r} gives {'no number' if np.isnan(result[where]) else 'infinity'}", length=len(self.text))
        if all(map(isfinite, point.values())):
            try:
                self.exact({name: Fraction(value) for name, value in point.items()})
            except FormulaError as error:
                came = error
        return FormulaError(came.rule + (f" at {at}" if at else ""), offset=came.offset, length=came.length)


def parse(text: str, *, beliefs: bool = False) -> Formula:
    """Return the checked formula of a text.

    Parameters
    ----------
    text : str
    beliefs : bool
        Whether ``belief(type)`` may appear; it is then a free name of that spelling.

    Raises
    ------
    FormulaError
        If anything but a formula is written.
    """
    return Formula(text, parse_tree(text, beliefs=beliefs))


def nodes_of(tree: Node) -> Iterator[Node]:
    """Yield a node and all nodes below it."""
    stack: list[Node] = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(_children(node))


def _children(node: Node) -> tuple[Node, ...]:
    match node:
        case Number() | Name():
            return ()
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case IfElse():
            return (node.condition, node.then, node.otherwise)
        case Call():
            return node.arguments
        case Compare() | Bool():
            return node.operands


def _is_rational(node: Node) -> bool:
    if isinstance(node, Call):
        return node.function not in ("exp", "log", "sqrt")
    if isinstance(node, Binary) and node.operator == "**":
        exponent = node.right.operand if isinstance(node.right, Unary) else node.right
        return isinstance(exponent, Number) and exponent.value.denominator == 1
    return True
