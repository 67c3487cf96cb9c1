"""Where a file gives numbers to strategies and to ``repeat``, each place with its name: all formulas there, changed one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from negotiation.scenario.contents import (
    ClockRule,
    Contents,
    DeadlineRule,
    Expression,
    MoveTime,
    OptionRule,
    RepeatRule,
    ShockRule,
    TimeRule,
    WindowRule,
)
from negotiation.scenario.formula_tree import Number
from negotiation.scenario.formulas import Formula

__all__ = ["Change", "changed"]

#: What is done with the formula at a place: given the place's name, the formula and the unit of its number, what stands there
#: afterwards.
Change: TypeAlias = Callable[[str, Expression, str | None], Expression]

#: Laws of time with a single number; the others have a list.
_SINGLE = ("fixed", "exponential")

#: Numbers of laws that are no times: the shape, and the standard deviation of the logarithm.
_PLAIN = (("gamma", 1), ("lognormal", 2))


def changed(contents: Contents, change: Change) -> Contents:
    """Return the contents in which every number of strategies and of ``repeat`` has been changed."""
    behaviour = {
        whose: replace(
            rule, options={option: _option(value, f"behaviour.{whose}.{option}", change) for option, value in rule.options.items()}
        )
        for whose, rule in contents.behaviour.items()
    }
    repeat = None if contents.repeat is None else _repeat(contents.repeat, contents.players, change)
    return replace(contents, behaviour=behaviour, repeat=repeat)


def _option(value: OptionRule, name: str, change: Change) -> OptionRule:
    """Return an option; the numbers of a list are counted from 1."""
    if isinstance(value, tuple):
        return tuple(_option(item, f"{name}.{number}", change) for number, item in enumerate(value, 1))
    return change(name, value, None) if isinstance(value, Expression) else value


def _repeat(repeat: RepeatRule, players: Sequence[str], change: Change) -> RepeatRule:
    states = {name: replace(state, start=change(f"repeat.state.{name}.start", state.start, None)) for name, state in repeat.states.items()}
    return replace(
        repeat,
        rounds=None if repeat.rounds is None else change("repeat.rounds", repeat.rounds, "rounds"),
        continuation=None if repeat.continuation is None else change("repeat.continuation", repeat.continuation, None),
        discounts=tuple(_discount(repeat, place, player, change) for place, player in enumerate(players)),
        states=states,
        clock=None if repeat.clock is None else _clock(repeat.clock, players, change),
    )


def _discount(repeat: RepeatRule, place: int, player: str, change: Change) -> Expression | None:
    """Return a player's discount; a file without one means 1."""
    written = repeat.discounts[place]
    if written is not None:
        return change(f"repeat.discount.{player}", written, None)
    implied = Expression(Formula("1", Number(Fraction(1), 0, 1)), repeat.place, f"the discount of {player!r}")
    found = change(f"repeat.discount.{player}", implied, None)
    return None if found is implied else found


def _clock(clock: ClockRule, players: Sequence[str], change: Change) -> ClockRule:
    here, unit = "repeat.clock", clock.unit
    return replace(
        clock,
        moves=_moves(clock.moves, players, here, unit, change),
        pause=None if clock.pause is None else _time(clock.pause, f"{here}.between", unit, change),
        deadlines={
            player: _deadline(rule, f"{here}.deadlines.{players[player]}", unit, change) for player, rule in clock.deadlines.items()
        },
        until=None if clock.until is None else change(f"{here}.until", clock.until, unit),
        rates=_by_player(clock.rates, players, f"{here}.discount_rate", f"1/{unit}", change),
        costs=_by_player(clock.costs, players, f"{here}.waiting_cost", None, change),
        windows={name: _window(rule, players, f"{here}.windows.{name}", unit, change) for name, rule in clock.windows.items()},
        shocks={name: _shock(rule, f"{here}.shocks.{name}", unit, change) for name, rule in clock.shocks.items()},
    )


def _by_player(
    written: Sequence[Expression | None], players: Sequence[str], name: str, unit: str | None, change: Change
) -> tuple[Expression | None, ...]:
    return tuple(
        None if expression is None else change(f"{name}.{player}", expression, unit)
        for player, expression in zip(players, written, strict=True)
    )


def _moves(moves: Sequence[MoveTime], players: Sequence[str], here: str, unit: str, change: Change) -> tuple[MoveTime, ...]:
    return tuple(replace(move, time=_time(move.time, _move_name(move, players, here), unit, change)) for move in moves)


def _move_name(move: MoveTime, players: Sequence[str], here: str) -> str:
    whose = None if move.player is None else players[move.player]
    return ".".join([f"{here}.moves", *(word for word in (whose, move.action) if word is not None)])


def _time(time: TimeRule, name: str, unit: str, change: Change) -> TimeRule:
    """Return a distribution of time; the numbers of a list are counted from 1."""
    named = f"{name}.{time.law}"
    if time.law in _SINGLE:
        return replace(time, parameters=(change(named, time.parameters[0], unit),))
    found = [
        change(f"{named}.{place}", expression, None if (time.law, place) in _PLAIN else unit)
        for place, expression in enumerate(time.parameters, 1)
    ]
    return replace(time, parameters=tuple(found))


def _deadline(rule: DeadlineRule, name: str, unit: str, change: Change) -> DeadlineRule:
    return replace(rule, after=change(f"{name}.after", rule.after, unit))


def _window(rule: WindowRule, players: Sequence[str], name: str, unit: str, change: Change) -> WindowRule:
    start, stop = change(f"{name}.from", rule.start, unit), change(f"{name}.to", rule.stop, unit)
    return replace(rule, start=start, stop=stop, moves=_moves(rule.moves, players, name, unit, change))


def _shock(rule: ShockRule, name: str, unit: str, change: Change) -> ShockRule:
    dates = tuple(change(f"{name}.at.{place}", date, unit) for place, date in enumerate(rule.at, 1))
    time = None if rule.time is None else _time(rule.time, f"{name}.{'every' if rule.repeats else 'after'}", unit, change)
    return replace(rule, at=dates, time=time)
