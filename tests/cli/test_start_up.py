"""Start-up: what each entry imports, so that help is quick and a check needs no solver."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

HEAVY = ("nashpy", "simpy", "numba", "scipy", "matplotlib", "pandas", "xarray", "jinja2")


def imported(program: str, *arguments: str) -> set[str]:
    """Return the names of the modules that are loaded when a program ends."""
    code = (
        f"import sys; sys.argv = ['negotiation', *{list(arguments)!r}]\ntry:\n    {program}\nexcept SystemExit: pass\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        ("import negotiation", ()),
        ("from negotiation.cli import main; main()", ("--help",)),
        ("from negotiation.cli import main; main()", ("check", "scenarios/december_2021.yaml")),
        ("from negotiation.cli import main; main()", ("schema",)),
    ],
)
def test_light_entries_import_nothing_heavy(program, arguments):
    loaded = imported(program, *arguments)
    assert not loaded & set(HEAVY)


def test_importing_the_package_and_asking_for_help_need_no_numpy():
    assert "numpy" not in imported("import negotiation")
    assert "numpy" not in imported("from negotiation.cli import main; main()", "--help")
