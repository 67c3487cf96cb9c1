"""Conditions on products of unknown weights, solved by the extreme rays of the cones that they cut out.

Where the products can have any positive values independently of one another, the conditions are linear and the rays are
all that there is to know. Where they cannot, weights that the linear conditions determine are put in; what is then still
not linear is refuted by taking its products as if they were independent, or left undecided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property

from negotiation.exact.cones import Exact, Ray, extreme_rays
from negotiation.exact.trembles import Monomial, Polynomial, Weights

__all__ = ["ONE", "Answer", "Demand", "Status", "WeightSystem", "lowered", "shares", "solve_weights"]

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

    def settled(self, known: dict[int, Fraction]) -> Demand:
        """Return the demand with the values of some unknowns put in."""
        return self._with([_settled(row, known) for row in self.rows]).lowered()

    def _with(self, rows: Sequence[Polynomial]) -> Demand:
        one, two = len(self.reaches), len(self.reaches) + len(self.zero)
        return Demand(self.place, tuple(rows[:one]), tuple(rows[one:two]), tuple(rows[two:]))


class Status(Enum):
    """What is known of the solutions of a system."""

    SOLVED = "solved"
    IMPOSSIBLE = "impossible"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a system: its parts if it is solved, and its demands in the form in which they were solved."""

    status: Status
    parts: tuple[WeightSystem, ...] = ()
    demands: tuple[Demand, ...] = ()


def solve_weights(demands: Sequence[Demand], weights: Weights, mixed: Iterable[int], loose: frozenset[int]) -> Answer:
    """Return all weights that satisfy the demands.

    Parameters
    ----------
    demands : sequence of Demand
    weights : Weights
    mixed : unknowns
        Mixed actions, which take part even if no demand depends on them.
    loose : frozenset of int
        Unknowns that may be zero; all others have to be positive.
    """
    known: dict[int, Fraction] = {}
    asked = [demand.lowered() for demand in demands]
    start = set(mixed)
    while True:
        products = {product for demand in asked for row in demand.rows for product in row}
        alone = [(move,) for move in sorted(start.union(known, *products))]
        equations = [*shares(alone, weights), *_fixed(known)]
        if _are_independent(products.union(*equations), loose):
            parts = _parts(asked, equations, loose)
            return Answer(Status.IMPOSSIBLE) if parts is None else Answer(Status.SOLVED, tuple(parts), tuple(asked))
        found = _determined(asked, equations)
        if found is None or any(value <= 0 for move, value in found.items() if move not in loose):
            return Answer(Status.IMPOSSIBLE)
        if found.keys() <= known.keys():
            refuted = _is_refuted(asked, [*equations, *shares(products, weights)], loose)
            return Answer(Status.IMPOSSIBLE if refuted else Status.UNDECIDED)
        known |= found
        asked = [demand.settled(known) for demand in asked]


def _fixed(known: Mapping[int, Fraction]) -> Iterator[Polynomial]:
    for move, value in known.items():
        yield {(move,): 1, ONE: -value}


def _are_independent(products: set[Monomial], loose: frozenset[int]) -> bool:
    """Whether the products can have any positive values: their exponents are linearly independent."""
    several = [product for product in products if len(product) > 1]
    if not several:
        return True
    if any(loose & {*product} for product in several):
        return False
    rows = [Counter(product) for product in products if product]
    return _rank([[Fraction(row[move]) for move in sorted({move for row in rows for move in row})] for row in rows]) == len(rows)


def _rank(rows: list[list[Fraction]]) -> int:
    rank = 0
    for column in range(len(rows[0])):
        pivot = next((number for number in range(rank, len(rows)) if rows[number][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for number in range(rank + 1, len(rows)):
            ratio = rows[number][column] / rows[rank][column]
            rows[number] = [a - ratio * b for a, b in zip(rows[number], rows[rank], strict=True)]
        rank += 1
    return rank


def _parts(demands: Sequence[Demand], equations: Sequence[Polynomial], loose: frozenset[int]) -> list[WeightSystem] | None:
    """Return the systems into which the conditions fall apart, None if one of them has no solution."""
    zero = [*equations, *(row for demand in demands for row in demand.zero)]
    positive = [row for demand in demands for row in demand.positive]
    reached = [_sum(demand.reaches) for demand in demands]
    if any(min(row[ONE], 0) for row in positive if row.keys() == {ONE}) or any(row.keys() == {ONE} for row in zero):
        return None
    parts = []
    for products in _connected([*zero, *positive, *reached]):
        touching = [[row for row in rows if row.keys() & products] for rows in (zero, positive, reached)]
        extra = products | ({ONE} if any(ONE in row for rows in touching for row in rows) else set())
        part = WeightSystem.solved(touching[0], touching[1], extra=extra)
        wanted = {product for product in part.products if not (len(product) == 1 and product[0] in loose)}
        if not wanted <= part.possible or not all(part.can_be_positive(row) for row in touching[2]):
            return None
        parts.append(part)
    return parts


def _sum(rows: Iterable[Polynomial]) -> Polynomial:
    total: Polynomial = {}
    for row in rows:
        for product, coefficient in row.items():
            total[product] = total.get(product, 0) + coefficient
    return total


def _connected(rows: Iterable[Polynomial]) -> list[set[Monomial]]:
    """Return the sets of products, other than ONE, that rows connect."""
    found: list[set[Monomial]] = []
    for row in rows:
        joined = set(row) - {ONE}
        if joined:
            apart = [products for products in found if not products & joined]
            joined.update(*(products for products in found if products & joined))
            found = [*apart, joined]
    return found


def _determined(demands: Sequence[Demand], equations: Sequence[Polynomial]) -> dict[int, Fraction] | None:
    """Return the unknowns that the linear conditions fix, None if these have no solution."""
    zero = [row for row in (*equations, *(row for demand in demands for row in demand.zero)) if _is_linear(row)]
    positive = [row for demand in demands for row in demand.positive if _is_linear(row)]
    found: dict[int, Fraction] = {}
    for products in _connected([*zero, *positive]):
        near = [[row for row in rows if row.keys() & products] for rows in (zero, positive)]
        if not any(ONE in row for rows in near for row in rows):
            continue
        system = WeightSystem.solved(*near, extra={*products, ONE})
        if ONE not in system.possible:
            return None
        one = system.products.index(ONE)
        for place, product in enumerate(system.products):
            ratios = {Fraction(ray[place], ray[one]) if ray[one] else None for ray in system.rays if ray[one] or ray[place]}
            if product != ONE and len(ratios) == 1 and (ratio := ratios.pop()) is not None:
                found[product[0]] = ratio
    return found


def _is_linear(row: Polynomial) -> bool:
    return all(len(product) <= 1 for product in row)


def _is_refuted(demands: Sequence[Demand], equations: Sequence[Polynomial], loose: frozenset[int]) -> bool:
    """Whether the conditions have no solution even if their products are independent of one another."""
    zero = [*equations, *(row for demand in demands for row in demand.zero)]
    positive = [row for demand in demands for row in demand.positive]
    reached = [product for demand in demands for row in demand.reaches for product in row]
    system = WeightSystem.solved(zero, positive, extra=[ONE, *reached])
    return any(product not in system.possible for product in system.products if not loose & {*product})


def _settled(row: Polynomial, known: dict[int, Fraction]) -> Polynomial:
    found: Polynomial = {}
    for product, coefficient in row.items():
        for move in product:
            coefficient *= known.get(move, 1)
        rest = tuple(move for move in product if move not in known)
        found[rest] = found.get(rest, 0) + coefficient
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
