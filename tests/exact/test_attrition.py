"""Wars of attrition: the tables, and the indifference that the hazards must bring about."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.integrate import quad

from negotiation.errors import ParameterError
from negotiation.exact.attrition import GrowingCost, audience_costs, obstinate_types

BENCHMARK = {"prize": 3, "first": 1, "growth": 0.5, "waiting": 0.2}


def test_growing_costs_give_a_power_law():
    law = GrowingCost(**BENCHMARK)
    assert law.hazard(0) == pytest.approx(0.175, abs=1e-15)
    assert law.survival(1) == pytest.approx(0.8479816776920032, abs=1e-12)
    assert law.survival(5) == pytest.approx(0.5067634551794511, abs=1e-12)
    assert law.survival(5.125365396122207) == pytest.approx(0.5, abs=1e-7)
    assert law.survival(3) == pytest.approx((4 / 5.5) ** (0.7 / 0.5), abs=1e-12)


def test_discounting_slows_giving_way():
    law = GrowingCost(**BENCHMARK, interest=0.05)
    assert law.hazard(0) == pytest.approx(0.1625, abs=1e-15)
    assert law.survival(1) == pytest.approx(0.8605090376334514, abs=1e-12)
    assert law.survival(4) == pytest.approx(0.6130610941718838, abs=1e-12)


@pytest.mark.parametrize("growth", [5e-324, 1e-300, 1e-12])
def test_costs_that_hardly_grow_are_as_good_as_constant(growth):
    """A power with a growth of 5e-324 in its exponent once came out as no number."""
    law, constant = (GrowingCost(prize=1, first=0, growth=each, waiting=0.2, interest=0.1) for each in (growth, 0))
    for time in (0, 1, 10):
        assert law.survival(time) == pytest.approx(constant.survival(time), abs=1e-9)


def test_a_constant_cost_gives_a_constant_rate():
    law = GrowingCost(prize=3, first=1, growth=0, waiting=0.2, interest=0.05)
    assert law.hazard(7) == pytest.approx((0.2 - 0.05) / 4)
    assert law.survival(7) == pytest.approx(math.exp(-7 * 0.15 / 4))


NUMBERS = {
    "prize": some.floats(0.2, 5),
    "first": some.floats(0, 3),
    "growth": some.floats(0, 2),
    "waiting": some.floats(0, 2),
    "interest": some.floats(0, 0.3),
}


@settings(max_examples=40, deadline=None)
@given(time=some.floats(0, 20), **NUMBERS)
def test_survival_is_what_the_hazard_leaves(time, **numbers):
    """Quadrature, with the kink where the hazard has fallen to zero."""
    law = GrowingCost(**numbers)
    kink = [((law.waiting + law.growth) / law.interest - law.first) / law.growth] if law.interest * law.growth > 1e-9 else []
    inside = [point for point in kink if 0 < point < time]
    total = quad(law.hazard, 0, time, points=inside or None, limit=200)[0]
    assert law.survival(time) == pytest.approx(math.exp(-total), abs=1e-7)


@settings(max_examples=40, deadline=None)
@given(time=some.floats(0, 5), **NUMBERS)
def test_the_rival_is_indifferent_between_now_and_a_moment_later(time, **numbers):
    """Standing down now is worth -c(t); later: prize at the hazard, less waiting, growth of the cost and interest on it."""
    law = GrowingCost(**numbers)
    cost = law.first + law.growth * time
    gain = law.hazard(time) * (law.prize + cost) - law.waiting - law.growth + law.interest * cost
    assert gain == pytest.approx(0, abs=1e-9) or (gain > 0 and law.hazard(time) <= 0)


@pytest.mark.parametrize(
    ("numbers", "rates", "horizon", "atoms", "first", "values"),
    [
        ((0.6, 0.6, 0.1, 0.1, 0.05, 0.05), (0.2, 0.2), 14.978661367769947, (0, 0), (0.49875, 0.49875), (0.4, 0.4)),
        (
            (0.7, 0.6, 0.2, 0.1, 0.05, 0.05),
            (0.1, 0.26666666666666666),
            11.233996025827457,
            (0.8462354389819312, 0),
            (0.04125397118674602, 0.11001058983132272),
            (0.4, 0.5538706316945794),
        ),
        ((0.6, 0.6, 0.1, 0.1, 0.02, 0.1), (0.2, 0.2), 11.512925464970222, (0.8, 0), (0.099, 0.099), (0.4, 0.56)),
    ],
)
def test_obstinate_types(numbers, rates, horizon, atoms, first, values):
    """Abreu and Gul (2000): who gives way at once, who first, and what it is worth to flexible types."""
    claims, interest, obstinate = numbers[:2], numbers[2:4], numbers[4:]
    found, courses = obstinate_types(claims=claims, interest=interest, obstinate=obstinate)
    assert found == pytest.approx(rates, abs=1e-12)
    assert [course.horizon for course in courses] == pytest.approx([horizon] * 2, abs=1e-9)
    assert [course.at_once for course in courses] == pytest.approx(atoms, abs=1e-12)
    # Both hold out past time 0, and then the first to give way is either in proportion to his rate.
    past = (1 - courses[0].at_once) * (1 - courses[1].at_once)
    total = sum(rates)
    shares = [past * rate / total * (1 - math.exp(-total * horizon)) for rate in found]
    assert shares == pytest.approx(first, abs=1e-9)
    never = courses[0].never * courses[1].never
    assert courses[0].at_once + courses[1].at_once * (1 - courses[0].at_once) + sum(shares) + never == pytest.approx(1, abs=1e-12)
    excess = sum(claims) - 1
    assert [1 - claims[1 - side] + courses[1 - side].at_once * excess for side in (0, 1)] == pytest.approx(values, abs=1e-9)


@pytest.mark.parametrize(
    ("growth", "wars", "horizon", "at_once", "war"),
    [
        ((0.2, 0.2), (1, 1), 3.090169943749474, (0, 0), 0.3819660112501051),
        ((0.4, 0.2), (1, 1), 1.8301270189221934, (0, 0.3660254037844385), 0.2679491924311228),
        ((0.2, 0.2), (0.5, 1), 1.8301270189221934, (0, 0.5), 0.2679491924311228),
    ],
)
def test_rising_audience_costs(growth, wars, horizon, at_once, war):
    first, second = audience_costs(prize=1, growth=growth, wars=wars)
    assert [first.horizon, second.horizon] == pytest.approx([horizon] * 2, abs=1e-9)
    assert [first.at_once, second.at_once] == pytest.approx(at_once, abs=1e-9)
    assert first.never * second.never == pytest.approx(war, abs=1e-9)
    # Between time 0 and the horizon each gives way as the other's growing cost asks for.
    for course, other in ((first, growth[1]), (second, growth[0])):
        law = GrowingCost(prize=1, first=0, growth=other, waiting=0)
        assert (1 - course.at_once) * law.survival(horizon) == pytest.approx(course.never, abs=1e-9)


def test_the_side_with_faster_growing_costs_backs_down_less():
    generator = np.random.default_rng(5)
    for slow, extra in generator.uniform(0.1, 2, (30, 2)):
        fast, other = audience_costs(prize=1, growth=(slow + extra, slow), wars=(1, 1))
        assert fast.never >= other.never


def test_numbers_outside_their_range_are_refused():
    with pytest.raises(ParameterError, match="the prize must be above 0"):
        GrowingCost(0, 1, 1, 1)
    with pytest.raises(ParameterError, match="a sum above 1"):
        obstinate_types(claims=(0.5, 0.4), interest=(0.1, 0.1), obstinate=(0.1, 0.1))
    with pytest.raises(ParameterError, match="prize, growth and wars must be above 0"):
        audience_costs(prize=1, growth=(0.2, 0), wars=(1, 1))
