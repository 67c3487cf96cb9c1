"""The numbers of a clock at given parameter values: what is not allowed is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import TypeAlias

from negotiation.scenario.contents import ClockRule, Expression, TimeRule, WindowRule
from negotiation.scenario.numbers import Numbers

__all__ = ["clock_expressions", "fixed_times"]

#: What a number must be, in words, and whether it is.
_Rule: TypeAlias = tuple[str, Callable[[Fraction], bool]]

_AT_LEAST_0: _Rule = ("at least 0", lambda value: value >= 0)
_ABOVE_0: _Rule = ("above 0", lambda value: value > 0)

#: By law, what its parameters must be; the last rule holds for all that follow.
_RANGES: Mapping[str, tuple[_Rule, ...]] = {
    "fixed": (_AT_LEAST_0,),
    "uniform": (_AT_LEAST_0,),
    "exponential": (_ABOVE_0,),
    "gamma": (_ABOVE_0,),
    "lognormal": (_ABOVE_0, _AT_LEAST_0),
    "empirical": (_AT_LEAST_0,),
}

#: Laws whose parameters are times that can come about exactly.
_EXACT = ("fixed", "uniform", "empirical")


def fixed_times(numbers: Numbers, rule: ClockRule) -> list[Fraction]:
    """Return all times that a clock fixes; note every number of it that is not allowed."""
    found = [value for time in _times(rule) for value in _parameters(numbers, time) if time.law in _EXACT]
    found += [value for window in rule.windows.values() for value in _bounds(numbers, window)]
    found += _allowed(numbers, [date for shock in rule.shocks.values() for date in shock.at], _AT_LEAST_0)
    found += _allowed(numbers, [*(deadline.after for deadline in rule.deadlines.values()), rule.until], _ABOVE_0)
    _allowed(numbers, rule.rates, _AT_LEAST_0)
    _allowed(numbers, rule.costs, None)
    for name, shock in rule.shocks.items():
        if shock.repeats and shock.time is not None:
            _check_takes_time(numbers, shock.time, name)
    return found


def _allowed(numbers: Numbers, expressions: Iterable[Expression | None], wanted: _Rule | None) -> list[Fraction]:
    """Return the numbers of formulas that have one that is allowed; the others are noted."""
    found = [None if expression is None else _number(numbers, expression, wanted) for expression in expressions]
    return [value for value in found if value is not None]


def clock_expressions(rule: ClockRule) -> list[Expression]:
    """Return the formulas of a clock that are computed once: all but those of what shocks change."""
    groups: list[Iterable[Expression | None]] = [time.parameters for time in _times(rule)]
    groups += [(window.start, window.stop) for window in rule.windows.values()]
    groups += [shock.at for shock in rule.shocks.values()]
    groups += [channel.settings.values() for channel in rule.channels.values()]
    groups += [[deadline.after for deadline in rule.deadlines.values()], [rule.until], rule.rates, rule.costs]
    return [expression for group in groups for expression in group if expression is not None]


def _times(rule: ClockRule) -> list[TimeRule]:
    """Return all distributions of time of a clock."""
    moves = [*rule.moves, *(move for window in rule.windows.values() for move in window.moves)]
    others = [rule.pause, *(shock.time for shock in rule.shocks.values())]
    return [move.time for move in moves] + [time for time in others if time is not None]


def _number(numbers: Numbers, expression: Expression, allowed: _Rule | None) -> Fraction | None:
    value = numbers.value(expression)
    if value is not None and allowed is not None and not allowed[1](value):
        numbers.refuse(expression, allowed[0], value)
        return None
    return value


def _parameters(numbers: Numbers, time: TimeRule) -> list[Fraction]:
    """Return the parameters of a law; fewer if some have no number or none that is allowed, which is noted."""
    rules = _RANGES[time.law]
    found = [_number(numbers, expression, rules[min(place, len(rules) - 1)]) for place, expression in enumerate(time.parameters)]
    values = [value for value in found if value is not None]
    if time.law == "uniform" and len(values) == 2 and values[0] > values[1]:
        rule = (
            f"{time.parameters[0].subject} must go from the lowest to the highest, got {float(values[0]):.12g} to {float(values[1]):.12g}"
        )
        numbers.problems.add(time.place, rule)
    return values


def _bounds(numbers: Numbers, window: WindowRule) -> list[Fraction]:
    found = [_number(numbers, expression, _AT_LEAST_0) for expression in (window.start, window.stop)]
    values = [value for value in found if value is not None]
    if len(values) == 2 and values[0] >= values[1]:
        numbers.refuse(window.stop, f"later than its beginning ({float(values[0]):.12g})", values[1])
    return values


def _check_takes_time(numbers: Numbers, time: TimeRule, shock: str) -> None:
    """Note a shock that would come again and again at the same instant."""
    values = _parameters(numbers, time)
    if time.law in _EXACT and len(values) == len(time.parameters) and not any(values):
        numbers.problems.add(time.place, f"the shock {shock!r} would come endlessly at once: 'every' needs a time above 0")
