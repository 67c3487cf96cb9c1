"""Scenarios with an audience as games: what it can see, and payoffs as functions of what it believes."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.errors import NotApplicableError, ScenarioError
from negotiation.exact.enclosure import UnboundedError, box_enclosures, constant
from negotiation.games.audience import UNSETTLED, AffinePayoff
from negotiation.games.extensive_form import End
from negotiation.scenario.formula_bounds import bounded, is_affine
from negotiation.scenario.formulas import parse
from negotiation.scenario.scenario import loads

FILE = """\
negotiation: 1
title: Before an audience
players: {sender: {label: S, types: {sincere: p, bluffer: 1 - p}}, target: T}
audience: {watches: sender}
parameters:
  p: {value: 0.3, range: [0, 1], about: how often the sender is sincere}
  b: {value: 4, range: [0, 9], about: what a good name is worth}
game:
  player: sender
  actions:
    wait: quiet
    demand: {player: target, hidden_from: [], actions: {grant: deal, refuse: war}}
outcomes:
  quiet: {sender: 0, target: 0}
  deal: {sender: {sincere: 2, bluffer: 1}, target: -1}
  war: {sender: "PAYOFF", target: {sincere: 1 - belief(bluffer), bluffer: -1}}
"""


def audience(payoff="b * belief(sincere)", *, hidden="", **settings):
    text = FILE.replace("PAYOFF", payoff).replace("hidden_from: []", f"hidden_from: [{hidden}]")
    return loads(text, file="draft.yaml").game(**settings).audience


def belief(share):
    return Fraction(share), 1 - Fraction(share)


def test_the_audience_sees_moves_and_not_types():
    seen = audience()
    assert seen.observations == ("wait", "demand > grant", "demand > refuse")
    assert seen.seen == (0, 1, 2) * 2
    assert seen.drawn == (0, 0, 0, 1, 1, 1)
    assert (seen.player, seen.types) == (0, ("sincere", "bluffer"))


def test_a_move_that_is_hidden_from_it_leaves_one_observation():
    assert audience(hidden="audience").observations == ("wait", "demand")
    text = FILE.replace("PAYOFF", "belief(sincere)").replace("  player: sender\n", "  player: sender\n  hidden_from: [audience]\n", 1)
    assert loads(text).game().audience.observations == ("nothing", "grant", "refuse")


def test_hiding_a_move_from_the_audience_hides_it_from_nobody_else():
    text = FILE.replace("PAYOFF", "belief(sincere)")
    games = [loads(text.replace("hidden_from: []", f"hidden_from: [{who}]")).game() for who in ("", "audience")]
    assert games[0].information_sets == games[1].information_sets


def test_every_end_is_unsettled_and_refuses_to_be_read():
    game = loads(FILE.replace("PAYOFF", "belief(sincere)")).game()
    assert all(node.payoffs is UNSETTLED for node in game.nodes if isinstance(node, End))
    for read in (lambda: game.payoffs, lambda: game.nodes[-1].payoffs[0], lambda: list(UNSETTLED), lambda: len(UNSETTLED)):
        with pytest.raises(NotApplicableError, match="depend on what its audience believes"):
            read()


def test_affine_payoffs_are_known_by_their_worth_at_certainty():
    payoff = audience("b * belief(sincere) + (2 - b) * belief(bluffer) - belief(sincere) / 4 + 1", b="1/2").payoffs[2][0]
    assert payoff == AffinePayoff((Fraction(5, 4), Fraction(5, 2)))
    assert payoff.at(belief("1/5")) == Fraction(9, 4)
    assert audience("b").payoffs[2][0] == AffinePayoff((Fraction(4), Fraction(4)))


def test_a_payoff_by_type_has_a_belief_for_each():
    game = audience()
    assert game.payoffs[2][1] == AffinePayoff((Fraction(1), Fraction(0)))
    assert game.payoffs[5][1] == AffinePayoff((Fraction(-1), Fraction(-1)))


def test_other_payoffs_are_evaluated_exactly():
    payoff = audience("b * belief(sincere) * belief(bluffer) ** 2").payoffs[2][0]
    assert payoff.corners is None
    assert payoff.at(belief("1/3")) == Fraction(16, 27)


def test_a_formula_without_a_value_at_certainty_is_a_located_mistake():
    with pytest.raises(ScenarioError, match=r"draft\.yaml:16:\d+: the payoff of 'sender' at outcome 'war' cannot be computed: log"):
        audience("log(belief(sincere))")


def test_a_formula_without_a_value_at_some_other_belief_says_so_when_it_is_asked():
    payoff = audience("1 / (3 * belief(sincere) - 1)").payoffs[2][0]
    with pytest.raises(ScenarioError, match=r"draft\.yaml:16:\d+: .*division by zero at .*belief\(sincere\) = 0\.333333"):
        payoff.at(belief("1/3"))


@pytest.mark.parametrize(
    ("text", "affine"),
    [
        ("a * x + b", True),
        ("x / a - (b - x) * 2", True),
        ("x if a > b else 2 * x", True),
        ("-x + +x", True),
        ("a ** 2 * x", True),
        ("x * x", False),
        ("a / x", False),
        ("x ** 1", False),
        ("min(x, a)", False),
        ("1 if x > a else 0", False),
        ("not x", False),
        ("x and a", False),
    ],
)
def test_what_is_plainly_affine(text, affine):
    assert is_affine(parse(text).tree, frozenset({"x"})) == affine


FORMULAS = [
    "a * x + b",
    "x ** 3 - a * x ** 2 + x / (2 + x)",
    "(x - a) ** 2 * (b - x)",
    "min(x, a, 1 - x) + max(a * x, b)",
    "clip(2 * x - a, 0, 1) * abs(x - b)",
    "exp(a * x) - sqrt(x + 1) + log(1 + x)",
    "x ** 0.5 + (1 + x) ** a + (2 + x) ** -1.5",
    "a if x > b else x",
    "x if a <= x < b or x == 1 else 1 - x",
    "1 if not (x >= a and x <= b) else x",
    "(x + 1) ** -2 * (x < a) + (x != b)",
    "2 ** x + (1 + x) ** x",
]
HUNDREDTHS = st.integers(0, 100).map(lambda n: Fraction(n, 100))


@pytest.mark.parametrize("text", FORMULAS)
@settings(max_examples=40, deadline=None)
@given(ends=st.tuples(HUNDREDTHS, HUNDREDTHS), a=HUNDREDTHS, b=HUNDREDTHS)
def test_bounds_hold_everywhere_in_the_interval(text, ends, a, b):
    """Values lie within the bounds on the value, and differences between neighbours within those on the slope."""
    low, high = sorted(ends)
    formula = parse(text)
    (x,) = box_enclosures([(low, high)])
    try:
        found = bounded(formula.tree, {"x": x, "a": constant(a), "b": constant(b)})
    except UnboundedError:
        return
    points = [low + (high - low) * Fraction(n, 12) for n in range(13)]
    values = [formula.exact({"x": point, "a": a, "b": b}) for point in points]
    assert found.low <= min(values)
    assert max(values) <= found.high
    slope = found.slope(0)
    if slope is not None and low < high:
        step = points[1] - points[0]
        rounding = Fraction(1, 10**12) if "e" in text or "." in text or "x" in text.partition("** ")[2] else 0
        for one, other in pairwise(values):
            assert slope[0] * step - rounding <= other - one <= slope[1] * step + rounding


def test_the_slope_of_an_affine_formula_is_one_number():
    (x,) = box_enclosures([(Fraction(1, 4), Fraction(1, 2))])
    assert bounded(parse("3 * x - x / 2 + 1").tree, {"x": x}).slope(0) == (Fraction(5, 2), Fraction(5, 2))


def test_bounds_of_a_payoff_that_only_rises_are_its_values_at_the_ends():
    payoff = audience("b * belief(sincere) ** 2 - belief(bluffer)").payoffs[2][0]
    low, high = Fraction(1, 4), Fraction(1, 2)
    assert payoff.bounds(low, high) == ((payoff.at(belief(low)), payoff.at(belief(high))), (Fraction(3), Fraction(5)))


def test_a_slope_without_a_bound_is_told_from_a_value_without_one():
    (x,) = box_enclosures([(Fraction(0), Fraction(1))])
    assert bounded(parse("sqrt(x)").tree, {"x": x}).slope(0) is None
    with pytest.raises(UnboundedError):
        bounded(parse("1 / x").tree, {"x": x})
