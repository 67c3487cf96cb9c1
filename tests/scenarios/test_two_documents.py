"""Two addressees in parallel channels: what one does is seen by the other (the cohesion game, one after the other)."""

import math

import pytest
from shipped import scenario

from negotiation.engines import events
from negotiation.play import match

SCENARIO = scenario("two_documents")
BOTH_SIGN, BOTH_REFUSE, WEDGE = (
    f"nato: {nato}; washington: {washington}" for nato, washington in (("signed", "signed"), ("acted", "acted"), ("acted", "signed"))
)
REPLICATIONS = 1500


def ends(variant=None, **settings):
    return events.run(match(SCENARIO, variant, settings=settings, replications=REPLICATIONS)).ends


@pytest.mark.parametrize(("variant", "study"), [("who answers first decides", (20, 60)), ("slow Washington", (60, 20))])
def test_who_answers_first_decides_for_both(variant, study):
    """Of two exponential times the first is Washington's with probability study_2 / (study_1 + study_2)."""
    first, second = study
    found = ends(variant)
    assert set(found) == {BOTH_SIGN, BOTH_REFUSE}
    expected = second / (first + second)
    assert abs(found[BOTH_SIGN] - expected) < 4 * math.sqrt(expected * (1 - expected) / REPLICATIONS)


@pytest.mark.parametrize(
    ("variant", "end"),
    [("cheap drafts", BOTH_SIGN), ("dear drafts", BOTH_REFUSE), ("nobody wants to be first", BOTH_REFUSE), ("unequal drafts", WEDGE)],
)
def test_what_is_best_whatever_the_other_does_is_done_by_whoever_comes_first(variant, end):
    """A < h - j is signed, A > h + s refused; between, h < A is refused by whoever is first, and then by the other."""
    assert ends(variant) == {end: 1}


def test_a_refusal_is_followed_only_because_it_is_seen():
    """Without the costs of standing alone nobody follows: Washington signs, NATO refuses."""
    assert ends(j=0, s=0) == {WEDGE: 1}


def test_payoffs_are_those_of_the_cohesion_game_for_who_comes_second():
    """Washington signs first at 6.8; NATO signs at 8.5 rather than pay 7 + 2."""
    record = events.run(match(SCENARIO, replications=200))
    for replication in range(200):
        first = int(record.channels[1].timing.elapsed[replication] < record.channels[0].timing.elapsed[replication])
        signed = [-8.5, -6.8] if first else [-7, -7]
        assert record.payoffs[replication, 1:].tolist() == signed
        assert record.payoffs[replication, 0] == (6 if first else 2)
