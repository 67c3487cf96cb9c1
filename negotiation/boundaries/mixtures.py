"""All Nash equilibria of a game whose payoffs are formulas, at a point and as formulas around it.

Two players: the extreme equilibria are pairs of vertices of the best-response polyhedra that are completely labelled. At a rational
point the vertices are enumerated in numbers; each is then written as a formula, the solution of the equations of its labels, and the
field is asked for the sign of every probability and of every slack. As long as none of these signs changes, all vertices
of both polyhedra keep their labels and no other vertex appears, and so the equilibria stay the same: an equilibrium can
appear only where a vertex, of an equilibrium or not, meets another constraint. At a point that is no rational the vertices are among
the limits of those just below it; where payoffs jump there, every system of labels is tried.

With more players, or where the game is large, only equilibria in pure strategies are followed.

References
----------
Mangasarian (1964), Journal of the SIAM 12, 778-780. Avis, Rosenberg, Savani and von Stengel (2010), Economic Theory 42, 9-37.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import combinations, product
from math import comb, gcd, lcm
from typing import Protocol, TypeAlias

from negotiation.boundaries.normal_formulas import Cell
from negotiation.boundaries.symbolic import LineField
from negotiation.errors import SolverError
from negotiation.exact.best_response_regions import Completion, Vertex, best_response_vertices
from negotiation.exact.real_points import value_at
from negotiation.scenario.formula_fields import Quotient

__all__ = [
    "Key",
    "Mixed",
    "Polyhedron",
    "Solver",
    "equilibria_of",
    "polyhedra_at",
    "pure_equilibria_at",
    "pure_profile_of",
    "slack",
    "value_of",
    "vertex_formula",
]

#: Systems of labels that are tried at a point that is no rational; beyond, what holds exactly there stays open.
MOST_SYSTEMS = 4_000

#: What each reply (row) earns against each strategy (column).
Table = Sequence[Sequence[Quotient]]

#: For each player the strategies used, and for each player the strategies that are best replies.
Key = tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]

#: The strategies that a vertex uses, and the replies that are best against it.
_System: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]


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


@dataclass(frozen=True, slots=True, eq=False)
class Polyhedron:
    """What the opponent's replies (rows) earn against the strategies of a player (columns), and the vertices of his polyhedron."""

    table: Table
    vertices: tuple[_Formula, ...]


def polyhedra_at(
    payoffs: Mapping[Cell, tuple[Quotient, ...]],
    sizes: tuple[int, int],
    field: LineField,
    near: tuple[Polyhedron, Polyhedron] | None = None,
) -> tuple[Polyhedron, Polyhedron] | None:
    """Return the polyhedra of the column player's and of the row player's mixtures at the field's point.

    Parameters
    ----------
    payoffs, sizes
        The game: what each cell is worth, and how many strategies each player has.
    field : LineField
    near : pair of Polyhedron, optional
        The same just below the point. Where payoffs go on without a jump, every vertex is a limit of these.

    Returns
    -------
    pair of Polyhedron, or None
        None where too many systems of equations would have to be tried.
    """
    tables = _tables(payoffs, sizes)
    if field.point.exact is not None:
        candidates = [_enumerated(table, field.point.exact) for table in tables]
    elif near is not None and all(_goes_on(known.table, table, field) for known, table in zip(near, tables, strict=True)):
        candidates = [_limits(known, field) for known in near]
    elif comb(sum(sizes), sizes[0]) <= MOST_SYSTEMS:
        candidates = [_systems(table) for table in tables]
    else:
        return None
    columns, rows = (Polyhedron(table, _vertices(table, labels, field)) for table, labels in zip(tables, candidates, strict=True))
    return columns, rows


def _tables(payoffs: Mapping[Cell, tuple[Quotient, ...]], sizes: tuple[int, int]) -> tuple[Table, Table]:
    """Return what each row earns against each column, and what each column earns against each row."""
    rows, columns = range(sizes[0]), range(sizes[1])
    return [[payoffs[row, column][0] for column in columns] for row in rows], [
        [payoffs[row, column][1] for row in rows] for column in columns
    ]


def equilibria_of(polyhedra: tuple[Polyhedron, Polyhedron]) -> tuple[Mixed, ...]:
    """Return all extreme equilibria: the pairs of vertices that complete one another."""
    columns, rows = polyhedra
    found = [_pair(row, column) for row in rows.vertices for column in columns.vertices if _completes(row, column)]
    return tuple(sorted(found, key=lambda each: each.key))


def _goes_on(known: Table, table: Table, field: LineField) -> bool:
    """Return whether payoffs that are formulas just below a point have the same values at it."""
    pairs = [pair for rows in zip(known, table, strict=True) for pair in zip(*rows, strict=True)]
    return all(field.is_zero(one - other) for one, other in pairs)


def _limits(known: Polyhedron, field: LineField) -> Iterator[_System]:
    """Yield the labels at a point of the limits of vertices."""
    for vertex in known.vertices:
        gaps = [slack(known.table, vertex.weights, vertex.value, reply, field) for reply in range(len(known.table))]
        used = tuple(place for place in vertex.used if not field.is_zero(vertex.weights[place]))
        yield used, tuple(reply for reply, gap in enumerate(gaps) if field.is_zero(gap))


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


def _vertices(table: Table, candidates: Iterable[_System], field: LineField) -> tuple[_Formula, ...]:
    """Return the vertices of a polyhedron as formulas, each once; systems of labels that are none of a vertex are left out."""
    is_enumerated = field.point.exact is not None
    found: dict[_System, _Formula] = {}
    for used, best in dict.fromkeys(candidates):
        formula = _checked(table, used, best, field, enumerated=is_enumerated)
        if formula is not None:
            found.setdefault((formula.used, formula.best), formula)
    return tuple(found.values())


def _enumerated(table: Table, point: Fraction) -> Iterator[_System]:
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


def _systems(table: Table) -> Iterator[_System]:
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
