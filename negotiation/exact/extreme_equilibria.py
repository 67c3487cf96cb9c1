"""All extreme equilibria of a two-player game, exactly.

A pair of mixed strategies is an equilibrium exactly if each strategy of each player is unused or a best reply: the pair is
*completely labelled*. The equilibria whose two strategies are vertices of the best-response polyhedra are the *extreme*
equilibria; every equilibrium is a mixture, player by player, of extreme ones that can be exchanged for one another (see
``components``). A finite game has at least one, and a generic game an odd number.

All vertices are found for the player with fewer strategies, and for the other only those that one of them completes.

References
----------
Mangasarian (1964), Journal of the SIAM 12, 778-780. Avis, Rosenberg, Savani and von Stengel (2010), Economic Theory 42, 9-37.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import SolverError
from negotiation.exact.best_response_regions import Completion, best_response_vertices
from negotiation.exact.lemke_howson import lemke_howson
from negotiation.exact.pure_equilibria import pure_equilibria
from negotiation.exact.zero_sum import opposition, zero_sum_value
from negotiation.games.certificate import MixedProfile
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import ExactArray

__all__ = ["Enumeration", "extreme_equilibria"]

_ZERO = Fraction(0)

#: What each reply (row) earns against each strategy of the opponent (column), as integers.
_Table = list[list[int]]


@dataclass(frozen=True, slots=True)
class Enumeration:
    """The equilibria that an enumeration found.

    Parameters
    ----------
    profiles : tuple of mixed profiles
        Without repetitions, in a fixed order: those that put more on earlier strategies come first.
    complete : bool
        Whether these are all (two players: all extreme equilibria).
    notes : tuple of str
        What the reader has to know: what was not decided, and why.
    """

    profiles: tuple[MixedProfile, ...]
    complete: bool
    notes: tuple[str, ...] = ()


def extreme_equilibria(game: NormalFormGame, *, budget: Budget = UNLIMITED) -> Enumeration:
    """Return all extreme equilibria of a game of two players, as Fractions.

    Returns
    -------
    Enumeration
        Complete unless the budget ran out or a polyhedron has more than ``MAXIMUM_RAYS`` vertices. Then it has the pure
        equilibria and those that Lemke and Howson's algorithm leads to, at least one, and a note says so.
    """
    # Against a mixing column player the rows are the replies, and the other way round.
    to_rows, to_columns = _integers(game.exact_payoffs[0]), _integers(game.exact_payoffs[1].T)
    try:
        mixtures, pairs = _completely_labelled(to_rows, to_columns, budget)
    except SolverError as stopped:
        return _sample(game, to_rows, to_columns, budget, str(stopped))
    return Enumeration(_in_order(mixtures, pairs), True)


#: One player's mixtures, each once, and the other's.
_Mixtures = tuple[list[tuple[Fraction, ...]], list[tuple[Fraction, ...]]]


def _completely_labelled(to_rows: _Table, to_columns: _Table, budget: Budget) -> tuple[_Mixtures, list[tuple[int, int]]]:
    """Return the vertices of both players and which pairs of them are equilibria, row player first."""
    swapped = len(to_rows) < len(to_columns)
    if swapped:
        to_rows, to_columns = to_columns, to_rows
    n, m = len(to_rows[0]), len(to_columns[0])
    first = best_response_vertices(to_rows, Completion.anything(n, m), budget=budget)
    second = best_response_vertices(to_columns, Completion.by(first, m, n), budget=budget)
    mixtures = [_mixture(vertex.weights) for vertex in second], [_mixture(vertex.weights) for vertex in first]
    pairs = [(own, other) for own, vertex in enumerate(second) for other in _members(vertex.partners)]
    if swapped:
        return (mixtures[1], mixtures[0]), [(other, own) for own, other in pairs]
    return mixtures, pairs


def _in_order(mixtures: _Mixtures, pairs: Sequence[tuple[int, int]]) -> tuple[MixedProfile, ...]:
    """Return the profiles, those with more weight on earlier strategies first."""
    # Ranks are compared instead of mixtures: comparing Fractions takes most of the time where there are thousands.
    places = [sorted(range(len(own)), key=own.__getitem__, reverse=True) for own in mixtures]
    ranks = [{place: rank for rank, place in enumerate(order)} for order in places]
    ranked = sorted((ranks[0][row], ranks[1][column]) for row, column in pairs)
    return tuple((mixtures[0][places[0][row]], mixtures[1][places[1][column]]) for row, column in ranked)


def _sample(game: NormalFormGame, to_rows: _Table, to_columns: _Table, budget: Budget, reason: str) -> Enumeration:
    """Return at least one equilibrium and as many more as the time allows."""
    found: dict[MixedProfile, None] = dict.fromkeys(pure_equilibria(game))
    opposed = opposition(game)
    if opposed is not None:
        found[zero_sum_value(game, opposed).profile] = None
    positive = [[[entry + 1 for entry in row] for row in table] for table in (to_rows, to_columns)]
    labels = len(to_rows) + len(to_columns)
    tried = 0
    while tried < labels and not (found and budget.is_spent):
        budget.tell("Lemke-Howson: labels", tried, labels)
        row, column = lemke_howson(positive[0], positive[1], tried)
        found[_mixture(row), _mixture(column)] = None
        tried += 1
    walks = f"what the algorithm of Lemke and Howson finds from {tried} of {labels} labels"
    listed = ["the pure ones", *(["one by linear programming"] if opposed is not None else []), walks]
    return Enumeration(tuple(sorted(found, reverse=True)), False, (f"not all equilibria: {reason}; listed are {', '.join(listed)}",))


def _integers(payoffs: ExactArray) -> _Table:
    """Return payoffs of replies (rows) as small integers, at least 0, that leave the same replies best.

    A constant in each column (what the opponent does) and a common positive factor change nothing.
    """
    factor = lcm(*[entry.denominator for entry in payoffs.reshape(-1).tolist()])
    columns = []
    for column in zip(*payoffs.tolist(), strict=True):
        entries = [entry.numerator * (factor // entry.denominator) for entry in column]
        lowest = min(entries)
        columns.append([entry - lowest for entry in entries])
    divisor = gcd(*[entry for column in columns for entry in column]) or 1
    return [[entry // divisor for entry in row] for row in zip(*columns, strict=True)]


def _mixture(weights: Sequence[int]) -> tuple[Fraction, ...]:
    total = sum(weights)
    return tuple([Fraction(weight, total) if weight else _ZERO for weight in weights])


def _members(bits: int) -> Sequence[int]:
    """Return the numbers of the bits that are set, in order."""
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found
