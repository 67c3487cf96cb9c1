"""Exact thresholds along a line, against closed forms, against the solver, and where thresholds are not simple."""

import math
from fractions import Fraction

import pytest
from shipped import scenario, whole_numbers

from negotiation.boundaries import regimes
from negotiation.budget import Budget
from negotiation.concepts.subgame_perfect import solve
from negotiation.errors import ParameterError, SolverError
from negotiation.exact.real_points import compare_points, rational_point
from negotiation.scenario.scenario import loads

ONE_CHOICE = """
negotiation: 1
title: One choice
players: {one: One, two: Two}
parameters:
  x: {value: 2, range: [0, 4], about: what varies}
  y: {value: 2, range: [0, 4], about: what does not}
game:
  player: one
  actions:
    stop: stopped
    go: {player: two, actions: {left: left, right: right}}
outcomes:
  stopped: {one: STOPPED, two: 0}
  left: {one: LEFT, two: 1}
  right: {one: 0, two: 0}
"""


def one_choice(stopped, left):
    """One stops or goes on; going on, two takes left."""
    return loads(ONE_CHOICE.replace("STOPPED", stopped).replace("LEFT", left))


def ladder(found):
    """Readings of regions and, between them, thresholds (exact where rational) with what holds at each."""
    steps = [found.regions[0].readings]
    for threshold, region in zip(found.thresholds, found.regions[1:], strict=True):
        at = threshold.at.exact
        steps += [(float(threshold.at) if at is None else at, threshold.readings), region.readings]
    return steps


def held(found, value):
    """What is said to hold at a value of the axis."""
    for threshold in found.thresholds:
        if threshold.at.exact == value:
            return set(threshold.readings)
    point = rational_point(value)
    return next(set(each.readings) for each in found.regions if compare_points(each.low, point) <= 0 <= compare_points(each.high, point))


def solved(found, value):
    """What the solver finds there from the numbers alone."""
    line = found.line
    game = line.scenario.stage(None, **{**line.values, line.axis: value})
    return {path.reading or " > ".join(path.actions) for each in solve(game).equilibria for path in each.paths}


@pytest.mark.parametrize(
    ("axis", "value", "below", "above", "condition"),
    [
        ("pi_X", Fraction(1, 2), "modest bargain", "causal pretext", "pi_X > (a + b + v_M - g) / b"),
        ("k_X", Fraction(2), "compellence", "causal pretext", "k_X > h - w_X"),
        ("h", Fraction(11), "causal pretext", "compellence", "h > w_X + k_X"),
        ("v_M", Fraction("2.2"), "causal pretext", "modest bargain", "v_M > g + b * pi_X - a - b"),
    ],
)
def test_critical_values_of_the_pretext_regime(axis, value, below, above, condition):
    """The values around the base calibration: pi_X = 0.5, k_X = 2, h = 11, v_M = 2.2; at each of them both plays are equilibria."""
    found = regimes(scenario("pretext"), axis)
    (threshold,) = found.thresholds
    assert [region.readings for region in found.regions] == [(below,), (above,)]
    assert threshold.at.exact == value
    assert set(threshold.readings) == {below, above} == solved(found, value)
    (flip,) = threshold.flips
    assert flip.solved == condition
    low, high = found.regions
    assert low.witness < value < high.witness
    for region in found.regions:
        assert all(each.certificate.regret == 0 and each.certificate.condition == "subgame_perfect" for each in region.equilibria)


def test_the_interval_of_blame_in_which_the_pretext_is_causal():
    """g - a = 5 < b < (g - a - (v_Q - c_Q)) / (1 - pi_Q) = 58/7: first its own condition, then the target spoils the pretext."""
    found = regimes(scenario("pretext"), "b")
    assert [threshold.at.exact for threshold in found.thresholds] == [5, Fraction(58, 7)]
    assert [region.readings for region in found.regions] == [("cosmetic pretext",), ("causal pretext",), ("status quo",)]
    assert found.thresholds[0].readings == ("cosmetic pretext",)  # R_0 = 0 there, and the condition is R_0 >= 0
    assert found.thresholds[0].flips[0].short == "R_0 < 0"
    (flip,) = found.thresholds[1].flips
    assert (flip.player, flip.information_set, flip.takes, flip.instead) == ("challenger", "ultimatum > negotiate", "settle", "act")
    assert flip.short == "v_Q - c_Q > R_Q"
    assert flip.solved == "b > (g + c_Q - a - v_Q) / (1 - pi_Q)"


@pytest.mark.parametrize(("variant", "kappa", "reading"), [("2a-III", Fraction(43, 32), "causal"), ("2a-V", Fraction(34, 41), "cosmetic")])
def test_the_rigidity_at_home_that_makes_refusal_worth_seeking(variant, kappa, reading):
    """kappa* = h/R - 1 = 1.343750 and 0.829268, once the grid of demands holds the demand d = R that is worth as much as acting."""
    base = scenario("demand_size")
    acting = base.definitions_at(base.values(variant))["R"]
    found = regimes(
        loads(base.text.replace("0.3, 0.35,", "0.3, 0.32, 0.35,").replace("0.4, 0.45", "0.4, 0.41, 0.45")), "kappa", variant=variant
    )
    assert Fraction(base.values(variant)["p"] + base.values(variant)["c_T"]) / acting - 1 == kappa
    last = found.thresholds[-1]
    assert last.at.exact == kappa
    assert set(found.regions[-2].readings) == {"bargain", f"{reading} pretext"}
    assert found.regions[-1].readings == (f"{reading} pretext",)
    assert last.flips[0].player == "target"


def theory(v):
    """The regime of the perfect-information tree, from the conditions of its closed form (1.2), or None at a tie."""
    r_0, r_x, r_m, r_q = (v["g"] - v["a"] - (1 - share) * v["b"] for share in (0, v["pi_X"], v["pi_M"], v["pi_Q"]))
    a_x, a_m, a_q = v["w_X"] + v["k_X"], v["w_M"] + v["k_M"], v["w_Q"] + v["k_Q"]
    settle = v["v_Q"] - v["c_Q"]
    refused_m = (r_m, -v["h"], "modest-demand pretext") if r_m > -v["c_M"] else (-v["c_M"], v["f_M"], "climbdown")
    u_m = (v["v_M"], -a_m, "modest bargain") if -a_m > refused_m[1] else refused_m
    refused_x = (
        (r_x, -v["h"], "causal pretext" if r_0 < 0 else "cosmetic pretext") if r_x > -v["c_X"] else (-v["c_X"], v["f_X"], "climbdown")
    )
    talks = max(
        (settle, -a_q - v["n"], "opening bid"), (r_q, -v["h"] - v["n"], "spoiled pretext"), (-v["c_X"], v["f_X"] - v["n"], "climbdown")
    )
    u_x = max((v["v_X"], -a_x, "compellence"), refused_x, talks, key=lambda each: each[1])
    best = max((Fraction(0), 0, "status quo"), (r_0, 0, "bare revision"), u_m, u_x, key=lambda each: each[0])
    return best[2]


def test_eight_regimes_along_random_lines_agree_with_their_conditions():
    """Calibrations near each variant, a random axis each; twelve random points of every line against the closed form."""
    draw = whole_numbers(20)
    base, seen = scenario("pretext"), set()
    for variant in [*base.variants] * 3:
        values = {name: value * Fraction(draw(900_000, 1_091_000), 997_001) for name, value in base.values(variant).items()}
        found = regimes(base, list(values)[draw(0, len(values))], settings=values)
        line = found.line
        for _ in range(12):
            value = line.low + (line.high - line.low) * Fraction(draw(1, 99_991), 99_991)
            expected = theory({**line.values, line.axis: value})
            assert held(found, value) == {expected}
            seen.add(expected)
    assert seen == {reading.name for reading in base.readings} - {"spoiled pretext", "climbdown"}  # no equilibrium leads to these


@pytest.mark.parametrize("name", ["pretext", "demand_size", "ultimatum", "entry_deterrence"])
def test_random_points_and_all_thresholds_agree_with_the_solver(name):
    draw = whole_numbers(len(name))
    base, seen = scenario(name), 0
    for axis in list(base.parameters)[-5:]:
        found = regimes(base, axis)
        line = found.line
        points = [line.low + (line.high - line.low) * Fraction(draw(0, 1001), 1000) for _ in range(4)]
        for value in (*points, *(each.at.exact for each in found.thresholds if each.at.exact is not None)):
            assert held(found, value) == solved(found, value), (axis, value)
            seen += 1
    assert seen


def test_a_threshold_that_no_rational_is():
    """x**2 against 2: the threshold is the square root of two, and exactly there the player is indifferent."""
    found = regimes(one_choice("2", "x**2"), "x")
    assert ladder(found) == [("stop",), (2**0.5, ("stop", "go > left")), ("go > left",)]
    at = found.thresholds[0].at
    assert at.exact is None
    assert at.low**2 < 2 < at.high**2
    assert found.thresholds[0].flips[0].condition == "x**2 > 2"
    assert found.thresholds[0].flips[0].solved == ""


def test_a_single_point_of_indifference():
    """(x - 1)**2 touches 0: at x = 1 and nowhere near it, stopping is as good."""
    found = regimes(one_choice("0", "(x - 1)**2"), "x")
    assert ladder(found) == [("go > left",), (1, ("stop", "go > left")), ("go > left",)]


def test_a_tie_all_along_the_line_is_no_threshold():
    found = regimes(one_choice("y", "y + 0 * x"), "x")
    assert ladder(found) == [("stop", "go > left")]
    assert found.thresholds == ()


def test_a_tie_at_the_end_of_the_line_is_told():
    """At x = 0 both are worth 0; the point is no threshold between two regions and is reported as one beside them."""
    found = regimes(one_choice("0", "x"), "x")
    assert held(found, Fraction(1)) == {"go > left"}
    assert found.ends[0].readings == ("stop", "go > left")
    assert found.ends[1].readings == ("go > left",)


def test_formulas_that_choose():
    """min(x, 3) against y = 2; above y the condition is that of the branch that holds there."""
    found = regimes(one_choice("y", "'min(x, 3) if x < 3.5 else 0'"), "x")
    assert ladder(found) == [("stop",), (2, ("stop", "go > left")), ("go > left",), (Fraction(7, 2), ("stop",)), ("stop",)]
    first, second = found.thresholds
    assert first.flips[0].condition == "x > y"
    assert first.flips[0].chose
    assert second.flips == ()  # nobody is indifferent: the payoff jumps


def test_where_the_game_has_no_value():
    found = regimes(one_choice("y", "1 / (x - 1)"), "x")
    assert [each.at.exact for each in found.thresholds] == [1, Fraction(3, 2)]
    assert found.thresholds[0].readings == ()
    assert "division by zero" in found.thresholds[0].undefined
    assert found.thresholds[1].flips[0].condition == "x * y > y + 1"


def test_a_chance_move_on_the_way():
    """Going on is worth 3 with probability x/4 and 0 else, stopping y: indifferent at x = 4y/3 = 8/3."""
    text = """
negotiation: 1
title: A gamble
players: {one: One, two: Two}
parameters:
  x: {value: 1, range: [0, 4], about: four times the probability of winning}
  y: {value: 2, range: [0, 4], about: what is certain}
game:
  player: one
  actions:
    stop: stopped
    go: {chance: {won: {probability: x / 4, then: won}, lost: {probability: 1 - x / 4, then: lost}}}
outcomes: {stopped: {one: y, two: 0}, won: {one: 3, two: 0}, lost: {one: 0, two: 0}}
readings: {careful: stop, bold: go > ...}
"""
    found = regimes(loads(text), "x")
    assert ladder(found) == [("careful",), (Fraction(8, 3), ("careful", "bold")), ("bold",)]
    assert found.thresholds[0].flips[0].condition == "0.75 * x > y"


def test_functions_of_what_varies_have_no_exact_condition_and_of_what_does_not_do():
    """exp(x) against y = 2: the threshold is the logarithm of 2, closed in to 1/65536 of the line."""
    found = regimes(one_choice("y", "exp(x)"), "x")
    assert any("exp of something that varies is no quotient of polynomials" in note for note in found.notes)
    (threshold,) = found.thresholds
    low, high = threshold.bracket
    assert low < Fraction(math.log(2)) < high <= low + Fraction(4, 65536)
    assert [each.readings for each in found.regions] == [("stop",), ("go > left",)]
    assert [float(each.at) for each in regimes(one_choice("exp(1)", "x"), "x").thresholds] == [2.718281828459045]


def test_what_cannot_be_asked():
    base = scenario("pretext")
    with pytest.raises(ParameterError, match="did you mean 'pi_X'"):
        regimes(base, "piX")
    with pytest.raises(ParameterError, match=r"b must lie in \[0, 20\]"):
        regimes(base, "b", within=(5, 40))
    with pytest.raises(ParameterError, match="b must vary from a smaller to a larger number, got 7 to 5"):
        regimes(base, "b", within=(7, 5))
    with pytest.raises(SolverError, match="the time limit was reached"):
        regimes(scenario("demand_size"), "kappa", budget=Budget.of_seconds(1e-9))


def test_a_part_of_the_range_a_variant_and_settings():
    found = regimes(scenario("pretext"), "b", within=(6, "8.5"), variant="E2", settings={"v_M": 0})
    assert [each.at.exact for each in found.thresholds] == [Fraction(58, 7)]
    assert (found.line.low, found.line.high, found.line.values["v_X"]) == (6, Fraction(17, 2), 2)
