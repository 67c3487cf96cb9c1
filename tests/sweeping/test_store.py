"""Stores: what is in them, and that nothing but the sweep itself changes a byte."""

import hashlib
import json
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_sweeps import FUNCTIONS, TEXT, contents, task

from negotiation.budget import Budget
from negotiation.designs.design import Axis, Design, Series
from negotiation.errors import SolverError
from negotiation.games.tables import Column, Layout, Table
from negotiation.scenario.scenario import load, loads
from negotiation.sweeping import manifest as manifests
from negotiation.sweeping.dataset import labels
from negotiation.sweeping.estimate import estimate
from negotiation.sweeping.files import write_whole
from negotiation.sweeping.filling import Place, fill, tabulate
from negotiation.sweeping.order import Blocks
from negotiation.sweeping.parts import part
from negotiation.sweeping.planning import plan
from negotiation.sweeping.store import open_store, part_path, working
from negotiation.sweeping.sweep import sweep
from negotiation.sweeping.task import Task, window

ROOT = Path(__file__).parents[2]


def test_a_sweep_in_memory_and_in_a_store_have_the_values_of_the_function(tmp_path):
    store = fill(task(), tmp_path / "store")
    results = store.to_xarray()
    gain, cost = np.meshgrid(np.linspace(0, 10, 40), np.linspace(0, 10, 5), indexing="ij")
    np.testing.assert_allclose(results["difference"], gain - cost, atol=1e-15)
    np.testing.assert_allclose(results["product"], gain * cost, rtol=1e-15)
    assert results["difference"].dims == ("gain", "cost")
    rows = tabulate(task())
    assert [(start, stop) for start, stop, _ in rows] == [(start, stop) for start, stop, _ in store.tables()]
    for (_, _, mine), (_, _, kept) in zip(rows, store.tables(), strict=True):
        for name in ("status", "difference", "product"):
            np.testing.assert_array_equal(mine.column(name), kept.column(name))
    assert repr(store).endswith("store': 200 of 200 points>")


def test_parts_are_read_without_this_package(tmp_path):
    fill(task(), tmp_path)
    described = json.loads((tmp_path / "manifest.json").read_text())
    with np.load(part_path(tmp_path, 3), allow_pickle=False) as file:
        about = json.loads(file["about"].tobytes())
        assert (about["block"], about["start"], about["stop"]) == (3, 12, 16)
        assert about["sweep"] == described["sha256"]
        assert [column["name"] for column in described["columns"]] == ["status", "difference", "product"]
        # Point 14 is the third gain (20/39) and the last cost.
        np.testing.assert_allclose(file["dense.difference"][2], 20 / 39 - 10, rtol=1e-15)
    with np.load(tmp_path / "design.npz", allow_pickle=False) as file:
        assert json.loads(file["1.0"].tobytes()) == ["0", "5/2", "5", "15/2", "10"]
    assert described["scenario"]["text"] == TEXT


def test_the_task_that_a_store_describes_computes_the_same(tmp_path):
    """Any row can be computed again from the store alone."""
    mine = task("seeded", {"gain": [0, Fraction(1, 3)]}, settings={"cost": "1/7"}, variant="dear", seed=2**90)
    found = open_store(fill(mine, tmp_path).path).task
    assert found.document() == mine.document()
    assert found.digest == mine.digest
    row = found.compute(1, 2)
    assert [float(row.column(name)[0]) for name in ("gained", "paid", "drawn")] == [1 / 3, 1 / 7, 2.0**90]


def test_variants_concepts_and_seeds_as_axes_in_any_order(tmp_path):
    """The groups of points of a block are computed apart and put together again."""
    series = (
        Series("seed", "seed", (5, 3, 8)),
        Series("gain", "parameter", np.array([0.5, 0.25])),
        Series("concept", "concept", ("nash", "subgame_perfect")),
        Series("variant", "variant", ("", "dear")),
    )
    mine = replace(task("seeded"), design=Design(tuple(Axis(one.name, (one,)) for one in series)))
    (_, _, table), *others = [(0, 24, mine.compute(0, 24))]
    assert not others
    wanted = np.array(
        [(seed, gain, len(concept), cost) for seed, gain, concept, cost in product((5, 3, 8), (0.5, 0.25), series[2].values, (1, 5))]
    )
    for place, name in enumerate(("drawn", "gained", "letters", "paid")):
        np.testing.assert_array_equal(table.column(name), wanted[:, place])
    results = fill(mine, tmp_path).to_xarray()
    assert results.sizes == {"seed": 3, "gain": 2, "concept": 2, "variant": 2}
    np.testing.assert_array_equal(results["drawn"].to_numpy().ravel(), wanted[:, 0])


def test_what_is_sent_for_a_block_of_a_large_sample_is_what_the_block_needs():
    sample = Axis("point", tuple(Series(name, "parameter", np.linspace(0, 10, 100_000)) for name in ("gain", "cost")))
    mine = replace(task(), design=Design((Axis("variant", (Series("variant", "variant", ("", "dear")),)), sample)))
    for start, stop in ((0, 256), (99_000, 99_001), (123_456, 123_712), (199_999, 200_000)):
        small, first, last = window(mine, start, stop)
        assert small.design.size <= 256
        assert len(pickle.dumps(small)) < 10_000
        for name in ("difference", "product"):
            np.testing.assert_array_equal(small.compute(first, last).column(name), mine.compute(start, stop).column(name))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.data())
def test_a_window_has_the_points_of_the_block(lengths, data):
    axes = tuple(Axis(f"p{at}", (Series(f"p{at}", "parameter", tuple(map(Fraction, range(size)))),)) for at, size in enumerate(lengths))
    mine = replace(task(), design=Design(axes))
    start = data.draw(st.integers(0, mine.design.size - 1))
    stop = data.draw(st.integers(start + 1, mine.design.size))
    small, first, last = window(mine, start, stop)
    assert last - first == stop - start
    for at, axis in enumerate(axes):
        mine_values = [axis.series[0].values[place] for place in mine.design.places(start, stop)[axis.name]]
        cut = small.design.axes[at].series[0].values
        assert [cut[place] for place in small.design.places(first, last)[axis.name]] == mine_values


def small_store(folder):
    """A store whose every byte is fixed: its description is written here, not by a summary."""
    layout = Layout(
        (Column("status", "whether it went well", names=("done", "failed"), dtype="uint8"), Column("value", "a number", unit="payoff")), {}
    )
    series = (
        Series("gain", "parameter", (Fraction(0), Fraction(1, 3), Fraction(1, 10))),
        Series("cost", "parameter", np.array([0.1, 0.2, 0.3])),
    )
    mine = Task(TEXT, "demand.yaml", Design((Axis("point", series),)), "own_function", {"function": "math:sin"})
    with working(folder, mine, layout, Blocks(3, 2)) as (store, _):
        for block in (1, 0):
            rows = store.blocks.size(block)
            table = Table(
                {"value": np.arange(rows) / 7},
                np.arange(rows, dtype=np.uint32),
                {"status": np.arange(rows, dtype=np.uint8)},
                ("", "é")[:rows],
            )
            path = part_path(folder, block)
            write_whole(path.parent, {path.name: part(store.label(block), table)})
    return store


def test_the_bytes_of_a_store_are_those_of_the_first_version_of_the_format(tmp_path, monkeypatch):
    """Whoever changes this has to change the number of the format."""
    monkeypatch.setattr(manifests, "versions", lambda: {"negotiation": "1", "python": "3.11.0", "packages": {"numpy": "2"}})
    small_store(tmp_path)
    listed = json.dumps(contents(tmp_path), sort_keys=True)
    assert hashlib.sha256(listed.encode()).hexdigest() == "bdcd0c7735bb53da235e5c9eb1522f777e383bdc3180f4b1c0938058d3f5acae"


RUN = (
    "import sys; sys.path.insert(0, 'tests')\n"
    "from stored_sweeps import task; from negotiation.sweeping.filling import Place, fill\n"
    "if __name__ == '__main__':\n"
    "    for workers in map(int, sys.argv[3:]): fill(task(), f'{sys.argv[1]}-{workers}', Place(sys.argv[2], workers))\n"
)


@pytest.mark.parametrize(
    ("executor", "workers", "hash_seed"), [("here", (1, 2, 3, 7), "1"), ("processes", (1, 3), "2"), ("cluster", (2,), "3")]
)
def test_the_bytes_are_the_same_whoever_computes(tmp_path, executor, workers, hash_seed):
    script = tmp_path / "run.py"
    script.write_text(RUN)
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "Pacific/Apia", "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, str(script), str(tmp_path / "store"), executor, *map(str, workers)]
    subprocess.run(arguments, cwd=ROOT, env=environment, check=True, timeout=60)
    wanted = contents(fill(task(), tmp_path / "wanted").path)
    for number in workers:
        assert contents(tmp_path / f"store-{number}") == wanted


def test_any_executor_is_accepted(tmp_path):
    wanted = contents(fill(task(), tmp_path / "wanted").path)
    with ThreadPoolExecutor(2) as pool:
        assert contents(fill(task(), tmp_path / "mine", Place(pool)).path) == wanted


def test_the_estimate_counts_points_blocks_and_bytes(tmp_path):
    found = estimate(task())
    assert (found.points, found.blocks, found.block_points) == (200, 50, 4)
    parts = sum(path.stat().st_size for path in (fill(task(), tmp_path).path / "parts").rglob("*.npz"))
    assert abs(found.bytes - parts) <= parts / 3
    assert 0 < found.seconds < 5


def test_progress_is_told_in_points(tmp_path):
    told = []
    budget = Budget(report=lambda *what: told.append(what))
    fill(task(), tmp_path, budget=budget)
    assert told[0] == ("points", 0, 200)
    assert told[-1] == ("points", 200, 200)
    assert len(told) == 51
    told.clear()
    fill(task(), tmp_path, budget=budget)
    assert told == [("points", 200, 200)]


def test_when_the_time_is_up_what_is_done_is_kept(tmp_path):
    with pytest.raises(SolverError, match=r"the time is up; the same command goes on: \d+ of 50 blocks are kept in"):
        fill(task("slow"), tmp_path / "store", Place("here", 1), Budget.of_seconds(0.1))
    wanted = contents(fill(task("slow"), tmp_path / "wanted").path)
    assert contents(fill(task("slow"), tmp_path / "store").path) == wanted


def test_sweep_returns_labelled_arrays_with_and_without_a_store(tmp_path):
    scenario = loads(TEXT, file="demand.yaml")
    asked = {"summary": "own_function", "options": {"function": f"{FUNCTIONS}:difference"}}
    kept = sweep(scenario, ["gain=0:1:3"], store=tmp_path, **asked)
    in_memory = sweep(scenario, {"gain": (0, 1, 3)}, **asked)
    assert kept.identical(in_memory)
    np.testing.assert_allclose(kept["difference"], [-1, -0.5, 0])


def test_the_page_reads_a_store_without_this_package(tmp_path):
    page = (ROOT / "docs" / "large-sweeps.md").read_text(encoding="utf-8")
    program = page.partition("```python\n")[2].partition("```")[0].replace("STORE", str(tmp_path))
    scenario = load(ROOT / "scenarios" / "pretext.yaml")
    results = sweep(scenario, {"pi_X": 20, "k_X": 20}, store=tmp_path)
    found = {}
    exec(program, found)  # noqa: S102 - the example of our own page
    wanted = labels(results, "reading").to_numpy().ravel()
    assert [found["names"][code] for code in found["reading"]] == list(wanted)


def test_a_function_may_sweep_itself(tmp_path):
    """No thread waits for what another one holds that waits for it."""
    found = fill(task("nested", {"gain": 5}), tmp_path, Place("here", 7)).to_xarray()
    np.testing.assert_allclose(found["largest"], [0, 2.5, 5, 7.5, 10])


def test_what_is_solved_many_at_once_has_the_same_bytes_everywhere(tmp_path):
    """90,000 points of the flagship, in two blocks; where pi_X is 1/2 the exact solver decides."""
    mine = plan(load(ROOT / "scenarios" / "pretext.yaml"), {"pi_X": (0.25, 0.75, 301), "k_X": 300})
    wanted = contents(fill(mine, tmp_path / "one", Place("here", 1)).path)
    assert len(wanted) == 5
    assert contents(fill(mine, tmp_path / "many").path) == wanted
    assert contents(fill(mine, tmp_path / "processes", Place("processes", 2)).path) == wanted
