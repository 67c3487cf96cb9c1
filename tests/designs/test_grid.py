"""Axes of grids: exact values, every way to write them, and what is said of mistakes."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from demand_scenario import SCENARIO
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import scenario

from negotiation.designs.grid import axis, grid_axis
from negotiation.designs.product import product
from negotiation.designs.ranges import opened_ranges
from negotiation.errors import ParameterError, UserMistakeError
from negotiation.scenario.opening import opened

SHARES = st.fractions(0, 1, max_denominator=10**6)


def values(text):
    (series,) = axis(SCENARIO, text).series
    assert (series.name, series.role) == (text.partition("=")[0].strip(), "parameter")
    return series.values


def test_every_hundredth_of_a_range_is_a_hundredth():
    """A float grid has 0.29 as 0.29000000000000004; here each value is the rational that is meant."""
    assert values("blame=0:2:201") == tuple(Fraction(i, 100) for i in range(201))


@settings(deadline=None)
@given(SHARES, SHARES, st.integers(2, 400))
def test_values_are_equally_spaced_from_end_to_end(one, other, count):
    low, high = sorted((one, other))
    if low == high:
        return
    found = grid_axis(SCENARIO, "share", (low, high, count)).series[0].values
    assert (len(found), found[0], found[-1]) == (count, low, high)
    assert {after - before for before, after in pairwise(found)} == {(high - low) / (count - 1)}


@settings(deadline=None)
@given(SHARES, SHARES, st.integers(2, 50))
def test_an_axis_means_the_same_in_text_and_in_python(one, other, count):
    low, high = sorted((one, other))
    if low < high:
        assert values(f"share={low}:{high}:{count}") == grid_axis(SCENARIO, "share", (low, high, count)).series[0].values


@settings(deadline=None)
@given(st.lists(SHARES, min_size=1, max_size=20, unique=True))
def test_listed_values_come_back_in_their_order(wanted):
    assert values(f"share={','.join(map(str, wanted))},") == tuple(wanted)
    assert grid_axis(SCENARIO, "share", wanted).series[0].values == tuple(wanted)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20, unique_by=lambda share: Fraction(repr(share))))
def test_floats_are_the_decimals_that_they_print_as(wanted):
    """0.1 is 1/10 and not the double 0.1000000000000000055..., at which ties would be missed."""
    as_read = tuple(Fraction(repr(share)) for share in wanted)
    assert grid_axis(SCENARIO, "share", wanted).series[0].values == as_read
    assert grid_axis(SCENARIO, "share", np.array(wanted)).series[0].values == as_read


def test_without_a_number_an_axis_has_as_many_values_as_the_file_says_else_a_hundred_and_one():
    assert values("blame") == tuple(Fraction(i, 2) for i in range(5))
    assert values("blame=0:1") == tuple(Fraction(i, 4) for i in range(5))
    assert values("share") == tuple(Fraction(i, 100) for i in range(101))
    assert grid_axis(SCENARIO, "share").series[0].values == values("share")


def test_a_number_alone_is_a_number_of_values_over_the_declared_range():
    assert values("blame=3") == values("blame = 3.0") == grid_axis(SCENARIO, "blame", 3).series[0].values == (0, 1, 2)
    assert grid_axis(SCENARIO, "blame", np.int64(3)).series[0].values == (0, 1, 2)


@pytest.mark.parametrize("written", ["blame=0.4,", "blame=0.4:0.4:1", "blame = 2/5 ,"])
def test_an_axis_can_have_one_value(written):
    assert values(written) == (Fraction(2, 5),)


def test_numbers_of_strategies_and_of_repeat_become_parameters_over_the_interval_that_is_swept():
    design = product(
        [axis(SCENARIO, "behaviour.responder.precision=1:10:4"), axis(SCENARIO, "repeat.rounds=10,40,20"), axis(SCENARIO, "blame")]
    )
    ranges = opened_ranges(SCENARIO, design)
    assert ranges == {"behaviour.responder.precision": (1, 10), "repeat.rounds": (10, 40)}
    larger = opened(SCENARIO, ranges)
    assert larger.values(**{"repeat.rounds": 40})["repeat.rounds"] == 40
    assert larger.parameters["behaviour.responder.precision"].range == (1, 10)


MISTAKES = {
    "": "an axis is written NAME=LOW:HIGH:N, NAME=N (over the declared range), NAME=V1,V2,... or NAME; got ''",
    "blame=": "an axis is written NAME=LOW:HIGH:N, NAME=N (over the declared range), NAME=V1,V2,... or NAME; got 'blame='",
    "blaim=0:2:3": "demand.yaml has no parameter 'blaim'; did you mean 'blame'?",
    "cost=0:2:3": "demand.yaml has no parameter 'cost'; known: share, blame, fixed",
    "blame=0:3:4": "blame must lie in [0, 2] (cost of being held responsible), got 3",
    "blame=-1,1,3": "blame must lie in [0, 2] (cost of being held responsible), got -1",
    "blame=2:0:3": "blame: an interval goes from the lowest to the highest, got 2 to 0",
    "blame=0:2:0": "blame: the number of values along an axis must lie in [1, 1,000,000], got 0",
    "blame=0:2:1e9": "blame: the number of values along an axis must lie in [1, 1,000,000], got 1e+09",
    "blame=-0.5": "blame: the number of values must be a whole number, got -0.5; one value alone is written blame=-0.5, (with a comma)",
    "blame=-5": "blame: the number of values along an axis must lie in [1, 1,000,000], got -5; "
    "one value alone is written blame=-5, (with a comma)",
    "blame=0:2:2.5": "blame: the number of values must be a whole number, got 2.5",
    "blame=0.5": "blame: the number of values must be a whole number, got 0.5; one value alone is written blame=0.5, (with a comma)",
    "blame=1": "blame=1 would be one value out of a range; the value 1 alone is written blame=1, (with a comma)",
    "blame=0:1:2:3": "blame: an interval is written LOW:HIGH:N, got '0:1:2:3'",
    "blame=0,nan": "blame: expected a number such as 2, 0.25 or 2/3, got 'nan'",
    "blame=0:inf:3": "blame: expected a number such as 2, 0.25 or 2/3, got 'inf'",
    "blame=0,,1": "blame: expected a number such as 2, 0.25 or 2/3, got ''",
    "blame=1e999:2:3": "blame: expected a number with an exponent within 400, got '1e999'",
    "repeat.rounds=1,5e310": "repeat.rounds: expected a number up to 1.79769e+308, got 5e+310",
    "blame=0.5,1,1/2": "blame: each value of an axis stands once, got 0.5 more than once",
    "fixed=3": "fixed: each value of an axis stands once, got 3 more than once",
    "repeat.rounds": "repeat.rounds has no declared range in demand.yaml: write repeat.rounds=LOW:HIGH:N or the values",
    "repeat.rounds=5": "repeat.rounds has no declared range in demand.yaml: write repeat.rounds=LOW:HIGH:N or the values",
}


@pytest.mark.parametrize("written", MISTAKES)
def test_a_mistake_in_an_axis_is_told_with_the_rule_and_what_came(written):
    with pytest.raises(ParameterError) as caught:
        axis(SCENARIO, written)
    assert str(caught.value) == MISTAKES[written]


@pytest.mark.parametrize(
    ("given_values", "rule"),
    [
        ((0, 2), r"blame: a tuple is \(low, high, number of values\), and values are a list; got \(0, 2\)"),
        (True, "blame: expected values, .*, got True"),
        (0.5, "blame: expected values, .*, got 0.5"),
        ({0, 1}, "blame: expected values, .*"),
        ([True], "blame: expected a number, got the truth value True"),
        ([None], "blame: expected a number, got NoneType None"),
        ([float("nan")], "blame: expected a finite number, got nan"),
        ([], r"blame: the number of values along an axis must lie in \[1, 1,000,000\], got 0"),
        (np.zeros((2, 2)), r"blame: the values of an axis are an array of one dimension, got the shape \(2, 2\)"),
        (np.array([0.0, np.inf]), "blame: expected a finite number, got inf"),
        (np.array(1.0), r"blame: the values of an axis are an array of one dimension, got the shape \(\)"),
        ((0, 2, 1.5), "blame: the number of values must be a whole number, got 1.5"),
    ],
)
def test_a_mistake_in_values_is_told_as_well(given_values, rule):
    with pytest.raises(ParameterError, match=rule):
        grid_axis(SCENARIO, "blame", given_values)


@settings(deadline=None)
@given(st.text(alphabet="blamesr=:,.0123456789/-+e_ \tİ", max_size=25))
def test_whatever_is_written_is_an_axis_within_the_range_or_a_mistake_of_the_user(written):
    try:
        found = axis(SCENARIO, written)
    except UserMistakeError:
        return
    name = found.name
    assert all(SCENARIO.parameters[name].range[0] <= value <= SCENARIO.parameters[name].range[1] for value in found.series[0].values)


def test_the_axes_of_every_shipped_scenario_reach_over_their_declared_ranges():
    flagship = scenario("pretext")
    for name, count in flagship.sweep_axes.items():
        found = grid_axis(flagship, name).series[0].values
        assert (len(found), (found[0], found[-1])) == (count, flagship.parameters[name].range)
