"""How long a scenario is repeated at given parameter values: rounds, the chance of another one, discounts."""

from __future__ import annotations

from negotiation.scenario.contents import Expression, RepeatRule
from negotiation.scenario.numbers import Numbers

__all__ = ["ending_outcomes", "read_horizon"]

#: More rounds than any simulation plays; a larger number is a slip of the pen.
MAX_ROUNDS = 10_000_000


def ending_outcomes(repeat: RepeatRule) -> frozenset[str]:
    """Return the outcomes after which no round follows."""
    return repeat.over_when - frozenset(() if repeat.clock is None else repeat.clock.shocks)


def read_horizon(numbers: Numbers) -> tuple[int | None, float | None, tuple[float, ...]]:
    """Return the largest number of rounds, the probability that another follows, and each player's discount; note mistakes."""
    repeat = numbers.contents.repeat
    if repeat is None:
        return 1, None, (1.0,) * len(numbers.contents.players)
    rounds = continuation = None
    if repeat.rounds is not None:
        value = numbers.value(repeat.rounds)
        if value is not None and (value.denominator != 1 or not 1 <= value <= MAX_ROUNDS):
            numbers.refuse(repeat.rounds, f"a whole number from 1 to {MAX_ROUNDS:,}", value)
        rounds = None if value is None else int(value)
    if repeat.continuation is not None:
        value = numbers.value(repeat.continuation)
        if value is not None and not 0 < value < 1:
            numbers.refuse(repeat.continuation, "above 0 and below 1", value)
        continuation = None if value is None else float(value)
    return rounds, continuation, tuple(_discount(numbers, expression) for expression in repeat.discounts)


def _discount(numbers: Numbers, expression: Expression | None) -> float:
    value = None if expression is None else numbers.value(expression)
    if expression is not None and value is not None and not 0 < value <= 1:
        numbers.refuse(expression, "above 0 and at most 1", value)
    return 1.0 if value is None else float(value)
