"""Logit equilibria of many games of one form as answers: the ends that they lead to and what they pay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from negotiation.exact.branch_limits import Limits, limits, matrix_regret, settle_mixed
from negotiation.exact.games_of_one_form import Found, GamesOfOneForm, paths_of, sizes_of
from negotiation.exact.induced_of_many import induced_responses
from negotiation.exact.logit_branches import LARGEST_PRECISION
from negotiation.games.answers import Answers
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.solution import Game

__all__ = ["answers_at", "answers_in_the_limit"]

Doubles = NDArray[np.float64]

#: At the precision to which branches are followed, 1e7, payoffs that are off by this share of the span move log odds by 0.01.
LARGEST_NOISE = 1e-9


def answers_at(games: GamesOfOneForm, precision: Doubles) -> Answers:
    """Return the logit equilibria of each game at its precision, as ``quantal_response`` finds them in it alone.

    Parameters
    ----------
    games : GamesOfOneForm
    precision : float64 array of shape (N,), one over payoff unit

    Raises
    ------
    NotApplicableError
        If the games are too large for the logit equations.
    """
    if _is_induced(games.game):
        induced = induced_responses(games, precision)
        decided = np.flatnonzero(~induced.undecided)
        everywhere = np.ones(len(games.payoffs), dtype=bool)
        # Each probability is the response to what follows, computed once.
        residual = np.zeros(len(decided))
        return _answers(games, Found(induced.undecided, everywhere, decided, induced.probabilities[decided], residual))
    # Trees with perfect information need no kernels, and loading these takes longer than solving thousands of such trees.
    from negotiation.exact.logit_of_many import equilibria_at

    return _answers(games, equilibria_at(games, precision))


def answers_in_the_limit(games: GamesOfOneForm) -> Answers:
    """Return the Nash equilibrium at the end of each game's principal branch; errors as ``answers_at``.

    Decided are pure limits, and mixed ones of two-player matrices.
    """
    found, regret = _limits(games), np.zeros(len(games.payoffs))
    if isinstance(games.game, NormalFormGame) and len(games.game.players) == 2:
        found = settle_mixed(games.tables, found)
        for number in np.flatnonzero(~found.pure & ~found.undecided):
            regret[number] = matrix_regret(games.tables[number], found.profiles[number])
    else:
        found = replace(found, undecided=found.undecided | ~found.pure)
    decided = np.flatnonzero(~found.undecided)
    nowhere = np.zeros(len(games.payoffs), dtype=bool)
    return _answers(games, Found(found.undecided, nowhere, decided, found.profiles[decided], regret[decided]))


def _limits(games: GamesOfOneForm) -> Limits:
    sizes = sizes_of(games.game)
    if not _is_induced(games.game):
        from negotiation.exact.logit_of_many import principal_ends
        from negotiation.kernels.branches import OPEN

        found = principal_ends(games)
        reached = limits(sizes, found.precision, found.probabilities)
        return replace(reached, undecided=reached.undecided | (found.status == OPEN))
    spans = np.ptp(games.payoffs, axis=1).max(axis=1)
    last = LARGEST_PRECISION / np.where(spans > 0, spans, 1.0)
    points = [induced_responses(games, precision).probabilities for precision in (last / 2, last)]
    reached = limits(sizes, np.stack([last / 2, last], axis=1), np.stack(points, axis=1))
    return replace(reached, undecided=reached.undecided | (games.noise > LARGEST_NOISE))


def _is_induced(game: Game) -> bool:
    return isinstance(game, ExtensiveFormGame) and game.has_perfect_information


def _answers(games: GamesOfOneForm, found: Found) -> Answers:
    endings = np.broadcast_to(games.likely, (len(games.payoffs), games.likely.shape[1]))[found.game]
    possible = endings > 0
    for end, path in enumerate(paths_of(games.game)):
        for action in path:
            endings[:, end] *= found.probabilities[:, action]
            possible[:, end] &= found.probabilities[:, action] > 0
    payoffs = np.zeros((len(found.game), games.payoffs.shape[2]))
    # Summed end by end, so that a row does not depend on how many there are.
    for end in range(endings.shape[1]):
        payoffs += endings[:, end, None] * games.payoffs[found.game, end]
    certain = possible.sum(axis=1) == 1
    return Answers(
        found.undecided,
        found.unique,
        found.game,
        np.where(certain, possible.argmax(axis=1), -1).astype(np.int32),
        endings[~certain],
        payoffs,
        found.residual,
    )
