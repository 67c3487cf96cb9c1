"""The parts of a file around the game: readings, repetition, behaviour, variants, sweep."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from negotiation.errors import FormulaError
from negotiation.games.readings import ANY_ACTION, ANY_ACTIONS
from negotiation.scenario.clock_rules import read_clock
from negotiation.scenario.contents import ChoiceRule, Expression, OptionRule, Outline, Parameter, ReadingCondition, RepeatRule, StateRule
from negotiation.scenario.context import Context
from negotiation.scenario.formulas import parse
from negotiation.scenario.layout import Layout
from negotiation.scenario.mistakes import shown
from negotiation.scenario.nodes import Key
from negotiation.scenario.payoffs import check_locals
from negotiation.scenario.schema import Choice, ReadingRule, Repeat

__all__ = ["read_behaviour", "read_parameters", "read_readings", "read_repeat", "read_sweep", "read_variants"]

#: Matching a pattern takes time that grows with the path's length to the power of its dots.
MAX_DOTS = 3

#: The longest pattern, actions.
MAX_PATTERN = 100


def read_parameters(context: Context) -> dict[str, Parameter]:
    """Return the parameters; note ranges that are upside down and values outside their range."""
    found = {}
    for name, written in context.file.parameters.items():
        low, high = written.range
        path = ("parameters", name)
        if low > high:
            rule = f"the range of {shown(name)} is upside down: {_text(low)} is above {_text(high)}"
            context.problems.add(context.place((*path, "range")), rule)
        elif not low <= written.value <= high:
            rule = f"the value of {shown(name)} must lie in [{_text(low)}, {_text(high)}], got {_text(written.value)}"
            context.problems.add(context.place((*path, "value")), rule)
        found[name] = Parameter(name, written.value, (low, high), written.about.strip(), written.unit)
    return found


def _text(number: Fraction) -> str:
    return f"{float(number):.12g}"


def read_variants(context: Context, parameters: Mapping[str, Parameter]) -> dict[str, dict[str, Fraction]]:
    """Return the variants; note unknown parameters and values outside their range."""
    for name, setting in context.file.variants.items():
        for parameter, value in setting.items():
            path = ("variants", name, parameter)
            legal = context.document.names("parameters")
            if not context.known(parameter, legal, "parameter", context.key(path)) or parameter not in parameters:
                continue
            low, high = parameters[parameter].range
            if low <= high and not low <= value <= high:
                rule = f"the value of {shown(parameter)} must lie in [{_text(low)}, {_text(high)}], got {_text(value)}"
                context.problems.add(context.place(path), rule)
    return {name: dict(setting) for name, setting in context.file.variants.items()}


def read_sweep(context: Context) -> dict[str, int]:
    """Return the points of each axis; note unknown parameters and axes of less than two points."""
    axes = context.file.sweep.axes if context.file.sweep is not None else {}
    for name, axis in axes.items():
        path = ("sweep", "axes", name)
        context.known(name, context.document.names("parameters"), "parameter", context.key(path))
        if axis.points < 2:
            context.problems.add(context.place((*path, "points")), f"the axis {shown(name)} needs at least 2 points, got {axis.points}")
    return {name: axis.points for name, axis in axes.items()}


def read_readings(context: Context, actions: Collection[str]) -> tuple[ReadingCondition, ...]:
    """Return the readings in order; note actions that the game does not have (not checked where ``actions`` is empty)."""
    found = []
    for name, written in context.file.readings.items():
        path: tuple[Key, ...] = ("readings", name)
        when = None
        paths = written
        if isinstance(written, ReadingRule):
            if written.when is not None:
                when = context.expression(written.when, (*path, "when"), f"the condition of reading {shown(name)}", context.constants)
            path, paths = (*path, "path"), written.path
        if isinstance(paths, str):
            patterns = [_pattern(context, paths, path, actions)]
        elif isinstance(paths, list):
            patterns = [_pattern(context, text, (*path, number), actions) for number, text in enumerate(paths)]
        found.append(ReadingCondition(name, tuple(patterns), when))
    return tuple(found)


def _pattern(context: Context, text: str, path: tuple[Key, ...], actions: Collection[str]) -> tuple[str, ...]:
    """Return the steps of a pattern."""
    place = context.place(path)
    steps = tuple(step.strip() for step in text.split(">"))
    if len(steps) > MAX_PATTERN or steps.count(ANY_ACTIONS) > MAX_DOTS:
        context.problems.add(place, f"a pattern has at most {MAX_PATTERN} steps and {MAX_DOTS} times '...'")
        return ()
    offset = 0
    for step, written in zip(steps, text.split(">"), strict=True):
        start = offset + len(written) - len(written.lstrip())
        offset += len(written) + 1
        if not step:
            # At an end of the pattern there is no step to point at, but a '>' beside where it should be.
            context.problems.add(
                place.part(min(start, len(text) - 1), 1), "a step of the pattern is empty", suggestion="write actions with '>' between them"
            )
        elif actions and not _is_action(step, actions):
            context.known(step, actions, "action", place.part(start, len(step)), f" in reading {shown(str(path[1]))}")
    return steps


def _is_action(step: str, actions: Collection[str]) -> bool:
    return step in actions or step in (ANY_ACTION, ANY_ACTIONS)


def read_repeat(context: Context, repeat: Repeat, layout: Layout | None, outline: Outline) -> RepeatRule:
    """Return how rounds repeat; note what is missing or unknown."""
    is_open = repeat.rounds is None and repeat.continue_ is None and (repeat.clock is None or repeat.clock.until is None)
    if is_open and not context.sound.lacks("repeat"):
        hint = "" if repeat.clock is None else "or say in its clock when all is over at the latest ('until')"
        context.problems.add(context.key(("repeat",)), "'repeat' needs 'rounds' or 'continue', or both", suggestion=hint)
    rounds = continuation = None
    if repeat.rounds is not None:
        rounds = context.expression(repeat.rounds, ("repeat", "rounds"), "the number of rounds", context.constants)
    if repeat.continue_ is not None:
        subject = "the probability that another round follows"
        continuation = context.expression(repeat.continue_, ("repeat", "continue"), subject, context.constants)
    shocks = context.document.names("repeat", "clock", "shocks")
    what = "outcome or shock" if shocks else "outcome"
    for number, name in enumerate(repeat.over_when):
        context.known(name, dict.fromkeys([*context.outcomes, *shocks]).keys(), what, context.place(("repeat", "over_when", number)))
    states = {name: _state(context, repeat, name, layout) for name in repeat.state}
    discounts = _discounts(context, repeat)
    whole = {name: state for name, state in states.items() if state is not None}
    clock = read_clock(context, repeat, outline)
    return RepeatRule(context.key(("repeat",)), rounds, continuation, discounts, frozenset(repeat.over_when), whole, clock)


def _discounts(context: Context, repeat: Repeat) -> tuple[Expression | None, ...]:
    """Return one discount formula for each player, None for all where the file has none."""
    written = repeat.discount
    if written is None:
        return (None,) * len(context.players)
    for player in written:
        context.known(player, context.players, "player", context.key(("repeat", "discount", player)))
    missing = context.missing(context.players, context.document.names("repeat", "discount"))
    if missing:
        rule = f"there is no discount for {', '.join(map(shown, missing))}"
        context.problems.add(context.key(("repeat", "discount")), rule, suggestion="1 means that later payoffs count in full")
    return tuple(
        context.expression(written[player], ("repeat", "discount", player), f"the discount of {shown(player)}", context.constants)
        if player in written
        else None
        for player in context.players
    )


def _state(context: Context, repeat: Repeat, name: str, layout: Layout | None) -> StateRule | None:
    path = ("repeat", "state", name)
    written = repeat.state[name]
    start = context.expression(written.start, (*path, "start"), f"the start of state {shown(name)}", context.constants)
    after = {}
    for outcome, text in written.after.items():
        where = (*path, "after", outcome)
        context.known(outcome, context.outcomes, "outcome", context.key(where), f" after which state {shown(name)} changes")
        subject = f"state {shown(name)} after outcome {shown(outcome)}"
        expression = context.expression(text, where, subject, context.update_names)
        if expression is not None:
            after[outcome] = expression
            if layout is not None:
                check_locals(context, expression, outcome, layout)
    return None if start is None else StateRule(start, after, _elsewhere(context, written.elsewhere, name))


def _elsewhere(context: Context, written: Mapping[str, str], name: str) -> dict[str, Expression]:
    """Return what outcomes in other channels do to a state; what happened along their paths is not known here."""
    path: tuple[Key, ...] = ("repeat", "state", name, "elsewhere")
    if written and not context.channels:
        hint = "what outcomes do to a state is written under 'after'"
        context.problems.add(context.key(path), "'elsewhere' is for a clock with 'channels'", suggestion=hint)
    names = dict.fromkeys([*context.constants, *context.states]).keys()
    found = {}
    for outcome, text in written.items():
        where = (*path, outcome)
        context.known(outcome, context.outcomes, "outcome", context.key(where), f" after which state {shown(name)} changes")
        expression = context.expression(text, where, f"state {shown(name)} after outcome {shown(outcome)} elsewhere", names)
        if expression is not None:
            found[outcome] = expression
    return found


def read_behaviour(context: Context) -> dict[str, ChoiceRule]:
    """Return the strategy of each player (``player``) or type (``player.type``); note unknown players and types."""
    found = {}
    for player, written in context.file.behaviour.items():
        path = ("behaviour", player)
        if not context.known(player, dict.fromkeys([*context.players, *context.channels]).keys(), "player", context.key(path)):
            continue
        if not isinstance(written, dict):
            found[player] = _choice(context, written, path, shown(player))
            continue
        types = context.types(player)
        if "strategy" in context.document.names(*path) or context.sound.lacks("players"):
            continue  # a strategy whose name is none, or players without their types: that has been noted
        if not types:
            hint = "write 'strategy: name' with its options"
            context.problems.add(context.key(path), f"{shown(player)} has no types: a strategy is expected", suggestion=hint)
            continue
        for kind, choice in written.items():
            if context.known(kind, types, "type", context.key((*path, kind)), f" of {shown(player)}"):
                found[f"{player}.{kind}"] = _choice(context, choice, (*path, kind), f"{shown(player)}, type {shown(kind)}")
        missing = context.missing(types, context.document.names(*path))
        if missing:
            context.problems.add(context.key(path), f"there is no strategy for type {', '.join(map(shown, missing))} of {shown(player)}")
    return found


def _choice(context: Context, written: str | Choice, path: tuple[Key, ...], whose: str) -> ChoiceRule:
    if isinstance(written, str):
        return ChoiceRule(written, {})
    options = {
        name: _option(context, value, (*path, name), f"the option {shown(name)} of {whose}")
        for name, value in (written.__pydantic_extra__ or {}).items()
    }
    return ChoiceRule(written.strategy, options)


def _option(context: Context, value: object, path: tuple[Key, ...], subject: str) -> OptionRule:
    """Return an option as a formula where it is one over known names, else as the word that it is."""
    if isinstance(value, list):
        return tuple(_option(context, item, (*path, number), subject) for number, item in enumerate(value))
    text = str(value)
    try:
        names = frozenset(parse(text).names)
    except FormulaError:
        return text
    if names and not any(name in context.constants for name in names):
        return text
    # Some of its names are known, so it is meant as a formula, and the others are mistakes.
    expression = context.expression(text, path, subject, context.constants)
    return text if expression is None else expression
