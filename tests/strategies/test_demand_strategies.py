"""Who demands, postpones, harvests, slices, stalls and spoils: transcripts against scripted opponents, and exact values."""

from fractions import Fraction

import pytest
from demands import menu, transcript
from match_chains import chain_of
from shipped import scenario
from stages import crisis, dilemma, match_of, scripted, simultaneous

from negotiation.concepts import nash
from negotiation.errors import NotApplicableError, ParameterError
from negotiation.games.repeated import Automaton
from negotiation.games.seat import Seat
from negotiation.strategies import (
    always,
    bluff,
    escalate_on_refusal,
    postpone,
    refusal_harvester,
    salami,
    spoiler,
    staller,
    tempered_seeker,
)

HARVEST = {"gain": 5, "blame": 7, "most": 0.8, "learning": 0.4, "waiting": 0.1, "discount": 0.95}
SEEKER = {"value": 0.3, "gain": 0.9, "blame": 1, "cover": 0.9, "padding": 0.8, "harm": 0.75, "rigidity": 0.6}

REFUSED, ASKED = "ultimatum > refuse", "ultimatum > accept"


def challenger():
    return Seat(menu(), 0)


def target(*answers):
    return scripted(Seat(menu(), 1), answers)


def played(own, *answers, rounds=None):
    return transcript(menu(), own, target(*answers), rounds or len(answers))


def test_a_bluff_is_called_in_the_round_in_which_it_is_refused():
    own = bluff.strategy(challenger())
    assert played(own, "refuse", "accept", "stall", "refuse") == [
        f"{REFUSED} > withdraw",
        ASKED,
        "ultimatum > stall",
        f"{REFUSED} > withdraw",
    ]


def test_a_bluff_is_made_with_its_probability():
    own = bluff.strategy(challenger(), probability=0.25)
    actions = dict(zip(menu().information_sets[0].actions, own.behaviour(0, 0, ()), strict=True))
    assert {action: p for action, p in actions.items() if p} == {"ultimatum": 0.25, "postpone": 0.75}


def test_where_a_refusal_is_learned_at_the_end_of_the_round_he_withdraws_in_the_next():
    stage = simultaneous((((0, 0), (0, 0)), ((0, 0), (0, 0))), ("demand", "back down"), ("grant", "deny"))
    for player in (0, 1):
        names = (("demand", "back down"), ("grant", "deny")) if player == 0 else (("grant", "deny"), ("demand", "back down"))
        both = simultaneous((((0, 0), (0, 0)), ((0, 0), (0, 0))), *names)
        own = bluff.strategy(Seat(both, player), demand="demand", refusal="deny", withdraw="back down")
        rival = scripted(Seat(both, 1 - player), ["grant", "deny", "deny", "grant", "grant"])
        match = match_of(both, *((own, rival) if player == 0 else (rival, own)), rounds=5)
        from negotiation.engines import events

        moves = [[move.action for move in entry.moves][player] for entry in events.trace(match).rounds]
        assert moves == ["demand", "demand", "back down", "back down", "demand"]
    assert len(stage.ends) == 4


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"times": 2}, [f"{REFUSED} > postpone"] * 2 + [f"{REFUSED} > act", "act"]),
        ({"times": 1, "end": "withdraw"}, [f"{REFUSED} > postpone"] + [f"{REFUSED} > withdraw"] * 3),
        ({"times": 0}, [f"{REFUSED} > act"] + ["act"] * 3),
    ],
)
def test_refusals_are_put_off_a_number_of_times(options, expected):
    assert played(postpone.strategy(challenger(), **options), "refuse", rounds=4) == expected


def test_postponing_counts_refusals_and_not_rounds():
    own = postpone.strategy(challenger(), times=1)
    assert played(own, "refuse", "engage", "accept", "refuse") == [
        f"{REFUSED} > postpone",
        "ultimatum > engage",
        ASKED,
        f"{REFUSED} > act",
    ]


def test_a_demand_that_is_refused_at_the_end_of_a_round_is_put_off_in_the_next():
    stage = simultaneous([[(0, 0), (0, 0)]] * 3, ("demand", "delay", "strike"), ("grant", "deny"))
    own = postpone.strategy(Seat(stage, 0), demand="demand", refusal="deny", postpone="delay", end="strike", times=2)
    rival = scripted(Seat(stage, 1), ["deny", "grant", "deny", "grant", "deny", "grant"])
    moves = [line.partition(" > ")[0] for line in transcript(stage, own, rival, 7)]
    assert moves == ["demand", "delay", "demand", "delay", "demand", "strike", "strike"]


def test_the_end_must_differ_from_the_delay():
    with pytest.raises(ParameterError, match="end: must differ from postpone"):
        postpone.strategy(challenger(), end="postpone")
    with pytest.raises(ParameterError, match="demand: target can never ultimatum"):
        postpone.strategy(Seat(menu(), 1))


def test_the_harvester_acts_after_the_fifth_refusal():
    own = refusal_harvester.strategy(challenger(), **HARVEST)
    course = played(own, "refuse", "stall", "refuse", "refuse", "accept", "refuse", "refuse", rounds=7)
    put_off = f"{REFUSED} > postpone"
    assert course == [put_off, "ultimatum > stall", put_off, put_off, ASKED, put_off, f"{REFUSED} > act"]
    assert own.notes == ("acts after 5 refusals, which is worth 1.99623; acting without any is worth -2",)


@pytest.mark.parametrize(
    ("change", "move", "note"),
    [
        ({"gain": 9, "learning": 0.01}, "act", "acts at once, which is worth 2: no refusal is worth waiting for"),
        ({"gain": 0.5}, "postpone", "demands nothing: acting is worth -1.33264 at best"),
    ],
)
def test_without_a_refusal_worth_waiting_for_he_demands_nothing(change, move, note):
    own = refusal_harvester.strategy(challenger(), **(HARVEST | change))
    assert played(own, "refuse", rounds=2) == [move, move]
    assert own.notes[0].startswith(note)


def test_slices_are_asked_for_until_all_are_granted():
    own = salami.strategy(challenger(), slices=4, demand="demand")
    slice_, rest = "demand[size=0.25] > {}", "postpone"
    course = played(own, "accept", "refuse", "accept", "stall", "accept", "accept", "accept")
    said = ["accept", "refuse > postpone", "accept", "stall", "accept", "accept"]
    assert course == [*(slice_.format(answer) for answer in said), rest]


def test_the_number_of_slices_follows_from_the_costs():
    """Cost 2 d + 4 d^2 against a harm of 2: halves pass."""
    own = salami.strategy(challenger(), costs=[2, 4], harm=2, demand="demand")
    assert played(own, "accept", rounds=3) == ["demand[size=0.5] > accept"] * 2 + ["postpone"]
    assert own.notes == ("cuts the demand into 2 slices, which cost the target 4 together; in one piece it would be 6",)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"slices": 3, "demand": "demand"}, "a slice has the size 0.333333, and demands can have the sizes 0.25, 0.5, 1"),
        ({"demand": "demand"}, "give the number of slices, or costs"),
        ({"costs": [2, 4, 1], "harm": 2}, "give the number of slices, or costs"),
        ({"slices": 0}, "slices: must be a whole number of at least 1"),
        ({"slices": 2, "total": 0}, "total: must be above 0"),
    ],
)
def test_slices_that_cannot_be_cut_are_refused(options, message):
    with pytest.raises(ParameterError, match=message):
        salami.strategy(challenger(), **options)


def test_the_tempered_seeker_demands_what_keeps_looking_reasonable():
    """d* = 0.520455; of 0.25, 0.5 and 1 the half is worth most. The seeker acts upon its refusal."""
    own = tempered_seeker.strategy(challenger(), **SEEKER)
    half = "demand[size=0.5] > {}"
    assert played(own, "accept", "engage", "refuse") == [half.format("accept"), half.format("engage"), half.format("refuse > act")]
    assert own.notes[0].startswith("the best demand would be 0.520455 (granted with probability 0.382576); demands 0.5, worth 0.295833")


@pytest.mark.parametrize(("change", "move"), [({"gain": 2, "cover": 0}, "act"), ({"value": 0.01, "gain": 0.1, "cover": 0.1}, "postpone")])
def test_without_a_demand_worth_making_he_makes_none(change, move):
    own = tempered_seeker.strategy(challenger(), **(SEEKER | change))
    assert played(own, "refuse", rounds=2) == [move, move]
    assert "so he" in own.notes[0]


def test_the_staller_replies_at_the_last_moment():
    own = staller.strategy(Seat(menu(), 1), times=2, reply="accept")
    asks = scripted(challenger(), ["ultimatum", "postpone", "ultimatum", "ultimatum", "ultimatum"])
    course = transcript(menu(), asks, own, 5)
    assert course == ["ultimatum > stall", "postpone", "ultimatum > stall", ASKED, "ultimatum > stall"]


def test_the_spoiler_engages_so_that_the_rival_is_indifferent():
    """Pr(engage) = 17/24; then both of the challenger's moves are worth 0.7125, and an equilibrium says the same."""
    stage = scenario("spoiling").stage()
    own = spoiler.strategy(Seat(stage, 1))
    row = own.behaviour(0, 1, ())
    assert row == pytest.approx((17 / 24, 7 / 24), abs=1e-12)
    for move in ("modest demand", "ultimatum"):
        match = match_of(stage, always.strategy(Seat(stage, 0), action=move), own)
        assert chain_of(match)[1][0][0] == pytest.approx(0.7125, abs=1e-12)
    (equilibrium,) = nash.solve(scenario("spoiling").game()).equilibria
    assert equilibrium.profile[1][0] == Fraction(17, 24)


@pytest.mark.parametrize(("variant", "share"), [("more support", 17 / 24), ("better pretext", (4 + 1.2) / (4 + 1.2 + 1.4))])
def test_the_spoiler_answers_the_rivals_stakes_alone(variant, share):
    """More support s for an engaged target changes nothing; a better pretext r_X makes it engage more."""
    assert spoiler.strategy(Seat(scenario("spoiling").stage(variant), 1)).behaviour(0, 1, ())[0] == pytest.approx(share, abs=1e-12)


def test_where_nothing_has_to_be_mixed_the_spoiler_wants_a_probability():
    with pytest.raises(NotApplicableError, match="best replies do not cycle"):
        spoiler.strategy(Seat(dilemma(), 0), engage="cooperate")
    with pytest.raises(NotApplicableError, match="two players who move once"):
        spoiler.strategy(Seat(crisis(), 1), engage="accept")


@pytest.mark.parametrize("after", [1, 2, 3])
def test_postponing_is_escalating_on_a_later_refusal(after):
    later = postpone.strategy(challenger(), times=after - 1)
    sooner = escalate_on_refusal.strategy(challenger(), after=after)
    answers = ["refuse", "accept", "refuse", "engage", "refuse", "refuse"]
    assert played(later, *answers) == played(sooner, *answers)


def test_all_of_them_are_tables():
    for own in (
        bluff.strategy(challenger()),
        postpone.strategy(challenger()),
        refusal_harvester.strategy(challenger(), **HARVEST),
        salami.strategy(challenger(), slices=2, demand="demand"),
        tempered_seeker.strategy(challenger(), **SEEKER),
        staller.strategy(Seat(menu(), 1)),
    ):
        assert isinstance(own, Automaton)
