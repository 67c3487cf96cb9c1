"""``negotiation sweep`` as its users meet it."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import numpy as np
import pytest
from program import ROOT, negotiation
from stored_sweeps import contents

import negotiation as package
from negotiation.cli import main

PRETEXT = str(ROOT / "scenarios" / "pretext.yaml")
DECEMBER = str(ROOT / "scenarios" / "december_2021.yaml")
SMALL = ("--axis", "pi_X=0:1:11", "--axis", "k_X=1:3:3")

#: Slow at each point, so that there is time to interrupt it.
SLOW = """\
import time

def slowly(scenario, variant, settings):
    time.sleep(0.02)
    return {"share": settings.get("pi_X", 0) * 2}
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """The program in this process, in a folder of its own: what it prints, and its exit status."""
    monkeypatch.chdir(tmp_path)

    def ran(*arguments):
        monkeypatch.setattr(sys, "argv", ["negotiation", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, end.value.code, printed.out, printed.err)

    return ran


def said(done):
    """What was printed, without line breaks."""
    return " ".join(done.stdout.split())


def test_what_happens_where_and_how_this_is_known(tmp_path):
    """theory.md 1.3: a modest bargain below pi_X = 1/2, a causal pretext above, both at it; compellence where k_X is below 2."""
    done = negotiation("sweep", PRETEXT, *SMALL, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    text = said(done)
    assert "11 x 3 = 33 points:" in text
    assert "modest bargain 5 15.2% 0 to 0.4 3 1.5 -1.5" in text
    assert "compellence 11 33.3% 0 to 1 1 6 -6" in text
    assert "causal pretext 5 15.2% 0.6 to 1 3 2.2 to 5 -7" in text
    assert "1 compellence or causal pretext 5 15.2% 0.6 to 1 2 2.2 to 6 -7" in text
    assert "Digits: several equilibria that come out differently" in text
    assert "At every point that was solved the list of equilibria is known to hold all." in text
    assert "The most that anybody could gain by leaving an equilibrium: nothing." in text
    assert "The exact solver decided 12 of 33 points." in text
    assert 'results = negotiation.open_store("results/pretext-sweep").to_xarray()' in text


def test_the_map_has_a_row_for_each_value_from_the_top_down(run):
    lines = run("sweep", PRETEXT, "--axis", "pi_X=0,1", "--axis", "k_X=1,3").stdout.splitlines()
    assert f"3 | {'A' * 30}{'C' * 30}" in lines
    assert f"1 | {'B' * 60}" in lines


def test_the_printed_lines_open_the_results(run, tmp_path):
    run("sweep", PRETEXT, *SMALL)
    results = package.open_store(tmp_path / "results" / "pretext-sweep").to_xarray()
    assert dict(results.sizes) | {"pi_X": 11, "k_X": 3} == dict(results.sizes)
    assert np.isclose(results["payoff_lowest"].sel(pi_X=0.6, k_X=3, player="challenger").item(), 2.2)


def test_the_same_command_finds_its_folder_and_another_sweep_has_another(run):
    for _ in range(2):
        assert 'open_store("results/pretext-sweep")' in run("sweep", PRETEXT, *SMALL).stdout
    other = run("sweep", PRETEXT, "--axis", "pi_X=3").stdout
    assert 'open_store("results/pretext-sweep-2")' in other
    of_variant = run("sweep", PRETEXT, "--variant", "E", "--axis", "pi_X=3").stdout
    assert 'open_store("results/pretext-E-sweep")' in of_variant


def test_without_axes_the_file_says_what_varies(run, tmp_path):
    text = said(run("sweep", PRETEXT, "--dry-run"))
    assert "101 x 101 = 10,201 points:" in text
    assert "10,201 points in 1 block of up to 65,536 points each" in text
    assert "Nothing was written." in text
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_as_a_document(run):
    found = json.loads(run("sweep", PRETEXT, *SMALL, "--dry-run", "--json").stdout)
    assert {"format", "version", "points", "blocks", "points_of_a_block", "bytes", "seconds", "design"} <= set(found)
    assert (found["points"], found["blocks"]) == (33, 1)


def test_the_document_has_stable_keys(run):
    done = run("sweep", PRETEXT, *SMALL, "--json")
    found = json.loads(done.stdout)
    assert set(found) == {
        *("format", "version", "scenario", "title", "variant", "settings", "summary", "concept", "design", "points"),
        *("computed", "failed", "exact_solver", "perhaps_incomplete", "regret", "guide", "answers", "columns", "counted", "notes"),
        *("store", "provenance"),
    }
    assert (found["format"], found["version"], found["guide"]) == ("negotiation sweep", 1, "reading")
    (pretext,) = [each for each in found["answers"] if each["name"] == "causal pretext"]
    assert set(pretext) == {"name", "possible", "points", "share", "within", "means", "among", "payoffs"}
    assert pretext["within"] == {"pi_X": [0.6, 1.0], "k_X": [3.0, 3.0]}
    assert pretext["payoffs"]["target"] == [-7.0, -7.0]
    assert set(found["columns"][0]) == {"column", "label", "lowest", "mean", "highest"}
    assert found["store"] == "results/pretext-sweep"


def test_variants_and_concepts_are_axes(run):
    text = said(run("sweep", PRETEXT, "--variants", "B,E", "--concepts", "nash,subgame_perfect"))
    assert "- the variant: 'B' and 'E'" in text
    assert "- the concept: 'nash' and 'subgame_perfect'" in text
    assert "modest bargain 1 25.0% B subgame_perfect" in text


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--zip", "pi_X=0.4,0.6", "--zip", "k_X=3,4"], "2 points: - pi_X and k_X together"),
        (["--latin", "8", "--axis", "pi_X=0.6:0.9", "--axis", "b"], "8 points: - pi_X and b together"),
        (["--sobol", "8", "--axis", "pi_X", "--axis", "k_X=1,3"], "2 x 8 = 16 points: - k_X"),
        (["--sobol", "4", "--set", "b=7"], "; b = 7 4 points: - g, a, h,"),
    ],
)
def test_parameters_that_vary_together(run, arguments, line):
    assert line in said(run("sweep", PRETEXT, *arguments))


def test_a_table_of_points(run, tmp_path):
    (tmp_path / "points.csv").write_text("pi_X,k_X,variant\n0.4,3,B\n0.6,3,E\n", encoding="utf-8")
    text = said(run("sweep", PRETEXT, "--table", "points.csv"))
    assert "2 points: - pi_X, k_X and variant together" in text
    assert "2 points from points.csv." in text[text.index("How this is known") :]


def test_many_parameters_have_their_means(run):
    text = said(run("sweep", PRETEXT, "--sobol", "64"))
    assert "The mean of each parameter over the points at which it happens" in text


def test_simulations(run):
    done = run("sweep", DECEMBER, "--what", "simulation", "--axis", "blame=0,2", "--option", "rounds=2")
    text = said(done)
    assert "how it most often ends" in text
    assert "Simulated without sampling, all courses of play at once (2 points)." in text
    sampled = run("sweep", DECEMBER, "--what", "simulation", "--replications", "50", "--seeds", "0:2", "--seed", "5")
    assert "- the seed of the random draws: 3 values" in sampled.stdout
    assert "by playing replications in the compiled engine (" in said(sampled)


def test_strategies_of_simulations_are_options(run):
    """A target that always accepts ends every crisis in which the challenger demands all with a capitulation."""
    arguments = ("--what", "simulation", "--axis", "blame=0,2", "--option", "rounds=2", "--json")
    plain, accepting = (
        json.loads(run("sweep", DECEMBER, *arguments, *more).stdout) for more in ((), ("--option", "behaviour.target=postpone"))
    )
    assert plain["answers"] != accepting["answers"]
    wrong = run("sweep", DECEMBER, *arguments, "--option", "behaviour.nobody=random")
    assert (wrong.returncode, "nobody" in wrong.stderr) == (2, True)


def test_a_function_of_ones_own(run, tmp_path):
    (tmp_path / "own.py").write_text(SLOW, encoding="utf-8")
    text = said(run("sweep", PRETEXT, "--what", "own.py:slowly", "--axis", "pi_X=0,0.5,1"))
    assert "share what slowly returns as 'share' 0 1 2" in text


def test_files_for_other_software_and_pictures(run, tmp_path):
    wanted = ["results.csv", "results.nc", "map.svg"]
    done = run(*("sweep", PRETEXT, *SMALL, "--export", "results.csv", "--export", "results.nc", "--plot", "map.svg"))
    assert "Written: results.csv, results.nc and map.svg." in said(done)
    assert all((tmp_path / name).stat().st_size > 1000 for name in wanted)
    again = run("sweep", PRETEXT, *SMALL, "--export", "results.csv")
    assert again.returncode == 2
    assert "results.csv is there already and is left as it is; name another place, or say --overwrite" in again.stderr
    assert run("sweep", PRETEXT, *SMALL, "--export", "results.csv", "--overwrite").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--axis", "pi_Y"], "has no parameter 'pi_Y'; did you mean 'pi_X'?"),
        (["--axis", "pi_X=0:2:5"], "pi_X must lie in [0, 1] (share of the blame that is gone once the maximal demand was refused), got 2"),
        (["--axis", "pi_X=0:1:x"], "pi_X"),
        (["--axis", "pi_X=1:0:5"], "an interval goes from the lowest to the highest"),
        (["--axis", "=3"], "an axis is written NAME=LOW:HIGH:N"),
        (["--axis", "pi_X", "--axis", "pi_X=3"], "pi_X varies twice in this design"),
        (["--axis", "pi_X", "--set", "pi_X=0.3"], "pi_X varies along an axis, so it cannot be"),
        (["--zip", "pi_X=0,1", "--zip", "b=1,2,3"], "parameters that vary together need equally many values: pi_X has 2, b has 3"),
        (["--variants", "B,Z"], "'Z'"),
        (["--concepts", "nash,nush"], "'nush'; did you mean 'nash'?"),
        (["--concept", "nush", "--axis", "pi_X"], "nush"),
        (["--seeds", "9:0", "--what", "simulation"], "seed"),
        (["--latin", "4", "--sobol", "4"], "--latin and --sobol are two ways to draw one sample"),
        (["--latin", "4", "--axis", "pi_X=0.5:0.5"], "an interval to draw from goes from low to high"),
        (["--table", "nowhere.csv"], "nowhere.csv cannot be read: No such file or directory"),
        (["--what", "nothing"], "expected equilibrium, simulation, FILE.py:NAME or MODULE:NAME, got 'nothing'"),
        (["--what", "nowhere.py:f"], "nowhere.py: cannot read the file"),
        (["--replications", "5"], "--replications is for --what simulation"),
        (["--option", "presision=2", "--axis", "pi_X"], "has no option 'presision'"),
        (["--executor", "there", "--axis", "pi_X=2"], "there"),
        (["--export", "results.doc"], "results are written to files that end in .nc, .csv, .parquet"),
        (["--plot", "map.doc"], "a picture is written as .pdf, .png, .svg"),
        (["--axis", "pi_X=3", "--axis", "b=3", "--axis", "k_X=9", "--axis", "a=3", "--plot", "map.svg"], "a picture has two axes"),
        (["--axis", "pi_X=1000001"], "the number of values along an axis must lie in [1, 1,000,000]"),
    ],
)
def test_mistakes_are_told_with_status_2_before_anything_is_written(run, tmp_path, arguments, message):
    done = run("sweep", PRETEXT, *arguments)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_another_sweep_or_something_else_is_refused(run, tmp_path):
    run("sweep", PRETEXT, *SMALL, "--out", "store")
    before = contents(tmp_path / "store")
    other = run("sweep", PRETEXT, "--axis", "pi_X=0:1:12", "--axis", "k_X=1:3:3", "--out", "store")
    assert other.returncode == 2
    assert "store holds another sweep; name another place. They differ in" in other.stderr
    assert "pi_X" in other.stderr
    assert contents(tmp_path / "store") == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
    mine = run("sweep", PRETEXT, *SMALL, "--out", "mine")
    assert mine.returncode == 2
    assert "it holds notes.txt" in mine.stderr


@contextmanager
def slow_sweep(folder, points=64):
    """A sweep of a slow function in 32 blocks or more, begun; killed in the end if it is still there."""
    (folder / "own.py").write_text(SLOW, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "negotiation", *slow_arguments(points=points)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def slow_arguments(*arguments, points=64):
    return ("sweep", PRETEXT, "--what", "own.py:slowly", "--axis", f"pi_X={points}", "--workers", "1", "--out", "store", *arguments)


def wait_for_parts(folder, count):
    """Wait until there are so many parts."""
    for _ in range(400):
        if len(list(folder.glob("store/parts/*/*.npz"))) >= count:
            return
        time.sleep(0.05)
    pytest.fail("the sweep does not come to anything")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "own.py").write_text(SLOW, encoding="utf-8")
    assert negotiation(*slow_arguments(), cwd=folder).returncode == 0
    return contents(folder / "store")


def test_a_killed_sweep_goes_on_and_ends_like_an_undisturbed_one(tmp_path, undisturbed):
    for parts in (1, 5, 12):
        with slow_sweep(tmp_path):
            wait_for_parts(tmp_path, parts)
    done = negotiation(*slow_arguments(), cwd=tmp_path)
    assert done.returncode == 0
    assert contents(tmp_path / "store") == undisturbed


def test_an_interruption_says_how_to_go_on(tmp_path, undisturbed):
    with slow_sweep(tmp_path) as process:
        wait_for_parts(tmp_path, 3)
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted; the same command goes on: " in told
    assert "of 32 blocks are kept in store" in told
    assert negotiation(*slow_arguments(), cwd=tmp_path).returncode == 0
    assert contents(tmp_path / "store") == undisturbed


def test_a_second_process_is_refused(run, tmp_path):
    with slow_sweep(tmp_path, points=6400) as process:
        wait_for_parts(tmp_path, 1)
        second = run(*slow_arguments(points=6400))
    assert second.returncode == 2
    assert "store" in second.stderr
    assert str(process.pid) in second.stderr


def test_when_time_is_up_what_is_there_is_told(tmp_path):
    (tmp_path / "own.py").write_text(SLOW, encoding="utf-8")
    done = negotiation(*slow_arguments("--time-limit", "0.4"), cwd=tmp_path)
    assert done.returncode == 1
    assert "failed: not everything was computed: the time is up; the same command goes on: " in done.stderr
    assert "64 points, of which " in done.stdout
    assert done.stdout.splitlines()[1] == PRETEXT


ABANDONED = """
import threading, time
from negotiation.cli.failures import leave
threading.Thread(target=time.sleep, args=(60,), name="sweep-1").start()
print("told")
leave(3)
"""


def test_abandoned_work_does_not_keep_the_process():
    """A thread that goes on computing would be waited for, or taken down in mid-computation, which looks like a crash."""
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", ABANDONED], capture_output=True, text=True, check=False, cwd=ROOT, timeout=50)
    assert (done.returncode, done.stdout) == (3, "told\n")
    assert time.monotonic() - begun < 30


def test_processes_give_the_same_bytes(tmp_path):
    for name, executor in (("one", "here"), ("two", "processes")):
        done = negotiation("sweep", PRETEXT, *SMALL, "--executor", executor, "--workers", "2", "--out", name, cwd=tmp_path)
        assert done.returncode == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
