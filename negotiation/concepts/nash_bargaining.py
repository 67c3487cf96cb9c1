"""Nash bargaining solution: the agreement with the largest product of gains over disagreement.

It is the only rule that is efficient, treats equals equally, does not depend on the units of payoffs and not on
alternatives that nobody would choose (Nash 1950). It is also where Zeuthen's process of concessions ends: whoever risks
more by holding out concedes (Harsanyi 1956).

References
----------
Nash (1950), Econometrica 18, 155-162. Zeuthen (1930), Problems of Monopoly and Economic Warfare.
Harsanyi (1956), Econometrica 24, 144-157.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from scipy.optimize import brentq

from negotiation.errors import ParameterError
from negotiation.exact.agreement import agreement, efficiency_error
from negotiation.exact.feasible_set import SECURITY, Disagreement, FeasibleSet, Point, feasible_set
from negotiation.games.solution import Game, Solution

__all__ = ["FORMS", "on_curve", "solve", "zeuthen"]

FORMS: tuple[str, ...] = ("tree", "matrix")


def solve(game: Game, *, disagreement: Disagreement = SECURITY) -> Solution:
    """Return the Nash bargaining solution of a two-player game, exact.

    Parameters
    ----------
    game : Game
        Feasible is any lottery over its outcomes.
    disagreement : str or pair of payoffs
        ``"security"`` (what each can guarantee himself), the name of an outcome, or two payoffs.

    Returns
    -------
    Solution
        The ``error`` of its finding is how far the first-order condition is from holding: with the gains exchanged as
        weights, no feasible point may have a larger weighted sum of payoffs.

    Raises
    ------
    NotApplicableError, ParameterError
        As ``feasible_set`` does.
    """
    available = feasible_set(game, disagreement)
    candidates = [*available.frontier, *(peak for side in pairwise(available.frontier) if (peak := _peak(available, side)) is not None)]
    point = max(candidates, key=lambda candidate: (_product(available, candidate), sum(candidate)))
    gains = point[0] - available.disagreement[0], point[1] - available.disagreement[1]
    error = efficiency_error(available, point, (gains[1], gains[0])) if available.has_gains else Fraction(0)
    return agreement(game, available, point, concept="nash_bargaining", error=error, details={"product": gains[0] * gains[1]})


def on_curve(
    frontier: Callable[[float], float],
    slope: Callable[[float], float],
    interval: tuple[float, float],
    disagreement: tuple[float, float] = (0.0, 0.0),
) -> tuple[float, float]:
    """Return the Nash solution on a smooth concave frontier.

    Parameters
    ----------
    frontier, slope : callables
        The second player's payoff, and its derivative, as functions of the first player's; falling and concave.
    interval : pair of float
        The first player's payoffs, both ends of which are at least the disagreement payoff; the derivative is not
        asked for at the ends.
    disagreement : pair of float

    Returns
    -------
    pair of float
        Where ``(gain of the second) + slope * (gain of the first)`` is zero, else the better end.

    Raises
    ------
    ParameterError
        If the interval is empty.
    """
    low, high = interval
    if not low < high:
        raise ParameterError(f"the interval of the first player's payoffs must not be empty, got {low} to {high}")
    inset = (high - low) * 1e-12  # slopes may be infinite at the ends

    def condition(x: float) -> float:
        """Return the first-order condition, which falls along a concave frontier."""
        return frontier(x) - disagreement[1] + (x - disagreement[0]) * slope(x)

    if condition(low + inset) <= 0:
        return low, frontier(low)
    if condition(high - inset) >= 0:
        return high, frontier(high)
    x = float(brentq(condition, low + inset, high - inset, xtol=1e-14 * (high - low), rtol=1e-15))
    return x, frontier(x)


def zeuthen(offers: Sequence[tuple[float, float]], disagreement: tuple[float, float] = (0.0, 0.0)) -> tuple[int, list[tuple[int, int]]]:
    """Return where Zeuthen's process of concessions ends on a chain of offers, and each pair of offers on the way.

    Each player starts with the offer that is best for himself. His *risk limit* is the share of his gain that he loses by
    taking the other's offer; whoever has the smaller one concedes the least that makes it the larger, until one offer
    is at least as good for the other as his own.

    Parameters
    ----------
    offers : sequence of (payoff of the first, payoff of the second)
        The first's payoffs rise, the second's fall; all above disagreement except that an end may equal it.
    disagreement : pair of float

    Returns
    -------
    int, list of (offer of the first, offer of the second)
        Positions in ``offers``.
    """
    mine, his = len(offers) - 1, 0
    steps = [(mine, his)]
    while mine > his:
        if _risk(offers, mine, his, 0, disagreement) <= _risk(offers, his, mine, 1, disagreement):
            mine -= 1
            while mine > his and _risk(offers, mine, his, 0, disagreement) <= _risk(offers, his, mine, 1, disagreement):
                mine -= 1
        else:
            his += 1
            while mine > his and _risk(offers, his, mine, 1, disagreement) < _risk(offers, mine, his, 0, disagreement):
                his += 1
        steps.append((mine, his))
    return mine, steps


def _risk(offers: Sequence[tuple[float, float]], own: int, other: int, player: int, disagreement: tuple[float, float]) -> float:
    gain = offers[own][player] - disagreement[player]
    return (offers[own][player] - offers[other][player]) / gain if gain > 0 else 0.0


def _product(available: FeasibleSet, point: Point) -> Fraction:
    return (point[0] - available.disagreement[0]) * (point[1] - available.disagreement[1])


def _peak(available: FeasibleSet, side: tuple[Point, Point]) -> Point | None:
    """Return where the product of gains is largest on a side of the frontier, None if not inside it."""
    left, right = side
    slope = (right[1] - left[1]) / (right[0] - left[0])
    # (y - d2) + (x - d1) slope = 0 with y = y_left + slope (x - x_left)
    x = (available.disagreement[1] - left[1] + slope * (left[0] + available.disagreement[0])) / (2 * slope)
    return (x, left[1] + slope * (x - left[0])) if left[0] < x < right[0] else None
