"""A small scenario whose parameters designs vary: an ultimatum with a rule for how rounds repeat."""

from negotiation.scenario.scenario import loads

TEXT = """\
negotiation: 1
title: A small ultimatum
source: made up for tests
players: {proposer: A, responder: B}
parameters:
  share: {value: 0.2, range: [0, 1], about: what the responder is offered, unit: pies}
  blame: {value: 0.5, range: [0, 2], about: cost of being held responsible}
  fixed: {value: 3, range: [3, 3], about: what nobody can change}
game:
  player: proposer
  actions:
    keep: nothing
    offer: {player: responder, actions: {accept: deal, refuse: nothing}}
outcomes:
  deal: {proposer: 1 - share, responder: share}
  nothing: {proposer: fixed - 3 - blame, responder: 0}
readings: {bargain: offer > accept}
repeat: {rounds: 10, discount: {proposer: 0.9, responder: 0.9}}
behaviour: {responder: {strategy: quantal_response, precision: 4}}
sweep:
  axes: {blame: {points: 5}}
variants:
  no blame: {blame: 0}
  generous: {share: 0.5}
"""

SCENARIO = loads(TEXT, file="demand.yaml")
