"""The command line as its users meet it: what is printed where, and with which exit status."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from program import ROOT, interrupted, negotiation

FLAGSHIP = "scenarios/december_2021.yaml"

BROKEN = """\
negotiation: 1
title: A slip of the pen
players: {challenger: A, target: B}
parameters: {blame: {value: 1, range: [0, 2], about: blame}}
game: {player: challenger, actions: {wait: quiet, act: acted}}
outcomes:
  quiet: {challenger: 0, target: 0}
  acted: {challenger: 1 - blaim, target: -1}
"""


def test_solve_says_who_does_what_and_why():
    done = negotiation("solve", FLAGSHIP)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "Moscow: ultimatum → Washington and NATO: refuse → Moscow: act → covered revision [causal pretext]" in done.stdout
    assert "There is exactly one equilibrium." in done.stdout
    assert "modest demand 0.2; wait 0; revise -0.2" in done.stdout
    assert "Best for Moscow would be 'accept', worth 1. What comes is 'refuse', worth 0.52" in done.stdout


def test_solve_prints_one_document_and_nothing_else():
    done = negotiation("solve", FLAGSHIP, "--json", "--variant", "wants the refusal")
    found = json.loads(done.stdout)
    keys = {"scenario", "concept", "variant", "parameters", "complete", "equilibria", "components", "notes", "provenance"}
    assert keys <= set(found)
    (equilibrium,) = found["equilibria"]
    assert {"payoffs", "behaviour", "beliefs", "path", "outcomes", "reading", "regret"} <= set(equilibrium)
    assert equilibrium["path"] == ["ultimatum", "refuse", "act"]
    # R_X = 1.6 - 0.3 - 1.4 * (1 - 0.8) = 1.02, more than the 1 that acceptance would bring.
    assert equilibrium["payoffs"] == {"challenger": 1.02, "target": -0.8}
    assert equilibrium["behaviour"]["challenger"]["start"]["ultimatum"] == 1
    assert equilibrium["regret"] == 0
    assert found["parameters"]["gain"] == 1.6
    assert found["complete"] is True
    assert found["provenance"]["command"][:2] == ["negotiation", "solve"]


def test_exact_numbers_are_strings():
    done = negotiation("solve", "scenarios/chicken.yaml", "--json", "--exact")
    profiles = [equilibrium["profile"] for equilibrium in json.loads(done.stdout)["equilibria"]]
    assert all(isinstance(p, str) for profile in profiles for row in profile.values() for p in row.values())


def test_several_files_give_one_line_each_and_a_mistake_does_not_stop_the_others(tmp_path):
    (tmp_path / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    done = negotiation("solve", "scenarios/chicken.yaml", str(tmp_path / "broken.yaml"), "scenarios/stag_hunt.yaml", "--json")
    assert done.returncode == 2
    assert [json.loads(line)["scenario"] for line in done.stdout.splitlines()] == ["chicken", "stag_hunt"]
    assert "broken.yaml:8:27: unknown name 'blaim'" in done.stderr


def test_settings_and_variants_are_checked():
    done = negotiation("solve", FLAGSHIP, "--set", "blaim=1")
    assert done.returncode == 2
    assert "has no parameter 'blaim'; did you mean 'blame'?" in done.stderr
    done = negotiation("solve", FLAGSHIP, "--set", "cover=1.5")
    assert (done.returncode, done.stdout) == (2, "")
    assert "cover must lie in [0, 1]" in done.stderr
    done = negotiation("solve", FLAGSHIP, "--variant", "no covr")
    assert "did you mean 'no cover'?" in done.stderr
    done = negotiation("solve", FLAGSHIP, "--set", "cover")
    assert done.returncode == 2
    assert "expected NAME=VALUE, got 'cover'" in done.stderr


def test_unknown_concepts_options_commands_and_files_are_named():
    assert "there is no concept 'nsh'; did you mean 'nash'?" in negotiation("solve", FLAGSHIP, "--concept", "nsh").stderr
    done = negotiation("solve", FLAGSHIP, "--concept", "quantal_response", "--option", "lambda=2")
    assert (done.returncode, done.stderr) == (2, "quantal_response has no option 'lambda'; it has precision\n")
    done = negotiation("slove", FLAGSHIP)
    assert done.returncode == 2
    assert "did you mean 'solve'?" in done.stderr
    done = negotiation("solve", "nowhere.yaml")
    assert done.returncode == 2
    assert "nowhere.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_shows_the_place_of_a_mistake(tmp_path):
    file = tmp_path / "draft.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    done = negotiation("check", FLAGSHIP, str(file))
    assert done.returncode == 2
    assert done.stdout.startswith(f"{FLAGSHIP}: sound; 2 players, a tree with 17 nodes")
    assert done.stderr.startswith(f"{file}:8:27: unknown name 'blaim' in the payoff of 'challenger' at outcome 'acted'\n")
    assert "^^^^^" in done.stderr
    assert "did you mean 'blame'?" in done.stderr


def test_a_scenario_comes_from_standard_input_or_by_its_name():
    text = (ROOT / FLAGSHIP).read_text(encoding="utf-8")
    piped, named = negotiation("solve", "-", "--json", stdin=text), negotiation("solve", "december_2021", "--json", cwd=Path("/"))
    assert json.loads(piped.stdout)["equilibria"] == json.loads(named.stdout)["equilibria"]


def test_simulate_gives_shares_payoffs_and_rounds():
    done = negotiation("simulate", FLAGSHIP, "--replications", "200", "--seed", "7", "--json")
    found = json.loads(done.stdout)
    assert {"ends", "payoffs", "rounds", "replications", "seed", "engine", "provenance"} <= set(found)
    assert sum(found["ends"].values()) == pytest.approx(1)
    assert (found["replications"], found["seed"], found["engine"]) == (200, 7, "events")
    assert set(found["payoffs"]["challenger"]) == {"mean", "standard_error"}
    again = negotiation("simulate", FLAGSHIP, "--replications", "200", "--seed", "7", "--json", PYTHONHASHSEED="3")
    assert done.stdout == again.stdout


def test_simulate_follows_another_strategy_when_told():
    done = negotiation("simulate", FLAGSHIP, "--behaviour", "challenger=equilibrium", "--behaviour", "target=equilibrium", "--json")
    assert json.loads(done.stdout)["ends"] == {"covered revision": 1.0}


def test_a_trace_tells_one_crisis():
    done = negotiation("simulate", FLAGSHIP, "--behaviour", "challenger=equilibrium", "--behaviour", "target=equilibrium", "--trace", "1")
    moves = "  Moscow: ultimatum\n  Washington and NATO: refuse\n  Moscow: act\n"
    assert f"{moves}  → covered revision [causal pretext]; the round pays Moscow 0.52 and Washington and NATO -0.8" in done.stdout


def test_run_writes_a_result_and_never_over_another(tmp_path):
    done = negotiation("run", str(ROOT / FLAGSHIP), "--replications", "50", cwd=tmp_path)
    assert done.returncode == 0
    folder = tmp_path / "results" / "december_2021"
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert result["solution"]["equilibria"][0]["reading"] == "causal pretext"
    assert result["simulation"]["replications"] == 50
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "What happens: causal pretext" in page
    assert "http://" not in page
    assert "https://" not in page
    again = negotiation("run", str(ROOT / FLAGSHIP), "--replications", "50", cwd=tmp_path)
    assert "december_2021-2" in again.stdout
    refused = negotiation("run", str(ROOT / FLAGSHIP), "--out", str(folder), cwd=tmp_path)
    assert refused.returncode == 2
    assert "holds result.json and report.html already" in refused.stderr
    assert json.loads((folder / "result.json").read_text(encoding="utf-8")) == result


def test_what_the_user_wrote_cannot_become_markup(tmp_path):
    text = (ROOT / FLAGSHIP).read_text(encoding="utf-8").replace("challenger: Moscow", 'challenger: "<script>alert(1)</script>"')
    (tmp_path / "odd.yaml").write_text(text, encoding="utf-8")
    negotiation("run", "odd.yaml", "--replications", "5", "--out", "out", cwd=tmp_path)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_closed_pipe_is_no_error():
    program = f"{sys.executable} -m negotiation"
    done = subprocess.run(
        ["bash", "-c", f"{program} concepts | head -1; {program} solve {FLAGSHIP} | true"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""


def test_an_interrupted_simulation_tells_what_is_done():
    # The first run compiles what the second one finds compiled, so that Ctrl-C comes while it plays.
    negotiation("simulate", FLAGSHIP, "--replications", "10", "--engine", "events")
    done = interrupted("simulate", FLAGSHIP, "--replications", "10000000", "--engine", "events", "--json", after=6)
    assert done.returncode == 130
    found = json.loads(done.stdout)
    assert 0 < found["replications"] < 10_000_000
    assert found["complete"] is False
    assert any("interrupted" in note for note in found["notes"])
    assert "Traceback" not in done.stderr


def test_no_colour_and_a_narrow_terminal():
    done = negotiation("solve", FLAGSHIP, NO_COLOR="1", COLUMNS="40")
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 40
    assert "\x1b[" in negotiation("solve", FLAGSHIP, FORCE_COLOR="1").stdout


def test_the_schema_is_json():
    schema = json.loads(negotiation("schema").stdout)
    assert schema["title"] == "A negotiation scenario"


def test_the_lists_name_every_member():
    concepts = negotiation("concepts").stdout
    for path in (ROOT / "negotiation" / "concepts").glob("[a-z]*.py"):
        assert path.stem in concepts
    strategies = negotiation("strategies").stdout
    for path in (ROOT / "negotiation" / "strategies").glob("[a-z]*.py"):
        assert path.stem in strategies


def test_version_and_help():
    assert negotiation("--version").stdout.startswith("negotiation, version 0.")
    text = negotiation("--help").stdout
    for name in ("check", "solve", "simulate", "run", "schema", "concepts", "strategies"):
        assert f"\n  {name} " in text


def test_a_scenario_that_cannot_be_played_is_solved_all_the_same(tmp_path):
    done = negotiation("run", str(ROOT / "scenarios" / "audience.yaml"), "--out", "out", cwd=tmp_path)
    assert done.returncode == 0
    assert "Not played: " in done.stdout
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert result["simulation"] is None
    assert "audience" in result["not_simulated_because"]
    assert len(result["solution"]["equilibria"]) == 2
