"""What two players get, and could gain, at mixed strategies of many bimatrix games: recomputed from payoffs and strategies alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from negotiation.kernels.compiled import compiled_without_counting

__all__ = ["Gains", "gains_for", "weigh_up"]

#: Profiles that are computed side by side.
LANES = 128

_Doubles = NDArray[np.float64]
_Numbers = NDArray[np.int64]


class Gains(NamedTuple):
    """Where ``LANES`` profiles are computed; all of it is modified in place.

    ``payoffs`` (m n, LANES) of one player; ``weights`` (m + n, LANES); and of (LANES,): ``lowest`` and ``highest`` payoff,
    ``value``: what a strategy gets, counted from the lowest payoff, ``best``: what the best one gets, ``mean``: what his own
    mixture gets, ``regret``.
    """

    payoffs: _Doubles
    weights: _Doubles
    lowest: _Doubles
    highest: _Doubles
    value: _Doubles
    best: _Doubles
    mean: _Doubles
    regret: _Doubles


def gains_for(m: int, n: int) -> Gains:
    """Return room for games of one form."""
    return Gains(np.zeros((m * n, LANES)), np.zeros((m + n, LANES)), *np.zeros((6, LANES)))


@compiled_without_counting
def weigh_up(
    m: int, payoffs: tuple[_Doubles, _Doubles], game: _Numbers, weights: _Doubles, gains: Gains, out: _Doubles, regret: _Doubles
) -> None:
    """Write payoffs and regrets of profiles.

    Parameters
    ----------
    m : int
        Strategies of the row player.
    payoffs : pair of arrays of shape (N, m n)
    game : array of shape (M,)
    weights : array of shape (M, m + n)
        Probabilities of rows, then of columns.
    gains : Gains
    out : array of shape (M, 2), modified in place
        What the row player and the column player get.
    regret : array of shape (M,), modified in place
        The largest gain from leaving the profile, as a share of the player's payoff span.
    """
    n = weights.shape[1] - m
    for first in range(0, game.shape[0], LANES):
        here = min(LANES, game.shape[0] - first)
        for i in range(weights.shape[1]):
            for lane in range(here):
                gains.weights[i, lane] = weights[first + lane, i]
        gains.regret[:] = 0.0
        for player in range(2):
            _fetch(here, game[first : first + here], payoffs[player], gains.payoffs, gains.lowest, gains.highest)
            # First and last own weight, first weight of the opponent; steps between cells of a strategy, between strategies.
            if player == 0:
                _values(0, m, m, m + n, 1, n, gains)
            else:
                _values(m, m + n, 0, m, n, 1, gains)
            for lane in range(here):
                out[first + lane, player] = gains.lowest[lane] + gains.mean[lane]
        for lane in range(here):
            regret[first + lane] = gains.regret[lane]


@compiled_without_counting
def _fetch(here: int, game: _Numbers, payoffs: _Doubles, out: _Doubles, lowest: _Doubles, highest: _Doubles) -> None:
    """Write the payoffs of games as columns, and their lowest and highest."""
    for cell in range(payoffs.shape[1]):
        for lane in range(here):
            out[cell, lane] = payoffs[game[lane], cell]
    lowest[:], highest[:] = np.inf, -np.inf
    for cell in range(payoffs.shape[1]):
        for lane in range(LANES):
            lowest[lane], highest[lane] = min(lowest[lane], out[cell, lane]), max(highest[lane], out[cell, lane])


@compiled_without_counting
def _values(own: int, own_stop: int, other: int, other_stop: int, along: int, across: int, gains: Gains) -> None:
    """Write what a player's mixture gets, and raise the regret to his."""
    payoffs, weights, lowest, value, best, mean = gains.payoffs, gains.weights, gains.lowest, gains.value, gains.best, gains.mean
    best[:], mean[:] = -np.inf, 0.0
    for i in range(own_stop - own):
        value[:] = 0.0
        for j in range(other_stop - other):
            for lane in range(LANES):
                value[lane] += weights[other + j, lane] * (payoffs[i * across + j * along, lane] - lowest[lane])
        for lane in range(LANES):
            best[lane] = max(best[lane], value[lane])
        for lane in range(LANES):
            mean[lane] += weights[own + i, lane] * value[lane]
    for lane in range(LANES):
        span = gains.highest[lane] - lowest[lane]
        gain = max(best[lane] - mean[lane], 0.0)
        # Where nothing is at stake nothing is gained, and nothing is divided.
        gains.regret[lane] = max(gains.regret[lane], gain / (span if span > 0.0 else 1.0))
