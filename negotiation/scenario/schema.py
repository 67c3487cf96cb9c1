"""The language as data classes: what a file may contain, with the meaning of each part.

Files are checked against these classes, and the JSON Schema for editors is made from them. Numbers and formulas reach
them as text (``document.py`` keeps scalars as they were written). References between parts are checked elsewhere.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Field, Tag, WithJsonSchema

from negotiation.scenario.clock_schema import Clock
from negotiation.scenario.scalars import (
    Formula,
    Identifier,
    Name,
    NameKey,
    Number,
    Option,
    Part,
    Points,
    StrategyName,
    Text,
    by_shape,
    union,
)

__all__ = [
    "Audience",
    "Axis",
    "Chance",
    "Choice",
    "Decision",
    "Matrix",
    "Move",
    "Parameter",
    "Player",
    "ReadingRule",
    "Repeat",
    "ScenarioFile",
    "State",
    "Target",
    "json_schema",
]


def _kind_of_node(value: Any) -> str | None:
    """Tell the kinds of nodes apart by their keys; ``Any``: pydantic hands over whatever the file had."""
    if not isinstance(value, dict):
        return None
    if "chance" in value:
        return "<chance>"
    return "<decision>" if "player" in value or "actions" in value else None


def _kind_of_target(value: Any) -> str | None:
    """Tell what an action leads to; ``Any``: pydantic hands over whatever the file had."""
    if isinstance(value, str):
        return "<name>"
    return "<move>" if isinstance(value, dict) and "then" in value else _kind_of_node(value)


def _kind_of_choice(value: Any) -> str | None:
    """Tell a strategy from one strategy per type; ``Any``: pydantic hands over whatever the file had."""
    if isinstance(value, str):
        return "<name>"
    if not isinstance(value, dict):
        return None
    return "<choice>" if "strategy" in value else "<types>"


class Player(Part):
    """A player with a label for people and, if he has private information, his types."""

    label: Text = Field(description="What people call the player.")
    types: dict[Identifier, Formula] | None = Field(
        None, min_length=2, description="Private types with their prior probabilities (formulas over parameters that sum to one)."
    )


class Parameter(Part):
    """A quantity that can be changed."""

    value: Number = Field(description="Its value unless a variant or a setting says otherwise.")
    range: tuple[Number, Number] = Field(description="The lowest and the highest value that make sense.")
    about: Text = Field(description="What it means, in words.")
    unit: Text | None = Field(None, description="The unit it is measured in.")


class Grid(Part):
    """Equally spaced values, both ends included."""

    start: Number = Field(alias="from", description="The first value.")
    to: Number = Field(description="The last value.")
    points: Points = Field(description="How many values.")


class ValueList(Part):
    """Values one by one."""

    values: list[Number] = Field(min_length=1, description="The values.")


Values: TypeAlias = Annotated[
    Annotated[Grid, Tag("<grid>")] | Annotated[ValueList, Tag("<values>")],
    union(lambda value: None if not isinstance(value, dict) else "<values>" if "values" in value else "<grid>", "not_values"),
]


class Decision(Part):
    """A decision of a player: what he can do, and where each action leads."""

    player: Identifier = Field(description="Who decides.")
    actions: dict[NameKey, Target] = Field(min_length=1, description="The actions, each with what it leads to.")
    hidden_from: tuple[Identifier, ...] = Field((), description="Players who do not see this move; also 'audience'.")


class Branch(Part):
    """One result of a chance move."""

    probability: Formula = Field(description="How likely it is, a number or a formula.")
    then: Target = Field(description="Where it leads.")


class Chance(Part):
    """A move of chance."""

    chance: dict[NameKey, Branch] = Field(min_length=1, description="The results; their probabilities sum to one.")
    hidden_from: tuple[Identifier, ...] = Field((), description="Players who do not see the result; also 'audience'.")


class Move(Part):
    """Where an action leads, with local variables set on the way."""

    then: Target = Field(description="Where it leads.")
    with_: dict[Identifier, Formula] | None = Field(
        None, alias="with", min_length=1, description="Variables with their values, for formulas further down the path."
    )
    each: dict[Identifier, Values] | None = Field(
        None, alias="each", min_length=1, description="One action for each value (or combination of values) of these variables."
    )


Node: TypeAlias = Annotated[
    Annotated[Decision, Tag("<decision>")] | Annotated[Chance, Tag("<chance>")],
    union(_kind_of_node, "not_a_node"),
]
Target: TypeAlias = Annotated[
    Annotated[Name, Tag("<name>")]
    | Annotated[Decision, Tag("<decision>")]
    | Annotated[Chance, Tag("<chance>")]
    | Annotated[Move, Tag("<move>")],
    union(_kind_of_target, "not_a_target"),
]
Cell: TypeAlias = Annotated[
    Annotated[Name, Tag("<name>")] | Annotated[Annotated[list[Formula], Field(min_length=2, max_length=2)], Tag("<payoffs>")],
    union(by_shape(text="<name>", items="<payoffs>"), "not_a_cell"),
]
Payoff: TypeAlias = Annotated[
    Annotated[Formula, Tag("<formula>")] | Annotated[dict[Identifier, Formula], Tag("<types>")],
    union(by_shape(text="<formula>", mapping="<types>"), "not_a_payoff"),
]
Actions: TypeAlias = Annotated[list[Name], Field(min_length=1)]


class Matrix(Part):
    """A game of two players who choose at the same time."""

    rows: dict[Identifier, Actions] = Field(min_length=1, max_length=1, description="The row player with his actions.")
    columns: dict[Identifier, Actions] = Field(min_length=1, max_length=1, description="The column player with his actions.")
    payoffs: dict[NameKey, dict[NameKey, Cell]] = Field(
        description="By row action and column action: [row's payoff, column's payoff] or the name of an outcome."
    )


class ReadingRule(Part):
    """A pattern, or several, with a condition."""

    path: Paths = Field(description="The pattern, or a list of patterns.")
    when: Formula | None = Field(None, description="The reading is used only where this condition holds.")


Paths: TypeAlias = Annotated[
    Annotated[Text, Tag("<path>")] | Annotated[Annotated[list[Text], Field(min_length=1)], Tag("<paths>")],
    union(by_shape(text="<path>", items="<paths>"), "not_a_path"),
]
AnyReading: TypeAlias = Annotated[
    Annotated[Text, Tag("<path>")]
    | Annotated[Annotated[list[Text], Field(min_length=1)], Tag("<paths>")]
    | Annotated[ReadingRule, Tag("<rule>")],
    union(by_shape(text="<path>", items="<paths>", mapping="<rule>"), "not_a_path"),
]


class State(Part):
    """A quantity that is carried from round to round."""

    start: Formula = Field(description="Its value in the first round.")
    after: dict[NameKey, Formula] = Field(default_factory=dict, description="By outcome: its value in the next round.")
    elsewhere: dict[NameKey, Formula] = Field(
        default_factory=dict, description="By outcome of a round in another channel of the clock: its value from then on."
    )


class Repeat(Part):
    """How the game repeats."""

    rounds: Formula | None = Field(None, description="The largest number of rounds.")
    continue_: Formula | None = Field(None, alias="continue", description="The probability that another round follows.")
    discount: dict[Identifier, Formula] | None = Field(None, description="By player: what a payoff one round later is worth.")
    over_when: tuple[Name, ...] = Field((), description="Outcomes after which no round follows.")
    state: dict[Identifier, State] = Field(default_factory=dict, description="What is carried from round to round.")
    clock: Clock | None = Field(None, description="How time passes; without it each round takes one unit of time.")


class Choice(Part):
    """A strategy with options."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Option]

    strategy: StrategyName = Field(description="The strategy's name, or the path of a file with one.")


AnyChoice: TypeAlias = Annotated[
    Annotated[StrategyName, Tag("<name>")] | Annotated[Choice, Tag("<choice>")],
    union(lambda value: kind if (kind := _kind_of_choice(value)) != "<types>" else "<choice>", "not_a_choice"),
]
PlayerChoice: TypeAlias = Annotated[
    Annotated[StrategyName, Tag("<name>")] | Annotated[Choice, Tag("<choice>")] | Annotated[dict[Identifier, AnyChoice], Tag("<types>")],
    union(_kind_of_choice, "not_a_choice"),
]
AnyPlayer: TypeAlias = Annotated[
    Annotated[Text, Tag("<label>")] | Annotated[Player, Tag("<player>")],
    union(by_shape(text="<label>", mapping="<player>"), "not_a_player"),
]


class Audience(Part):
    """An audience: it sees the moves that are not hidden from it and forms a belief about a player's private type."""

    watches: Identifier = Field(description="The player whose type the audience wonders about.")


class Axis(Part):
    """A parameter that a sweep varies over its declared range."""

    points: Points = Field(description="How many values.")


class Sweep(Part):
    """What a sweep varies unless told otherwise."""

    axes: dict[Identifier, Axis] = Field(min_length=1, description="The parameters, each with the number of points.")


class ScenarioFile(Part):
    """A scenario: who bargains, what each can do, what each gets, how rounds repeat and how people behave."""

    negotiation: Annotated[Literal["1"], WithJsonSchema({"enum": [1, "1"]})] = Field(description="The version of the language: 1.")
    title: Text = Field(description="What the scenario is called, on one line.")
    source: Text | None = Field(None, description="Where the case comes from.")
    about: Text | None = Field(None, description="The case in words.")
    players: dict[Identifier, AnyPlayer] = Field(min_length=2, description="Who takes part, in order.")
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict, description="The quantities that can be changed.")
    definitions: dict[Identifier, Formula] = Field(default_factory=dict, description="Named formulas.")
    audience: Audience | None = Field(
        None, description="Who watches: payoffs may depend on its belief about a type, as in belief(sincere)."
    )
    game: Node | None = Field(None, description="The game tree, from its first move.")
    matrix: Matrix | None = Field(None, description="A game in normal form, instead of a tree.")
    stages: dict[NameKey, Node] = Field(default_factory=dict, description="Named parts of the tree that several actions lead to.")
    outcomes: dict[NameKey, dict[Identifier, Payoff]] = Field(default_factory=dict, description="What each player gets.")
    readings: dict[NameKey, AnyReading] = Field(default_factory=dict, description="Names for courses of play; the first that fits counts.")
    repeat: Repeat | None = Field(None, description="How the game repeats.")
    behaviour: dict[Identifier, PlayerChoice] = Field(default_factory=dict, description="How each player behaves in simulations.")
    sweep: Sweep | None = Field(None, description="Default axes of a sweep.")
    variants: dict[NameKey, dict[Identifier, Number]] = Field(default_factory=dict, description="Named settings of the parameters.")


for _model in (Decision, Branch, Chance, Move, ReadingRule, ScenarioFile):
    _model.model_rebuild()


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of scenario files, for editors; ``Any``: it is nested without a fixed shape."""
    schema: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema |= ScenarioFile.model_json_schema(by_alias=True)
    schema["title"] = "A negotiation scenario"
    _close(schema)
    parts = {"": schema, **schema["$defs"]}
    for part, alternatives in (("", ("game", "matrix")), ("Move", ("with", "each"))):
        parts[part]["oneOf"] = [{"required": [key]} for key in alternatives]
    parts["Repeat"]["anyOf"] = [{"required": ["rounds"]}, {"required": ["continue"]}]
    return schema


def _close(part: object) -> None:
    """Say what pydantic checks: keys that fit no pattern are refused; of two alternatives that fit, its tag takes one."""
    if isinstance(part, dict):
        if "oneOf" in part:
            part["anyOf"] = part.pop("oneOf")
        if "anyOf" in part:
            part["anyOf"] = [alternative for alternative in part["anyOf"] if alternative != {"type": "null"}]
        if part.get("default", "") is None:
            del part["default"]
        if "patternProperties" in part:
            part["additionalProperties"] = False
        for inner in part.values():
            _close(inner)
    elif isinstance(part, list):
        for inner in part:
            _close(inner)
