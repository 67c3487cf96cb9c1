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
from negotiation.exact.best_response_regions import Completion, Vertex, best_response_vertices
from negotiation.games.certificate import MixedProfile
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import ExactArray

__all__ = ["Enumeration", "extreme_equilibria"]

_ZERO = Fraction(0)


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
        Complete unless the budget ran out.
    """
    row_payoffs, column_payoffs = game.exact_payoffs
    # Against a mixing column player the rows are the replies, and the other way round.
    to_rows, to_columns = _integers(row_payoffs), _integers(column_payoffs.T)
    swapped = len(to_rows) < len(to_columns)
    if swapped:
        to_rows, to_columns = to_columns, to_rows
    n, m = len(to_rows[0]), len(to_columns[0])
    first = best_response_vertices(to_rows, Completion.anything(n, m), budget=budget)
    second = None if first is None else best_response_vertices(to_columns, Completion.by(first, m, n), budget=budget)
    if first is None or second is None:
        return Enumeration((), False, ("the time ran out before the enumeration was done",))
    mixtures = [_mixture(vertex) for vertex in first]
    profiles: list[MixedProfile] = []
    for vertex in second:
        own = _mixture(vertex)
        for place in _members(vertex.partners):
            profiles.append((mixtures[place], own) if swapped else (own, mixtures[place]))
    return Enumeration(tuple(sorted(profiles, reverse=True)), True)


def _integers(payoffs: ExactArray) -> list[list[int]]:
    """Return payoffs of replies (rows) as small integers that leave the same replies best.

    A constant in each column (what the opponent does) and a common positive factor change nothing.
    """
    factor = lcm(*[entry.denominator for entry in payoffs.flat])
    columns = []
    for column in zip(*payoffs.tolist(), strict=True):
        entries = [entry.numerator * (factor // entry.denominator) for entry in column]
        lowest = min(entries)
        columns.append([entry - lowest for entry in entries])
    divisor = gcd(*[entry for column in columns for entry in column]) or 1
    return [[entry // divisor for entry in row] for row in zip(*columns, strict=True)]


def _mixture(vertex: Vertex) -> tuple[Fraction, ...]:
    total = sum(vertex.weights)
    return tuple([Fraction(weight, total) if weight else _ZERO for weight in vertex.weights])


def _members(bits: int) -> Sequence[int]:
    """Return the numbers of the bits that are set, in order."""
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found
