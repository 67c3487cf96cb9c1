"""The strategy that plays a stage equilibrium: from a scenario's text to what happens in its rounds."""

import pytest

from negotiation.concepts import subgame_perfect
from negotiation.engines import events
from negotiation.errors import ParameterError
from negotiation.play import match
from negotiation.scenario.scenario import StrategyChoice, loads

GROWING_ANGER = """
negotiation: 1
title: Entry into a market whose owner gets angrier
players: {entrant: Entrant, owner: Owner}
parameters:
  first: {value: 0, range: [0, 10], about: what fighting is worth to the owner in the first round}
game:
  player: entrant
  actions:
    in:
      player: owner
      actions: {share: shared, fight: war}
    out: quiet
outcomes:
  quiet: {entrant: 1, owner: 5}
  shared: {entrant: 2, owner: 2}
  war: {entrant: 0, owner: anger}
repeat:
  rounds: 6
  state:
    anger: {start: first, after: {shared: anger + 1}}
behaviour: {entrant: equilibrium, owner: equilibrium}
variants:
  undecided: {first: 2}
"""


def played(variant=None, **options):
    """The outcomes of the rounds of a match between two players of equilibrium strategies."""
    choices = {player: StrategyChoice("equilibrium", options) for player in ("entrant", "owner")}
    record = events.run(match(loads(GROWING_ANGER), variant, replications=1, behaviour=choices), keep=True)
    stage = record.match.stage
    return [stage.nodes[stage.ends[place]].outcome for place in record.course]


def test_the_subgame_perfect_equilibrium_follows_the_payoffs_of_the_round():
    """Sharing is worth 2 to the owner; once fighting is worth 3 the entrant stays out. At 2 the first listed is played."""
    assert played() == ["shared"] * 3 + ["quiet"] * 3
    assert played(concept="subgame_perfect") == played()


def test_at_a_tie_the_equilibrium_asked_for_is_played():
    """Worth 2 either way: in the second equilibrium the owner would fight, and the entrant stays out."""
    stage = loads(GROWING_ANGER).stage("undecided")
    assert [found.path for found in subgame_perfect.solve(stage).equilibria] == [("in", "share"), ("out",)]
    assert played("undecided") == ["shared"] + ["quiet"] * 5
    assert played("undecided", which=2) == ["quiet"] * 6


def test_which_equilibrium_is_told():
    notes = match(loads(GROWING_ANGER), "undecided", replications=1).notes
    assert any("the stage game has 2 equilibria by subgame_perfect; the one played is number 1" in note for note in notes)


def test_an_equilibrium_that_is_not_there_is_refused():
    with pytest.raises(ParameterError, match="subgame_perfect lists 1 equilibria of the stage game, got 2"):
        played(which=2)
