"""The clock of a scenario file: what is said of mistakes in it, and where."""

import json
import re

import jsonschema
import pytest
import yaml

from negotiation.errors import ScenarioError
from negotiation.scenario.scenario import loads
from negotiation.scenario.schema import json_schema

SOUND = """negotiation: 1
title: A demand
players: {sender: {label: Moscow, types: {firm: doubt, soft: 1 - doubt}}, target: {label: NATO, types: {bold: 0.5, meek: 0.5}}}
parameters:
  gain:  {value: 2, range: [0, 5], about: worth of a concession}
  days:  {value: 7, range: [0, 90], about: time of an answer}
  doubt: {value: 0.5, range: [0, 1], about: probability that the sender is firm}
  luck:  {value: 0.5, range: [0, 1], about: probability that the demand is heard}
definitions:
  net: gain - 1
game:
  player: sender
  actions:
    wait: quiet
    demand:
      chance:
        heard: {probability: luck, then: {player: target, actions: {concede: deal, refuse: war}}}
        lost: {probability: 1 - luck, then: quiet}
    offer: {each: {size: {values: [1, 2]}}, then: {with: {whole: net * size}, then: deal}}
outcomes:
  quiet: {sender: 0, target: 0}
  deal: {sender: net, target: -gain}
  war: {sender: -1, target: -credit}
repeat:
  rounds: 9
  over_when: [deal, coup]
  discount: {sender: 0.9, target: 0.9}
  state:
    credit: {start: 1, after: {war: 0.5 * credit}, elsewhere: {war: credit + 1}}
  clock:
    unit: weeks
    moves:
      demand: {exponential: days}
      target: {gamma: [2, days / 2]}
      sender: {wait: {fixed: 1}}
      heard: {uniform: [0, 1]}
    between: {empirical: [1, 2]}
    deadlines: {target: {after: 3 * days, counts_as: refuse}}
    until: 300
    discount_rate: {sender: 0.01}
    waiting_cost: {target: 0.1}
    windows: {talks: {from: 2, to: 9, closes: [demand], moves: {concede: {fixed: 1}}}}
    shocks:
      coup: {after: {exponential: 99}}
      news: {every: {lognormal: [9, 1]}, change: {gain: 0.5 * gain, credit: credit / 2}}
    channels: {target: {one: NATO, other: {label: OSCE, set: {days: 2 * days}}}}
    all_over_when: [war]
behaviour: {sender: random, target: random, other: {bold: random, meek: random}}
variants:
  slow: {days: 40}
"""


def blocks(text):
    """What is said of a broken file, mistake by mistake."""
    assert text != SOUND
    with pytest.raises(ScenarioError) as caught:
        loads(text, file="draft.yaml")
    return re.split(r"\n(?=draft\.yaml)", str(caught.value))


def test_the_file_is_sound_and_fits_the_schema():
    scenario = loads(SOUND)
    assert [channel.name for channel in scenario.channels("slow")] == ["one", "other"]
    jsonschema.Draft202012Validator(json_schema()).validate(json.loads(json.dumps(yaml.safe_load(SOUND))))


#: What is written, what it becomes, what of it is marked, and what is said of it.
MISTAKES = [
    ("{exponential: days}", "{exponental: days}", "exponental", "unknown key 'exponental' in repeat.clock.moves.demand"),
    ("{exponential: days}", "{exponential: dyas}", "dyas", "unknown name 'dyas' in the time of 'demand'"),
    ("{exponential: days}", "{exponential: credit}", "credit", "'credit' cannot be used in the time of 'demand'"),
    (
        "{exponential: days}",
        "{exponential: days, fixed: 2}",
        "demand",
        "the time of 'demand' must be one of fixed, uniform, exponential, gamma, lognormal, empirical, got fixed and exponential",
    ),
    ("demand: {exponential", "demnad: {exponential", "demnad", "unknown action 'demnad'"),
    ("target: {gamma", "targt: {gamma", "targt", "unknown action 'targt'"),
    ("target: {gamma: [2, days / 2]}", "target: {gamma: [2]}", "gamma", "clock.moves.target.gamma must have at least 2 entries, got 1"),
    ("target: {gamma: [2, days / 2]}", "target: 3", "3", "repeat.clock.moves.target must be a time (fixed, uniform, exponential"),
    ("sender: {wait", "sender: {concede", "concede", "unknown action 'concede' of 'sender'"),
    ("{empirical: [1, 2]}", "{empirical: []}", "empirical", "clock.between.empirical must have at least 1 entry, got 0"),
    ("{empirical: [1, 2]}", "{}", "between", "the time between rounds must be one of fixed, uniform"),
    ("unit: weeks", "units: weeks", "units", "unknown key 'units' in repeat.clock"),
    ("counts_as: refuse", "counts_as: refues", "refues", "unknown action 'refues' of 'target'"),
    ("counts_as: refuse", "counts_as: demand", "demand", "unknown action 'demand' of 'target'"),
    (
        "{target: {after: 3 * days, counts_as: refuse}}",
        "{sender: {after: 1, counts_as: offer}}",
        "offer",
        "'offer' stands for several actions, and silence",
    ),
    ("discount_rate: {sender", "discount_rate: {sendr", "sendr", "unknown player 'sendr'"),
    ("closes: [demand]", "closes: [demnad]", "demnad", "unknown action 'demnad'"),
    ("closes: [demand], moves: {concede: {fixed: 1}}", "closes: []", "talks", "the window 'talks' changes nothing"),
    (
        "after: {exponential: 99}",
        "after: {exponential: 99}, at: [3]",
        "coup",
        "the shock 'coup' needs one of 'at' (dates), 'after' (a time, once) and",
    ),
    (
        "coup: {after: {exponential: 99}}",
        "coup: {about: a coup}",
        "coup",
        "the shock 'coup' needs one of 'at' (dates), 'after' (a time, once) and",
    ),
    ("[deal, coup]", "[deal]", "coup", "the shock 'coup' does nothing"),
    ("[deal, coup]", "[deal, cuop]", "cuop", "unknown outcome or shock 'cuop'"),
    ("gain: 0.5 * gain", "net: 0.5 * gain", "net", "'net' is a definition, which a shock cannot change"),
    ("gain: 0.5 * gain", "gian: 0.5 * gain", "gian", "unknown parameter or state 'gian' that the shock 'news' changes"),
    ("gain: 0.5 * gain", "gain: 0.5 * size", "size", "'size' cannot be used in 'gain' after the shock 'news'"),
    ("gain: 0.5 * gain", "luck: 0.5", "luck", "the probability of 'heard' depends on 'luck', which a shock changes"),
    (
        "gain: 0.5 * gain",
        "doubt: 0.5",
        "doubt",
        "the prior probability of type 'firm' of 'sender' depends on 'doubt', which a shock changes",
    ),
    ("gain: 0.5 * gain", "days: 2", "days", "the time of 'demand' depends on 'days', which a shock changes"),
    ("coup: {after", "war: {after", "war", "'war' is also the name of an outcome"),
    ("channels: {target:", "channels: {tarket:", "tarket", "unknown player 'tarket'"),
    ("{one: NATO, other", "{other", "target", "clock.channels.target must have at least 2 entries, got 1"),
    ("{one: NATO,", "{gain: NATO,", "gain", "the channel 'gain' has the name of a parameter"),
    ("set: {days: 2", "set: {dais: 2", "dais", "unknown parameter 'dais'"),
    ("set: {days: 2 * days}", "set: {days: 20 * days}", "20 * days", "'days' for 'other' must be in the range of 'days', [0, 90], got 140"),
    (
        "set: {days: 2 * days}",
        "set: {doubt: 0.9}",
        "doubt",
        "the prior probability of type 'firm' of 'sender' differs between the channels",
    ),
    ("all_over_when: [war]", "all_over_when: [wra]", "wra", "unknown outcome 'wra'"),
    (
        "    channels: {target: {one: NATO, other: {label: OSCE, set: {days: 2 * days}}}}\n",
        "",
        "elsewhere",
        "'elsewhere' is for a clock with 'channels'",
    ),
    ("elsewhere: {war: credit + 1}", "elsewhere: {wra: credit + 1}", "wra", "unknown outcome 'wra' after which state 'credit' changes"),
    (
        "elsewhere: {war: credit + 1}",
        "elsewhere: {war: credit + whole}",
        "whole",
        "'whole' cannot be used in state 'credit' after outcome 'war' elsewhere",
    ),
    ("other: {bold: random, meek", "other: {bald: random, meek", "bald", "unknown type 'bald' of 'other'"),
    ("until: 300", "until: 0", "0", "the time when all is over must be above 0, got 0"),
    ("after: 3 * days", "after: -3", "-3", "the deadline of 'target' must be above 0, got -3"),
    ("sender: 0.01", "sender: -0.01", "-0.01", "the discount rate of 'sender' must be at least 0, got -0.01"),
    ("{exponential: days}", "{exponential: days - 40}", "days - 40", "the time of 'demand' must be above 0, got -33 at days = 7"),
    (
        "heard: {uniform: [0, 1]}",
        "heard: {uniform: [2, 1]}",
        "uniform",
        "the time of 'heard' must go from the lowest to the highest, got 2 to 1",
    ),
    ("from: 2, to: 9", "from: 9, to: 2", "2", "the end of 'talks' must be later than its beginning (9), got 2"),
    ("{lognormal: [9, 1]}", "{fixed: 0}", "fixed", "the shock 'news' would come endlessly at once: 'every' needs a time above 0"),
    ("{lognormal: [9, 1]}", "{lognormal: [0, 1]}", "0", "the time until 'news' must be above 0, got 0"),
]


@pytest.mark.parametrize(
    ("old", "new", "marked", "rule"), MISTAKES, ids=[f"{new[:20]} {number}" for number, (_, new, *_) in enumerate(MISTAKES)]
)
def test_a_mistake_is_told_where_it_is(old, new, marked, rule):
    told = next(block for block in blocks(SOUND.replace(old, new, 1)) if rule in block)
    first, source, carets = told.splitlines()[:3]
    shown, column = source.partition(" | ")[2], carets.partition(" | ")[2].index("^")
    assert shown[column : column + carets.count("^")] == marked
    assert first.split(":")[2] == str(column + 1)


def test_one_slip_is_one_mistake():
    for old, new, *_ in MISTAKES[:20]:
        assert len(blocks(SOUND.replace(old, new, 1))) == 1
    assert len(blocks(SOUND.replace("[deal, coup]", "[deal, cuop]"))) == 1


def test_a_missing_unit_is_told_of_the_clock():
    (told,) = blocks(SOUND.replace("    unit: weeks\n", ""))
    assert told.startswith("draft.yaml:30:3: repeat.clock needs 'unit'")


def test_a_name_that_is_a_player_and_an_action_is_no_description_of_a_move():
    told = blocks(SOUND.replace("    wait: quiet", "    target: quiet\n    wait: quiet"))
    assert any("'target' is a player and an action, so it cannot be told which is meant" in block for block in told)


def test_rounds_may_be_left_out_where_time_ends_them():
    assert loads(SOUND.replace("  rounds: 9\n", "")).repetition().rounds is None
    (told,) = blocks(SOUND.replace("  rounds: 9\n", "").replace("    until: 300\n", ""))
    assert "'repeat' needs 'rounds' or 'continue', or both" in told
    assert "or say in its clock when all is over at the latest ('until')" in told


def test_numbers_of_every_variant_and_channel_are_checked():
    (told,) = blocks(SOUND.replace("slow: {days: 40}", "slow: {days: 80}"))
    assert "'days' for 'other' must be in the range of 'days', [0, 90], got 160 at days = 80 (variant 'slow')" in told


def test_what_a_shock_changes_is_carried():
    scenario = loads(SOUND)
    repetition = scenario.repetition()
    rules, (coup, news) = repetition.state, repetition.clock.shocks
    assert (rules.names, rules.start) == (("credit", "gain"), (1.0, 2.0))
    assert (coup.ends, news.ends, coup.change) == (True, False, None)
    assert news.change((1.0, 2.0)) == (0.5, 1.0)
    deal = next(place for place, row in enumerate(rules.payoffs((0.5, 1.0)).tolist()) if row[1] == -1)
    assert rules.payoffs((0.5, 3.0))[deal].tolist() == [2, -3]
    assert scenario.changed_by_shocks == ("gain",)


def test_a_large_tree_has_few_windows_shocks_and_channels():
    """Each is laid out node by node, or computed in each channel: so a file cannot keep a machine busy for ever."""
    large = SOUND.replace("[1, 2]}}, then: {with", "[" + ", ".join(map(str, range(1, 9000))) + "]}}, then: {with")
    windows = "".join(f"w{number}: {{from: {number}, to: 99, closes: [demand]}}, " for number in range(19))
    shocks = "".join(f"      s{number}: {{at: [{number}], change: {{credit: 1}}}}\n" for number in range(18))
    channels = "".join(f"c{number}: another, " for number in range(28))
    for text, said in (
        (
            large.replace("windows: {", "windows: {" + windows),
            "120 windows, in all channels and variants together, of a tree with 36,027 nodes",
        ),
        (large.replace("    shocks:\n", "    shocks:\n" + shocks), "120 shocks, in all channels and variants together, of a tree"),
        (large.replace("{one: NATO", "{" + channels + "one: NATO"), "60 channels, in all variants together, of a tree"),
    ):
        (told,) = blocks(text)
        assert said in told
        assert "are more than is checked (2,000,000 nodes in all)" in told
