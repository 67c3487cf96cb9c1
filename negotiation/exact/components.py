"""Which equilibria belong together: maximal convex pieces and connected components.

If each profile that takes its strategies from sets ``X_1, ..., X_N`` (one of each) is an equilibrium, then so is each
profile of mixtures within those sets: against anything the others can mix, every strategy of ``X_i`` is a best reply
because it is one against each combination. Such a product of sets is a *piece*. Of two players' extreme equilibria the
maximal pieces are the maximal Nash subsets, of which the set of all equilibria is the union; pieces that share an
equilibrium are connected.

References
----------
Millham (1974), Naval Research Logistics Quarterly 21, 307-317; Winkels (1979), Operations Research Proceedings, 137-148.
Avis, Rosenberg, Savani and von Stengel (2010), Economic Theory 42, 9-37, section 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import TypeAlias

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import SolverError
from negotiation.games.certificate import MixedProfile
from negotiation.games.numbers import Number
from negotiation.games.solution import Component, Equilibrium

__all__ = ["Group", "components", "connected_groups"]

#: A profile as one number for each player: which of his mixed strategies it has.
_Cell: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A connected set of profiles and its maximal pieces, as numbers into the list of profiles, in order."""

    members: tuple[int, ...]
    pieces: tuple[tuple[int, ...], ...]


def connected_groups(profiles: Sequence[MixedProfile], *, budget: Budget = UNLIMITED) -> tuple[Group, ...]:
    """Return the groups of a list of equilibria without repetitions, in the order of their first members.

    Raises
    ------
    SolverError
        If the budget ran out.
    """
    numbers: dict[tuple[Number, ...], int] = {}
    cells = [tuple(numbers.setdefault(row, len(numbers)) for row in profile) for profile in profiles]
    place = {cell: number for number, cell in enumerate(cells)}
    products = [product for cluster in _clusters(cells) for product in _products(cluster, budget)]
    pieces = sorted(tuple(sorted(place[cell] for cell in product)) for product in products)
    groups: dict[int, list[tuple[int, ...]]] = {}
    leader = _leaders(len(cells), pieces)
    for piece in pieces:
        groups.setdefault(leader[piece[0]], []).append(piece)
    return tuple(Group(tuple(sorted({*chain(*group)})), tuple(group)) for group in groups.values())


def components(equilibria: Sequence[Equilibrium], groups: Sequence[Group]) -> tuple[Component, ...]:
    """Return the components of equilibria that were grouped, none if each stands alone.

    Payoffs and probabilities of outcomes are linear in each player's mixture, so over a piece they are extreme at
    its extreme points; so are the probabilities of a profile. In a tree, an information set counts at those points
    at which its player gets there.
    """
    if all(len(group.members) == 1 for group in groups):
        return ()
    return tuple(_component([equilibria[number] for number in group.members], group) for group in groups)


def _clusters(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    """Return the cells in clusters that share no strategy; a piece lies within one (of one player, all are one piece)."""
    if all(len(cell) == 1 for cell in cells):
        return [list(cells)] if cells else []
    holders: dict[tuple[int, int], list[int]] = {}
    for number, cell in enumerate(cells):
        for player, strategy in enumerate(cell):
            holders.setdefault((player, strategy), []).append(number)
    leader = _leaders(len(cells), list(holders.values()))
    found: dict[int, list[_Cell]] = {}
    for number, cell in enumerate(cells):
        found.setdefault(leader[number], []).append(cell)
    return list(found.values())


def _leaders(count: int, together: Sequence[Sequence[int]]) -> list[int]:
    """Return for each number the least one that it is connected with (union and find)."""
    leader = list(range(count))
    for numbers in together:
        firsts = {_leader(leader, number) for number in numbers}
        for first in firsts:
            leader[first] = min(firsts)
    return [_leader(leader, number) for number in range(count)]


def _leader(leader: list[int], number: int) -> int:
    while leader[number] != number:
        leader[number] = leader[leader[number]]
        number = leader[number]
    return number


def _products(cells: Sequence[_Cell], budget: Budget) -> list[frozenset[_Cell]]:
    """Return the maximal products of sets of strategies that are among the cells."""
    if len(cells[0]) == 1 or len(cells) == 1:
        return [frozenset(cells)]
    bits = {tail: 1 << place for place, tail in enumerate(dict.fromkeys(cell[1:] for cell in cells))}
    following: dict[int, int] = {}
    for cell in cells:
        following[cell[0]] = following.get(cell[0], 0) | bits[cell[1:]]
    found: set[frozenset[_Cell]] = set()
    for shared in _intersections(list(following.values()), budget):
        for product in _products([tail for tail, bit in bits.items() if shared & bit], budget):
            found.add(_with_heads(product, sum(map(bits.__getitem__, product)), following))
    # With two players each intersection is as large as its heads allow; with more, a product of tails can be less.
    return list(found) if len(cells[0]) == 2 else _maximal(found)


def _maximal(sets: Iterable[frozenset[_Cell]]) -> list[frozenset[_Cell]]:
    kept: list[frozenset[_Cell]] = []
    for candidate in sorted(sets, key=len, reverse=True):
        if not any(candidate <= other for other in kept):
            kept.append(candidate)
    return kept


def _with_heads(tails: Iterable[_Cell], bits: int, following: Mapping[int, int]) -> frozenset[_Cell]:
    """Return the tails with each head that goes with all of them in front."""
    heads = [head for head, others in following.items() if others & bits == bits]
    return frozenset((head, *tail) for head in heads for tail in tails)


def _intersections(sets: Sequence[int], budget: Budget) -> set[int]:
    """Return all different intersections of some of the sets (bits) that are not empty."""
    closed: set[int] = set()
    for done, bits in enumerate(sets):
        if budget.is_spent:
            raise SolverError("the time ran out before the equilibria were grouped into components")
        budget.tell("components", done, len(sets))
        closed |= {bits & other for other in closed}
        closed.add(bits)
        closed.discard(0)
    return closed


def _component(points: Sequence[Equilibrium], group: Group) -> Component:
    names = dict.fromkeys(name for point in points for name in point.outcomes)
    payoffs = tuple(_range([point.payoffs[player] for point in points]) for player in range(len(points[0].payoffs)))
    outcomes = {name: _range([point.outcomes.get(name, Fraction(0)) for point in points]) for name in names}
    return Component(group.members, group.pieces, payoffs, outcomes, _varying(points))


def _varying(points: Sequence[Equilibrium]) -> Mapping[tuple[int, int], tuple[Number, Number]]:
    """Return the interval of each probability that varies where it matters."""
    intervals = {}
    for row in range(len(points[0].profile)):
        rows = [point.profile[row] for point in points if row not in point.free]
        for action in range(len(rows[0]) if rows else 0):
            lowest, highest = _range([probabilities[action] for probabilities in rows])
            if lowest < highest:
                intervals[row, action] = lowest, highest
    return intervals


def _range(numbers: Sequence[Number]) -> tuple[Number, Number]:
    return min(numbers), max(numbers)
