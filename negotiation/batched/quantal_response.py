"""Logit equilibria at many points at once, each as it is found in its game alone."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import ParameterError
from negotiation.exact.games_of_one_form import GamesOfOneForm
from negotiation.exact.logit_answers import answers_at, answers_in_the_limit
from negotiation.games.answers import Answers
from negotiation.scenario.blocks import Block

__all__ = ["solve"]

Doubles = NDArray[np.float64]


def solve(block: Block, *, precision: float | None = None) -> Answers:
    """Return the logit equilibria at each point; without a precision, the Nash equilibrium to which the principal branch leads.

    Parameters
    ----------
    block : Block
    precision : float, at least 0, one over payoff unit

    Raises
    ------
    ParameterError
        If the precision is negative or not finite.
    NotApplicableError
        If the games are too large for the logit equations.
    """
    if precision is not None and not (math.isfinite(precision) and precision >= 0):
        raise ParameterError(f"precision must be a finite number of at least 0, got {precision}")
    games = _games(block)
    answers = answers_in_the_limit(games) if precision is None else answers_at(games, np.full(block.size, float(precision)))
    return replace(answers, undecided=answers.undecided | block.unknown)


def _games(block: Block) -> GamesOfOneForm:
    """Return the games of a block; points that are unknown have a game in which all is paid nothing."""
    game = block.scenario.game()
    tables = [block.table(player) for player in range(len(game.players))]
    payoffs = np.stack([values for values, _ in tables], axis=2)
    error = np.max([bounds.max(axis=1, initial=0.0) for _, bounds in tables], axis=0)
    chances = {}
    for node, quantities in block.chances.items():
        found = [np.broadcast_arrays(*block.spread(quantity)) for quantity in quantities]
        chances[node] = np.stack(np.broadcast_arrays(*(values for values, _ in found)), axis=1)
        # A probability that is off by d moves an average of payoffs by at most d times their span.
        error = error + np.ptp(payoffs, axis=1).max(axis=1) * sum((bounds for _, bounds in found), np.zeros(1))
    known = ~block.unknown & np.isfinite(error)
    return GamesOfOneForm(game, np.where(known[:, None, None], payoffs, 0.0), chances, np.where(known, error, 0.0))
