"""What is said of time and of channels, in words and in documents."""

import json

from negotiation.documents import as_json, record_document
from negotiation.engines import events
from negotiation.play import match
from negotiation.scenario.scenario import loads
from negotiation.sources import of_scenario
from negotiation.words.records import record_sections

TEXT = """
negotiation: 1
title: Two documents
players: {challenger: Moscow, target: one of the addressees}
game: {player: target, actions: {accept: signed, refuse: refused}}
outcomes: {signed: {challenger: 2, target: -1}, refused: {challenger: -1, target: 0}}
repeat:
  rounds: 1
  clock:
    unit: days
    moves: {refuse: {fixed: 2}, accept: {fixed: 8}}
    deadlines: {target: {after: 5, counts_as: refuse}}
    discount_rate: {challenger: 0.1}
    channels: {target: {brussels: NATO, washington: Washington}}
behaviour:
  challenger: random
  brussels: {strategy: always, action: refuse}
  washington: {strategy: always, action: accept}
"""


def record():
    return events.run(match(loads(TEXT), replications=10))


def sections():
    scenario = loads(TEXT)
    return {section.heading: section for section in record_sections(record(), scenario.labels, scenario.choices())}


def test_time_and_its_causes_are_told():
    told = sections()["How long it took, and why it ended"]
    assert told.paragraphs == ("All was over after 5 ± 0 days on average, the first after 5, the last after 5.",)
    assert told.table.rows == (("a deadline passed", "100%", "0"),)


def test_each_channel_is_told_under_its_label():
    found = sections()
    assert found["The channel of NATO"].paragraphs == ("This channel was over after 1 round and 2 ± 0 days on average.",)
    assert found["The channel of Washington"].table.rows == (("refused", "100%", "0"),)
    assert "all channels together" in found["How it ended"].paragraphs[0]
    assert found["What it paid"].paragraphs == ("Sums over the rounds, discounted to the beginning, less what waiting has cost.",)
    assert [row[0] for row in found["What it paid"].table.rows] == ["Moscow", "NATO", "Washington"]


def test_the_document_has_time_and_channels():
    scenario = loads(TEXT)
    document = json.loads(as_json(record_document(record(), of_scenario(scenario))))
    assert document["time"] == {"unit": "days", "elapsed": {"mean": 5.0, "standard_error": 0.0}, "causes": {"a deadline passed": 1.0}}
    assert document["channels"]["brussels"]["time"]["elapsed"]["mean"] == 2
    assert document["channels"]["washington"]["ends"] == {"refused": 1.0}
    assert document["ends"] == {"brussels: refused; washington: refused": 1.0}


def test_without_a_clock_nothing_is_said_of_time():
    scenario = loads(TEXT.split("  clock:")[0] + "behaviour: {challenger: random, target: random}")
    found = events.run(match(scenario, replications=5))
    assert "time" not in record_document(found, of_scenario(scenario))
    assert not any("long" in section.heading for section in record_sections(found, scenario.labels, scenario.choices()))
