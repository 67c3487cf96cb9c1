"""What is carried from round to round at given parameter values: states, and the parameters that shocks change.

A formula that depends on what is carried, directly or through definitions and local variables, is computed anew for each
state of it; all other numbers in it are computed once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import FormulaError
from negotiation.scenario.building import ends_of, payoff_expression
from negotiation.scenario.contents import Contents, EndOfPlay, Expression, RepeatRule
from negotiation.scenario.mistakes import Collector
from negotiation.scenario.numbers import Numbers

__all__ = ["CarriedState", "Program", "Update", "build_carried", "carried_names"]

#: So many different states have their payoffs kept; beyond that the store starts anew, which bounds its memory.
MAX_KEPT = 4_096


@dataclass(frozen=True, eq=False)
class Quantity:
    """A formula with the numbers that never change; ``carried`` and ``late`` say where its other names get theirs.

    ``carried`` has places in the state, ``late`` numbers of quantities that are computed before it.
    """

    expression: Expression
    given: Mapping[str, float]
    carried: tuple[tuple[str, int], ...]
    late: tuple[tuple[str, int], ...] = ()

    def value(self, state: tuple[float, ...], before: Mapping[int, float], problems: Collector) -> float:
        """Return the formula's value in a state; note it where there is none."""
        values = dict(self.given) | {name: state[place] for name, place in self.carried}
        values |= {name: before[number] for name, number in self.late}
        try:
            return float(self.expression.formula.evaluate(values))
        except FormulaError as error:
            rule = f"{self.expression.subject} cannot be computed in a later round: {error.rule}"
            problems.add_within(self.expression.place, error.offset, error.length, rule, suggestion=error.suggestion)
            problems.raise_if_any()
            raise


@dataclass(frozen=True, eq=False)
class Rule:
    """A quantity with those that it needs, in an order in which they can be computed."""

    quantity: Quantity
    steps: tuple[tuple[int, Quantity], ...] = ()

    def value(self, state: tuple[float, ...], problems: Collector) -> float:
        """Return the value in a state; note it where there is none."""
        before: dict[int, float] = {}
        for number, step in self.steps:
            before[number] = step.value(state, before, problems)
        return self.quantity.value(state, before, problems)


@dataclass(frozen=True, eq=False)
class Update:
    """A change of what is carried: one rule for each quantity, None for those that stay; all change at once."""

    rules: tuple[Rule | None, ...]
    file: str
    text: str

    def __call__(self, state: tuple[float, ...]) -> tuple[float, ...]:
        """Return what is carried afterwards."""
        problems = Collector(self.file, self.text)
        return tuple(value if rule is None else rule.value(state, problems) for value, rule in zip(state, self.rules, strict=True))


@dataclass(frozen=True, eq=False)
class CarriedState:
    """What is carried from round to round (an implementation of ``games.repeated.StateRules``).

    Payoffs that do not depend on the state are computed once; the others once for each state, up to ``MAX_KEPT`` states.
    """

    names: tuple[str, ...]
    start: tuple[float, ...]
    fixed: NDArray[np.float64]
    varying: tuple[tuple[int, int, Rule], ...]
    updates: tuple[Update, ...]
    file: str
    text: str
    kept: dict[tuple[float, ...], NDArray[np.float64]] = field(default_factory=dict, repr=False)

    def payoffs(self, state: tuple[float, ...]) -> NDArray[np.float64]:
        """Return the payoffs of a round that ends in this state, shape (ends, players), read-only."""
        if state not in self.kept:
            if len(self.kept) >= MAX_KEPT:
                self.kept.clear()
            array = self.fixed.copy()
            problems = Collector(self.file, self.text)
            for end, player, rule in self.varying:
                array[end, player] = rule.value(state, problems)
            array.setflags(write=False)
            self.kept[state] = array
        return self.kept[state]

    def after(self, end: int, state: tuple[float, ...]) -> tuple[float, ...]:
        """Return the state after a round that ended at the ``end``-th end of the tree."""
        return self.updates[end](state)


class Program:
    """The formulas of a scenario at given parameter values, made into rules over what is carried.

    Names that depend on it are *late*: definitions over parameters that shocks change, and local variables over both. They
    are numbered in an order in which they can be computed: ``definitions`` and ``scopes`` give the numbers.

    Parameters
    ----------
    numbers : Numbers
    text : str
        The text of the file, for messages.
    """

    def __init__(self, numbers: Numbers, text: str) -> None:
        contents = numbers.contents
        self.numbers = numbers
        self.text = text
        self.names = carried_names(contents)
        self.quantities: list[Quantity] = []
        self.definitions: dict[str, int] = {}
        self.scopes: list[dict[str, int]] = []
        for name, expression in contents.definitions.items():
            if self._is_late(expression, self.definitions):
                self.definitions[name] = self._keep(self._quantity(expression, {}, self.definitions))
        for parent, bindings in contents.outline.scopes:
            above = self.scopes[parent] if parent >= 0 else self.definitions
            self.scopes.append(self._scope(parent, bindings, above))

    def _scope(self, parent: int, bindings: tuple[tuple[str, Fraction | Expression], ...], above: dict[str, int]) -> dict[str, int]:
        """Return the numbers of the late names of a scope."""
        late = {}
        for name, bound in bindings:
            if isinstance(bound, Expression) and self._is_late(bound, above):
                local = self.numbers.scopes[parent] if parent >= 0 else {}
                late[name] = self._keep(self._quantity(bound, local, above))
        # A variable that is set anew hides the one of that name.
        hidden = {name for name, _ in bindings if name in above}
        return above if not late and not hidden else {name: at for name, at in above.items() if name not in hidden} | late

    def _is_late(self, expression: Expression, late: Mapping[str, int]) -> bool:
        return any(name in self.names or name in late for name in expression.formula.places)

    def _quantity(self, expression: Expression, local: Mapping[str, Fraction], late: Mapping[str, int]) -> Quantity:
        names = list(expression.formula.places)
        known = self.numbers.names | dict(local)
        given = {name: float(known[name]) for name in names if name not in self.names and name not in late and name in known}
        carried = tuple((name, self.names.index(name)) for name in names if name in self.names)
        return Quantity(expression, given, carried, tuple((name, late[name]) for name in names if name in late))

    def _keep(self, quantity: Quantity) -> int:
        self.quantities.append(quantity)
        return len(self.quantities) - 1

    def rule(self, expression: Expression, scope: int | None = None) -> Rule:
        """Return a formula as a rule; ``scope`` numbers the local variables that hold for it."""
        late = self.definitions if scope is None else self.scopes[scope]
        quantity = self._quantity(expression, {} if scope is None else self.numbers.scopes[scope], late)
        needed, stack = set(), [number for _, number in quantity.late]
        while stack:
            number = stack.pop()
            if number not in needed:
                needed.add(number)
                stack += [earlier for _, earlier in self.quantities[number].late]
        return Rule(quantity, tuple((number, self.quantities[number]) for number in sorted(needed)))

    def varies(self, expression: Expression, scope: int) -> bool:
        """Return whether a formula depends on what is carried."""
        return self._is_late(expression, self.scopes[scope])

    def update(self, changes: Mapping[str, Expression], scope: int | None = None) -> Update:
        """Return a change of what is carried, given the formulas of what changes."""
        rules = tuple(self.rule(changes[name], scope) if name in changes else None for name in self.names)
        return Update(rules, self.numbers.problems.file, self.text)


def carried_names(contents: Contents) -> tuple[str, ...]:
    """Return the names of what is carried: states, then the parameters that shocks change."""
    repeat = contents.repeat
    return () if repeat is None else (*repeat.states, *(() if repeat.clock is None else repeat.clock.changed))


def build_carried(program: Program) -> CarriedState | None:
    """Return the rules of what is carried, None where nothing is."""
    numbers = program.numbers
    repeat = numbers.contents.repeat
    if not program.names or repeat is None:
        return None
    ends = ends_of(numbers.contents)
    players = range(len(numbers.contents.players))
    fixed = np.zeros((len(ends), len(players)))
    varying = []
    for place, end in enumerate(ends):
        for player in players:
            expression = payoff_expression(numbers.contents, end, player)
            if program.varies(expression, end.scope):
                varying.append((place, player, program.rule(expression, end.scope)))
            else:
                fixed[place, player] = float(numbers.value(expression, numbers.scopes[end.scope]) or 0)
    updates = tuple(program.update(_changes(repeat, end), end.scope) for end in ends)
    start = tuple(float(numbers.names.get(name, Fraction(0))) for name in program.names)
    fixed.setflags(write=False)
    return CarriedState(program.names, start, fixed, tuple(varying), updates, numbers.problems.file, program.text)


def _changes(repeat: RepeatRule, end: EndOfPlay) -> dict[str, Expression]:
    """Return what a round that ends here does to the states."""
    return {name: rule.after[end.outcome] for name, rule in repeat.states.items() if end.outcome in rule.after}
