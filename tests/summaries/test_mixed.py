"""What one play leaves open (by types, chance or mixing) is told from equilibria that differ, the same in both ways to make a table."""

from collections.abc import Mapping

import numpy as np
import pytest
from shipped import scenario
from swept_points import along, anywhere, assert_same, at_ties, on_grid

from negotiation.games.equilibrium_rows import MIXED, SEVERAL, row_of
from negotiation.games.points import Points
from negotiation.scenario.scenario import loads
from negotiation.solving import solve
from negotiation.summaries.equilibrium import layout, names_of, tabulate

LOTTERY = """
negotiation: 1
title: An open lottery
players: {a: A, b: B}
parameters:
  p: {value: 0.3, range: [0, 1], about: a probability}
  x: {value: 1, range: [0, 4], about: what the lottery is worth where it is won}
game:
  player: a
  actions:
    play: {chance: {luck: {probability: p, then: won}, misfortune: {probability: 1 - p, then: lost}}}
    stay: out
outcomes:
  won: {a: x, b: 0}
  lost: {a: 0, b: 0}
  out: {a: 1, b: 0}
readings:
  a win: play > luck
  a loss: play > misfortune
  nothing: stay
"""


def said(tested, points, options=None):
    """The names of readings and courses of play, and the numbers of equilibria."""
    table, columns = tabulate(tested, points, options or {}), layout(tested, points.concept, options or {}).columns
    named = {column.name: column.names for column in columns}
    return [[named[name][code] for code in table.column(name)] for name in ("reading", "path")], table.column("equilibria").tolist()


def test_chance_leaves_open_what_one_equilibrium_comes_to():
    """Staying is worth 1, the lottery p x: it is played where p x > 1, and both is an equilibrium where p x = 1."""
    points = Points(5, {"p": along([0.75, 0.75, 0.5, 1.0, 0.0]), "x": along([3.0, 1.0, 2.0, 3.0, 3.0])})
    (readings, paths), equilibria = said(loads(LOTTERY), points)
    assert readings == ["mixed", "nothing", "several", "a win", "nothing"]
    assert paths == ["mixed", "stay", "several", "play > luck", "stay"]
    assert equilibria == [1, 1, 2, 1, 1]
    assert_same(loads(LOTTERY), points)


def test_a_tie_between_mixed_plays_that_come_to_the_same_is_no_several():
    """Two ways to the same lottery: the readings are those of one play, the courses of play are not."""
    again = "    again: {chance: {luck: {probability: p, then: won}, misfortune: {probability: 1 - p, then: lost}}}\n"
    text = LOTTERY.replace("    stay: out\n", again)
    text = text.replace("  nothing: stay\n", "").replace("  out: {a: 1, b: 0}\n", "")
    tested = loads(text.replace("a win: play > luck", 'a win: "* > luck"').replace("a loss: play > misfortune", 'a loss: "* > misfortune"'))
    points = Points(2, {"p": along([0.3, 0.6])})
    (readings, paths), equilibria = said(tested, points)
    assert (readings, paths, equilibria) == (["mixed"] * 2, ["several"] * 2, [2, 2])
    assert_same(tested, points)


def plain(solution):
    """By the definition, from the equilibria: the only reading, or whether all give every reading the same probability."""
    shares = [{name: float(share) for name, share in each.readings.items() if share} for each in solution.equilibria]
    names = {name for each in shares for name in each}
    if len(names) == 1:
        return next(iter(names))
    spread = max(max(each.get(name, 0.0) for each in shares) - min(each.get(name, 0.0) for each in shares) for name in names)
    return MIXED if spread <= 1e-9 else SEVERAL


@pytest.mark.parametrize("name", ["resolve", "two_sided", "beer_quiche", "audience", "chicken"])
def test_scenarios_with_types_and_mixing_against_the_definition(name):
    tested = scenario(name)
    names, points = names_of(tested), at_ties(tested, 6, 3)
    found = []
    for point in range(points.size):
        solution = solve(tested.game(None, **points.settings_at(point)))
        assert isinstance(solution.equilibria[0].readings, Mapping)
        code = row_of(solution, names).reading
        assert names.reading_codes[code] == plain(solution)
        found.append(code)
    (readings, _), _ = said(tested, points)
    assert readings == [names.reading_codes[code] for code in found]


def test_one_equilibrium_is_never_several():
    for name in ("resolve", "two_sided", "demand_size"):
        (readings, paths), equilibria = said(scenario(name), anywhere(scenario(name), 5, 8))
        assert all(SEVERAL not in pair for *pair, count in zip(readings, paths, equilibria, strict=True) if count == 1)


def test_logit_equilibria_in_batch_are_mixed_as_one_by_one():
    """Every action has a probability, so every reading does; where the branch is the only one there is one equilibrium."""
    tested, points = scenario("pretext"), on_grid(scenario("pretext"), 2)
    asked = Points(points.size, points.parameters, concept="quantal_response")
    (readings, paths), _ = said(tested, asked, {"precision": 0.5})
    assert set(readings) == set(paths) == {"mixed"}
    assert_same(tested, asked, {"precision": 0.5}, same=1e-6, remarks=False)


def test_readings_are_those_of_points_where_equilibria_are_more_than_points():
    """A tie at the first points, and readings that depend on a parameter: the point of an equilibrium is not its number."""
    text = LOTTERY.replace("nothing: stay", "much nothing: {path: stay, when: x > 2}\n  nothing: stay")
    xs = np.r_[np.full(20, 2.0), np.linspace(0.1, 1.9, 20), np.linspace(2.1, 3.9, 20)]
    points = Points(60, {"p": along([0.5] * 20 + [0.2] * 40), "x": along(xs.tolist())})
    (readings, _), _ = said(loads(text), points)
    assert readings == ["several"] * 20 + ["nothing"] * 20 + ["much nothing"] * 20
    assert_same(loads(text), points)
