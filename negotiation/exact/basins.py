"""Where the replicator dynamics goes from random starts.

A start is a mixture drawn uniformly from each population's simplex; the dynamics is followed in small multiplicative steps
until nothing moves any more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negotiation.exact.replicator import settled
from negotiation.games.normal_form import NormalFormGame

__all__ = ["is_symmetric", "resting_places"]


def is_symmetric(game: NormalFormGame) -> bool:
    """Return whether a two-player game looks the same from both sides, strategies in the same order."""
    first, second = game.exact_payoffs[0], game.exact_payoffs[1]
    return first.shape == second.T.shape and bool((first == second.T).all())


def resting_places(game: NormalFormGame, *, populations: int, samples: int, seed: int) -> list[tuple[NDArray[np.float64], ...]]:
    """Return one mixed strategy for each player, as where the dynamics of a two-player game brings each of many random starts.

    Parameters
    ----------
    game : NormalFormGame
    populations : int
        Two, one for each player; or one from which both players are drawn (the game must be symmetric).
    samples : int
    seed : int
    """
    generator = np.random.default_rng(seed)
    sizes = game.payoffs.shape[1 : 1 + populations]
    ends = settled(game.payoffs, [generator.dirichlet(np.ones(size), samples) for size in sizes])
    return [(row, column) for row, column in zip(ends[0], ends[-1], strict=True)]
