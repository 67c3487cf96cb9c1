"""Sweeps that are killed, that run out of room, and that are interrupted: nothing is lost, and nothing shows in the end."""

import errno
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from stored_sweeps import contents, task

from negotiation.errors import SolverError, StoreError
from negotiation.sweeping.filling import Place, fill
from negotiation.sweeping.work import store_part

ROOT = Path(__file__).parents[2]

#: 12 points in 12 blocks.
AXES = {"gain": 4, "cost": 3}

#: The steps at which the system is asked for something that has to last.
STEPS = ("writev", "pwrite", "fsync", "replace", "mkdir", "ftruncate", "unlink")


class Steps:
    """Does something in place of the system's step number ``fatal``, and counts the steps."""

    def __init__(self, fatal, deed):
        self.fatal, self.deed, self.count = fatal, deed, 0

    def wrapped(self, step):
        def wrapper(*arguments, **named):
            self.count += 1
            if self.count == self.fatal:
                self.deed(step, *arguments)
            return step(*arguments, **named)

        return wrapper


def full_disk(step, *arguments):
    """What happens to a write when there is no room: some of it may be written."""
    if step.__name__ == "writev":
        step(arguments[0], arguments[1][: len(arguments[1]) // 2])
    if step.__name__ != "unlink":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_is_full_at_any_step_loses_nothing(tmp_path, monkeypatch):
    mine = task(axes=AXES)
    wanted = contents(fill(mine, tmp_path / "wanted", Place("here", 1)).path)
    originals = {name: getattr(os, name) for name in STEPS}
    fatal, messages = 0, []
    while True:
        fatal += 1
        steps = Steps(fatal, full_disk)
        for name, original in originals.items():
            monkeypatch.setattr(os, name, steps.wrapped(original))
        store = tmp_path / f"store-{fatal}"
        try:
            fill(mine, store, Place("here", 1))
        except SolverError as error:
            messages.append(str(error))
        monkeypatch.undo()
        left = [name for name in contents(store) if "unfinished" in name] if store.exists() else []
        assert not left
        assert contents(fill(mine, store, Place("here", 1)).path) == wanted
        if steps.count < fatal:
            break
    assert fatal > 45  # each of 12 parts takes four steps
    told = r".*: there is no room left; make room, and the same command goes on: \d+ of 12 blocks are kept in .*"
    assert len(messages) > 45
    assert all(re.fullmatch(told, message) for message in messages)


KILLED_AT_EVERY_STEP = """
import itertools, os, pathlib, signal, sys
sys.path[:0] = ["tests", "tests/sweeping"]
from stored_sweeps import contents, task
from negotiation.sweeping.filling import Place, fill
from test_interruptions import AXES, STEPS, Steps

mine = task(axes=AXES)
mine.layout()

def status_of_child(folder, fatal):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    steps = Steps(fatal, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    for name in STEPS:
        setattr(os, name, steps.wrapped(getattr(os, name)))
    fill(mine, folder, Place("here", 1))
    os._exit(0)

undisturbed = pathlib.Path(sys.argv[1], "undisturbed")
assert status_of_child(undisturbed, None) == 0
for fatal in itertools.count(1):
    folder = pathlib.Path(sys.argv[1], str(fatal))
    if status_of_child(folder, fatal) == 0:
        break
    assert status_of_child(folder, None) == 0
    assert contents(folder) == contents(undisturbed), fatal
print(fatal)
"""


def test_a_kill_at_any_step_loses_nothing(tmp_path):
    script = tmp_path / "killed.py"
    script.write_text(KILLED_AT_EVERY_STEP)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 45


RUN = """
import sys
sys.path.insert(0, "tests")
from stored_sweeps import task
from negotiation.sweeping.filling import Place, fill
if __name__ == "__main__":
    mine = task("slow")
    mine.layout()
    print("begun", flush=True)
    try:
        fill(mine, sys.argv[1], Place(sys.argv[2], 2))
    except KeyboardInterrupt as interruption:
        print(*interruption.__notes__, flush=True)
        sys.exit(130)
"""


@pytest.fixture
def begun(tmp_path):
    """Starts a sweep of 200 points that takes a fifth of a second or more, in a process of its own."""
    script = tmp_path / "run.py"
    script.write_text(RUN)
    processes = []

    def begin(store, executor="here"):
        command = [sys.executable, str(script), str(store), executor]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, env=ENVIRONMENT
        )
        processes.append(process)
        assert process.stdout.readline() == "begun\n"
        return process

    yield begin
    for process in processes:
        process.kill()
        process.communicate()


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def parts_in(store):
    return sum(1 for _ in store.rglob("0*.npz"))


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_a_sweep_that_is_killed_again_and_again_ends_like_an_undisturbed_one(tmp_path, begun):
    store = tmp_path / "store"
    for kill, instant in enumerate(np.random.default_rng(20).uniform(0, 0.03, 6)):
        process = begun(store)
        wait_for(lambda kill=kill: parts_in(store) >= 7 * kill)
        time.sleep(instant)
        process.kill()
        process.wait()
    assert 0 < parts_in(store) < 50
    assert contents(fill(task("slow"), store).path) == contents(fill(task("slow"), tmp_path / "wanted").path)


def test_at_most_one_block_for_each_worker_is_done_twice(tmp_path, begun, monkeypatch):
    store = tmp_path / "store"
    process = begun(store)
    wait_for(lambda: parts_in(store) >= 10)
    process.kill()
    process.wait()
    kept = parts_in(store)
    computed = []
    monkeypatch.setattr("negotiation.sweeping.filling.store_part", lambda order: computed.append(order.label.block) or store_part(order))
    fill(task("slow"), store)
    assert len(computed) == 50 - kept


@pytest.mark.parametrize("executor", ["here", "processes"])
def test_a_second_process_is_refused_as_long_as_the_first_one_works(tmp_path, begun, executor):
    """The system takes a lock away as soon as the process that has it closes the file, for example after reading it."""
    store = tmp_path / "store"
    process = begun(store, executor)
    for parts in (1, 10, 20):
        wait_for(lambda parts=parts: parts_in(store) >= parts)
        os.kill(process.pid, signal.SIGSTOP)
        with pytest.raises(StoreError, match=f"process {process.pid} on .* is working on it"):
            fill(task("slow"), store)
        os.kill(process.pid, signal.SIGCONT)
    process.communicate(timeout=20)
    assert process.returncode == 0


@pytest.mark.parametrize("executor", ["here", "processes", "cluster"])
def test_ctrl_c_says_what_is_kept_and_how_to_go_on(tmp_path, begun, executor):
    store = tmp_path / "store"
    process = begun(store, executor)
    wait_for(lambda: parts_in(store) >= 3)
    os.killpg(process.pid, signal.SIGINT)
    told, noise = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in noise
    assert re.fullmatch(rf"the same command goes on: \d+ of 50 blocks are kept in {store}\n", told)
    assert contents(fill(task("slow"), store).path) == contents(fill(task("slow"), tmp_path / "wanted").path)


def test_processes_do_not_outlive_the_one_that_started_them(tmp_path, begun):
    store = tmp_path / "store"
    process = begun(store, "processes")
    wait_for(lambda: parts_in(store) >= 3)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    workers = [Path("/proc", child) for child in children.read_text().split()]
    assert len(workers) >= 2
    process.kill()
    process.wait()
    wait_for(lambda: not any((worker / "cmdline").exists() and (worker / "cmdline").read_bytes() for worker in workers))
    assert contents(fill(task("slow"), store).path) == contents(fill(task("slow"), tmp_path / "wanted").path)
