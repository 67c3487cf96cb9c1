"""Repetition of a scenario at given parameter values: horizon, discounts, and what is carried from round to round."""

from __future__ import annotations

from negotiation.errors import UserMistakeError
from negotiation.games.repeated import Repetition
from negotiation.scenario.carried import Program, build_carried
from negotiation.scenario.channels import check_channels, ticks_for
from negotiation.scenario.clocks import build_clock
from negotiation.scenario.horizon import ending_outcomes, read_horizon
from negotiation.scenario.numbers import Numbers

__all__ = ["build_repetition", "check_repetition"]


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
    rounds, continuation, discounts = read_horizon(numbers)
    program = Program(numbers, text)
    clock = None if repeat.clock is None else build_clock(program, repeat.clock, numbers, ticks_for(numbers, repeat.clock))
    numbers.problems.raise_if_any()
    return Repetition(rounds, continuation, discounts, ending_outcomes(repeat), build_carried(program), clock)


def check_repetition(numbers: Numbers) -> None:
    """Note what is wrong with the numbers of ``repeat`` at these values."""
    if numbers.contents.repeat is not None:
        read_horizon(numbers)
        for rule in numbers.contents.repeat.states.values():
            numbers.value(rule.start)
        if numbers.contents.repeat.clock is not None:
            check_channels(numbers, numbers.contents.repeat.clock)
