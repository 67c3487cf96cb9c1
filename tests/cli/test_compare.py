"""``negotiation compare`` as its users meet it."""

import json

import pytest
from program import negotiation

PRETEXT = "scenarios/pretext.yaml"


def test_one_screen_says_what_changed_and_what_explains_it():
    done = negotiation("compare", PRETEXT, "--variant", "B", "--variant", "E")
    assert done.returncode == 0
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) <= 24
    assert "What happens changes: from 'modest bargain' to 'causal pretext'." in done.stdout
    assert "Only pi_X differs, and so pi_X alone explains the change." in done.stdout
    assert "Payoffs: Challenger from 1.5 to 2.2; Target from -1.5 to -7; their sum from 0 to -4.8." in done.stdout
    said = " ".join(done.stdout.split())
    assert (
        "As pi_X goes from 0.45 to 0.6, what happens flips once, at pi_X = 0.5 exactly: before it 'modest bargain', beyond it "
        "'causal pretext', exactly there either of the two." in said
    )
    assert "If they played as in variant 'B' although the game is that of variant 'E': Challenger could gain 0.7" in said


def test_alternatives_of_settings_and_what_is_not_needed():
    done = negotiation("compare", PRETEXT, "--with", "pi_X=0.45", "--with", "b=6,k_X=1")
    said = " ".join(done.stdout.split())
    assert "k_X alone explains the change: with it as in b = 6, k_X = 1 and everything else left as it was" in said
    assert "the other 2 differences are not needed." in said


def test_several_ways_to_explain_a_change():
    said = " ".join(negotiation("compare", PRETEXT, "--variant", "D", "--variant", "G").stdout.split())
    assert "b, v_X, k_X, v_M and v_Q together; or b, v_X, k_X, v_M and c_Q together." in said
    assert "Every set that is enough has b, k_X, v_M and v_X in it." in said


def test_a_bounded_search_says_its_bound():
    said = " ".join(negotiation("compare", PRETEXT, "--variant", "D", "--variant", "G", "--most-solves", "30").stdout.split())
    assert "All sets of up to 2 parameters were tried, 28 games solved; larger ones were not. No such set is enough" in said


def test_rival_theories_side_by_side():
    said = " ".join(negotiation("compare", PRETEXT, "--concept", "nash", "--concept", "sequential").stdout.split())
    assert "nash: 12 equilibria in 2 outcomes, and no others." in said
    assert "- Vanishes: 'modest bargain'. - Stays: 'causal pretext'." in said
    assert "The game is the same: the theory alone makes the difference." in said


def test_a_theory_with_an_option():
    said = negotiation("compare", "scenarios/stag_hunt.yaml", "--concept", "nash", "--concept", "quantal_response:precision=2").stdout
    assert "precision = 2" in said
    assert "A list of equilibria may not be whole" in said


def test_games_of_another_shape_say_what_cannot_be_compared():
    said = " ".join(negotiation("compare", PRETEXT, "scenarios/demand_size.yaml").stdout.split())
    assert "What happens has the same name on both sides, but the course of play is another." in said
    assert "- Appears: 'causal pretext' (15 outcomes)." in said
    assert "the games differ in shape: challenger has other actions after 'start' in demand_size." in said


def test_stored_results(tmp_path):
    path = tmp_path / "b.json"
    path.write_text(negotiation("solve", PRETEXT, "--variant", "B", "--json").stdout, encoding="utf-8")
    done = negotiation("compare", str(path), PRETEXT)
    assert done.returncode == 0
    assert "Only pi_X differs" in done.stdout


def test_a_change_that_formulas_cannot_follow_is_bracketed():
    said = " ".join(negotiation("compare", PRETEXT, "--concept", "sequential", "--variant", "B", "--variant", "E").stdout.split())
    assert "between pi_X = 0.49999" in said
    assert "This was found by halving the way and solving the game again; there may be other changes on the way." in said


def test_the_document_has_stable_keys_and_exact_numbers():
    done = negotiation("compare", PRETEXT, "--variant", "B", "--variant", "E", "--json", "--exact")
    found = json.loads(done.stdout)
    assert (found["format"], found["version"]) == ("negotiation comparison", 1)
    assert [side["plays"][0]["payoffs"]["challenger"] for side in found["sides"]] == ["3/2", "11/5"]
    (change,) = found["changes"]
    assert set(change) == {"side", "what", "correspondences", "differences", "explanation", "there", "back", "cannot"}
    assert change["explanation"]["minimal_sets"] == [["pi_X"]]
    (passage,) = change["explanation"]["passages"]
    assert {name: passage[name] for name in ("parameter", "from", "to", "complete")} == {
        "parameter": "pi_X",
        "from": "9/20",
        "to": "3/5",
        "complete": True,
    }
    assert passage["flips"] == [
        {
            "at": "1/2",
            "between": ["1/2", "1/2"],
            "root_of": None,
            "before": ["modest bargain"],
            "after": ["causal pretext"],
            "there": ["causal pretext", "modest bargain"],
        }
    ]
    assert change["there"][0]["gains"] == {"challenger": "7/10", "target": "0"}
    assert set(found["sides"][0]) >= {"label", "variant", "concept", "parameters", "complete", "plays", "provenance"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([PRETEXT], "there is nothing to compare with"),
        ([PRETEXT, "--with", "pi_X"], "expected NAME=VALUE, got 'pi_X'"),
        ([PRETEXT, "--with", "b=1,b=2"], "'b' is given twice"),
        ([PRETEXT, "--with", "pi_X=2"], "pi_X must lie in [0, 1]"),
        ([PRETEXT, "--concept", "quantal_response:presision=2"], "quantal_response has no option 'presision'"),
        ([PRETEXT, "nowhere.yaml"], "nowhere.yaml: cannot read the file: No such file or directory"),
        ([PRETEXT, "nowhere.json"], "nowhere.json: no such file or directory"),
    ],
)
def test_mistakes_are_told_with_status_2(arguments, message):
    done = negotiation("compare", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""
