"""The clock of a file: its formulas parsed, its names resolved, and what is wrong with them noted."""

from __future__ import annotations

from collections.abc import Mapping

from negotiation.scenario.clock_schema import Channel, Clock
from negotiation.scenario.contents import ChannelRule, ClockRule, DeadlineRule, Expression, Outline, WindowRule
from negotiation.scenario.context import Context
from negotiation.scenario.mistakes import shown
from negotiation.scenario.moves import moves_of
from negotiation.scenario.nodes import Key
from negotiation.scenario.schema import Repeat
from negotiation.scenario.shocks import changed_parameters, read_shock
from negotiation.scenario.times import Reading, read_moves, read_time

__all__ = ["read_clock"]

_HERE: tuple[Key, ...] = ("repeat", "clock")


def read_clock(context: Context, repeat: Repeat, outline: Outline) -> ClockRule | None:
    """Return what a file says of time, None if it says nothing; note what is missing or unknown."""
    clock = repeat.clock
    if clock is None:
        return None
    reading = Reading(context, moves_of(context, outline))
    shocks = {name: read_shock(reading, name, shock, (*_HERE, "shocks", name), repeat.over_when) for name, shock in clock.shocks.items()}
    _check_shock_names(context, clock)
    windows = {name: _window(reading, clock, name) for name in clock.windows}
    addressee, channels = _channels(reading, clock)
    _check_all_over(context, clock)
    return ClockRule(
        clock.unit.strip(),
        read_moves(reading, clock.moves, (*_HERE, "moves")),
        None if clock.between is None else read_time(reading, clock.between, (*_HERE, "between"), "the time between rounds"),
        _deadlines(reading, clock),
        None if clock.until is None else reading.expression(clock.until, (*_HERE, "until"), "the time when all is over"),
        _by_player(reading, clock.discount_rate, "discount_rate", "the discount rate"),
        _by_player(reading, clock.waiting_cost, "waiting_cost", "the waiting cost"),
        {name: window for name, window in windows.items() if window is not None},
        shocks,
        changed_parameters(context, shocks),
        addressee,
        channels,
        frozenset(clock.all_over_when),
    )


def _check_shock_names(context: Context, clock: Clock) -> None:
    """Note shocks that are called like an outcome: both can end a match."""
    for name in clock.shocks:
        if name in context.outcomes:
            line = context.key(("outcomes", name)).line
            context.problems.add(context.key((*_HERE, "shocks", name)), f"{shown(name)} is also the name of an outcome (line {line})")


def _by_player(reading: Reading, written: Mapping[str, str], key: str, subject: str) -> tuple[Expression | None, ...]:
    """Return a formula for each player, None for those of whom nothing is said."""
    context, path = reading.context, (*_HERE, key)
    for player in written:
        context.known(player, context.players, "player", context.key((*path, player)))
    return tuple(
        reading.expression(written[player], (*path, player), f"{subject} of {shown(player)}") if player in written else None
        for player in context.players
    )


def _deadlines(reading: Reading, clock: Clock) -> dict[int, DeadlineRule]:
    """Return the deadlines by the player's number; silence counts as one action, so not as a whole family of them."""
    context = reading.context
    found = {}
    for player, written in clock.deadlines.items():
        path = (*_HERE, "deadlines", player)
        after = reading.expression(written.after, (*path, "after"), f"the deadline of {shown(player)}")
        if not context.known(player, context.players, "player", context.key(path)):
            continue
        is_known = reading.knows_move(written.counts_as, (*path, "counts_as"), player)
        if is_known and any(name.startswith(f"{written.counts_as}[") for name in reading.moves.get(player, ())):
            rule = f"{shown(written.counts_as)} stands for several actions, and silence counts as one"
            context.problems.add(context.place((*path, "counts_as")), rule)
        elif is_known and after is not None:
            found[context.players.index(player)] = DeadlineRule(after, written.counts_as)
    return found


def _window(reading: Reading, clock: Clock, name: str) -> WindowRule | None:
    context, written, path = reading.context, clock.windows[name], (*_HERE, "windows", name)
    start = reading.expression(written.start, (*path, "from"), f"the beginning of {shown(name)}")
    stop = reading.expression(written.to, (*path, "to"), f"the end of {shown(name)}")
    closes = tuple(action for number, action in enumerate(written.closes) if reading.knows_move(action, (*path, "closes", number)))
    moves = read_moves(reading, written.moves, (*path, "moves"))
    if not written.closes and not written.moves and not context.sound.lacks(*path):
        hint = "say what it 'closes', or how long 'moves' take in it"
        context.problems.add(context.key(path), f"the window {shown(name)} changes nothing", suggestion=hint)
    return None if start is None or stop is None else WindowRule(start, stop, closes, moves, context.key(path))


def _channels(reading: Reading, clock: Clock) -> tuple[int | None, dict[str, ChannelRule]]:
    """Return the player who stands for several addressees, and the channels with them."""
    context = reading.context
    for player, written in (clock.channels or {}).items():
        path = (*_HERE, "channels", player)
        if context.known(player, context.players, "player", context.key(path)):
            return context.players.index(player), {name: _channel(reading, channel, (*path, name)) for name, channel in written.items()}
    return None, {}


def _channel(reading: Reading, written: str | Channel, path: tuple[Key, ...]) -> ChannelRule:
    if isinstance(written, str):
        return ChannelRule(written, {})
    context = reading.context
    settings = {}
    for parameter, text in written.set_.items():
        where = (*path, "set", parameter)
        known = context.known(parameter, context.document.names("parameters"), "parameter", context.key(where))
        expression = reading.expression(text, where, f"{shown(parameter)} for {shown(str(path[-1]))}")
        if known and expression is not None:
            settings[parameter] = expression
    return ChannelRule(written.label, settings)


def _check_all_over(context: Context, clock: Clock) -> None:
    path = (*_HERE, "all_over_when")
    for number, outcome in enumerate(clock.all_over_when):
        context.known(outcome, context.outcomes, "outcome", context.place((*path, number)))
    if clock.all_over_when and clock.channels is None and not context.sound.lacks(*_HERE):
        hint = "outcomes after which no round follows are listed in 'over_when'"
        context.problems.add(context.key(path), "'all_over_when' is for a clock with 'channels'", suggestion=hint)
