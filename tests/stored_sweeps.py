"""A small sweep whose results are known, and what is in the folder where one is stored."""

import hashlib
from pathlib import Path

from negotiation.scenario.scenario import loads
from negotiation.sweeping.planning import Asked, plan

TEXT = """
negotiation: 1
title: A demand that can be granted
players: {one: One, other: Other}
parameters:
  gain: {value: 1, range: [0, 10], about: what a grant is worth}
  cost: {value: 1, range: [0, 10], about: what a grant costs}
variants:
  dear: {cost: 5}
game:
  player: one
  actions:
    demand: {player: other, actions: {grant: granted, refuse: refused}}
    nothing: quiet
outcomes:
  granted: {one: gain, other: 0 - cost}
  refused: {one: -1, other: -2}
  quiet: {one: 0, other: 0}
"""

FUNCTIONS = Path(__file__).parent / "swept_functions.py"


def task(function="difference", axes=None, *, text=TEXT, **asked):
    """A sweep of a function of ``swept_functions``, 40 x 5 points (34 blocks) unless axes are given."""
    chosen = Asked(summary="own_function", options={"function": f"{FUNCTIONS}:{function}"}, **asked)
    return plan(loads(text, file="demand.yaml"), {"gain": 40, "cost": 5} if axes is None else axes, chosen)


def contents(folder):
    """All files of a folder with the SHA-256 of each."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }
