"""The clock of a file as data classes: how long moves take, deadlines, windows, shocks, parallel channels."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import ConfigDict, Field, Tag

from negotiation.scenario.scalars import Formula, Identifier, Name, NameKey, Part, Text, by_shape, union

__all__ = ["LAWS", "Channel", "Clock", "Deadline", "Moves", "Shock", "Time", "Window"]

#: The distributions of time; one of them stands in a time.
LAWS = ("fixed", "uniform", "exponential", "gamma", "lognormal", "empirical")

Pair: TypeAlias = Annotated[list[Formula], Field(min_length=2, max_length=2)]


class Time(Part):
    """A distribution of time, in units of the clock."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    fixed: Formula | None = Field(None, description="Always this time.")
    uniform: Pair | None = Field(None, description="[lowest, highest], each in between equally likely.")
    exponential: Formula | None = Field(None, description="The mean; how long it has lasted already says nothing about how long it will.")
    gamma: Pair | None = Field(None, description="[shape, scale]; the mean is their product.")
    lognormal: Pair | None = Field(None, description="[median, standard deviation of the logarithm].")
    empirical: Annotated[list[Formula], Field(min_length=1)] | None = Field(
        None, description="Times that were observed, each equally likely."
    )


def _kind_of_time(value: Any) -> str | None:
    """Tell a time from times by action; ``Any``: pydantic hands over whatever the file had."""
    if not isinstance(value, dict):
        return None
    # What holds no mappings is no time for each action, but a time with a slip in the name of its law.
    is_time = any(law in value for law in LAWS) or not all(isinstance(inner, dict) for inner in value.values())
    return "<time>" if is_time else "<actions>"


#: How long moves take: by action (or result of a chance move), by player, or by player and action.
Moves: TypeAlias = dict[
    NameKey,
    Annotated[
        Annotated[Time, Tag("<time>")] | Annotated[dict[NameKey, Time], Tag("<actions>")],
        union(_kind_of_time, "not_a_time"),
    ],
]


class Deadline(Part):
    """How long a player may take, and what his silence means."""

    after: Formula = Field(description="The time that he has from the beginning of his turn.")
    counts_as: Name = Field(description="The action that is taken for him when he has not acted by then.")


class Window(Part):
    """An interval of time in which moves are closed or take another time."""

    start: Formula = Field(alias="from", description="When it begins.")
    to: Formula = Field(description="When it is over.")
    closes: tuple[Name, ...] = Field(
        (), description="Actions that cannot be taken meanwhile; one that falls into it waits until it is over."
    )
    moves: Moves = Field(default_factory=dict, description="How long moves take that are decided meanwhile.")


class Shock(Part):
    """Something that comes from outside, at fixed or random times."""

    at: Annotated[list[Formula], Field(min_length=1)] | None = Field(None, description="The times at which it comes.")
    after: Time | None = Field(None, description="The time after which it comes, once.")
    every: Time | None = Field(None, description="The time to the first, and from each to the next.")
    change: dict[Identifier, Formula] = Field(default_factory=dict, description="States or parameters with their new values.")
    about: Text | None = Field(None, description="What it is, in words.")


class Channel(Part):
    """One of several addressees who stand in the place of one player, each in a channel of his own."""

    label: Text = Field(description="What people call him.")
    set_: dict[Identifier, Formula] = Field(default_factory=dict, alias="set", description="Parameters that are different for him.")


AnyChannel: TypeAlias = Annotated[
    Annotated[Text, Tag("<label>")] | Annotated[Channel, Tag("<channel>")],
    union(by_shape(text="<label>", mapping="<channel>"), "not_a_channel"),
]


class Clock(Part):
    """How time passes."""

    unit: Text = Field(description="What time is counted in, in the plural: days.")
    moves: Moves = Field(default_factory=dict, description="How long each action takes; those that are not named take no time.")
    between: Time | None = Field(None, description="The time from the end of a round to the next.")
    deadlines: dict[Identifier, Deadline] = Field(default_factory=dict, description="By player: how long he may take.")
    until: Formula | None = Field(None, description="When everything is over at the latest.")
    discount_rate: dict[Identifier, Formula] = Field(
        default_factory=dict, description="By player: at which rate a payoff loses worth with time, per unit of time."
    )
    waiting_cost: dict[Identifier, Formula] = Field(
        default_factory=dict, description="By player: what a unit of time costs while it lasts."
    )
    windows: dict[NameKey, Window] = Field(
        default_factory=dict, description="Intervals of time in which moves are closed or take another time."
    )
    shocks: dict[NameKey, Shock] = Field(default_factory=dict, description="What comes from outside.")
    channels: (
        Annotated[dict[Identifier, Annotated[dict[Identifier, AnyChannel], Field(min_length=2)]], Field(min_length=1, max_length=1)] | None
    ) = Field(None, description="A player who stands for several addressees, with one channel for each.")
    all_over_when: tuple[Name, ...] = Field((), description="Outcomes of one channel after which all channels are over.")
