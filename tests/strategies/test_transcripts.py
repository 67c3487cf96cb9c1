"""Known matches of the prisoner's dilemma and scripted opponents in a crisis."""

import json
from functools import partial
from pathlib import Path

import pytest
from stages import crisis, dilemma, match_of, scripted

from negotiation.engines import events
from negotiation.errors import ParameterError
from negotiation.games.seat import Seat
from negotiation.strategies import always, escalate_on_refusal, grim_trigger, random, tit_for_tat

CASES = Path(__file__).parents[2].parent / "shared" / "validation" / "validation.json"


def script(*moves):
    return lambda seat: scripted(seat, moves)


PLAYERS = {
    "TFT": tit_for_tat.strategy,
    "STFT": partial(tit_for_tat.strategy, opening="hard"),
    "GRIM": grim_trigger.strategy,
    "ALLC": partial(always.strategy, action="cooperate"),
    "ALLD": partial(always.strategy, action="defect"),
    "ALT": script(*("cooperate", "defect") * 100),
}


def play(stage, first, second, **options):
    return events.run(match_of(stage, first(Seat(stage, 0)), second(Seat(stage, 1)), **options))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("TFT-TFT", (600, 600)),
        ("TFT-ALLD", (199, 204)),
        ("GRIM-ALLD", (199, 204)),
        ("TFT-ALLC", (600, 600)),
        ("ALLC-ALLD", (0, 1000)),
        ("ALLD-ALLD", (200, 200)),
        ("TFT-ALT", (498, 503)),
        ("GRIM-ALT", (597, 107)),
        ("TFT-STFT", (500, 500)),
    ],
)
def test_deterministic_matches_of_200_rounds(names, expected):
    """Payoffs 5, 3, 1, 0 of Axelrod (1984); the sums follow by counting."""
    first, second = names.split("-")
    assert play(dilemma(), PLAYERS[first], PLAYERS[second], rounds=200).payoffs.tolist() == [list(expected)]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("TFT-TFT", (30, 30)),
        ("ALLD-TFT", (14, 9)),
        ("GRIM-ALLD", (9, 14)),
        ("ALLC-ALLD", (0, 50)),
        ("ALLD-ALLD", (10, 10)),
        ("STFT-TFT", (5 / (1 - 0.81), 0.9 * 5 / (1 - 0.81))),
    ],
)
def test_discounted_payoffs_of_classic_pairs(names, expected):
    """Geometric sums at discount 0.9; 600 rounds leave less than 1e-26 out."""
    first, second = names.split("-")
    record = play(dilemma(), PLAYERS[first], PLAYERS[second], rounds=600, discounts=(0.9, 0.9))
    assert record.payoffs[0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.skipif(not CASES.exists(), reason="the validation cases are not beside the repository")
@pytest.mark.parametrize("case", ["rep-axelrod-matches", "rep-discounted-pairs"])
def test_validation_cases(case):
    """Each pair whose players are members of the family."""
    found = next(entry for entry in json.loads(CASES.read_text(encoding="utf-8")) if entry["id"] == case)
    delta = found["game"]["parameters"].get("delta", 1.0)
    rounds = found["game"]["parameters"].get("rounds", 600)
    pairs = {names: payoffs for names, payoffs in found["expected"].items() if "WSLS" not in names}
    assert len(pairs) >= 6
    for names, payoffs in pairs.items():
        first, second = names.replace("_", "-").split("-")
        record = play(dilemma(), PLAYERS[first], PLAYERS[second], rounds=rounds, discounts=(delta, delta))
        assert record.payoffs[0] == pytest.approx(payoffs, abs=found["tolerance"]), names


def transcript(stage, first, second, rounds):
    match = match_of(stage, first(Seat(stage, 0)), second(Seat(stage, 1)), rounds=rounds)
    return [" > ".join(move.action for move in entry.moves) for entry in events.trace(match).rounds]


def test_generous_tit_for_tat_forgives_with_its_probability():
    stage = dilemma()
    record = play(stage, partial(tit_for_tat.strategy, generosity=0.25), PLAYERS["ALLD"], rounds=2, replications=3000)
    share = 2 * record.outcomes["cooperate, defect"] - 1
    assert abs(share - 0.25) < 4 * (0.25 * 0.75 / 3000) ** 0.5


def test_tit_for_tat_answers_an_ultimatum_in_the_round_in_which_it_sees_it():
    """The challenger waits, demands twice, then waits; the target refuses each demand at once and forgets it after a quiet round."""
    moves = script("wait", "ultimatum", "ultimatum", "wait", "ultimatum")
    hard = partial(tit_for_tat.strategy, hard=["ultimatum", "refuse", "act"])
    refused = "ultimatum > refuse > stand down"
    assert transcript(crisis(), moves, hard, 5) == ["wait", refused, refused, "wait", refused]


def test_tit_for_tat_demands_after_a_refusal_until_it_is_granted():
    """Suspicious: it opens with an ultimatum and goes on, acting upon each refusal, until the target accepts."""
    hard = partial(tit_for_tat.strategy, cooperative=["wait", "accept", "stand down"], opening="hard")
    expected = ["ultimatum > refuse > act", "ultimatum > accept", "wait"]
    assert transcript(crisis(), hard, script("refuse", "accept"), 3) == expected


def test_grim_trigger_never_forgives_an_ultimatum():
    grim = partial(grim_trigger.strategy, hard=["ultimatum", "refuse", "act"])
    moves = script("wait", "ultimatum", "wait", "ultimatum")
    refused = "ultimatum > refuse > stand down"
    assert transcript(crisis(), moves, grim, 4) == ["wait", refused, "wait", refused]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (1, ["ultimatum > accept", "ultimatum > refuse > act", "ultimatum > accept", "ultimatum > refuse > act"]),
        (2, ["ultimatum > accept", "ultimatum > refuse > stand down", "ultimatum > accept", "ultimatum > refuse > act"]),
        (3, ["ultimatum > accept", "ultimatum > refuse > stand down", "ultimatum > accept", "ultimatum > refuse > stand down"]),
    ],
)
def test_escalation_comes_with_the_refusal_of_that_number(after, expected):
    challenger = partial(escalate_on_refusal.strategy, after=after)
    assert transcript(crisis(), challenger, script("accept", "refuse", "accept", "refuse"), 4) == expected


def test_what_counts_as_cooperative_by_default_is_told():
    notes = tit_for_tat.strategy(Seat(crisis(), 1)).notes
    assert notes == ("taken as cooperative, because listed first: wait, accept, stand down (the option cooperative says otherwise)",)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (partial(tit_for_tat.strategy, cooperative="wait", hard="act"), "give cooperative actions or hard ones, not both"),
        (partial(tit_for_tat.strategy, cooperative=["wiat"]), "cooperative: no action is called 'wiat'; there are accept, act"),
        (partial(tit_for_tat.strategy, hard=3), "hard: expected an action or a list of actions, got 3"),
        (partial(tit_for_tat.strategy, generosity=1.5), r"generosity: must lie in \[0, 1\], got 1.5"),
        (partial(tit_for_tat.strategy, generosity="much"), "generosity: expected a number, got 'much'"),
        (partial(tit_for_tat.strategy, opening="soft"), "opening: must be cooperative or hard, got 'soft'"),
        (
            partial(always.strategy, action="ultimatum"),
            "action: challenger also moves at 'ultimatum > refuse', where the actions are stand down, act",
        ),
        (partial(always.strategy, action=[]), "action: expected an action or a list of actions"),
        (partial(escalate_on_refusal.strategy, act="accept"), "act: challenger can never accept"),
        (partial(escalate_on_refusal.strategy, after=0), "after: must be a whole number of at least 1, got 0"),
        (partial(escalate_on_refusal.strategy, after=1.5), "after: must be a whole number of at least 1, got 1.5"),
        (partial(escalate_on_refusal.strategy, demand="demand"), "demand: no action is called 'demand'"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(make, message):
    with pytest.raises(ParameterError, match=message):
        make(Seat(crisis(), 0))


def test_where_the_first_action_rule_contradicts_itself_nothing_is_guessed():
    from stages import simultaneous

    stage = simultaneous(((((0, 0)), (0, 0)), ((0, 0), (0, 0))), ("give", "take"), ("take", "give"))
    with pytest.raises(ParameterError, match=r"'give' is listed first at one information set and later at another; name them"):
        grim_trigger.strategy(Seat(stage, 0))
    assert grim_trigger.strategy(Seat(stage, 0), cooperative="give").notes == ()


def test_an_action_that_is_never_reached_needs_no_choice():
    """Who waits never comes to the set after a refusal."""
    assert always.strategy(Seat(crisis(), 0), action="wait").probabilities[0][0] == (1.0, 0.0)


def test_random_play_is_uniform():
    assert random.strategy(Seat(crisis(), 0)).probabilities == (((0.5, 0.5), (), (0.5, 0.5)),)
