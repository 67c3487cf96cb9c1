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

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from operator import mul

from negotiation.budget import UNLIMITED, Budget

__all__ = ["Completion", "Vertex", "best_response_vertices"]


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


def best_response_vertices(replies: Sequence[Sequence[int]], completion: Completion, *, budget: Budget = UNLIMITED) -> list[Vertex] | None:
    """Return the vertices that can be completed, None if the budget ran out.

    Parameters
    ----------
    replies : sequence of K rows of D integers
        What each reply earns the opponent against each strategy.
    completion : Completion
        ``Completion.anything`` for all vertices.
    """
    dimension = len(replies[0])
    rays = _first_rays(replies[0], completion)
    for k in range(1, len(replies)):
        grown = _cut(rays, replies[k], dimension, k, completion.idle[k], budget)
        if grown is None:
            return None
        rays = grown
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
    # The ray without weights goes with every vertex that does not use the first reply, and is needed whatever these are.
    return [ray for ray in rays if ray[2]]


def _cut(rays: list[_Ray], reply: Sequence[int], dimension: int, k: int, idle: int, budget: Budget) -> list[_Ray] | None:
    """Return the rays after a reply is added."""
    normal = [-value for value in reply] + [1]
    label = 1 << (dimension + k)
    kept: list[_Ray] = []
    above: list[tuple[int, _Ray]] = []
    below: list[tuple[int, _Ray]] = []
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
        everyone = [ray[1] for ray in rays]
        for depth, ray in below:
            if budget.is_spent:
                return None
            kept += _crossings(depth, ray, above, everyone, dimension, label)
    return kept


def _crossings(depth: int, ray: _Ray, above: list[tuple[int, _Ray]], everyone: list[int], dimension: int, label: int) -> list[_Ray]:
    """Return the rays in which the edges from a ray that is cut off meet the cut."""
    point, labels, partners = ray
    fewest = dimension - 1
    simple = labels.bit_count() == dimension
    found: list[_Ray] = []
    for height, (other, other_labels, other_partners) in above:
        shared = labels & other_labels
        count = shared.bit_count()
        if count < fewest or not partners & other_partners:
            continue
        # Where one of the two has no label to spare, sharing all but one of them is being adjacent.
        if (count == fewest and (simple or other_labels.bit_count() == dimension)) or _adjacent(shared, everyone):
            crossing = [height * a + depth * b for a, b in zip(point, other, strict=True)]
            divisor = gcd(*crossing)
            found.append(([entry // divisor for entry in crossing], shared | label, partners & other_partners))
    return found


def _adjacent(shared: int, everyone: list[int]) -> bool:
    """Whether only the two rays that share these labels have them all."""
    having = 0
    for labels in everyone:
        if labels & shared == shared:
            having += 1
            if having > 2:
                return False
    return True
