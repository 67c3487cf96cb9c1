"""The equilibria on one support of a game with any number of players.

Within a support, strategies of a player that make no difference to anybody are one *class*; a player with several classes
*mixes*. How classes are weighted follows from the indifference equations:

- up to two mixing players: linear equations, each player's solutions a polytope;
- three and more: multilinear equations, their isolated solutions proved one by one (``multilinear_roots``).

How the weight of a class is shared among its strategies is free. What is left is that nobody gains by a strategy outside the
support. Where at most one player is free in any way that is a system of linear inequalities, and the extreme points of
its solutions are found exactly. Where several are, the product of their polytopes is accepted if no inequality fails at any
combination of extreme points (multilinear functions are extreme there), and rejected if one fails at all of them. Anything
else is left open and said to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import TypeAlias

import numpy as np

from negotiation.budget import UNLIMITED, Budget
from negotiation.exact.cones import extreme_rays
from negotiation.exact.multilinear_roots import Indifference, Root, approached, solutions
from negotiation.exact.supports import Ranks, Support
from negotiation.games.certificate import MixedProfile
from negotiation.games.numbers import ExactArray

__all__ = ["Answer", "Stakes", "answer", "near_profile"]

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
    witnesses : tuple of mixed profiles
        Where solutions are not isolated: some of them.
    """

    profiles: tuple[MixedProfile, ...]
    open: str = ""
    witnesses: tuple[MixedProfile, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """For each player the extreme points of what he can play if the others do too, and the error of the weights in them."""

    rows: tuple[tuple[_Row, ...], ...]
    error: Fraction


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
    near = approached(system, found.undecided) if found.undecided else None
    witnesses = _answered(stakes, support, [_of_root(near, mixing, classes)], "").profiles if near is not None else ()
    answered = _answered(stakes, support, inner, problem)
    return Answer(answered.profiles, answered.open, witnesses)


def near_profile(stakes: Stakes, support: Support, profile: Sequence[Sequence[float]]) -> tuple[MixedProfile, ...]:
    """Return equilibria with a support near a profile of floats, none if it leads nowhere."""
    classes: _Classes = [[[place] for place in range(len(own))] for own in support]
    mixing = [player for player, own in enumerate(support) if len(own) > 1]
    if len(mixing) <= 2:
        return answer(stakes, support).profiles
    start = [profile[player][strategy] for player in mixing for strategy in support[player][1:]]
    root = approached(_indifference(stakes, support, classes, mixing), [start])
    return () if root is None else _answered(stakes, support, [_of_root(root, mixing, classes)], "").profiles


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
    tables = []
    for place, player in enumerate(mixing):
        own = np.moveaxis(stakes.payoffs[player][inside].reshape(sizes), place, 0)
        tables.append(own[1:] - own[:1])
    return Indifference(sizes, tuple(tables))


def _of_linear(system: Indifference, mixing: Sequence[int], classes: _Classes) -> list[_Candidate]:
    """Return the product of polytopes on which at most two mixing players are indifferent, none if one is empty."""
    weights: list[list[_Row]] = [[(Fraction(1),)] for _ in classes]
    if len(mixing) == 1 and system.tables[0].any():
        return []
    # Each of two mixing players must make the other indifferent; one alone depends on nobody.
    for player, size, table in zip(mixing, system.sizes, reversed(system.tables), strict=True):
        rays = extreme_rays(size, table.tolist() if len(mixing) == 2 else [], [])
        weights[player] = [_normalised(ray) for ray in rays]
    # A class that has no weight anywhere makes this the solution of a smaller support.
    if not all(points and all(map(any, zip(*points, strict=True))) for points in weights):
        return []
    return [_candidate(classes, weights, Fraction(0))]


def _of_root(root: Root, mixing: Sequence[int], classes: _Classes) -> _Candidate:
    """Return what follows from a solution of the equations of mixing players."""
    weights: list[list[_Row]] = [[(Fraction(1),)] for _ in classes]
    for player, mixture in zip(mixing, root.mixtures, strict=True):
        weights[player] = [mixture]
    return _candidate(classes, weights, root.error)


def _candidate(classes: _Classes, weights: Sequence[Sequence[_Row]], error: Fraction) -> _Candidate:
    """Return a candidate from the weights of classes: each class can be represented by each of its strategies."""
    rows = [tuple(row for point in points for row in _rows(own, point)) for own, points in zip(classes, weights, strict=True)]
    return _Candidate(tuple(rows), error)


def _rows(classes: Sequence[Sequence[int]], weights: _Row) -> Iterator[_Row]:
    size = sum(map(len, classes))
    used = [(members, weight) for members, weight in zip(classes, weights, strict=True) if weight]
    for chosen in product(*(members for members, _ in used)):
        row = [Fraction(0)] * size
        for place, (_, weight) in zip(chosen, used, strict=True):
            row[place] = weight
        yield tuple(row)


def _normalised(ray: Sequence[int]) -> _Row:
    return tuple(Fraction(weight, sum(ray)) for weight in ray)


def _stable(stakes: Stakes, support: Support, candidate: _Candidate) -> tuple[list[tuple[_Row, ...]], str]:
    """Return the extreme points of a candidate at which nobody gains by a strategy outside, and what is open."""
    gains = [_gains(stakes, support, player) for player in range(len(support))]
    free = [player for player, rows in enumerate(candidate.rows) if len(rows) > 1]
    if len(free) == 1 and not candidate.error:
        return _stable_for_one(support, gains, candidate, free[0]), ""
    if prod(map(len, candidate.rows)) > MAXIMUM_COMBINATIONS:
        return [], "several players are free in too many ways"
    profiles = list(product(*candidate.rows))
    wins = np.array([_wins(support, gains, profile, candidate.error) for profile in profiles])
    kept = [profile for profile, won in zip(profiles, wins, strict=True) if not won.any()]
    if len(kept) == len(profiles) or wins.all(axis=0).any():
        return kept, ""
    return kept, "several players are free at once, and not all of what they can do is an equilibrium"


def _gains(stakes: Stakes, support: Support, player: int) -> ExactArray:
    """Return what each strategy of a player earns more than the first of his set, shape (s_i, *(set sizes of the others))."""
    every = range(stakes.payoffs.shape[1 + player])
    inside = np.ix_(*(every if other == player else own for other, own in enumerate(support)))
    table = np.moveaxis(stakes.payoffs[player][inside], player, 0)
    gains: ExactArray = table - table[support[player][0]]
    return gains


def _wins(support: Support, gains: Sequence[ExactArray], profile: Sequence[_Row], error: Fraction) -> list[bool]:
    """Return for each player and strategy outside his set whether it does better than what he plays."""
    return [win for player in range(len(gains)) for win in _wins_of(support, gains, profile, error, player)]


def _wins_of(support: Support, gains: Sequence[ExactArray], profile: Sequence[_Row], error: Fraction, player: int) -> list[bool]:
    outside = [strategy for strategy in range(len(gains[player])) if strategy not in support[player]]
    values = _averaged(gains[player][outside], [row for other, row in enumerate(profile) if other != player])
    allowed = max(TIE, error * len(profile)) * int(abs(gains[player]).max()) if error else 0
    return [bool(value > allowed) for value in values]


def _averaged(table: ExactArray, rows: Sequence[_Row]) -> ExactArray:
    """Return a table averaged over mixtures of its last axes."""
    for row in reversed(rows):
        table = table @ np.array(row, dtype=object)
    return table


def _stable_for_one(support: Support, gains: Sequence[ExactArray], candidate: _Candidate, free: int) -> list[tuple[_Row, ...]]:
    """Return the extreme points of what one player can do when all others play what they play: linear conditions."""
    profile = [rows[0] for rows in candidate.rows]
    if any(_wins_of(support, gains, profile, Fraction(0), free)):
        return []
    equal: list[list[Fraction]] = []
    least: list[list[Fraction]] = []
    for player, table in enumerate(gains):
        if player != free:
            others = [other for other in range(len(gains)) if other != player]
            moved = np.moveaxis(table, 1 + others.index(free), 1)
            averaged = _averaged(moved, [profile[other] for other in others if other != free])
            equal += [averaged[strategy].tolist() for strategy in support[player]]
            least += [(-row).tolist() for strategy, row in enumerate(averaged) if strategy not in support[player]]
    rays = extreme_rays(len(support[free]), equal, least)
    return [(*profile[:free], _normalised(ray), *profile[free + 1 :]) for ray in rays]


def _shown(stakes: Stakes, support: Support, profile: Sequence[_Row], error: Fraction) -> MixedProfile:
    """Return a profile over all strategies, as floats those mixtures that are not known exactly."""
    shown = []
    for own, row, size in zip(support, profile, stakes.payoffs.shape[1:], strict=True):
        whole = [Fraction(0)] * size
        for strategy, weight in zip(own, row, strict=True):
            whole[strategy] = weight
        shown.append(tuple(whole) if not error or max(row) == 1 else tuple(map(float, whole)))
    return tuple(shown)
