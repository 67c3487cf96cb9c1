"""The page on simulating: its commands print what it shows, its programs run."""

import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

import pytest
from program import ROOT, negotiation

PAGE = (ROOT / "docs" / "simulating.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n\$ (negotiation [^\n]*)\n(.*?)```", PAGE, flags=re.DOTALL)
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)


def lines(text):
    return [line.rstrip() for line in text.splitlines()]


def parts(shown):
    """The passages of an example between the lines that are left out."""
    found = [[]]
    for line in lines(shown):
        if line == "...":
            found.append([])
        else:
            found[-1].append(line)
    return [part for part in found if part]


def test_the_page_has_examples():
    assert (len(CONSOLE), len(PROGRAMS)) == (7, 4)


@pytest.mark.parametrize(("command", "shown"), CONSOLE)
def test_commands_print_what_the_page_shows(command, shown, tmp_path):
    done = negotiation(*shlex.split(command)[1:], cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    printed = lines(done.stdout)
    for part in parts(shown):
        places = [place for place in range(len(printed)) if printed[place : place + len(part)] == part]
        assert places, f"{part} is not printed in:\n{done.stdout}"
        printed = printed[places[0] + len(part) :]


def test_programs_run(tmp_path, monkeypatch):
    command = next(command for command, _ in CONSOLE if "--keep" in command)
    assert negotiation(*shlex.split(command)[1:], cwd=tmp_path).returncode == 0
    monkeypatch.chdir(tmp_path)
    # A module, as a script or a notebook is one: a sweep finds functions by their names in it.
    page = ModuleType("the_page_on_simulating")
    monkeypatch.setitem(sys.modules, page.__name__, page)
    page.SCENARIOS = Path(ROOT) / "scenarios"
    for program in PROGRAMS:
        exec(compile(program, "docs/simulating.md", "exec"), vars(page))  # noqa: S102 - the examples of our own page
    page.crises.close()
