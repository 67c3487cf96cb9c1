"""The equations that make mixing players indifferent, exactly and as floats.

Player ``i`` mixes over ``k_i`` strategies if they are worth the same to him: ``k_i - 1`` equations that are linear in the
mixture of each other player. The unknowns are the weights of all strategies but the first, ``d`` in all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from negotiation.games.numbers import ExactArray

__all__ = ["Indifference", "Mixtures", "curvature", "jacobian", "mixtures_at", "simplified", "values"]

#: For each player one weight for each of his strategies.
Mixtures = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True, eq=False)
class Indifference:
    """The equations of mixing players.

    Parameters
    ----------
    sizes : tuple of M int
        Over how many strategies each of them mixes.
    tables : tuple of M ndarrays of int or Fraction
        ``tables[i]`` has shape ``(k_i - 1, *(k_j for each j other than i))``: differences between his strategies.
    """

    sizes: tuple[int, ...]
    tables: tuple[ExactArray, ...]

    @cached_property
    def unknowns(self) -> tuple[slice, ...]:
        """Where each player's unknowns stand."""
        ends = np.cumsum([0, *(size - 1 for size in self.sizes)]).tolist()
        return tuple(slice(start, end) for start, end in pairwise(ends))

    @cached_property
    def scaled(self) -> tuple[NDArray[np.float64], ...]:
        """The tables as floats, each equation divided by its largest number."""
        return tuple(np.stack([_scaled(equation) for equation in table]) for table in self.tables)

    @cached_property
    def overdetermined(self) -> tuple[int, ...]:
        """The players who have more equations than there are unknowns in them."""
        unknowns = sum(self.sizes) - len(self.sizes)
        return tuple(player for player, size in enumerate(self.sizes) if 2 * (size - 1) > unknowns)

    def others(self, player: int) -> list[int]:
        """Return the other players in order."""
        return [other for other in range(len(self.sizes)) if other != player]


def _scaled(equation: ExactArray) -> NDArray[np.float64]:
    largest = abs(equation).max()
    return np.array(equation / Fraction(largest) if largest else equation, dtype=np.float64)


def simplified(table: ExactArray) -> tuple[ExactArray, int]:
    """Return a multilinear form without factors that are positive at positive weights, and how many players it lost.

    The form is ``table`` averaged over one mixture for each axis. Where its slices along an axis are one slice times numbers
    that are at least 0, it is a positive number times what that slice gives, and so of the same sign.
    """
    lost = 0
    for axis, size in enumerate(table.shape):
        slices = np.moveaxis(table, axis, 0).reshape(size, -1)
        common = next((one for one in slices if one.any()), None)
        if common is None or (slices == common).all():
            continue
        place = int(np.flatnonzero(common)[0])
        shares = [Fraction(one[place]) / common[place] for one in slices]
        if min(shares) >= 0 and all((one == share * common).all() for one, share in zip(slices, shares, strict=True)):
            rest = table.shape[:axis] + table.shape[axis + 1 :]
            table = np.stack([common.reshape(rest)] * size, axis=axis)
            lost += 1
    return table, lost


def mixtures_at(system: Indifference, point: Sequence[Fraction]) -> Mixtures:
    """Return the mixtures of which a point has the unknowns."""
    return tuple((1 - sum(point[part], Fraction(0)), *point[part]) for part in system.unknowns)


def values(system: Indifference, point: Sequence[Fraction]) -> list[Fraction]:
    """Return the equations at a point, exactly."""
    mixtures = mixtures_at(system, point)
    return [
        Fraction(value) for player, table in enumerate(system.tables) for value in _weighted(table, _of(mixtures, system.others(player)))
    ]


def jacobian(system: Indifference, point: Sequence[Fraction]) -> list[list[Fraction]]:
    """Return the exact matrix of derivatives of the equations by the unknowns."""
    mixtures = mixtures_at(system, point)
    rows = []
    for player, table in enumerate(system.tables):
        others = system.others(player)
        blocks = {player: np.full((len(table), len(table)), Fraction(0), dtype=object)}
        for axis, other in enumerate(others, start=1):
            moved = np.moveaxis(table, axis, 1)
            blocks[other] = _weighted(moved[:, 1:] - moved[:, :1], _of(mixtures, [place for place in others if place != other]), first=2)
        rows += np.concatenate([blocks[place] for place in sorted(blocks)], axis=1).tolist()
    return [[Fraction(entry) for entry in row] for row in rows]


def _of(mixtures: Mixtures, players: Sequence[int]) -> Iterator[ExactArray]:
    return (np.array(mixtures[player], dtype=object) for player in players)


def _weighted(table: ExactArray, mixtures: Iterator[ExactArray], *, first: int = 1) -> ExactArray:
    """Return a table averaged over its axes from ``first`` on."""
    for mixture in mixtures:
        table = np.tensordot(table, mixture, axes=([first], [0]))
    return table


def curvature(system: Indifference) -> Fraction:
    """Return a bound on how fast the derivatives change, in the row-sum norm, in the unit box and very near it.

    A second derivative is an average, with weights that sum in size to less than ``2 k`` there for each further
    player, of differences of differences of a table's entries.
    """
    worst = Fraction(0)
    for player, table in enumerate(system.tables):
        others = [system.sizes[other] for other in system.others(player)]
        pairs = sum((a - 1) * (b - 1) for i, a in enumerate(others) for j, b in enumerate(others) if i != j)
        stretch = max(Fraction(1), Fraction(2 * max(others)) ** (len(others) - 2))
        worst = max(worst, 4 * Fraction(abs(table).max()) * pairs * stretch)
    return worst
