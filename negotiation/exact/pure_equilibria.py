"""All equilibria in pure strategies, for any number of players, decided exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from negotiation.games.certificate import MixedProfile
from negotiation.games.normal_form import NormalFormGame

__all__ = ["pure_equilibria", "pure_profile"]


def pure_equilibria(game: NormalFormGame) -> tuple[MixedProfile, ...]:
    """Return all equilibria in pure strategies, in the order of cells."""
    stable = np.ones(game.exact_payoffs.shape[1:], dtype=bool)
    for player, payoffs in enumerate(game.exact_payoffs):
        stable &= payoffs == payoffs.max(axis=player, keepdims=True)
    return tuple(pure_profile(cell, stable.shape) for cell in np.argwhere(stable).tolist())


def pure_profile(cell: Sequence[int], sizes: Sequence[int]) -> MixedProfile:
    """Return the profile in which each player plays one strategy with certainty, ``sizes`` being how many each has."""
    return tuple(tuple(Fraction(int(place == chosen)) for place in range(size)) for chosen, size in zip(cell, sizes, strict=True))
