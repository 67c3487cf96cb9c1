"""``negotiation regimes`` as its users meet it."""

import json
from fractions import Fraction

from program import negotiation

PRETEXT = "scenarios/pretext.yaml"


def said(*arguments):
    done = negotiation("regimes", *arguments)
    assert done.returncode == 0, done.stderr
    return " ".join(done.stdout.split())


def test_the_exact_threshold_and_the_incentive_that_changes():
    text = said(PRETEXT, "--axis", "pi_X")
    assert "At pi_X = 0.5: from 'modest bargain' to 'causal pretext'" in text
    assert (
        "Beyond it Challenger, at 'start', would take 'ultimatum > refuse > act' rather than 'modest demand > accept': R_X > v_M;" in text
    )
    assert "that is, g + b * pi_X > a + b + v_M; so pi_X > (a + b + v_M - g) / b." in text
    assert (
        "Exactly there somebody is indifferent, and each of these can happen in equilibrium: 'modest bargain' and 'causal pretext'." in text
    )
    assert "2 equilibria, 32 incentive inequalities checked, largest regret 0." in text


def test_a_threshold_that_is_no_short_decimal_is_written_as_a_fraction_too():
    text = said(PRETEXT, "--axis", "b=6:10")
    assert "At b = 58/7 = 8.285714286: from 'causal pretext' to 'status quo'" in text
    assert "b (blame for acting without any pretext) goes from 6 to 10; everything else stays." in text


def test_a_condition_of_a_reading_is_named_as_such():
    assert (
        "At b = 5: from 'cosmetic pretext' to 'causal pretext' Beyond it the condition of the reading 'causal pretext' holds: R_0 < 0."
        in said(PRETEXT, "--axis", "b")
    )


def test_no_threshold_is_said():
    assert "There is no threshold: what happens is the same for every value of n in this interval." in said(PRETEXT, "--axis", "n")


def test_the_document_has_points_conditions_and_certificates():
    done = negotiation("regimes", PRETEXT, "--axis", "k_X", "--variant", "E2", "--set", "h=6.5", "--json")
    document = json.loads(done.stdout)
    assert document["format"] == "negotiation regimes"
    assert document["variant"] == "E2"
    assert (document["parameters"]["h"], "k_X" in document["parameters"]) == (6.5, False)
    (threshold,) = [each for each in document["thresholds"] if each["flips"][0]["solved"] == "k_X > h - w_X"]
    assert threshold["at"] == {"value": 1.5, "exact": "3/2"}
    assert len(document["regions"]) == len(document["thresholds"]) + 1
    certificates = [equilibrium["certificate"] for region in document["regions"] for equilibrium in region["equilibria"]]
    assert {each["regret"] for each in certificates} == {"0"}
    rows = [row for each in certificates for row in each["inequalities"]]
    assert all(Fraction(row["value"]) >= Fraction(row["alternative_value"]) for row in rows)


def test_mistakes_are_named():
    for arguments, message in [
        (["--axis", "piX"], "did you mean 'pi_X'?"),
        (["--axis", "b=5"], "expected NAME or NAME=LOW:HIGH, got 'b=5'"),
        (["--axis", "b=5:40"], "b must lie in [0, 20]"),
        (["--axis", "b=x:9"], "expected a number"),
        (["--axis", "b", "--axis", "h", "--axis", "n"], "--axis can be given once, for a line, or twice, for a plane"),
        (["--axis", "b", "--axis", "b"], "a plane needs two parameters, got b twice"),
        (["--axis", "b", "--plot", "x.png"], "--plot draws a plane"),
    ]:
        done = negotiation("regimes", PRETEXT, *arguments)
        assert done.returncode == 2
        assert message in done.stderr
        assert done.stdout == ""
    done = negotiation("regimes", "scenarios/seltens_horse.yaml", "--axis", "x")
    assert (done.returncode, done.stdout) == (2, "")


def test_nash_equilibria_that_begin_and_end_are_named_with_what_they_need():
    text = said("scenarios/chicken.yaml", "--axis", "crash")
    assert "What happens is what happens in Nash equilibria" in text
    assert "At crash = 2: from 'one side yields' or 'compromise / one side yields / collision' to 'collision'" in text
    assert "Beyond it 'dare > dare' is an equilibrium; it needs crash > yield_alone (First power must not gain by 'yield', Second" in text
    assert "it needs yield_alone > crash (First power must play 'yield' sometimes, Second power must play 'yield' sometimes)" in text


def test_thresholds_that_are_closed_in_are_said_to_be():
    text = said("scenarios/stalling.yaml", "--axis", "R_X")
    assert "Between R_X = 0.86" in text
    assert "Closed in by solving the game on both sides." in text
    assert "Thresholds are not exact here, because the definition 'longest': log of something that varies" in text
    assert "A grid that tells thresholds apart as finely has 65,537 points" in text
    assert "can have been missed" in text
    document = json.loads(negotiation("regimes", "scenarios/stalling.yaml", "--axis", "R_X", "--json").stdout)
    assert (document["exact"], document["resolution"], document["concept"]) == (False, 65536, "subgame_perfect")
    assert [Fraction(end) for end in document["thresholds"][0]["bracket"]] == sorted(map(Fraction, document["thresholds"][0]["bracket"]))


def test_a_concept_can_be_named():
    text = said("scenarios/alliance.yaml", "--axis", "A_1", "--concept", "nash")
    assert "At A_1 = 7: from 'unanimous acceptance' or 'unanimous refusal' to 'unanimous refusal'" in text
    assert "Only equilibria in pure strategies were looked for" in text


def test_the_conditions_of_a_reading_on_all_parameters():
    text = said(PRETEXT, "--reading", "causal pretext")
    assert "causal pretext: ultimatum > refuse > act This happens if and only if all of these hold:" in text
    assert "- this reading's own condition: a + b > g (R_0 < 0)" in text
    assert "- Target: 'refuse' rather than 'accept': w_X + k_X > h (-h > -A_X)" in text
    assert (
        "- Challenger: 'ultimatum' rather than 'modest demand', which depends on what 'modest demand' would lead to: "
        "- 'accept': g + b * pi_X > a + b + v_M (R_X > v_M)" in text
    )
    assert "What 'ultimatum > refuse' would lead to (Challenger moves) 'act' if and only if:" in text


def test_conditions_as_a_document_and_what_cannot_be_asked_of_them():
    document = json.loads(negotiation("regimes", "scenarios/entry_deterrence.yaml", "--json").stdout)
    assert document["format"] == "negotiation conditions"
    entry = document["plays"][1]
    assert (entry["reading"], entry["path"]) == ("entry", ["enter", "share"])
    assert [each["cases"][0]["condition"]["parameters"] for each in entry["requirements"]] == ["share > outside", "share > fighting"]
    for arguments, message in [
        (["--reading", "causal"], "did you mean 'causal pretext'?"),
        (["--variant", "B"], "without --axis all parameters vary"),
        (["--concept", "nash"], "--concept is for one or two axes"),
        (["--axis", "b", "--reading", "status quo"], "without --axis"),
    ]:
        done = negotiation("regimes", PRETEXT, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert message in done.stderr


def test_a_plane_is_mapped_and_drawn(tmp_path):
    picture = tmp_path / "plane.png"
    text = said(PRETEXT, "--axis", "pi_X", "--axis", "b=0:12", "--plot", str(picture))
    assert f"9 | {'E' * 60} 8.4 | {'E' * 60} 7.8 | {'E' * 22}{'D' * 38}" in text  # b = 7.8: R_X > 0 from pi_X = 0.359 on
    assert "a + b + v_M = g + b * pi_X modest bargain" in text
    assert picture.read_bytes().startswith(b"\x89PNG")
    again = negotiation("regimes", PRETEXT, "--axis", "pi_X", "--axis", "b", "--plot", str(picture))
    assert again.returncode == 2
    assert "is there already" in again.stderr
