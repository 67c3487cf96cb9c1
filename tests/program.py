"""The program run as its users run it, in a process of its own."""

import os
import subprocess
import sys
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
