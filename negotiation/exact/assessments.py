"""Families of sequential equilibria: for each pattern of supports, all behaviour and beliefs that go with it.

With supports given, and with a choice of the nodes that trembles make likeliest at each information set, sequential
rationality is a system of conditions on the weights of moves (see ``trembles``). In a game of two players each player's
best replies are linear in the weights of the other, so the system is one of polyhedral cones: it is solved exactly, and
with it the game (compare the sequence form of von Stengel 1996). With more players the weights of different players are
multiplied with one another, and some systems may stay undecided (see ``weight_solutions``).

Unknowns that no condition connects are solved apart, in *parts*; a family is all combinations of a point of each part.

References
----------
von Stengel (1996), Games and Economic Behavior 14, 220-246.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

from negotiation.exact.action_values import Values, conditions
from negotiation.exact.equivalent_actions import loose_moves
from negotiation.exact.trembles import Polynomial, Split, Standing, Weights, standings, weights_of
from negotiation.exact.weight_solutions import Status, solve_weights
from negotiation.exact.weight_systems import Demand, WeightSystem
from negotiation.games.behaviour import BehaviourProfile

__all__ = ["Family", "Row", "Rows", "extreme_rows", "families"]

#: The probabilities of the actions at an information set; at several information sets.
Row: TypeAlias = tuple[Fraction, ...]
Rows: TypeAlias = dict[int, Row]


@dataclass(frozen=True, eq=False)
class Family:
    """Equilibria with the same supports and the same likeliest nodes.

    Parameters
    ----------
    supports : tuple of supports
    weights : Weights
    standing : Standing
    demands : tuple of Demand
        Among them, for each information set, the weights of its nodes in ``standing``, up to a factor that they share.
    parts : tuple of WeightSystem
    is_decided : bool
        If not, there may be such equilibria or none, and ``parts`` is empty.
    """

    supports: tuple[tuple[int, ...] | None, ...]
    weights: Weights
    standing: Standing
    demands: tuple[Demand, ...]
    parts: tuple[WeightSystem, ...]
    is_decided: bool = True

    @cached_property
    def reaches(self) -> dict[int, tuple[Polynomial, ...]]:
        """For each information set, the weights of its nodes in ``standing``."""
        return {demand.place: demand.reaches for demand in self.demands}


def families(
    values: Values, places: Sequence[int], *, behaviour: BehaviourProfile | None = None, never: frozenset[int] = frozenset()
) -> Iterator[Family]:
    """Yield the families that the supports in ``values`` have, one for each standing of trembles.

    Parameters
    ----------
    values : Values
        With all supports set at and below ``places``.
    places : sequence of int
        The information sets at which players have to be rational.
    behaviour : BehaviourProfile, optional
        Where it is given, mixed actions have its probabilities and only beliefs are looked for.
    never : frozenset of int
        Trembles that are infinitely less likely than all others.
    """
    weights = weights_of(values.tree, values.supports, behaviour=behaviour)
    chosen = set(places)
    mixed = [move for move, split in weights.splits.items() if split.place in chosen]
    loose = frozenset() if behaviour is not None else loose_moves(values, places)
    for standing in standings(values.tree, weights, places, never=never):
        demands = [_demand(values, weights, standing, place) for place in places]
        answer = solve_weights(demands, weights, mixed, standing.loose | loose)
        if answer.status is not Status.IMPOSSIBLE:
            yield Family(tuple(values.supports), weights, standing, answer.demands, answer.parts, answer.status is Status.SOLVED)


def _demand(values: Values, weights: Weights, standing: Standing, place: int) -> Demand:
    tree, nodes = values.tree, standing.nodes[place]
    others = tree.others[tree.player(place)]
    wanted = conditions(values, place, nodes)
    return Demand(
        place,
        tuple(weights.polynomial({others[node]: tree.chances[node]}) for node in nodes),
        tuple(weights.polynomial(terms) for terms in wanted.zero),
        tuple(weights.polynomial(terms) for terms in wanted.positive),
    )


def extreme_rows(part: WeightSystem, family: Family, sizes: Sequence[int]) -> list[Rows]:
    """Return the behaviour at the extreme points of a part, without repetitions.

    Where an extreme point gives no weight to what comes before a mixed action, the mixture there is that of another extreme
    point that is infinitely less likely.

    Parameters
    ----------
    part : WeightSystem
    family : Family
    sizes : sequence of int
        The number of actions at each information set.
    """
    splits = {split.place: split for move, split in family.weights.splits.items() if (move,) in part.products}
    rows_of_rays = [_rows(part, splits, ray, sizes) for ray in part.rays]
    found: dict[tuple[tuple[int, Row], ...], Rows] = {}
    waiting: list[Rows] = [{}]
    while waiting:
        rows = waiting.pop()
        missing = splits.keys() - rows.keys()
        if not missing:
            found.setdefault(tuple(sorted(rows.items())), rows)
            continue
        for known in rows_of_rays:
            new = {place: row for place, row in known.items() if place in missing}
            if new:
                waiting.append({**rows, **new})
    return list(found.values())


def _rows(part: WeightSystem, splits: Mapping[int, Split], ray: tuple[int, ...], sizes: Sequence[int]) -> Rows:
    """Return the mixtures that a ray fixes."""
    known = dict(zip(part.products, ray, strict=True))
    rows: Rows = {}
    for place, split in splits.items():
        shares = [known[move,] for move in split.moves]
        if total := sum(shares):
            row = [Fraction(0)] * sizes[place]
            for action, share in zip(split.actions, shares, strict=True):
                row[action] = Fraction(share, total)
            rows[place] = tuple(row)
    return rows
