"""All equilibria of a game in normal form, whatever the number of players, and how complete the list is."""

from __future__ import annotations

from negotiation.budget import UNLIMITED, Budget
from negotiation.exact.extreme_equilibria import Enumeration, extreme_equilibria
from negotiation.exact.pure_equilibria import pure_equilibria
from negotiation.games.normal_form import NormalFormGame

__all__ = ["all_equilibria"]


def all_equilibria(game: NormalFormGame, *, budget: Budget = UNLIMITED) -> Enumeration:
    """Return the equilibria of a game: for one player his best strategies, for two all extreme equilibria."""
    if len(game.players) == 2:
        return extreme_equilibria(game, budget=budget)
    pure = pure_equilibria(game)
    if len(game.players) == 1:
        return Enumeration(pure, True)
    return Enumeration(pure, False, ("only pure equilibria were looked for: the game has more than two players",))
