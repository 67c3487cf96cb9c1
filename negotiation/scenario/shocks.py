"""Shocks of a file: when they come and what they change; what they change may be used only where it can still change."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from negotiation.scenario.clock_numbers import clock_expressions
from negotiation.scenario.clock_schema import Shock
from negotiation.scenario.contents import ChanceMove, Contents, Expression, Outline, ShockRule
from negotiation.scenario.context import Context
from negotiation.scenario.mistakes import shown
from negotiation.scenario.nodes import Key
from negotiation.scenario.times import Reading, read_time

__all__ = ["changed_parameters", "check_changed", "read_shock"]

_WHEN = ("at", "after", "every")


def read_shock(reading: Reading, name: str, written: Shock, path: tuple[Key, ...], over_when: Collection[str]) -> ShockRule:
    """Return a shock; note where it is not said when it comes, and where it does nothing or changes what it cannot."""
    context = reading.context
    said = [key for key in _WHEN if key in context.document.names(*path)]
    if len(said) != 1 and not context.sound.lacks(*path):
        rule = f"the shock {shown(name)} needs one of 'at' (dates), 'after' (a time, once) and 'every' (a time, again and again)"
        context.problems.add(context.key(path), rule + (f", got {' and '.join(said)}" if said else ""))
    if not written.change and context.missing([name], over_when) and not context.sound.lacks(*path):
        hint = "say what it changes ('change'), or name it in 'over_when' if all is over with it"
        context.problems.add(context.key(path), f"the shock {shown(name)} does nothing", suggestion=hint)
    dates = [reading.expression(text, (*path, "at", number), f"a date of {shown(name)}") for number, text in enumerate(written.at or ())]
    time, key = (written.after, "after") if written.every is None else (written.every, "every")
    interval = None if time is None else read_time(reading, time, (*path, key), f"the time until {shown(name)}")
    change = _changes(context, name, written.change, (*path, "change"))
    return ShockRule(tuple(date for date in dates if date is not None), interval, written.every is not None, change)


def _changes(context: Context, shock: str, written: Mapping[str, str], path: tuple[Key, ...]) -> dict[str, Expression]:
    """Return the new values of what a shock changes."""
    carried = dict.fromkeys([*context.constants, *context.states]).keys()
    found = {}
    for name, text in written.items():
        expression = context.expression(text, (*path, name), f"{shown(name)} after the shock {shown(shock)}", carried)
        if _is_changeable(context, name, shock, (*path, name)) and expression is not None:
            found[name] = expression
    return found


def _is_changeable(context: Context, name: str, shock: str, path: tuple[Key, ...]) -> bool:
    if name in context.document.names("definitions"):
        hint = "change a parameter that it is made of"
        context.problems.add(context.key(path), f"{shown(name)} is a definition, which a shock cannot change", suggestion=hint)
        return False
    legal = dict.fromkeys([*context.document.names("parameters"), *context.states]).keys()
    return context.known(name, legal, "parameter or state", context.key(path), f" that the shock {shown(shock)} changes")


def changed_parameters(context: Context, shocks: Mapping[str, ShockRule]) -> tuple[str, ...]:
    """Return the parameters that shocks change, in the order of the file."""
    targets = {name for shock in shocks.values() for name in shock.change}
    return tuple(name for name in context.document.names("parameters") if name in targets)


def check_changed(context: Context, contents: Contents) -> None:
    """Note formulas that are computed once although a shock changes a parameter in them, directly or through other names."""
    repeat = contents.repeat
    if repeat is None or repeat.clock is None or not repeat.clock.changed:
        return
    late = set(repeat.clock.changed)
    for name, expression in contents.definitions.items():
        late.update([name] if late.intersection(expression.formula.places) else [])
    _check_chances(context, contents.outline, frozenset(late))
    for fixed in (repeat.rounds, repeat.continuation, *repeat.discounts, *clock_expressions(repeat.clock)):
        if fixed is not None:
            _check_constant(context, fixed, late)


def _check_chances(context: Context, outline: Outline, late: frozenset[str]) -> None:
    """Note probabilities that a shock would change; local variables are followed scope by scope."""
    scopes: list[frozenset[str]] = []
    for parent, bindings in outline.scopes:
        above = scopes[parent] if parent >= 0 else late
        found = {name for name, bound in bindings if isinstance(bound, Expression) and above.intersection(bound.formula.places)}
        scopes.append(above.difference(name for name, _ in bindings) | found)
    for node in outline.nodes:
        if isinstance(node, ChanceMove):
            for expression in node.probabilities:
                _check_constant(context, expression, scopes[node.scope])


def _check_constant(context: Context, expression: Expression, late: Collection[str]) -> None:
    for name in expression.formula.places:
        if name in late:
            offset, length = expression.formula.places[name]
            rule = f"{expression.subject} depends on {shown(name)}, which a shock changes"
            hint = "only payoffs and what is carried from round to round may depend on it"
            context.problems.add_within(expression.place, offset, length, rule, suggestion=hint)
