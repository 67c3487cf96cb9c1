"""Slices of a demand: closed forms against plain sums, and the benchmark."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from negotiation.errors import ParameterError
from negotiation.exact.salami import cost_of_slices, fewest_slices, largest_slice, present_cost, resistance_threshold

COSTS = {"linear": 2, "convex": 4}


def test_the_benchmark():
    """Cost 2 d + 4 d^2, harm 2: slices up to a half pass; two cost 4 together, where one piece costs 6."""
    assert largest_slice(**COSTS, harm=2) == pytest.approx(0.5, abs=1e-15)
    assert fewest_slices(1, **COSTS, harm=2) == 2
    assert cost_of_slices(1, 1, **COSTS) == pytest.approx(6)
    assert cost_of_slices(1, 2, **COSTS) == pytest.approx(4)
    assert present_cost(1, 3, 0.9, **COSTS) == pytest.approx(3.0111111111111106, abs=1e-12)
    assert present_cost(1, 10, 0.9, **COSTS) == pytest.approx(1.5631717437600006, abs=1e-12)


def test_a_target_that_looks_ahead_resists_above_a_discount():
    assert resistance_threshold(1, 3, **COSTS, harm=2) == pytest.approx(0.5246950765959595, abs=1e-12)
    assert resistance_threshold(1, 10, **COSTS, harm=2) == pytest.approx(0.9587342254777441, abs=1e-12)
    assert resistance_threshold(1, 10, **COSTS, harm=2.5) is None


@settings(max_examples=100, deadline=None)
@given(*(some.floats(0.1, 5) for _ in range(4)))
def test_the_largest_slice_costs_as_much_as_the_harm_and_one_slice_less_would_not_do(linear, convex, harm, demand):
    size = largest_slice(linear=linear, convex=convex, harm=harm)
    assert linear * size + convex * size**2 == pytest.approx(harm, rel=1e-12)
    count = fewest_slices(demand, linear=linear, convex=convex, harm=harm)
    assert demand / count <= size * (1 + 1e-9)
    assert count == 1 or demand / (count - 1) > size


def test_slices_that_nothing_can_make_acceptable_are_refused():
    with pytest.raises(ParameterError, match="no slice is small enough"):
        fewest_slices(1, **COSTS, harm=0)
    with pytest.raises(ParameterError, match="slices need costs"):
        largest_slice(linear=0, convex=0, harm=1)
