"""Stored results are compared like fresh ones where their game can be made again, else by what they say of themselves."""

import json
from fractions import Fraction

import pytest
from shipped import FOLDER, scenario

from negotiation.comparing.comparison import compare
from negotiation.comparing.sides import Theory
from negotiation.documents import as_json, solution_document
from negotiation.errors import ParameterError
from negotiation.scenario.scenario import load
from negotiation.solving import solve
from negotiation.sources import of_scenario


def document(name, variant=None, concept=None, *, exact=False, file=None, **options):
    """What ``solve --json`` prints."""
    source = of_scenario(scenario(name) if file is None else load(file), variant=variant)
    return solution_document(solve(source.game, concept, options), source, exact=exact)


def stored(folder, name, *documents, scenario_text=None):
    """A file of results: one document, several lines, or that of ``run`` where the scenario's text is given."""
    path = folder / name
    if scenario_text is not None:
        path.write_text(as_json({"solution": documents[0], "simulation": {}, "scenario_text": scenario_text}), encoding="utf-8")
    else:
        path.write_text("\n".join(as_json(each, indent=None) for each in documents), encoding="utf-8")
    return path


@pytest.mark.parametrize("exact", [True, False])
def test_a_stored_result_is_like_a_fresh_one(tmp_path, exact):
    path = stored(tmp_path, "b.json", document("pretext", "B", exact=exact))
    (fresh,) = compare(scenario("pretext"), variants=["B", "E"]).changes
    (found,) = compare(path, scenario("pretext")).changes
    assert found.explanation.sets == fresh.explanation.sets == (("pi_X",),)
    assert [(each.payoffs, each.gains, each.regret) for each in found.there] == [
        (each.payoffs, each.gains, each.regret) for each in fresh.there
    ]
    assert found.cannot == ()


@pytest.mark.parametrize("name", ["beer_quiche", "stag_hunt", "seltens_horse", "pretext"])
def test_what_was_stored_is_the_same_as_what_is_solved(tmp_path, name):
    (found,) = compare(stored(tmp_path, "old.json", document(name)), scenario(name)).changes
    assert found.what is None
    assert {pair.how for pair in found.correspondences} == {"same play"}


def test_several_lines_are_several_sides(tmp_path):
    path = stored(tmp_path, "both.json", document("pretext", "B"), document("pretext", "E"))
    found = compare(path)
    assert [side.label for side in found.sides] == ["variant 'B' stored in both.json", "variant 'E' stored in both.json"]


def test_a_result_of_run_needs_no_scenario_file(tmp_path):
    """The scenario's text travels with the result, so the file may be gone."""
    file = tmp_path / "mine.yaml"
    file.write_text((FOLDER / "pretext.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    one, two = document("pretext", "B", file=file), document("pretext", "E", file=file)
    text = file.read_text(encoding="utf-8")
    file.unlink()
    paths = [stored(tmp_path, f"{place}.json", each, scenario_text=text) for place, each in enumerate((one, two))]
    (found,) = compare(*paths).changes
    assert found.explanation.sets == (("pi_X",),)
    assert found.there[0].gains["challenger"] == Fraction(7, 10)


def test_a_changed_file_is_told_and_the_rest_is_compared(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text((FOLDER / "pretext.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    path = stored(tmp_path, "old.json", document("pretext", "B", file=file))
    file.write_text(file.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    found = compare(path, scenario("pretext"))
    (only,) = found.changes
    assert only.what == "reading"
    assert only.explanation is None
    # Its behaviour is stored and can be carried to the known game, not the other way round.
    assert only.there[0].gains["challenger"] == Fraction(7, 10)
    assert only.back == ()
    assert "has changed since the result was stored" in found.sides[0].notes[-1]
    assert any("its file is not at hand, or has changed since" in line for line in only.cannot)


def test_options_that_are_not_stored_are_not_guessed(tmp_path):
    """A logit answer at a precision of its own is not that of the concept's default, so nothing is explained by solving again."""
    whole = [document("chicken", concept="quantal_response", precision=precision) for precision in (0.01, 5.0)]
    paths = [
        stored(tmp_path, f"{place}.json", {key: value for key, value in each.items() if key != "options"})
        for place, each in enumerate(whole)
    ]
    (found,) = compare(*paths).changes
    assert found.explanation is None


@pytest.mark.parametrize("exact", [True, False])
def test_options_that_are_stored_are_those_of_the_side(tmp_path, exact):
    """A logit answer at a precision of its own is solved again at that precision."""
    options = {"precision": 2.5}
    one, two = (document("pretext", variant, "quantal_response", exact=exact, **options) for variant in ("B", "E"))
    found = compare(stored(tmp_path, "b.json", one), stored(tmp_path, "e.json", two))
    assert [dict(side.theory.options) for side in found.sides] == [options, options]
    (fresh,) = compare(scenario("pretext"), variants=["B", "E"], concepts=[Theory("quantal_response", options)]).changes
    assert found.changes[0].correspondences[0].play_distance == pytest.approx(float(fresh.correspondences[0].play_distance))
    (stayed,) = compare(tmp_path / "b.json", scenario("pretext"), variants=["B"], concepts=[Theory("quantal_response", options)]).changes
    assert stayed.cannot == ()
    assert stayed.correspondences[0].how == "same play"


def test_two_theories_that_differ_in_stored_options_only_are_told_apart(tmp_path):
    paths = [
        stored(tmp_path, f"{place}.json", document("chicken", concept="quantal_response", precision=precision))
        for place, precision in enumerate((0.01, 5.0))
    ]
    found = compare(*paths)
    assert [dict(side.theory.options) for side in found.sides] == [{"precision": 0.01}, {"precision": 5.0}]
    assert [side.label for side in found.sides] == [
        f"stored in {place}.json, quantal response (precision = {value})" for place, value in enumerate((0.01, 5.0))
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not JSON", "expected JSON, or one JSON document on each line"),
        ("[1, 2]", "this is not a result that 'solve --json' or 'run' wrote"),
        ("{}", "it has no equilibria with their concept"),
        (
            '{"concept": "nash", "equilibria": 3, "parameters": {}, "provenance": {"file": "x.yaml", "sha256": ""}}',
            "the stored result is not whole",
        ),
        (
            '{"concept": "nash", "equilibria": [{}], "parameters": {}, "provenance": {"file": "x.yaml", "sha256": ""}}',
            "the stored result is not whole",
        ),
        ('{"concept": "nash", "equilibria": [], "parameters": {"a": "x"}, "provenance": {}}', "the stored result is not whole"),
    ],
)
def test_what_is_no_result_is_refused(tmp_path, text, message):
    path = tmp_path / "odd.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match=message):
        compare(path, scenario("pretext"))


NEEDED = {"concept", "equilibria", "parameters", "provenance", "payoffs", "behaviour", "paths", "actions", "outcome", "probability"}


def test_a_record_without_a_key_that_is_needed_is_refused_and_others_may_be_gone(tmp_path):
    whole = json.loads(as_json(document("beer_quiche")))
    path = tmp_path / "cut.json"
    for holder in (whole, whole["equilibria"][0], whole["equilibria"][0]["paths"][0]):
        for key in list(holder):
            kept = holder.pop(key)
            path.write_text(json.dumps(whole), encoding="utf-8")
            if key in NEEDED:
                with pytest.raises(ParameterError, match=r"cut\.json: "):
                    compare(path, scenario("beer_quiche"))
            else:
                assert len(compare(path, scenario("beer_quiche")).sides) == 2
            holder[key] = kept
