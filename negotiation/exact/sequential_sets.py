"""All sequential equilibria of a tree: their extreme points, and the convex pieces that these span."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from math import prod

from negotiation.budget import UNLIMITED, Budget
from negotiation.exact.action_values import Values
from negotiation.exact.assessments import Family, Row, Rows, extreme_rows, families
from negotiation.exact.sequences import MoveTree
from negotiation.exact.support_search import Pattern, support_patterns
from negotiation.games.behaviour import BehaviourProfile

__all__ = ["SequentialSet", "sequential_profiles"]

#: Of one family so many extreme points are listed at most: independent choices off the path multiply.
MAXIMUM_EXTREMES = 4096


@dataclass(frozen=True, eq=False)
class SequentialSet:
    """What a search found.

    Parameters
    ----------
    profiles : tuple of BehaviourProfile
        The extreme points, without repetitions.
    pieces : tuple of frozensets of int
        The largest sets of profiles that span equilibria only, mixed player by player.
    undecided : tuple of Pattern
        Supports of which it is not known whether equilibria have them.
    is_whole : bool
        Whether the search ended, and no extreme points were left out of the list.
    """

    profiles: tuple[BehaviourProfile, ...]
    pieces: tuple[frozenset[int], ...]
    undecided: tuple[Pattern, ...]
    ended: bool
    is_shortened: bool


def sequential_profiles(tree: MoveTree, *, budget: Budget = UNLIMITED) -> SequentialSet:
    """Return the sequential equilibria of a tree, as behaviour profiles."""
    places = range(len(tree.before))
    values = Values(tree, [None] * len(places))
    sizes = [len(place.actions) for place in tree.game.information_sets]
    numbers: dict[BehaviourProfile, int] = {}
    pieces: list[frozenset[int]] = []
    undecided: dict[Pattern, None] = {}
    shortened = False
    for pattern in support_patterns(values, places, budget=budget):
        for family in families(values, places):
            if not family.is_decided:
                undecided[pattern] = None
                continue
            lists = [extreme_rows(part, family, sizes) for part in family.parts]
            shortened |= prod(map(len, lists)) > MAXIMUM_EXTREMES
            found = [numbers.setdefault(profile, len(numbers)) for profile in _profiles(pattern, lists, sizes)]
            pieces.append(frozenset(found))
    return SequentialSet(tuple(numbers), _largest(pieces), tuple(undecided), not budget.is_spent, shortened)


def _profiles(pattern: Pattern, lists: Sequence[Sequence[Rows]], sizes: Sequence[int]) -> Iterator[BehaviourProfile]:
    pure = {
        place: tuple(Fraction(int(action == support[0])) for action in range(sizes[place]))
        for place, support in enumerate(pattern)
        if len(support) == 1
    }
    for parts in islice(product(*lists), MAXIMUM_EXTREMES):
        rows = dict(pure)
        for part in parts:
            rows.update(part)
        yield tuple(rows[place] for place in range(len(sizes)))


def _largest(pieces: Iterable[frozenset[int]]) -> tuple[frozenset[int], ...]:
    """Return the sets that no other contains."""
    kept: list[frozenset[int]] = []
    for piece in sorted(set(pieces), key=lambda piece: (-len(piece), sorted(piece))):
        if not any(piece <= other for other in kept):
            kept.append(piece)
    return tuple(sorted(kept, key=sorted))
