"""Points of a line: rationals and roots that no rational is."""

from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise

from flint import fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.exact.real_points import between, compare_points, rational_point, roots_between, sign_at, value_at

small = st.integers(-6, 6)


def polynomial(*coefficients):
    return fmpq_poly(list(coefficients))


def test_the_square_root_of_two_is_isolated_and_no_rational():
    (root,) = roots_between(polynomial(-2, 0, 1), Fraction(0), Fraction(5))
    assert root.exact is None
    assert root.low**2 < 2 < root.high**2
    assert root.high - root.low <= Fraction(1, 2**64)
    assert float(root) == 2**0.5


def test_signs_at_a_root_are_decided_and_not_rounded():
    (root,) = roots_between(polynomial(-2, 0, 1), Fraction(0), Fraction(5))
    assert sign_at(polynomial(-4, 0, 0, 0, 1), root) == 0  # x^4 = 4 there
    near = Fraction(14142135623730950488016887242096, 10**31)  # below the root by less than 1e-31
    assert sign_at(polynomial(-near.numerator, near.denominator), root) == 1
    assert sign_at(polynomial(0), root) == 0


def test_multiple_roots_and_roots_at_the_ends_are_found_once():
    cubed = polynomial(-1, 1) ** 3 * polynomial(0, 1) * polynomial(-3, 0, 1) ** 2
    assert [point.exact for point in roots_between(cubed, Fraction(0), Fraction(1))] == [0, 1]
    assert [round(float(point), 6) for point in roots_between(cubed, Fraction(0), Fraction(2))] == [0, 1, 1.732051]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(small, min_size=2, max_size=4).filter(lambda row: any(row[1:])), min_size=1, max_size=3))
def test_roots_are_ordered_and_polynomials_have_one_sign_between_them(rows):
    """Between two neighbouring roots of a product each factor has one sign, and at each root some factor is 0."""
    factors = [polynomial(*row) for row in rows]
    product = polynomial(1)
    for factor in factors:
        product *= factor
    roots = roots_between(product, Fraction(-20), Fraction(20))
    assert sorted(roots, key=cmp_to_key(compare_points)) == list(roots)
    assert all(compare_points(one, other) == -1 for one, other in pairwise(roots))
    assert all(any(sign_at(factor, root) == 0 for factor in factors) for root in roots)
    ends = [rational_point(Fraction(-21)), *roots, rational_point(Fraction(21))]
    for low, high in pairwise(ends):
        inside = between(low, high)
        assert compare_points(low, rational_point(inside)) == -1 == compare_points(rational_point(inside), high)
        assert value_at(product, inside) != 0
    # An independent count: every sign change on a fine grid has a root between its two points.
    grid = [Fraction(number, 7) for number in range(-140, 141)]
    changes = sum(value_at(product, one) * value_at(product, other) < 0 for one, other in pairwise(grid))
    assert changes <= len(roots)
