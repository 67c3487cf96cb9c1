"""The program run as its users run it, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


#: What a test run may have set for its own output.
OF_TERMINALS = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")


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
        env={**{name: value for name, value in os.environ.items() if name not in OF_TERMINALS}, "PYTHONPATH": str(ROOT), **environment},
    )
