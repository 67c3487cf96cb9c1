"""The beliefs that support a behaviour profile as a sequential equilibrium."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from negotiation.exact.action_values import Values
from negotiation.exact.assessments import Family, families
from negotiation.exact.cones import Exact, Ray
from negotiation.exact.weight_systems import ONE, WeightSystem
from negotiation.games.behaviour import BehaviourProfile
from negotiation.games.numbers import Number

__all__ = ["Beliefs", "supporting_beliefs"]

#: For each information set and place of a node there: the lowest and the highest probability.
Intervals: TypeAlias = dict[tuple[int, int], tuple[Fraction, Fraction]]


@dataclass(frozen=True, eq=False)
class Beliefs:
    """Beliefs that support a profile.

    Parameters
    ----------
    rows : tuple of tuples of numbers
        For each information set, one probability for each node: one choice, inside the set of all that do where it has an inside.
    intervals : mapping of (information set, place of the node) to (lowest, highest)
        Over all beliefs that do; only those that vary.
    """

    rows: tuple[tuple[Number, ...], ...]
    intervals: Mapping[tuple[int, int], tuple[Fraction, Fraction]]


def supporting_beliefs(values: Values, behaviour: BehaviourProfile) -> Beliefs | None:
    """Return the consistent beliefs under which a profile is sequentially rational; None if there are none, or it is not decided.

    ``values`` is used as working memory; its supports are set to those of the profile.
    """
    for place, row in enumerate(behaviour):
        values.choose(place, tuple(action for action, probability in enumerate(row) if probability))
    found = [family for family in families(values, range(len(behaviour)), behaviour=behaviour) if family.is_decided]
    if not found:
        return None
    widest = max(found, key=lambda family: sum(map(len, family.standing.nodes)))
    members = values.tree.game.members
    rows = tuple(_row(nodes, widest, place, _inside(widest, place)) for place, nodes in enumerate(members))
    intervals: Intervals = {}
    for place, nodes in enumerate(members):
        intervals |= _bounds(place, [_row(nodes, family, place, weights) for family in found for weights in _extremes(family, place)])
    return Beliefs(rows, intervals)


def _bounds(place: int, rows: Sequence[tuple[Fraction, ...]]) -> Intervals:
    """Return the lowest and highest probability of each node of an information set, where they differ."""
    columns = enumerate(zip(*rows, strict=True))
    return {(place, number): (min(column), max(column)) for number, column in columns if min(column) < max(column)}


def _part(family: Family, place: int) -> WeightSystem | None:
    """Return the part that decides the beliefs at an information set, None where they are fixed."""
    products = {product for reach in family.reaches[place] for product in reach if product != ONE}
    return next((part for part in family.parts if products & {*part.products}), None)


def _extremes(family: Family, place: int) -> list[list[Exact]]:
    """Return the weights of the nodes at the extreme points that give them any."""
    part, reaches = _part(family, place), family.reaches[place]
    if part is None:
        return [[reach[ONE] for reach in reaches]]
    weights = [[part.value(reach, ray) for reach in reaches] for ray in part.rays]
    return [row for row in weights if any(row)]


def _inside(family: Family, place: int) -> list[Exact]:
    """Return the weights of the nodes in the middle of the extreme points."""
    part, reaches = _part(family, place), family.reaches[place]
    if part is None:
        return [reach[ONE] for reach in reaches]
    scales = [_scale(family, part, ray) for ray in part.rays]
    return [sum(Fraction(part.value(reach, ray)) / scale for ray, scale in zip(part.rays, scales, strict=True)) for reach in reaches]


def _scale(family: Family, part: WeightSystem, ray: Ray) -> Exact:
    """Return what a ray gives the first information set that the part decides, so that beliefs there are averaged."""
    for place, reaches in family.reaches.items():
        if len(reaches) > 1 and _part(family, place) is part:
            return sum(part.value(reach, ray) for reach in reaches) or sum(ray)
    return sum(ray)


def _row(nodes: tuple[int, ...], family: Family, place: int, weights: Sequence[Exact]) -> tuple[Fraction, ...]:
    """Return weights of the likeliest nodes as probabilities of all nodes of an information set."""
    total = sum(weights)
    shares = dict(zip(family.standing.nodes[place], (Fraction(weight) / total for weight in weights), strict=True))
    return tuple(shares.get(node, Fraction(0)) for node in nodes)
