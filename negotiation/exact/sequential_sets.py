"""All sequential equilibria of a tree: their extreme points, and the convex pieces that these span."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, product
from math import prod

from negotiation.budget import UNLIMITED, Budget
from negotiation.exact.action_values import Values
from negotiation.exact.assessments import Family, Rows, extreme_rows, families
from negotiation.exact.components import Group
from negotiation.exact.joint_mixtures import joint_mixtures
from negotiation.exact.sequences import MoveTree
from negotiation.exact.support_search import Pattern, support_patterns
from negotiation.games.behaviour import BehaviourProfile
from negotiation.games.numbers import Number

__all__ = ["SequentialSet", "sequential_profiles"]

#: Of one family so many extreme points are listed at most: independent choices off the path multiply.
MAXIMUM_EXTREMES = 4096


@dataclass(frozen=True, eq=False)
class SequentialSet:
    """What a search found.

    Parameters
    ----------
    profiles : tuple of BehaviourProfile
        The extreme points, without repetitions, in a fixed order: those that put more on earlier actions come first.
    groups : tuple of Group
        The connected sets and their convex pieces: mixed player by player, the profiles of a piece give equilibria.
    beliefs : mapping of BehaviourProfile to rows
        Of profiles in which several players mix jointly, which beliefs go with them.
    undecided : tuple of Pattern
        Supports of which it is not known whether equilibria have them.
    ended : bool
        Whether all supports were looked at before the budget was spent.
    is_shortened : bool
        Whether extreme points were left out because a family has more than ``MAXIMUM_EXTREMES``.
    """

    profiles: tuple[BehaviourProfile, ...]
    groups: tuple[Group, ...]
    beliefs: Mapping[BehaviourProfile, tuple[tuple[Number, ...], ...]]
    undecided: tuple[Pattern, ...]
    ended: bool
    is_shortened: bool


def sequential_profiles(tree: MoveTree, *, budget: Budget = UNLIMITED) -> SequentialSet:
    """Return the sequential equilibria of a tree, as behaviour profiles."""
    places = range(len(tree.before))
    values = Values(tree, [None] * len(places))
    found = _Found()
    for pattern in support_patterns(values, places, budget=budget):
        for family in families(values, places):
            if family.is_decided:
                found.add_family(tree, pattern, family)
            else:
                found.add_joint(tree, pattern, family)
    profiles = tuple(sorted({profile for members, _ in found.sets for profile in members}, reverse=True))
    numbers = {profile: number for number, profile in enumerate(profiles)}
    sets = [(frozenset(numbers[profile] for profile in members), convex) for members, convex in found.sets]
    undecided = tuple(dict.fromkeys(found.undecided))
    return SequentialSet(profiles, _groups(sets), found.beliefs, undecided, not budget.is_spent, found.is_shortened)


@dataclass(eq=False)
class _Found:
    """What a search has found so far: sets of profiles, and whether each spans equilibria when mixed player by player."""

    sets: list[tuple[frozenset[BehaviourProfile], bool]] = field(default_factory=list)
    beliefs: dict[BehaviourProfile, tuple[tuple[Number, ...], ...]] = field(default_factory=dict)
    undecided: list[Pattern] = field(default_factory=list)
    is_shortened: bool = False

    def add_family(self, tree: MoveTree, pattern: Pattern, family: Family) -> None:
        """Note the extreme points of a family."""
        lists = [extreme_rows(part, family, tree.sizes) for part in family.parts]
        self.is_shortened |= prod(map(len, lists)) > MAXIMUM_EXTREMES
        self.sets.append((frozenset(_profiles(pattern, lists, tree.sizes)), _is_product(tree, lists)))

    def add_joint(self, tree: MoveTree, pattern: Pattern, family: Family) -> None:
        """Note the isolated equilibria of a family that was not decided."""
        joint = joint_mixtures(tree, family)
        for profile, beliefs in joint.assessments:
            self.beliefs[profile] = beliefs
            self.sets.append((frozenset({profile}), True))
        if not joint.is_whole:
            self.undecided.append(pattern)


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


def _is_product(tree: MoveTree, lists: Sequence[Sequence[Rows]]) -> bool:
    """Whether each part is about one player's behaviour, so that players can be mixed apart."""
    return all(len({tree.player(place) for place in rows}) <= 1 for part in lists for rows in part)


def _groups(sets: Sequence[tuple[frozenset[int], bool]]) -> tuple[Group, ...]:
    """Return the connected sets; of those of several players' joint choices only single profiles are claimed as pieces."""
    connected: list[frozenset[int]] = []
    for members, _ in sets:
        touching = [other for other in connected if other & members]
        connected = [other for other in connected if not other & members]
        connected.append(members.union(*touching))
    pieces = _largest([piece for members, convex in sets for piece in ([members] if convex else [frozenset({one}) for one in members])])
    return tuple(
        Group(tuple(sorted(members)), tuple(tuple(sorted(piece)) for piece in pieces if piece <= members))
        for members in sorted(connected, key=min)
    )


def _largest(pieces: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """Return the sets that no other contains."""
    kept: list[frozenset[int]] = []
    for piece in sorted(set(pieces), key=lambda piece: (-len(piece), sorted(piece))):
        if not any(piece <= other for other in kept):
            kept.append(piece)
    return sorted(kept, key=sorted)
