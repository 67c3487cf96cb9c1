"""A scenario: a checked file, from which games are made at chosen parameter values.

>>> scenario = loads('''
... negotiation: 1
... title: An ultimatum
... players: {proposer: A, responder: B}
... parameters:
...   share: {value: 0.2, range: [0, 1], about: what the responder is offered}
... game:
...   player: proposer
...   actions:
...     keep: nothing
...     offer: {player: responder, actions: {accept: deal, refuse: nothing}}
... outcomes:
...   deal: {proposer: 1 - share, responder: share}
...   nothing: {proposer: 0, responder: 0}
... ''')
>>> [node.payoffs for node in scenario.game(share=0.25).nodes if getattr(node, "outcome", "") == "deal"]
[(Fraction(3, 4), Fraction(1, 4))]
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from negotiation.errors import GameError, ParameterError
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import exact, show_number
from negotiation.games.repeated import Repetition
from negotiation.scenario.building import build_matrix, build_tree
from negotiation.scenario.channels import Channel, build_channels
from negotiation.scenario.contents import ChoiceRule, Contents, Expression, OptionRule, Parameter, ReadingCondition
from negotiation.scenario.mistakes import Collector, nearest
from negotiation.scenario.numbers import Numbers
from negotiation.scenario.repetition import build_repetition
from negotiation.scenario.text import read_text

__all__ = ["OptionValue", "Parameter", "Scenario", "Setting", "StrategyChoice", "load", "loads"]

#: A computed option of a strategy; whole numbers are ints.
OptionValue: TypeAlias = "int | float | str | tuple[OptionValue, ...]"

#: A number for a parameter: exact as it reads (``0.1`` is 1/10), or a numeral such as ``"2/3"``.
Setting: TypeAlias = int | float | str | Fraction


@dataclass(frozen=True, slots=True)
class StrategyChoice:
    """The strategy that a player or type follows: its name and its options."""

    name: str
    options: Mapping[str, OptionValue] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, eq=False)
class Scenario:
    """A checked scenario, frozen; parameter values are chosen when a game is made of it.

    Parameters
    ----------
    name : str
        The file's name without its ending.
    file, text, digest : str
        Where it was read, what was read, and the SHA-256 of that in hexadecimal.
    title, source, about : str
        Empty where the file does not say.
    contents : Contents
        What the file says, formulas parsed.
    """

    name: str
    file: str
    text: str
    digest: str
    title: str
    source: str
    about: str
    contents: Contents

    @property
    def players(self) -> tuple[str, ...]:
        """The players in order."""
        return self.contents.players

    @property
    def labels(self) -> Mapping[str, str]:
        """What people call each player, and each addressee of parallel channels."""
        return MappingProxyType({**self.contents.labels, **self.addressees})

    @property
    def types(self) -> Mapping[str, tuple[str, ...]]:
        """The private types of each player who has any."""
        return MappingProxyType({player: tuple(types) for player, types in self.contents.types.items()})

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """The parameters in the order of the file."""
        return MappingProxyType(dict(self.contents.parameters))

    @property
    def variants(self) -> Mapping[str, Mapping[str, Fraction]]:
        """The named settings of parameters."""
        return MappingProxyType({name: MappingProxyType(dict(setting)) for name, setting in self.contents.variants.items()})

    @property
    def readings(self) -> tuple[ReadingCondition, ...]:
        """The readings in order, with the conditions under which they are used."""
        return self.contents.readings

    @property
    def behaviour(self) -> Mapping[str, ChoiceRule]:
        """The strategies that the file names, by player or ``player.type``; ``choices`` computes their options."""
        return MappingProxyType(dict(self.contents.behaviour))

    @property
    def sweep_axes(self) -> Mapping[str, int]:
        """The parameters that a sweep varies by default, each with the number of points."""
        return MappingProxyType(dict(self.contents.sweep))

    @property
    def is_matrix(self) -> bool:
        """Whether the file gives the game in normal form."""
        return self.contents.matrix is not None

    @property
    def is_repeated(self) -> bool:
        """Whether the file says how rounds repeat."""
        return self.contents.repeat is not None

    @property
    def addressed(self) -> str | None:
        """The player in whose place the addressees of parallel channels stand, None where there are none."""
        clock = None if self.contents.repeat is None else self.contents.repeat.clock
        return None if clock is None or clock.addressee is None else self.players[clock.addressee]

    @property
    def changed_by_shocks(self) -> tuple[str, ...]:
        """The parameters that shocks of the clock change."""
        clock = None if self.contents.repeat is None else self.contents.repeat.clock
        return () if clock is None else clock.changed

    @property
    def addressees(self) -> Mapping[str, str]:
        """The addressees of parallel channels, each with what people call him."""
        clock = None if self.contents.repeat is None else self.contents.repeat.clock
        return MappingProxyType({} if clock is None else {name: rule.label for name, rule in clock.channels.items()})

    def values(self, variant: str | None = None, /, **settings: Setting) -> dict[str, Fraction]:
        """Return the value of each parameter: a setting, else the variant's, else the file's.

        Raises
        ------
        ParameterError
            If there is no such variant or parameter, or a value is not a number or outside the declared range.
        """
        parameters = self.contents.parameters
        chosen = {name: parameter.value for name, parameter in parameters.items()}
        if variant is not None:
            if variant not in self.contents.variants:
                raise ParameterError(_unknown("variant", variant, list(self.contents.variants), self.file))
            chosen |= self.contents.variants[variant]
        for name, setting in settings.items():
            if name not in parameters:
                raise ParameterError(_unknown("parameter", name, list(parameters), self.file))
            chosen[name] = _within(parameters[name], setting)
        return chosen

    def definitions_at(self, values: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """Return the value of each definition at parameter values (as ``values`` returns them)."""
        numbers = self._numbers_at(values, None)
        numbers.problems.raise_if_any()
        return {name: numbers.names[name] for name in self.contents.definitions}

    def game(self, variant: str | None = None, /, **settings: Setting) -> ExtensiveFormGame | NormalFormGame:
        """Return the game at these values: a tree, or the normal form where the file has a matrix.

        Raises
        ------
        ParameterError
            As ``values``.
        ScenarioError
            If a payoff or a probability cannot be computed at these values, or probabilities do not sum to one.
        """
        numbers = self._numbers(variant, settings)
        return build_matrix(numbers, self.title) if self.is_matrix else build_tree(numbers, self.title)

    def stage(self, variant: str | None = None, /, **settings: Setting) -> ExtensiveFormGame:
        """Return the game as a tree, also where the file has a matrix; its ends name the cells. Errors as ``game``."""
        return build_tree(self._numbers(variant, settings), self.title)

    def repetition(self, variant: str | None = None, /, **settings: Setting) -> Repetition:
        """Return how the game repeats at these values.

        Raises
        ------
        UserMistakeError
            If the file has no ``repeat``; else as ``game``.
        """
        return build_repetition(self._numbers(variant, settings), self.text)

    def channels(self, variant: str | None = None, /, **settings: Setting) -> tuple[Channel, ...]:
        """Return the parallel channels of the clock at these values, none where there are none. Errors as ``game``."""
        return build_channels(self._numbers(variant, settings), self.title, self.text)

    def choices(self, variant: str | None = None, /, **settings: Setting) -> dict[str, StrategyChoice]:
        """Return the strategy of each player, or of each type (``player.type``) where the file tells types apart.

        Players of whom the file says nothing follow an equilibrium; addressees of parallel channels of whom it says
        nothing do as the player does in whose place they stand. Errors as ``game``.
        """
        numbers = self._numbers(variant, settings)
        found = {}
        for player in (*self.players, *self.addressees):
            keys = [key for key in self.contents.behaviour if key.partition(".")[0] == player]
            for key in keys:
                rule = self.contents.behaviour[key]
                options = {name: _option(numbers, value) for name, value in rule.options.items()}
                found[key] = StrategyChoice(rule.name, MappingProxyType(options))
            if not keys and player in self.players:
                found[player] = StrategyChoice("equilibrium")
        numbers.problems.raise_if_any()
        return found

    def _numbers(self, variant: str | None, settings: Mapping[str, Setting]) -> Numbers:
        return self._numbers_at(self.values(variant, **settings), variant if not settings else None)

    def _numbers_at(self, values: Mapping[str, Fraction], variant: str | None) -> Numbers:
        return Numbers.at(self.contents, values, Collector(self.file, self.text), variant)

    def __repr__(self) -> str:
        """Return one line: the name, the title, and how many parameters and variants."""
        return f"<Scenario {self.name!r}: {self.title}; {len(self.parameters)} parameters, {len(self.variants)} variants>"

    def _repr_html_(self) -> str:
        """Return a table of the parameters for notebooks."""
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{show_number(parameter.value)}</td>"
            f"<td>{show_number(parameter.range[0])} to {show_number(parameter.range[1])}</td>"
            f"<td>{html.escape(parameter.unit or '')}</td><td>{html.escape(parameter.about)}</td></tr>"
            for name, parameter in self.contents.parameters.items()
        )
        players = ", ".join(html.escape(f"{name} ({label})") for name, label in self.contents.labels.items())
        head = "<tr><th>parameter</th><th>value</th><th>range</th><th>unit</th><th>meaning</th></tr>"
        table = f"<table>{head}{rows}</table>" if rows else ""
        return f"<p><b>{html.escape(self.title)}</b><br>players: {players}</p>{table}"


def load(path: str | Path) -> Scenario:
    """Return the scenario that a file holds.

    Raises
    ------
    ScenarioError
        With all mistakes of the file, each with line and column.
    """
    return loads(read_text(path), file=str(path))


def loads(text: str, *, file: str = "<text>") -> Scenario:
    """Return the scenario that a text holds; ``file`` is what messages call it. Errors as ``load``."""
    # The reader of YAML and pydantic take a tenth of a second to import, which only a file needs.
    from negotiation.scenario.checking import check_document
    from negotiation.scenario.document import read_document

    checked = check_document(read_document(text, file))
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    name = Path(file).stem
    return Scenario(name, file, text, digest, checked.title, checked.source or "", checked.about or "", checked.contents)


def _unknown(what: str, name: str, legal: list[str], file: str) -> str:
    hint = nearest(name, legal) or (f"known: {', '.join(legal[:20])}" if legal else f"it has no {what}s")
    return f"{file} has no {what} {name!r}; {hint}"


def _within(parameter: Parameter, setting: Setting) -> Fraction:
    low, high = parameter.range
    try:
        value = exact(setting)
    except GameError as error:
        raise ParameterError(f"{parameter.name}: {error}") from None
    if not low <= value <= high:
        shown = f"[{show_number(low)}, {show_number(high)}]"
        raise ParameterError(f"{parameter.name} must lie in {shown} ({parameter.about}), got {setting}")
    return value


def _option(numbers: Numbers, rule: OptionRule) -> OptionValue:
    if isinstance(rule, tuple):
        return tuple(_option(numbers, item) for item in rule)
    if not isinstance(rule, Expression):
        return rule
    value = numbers.value(rule)
    if value is None:
        return 0  # noted, and raised before anyone sees this stand-in
    return int(value) if value.denominator == 1 else float(value)
