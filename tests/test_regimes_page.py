"""The page on regimes: its commands print what it shows, its programs run."""

import re
import shlex

import pytest
from program import ROOT, negotiation

PAGE = (ROOT / "docs" / "regimes.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n\$ (negotiation [^\n]*)\n(.*?)```", PAGE, flags=re.DOTALL)
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)


def parts(shown):
    """The passages of an example between the lines that are left out."""
    return [part.strip().splitlines() for part in re.split(r"^\.\.\.$", shown, flags=re.MULTILINE) if part.strip()]


def test_the_page_has_examples():
    assert (len(CONSOLE), len(PROGRAMS)) == (7, 2)


@pytest.mark.parametrize(("command", "shown"), CONSOLE)
def test_commands_print_what_the_page_shows(command, shown):
    done = negotiation(*shlex.split(command)[1:])
    assert (done.returncode, done.stderr) == (0, "")
    printed = [line.strip() for line in done.stdout.splitlines()]
    for part in parts(shown):
        wanted = [line.strip() for line in part]
        assert any(printed[place : place + len(wanted)] == wanted for place in range(len(printed))), f"not printed: {part}"


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs_run(program, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    exec(compile(program, "docs/regimes.md", "exec"), {})  # noqa: S102 - the examples of our own page
    assert capsys.readouterr().out


def test_the_critical_cost_is_what_the_tests_of_it_have():
    """The figures of the worked example, from the formula of the theory."""
    for harm, value, printed in [(0.75, 0.32, "1.34375"), (0.75, 0.41, "0.8292682927")]:
        assert printed in PAGE
        assert f"{harm / value - 1:.10g}" == printed
