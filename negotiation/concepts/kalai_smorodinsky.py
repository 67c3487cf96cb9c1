"""Kalai-Smorodinsky solution: gains in proportion to the best that each could hope for.

The *ideal point* gives each player the most that he can get while the other gets at least his disagreement payoff; the
solution is the efficient point on the line from disagreement to the ideal point. In place of Nash's independence of
irrelevant alternatives it is monotone: a player does not lose when the set grows in his favour.

References
----------
Kalai and Smorodinsky (1975), Econometrica 43, 513-518.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from scipy.optimize import brentq

from negotiation.errors import ParameterError
from negotiation.exact.agreement import agreement
from negotiation.exact.feasible_set import SECURITY, Disagreement, feasible_set
from negotiation.exact.frontier_line import crossing
from negotiation.games.solution import Game, Solution

__all__ = ["FORMS", "on_curve", "solve"]

FORMS: tuple[str, ...] = ("tree", "matrix")


def solve(game: Game, *, disagreement: Disagreement = SECURITY) -> Solution:
    """Return the Kalai-Smorodinsky solution of a two-player game, exact.

    Parameters
    ----------
    game : Game
        Feasible is any lottery over its outcomes.
    disagreement : str or pair of payoffs
        ``"security"`` (what each can guarantee himself), the name of an outcome, or two payoffs.

    Returns
    -------
    Solution
        The ``error`` of its finding is by how much the first player's gain misses its proportional share.

    Raises
    ------
    NotApplicableError, ParameterError
        As ``feasible_set`` does.
    """
    available = feasible_set(game, disagreement)
    without = available.disagreement
    ideal = available.frontier[-1][0], available.frontier[0][1]
    hopes = ideal[0] - without[0], ideal[1] - without[1]
    point = crossing(available, hopes)
    gains = point[0] - without[0], point[1] - without[1]
    error = abs(gains[0] * hopes[1] - gains[1] * hopes[0]) / (sum(hopes) or Fraction(1))
    details = {"ideal": dict(zip(available.players, ideal, strict=True))}
    return agreement(game, available, point, concept="kalai_smorodinsky", error=error, details=details)


def on_curve(
    frontier: Callable[[float], float], interval: tuple[float, float], disagreement: tuple[float, float] = (0.0, 0.0)
) -> tuple[float, float]:
    """Return the Kalai-Smorodinsky solution on a continuous falling frontier.

    Parameters
    ----------
    frontier : callable
        The second player's payoff as a function of the first player's.
    interval : pair of float
        The first player's payoffs on the part of the frontier that is at least the disagreement point.
    disagreement : pair of float

    Raises
    ------
    ParameterError
        If the interval is empty, or the frontier does not fall over it.
    """
    low, high = interval
    if not low < high or not frontier(high) < frontier(low):
        raise ParameterError(f"the frontier must fall over an interval that is not empty, got {low} to {high}")
    hopes = high - disagreement[0], frontier(low) - disagreement[1]

    def excess(x: float) -> float:
        """Return how much the first player has above his share, which rises along the frontier."""
        return (x - disagreement[0]) * hopes[1] - (frontier(x) - disagreement[1]) * hopes[0]

    x = float(brentq(excess, low, high, xtol=1e-14 * (high - low), rtol=1e-15))
    return x, frontier(x)
