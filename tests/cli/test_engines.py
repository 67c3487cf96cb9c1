"""The engines on the command line: the same answers from each, and what is said of which it was."""

import json

import pytest
from click.testing import CliRunner
from shipped import FOLDER

from negotiation.cli.program import program
from negotiation.errors import NotApplicableError

FLAGSHIP = str(FOLDER / "december_2021.yaml")


def simulated(*arguments):
    ran = CliRunner().invoke(program, ["simulate", *arguments, "--quiet"], standalone_mode=False)
    assert ran.exception is None, ran.output
    return ran.output


def document(*arguments):
    return json.loads(simulated(FLAGSHIP, *arguments, "--json"))


def test_batch_prints_what_events_prints():
    of_events, of_batch = (simulated(FLAGSHIP, "--engine", name, "--replications", "300") for name in ("events", "batch"))
    assert of_batch == of_events.replace("engine events", "engine batch")


def test_auto_plays_few_rounds_with_events_and_many_with_batch():
    assert document("--replications", "100")["engine"] == "events"
    many = document("--replications", "5000")
    assert many["engine"] == "batch"
    assert many["notes"] == ["played by the engine batch, which plays as events does, only faster"]
    assert many["ends"] == document("--replications", "5000", "--engine", "events")["ends"]


def test_the_document_of_exact_has_the_keys_of_a_record_and_no_standard_errors():
    exact, record = document("--engine", "exact"), document("--replications", "100")
    assert record.keys() - exact.keys() == {"replications_asked_for"}
    assert (exact["engine"], exact["replications"], exact["seed"], exact["complete"]) == ("exact", None, None, True)
    assert {value["standard_error"] for value in exact["payoffs"].values()} == {None}
    assert sum(exact["lengths"]) + exact["longer"] == pytest.approx(1, abs=1e-12)
    assert sum(exact["ends"].values()) == pytest.approx(1, abs=1e-12)


def test_a_large_sample_agrees_with_exact():
    """100,000 replications of the flagship: each share within 4 of its standard errors."""
    exact, sample = document("--engine", "exact"), document("--replications", "100000", "--engine", "batch")
    for name, share in exact["ends"].items():
        assert abs(sample["ends"].get(name, 0) - share) <= 4 * (share * (1 - share) / 100_000) ** 0.5 + 1e-12
    for player, value in exact["payoffs"].items():
        assert abs(sample["payoffs"][player]["mean"] - value["mean"]) <= 4 * sample["payoffs"][player]["standard_error"]


def test_exact_says_how_long_it_lasts_in_words():
    printed = simulated(str(FOLDER / "december_2021.yaml"), "--engine", "exact", "--rounds", "1")
    assert "all courses of play at once, with their probabilities (engine exact)" in printed.replace("\n", " ")
    assert "One round." in printed
    assert "more than 3" in simulated(FLAGSHIP, "--engine", "exact")


def test_there_is_nothing_to_replicate_in_exact():
    ran = CliRunner().invoke(program, ["simulate", FLAGSHIP, "--engine", "exact", "--replications", "5"])
    assert ran.exit_code == 2
    assert "the engine exact follows all courses of play at once: there is nothing to replicate" in ran.output


def test_a_tournament_needs_an_engine_that_plays_single_matches():
    arguments = ["tournament", str(FOLDER / "prisoners_dilemma.yaml"), "--strategies", "tit_for_tat,grim_trigger", "--engine", "exact"]
    ran = CliRunner().invoke(program, arguments)
    assert isinstance(ran.exception, NotApplicableError | SystemExit)
    assert "the engine exact plays no single matches, and a tournament compares them" in f"{ran.output}{ran.exception}"
