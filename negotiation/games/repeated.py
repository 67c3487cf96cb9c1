"""Vocabulary of repeated play: how rounds repeat, what players know and do in them, the match.

A *match* plays a stage game round after round. Private types are drawn once, before the first round: a type is a trait,
not a mood. A *strategy* has no state of its own: its state is a value that is passed in and comes out, so that a match
can be played in any order, by any engine, and replayed. It learns only what its player learns: at an information set
the set itself and what is carried from round to round, which is public; after a round his `Observation` of it and his
payoff.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import GameError
from negotiation.games.clock import Clock
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame

__all__ = [
    "LARGEST_SEED",
    "Automaton",
    "Carried",
    "Channel",
    "Match",
    "Observation",
    "Observations",
    "Repetition",
    "Seen",
    "StateRules",
    "Strategy",
    "observations",
    "type_profiles",
]

#: The quantities carried from round to round, in the order of ``StateRules.names``; empty where nothing is carried.
Carried: TypeAlias = tuple[float, ...]

#: Seeds are whole numbers from 0 to this: the random generator's key has 128 bits.
LARGEST_SEED = 2**128 - 1


class StateRules(Protocol):
    """What is carried from round to round and how payoffs depend on it; one implementation serves every engine.

    A state is a tuple of floats in the order of ``names``.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the carried quantities."""

    @property
    def start(self) -> tuple[float, ...]:
        """Their values in the first round."""

    def payoffs(self, state: tuple[float, ...]) -> NDArray[np.float64]:
        """Return the payoffs of a round that starts in this state, shape (ends, players), ends in the order of ``stage.ends``."""

    def after(self, end: int, state: tuple[float, ...]) -> tuple[float, ...]:
        """Return the state after a round that ended at the ``end``-th end of the stage tree (a place in ``stage.ends``)."""


@dataclass(frozen=True, eq=False)
class Repetition:
    """How the stage game repeats.

    Parameters
    ----------
    rounds : int or None
        The largest number of rounds; None where only chance ends play.
    continuation : float or None
        The probability that another round follows, in (0, 1); None where rounds follow for certain.
    discounts : tuple of float, one for each player, in (0, 1]
        What a payoff one round later is worth. Round 1 is undiscounted.
    over_when : frozenset of str
        Outcomes that end the match.
    state : StateRules or None
    clock : Clock or None
        How time passes; None where each round takes one unit of time.
    """

    rounds: int | None
    continuation: float | None
    discounts: tuple[float, ...]
    over_when: frozenset[str]
    state: StateRules | None = None
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """What a player knows of a round when it is over.

    Parameters
    ----------
    moves : tuple of (player, action)
        What every player did, in order: moves hidden during the round have come to light. Of what chance drew he
        knows only what the rest tells.
    outcome : str
    own : tuple of (information set, action)
        His own choices, by number.
    """

    moves: tuple[tuple[int, str], ...]
    outcome: str
    own: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Observations:
    """A player's different observations of a stage, and for each end (in the order of ``stage.ends``) which one it gives."""

    distinct: tuple[Observation, ...]
    of_end: tuple[int, ...]


def observations(stage: ExtensiveFormGame, player: int) -> Observations:
    """Return what a player can observe of a round of this stage."""
    numbers: dict[Observation, int] = {}
    of_end = tuple(numbers.setdefault(_observation(stage, end, player), len(numbers)) for end in stage.ends)
    return Observations(tuple(numbers), of_end)


def _observation(stage: ExtensiveFormGame, end: int, player: int) -> Observation:
    moves, own = [], []
    for number, action in stage.moves_to(end):
        node = stage.nodes[number]
        if isinstance(node, Decision):
            place = stage.information_sets[node.information_set]
            moves.append((place.player, place.actions[action]))
            if place.player == player:
                own.append((node.information_set, action))
    last = stage.nodes[end]
    return Observation(tuple(moves), last.outcome if isinstance(last, End) else "", tuple(own))


@dataclass(frozen=True, slots=True)
class Seen:
    """A round as its player saw it: the number of his observation, his payoff, and what was carried into the round."""

    observation: int
    payoff: float
    carried: Carried


class Strategy(Protocol):
    """How one player (or one of his types) plays: pure functions of the state that is passed in.

    States are hashable values. ``notes`` says what a reader of results has to know about it.
    """

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of results has to know."""

    def start(self) -> Hashable:
        """Return the state in the first round."""

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:
        """Return the probability of each action at the information set with this number."""

    def update(self, state: Hashable, seen: Seen) -> Hashable:
        """Return the state after a round."""


@dataclass(frozen=True, eq=False)
class Automaton:
    """The strategy made of tables; state 0 is the first round's.

    Parameters
    ----------
    probabilities : tuple, [state][information set] -> tuple of float
        The probability of each action, in the numbering of the stage's information sets; ``()`` at the sets of others.
    following : tuple, [state][observation] -> state
        The next state, in the numbering of the player's `Observations`.
    notes : tuple of str

    Raises
    ------
    GameError
        If a table has the wrong size, a row is not a distribution, or a next state does not exist.
    """

    probabilities: tuple[tuple[tuple[float, ...], ...], ...]
    following: tuple[tuple[int, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        states = len(self.probabilities)
        if not states or len(self.following) != states:
            raise GameError(f"an automaton needs as many rows of next states as states, got {len(self.following)} for {states}")
        if any(not 0 <= target < states for row in self.following for target in row):
            raise GameError(f"an automaton with {states} states goes to a state that it does not have")
        if len({len(row) for row in self.probabilities}) > 1 or len({len(row) for row in self.following}) > 1:
            raise GameError("each state of an automaton needs the same information sets and observations")

    def start(self) -> int:
        """Return the state in the first round."""
        return 0

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:  # noqa: ARG002  # the protocol's signature
        """Return the probability of each action at the information set with this number."""
        return self.probabilities[_number(state)][place]

    def update(self, state: Hashable, seen: Seen) -> int:
        """Return the state after a round."""
        return self.following[_number(state)][seen.observation]


def _number(state: Hashable) -> int:
    if not isinstance(state, int):
        raise GameError(f"the states of an automaton are whole numbers, got {state!r}")
    return state


@dataclass(frozen=True, eq=False)
class Match:
    """A stage game, who plays it how, and how often.

    Parameters
    ----------
    stage : ExtensiveFormGame
    strategies : tuple, one for each player, of mappings from type to Strategy
        The type of a player without private types is None.
    repetition : Repetition
    replications : int
        How often the match is played, independently.
    seed : int, 0 to ``LARGEST_SEED``
    noise : float in [0, 1]
        The trembling hand: the probability that a player takes an action other than the intended one, each alike.
    notes : tuple of str
    first : int
        The number of the first replication: a match can be played in parts that together are the whole.
    channels : tuple of Channel, in the order of their names
        Where one player stands for several addressees: what is played with each at the same time. The stage, strategies
        and repetition of the match are then those of the first channel.

    Raises
    ------
    GameError
        If a player or type has no strategy, the match could go on for ever, or a number is outside its range.
    """

    stage: ExtensiveFormGame
    strategies: tuple[Mapping[str | None, Strategy], ...]
    repetition: Repetition
    replications: int
    seed: int
    noise: float = 0.0
    notes: tuple[str, ...] = ()
    first: int = 0
    channels: tuple[Channel, ...] = ()

    def __post_init__(self) -> None:
        _check_numbers(self)
        _check_repetition(self.stage, self.repetition)
        if len(self.strategies) != len(self.stage.players):
            raise GameError(f"a match needs strategies for {len(self.stage.players)} players, got {len(self.strategies)}")
        if not all(self.strategies):
            raise GameError("each player of a match needs a strategy, also one who never moves")
        for place in self.stage.information_sets:
            if place.type not in self.strategies[place.player]:
                who = self.stage.players[place.player] + ("" if place.type is None else f" of type {place.type!r}")
                raise GameError(f"{who} moves in the stage game and has no strategy")
        type_profiles(self.stage)

    @property
    def players(self) -> tuple[str, ...]:
        """Who takes part: the players of the stage, with all addressees in place of the one who stands for them."""
        names = self.stage.players
        if not self.channels:
            return names
        place = self.channels[0].place
        return (*names[:place], *(channel.name for channel in self.channels), *names[place + 1 :])

    def __repr__(self) -> str:
        """Return one line: the stage, how often it is played, and the seed."""
        return f"<Match of {self.stage.title!r}: {self.replications} replications, seed {self.seed}>"

    @property
    def ends_after(self) -> tuple[bool, ...]:
        """For each end of the stage, in the order of ``stage.ends``, whether it ends the match."""
        ends = (self.stage.nodes[number] for number in self.stage.ends)
        return tuple(isinstance(end, End) and end.outcome in self.repetition.over_when for end in ends)


@dataclass(frozen=True, eq=False)
class Channel:
    """What is played with one of several addressees.

    Parameters
    ----------
    name : str
        The addressee's.
    match : Match
        The stage game with him in a player's place, the strategies in it, and how it repeats.
    place : int
        That player's number.
    own_draws : frozenset of int
        Which of the moves at the root that draw private types draw his, counted from 0: the others are drawn once for all
        channels.
    """

    name: str
    match: Match
    place: int
    own_draws: frozenset[int] = frozenset()


def _check_numbers(match: Match) -> None:
    if match.replications < 1:
        raise GameError(f"replications must be at least 1, got {match.replications}")
    if match.first < 0:
        raise GameError(f"replications are numbered from 0, got {match.first} for the first one")
    if not 0 <= match.seed <= LARGEST_SEED:
        raise GameError(f"the seed must be a whole number from 0 to 2**128 - 1, got {match.seed}")
    if not 0 <= match.noise <= 1:
        raise GameError(f"noise must lie in [0, 1], got {match.noise}")


def _check_repetition(stage: ExtensiveFormGame, repetition: Repetition) -> None:
    has_end = repetition.clock is not None and repetition.clock.until is not None
    if repetition.rounds is None and repetition.continuation is None and not has_end:
        raise GameError("the match could go on for ever: it needs a number of rounds or a probability that another round follows")
    if repetition.rounds is not None and repetition.rounds < 1:
        raise GameError(f"rounds must be at least 1, got {repetition.rounds}")
    if repetition.continuation is not None and not 0 < repetition.continuation < 1:
        raise GameError(f"the probability that another round follows must lie in (0, 1), got {repetition.continuation}")
    if len(repetition.discounts) != len(stage.players) or not all(0 < discount <= 1 for discount in repetition.discounts):
        raise GameError(f"each player needs a discount in (0, 1], got {repetition.discounts}")
    outcomes = {node.outcome for node in stage.nodes if isinstance(node, End)}
    for name in sorted(repetition.over_when - outcomes):
        raise GameError(f"the match is over when {name!r} comes about, but no end of the stage game has that outcome")


def type_profiles(stage: ExtensiveFormGame) -> dict[int, tuple[str | None, ...]]:
    """Return the nodes at which rounds start, one for each profile of private types, with the type of each player.

    Raises
    ------
    GameError
        If types are drawn elsewhere than at the root.
    """
    starts = [0]
    while any(start in stage.type_moves for start in starts):
        starts = [child for start in starts for child in _after_type_move(stage, start)]
    moves_above = {number for start in starts for number, _ in stage.moves_to(start)}
    if moves_above != stage.type_moves:
        raise GameError("private types must be drawn at the root of the stage game, before any other move")
    return {start: _types_below(stage, start) for start in starts}


def _after_type_move(stage: ExtensiveFormGame, number: int) -> tuple[int, ...]:
    node = stage.nodes[number]
    return node.children if isinstance(node, Chance) and number in stage.type_moves else (number,)


def _types_below(stage: ExtensiveFormGame, start: int) -> tuple[str | None, ...]:
    """Return each player's type at his information sets below a node, None for a player who never moves there."""
    types: list[set[str | None]] = [set() for _ in stage.players]
    stack = [start]
    while stack:
        node = stage.nodes[stack.pop()]
        if isinstance(node, Decision):
            place = stage.information_sets[node.information_set]
            types[place.player].add(place.type)
        if not isinstance(node, End):
            stack.extend(node.children)
    if prod(max(1, len(found)) for found in types) != 1:
        raise GameError("below the moves that draw private types each player must have one type")
    return tuple(next(iter(found), None) for found in types)
