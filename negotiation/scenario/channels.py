"""Parallel channels: the same players, and in place of one of them several addressees, each with parameters of his own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from negotiation.games.durations import ticks_per_unit
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.numbers import show_number
from negotiation.games.repeated import Repetition
from negotiation.scenario.building import build_tree, check_numbers
from negotiation.scenario.carried import Program, build_carried
from negotiation.scenario.clock_numbers import fixed_times
from negotiation.scenario.clocks import build_clock
from negotiation.scenario.contents import ClockRule
from negotiation.scenario.horizon import ending_outcomes, read_horizon
from negotiation.scenario.numbers import Numbers

__all__ = ["Channel", "build_channels", "check_channels", "ticks_for"]


@dataclass(frozen=True, eq=False)
class Channel:
    """What is played with one addressee: the stage game, in which he has a player's place under his own name, and how it repeats.

    ``own_draws`` says which of the moves that draw private types draw his.
    """

    name: str
    label: str
    stage: ExtensiveFormGame
    repetition: Repetition
    place: int
    own_draws: frozenset[int]


def channel_numbers(numbers: Numbers, rule: ClockRule) -> dict[str, Numbers]:
    """Return the numbers of each channel: those of the scenario with the parameters that are set for the addressee."""
    return {name: _at(numbers, _settings(numbers, rule, name)) for name in rule.channels}


def _at(numbers: Numbers, settings: Mapping[str, Fraction]) -> Numbers:
    values = {name: numbers.names[name] for name in numbers.contents.parameters} | dict(settings)
    return Numbers.at(numbers.contents, values, numbers.problems, numbers.variant)


def _settings(numbers: Numbers, rule: ClockRule, channel: str) -> dict[str, Fraction]:
    """Return the parameters that are set for an addressee; note values outside their range."""
    found = {}
    for name, expression in rule.channels[channel].settings.items():
        value = numbers.value(expression)
        low, high = numbers.contents.parameters[name].range
        if value is not None and not low <= value <= high:
            numbers.refuse(expression, f"in the range of {name!r}, [{show_number(low)}, {show_number(high)}]", value)
        elif value is not None:
            found[name] = value
    return found


def ticks_for(numbers: Numbers, rule: ClockRule) -> int:
    """Return how many ticks make a unit of a clock and of all its channels."""
    times = fixed_times(numbers, rule)
    for channel in channel_numbers(numbers, rule).values():
        times += fixed_times(channel, rule)
    return ticks_per_unit(times)


def check_channels(numbers: Numbers, rule: ClockRule) -> None:
    """Note what is wrong with a clock at these values, in any channel."""
    fixed_times(numbers, rule)
    for channel in channel_numbers(numbers, rule).values():
        check_numbers(channel)
        read_horizon(channel)
        fixed_times(channel, rule)
        _check_priors(numbers, channel, rule)


def _check_priors(numbers: Numbers, channel: Numbers, rule: ClockRule) -> None:
    """Note types of a player of all channels whose probabilities differ between them: he has one type for all."""
    for player, types in numbers.contents.types.items():
        for expression in types.values() if player != numbers.contents.players[rule.addressee or 0] else ():
            if numbers.value(expression) != channel.value(expression):
                said = f"{expression.subject} differs between the channels, and {player!r} has one type for all of them"
                numbers.problems.add(expression.place, said)


def build_channels(numbers: Numbers, title: str, text: str) -> tuple[Channel, ...]:
    """Return the channels of a scenario in the order of the file, none where it has none.

    Raises
    ------
    ScenarioError
        If a number cannot be computed at these values or is outside its range.
    """
    repeat = numbers.contents.repeat
    rule = None if repeat is None else repeat.clock
    if repeat is None or rule is None or rule.addressee is None:
        return ()
    per_unit = ticks_for(numbers, rule)
    typed = [player for player in numbers.contents.players if numbers.contents.types.get(player)]
    own_draws = frozenset(place for place, player in enumerate(typed) if player == numbers.contents.players[rule.addressee])
    found = []
    for name, own in channel_numbers(numbers, rule).items():
        program = Program(own, text)
        rounds, continuation, discounts = read_horizon(own)
        clock = build_clock(program, rule, numbers, per_unit)
        repetition = Repetition(rounds, continuation, discounts, ending_outcomes(repeat), build_carried(program), clock)
        stage = build_tree(own, title)
        players = (*stage.players[: rule.addressee], name, *stage.players[rule.addressee + 1 :])
        found.append(Channel(name, rule.channels[name].label, replace(stage, players=players), repetition, rule.addressee, own_draws))
    return tuple(found)
