"""Inequalities between polynomials as people write them: what is added on each side of the sign, nothing subtracted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from math import gcd, lcm

from negotiation.boundaries.symbolic import SpaceField
from negotiation.exact.real_points import Polynomial
from negotiation.scenario.formula_fields import Quotient

__all__ = ["inequality", "quotient_text", "solved_for", "without_positive_factors"]

Terms = list[tuple[Fraction, tuple[int, ...]]]


def inequality(positive: Quotient, space: SpaceField) -> str:
    """Return the text of ``positive > 0`` with only sums on both sides, multiplied by a denominator of known sign."""
    polynomial = positive.top if space.sign_of(positive.bottom) > 0 else -positive.top
    terms = _whole(_terms(polynomial))
    left = [(number, powers) for number, powers in terms if number > 0]
    right = [(-number, powers) for number, powers in terms if number < 0]
    return f"{_sum(left, space.names)} > {_sum(right, space.names)}"


def solved_for(positive: Quotient, space: SpaceField, axis: str) -> str:
    """Return the text of ``positive > 0`` solved for a parameter, empty where it is not affine in it."""
    place = space.names.index(axis)
    terms = _whole(_terms(positive.top))
    if max((powers[place] for _, powers in terms), default=0) != 1 or _depends(positive.bottom, place):
        return ""
    sign = ">" if space.sign_of(positive.top.derivative(place)) * space.sign_of(positive.bottom) > 0 else "<"
    slope = [(number, _without(powers, place)) for number, powers in terms if powers[place]]
    rest = [(-number, powers) for number, powers in terms if not powers[place]]
    if all(number < 0 for number, _ in slope):
        slope, rest = _negative(slope), _negative(rest)
    return f"{axis} {sign} {_quotient(rest, slope, space.names)}"


def quotient_text(value: Quotient, axis: str) -> str:
    """Return the text of a quotient of polynomials in one variable, with whole coefficients where it is no short sum."""
    top, bottom = _powers(value.top), _powers(value.bottom)
    if len(bottom) == 1 and not any(bottom[0][1]) and all(_is_decimal(number / bottom[0][0]) for number, _ in top):
        return _quotient(top, bottom, (axis,))
    scale = Fraction(lcm(*(number.denominator for number, _ in (*top, *bottom))), 1)
    scale = scale / gcd(*(int(number * scale) for number, _ in (*top, *bottom)))
    # The denominator begins with a plus where it can.
    scale = -scale if bottom[-1][0] < 0 else scale
    scaled: list[Terms] = [[(number * scale, powers) for number, powers in part] for part in (top, bottom)]
    return _quotient(scaled[0], scaled[1], (axis,))


def _powers(polynomial: Polynomial) -> Terms:
    """Return the terms of a polynomial in one variable, lowest power first."""
    return [(Fraction(int(number.p), int(number.q)), (power,)) for power, number in enumerate(polynomial.coeffs()) if number]


def without_positive_factors(value: Quotient, positive: Collection[str], space: SpaceField) -> Quotient:
    """Return a quotient divided by those parameters that are a factor of it and cannot be negative: its sign stays, unless they are 0."""
    top = value.top
    for name, generator in zip(space.names, top.context().gens(), strict=False):
        while name in positive and top and not top % generator:
            top = top // generator
    return Quotient(top, value.bottom)


def _negative(terms: Terms) -> Terms:
    return [(-number, powers) for number, powers in terms]


def _quotient(top: Terms, bottom: Terms, names: Sequence[str]) -> str:
    """Return the text of a quotient, divided out where the denominator is a number and that gives short decimals."""
    if len(bottom) == 1 and not any(bottom[0][1]):
        divided = [(number / bottom[0][0], powers) for number, powers in top]
        if all(_is_decimal(number) for number, _ in divided):
            return _sum(divided, names)
    return f"{_bracketed(_sum(top, names))} / {_bracketed(_sum(bottom, names), product=True)}"


def _terms(polynomial: Polynomial) -> Terms:
    return [(Fraction(int(number.p), int(number.q)), tuple(map(int, powers))) for powers, number in polynomial.to_dict().items()]


def _whole(terms: Terms) -> Terms:
    """Return the terms divided by what they share, or multiplied to whole numbers where they are no short decimals."""
    shared = min((abs(number) for number, _ in terms), default=Fraction(1))
    if all((number / shared).denominator == 1 for number, _ in terms):
        return [(number / shared, powers) for number, powers in terms]
    if all(_is_decimal(number) for number, _ in terms):
        return terms
    scale = lcm(*(number.denominator for number, _ in terms))
    return [(number * scale, powers) for number, powers in terms]


def _is_decimal(number: Fraction) -> bool:
    return "e" not in (text := f"{float(number):.12g}") and Fraction(text) == number


def _depends(polynomial: Polynomial, place: int) -> bool:
    return any(powers[place] for _, powers in _terms(polynomial))


def _without(powers: tuple[int, ...], place: int) -> tuple[int, ...]:
    return (*powers[:place], 0, *powers[place + 1 :])


def _sum(terms: Terms, names: Sequence[str]) -> str:
    """Return a sum, what is added before what is subtracted."""
    ordered = sorted(terms, key=lambda term: (term[0] < 0, not any(term[1]), [-power for power in term[1]]))
    text = "".join(_signed(number, powers, names, first=not place) for place, (number, powers) in enumerate(ordered))
    return text or "0"


def _signed(number: Fraction, powers: Sequence[int], names: Sequence[str], *, first: bool) -> str:
    sign = ("-" if first else " - ") if number < 0 else "" if first else " + "
    return sign + " * ".join(_factors(abs(number), powers, names))


def _factors(number: Fraction, powers: Sequence[int], names: Sequence[str]) -> Iterator[str]:
    if number != 1 or not any(powers):
        yield _decimal(number)
    for name, power in zip(names, powers, strict=False):
        if power:
            yield name if power == 1 else f"{name}**{power}"


def _decimal(number: Fraction) -> str:
    """Return a number as a short decimal where it is one, else as a quotient in brackets."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.12g}" if _is_decimal(number) else f"({number})"


def _bracketed(text: str, *, product: bool = False) -> str:
    return f"({text})" if " + " in text or " - " in text or (product and " * " in text) else text
