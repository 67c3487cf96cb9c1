"""A game in normal form with payoffs that are still formulas; a tree in its reduced normal form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from math import prod

from negotiation.boundaries.symbolic import SymbolicGame
from negotiation.errors import NotApplicableError
from negotiation.games.extensive_form import Decision, ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.plans import Plan, plan_count, plans, reduced_normal_form
from negotiation.games.readings import Reading, read_path
from negotiation.scenario.contents import ReadingCondition
from negotiation.scenario.formula_fields import Field, Quotient

__all__ = ["Cell", "NormalShape", "cell_payoffs", "normal_shape", "reading_of_cells"]

#: One strategy of each player.
Cell = tuple[int, ...]

#: Games with more cells are not followed: every cell has its own inequalities.
MOST_CELLS = 1_000


@dataclass(frozen=True, eq=False)
class NormalShape:
    """The strategies of a scenario's game, and the ends that each cell can reach; a matrix as the tree of a simultaneous move.

    Parameters
    ----------
    tree : ExtensiveFormGame
        Its own numbers do not count.
    strategies : tuple of N tuples of str
    ends : mapping of cell to the ends that its plans reach, in order; several where chance moves
    """

    tree: ExtensiveFormGame
    strategies: tuple[tuple[str, ...], ...]
    ends: Mapping[Cell, tuple[int, ...]]

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many strategies each player has."""
        return tuple(map(len, self.strategies))


def normal_shape(tree: ExtensiveFormGame, form: NormalFormGame | None = None) -> NormalShape:
    """Return the shape of a tree's reduced normal form; ``form`` is the normal form where it is known.

    Raises
    ------
    NotApplicableError
        If there are more than ``MOST_CELLS`` cells, or an audience's belief is part of the payoffs.
    """
    if tree.audience is not None:
        raise NotApplicableError("exact conditions need payoffs that depend on no belief; this scenario has an audience")
    players = range(len(tree.players))
    sizes = [plan_count(tree, player) for player in players]
    if prod(sizes) > MOST_CELLS:
        shape = " x ".join(map(str, sizes))
        raise NotApplicableError(f"in normal form the game is {shape}; exact conditions are computed for up to {MOST_CELLS:,} cells")
    names = (reduced_normal_form(tree).game if form is None else form).strategies
    all_plans = [plans(tree, player) for player in players]
    ends: dict[Cell, list[int]] = {cell: [] for cell in product(*map(range, sizes))}
    for end in tree.ends:
        for cell in _cells_of(tree, end, all_plans):
            ends[cell].append(end)
    return NormalShape(tree, names, {cell: tuple(found) for cell, found in ends.items()})


def _cells_of(tree: ExtensiveFormGame, end: int, all_plans: Sequence[Sequence[Plan]]) -> Iterator[Cell]:
    """Return the cells whose plans reach an end, if chance plays along."""
    return product(*(_leading_to(tree, end, player, plans_of_player) for player, plans_of_player in enumerate(all_plans)))


def _leading_to(tree: ExtensiveFormGame, end: int, player: int, plans_of_player: Sequence[Plan]) -> list[int]:
    """Return the numbers of the player's plans under which this end can be reached."""
    needed = set()
    for number, action in tree.moves_to(end):
        node = tree.nodes[number]
        if isinstance(node, Decision) and tree.information_sets[node.information_set].player == player:
            needed.add((node.information_set, action))
    return [place for place, plan in enumerate(plans_of_player) if needed.issubset(plan)]


def cell_payoffs(shape: NormalShape, game: SymbolicGame, field: Field) -> Mapping[Cell, tuple[Quotient, ...]]:
    """Return what each cell is worth to each player."""
    weights = {end: _weight(shape.tree, game, end) for end in shape.tree.ends}
    zero = field.number(Fraction(0))
    worth = {
        end: tuple(payoff if (weight := weights[end]) is None else payoff * weight for payoff in game.payoffs[end])
        for end in shape.tree.ends
    }
    return {
        cell: tuple(reduce(Quotient.__add__, parts, zero) for parts in zip(*(worth[end] for end in ends), strict=True))
        for cell, ends in shape.ends.items()
    }


def _weight(tree: ExtensiveFormGame, game: SymbolicGame, end: int) -> Quotient | None:
    """Return the product of the chance probabilities on the way to an end, None where chance has no part in it."""
    factors = [game.probabilities[node][action] for node, action in tree.moves_to(end) if node in game.probabilities]
    return reduce(Quotient.__mul__, factors) if factors else None


def reading_of_cells(
    shape: NormalShape, game: SymbolicGame, field: Field, readings: Sequence[ReadingCondition], cells: Sequence[Cell]
) -> str:
    """Return what the play of some cells is called: the readings of all courses, or the courses where they have none."""
    known = [Reading(reading.name, reading.patterns) for reading in readings]
    ends = [end for cell in cells for end in shape.ends[cell] if _is_possible(shape.tree, game, end, field)]
    paths = [shape.tree.path_to(end) for end in sorted(set(ends))]
    return " / ".join(dict.fromkeys(read_path(known, path) or " > ".join(path) for path in paths))


def _is_possible(tree: ExtensiveFormGame, game: SymbolicGame, end: int, field: Field) -> bool:
    weight = _weight(tree, game, end)
    return weight is None or field.sign(weight) > 0
