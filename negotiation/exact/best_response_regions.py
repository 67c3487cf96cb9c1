"""Vertices of the best-response polyhedron of one player, exactly, by the double description method.

When a player mixes over ``D`` strategies with weights ``x`` and the opponent's best payoff against ``x`` is ``v``, the
pairs ``(x, v)`` fill the cone of all ``x >= 0`` with ``v >= c_k . x`` for each reply ``k`` of the opponent. Its extreme rays
(but for ``x = 0``) are the vertices of the polyhedron in which ``x`` sums to one. A ray carries *labels*: the strategies
that it does not use and the replies that are best against it.

Replies are added one at a time. Where a new reply cuts rays off, each pair of adjacent rays on either side of the cut
leaves a new ray on it; two rays are adjacent if no third has all the labels that they share. Rays are primitive integer
vectors, so nothing is ever rounded.

A search for equilibria needs only those vertices that some vertex of the other player's polyhedron completes. As replies
are added, a ray's descendants use at least the strategies that it uses, and of the replies already there at most those
are best that are best against it. A ray that no vertex of the other side can complete is therefore dropped at once, and so
is nothing that an adjacency test could need: a third ray with all shared labels of a pair is completed by whatever completes
the pair's descendant.

References
----------
Motzkin, Raiffa, Thompson and Thrall (1953), Contributions to the Theory of Games II, 51-73; Fukuda and Prodon (1996),
LNCS 1120, 91-111. Avis, Rosenberg, Savani and von Stengel (2010), Economic Theory 42, 9-37, for labels and equilibria.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import gcd
from operator import mul

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import SolverError

__all__ = ["MAXIMUM_RAYS", "Completion", "Vertex", "best_response_vertices"]

#: An enumeration stops where a polyhedron has more extreme rays than this. Games without ties take, on one core, 3 ms with
#: 8x8 strategies, 20 ms with 10x10, 0.15 s with 12x12, 1 s with 14x14, 6 s with 16x16, and reach the limit at about 17x17;
#: ties, dominated strategies and unequal numbers of strategies move it out.
MAXIMUM_RAYS = 100_000


@dataclass(frozen=True, slots=True)
class Vertex:
    """A vertex of a best-response polyhedron.

    Parameters
    ----------
    weights : tuple of int, length D
        The mixed strategy, not yet divided by its sum.
    labels : int
        Bit ``d`` is set if strategy ``d`` is not used, bit ``D + k`` if reply ``k`` is best.
    partners : int
        Bit ``p`` is set if vertex ``p`` of the other side completes it (all bits of the ``Completion`` it was searched with).
    """

    weights: tuple[int, ...]
    labels: int
    partners: int


@dataclass(frozen=True, slots=True)
class Completion:
    """Which vertices of the other side go with what, as bit sets over those vertices.

    ``using[d]``: those to which strategy ``d`` is a best reply; ``idle[k]``: those that do not use reply ``k``.
    """

    using: tuple[int, ...]
    idle: tuple[int, ...]

    @classmethod
    def anything(cls, strategies: int, replies: int) -> Completion:
        """Return the completion that rules nothing out."""
        return cls((1,) * strategies, (1,) * replies)

    @classmethod
    def by(cls, others: Sequence[Vertex], strategies: int, replies: int) -> Completion:
        """Return the completion by the vertices of the other player, whose strategies are the replies here."""
        using, idle = [0] * strategies, [0] * replies
        for place, other in enumerate(others):
            for k in range(replies):
                idle[k] |= (other.labels >> k & 1) << place
            for d in range(strategies):
                using[d] |= (other.labels >> (replies + d) & 1) << place
        return cls(tuple(using), tuple(idle))


#: A ray under construction: its coordinates (D weights, then the value), its labels, the vertices that can complete it.
_Ray = tuple[list[int], int, int]

#: A ray on one side of a cut, and how far from it (a positive integer in the scale of the ray's coordinates).
_Side = list[tuple[int, _Ray]]

#: Two adjacent rays, the first above a cut, the second below it.
_Edge = tuple[tuple[int, _Ray], tuple[int, _Ray]]


def best_response_vertices(replies: Sequence[Sequence[int]], completion: Completion, *, budget: Budget = UNLIMITED) -> list[Vertex]:
    """Return the vertices that can be completed.

    Parameters
    ----------
    replies : sequence of K rows of D integers
        What each reply earns the opponent against each strategy.
    completion : Completion
        ``Completion.anything`` for all vertices.

    Raises
    ------
    SolverError
        If the budget ran out, or there are more than ``MAXIMUM_RAYS`` rays at some stage.
    """
    rays = _first_rays(replies[0], completion)
    for k in range(1, len(replies)):
        if len(rays) > MAXIMUM_RAYS:
            raise SolverError(f"a best-response polyhedron has more than {MAXIMUM_RAYS} vertices")
        budget.tell("best-response polyhedra: replies", k, len(replies))
        rays = _cut(rays, replies[k], k, completion.idle[k], budget)
    return [Vertex(tuple(point[:-1]), labels, partners) for point, labels, partners in rays if any(point[:-1])]


def _first_rays(reply: Sequence[int], completion: Completion) -> list[_Ray]:
    """Return the rays with one reply: each pure strategy with what it yields the opponent, and a value that only grows."""
    dimension = len(reply)
    every = (1 << dimension) - 1
    rays: list[_Ray] = [([0] * dimension + [1], every, completion.idle[0])]
    for d, value in enumerate(reply):
        point = [0] * dimension + [value]
        point[d] = 1
        rays.append((point, every ^ 1 << d | 1 << dimension, completion.using[d]))
    return [ray for ray in rays if ray[2]]


def _cut(rays: list[_Ray], reply: Sequence[int], k: int, idle: int, budget: Budget) -> list[_Ray]:
    """Return the rays after reply ``k`` is added."""
    dimension = len(reply)
    normal = [-value for value in reply] + [1]
    label = 1 << (dimension + k)
    kept: list[_Ray] = []
    above: _Side = []
    below: _Side = []
    for ray in rays:
        point, labels, partners = ray
        slack = sum(map(mul, normal, point))
        if slack > 0:
            above.append((slack, ray))
            if partners & idle:
                kept.append((point, labels, partners & idle))
        elif slack == 0:
            kept.append((point, labels | label, partners))
        else:
            below.append((-slack, ray))
    if below:
        pairs = chain(_simple_edges(above, below, dimension), _other_edges(above, below, rays, dimension))
        kept.extend(_crossing(height, ray, depth, other, label) for (height, ray), (depth, other) in _in_time(pairs, budget))
    return kept


def _in_time(edges: Iterator[_Edge], budget: Budget) -> Iterator[_Edge]:
    for edge in edges:
        if budget.is_spent:
            raise SolverError("the time ran out")
        yield edge


def _crossing(height: int, ray: _Ray, depth: int, other: _Ray, label: int) -> _Ray:
    """Return the ray in which the edge between a ray above and one below meets the cut."""
    point = [height * b + depth * a for a, b in zip(ray[0], other[0], strict=True)]
    divisor = gcd(*point)
    if divisor > 1:
        point = [entry // divisor for entry in point]
    return point, ray[1] & other[1] | label, ray[2] & other[2]


def _simple_edges(above: _Side, below: _Side, dimension: int) -> Iterator[_Edge]:
    """Yield the edges across the cut between rays that have no label to spare: dropping one leaves the labels of an edge."""
    ends = {}
    for side in below:
        labels = side[1][1]
        if labels.bit_count() == dimension:
            for bit in _bits(labels):
                ends[labels ^ bit] = side
    for side in above:
        labels = side[1][1]
        if labels.bit_count() == dimension:
            for bit in _bits(labels):
                other = ends.get(labels ^ bit)
                if other is not None and side[1][2] & other[1][2]:
                    yield side, other


def _other_edges(above: _Side, below: _Side, rays: list[_Ray], dimension: int) -> Iterator[_Edge]:
    """Yield the edges across the cut of which at least one end has labels to spare."""
    crowded = [side for side in above if side[1][1].bit_count() > dimension]
    everyone = [ray[1] for ray in rays]
    for other in below:
        _, labels, partners = other[1]
        simple = labels.bit_count() == dimension
        for side in crowded if simple else above:
            shared = labels & side[1][1]
            count = shared.bit_count()
            if count < dimension - 1 or not partners & side[1][2]:
                continue
            # Where one of the two has no label to spare, sharing all but one of them is being adjacent.
            one_simple = simple or side[1][1].bit_count() == dimension
            if (one_simple and count == dimension - 1) or _adjacent(shared, everyone):
                yield side, other


def _bits(labels: int) -> Iterator[int]:
    """Yield the bits that are set."""
    while labels:
        lowest = labels & -labels
        yield lowest
        labels ^= lowest


def _adjacent(shared: int, everyone: list[int]) -> bool:
    """Whether only the two rays that share these labels have them all."""
    having = 0
    for labels in everyone:
        if labels & shared == shared:
            having += 1
            if having > 2:
                return False
    return True
