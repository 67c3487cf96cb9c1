"""Readings of courses of play, and games written as a matrix."""

from fractions import Fraction

import pytest
from written_trees import end, move, written_out

from negotiation.errors import ScenarioError
from negotiation.games.readings import read_path
from negotiation.scenario.scenario import loads

HEAD = """\
negotiation: 1
title: A test
players: {a: Anna, b: Bert}
parameters:
  p: {value: 0.25, range: [0, 1], about: a probability}
  x: {value: 3, range: [-10, 10], about: a payoff}
"""
OUTCOMES = "outcomes: {one: {a: x, b: -x}, two: {a: p, b: 2 * p}, three: {a: 0, b: 1/3}}\n"


# Readings


READINGS = """\
game:
  player: a
  actions:
    wait: one
    ask:
      each: {s: {values: [1, 2]}}
      then: {player: b, actions: {yes: two, no: {player: a, actions: {act: three, stop: one}}}}
readings:
  large deal: "ask[s=2] > yes"
  deal: ask > yes
  bluff: {path: ask > no > stop, when: x > 0}
  retreat: ask > no > stop
  pretext: [ask > * > act, never > act]
  rest: ...
"""


@pytest.mark.parametrize(
    ("path", "x", "name"),
    [
        ("wait", 3, "rest"),
        ("ask[s=2] > yes", 3, "large deal"),
        ("ask[s=1] > yes", 3, "deal"),
        ("ask[s=1] > no > stop", 3, "bluff"),
        ("ask[s=1] > no > stop", 0, "retreat"),
        ("ask[s=2] > no > act", 3, "pretext"),
    ],
)
def test_the_first_reading_that_fits_counts(path, x, name):
    game = loads(HEAD + READINGS.replace(", never > act", "") + OUTCOMES).game(x=x)
    assert path in {" > ".join(game.path_to(number)) for number in game.ends}
    assert read_path(game.readings, path.split(" > ")) == name


def test_readings_of_actions_that_are_nowhere_are_refused():
    with pytest.raises(ScenarioError, match="unknown action 'never' in reading 'pretext'"):
        loads(HEAD + READINGS + OUTCOMES)
    with pytest.raises(ScenarioError, match=r"unknown action 'ask\[s=3\]' in reading 'large deal'"):
        loads(HEAD + READINGS.replace(", never > act", "").replace("ask[s=2] > yes", "ask[s=3] > yes") + OUTCOMES)


# Matrix


MATRIX = """\
negotiation: 1
title: A matrix
players: {row: R, column: C}
parameters: {x: {value: 3, range: [0, 9], about: what both get}}
matrix:
  rows: {row: [top, bottom]}
  columns: {column: [left, middle, right]}
  payoffs:
    top: {left: [x, x / 2], middle: bargain, right: [0, 1]}
    bottom: {left: bargain, middle: [-1, 1/3], right: [2, 2]}
outcomes: {bargain: {row: x - 1, column: 0.1}}
readings: {good: top > left, bad: ["* > right", bottom > middle]}
"""


def test_matrix_is_a_normal_form_and_a_tree():
    scenario = loads(MATRIX)
    game = scenario.game(x=5)
    assert scenario.is_matrix
    assert game.players == ("row", "column")
    assert game.strategies == (("top", "bottom"), ("left", "middle", "right"))
    row = [[5, 4, 0], [4, -1, 2]]
    column = [[Fraction(5, 2), Fraction(1, 10), 1], [Fraction(1, 10), Fraction(1, 3), 2]]
    assert game.exact_payoffs.tolist() == [row, column]
    assert game.outcome((0, 1)) == game.outcome((1, 0)) == "bargain"
    assert game.outcome((1, 2)) == "bottom, right"
    assert read_path(game.readings, ("top", "right")) == "bad"
    stage = scenario.stage(x=5)
    assert written_out(stage) == move(
        "row",
        "start",
        {
            name: move(
                "column",
                "start",
                {other: end(game.outcome((i, j)), row[i][j], column[i][j]) for j, other in enumerate(("left", "middle", "right"))},
            )
            for i, name in enumerate(("top", "bottom"))
        },
    )
    assert [len(nodes) for nodes in stage.members] == [1, 2]
