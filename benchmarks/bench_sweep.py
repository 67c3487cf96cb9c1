"""Sweeps end to end against what they compute, workers against one another, and memory against the number of points.

What is stored of a point of the flagship are two payoffs of eight bytes, where they are not those of the point before, and the number
of its case; of what repeats each part has one copy. So storing takes a checksum over some bytes a point and handing them to the
disk, which has to say that it has them (``fsync``, once for each part). Solving such a point takes 22 ns; what is left to gain are
the sixteen calls of ``fsync`` and the threads that hand Python's global lock to one another.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from timing import best_times

from negotiation import lookup
from negotiation.dispatch import dispatch, processors
from negotiation.scenario.scenario import load
from negotiation.sweeping.filling import Place, fill
from negotiation.sweeping.order import interleaved
from negotiation.sweeping.planning import Asked, blocks_of_task, plan
from negotiation.sweeping.store import open_store
from negotiation.sweeping.task import Task

SCENARIOS = Path(__file__).parents[1] / "scenarios"

#: End to end with storage, at most so many times the time of the computation alone.
STORAGE_BAR = 2.0

#: Two workers, at least so many times as fast as one.
WORKERS_BAR = 1.7

#: Bytes of the largest sweep's peak memory, and how many times that of one a tenth as large it may be.
MEMORY_BAR, GROWTH_BAR = 1e9, 1.05

#: Blocks of which nothing is computed, to see what a block costs.
EMPTY_BLOCKS = 400


def flagship(side: int) -> Task:
    """A grid of so many values along each of the flagship's own two axes."""
    scenario = load(SCENARIOS / "pretext.yaml")
    return plan(scenario, dict.fromkeys(scenario.sweep_axes, side))


def computed(task: Task, workers: int) -> list[object]:
    """All blocks of a task and nothing else, in threads."""
    blocks = blocks_of_task(task)
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda block: task.compute(*blocks.range(block)), interleaved(len(blocks))))


def check_equal(task: Task, folder: Path) -> None:
    store = open_store(folder)
    order = list(interleaved(len(store.blocks)))
    for block, table in zip(order, computed(task, 2), strict=True):
        kept = store.table(block)
        for column in store.layout.columns:
            np.testing.assert_array_equal(kept.column(column.name), table.column(column.name))


@pytest.mark.benchmark(group="end to end with storage")
def bench_a_million_points_with_storage(benchmark, tmp_path):
    task = flagship(400 if benchmark.disabled else 1000)
    workers = processors()
    fill(task, tmp_path / "checked")
    check_equal(task, tmp_path / "checked")

    numbers = count()

    def stored() -> None:
        fill(task, tmp_path / f"{next(numbers)}")

    if not benchmark.disabled:
        whole, alone = best_times(stored, lambda: computed(task, workers))
        benchmark.extra_info.update(
            points=task.design.size, ratio=round(whole / alone, 2), bar=STORAGE_BAR, milliseconds=round(1000 * whole)
        )
        benchmark.extra_info.update(
            computing_alone=round(1000 * alone), bytes_a_point=round(size_of(tmp_path / "checked") / task.design.size, 1)
        )
        assert whole <= STORAGE_BAR * alone
    benchmark(stored)


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def one_by_one(points: int) -> Task:
    """A concept that solves each game by itself, in rationals."""
    return plan(SCENARIOS / "pretext.yaml", {"pi_X": points}, Asked(concept=ONE_BY_ONE))


ONE_BY_ONE = "sequential"


@pytest.mark.benchmark(group="two workers against one")
def bench_two_workers_against_one(benchmark, tmp_path):
    task = one_by_one(64 if benchmark.disabled else POINTS)
    seconds = {}
    for workers in (1, 2):
        begun = time.perf_counter()
        fill(task, tmp_path / f"{workers}", Place("processes", workers))
        seconds[workers] = time.perf_counter() - begun
    ratio = seconds[1] / seconds[2]
    benchmark.extra_info.update(points=task.design.size, seconds=round(seconds[1], 1), ratio=round(ratio, 2), bar=WORKERS_BAR)
    files = [sorted(path.read_bytes() for path in (tmp_path / f"{workers}").rglob("*.npz")) for workers in (1, 2)]
    assert files[0] == files[1]
    if not benchmark.disabled:
        assert seconds[1] >= 20
        assert ratio >= WORKERS_BAR
    benchmark.pedantic(lambda: None)


#: Points that take one worker a little more than 20 seconds.
POINTS = 15_000


MEASURED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from bench_sweep import flagship_of
from negotiation.sweeping.filling import fill
fill(flagship_of(int(sys.argv[2])), sys.argv[3])
# What ``getrusage`` says begins with the memory of the process that started this one.
status = Path("/proc/self/status").read_text().splitlines()
print(1024 * next(int(line.split()[1]) for line in status if line.startswith("VmHWM")))
"""


def flagship_of(points: int) -> Task:
    """A grid of so many points along three axes, which are short: their values are rationals, and kept."""
    scenario = load(SCENARIOS / "pretext.yaml")
    return plan(scenario, dict(zip((*scenario.sweep_axes, "b"), (100, 100, points // 10_000), strict=True)))


def peak_memory(points: int, folder: Path) -> int:
    """The largest memory of a process that sweeps so many points, in bytes."""
    command = [sys.executable, "-c", MEASURED, str(Path(__file__).parent), str(points), str(folder)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.benchmark(group="peak memory")
def bench_memory_does_not_grow_with_the_points(benchmark, tmp_path):
    few, many = (2 * 10**5, 10**6) if benchmark.disabled else (5 * 10**6, 2 * 10**7)
    small, large = (peak_memory(points, tmp_path / f"{points}") for points in (few, many))
    benchmark.extra_info.update(points=many, megabytes=round(large / 1e6), growth=round(large / small, 3), bar=GROWTH_BAR)
    assert large <= MEMORY_BAR
    assert large <= GROWTH_BAR * small or benchmark.disabled
    benchmark.pedantic(lambda: None)


@pytest.mark.parametrize("name", lookup.executors())
@pytest.mark.benchmark(group="what a block costs")
def bench_a_block_costs(benchmark, name):
    """Blocks of which nothing is computed: what handing out and taking in takes, once the workers are there."""
    make = lookup.executor(name).executor
    blocks = 20 if benchmark.disabled else EMPTY_BLOCKS

    with make(2) as pool:

        class Again:
            """The same pool, as often as one is asked for."""

            def __enter__(self) -> object:
                return pool

            def __exit__(self, *_: object) -> None:
                """Leave it open."""

        taken: list[int] = []

        def handed_out() -> None:
            taken.clear()
            dispatch(range(blocks), lambda executor, block: executor.submit(abs, -block), lambda block, _: taken.append(block), Again)

        benchmark(handed_out)
    assert sorted(taken) == list(range(blocks))
    if not benchmark.disabled:
        benchmark.extra_info.update(milliseconds_a_block=round(1000 * benchmark.stats.stats.min / blocks, 3))
