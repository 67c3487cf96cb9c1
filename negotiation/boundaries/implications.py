"""What inequalities follow from others where every parameter lies in its declared range.

An inequality is a polynomial that is to be positive. It follows from others if it exceeds some sum of them, each times a number
of at least 0, everywhere in the box of ranges (for affine inequalities that is also necessary: the lemma of Farkas). The numbers
come from a linear programme in which each product of parameters counts as a variable of its own; they are then taken as
rationals, and the bound is recomputed exactly, so rounding cannot make an inequality follow that does not.

"Follows" leaves out the edge: an inequality that can fail by equality alone counts as following.

References
----------
Farkas (1902), Journal fuer die reine und angewandte Mathematik 124, 1-27.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.exact.real_points import Polynomial

__all__ = ["Box", "Ranges", "Terms", "least", "terms_of"]

#: A polynomial by monomial (the power of each parameter) and coefficient.
Terms: TypeAlias = Mapping[tuple[int, ...], Fraction]

#: The declared range of each parameter, in the order of the powers.
Box: TypeAlias = Sequence[tuple[Fraction, Fraction]]

#: With more parameters than this a bound looks at each monomial alone, which is never wrong but may be too low.
MOST_CORNERS = 8

#: Multipliers are taken as rationals with denominators up to here: payoffs are sums of few terms with small coefficients.
LARGEST_DENOMINATOR = 64

#: So many points are drawn to see that something does not follow; more find little more.
SAMPLES = 2_000

#: A sample counts as a failure when it fails by more than double precision could explain.
CLEARLY = 1e-9


def terms_of(polynomial: Polynomial) -> Terms:
    """Return a polynomial by its monomials."""
    return {tuple(map(int, powers)): Fraction(int(number.p), int(number.q)) for powers, number in polynomial.to_dict().items()}


class Ranges:
    """The box of declared ranges, with points drawn in it: what fails at one of them needs no proof to be looked for."""

    def __init__(self, box: Box) -> None:
        self.box = box
        draws = np.random.default_rng(0).random((SAMPLES, len(box)))
        low, high = (np.array([float(ends[place]) for ends in box]) for place in (0, 1))
        self._points = low + (high - low) * draws
        self._values: dict[frozenset[tuple[tuple[int, ...], Fraction]], NDArray[np.float64]] = {}
        self._known: dict[tuple[object, frozenset[object]], bool] = {}

    def follows(self, wanted: Terms, given: Sequence[Terms]) -> bool:
        """Return whether it is proved that ``wanted`` is at least 0 in the box wherever all of ``given`` are.

        True is certain; False says that no proof of this kind was found.
        """
        key = frozenset(wanted.items()), frozenset(frozenset(each.items()) for each in given)
        if key not in self._known:
            self._known[key] = not self._fails_at_a_sample(wanted, given) and _is_proved(wanted, [each for each in given if each], self.box)
        return self._known[key]

    def _fails_at_a_sample(self, wanted: Terms, given: Sequence[Terms]) -> bool:
        inside = np.ones(SAMPLES, dtype=bool)
        for each in given:
            inside &= self._at_samples(each) > 0
        return bool((self._at_samples(wanted)[inside] < -CLEARLY).any())

    def _at_samples(self, terms: Terms) -> NDArray[np.float64]:
        key = frozenset(terms.items())
        if key not in self._values:
            total = np.zeros(SAMPLES)
            for powers, number in terms.items():
                total += float(number) * np.prod(self._points ** np.array(powers, dtype=float), axis=1)
            self._values[key] = total
        return self._values[key]


def _is_proved(wanted: Terms, given: Sequence[Terms], box: Box) -> bool:
    return least(wanted, box) >= 0 or any(
        least(_less(wanted, given, multipliers), box) >= 0 for multipliers in _multipliers(wanted, given, box)
    )


def _less(wanted: Terms, given: Sequence[Terms], multipliers: Sequence[Fraction]) -> Terms:
    """Return a polynomial less the sum of others, each times its multiplier."""
    rest = dict(wanted)
    for number, each in zip(multipliers, given, strict=True):
        for powers, coefficient in each.items():
            rest[powers] = rest.get(powers, Fraction(0)) - number * coefficient
    return {powers: number for powers, number in rest.items() if number}


def least(terms: Terms, box: Box) -> Fraction:
    """Return a lower bound in the box, the least value itself where no parameter has a power above one and there are few."""
    by_monomials = sum((min(number * end for end in _monomial_bounds(powers, box)) for powers, number in terms.items()), Fraction(0))
    used = [place for place in range(len(box)) if any(powers[place] for powers in terms)]
    is_affine = all(sum(powers) <= 1 for powers in terms)
    is_multilinear = max((max(powers, default=0) for powers in terms), default=0) <= 1
    if is_affine or by_monomials >= 0 or len(used) > MOST_CORNERS or not is_multilinear:
        return by_monomials
    # Affine in each parameter, so the least value is at a corner.
    return min(_at_corner(terms, dict(zip(used, corner, strict=True))) for corner in product(*(box[place] for place in used)))


def _at_corner(terms: Terms, corner: Mapping[int, Fraction]) -> Fraction:
    return sum((number * prod(value for place, value in corner.items() if powers[place]) for powers, number in terms.items()), Fraction(0))


def _monomial_bounds(powers: Sequence[int], box: Box) -> tuple[Fraction, Fraction]:
    low = high = Fraction(1)
    for power, (least_value, most) in zip(powers, box, strict=True):
        ends = [least_value**power, most**power] + ([Fraction(0)] if power and power % 2 == 0 and least_value < 0 < most else [])
        corners = [one * other for one in (low, high) for other in (min(ends), max(ends))] if power else [low, high]
        low, high = min(corners), max(corners)
    return low, high


def _multipliers(wanted: Terms, given: Sequence[Terms], box: Box) -> Iterator[tuple[Fraction, ...]]:
    """Yield multipliers that may prove it: each inequality alone, once; and those of a linear programme."""
    for place in range(len(given)):
        yield tuple(Fraction(int(place == other)) for other in range(len(given)))
    found = _by_programme(wanted, given, box) if len(given) > 1 else None
    if found is not None:
        yield found


def _by_programme(wanted: Terms, given: Sequence[Terms], box: Box) -> tuple[Fraction, ...] | None:
    """Return the multipliers at which the bound by monomials is best, None if there is no programme to solve."""
    from scipy.optimize import linprog

    monomials = sorted({powers for each in (wanted, *given) for powers in each if any(powers)})
    if not monomials:
        return None
    bounds = [_monomial_bounds(powers, box) for powers in monomials]
    constant = (0,) * len(box)
    count = len(given)
    # Variables: the multipliers, then for each monomial a lower bound on its term; the sum of all is to be largest.
    objective = np.array([float(each.get(constant, 0)) for each in given] + [-1.0] * len(monomials))
    slopes = np.array([_coefficients(each, monomials) for each in given]).T  # (monomials, given)
    level = _coefficients(wanted, monomials)
    ends = np.array([[float(end) for end in pair] for pair in bounds]).T  # (2, monomials)
    rows = np.vstack([np.hstack([slopes * end[:, None], np.eye(len(monomials))]) for end in ends])
    right = np.concatenate([level * end for end in ends])
    limits = [(0, None)] * count + [(None, None)] * len(monomials)
    done = linprog(objective, A_ub=rows, b_ub=right, bounds=limits, method="highs")
    if done.x is None:
        return None
    return tuple(max(Fraction(0), Fraction(float(number)).limit_denominator(LARGEST_DENOMINATOR)) for number in done.x[:count])


def _coefficients(terms: Terms, monomials: Sequence[tuple[int, ...]]) -> NDArray[np.float64]:
    return np.array([float(terms.get(powers, 0)) for powers in monomials])
