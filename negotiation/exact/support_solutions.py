"""The equilibria on one support of a game with any number of players.

Within a support, strategies of a player that make no difference to anybody are one *class*; a player with several classes
*mixes*. How classes are weighted follows from the indifference equations:

- up to two mixing players: linear equations, each player's solutions a polytope;
- three and more: multilinear equations, their isolated solutions proved one by one (``multilinear_roots``).

In both, and in the conditions below, a factor that is positive where all strategies of the support have weight is left out:
what a player wins at an information set counts as much as the others let him get there.

How the weight of a class is shared among its strategies is free. What is left is that nobody gains by a strategy outside the
support. A condition that depends on what one player is free to do is linear and cuts his polytope, whose extreme points are
then found exactly. Where conditions depend on several players at once, the product of their polytopes is accepted if none
fails at any combination of extreme points (multilinear functions are extreme there), and rejected if one fails at all of
them. Anything else is left open and said to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from math import prod
from typing import TypeAlias

import numpy as np

from negotiation.budget import UNLIMITED, Budget
from negotiation.exact.cones import extreme_rays
from negotiation.exact.indifference import Indifference, simplified
from negotiation.exact.multilinear_roots import Root, approached, solutions
from negotiation.exact.supports import Ranks, Support
from negotiation.games.certificate import MixedProfile
from negotiation.games.numbers import ExactArray

__all__ = ["Answer", "Stakes", "answer", "near_profile", "witnesses"]

#: Differences of payoffs (as a share of the largest) that are smaller count as ties where a solution is irrational: it is
#: known to more than 100 digits, and two different algebraic numbers of games that people write are further apart.
TIE = Fraction(1, 10**60)

#: Products of polytopes with more combinations of extreme points are left open.
MAXIMUM_COMBINATIONS = 20_000

#: One player's mixture over the set of a support.
_Row: TypeAlias = tuple[Fraction, ...]

#: For each player the places in his set, those together that nobody can tell apart within the support.
_Classes: TypeAlias = list[list[list[int]]]


@dataclass(frozen=True, eq=False)
class Stakes:
    """A game's payoffs as whole numbers (each player in his own unit and zero) and as ranks; shapes (N, s_1, ..., s_N)."""

    payoffs: ExactArray
    ranks: Ranks


@dataclass(frozen=True, slots=True)
class Answer:
    """The equilibria found on a support, and what is open there.

    Parameters
    ----------
    profiles : tuple of mixed profiles
        All equilibria, or all extreme points, unless something is open.
    open : str
        What is not known, empty if nothing.
    starts : tuple of points
        Where solutions that are not isolated may be: weights of the mixing players' strategies but the first.
    boxes : int
        How many boxes were looked at for solutions: most of the work.
    """

    profiles: tuple[MixedProfile, ...]
    open: str = ""
    starts: tuple[tuple[float, ...], ...] = ()
    boxes: int = 0


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What each player can play if the others do too.

    ``rows`` are the extreme points, ``equalities`` the linear conditions (``e . x = 0``, shape (set size,)) of which with
    ``x >= 0`` they are the solutions; ``error`` is that of the weights, 0 if they are exact.
    """

    rows: tuple[tuple[_Row, ...], ...]
    equalities: tuple[tuple[_Row, ...], ...]
    error: Fraction


@dataclass(frozen=True, eq=False)
class _Condition:
    """Nobody gains while ``table``, averaged over the mixtures of ``players`` (one axis for each), is at most ``allowed``."""

    players: tuple[int, ...]
    table: ExactArray
    allowed: Fraction


def answer(stakes: Stakes, support: Support, *, budget: Budget = UNLIMITED) -> Answer:
    """Return the equilibria in which each player mixes over his set of a support (or a part of it).

    Raises
    ------
    SolverError
        If the budget ran out.
    """
    classes = _classes(stakes.ranks, support)
    mixing = [player for player, own in enumerate(classes) if len(own) > 1]
    system = _indifference(stakes, support, classes, mixing)
    if len(mixing) <= 2:
        return _answered(stakes, support, _of_linear(system, mixing, classes), "")
    found = solutions(system, budget=budget)
    problem = "its equations have solutions that are not isolated, or nearly so" if found.undecided else ""
    if any(root.error and abs(_least(root)) <= root.error for root in found.roots):
        problem = problem or "a weight cannot be told from 0"
    inner = [_of_root(root, mixing, classes) for root in found.roots if _least(root) > root.error]
    return replace(_answered(stakes, support, inner, problem), starts=found.undecided, boxes=found.boxes)


def witnesses(stakes: Stakes, support: Support, starts: Sequence[Sequence[float]]) -> tuple[MixedProfile, ...]:
    """Return equilibria with a support near some points (as in ``Answer``), none if they lead nowhere."""
    classes = _classes(stakes.ranks, support)
    mixing = [player for player, own in enumerate(classes) if len(own) > 1]
    roots = approached(_indifference(stakes, support, classes, mixing), starts)
    answers = (_answered(stakes, support, [_of_root(root, mixing, classes)], "").profiles for root in roots)
    return next(filter(None, answers), ())


def near_profile(stakes: Stakes, support: Support, profile: Sequence[Sequence[float]]) -> tuple[MixedProfile, ...]:
    """Return equilibria with a support near a profile of floats, none if it leads nowhere."""
    classes = _classes(stakes.ranks, support)
    mixing = [player for player, own in enumerate(classes) if len(own) > 1]
    if len(mixing) <= 2:
        return answer(stakes, support).profiles
    start = [sum(profile[player][support[player][place]] for place in members) for player in mixing for members in classes[player][1:]]
    return witnesses(stakes, support, [start])


def _least(root: Root) -> Fraction:
    return min(weight for mixture in root.mixtures for weight in mixture)


def _answered(stakes: Stakes, support: Support, candidates: Sequence[_Candidate], problem: str) -> Answer:
    """Return the equilibria among candidates."""
    found: dict[MixedProfile, None] = {}
    for candidate in candidates:
        profiles, partly = _stable(stakes, support, candidate)
        found.update(dict.fromkeys(_shown(stakes, support, profile, candidate.error) for profile in profiles))
        problem = problem or partly
    return Answer(tuple(found), problem)


def _classes(ranks: Ranks, support: Support) -> _Classes:
    inside = ranks[np.ix_(range(len(support)), *support)]
    grouped = []
    for player in range(len(support)):
        together: dict[bytes, list[int]] = {}
        for place, table in enumerate(np.moveaxis(inside, 1 + player, 0)):
            together.setdefault(table.tobytes(), []).append(place)
        grouped.append(list(together.values()))
    return grouped


def _indifference(stakes: Stakes, support: Support, classes: _Classes, mixing: Sequence[int]) -> Indifference:
    """Return the equations of the mixing players among one strategy of each class."""
    inside = np.ix_(*([own[members[0]] for members in groups] for own, groups in zip(support, classes, strict=True)))
    sizes = tuple(len(classes[player]) for player in mixing)
    owns = (np.moveaxis(stakes.payoffs[player][inside].reshape(sizes), place, 0) for place, player in enumerate(mixing))
    return Indifference(sizes, tuple(_equations(own) for own in owns))


def _equations(payoffs: ExactArray) -> ExactArray:
    """Return as many differences of a player's strategies (first axis) as make them all worth the same, the simplest ones."""
    part = list(range(len(payoffs)))
    pairs = [(*simplified(np.asarray(payoffs[one] - payoffs[other], dtype=object)), one, other) for one, other in combinations(part, 2)]
    chosen = []
    for table, _, one, other in sorted(pairs, key=lambda pair: -pair[1]):
        if part[one] != part[other]:
            chosen.append(table)
            part = [part[one] if known == part[other] else known for known in part]
    return np.stack(chosen)


def _of_linear(system: Indifference, mixing: Sequence[int], classes: _Classes) -> list[_Candidate]:
    """Return the product of polytopes on which at most two mixing players are indifferent, none if one is empty."""
    equalities: list[list[_Row]] = [[] for _ in classes]
    if len(mixing) == 1 and system.tables[0].any():
        return []
    if len(mixing) == 2:
        # Each of two mixing players must make the other indifferent; one alone depends on nobody.
        for player, table in zip(mixing, reversed(system.tables), strict=True):
            equalities[player] = [_by_place(classes[player], row) for row in table.tolist()]
    rows = [_extreme(sum(map(len, own)), equal, []) for own, equal in zip(classes, equalities, strict=True)]
    # A strategy that has no weight anywhere makes this the solution of a smaller support.
    if not all(points and all(map(any, zip(*points, strict=True))) for points in rows):
        return []
    return [_Candidate(tuple(map(tuple, rows)), tuple(map(tuple, equalities)), Fraction(0))]


def _of_root(root: Root, mixing: Sequence[int], classes: _Classes) -> _Candidate:
    """Return what follows from a solution of the equations of mixing players: each class has its weight."""
    weights: list[_Row] = [(Fraction(1),) for _ in classes]
    for player, mixture in zip(mixing, root.mixtures, strict=True):
        weights[player] = mixture
    rows = [tuple(_rows(own, shares)) for own, shares in zip(classes, weights, strict=True)]
    equalities = []
    for own, shares in zip(classes, weights, strict=True):
        members = [_by_place(own, [Fraction(int(other == place)) for other in range(len(own))]) for place in range(len(own))]
        equalities.append(tuple(tuple(one - share for one in row) for row, share in zip(members, shares, strict=True)))
    return _Candidate(tuple(rows), tuple(equalities), root.error)


def _by_place(classes: Sequence[Sequence[int]], values: Sequence[Fraction]) -> _Row:
    """Return values of classes as values of the strategies in them."""
    placed = {place: value for members, value in zip(classes, values, strict=True) for place in members}
    return tuple(placed[place] for place in range(len(placed)))


def _rows(classes: Sequence[Sequence[int]], weights: _Row) -> Iterator[_Row]:
    """Yield the mixtures in which each class is represented by one of its strategies."""
    for chosen in product(*classes):
        shares = dict(zip(chosen, weights, strict=True))
        yield tuple(shares.get(place, Fraction(0)) for place in range(sum(map(len, classes))))


def _extreme(size: int, equalities: Sequence[Sequence[Fraction]], inequalities: Sequence[Sequence[Fraction]]) -> list[_Row]:
    """Return the extreme points of the mixtures that satisfy ``e . x = 0`` and ``a . x >= 0``."""
    rays = extreme_rays(size, equalities, inequalities)
    return [tuple(Fraction(weight, sum(ray)) for weight in ray) for ray in rays]


def _stable(stakes: Stakes, support: Support, candidate: _Candidate) -> tuple[list[tuple[_Row, ...]], str]:
    """Return the extreme points of a candidate at which nobody gains by a strategy outside, and what is open."""
    conditions = _conditions(stakes, support, candidate)
    rows = candidate.rows
    if not candidate.error:
        conditions = [_relevant(condition, rows) for condition in conditions]
        rows = tuple(_cut(player, candidate, conditions) for player in range(len(rows)))
        conditions = [condition for condition in conditions if len(condition.players) != 1]
    if prod(map(len, rows)) > MAXIMUM_COMBINATIONS:
        return [], "several players are free in too many ways"
    profiles = list(product(*rows))
    fails = [[_fails(condition, profile) for condition in conditions] for profile in profiles]
    kept = [profile for profile, failed in zip(profiles, fails, strict=True) if not any(failed)]
    # A condition that fails at all extreme points fails everywhere.
    decided = len(kept) == len(profiles) or any(map(all, zip(*fails, strict=True)))
    return kept, "" if decided else "several players are free at once, and not all of what they can do is an equilibrium"


def _conditions(stakes: Stakes, support: Support, candidate: _Candidate) -> list[_Condition]:
    """Return for each player and strategy outside his set that it does not do better than the first in it."""
    found = []
    for player, own in enumerate(support):
        every = range(stakes.payoffs.shape[1 + player])
        inside = np.ix_(*(every if other == player else others for other, others in enumerate(support)))
        gains = np.moveaxis(stakes.payoffs[player][inside], player, 0)
        gains = gains - gains[own[0]]
        others = tuple(other for other in range(len(support)) if other != player)
        # Weights that are not known exactly leave a doubt about the sign of a gain.
        doubt = max(TIE, candidate.error * len(support)) * int(abs(gains).max()) if candidate.error else Fraction(0)
        outside = [simplified(gains[strategy])[0] for strategy in every if strategy not in own]
        found += [_fixed(_Condition(others, table, doubt), candidate.rows) for table in outside]
    return found


def _fixed(condition: _Condition, rows: Sequence[Sequence[_Row]]) -> _Condition:
    """Return a condition averaged over the mixtures of those players who have only one."""
    return _averaged(condition, {player: rows[player][0] for player in condition.players if len(rows[player]) == 1})


def _averaged(condition: _Condition, mixtures: Mapping[int, _Row]) -> _Condition:
    table = condition.table
    for axis in range(len(condition.players) - 1, -1, -1):
        if condition.players[axis] in mixtures:
            weights = np.array(mixtures[condition.players[axis]], dtype=object)
            table = np.asarray(np.tensordot(table, weights, axes=([axis], [0])), dtype=object)
    return replace(condition, players=tuple(player for player in condition.players if player not in mixtures), table=table)


def _relevant(condition: _Condition, rows: Sequence[Sequence[_Row]]) -> _Condition:
    """Return a condition without those players whose extreme points make no difference to it."""
    values = condition.table
    for axis, player in enumerate(condition.players):
        weights = np.array(rows[player], dtype=object)
        values = np.moveaxis(np.tensordot(values, weights, axes=([axis], [1])), -1, axis)
    idle = {player: rows[player][0] for axis, player in enumerate(condition.players) if (values == values.take([0], axis=axis)).all()}
    return _averaged(condition, idle)


def _cut(player: int, candidate: _Candidate, conditions: Sequence[_Condition]) -> tuple[_Row, ...]:
    """Return the extreme points of what a player can play under the conditions that depend on him alone."""
    least = [(-condition.table).tolist() for condition in conditions if condition.players == (player,)]
    rows = candidate.rows[player]
    return tuple(_extreme(len(rows[0]), candidate.equalities[player], least)) if least else rows


def _fails(condition: _Condition, profile: Sequence[_Row]) -> bool:
    return bool(_averaged(condition, {player: profile[player] for player in condition.players}).table[()] > condition.allowed)


def _shown(stakes: Stakes, support: Support, profile: Sequence[_Row], error: Fraction) -> MixedProfile:
    """Return a profile over all strategies, as floats those mixtures that are not known exactly."""
    shown = []
    for own, row, size in zip(support, profile, stakes.payoffs.shape[1:], strict=True):
        whole = [Fraction(0)] * size
        for strategy, weight in zip(own, row, strict=True):
            whole[strategy] = weight
        shown.append(tuple(whole) if not error or max(row) == 1 else tuple(map(float, whole)))
    return tuple(shown)
