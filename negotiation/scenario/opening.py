"""Numbers that a file gives to strategies and to ``repeat`` become parameters: what a sweep can vary without editing the file.

A number is named by its place in the file, with dots: ``behaviour.target.precision``, ``behaviour.challenger.tough.action``
for a type, ``behaviour.row.cooperation.2`` for the second number of a list, ``repeat.rounds``, ``repeat.discount.target``.

>>> opened(scenario, {"repeat.rounds": (Fraction(1), Fraction(100))}).values(**{"repeat.rounds": 50})  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from negotiation.errors import ParameterError
from negotiation.games.numbers import show_number
from negotiation.scenario.contents import Contents, Expression, Parameter
from negotiation.scenario.formula_tree import Name, Number
from negotiation.scenario.formulas import Formula
from negotiation.scenario.mistakes import Collector, Place, nearest
from negotiation.scenario.numbers import Numbers
from negotiation.scenario.open_places import Change, changed
from negotiation.scenario.scenario import Scenario

__all__ = ["Opening", "openable", "opened"]

#: What a file calls otherwise than the rest of this software does.
_AS_WRITTEN: Mapping[str, str] = MappingProxyType({"repeat.continue": "repeat.continuation"})

#: Where something stands that is not in the file.
_NOWHERE = Place(0, 0)

#: The discounts of all players together, where they are the same.
_ALL_DISCOUNTS = "repeat.discount"


@dataclass(frozen=True, slots=True)
class Opening:
    """A number that can become a parameter: its value at the file's own parameters, what it is, and its unit.

    ``places`` names the places of the file at which it stands, one but for the discount of all players.
    """

    value: Fraction
    about: str
    unit: str | None
    places: tuple[str, ...]


def openable(scenario: Scenario, defaults: Mapping[str, Fraction] = MappingProxyType({})) -> dict[str, Opening]:
    """Return the numbers of a scenario that can become parameters, by name.

    A number of ``repeat`` that is another one in each of several parallel channels is none of them: vary what it is made of.

    Parameters
    ----------
    scenario : Scenario
    defaults : mapping of ``behaviour.player.option`` to Fraction
        What strategies take for options that the file does not give: ``play.option_defaults`` knows them.

    Raises
    ------
    ScenarioError
        If one of them cannot be computed at the file's values.
    """
    contents = _with_defaults(scenario, defaults)
    numbers = Numbers.at(contents, scenario.values(), Collector(scenario.file, scenario.text))
    differing = _differing(contents)
    found: dict[str, Opening] = {}

    def note(name: str, expression: Expression, unit: str | None) -> Expression:
        value = numbers.value(expression)
        if value is not None and not (name.startswith("repeat.") and differing.intersection(expression.formula.places)):
            found[name] = Opening(value, expression.subject, unit, (name,))
        return expression

    changed(contents, note)
    numbers.problems.raise_if_any()
    return found | _together(found)


def opened(
    scenario: Scenario, ranges: Mapping[str, tuple[Fraction, Fraction]], defaults: Mapping[str, Fraction] = MappingProxyType({})
) -> Scenario:
    """Return the scenario in which some numbers of strategies and of ``repeat`` are parameters.

    Their formulas no longer count: a number that was a formula over parameters keeps, until it is set, the value that it
    has at the file's parameters, in each variant too.

    Parameters
    ----------
    scenario : Scenario
    ranges : mapping of name to (lowest, highest)
        Each becomes a parameter of that name.
    defaults : mapping of ``behaviour.player.option`` to Fraction
        As for ``openable``.

    Raises
    ------
    ParameterError
        If there is no such number, or a range is empty.
    """
    if not ranges:
        return scenario
    known = openable(scenario, defaults)
    wanted: dict[str, str] = {}
    parameters = dict(scenario.contents.parameters)
    for name, (low, high) in ranges.items():
        found = known.get(_AS_WRITTEN.get(name, name))
        if found is None:
            raise ParameterError(_unknown(scenario, name, known))
        if low > high:
            raise ParameterError(f"{name}: a range goes from the lowest to the highest, got {show_number(low)} to {show_number(high)}")
        if twice := [wanted[place] for place in found.places if place in wanted]:
            raise ParameterError(f"{name} and {twice[0]} are the same number of {scenario.file}: take one of them")
        wanted |= dict.fromkeys(found.places, name)
        parameters[name] = Parameter(name, found.value, (low, high), found.about, found.unit)
    contents = _with_defaults(scenario, {name: value for name, value in defaults.items() if name in wanted})
    return replace(scenario, contents=replace(changed(contents, _naming(wanted)), parameters=parameters))


def _naming(wanted: Mapping[str, str]) -> Change:
    """Return the change that puts a parameter's name in the place of a number, given the parameter of each place."""

    def name_it(place: str, expression: Expression, _unit: str | None) -> Expression:
        parameter = wanted.get(place)
        if parameter is None:
            return expression
        return replace(expression, formula=Formula(parameter, Name(parameter, 0, len(parameter))))

    return name_it


def _differing(contents: Contents) -> set[str]:
    """Return the names that mean another number in each parallel channel: what is set there, and what is defined by it."""
    clock = None if contents.repeat is None else contents.repeat.clock
    names = set() if clock is None else {name for channel in clock.channels.values() for name in channel.settings}
    for name, expression in contents.definitions.items():
        if names.intersection(expression.formula.places):
            names.add(name)
    return names


def _together(found: Mapping[str, Opening]) -> dict[str, Opening]:
    """Return the discounts of all players as one number, if they are the same at the file's values."""
    discounts = {name: opening for name, opening in found.items() if name.startswith(f"{_ALL_DISCOUNTS}.")}
    values = {opening.value for opening in discounts.values()}
    if len(values) != 1:
        return {}
    return {_ALL_DISCOUNTS: Opening(values.pop(), "the discount of every player", None, tuple(discounts))}


def _with_defaults(scenario: Scenario, defaults: Mapping[str, Fraction]) -> Contents:
    """Return the contents in which options that strategies have by default are written out."""
    behaviour = dict(scenario.contents.behaviour)
    for name, value in defaults.items():
        whose, _, option = name.removeprefix("behaviour.").rpartition(".")
        rule = behaviour.get(whose)
        if rule is None or option in rule.options:
            continue
        text = show_number(value)
        written = Expression(Formula(text, Number(value, 0, len(text))), _NOWHERE, f"the option {option!r} of {whose!r}")
        behaviour[whose] = replace(rule, options={**rule.options, option: written})
    return replace(scenario.contents, behaviour=behaviour)


def _unknown(scenario: Scenario, name: str, known: Mapping[str, Opening]) -> str:
    """Return what to say of a name that stands for no number that can become a parameter."""
    if not known:
        return f"{scenario.file} gives no numbers to strategies or to 'repeat': there is no {name!r} to vary"
    hint = nearest(name, known)
    said = f"{scenario.file} has no number {name!r} that can be varied; "
    return f"{said}{hint}{' There' if hint else 'there'} are {', '.join(known)}"
