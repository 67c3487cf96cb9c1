"""Risk dominance in 2x2 games: which of two strict equilibria costs more to leave.

At an equilibrium each player loses something by leaving it alone. The equilibrium with the larger product of the two losses
risk-dominates the other: it is the best reply to a wider range of beliefs. The comparison is between two strict equilibria
of a game with two strategies for each player.

References
----------
Harsanyi and Selten (1988), A General Theory of Equilibrium Selection in Games, section 3.9 and lemma 5.4.4.
"""

from __future__ import annotations

from fractions import Fraction

from negotiation.games.normal_form import NormalFormGame

__all__ = ["deviation_losses"]


def deviation_losses(game: NormalFormGame) -> dict[tuple[int, int], Fraction] | None:
    """Return the product of the players' losses from leaving alone, at each of the two strict equilibria; None if it is no such game.

    Returns
    -------
    dict of (row, column) to Fraction, payoff units multiplied
    """
    if game.exact_payoffs.shape != (2, 2, 2):
        return None
    first, second = game.exact_payoffs
    found = {}
    for row in (0, 1):
        for column in (0, 1):
            losses = first[row, column] - first[1 - row, column], second[row, column] - second[row, 1 - column]
            if min(losses) > 0:
                found[row, column] = Fraction(losses[0] * losses[1])
    return found if len(found) == 2 else None
