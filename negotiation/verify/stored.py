"""What a stored certificate claims: its solutions and equilibria as records, read strictly.

Behaviour and beliefs are read against the game that the claim is about, so every name and count has to fit it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias, TypeVar

from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.solution import Game
from negotiation.verify.document import Item
from negotiation.verify.findings import StoredFinding, StoredIncentive, read_finding, read_incentive, read_tolerance
from negotiation.verify.games import counted

__all__ = ["CONDITIONS", "Interval", "Rows", "StoredComponent", "StoredEquilibrium", "StoredPath", "StoredPosterior", "StoredSolution",
           "read_solution"]  # fmt: skip

Rows: TypeAlias = tuple[tuple[Fraction, ...], ...]
Interval: TypeAlias = tuple[Fraction, Fraction]
Part = TypeVar("Part")

#: The conditions that can be checked, and the forms of game that each is for; a watched tree is one with an audience.
CONDITIONS = {
    "nash": ("tree", "matrix"),
    "subgame_perfect": ("tree",),
    "sequential": ("tree",),
    "quantal_response": ("tree", "matrix"),
    "watched": ("watched tree",),
}
#: The conditions under which beliefs belong to what is claimed.
WITH_BELIEFS = ("sequential", "quantal_response", "watched")


@dataclass(frozen=True, slots=True)
class StoredPath:
    """A claimed course of play."""

    actions: tuple[str, ...]
    outcome: str
    reading: str | None
    probability: Fraction


@dataclass(frozen=True, slots=True)
class StoredPosterior:
    """What an audience is claimed to believe after an observation; ``ranges`` are of the first type's probability."""

    place: str
    observation: str
    probabilities: tuple[Fraction, ...]
    reached: bool
    ranges: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class StoredEquilibrium:
    """A claimed equilibrium; rows are in the order of the game's information sets, or of its players.

    ``regret`` and ``incentives`` are absent (None, empty) where the condition is a logit response, ``precision`` where it
    is not; ``belief_error`` where there are no beliefs.
    """

    place: str
    profile: Rows
    free: tuple[tuple[str, str], ...]
    beliefs: Rows | None
    belief_intervals: Mapping[tuple[int, int], Interval]
    posteriors: tuple[StoredPosterior, ...]
    payoffs: tuple[Fraction, ...]
    paths: tuple[StoredPath, ...]
    condition: str
    tolerance: Fraction
    precision: Fraction | None
    incentives: tuple[StoredIncentive, ...]
    regret: Fraction | None
    belief_error: Fraction | None


@dataclass(frozen=True, slots=True)
class StoredComponent:
    """A claimed connected set of equilibria, by numbers into the list; ``intervals`` by player, place and action."""

    place: str
    equilibria: tuple[int, ...]
    pieces: tuple[tuple[int, ...], ...]
    payoffs: tuple[Interval, ...]
    outcomes: Mapping[str, Interval]
    intervals: Mapping[tuple[str, str, str], Interval]


@dataclass(frozen=True, slots=True)
class StoredSolution:
    """A claimed solution of one game; ``counts`` has the stated numbers of equilibria, components and findings."""

    place: str
    concept: str
    complete: bool
    counts: tuple[int, int, int]
    equilibria: tuple[StoredEquilibrium, ...]
    components: tuple[StoredComponent, ...]
    findings: tuple[StoredFinding, ...]


def read_solution(item: Item, games: Mapping[str, Game]) -> tuple[StoredSolution, Game]:
    """Return a solution and the game that it is about, one of ``games`` by digest.

    Raises
    ------
    CertificateError
        If a part is not of the format or does not fit the game.
    """
    parts = item.record(
        "concept", "game", "method", "notes", "complete", "scope", "enumerated", "counts", "equilibria", "components", "findings"
    )
    game = games[parts["game"].one_of(games)]
    parts["method"].text()
    parts["scope"].text()
    parts["notes"].texts()
    parts["enumerated"].text()
    kinds = ("equilibria", "components", "findings")
    equilibria = tuple(_equilibrium(entry, game) for entry in parts["equilibria"].entries())
    first, second, third = parts["counts"].keyed(kinds, Item.integer)
    solution = StoredSolution(
        item.place,
        parts["concept"].text(),
        parts["complete"].flag(),
        (first, second, third),
        equilibria,
        tuple(_component(entry, game, len(equilibria)) for entry in parts["components"].entries()),
        tuple(read_finding(entry, game.players) for entry in parts["findings"].entries()),
    )
    return solution, game


def _equilibrium(item: Item, game: Game) -> StoredEquilibrium:
    parts = item.record(
        "profile", "free", "beliefs", "belief_intervals", "posteriors", "payoffs", "paths", "verdicts", "condition", "tolerance",
        "precision", "incentives", "regret", "belief_error",
    )  # fmt: skip
    form = _form(game)
    condition = parts["condition"].one_of(name for name, forms in CONDITIONS.items() if form in forms)
    for verdict in parts["verdicts"].mapping().values():
        verdict.text()
    beliefs = _optional(parts["beliefs"], lambda part: _beliefs(part, game))
    if form != "matrix" and condition in WITH_BELIEFS and beliefs is None:
        raise parts["beliefs"].fault(f"must be given for the condition {condition}")
    return StoredEquilibrium(
        item.place,
        _profile(parts["profile"], game),
        tuple(_named_set(entry, game) for entry in parts["free"].entries()),
        beliefs,
        _belief_intervals(parts["belief_intervals"], game),
        _posteriors(parts["posteriors"], game),
        parts["payoffs"].keyed(game.players, Item.number),
        tuple(_path(entry) for entry in parts["paths"].entries()),
        condition,
        read_tolerance(parts["tolerance"]),
        _where(parts["precision"], condition == "quantal_response"),
        tuple(read_incentive(entry, game.players) for entry in parts["incentives"].entries()),
        _where(parts["regret"], condition != "quantal_response"),
        _where(parts["belief_error"], beliefs is not None),
    )


def _form(game: Game) -> str:
    if not isinstance(game, ExtensiveFormGame):
        return "matrix"
    return "tree" if game.audience is None else "watched tree"


def _belief_intervals(item: Item, game: Game) -> dict[tuple[int, int], Interval]:
    """Return the bounds of beliefs by information set and place of the node in it."""
    if not isinstance(game, ExtensiveFormGame):
        counted(item, 0)
        return {}
    found: dict[tuple[int, int], Interval] = {}
    for entry in item.entries():
        parts = entry.record("player", "place", "node", "lowest", "highest")
        player = game.players.index(parts["player"].one_of(game.players))
        names = {place.name: number for number, place in enumerate(game.information_sets) if place.player == player}
        number = names[parts["place"].one_of(names)]
        key = number, parts["node"].integer(below=len(game.members[number]))
        if key in found:
            raise entry.fault("must not name the same node twice")
        found[key] = parts["lowest"].number(), parts["highest"].number()
    return found


def _posteriors(item: Item, game: Game) -> tuple[StoredPosterior, ...]:
    audience = game.audience if isinstance(game, ExtensiveFormGame) else None
    wanted = () if audience is None else audience.observations
    found = []
    for entry, observation in zip(counted(item, len(wanted)).entries(), wanted, strict=True):
        parts = entry.record("observation", "probabilities", "reached", "ranges")
        parts["observation"].one_of([observation])
        row = counted(parts["probabilities"], len(audience.types) if audience else 0).numbers()
        ranges = tuple(_interval(part) for part in parts["ranges"].entries())
        found.append(StoredPosterior(entry.place, observation, row, parts["reached"].flag(), ranges))
    return tuple(found)


def _profile(item: Item, game: Game) -> Rows:
    if isinstance(game, ExtensiveFormGame):
        return _by_information_set(item, game, lambda number, part: part.keyed(game.information_sets[number].actions, Item.number))
    by_player = item.record(*game.players)
    return tuple(by_player[player].keyed(names, Item.number) for player, names in zip(game.players, game.strategies, strict=True))


def _beliefs(item: Item, game: Game) -> Rows:
    if not isinstance(game, ExtensiveFormGame):
        raise item.fault("must be null in a matrix game")

    def row(number: int, part: Item) -> tuple[Fraction, ...]:
        """Return the beliefs at one information set, one number for each of its nodes."""
        if len(part.entries()) != len(game.members[number]):
            raise part.fault(f"must have one number for each of the {len(game.members[number])} nodes of the information set")
        return part.numbers()

    return _by_information_set(item, game, row)


def _by_information_set(item: Item, game: ExtensiveFormGame, read: Callable[[int, Item], tuple[Fraction, ...]]) -> Rows:
    """Return a row for each information set from ``{player: {information set: row}}``."""
    rows: dict[int, tuple[Fraction, ...]] = {}
    by_player = item.record(*game.players)
    for player, name in enumerate(game.players):
        own = {place.name: number for number, place in enumerate(game.information_sets) if place.player == player}
        for place, part in by_player[name].record(*own).items():
            rows[own[place]] = read(own[place], part)
    return tuple(rows[number] for number in range(len(game.information_sets)))


def _named_set(item: Item, game: Game) -> tuple[str, str]:
    names = item.texts()
    sets = [(game.players[place.player], place.name) for place in game.information_sets] if isinstance(game, ExtensiveFormGame) else []
    if len(names) != 2 or names not in sets:
        raise item.fault("must be a player and one of his information sets")
    return names[0], names[1]


def _path(item: Item) -> StoredPath:
    parts = item.record("actions", "outcome", "reading", "probability")
    reading = _optional(parts["reading"], Item.text)
    return StoredPath(parts["actions"].texts(), parts["outcome"].text(), reading, parts["probability"].number())


def _component(item: Item, game: Game, count: int) -> StoredComponent:
    parts = item.record("equilibria", "pieces", "payoffs", "outcomes", "intervals")
    intervals = {}
    for entry in parts["intervals"].entries():
        named = entry.record("player", "place", "action", "lowest", "highest")
        key = named["player"].one_of(game.players), named["place"].text(), named["action"].text()
        if key in intervals:
            raise entry.fault("must not name the same action twice")
        intervals[key] = named["lowest"].number(), named["highest"].number()
    return StoredComponent(
        item.place,
        parts["equilibria"].integers(below=count),
        tuple(entry.integers(below=count) for entry in parts["pieces"].entries()),
        parts["payoffs"].keyed(game.players, _interval),
        {name: _interval(part) for name, part in parts["outcomes"].mapping().items()},
        intervals,
    )


def _interval(item: Item) -> Interval:
    ends = item.numbers()
    if len(ends) != 2:
        raise item.fault("must be the lowest and the highest number")
    return ends[0], ends[1]


def _where(item: Item, wanted: bool) -> Fraction | None:
    """Return a number where there has to be one, None where there has to be none."""
    if not wanted and item.value is not None:
        raise item.fault("must be null for this condition")
    return item.number() if wanted else None


def _optional(item: Item, read: Callable[[Item], Part]) -> Part | None:
    return None if item.value is None else read(item)
