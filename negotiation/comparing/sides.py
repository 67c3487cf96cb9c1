"""What is compared: an answer by names alone, so that it can be laid beside that of another game or a stored one.

A *play* is what several equilibria have in common that end in the same way; its course is the same and only what would
happen off the path differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

from negotiation.comparing.distance import variation
from negotiation.games.extensive_form import Chance, ExtensiveFormGame
from negotiation.games.numbers import Number
from negotiation.games.outcomes import SAME, endings
from negotiation.games.solution import Equilibrium, Finding, Game, Path, Solution
from negotiation.sources import Source

__all__ = [
    "STRATEGY",
    "Behaviour",
    "Held",
    "Histories",
    "Place",
    "Play",
    "Side",
    "Theory",
    "courses",
    "histories_of",
    "named",
    "plays_of",
    "side",
]

#: A player and one of his information sets; in a game in normal form the information set is ``STRATEGY``.
Place: TypeAlias = tuple[str, str]

#: For each place the probability of each action there, all by name.
Behaviour: TypeAlias = Mapping[Place, Mapping[str, Number]]

#: The probability of each history of play that has any: the actions from the start, moves that draw types included.
Histories: TypeAlias = Mapping[tuple[str, ...], Number]

#: Stands for the information set where a player chooses a strategy of a game in normal form.
STRATEGY = "strategy"


@dataclass(frozen=True, slots=True)
class Theory:
    """A solution concept (None for the usual one of the game) and its options."""

    concept: str | None = None
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, eq=False)
class Held:
    """One equilibrium by names; ``histories`` is None where a stored result cannot be traced to its game."""

    payoffs: Mapping[str, Number]
    paths: tuple[Path, ...]
    behaviour: Behaviour
    free: frozenset[Place]
    histories: Histories | None


@dataclass(frozen=True, eq=False)
class Play:
    """Equilibria that end in the same way.

    Parameters
    ----------
    equilibria : tuple of int
        Numbers into the list of equilibria, from 0.
    members : tuple of Held
        The same equilibria.
    """

    equilibria: tuple[int, ...]
    members: tuple[Held, ...]

    @property
    def payoffs(self) -> Mapping[str, Number]:
        """What each player gets."""
        return self.members[0].payoffs

    @property
    def welfare(self) -> Number:
        """The sum of all payoffs: it means something only where players' payoffs are in one unit."""
        return sum(self.payoffs.values(), Fraction(0))

    @property
    def paths(self) -> tuple[Path, ...]:
        """The courses of play that have positive probability."""
        return self.members[0].paths

    @property
    def reading(self) -> str:
        """The readings of the paths, in alphabetical order; a path that no reading names counts by its outcome."""
        return " / ".join(sorted({path.outcome if path.reading is None else path.reading for path in self.paths}))

    @property
    def course(self) -> frozenset[tuple[str, ...]]:
        """The paths that have positive probability, as actions."""
        return frozenset(path.actions for path in self.paths)


@dataclass(frozen=True, eq=False)
class Side:
    """One answer.

    Parameters
    ----------
    label : str
        What it is called beside the others.
    name, point : str
        The scenario's name, and at which values: ``variant 'B'``, ``b = 6``; empty for the file's own.
    title : str
    players : tuple of str
    labels : mapping of player to what people call him
    theory : Theory
        As asked for; ``concept`` is the one that answered.
    complete : bool
        Whether the list of equilibria is known to hold all.
    plays : tuple of Play
    findings : tuple of Finding
        What the concept says that is not a strategy profile.
    values : mapping of parameter to its value
    game : Game or None
        None for a stored result that cannot be traced to its game.
    source : Source or None
    notes : tuple of str
    scope : str
        What the list is complete as to where that is less than all equilibria, as a plural; else empty.
    is_stored : bool
        Whether it was read from a result; those of older versions do not say with which options of the concept.
    """

    label: str
    name: str
    point: str
    title: str
    players: tuple[str, ...]
    labels: Mapping[str, str]
    theory: Theory
    concept: str
    complete: bool
    plays: tuple[Play, ...]
    findings: tuple[Finding, ...]
    values: Mapping[str, Fraction]
    game: Game | None
    source: Source | None
    notes: tuple[str, ...] = ()
    scope: str = ""
    is_stored: bool = False

    @property
    def count(self) -> int:
        """The number of equilibria in the list."""
        return sum(len(play.equilibria) for play in self.plays)


def side(solution: Solution, *, source: Source | None = None, point: str = "", theory: Theory | None = None) -> Side:
    """Return a solution as a side; ``source`` says where its game comes from, if that is known."""
    game = solution.game
    return Side(
        label="",
        name=game.title or "game" if source is None else source.name,
        point=point,
        title=game.title if source is None else source.title,
        players=game.players,
        labels={player: player for player in game.players} if source is None else source.labels,
        theory=Theory(solution.concept, solution.options) if theory is None else theory,
        concept=solution.concept,
        complete=solution.complete,
        plays=plays_of([_held(game, found) for found in solution.equilibria]),
        findings=solution.findings,
        values={} if source is None else source.values,
        game=game,
        source=source,
        notes=solution.notes,
        scope=solution.scope,
    )


def _held(game: Game, found: Equilibrium) -> Held:
    behaviour = named(game, found.profile)
    places = list(behaviour)
    payoffs = dict(zip(game.players, found.payoffs, strict=True))
    return Held(payoffs, found.paths, behaviour, frozenset(places[place] for place in found.free), histories_of(game, found.profile))


def named(game: Game, profile: Sequence[Sequence[Number]]) -> Behaviour:
    """Return a profile by the names of players, information sets and actions, in the order of the profile's rows."""
    if isinstance(game, ExtensiveFormGame):
        places = [((game.players[place.player], place.name), place.actions) for place in game.information_sets]
    else:
        places = [((player, STRATEGY), names) for player, names in zip(game.players, game.strategies, strict=True)]
    return {place: dict(zip(actions, row, strict=True)) for (place, actions), row in zip(places, profile, strict=True)}


def histories_of(game: Game, profile: Sequence[Sequence[Number]]) -> Histories:
    """Return how play ends under a profile, each end named by all moves from the start.

    Private types that can be drawn are counted as equally likely: that one becomes more likely is not a change of play.
    """
    if not isinstance(game, ExtensiveFormGame):
        return {_cell(game.strategies, end): weight for end, weight in endings(game, profile).items()}
    found: dict[tuple[str, ...], Number] = {}
    for end, weight in endings(game, profile).items():
        moves = game.moves_to(int(str(end)))
        found[tuple(game.actions_at(node)[action] for node, action in moves)] = weight / _draw(game, moves)
    total = sum(found.values(), Fraction(0))
    return {history: weight / total for history, weight in found.items()}


def _draw(game: ExtensiveFormGame, moves: Sequence[tuple[int, int]]) -> Fraction:
    """Return how likely the private types are that moves draw."""
    likely = Fraction(1)
    for number, action in moves:
        node = game.nodes[number]
        if number in game.type_moves and isinstance(node, Chance):
            likely *= node.probabilities[action]
    return likely


def _cell(strategies: Sequence[Sequence[str]], cell: object) -> tuple[str, ...]:
    chosen = cell if isinstance(cell, tuple) else ()
    return tuple(names[place] for names, place in zip(strategies, chosen, strict=True))


def courses(held: Held) -> Histories:
    """Return how likely each course of play is, by its actions: what is known also where histories are not."""
    found: dict[tuple[str, ...], Number] = {}
    for path in held.paths:
        found[path.actions] = found.get(path.actions, Fraction(0)) + path.probability
    return found


def plays_of(equilibria: Sequence[Held]) -> tuple[Play, ...]:
    """Return equilibria grouped by how play ends, in the order of their first members."""
    groups: list[tuple[Histories, list[int]]] = []
    for number, held in enumerate(equilibria):
        here = courses(held) if held.histories is None else held.histories
        group = next((numbers for there, numbers in groups if variation(here, there) <= SAME), None)
        if group is None:
            groups.append((here, [number]))
        else:
            group.append(number)
    return tuple(Play(tuple(numbers), tuple(equilibria[number] for number in numbers)) for _, numbers in groups)
