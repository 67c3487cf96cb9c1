"""The best demand of a target whose rigidity is unknown: the table, and against a fine grid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from negotiation.errors import ParameterError
from negotiation.exact.tempered import UnknownRigidity

SINCERE = {"value": 1, "gain": 0.5, "blame": 0.6, "cover": 0.7, "padding": 0, "harm": 0.75, "cost": 1, "rigidity": 0.6}
SEEKER = SINCERE | {"value": 0.3, "gain": 0.9, "cover": 0.8}


@pytest.mark.parametrize(
    ("numbers", "best", "acceptance", "value", "acting"),
    [
        (SINCERE, 0.535, 0.3583333333333333, 0.3970416666666667, 0.32),
        (SEEKER, 0.75, 0, 0.78, 0.78),
        (SEEKER | {"harm": 1.2}, 1, 0.3333333333333333, 0.62, 0.78),
        (
            SEEKER | {"blame": 1, "cover": 0.9, "padding": 0.8},
            0.5204545454545454,
            0.3825757575757577,
            0.2966003787878788,
            0.3836363636363637,
        ),
    ],
)
def test_the_table(numbers, best, acceptance, value, acting):
    known = UnknownRigidity(**numbers)
    assert known.best == pytest.approx(best, abs=1e-12)
    assert known.acceptance(known.best) == pytest.approx(acceptance, abs=1e-12)
    assert known.expected(known.best) == pytest.approx(value, abs=1e-12)
    assert known.acting(known.best) == pytest.approx(acting, abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(
    value=some.floats(0.05, 2),
    gain=some.floats(0.1, 2),
    blame=some.floats(0, 2),
    cover=some.floats(0, 1),
    padding=some.floats(0, 1),
    harm=some.floats(0, 2),
    cost=some.floats(0.2, 2),
    rigidity=some.floats(0.1, 3),
)
def test_it_is_the_best_of_the_demands_that_may_or_may_not_be_granted(**numbers):
    known = UnknownRigidity(**numbers)
    low, high = max(0, (known.harm - known.rigidity) / known.cost), min(1, known.harm / known.cost)
    demands = np.linspace(low, high, 2001) if low < high else [known.best]
    assert known.expected(known.best) >= max(known.expected(float(demand)) for demand in demands) - 1e-12


def test_without_padding_it_is_the_trade_off_of_risk_and_return():
    """Fearon (1995): d* = (h + R) / 2, worth R + (h - R)^2 / (4 K)."""
    known = UnknownRigidity(**SINCERE)
    assert known.best == pytest.approx((0.75 + 0.32) / 2)
    assert known.expected(known.best) == pytest.approx(0.32 + (0.75 - 0.32) ** 2 / (4 * 0.6))


@pytest.mark.parametrize("change", [{"value": 0}, {"rigidity": 0}, {"cost": 0}, {"blame": -1}, {"padding": -1}])
def test_numbers_outside_their_range_are_refused(change):
    with pytest.raises(ParameterError, match="must be above 0"):
        UnknownRigidity(**(SINCERE | change))
