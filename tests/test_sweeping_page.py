"""The page on sweeping: its programs run, and what it says of mistakes is what is said."""

import re

import pytest
from program import ROOT
from program import negotiation as program_run

import negotiation
from negotiation.designs.table import table
from negotiation.errors import LocatedError

PAGE = (ROOT / "docs" / "sweeping.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture
def scenario():
    return negotiation.load(ROOT / "scenarios" / "pretext.yaml")


def test_what_is_shown_of_a_mistake_in_a_table_is_what_is_said(scenario, tmp_path, monkeypatch):
    shown = re.search(r"```text\n(points\.csv:.*?)\n```", PAGE, flags=re.DOTALL)[1]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "points.csv").write_text("pi_X,k_X\n0.4,5\n0.45,6\n0.45,21\n")
    with pytest.raises(LocatedError) as caught:
        table(scenario, "points.csv")
    assert str(caught.value).replace("scenarios/", "") == shown


@pytest.mark.parametrize(("command", "shown"), re.findall(r"```\n\$ negotiation (.*?)\n\n(.*?)```", PAGE, flags=re.DOTALL))
def test_what_is_shown_of_a_sweep_is_what_is_printed(tmp_path, command, shown):
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    printed = program_run(*command.split(), cwd=tmp_path, COLUMNS="100").stdout
    assert [line.rstrip() for line in printed.splitlines()] == shown.splitlines()


def test_an_axis_of_eleven_shares_hits_the_tie(scenario):
    """At pi_X = 1/2 acting after a refusal pays 8 - 3 - 7/2 = 3/2, as much as the modest demand that is granted."""
    game = scenario.game(pi_X="0.5")
    assert len(negotiation.solve(game).equilibria) > 1


def test_the_program_of_the_first_page_runs(tmp_path, monkeypatch):
    """It loads, solves, simulates, compares, and sweeps with a picture, as a reader of the README would."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    program = "".join(re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL))
    names = {}
    exec(compile(program, "README.md", "exec"), names)  # noqa: S102 - the same
    assert names["results"].sizes["pi_X"] == 201
    assert (tmp_path / "map.svg").stat().st_size > 10_000


def test_programs_run(scenario, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    names = {"scenario": scenario}
    exec(compile(PROGRAMS[0], "docs/sweeping.md", "exec"), names)  # noqa: S102 - the examples of our own page
    assert (names["results"].sizes["pi_X"], names["results"].sizes["k_X"]) == (101, 3)
    assert (tmp_path / "map.png").stat().st_size > 10_000
    names["results"] = negotiation.sweep(scenario, ["pi_X=0.4,0.6", "k_X=3"], store="sweep")
    for program in PROGRAMS[1:]:
        exec(compile(program, "docs/sweeping.md", "exec"), names)  # noqa: S102 - the examples of our own page
    assert names["crossed"].size == 6144
    assert names["sure"].item() == 10 / 121
    assert (tmp_path / "resolve.png").stat().st_size > 10_000
    assert set(names["readings"]) == set(names["shares"].index) == {"compellence", "modest bargain", "causal pretext"}
    names["found"].close()
