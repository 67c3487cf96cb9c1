"""Which draw decides what: the numbers of a replication's draws, the same for every engine.

Each replication has its own sequence of draws in each family (``kernels.philox``).

types, number k
    The k-th private type, drawn once for the match.
moves, number (t - 1) * width + k
    Round t, counted from 1, has ``width`` numbers: one for each move of the longest course of play and, where the horizon
    is random, a first one that decides whether another round follows. Then come the moves in order, a player's or chance's.

A course of play that is shorter than the longest leaves numbers unused, and so does a move that is certain.
"""

from __future__ import annotations

from dataclasses import dataclass

from negotiation.games.repeated import Match

__all__ = ["RoundDraws", "round_draws"]


@dataclass(frozen=True, slots=True)
class RoundDraws:
    """How many draws a round has, and which of them decides the first move."""

    width: int
    first_move: int


def round_draws(match: Match, depth: int) -> RoundDraws:
    """Return the layout of a round's draws, given the largest number of moves in a round."""
    first_move = 0 if match.repetition.continuation is None else 1
    return RoundDraws(max(1, first_move + depth), first_move)
