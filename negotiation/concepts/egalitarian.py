"""Egalitarian solution: equal gains over disagreement, as large as possible.

Payoffs are compared across players here, so the answer depends on their units, unlike Nash's. Where equal gains would
waste something (the frontier ends before the line of equal gains reaches it), the one who is behind gets the most that
is feasible and the other what is left (the lexicographic version, Imai 1983).

References
----------
Kalai (1977), Econometrica 45, 1623-1630. Imai (1983), Econometrica 51, 389-401.
"""

from __future__ import annotations

from fractions import Fraction

from negotiation.exact.agreement import agreement
from negotiation.exact.feasible_set import SECURITY, Disagreement, FeasibleSet, Point, feasible_set
from negotiation.exact.frontier_line import crossing
from negotiation.games.solution import Game, Solution

__all__ = ["FORMS", "solve"]

FORMS: tuple[str, ...] = ("tree", "matrix")


def solve(game: Game, *, disagreement: Disagreement = SECURITY) -> Solution:
    """Return the egalitarian solution of a two-player game, exact.

    Parameters
    ----------
    game : Game
        Feasible is any lottery over its outcomes.
    disagreement : str or pair of payoffs
        ``"security"`` (what each can guarantee himself), the name of an outcome, or two payoffs.

    Returns
    -------
    Solution
        The ``error`` of its finding is the inequality of gains, unless nothing feasible gives more to who gains less.

    Raises
    ------
    NotApplicableError, ParameterError
        As ``feasible_set`` does.
    """
    available = feasible_set(game, disagreement)
    point = crossing(available, (Fraction(1), Fraction(1)))
    details = {"equal": _excess(available, point) == 0}
    return agreement(game, available, point, concept="egalitarian", error=_error(available, point), details=details)


def _excess(available: FeasibleSet, point: Point) -> Fraction:
    """Return how much more the first player gains than the second."""
    return (point[0] - available.disagreement[0]) - (point[1] - available.disagreement[1])


def _error(available: FeasibleSet, point: Point) -> Fraction:
    """Return the inequality of gains, except at the end of the frontier that is best for whoever gains less."""
    excess = _excess(available, point)
    end = available.frontier[0] if excess > 0 else available.frontier[-1]
    return Fraction(0) if point == end else abs(excess)
