"""Formulas of a file at given parameter values, exactly; what cannot be computed is noted at its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from negotiation.errors import FormulaError
from negotiation.scenario.contents import Contents, Expression
from negotiation.scenario.mistakes import Collector

__all__ = ["Numbers"]

#: At most so many values are printed with a formula that cannot be computed.
MAX_VALUES = 8


@dataclass(eq=False)
class Numbers:
    """The names of a scenario with their numbers: parameters, definitions, the start of states; and local variables by scope.

    A name whose formula could not be computed is missing, and so is what depends on it: one mistake is noted once.
    """

    contents: Contents
    problems: Collector
    names: dict[str, Fraction]
    variant: str | None = None
    scopes: list[dict[str, Fraction]] = field(default_factory=list)
    computed: dict[tuple[int, tuple[Fraction, ...]], Fraction | None] = field(default_factory=dict)

    @classmethod
    def at(cls, contents: Contents, values: Mapping[str, Fraction], problems: Collector, variant: str | None = None) -> Numbers:
        """Return the numbers that follow from parameter values."""
        numbers = cls(contents, problems, dict(values), variant)
        for name, expression in contents.definitions.items():
            numbers._keep(name, numbers.value(expression))
        if contents.repeat is not None:
            # The starts are computed before any is kept: they are formulas over constants only.
            starts = {name: numbers.value(rule.start) for name, rule in contents.repeat.states.items()}
            for name, start in starts.items():
                numbers._keep(name, start)
        for parent, bindings in contents.outline.scopes:
            above = numbers.scopes[parent] if parent >= 0 else {}
            found = {name: bound if isinstance(bound, Fraction) else numbers.value(bound, above) for name, bound in bindings}
            numbers.scopes.append(above | {name: value for name, value in found.items() if value is not None})
        return numbers

    def _keep(self, name: str, value: Fraction | None) -> None:
        if value is not None:
            self.names[name] = value

    def value(self, expression: Expression, local: Mapping[str, Fraction] | None = None) -> Fraction | None:
        """Return the number that a formula gives, None if it has none (which is noted) or needs one that has none."""
        given: dict[str, Fraction] = {}
        for name in expression.formula.places:
            value = self.names.get(name) if local is None or name not in local else local[name]
            if value is None:
                return None
            given[name] = value
        key = id(expression), tuple(given.values())
        if key not in self.computed:
            self.computed[key] = self._compute(expression, given)
        return self.computed[key]

    def _compute(self, expression: Expression, given: Mapping[str, Fraction]) -> Fraction | None:
        try:
            return expression.formula.exact(given)
        except FormulaError as error:
            rule = f"{expression.subject} cannot be computed: {error.rule}{self.where(given)}"
            self.problems.add_within(expression.place, error.offset, error.length, rule, suggestion=error.suggestion)
            return None

    def where(self, given: Mapping[str, Fraction]) -> str:
        """Return the values at which something was computed, for a message."""
        shown = ", ".join(f"{name} = {float(value):.6g}" for name, value in list(given.items())[:MAX_VALUES])
        variant = "" if self.variant is None else f" (variant {self.variant!r})"
        return (f" at {shown}" if shown else "") + variant

    def refuse(self, expression: Expression, wanted: str, value: Fraction) -> None:
        """Note that a formula gives a number that is not allowed there."""
        given = {name: self.names[name] for name in expression.formula.places}
        self.problems.add(expression.place, f"{expression.subject} must be {wanted}, got {float(value):.12g}{self.where(given)}")
