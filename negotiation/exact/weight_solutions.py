"""The solutions of conditions on unknown weights: in parts that do not depend on one another, each a cone.

Where the products of unknowns can have any positive values independently of one another, the conditions are linear and the
extreme rays are all that there is to know. Where they cannot, weights that the linear conditions determine are put in;
what is then still not linear is refuted by taking its products as if they were independent, or left undecided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import chain

from negotiation.exact.trembles import Monomial, Polynomial, Weights
from negotiation.exact.weight_systems import ONE, Demand, WeightSystem, shares

__all__ = ["Answer", "Status", "solve_weights"]


class Status(Enum):
    """What is known of the solutions of a system."""

    SOLVED = "solved"
    IMPOSSIBLE = "impossible"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a system: its parts if it is solved, and its demands in the form in which that was found."""

    status: Status
    parts: tuple[WeightSystem, ...] = ()
    demands: tuple[Demand, ...] = ()


@dataclass(frozen=True, eq=False)
class _System:
    """Demands, the equations of mixed actions and known weights, and the unknowns that may be zero."""

    demands: tuple[Demand, ...]
    equations: tuple[Polynomial, ...]
    loose: frozenset[int]

    @property
    def zero(self) -> list[Polynomial]:
        """What has to be zero."""
        return [*self.equations, *chain.from_iterable(demand.zero for demand in self.demands)]

    @property
    def positive(self) -> list[Polynomial]:
        """What has to be at least zero."""
        return list(chain.from_iterable(demand.positive for demand in self.demands))

    @property
    def products(self) -> set[Monomial]:
        """All products that take part."""
        return set(chain(chain.from_iterable(self.equations), _products(self.demands)))

    def must_be_positive(self, product: Monomial) -> bool:
        """Whether a product may not be zero."""
        return not self.loose.intersection(product)


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
    start = tuple(demand.lowered() for demand in demands)
    asked, taking_part = _counted_once(start, weights), set(mixed)
    while True:
        equations = [*_shares_alone(taking_part.union(known, *_products(asked)), weights), *_fixed(known)]
        system = _System(asked, tuple(equations), loose)
        if _is_linear(system):
            parts = _parts(system)
            return Answer(Status.IMPOSSIBLE) if parts is None else Answer(Status.SOLVED, parts, asked)
        found = _determined(system)
        if found is None or any(value <= 0 and move not in loose for move, value in found.items()):
            return Answer(Status.IMPOSSIBLE)
        if found.keys() <= known.keys():
            return Answer(Status.IMPOSSIBLE) if _is_refuted(system, weights) else Answer(Status.UNDECIDED, (), start)
        known |= found
        asked = tuple(demand.settled(known) for demand in asked)


def _counted_once(demands: tuple[Demand, ...], weights: Weights) -> tuple[Demand, ...]:
    """Return demands in a form in which payoffs that add up what several players do are linear."""
    if max(map(len, _products(demands)), default=0) <= 1:
        return demands
    return tuple(demand.without_last(weights) for demand in demands)


def _shares_alone(moves: Iterable[int], weights: Weights) -> list[Polynomial]:
    return shares([(move,) for move in sorted(moves)], weights)


def _products(demands: Iterable[Demand]) -> set[Monomial]:
    return {product for demand in demands for row in demand.rows for product in row}


def _fixed(known: Mapping[int, Fraction]) -> list[Polynomial]:
    return [{(move,): 1, ONE: -value} for move, value in known.items()]


def _is_linear(system: _System) -> bool:
    """Whether the products can have any positive values: their exponents are linearly independent."""
    products = system.products - {ONE}
    several = [product for product in products if len(product) > 1]
    if not several:
        return True
    moves = sorted({move for product in products for move in product})
    rows = [[Fraction(Counter(product)[move]) for move in moves] for product in products]
    return all(map(system.must_be_positive, several)) and _rank(rows) == len(rows)


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


def _parts(system: _System) -> tuple[WeightSystem, ...] | None:
    """Return the systems into which linear conditions fall apart, None if one of them has no solution."""
    zero, positive = system.zero, system.positive
    reached = [_sum(demand.reaches) for demand in system.demands]
    if any(row.keys() == {ONE} for row in zero) or any(row.keys() == {ONE} and row[ONE] < 0 for row in positive):
        return None
    parts = []
    for products in _connected([*zero, *positive, *reached]):
        part = _part(products, zero, positive)
        needed = {product for product in part.products if len(product) != 1 or system.must_be_positive(product)}
        if not needed <= part.possible or not all(part.can_be_positive(row) for row in _touching(reached, products)):
            return None
        parts.append(part)
    return tuple(parts)


def _part(products: set[Monomial], zero: Iterable[Polynomial], positive: Iterable[Polynomial]) -> WeightSystem:
    """Return the system of the conditions on some products, which depend on no others but ONE."""
    return WeightSystem.solved(_touching(zero, products), _touching(positive, products), extra=products)


def _touching(rows: Iterable[Polynomial], products: set[Monomial]) -> list[Polynomial]:
    return [row for row in rows if row.keys() & products]


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
            touching = [products for products in found if products & joined]
            found = [products for products in found if not products & joined]
            found.append(joined.union(*touching))
    return found


def _determined(system: _System) -> dict[int, Fraction] | None:
    """Return the unknowns that the linear conditions fix, None if these have no solution."""
    zero = [row for row in system.zero if max(map(len, row), default=0) <= 1]
    positive = [row for row in system.positive if max(map(len, row), default=0) <= 1]
    found: dict[int, Fraction] = {}
    for products in _connected([*zero, *positive]):
        part = _part(products, zero, positive)
        if ONE not in part.products:
            continue
        if ONE not in part.possible:
            return None
        found |= {product[0]: value for product in products if (value := _only_value(part, product)) is not None}
    return found


def _only_value(part: WeightSystem, product: Monomial) -> Fraction | None:
    """Return the one value that a product has in a part (where ONE is one), None if it can have several."""
    place, one = part.products.index(product), part.products.index(ONE)
    if any(ray[place] and not ray[one] for ray in part.rays):
        return None
    values = {Fraction(ray[place], ray[one]) for ray in part.rays if ray[one]}
    return values.pop() if len(values) == 1 else None


def _is_refuted(system: _System, weights: Weights) -> bool:
    """Whether the conditions have no solution even if their products are independent of one another."""
    products = {ONE, *_products(system.demands)}
    whole = WeightSystem.solved([*system.zero, *shares(products, weights)], system.positive, extra=products)
    return any(product not in whole.possible for product in whole.products if system.must_be_positive(product))
