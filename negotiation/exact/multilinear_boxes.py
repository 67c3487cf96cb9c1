"""Where solutions of indifference equations can be: boxes of mixtures, halved until each is decided.

Over a box a multilinear function is extreme at corners, so its exact range is known; a box in which an equation cannot hold
is dropped. The operator of Krawczyk shows of a box, a little enlarged, that it has no solution or exactly one. What is left
when boxes are tiny or many is reported, never dropped. All is in floats with margins above their rounding.

References
----------
Krawczyk (1969), Computing 4, 187-201.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from negotiation.budget import Budget
from negotiation.errors import SolverError
from negotiation.exact.indifference import Indifference

__all__ = ["Isolated", "Start", "isolated", "linearised"]

_Floats = NDArray[np.float64]

#: A point and how far from it, in each coordinate, the one solution near it can be.
Start = tuple[list[float], list[float]]

#: Twice the rounding of one float operation on numbers up to 1.
UNIT_ROUNDING = 4e-16

#: Boxes are enlarged by this share of their width (and by ``LEAST_PAD``), so that a solution on a face is inside.
PAD, LEAST_PAD = 0.05, 1e-9

#: Boxes narrower than this that are still undecided hold a solution that is not isolated, or nearly not.
NARROWEST = 1e-6

#: Derivatives count as dependent where their determinant is smaller than this (equations are scaled to numbers up to 1).
SINGULAR = 1e-12

#: Boxes looked at, and undecided ones found, before the rest counts as undecided (about ten seconds for nine unknowns).
MAXIMUM_BOXES, MAXIMUM_UNDECIDED = 300_000, 500

#: Where the equations depend on one another everywhere, no solution is isolated; this many boxes are looked at to exclude any.
FEW_BOXES = 1_000

#: Boxes looked at together: enough to make the overhead of array operations small, and at most so many numbers in an array.
BATCH, MAXIMUM_NUMBERS = 1024, 2**22


@dataclass(frozen=True, slots=True)
class Isolated:
    """Where each solution is that is alone in a box, the midpoints of undecided boxes, and how many boxes were looked at."""

    starts: tuple[Start, ...]
    undecided: tuple[tuple[float, ...], ...]
    boxes: int


def isolated(system: Indifference, budget: Budget) -> Isolated:
    """Return where in the unit box the equations have solutions.

    Raises
    ------
    SolverError
        If the budget ran out.
    """
    size = system.unknowns[-1].stop
    batch = min(BATCH, MAXIMUM_NUMBERS // _numbers(system))
    if not batch:
        return Isolated((), ((0.5,) * size,), 0)
    if any(_are_impossible(system, player) for player in system.overdetermined):
        return Isolated((), (), 0)
    independent = _are_independent(system)
    low, high = np.zeros((1, size)), np.ones((1, size))
    starts: list[Start] = []
    undecided: list[list[float]] = []
    looked = 0
    while len(low):
        if budget.is_spent:
            raise SolverError("the time ran out")
        waiting_low, waiting_high, low, high = low[:-batch], high[:-batch], low[-batch:], high[-batch:]
        looked += len(low)
        low, high = _left(low, high, _possible(system, low, high, range(len(system.sizes))))
        if independent and len(low):
            low, high, near = _decided(system, low, high)
            starts += near
        stuck = (high - low).max(axis=1, initial=0.0) < NARROWEST
        undecided += ((low + high) / 2)[stuck].tolist()
        halves = _halves(*_left(low, high, ~stuck))
        low, high = np.concatenate([waiting_low, halves[0]]), np.concatenate([waiting_high, halves[1]])
        if looked > (MAXIMUM_BOXES if independent else FEW_BOXES) or len(undecided) > MAXIMUM_UNDECIDED:
            undecided += ((low + high) / 2).tolist()
            break
    return Isolated(tuple(starts), tuple(map(tuple, undecided)), looked)


def linearised(system: Indifference, point: _Floats) -> tuple[_Floats, _Floats]:
    """Return the scaled equations and their derivatives at a point, shapes (d,) and (d, d)."""
    value, slope, _ = _expansion(system, point[None], point[None])
    return value[0], slope[0]


def _numbers(system: Indifference) -> int:
    """Return how many numbers all equations have at all combinations of corners of one box."""
    return max(
        (size - 1) * prod(1 << (system.sizes[other] - 1) for other in system.others(player)) for player, size in enumerate(system.sizes)
    )


def _rounding(system: Indifference) -> float:
    """Return more than the rounding of an equation: the weights at corners of boxes sum in size to less than ``2 k``."""
    return UNIT_ROUNDING * sum(system.sizes) * prod(2 * size for size in system.sizes)


def _are_independent(system: Indifference) -> bool:
    """Whether the derivatives of the equations are independent at a point without special properties."""
    point = np.modf((1 + np.arange(system.unknowns[-1].stop)) * (5**0.5 - 1) / 2)[0]
    return bool(np.linalg.matrix_rank(linearised(system, point)[1]) == len(point))


def _are_impossible(system: Indifference, player: int) -> bool:
    """Whether one player's equations are shown to have no solution, looking at the others' unknowns alone."""
    size = system.unknowns[-1].stop
    low, high = np.zeros((1, size)), np.ones((1, size))
    own = system.unknowns[player]
    looked = 0
    while len(low):
        looked += len(low)
        low, high = _left(low, high, _possible(system, low, high, [player]))
        if looked > FEW_BOXES:
            return False
        # His own weights do not matter to him, so their sides are never the longest.
        low[:, own], high[:, own] = 0.0, 0.0
        low, high = _halves(low, high)
        high[:, own] = 1.0
    return True


def _halves(low: _Floats, high: _Floats) -> tuple[_Floats, _Floats]:
    """Return boxes cut in two along their longest sides."""
    rows, longest = np.arange(len(low)), (high - low).argmax(axis=1) if len(low) else np.zeros(0, dtype=int)
    middle = (low[rows, longest] + high[rows, longest]) / 2
    first_high, second_low = high.copy(), low.copy()
    first_high[rows, longest] = second_low[rows, longest] = middle
    return np.concatenate([low, second_low]), np.concatenate([first_high, high])


def _left(low: _Floats, high: _Floats, kept: NDArray[np.bool_]) -> tuple[_Floats, _Floats]:
    return low[kept], high[kept]


def _decided(system: Indifference, low: _Floats, high: _Floats) -> tuple[_Floats, _Floats, list[Start]]:
    """Return the boxes that are still undecided, perhaps smaller, and where the solutions of decided ones are."""
    pad = PAD * (high - low) + LEAST_PAD
    wide_low, wide_high = low - pad, high + pad
    centre, reach = _krawczyk(system, wide_low, wide_high)
    inside = ((centre - reach > wide_low) & (centre + reach < wide_high)).all(axis=1)
    near = list(zip(centre[inside].tolist(), reach[inside].tolist(), strict=True))
    new_low, new_high = np.maximum(low, centre - reach), np.minimum(high, centre + reach)
    left = ~inside & (new_low <= new_high).all(axis=1)
    return new_low[left], new_high[left], near


def _possible(system: Indifference, low: _Floats, high: _Floats, players: Iterable[int]) -> NDArray[np.bool_]:
    """Return in which boxes each equation of some players may hold and weights may sum to one."""
    corners = [_corners(low[:, part], high[:, part]) for part in system.unknowns]
    margin = _rounding(system)
    kept = np.ones(len(low), dtype=bool)
    for part in system.unknowns:
        kept &= low[:, part].sum(axis=1) <= 1 + margin
    for player in players:
        values = _values(system.scaled[player], [corners[other] for other in system.others(player)])
        kept &= ((values.min(axis=2) <= margin) & (values.max(axis=2) >= -margin)).all(axis=1)
    return kept


def _krawczyk(system: Indifference, low: _Floats, high: _Floats) -> tuple[_Floats, _Floats]:
    """Return middle and reach of what holds all solutions in each box; with a unique one where that is inside the box."""
    middle, radius = (low + high) / 2, (high - low) / 2
    value, slope, spread = _expansion(system, low, high)
    singular = np.abs(np.linalg.det(slope)) < SINGULAR
    slope[singular] = np.eye(low.shape[1])
    rough = np.linalg.inv(slope)
    size = np.abs(rough)
    margin = _rounding(system) * (1 + size.sum(axis=2))
    contraction = np.abs(np.eye(low.shape[1]) - rough @ slope) + size @ spread + margin[:, :, None]
    reach = np.einsum("bij,bj->bi", contraction, radius) + margin
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
