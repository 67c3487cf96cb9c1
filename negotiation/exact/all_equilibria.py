"""All equilibria of a game in normal form, whatever the number of players, and how complete the list is."""

from __future__ import annotations

from negotiation.budget import UNLIMITED, Budget
from negotiation.exact.extreme_equilibria import Enumeration, extreme_equilibria
from negotiation.exact.many_players import many_player_equilibria
from negotiation.exact.pure_equilibria import pure_equilibria
from negotiation.games.normal_form import NormalFormGame

__all__ = ["all_equilibria"]


def all_equilibria(game: NormalFormGame, *, budget: Budget = UNLIMITED) -> Enumeration:
    """Return the equilibria of a game, at least one.

    For one player they are his best strategies, for two all extreme equilibria, for more what ``many_players`` finds.
    """
    if len(game.players) == 1:
        return Enumeration(pure_equilibria(game), True)
    return extreme_equilibria(game, budget=budget) if len(game.players) == 2 else many_player_equilibria(game, budget=budget)
