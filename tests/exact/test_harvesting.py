"""When one more refusal is no longer worth the wait: against brute force, and in the limit of short rounds."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from negotiation.errors import ParameterError
from negotiation.exact.harvesting import Harvest, stopping_time, stopping_value

BENCHMARK = Harvest(gain=5, blame=7, most=0.8, learning=0.4, waiting=0.1, discount=0.95)
CONTINUOUS = {"limit": 3, "gap": 4, "rate": 0.5, "interest": 0.05, "waiting": 0.2}


def test_five_refusals_are_worth_waiting_for():
    """At most 0.8 of a blame of 7, 0.4 of what is left by each refusal: n* = 5, worth 1.996225698, and 0.128 with one refusal."""
    assert BENCHMARK.best == 5
    assert BENCHMARK.value(5) == pytest.approx(1.99622569808, abs=1e-12)
    assert BENCHMARK.value(1) == pytest.approx(0.128, abs=1e-12)
    assert BENCHMARK.worth(5) == pytest.approx(3.164544, abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(*(some.floats(low, high) for low, high in ((1, 9), (0, 9), (0, 1), (0.05, 0.9), (0, 1), (0.3, 0.98))))
def test_no_other_number_of_refusals_is_worth_more(gain, blame, most, learning, waiting, discount):
    """Brute force over 200 numbers; acting with full cover is worth something, so waiting for ever is not best."""
    harvest = Harvest(gain + blame, blame, most, learning, waiting, discount)
    values = [harvest.value(number) for number in range(200)]
    assert values[harvest.best] == pytest.approx(max(values), abs=1e-9)


@pytest.mark.parametrize(
    ("change", "time", "value"),
    [({}, 3.6765589697258956, 1.2950478760779005), ({"waiting": 3}, 0, -1), ({"gap": 0.2}, 0, 2.8)],
)
def test_the_best_moment(change, time, value):
    given_numbers = CONTINUOUS | change
    assert stopping_time(**given_numbers) == pytest.approx(time, abs=1e-12)
    assert stopping_value(time, **given_numbers) == pytest.approx(value, abs=1e-12)


def test_no_other_moment_is_better():
    times = np.linspace(0, 20, 20_001)
    values = [stopping_value(time, **CONTINUOUS) for time in times]
    assert times[int(np.argmax(values))] == pytest.approx(stopping_time(**CONTINUOUS), abs=1e-3)


@pytest.mark.parametrize("step", [1, 0.1, 0.01, 0.001])
def test_rounds_come_to_the_moment_as_they_become_short(step):
    """A round of length dt: a refusal removes 1 - exp(-eta dt) of the gap, waiting costs its integral, delta = exp(-rho dt)."""
    rate, interest = CONTINUOUS["rate"], CONTINUOUS["interest"]
    waiting = CONTINUOUS["waiting"] * (1 - math.exp(-interest * step)) / interest
    harvest = Harvest(3, 4, 1, 1 - math.exp(-rate * step), waiting, math.exp(-interest * step))
    assert harvest.best * step == pytest.approx(3.67655897, abs=step)
    assert harvest.value(harvest.best) == pytest.approx(1.2950478760779005, abs=0.4 * step**2 + 1e-9)


@pytest.mark.parametrize("change", [{"learning": 1}, {"discount": 1}, {"most": 1.5}, {"waiting": -1}, {"blame": -1}])
def test_numbers_outside_their_range_are_refused(change):
    with pytest.raises(ParameterError, match="the harvest of refusals needs"):
        Harvest(**({"gain": 5, "blame": 7, "most": 0.8, "learning": 0.4, "waiting": 0.1, "discount": 0.95} | change))
