"""Bimatrix games whose payoffs are polynomials in one parameter, written as scenarios."""

from fractions import Fraction

from negotiation.scenario.scenario import loads

HEAD = """
negotiation: 1
title: A matrix with a parameter
players: {row: Row, column: Column}
parameters:
  x: {value: 1/3, range: [LOW, HIGH], about: what varies}
matrix:
  rows: {row: [ROWS]}
  columns: {column: [COLUMNS]}
  payoffs:
"""


def matrix_in_x(first, second, *, low=-4, high=4):
    """The scenario of two tables of formulas in x: what each cell is worth to the row player and to the column player."""
    rows, columns = [f"r{place}" for place in range(len(first))], [f"c{place}" for place in range(len(first[0]))]
    text = HEAD.replace("LOW", str(low)).replace("HIGH", str(high)).replace("ROWS", ", ".join(rows)).replace("COLUMNS", ", ".join(columns))
    for row, own, other in zip(rows, first, second, strict=True):
        cells = ", ".join(f"{name}: ['{mine}', '{his}']" for name, mine, his in zip(columns, own, other, strict=True))
        text += f"    {row}: {{{cells}}}\n"
    return loads(text)


def random_tables(draw, rows, columns, degree, largest):
    """Two tables of polynomials in x with whole coefficients from -largest to largest."""

    def polynomial():
        """One entry."""
        terms = [f"({draw(-largest, largest + 1)})", *(f"({draw(-largest, largest + 1)}) * x ** {power}" for power in range(1, degree + 1))]
        return " + ".join(terms)

    return [[[polynomial() for _ in range(columns)] for _ in range(rows)] for _ in range(2)]


def near(value, by=Fraction(1, 10**9)):
    """A point just below a value, the value, and one just above it."""
    return value - by, value, value + by
