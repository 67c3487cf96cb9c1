"""All solutions of the indifference equations of several mixing players, each proved.

Player ``i`` mixes over ``k_i`` strategies if they are worth the same to him: ``k_i - 1`` equations that are linear in the
mixture of each other player. The unknowns are the weights of all strategies but the first, ``d`` in all.

The unit box is searched by halving. Over a box a multilinear function is extreme at corners, so its exact range is known;
a box in which an equation cannot hold is dropped. The operator of Krawczyk shows of a box, a little enlarged, that it has no
solution or exactly one. What is left when boxes are tiny or many is reported, never dropped. The search is in floats with
margins above their rounding; each solution is then approached in rationals, proved by the theorem of Newton and
Kantorovich, and replaced by the rational with a small denominator next to it if that solves the equations exactly.

References
----------
Krawczyk (1969), Computing 4, 187-201. Kantorovich (1948), Uspekhi Matematicheskikh Nauk 3(6), 89-185.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import SolverError
from negotiation.exact.linear import inverse, solve_linear
from negotiation.games.numbers import ExactArray

__all__ = ["Indifference", "Root", "Solutions", "approached", "solutions"]

_Floats = NDArray[np.float64]

#: A point and how far from it, in each coordinate, the one solution near it can be.
_Start = tuple[list[float], list[float]]

#: More than the rounding of a sum of some hundred products of numbers up to 1, each stored to 1e-16.
ROUNDING = 1e-12

#: Boxes are enlarged by this share of their width (and by ``LEAST_PAD``), so that a solution on a face is inside.
PAD, LEAST_PAD = 0.05, 1e-9

#: Boxes narrower than this that are still undecided hold a solution that is not isolated, or nearly not.
NARROWEST = 1e-6

#: Boxes looked at, and undecided ones found, before the rest counts as undecided (about two seconds for six unknowns).
MAXIMUM_BOXES, MAXIMUM_UNDECIDED = 60_000, 500

#: Boxes looked at together: enough to make the overhead of array operations small.
BATCH = 1024

#: Binary digits to which a solution is approached, one after the other; the last leaves no doubt about signs. Each step of
#: Newton's method doubles the correct ones, so that these many suffice from any start that a box was proved around.
DIGITS, NEWTON_STEPS = (60, 120, 240, 480), 24

#: Where a solution cannot be proved to be alone it is approached by so many steps of Gauss and Newton (each halves the error
#: at worst), from so many starts; it counts if the equations, scaled to 1, hold to this.
STEPS, STARTS, RESIDUAL = 60, 20, 1e-13

#: Rationals that such a solution may be near are tried up to these denominators, within this distance.
DENOMINATORS, NEAR = (60, 1000, 10**6), 1e-6

#: The error that is said of such a solution that is no such rational: what it can gain anybody is far below a regret of 1e-9.
APPROACHED = Fraction(1, 10**12)

#: Rationals with larger denominators are not looked for among the digits of a solution.
LARGEST_DENOMINATOR = 10**40


@dataclass(frozen=True, eq=False)
class Indifference:
    """The equations of mixing players.

    Parameters
    ----------
    sizes : tuple of M int
        Over how many strategies each of them mixes.
    tables : tuple of M ndarrays of int or Fraction
        ``tables[i]`` has shape ``(k_i - 1, *(k_j for each j other than i))``: what a strategy is worth more than the first.
    """

    sizes: tuple[int, ...]
    tables: tuple[ExactArray, ...]

    @cached_property
    def unknowns(self) -> tuple[slice, ...]:
        """Where each player's unknowns stand."""
        ends = np.cumsum([0, *(size - 1 for size in self.sizes)]).tolist()
        return tuple(slice(start, end) for start, end in pairwise(ends))

    @cached_property
    def scaled(self) -> tuple[_Floats, ...]:
        """The tables as floats, each equation divided by its largest number."""
        return tuple(np.stack([_scaled(equation) for equation in table]) for table in self.tables)

    def others(self, player: int) -> list[int]:
        """Return the other players in order."""
        return [other for other in range(len(self.sizes)) if other != player]


@dataclass(frozen=True, slots=True)
class Root:
    """A solution: a mixture for each player, and a bound on its error (0 where it is exact)."""

    mixtures: tuple[tuple[Fraction, ...], ...]
    error: Fraction


@dataclass(frozen=True, slots=True)
class Solutions:
    """All solutions in the unit box if ``undecided`` is empty, else also places where there may be more."""

    roots: tuple[Root, ...]
    undecided: tuple[tuple[float, ...], ...]


def solutions(system: Indifference, *, budget: Budget = UNLIMITED) -> Solutions:
    """Return the solutions of indifference equations in which weights are between 0 and 1.

    Raises
    ------
    SolverError
        If the budget ran out.
    """
    starts, undecided = _isolated(system, budget)
    roots: list[Root] = []
    for start, reach in starts:
        root = _proved(system, start)
        if root is None or not _is_near(root, start, reach):
            undecided.append(start)
        elif all(_distance(root, other) > root.error + other.error for other in roots):
            roots.append(root)
    return Solutions(tuple(roots), tuple(map(tuple, undecided)))


def approached(system: Indifference, starts: Sequence[Sequence[float]]) -> Root | None:
    """Return one solution with positive weights near some points, which need not be isolated; None if none is found."""
    for start in starts[:: max(1, len(starts) // STARTS)]:
        point = np.array(start)
        for _ in range(STEPS):
            value, slope = _linearised(system, point)
            point = point - np.linalg.lstsq(slope, value)[0]
        mixtures = [np.array([1 - point[part].sum(), *point[part]]) for part in system.unknowns]
        if np.abs(_linearised(system, point)[0]).max() < RESIDUAL and min(mixture.min() for mixture in mixtures) > NEAR:
            return _rational_near(system, point) or Root(_mixtures(system, [Fraction(float(x)) for x in point]), APPROACHED)
    return None


def _linearised(system: Indifference, point: _Floats) -> tuple[_Floats, _Floats]:
    """Return the scaled equations and their derivatives at a point, shapes (d,) and (d, d)."""
    value, slope, _ = _expansion(system, point[None], point[None])
    return value[0], slope[0]


def _rational_near(system: Indifference, point: _Floats) -> Root | None:
    """Return the exact solution with small denominators next to a point, None if there is none."""
    for denominator in DENOMINATORS:
        simple = [Fraction(float(coordinate)).limit_denominator(denominator) for coordinate in point]
        distance = max(abs(float(fraction) - coordinate) for fraction, coordinate in zip(simple, point, strict=True))
        if distance < NEAR and not any(_exact_values(system, simple)):
            return Root(_mixtures(system, simple), Fraction(0))
    return None


def _scaled(equation: ExactArray) -> _Floats:
    largest = abs(equation).max()
    return np.array(equation / Fraction(largest) if largest else equation, dtype=np.float64)


def _isolated(system: Indifference, budget: Budget) -> tuple[list[_Start], list[list[float]]]:
    """Return where each solution is that is alone in a box, and the midpoints of undecided boxes."""
    size = system.unknowns[-1].stop
    waiting = [(np.zeros((1, size)), np.ones((1, size)))]
    found: list[_Start] = []
    undecided: list[list[float]] = []
    looked = 0
    while waiting:
        if budget.is_spent:
            raise SolverError("the time ran out")
        low, high = waiting.pop()
        if len(low) > BATCH:
            waiting.append((low[BATCH:], high[BATCH:]))
            low, high = low[:BATCH], high[:BATCH]
        looked += len(low)
        low, high, near = _look(system, low, high)
        found += near
        stuck = (high - low).max(axis=1, initial=0.0) < NARROWEST
        if looked > MAXIMUM_BOXES or len(undecided) > MAXIMUM_UNDECIDED:
            stuck[:] = True
        undecided += ((low + high) / 2)[stuck].tolist()
        low, high = _halves(low[~stuck], high[~stuck])
        if len(low):
            waiting.append((low, high))
    return found, undecided


def _halves(low: _Floats, high: _Floats) -> tuple[_Floats, _Floats]:
    """Return boxes cut in two along their longest sides."""
    rows, longest = np.arange(len(low)), (high - low).argmax(axis=1) if len(low) else np.zeros(0, dtype=int)
    middle = (low[rows, longest] + high[rows, longest]) / 2
    first_high, second_low = high.copy(), low.copy()
    first_high[rows, longest] = second_low[rows, longest] = middle
    return np.concatenate([low, second_low]), np.concatenate([first_high, high])


def _look(system: Indifference, low: _Floats, high: _Floats) -> tuple[_Floats, _Floats, list[_Start]]:
    """Return the boxes that are still undecided, perhaps smaller, and where the solutions of decided ones are."""
    kept = _possible(system, low, high)
    low, high = low[kept], high[kept]
    if not len(low):
        return low, high, []
    pad = PAD * (high - low) + LEAST_PAD
    wide_low, wide_high = low - pad, high + pad
    centre, reach = _krawczyk(system, wide_low, wide_high)
    inside = ((centre - reach > wide_low) & (centre + reach < wide_high)).all(axis=1)
    near = list(zip(centre[inside].tolist(), reach[inside].tolist(), strict=True))
    new_low, new_high = np.maximum(low, centre - reach), np.minimum(high, centre + reach)
    left = ~inside & (new_low <= new_high).all(axis=1)
    return new_low[left], new_high[left], near


def _possible(system: Indifference, low: _Floats, high: _Floats) -> NDArray[np.bool_]:
    """Return in which boxes each equation may hold and weights may sum to one."""
    corners = [_corners(low[:, part], high[:, part]) for part in system.unknowns]
    kept = np.ones(len(low), dtype=bool)
    for player, part in enumerate(system.unknowns):
        kept &= low[:, part].sum(axis=1) <= 1 + ROUNDING
        values = _values(system.scaled[player], [corners[other] for other in system.others(player)])
        kept &= ((values.min(axis=2) <= ROUNDING) & (values.max(axis=2) >= -ROUNDING)).all(axis=1)
    return kept


def _krawczyk(system: Indifference, low: _Floats, high: _Floats) -> tuple[_Floats, _Floats]:
    """Return middle and reach of what holds all solutions in each box; with a unique one where that is inside the box."""
    middle, radius = (low + high) / 2, (high - low) / 2
    value, slope, spread = _expansion(system, low, high)
    singular = np.abs(np.linalg.det(slope)) < ROUNDING
    slope[singular] = np.eye(low.shape[1])
    rough = np.linalg.inv(slope)
    size = np.abs(rough)
    contraction = np.abs(np.eye(low.shape[1]) - rough @ slope) + size @ spread
    reach = np.einsum("bij,bj->bi", contraction, radius) + ROUNDING * (1 + size.sum(axis=2))
    reach[singular] = np.inf
    return middle - np.einsum("bij,bj->bi", rough, value), reach


def _expansion(system: Indifference, low: _Floats, high: _Floats) -> tuple[_Floats, _Floats, _Floats]:
    """Return the equations in the middle of each box, (boxes, d), and middle and radius of their derivatives, (boxes, d, d)."""
    middle = (low + high) / 2
    corners = [_corners(low[:, part], high[:, part]) for part in system.unknowns]
    points = [_corners(middle[:, part], middle[:, part])[:, :1] for part in system.unknowns]
    least, most = np.zeros((2, *low.shape, low.shape[1]))
    value = np.zeros_like(low)
    for player, part in enumerate(system.unknowns):
        value[:, part] = _values(system.scaled[player], [points[other] for other in system.others(player)])[:, :, 0]
        for other in system.others(player):
            least[:, part, system.unknowns[other]], most[:, part, system.unknowns[other]] = _slopes(system, player, other, corners)
    return value, (least + most) / 2, (most - least) / 2


def _slopes(system: Indifference, player: int, other: int, corners: Sequence[_Floats]) -> tuple[_Floats, _Floats]:
    """Return bounds on how a player's equations change with another's unknowns, shape (boxes, k_i - 1, k_j - 1)."""
    table = system.scaled[player]
    axis = 1 + system.others(player).index(other)
    moved = np.moveaxis(table, axis, 1)
    differences = moved[:, 1:] - moved[:, :1]
    rows, columns = differences.shape[:2]
    third = [corners[place] for place in system.others(player) if place != other]
    values = _values(differences.reshape(rows * columns, *differences.shape[2:]), third).reshape(len(corners[0]), rows, columns, -1)
    return values.min(axis=3), values.max(axis=3)


def _corners(low: _Floats, high: _Floats) -> _Floats:
    """Return the mixtures at the corners of boxes of one player's unknowns, shape (boxes, 2^(k - 1), k)."""
    free = low.shape[1]
    upper = (np.arange(2**free)[:, None] >> np.arange(free) & 1).astype(bool)
    weights = np.where(upper[None], high[:, None], low[:, None])
    return np.concatenate([1 - weights.sum(axis=2, keepdims=True), weights], axis=2)


def _values(table: _Floats, mixtures: Sequence[_Floats]) -> _Floats:
    """Return equations at all combinations of corners, shape (boxes, equations, combinations)."""
    values = np.broadcast_to(table, (len(mixtures[0]), *table.shape)) if mixtures else table[None]
    for mixture in mixtures:
        values = np.einsum("bsl...,bpl->bs...p", values, mixture)
    return values.reshape(*values.shape[:2], -1)


def _proved(system: Indifference, start: Sequence[float]) -> Root | None:
    """Return the solution near a point with a proven bound on its error, None if the proof fails."""
    point = _polished(system, [Fraction(coordinate) for coordinate in start])
    if point is None:
        return None
    error = _kantorovich(system, point)
    if error is None:
        return None
    simple = [coordinate.limit_denominator(LARGEST_DENOMINATOR) for coordinate in point]
    if any(_exact_values(system, simple)):
        return Root(_mixtures(system, point), error)
    return Root(_mixtures(system, simple), Fraction(0))


def _polished(system: Indifference, point: list[Fraction]) -> list[Fraction] | None:
    """Return a point to which Newton's method leads, None where it does not settle."""
    level = 0
    for _ in range(NEWTON_STEPS):
        step = solve_linear(_jacobian(system, point), _exact_values(system, point))
        if step is None:
            return None
        point = [_rounded(coordinate - change, DIGITS[level]) for coordinate, change in zip(point, step, strict=True)]
        if max(map(abs, step)) < Fraction(1, 2 ** (DIGITS[level] // 2)):
            if level == len(DIGITS) - 1:
                return point
            level += 1
    return None


def _kantorovich(system: Indifference, point: Sequence[Fraction]) -> Fraction | None:
    """Return within what distance of a point the theorem of Newton and Kantorovich proves a solution, None if it does not."""
    inverted = inverse(_jacobian(system, point))
    if inverted is None:
        return None
    residual = _exact_values(system, point)
    first_step = max(abs(sum((a * b for a, b in zip(row, residual, strict=True)), Fraction(0))) for row in inverted)
    bend = max(sum(map(abs, row)) for row in inverted) * _curvature(system)
    return 2 * first_step if first_step * bend <= Fraction(1, 2) else None


def _is_near(root: Root, start: Sequence[float], reach: Sequence[float]) -> bool:
    """Whether a solution is the one that was isolated."""
    point = [weight for mixture in root.mixtures for weight in mixture[1:]]
    return all(abs(float(weight) - middle) <= radius for weight, middle, radius in zip(point, start, reach, strict=True))


def _rounded(number: Fraction, digits: int) -> Fraction:
    return Fraction(round(number * 2**digits), 2**digits)


def _mixtures(system: Indifference, point: Sequence[Fraction]) -> tuple[tuple[Fraction, ...], ...]:
    return tuple((1 - sum(point[part], Fraction(0)), *point[part]) for part in system.unknowns)


def _exact_values(system: Indifference, point: Sequence[Fraction]) -> list[Fraction]:
    mixtures = _mixtures(system, point)
    return [
        Fraction(value) for player, table in enumerate(system.tables) for value in _weighted(table, _of(mixtures, system.others(player)))
    ]


def _jacobian(system: Indifference, point: Sequence[Fraction]) -> list[list[Fraction]]:
    """Return the exact matrix of derivatives of the equations by the unknowns."""
    mixtures = _mixtures(system, point)
    rows = []
    for player, table in enumerate(system.tables):
        others = system.others(player)
        blocks = {player: np.full((len(table), len(table)), Fraction(0), dtype=object)}
        for axis, other in enumerate(others, start=1):
            moved = np.moveaxis(table, axis, 1)
            blocks[other] = _weighted(moved[:, 1:] - moved[:, :1], _of(mixtures, [place for place in others if place != other]), first=2)
        rows += np.concatenate([blocks[place] for place in sorted(blocks)], axis=1).tolist()
    return [[Fraction(entry) for entry in row] for row in rows]


def _of(mixtures: Sequence[tuple[Fraction, ...]], players: Sequence[int]) -> Iterator[ExactArray]:
    return (np.array(mixtures[player], dtype=object) for player in players)


def _weighted(table: ExactArray, mixtures: Iterator[ExactArray], *, first: int = 1) -> ExactArray:
    """Return a table averaged over its axes from ``first`` on."""
    for mixture in mixtures:
        table = np.tensordot(table, mixture, axes=([first], [0]))
    return table


def _curvature(system: Indifference) -> Fraction:
    """Return a bound on how fast the derivatives change, in the row-sum norm, in the unit box and very near it.

    A second derivative is an average, with weights that sum in size to less than ``2 k`` there for each further
    player, of differences of differences of a table's entries.
    """
    worst = Fraction(0)
    for player, table in enumerate(system.tables):
        others = [system.sizes[other] for other in system.others(player)]
        pairs = sum((a - 1) * (b - 1) for i, a in enumerate(others) for j, b in enumerate(others) if i != j)
        stretch = max(Fraction(1), Fraction(2 * max(others)) ** (len(others) - 2))
        worst = max(worst, 4 * Fraction(abs(table).max()) * pairs * stretch)
    return worst


def _distance(one: Root, other: Root) -> Fraction:
    return max(abs(a - b) for row, others in zip(one.mixtures, other.mixtures, strict=True) for a, b in zip(row, others, strict=True))
