"""Samples: Latin hypercubes and Sobol sequences lie in their intervals and are as even as they promise."""

import warnings
from fractions import Fraction

import numpy as np
import pytest
from demand_scenario import SCENARIO
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.designs.latin_hypercube import latin_hypercube
from negotiation.designs.product import product
from negotiation.designs.sobol import sobol
from negotiation.errors import ParameterError


def columns(found):
    return {series.name: series.values for series in found.series}


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 200), st.integers(0, 2**64))
def test_each_part_of_each_interval_of_a_latin_hypercube_holds_one_point(size, seed):
    """McKay, Beckman and Conover (1979): one point in each of N equal parts, along every parameter."""
    found = columns(latin_hypercube(SCENARIO, size, {"blame": (0, 2), "share": None}, seed=seed))
    for name, width in (("blame", 2), ("share", 1)):
        assert sorted(np.floor(found[name] / width * size).astype(int).tolist()) == list(range(size))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 9), st.integers(0, 2**64))
def test_each_half_quarter_and_so_on_of_each_interval_holds_equally_many_points_of_a_sobol_sequence(doublings, seed):
    """Sobol' (1967): 2**m points are a net: along each parameter each of 2**m equal parts holds one, scrambled or not."""
    size = 2**doublings
    found = columns(sobol(SCENARIO, size, ["blame=0:2", "share"], seed=seed))
    for name, width in (("blame", 2), ("share", 1)):
        assert sorted(np.floor(found[name] / width * size).astype(int).tolist()) == list(range(size))
    if doublings >= 2:
        # A (0, m, 2)-net in base 2: every box of 1/2 by 2/size holds two points.
        boxes = np.floor(found["blame"]).astype(int) * (size // 2) + np.floor(found["share"] * (size // 2)).astype(int)
        assert set(np.bincount(boxes, minlength=size).tolist()) == {1}


@settings(max_examples=50, deadline=None)
@given(st.fractions(0, 1), st.fractions(0, 1), st.sampled_from([latin_hypercube, sobol]))
def test_no_point_is_outside_its_interval_for_rounding(one, other, draw):
    low, high = sorted((one, other))
    if high - low < Fraction(1, 10**6):
        return
    (values,) = columns(draw(SCENARIO, 16, {"share": (low, high)})).values()
    assert all(low <= Fraction(value) <= high for value in values)
    assert values.dtype == np.float64
    assert not values.flags.writeable


@pytest.mark.parametrize("draw", [latin_hypercube, sobol])
def test_one_seed_is_one_sample(draw):
    one, again, other = (product([draw(SCENARIO, 64, seed=seed)]).document() for seed in (5, 5, 6))
    assert one == again != other


@pytest.mark.parametrize("draw", [latin_hypercube, sobol])
def test_without_intervals_everything_that_can_vary_varies_over_its_declared_range(draw):
    """``fixed`` has a range of one value."""
    assert list(columns(draw(SCENARIO, 4))) == ["share", "blame"]


def test_a_sobol_sequence_has_as_many_points_as_the_next_power_of_two_and_says_so():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = sobol(SCENARIO, 1000, ["blame"], seed=3)
    assert len(found) == 1024
    assert found.note == (
        "a Sobol sequence of 1,024 points over blame, scrambled with seed 3 (1,000 were asked for; the sequence is even at powers of two)"
    )
    assert sobol(SCENARIO, 1024, ["blame"], seed=3).note == "a Sobol sequence of 1,024 points over blame, scrambled with seed 3"
    assert product([found]).notes == (found.note,)


def test_numbers_of_the_file_can_be_drawn_out_of_an_interval_that_is_given():
    (values,) = columns(latin_hypercube(SCENARIO, 8, ["behaviour.responder.precision=1:10"])).values()
    assert values.min() >= 1
    assert values.max() <= 10


@pytest.mark.parametrize("draw", [latin_hypercube, sobol])
@pytest.mark.parametrize(
    ("size", "intervals", "rule"),
    [
        (0, None, r"the number of points of a sample must be a whole number in \[1, 16,777,216\], got 0"),
        (2**25, None, "the number of points of a sample must be a whole number in"),
        (
            2**24,
            [f"behaviour.responder.option.{i}=0:1" for i in range(10)],
            "a sample of 10 parameters has at most 13,421,772 points, got 16,777,216",
        ),
        (1.5, None, "the number of points of a sample must be a whole number in .*, got 1.5"),
        ("many", None, "the number of points of a sample: expected a number such as 2, 0.25 or 2/3, got 'many'"),
        (4, [], "a sample needs at least one parameter that varies"),
        (4, ["blaim"], r"demand.yaml has no parameter 'blaim'; did you mean 'blame'\?"),
        (4, ["blame", "blame"], "blame varies twice in this design"),
        (4, ["blame=0:2:5"], "blame: an interval to draw from is written LOW:HIGH, got '0:2:5'"),
        (4, ["blame=2:0"], "blame: an interval to draw from goes from low to high, got 2 to 0"),
        (4, ["blame=1:1"], "blame: an interval to draw from goes from low to high, got 1 to 1"),
        (4, ["fixed"], "fixed: an interval to draw from goes from low to high, got 3 to 3"),
        (4, ["blame=0:3"], r"blame must lie in \[0, 2\] \(cost of being held responsible\), got 3"),
        (4, ["blame=0:nan"], "blame: expected a number such as 2, 0.25 or 2/3, got 'nan'"),
        (4, {"blame": (0, 1, 2)}, r"blame: an interval to draw from is \(low, high\), got \(0, 1, 2\)"),
        (4, ["repeat.rounds"], "repeat.rounds has no declared range in demand.yaml: write repeat.rounds=LOW:HIGH"),
    ],
)
def test_a_mistake_in_a_sample_is_told_with_the_rule_and_what_came(draw, size, intervals, rule):
    with pytest.raises(ParameterError, match=rule):
        draw(SCENARIO, size, intervals)
