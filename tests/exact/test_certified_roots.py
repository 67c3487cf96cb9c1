"""Roots that are proved: polynomials with known roots, systems, tangencies, jumps; and rationals recognised as such."""

from fractions import Fraction
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.exact.certified_roots import simplest_between, system_roots
from negotiation.exact.enclosure import anything_between, constant

HUNDREDTHS = st.integers(-40, 140).map(lambda n: Fraction(n, 100))
UNIT = st.integers(1, 99).map(lambda n: Fraction(n, 100))


def polynomial(roots):
    return lambda point: [prod((point[0] - root for root in roots[1:]), start=point[0] - roots[0])]


@settings(max_examples=60, deadline=None)
@given(roots=st.lists(HUNDREDTHS, min_size=1, max_size=4, unique=True))
def test_all_rational_roots_of_a_polynomial_are_found_exactly(roots):
    found = system_roots(polynomial(roots), 1)
    assert not found.unresolved
    assert not found.close
    assert {root for (root,) in found.exact} == {root for root in roots if 0 <= root <= 1}


@pytest.mark.parametrize("square", [2, 3, 5, 7])
def test_an_irrational_root_is_bracketed_far_beyond_double_precision(square):
    """The positive root of n x^2 = 1."""
    found = system_roots(lambda point: [point[0] * point[0] * Fraction(square) - Fraction(1)], 1)
    ((root,),) = found.close
    assert abs(root * root * square - 1) < Fraction(1, 2**150)
    assert found.exact == found.unresolved == ()


def test_an_affine_function_is_solved_outright():
    found = system_roots(lambda point: [point[0] * Fraction(10**20 + 1) - Fraction(3)], 1)
    assert found.exact == ((Fraction(3, 10**20 + 1),),)
    assert system_roots(lambda point: [point[0] - point[0] + Fraction(1)], 1).exact == ()
    assert system_roots(lambda point: [point[0] - point[0]], 1).everywhere


def test_a_root_at_which_the_function_only_touches_zero_is_reported_and_left_open():
    """(x - 1/3)^2: the root is found, but bounds cannot show that it is alone."""
    found = system_roots(polynomial([Fraction(1, 3)] * 2), 1)
    assert found.exact == ((Fraction(1, 3),),)
    assert found.unresolved


def test_a_jump_across_zero_is_no_root_and_is_not_dropped():
    def jump(point):
        low, high = constant(Fraction(-1)), constant(Fraction(1))
        x, place = point[0], Fraction(2, 7)
        if isinstance(x, Fraction):
            return [Fraction(1 if x > place else -1)]
        return [low if x.high <= place else high if x.low > place else anything_between(Fraction(-1), Fraction(1), (x,))]

    found = system_roots(jump, 1)
    assert found.exact == found.close == ()
    ((box,),) = found.unresolved
    assert box[0] <= Fraction(2, 7) <= box[1]
    assert box[1] - box[0] < Fraction(1, 10**12)


@settings(max_examples=30, deadline=None)
@given(a=UNIT, b=UNIT)
def test_systems_with_a_rational_root_are_solved_exactly(a, b):
    """x y = a b and x + y^2 = a + b^2; other roots of the pair satisfy it too, and all are proved."""

    def system(point):
        x, y = point
        return [x * y - a * b, x + y * y - (a + b * b)]

    found = system_roots(system, 2)
    if not found.unresolved:  # where both curves touch it is left open
        assert (a, b) in found.exact
    for point in (*found.exact, *found.close):
        assert all(abs(value) < Fraction(1, 2**40) for value in system(point))


def test_a_linear_system_is_solved_outright_and_a_singular_one_is_a_line_or_empty():
    def system(right):
        return lambda point: [point[0] + point[1] - Fraction(1), point[0] * Fraction(2) + point[1] * Fraction(2) - Fraction(right)]

    assert system_roots(lambda point: [point[0] + point[1] - Fraction(1), point[0] - point[1]], 2).exact == ((Fraction(1, 2),) * 2,)
    assert system_roots(system(2), 2).everywhere
    assert not system_roots(system(3), 2).everywhere


@given(low=st.fractions(-3, 3), width=st.fractions(0, 1))
def test_the_simplest_rational_has_the_least_denominator(low, width):
    high = low + width
    found = simplest_between(low, high)
    assert low <= found <= high
    for denominator in range(1, min(found.denominator, 200)):
        assert not -(-low * denominator // 1) <= high * denominator // 1
