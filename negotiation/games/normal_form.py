"""Games in normal form.

A game has ``N`` players; player ``i`` has strategies ``0 .. s_i - 1``; ``payoffs[i, a_1, ..., a_N]`` is what player
``i`` gets when each player ``j`` plays ``a_j``. A player's own strategy is therefore axis ``1 + i`` of the array.
Payoffs are kept as exact rationals; ``payoffs`` is their float64 image.

>>> game = NormalFormGame.from_payoffs([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
>>> game.exact_payoffs[0, 1, 0]
Fraction(5, 1)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import GameError
from negotiation.games.numbers import ExactArray, exact_array
from negotiation.games.readings import Reading

__all__ = ["NormalFormGame"]


@dataclass(frozen=True, eq=False)
class NormalFormGame:
    """A finite game in normal form, frozen.

    Parameters
    ----------
    players : tuple of str, length N
    strategies : tuple of N tuples of str
    exact_payoffs : ndarray of Fraction, shape (N, s_1, ..., s_N), payoff unit
    outcomes : ndarray of str, shape (s_1, ..., s_N), or None
        The name of each cell; ``"act, refuse"`` and so on when not given.
    readings : tuple of Reading
        Names for pure profiles; the path of a profile is its strategies in the order of players.

    Raises
    ------
    GameError
        If shapes or names do not agree.
    """

    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]
    exact_payoffs: ExactArray
    title: str = ""
    outcomes: NDArray[np.object_] | None = None
    readings: tuple[Reading, ...] = ()

    def __post_init__(self) -> None:
        shape = (len(self.players), *(len(names) for names in self.strategies))
        if len(self.players) != len(self.strategies) or not self.players:
            raise GameError(f"a game needs strategies for each player, got {len(self.players)} players and {len(self.strategies)} lists")
        if self.exact_payoffs.shape != shape:
            raise GameError(f"payoffs must have shape {shape} (players, then strategies), got {self.exact_payoffs.shape}")
        if 0 in shape:
            raise GameError("each player needs at least one strategy")
        for player, names in zip(self.players, self.strategies, strict=True):
            if len(set(names)) != len(names):
                raise GameError(f"strategies of {player!r} must have different names, got {', '.join(names)}")
        if len(set(self.players)) != len(self.players):
            raise GameError(f"players must have different names, got {', '.join(self.players)}")
        self.exact_payoffs.setflags(write=False)

    def __repr__(self) -> str:
        """Return one line: title, players, and size."""
        size = " x ".join(str(len(names)) for names in self.strategies)
        return f"<NormalFormGame {self.title!r}: {', '.join(self.players)}; {size}>"

    @classmethod
    def from_payoffs(
        cls,
        payoffs: object,
        *,
        players: Sequence[str] | None = None,
        strategies: Sequence[Sequence[str]] | None = None,
        title: str = "",
    ) -> NormalFormGame:
        """Return the game of an array-like of numbers of shape (N, s_1, ..., s_N), names filled in where not given."""
        exact_payoffs = exact_array(payoffs)
        count, *sizes = exact_payoffs.shape
        if count != len(sizes):
            raise GameError(f"payoffs must have one axis for each player after the first, got shape {exact_payoffs.shape}")
        if players is None:
            players = ("row", "column") if count == 2 else [f"player {number}" for number in range(1, count + 1)]
        if strategies is None:
            strategies = [[str(number) for number in range(1, size + 1)] for size in sizes]
        named = tuple(tuple(names) for names in strategies)
        return cls(tuple(players), named, exact_payoffs, title=title)

    @cached_property
    def payoffs(self) -> NDArray[np.float64]:
        """The payoffs as float64, shape (N, s_1, ..., s_N), read-only."""
        array = self.exact_payoffs.astype(np.float64)
        array.setflags(write=False)
        return array

    def outcome(self, strategies: Sequence[int]) -> str:
        """Return the name of a cell given by one strategy number for each player."""
        if self.outcomes is not None:
            return str(self.outcomes[tuple(strategies)])
        return ", ".join(names[chosen] for names, chosen in zip(self.strategies, strategies, strict=True))
