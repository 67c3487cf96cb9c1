"""Solutions as tables, in the form that statistics packages read (pandas)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.solution import Equilibrium, Solution

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["solution_frame"]


def solution_frame(solution: Solution) -> pd.DataFrame:
    """Return the equilibria of a solution as a table: a row for each action (in a matrix, each strategy) of each player.

    Columns are ``equilibrium`` (from 1), ``player``, ``information_set`` (empty in a matrix), ``action``, ``probability``,
    ``exact`` (the same number as it was found: ``1/3`` where it is rational), ``payoff`` (the player's in this equilibrium)
    and ``reading``.
    """
    import pandas as pd

    columns = ("equilibrium", "player", "information_set", "action", "probability", "exact", "payoff", "reading")
    rows = [row for place, found in enumerate(solution.equilibria, start=1) for row in _rows(solution, place, found)]
    return pd.DataFrame.from_records(rows, columns=columns)


def _rows(solution: Solution, place: int, found: Equilibrium) -> list[tuple[object, ...]]:
    game = solution.game
    if isinstance(game, ExtensiveFormGame):
        menus = [(one.player, one.name, one.actions) for one in game.information_sets]
    else:
        menus = [(player, "", names) for player, names in enumerate(game.strategies)]
    return [
        (place, game.players[player], name, action, float(p), str(p), float(found.payoffs[player]), found.reading or "")
        for (player, name, actions), row in zip(menus, found.profile, strict=True)
        for action, p in zip(actions, row, strict=True)
    ]
