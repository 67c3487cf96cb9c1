"""Isolated equilibria in which several players mix and their probabilities are multiplied with one another.

Every mixing player has to be indifferent: as many equations as free probabilities, polynomials in all of them. Their roots
are proved by interval arithmetic (see ``certified_roots``); those at which nobody gains by another action are equilibria.
A root that is rational with a small denominator is exact, others are known beyond double precision and given in doubles.
Families whose beliefs hang on trembles are not treated: there, roots need not be isolated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import TypeAlias

from negotiation.exact.assessments import Family
from negotiation.exact.certified_roots import Point, System, system_roots
from negotiation.exact.enclosure import Known
from negotiation.exact.sequences import MoveTree
from negotiation.exact.trembles import Polynomial, Split
from negotiation.games.behaviour import BehaviourProfile
from negotiation.games.numbers import Number

__all__ = ["Assessment", "JointMixtures", "joint_mixtures"]

#: More free probabilities than this take minutes.
MOST_UNKNOWNS = 5

#: Gains, in the whole numbers of ``MoveTree``, that count as none where a root is irrational: it is known to 48 digits, and
#: two different algebraic numbers of games that people write are further apart.
TIE = Fraction(1, 10**30)


#: A behaviour profile, and for each information set the beliefs.
Assessment: TypeAlias = tuple[BehaviourProfile, tuple[tuple[Number, ...], ...]]


@dataclass(frozen=True, eq=False)
class JointMixtures:
    """Equilibria of one family: profiles with their beliefs, and whether these are all."""

    assessments: tuple[Assessment, ...]
    is_whole: bool


def joint_mixtures(tree: MoveTree, family: Family) -> JointMixtures:
    """Return the isolated equilibria of an undecided family."""
    by_place = {split.place: split for split in family.weights.splits.values()}
    splits = [by_place[place] for place in tree.own_order if place in by_place]
    size = sum(len(split.moves) - 1 for split in splits)
    if size > MOST_UNKNOWNS or not _unknowns(family, splits) <= family.weights.splits.keys():
        return JointMixtures((), False)
    roots = system_roots(_indifference(family, splits), size)
    found = [_assessment(tree, family, splits, point) for point in roots.exact if _is_equilibrium(family, splits, point, Fraction(0))]
    for point in roots.close:
        if _is_equilibrium(family, splits, point, TIE):
            profile, beliefs = _assessment(tree, family, splits, point)
            found.append((_floats(profile), _floats(beliefs)))
    return JointMixtures(tuple(found), not roots.unresolved and not roots.everywhere)


def _unknowns(family: Family, splits: Sequence[Split]) -> set[int]:
    """Return the weights on which anything depends."""
    products = [split.shared for split in splits]
    products += [product for demand in family.demands for row in demand.rows for product in row]
    return set(chain.from_iterable(products))


def _indifference(family: Family, splits: Sequence[Split]) -> System:
    """Return the functions that are zero where all mixed actions are worth the same."""
    equations = [row for demand in family.demands for row in demand.zero]

    def differences(point: Sequence[Known]) -> list[Known]:
        """Return what mixed actions are worth more or less than the first, at a point or in a box."""
        weights = _weights(splits, _mixtures(splits, point))
        return [_value(row, weights) for row in equations]

    return differences


def _mixtures(splits: Sequence[Split], point: Sequence[Known]) -> list[list[Known]]:
    """Return the probabilities of all mixed actions, of which a point has all but the last of each information set."""
    found, start = [], 0
    for split in splits:
        free = list(point[start : start + len(split.moves) - 1])
        last: Known = Fraction(1)
        for share in free:
            last = last - share
        found.append([*free, last])
        start += len(free)
    return found


def _weights(splits: Sequence[Split], mixtures: Sequence[Sequence[Known]]) -> dict[int, Known]:
    """Return the weight of each mixed action: its probability times the weight that the information set shares out."""
    weights: dict[int, Known] = {}
    for split, shares in zip(splits, mixtures, strict=True):
        for move, share in zip(split.moves, shares, strict=True):
            weights[move] = share
            for before in split.shared:
                weights[move] = weights[move] * weights[before]
    return weights


def _value(row: Polynomial, weights: Mapping[int, Known]) -> Known:
    total: Known = Fraction(0)
    for product, coefficient in row.items():
        term: Known = Fraction(coefficient)
        for move in product:
            term = term * weights[move]
        total = total + term
    return total


def _is_equilibrium(family: Family, splits: Sequence[Split], point: Point, tie: Fraction) -> bool:
    """Whether all mixed actions have weight at a root, and no other action gains there."""
    mixtures = _mixtures(splits, point)
    weights = _weights(splits, mixtures)
    gains = [_exactly(_value(row, weights)) for demand in family.demands for row in demand.positive]
    return min(_exactly(share) for shares in mixtures for share in shares) > tie and min(gains, default=Fraction(0)) >= -tie


def _exactly(value: Known) -> Fraction:
    """Return the value at a point, which has no width."""
    return value if isinstance(value, Fraction) else value.low


def _assessment(tree: MoveTree, family: Family, splits: Sequence[Split], point: Point) -> Assessment:
    mixtures = _mixtures(splits, point)
    rows = {
        split.place: dict(zip(split.actions, map(_exactly, shares), strict=True)) for split, shares in zip(splits, mixtures, strict=True)
    }
    for place, support in enumerate(family.supports):
        if support is not None and len(support) == 1:
            rows[place] = {support[0]: Fraction(1)}
    profile = tuple(tuple(rows[place].get(action, Fraction(0)) for action in range(size)) for place, size in enumerate(tree.sizes))
    weights = _weights(splits, mixtures)
    beliefs = []
    for place, nodes in enumerate(tree.game.members):
        reaches = [_exactly(_value(reach, weights)) for reach in family.reaches[place]]
        shares = dict(zip(family.standing.nodes[place], reaches, strict=True))
        beliefs.append(tuple(shares.get(node, Fraction(0)) / sum(reaches) for node in nodes))
    return profile, tuple(beliefs)


def _floats(rows: tuple[tuple[Number, ...], ...]) -> tuple[tuple[Number, ...], ...]:
    return tuple(tuple(float(number) for number in row) for row in rows)
