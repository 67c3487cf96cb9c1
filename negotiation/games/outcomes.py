"""How play ends under a profile, and which equilibria of a solution end in the same way.

In a tree an end of play is a node, so private types count although paths do not show them. Two equilibria that give every
end the same probability differ only off the path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from negotiation.games.behaviour import reach
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.numbers import Number
from negotiation.games.solution import Game, Path, Solution

__all__ = ["Endings", "Outcome", "endings", "outcome_groups", "same_endings"]

#: The probability of each end of play that has any: a node's number in a tree, one strategy for each player in a matrix.
Endings: TypeAlias = Mapping[object, Number]

#: Profiles that were computed in doubles end in the same way if no probability differs by more.
SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Outcome:
    """Equilibria that end in the same way, as numbers into the solution's list, and what they have in common.

    ``endings`` gives the probability of each end of play: a node's number in a tree, a cell in a matrix.
    """

    equilibria: tuple[int, ...]
    endings: Endings
    payoffs: tuple[Number, ...]
    paths: tuple[Path, ...]
    reading: str | None


def endings(game: Game, profile: Sequence[Sequence[Number]]) -> dict[object, Number]:
    """Return the probability of each end of play that has any, in the arithmetic of the profile."""
    if isinstance(game, ExtensiveFormGame):
        weights = reach(game, tuple(tuple(row) for row in profile))
        return {end: weights[end] for end in game.ends if weights[end]}
    found: dict[object, Number] = {}
    for cell in product(*([place for place, p in enumerate(row) if p] for row in profile)):
        weight: Number = Fraction(1)
        for row, chosen in zip(profile, cell, strict=True):
            weight = weight * row[chosen]
        found[cell] = weight
    return found


def same_endings(first: Endings, second: Endings, tolerance: float = SAME) -> bool:
    """Return whether no end of play differs in probability by more than ``tolerance``."""
    nothing = Fraction(0)
    return all(abs(float(first.get(end, nothing) - second.get(end, nothing))) <= tolerance for end in {**first, **second})


def outcome_groups(solution: Solution) -> tuple[Outcome, ...]:
    """Return the equilibria of a solution grouped by how play ends, in the order of their first members."""
    groups: list[tuple[Endings, list[int]]] = []
    for number, equilibrium in enumerate(solution.equilibria):
        here = endings(solution.game, equilibrium.profile)
        group = next((numbers for there, numbers in groups if same_endings(here, there)), None)
        if group is None:
            groups.append((here, [number]))
        else:
            group.append(number)
    outcomes = []
    for ends, numbers in groups:
        first = solution.equilibria[numbers[0]]
        outcomes.append(Outcome(tuple(numbers), ends, first.payoffs, first.paths, first.reading))
    return tuple(outcomes)
