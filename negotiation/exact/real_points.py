"""Points of a line, exactly: rationals, and roots of polynomials that no rational is.

A real root is held as its minimal polynomial over the rationals and an interval with rational ends in which it is the only
root of it. So the sign of any polynomial there can be decided, never guessed: it is zero exactly if the minimal polynomial
divides it; else the interval is halved until the polynomial has no root in it. Roots are isolated by Sturm sequences.

References
----------
Sturm (1829), Bulletin des Sciences de Ferussac 11, 419-425. Cohen (1993), A Course in Computational Algebraic Number Theory,
section 4.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise
from typing import Any, TypeAlias

from flint import fmpq

from negotiation.exact.certified_roots import simplest_between

__all__ = ["Polynomial", "RealPoint", "between", "compare_points", "rational_point", "roots_between", "sign_at", "value_at"]

#: A polynomial with rational coefficients (flint's ``fmpq_poly``, which has no type information).
Polynomial: TypeAlias = Any

#: Roots are bracketed at least as closely as this, so that the middle of the bracket is right in double precision.
BRACKET = Fraction(1, 2**64)


@dataclass(frozen=True, slots=True, eq=False)
class RealPoint:
    """A real number: ``low`` where ``minimal`` is None, else the only root of ``minimal`` strictly between ``low`` and ``high``."""

    low: Fraction
    high: Fraction
    minimal: Polynomial | None = None

    @property
    def exact(self) -> Fraction | None:
        """The number where it is rational, else None."""
        return self.low if self.minimal is None else None

    def __float__(self) -> float:
        """Return the nearest double."""
        return float((self.low + self.high) / 2)


def rational_point(value: Fraction) -> RealPoint:
    """Return a rational as a point."""
    return RealPoint(value, value)


def value_at(polynomial: Polynomial, value: Fraction) -> Fraction:
    """Return the value of a polynomial at a rational."""
    found = polynomial(fmpq(value.numerator, value.denominator))
    return Fraction(int(found.p), int(found.q))


def sign_at(polynomial: Polynomial, point: RealPoint) -> int:
    """Return the sign (-1, 0 or 1) of a polynomial at a point, decided exactly."""
    if point.minimal is None:
        return _sign(value_at(polynomial, point.low))
    if not polynomial or not polynomial % point.minimal:
        return 0
    chain = _sturm_chain(polynomial)
    while _count(chain, point.low, point.high) or not value_at(polynomial, point.low):
        point = _halved(point)
    return _sign(value_at(polynomial, point.high))


def roots_between(polynomial: Polynomial, low: Fraction, high: Fraction) -> tuple[RealPoint, ...]:
    """Return the real roots of a polynomial other than 0 in a closed interval, in order, each once."""
    found: list[RealPoint] = []
    for factor, _ in polynomial.factor()[1]:
        if factor.degree() == 1:
            root = -Fraction(int(factor[0].p), int(factor[0].q)) / Fraction(int(factor[1].p), int(factor[1].q))
            found += [rational_point(root)] if low <= root <= high else []
        elif factor.degree() > 1:
            found += _isolated(factor, low, high)
    return tuple(sorted(found, key=cmp_to_key(compare_points)))


def compare_points(one: RealPoint, other: RealPoint) -> int:
    """Return -1, 0 or 1 as one point lies before, at or after the other."""
    if one.minimal is None and other.minimal is None:
        return _sign(one.low - other.low)
    if one.minimal is None or other.minimal is None:
        rational, root = (one, other) if one.minimal is None else (other, one)
        # A root that no rational is equals none, so halving ends.
        while root.low < rational.low < root.high:
            root = _halved(root)
        before = rational.low <= root.low
        return -1 if before == (rational is one) else 1
    if one.minimal == other.minimal and _same_root(one, other):
        return 0
    while one.low < other.high and other.low < one.high:
        one, other = _halved(one), _halved(other)
    return -1 if one.high <= other.low else 1


def between(one: RealPoint, other: RealPoint) -> Fraction:
    """Return a simple rational strictly between two points, the first before the second, away from both."""
    while other.low <= one.high:
        one, other = _halved(one), _halved(other)
    third = (other.low - one.high) / 3
    return simplest_between(one.high + third, other.low - third)


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _same_root(one: RealPoint, other: RealPoint) -> bool:
    low, high = max(one.low, other.low), min(one.high, other.high)
    return low < high and _count(_sturm_chain(one.minimal), low, high) == 1


def _halved(point: RealPoint) -> RealPoint:
    """Return the same point in half the interval."""
    if point.minimal is None:
        return point
    middle = (point.low + point.high) / 2
    # The root is simple, so the polynomial has different signs at the two ends, and none of them is 0.
    if _sign(value_at(point.minimal, middle)) == _sign(value_at(point.minimal, point.low)):
        return RealPoint(middle, point.high, point.minimal)
    return RealPoint(point.low, middle, point.minimal)


def _isolated(factor: Polynomial, low: Fraction, high: Fraction) -> Iterator[RealPoint]:
    """Yield the roots of an irreducible polynomial of degree two or more, each in a narrow interval."""
    chain, stack = _sturm_chain(factor), [(low, high)]
    while stack:
        left, right = stack.pop()
        count = _count(chain, left, right)
        if count == 1:
            point = RealPoint(left, right, factor)
            while point.high - point.low > BRACKET:
                point = _halved(point)
            yield point
        elif count > 1:
            middle = (left + right) / 2
            stack += [(left, middle), (middle, right)]


def _sturm_chain(polynomial: Polynomial) -> tuple[Polynomial, ...]:
    """Return the Sturm sequence of the polynomial without its multiple roots."""
    single = polynomial // polynomial.gcd(polynomial.derivative()) if polynomial.degree() > 0 else polynomial
    chain = [single, single.derivative()]
    while chain[-1]:
        chain.append(-(chain[-2] % chain[-1]))
    return tuple(chain[:-1])


def _count(chain: Sequence[Polynomial], low: Fraction, high: Fraction) -> int:
    """Return the number of different roots above ``low`` and up to ``high``."""
    return _changes(chain, low) - _changes(chain, high)


def _changes(chain: Sequence[Polynomial], value: Fraction) -> int:
    signs = [sign for polynomial in chain if (sign := _sign(value_at(polynomial, value)))]
    return sum(one != other for one, other in pairwise(signs))
