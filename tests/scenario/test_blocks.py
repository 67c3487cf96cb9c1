"""What a scenario pays at many points: doubles, each with a bound that the exact value keeps to."""

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_scenarios import HARD, formula
from shipped import FOLDER, scenario
from swept_points import along, anywhere, at_ties, on_grid

from negotiation.errors import FormulaError, NotApplicableError, ParameterError, ScenarioError
from negotiation.games.extensive_form import Chance, End
from negotiation.games.points import Along, Points
from negotiation.scenario.blocks import block
from negotiation.scenario.formula_rounding import rounded_value, truth_of
from negotiation.scenario.formulas import parse
from negotiation.scenario.rounding import POINTS, Frame, Rounded, rounded
from negotiation.scenario.scenario import loads

SHIPPED = sorted(path.stem for path in FOLDER.glob("*.yaml"))

#: Values at which conditions tie, cancellations are total, and numbers are no doubles.
TELLING = (0.0, 0.25, 0.5, 0.75, 1.0, Fraction(1, 3), Fraction(1, 10), Fraction(7, 10), 1e-9, 0.49999999999999994, 0.5000000000000001)


def quantities(values, axis=POINTS):
    """A parameter of [0, 1] at points, as a block has it: rationals are rounded."""
    doubles = np.array([float(value) for value in values])
    exact = all(isinstance(value, float) for value in values)
    return Rounded(doubles, 0.0 if exact else 2.0**-53, 1.0 + 2.0**-50, 1100.0 if exact else 60.0, axis)


def assert_bounded(text, values):
    """Hold the doubles of a formula against its exact values at all pairs of values of ``x`` and ``y``."""
    parsed = parse(text)
    pairs = [(x, y) for x in values for y in values]
    frame = Frame(len(pairs), ())
    with np.errstate(all="ignore"):
        given = {"x": quantities([x for x, _ in pairs]), "y": quantities([y for _, y in pairs])}
        found = rounded(rounded_value(parsed.tree, given, frame))
    numbers, bounds = np.broadcast_to(found.values, len(pairs)), np.broadcast_to(found.error, len(pairs))
    known = 0
    for number, bound, (x, y) in zip(numbers, bounds, pairs, strict=True):
        try:
            exact = parsed.exact({"x": Fraction(x), "y": Fraction(y)})
        except FormulaError:
            assert not bound < np.inf, (text, x, y)
            continue
        if bound < np.inf:
            known += 1
            assert abs(Fraction(float(number)) - exact) <= Fraction(float(bound)), (text, x, y)
    return known


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.floats(0, 1, allow_subnormal=False), max_size=3))
def test_exact_values_keep_to_the_bounds_and_what_has_none_is_unknown(seed, values):
    assert_bounded(formula(random.Random(seed), depth=3), (*TELLING, *values))  # noqa: S311  # formulas for tests, no secrets


@pytest.mark.parametrize("shape", HARD)
def test_each_hard_formula_is_known_at_most_points(shape):
    """Bounds that are always infinite would be right and of no use: away from ties and gaps every formula is known."""
    values = (0.1234, 0.2718, 0.3141, 0.6789, 0.8765)
    allowed = [(x, y) for x in values for y in values if x != y and not ("clip" in shape and y < 0.25)]
    assert assert_bounded(shape.format("x", "y"), values) >= len(allowed) - 5


@pytest.mark.parametrize(
    ("text", "holds", "fails"),
    [
        ("x < 0.5", [0], [1, 2]),
        ("x <= 0.5", [0, 1], [2]),
        ("x == 0.5", [1], [0, 2]),
        ("x != 0.5", [0, 2], [1]),
        ("not x", [], [0, 1, 2]),
        ("x > 0.5 or x < 0.3", [0, 2], [1]),
        ("0.25 <= x <= 0.5", [0, 1], [2]),
        ("0.1 < x + 0.1 - 0.1 + 0.1 < 0.6", [0], [2]),  # at 1/2 rounding leaves it open
    ],
)
def test_conditions_are_decided_where_doubles_decide(text, holds, fails):
    with np.errstate(all="ignore"):
        truth = truth_of(rounded_value(parse(text).tree, {"x": quantities([0.25, 0.5, 0.75])}, Frame(3, ())))
    assert np.flatnonzero(truth.holds).tolist() == holds
    assert np.flatnonzero(truth.fails).tolist() == fails


@pytest.mark.parametrize("name", [name for name in SHIPPED if scenario(name).parameters and not scenario(name).contents.watched])
def test_payoffs_and_chances_of_shipped_scenarios_keep_to_their_bounds(name):
    tested = scenario(name)
    for points in (anywhere(tested, 15, 1), at_ties(tested, 15, 2), on_grid(tested, 3)):
        found = block(tested, points)
        for point in range(points.size):
            try:
                game = tested.stage(**points.settings_at(point))
            except ScenarioError:
                assert found.unknown[point]
                continue
            if not found.unknown[point]:
                _assert_game_within(found, game, point)


def _assert_game_within(found, game, point):
    ends = [node for node in game.nodes if isinstance(node, End)]
    exact = [payoff for end in ends for payoff in end.payoffs]
    quantities = [quantity for row in found.payoffs for quantity in row]
    for number, node in enumerate(game.nodes):
        if isinstance(node, Chance):
            exact += node.probabilities
            quantities += found.chances[number]
    for quantity, value in zip(quantities, exact, strict=True):
        values, bounds = found.spread(quantity)
        number, bound = (np.broadcast_to(each, found.size)[point] for each in (values, bounds))
        assert abs(Fraction(float(number)) - value) <= Fraction(float(bound))
        assert bound <= 1e-12 * max(1.0, abs(number))


LOTTERY = """
negotiation: 1
title: A lottery
players: {a: A, b: B}
parameters:
  p: {value: 0.7, range: [0, 1], about: a chance}
  q: {value: 0.5, range: [-1, 1], about: something}
definitions:
  c: clip(p, 0.1, 0.9)
game: {chance: {win: {probability: "FIRST", then: won}, lose: {probability: "SECOND", then: lost}}}
outcomes:
  won: {a: 1, b: q}
  lost: {a: 0, b: q * p}
"""


@pytest.mark.parametrize(
    ("first", "second", "known"),
    [
        ("p", "1 - p", True),
        ("c", "1 - c", True),
        ("p / (1 + p)", "1 / (1 + p)", True),
        ("exp(-p)", "1 - exp(-p)", True),  # within what rounding may leave
        ("p", "0.3", False),
        ("clip(p, 0, 1)", "1 - clip(p, 0, 1)", False),  # true, but it does not follow from the arithmetic of quotients
    ],
)
def test_probabilities_are_known_where_they_sum_to_one_by_their_formulas(first, second, known):
    tested = loads(LOTTERY.replace("FIRST", first).replace("SECOND", second))
    found = block(tested, Points(3, {"p": along([0.25, 0.5, 0.75])}))
    assert found.unknown.tolist() == [not known] * 3


def test_a_negative_probability_is_unknown():
    tested = loads(LOTTERY.replace("FIRST", "q").replace("SECOND", "1 - q"))
    assert block(tested, Points(3, {"q": along([-0.5, 0.0, 0.5])})).unknown.tolist() == [True, False, False]


def test_points_outside_a_range_are_unknown_and_its_ends_are_inside():
    tested = loads(LOTTERY.replace("FIRST", "p").replace("SECOND", "1 - p"))
    values = (Fraction(-1), Fraction(1), Fraction(1) + Fraction(1, 10**30), Fraction(2), Fraction(1, 3))
    assert block(tested, Points(5, {"q": along(values)})).unknown.tolist() == [False, False, True, True, False]


def test_what_varies_along_an_axis_is_computed_on_its_levels():
    tested = scenario("pretext")
    index = np.arange(10_000)
    points = Points(10_000, {"pi_X": Along(np.linspace(0, 1, 100), index // 100), "k_X": Along(np.linspace(0, 20, 100), index % 100)})
    found = block(tested, points)
    lengths = {len(rounded(quantity).values) for row in found.payoffs for quantity in row}
    assert lengths == {1, 100}
    assert [axis.tolist() for axis in found.frame.axes] == [(index // 100).tolist(), (index % 100).tolist()]


@pytest.mark.parametrize(
    "text", ["x ** 0 * y", "(x ** 0 if x > 2 else y) + x", "min(x, y) - (1 if x ** 0 > y else x)", "x / y + (x > 0.5) * y"]
)
def test_quantities_of_different_axes_meet_at_the_points(text):
    """Also those that come out the same at all levels of their axis."""
    levels = (0.25, 0.5, 0.75, 0.875)
    index = np.arange(16)
    frame = Frame(16, (index // 4, index % 4))
    with np.errstate(all="ignore"):
        found = rounded(rounded_value(parse(text).tree, {"x": quantities(levels, 0), "y": quantities(levels, 1)}, frame))
    values = np.broadcast_to(frame.spread(found.values, found.axis), 16)
    known = np.broadcast_to(np.asarray(found.error) < np.inf, 16)
    exact = [parse(text).exact({"x": Fraction(levels[place // 4]), "y": Fraction(levels[place % 4])}) for place in index]
    np.testing.assert_allclose(values[known], np.array([float(each) for each in exact])[known], rtol=1e-14)
    assert known.sum() >= 12


def test_bounds_do_not_depend_on_the_other_points_of_a_block():
    tested = scenario("resolve")
    points = anywhere(tested, 200, 4)
    whole, part = block(tested, points), block(tested, points.picked(np.arange(50, 60)))
    for row, other in zip(whole.payoffs, part.payoffs, strict=True):
        for quantity, same in zip(row, other, strict=True):
            for one, two in zip(whole.spread(quantity), part.spread(same), strict=True):
                np.testing.assert_array_equal(np.broadcast_to(one, 200)[50:60], np.broadcast_to(two, 10))


def test_digits_that_the_exact_arithmetic_refuses_are_unknown():
    """``exact`` refuses numbers of more than 20,000 bits: the thousandth power of most doubles."""
    tested = loads(LOTTERY.replace("FIRST", "p").replace("SECOND", "1 - p").replace("q * p", "q ** 1000"))
    found = block(tested, Points(2, {"q": along([0.3, 0.7])}))
    assert found.unknown.tolist() == [True, True]
    with pytest.raises(ScenarioError, match="too many digits"):
        tested.game(q=0.3 + 2**-50)


def test_an_audience_and_unknown_names_are_refused():
    with pytest.raises(NotApplicableError, match="has an audience"):
        block(scenario("audience"), Points(1, {}))
    with pytest.raises(ParameterError, match="has no parameter 'nothing'"):
        block(scenario("pretext"), Points(1, {"nothing": along([0.5])}))
    with pytest.raises(ParameterError, match="has no variant 'Z'"):
        block(scenario("pretext"), Points(1, {}, variant="Z"))
