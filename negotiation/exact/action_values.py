"""What actions are worth, as sums over the others' sequences, when later moves follow given supports.

The value of an action to the player who takes it is a sum over ends of payoff, chance probability and the weights of the
other players' sequences, in whole numbers (see ``MoveTree``). On the way to the ends he himself takes the first action of
each support (all of them must be worth the same to him), the others any action of theirs; trembles after this point
weigh nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from negotiation.exact.sequences import MoveTree, OthersMoves, Supports
from negotiation.games.extensive_form import Chance, Decision, End

__all__ = ["Conditions", "Values", "compared", "conditions"]

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
        if node in known:
            return known[node]
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
        player, tree = self.tree.player(place), self.tree
        known = self._known[player]
        total: Terms = {}
        for node in nodes:
            child = tree.child(node, action)
            for moves, coefficient in (known[child] if child in known else self.at(player, child)).items():
                total[moves] = total.get(moves, 0) + coefficient
        return total

    def _followed(self, player: int, node: int) -> tuple[int, ...]:
        """Return the nodes to which play goes from a node."""
        here = self.tree.game.nodes[node]
        if isinstance(here, Decision):
            support = self.supports[here.information_set] or ()
            if len(support) == 1 or self.tree.player(here.information_set) == player:
                return tuple([here.children[action] for action in support[:1]])
            return tuple([here.children[action] for action in support])
        if isinstance(here, Chance):
            return tuple([child for child, chance in zip(here.children, here.probabilities, strict=True) if chance])
        return ()

    def _wanted(self, player: int, node: int) -> list[int]:
        known = self._known[player]
        return [] if node in known else [child for child in self._followed(player, node) if child not in known]

    def _value(self, player: int, node: int) -> Terms:
        end = self.tree.game.nodes[node]
        if isinstance(end, End):
            # Whole by the choice of units, so nothing is lost in the division.
            payoff = end.payoffs[player]
            worth = self.tree.chances[node] * self.tree.units[player] * payoff.numerator // payoff.denominator
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
    zero: list[Terms] = []
    positive: list[Terms] = []
    for is_taken, gain in compared(values, place, nodes):
        (zero if is_taken else positive).append(gain)
    return Conditions(tuple(zero), tuple(positive))


def compared(values: Values, place: int, nodes: Sequence[int]) -> Iterator[tuple[bool, Terms]]:
    """Yield for each other action than the first of the support whether it is taken too, and what the first is worth more."""
    support = values.supports[place] or ()
    best = values.of_action(place, support[0], nodes)
    for action in range(values.tree.sizes[place]):
        if action != support[0]:
            gain = dict(best)
            for moves, coefficient in values.of_action(place, action, nodes).items():
                gain[moves] = gain.get(moves, 0) - coefficient
            yield action in support, gain
