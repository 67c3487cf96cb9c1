"""Results of a sweep by a formula: what every number of every point has to be is known."""

import numpy as np
from demand_scenario import SCENARIO, TEXT

from negotiation.designs.product import design
from negotiation.designs.ranges import opened_ranges
from negotiation.games.tables import Column, Layout, Table
from negotiation.sweeping.task import Task

READINGS = ("bargain", 'a "strange", name', "unnamed")
LAYOUT = Layout(
    (
        Column("status", "whether the point could be computed", names=("solved", "failed"), dtype="uint8"),
        Column("reading", "what its play is called", names=READINGS, dtype="uint8"),
        Column("equilibria", "how many there are", dtype="int32"),
        Column("exact_solver", "whether the exact solver decided it", names=("no", "yes"), dtype="uint8"),
        Column("reading_lowest", "the lowest probability of each reading", ("reading",)),
        Column("payoff_lowest", "the lowest payoff", ("player",), unit="payoff"),
        Column("number", "the number of the point, from 0"),
    ),
    {"reading": READINGS, "player": SCENARIO.players},
)

#: Every fifth point fails, and of the others every second one is decided by the exact solver.
FAILED, EXACT, USUAL = range(3)
CASES = {
    "status": np.array([1, 0, 0], dtype=np.uint8),
    "reading": np.array([2, 1, 0], dtype=np.uint8),
    "equilibria": np.array([0, 3, 1], dtype=np.int32),
    "exact_solver": np.array([0, 1, 0], dtype=np.uint8),
    "reading_lowest": np.array([[np.nan] * 3, [0.25, 0.75, 0.0], [1.0, 0.0, 0.0]]),
}
REMARKS = ("no number, at all", "", "")


def case_of(number):
    return np.where(number % 5 == 0, FAILED, np.where(number % 2 == 0, EXACT, USUAL))


def payoffs_of(number):
    return np.stack([number / 3, -number / 7], axis=-1)


def tables(points, block, left_out=()):
    """Yield the rows of all points, so many at a time, without some of the blocks."""
    for place, start in enumerate(range(0, points, block)):
        stop = min(points, start + block)
        if place not in left_out:
            number = np.arange(start, stop)
            dense = {"payoff_lowest": payoffs_of(number), "number": number.astype(float)}
            yield start, stop, Table(dense, case_of(number).astype(np.uint32), CASES, REMARKS)


def task(*axes, **options):
    made = design(SCENARIO, list(axes), **options)
    return Task(TEXT, "demand.yaml", made, ranges=opened_ranges(SCENARIO, made))
