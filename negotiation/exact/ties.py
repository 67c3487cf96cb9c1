"""How far a player who is indifferent may mix before an earlier player would do something else.

In a pure subgame-perfect equilibrium, let a tied player move probability ``q`` from the action he takes to one that is as
good for him. What this changes for the others is linear in ``q``, so the equilibrium survives on an interval that starts
at 0. Where earlier players keep to the way to the tie, one of them may come to like it less; where somebody has left that
way, he may come to wish that he had not, and nobody before him notices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from negotiation.exact.backward_induction import Induction
from negotiation.games.behaviour import BehaviourProfile, node_values
from negotiation.games.extensive_form import Chance, Decision, ExtensiveFormGame
from negotiation.games.numbers import Number

__all__ = ["Strain", "TieBound", "tie_bounds", "untried_ties"]


@dataclass(frozen=True, slots=True)
class Strain:
    """How much of the alternative an earlier player bears: with more than ``most``, at ``place`` he leaves ``keeps`` for ``instead``."""

    most: Fraction
    place: int
    keeps: int
    instead: int


@dataclass(frozen=True, slots=True)
class TieBound:
    """A tie that an equilibrium bears only up to a point, all else unchanged.

    Parameters
    ----------
    place, action, alternative : int
        The information set of the tie, the action taken there, the other one that is as good.
    strain : Strain
        The earlier player who bears least.
    """

    place: int
    action: int
    alternative: int
    strain: Strain


def tie_bounds(induction: Induction, rows: BehaviourProfile) -> Iterator[TieBound]:
    """Yield the ties of an equilibrium, root first, that may not be mixed at will.

    Ties with simultaneous moves anywhere above them are left out (see ``untried_ties``).
    """
    game = induction.game
    values = node_values(game, rows)
    untried = frozenset(untried_ties(induction))
    for number in induction.tied:
        node = game.nodes[number]
        if number in untried or not isinstance(node, Decision):
            continue
        player, action = game.information_sets[node.information_set].player, rows[node.information_set].index(1)
        for alternative, child in enumerate(node.children):
            if alternative != action and values[child][player] == values[number][player]:
                shift = [Fraction(new) - Fraction(old) for new, old in zip(values[child], values[number], strict=True)]
                strain = min(_strains(game, rows, values, number, shift), key=_most, default=None)
                if strain is not None and strain.most < 1:
                    yield TieBound(node.information_set, action, alternative, strain)


def untried_ties(induction: Induction) -> tuple[int, ...]:
    """Return the tied nodes that have simultaneous moves somewhere above them."""
    game = induction.game
    together = [False] * len(game.nodes)
    for number, (parent, _) in enumerate(game.parents):
        if parent >= 0:
            payoffs = induction.payoffs[parent]
            lone = bool(payoffs.vectors) and (not payoffs.ways or isinstance(game.nodes[parent], Chance))
            together[number] = together[parent] or not lone
    return tuple(number for number in induction.tied if together[number])


def _most(strain: Strain) -> Fraction:
    return strain.most


def _strains(
    game: ExtensiveFormGame, rows: BehaviourProfile, values: Sequence[Sequence[Number]], number: int, shift: Sequence[Fraction]
) -> Iterator[Strain]:
    """Yield, from a tie upwards, how much of a shift in everybody's payoffs each earlier player bears.

    ``shift`` is what each player gets more if the alternative is taken for certain.
    """
    weight = Fraction(1)
    while number:
        parent, action = game.parents[number]
        node = game.nodes[parent]
        if isinstance(node, Chance):
            weight *= node.probabilities[action]
        elif isinstance(node, Decision):
            player, kept = game.information_sets[node.information_set].player, rows[node.information_set].index(1)
            gain = weight * shift[player]
            here, worth = Fraction(values[number][player]), [Fraction(values[child][player]) for child in node.children]
            if action != kept:
                if gain > 0:
                    yield Strain((worth[kept] - here) / gain, node.information_set, kept, action)
                return
            rivals = [other for other in range(len(worth)) if other != action]
            if gain < 0 and rivals:
                best = max(rivals, key=worth.__getitem__)
                yield Strain((here - worth[best]) / -gain, node.information_set, kept, best)
        number = parent
