"""All equilibria of many games of one form at once, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Answers"]

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Answers:
    """The equilibria of N games that differ in their numbers only, M in all.

    Parameters
    ----------
    undecided : bool array of shape (N,)
        The games at which doubles do not decide (a tie, or too near to one; a search that did not converge): an exact solver
        has to. What else is said of them here means nothing.
    complete : bool array of shape (N,)
    game : int64 array of shape (M,)
        The game of each equilibrium, ascending; the equilibria of a game are in the order in which the concept lists them.
    end : int32 array of shape (M,)
        The end of play that is reached for certain (as its number among the ends of the tree, or of the cell, row by row, of a
        matrix), -1 where several are possible.
    endings : float64 array of shape (K, ends)
        For the K equilibria with several possible ends, in their order: the probability of each.
    payoffs : float64 array of shape (M, players), payoff units
    regret : float64 array of shape (M,)
        The largest gain from leaving the equilibrium, as a share of the player's payoff span.
    """

    undecided: NDArray[np.bool_]
    complete: NDArray[np.bool_]
    game: NDArray[np.int64]
    end: NDArray[np.int32]
    endings: Doubles
    payoffs: Doubles
    regret: Doubles
