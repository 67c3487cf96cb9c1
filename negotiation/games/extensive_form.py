"""Games in extensive form.

A game is a tree of nodes, stored as a tuple in which each parent stands before its children; node 0 is the root. A node
is a chance move, a decision (which belongs to an information set) or an end. All numbers are exact rationals.

Private types are chance moves that only their player sees (Harsanyi's transformation), so the solvers need no word for
them; ``InformationSet.type`` keeps the type's name for people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import GameError
from negotiation.games.audience import UNSETTLED, Audience
from negotiation.games.readings import Reading

__all__ = ["Chance", "Decision", "End", "ExtensiveFormGame", "InformationSet", "Node", "ends_below"]


@dataclass(frozen=True, slots=True)
class Chance:
    """A chance move: actions, their probabilities (summing to one exactly) and the nodes that they lead to."""

    actions: tuple[str, ...]
    probabilities: tuple[Fraction, ...]
    children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A node of an information set; its children are in the order of the set's actions."""

    information_set: int
    children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class End:
    """An end of play: the outcome's name and one payoff for each player (``UNSETTLED`` in a game with an audience)."""

    outcome: str
    payoffs: tuple[Fraction, ...]


Node: TypeAlias = Chance | Decision | End


@dataclass(frozen=True, slots=True)
class InformationSet:
    """What a player knows when he moves: its name (unique among the player's), the player's number, the actions, his type."""

    name: str
    player: int
    actions: tuple[str, ...]
    type: str | None = None


@dataclass(frozen=True, eq=False)
class ExtensiveFormGame:
    """A finite game tree with perfect recall, frozen.

    Parameters
    ----------
    players : tuple of str
    information_sets : tuple of InformationSet
    nodes : tuple of Node
        Parents before children; node 0 is the root.
    title : str
    readings : tuple of Reading
        Names for paths; the path of an end is the actions from the root, without those that reveal types.
    type_moves : frozenset of int
        Chance nodes that draw private types; they are left out of paths.
    audience : Audience or None
        Who watches, if payoffs depend on what an audience believes; every end then holds ``UNSETTLED``.

    Raises
    ------
    GameError
        If the nodes do not form one tree, probabilities do not sum to one, actions disagree, recall is imperfect, or the
        audience does not fit the tree.
    """

    players: tuple[str, ...]
    information_sets: tuple[InformationSet, ...]
    nodes: tuple[Node, ...]
    title: str = ""
    readings: tuple[Reading, ...] = ()
    type_moves: frozenset[int] = frozenset()
    audience: Audience | None = None

    def __post_init__(self) -> None:
        _check_tree(self)
        _check_names(self)
        _check_recall(self)
        _check_audience(self)

    def __repr__(self) -> str:
        """Return one line: title, players, and size."""
        size = f"{len(self.nodes)} nodes, {len(self.information_sets)} information sets"
        return f"<ExtensiveFormGame {self.title!r}: {', '.join(self.players)}; {size}>"

    @cached_property
    def parents(self) -> tuple[tuple[int, int], ...]:
        """For each node, its parent's number and its place among the parent's children; ``(-1, -1)`` for the root."""
        parents = [(-1, -1)] * len(self.nodes)
        for number, node in enumerate(self.nodes):
            if not isinstance(node, End):
                for place, child in enumerate(node.children):
                    parents[child] = (number, place)
        return tuple(parents)

    @cached_property
    def members(self) -> tuple[tuple[int, ...], ...]:
        """For each information set, the numbers of its nodes in order."""
        members: list[list[int]] = [[] for _ in self.information_sets]
        for number, node in enumerate(self.nodes):
            if isinstance(node, Decision):
                members[node.information_set].append(number)
        return tuple(tuple(nodes) for nodes in members)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """The numbers of the nodes at which play ends, in order."""
        return tuple(number for number, node in enumerate(self.nodes) if isinstance(node, End))

    @cached_property
    def own_history(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each information set, its player's earlier (information set, action) pairs, first to last."""
        return tuple(_own_history(self, nodes[0], self.information_sets[number].player) for number, nodes in enumerate(self.members))

    @cached_property
    def has_perfect_information(self) -> bool:
        """Whether each information set is one node."""
        return all(len(nodes) == 1 for nodes in self.members)

    @cached_property
    def subgame_roots(self) -> tuple[int, ...]:
        """The nodes at which subgames start, deepest last; ends are not counted, and a chance root other than 0 is."""
        return tuple(_subgame_roots(self))

    @cached_property
    def payoffs(self) -> NDArray[np.float64]:
        """Payoffs at the ends, float64, shape (ends, players), read-only."""
        rows = [node.payoffs for node in self.nodes if isinstance(node, End)]
        array = np.array([[float(payoff) for payoff in row] for row in rows])
        array.setflags(write=False)
        return array

    @cached_property
    def payoff_spans(self) -> tuple[Fraction, ...]:
        """The difference between the highest and the lowest payoff of each player, exactly."""
        rows = [node.payoffs for node in self.nodes if isinstance(node, End)]
        return tuple(max(column) - min(column) for column in zip(*rows, strict=True))

    def actions_at(self, node: int) -> tuple[str, ...]:
        """Return the names of the actions at a node, none at an end."""
        match self.nodes[node]:
            case Chance(actions=actions):
                return actions
            case Decision(information_set=number):
                return self.information_sets[number].actions
        return ()

    def moves_to(self, node: int) -> list[tuple[int, int]]:
        """Return the (node, action) pairs from the root to a node."""
        moves = []
        while node:
            node, action = self.parents[node]
            moves.append((node, action))
        return moves[::-1]

    def path_to(self, node: int) -> tuple[str, ...]:
        """Return the names of the actions from the root to a node, without moves that draw private types."""
        return tuple(self.actions_at(parent)[action] for parent, action in self.moves_to(node) if parent not in self.type_moves)


def _check_tree(game: ExtensiveFormGame) -> None:
    if not game.nodes:
        raise GameError("a game needs at least one node")
    seen = [False] * len(game.nodes)
    seen[0] = True
    for number, node in enumerate(game.nodes):
        _check_node(game, number, node)
        if not isinstance(node, End):
            for child in node.children:
                if not number < child < len(game.nodes) or seen[child]:
                    raise GameError(f"node {number} has child {child}: each node needs one parent that stands before it")
                seen[child] = True
    if not all(seen):
        raise GameError(f"node {seen.index(False)} is not reached from the root")


def _check_node(game: ExtensiveFormGame, number: int, node: Node) -> None:
    match node:
        case Chance(actions, probabilities, children):
            if not len(actions) == len(probabilities) == len(children) > 0:
                raise GameError(f"chance node {number} needs as many probabilities and children as actions")
            if min(probabilities) < 0 or sum(probabilities) != 1:
                raise GameError(
                    f"probabilities at chance node {number} must be at least 0 and sum to 1, got {', '.join(map(str, probabilities))}"
                )
        case Decision(information_set, children):
            actions = game.information_sets[information_set].actions
            if len(actions) != len(children) or not children:
                raise GameError(f"node {number} has {len(children)} children, its information set has the actions {', '.join(actions)}")
        case End(payoffs=payoffs) if (payoffs is UNSETTLED) != (game.audience is not None):
            raise GameError(f"the end at node {number} must have payoffs, or be UNSETTLED where an audience's belief settles them")
        case End(payoffs=payoffs) if game.audience is None:
            if len(payoffs) != len(game.players):
                raise GameError(f"the end at node {number} needs {len(game.players)} payoffs, got {len(payoffs)}")


def _check_names(game: ExtensiveFormGame) -> None:
    for what, names in (
        ("players", game.players),
        *(
            (f"information sets of {name!r}", tuple(place.name for place in game.information_sets if place.player == player))
            for player, name in enumerate(game.players)
        ),
        *((f"actions at {place.name!r}", place.actions) for place in game.information_sets),
    ):
        if len(set(names)) != len(names):
            raise GameError(f"{what} must have different names, got {', '.join(names)}")
    for place, nodes in zip(game.information_sets, game.members, strict=True):
        if not nodes:
            raise GameError(f"information set {place.name!r} has no node")


def _check_audience(game: ExtensiveFormGame) -> None:
    audience = game.audience
    if audience is None:
        return
    count = len(game.ends)
    if not len(audience.seen) == len(audience.drawn) == len(audience.payoffs) == count:
        raise GameError(f"the audience needs an observation, a type and payoffs for each of the {count} ends")
    if any(len(row) != len(game.players) for row in audience.payoffs):
        raise GameError(f"the audience needs {len(game.players)} payoffs at each end")
    if set(audience.seen) != set(range(len(audience.observations))) or not set(audience.drawn) <= set(range(len(audience.types))):
        raise GameError("the audience's observations and types must be numbered from 0, and each observation must be made at some end")


def _own_history(game: ExtensiveFormGame, node: int, player: int) -> tuple[tuple[int, int], ...]:
    history = []
    for earlier, action in game.moves_to(node):
        move = game.nodes[earlier]
        if isinstance(move, Decision) and game.information_sets[move.information_set].player == player:
            history.append((move.information_set, action))
    return tuple(history)


def _check_recall(game: ExtensiveFormGame) -> None:
    """Refuse imperfect recall.

    It is enough that a set's nodes agree in their player's latest move before: earlier moves agree by induction.
    """
    latest = _latest_moves(game)
    for place, nodes in zip(game.information_sets, game.members, strict=True):
        if len({latest[node][place.player] for node in nodes}) > 1:
            raise GameError(
                f"imperfect recall: at information set {place.name!r}, {game.players[place.player]} "
                "would have forgotten what he knew or did; give the nodes different information sets"
            )


def _latest_moves(game: ExtensiveFormGame) -> list[tuple[tuple[int, int] | None, ...]]:
    """Return for each node and player his latest (information set, action) before it, None if he has not moved."""
    latest: list[tuple[tuple[int, int] | None, ...]] = [(None,) * len(game.players)] * len(game.nodes)
    for number, node in enumerate(game.nodes):
        match node:
            case Decision(information_set, children):
                before, player = latest[number], game.information_sets[information_set].player
                for action, child in enumerate(children):
                    latest[child] = (*before[:player], (information_set, action), *before[player + 1 :])
            case Chance(children=children):
                for child in children:
                    latest[child] = latest[number]
    return latest


def _subgame_roots(game: ExtensiveFormGame) -> Iterator[int]:
    """Yield node r when every information set that meets its subtree lies inside it (linear time, one pass up)."""
    size = [1] * len(game.nodes)
    inside: list[dict[int, int]] = [{} for _ in game.nodes]
    roots = []
    for number in range(len(game.nodes) - 1, -1, -1):
        node = game.nodes[number]
        if isinstance(node, End):
            continue
        open_sets: dict[int, int] = {}
        for child in node.children:
            size[number] += size[child]
            open_sets = _merge(open_sets, inside[child])
            inside[child] = {}
        if isinstance(node, Decision):
            open_sets = _merge(open_sets, {node.information_set: 1})
        inside[number] = {place: count for place, count in open_sets.items() if count < len(game.members[place])}
        alone = not isinstance(node, Decision) or len(game.members[node.information_set]) == 1
        if not inside[number] and alone:
            roots.append(number)
    yield from sorted(roots)


def _merge(left: dict[int, int], right: dict[int, int]) -> dict[int, int]:
    """Return the counts of both, reusing the larger dictionary."""
    if len(left) < len(right):
        left, right = right, left
    for place, count in right.items():
        left[place] = left.get(place, 0) + count
    return left


def ends_below(game: ExtensiveFormGame, roots: Sequence[int]) -> list[int]:
    """Return the ends that can be reached from any of the given nodes."""
    found, stack = [], list(roots)
    while stack:
        number = stack.pop()
        node = game.nodes[number]
        if isinstance(node, End):
            found.append(number)
        else:
            stack.extend(node.children)
    return sorted(found)
