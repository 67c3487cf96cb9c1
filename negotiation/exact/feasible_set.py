"""What two players can agree on: the convex hull of their payoffs, its Pareto frontier, and a disagreement point; exact.

Players may agree on any lottery over the cells of a matrix game or the ends of a tree (over its plans where chance moves,
since nobody can agree on what chance does). Of the hull only the *Pareto frontier* matters that gives each at least his
disagreement payoff: a chain of points along which the first player gains and the second loses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from negotiation.errors import NotApplicableError, ParameterError
from negotiation.exact.matrix_game import matrix_game_value
from negotiation.games.extensive_form import Chance, End, ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import Number, exact, show_number
from negotiation.games.plans import as_normal_form, reduced_normal_form

__all__ = ["SECURITY", "Disagreement", "FeasibleSet", "Point", "feasible_set", "lottery", "security_levels"]

Point: TypeAlias = tuple[Fraction, Fraction]

#: The name of an outcome, two payoffs, or ``SECURITY``.
Disagreement: TypeAlias = str | Sequence[Number | str]

#: Without agreement each player gets what he can guarantee himself.
SECURITY = "security"


@dataclass(frozen=True, slots=True)
class FeasibleSet:
    """The feasible payoffs of two players, payoff units.

    Parameters
    ----------
    players : tuple of two names
    outcomes : tuple of (name, point)
        The pure outcomes that can be agreed on, without repetitions.
    hull : tuple of points
        The vertices of the convex hull.
    disagreement : point
    frontier : tuple of points
        The vertices of the part of the Pareto frontier that is at least the disagreement point; the first coordinate
        rises and the second falls along it.
    """

    players: tuple[str, ...]
    outcomes: tuple[tuple[str, Point], ...]
    hull: tuple[Point, ...]
    disagreement: Point
    frontier: tuple[Point, ...]

    @property
    def has_gains(self) -> bool:
        """Whether both players can be better off than without agreement."""
        return any(point[0] > self.disagreement[0] for point in self.frontier) and any(
            point[1] > self.disagreement[1] for point in self.frontier
        )


def feasible_set(game: ExtensiveFormGame | NormalFormGame, disagreement: Disagreement = SECURITY) -> FeasibleSet:
    """Return the feasible set of a two-player game.

    Raises
    ------
    NotApplicableError
        If the game has not two players, or nothing feasible gives both their disagreement payoffs.
    ParameterError
        If the disagreement is no outcome of the game and not two payoffs.
    """
    if len(game.players) != 2:
        raise NotApplicableError(f"bargaining solutions here are for two players, the game has {len(game.players)}")
    outcomes = _outcomes(game)
    without = _disagreement_point(game, outcomes, disagreement)
    hull = _convex_hull([point for _, point in outcomes])
    frontier = _clipped(_pareto(hull), without)
    if not frontier:
        shown = ", ".join(map(show_number, without))
        raise NotApplicableError(
            f"nothing feasible gives both players their disagreement payoffs ({shown}); choose another disagreement point"
        )
    return FeasibleSet(game.players, outcomes, hull, without, frontier)


def security_levels(game: ExtensiveFormGame | NormalFormGame) -> Point:
    """Return what each of two players can guarantee himself, mixing if need be, payoff unit."""
    form, _ = as_normal_form(game)
    first, second = form.exact_payoffs
    return matrix_game_value(first).value, matrix_game_value(second.T).value


def lottery(available: FeasibleSet, target: Point) -> dict[str, Fraction]:
    """Return a lottery over at most two outcomes whose expected payoffs are a point of the frontier."""
    names = {point: name for name, point in reversed(available.outcomes)}
    if target in names:
        return {names[target]: Fraction(1)}
    for left, right in pairwise(_pareto(available.hull)):
        if left[0] < target[0] < right[0]:
            share = (right[0] - target[0]) / (right[0] - left[0])
            return {names[left]: share, names[right]: 1 - share}
    raise ParameterError(f"({show_number(target[0])}, {show_number(target[1])}) is not on the Pareto frontier")


def _outcomes(game: ExtensiveFormGame | NormalFormGame) -> tuple[tuple[str, Point], ...]:
    """Return the pure outcomes with their payoffs; those with equal names and payoffs are one."""
    if isinstance(game, ExtensiveFormGame) and not any(isinstance(node, Chance) and len(node.children) > 1 for node in game.nodes):
        ends = [node for node in game.nodes if isinstance(node, End)]
        return tuple(dict.fromkeys((node.outcome, (node.payoffs[0], node.payoffs[1])) for node in ends))
    form = game if isinstance(game, NormalFormGame) else reduced_normal_form(game).game
    first, second = form.exact_payoffs
    return tuple((form.outcome(cell), (first[cell], second[cell])) for cell in np.ndindex(first.shape))


def _disagreement_point(
    game: ExtensiveFormGame | NormalFormGame, outcomes: Sequence[tuple[str, Point]], disagreement: Disagreement
) -> Point:
    if isinstance(disagreement, str):
        if disagreement == SECURITY:
            return security_levels(game)
        points = {point for name, point in outcomes if name == disagreement}
        if len(points) == 1:
            return points.pop()
        if len(points) > 1:
            raise ParameterError(f"the outcome {disagreement!r} has different payoffs at different places; give two payoffs instead")
        names = ", ".join(dict.fromkeys(name for name, _ in outcomes))
        raise ParameterError(
            f"disagreement must be {SECURITY!r}, an outcome or two payoffs, got {disagreement!r}; the outcomes are {names}"
        )
    if len(disagreement) != 2:
        raise ParameterError(f"disagreement must give two payoffs, got {len(disagreement)}")
    return exact(disagreement[0]), exact(disagreement[1])


def _convex_hull(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the vertices of the hull, counter-clockwise from the leftmost (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    if len(ordered) <= 2:
        return tuple(ordered)
    halves: list[list[Point]] = []
    for sequence in (ordered, ordered[::-1]):
        half: list[Point] = []
        for point in sequence:
            while len(half) > 1 and _turn(half[-2], half[-1], point) <= 0:
                half.pop()
            half.append(point)
        halves.append(half[:-1])
    return tuple(halves[0] + halves[1])


def _turn(origin: Point, first: Point, second: Point) -> Fraction:
    return (first[0] - origin[0]) * (second[1] - origin[1]) - (first[1] - origin[1]) * (second[0] - origin[0])


def _pareto(hull: Sequence[Point]) -> list[Point]:
    """Return the vertices of the Pareto frontier, the first coordinate rising."""
    start = max(range(len(hull)), key=lambda place: hull[place])
    end = max(range(len(hull)), key=lambda place: (hull[place][1], hull[place][0]))
    # Counter-clockwise, the hull goes from its rightmost point over the frontier to its highest.
    places = range(start, end + 1 if end >= start else end + len(hull) + 1)
    return [hull[place % len(hull)] for place in places][::-1]


def _clipped(chain: Sequence[Point], least: Point) -> tuple[Point, ...]:
    """Return the part of a falling chain that is at least a point in both coordinates; its new end points are interpolated."""
    left = [point for point in chain if point[0] >= least[0]]
    for before, after in pairwise(chain):
        if before[0] < least[0] < after[0]:
            left.insert(0, (least[0], _between(before, after, (least[0] - before[0]) / (after[0] - before[0]))[1]))
    kept = [point for point in left if point[1] >= least[1]]
    for before, after in pairwise(left):
        if before[1] > least[1] > after[1]:
            kept.append((_between(before, after, (before[1] - least[1]) / (before[1] - after[1]))[0], least[1]))
    return tuple(kept)


def _between(left: Point, right: Point, share: Fraction) -> Point:
    return left[0] + share * (right[0] - left[0]), left[1] + share * (right[1] - left[1])
