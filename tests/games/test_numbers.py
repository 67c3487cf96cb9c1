"""Numerals become the rationals that they read as, or are refused at once."""

import time
from fractions import Fraction

import pytest

from negotiation.errors import GameError
from negotiation.games.numbers import exact, show_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2/3", Fraction(2, 3)),
        ("0.1", Fraction(1, 10)),
        ("1e-9", Fraction(1, 10**9)),
        ("1e+0000000003", Fraction(1000)),
        (" 4E+2 ", Fraction(400)),
    ],
)
def test_a_numeral_is_the_rational_that_it_reads_as(text, value):
    assert exact(text) == value


@pytest.mark.parametrize(
    "text", ["1e999999999", "1e-999999999", "1E" + "9" * 5000, "1e401", "1e1_000_000", "1e\u0669\u0669\u0669\u0669\u0669\u0669\u0669\u0669"]
)
def test_an_exponent_that_no_measured_number_has_is_refused_at_once(text):
    """``Fraction('1e999999999')`` would build an integer of a thousand million digits."""
    begun = time.perf_counter()
    with pytest.raises(GameError, match="an exponent within 400"):
        exact(text)
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize("text", ["", "1/0", "inf", "nan", "1" * 5000, "two", "1e_", "1e__1"])
def test_what_is_not_a_number_is_refused_with_what_came(text):
    with pytest.raises(GameError, match="expected a number such as 2, 0\\.25 or 2/3, got "):
        exact(text)


def test_every_float_is_the_shortest_decimal_that_prints_as_it():
    assert exact(1.7976931348623157e308) == Fraction("1.7976931348623157e308")
    assert exact(5e-324) == Fraction("5e-324")
    assert exact(0.1) + exact(0.2) == exact(0.3)


@pytest.mark.parametrize(("number", "shown"), [(Fraction(5 * 10**310), "5e+310"), (Fraction(-(10**400), 3), "-3.33333e+399")])
def test_numbers_larger_than_any_double_are_shown(number, shown):
    assert show_number(number) == shown
