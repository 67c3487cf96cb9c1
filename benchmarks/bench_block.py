"""Subgame perfection of the flagship at a million points: against ``solve`` at each, and against the same tree written by hand in numpy.

Grid: the two parameters of the scenario's own sweep on 1,000 by 1,000 values, exact rationals. Random: all 22 parameters at random at
every point. What is timed makes the table as a sweep stores it: codes of reading and course of play, payoffs, numbers of equilibria,
completeness, regret and the lowest and highest probability of each reading and outcome, points that doubles do not decide solved in
rationals. One thread, unless it is said: a sweep computes blocks by as many threads as there are processors (``bench_sweep``).

By hand means plain formulas and ``np.where`` over whole arrays, as one would write it for this one tree: the end that is reached,
the reading and the payoffs. It decides ties by rounding and says nothing of them.

Physical limits. Of a point of the grid 20 bytes have to be written (two payoffs, a case), of a random point 176 bytes have to be read
as well, and that about 60 operations are done at a random point and a handful at one of the grid is less than that. Filling so many
bytes, in cache, takes 0.3 ns and 6 ns a point (``times_of_moving_the_bytes`` says how many times that everything takes: about a
hundred times for the grid, some twenty for random points). The rest are passes of numpy over arrays, some 10 for the grid and 150 for
random points at 0.3 to 1 ns each, memory that the system hands out anew for each block, and for a block of 65,536 points about
0.7 ms in Python: formulas, levels as doubles, cases. A compiled kernel could save most of the passes.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from timing import best_times

from negotiation.designs.design import Axis, Design, Series
from negotiation.games.points import Along, Points
from negotiation.scenario.scenario import load
from negotiation.solving import solve
from negotiation.summaries.equilibrium import names_of
from negotiation.sweeping.task import Task

FLAGSHIP = Path(__file__).parents[1] / "scenarios" / "pretext.yaml"

#: How many times faster than ``solve`` at each point a grid has to be, and the share of the speed of the tree by hand.
BAR, BAR_BY_HAND = 5_000, 0.5

SIDE = 1_000
POINTS = SIDE * SIDE
BLOCK = 65_536

#: The loop of ``solve`` is timed on so many points.
LOOPED = 300

#: Bytes of a point that have to be moved: what is written, and of random points what is read.
BYTES = {"grid": 20, "random": 20 + 22 * 8}


def of_grid(scenario):
    """The grid, as a sweep has it."""
    axes = []
    for name in scenario.sweep_axes:
        low, high = scenario.parameters[name].range
        axes.append(Axis(name, (Series(name, "parameter", tuple(low + (high - low) * step / (SIDE - 1) for step in range(SIDE))),)))
    return Design(tuple(axes))


def at_random(scenario):
    """All parameters at random, as a sample has them: several parameters that vary together along one axis."""
    rng = np.random.default_rng(1)
    ends = {name: tuple(map(float, each.range)) for name, each in scenario.parameters.items()}
    return Design(
        (Axis("point", tuple(Series(name, "parameter", low + (high - low) * rng.random(POINTS)) for name, (low, high) in ends.items())),)
    )


def tables(task):
    """The tables of all blocks, one after the other."""
    return [task.compute(start, min(start + BLOCK, task.design.size)) for start in range(0, task.design.size, BLOCK)]


def by_hand(values):
    """The tree by hand: the end that is reached, the reading and the payoffs at all points."""
    g, a, b, h, n = (values[name] for name in "gabhn")
    revise = g - a - b
    pretext, after_modest, after_talks = (g - a - (1 - values[name]) * b for name in ("pi_X", "pi_M", "pi_Q"))
    grant, grant_modest, grant_talks = (values[f"w_{demand}"] + values[f"k_{demand}"] for demand in "XMQ")
    acts = after_modest > -values["c_M"]
    modest, modest_target, modest_end = (
        np.where(acts, after_modest, -values["c_M"]), np.where(acts, -h, values["f_M"]), np.where(acts, 3, 4),
    )  # fmt: skip
    grants = -grant_modest > modest_target
    modest, modest_target, modest_end = (
        np.where(grants, values["v_M"], modest), np.where(grants, -grant_modest, modest_target), np.where(grants, 2, modest_end),
    )  # fmt: skip
    settle, stand = values["v_Q"] - values["c_Q"], -values["c_X"]
    talks = np.maximum(np.maximum(settle, after_talks), stand)
    settles, acts = settle >= talks, after_talks >= talks
    talks_target = np.where(settles, -grant_talks - n, np.where(acts, -h - n, values["f_X"] - n))
    talks_end = np.where(settles, 6, np.where(acts, 7, 8))
    acts = pretext > stand
    refused, refused_target, refused_end = np.where(acts, pretext, stand), np.where(acts, -h, values["f_X"]), np.where(acts, 9, 10)
    ultimatum_target = np.maximum(np.maximum(-grant, talks_target), refused_target)
    grants, offers = -grant >= ultimatum_target, talks_target >= ultimatum_target
    ultimatum = np.where(grants, values["v_X"], np.where(offers, talks, refused))
    ultimatum_end = np.where(grants, 5, np.where(offers, talks_end, refused_end))
    best = np.maximum(np.maximum(0, revise), np.maximum(modest, ultimatum))
    waits, revises, asks = best <= 0, best <= revise, best <= modest
    end = np.where(waits, 0, np.where(revises, 1, np.where(asks, modest_end, ultimatum_end)))
    target = np.where(waits, 0.0, np.where(revises, -h, np.where(asks, modest_target, ultimatum_target)))
    # The readings of the ends in the order of the file; the pretext is cosmetic where acting without it would have paid as well.
    reading = np.array([0, 6, 1, 7, 9, 2, 3, 8, 9, 4, 9])[end]
    return end, np.where((reading == 4) & (revise >= 0), 5, reading), np.stack(np.broadcast_arrays(best, target), axis=1)


def values_of(scenario, design):
    """The values of all parameters as doubles, those that vary at all points."""
    places = design.places(0, design.size)
    varying = {series.name: series.doubles[places[axis.name]] for axis in design.axes for series in axis.series}
    return {name: float(value) for name, value in scenario.values().items()} | varying


def check(scenario, design, found):
    """Hold the tables against the tree by hand, everywhere where payoffs are not tied, and against ``solve`` at some points."""
    end, reading, payoffs = by_hand(values_of(scenario, design))
    whole = {name: np.concatenate([table.column(name) for table in found]) for name in ("path", "reading", "payoff_lowest", "exact_solver")}
    decided = whole["exact_solver"] == 0
    assert decided.mean() > 0.999
    np.testing.assert_array_equal(whole["path"][decided], names_of(scenario).course[end][decided])
    np.testing.assert_array_equal(whole["reading"][decided], reading[decided])
    np.testing.assert_allclose(whole["payoff_lowest"][decided], payoffs[decided], rtol=1e-12, atol=1e-12)
    return decided


@pytest.mark.parametrize(("kind", "made"), [("grid", of_grid), ("random", at_random)])
@pytest.mark.benchmark(group="subgame perfection of the flagship at a million points")
def bench_million_points(benchmark, kind, made):
    scenario = load(FLAGSHIP)
    design = made(scenario)
    task = Task(scenario.text, scenario.file, design)
    found = tables(task)
    decided = check(scenario, design, found)
    benchmark.extra_info.update(points=POINTS, decided_by_the_exact_solver=int((~decided).sum()))
    if not benchmark.disabled:
        rng = np.random.default_rng(2)
        places = design.places(0, design.size)
        along = Points(POINTS, {s.name: Along(s.values, places[axis.name]) for axis in design.axes for s in axis.series})
        alone = [along.settings_at(int(point)) for point in rng.integers(0, POINTS, LOOPED)]
        values = values_of(scenario, design)
        ours, by_numpy, looped = best_times(
            lambda: tables(task), lambda: by_hand(values), lambda: [solve(scenario.game(**point)) for point in alone]
        )
        per_loop = looped / LOOPED
        bytes_alone = np.empty(POINTS * BYTES[kind] // 8)
        (moved,) = best_times(lambda: bytes_alone.fill(1.0))
        with ThreadPoolExecutor(2) as threads:
            (by_two,) = best_times(
                lambda: list(threads.map(lambda start: task.compute(start, min(start + BLOCK, POINTS)), range(0, POINTS, BLOCK)))
            )
        benchmark.extra_info.update(
            times_solve=round(POINTS * per_loop / ours), bar=BAR,
            speed_of_numpy_by_hand=round(by_numpy / ours, 2), bar_by_hand=BAR_BY_HAND,
            nanoseconds_per_point=round(1e9 * ours / POINTS, 1), by_hand_per_point=round(1e9 * by_numpy / POINTS, 1),
            milliseconds_of_solve=round(1e3 * per_loop, 3), times_of_moving_the_bytes=round(ours / moved, 1),
            nanoseconds_with_two_threads=round(1e9 * by_two / POINTS, 1),
        )  # fmt: skip
        assert by_numpy >= BAR_BY_HAND * ours
        assert kind != "grid" or POINTS * per_loop >= BAR * ours
    benchmark.pedantic(tables, args=(task,), rounds=3)
