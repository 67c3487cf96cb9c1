"""A tree seen through its players' own moves.

With perfect recall what a player has done on the way to a node is told by his last own move there, a pair of information
set and action, called a *sequence* and numbered through the game. The weight that the others and chance give a node is the
product of chance's probabilities and one weight for the last move of each other player (von Stengel 1996).

Chance moves of probability zero are numbered too, after the players' moves: play goes there by a tremble only.

References
----------
von Stengel (1996), Games and Economic Behavior 14, 220-246.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, repeat
from math import lcm
from typing import NamedTuple, TypeAlias

from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame

__all__ = ["NO_MOVE", "MoveTree", "OthersMoves", "Shape", "Supports", "move_tree"]

#: The sequence of a player who has not moved.
NO_MOVE = -1

#: The last moves of all players but one, without those who have not moved, in rising order.
OthersMoves: TypeAlias = tuple[int, ...]

#: For each information set, the actions taken with positive probability; None where that is left open.
Supports: TypeAlias = list[tuple[int, ...] | None]


class Shape(NamedTuple):
    """The sequences of a game: as in ``MoveTree``, and how many there are, with the chance moves of probability zero."""

    first: tuple[int, ...]
    before: tuple[int, ...]
    sizes: tuple[int, ...]
    own_order: tuple[int, ...]
    total: int


@dataclass(frozen=True, eq=False)
class MoveTree:
    """A game with its sequences.

    Parameters
    ----------
    game : ExtensiveFormGame
    first : tuple of int
        For each information set, the number of its first action as a sequence; the others follow.
    places : tuple of (information set, action)
        For each sequence of a player, what it stands for.
    before : tuple of int
        For each information set, its player's sequence there.
    others : tuple of tuples of OthersMoves, indexed [player][node]
    chances : tuple of int
        For each node, the product of the positive chance probabilities on the way, times what makes all of these whole.
    units : tuple of int
        For each player, what makes all his payoffs whole.
    below : tuple of frozensets
        For each information set, the sets that have a node below one of its nodes.
    depths : tuple of int
        For each information set, the largest number of moves before it.
    slip_count : int
        The number of chance moves of probability zero.
    """

    game: ExtensiveFormGame
    first: tuple[int, ...]
    places: tuple[tuple[int, int], ...]
    before: tuple[int, ...]
    others: tuple[tuple[OthersMoves, ...], ...]
    chances: tuple[int, ...]
    units: tuple[int, ...]
    below: tuple[frozenset[int], ...]
    depths: tuple[int, ...]
    slip_count: int = 0

    @cached_property
    def slips_matter(self) -> bool:
        """Whether somebody moves after a chance move of probability zero."""
        first = len(self.places)
        decisions = (node for nodes in self.game.members for node in nodes)
        return self.slip_count > 0 and any(max(self.others[0][node], default=NO_MOVE) >= first for node in decisions)

    @cached_property
    def separate(self) -> tuple[dict[int, frozenset[int]], ...]:
        """For each information set, the actions such that what comes after one comes after no other move, with the sets after it."""
        found = []
        for nodes, size in zip(self.game.members, self.sizes, strict=True):
            after = {action: self._counts([self.child(node, action) for node in nodes]) for action in range(size)}
            found.append({action: frozenset(counts) for action, counts in after.items() if self._are_whole(counts)})
        return tuple(found)

    def _counts(self, roots: Sequence[int]) -> dict[int, int]:
        """Return how many nodes of each information set lie at or below these."""
        counts: dict[int, int] = {}
        stack = list(roots)
        while stack:
            node = self.game.nodes[stack.pop()]
            if isinstance(node, Decision):
                counts[node.information_set] = counts.get(node.information_set, 0) + 1
            if not isinstance(node, End):
                stack.extend(node.children)
        return counts

    def _are_whole(self, counts: Mapping[int, int]) -> bool:
        return all(count == len(self.game.members[place]) for place, count in counts.items())

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The number of actions at each information set."""
        return tuple(len(place.actions) for place in self.game.information_sets)

    @cached_property
    def own_order(self) -> tuple[int, ...]:
        """The information sets, those before others of the same player first."""
        return tuple(sorted(range(len(self.before)), key=lambda place: len(self.game.own_history[place])))

    @cached_property
    def shape(self) -> Shape:
        """What the weights of sequences depend on: games that differ in their numbers only have the same."""
        return Shape(self.first, self.before, self.sizes, self.own_order, len(self.places) + self.slip_count)

    @cached_property
    def touched(self) -> tuple[frozenset[int], ...]:
        """For each information set, its nodes and all nodes before them."""
        found = []
        for nodes in self.game.members:
            touched: set[int] = set()
            for node in nodes:
                while node >= 0 and node not in touched:
                    touched.add(node)
                    node = self.game.parents[node][0]
            found.append(frozenset(touched))
        return tuple(found)

    def player(self, place: int) -> int:
        """Return the number of the player who moves at an information set."""
        return self.game.information_sets[place].player

    def child(self, node: int, action: int) -> int:
        """Return the node to which an action leads."""
        move = self.game.nodes[node]
        return move.children[action] if isinstance(move, (Chance, Decision)) else node


def move_tree(game: ExtensiveFormGame) -> MoveTree:
    """Return a game with its sequences."""
    sizes = [len(place.actions) for place in game.information_sets]
    places = tuple((number, action) for number, size in enumerate(sizes) for action in range(size))
    first = tuple(accumulate(sizes, initial=0))[:-1]
    walk = _walk(game, first, len(places))
    before = tuple(walk.last[nodes[0]][game.information_sets[number].player] for number, nodes in enumerate(game.members))
    players = range(len(game.players))
    others = tuple(tuple(map(_others, walk.last, walk.slips, repeat(player))) for player in players)
    units = tuple(lcm(*(end.payoffs[player].denominator for end in _ends(game))) for player in players)
    factor = lcm(*(chance.denominator for chance in walk.chances))
    chances = tuple(int(chance * factor) for chance in walk.chances)
    below = tuple(map(frozenset, walk.below))
    return MoveTree(game, first, places, before, others, chances, units, below, tuple(walk.depths), walk.slip_count)


def _ends(game: ExtensiveFormGame) -> list[End]:
    return [node for node in game.nodes if isinstance(node, End)]


@dataclass(slots=True)
class _Walk:
    """What is known of each node while the tree is walked from the root, and of each information set."""

    last: list[tuple[int, ...]]
    slips: list[tuple[int, ...]]
    chances: list[Fraction]
    below: list[set[int]]
    depths: list[int]
    slip_count: int = 0


def _walk(game: ExtensiveFormGame, first: Sequence[int], sequences: int) -> _Walk:
    count, sets = len(game.nodes), len(game.information_sets)
    start = (NO_MOVE,) * len(game.players)
    walk = _Walk([start] * count, [()] * count, [Fraction(1)] * count, [set() for _ in range(sets)], [0] * sets)
    above: list[frozenset[int]] = [frozenset()] * count
    depth = [0] * count
    for number, node in enumerate(game.nodes):
        match node:
            case Chance(_, probabilities, children):
                for child, probability in zip(children, probabilities, strict=True):
                    _inherit(walk, above, depth, (number, child))
                    walk.chances[child] = walk.chances[number] * (probability or 1)
                    if not probability:
                        walk.slips[child] = (*walk.slips[number], sequences + walk.slip_count)
                        walk.slip_count += 1
            case Decision(place, children):
                walk.depths[place] = max(walk.depths[place], depth[number])
                for earlier in above[number]:
                    walk.below[earlier].add(place)
                player = game.information_sets[place].player
                for action, child in enumerate(children):
                    _inherit(walk, above, depth, (number, child))
                    above[child] = above[number] | {place}
                    row = list(walk.last[number])
                    row[player] = first[place] + action
                    walk.last[child] = tuple(row)
    return walk


def _inherit(walk: _Walk, above: list[frozenset[int]], depth: list[int], step: tuple[int, int]) -> None:
    """Hand on what is known of a node to a child."""
    number, child = step
    walk.last[child], walk.slips[child], walk.chances[child] = walk.last[number], walk.slips[number], walk.chances[number]
    above[child], depth[child] = above[number], depth[number] + 1


def _others(last: Sequence[int], slips: Sequence[int], player: int) -> OthersMoves:
    moves = sorted(move for who, move in enumerate(last) if who != player and move != NO_MOVE)
    return (*moves, *slips)
