"""Payoffs that depend on a private type: one's own, or that of another player."""

import pytest

from negotiation.errors import ScenarioError
from negotiation.games.extensive_form import End
from negotiation.scenario.scenario import loads

TEXT = """
negotiation: 1
title: A breakfast
players:
  diner: {label: Diner, types: {strong: 0.9, weak: 0.1}}
  bully: Bully
  cook: Cook
game: {player: diner, actions: {beer: duel, quiche: duel}}
outcomes:
  duel:
    diner: {strong: 1, weak: 2}
    bully: {strong: -3, weak: 4}
    cook: 5
"""


def payoffs(text):
    return {node.payoffs for node in loads(text).game().nodes if isinstance(node, End)}


def mistakes(text):
    with pytest.raises(ScenarioError) as error:
        loads(text)
    return str(error.value)


def test_a_player_without_types_can_get_a_payoff_for_each_type_of_another():
    assert payoffs(TEXT) == {(1, -3, 5), (2, 4, 5)}


def test_own_types_come_before_those_of_another_with_the_same_names():
    text = TEXT.replace("bully: Bully", "bully: {label: Bully, types: {strong: 0.5, weak: 0.5}}")
    assert payoffs(text) == {(1, -3, 5), (2, -3, 5), (1, 4, 5), (2, 4, 5)}


def test_a_player_with_types_can_get_a_payoff_for_each_type_of_another():
    text = TEXT.replace("bully: Bully", "bully: {label: Bully, types: {near: 0.5, far: 0.5}}")
    assert payoffs(text) == {(1, -3, 5), (2, 4, 5)}


def test_a_missing_and_an_unknown_type_of_another_are_told():
    given = "bully: {strong: -3, weak: 4}"
    assert "the outcome 'duel' has no payoff for type 'weak' of 'diner'" in mistakes(TEXT.replace(given, "bully: {strong: -3}"))
    found = mistakes(TEXT.replace(given, "bully: {strong: -3, week: 4}"))
    assert "unknown type 'week' of 'diner'" in found
    assert "did you mean 'weak'?" in found


def test_a_wrong_name_says_whose_payoff_it_is_in():
    found = mistakes(TEXT.replace("weak: 4}", "weak: loot}"))
    assert "unknown name 'loot' in the payoff of 'bully' against type 'weak' of 'diner' at outcome 'duel'" in found


def test_types_that_two_others_have_are_told_apart_by_nobody():
    text = TEXT.replace("bully: Bully", "bully: {label: Bully, types: {strong: 0.5, weak: 0.5}}")
    found = mistakes(text.replace("cook: 5", "cook: {strong: 5, weak: 6}"))
    assert "'diner' and 'bully' have types of these names, so it cannot be told whose types are meant" in found


def test_types_of_nobody_are_told():
    text = TEXT.replace("bully: Bully", "bully: {label: Bully, types: {near: 0.5, far: 0.5}}")
    assert "these are types of nobody: 'rich', 'poor'" in mistakes(text.replace("cook: 5", "cook: {rich: 5, poor: 6}"))


def test_without_any_types_a_payoff_is_one_formula():
    text = TEXT.replace("diner: {label: Diner, types: {strong: 0.9, weak: 0.1}}", "diner: Diner")
    assert "'bully' has no types, so his payoff must be one formula" in mistakes(text)


def test_a_family_of_actions_is_named_by_decimals_and_ratios():
    text = TEXT.replace("{beer: duel, quiche: duel}", "{pay: {each: {d: {values: [0.05, 1/6, 2]}}, then: duel}}")
    assert loads(text).game().information_sets[0].actions == ("pay[d=0.05]", "pay[d=1/6]", "pay[d=2]")


def test_a_text_that_a_comma_cuts_is_told_to_be_quoted():
    found = mistakes(TEXT.replace("label: Diner,", "label: Diner, hungry,"))
    assert "unknown key 'hungry' in players.diner" in found
    assert "put that text in quotation marks: in braces, a comma starts a new entry" in found
