"""Repetition of a scenario at given parameter values: horizon, discounts, and what is carried from round to round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import FormulaError, UserMistakeError
from negotiation.games.repeated import Repetition
from negotiation.scenario.building import ends_of, payoff_expression
from negotiation.scenario.contents import Expression, RepeatRule
from negotiation.scenario.mistakes import Collector
from negotiation.scenario.numbers import Numbers

__all__ = ["CarriedState", "build_repetition", "check_repetition"]

#: More rounds than any simulation plays; a larger number is a slip of the pen.
MAX_ROUNDS = 10_000_000

#: So many different states have their payoffs kept; beyond that the store starts anew, which bounds its memory.
MAX_KEPT = 4_096


@dataclass(frozen=True, eq=False)
class Rule:
    """A formula with the numbers that do not change from round to round."""

    expression: Expression
    given: Mapping[str, float]
    states: tuple[tuple[str, int], ...]

    def value(self, state: tuple[float, ...], problems: Collector) -> float:
        """Return the formula's value in a state; note it where there is none."""
        values = dict(self.given) | {name: state[place] for name, place in self.states}
        try:
            return float(self.expression.formula.evaluate(values))
        except FormulaError as error:
            rule = f"{self.expression.subject} cannot be computed in a later round: {error.rule}"
            problems.add_within(self.expression.place, error.offset, error.length, rule, suggestion=error.suggestion)
            problems.raise_if_any()
            raise


@dataclass(frozen=True, eq=False)
class CarriedState:
    """What is carried from round to round (an implementation of ``games.repeated.StateRules``).

    Payoffs that do not depend on the state are computed once; the others once for each state, up to ``MAX_KEPT`` states.
    """

    names: tuple[str, ...]
    start: tuple[float, ...]
    fixed: NDArray[np.float64]
    varying: tuple[tuple[int, int, Rule], ...]
    updates: tuple[tuple[Rule | None, ...], ...]
    file: str
    text: str
    kept: dict[tuple[float, ...], NDArray[np.float64]] = field(default_factory=dict, repr=False)

    def payoffs(self, state: tuple[float, ...]) -> NDArray[np.float64]:
        """Return the payoffs of a round that starts in this state, shape (ends, players), read-only."""
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
        """Return the state after a round that ended at the ``end``-th end of the tree; all parts change at once."""
        problems = Collector(self.file, self.text)
        return tuple(value if rule is None else rule.value(state, problems) for value, rule in zip(state, self.updates[end], strict=True))


def build_repetition(numbers: Numbers, text: str) -> Repetition:
    """Return how the game repeats at these values.

    Raises
    ------
    UserMistakeError
        If the scenario does not say that it repeats.
    ScenarioError
        If a number in ``repeat`` cannot be computed or is outside its range.
    """
    repeat = numbers.contents.repeat
    if repeat is None:
        raise UserMistakeError(f"{numbers.problems.file} has no 'repeat', so its game is played once; add it to play rounds")
    rounds, continuation, discounts = _horizon(numbers, repeat)
    state = _carried(numbers, repeat, text)
    numbers.problems.raise_if_any()
    return Repetition(rounds, continuation, discounts, repeat.over_when, state)


def check_repetition(numbers: Numbers) -> None:
    """Note what is wrong with the numbers of ``repeat`` at these values."""
    if numbers.contents.repeat is not None:
        _horizon(numbers, numbers.contents.repeat)
        for rule in numbers.contents.repeat.states.values():
            numbers.value(rule.start)


def _horizon(numbers: Numbers, repeat: RepeatRule) -> tuple[int | None, float | None, tuple[float, ...]]:
    rounds = continuation = None
    if repeat.rounds is not None:
        value = numbers.value(repeat.rounds)
        if value is not None and (value.denominator != 1 or not 1 <= value <= MAX_ROUNDS):
            _refuse(numbers, repeat.rounds, f"a whole number from 1 to {MAX_ROUNDS:,}", value)
        rounds = None if value is None else int(value)
    if repeat.continuation is not None:
        value = numbers.value(repeat.continuation)
        if value is not None and not 0 < value < 1:
            _refuse(numbers, repeat.continuation, "above 0 and below 1", value)
        continuation = None if value is None else float(value)
    return rounds, continuation, tuple(_discount(numbers, expression) for expression in repeat.discounts)


def _discount(numbers: Numbers, expression: Expression | None) -> float:
    value = None if expression is None else numbers.value(expression)
    if expression is not None and value is not None and not 0 < value <= 1:
        _refuse(numbers, expression, "above 0 and at most 1", value)
    return 1.0 if value is None else float(value)


def _refuse(numbers: Numbers, expression: Expression, wanted: str, value: Fraction) -> None:
    given = {name: numbers.names[name] for name in expression.formula.places}
    rule = f"{expression.subject} must be {wanted}, got {float(value):.12g}{numbers.where(given)}"
    numbers.problems.add(expression.place, rule)


def _carried(numbers: Numbers, repeat: RepeatRule, text: str) -> CarriedState | None:
    """Return the rules of what is carried, None where nothing is."""
    names = tuple(repeat.states)
    if not names:
        return None
    ends = ends_of(numbers.contents)
    players = range(len(numbers.contents.players))
    fixed = np.zeros((len(ends), len(players)))
    varying = []
    for place, end in enumerate(ends):
        for player in players:
            expression = payoff_expression(numbers.contents, end, player)
            if any(name in repeat.states for name in expression.formula.places):
                varying.append((place, player, _rule(numbers, expression, end.scope, names)))
            else:
                fixed[place, player] = float(numbers.value(expression, numbers.scopes[end.scope]) or 0)
    updates = tuple(
        tuple(
            _rule(numbers, repeat.states[name].after[end.outcome], end.scope, names) if end.outcome in repeat.states[name].after else None
            for name in names
        )
        for end in ends
    )
    start = tuple(float(numbers.names.get(name, Fraction(0))) for name in names)
    fixed.setflags(write=False)
    return CarriedState(names, start, fixed, tuple(varying), updates, numbers.problems.file, text)


def _rule(numbers: Numbers, expression: Expression, scope: int, states: tuple[str, ...]) -> Rule:
    """Return a formula with parameters, definitions and local variables filled in."""
    known = numbers.names | numbers.scopes[scope]
    given = {name: float(known[name]) for name in expression.formula.places if name not in states and name in known}
    return Rule(expression, given, tuple((name, states.index(name)) for name in expression.formula.places if name in states))
