"""Parallel channels: each is the match with its addressee, and learns what happens in the others."""

import math
import re

import numpy as np
import pytest

from negotiation.engines import batch, events, exact
from negotiation.errors import NotApplicableError
from negotiation.games.record import HORIZON
from negotiation.games.timing import ALL_OVER, TIME_OUT
from negotiation.play import match
from negotiation.scenario.scenario import loads

STANDARD_ERRORS = 4

DRAFTS = """
negotiation: 1
title: Two documents
players: {challenger: Moscow, target: one of the addressees}
parameters:
  price: {value: 2, range: [0, 9], about: what signing costs the addressee}
  reply: {value: 5, range: [0, 90], about: days that it takes to answer}
game:
  player: challenger
  actions:
    wait: quiet
    ultimatum:
      player: target
      actions:
        accept: signed
        refuse: {player: challenger, actions: {act: acted, postpone: postponed}}
outcomes:
  quiet: {challenger: 0, target: 0}
  signed: {challenger: 1 + 10 * signatures, target: -price}
  acted: {challenger: 0.25, target: -1 - 8 * signatures}
  postponed: {challenger: -0.5, target: 0}
"""

SEEN = "  state: {signatures: {start: 0, elsewhere: {signed: signatures + 1}}}\n"
ASKS = "challenger: {strategy: always, action: [ultimatum, act]}"


def text(repeat, channels, *behaviour, clock="", base=DRAFTS):
    return (
        f"{base}repeat:\n{repeat}  clock: {{unit: days, moves: {{target: {{fixed: reply}}}}, {clock}channels: {{target: {channels}}}}}\n"
        "behaviour: {" + ", ".join(behaviour or (ASKS, "target: random")) + "}"
    )


def played(*parts, replications=1, seed=0, **options):
    return events.run(match(loads(text(*parts, **options)), replications=replications, seed=seed), keep=True)


TWO = "{brussels: NATO, washington: {label: Washington, set: {reply: 9}}}"


def test_a_channel_of_which_nothing_is_seen_is_the_match_with_its_addressee():
    """The first channel by name has the draws of the match without channels; the second has its own."""
    repeat = "  rounds: 5\n  over_when: [signed]\n  state: {signatures: {start: 0}}\n"
    behaviour = "challenger: {strategy: quantal_response, precision: 1}", "target: {strategy: quantal_response, precision: 1}"
    both = played(repeat, TWO, *behaviour, replications=200, seed=6)
    alone = text(repeat, TWO, *behaviour).replace(f", channels: {{target: {TWO}}}", "")
    single = events.run(match(loads(alone), replications=200, seed=6), keep=True)
    first, second = both.channels
    np.testing.assert_array_equal(first.course, single.course)
    np.testing.assert_array_equal(first.payoffs, single.payoffs)
    np.testing.assert_array_equal(first.timing.elapsed, single.timing.elapsed)
    assert not np.array_equal(first.rounds, second.rounds)
    assert both.match.players == ("challenger", "brussels", "washington")
    np.testing.assert_array_equal(both.payoffs[:, 0], first.payoffs[:, 0] + second.payoffs[:, 0])
    np.testing.assert_array_equal(both.payoffs[:, 1:], np.column_stack([first.payoffs[:, 1], second.payoffs[:, 1]]))
    np.testing.assert_array_equal(both.rounds, first.rounds + second.rounds)
    np.testing.assert_array_equal(both.counts, first.counts + second.counts)
    np.testing.assert_array_equal(both.timing.elapsed, np.maximum(first.timing.elapsed, second.timing.elapsed))


def test_what_one_signs_is_seen_by_the_other_and_changes_what_he_does():
    """To sign costs 2; to be acted against 1, and 9 once the other has signed. Brussels answers first."""
    repeat = "  rounds: 1\n" + SEEN
    first_signs = played(repeat, TWO, ASKS, "brussels: {strategy: always, action: accept}", "washington: equilibrium")
    assert first_signs.ends == {"brussels: signed; washington: acted": 1}  # he decided before he could know
    twice = repeat.replace("rounds: 1", "rounds: 2\n  over_when: [signed]")
    later = played(twice, TWO, ASKS, "brussels: {strategy: always, action: accept}", "washington: equilibrium")
    assert later.ends == {"brussels: signed; washington: signed": 1}
    assert later.channels[1].trajectory(0).tolist() == [2, 1]
    assert later.payoffs[0].tolist() == [1 + 0.25 + 11, -2, -9 - 2]


def test_what_is_decided_at_the_same_instant_is_not_seen():
    """Both answer after 5 days: neither's payoff has the other's signature in it; afterwards both know."""
    same = "{brussels: NATO, washington: Washington}"
    repeat = "  rounds: 2\n" + SEEN
    record = played(repeat, same, ASKS, "target: {strategy: always, action: accept}", clock="between: {fixed: 1}, ")
    assert [part.payoffs[0, 0] for part in record.channels] == [1 + 11, 1 + 11]


def test_the_order_in_which_channels_are_written_does_not_matter():
    turned = "{washington: {label: Washington, set: {reply: 9}}, brussels: NATO}"
    repeat = "  rounds: 4\n  over_when: [signed]\n" + SEEN
    one, other = (played(repeat, channels, replications=100, clock="between: {uniform: [0, 3]}, ") for channels in (TWO, turned))
    np.testing.assert_array_equal(one.payoffs, other.payoffs)
    assert one.ends == other.ends
    assert len(one.ends) > 2


def test_an_outcome_can_end_all_channels():
    content = text("  rounds: 3\n  over_when: [acted]\n" + SEEN, TWO, ASKS, "target: {strategy: always, action: refuse}")
    content = content.replace("channels: {target", "all_over_when: [acted], channels: {target")
    record = events.run(match(loads(content), replications=1))
    assert record.ends == {f"brussels: acted; washington: {ALL_OVER}": 1}
    assert record.timing.elapsed.tolist() == [5]
    assert record.timing.causes == {"the rounds came to their end": 1}
    assert [part.timing.causes for part in record.channels] == [{"the rounds came to their end": 1}, {"another channel ended all": 1}]


def test_all_channels_that_end_it_at_one_instant_do():
    same = "{brussels: NATO, washington: Washington}"
    content = text("  rounds: 3\n  over_when: [acted]\n" + SEEN, same, ASKS, "target: {strategy: always, action: refuse}")
    content = content.replace("channels: {target", "all_over_when: [acted], channels: {target")
    assert events.run(match(loads(content))).ends == {"brussels: acted; washington: acted": 1}


def test_who_plays_in_all_channels_has_one_type_and_each_addressee_his_own():
    base = DRAFTS.replace(
        "{challenger: Moscow, target: one of the addressees}",
        "{challenger: {label: Moscow, types: {tough: 0.25, weak: 0.75}}, target: {label: one, types: {firm: 0.5, soft: 0.5}}}",
    )
    behaviour = (
        "challenger: {tough: {strategy: always, action: [ultimatum, act]}, weak: {strategy: always, action: [wait, postpone]}}",
        "target: {firm: {strategy: always, action: refuse}, soft: {strategy: always, action: accept}}",
    )
    record = played("  rounds: 1\n" + SEEN, TWO, *behaviour, base=base, replications=2000)
    joint = record.ends
    assert set(joint) == {"brussels: quiet; washington: quiet"} | {
        f"brussels: {one}; washington: {other}" for one in ("signed", "acted") for other in ("signed", "acted")
    }
    for name, share in joint.items():
        expected = 0.75 if "quiet" in name else 0.25 / 4
        assert abs(share - expected) < STANDARD_ERRORS * math.sqrt(expected * (1 - expected) / 2000)


def test_waiting_costs_who_plays_in_all_channels_once_and_each_addressee_until_his_is_over():
    clock = "waiting_cost: {challenger: 0.1, target: 0.1}, "
    record = played("  rounds: 1\n" + SEEN, TWO, ASKS, "target: {strategy: always, action: accept}", clock=clock)
    assert record.payoffs[0].tolist() == pytest.approx([1 + 11 - 0.9, -2 - 0.5, -2 - 0.9])


def test_shocks_and_the_end_of_time_come_to_all_channels():
    repeat = "  rounds: 9\n  over_when: [coup]\n" + SEEN.replace("signatures + 1}}}", "signatures + 1}}, news: {start: 1}}")
    base = DRAFTS.replace("-0.5", "-0.5 * news")
    clock = "between: {fixed: 1}, shocks: {report: {at: [4], change: {news: 2 * news}}, coup: {at: [20]}}, "
    behaviour = "challenger: {strategy: always, action: [ultimatum, postpone]}", "target: {strategy: always, action: refuse}"
    record = played(repeat, TWO, *behaviour, clock=clock, base=base)
    assert record.ends == {"brussels: coup; washington: coup": 1}
    assert [part.payoffs[0, 0] for part in record.channels] == [-3, -2]
    limited = played(repeat, TWO, *behaviour, clock=clock.replace("shocks", "until: 11, shocks"), base=base)
    assert limited.ends == {f"brussels: {TIME_OUT}; washington: {TIME_OUT}": 1}
    assert [part.rounds[0] for part in limited.channels] == [2, 1]


def test_an_addressee_of_whom_nothing_is_said_does_as_the_player_in_whose_place_he_stands():
    behaviour = ASKS, "target: {strategy: always, action: refuse}", "washington: {strategy: always, action: accept}"
    content = text("  rounds: 1\n" + SEEN, TWO, *behaviour)
    assert events.run(match(loads(content))).ends == {"brussels: acted; washington: signed": 1}
    changed = events.run(match(loads(content), behaviour={"brussels": "random"}, replications=50)).ends
    assert all(name.endswith("washington: signed") for name in changed)
    assert len(changed) == 2


def test_the_chronicle_tells_channels_apart():
    content = text("  rounds: 1\n" + SEEN, TWO, ASKS, "target: {strategy: always, action: accept}")
    told = str(events.trace(match(loads(content))))
    assert "after 5 days, brussels: brussels: accept" in told
    assert "after 9 days, washington: round 1 ends: signed; challenger 11, washington -2; signatures 1" in told
    assert told.endswith("all over after 9 days\nbrussels ended: signed\nwashington ended: signed")


def test_the_horizon_of_one_channel_is_not_that_of_the_other():
    repeat = "  rounds: 2\n  over_when: [signed]\n" + SEEN
    behaviour = (
        "challenger: {strategy: always, action: [ultimatum, postpone]}",
        "brussels: {strategy: always, action: refuse}",
        "washington: {strategy: always, action: accept}",
    )
    assert played(repeat, TWO, *behaviour).ends == {f"brussels: {HORIZON}; washington: signed": 1}


@pytest.mark.parametrize("engine", [batch, exact])
def test_other_engines_refuse_channels_by_name(engine):
    with pytest.raises(NotApplicableError, match=re.compile("clock|channels")):
        engine.run(match(loads(text("  rounds: 1\n" + SEEN, TWO))))
