"""Stores: what is in them, what they refuse, and that nothing but the sweep itself changes a byte."""

import errno
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
from negotiation.errors import ParameterError, SolverError, StoreError, UnknownNameError
from negotiation.games.tables import Column, Layout, Table
from negotiation.scenario.scenario import load, loads
from negotiation.sweeping import manifest as manifests
from negotiation.sweeping.dataset import labels
from negotiation.sweeping.files import write_whole
from negotiation.sweeping.order import Blocks
from negotiation.sweeping.parts import part
from negotiation.sweeping.planning import Asked, blocks_of_task, plan
from negotiation.sweeping.store import open_store, part_path, working
from negotiation.sweeping.sweep import Place, estimate, fill, sweep, tabulate
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


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"axes": {"gain": 41, "cost": 5}}, "the axis gain: the store has 40 values from 0 to 10, asked was 41 from 0 to 10"),
        ({"axes": {"gain": (0, 9, 40), "cost": 5}}, "the axis gain: the store has 40 values from 0 to 10, asked was 40 from 0 to 9"),
        ({"axes": {"cost": 5, "gain": 40}}, "the axes: the store has gain, cost, asked was cost, gain"),
        ({"axes": {"gain": 40}}, "the axes: the store has gain, cost, asked was gain"),
        (
            {"axes": {"gain": 40, "cost": [0, 1, 5, 7.5, 10]}},
            "the axis cost: its values differ, the first at place 2: the store has 5/2, asked was 1",
        ),
        ({"function": "slow"}, "options.function: the store has"),
        ({"seed": 1}, "seed: the store has 0, asked was 1"),
        ({"variant": "dear"}, "variant: the store has none, asked was dear"),
        ({"function": "seeded", "concept": "nash"}, "concept: the store has none, asked was nash"),
        (
            {"text": TEXT.replace("refused: {one: -1", "refused: {one: -2")},
            "the scenario's text, from line 17 on: the store has 'refused: {one: -1,",
        ),
        ({"text": TEXT.replace("can be granted", "can be refused")}, "the scenario's text, from line 3 on"),
    ],
)
def test_a_store_of_another_sweep_is_refused_with_the_difference(tmp_path, change, told):
    fill(task(), tmp_path)
    before = contents(tmp_path)
    with pytest.raises(StoreError, match=r"holds another sweep; name another place\. They differ in") as refusal:
        fill(task(**change), tmp_path)
    assert told in str(refusal.value)
    assert contents(tmp_path) == before


def test_a_store_of_another_version_or_format_is_refused(tmp_path, monkeypatch):
    fill(task(), tmp_path)
    known = manifests.versions()
    monkeypatch.setattr(manifests, "versions", lambda: {**known, "packages": {**known["packages"], "numpy": "1.0"}})
    with pytest.raises(StoreError, match=rf"the version of numpy: the store has {np.__version__}, asked was 1\.0"):
        fill(task(), tmp_path)
    monkeypatch.setattr(manifests, "FORMAT", 2)
    with pytest.raises(StoreError, match="the format of stores: it has 1, this version writes 2"):
        fill(task(), tmp_path)
    with pytest.raises(StoreError, match="the format of stores: it has 1, this version writes 2"):
        open_store(tmp_path)


def test_another_release_of_python_with_the_same_arithmetic_goes_on(tmp_path, monkeypatch):
    fill(task(), tmp_path)
    known = manifests.versions()
    monkeypatch.setattr(manifests, "versions", lambda: {**known, "python": known["python"].rpartition(".")[0] + ".99"})
    assert fill(task(), tmp_path).points_done == 200


def test_a_changed_function_is_another_sweep(tmp_path):
    path = tmp_path / "mine.py"
    axes = {"gain": 4}
    for number in (1, 2):
        path.write_text(f"def mine(scenario, variant, settings):\n    return {{'found': {number}}}\n")
        asked = Asked(summary="own_function", options={"function": f"{path}:mine"})
        mine = plan(loads(TEXT, file="demand.yaml"), axes, asked)
        if number == 1:
            fill(mine, tmp_path / "store")
    with pytest.raises(StoreError, match=r"options\.sha256: the store has"):
        fill(mine, tmp_path / "store")


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    (tmp_path / ".unfinished.thesis.tmp").write_text("precious, too")
    with pytest.raises(StoreError, match=r"is no stored sweep, and not empty: it holds thesis\.txt; name another place"):
        fill(task(), tmp_path)
    with pytest.raises(StoreError, match="is no stored sweep, and not empty: it holds a file"):
        fill(task(), tmp_path / "thesis.txt")
    assert set(contents(tmp_path)) == {"thesis.txt", ".unfinished.thesis.tmp"}
    with pytest.raises(StoreError, match="there is no stored sweep here"):
        open_store(tmp_path)


def test_a_second_process_is_refused_and_a_dead_one_stops_nobody(tmp_path):
    holding = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from pathlib import Path; from stored_sweeps import task\n"
        "from negotiation.sweeping.planning import blocks_of_task; from negotiation.sweeping.store import working; mine = task()\n"
        "with working(Path(sys.argv[1]), mine, mine.layout(), blocks_of_task(mine)): print('working', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(tmp_path / "store")], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout.readline() == "working\n"
        with pytest.raises(StoreError, match=f"process {first.pid} on .* is working on it; wait for that, or name another place"):
            fill(task(), tmp_path / "store")
        # Looking does not disturb.
        assert open_store(tmp_path / "store").points_done == 0
        first.kill()
    assert (tmp_path / "store" / "lock").read_bytes()
    assert fill(task(), tmp_path / "store").points_done == 200
    assert not (tmp_path / "store" / "lock").read_bytes()


def test_a_second_sweep_of_the_same_process_is_refused(tmp_path):
    mine = task()
    with (
        working(tmp_path, mine, mine.layout(), blocks_of_task(mine)),
        pytest.raises(StoreError, match="this process is working on it already"),
    ):
        fill(mine, tmp_path)
    assert fill(mine, tmp_path).points_done == 200


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
    assert hashlib.sha256(listed.encode()).hexdigest() == "70a7fb4e1d86995f86b46ecd2437ebc23b300480ae3d60bb1b9bcc2e6fc5ccf9"


RUN = (
    "import sys; sys.path.insert(0, 'tests')\n"
    "from stored_sweeps import task; from negotiation.sweeping.sweep import Place, fill\n"
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


@pytest.mark.parametrize(
    ("place", "error", "told"),
    [
        (Place("there"), UnknownNameError, "there is no executor 'there'; "),
        (Place("here", 0), ParameterError, "the number of workers is at least 1, got 0"),
        (Place("here", scheduler="tcp://1.2.3.4:5"), ParameterError, "only a cluster has a scheduler; leave out 'tcp://1.2.3.4:5'"),
        (Place("processes", scheduler="tcp://1.2.3.4:5"), ParameterError, "only a cluster has a scheduler; leave out 'tcp://1.2.3.4:5'"),
    ],
)
def test_places_that_do_not_exist_are_refused(tmp_path, place, error, told):
    with pytest.raises(error, match=told):
        fill(task(), tmp_path / "store", place)


def test_what_varies_cannot_be_set():
    with pytest.raises(ParameterError, match="gain varies along an axis, so it cannot be 3 everywhere"):
        task(settings={"gain": 3})


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


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK])
def test_a_file_system_without_locks_is_told(tmp_path, monkeypatch, number):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.lockf", fail)
    with pytest.raises(
        StoreError, match="its file system has no locks, so nothing would keep two processes apart; name a place on another"
    ):
        fill(task(), tmp_path)


def test_the_page_reads_a_store_without_this_package(tmp_path):
    page = (ROOT / "docs" / "large-sweeps.md").read_text(encoding="utf-8")
    program = page.partition("```python\n")[2].partition("```")[0].replace("STORE", str(tmp_path))
    scenario = load(ROOT / "scenarios" / "pretext.yaml")
    results = sweep(scenario, {"pi_X": 20, "k_X": 20}, store=tmp_path)
    found = {}
    exec(program, found)  # noqa: S102 - the example of our own page
    wanted = labels(results, "reading").to_numpy().ravel()
    assert [found["names"][code] for code in found["reading"]] == list(wanted)
