"""Points of scenarios at which tables of equilibria are compared, and the table that is made point by point."""

from fractions import Fraction
from itertools import product

import numpy as np

from negotiation.boundaries.along import regimes
from negotiation.errors import NegotiationError
from negotiation.games.equilibrium_rows import failed_row, row_of
from negotiation.games.points import Along, Points
from negotiation.games.tables import Table
from negotiation.solving import solve
from negotiation.summaries.equilibrium import layout, names_of, tabulate

#: How far numbers of both may be apart, relative to one or to their size.
SAME = 1e-12


def along(values):
    """One value for each point."""
    numbers = np.array(values) if isinstance(values[0], float) else tuple(values)
    return Along(numbers, np.arange(len(values)))


def anywhere(scenario, count, seed):
    """Points at which every parameter is a random double of its range."""
    rng = np.random.default_rng(seed)
    ends = {name: tuple(map(float, each.range)) for name, each in scenario.parameters.items()}
    return Points(count, {name: Along(low + (high - low) * rng.random(count), np.arange(count)) for name, (low, high) in ends.items()})


def at_ties(scenario, count, seed, steps=20):
    """Points at which every parameter is a multiple of a twentieth of its range, so that ties are frequent."""
    rng = np.random.default_rng(seed)
    return Points(count, {name: Along(levels(scenario, name, steps), rng.integers(0, steps + 1, count)) for name in scenario.parameters})


def on_grid(scenario, steps):
    """A grid over the first two parameters that the scenario's own sweep varies, or over its first two."""
    names = (list(scenario.sweep_axes) or list(scenario.parameters))[:2]
    places = np.unravel_index(np.arange((steps + 1) ** len(names)), (steps + 1,) * len(names))
    varying = {name: Along(levels(scenario, name, steps), np.asarray(place)) for name, place in zip(names, places, strict=True)}
    return Points((steps + 1) ** len(names), varying)


def levels(scenario, name, steps):
    low, high = scenario.parameters[name].range
    return tuple(low + (high - low) * Fraction(step, steps) for step in range(steps + 1))


def at_thresholds(scenario, name):
    """Points at, and hardly beside, each exact threshold along a parameter and the ends of its range, in variants' values too."""
    low, high = scenario.parameters[name].range
    found = {low, high}
    try:
        for threshold in regimes(scenario, name).thresholds:
            found.add(Fraction(threshold.at.low))
            found.add(Fraction(threshold.at.high))
    except NegotiationError:
        pass  # the rest of the points says something all the same
    beside = (Fraction(0), Fraction(1, 10**9), -Fraction(1, 10**9), Fraction(1, 2**60), -Fraction(1, 2**60))
    values = sorted({value + by for value, by in product(found, beside) if low <= value + by <= high})
    return Points(len(values), {name: along(values)})


def one_by_one(scenario, points, options=None):
    """The table of ``tabulate`` by ``solve`` at each point, put together in the plainest way: every column in full."""
    names = names_of(scenario)
    rows = [_row(scenario, points, point, names, options or {}) for point in range(points.size)]
    columns = layout(scenario, points.concept, options or {}).columns
    dense = {column.name: np.array([getattr(row, column.name) for row in rows], dtype=column.dtype) for column in columns}
    remarks = tuple(row.remark for row in rows)
    return Table(dense, np.arange(points.size, dtype=np.uint32), {}, remarks)


def _row(scenario, points, point, names, options):
    try:
        game = scenario.game(points.variant, **points.settings_at(point))
        return row_of(solve(game, points.concept, options), names)
    except NegotiationError as error:
        return failed_row(names, error.brief)


def assert_same(scenario, points, options=None, *, same=SAME, remarks=True):
    """Hold the table of many points against that of each by itself; return how many points the exact solver decided.

    Without ``remarks``, only those of points that failed are compared: a solver of one game has notes on how it went.
    """
    table, expected = tabulate(scenario, points, options or {}), one_by_one(scenario, points, options)
    for column in layout(scenario, points.concept, options or {}).columns:
        ours, theirs = table.column(column.name), expected.column(column.name)
        assert ours.shape == theirs.shape, column.name
        assert ours.dtype == theirs.dtype == np.dtype(column.dtype), column.name
        if column.dtype == "float64":
            np.testing.assert_allclose(ours, theirs, rtol=same, atol=same, err_msg=column.name)
        elif column.name != "exact_solver":
            np.testing.assert_array_equal(ours, theirs, err_msg=column.name)
    compared = range(points.size) if remarks else np.flatnonzero(expected.column("status"))
    for point in compared:
        assert table.remarks[table.case[point]] == expected.remarks[point], point
    return int(table.column("exact_solver").sum())
