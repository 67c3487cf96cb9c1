"""Equilibria of two-player games in the plainest way, in Fractions and sharing nothing with the package.

A vertex of a player's best-response polyhedron is where as many of its inequalities as it has dimensions hold with equality:
all choices of inequalities are tried. Then all pairs of vertices are tried. Slow, and right.
"""

from fractions import Fraction
from itertools import combinations, product

import numpy as np


def solved(matrix, right):
    """The only solution of a system of linear equations, None if there is none or more than one (Gauss and Jordan)."""
    rows = [[*map(Fraction, row), Fraction(value)] for row, value in zip(matrix, right, strict=True)]
    width = len(matrix[0])
    for column in range(width):
        pivots = [row for row in rows[column:] if row[column]]
        if not pivots:
            return None
        rows.remove(pivots[0])
        rows.insert(column, [entry / pivots[0][column] for entry in pivots[0]])
        rows = [row if row is rows[column] else minus(row, row[column], rows[column]) for row in rows]
    return None if any(row[-1] for row in rows[width:]) else [row[-1] for row in rows[:width]]


def minus(row, factor, other):
    return [entry - factor * own for entry, own in zip(row, other, strict=True)]


def vertices(replies):
    """The mixtures ``x`` at the vertices of ``{(x, v): x >= 0, sum x = 1, v >= r . x for each reply r}``."""
    size = len(replies[0])
    least = [[Fraction(int(one == other)) for other in range(size)] + [Fraction(0)] for one in range(size)]
    best = [[-Fraction(entry) for entry in reply] + [Fraction(1)] for reply in replies]
    one = [Fraction(1)] * size + [Fraction(0)]
    found = set()
    for tight in combinations(least + best, size):
        point = solved([one, *tight], [1] + [0] * size)
        if point is not None and all(sum(a * b for a, b in zip(row, point, strict=True)) >= 0 for row in least + best):
            found.add(tuple(point[:-1]))
    return found


def are_best(weights, values):
    """Whether only the largest values have weight."""
    return all(not weight or value == max(values) for weight, value in zip(weights, values, strict=True))


def is_equilibrium(first, second, row, column):
    """Whether a pair of mixtures is an equilibrium, exactly."""
    to_rows = [sum(a * y for a, y in zip(line, column, strict=True)) for line in first]
    to_columns = [sum(b * x for b, x in zip(line, row, strict=True)) for line in zip(*second, strict=True)]
    return are_best(row, to_rows) and are_best(column, to_columns)


def plain_extreme_equilibria(first, second):
    """The set of all extreme equilibria of a game given by two tables of numbers."""
    first, second = ([[Fraction(entry) for entry in line] for line in table] for table in (first, second))
    rows, columns = vertices(list(zip(*second, strict=True))), vertices(first)
    return {(row, column) for row, column in product(rows, columns) if is_equilibrium(first, second, row, column)}


#: Kinds of random games, all degenerate in their own way but for the first two.
KINDS = ("wide", "decimal", "small", "signs", "copies", "half copies", "zero column", "dominated", "constant", "near ties")


def random_tables(kind, seed, largest=4):
    """Two tables of a random game of a kind, with 1 to ``largest`` strategies each."""
    generator = np.random.default_rng([KINDS.index(kind), seed])
    m, n = (int(size) for size in generator.integers(1, largest + 1, 2))
    top = {"wide": 10**6, "decimal": 1000, "signs": 1}.get(kind, 3)
    tables = generator.integers(-top, top + 1, (2, m, n)).astype(object)
    if kind in MAKERS:
        MAKERS[kind](tables, generator)
    return [[[Fraction(entry) for entry in line] for line in table] for table in tables.tolist()]


def _pick(generator, size, count):
    return generator.integers(size, size=count).tolist()


def _cents(tables, generator):
    tables[:] = tables * Fraction(1, 100)


def _copies(tables, generator):
    (i, j), (column, other) = _pick(generator, tables.shape[1], 2), _pick(generator, tables.shape[2], 2)
    tables[:, i], tables[:, :, column] = tables[:, j], tables[:, :, other]


def _half_copies(tables, generator):
    (i, j), (column, other) = _pick(generator, tables.shape[1], 2), _pick(generator, tables.shape[2], 2)
    tables[0, i], tables[1, :, column] = tables[0, j], tables[1, :, other]


def _zero_column(tables, generator):
    tables[generator.integers(2), :, generator.integers(tables.shape[2])] = 0
    tables[generator.integers(2), generator.integers(tables.shape[1])] = 0


def _dominated(tables, generator):
    i, j = _pick(generator, tables.shape[1], 2)
    tables[0, i] = tables[0, j] - int(generator.integers(0, 2))
    tables[1, :, generator.integers(tables.shape[2])] -= 1


def _constant(tables, generator):
    tables[generator.integers(2)] = 7


def _near_ties(tables, generator):
    tables[:] = tables + generator.integers(-1, 2, tables.shape).astype(object) * Fraction(1, 10**12)


MAKERS = {
    "decimal": _cents, "copies": _copies, "half copies": _half_copies, "zero column": _zero_column, "dominated": _dominated,
    "constant": _constant, "near ties": _near_ties,
}  # fmt: skip
