"""All Nash equilibria of a game whose payoffs are formulas, at a point and as formulas around it.

Two players: the extreme equilibria are pairs of vertices of the best-response polyhedra that are completely labelled. At a rational
point the vertices are enumerated in numbers; each is then written as a formula, the solution of the equations of its labels, and the
field is asked for the sign of every probability and of every slack. As long as none of these signs changes, all vertices
of both polyhedra keep their labels and no other vertex appears, and so the equilibria stay the same: an equilibrium can
appear only where a vertex, of an equilibrium or not, meets another constraint. At a point that is no rational, every system of
labels is tried.

With more players, or where the game is large, only equilibria in pure strategies are followed.

References
----------
Mangasarian (1964), Journal of the SIAM 12, 778-780. Avis, Rosenberg, Savani and von Stengel (2010), Economic Theory 42, 9-37.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import combinations, product
from math import comb, gcd, lcm
from typing import Protocol

from negotiation.boundaries.normal_formulas import Cell
from negotiation.boundaries.symbolic import LineField
from negotiation.errors import SolverError
from negotiation.exact.best_response_regions import Completion, Vertex, best_response_vertices
from negotiation.exact.real_points import value_at
from negotiation.scenario.formula_fields import Quotient

__all__ = ["Key", "Mixed", "Solver", "equilibria_at", "pure_equilibria_at", "pure_profile_of", "slack", "value_of", "vertex_formula"]

#: Systems of labels that are tried at a point that is no rational; beyond, what holds exactly there stays open.
MOST_SYSTEMS = 4_000

#: What each reply (row) earns against each strategy (column).
Table = Sequence[Sequence[Quotient]]

#: For each player the strategies used, and for each player the strategies that are best replies.
Key = tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]


class Solver(Protocol):
    """A field that can also tell whether a pivot vanishes."""

    def number(self, value: Fraction) -> Quotient:
        """Return a number as a quotient."""

    def sign(self, value: Quotient) -> int:
        """Return the sign at the point."""

    def is_zero(self, value: Quotient) -> bool:
        """Return whether it is zero at the point."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixed:
    """An equilibrium as formulas.

    Parameters
    ----------
    rows : tuple of rows of Quotient
        For each player the probability of each strategy.
    payoffs : tuple of Quotient
    supports, best : for each player the numbers of strategies that are used, and that are best replies
    """

    rows: tuple[tuple[Quotient, ...], ...]
    payoffs: tuple[Quotient, ...]
    supports: tuple[tuple[int, ...], ...]
    best: tuple[tuple[int, ...], ...]

    @property
    def key(self) -> Key:
        """What stays the same on a stretch."""
        return self.supports, self.best

    @property
    def cells(self) -> list[Cell]:
        """The cells that have positive probability."""
        return list(product(*self.supports))


@dataclass(frozen=True, slots=True, eq=False)
class _Formula:
    """A vertex as formulas: the mixture, what the best replies to it earn, what it uses, and which replies are best."""

    weights: tuple[Quotient, ...]
    value: Quotient
    used: tuple[int, ...]
    best: tuple[int, ...]


def equilibria_at(payoffs: Mapping[Cell, tuple[Quotient, ...]], sizes: tuple[int, int], field: LineField) -> tuple[Mixed, ...] | None:
    """Return all extreme equilibria of a two-player game at the field's point; None where too many systems would have to be tried."""
    to_rows = [[payoffs[row, column][0] for column in range(sizes[1])] for row in range(sizes[0])]
    to_columns = [[payoffs[row, column][1] for row in range(sizes[0])] for column in range(sizes[1])]
    if field.point.exact is None and comb(sum(sizes), sizes[0]) > MOST_SYSTEMS:
        return None
    columns, rows = (list(_vertices(table, field)) for table in (to_rows, to_columns))
    found = [_pair(row, column) for row in rows for column in columns if _completes(row, column)]
    return tuple(sorted(found, key=lambda each: each.key))


def pure_equilibria_at(payoffs: Mapping[Cell, tuple[Quotient, ...]], sizes: Sequence[int], field: LineField) -> tuple[Mixed, ...]:
    """Return all equilibria in pure strategies at the field's point, for any number of players."""
    return tuple(pure_profile_of(payoffs, sizes, cell, field) for cell in payoffs if _is_stable(payoffs, sizes, cell, field))


def pure_profile_of(payoffs: Mapping[Cell, tuple[Quotient, ...]], sizes: Sequence[int], cell: Cell, field: Solver) -> Mixed:
    """Return a pure profile as formulas; its only best replies are said to be itself."""
    one, zero = field.number(Fraction(1)), field.number(Fraction(0))
    rows = tuple(tuple(one if place == own else zero for place in range(size)) for own, size in zip(cell, sizes, strict=True))
    chosen = tuple((own,) for own in cell)
    return Mixed(rows, payoffs[cell], chosen, chosen)


def _is_stable(payoffs: Mapping[Cell, tuple[Quotient, ...]], sizes: Sequence[int], cell: Cell, field: LineField) -> bool:
    for player, size in enumerate(sizes):
        for other in range(size):
            elsewhere = (*cell[:player], other, *cell[player + 1 :])
            if other != cell[player] and field.sign(payoffs[cell][player] - payoffs[elsewhere][player]) < 0:
                return False
    return True


def value_of(value: Quotient, point: Fraction) -> Fraction:
    """Return a quotient of polynomials in one variable at a rational where it is defined."""
    return value_at(value.top, point) / value_at(value.bottom, point)


def slack(table: Table, weights: Sequence[Quotient], value: Quotient, reply: int, field: Solver) -> Quotient:
    """Return by how much a reply earns less than the best ones."""
    terms = [payoff * weight for payoff, weight in zip(table[reply], weights, strict=True) if weight.top]
    return value - reduce(Quotient.__add__, terms, field.number(Fraction(0)))


def vertex_formula(table: Table, used: Sequence[int], best: Sequence[int], field: Solver) -> tuple[tuple[Quotient, ...], Quotient] | None:
    """Return the mixture over ``used`` against which the replies ``best`` earn the same, and what they earn.

    Returns
    -------
    pair of weights and value, or None
        None where the equations do not determine them at the field's point.
    """
    zero, one = field.number(Fraction(0)), field.number(Fraction(1))
    rows = [[one] * len(used) + [zero, one]]
    rows += [[table[reply][place] for place in used] + [-one, zero] for reply in best]
    solved = _eliminated(rows, len(used) + 1, field)
    if solved is None:
        return None
    weights = [zero] * len(table[0])
    for place, weight in zip(used, solved, strict=False):
        weights[place] = weight
    return tuple(weights), solved[-1]


def _eliminated(rows: list[list[Quotient]], unknowns: int, field: Solver) -> list[Quotient] | None:
    """Return the solution of the first independent equations by Gauss and Jordan, None where there are too few at the point."""
    for column in range(unknowns):
        pivot = next((row for row in range(column, len(rows)) if not field.is_zero(rows[row][column])), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        inverse = rows[column][column].inverse()
        rows[column] = [entry * inverse if entry.top else entry for entry in rows[column]]
        for place, row in enumerate(rows):
            if place != column:
                rows[place] = _reduced(row, rows[column], row[column])
    return [row[-1] for row in rows[:unknowns]]


def _reduced(row: list[Quotient], pivotal: Sequence[Quotient], factor: Quotient) -> list[Quotient]:
    """Return a row less a multiple of the pivotal one."""
    if not factor.top:
        return row
    return [own - factor * other if other.top else own for own, other in zip(row, pivotal, strict=True)]


def _vertices(table: Table, field: LineField) -> Iterator[_Formula]:
    """Yield the vertices of the polyhedron of mixtures and what the best replies to them earn, as formulas."""
    point = field.point.exact
    found: set[tuple[tuple[int, ...], tuple[int, ...]]] = set()
    for used, best in _systems(table) if point is None else _enumerated(table, point):
        formula = _checked(table, used, best, field, enumerated=point is not None)
        if formula is not None and (formula.used, formula.best) not in found:
            found.add((formula.used, formula.best))
            yield formula


def _enumerated(table: Table, point: Fraction) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Yield for each vertex at a rational point the strategies that it uses and the replies that are best."""
    replies, strategies = len(table), len(table[0])
    numbers = _integers([[value_of(entry, point) for entry in row] for row in table])
    for vertex in best_response_vertices(numbers, Completion.anything(strategies, replies)):
        yield _labels(vertex, strategies, replies)


def _labels(vertex: Vertex, strategies: int, replies: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    used = tuple(place for place in range(strategies) if not vertex.labels >> place & 1)
    return used, tuple(reply for reply in range(replies) if vertex.labels >> (strategies + reply) & 1)


def _integers(table: Sequence[Sequence[Fraction]]) -> list[list[int]]:
    """Return numbers as integers of at least 0, multiplied and shifted by strategy, which leaves the same replies best."""
    factor = lcm(*(entry.denominator for row in table for entry in row))
    lowest = [min(column) for column in zip(*table, strict=True)]
    whole = [[int((entry - low) * factor) for entry, low in zip(row, lowest, strict=True)] for row in table]
    divisor = gcd(*(entry for row in whole for entry in row)) or 1
    return [[entry // divisor for entry in row] for row in whole]


def _systems(table: Table) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Yield every system of as many best replies as strategies used."""
    for size in range(1, min(len(table), len(table[0])) + 1):
        for used in combinations(range(len(table[0])), size):
            yield from ((used, best) for best in combinations(range(len(table)), size))


def _checked(table: Table, used: Sequence[int], best: Sequence[int], field: LineField, *, enumerated: bool) -> _Formula | None:
    """Return a vertex as formulas with its labels at the point, None where the system is none of a vertex."""
    solved = vertex_formula(table, used, best, field)
    if solved is None:
        return None
    weights, value = solved
    signs = [field.sign(weight) for weight in weights]
    if min(signs) < 0:
        return None
    slacks = [field.sign(slack(table, weights, value, reply, field)) for reply in range(len(table))]
    if min(slacks) < 0:
        return None
    if enumerated and (tuple(reply for reply, sign in enumerate(slacks) if not sign) != tuple(best)):
        raise SolverError(f"labels of a vertex disagree: {best} and {slacks}")
    kept = tuple(place for place, sign in enumerate(signs) if sign)
    return _Formula(weights, value, kept, tuple(reply for reply, sign in enumerate(slacks) if not sign))


def _completes(row: _Formula, column: _Formula) -> bool:
    """Return whether every strategy that somebody uses is a best reply."""
    return set(row.used) <= set(column.best) and set(column.used) <= set(row.best)


def _pair(row: _Formula, column: _Formula) -> Mixed:
    # What the best replies to the column player's mixture earn is what the row player gets.
    return Mixed((row.weights, column.weights), (column.value, row.value), (row.used, column.used), (column.best, row.best))
