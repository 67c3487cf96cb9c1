"""The agreement that a bargaining solution picks, as a result of the package: point, lottery, axioms checked."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from negotiation.exact.feasible_set import FeasibleSet, Point, lottery
from negotiation.games.numbers import show_number
from negotiation.games.solution import Finding, Game, Solution

__all__ = ["agreement", "efficiency_error"]


def efficiency_error(available: FeasibleSet, point: Point, weights: Point) -> Fraction:
    """Return by how much some feasible point beats ``point`` in a weighted sum of payoffs (weights scaled to sum to one)."""
    total = sum(weights)
    if not total:
        return Fraction(0)
    gains = [(weights[0] * (other[0] - point[0]) + weights[1] * (other[1] - point[1])) / total for other in available.hull]
    return max(Fraction(0), *gains)


def agreement(
    game: Game, available: FeasibleSet, point: Point, *, concept: str, error: Fraction, details: Mapping[str, object]
) -> Solution:
    """Return the solution that says what is agreed.

    Parameters
    ----------
    game : Game
    available : FeasibleSet
    point : pair of Fractions, payoff units
        The payoffs agreed on, a point of the frontier.
    concept : str
    error : Fraction, payoff unit
        The largest violation of the concept's defining conditions.
    details : mapping
        What the concept adds.
    """
    chances = lottery(available, point)
    gains = tuple(value - without for value, without in zip(point, available.disagreement, strict=True))
    how = " + ".join(name if p == 1 else f"{show_number(p)} {name}" for name, p in chances.items())
    shares = ", ".join(f"{player} {show_number(value)}" for player, value in zip(available.players, point, strict=True))
    common = {
        "disagreement": dict(zip(available.players, available.disagreement, strict=True)),
        "gains": dict(zip(available.players, gains, strict=True)),
        "lottery": chances,
        "frontier": [list(vertex) for vertex in available.frontier],
    }
    without = ", ".join(map(show_number, available.disagreement))
    notes = [f"any lottery over outcomes can be agreed on and is kept; without agreement the players get {without}"]
    if not available.has_gains:
        notes.append("there is nothing to bargain over: no feasible point makes both better off than without agreement")
    return Solution(
        concept,
        game,
        (),
        True,
        notes=tuple(notes),
        method="exact geometry of the convex hull of payoffs",
        findings=(Finding("agreement", f"{shares}: {how}", point, {**common, **details}, error=error),),
    )
