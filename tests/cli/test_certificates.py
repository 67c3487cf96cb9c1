"""Certificates, conversion and the selection panel on the command line."""

import json

import pytest
from program import negotiation

PRETEXT = "scenarios/pretext.yaml"


@pytest.mark.parametrize(
    ("file", "concept"),
    [
        (PRETEXT, "subgame_perfect"),
        (PRETEXT, "nash"),
        ("scenarios/beer_quiche.yaml", "sequential"),
        ("scenarios/audience.yaml", "sequential"),
    ],
)
def test_a_certificate_is_written_and_holds(tmp_path, file, concept):
    target = tmp_path / "certificate.json"
    assert negotiation("solve", file, "--concept", concept, "--certificate", str(target)).returncode == 0
    done = negotiation("verify", str(target))
    assert done.returncode == 0
    assert "all hold" in done.stdout


def test_a_changed_digit_is_caught(tmp_path):
    target = tmp_path / "certificate.json"
    negotiation("solve", PRETEXT, "--certificate", str(target))
    # The challenger's payoff under the pretext is 11/5.
    target.write_text(target.read_text(encoding="utf-8").replace('"11/5"', '"12/5"', 1), encoding="utf-8")
    done = negotiation("verify", str(target))
    assert done.returncode == 1
    assert "does not hold" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_certificate_is_never_written_over_another(tmp_path):
    target = tmp_path / "certificate.json"
    negotiation("solve", PRETEXT, "--certificate", str(target))
    before = target.read_text(encoding="utf-8")
    done = negotiation("solve", PRETEXT, "--variant", "B", "--certificate", str(target))
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert target.read_text(encoding="utf-8") == before
    assert negotiation("solve", PRETEXT, "--variant", "B", "--certificate", str(target), "--overwrite").returncode == 0


def test_what_is_no_certificate_is_refused():
    done = negotiation("verify", "README.md")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("README.md: line 1, column 1: not a JSON document")


def test_games_go_to_gambit_and_come_back(tmp_path):
    tree, table = tmp_path / "game.efg", tmp_path / "game.nfg"
    assert negotiation("convert", PRETEXT, str(tree), "--variant", "B").returncode == 0
    found = json.loads(negotiation("solve", str(tree), "--json").stdout)
    assert found["equilibria"][0]["path"] == ["modest demand", "accept"]
    assert found["scenario"] == "game"
    done = negotiation("convert", str(tree), str(table))
    assert "the tree was written in its reduced normal form" in done.stderr
    assert json.loads(negotiation("solve", str(table), "--json").stdout)["concept"] == "nash"
    again = negotiation("convert", str(tree), str(table))
    assert again.returncode == 2


def test_a_malformed_game_file_has_a_place(tmp_path):
    file = tmp_path / "broken.efg"
    file.write_text('EFG 2 R "broken" { "one" "two" }\np "" 1 1 "" { "a" "b" } 0\nt "" 1 "x" { 1, two }\n', encoding="utf-8")
    done = negotiation("solve", str(file))
    assert done.returncode == 2
    assert done.stderr.startswith(f"{file}:3:")


def test_the_panel_puts_outcomes_side_by_side():
    done = negotiation("solve", "scenarios/stag_hunt.yaml", "--panel")
    assert "risk dominant" in done.stdout
    found = json.loads(negotiation("solve", "scenarios/stag_hunt.yaml", "--panel", "--json").stdout)["panel"]
    dominant = [outcome["payoffs"] for outcome in found["outcomes"] if outcome["risk_dominant"]]
    # With 5 for the stag together and 3 for the hare, leaving stag alone costs 2 and leaving hare alone costs 3.
    assert dominant == [[3.0, 3.0]]


def test_a_time_limit_gives_what_is_certified_so_far(tmp_path):
    rows = " ".join(str((7 * number * number + 3 * number) % 101) for number in range(2 * 14 * 14))
    file = tmp_path / "large.nfg"
    file.write_text(f'NFG 1 R "large" {{ "row" "column" }} {{ 14 14 }}\n\n{rows}\n', encoding="utf-8")
    done = negotiation("solve", str(file), "--time-limit", "0.05", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["complete"] is False
    assert found["equilibria"]
    assert all(equilibrium["regret"] <= 1e-9 for equilibrium in found["equilibria"])
