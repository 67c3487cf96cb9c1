"""What the equilibria of a subgame are worth, and the ways to play it for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import TypeAlias

from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.numbers import Number

__all__ = ["Row", "SubgamePayoffs", "Vector", "Way", "expected", "gathered", "subgame_name", "way_count"]

#: One scaled payoff for each player; whole numbers unless a chance move or a mixture lies below.
Vector: TypeAlias = tuple[Fraction | int, ...]

#: So many of the last moves before a subgame name it; a course of thousands of moves is no name.
NAMING_MOVES = 4

#: One probability for each action of an information set.
Row: TypeAlias = tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to play from a subgame's root to the smaller subgames in it.

    Parameters
    ----------
    parts : tuple of int
        For each smaller subgame (or end), in the order of ``SubgamePayoffs.borders``, the number of its payoff vector.
    rows : tuple of (information set, probabilities)
        The behaviour between root and border.
    free : frozenset of int
        Information sets among these that their own player never reaches.
    """

    parts: tuple[int, ...]
    rows: tuple[tuple[int, Row], ...] = ()
    free: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SubgamePayoffs:
    """The payoff vectors that the equilibria of a subgame give, each with the number of equilibria that give it.

    ``borders`` are the nodes to which the subgame hands over: ends and the roots of the largest smaller subgames. ``ways``
    has, for each vector, the ways to get it; it is empty at ends and at lone decisions, where they follow from the
    vectors (see ``backward_induction.optimal_choices``).
    """

    vectors: tuple[Vector, ...]
    counts: tuple[int, ...]
    borders: tuple[int, ...] = ()
    ways: tuple[tuple[Way, ...], ...] = ()


def gathered(found: Sequence[SubgamePayoffs], borders: tuple[int, ...], ways: Mapping[Vector, Sequence[Way]]) -> SubgamePayoffs:
    """Return the payoffs of a subgame that can be played in these ways, given those found at each node of its border."""
    counts = tuple(sum(way_count(found, borders, way) for way in rows) for rows in ways.values())
    return SubgamePayoffs(tuple(ways), counts, borders, tuple(tuple(rows) for rows in ways.values()))


def way_count(found: Sequence[SubgamePayoffs], borders: Sequence[int], way: Way) -> int:
    """Return in how many ways the smaller subgames can be played so that they give the vectors that a way counts on."""
    return prod(found[border].counts[part] for border, part in zip(borders, way.parts, strict=True))


def expected(vectors: Sequence[Vector], probabilities: Sequence[Number]) -> Vector:
    """Return the probability-weighted sum of payoff vectors; float probabilities count as the rationals that they are."""
    weights = [Fraction(probability) for probability in probabilities]
    return tuple(
        _plain(sum((weight * value for weight, value in zip(weights, values, strict=True) if weight), Fraction(0)))
        for values in zip(*vectors, strict=True)
    )


def _plain(number: Fraction) -> Fraction | int:
    """Return whole numbers as ints: they add, compare and hash many times faster."""
    return number.numerator if number.denominator == 1 else number


def subgame_name(game: ExtensiveFormGame, root: int) -> str:
    """Return what people may call the subgame that starts at a node."""
    moves = game.path_to(root)
    if not moves:
        return "the whole game" if root == 0 else "the subgame after the types are drawn"
    return f"the subgame after {'... > ' if len(moves) > NAMING_MOVES else ''}{' > '.join(moves[-NAMING_MOVES:])}"
