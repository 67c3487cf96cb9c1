"""A game is solved by the concept that was named; what is no game is refused by name."""

import pytest

import negotiation
from negotiation.errors import NotApplicableError

TOSS = """\
negotiation: 1
title: Wait or act
players: {challenger: A, target: B}
game: {player: challenger, actions: {wait: quiet, act: acted}}
outcomes:
  quiet: {challenger: 0, target: 0}
  acted: {challenger: 1, target: -1}
"""


def test_a_scenario_is_no_game_and_the_message_says_what_makes_one():
    scenario = negotiation.loads(TOSS)
    with pytest.raises(NotApplicableError, match=r"expected a game, got Scenario; 'scenario\.game\(\)' builds the game"):
        negotiation.solve(scenario)
    assert negotiation.solve(scenario.game()).equilibria[0].path == ("act",)
