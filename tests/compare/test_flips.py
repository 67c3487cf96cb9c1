"""At which value of a single parameter an answer flips, against closed forms."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import scenario

from negotiation.comparing.comparison import compare
from negotiation.comparing.flips import HALVINGS
from negotiation.comparing.sides import Theory
from negotiation.scenario.scenario import loads
from negotiation.words.comparison import comparison_sections

HALF = Fraction(1, 2)

CHOICE = """\
negotiation: 1
title: To act or to wait
players: {one: One, two: Two}
parameters:
  x:    {value: 0, range: [0, 1], about: what decides}
  idle: {value: 0, range: [0, 1], about: nothing}
game: {player: one, actions: {wait: quiet, act: acted}}
outcomes:
  quiet: {one: 0.5, two: 0}
  acted: {one: "FORMULA", two: idle}
readings: {peace: wait, war: act}
"""


def passages(formula, start=0, end=1, **points):
    """The passages between two values of x, for acting worth a formula against 1/2 for waiting."""
    chosen = [{"x": start}, {"x": end, "idle": 1}]
    (change,) = compare(loads(CHOICE.replace("FORMULA", formula)), settings=chosen, **points).changes
    return change.explanation.passages


def test_the_flagship_flips_where_the_refusal_is_worth_the_modest_demand():
    """theory.md 1.3: R_X = 2.2 at pi_X = 0.6 and 1.15 at 0.45 is linear in pi_X, and equals v_M = 1.5 at 1/2."""
    (change,) = compare(scenario("pretext"), variants=["B", "E"]).changes
    ((flip,),) = (each.flips for each in change.explanation.passages)
    assert (flip.exact, flip.before, flip.after) == (HALF, ("modest bargain",), ("causal pretext",))
    assert flip.there == ("causal pretext", "modest bargain")


def test_from_the_other_side_the_flips_are_the_same_in_reverse():
    there = passages("0.5 + (x - 1/4) * (x - 1/2) * (x - 3/4)")
    back = passages("0.5 + (x - 1/4) * (x - 1/2) * (x - 3/4)", 1, 0)
    assert [[flip.exact for flip in each.flips] for each in (*there, *back)] == [
        [Fraction(1, 4), HALF, Fraction(3, 4)],
        [Fraction(3, 4), HALF, Fraction(1, 4)],
    ]
    assert [flip.before for flip in there[0].flips] == [("peace",), ("war",), ("peace",)]
    assert [flip.before for flip in back[0].flips] == [("war",), ("peace",), ("war",)]


def test_a_value_at_which_both_can_happen_and_neither_side_changes_is_told():
    """(x - 1/4)^2 (x - 1/2) touches zero at 1/4 and changes its sign at 1/2."""
    ((touch, flip),) = (each.flips for each in passages("0.5 + (x - 1/4) * (x - 1/4) * (x - 1/2)"))
    assert (touch.exact, touch.before, touch.after, touch.there) == (Fraction(1, 4), ("peace",), ("peace",), ("peace", "war"))
    assert (flip.exact, flip.before, flip.after) == (HALF, ("peace",), ("war",))


def test_a_side_that_stands_on_the_threshold_itself():
    """At x = 0 both can happen, at any larger x war alone."""
    ((flip,),) = (each.flips for each in passages("0.5 + x"))
    assert (flip.exact, flip.before, flip.after) == (0, ("peace", "war"), ("war",))


def test_an_irrational_threshold_is_isolated():
    """x * x = 1/2."""
    ((flip,),) = (each.flips for each in passages("x * x"))
    assert flip.exact is None
    assert flip.low**2 < HALF < flip.high**2
    assert flip.high - flip.low < Fraction(1, 2**60)
    assert flip.root_of == "2*x**2 + (-1)"


@settings(max_examples=20, deadline=None)
@given(slope=st.integers(2, 9), intercept=st.integers(-9, 0))
def test_a_linear_payoff_flips_where_it_equals_the_other(slope, intercept):
    """``slope * x + intercept / 20`` is 1/2 at x = (1/2 - intercept / 20) / slope."""
    ((flip,),) = (each.flips for each in passages(f"{slope} * x + ({intercept}) / 20"))
    assert flip.exact == (HALF - Fraction(intercept, 20)) / slope


@pytest.mark.parametrize("formula", ["x", "x * x"])
def test_under_another_theory_the_change_is_bracketed_by_halving(formula):
    """Sequential equilibria are not followed along formulas; the same player still compares the same two numbers."""
    (found,) = passages(formula, concepts=[Theory("sequential")])
    exact = passages(formula)[0].flips[0]
    (flip,) = found.flips
    assert not found.complete
    assert flip.low <= exact.low <= exact.high <= flip.high
    assert flip.high - flip.low <= Fraction(1, 2**HALVINGS)
    assert flip.there is None


def test_nash_equilibria_flip_exactly():
    """Acting after a refusal pays R_X = 7 pi_X - 2, so that refusing it can be an equilibrium from pi_X = 2/7 on."""
    (change,) = compare(scenario("pretext"), variants=["E", "A"], concepts=["nash"]).changes
    ((flip,),) = (each.flips for each in change.explanation.passages)
    assert flip.exact == Fraction(2, 7)
    assert set(flip.before) - set(flip.after) == {"causal pretext"}


def test_one_row_for_each_flip():
    found = compare(scenario("pretext"), variants=["B", "E", "A"])
    table = found.flips_to_dataframe()
    assert list(table.columns) == ["side", "parameter", "at", "low", "high", "complete", "before", "after", "there"]
    first = table.iloc[0]
    assert (first["side"], first["parameter"], first["at"], bool(first["complete"])) == ("variant 'E'", "pi_X", 0.5, True)
    assert list(compare(scenario("pretext"), variants=["B", "B"]).flips_to_dataframe().columns) == list(table.columns)


def test_several_changes_are_listed_in_words():
    chosen = [{"x": 0}, {"x": 1}]
    found = compare(loads(CHOICE.replace("FORMULA", "0.5 + (x - 1/4) * (x - 1/4) * (x - 1/2)")), settings=chosen)
    said = comparison_sections(found)[1].remarks
    start = said.index("As x goes from 0 to 1, what happens changes at 2 values, and nowhere else:")
    assert said[start + 1] == "- at x = 0.25 exactly: 'peace' on both sides of it, exactly there 'peace' or 'war'."
    assert said[start + 2] == "- at x = 0.5 exactly: before it 'peace', beyond it 'war', exactly there either of the two."
