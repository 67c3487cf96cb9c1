"""Distributions of time: the laws of scipy, whole ticks, and the same bits one by one and in blocks."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from negotiation.games.durations import LARGEST_TIME, Duration, duration_ticks, quantiles, ticks_of, ticks_per_unit

#: Law, parameters, and the same distribution as scipy has it.
LAWS = [
    (Duration("uniform", (Fraction(2), Fraction(5))), stats.uniform(2, 3)),
    (Duration("exponential", (Fraction(30),)), stats.expon(scale=30)),
    (Duration("gamma", (Fraction(2), Fraction(7))), stats.gamma(2, scale=7)),
    (Duration("gamma", (Fraction(1, 4), Fraction(7))), stats.gamma(0.25, scale=7)),
    (Duration("lognormal", (Fraction(3), Fraction(1, 2))), stats.lognorm(0.5, scale=3)),
]

BILLION = 10**9


@pytest.mark.parametrize(("duration", "law"), LAWS, ids=lambda value: getattr(value, "law", ""))
def test_drawn_times_follow_their_law(duration, law):
    """Kolmogorov-Smirnov at a fixed seed: a wrong parameter gives p below 1e-6 at this size."""
    uniforms = np.random.default_rng(5).random(20_000)
    drawn = duration_ticks(duration, uniforms, BILLION) / BILLION
    assert stats.kstest(drawn, law.cdf).pvalue > 0.01
    np.testing.assert_allclose(law.cdf(quantiles(duration, uniforms)), uniforms, atol=1e-9)


def test_empirical_times_come_as_often_as_they_stand_there():
    duration = Duration("empirical", tuple(map(Fraction, (2, 3, 3, 14))))
    drawn = duration_ticks(duration, (np.arange(4000) + 0.5) / 4000, 10).tolist()
    assert [drawn.count(ticks) for ticks in (20, 30, 140)] == [1000, 2000, 1000]


@pytest.mark.parametrize(
    "duration", [duration for duration, _ in LAWS] + [Duration("empirical", tuple(map(Fraction, range(7))))], ids=lambda value: value.law
)
def test_a_draw_has_the_same_bits_alone_and_in_a_block(duration):
    uniforms = np.random.default_rng(11).random(300)
    whole, ticks = quantiles(duration, uniforms), duration_ticks(duration, uniforms, BILLION)
    for length in (*range(1, 20), 63, 64, 65):
        for start in range(0, 300 - length, 17):
            part = slice(start, start + length)
            np.testing.assert_array_equal(quantiles(duration, uniforms[part]), whole[part])
            np.testing.assert_array_equal(duration_ticks(duration, uniforms[part], BILLION), ticks[part])
    np.testing.assert_array_equal(quantiles(duration, uniforms[::2]), whole[::2])


def test_the_smallest_and_the_largest_draws_have_a_time():
    extremes = np.array([0.0, 1 - 2.0**-53])
    for duration, _ in LAWS:
        found = duration_ticks(duration, extremes, BILLION)
        assert 0 <= found[0] <= found[1] <= LARGEST_TIME
    huge = Duration("lognormal", (Fraction(10**9), Fraction(100)))
    assert duration_ticks(huge, extremes, BILLION)[1] == LARGEST_TIME


@settings(max_examples=200)
@given(st.lists(st.fractions(min_value=0, max_value=1000, max_denominator=60), max_size=4))
def test_fixed_times_are_whole_numbers_of_ticks(times):
    """As long as their common denominator does not take more than 100 billion ticks to the unit."""
    per_unit = ticks_per_unit(times)
    assert per_unit % BILLION == 0
    common = math.lcm(BILLION, *(time.denominator for time in times))
    for time in times:
        error = abs(Fraction(ticks_of(time, per_unit), per_unit) - time)
        assert error <= (0 if common <= 10**11 else Fraction(1, 2 * per_unit))


def test_thirds_and_tenths_add_up_exactly():
    per_unit = ticks_per_unit([Fraction(1, 3), Fraction(1, 10), Fraction(1)])
    assert 3 * ticks_of(Fraction(1, 3), per_unit) == 10 * ticks_of(Fraction(1, 10), per_unit) == ticks_of(Fraction(1), per_unit)


def test_times_without_a_short_ratio_do_not_make_the_unit_endless():
    assert ticks_per_unit([Fraction(0.1), Fraction(1, 7)]) == 7 * BILLION


@pytest.mark.parametrize("law", ["fixed", "empirical"])
def test_what_is_certain_needs_no_draw(law):
    assert not Duration(law, (Fraction(3),)).is_drawn
    assert Duration("empirical", (Fraction(3), Fraction(4))).is_drawn
