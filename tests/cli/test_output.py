"""Where the output goes: encodings without arrows, full devices, closed pipes, folders that are not there."""

import subprocess
import sys
from pathlib import Path

import pytest
from program import ROOT, negotiation

FLAGSHIP = "scenarios/december_2021.yaml"
CHICKEN = "scenarios/chicken.yaml"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_an_encoding_without_arrows_does_not_end_the_answer(encoding):
    done = negotiation("solve", FLAGSHIP, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Moscow: ultimatum ? Washington and NATO: refuse ? Moscow: act ? covered revision" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_full_device_is_told_in_one_line(form):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "negotiation", "solve", CHICKEN, *form],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "cannot write: no space left on device"
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGPIPE")
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_closed_pipe_has_the_same_status_in_each_form(form):
    process = subprocess.Popen(
        [sys.executable, "-m", "negotiation", "solve", CHICKEN, *form], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 141
    process.stderr.close()


def test_a_folder_that_is_not_there_is_named(tmp_path):
    place = tmp_path / "nowhere" / "chicken.json"
    done = negotiation("solve", CHICKEN, "--certificate", str(place))
    assert done.returncode == 2
    assert done.stderr == f"{place}: there is no folder {place.parent}\n"


def test_a_setting_with_a_huge_exponent_is_refused():
    done = negotiation("solve", CHICKEN, "--set", "win=1e999999999")
    assert done.returncode == 2
    assert done.stderr == "win: expected a number with an exponent within 400, got '1e999999999'\n"
