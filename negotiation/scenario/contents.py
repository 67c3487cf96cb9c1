"""What a checked file says, as frozen data: formulas are parsed and know their place, references are resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from negotiation.scenario.formulas import Formula
from negotiation.scenario.mistakes import Place

__all__ = [
    "ChanceMove",
    "ChannelRule",
    "ChoiceRule",
    "ClockRule",
    "Contents",
    "DeadlineRule",
    "DecisionMove",
    "EndOfPlay",
    "Expression",
    "InformationRule",
    "MatrixForm",
    "MoveTime",
    "OptionRule",
    "Outline",
    "Parameter",
    "PayoffByType",
    "ReadingCondition",
    "RepeatRule",
    "ShockRule",
    "StateRule",
    "TimeRule",
    "WindowRule",
]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A quantity that can be changed: its value unless set otherwise, the range that makes sense, meaning and unit."""

    name: str
    value: Fraction
    range: tuple[Fraction, Fraction]
    about: str
    unit: str | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Expression:
    """A formula where it stands in the file; ``subject`` says what it gives: ``the payoff of 'a' at outcome 'b'``."""

    formula: Formula
    place: Place
    subject: str


@dataclass(frozen=True, slots=True)
class PayoffByType:
    """A payoff with one formula for each private type of a player: of the one who gets it, or of another."""

    player: int
    formulas: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class ReadingCondition:
    """A reading: its name, its patterns, and the condition under which it is used."""

    name: str
    patterns: tuple[tuple[str, ...], ...]
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class StateRule:
    """A carried quantity: its start, and by outcome its value in the next round (unchanged after other outcomes).

    ``elsewhere`` is by outcome of a round in another channel of the clock.
    """

    start: Expression
    after: Mapping[str, Expression]
    elsewhere: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimeRule:
    """A distribution of time: its law and the law's parameters."""

    law: str
    parameters: tuple[Expression, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class MoveTime:
    """How long moves take: those of a player (None for everyone's) of a name (None for every one)."""

    player: int | None
    action: str | None
    time: TimeRule


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """How long a player may take, and which action his silence counts as."""

    after: Expression
    action: str


@dataclass(frozen=True, slots=True)
class WindowRule:
    """An interval of time: the actions that are closed in it, and how long moves take that are decided in it."""

    start: Expression
    stop: Expression
    closes: tuple[str, ...]
    moves: tuple[MoveTime, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class ShockRule:
    """What comes from outside: its dates, or the time until it comes (again, if ``repeats``), and what it changes."""

    at: tuple[Expression, ...]
    time: TimeRule | None
    repeats: bool
    change: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """One of several addressees: what people call him, and the parameters that are different for him."""

    label: str
    settings: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class ClockRule:
    """How time passes; ``addressee`` is the player who stands for those of the channels, None where there are none.

    ``changed`` are the parameters that shocks change.
    """

    unit: str
    moves: tuple[MoveTime, ...]
    pause: TimeRule | None
    deadlines: Mapping[int, DeadlineRule]
    until: Expression | None
    rates: tuple[Expression | None, ...]
    costs: tuple[Expression | None, ...]
    windows: Mapping[str, WindowRule]
    shocks: Mapping[str, ShockRule]
    changed: tuple[str, ...] = ()
    addressee: int | None = None
    channels: Mapping[str, ChannelRule] = field(default_factory=dict)
    all_over_when: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RepeatRule:
    """How rounds repeat."""

    place: Place
    rounds: Expression | None
    continuation: Expression | None
    discounts: tuple[Expression | None, ...]
    over_when: frozenset[str]
    states: Mapping[str, StateRule]
    clock: ClockRule | None = None


#: An option of a strategy: a number to compute, a word, or a list of options.
OptionRule: TypeAlias = "Expression | str | tuple[OptionRule, ...]"


@dataclass(frozen=True, slots=True)
class ChoiceRule:
    """A strategy's name and its options, not yet computed."""

    name: str
    options: Mapping[str, OptionRule]


@dataclass(frozen=True, slots=True)
class MatrixForm:
    """The strategies of the two players of a matrix and the outcome of each cell."""

    strategies: tuple[tuple[str, ...], tuple[str, ...]]
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ChanceMove:
    """A chance node of an outline; ``scope`` numbers the local variables that hold there; ``drawn`` is the player whose type it is."""

    actions: tuple[str, ...]
    probabilities: tuple[Expression, ...]
    scope: int
    children: list[int]
    place: Place
    drawn: int | None = None


@dataclass(frozen=True, slots=True)
class DecisionMove:
    """A decision node of an outline."""

    information_set: int
    children: list[int]


@dataclass(frozen=True, slots=True)
class EndOfPlay:
    """An end of an outline: its outcome, the type of each player (None where he has none), the local variables' scope.

    ``observation`` numbers what an audience has seen there; it is None where nobody watches.
    """

    outcome: str
    types: tuple[str | None, ...]
    scope: int
    observation: int | None = None


@dataclass(frozen=True, slots=True)
class InformationRule:
    """An information set of an outline."""

    name: str
    player: int
    actions: tuple[str, ...]
    type: str | None


@dataclass(frozen=True, slots=True)
class Outline:
    """The tree of a scenario without numbers, parents before children, node 0 the root.

    ``scopes`` holds the local variables: each scope has the number of the one that it extends (-1 for none) and its
    variables, each a number or a formula over what holds in the scope that it extends. ``observations`` names what an
    audience can have seen at the ends.
    """

    nodes: tuple[ChanceMove | DecisionMove | EndOfPlay, ...]
    information_sets: tuple[InformationRule, ...]
    scopes: tuple[tuple[int, tuple[tuple[str, Fraction | Expression], ...]], ...]
    observations: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Contents:
    """Everything that a checked file says; ``watched`` is the player whose type an audience wonders about."""

    players: tuple[str, ...]
    labels: Mapping[str, str]
    types: Mapping[str, Mapping[str, Expression]]
    parameters: Mapping[str, Parameter]
    definitions: Mapping[str, Expression]
    outcomes: Mapping[str, Mapping[str, Expression | PayoffByType]]
    outline: Outline
    matrix: MatrixForm | None
    readings: tuple[ReadingCondition, ...]
    repeat: RepeatRule | None
    behaviour: Mapping[str, ChoiceRule]
    variants: Mapping[str, Mapping[str, Fraction]]
    sweep: Mapping[str, int] = field(default_factory=dict)
    watched: str | None = None
