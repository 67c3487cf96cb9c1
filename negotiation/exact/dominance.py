"""Strict dominance by pure or mixed strategies, decided in exact arithmetic.

A strategy is strictly dominated by a mixture exactly if the zero-sum game over payoff differences has a positive value
for the mixing player. Otherwise the other side's optimal mixture is a conjecture against which the strategy is a best
reply (Pearce 1984, appendix B, lemma 3), so each verdict comes with a proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.exact.matrix_game import matrix_game_value
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import ExactArray

__all__ = ["Elimination", "dominating_mixture", "eliminate"]


@dataclass(frozen=True, slots=True)
class Elimination:
    """One strategy that goes in one round, the mixture that does better, and by how much at least (payoff unit)."""

    player: int
    strategy: int
    mixture: tuple[tuple[int, Fraction], ...]
    margin: Fraction


def dominating_mixture(payoffs: ExactArray, strategy: int) -> tuple[list[Fraction], Fraction] | None:
    """Return a mixture that does strictly better than a strategy whatever the others do, and by how much; None if there is none.

    Parameters
    ----------
    payoffs : ndarray of Fraction, shape (strategies, combinations of the others), payoff unit
    strategy : int
    """
    gains = payoffs - payoffs[strategy]
    margins = gains.min(axis=1)
    best = int(np.argmax(margins))
    if margins[best] > 0:
        return [Fraction(int(row == best)) for row in range(len(payoffs))], margins[best]
    # Where the strategy is a best reply to something pure, no mixture can beat it there.
    if (gains.max(axis=0) <= 0).any():
        return None
    solved = matrix_game_value(gains)
    return (list(solved.row), solved.value) if solved.value > 0 else None


def eliminate(game: NormalFormGame) -> tuple[list[list[Elimination]], tuple[tuple[int, ...], ...]]:
    """Return the rounds of iterated strict dominance and what survives, for each player the strategy numbers.

    In each round all strategies go that are dominated in what was left by the round before; for finite games the
    order does not matter.
    """
    left = tuple(tuple(range(len(names))) for names in game.strategies)
    rounds = []
    while gone := _dominated(game, left):
        rounds.append(gone)
        out = {(item.player, item.strategy) for item in gone}
        left = tuple(tuple(s for s in strategies if (player, s) not in out) for player, strategies in enumerate(left))
    return rounds, left


def _dominated(game: NormalFormGame, left: tuple[tuple[int, ...], ...]) -> list[Elimination]:
    found = []
    for player, strategies in enumerate(left):
        table = np.moveaxis(game.exact_payoffs[player][np.ix_(*left)], player, 0).reshape(len(strategies), -1)
        for place, strategy in enumerate(strategies):
            verdict = dominating_mixture(table, place)
            if verdict is not None:
                mixture = tuple((other, weight) for other, weight in zip(strategies, verdict[0], strict=True) if weight)
                found.append(Elimination(player, strategy, mixture, verdict[1]))
    return found
