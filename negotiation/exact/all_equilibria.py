"""All equilibria of a game in normal form, whatever the number of players, and how complete the list is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from negotiation.budget import UNLIMITED, Budget
from negotiation.exact.extreme_equilibria import Enumeration, extreme_equilibria
from negotiation.games.certificate import MixedProfile
from negotiation.games.normal_form import NormalFormGame

__all__ = ["all_equilibria", "pure_equilibria"]


def all_equilibria(game: NormalFormGame, *, budget: Budget = UNLIMITED) -> Enumeration:
    """Return the equilibria of a game: for one player his best strategies, for two all extreme equilibria."""
    if len(game.players) == 2:
        return extreme_equilibria(game, budget=budget)
    pure = pure_equilibria(game)
    if len(game.players) == 1:
        return Enumeration(pure, True)
    return Enumeration(pure, False, ("only pure equilibria were looked for: the game has more than two players",))


def pure_equilibria(game: NormalFormGame) -> tuple[MixedProfile, ...]:
    """Return all equilibria in pure strategies, decided exactly."""
    stable = np.ones(game.exact_payoffs.shape[1:], dtype=bool)
    for player, payoffs in enumerate(game.exact_payoffs):
        stable &= payoffs == payoffs.max(axis=player, keepdims=True)
    return tuple(_pure(cell, stable.shape) for cell in np.argwhere(stable).tolist())


def _pure(cell: Sequence[int], sizes: Sequence[int]) -> MixedProfile:
    return tuple(tuple(Fraction(int(place == chosen)) for place in range(size)) for chosen, size in zip(cell, sizes, strict=True))
