"""``negotiation correspondence`` as its users meet it."""

import json

from program import negotiation

CHICKEN = "scenarios/chicken.yaml"


def said(*arguments):
    done = negotiation("correspondence", *arguments)
    assert done.returncode == 0, done.stderr
    return " ".join(done.stdout.split())


def test_branches_with_their_formulas_and_ends():
    text = said(CHICKEN, "--axis", "crash")
    assert "crash (what each gets if both dare) goes from -20 to 20; everything else stays. Equilibria: nash." in text
    assert "What is followed: probability that First power plays 'yield'." in text
    assert "probability that First power plays 'yield' = (crash - 2) / (crash - 3)" in text
    assert "It ends at crash = 2; there 'dare > dare' goes on from it." in text
    assert "no branch is missing" in text


def test_a_fold_is_named():
    text = said("scenarios/stag_hunt.yaml", "--axis", "hare", "--follow", "payoff of column")
    assert "What is followed: worth to Second hunter." in text
    assert "It begins at hare = 0; a fold: there it meets 'hare > hare', and neither goes on." in text
    assert "3 branches, 4 ends of them at a fold." in text


def test_precision_of_quantal_responses_with_a_picture(tmp_path):
    picture = tmp_path / "precision.svg"
    text = said(CHICKEN, "--axis", "precision", "--plot", str(picture))
    assert "1 principal branch mixed 0 without end" in text
    assert "2 branch 2 mixed 1.37225 (fold) without end" in text
    assert "that none is missing is not proven" in text
    assert "<svg" in picture.read_text(encoding="utf-8")
    again = negotiation("correspondence", CHICKEN, "--axis", "precision", "--plot", str(picture))
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_the_document():
    done = negotiation("correspondence", CHICKEN, "--axis", "win=0:10", "--json")
    document = json.loads(done.stdout)
    assert (document["format"], document["concept"], document["axis"]["name"]) == ("negotiation correspondence", "nash", "win")
    assert [branch["name"] for branch in document["branches"]] == [
        "yield > yield",
        "yield > dare",
        "{yield | dare} > {yield | dare}",
        "dare > yield",
    ]
    assert document["provenance"]


def test_mistakes_are_named():
    for arguments, message in [
        (["--axis", "crahs"], "did you mean 'crash'?"),
        (["--axis", "crash", "--follow", "nobody"], "nothing along these branches has 'nobody' in its name"),
        (["--axis", "crash=2"], "expected NAME or NAME=LOW:HIGH, got 'crash=2'"),
        ([], "Missing option '--axis'"),
    ]:
        done = negotiation("correspondence", CHICKEN, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert message in done.stderr
