"""Every executor: the contract, and workers that are killed in mid-block."""

import inspect
import multiprocessing
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from stored_sweeps import contents, task
from swept_functions import DEATHS

from negotiation import lookup
from negotiation.budget import Budget
from negotiation.dispatch import Pool
from negotiation.errors import NotApplicableError, SolverError
from negotiation.executors import cluster
from negotiation.sweeping.filling import Place, fill, tabulate

ROOT = Path(__file__).parents[2]

#: 33 points in 33 blocks; the gain is 10 in the last one.
AXES = {"gain": 33}


def test_the_executors():
    assert lookup.executors() == ["cluster", "here", "processes"]


@pytest.mark.parametrize("name", lookup.executors())
def test_the_contract(name):
    """A context manager that gives a pool, in which functions of modules run, errors come back and as many work as were asked for."""
    make = lookup.executor(name).executor
    assert list(inspect.signature(make).parameters) == ["workers", "scheduler"]
    with make(2) as pool:
        assert isinstance(pool, Pool)
        assert pool.workers == 2
        assert [pool.executor.submit(divmod, 7, number).result(timeout=20) for number in (2, 3)] == [(3, 1), (2, 1)]
        with pytest.raises(ZeroDivisionError):
            pool.executor.submit(divmod, 1, 0).result(timeout=20)
        pool.check()


@pytest.mark.parametrize("name", ["processes", "cluster"])
def test_one_thread_of_linear_algebra_for_each_worker(name, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    with lookup.executor(name).executor(1) as pool:
        assert pool.executor.submit(os.getenv, "OMP_NUM_THREADS").result(timeout=20) == "1"
    assert os.getenv("OMP_NUM_THREADS") is None


@pytest.fixture
def deaths(tmp_path, monkeypatch):
    """Says how often the deadly block kills; to be called before workers start."""
    folder = tmp_path / "deaths"
    folder.mkdir()
    monkeypatch.setenv(DEATHS, str(folder))

    def so_often(number):
        for death in range(number):
            (folder / str(death)).touch()
        return lambda: len(list(folder.iterdir()))

    return so_often


@pytest.mark.parametrize("name", ["processes", "cluster"])
def test_a_worker_that_is_killed_in_mid_block_is_survived(tmp_path, deaths, name):
    """Without warning, and the one that does its work instead as well."""
    left = deaths(2)
    mine = task("half_done", AXES)
    store = fill(mine, tmp_path / "store", Place(name, 2))
    assert left() == 0
    assert contents(store.path) == contents(fill(mine, tmp_path / "wanted").path)


@pytest.mark.parametrize("name", ["processes", "cluster"])
def test_a_block_that_kills_three_times_is_given_up_and_named(tmp_path, deaths, name):
    left = deaths(10)
    mine = task("deadly", AXES)
    begun = time.monotonic()
    with pytest.raises(SolverError, match=r"given up, because workers died three times over them: block 32 \(points 32 to 32\); all other"):
        fill(mine, tmp_path / "store", Place(name, 2))
    assert time.monotonic() - begun < 30
    assert left() == 7
    # Once it no longer kills, the same command goes on with it.
    deaths(0)
    for path in (tmp_path / "deaths").iterdir():
        path.unlink()
    store = fill(mine, tmp_path / "store", Place("here", 1))
    assert contents(store.path) == contents(fill(mine, tmp_path / "wanted").path)


def test_an_executor_of_the_users_own_that_breaks_is_told(tmp_path, deaths):
    deaths(10)
    with (
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool,
        pytest.raises(SolverError, match="a worker of the executor that was given died, and with it the executor"),
    ):
        fill(task("deadly", AXES), tmp_path / "store", Place(pool))


def test_workers_that_do_not_see_the_store_send_their_parts(tmp_path, monkeypatch):
    """As on a cluster without a common file system."""
    monkeypatch.setattr("negotiation.sweeping.work.holder_token", lambda _: None)
    sent = fill(task(), tmp_path / "sent")
    assert contents(sent.path) == contents(fill(task(), tmp_path / "wanted", Place("processes", 1)).path)


def test_a_worker_with_other_versions_refuses(monkeypatch):
    monkeypatch.setattr("negotiation.sweeping.work._versions", lambda: '{"numpy": "0.1"}')
    with pytest.raises(SolverError, match=r'the worker on .* computes with .*numpy.*, the sweep with \{"numpy": "0\.1"\}'):
        tabulate(task(axes={"gain": 3}), Place("processes", 1))


def test_a_script_that_starts_processes_without_a_guard_is_told_so(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys; sys.path.insert(0, 'tests')\nfrom stored_sweeps import *\nfrom negotiation.sweeping.filling import *\n"
        "tabulate(task(), Place('processes', 1))\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert (
        "workers die whatever they do: each needs memory of its own, and a script that starts processes has to do so under" in done.stderr
    )


def test_a_scheduler_that_does_not_answer_is_told_within_seconds(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "ANSWER", 1.0)
    begun = time.monotonic()
    with pytest.raises(SolverError, match=r"there is no answer from a scheduler at 'tcp://127\.0\.0\.1:9'"):
        fill(task(), tmp_path / "store", Place("cluster", scheduler="tcp://127.0.0.1:9"))
    with pytest.raises(SolverError, match="there is no answer from a scheduler at 'nonsense://x': unknown address scheme"):
        fill(task(), tmp_path / "store", Place("cluster", scheduler="nonsense://x"))
    assert time.monotonic() - begun < 15


def test_without_dask_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NotApplicableError, match=r"the executor 'cluster' needs Dask: pip install 'negotiation\[cluster\]'"):
        fill(task(), tmp_path / "store", Place("cluster"))


def test_an_existing_cluster_is_used_and_left_running(tmp_path):
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp", host="127.0.0.1", dashboard_address=None
    ) as running:
        store = fill(task(), tmp_path / "store", Place("cluster", scheduler=running.scheduler_address))
        assert contents(store.path) == contents(fill(task(), tmp_path / "wanted").path)
        assert len(running.workers) == 1


def test_a_scheduler_without_workers_is_told(monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(cluster, "WORKERS", 0.5)
    with (
        LocalCluster(n_workers=0, processes=False, protocol="tcp", host="127.0.0.1", dashboard_address=None) as idle,
        pytest.raises(SolverError, match=r"the scheduler at tcp://127\.0\.0\.1:.* has no workers"),
    ):
        tabulate(task(), Place("cluster", scheduler=idle.scheduler_address))


SCHEDULER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


def test_a_scheduler_that_goes_away_ends_the_sweep_within_seconds(tmp_path):
    script = tmp_path / "scheduler.py"
    script.write_text(SCHEDULER)
    with subprocess.Popen([sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as running:
        address = running.stdout.readline().strip()
        place = Place("cluster", scheduler=address)
        killed = []

        def kill_once(*_):
            if not killed:
                running.kill()
                killed.append(time.monotonic())

        with pytest.raises(SolverError, match=r"the scheduler is gone|there is no answer from a scheduler"):
            fill(
                task("half_done", {"gain": 2000}), tmp_path / "store", place, Budget(report=lambda _, done, __: done > 200 and kill_once())
            )
        assert time.monotonic() - killed[0] < 20
