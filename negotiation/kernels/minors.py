"""The minors that decide all equilibria of an m x n bimatrix game, as tables that a kernel follows.

Equilibrium conditions as signs of minors
-----------------------------------------
Take as many rows I as columns J, k of each. The column player's weights y on J that leave the row player indifferent among
I span the kernel of the k x (k + 1) matrix [1 | A_IJ], so by Cramer's rule they are, up to a common factor, minors:

    y_j                                           ~  (-1)^(place of j in J)       * D(I, J without j)
    what row i outside I earns less than I does   ~  (-1)^(members of I before i) * D(I with i, J)

where D(I, J') = det [1 | A_IJ'] has one row more than columns of A. The m numbers have one common factor. So there are
positive weights against which exactly the rows in I are best if and only if the numbers have one strict sign, and there
are no weights, not even with zeros, against which all of I are best if two of the numbers have opposite signs. The same
holds for the row player's weights with the transpose of B. Each minor serves many pairs of supports. It comes from smaller
ones by Laplace's expansion along its last column with the first row subtracted from the others, so that constants added to a
column of A are gone before anything is multiplied.

References
----------
Dickhaut and Kaplan (1991), The Mathematica Journal 1(4), 87-93, for the enumeration of supports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST", "NONE", "ONE", "Tables", "tables"]

#: The largest number of strategies of a player. Minors more than quadruple with one more: 410 of them for 5x5 games.
MOST = 5

#: The minors that are constants: 0, of a strategy that is not used, and 1, of one that is used for certain.
NONE, ONE = 0, 1

#: Unsigned, so that a kernel need not ask whether an index counts from the end.
_Numbers = NDArray[np.uint64]


class Tables(NamedTuple):
    """What a kernel computes for games of one form; the lines of each table in the order in which it is computed.

    Cells are numbered row by row, the row player's payoffs first, then the column player's. A *line* is all cells of one
    column of A, or of one row of B; all of its minors have a common bound, and so do all with the same set of lines.

    Parameters
    ----------
    m, n : int
        Strategies of the row player, of the column player.
    lines : uint64 array of shape (n + m, MOST)
        The columns of A, then the rows of B: their cells (the last repeated). Their bounds have the same numbers.
    products : uint64 array of shape (larger sets of lines, 3)
        The next bounds: how many lines, the bound of the last one, the bound of the others.
    limits : uint64 array of shape (sets of more than one line that can be a support, 1 + MOST)
        How many lines, the bounds of the sets without one of them (the last repeated).
    differences : uint64 array of shape (differences, 3)
        Minors 2, 3, ...: the cell from which, the cell that is subtracted, the bound.
    expansions : uint64 array of shape (larger minors, 2 MOST)
        The next minors: number of terms, bound, then a difference for each term, and the minor by which it is multiplied.
        Signs alternate; that of the last term is +.
    conditions : uint64 array of shape (pairs of supports, 2, MOST)
        Which signs have to agree, of A's minors and of B's (the last repeated): twice the minor's number, and 1 more if its
        sign counts the other way round.
    supports : uint64 array of shape (pairs of supports, 2, MOST)
        The rows, the columns (the last repeated).
    sizes : uint64 array of shape (pairs of supports,)
        How many rows, and columns.
    weights : uint64 array of shape (m + n + 2, pairs of supports)
        The minors that the weights of rows, and of columns, are proportional to, but for signs; ``NONE`` outside the support. In
        the last two lines how many minors there are, plus the limit of the weights of rows, of columns; ``NONE`` if there is none.
    """

    m: int
    n: int
    lines: _Numbers
    products: _Numbers
    limits: _Numbers
    differences: _Numbers
    expansions: _Numbers
    conditions: _Numbers
    supports: _Numbers
    sizes: _Numbers
    weights: _Numbers


#: Strategies of one player, ascending.
_Set = tuple[int, ...]

#: A minor: the player whose payoffs it is of (0 row, 1 column), his strategies, those of his opponent.
_Key = tuple[int, _Set, _Set]

#: Numbers of minors, of bounds and of limits.
_Minors = dict[_Key, int]
_Bounds = dict[tuple[int, _Set], int]


@cache
def tables(m: int, n: int) -> Tables:
    """Return the tables for m x n games, each of 1 to ``MOST``."""
    sizes = (m, n)
    keys = [key for level in range(1, MOST) for player in (0, 1) for key in _minors_of(player, level, sizes)]
    minors = {key: number for number, key in enumerate(keys, start=ONE + 1)}
    bounds = _bounds(keys, sizes)
    # Nearly the order in which equilibria are listed: more weight on earlier rows first.
    pairs = sorted((rows, columns) for k in range(1, min(sizes) + 1) for rows, columns in product(_sets(m, k), _sets(n, k)))
    limits = _limits(pairs)
    larger = [(player, lines) for player, lines in bounds if len(lines) > 1]
    return Tables(
        m,
        n,
        lines=_table([_filled(_cells_of(player, line, sizes)) for player, (line, *_) in list(bounds)[: m + n]], MOST),
        products=_table([(len(lines), bounds[player, lines[-1:]], bounds[player, lines[:-1]]) for player, lines in larger], 3),
        limits=_table([(len(lines), *_filled(_smaller(player, lines, bounds))) for player, lines in limits], 1 + MOST),
        differences=_table([(*_ends(key, sizes), bounds[key[0], key[2]]) for key in keys if len(key[2]) == 1], 3),
        expansions=_table([_expansion(key, minors, bounds) for key in keys if len(key[2]) > 1], 2 * MOST),
        conditions=_table([_conditions(pair, minors, sizes) for pair in pairs], 2, MOST),
        supports=_table([tuple(map(_filled, pair)) for pair in pairs], 2, MOST),
        sizes=_table([len(rows) for rows, _ in pairs]),
        weights=_table([[*_weights(pair, minors, sizes), *_limited(pair, limits, len(keys) + ONE + 1)] for pair in pairs], m + n + 2).T,
    )


def _table(rows: Sequence[object], *shape: int) -> _Numbers:
    return np.array(rows, dtype=np.uint64).reshape(len(rows), *shape)


def _filled(numbers: Sequence[int]) -> tuple[int, ...]:
    """Return the numbers, the last one repeated up to ``MOST``."""
    return (*numbers, *[numbers[-1]] * (MOST - len(numbers)))


def _sets(size: int, count: int) -> Iterator[_Set]:
    return combinations(range(size), count)


def _minors_of(player: int, level: int, sizes: tuple[int, int]) -> Iterator[_Key]:
    """Yield the minors with so many of the lines of a player's payoffs."""
    for own, lines in product(_sets(sizes[player], level + 1), _sets(sizes[1 - player], level)):
        yield player, own, lines


def _bounds(keys: Sequence[_Key], sizes: tuple[int, int]) -> _Bounds:
    single = [(player, (line,)) for player in (0, 1) for line in range(sizes[1 - player])]
    return {key: number for number, key in enumerate(dict.fromkeys(single + [(player, lines) for player, _, lines in keys]))}


def _limits(pairs: Sequence[tuple[_Set, _Set]]) -> _Bounds:
    """Return numbers for the supports that have more than one strategy: of columns, lines of A; of rows, lines of B."""
    supports = dict.fromkeys(key for rows, columns in pairs for key in ((0, columns), (1, rows)) if len(rows) > 1)
    return {key: number for number, key in enumerate(supports)}


def _smaller(player: int, lines: _Set, bounds: _Bounds) -> list[int]:
    return [bounds[player, _without(lines, place)] for place in range(len(lines))]


def _cell(player: int, own: int, line: int, sizes: tuple[int, int]) -> int:
    m, n = sizes
    return own * n + line if player == 0 else m * n + line * n + own


def _cells_of(player: int, line: int, sizes: tuple[int, int]) -> tuple[int, ...]:
    return tuple(_cell(player, own, line, sizes) for own in range(sizes[player]))


def _ends(key: _Key, sizes: tuple[int, int]) -> tuple[int, int]:
    """Return the two cells whose difference a minor of one line is."""
    player, (first, second), (line,) = key
    return _cell(player, second, line, sizes), _cell(player, first, line, sizes)


def _without(numbers: _Set, place: int) -> _Set:
    return numbers[:place] + numbers[place + 1 :]


def _expansion(key: _Key, minors: _Minors, bounds: _Bounds) -> tuple[int, ...]:
    """Return the row of ``Tables.expansions``."""
    player, own, lines = key
    differences = [minors[player, (own[0], later), lines[-1:]] for later in own[1:]]
    smaller = [minors[player, _without(own, place), lines[:-1]] for place in range(1, len(own))]
    filling = (NONE,) * (MOST - 1 - len(lines))
    return (len(lines), bounds[player, lines], *differences, *filling, *smaller, *filling)


def _conditions(pair: tuple[_Set, _Set], minors: _Minors, sizes: tuple[int, int]) -> tuple[tuple[int, ...], ...]:
    """Return the signs that have to agree: of the opponent's weights and of the losses of other strategies, for each player."""
    rows = []
    for player, own, lines in ((0, *pair), (1, *pair[::-1])):
        signs = [2 * number + place % 2 for place, number in enumerate(_proportions(player, own, lines, minors))]
        for strategy in set(range(sizes[player])) - set(own):
            larger = tuple(sorted((*own, strategy)))
            signs.append(2 * minors[player, larger, lines] + larger.index(strategy) % 2)
        rows.append(_filled(signs))
    return tuple(rows)


def _proportions(player: int, own: _Set, lines: _Set, minors: _Minors) -> list[int]:
    """Return the minors that the opponent's weights on these lines are proportional to."""
    return [minors.get((player, own, _without(lines, place)), ONE) for place in range(len(lines))]


def _weights(pair: tuple[_Set, _Set], minors: _Minors, sizes: tuple[int, int]) -> list[int]:
    rows, columns = pair
    found = [NONE] * sum(sizes)
    for row, number in zip(rows, _proportions(1, columns, rows, minors), strict=True):
        found[row] = number
    for column, number in zip(columns, _proportions(0, rows, columns, minors), strict=True):
        found[sizes[0] + column] = number
    return found


def _limited(pair: tuple[_Set, _Set], limits: _Bounds, minors: int) -> list[int]:
    """Return the places of the limits of the weights of rows and of columns behind all minors."""
    return [minors + limits[key] if key in limits else NONE for key in ((1, pair[0]), (0, pair[1]))]
