"""Supports that equilibria of a game with any number of players can have.

A support profile (one set of strategies for each player) cannot be that of an equilibrium if a strategy in it is strictly
dominated while the others keep to their sets: it would be worth less than another strategy against all of their mixtures.
Supports are built player by player, smaller sets first, and given up as soon as that is so.

References
----------
Porter, Nudelman and Shoham (2008), Games and Economic Behavior 63, 642-662.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import combinations
from operator import and_, or_
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ranks", "Support", "payoff_ranks", "possible_supports"]

#: For each player the numbers of the strategies that he mixes over.
Support: TypeAlias = tuple[tuple[int, ...], ...]

#: For each player, 0 for his lowest payoff, 1 for the next, and so on: as exact as the payoffs, and quick to compare.
Ranks: TypeAlias = NDArray[np.int64]


def payoff_ranks(payoffs: NDArray[np.object_]) -> Ranks:
    """Return the ranks of payoffs, shape (N, s_1, ..., s_N)."""
    return np.stack([np.unique(own, return_inverse=True)[1].reshape(own.shape) for own in payoffs])


def possible_supports(ranks: Ranks) -> Iterator[Support]:
    """Yield the supports in which nothing is strictly dominated by a pure strategy, for each size of all sets together."""
    sizes = ranks.shape[1:]
    trial = _Domination(ranks)
    for total in range(len(sizes), sum(sizes) + 1):
        yield from _extended(trial, (), total, sizes)


class _Domination:
    """Which strategies do better than which against which combinations of the others' strategies, as bits."""

    def __init__(self, ranks: Ranks) -> None:
        self.all_strategies = tuple(tuple(range(size)) for size in ranks.shape[1:])
        #: For each player, other player and strategy of that: the combinations in which it is played.
        self.played: list[list[list[int]]] = []
        #: For each player and strategy: where each of his other strategies does better.
        self.better: list[list[list[int]]] = []
        for player, own in enumerate(ranks):
            table = np.moveaxis(own, player, 0).reshape(own.shape[player], -1)
            self.better.append([[_bits(table[other] > table[strategy]) for other in range(len(table))] for strategy in range(len(table))])
            shape = own.shape[:player] + own.shape[player + 1 :]
            cells = np.indices(shape).reshape(len(shape), -1)
            places = iter(cells)
            self.played.append([[] if other == player else _where(next(places), size) for other, size in enumerate(ranks.shape[1:])])

    def allows(self, support: Support) -> bool:
        """Whether nothing in the support is dominated while the players who come after it may do anything."""
        sets = (*support, *self.all_strategies[len(support) :])
        for player, chosen in enumerate(support):
            region = reduce(
                and_, (reduce(or_, (self.played[player][other][s] for s in own)) for other, own in enumerate(sets) if other != player), -1
            )
            if any(region & better == region for s in chosen for better in self.better[player][s]):
                return False
        return True


def _where(cells: NDArray[np.intp], size: int) -> list[int]:
    return [_bits(cells == strategy) for strategy in range(size)]


def _bits(flags: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def _extended(trial: _Domination, support: Support, total: int, sizes: Sequence[int]) -> Iterator[Support]:
    """Yield the supports that begin in a given way and have so many strategies in all."""
    rest = sizes[len(support) + 1 :]
    left = total - sum(map(len, support))
    for count in range(max(1, left - sum(rest)), min(sizes[len(support)], left - len(rest)) + 1):
        for chosen in combinations(range(sizes[len(support)]), count):
            longer = (*support, chosen)
            if trial.allows(longer):
                if rest:
                    yield from _extended(trial, longer, total, sizes)
                else:
                    yield longer
