"""Many games of one form as arrays: one of them gives the tree, or the sizes of the matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from negotiation.games.extensive_form import Chance, Decision, ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.solution import Game

__all__ = ["ROUNDING", "Found", "GamesOfOneForm", "paths_of", "repeated", "sizes_of"]

Doubles = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: What rounding adds to a payoff in doubles, as a share of it; a few sums are made of each.
ROUNDING = 1e-15


@dataclass(frozen=True, eq=False)
class GamesOfOneForm:
    """N games that differ in their numbers only.

    Parameters
    ----------
    game : Game
        One of them: it gives the tree, or the sizes of the matrix.
    payoffs : float64 array of shape (N, E, players), payoff units
        At the ends of the tree, or in the cells of the matrix, row by row.
    chances : mapping of chance node to float64 array of shape (N or 1, actions)
    error : float64 array of shape (N,), payoff units
        How far payoffs, and averages of them by the probabilities of chance, may be from the exact ones.
    """

    game: Game
    payoffs: Doubles
    chances: Mapping[int, Doubles]
    error: Doubles

    @cached_property
    def likely(self) -> Doubles:
        """The probability that chance makes each end possible, shape (N or 1, E)."""
        if isinstance(self.game, NormalFormGame):
            return np.ones((1, self.payoffs.shape[1]))
        number = max((len(rows) for rows in self.chances.values()), default=1)
        likely = np.ones((number, self.payoffs.shape[1]))
        for place, end in enumerate(self.game.ends):
            for node, action in self.game.moves_to(end):
                if isinstance(self.game.nodes[node], Chance):
                    likely[:, place] *= self.chances[node][:, action]
        return likely

    @cached_property
    def tables(self) -> Doubles:
        """The payoffs of matrices, shape (N, players, ...)."""
        sizes = self.payoffs.shape[1:2] if not isinstance(self.game, NormalFormGame) else self.game.exact_payoffs.shape[1:]
        return np.moveaxis(self.payoffs, 2, 1).reshape(len(self.payoffs), self.payoffs.shape[2], *sizes)

    @cached_property
    def noise(self) -> Doubles:
        """The error as a share of the largest span of payoffs, shape (N,); at least that of rounding."""
        spans = np.ptp(self.payoffs, axis=1).max(axis=1)
        return np.asarray(np.maximum(self.error / np.where(spans > 0, spans, 1.0), ROUNDING))


@dataclass(frozen=True, eq=False)
class Found:
    """The equilibria of N games, M in all.

    Parameters
    ----------
    undecided, unique : bool arrays of shape (N,)
    game : int64 array of shape (M,), ascending
    probabilities : float64 array of shape (M, A)
        Of the actions of all information sets, or of all players' strategies.
    residual : float64 array of shape (M,)
        The largest difference between a probability and the logit response.
    """

    undecided: Truths
    unique: Truths
    game: NDArray[np.int64]
    probabilities: Doubles
    residual: Doubles


def repeated(game: ExtensiveFormGame, number: int) -> GamesOfOneForm:
    """Return so many copies of a tree, to be solved at different precisions."""
    payoffs = np.broadcast_to(game.payoffs, (number, *game.payoffs.shape))
    moves = {place: node for place, node in enumerate(game.nodes) if isinstance(node, Chance)}
    chances = {place: np.array([[float(chance) for chance in node.probabilities]]) for place, node in moves.items()}
    return GamesOfOneForm(game, payoffs, chances, np.zeros(number))


def sizes_of(game: Game) -> tuple[int, ...]:
    """Return how many actions each information set has, or how many strategies each player of a matrix."""
    if isinstance(game, NormalFormGame):
        return tuple(game.exact_payoffs.shape[1:])
    return tuple(len(place.actions) for place in game.information_sets)


def paths_of(game: Game) -> list[list[int]]:
    """Return the actions on the way to each end, numbered through all information sets, without those of chance."""
    sizes = sizes_of(game)
    first = np.cumsum([0, *sizes])[:-1]
    if isinstance(game, NormalFormGame):
        return [[int(place) for place in cell] for cell in np.indices(sizes).reshape(len(sizes), -1).T + first]
    return [
        [
            int(first[node.information_set]) + action
            for number, action in game.moves_to(end)
            if isinstance(node := game.nodes[number], Decision)
        ]
        for end in game.ends
    ]
