"""What actions are worth, as sums over the others' sequences, when later moves follow given supports.

The value of an action to the player who takes it is a sum over ends of payoff, chance probability and the weights of the
other players' sequences, in whole numbers (see ``MoveTree``). On the way to the ends he himself takes the first action of
each support (all of them must be worth the same to him), the others any action of theirs; trembles after this point
weigh nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from negotiation.exact.sequences import MoveTree, OthersMoves, Supports
from negotiation.games.extensive_form import Chance, Decision, End

__all__ = ["Conditions", "Values", "conditions"]

#: A sum over sequences of the others, with a coefficient for each.
Terms: TypeAlias = dict[OthersMoves, int]


@dataclass(eq=False)
class Values:
    """The working memory of one search: values under the supports chosen so far, each computed once.

    Parameters
    ----------
    tree : MoveTree
    supports : Supports
        Changed by ``choose`` only.
    """

    tree: MoveTree
    supports: Supports
    _known: list[dict[int, Terms]] = field(init=False)

    def __post_init__(self) -> None:
        self._known = [{} for _ in self.tree.game.players]

    def choose(self, place: int, support: tuple[int, ...] | None) -> None:
        """Set the support at an information set and forget the values that hang on it."""
        if self.supports[place] == support:
            return
        self.supports[place] = support
        for known in self._known:
            for node in self.tree.touched[place]:
                known.pop(node, None)

    def at(self, player: int, node: int) -> Terms:
        """Return what a player expects at a node, weighted with chance and the others' sequences.

        The supports of all information sets below must be set.
        """
        known = self._known[player]
        stack = [node]
        while stack:
            wanted = self._wanted(player, stack[-1])
            if wanted:
                stack.extend(wanted)
            else:
                number = stack.pop()
                if number not in known:
                    known[number] = self._value(player, number)
        return known[node]

    def of_action(self, place: int, action: int, nodes: Iterable[int]) -> Terms:
        """Return what an action is worth to its player at these nodes of an information set together."""
        player = self.tree.player(place)
        return added(self.at(player, self.tree.child(node, action)) for node in nodes)

    def _followed(self, player: int, node: int) -> tuple[int, ...]:
        """Return the nodes to which play goes from a node."""
        match self.tree.game.nodes[node]:
            case Chance(_, probabilities, children):
                return tuple(child for child, chance in zip(children, probabilities, strict=True) if chance)
            case Decision(place, children):
                support = self.supports[place] or ()
                chosen = support[:1] if self.tree.player(place) == player else support
                return tuple(children[action] for action in chosen)
        return ()

    def _wanted(self, player: int, node: int) -> list[int]:
        known = self._known[player]
        return [] if node in known else [child for child in self._followed(player, node) if child not in known]

    def _value(self, player: int, node: int) -> Terms:
        end = self.tree.game.nodes[node]
        if isinstance(end, End):
            worth = int(self.tree.chances[node] * self.tree.units[player] * end.payoffs[player])
            return {self.tree.others[player][node]: worth} if worth else {}
        return added(self._known[player][child] for child in self._followed(player, node))


def added(sums: Iterable[Terms]) -> Terms:
    """Return the sum of sums."""
    total: Terms = {}
    for terms in sums:
        if not total:
            total = dict(terms)
            continue
        for moves, coefficient in terms.items():
            total[moves] = total.get(moves, 0) + coefficient
    return total


@dataclass(frozen=True, slots=True)
class Conditions:
    """Sums that have to be zero (actions taken earn the same), and sums that have to be at least zero (others earn no more)."""

    zero: tuple[Terms, ...]
    positive: tuple[Terms, ...]


def conditions(values: Values, place: int, nodes: Sequence[int]) -> Conditions:
    """Return what makes the support at an information set a best reply, given that play is at one of these nodes."""
    support = values.supports[place] or ()
    best = values.of_action(place, support[0], nodes)
    zero: list[Terms] = []
    positive: list[Terms] = []
    for action in range(len(values.tree.game.information_sets[place].actions)):
        if action != support[0]:
            other = values.of_action(place, action, nodes)
            gain = added((best, {moves: -coefficient for moves, coefficient in other.items()}))
            (zero if action in support else positive).append(gain)
    return Conditions(tuple(zero), tuple(positive))
