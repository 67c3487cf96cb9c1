"""Which draw decides what: the numbers of a replication's draws, the same for every engine.

Each replication has its own sequence of draws in each family (``kernels.philox``).

types, number k
    The k-th private type, drawn once for the match.
moves, number (t - 1) * width + k
    Round t, counted from 1, has ``width`` numbers: one for each move of the longest course of play and, where the horizon
    is random, a first one that decides whether another round follows. Then come the moves in order, a player's or chance's.
delays, number (t - 1) * (1 + depth) + k
    With a clock: how long the pause after round t lasts (k = 0), and how long its k-th move takes; ``depth`` is the number of
    moves of the longest course of play.
shocks, number n
    The time to the n-th shock (counted from 0) since the one before it. Each shock has a family of its own.

A course of play that is shorter than the longest leaves numbers unused, and so does a move that is certain.

Where there are several channels, or shocks, each has its own families: those of the k-th in the order of their names (counted
from 0) are numbered ``STRIDE * k`` higher. Types that all channels share are drawn from the families of the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negotiation.games.repeated import Match
from negotiation.kernels.philox import fill_draws

__all__ = ["FIRST_CHUNK", "LARGEST_CHUNK", "STRIDE", "RoundDraws", "consecutive_draws", "round_draws", "rows_of_draws"]

#: Families of a channel or shock; there are fewer than so many kinds of draws.
STRIDE = 16

#: Rounds whose draws are made at a time: short crises waste few draws, and long ones pay the call rarely.
FIRST_CHUNK, LARGEST_CHUNK = 4, 256


@dataclass(frozen=True, slots=True)
class RoundDraws:
    """How many draws a round has, and which of them decides the first move."""

    width: int
    first_move: int


def round_draws(match: Match, depth: int) -> RoundDraws:
    """Return the layout of a round's draws, given the largest number of moves in a round."""
    first_move = 0 if match.repetition.continuation is None else 1
    return RoundDraws(max(1, first_move + depth), first_move)


def consecutive_draws(key: NDArray[np.uint64], replication: int, family: int, first: int, count: int) -> list[float]:
    """Return consecutive draws of a family, from the number ``first`` on."""
    out = np.empty(count)
    fill_draws(key, replication, family, first, out)
    draws: list[float] = out.tolist()
    return draws


def rows_of_draws(key: NDArray[np.uint64], replication: int, family: int, width: int) -> Iterator[list[float]]:
    """Yield the draws of a family, ``width`` for round 1, for round 2 and so on, as many as are asked for."""
    first, size = 0, FIRST_CHUNK
    while True:
        uniforms = consecutive_draws(key, replication, family, first * width, size * width)
        for start in range(0, size * width, width):
            yield uniforms[start : start + width]
        first, size = first + size, min(2 * size, LARGEST_CHUNK)
