"""A stage with the moves that the defaults of strategies speak of, and what is played on it."""

from functools import cache

from stages import match_of

from negotiation.engines import events
from negotiation.scenario.scenario import loads

#: The moves of a challenger and a target, with demands of several sizes; what the defaults of strategies speak of.
MENU = """
negotiation: 1
title: A demand and four answers
players: {challenger: Challenger, target: Target}
game:
  player: challenger
  actions:
    postpone: quiet
    bargain: {player: target, actions: {accept: deal, engage: talks, refuse: quiet}}
    demand: {each: {size: {values: [0.25, 0.5, 1]}}, then: answer}
    ultimatum: {with: {size: 1}, then: answer}
    act: acted
stages:
  answer:
    player: target
    actions:
      accept: granted
      engage: talks
      stall: quiet
      refuse: {player: challenger, actions: {postpone: quiet, withdraw: withdrawn, act: covered}}
outcomes:
  quiet:     {challenger: 0, target: 0}
  deal:      {challenger: 0.5, target: -0.5}
  talks:     {challenger: 0.25, target: -0.25}
  granted:   {challenger: size, target: -2 * size}
  withdrawn: {challenger: -1, target: 0.5}
  acted:     {challenger: -0.5, target: -1}
  covered:   {challenger: 0.5, target: -1}
"""


@cache
def menu():
    """The stage."""
    return loads(MENU).stage()


def transcript(stage, challenger, target, rounds):
    """The moves of each round of a match."""
    found = events.trace(match_of(stage, challenger, target, rounds=rounds)).rounds
    return [" > ".join(move.action for move in entry.moves) for entry in found]
