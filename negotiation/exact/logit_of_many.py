"""Logit equilibria of many games of one form at once.

A game of the form gives the tree or the sizes of the matrix; payoffs and the probabilities of chance come as arrays. What is
found in a game is what the concept finds in it alone, or the game is said to be undecided.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negotiation.exact.games_of_one_form import ROUNDING, Found, GamesOfOneForm, paths_of, sizes_of
from negotiation.exact.logit import logit_form
from negotiation.exact.logit_branches import LARGEST_PRECISION, starts_of
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.solution import Game
from negotiation.kernels.branches import (
    CROSSED,
    MOST_SOLUTIONS,
    OPEN,
    Branches,
    Games,
    Questions,
    Solutions,
    empty_search,
    follow_each,
    solve_each,
)
from negotiation.kernels.following import empty_room
from negotiation.kernels.logit import Form

__all__ = ["equilibria_at", "kernel_form", "principal_ends", "uniqueness_of_many"]

Doubles = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: How far from one the radius of a contraction has to be for its own rounding not to matter.
SURE_RADIUS = 1e-9
#: Payoffs are disturbed by about this share of their span, so often, where a branch crosses another one. Rounding in following
#: a branch is ten thousand times less; probabilities of a branch that goes the same way move by about as little.
DISTURBANCE, DISTURBANCES, DISTURBED = 1e-12, 2, 1e-6
#: A branch is not followed in a game whose payoffs are known worse than by this share of a disturbance.
SMALLEST_DISTURBED = 0.1


def kernel_form(game: Game) -> Form:
    """Return what games of this form have in common, as the kernels read it."""
    sizes, paths = sizes_of(game), paths_of(game)
    owner = [place.player for place in game.information_sets] if isinstance(game, ExtensiveFormGame) else range(len(game.players))
    below: list[list[int]] = [[] for _ in range(sum(sizes))]
    for end, path in enumerate(paths):
        for action in path:
            below[action].append(end)
    first = np.cumsum([0, *sizes])
    return Form(
        _numbers(first),
        _numbers(np.repeat(owner, sizes)),
        *_listed(paths),
        *_listed(below),
        isinstance(game, NormalFormGame) and len(sizes) == 2,
    )


def equilibria_at(games: GamesOfOneForm, precision: Doubles) -> Found:
    """Return the logit equilibria of each game at its precision, shape (N,), one over payoff unit.

    Raises
    ------
    NotApplicableError
        If the games are too large for the logit equations.
    """
    starts = np.array(list(starts_of(logit_form(games.game))))
    unique, unsure = uniqueness_of_many(games, precision)
    solutions = _solutions(kernel_form(games.game), _kernel_games(games), Questions(precision, games.noise, unique, starts))
    undecided = unsure | (solutions.status == OPEN)
    keep = np.repeat(~undecided, solutions.counts)
    game_of = np.repeat(np.arange(len(games.payoffs), dtype=np.int64), solutions.counts)
    return Found(undecided, unique, game_of[keep], solutions.probabilities[keep], solutions.residual[keep])


def principal_ends(games: GamesOfOneForm) -> Branches:
    """Return of each game's principal branch its last point and that at half its precision.

    From where a branch crosses another one it may go on along either, as rounding has it. Such a branch is followed again with
    payoffs that differ by much more than rounding, and is open if this leads elsewhere.
    """
    form = kernel_form(games.game)
    found = _followed(form, _kernel_games(games))
    found.status[games.noise > SMALLEST_DISTURBED * DISTURBANCE] = OPEN
    crossed = np.flatnonzero(found.status == CROSSED)
    if len(crossed):
        generator = np.random.default_rng(0)  # the same disturbances in every run
        payoffs, likely = games.payoffs[crossed], games.likely[crossed] if len(games.likely) > 1 else games.likely
        for _ in range(DISTURBANCES):
            disturbed = payoffs + DISTURBANCE * np.ptp(payoffs, axis=1, keepdims=True) * generator.standard_normal(payoffs.shape[1:])
            again = _followed(form, _logs(disturbed, likely))
            distance = np.abs(again.probabilities - found.probabilities[crossed]).max(axis=(1, 2))
            found.status[crossed[(again.status == OPEN) | (distance > DISTURBED)]] = OPEN
    return found


def _followed(form: Form, games: Games) -> Branches:
    number = len(games.payoffs)
    shares = np.repeat(1 / np.diff(form.rows), np.diff(form.rows))
    # What is lost keeps the point at precision 0.
    found = Branches(np.zeros(number, dtype=np.int8), np.tile([1.0, 2.0], (number, 1)), np.tile(shares, (number, 2, 1)))
    follow_each(form, empty_room(form, games.payoffs.shape[2]), games, LARGEST_PRECISION, found)
    return found


def uniqueness_of_many(games: GamesOfOneForm, precision: Doubles) -> tuple[Truths, Truths]:
    """Return where there is one equilibrium for certain, and where rounding leaves that open; the proofs of ``logit_response``."""
    unsure = np.zeros(len(games.payoffs), dtype=bool)
    if not isinstance(games.game, NormalFormGame):
        return unsure, unsure.copy()
    tables = games.tables
    differences = _second_differences(tables)
    radius = precision / 4 * _spectral_radius(differences)
    # Four payoffs make a second difference; the largest eigenvalue is at most the largest sum of a row.
    slack = precision * games.error * tables.shape[1] + SURE_RADIUS
    unique, unsure = radius < 1, np.abs(radius - 1) < slack
    if tables.shape[1:] == (2, 2, 2):
        slopes = tables[:, :, 0, 0] - tables[:, :, 0, 1] - tables[:, :, 1, 0] + tables[:, :, 1, 1]
        largest = np.abs(tables).max(axis=(1, 2, 3))
        is_known = (np.abs(slopes) > (4 * games.error + 4 * ROUNDING * largest)[:, None]).all(axis=1)
        crossing = is_known & (slopes.prod(axis=1) < 0)
        unique, unsure = unique | crossing, (unsure | ~(is_known | unique)) & ~crossing
    return unique, unsure


def _spectral_radius(matrices: Doubles) -> Doubles:
    """Return the largest absolute eigenvalue of each matrix, shape (N, players, players), with zeros on the diagonal."""
    if matrices.shape[1] == 2:
        return np.sqrt(matrices[:, 0, 1] * matrices[:, 1, 0])
    return np.asarray(np.abs(np.linalg.eigvals(matrices)).max(axis=1))


def _second_differences(tables: Doubles) -> Doubles:
    """Return the largest mixed second difference of each player's payoffs by each other player, shape (N, players, players)."""
    number, count = tables.shape[:2]
    found = np.zeros((number, count, count))
    for i in range(count):
        for j in range(count):
            if i != j:
                table = np.moveaxis(tables[:, i], (i + 1, j + 1), (1, 2))
                for first in range(table.shape[1]):
                    spans = np.ptp(table - table[:, first : first + 1], axis=2).reshape(number, -1).max(axis=1)
                    found[:, i, j] = np.maximum(found[:, i, j], spans)
    return found


def _solutions(form: Form, games: Games, questions: Questions) -> Solutions:
    number, actions = len(games.payoffs), len(form.owner)
    status, counts = np.zeros(number, dtype=np.int8), np.zeros(number, dtype=np.int32)
    room, search = empty_room(form, games.payoffs.shape[2]), empty_search(form)
    probabilities, residual = [np.empty((0, actions))], [np.empty(0)]
    start = 0
    while start < number:
        rows = 2 * (number - start) + MOST_SOLUTIONS
        part = Solutions(status, counts, np.empty((rows, actions)), np.empty(rows))
        stop = solve_each(form, room, search, games, questions, part, start)
        used = counts[start:stop].sum()
        probabilities.append(part.probabilities[:used])
        residual.append(part.residual[:used])
        start = stop
    return Solutions(status, counts, np.concatenate(probabilities), np.concatenate(residual))


def _kernel_games(games: GamesOfOneForm) -> Games:
    return _logs(games.payoffs, games.likely)


def _logs(payoffs: Doubles, likely: Doubles) -> Games:
    with np.errstate(divide="ignore"):  # an end that chance forbids
        return Games(np.ascontiguousarray(payoffs), np.log(np.ascontiguousarray(likely)))


def _listed(lists: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each list begins, and all of them one after another."""
    return _numbers(np.cumsum([0, *map(len, lists)])), _numbers([number for numbers in lists for number in numbers])


def _numbers(values: object) -> NDArray[np.int64]:
    return np.asarray(values, dtype=np.int64)
