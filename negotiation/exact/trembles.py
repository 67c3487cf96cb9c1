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
from itertools import chain, combinations
from typing import TypeAlias

from negotiation.exact.cones import Exact, extreme_rays
from negotiation.exact.sequences import NO_MOVE, MoveTree, OthersMoves, Supports
from negotiation.games.behaviour import BehaviourProfile

__all__ = ["Monomial", "Polynomial", "Split", "Standing", "Weights", "standings", "weights_of"]

#: Unknown weights that are multiplied, in rising order; the empty one is the number one.
Monomial: TypeAlias = tuple[int, ...]

#: A sum of products of unknown weights: for each product its coefficient.
Polynomial: TypeAlias = dict[Monomial, Exact]


@dataclass(frozen=True, slots=True)
class Split:
    """Unknown weights of the actions mixed at an information set (by their sequences, and by their numbers there), and what they share out."""

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
    count = len(tree.places)
    slips = tree.slip_count
    factors: list[Exact] = [1] * (count + slips)
    unknowns = list(range(count + slips))
    trembles: list[frozenset[int]] = [frozenset()] * count + [frozenset({count + slip}) for slip in range(slips)]
    splits: dict[int, Split] = {}
    for place in tree.own_order:
        before, support = tree.before[place], supports[place]
        factor: Exact = 1
        unknown, earlier = NO_MOVE, frozenset[int]()
        if before != NO_MOVE:
            factor, unknown, earlier = factors[before], unknowns[before], trembles[before]
        for action in range(len(tree.game.information_sets[place].actions)):
            move = tree.first[place] + action
            trembles[move] = earlier
            if support is None:
                continue
            if action not in support:
                trembles[move] = earlier | {move}
            elif len(support) == 1:
                factors[move], unknowns[move] = factor, unknown
            elif behaviour is not None:
                factors[move], unknowns[move] = factor * Fraction(behaviour[place][action]), unknown
            else:
                mixed = tuple(tree.first[place] + other for other in support)
                splits[move] = Split(place, mixed, support, () if unknown == NO_MOVE else (unknown,))
    return Weights(tuple(factors), tuple(unknowns), tuple(trembles), splits)


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
    mixed_after = frozenset(chain.from_iterable(weights.trembles[move] for move in weights.splits))
    families: dict[int, frozenset[int]] = {}
    for place, kinds in doubtful.items():
        family = frozenset(chain.from_iterable(kind.trembles for kind in kinds))
        if all(len(kind.trembles) == 1 for kind in kinds) and not family & mixed_after and _alone(tree, weights, place, kinds):
            families[place] = family
    while True:
        rest = [
            frozenset(chain.from_iterable(kind.trembles for kind in kinds)) for place, kinds in doubtful.items() if place not in families
        ]
        wrong = {
            place
            for place, family in families.items()
            if any(family & other for other in rest) or any(family & other and family != other for other in families.values())
        }
        if not wrong:
            return frozenset(chain.from_iterable(families.values())), set(families)
        families = {place: family for place, family in families.items() if place not in wrong}


def _alone(tree: MoveTree, weights: Weights, place: int, kinds: Sequence[_Class]) -> bool:
    """Whether the weights of all nodes are the same product, but for the one tremble of their class."""
    others = tree.others[tree.player(place)]
    common: set[Monomial] = set()
    for kind in kinds:
        (tremble,) = kind.trembles
        for node in kind.nodes:
            _, monomial = weights.product(others[node])
            if tremble not in monomial:
                return False
            common.add(tuple(unknown for unknown in monomial if unknown != tremble))
    return len(common) == 1


def _orders(doubtful: Mapping[int, list[_Class]], places: Sequence[int]) -> Iterator[tuple[tuple[_Class, ...], ...]]:
    """Yield, for each of the information sets, classes that can have the lowest exponent together."""
    chosen: list[tuple[_Class, ...]] = []

    def extend() -> Iterator[tuple[tuple[_Class, ...], ...]]:
        if len(chosen) == len(places):
            yield tuple(chosen)
            return
        kinds = doubtful[places[len(chosen)]]
        # Larger sets first: beliefs inside are the usual case, those on the boundary the exception.
        for lowest in chain.from_iterable(combinations(kinds, size) for size in range(len(kinds), 0, -1)):
            chosen.append(lowest)
            if _possible([(lowest, doubtful[place]) for place, lowest in zip(places, chosen, strict=False)]):
                yield from extend()
            chosen.pop()

    yield from extend()


def _possible(comparisons: Sequence[tuple[tuple[_Class, ...], list[_Class]]]) -> bool:
    """Whether positive exponents exist under which exactly the chosen classes are lowest at each information set."""
    trembles = sorted(frozenset(chain.from_iterable(kind.trembles for _, kinds in comparisons for kind in kinds)))
    equal: list[list[int]] = []
    greater: list[list[int]] = []
    for lowest, kinds in comparisons:
        first = lowest[0]
        for kind in kinds:
            if kind is not first:
                row = [int(tremble in kind.trembles) - int(tremble in first.trembles) for tremble in trembles]
                (equal if kind in lowest else greater).append(row)
    rays = extreme_rays(len(trembles), equal, greater)
    total = [sum(column) for column in zip(*rays, strict=True)]
    return bool(rays) and min(total) > 0 and all(sum(a * b for a, b in zip(row, total, strict=True)) > 0 for row in greater)
