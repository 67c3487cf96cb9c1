"""A crisis with a clock for tests of engines: its scenario, how it is played and told, and what is close enough."""

import math

from negotiation.engines import events
from negotiation.play import match
from negotiation.scenario.scenario import loads

STANDARD_ERRORS = 4

CRISIS = """
negotiation: 1
title: A crisis
players: {challenger: Moscow, target: NATO}
parameters:
  gain:  {value: 2, range: [-9, 9], about: what a concession is worth}
  harm:  {value: 1, range: [0, 9], about: what the act costs the target}
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
  signed: {challenger: gain, target: -gain}
  acted: {challenger: 1, target: -harm}
  postponed: {challenger: -0.5, target: 0}
"""

DEMANDS = "challenger: {strategy: always, action: [ultimatum, act]}"
REFUSES = "target: {strategy: always, action: refuse}"
ACCEPTS = "target: {strategy: always, action: accept}"


def played(repeat, *behaviour, base=CRISIS, replications=1, seed=0, **settings):
    """The record of the crisis with this 'repeat' and behaviour."""
    scenario = loads(base + repeat + "behaviour: {" + ", ".join(behaviour or ("challenger: random", "target: random")) + "}")
    return events.run(match(scenario, settings=settings, replications=replications, seed=seed), keep=True)


def told(repeat, *behaviour, base=CRISIS, **settings):
    """What happens in the first replication, as text."""
    scenario = loads(base + repeat + "behaviour: {" + ", ".join(behaviour) + "}")
    return str(events.trace(match(scenario, settings=settings)))


def close(found, expected):
    return abs(found.mean - expected) <= STANDARD_ERRORS * found.standard_error


def share_close(share, expected, count):
    return abs(share - expected) <= STANDARD_ERRORS * math.sqrt(expected * (1 - expected) / count)
