"""The program run as its users run it, in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def negotiation(*arguments: str, cwd: Path = ROOT, stdin: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program and return what it printed and its exit status."""
    return subprocess.run(
        [sys.executable, "-m", "negotiation", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def interrupted(*arguments: str, after: float) -> subprocess.CompletedProcess[str]:
    """Run the program, press Ctrl-C after some seconds (its own processes hear it too), and return what it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "negotiation", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(after)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)
