"""Equilibria of games with three or more players, support by support, and what could not be decided.

Strictly dominated strategies are deleted first, and strategies that nobody can tell apart are taken together: neither loses
an equilibrium. Small supports come first. The list is complete where every possible support has been decided; otherwise the
notes name the supports that are open, and the list is a certified part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from math import gcd, lcm

import numpy as np

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import SolverError
from negotiation.exact.dominance import eliminate
from negotiation.exact.extreme_equilibria import Enumeration
from negotiation.exact.logit import logit_form, probabilities
from negotiation.exact.logit_branches import principal_curve
from negotiation.exact.pure_equilibria import pure_equilibria
from negotiation.exact.support_solutions import Answer, Stakes, answer, near_profile, witnesses
from negotiation.exact.supports import Support, payoff_ranks, possible_supports
from negotiation.games.certificate import REGRET_TOLERANCE, MixedProfile
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import ExactArray, Number

__all__ = ["MAXIMUM_SUPPORTS", "many_player_equilibria"]

#: Supports tried, and boxes of mixtures looked at on them, before the rest counts as open: a minute or two. It is enough for
#: 4x4x4, 3x3x3x3 and 2x2x2x2x2x2 (some ten seconds each), not for 5x5x5.
MAXIMUM_SUPPORTS, MAXIMUM_BOXES = 5_000, 2_000_000

#: Open supports that a note names.
NAMED_SUPPORTS = 3

#: The logit branch is followed to this precision (one over the largest payoff span); its shares below one of these numbers,
#: tried in turn, are of strategies that the limit does not use.
LARGEST_PRECISION, NEGLIGIBLE = 1e5, (1e-3, 1e-2, 1e-4, 1e-5, 0.05)

#: For each player his strategies, those together that nobody can tell apart.
_Groups = list[list[list[int]]]


def many_player_equilibria(game: NormalFormGame, *, budget: Budget = UNLIMITED) -> Enumeration:
    """Return the equilibria of a game of any number of players.

    Returns
    -------
    Enumeration
        Isolated equilibria, and the extreme points of convex pieces of equilibria. Rational ones are Fractions; of others
        the mixtures are floats, correctly rounded. ``complete`` where all possible supports were decided.
    """
    groups = _groups(game, eliminate(game)[1])
    first = [[members[0] for members in own] for own in groups]
    inside = game.exact_payoffs[np.ix_(range(len(groups)), *first)]
    stakes = Stakes(np.stack([_whole(own) for own in inside]), payoff_ranks(inside))
    searched = _search(stakes, budget)
    # Where the search did not get far, pure equilibria are still quick to list, and there is always one on the logit branch.
    pure = pure_equilibria(game) if searched.stopped else ()
    found = searched.profiles if searched.profiles or pure else _selected(game, first, stakes)
    sizes = game.exact_payoffs.shape[1:]
    profiles = {*pure, *(spread for profile in found for spread in _spread(profile, groups, sizes))}
    notes = _notes(searched, lambda support: _named(game, first, support))
    return Enumeration(tuple(sorted(profiles, reverse=True)), not notes, notes)


@dataclass(frozen=True, slots=True)
class _Searched:
    """The equilibria found, the supports that are open and why, and why the search stopped (empty if it did not).

    ``settled`` says whether all that is open gives the players what equilibria give that were found.
    """

    profiles: tuple[MixedProfile, ...]
    open: tuple[tuple[Support, str], ...]
    stopped: str
    settled: bool


def _notes(searched: _Searched, named: Callable[[Support], str]) -> tuple[str, ...]:
    """Return what is not known, nothing if the list is complete."""
    notes = [f"not all supports were tried: {searched.stopped}"] if searched.stopped else []
    if searched.open:
        listed = "; ".join(f"{named(support)} ({why})" for support, why in searched.open[:NAMED_SUPPORTS])
        more = f" and {len(searched.open) - NAMED_SUPPORTS} more" if len(searched.open) > NAMED_SUPPORTS else ""
        notes.append(f"not all equilibria may be listed: open are the supports {listed}{more}")
    if searched.open and searched.settled:
        notes.append("whatever equilibria there are on the open supports have the payoffs of one that is listed")
    return tuple(notes)


def _search(stakes: Stakes, budget: Budget) -> _Searched:
    found: dict[MixedProfile, None] = {}
    opened: list[tuple[Support, str]] = []
    stopped = ""
    try:
        for support, answered in _answers(stakes, budget):
            found.update(dict.fromkeys(answered.profiles))
            # Solutions that are not isolated are shown by one of them, unless they reach to an equilibrium that is known.
            if answered.starts and not any(_reaches(stakes, support, profile) for profile in found):
                found.update(dict.fromkeys(witnesses(stakes, support, answered.starts)))
            if answered.open:
                opened.append((support, answered.open))
    except SolverError as error:
        stopped = str(error)
    settled = all(_gives_the_same(stakes, support, found) for support, _ in opened)
    return _Searched(tuple(found), tuple(opened), stopped, settled)


def _gives_the_same(stakes: Stakes, support: Support, profiles: Iterable[MixedProfile]) -> bool:
    """Whether all cells of a support give the same payoffs, and one of the profiles lies on it."""
    inside = stakes.ranks[np.ix_(range(len(support)), *support)].reshape(len(support), -1)
    return bool((inside == inside[:, :1]).all()) and any(_lies_on(support, profile) for profile in profiles)


def _lies_on(support: Support, profile: MixedProfile) -> bool:
    return all(strategy in own for own, row in zip(support, profile, strict=True) for strategy, weight in enumerate(row) if weight)


def _groups(game: NormalFormGame, left: Sequence[Sequence[int]]) -> _Groups:
    """Return the strategies that are left, those of a player together that give everybody the same."""
    ranks = payoff_ranks(game.exact_payoffs[np.ix_(range(len(left)), *left)])
    groups = []
    for player, own in enumerate(left):
        together: dict[bytes, list[int]] = {}
        for strategy, table in zip(own, np.moveaxis(ranks, 1 + player, 0), strict=True):
            together.setdefault(table.tobytes(), []).append(strategy)
        groups.append(list(together.values()))
    return groups


def _whole(payoffs: ExactArray) -> ExactArray:
    """Return one player's payoffs in a unit in which they are small whole numbers."""
    factor = lcm(*(entry.denominator for entry in payoffs.reshape(-1).tolist()))
    numbers = [entry.numerator * (factor // entry.denominator) for entry in payoffs.reshape(-1).tolist()]
    lowest = min(numbers)
    divisor = gcd(*(number - lowest for number in numbers)) or 1
    whole: ExactArray = np.array([(number - lowest) // divisor for number in numbers], dtype=object).reshape(payoffs.shape)
    return whole


def _answers(stakes: Stakes, budget: Budget) -> Iterator[tuple[Support, Answer]]:
    """Yield the possible supports with what is found on them.

    Raises
    ------
    SolverError
        If the budget runs out, or there is more to do than ``MAXIMUM_SUPPORTS`` and ``MAXIMUM_BOXES`` allow.
    """
    boxes = 0
    for number, support in enumerate(possible_supports(stakes.ranks)):
        if number >= MAXIMUM_SUPPORTS:
            raise SolverError(f"there are more than {MAXIMUM_SUPPORTS}")
        if boxes > MAXIMUM_BOXES:
            raise SolverError(f"more than {MAXIMUM_BOXES} boxes of mixtures were looked at")
        if budget.is_spent:
            raise SolverError("the time ran out")
        budget.tell("supports", number)
        answered = answer(stakes, support, budget=budget)
        boxes += answered.boxes
        yield support, answered


def _reaches(stakes: Stakes, support: Support, profile: MixedProfile) -> bool:
    """Whether a profile lies on a support or its border, with all strategies of the support equally good."""
    if not _lies_on(support, profile):
        return False
    for player, own in enumerate(support):
        others = [np.array(row, dtype=object) for other, row in enumerate(profile) if other != player]
        values = np.moveaxis(stakes.payoffs[player], player, 0)[list(own)]
        for row in reversed(others):
            values = values @ row
        if max(values) - min(values) > REGRET_TOLERANCE * int(stakes.payoffs[player].max()):
            return False
    return True


def _selected(game: NormalFormGame, first: Sequence[Sequence[int]], stakes: Stakes) -> tuple[MixedProfile, ...]:
    """Return the equilibrium that the principal branch of logit equilibria leads to, over the strategies that are tried.

    It is there whatever the game (McKelvey and Palfrey 1995), so that no time limit leaves a game without an equilibrium.
    """
    strategies = tuple(tuple(names[strategy] for strategy in own) for names, own in zip(game.strategies, first, strict=True))
    form = logit_form(NormalFormGame(game.players, strategies, stakes.payoffs * Fraction(1)))
    curve = principal_curve(form, LARGEST_PRECISION, UNLIMITED)
    shares = probabilities(form, curve.points[-1])
    ends = np.cumsum([0, *map(len, first)]).tolist()
    profile = [shares[start:end].tolist() for start, end in pairwise(ends)]
    for least in NEGLIGIBLE:
        support = tuple(tuple(strategy for strategy, share in enumerate(row) if share > least) for row in profile)
        found = near_profile(stakes, support, profile)
        if found:
            return found
    return ()


def _named(game: NormalFormGame, first: Sequence[Sequence[int]], support: Support) -> str:
    sets = [
        f"{player}: {' or '.join(names[own[place]] for place in chosen)}"
        for player, names, own, chosen in zip(game.players, game.strategies, first, support, strict=True)
    ]
    return ", ".join(sets)


def _spread(profile: MixedProfile, groups: _Groups, sizes: Sequence[int]) -> Iterator[MixedProfile]:
    """Yield a profile over groups as profiles over strategies: each strategy of a group can stand for it."""
    rows = [list(_rows(row, own, size)) for row, own, size in zip(profile, groups, sizes, strict=True)]
    yield from product(*rows)


def _rows(weights: Sequence[Number], groups: Sequence[Sequence[int]], size: int) -> Iterator[tuple[Number, ...]]:
    used = [(members, weight) for members, weight in zip(groups, weights, strict=True) if weight]
    for chosen in product(*(members for members, _ in used)):
        row: list[Number] = [Fraction(0)] * size
        for strategy, (_, weight) in zip(chosen, used, strict=True):
            row[strategy] = weight
        yield tuple(row)
