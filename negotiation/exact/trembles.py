"""What trembles leave of the weights of moves in the limit: the ground on which consistent beliefs stand.

Let each action that is not in the support of a behaviour profile be taken with probability ``c * t**e``, with ``c > 0`` and
``e > 0`` its own, and let ``t`` go to zero. Then the weight of each sequence is ``c * t**e`` again, and beliefs at an
information set go to the shares of those nodes whose exponent is lowest. Exactly the limits of this kind are the
consistent assessments of Kreps and Wilson (1982); which nodes can be lowest together is a question of linear inequalities
in the exponents (Perea, Jansen and Peters 1997; Streufert 2012).

Sequences that are taken for sure after another one have its weight, so the unknown weights are those of mixed actions
(which share out the weight of the sequence before) and of trembles.

References
----------
Kreps and Wilson (1982), Econometrica 50, 863-894, appendix. Perea, Jansen and Peters (1997), Games and Economic Behavior 19,
241-252. Streufert (2012), The B.E. Journal of Theoretical Economics 12(1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import chain, combinations
from operator import mul
from typing import TypeAlias

from negotiation.exact.cones import Exact, extreme_rays
from negotiation.exact.sequences import NO_MOVE, MoveTree, OthersMoves, Shape, Supports
from negotiation.games.behaviour import BehaviourProfile
from negotiation.games.numbers import Number

__all__ = ["Monomial", "Polynomial", "Split", "Standing", "Weights", "standings", "weights_of"]

#: Unknown weights that are multiplied, in rising order; the empty one is the number one.
Monomial: TypeAlias = tuple[int, ...]

#: A sum of products of unknown weights: for each product its coefficient.
Polynomial: TypeAlias = dict[Monomial, Exact]


#: Supports whose weights are kept: a sweep solves many games of one shape, and most of them try the same supports.
KEPT = 2**12


@dataclass(frozen=True, slots=True)
class Split:
    """The actions mixed at an information set, as sequences (which are unknowns) and as numbers, and the weight that they share out."""

    place: int
    moves: tuple[int, ...]
    actions: tuple[int, ...]
    shared: Monomial


@dataclass(frozen=True, eq=False)
class Weights:
    """The weight of each sequence, as a known factor times an unknown.

    Parameters
    ----------
    factors : tuple of exact numbers
    unknowns : tuple of int
        The sequence whose weight is the unknown, NO_MOVE where there is none.
    trembles : tuple of frozensets
        The trembles in each sequence: its own and those before it.
    splits : mapping of unknown to Split
        For the weights of mixed actions.
    """

    factors: tuple[Exact, ...]
    unknowns: tuple[int, ...]
    trembles: tuple[frozenset[int], ...]
    splits: Mapping[int, Split]

    def product(self, moves: OthersMoves) -> tuple[Exact, Monomial]:
        """Return the weight of several players' sequences together."""
        found = self._known.get(moves)
        if found is None:
            found = self._known[moves] = self._multiplied(moves)
        return found

    @cached_property
    def _known(self) -> dict[OthersMoves, tuple[Exact, Monomial]]:
        """The products that have been asked for, each computed once."""
        return {}

    def _multiplied(self, moves: OthersMoves) -> tuple[Exact, Monomial]:
        factor: Exact = 1
        unknowns = []
        for move in moves:
            factor *= self.factors[move]
            if self.unknowns[move] != NO_MOVE:
                unknowns.append(self.unknowns[move])
        return factor, tuple(sorted(unknowns))

    def polynomial(self, terms: Mapping[OthersMoves, int]) -> Polynomial:
        """Return a sum over sequences of the others as a polynomial in the unknowns, without zero terms."""
        found: Polynomial = {}
        for moves, coefficient in terms.items():
            factor, monomial = self.product(moves)
            found[monomial] = found.get(monomial, 0) + factor * coefficient
        return {monomial: coefficient for monomial, coefficient in found.items() if coefficient}

    def all_trembles(self, moves: OthersMoves) -> frozenset[int]:
        """Return the trembles in several players' sequences."""
        return frozenset(chain.from_iterable(self.trembles[move] for move in moves))


def weights_of(tree: MoveTree, supports: Supports, *, behaviour: BehaviourProfile | None = None) -> Weights:
    """Return the weights of sequences under supports.

    Where a support is left open, the weights of its actions are unknown and nothing is said of them. With ``behaviour``,
    the mixed actions have its probabilities, and only trembles are unknown.
    """
    chosen = tuple(supports)
    return _weights_of(tree.shape, chosen) if behaviour is None else _computed(tree.shape, chosen, behaviour)


@lru_cache(maxsize=KEPT)
def _weights_of(shape: Shape, supports: tuple[tuple[int, ...] | None, ...]) -> Weights:
    return _computed(shape, supports, None)


def _computed(shape: Shape, supports: tuple[tuple[int, ...] | None, ...], behaviour: BehaviourProfile | None) -> Weights:
    entries: list[_Entry] = [(1, move, frozenset({move})) for move in range(shape.total)]
    splits: dict[int, Split] = {}
    for place in shape.own_order:
        before = _CERTAIN if shape.before[place] == NO_MOVE else entries[shape.before[place]]
        support = supports[place]
        first = shape.first[place]
        for action in range(shape.sizes[place]):
            entries[first + action] = _entry(before, (first, action), support, None if behaviour is None else behaviour[place])
        if support is not None and len(support) > 1 and behaviour is None:
            split = Split(place, tuple(first + action for action in support), support, () if before[1] == NO_MOVE else (before[1],))
            splits |= dict.fromkeys(split.moves, split)
    factors, unknowns, trembles = zip(*entries, strict=True) if entries else ((), (), ())
    return Weights(factors, unknowns, trembles, splits)


#: The factor, the unknown and the trembles of a sequence.
_Entry: TypeAlias = tuple[Exact, int, frozenset[int]]

_CERTAIN: _Entry = (1, NO_MOVE, frozenset())


def _entry(before: _Entry, move: tuple[int, int], support: tuple[int, ...] | None, row: Sequence[Number] | None) -> _Entry:
    """Return the weight of a sequence (its information set's first one, and its action), given that of the one before it."""
    factor, unknown, trembles = before
    action, number = move[1], sum(move)
    if support is None:
        return 1, number, trembles
    if action not in support:
        return 1, number, trembles | {number}
    if len(support) == 1:
        return before
    return (1, number, trembles) if row is None else (factor * Fraction(row[action]), unknown, trembles)


@dataclass(frozen=True, slots=True)
class Standing:
    """Which nodes of each information set get weight in the limit.

    Parameters
    ----------
    nodes : tuple of tuples of int
        For each information set; of ``loose`` ones some may get none.
    loose : frozenset of int
        Unknown weights of trembles that may also be zero against one another.
    """

    nodes: tuple[tuple[int, ...], ...]
    loose: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Class:
    """Nodes of an information set with the same trembles before them, without those that all its nodes have."""

    trembles: frozenset[int]
    nodes: tuple[int, ...]


def standings(tree: MoveTree, weights: Weights, places: Iterable[int], *, never: frozenset[int] = frozenset()) -> Iterator[Standing]:
    """Yield the ways in which trembles can compare at the given information sets.

    Trembles in ``never`` are infinitely less likely than all others.
    """
    classes = {place: _likeliest(tree, weights, place, never) for place in places}
    nodes = {place: tuple(sorted(chain.from_iterable(kind.nodes for kind in kinds))) for place, kinds in classes.items()}
    doubtful = {place: kinds for place, kinds in classes.items() if len(kinds) > 1}
    loose, closed = _loose(tree, weights, doubtful)
    open_places = [place for place in doubtful if place not in closed]
    for chosen in _orders(doubtful, open_places):
        for place, kinds in zip(open_places, chosen, strict=True):
            nodes[place] = tuple(sorted(chain.from_iterable(kind.nodes for kind in kinds)))
        yield Standing(tuple(nodes.get(place, ()) for place in range(len(tree.before))), loose)


def _likeliest(tree: MoveTree, weights: Weights, place: int, never: frozenset[int]) -> list[_Class]:
    """Return the classes of nodes that can have the lowest exponent: no other class has fewer trembles."""
    others = tree.others[tree.player(place)]
    groups: dict[frozenset[int], list[int]] = {}
    for node in tree.game.members[place]:
        groups.setdefault(weights.all_trembles(others[node]), []).append(node)
    allowed = {trembles: nodes for trembles, nodes in groups.items() if not trembles & never} or groups
    least = {trembles: nodes for trembles, nodes in allowed.items() if not any(other < trembles for other in allowed)}
    common = frozenset.intersection(*least)
    return [_Class(trembles - common, tuple(nodes)) for trembles, nodes in least.items()]


def _loose(tree: MoveTree, weights: Weights, doubtful: Mapping[int, list[_Class]]) -> tuple[frozenset[int], set[int]]:
    """Return trembles whose weights may also vanish, and the information sets at which they are all that matters.

    These are single trembles that are compared with one another only, at every information set with all of them, and
    that no mixture of their own player follows: so nothing is lost where one of them gets no weight.
    """
    compared = {place: _trembles(kinds) for place, kinds in doubtful.items()}
    mixed_after = frozenset(chain.from_iterable(weights.trembles[move] for move in weights.splits))
    closed = {
        place for place, kinds in doubtful.items() if not compared[place] & mixed_after and _differ_by_one(tree, weights, place, kinds)
    }
    while wrong := {place for place in closed if any(_overlap(compared, place, other, closed) for other in compared)}:
        closed -= wrong
    return frozenset(chain.from_iterable(compared[place] for place in closed)), closed


def _trembles(kinds: Iterable[_Class]) -> frozenset[int]:
    return frozenset(chain.from_iterable(kind.trembles for kind in kinds))


def _overlap(compared: Mapping[int, frozenset[int]], place: int, other: int, closed: set[int]) -> bool:
    """Whether some but not all trembles of an information set are compared at another one, or all at one that is not closed."""
    shared = compared[place] & compared[other]
    return bool(shared) and (other not in closed or compared[place] != compared[other])


def _differ_by_one(tree: MoveTree, weights: Weights, place: int, kinds: Sequence[_Class]) -> bool:
    """Whether the weights of all nodes are the same product, but for the one tremble of their class."""
    others = tree.others[tree.player(place)]
    common: set[Monomial] = set()
    for kind in kinds:
        if len(kind.trembles) != 1:
            return False
        (tremble,) = kind.trembles
        for node in kind.nodes:
            _, monomial = weights.product(others[node])
            if tremble not in monomial:
                return False
            common.add(tuple(unknown for unknown in monomial if unknown != tremble))
    return len(common) == 1


def _orders(
    doubtful: Mapping[int, list[_Class]], places: Sequence[int], chosen: tuple[tuple[_Class, ...], ...] = ()
) -> Iterator[tuple[tuple[_Class, ...], ...]]:
    """Yield, for each of the information sets, classes that can have the lowest exponent together, after those chosen so far."""
    if len(chosen) == len(places):
        yield chosen
        return
    kinds = doubtful[places[len(chosen)]]
    # Larger sets first: beliefs inside are the usual case, those on the boundary the exception.
    for lowest in chain.from_iterable(combinations(kinds, size) for size in range(len(kinds), 0, -1)):
        longer = (*chosen, lowest)
        if _can_be_lowest([(classes, doubtful[place]) for place, classes in zip(places, longer, strict=False)]):
            yield from _orders(doubtful, places, longer)


def _can_be_lowest(comparisons: Sequence[tuple[tuple[_Class, ...], list[_Class]]]) -> bool:
    """Whether positive exponents exist under which exactly the chosen classes are lowest at each information set."""
    trembles = sorted(frozenset(chain.from_iterable(_trembles(kinds) for _, kinds in comparisons)))
    equal: list[list[int]] = []
    greater: list[list[int]] = []
    for lowest, kinds in comparisons:
        for kind in kinds:
            row = [int(tremble in kind.trembles) - int(tremble in lowest[0].trembles) for tremble in trembles]
            (equal if kind in lowest else greater).append(row)
    rays = extreme_rays(len(trembles), equal, greater)
    inside = [sum(column) for column in zip(*rays, strict=True)]
    return bool(rays) and min(inside) > 0 and all(sum(map(mul, row, inside)) > 0 for row in greater)
