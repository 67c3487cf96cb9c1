"""Payoffs that depend on what an audience believes: formulas with ``belief(type)``, at given parameter values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from negotiation.errors import FormulaError
from negotiation.games.audience import AffinePayoff, BeliefPayoff, Interval
from negotiation.scenario.contents import Expression
from negotiation.scenario.mistakes import Collector
from negotiation.scenario.numbers import Numbers

__all__ = ["belief_payoff"]


Key = TypeVar("Key")
Value = TypeVar("Value")

#: So many payoffs, and bounds, of one formula are kept.
KEPT = 1000


@dataclass(frozen=True, eq=False)
class FormulaPayoff:
    """A payoff formula that is not affine in the belief, with the numbers that do not depend on it."""

    expression: Expression
    given: Mapping[str, Fraction]
    beliefs: tuple[str, ...]
    file: str
    lines: tuple[str, ...]

    @property
    def corners(self) -> None:
        """None: the payoff is not affine."""
        return None

    def at(self, belief: Sequence[Fraction]) -> Fraction:
        """Return the payoff at a belief.

        Raises
        ------
        ScenarioError
            If it has none there.
        """
        key = tuple(belief)
        if key not in self._known:
            problems = Collector(self.file, "\n".join(self.lines))
            value = self.value(belief, problems)
            problems.raise_if_any()
            _keep(self._known, key, Fraction(0) if value is None else value)
        return self._known[key]

    def value(self, belief: Sequence[Fraction], problems: Collector) -> Fraction | None:
        """Return the payoff at a belief, None if it has none there, which is noted."""
        values = {**self.given, **dict(zip(self.beliefs, belief, strict=True))}
        used = {name: values[name] for name in self.expression.formula.places}
        try:
            return self.expression.formula.exact(used)
        except FormulaError as error:
            at = ", ".join(f"{name} = {float(value):.6g}" for name, value in used.items())
            rule = f"{self.expression.subject} cannot be computed: {error.rule} at {at}"
            problems.add_within(self.expression.place, error.offset, error.length, rule, suggestion=error.suggestion)
            return None

    def bounds(self, low: Fraction, high: Fraction) -> tuple[Interval, Interval | None]:
        """Return bounds on the payoff and its slope while the first of two types has a probability in [low, high]."""
        if (low, high) not in self._bounded:
            _keep(self._bounded, (low, high), self._bounds(low, high))
        return self._bounded[low, high]

    @cached_property
    def _known(self) -> dict[tuple[Fraction, ...], Fraction]:
        """Payoffs that have been computed: patterns of play are tried at the same beliefs again and again."""
        return {}

    @cached_property
    def _bounded(self) -> dict[Interval, tuple[Interval, Interval | None]]:
        """Bounds that have been computed."""
        return {}

    def _bounds(self, low: Fraction, high: Fraction) -> tuple[Interval, Interval | None]:
        # Only games with an audience need the arithmetic of enclosures.
        from negotiation.exact.enclosure import box_enclosures, constant
        from negotiation.scenario.formula_bounds import bounded

        (first,) = box_enclosures(((low, high),))
        values = {name: constant(value) for name, value in self.given.items()}
        values |= dict(zip(self.beliefs, (first, Fraction(1) - first), strict=True))
        found = bounded(self.expression.formula.tree, values)
        slope = found.slope(0)
        if slope is None or slope[0] < 0 < slope[1] or not self.expression.formula.is_rational:
            return (found.low, found.high), slope
        # What only rises or only falls lies between its values at the ends.
        ends = sorted(self.at((end, 1 - end)) for end in (low, high))
        return (ends[0], ends[1]), slope


def _keep(known: dict[Key, Value], key: Key, value: Value) -> None:
    """Enter a value; all are forgotten when there are too many."""
    if len(known) >= KEPT:
        known.clear()
    known[key] = value


def belief_payoff(numbers: Numbers, expression: Expression, local: Mapping[str, Fraction], types: tuple[str, ...]) -> BeliefPayoff:
    """Return a payoff as a function of the belief about types; where it cannot be computed that is noted, and 0 stands in."""
    beliefs = tuple(f"belief({kind})" for kind in types)
    stand_in = AffinePayoff((Fraction(0),) * len(types))
    if not expression.formula.names.intersection(beliefs):
        value = numbers.value(expression, local)
        return stand_in if value is None else AffinePayoff((value,) * len(types))
    names = numbers.names | dict(local)
    given = expression.formula.names.difference(beliefs)
    if not given.issubset(names):
        return stand_in
    known = {name: names[name] for name in sorted(given)}
    found = FormulaPayoff(expression, known, beliefs, numbers.problems.file, tuple(numbers.problems.lines))
    corners = _corners(numbers, found)
    return stand_in if corners is None else AffinePayoff(corners) if _is_affine(found) else found


def _is_affine(payoff: FormulaPayoff) -> bool:
    from negotiation.scenario.formula_bounds import is_affine

    return is_affine(payoff.expression.formula.tree, frozenset(payoff.beliefs))


def _corners(numbers: Numbers, payoff: FormulaPayoff) -> tuple[Fraction, ...] | None:
    """Return the payoff at certainty of each type; None if it has no value there, or where all types are equally likely."""
    count = len(payoff.beliefs)
    even = [Fraction(1, count)] * count
    tried = [*([Fraction(int(kind == other)) for other in range(count)] for kind in range(count)), even]
    values = [payoff.value(belief, numbers.problems) for belief in tried]
    corners = tuple(value for value in values[:count] if value is not None)
    return None if None in values else corners
