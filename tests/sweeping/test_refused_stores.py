"""Stores that are refused: of another sweep, in use, in a folder with something else; and what else is asked in vain."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from stored_sweeps import TEXT, contents, task

from negotiation.errors import ParameterError, StoreError, UnknownNameError
from negotiation.scenario.scenario import loads
from negotiation.sweeping import manifest as manifests
from negotiation.sweeping.filling import Place, fill
from negotiation.sweeping.planning import Asked, blocks_of_task, plan
from negotiation.sweeping.store import open_store, working

ROOT = Path(__file__).parents[2]


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
        while not (tmp_path / "store" / "manifest.json").exists():
            time.sleep(0.01)
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


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK])
def test_a_file_system_without_locks_is_told(tmp_path, monkeypatch, number):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.lockf", fail)
    with pytest.raises(
        StoreError, match="its file system has no locks, so nothing would keep two processes apart; name a place on another"
    ):
        fill(task(), tmp_path)
