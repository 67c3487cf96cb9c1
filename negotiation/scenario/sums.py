"""Whether probabilities written as formulas sum to one whatever their names stand for.

At one point that is a sum of rationals; for many points at once it has to follow from the formulas, as it does for ``p`` and
``1 - p``. Formulas are quotients of polynomials where they make no choices; a definition that makes choices counts as a quantity
of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from negotiation.errors import FormulaError
from negotiation.scenario.contents import ChanceMove, Contents
from negotiation.scenario.formula_fields import Quotient, field_value
from negotiation.scenario.formula_tree import Bool, Call, Compare, IfElse, Unary
from negotiation.scenario.formulas import Formula, nodes_of

__all__ = ["sums_to_one"]


class _Space:
    """Quotients of polynomials in all names, at no point in particular."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._ring = fmpq_mpoly_ctx.get(names or ("nothing",), Ordering.lex)
        self.names = {name: Quotient(self._ring.gens()[place], self._ring.constant(fmpq(1))) for place, name in enumerate(names)}

    def number(self, value: Fraction) -> Quotient:
        """Return a number as a quotient."""
        return Quotient(self._ring.constant(fmpq(value.numerator, value.denominator)), self._ring.constant(fmpq(1)))

    def sign(self, value: Quotient) -> int:
        """Return 0 for what is 0 everywhere; formulas without choices ask for no more."""
        return int(bool(value.top))


def sums_to_one(contents: Contents, node: ChanceMove, local: Mapping[str, object]) -> bool:
    """Return whether the probabilities of a chance move follow from their formulas to sum to one wherever they have values.

    Parameters
    ----------
    contents : Contents
    node : ChanceMove
    local : mapping of name to number
        The local variables that hold there; those that are rationals count as what they are.
    """
    space = _Space((*contents.parameters, *contents.definitions, *(f"local {name}" for name in local)))
    names = dict(space.names)
    for name, expression in contents.definitions.items():
        names[name] = _quotient(expression.formula, names, space) or names[name]
    for name, value in local.items():
        names[name] = space.number(value) if isinstance(value, Fraction) else space.names[f"local {name}"]
    total = space.number(Fraction(-1))
    for expression in node.probabilities:
        found = _quotient(expression.formula, names, space)
        if found is None:
            return False
        total = total + found
    return not total.top


def _quotient(formula: Formula, names: Mapping[str, Quotient], space: _Space) -> Quotient | None:
    """Return a formula as a quotient of polynomials, None if it is none."""
    choosing = (Bool, Call, Compare, IfElse)
    if any(isinstance(each, choosing) or (isinstance(each, Unary) and each.operator == "not") for each in nodes_of(formula.tree)):
        return None
    try:
        return field_value(formula.tree, names, space)
    except (FormulaError, KeyError):
        return None
