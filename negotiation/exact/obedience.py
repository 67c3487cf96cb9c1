"""Linear programmes over the correlated equilibria of a game, with exact checks of what the float solver returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from negotiation.errors import NotApplicableError, SolverError
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import ExactArray, Number

__all__ = ["MAXIMUM_COEFFICIENTS", "Recommendation", "best_distribution", "obedience_violation"]

#: Larger programmes take minutes, and their exact check longer.
MAXIMUM_COEFFICIENTS = 4_000_000
#: A float distribution is replaced by fractions of at most this denominator where those are this near and satisfy
#: every condition exactly; vertices of small integer games have small denominators.
DENOMINATORS = (1000, 1_000_000)
NEARNESS = 1e-7


@dataclass(frozen=True, eq=False)
class Recommendation:
    """A distribution over cells that maximises a weighted sum of payoffs.

    Parameters
    ----------
    distribution : ndarray of numbers, shape (s_1, ..., s_N)
        Fractions if ``is_exact``.
    payoffs : tuple of numbers, one for each player, payoff unit
    value : number
        The objective.
    bound : Fraction
        No distribution that satisfies the conditions can have more; from the dual solution, computed exactly.
    violation : Fraction, payoff unit
        The largest gain from disobeying; what rounding leaves, 0 if ``is_exact``.
    """

    distribution: ExactArray
    payoffs: tuple[Number, ...]
    value: Number
    bound: Fraction
    violation: Fraction
    is_exact: bool


def best_distribution(game: NormalFormGame, weights: Sequence[int], *, coarse: bool) -> Recommendation:
    """Return the (coarse) correlated equilibrium with the largest weighted sum of payoffs.

    Raises
    ------
    NotApplicableError
        If the programme would have more than ``MAXIMUM_COEFFICIENTS`` coefficients.
    SolverError
        If the linear programme fails (it has a solution in every finite game).
    """
    shape = game.exact_payoffs.shape[1:]
    size = sum(count * int(np.prod(shape)) for count in shape)
    if size > MAXIMUM_COEFFICIENTS:
        raise NotApplicableError(f"correlated equilibria of a {' x '.join(map(str, shape))} game: too large a linear programme")
    objective = sum(weight * game.exact_payoffs[player] for player, weight in enumerate(weights)).reshape(-1)
    gains, scales = _gains(game, coarse)
    low, high = float(objective.min()), float(objective.max())
    scaled = np.array([float(value) - low for value in objective]) / ((high - low) or 1.0)
    solved = linprog(  # type: ignore[call-overload]  # the stubs leave out sparse matrices, which scipy documents
        -scaled,
        A_ub=gains,
        b_ub=np.zeros(gains.shape[0]),
        A_eq=np.ones((1, len(scaled))),
        b_eq=np.ones(1),
        method="highs",
    )
    if solved.status != 0:
        raise SolverError(f"the linear programme of correlated equilibria failed: {solved.message}")
    duals = np.maximum(-solved.ineqlin.marginals, 0.0) * ((high - low) or 1.0) / scales
    bound = _bound(game, objective, duals, coarse)
    return _checked(game, weights, np.maximum(solved.x, 0.0).reshape(shape), bound, coarse)


def obedience_violation(game: NormalFormGame, distribution: ExactArray, *, coarse: bool = False) -> Fraction:
    """Return the largest gain from disobeying, times the probability of being told so; payoff unit, computed exactly."""
    worst = Fraction(0)
    for player in range(len(game.players)):
        table = _flat(game.exact_payoffs[player], player)
        weights = _flat(distribution, player)
        if coarse:
            gains = table @ weights.sum(axis=0) - (table * weights).sum()
        else:
            gains = weights @ table.T - (weights * table).sum(axis=1)[:, None]
        worst = max(worst, Fraction(gains.max()))
    return worst


def _flat(array: ExactArray, player: int) -> ExactArray:
    """Return an array over cells with the player's strategies as rows, the others' combinations as columns."""
    return np.moveaxis(array, player, 0).reshape(array.shape[player], -1)


def _gains(game: NormalFormGame, coarse: bool) -> tuple[csr_array, NDArray[np.float64]]:
    """Return the coefficients of the conditions (rows must be at most 0), each player's scaled to a span of one, and the scales."""
    shape = game.exact_payoffs.shape[1:]
    numbers = np.arange(int(np.prod(shape))).reshape(shape)
    rows, columns, values, scales = [], [], [], []
    row = 0
    for player, count in enumerate(shape):
        cells = np.moveaxis(numbers, player, 0).reshape(count, -1)
        table = np.moveaxis(game.payoffs[player], player, 0).reshape(count, -1)
        scale = float(np.ptp(table)) or 1.0
        for told, other in _conditions(count, coarse):
            recommended = range(count) if told is None else [told]
            for strategy in recommended:
                columns.append(cells[strategy])
                values.append((table[other] - table[strategy]) / scale)
                rows.append(np.full(cells.shape[1], row))
            scales.append(scale)
            row += 1
    if not rows:
        return csr_array((0, numbers.size)), np.zeros(0)
    entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))
    return coo_array(entries, shape=(row, numbers.size)).tocsr(), np.array(scales)


def _conditions(count: int, coarse: bool) -> list[tuple[int | None, int]]:
    """Return the (recommended, other) strategies of a player's conditions; coarse ones hold for all recommendations at once."""
    if coarse:
        return [(None, other) for other in range(count)] if count > 1 else []
    return [(told, other) for told in range(count) for other in range(count) if told != other]


def _bound(game: NormalFormGame, objective: ExactArray, duals: NDArray[np.float64], coarse: bool) -> Fraction:
    """Return the largest objective less weighted gains over cells: for any weights of at least 0 no feasible distribution has more."""
    shape = game.exact_payoffs.shape[1:]
    relaxed = objective.reshape(shape).copy()
    weights = iter(duals)
    for player, count in enumerate(shape):
        table = np.moveaxis(game.exact_payoffs[player], player, 0)
        view = np.moveaxis(relaxed, player, 0)
        for told, other in _conditions(count, coarse):
            weight = Fraction(float(next(weights)))
            for strategy in (range(count) if told is None else [told]) if weight else []:
                view[strategy] -= weight * (table[other] - table[strategy])
    return Fraction(relaxed.max())


def _checked(
    game: NormalFormGame, weights: Sequence[int], distribution: NDArray[np.float64], bound: Fraction, coarse: bool
) -> Recommendation:
    raw = np.array([Fraction(float(p)) for p in distribution.reshape(-1)], dtype=object)
    candidates = [np.array([p.limit_denominator(denominator) for p in raw], dtype=object) for denominator in DENOMINATORS]
    for flat in candidates:
        near = max(abs(p - q) for p, q in zip(flat, raw, strict=True)) <= NEARNESS
        if near and sum(flat) == 1 and obedience_violation(game, flat.reshape(distribution.shape), coarse=coarse) == 0:
            return _recommendation(game, weights, flat.reshape(distribution.shape), bound, coarse, exact=True)
    return _recommendation(game, weights, (raw / sum(raw)).reshape(distribution.shape), bound, coarse, exact=False)


def _recommendation(
    game: NormalFormGame, weights: Sequence[int], distribution: ExactArray, bound: Fraction, coarse: bool, *, exact: bool
) -> Recommendation:
    payoffs = [Fraction((game.exact_payoffs[player] * distribution).sum()) for player in range(len(game.players))]
    value = sum((weight * payoff for weight, payoff in zip(weights, payoffs, strict=True)), Fraction(0))
    violation = obedience_violation(game, distribution, coarse=coarse)
    if exact:
        return Recommendation(distribution, tuple(payoffs), value, bound, violation, True)
    floats = np.array([float(p) for p in distribution.reshape(-1)], dtype=object).reshape(distribution.shape)
    return Recommendation(floats, tuple(map(float, payoffs)), float(value), bound, violation, False)
