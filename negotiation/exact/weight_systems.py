"""Conditions on products of unknown weights, and the extreme rays of the cones that they cut out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from negotiation.exact.cones import Exact, Ray, extreme_rays
from negotiation.exact.trembles import Monomial, Polynomial, Weights

__all__ = ["ONE", "Demand", "WeightSystem", "lowered", "shares"]

#: The product of no unknowns.
ONE: Monomial = ()


@dataclass(frozen=True, eq=False)
class WeightSystem:
    """Products of unknown weights, and the extreme rays of all values that they can have together."""

    products: tuple[Monomial, ...]
    rays: tuple[Ray, ...]

    @classmethod
    def solved(cls, zero: Iterable[Polynomial], positive: Iterable[Polynomial], *, extra: Iterable[Monomial] = ()) -> WeightSystem:
        """Return the system in which some polynomials are zero and others at least zero; ``extra`` products take part too."""
        equal, atleast = list(zero), list(positive)
        products = tuple(sorted({*extra, *(product for polynomial in (*equal, *atleast) for product in polynomial)}))
        equal_rows = [[row.get(product, 0) for product in products] for row in equal]
        atleast_rows = [[row.get(product, 0) for product in products] for row in atleast]
        return cls(products, tuple(extreme_rays(len(products), equal_rows, atleast_rows)))

    @cached_property
    def possible(self) -> frozenset[Monomial]:
        """The products that can be positive (then all of them can be together)."""
        return frozenset(product for place, product in enumerate(self.products) if any(ray[place] for ray in self.rays))

    def value(self, polynomial: Polynomial, ray: Ray) -> Exact:
        """Return a polynomial's value at a ray; products that take no part here count as zero."""
        known = dict(zip(self.products, ray, strict=True))
        return sum((coefficient * known.get(product, 0) for product, coefficient in polynomial.items()), 0)

    def can_be_positive(self, polynomial: Polynomial) -> bool:
        """Whether some ray makes a polynomial positive."""
        return any(self.value(polynomial, ray) > 0 for ray in self.rays)


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of the weights at one information set.

    Parameters
    ----------
    place : int
    reaches : tuple of Polynomial
        The weight of each node that gets any; together they have to be positive.
    zero, positive : tuples of Polynomial
        What has to be zero, and what at least zero.
    """

    place: int
    reaches: tuple[Polynomial, ...]
    zero: tuple[Polynomial, ...]
    positive: tuple[Polynomial, ...]

    @property
    def rows(self) -> tuple[Polynomial, ...]:
        """All polynomials."""
        return (*self.reaches, *self.zero, *self.positive)

    def lowered(self) -> Demand:
        """Return the demand without the unknowns that all its products have."""
        return self._with(lowered(self.rows))

    def without_last(self, weights: Weights) -> Demand:
        """Return the demand with the last of the actions mixed at each information set expressed by the others."""
        return self._with([_without_last(row, weights) for row in self.rows]).lowered()

    def settled(self, known: Mapping[int, Fraction]) -> Demand:
        """Return the demand with the values of some unknowns put in."""
        return self._with([_settled(row, known) for row in self.rows]).lowered()

    def _with(self, rows: Sequence[Polynomial]) -> Demand:
        one, two = len(self.reaches), len(self.reaches) + len(self.zero)
        return Demand(self.place, tuple(rows[:one]), tuple(rows[one:two]), tuple(rows[two:]))


def _settled(row: Polynomial, known: Mapping[int, Fraction]) -> Polynomial:
    found: Polynomial = {}
    for product, coefficient in row.items():
        for move in product:
            coefficient *= known.get(move, 1)
        rest = tuple(move for move in product if move not in known)
        found[rest] = found.get(rest, 0) + coefficient
    return {product: coefficient for product, coefficient in found.items() if coefficient}


def _without_last(row: Polynomial, weights: Weights) -> Polynomial:
    found: Polynomial = {}
    waiting = list(row.items())
    while waiting:
        product, coefficient = waiting.pop()
        move = next((move for move in product if move in weights.splits and weights.splits[move].moves[-1] == move), None)
        if move is None:
            found[product] = found.get(product, 0) + coefficient
            continue
        split, rest = weights.splits[move], list(product)
        rest.remove(move)
        waiting.append((tuple(sorted((*rest, *split.shared))), coefficient))
        waiting += [(tuple(sorted((*rest, other))), -coefficient) for other in split.moves[:-1]]
    return {product: coefficient for product, coefficient in found.items() if coefficient}


def shares(products: Iterable[Monomial], weights: Weights) -> list[Polynomial]:
    """Return what mixed actions add: at each information set the weights of its actions sum to the weight before it.

    Each equation is multiplied by whatever the products multiply an action's weight with, until no new product appears.
    """
    waiting, seen = list(products), set[Monomial]()
    found: dict[tuple[int, Monomial], Polynomial] = {}
    while waiting:
        product = waiting.pop()
        if product in seen:
            continue
        seen.add(product)
        for unknown in product:
            split = weights.splits.get(unknown)
            if split is None:
                continue
            rest = list(product)
            rest.remove(unknown)
            equation: Polynomial = {tuple(sorted((*rest, action))): 1 for action in split.moves}
            equation[tuple(sorted((*rest, *split.shared)))] = -1
            if (split.place, tuple(rest)) not in found:
                found[split.place, tuple(rest)] = equation
                waiting.extend(equation)
    return list(found.values())


def lowered(polynomials: Sequence[Polynomial]) -> list[Polynomial]:
    """Return the polynomials divided by the unknowns that every one of their products has."""
    products = [product for polynomial in polynomials for product in polynomial]
    if not products or ONE in products:
        return list(polynomials)
    common = Counter(products[0])
    for product in products[1:]:
        common &= Counter(product)
    if not common:
        return list(polynomials)
    return [{tuple(sorted((Counter(product) - common).elements())): value for product, value in row.items()} for row in polynomials]
