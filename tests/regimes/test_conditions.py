"""General conditions: for each play the inequalities on the parameters under which it is the subgame-perfect one."""

from fractions import Fraction

import pytest
from shipped import scenario, whole_numbers

from negotiation.boundaries import conditions, holds
from negotiation.boundaries.implications import Ranges, least
from negotiation.concepts.subgame_perfect import solve
from negotiation.errors import NotApplicableError, ScenarioError
from negotiation.scenario.scenario import loads


@pytest.fixture(scope="module")
def pretext():
    return conditions(scenario("pretext"))


def play(found, reading):
    return next(each for each in found.plays if each.reading == reading)


def texts(requirements):
    """What plain requirements say."""
    return [each.cases[0].inequality.text for each in requirements if len(each.cases) == 1 and not each.cases[0].when]


def drawn(base, variant, draw):
    """Values inside the ranges, most near those of a variant."""
    values = {}
    for name, value in base.values(variant).items():
        low, high = base.parameters[name].range
        near = value * Fraction(draw(500_000, 1_600_000), 1_000_003)
        anywhere = low + (high - low) * Fraction(draw(1, 1_000_000), 1_000_003)
        values[name] = min(near, high) if value and draw(0, 3) else anywhere
    return values


def solved(base, values):
    paths = {path for each in solve(base.stage(None, **values)).equilibria for path in each.paths}
    return {(path.reading or " > ".join(path.actions), path.actions) for path in paths}


def test_the_causal_pretext_needs_what_its_theory_says(pretext):
    """(P1) A_X > h, (P3) R_X > 0 and R_X > u_M, and R_0 < 0; R_X > R_0 and R_X > -c_X follow from these and are not said."""
    found = play(pretext, "causal pretext")
    assert [each.text for each in found.when] == ["a + b > g"]
    assert texts(found.requirements) == ["g + b * pi_X > a + b", "w_X + k_X > h"]
    modest, talks = [each for each in found.requirements if len(each.cases) > 1]
    assert [(case.course, case.inequality and case.inequality.short) for case in modest.cases] == [
        ("accept", "R_X > v_M"),
        ("refuse > act", "R_X > R_M"),
        ("refuse > stand down", None),
    ]
    assert [(case.course, case.inequality and case.inequality.text) for case in talks.cases] == [
        ("settle", "n + w_Q + k_Q > h"),
        ("act", None),
        ("stand down", "n > h + f_X"),
    ]


def test_standing_down_is_never_on_the_path_and_a_spoiled_pretext_neither(pretext):
    """Under complete information nobody bluffs (Lemma 1): proved here for the whole space of parameters."""
    never = [(each.reading, each.path[-1]) for each in pretext.plays if each.requirements is None]
    assert never == [("climbdown", "stand down"), ("spoiled pretext", "act"), ("climbdown", "stand down"), ("climbdown", "stand down")]


def test_eight_regimes_at_random_points(pretext):
    """At every random point one play's conditions hold, and it is the one that backward induction finds."""
    base, draw, seen = scenario("pretext"), whole_numbers(7), set()
    for variant in [None, *base.variants] * 12:
        values = drawn(base, variant, draw)
        said = {(each.reading, each.path) for each in pretext.plays if holds(each, values)}
        assert said == solved(base, values)
        seen |= {reading for reading, _ in said}
    assert len(seen) == 8


@pytest.mark.parametrize("name", ["entry_deterrence", "ultimatum"])
def test_other_scenarios_at_random_points(name):
    base, draw = scenario(name), whole_numbers(3)
    found = conditions(base)
    for _ in range(60):
        values = drawn(base, None, draw)
        assert {(each.reading, each.path) for each in found.plays if holds(each, values)} == solved(base, values)


def test_each_later_decision_has_one_course_at_every_point(pretext):
    base, draw = scenario("pretext"), whole_numbers(11)
    for _ in range(20):
        values = drawn(base, None, draw)
        for subgame in pretext.subgames:
            courses = [each.actions for each in subgame.courses if holds(_as_play(pretext, each), values)]
            assert len(courses) == 1


def _as_play(found, course):
    """A course as a play, so that the same check serves both."""
    return type(found.plays[0])("", (), "", (), course.requirements)


def test_what_follows_within_the_ranges_and_what_does_not():
    """Farkas by hand: in [0, 1]^2, x >= 1/2 and y >= 1/2 give x + y >= 1, and neither alone does; products are bounded at corners."""
    box = ((Fraction(0), Fraction(1)),) * 2
    half = Fraction(1, 2)
    x, y, total = {(1, 0): Fraction(1), (0, 0): -half}, {(0, 1): Fraction(1), (0, 0): -half}, {(1, 0): Fraction(1), (0, 1): Fraction(1)}
    ranges = Ranges(box)
    assert ranges.follows(total | {(0, 0): Fraction(-1)}, [x, y])
    assert not ranges.follows(total | {(0, 0): Fraction(-1)}, [x])
    assert not ranges.follows(total | {(0, 0): Fraction(-101, 100)}, [x, y])
    assert ranges.follows(total, [])
    assert least({(0, 1): Fraction(1), (1, 1): Fraction(-1)}, box) == 0  # (1 - x) * y
    assert least({(2, 0): Fraction(1), (1, 0): Fraction(-1)}, box) == -1  # a bound, below the least value -1/4


def test_payoffs_that_are_the_same_everywhere_exclude_nothing():
    text = """
negotiation: 1
title: The same
players: {one: One, two: Two}
parameters: {x: {value: 2, range: [1, 4], about: what both actions bring}}
game: {player: one, actions: {left: left, right: right, out: out}}
outcomes: {left: {one: x, two: 1}, right: {one: x, two: 0}, out: {one: 0, two: 0}}
"""
    found = conditions(loads(text))
    assert [(each.path, each.requirements) for each in found.plays] == [(("left",), ()), (("right",), ()), (("out",), None)]


def test_what_has_no_general_condition():
    with pytest.raises(ScenarioError, match="whose sign changes within the declared ranges"):
        conditions(scenario("demand_size"))
    with pytest.raises(NotApplicableError, match="this scenario is a matrix"):
        conditions(scenario("chicken"))
