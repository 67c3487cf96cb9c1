"""The logit response equations of one game after another, all of one form.

The unknowns are log odds against the first action of the same information set, as in ``exact.logit``, where the
equations are derived. Information sets, actions and ends are numbered; in a matrix game a player is an information set and a
cell an end. All arrays are filled in place.
"""

from __future__ import annotations

from math import exp, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from negotiation.kernels.compiled import compiled_inside, compiled_without_counting

__all__ = [
    "BY_PRECISION",
    "LOGS",
    "PROBABILITIES",
    "RESIDUAL",
    "VALUES",
    "Form",
    "Game",
    "Work",
    "empty_game",
    "empty_work",
    "evaluate",
    "probabilities_of",
]

#: The rows of ``Work.unknowns``, of ``Work.actions``, and of ``Work.ends``.
RESIDUAL, BY_PRECISION = 0, 1
PROBABILITIES, LOGS, VALUES = 0, 1, 2
EXPONENTS, WEIGHTS = 0, 1

Doubles = NDArray[np.float64]
Numbers = NDArray[np.int64]


class Form(NamedTuple):
    """What games of one form have in common: R information sets, A actions, E ends, n = A - R unknowns.

    ``rows`` int64 (R + 1,): the first action of each information set. ``owner`` int64 (A,): the player of each action.
    ``paths`` int64 (E + 1,) and ``taken``: where the actions on the path to each end are listed, and these. ``beneath`` int64
    (A + 1,) and ``ends``: the same for the ends below each action. ``bimatrix``: whether it is a matrix of two players; the
    cells run row by row.
    """

    rows: Numbers
    owner: Numbers
    paths: Numbers
    taken: Numbers
    beneath: Numbers
    ends: Numbers
    bimatrix: bool


class Game(NamedTuple):
    """The numbers of one game: ``payoffs`` float64 (players, E), from 0 to at most 1, and ``log_chance`` float64 (E,)."""

    payoffs: Doubles
    log_chance: Doubles


class Work(NamedTuple):
    """Where ``evaluate`` leaves its results, one row for each kind of number, and room for it.

    ``unknowns`` (2, n): ``RESIDUAL`` and ``BY_PRECISION``. ``actions`` (3, A): ``PROBABILITIES``, ``LOGS``, ``VALUES``. ``ends`` (2, E):
    ``EXPONENTS``, ``WEIGHTS``. ``by_x`` (n, n), ``by_logs`` (A, A): derivatives of the residual, and of what actions are worth.
    """

    unknowns: Doubles
    actions: Doubles
    ends: Doubles
    by_x: Doubles
    by_logs: Doubles


def empty_game(players: int, ends: int) -> Game:
    """Return room for the numbers of one game."""
    return Game(np.zeros((players, ends)), np.zeros(ends))


def empty_work(form: Form) -> Work:
    """Return room for evaluating the equations of games of a form."""
    actions, ends = len(form.owner), len(form.paths) - 1
    unknowns = actions - len(form.rows) + 1
    return Work(np.zeros((2, unknowns)), np.zeros((3, actions)), np.zeros((2, ends)), np.eye(unknowns), np.zeros((actions, actions)))


@compiled_inside
def probabilities_of(form: Form, work: Work, x: Doubles) -> None:
    """Put the probability of each action and its logarithm into ``work.actions``."""
    rows, logs, probabilities = form.rows, work.actions[LOGS], work.actions[PROBABILITIES]
    for row in range(rows.shape[0] - 1):
        start, stop = rows[row], rows[row + 1]
        highest = 0.0
        for action in range(start + 1, stop):
            highest = max(highest, x[action - row - 1])
        total = 0.0
        for action in range(start, stop):
            odds = (x[action - row - 1] if action > start else 0.0) - highest
            logs[action] = odds
            probabilities[action] = exp(odds)
            total += probabilities[action]
        scale, shift = 1.0 / total, log(total)
        for action in range(start, stop):
            logs[action] -= shift
            probabilities[action] *= scale


@compiled_without_counting
def evaluate(form: Form, game: Game, work: Work, x: Doubles, precision: float) -> float:
    """Fill the residual and the derivatives in, and return the largest residual; precision counts in one over the scale."""
    probabilities_of(form, work, x)
    if form.bimatrix:
        _average(form, game, work)
        _cross_derivatives(form, game, work, precision)
    else:
        _exponents(form, game, work)
        for action in range(form.owner.shape[0]):
            _weigh(form, work, action)
            _value(form, game, work, action)
        _derivatives(form, work, precision)
    return _residual(form, work, x, precision)


@compiled_inside
def _exponents(form: Form, game: Game, work: Work) -> None:
    """Put the log probability of each end into ``work.ends``."""
    paths, taken, logs = form.paths, form.taken, work.actions[LOGS]
    for end in range(paths.shape[0] - 1):
        total = game.log_chance[end]
        for place in range(paths[end], paths[end + 1]):
            total += logs[taken[place]]
        work.ends[EXPONENTS, end] = total


@compiled_inside
def _weigh(form: Form, work: Work, action: int) -> None:
    """Put the probabilities of the ends below an action, given that it is taken, into ``work.ends``; 0 where chance forbids all."""
    start, stop = form.beneath[action], form.beneath[action + 1]
    ends, exponents, weights = form.ends, work.ends[EXPONENTS], work.ends[WEIGHTS]
    highest = -np.inf
    for place in range(start, stop):
        highest = max(highest, exponents[ends[place]])
    total = 0.0
    for place in range(start, stop):
        end = ends[place]
        weights[end] = exp(exponents[end] - highest) if highest > -np.inf else 0.0
        total += weights[end]
    if total > 0.0:
        scale = 1.0 / total
        for place in range(start, stop):
            weights[ends[place]] *= scale


@compiled_inside
def _value(form: Form, game: Game, work: Work, action: int) -> None:
    """Put what an action is worth into ``work.actions``, and its derivative by the log probabilities into ``work.by_logs``."""
    paths, taken, ends, weights, by_logs = form.paths, form.taken, form.ends, work.ends[WEIGHTS], work.by_logs
    start, stop, player = form.beneath[action], form.beneath[action + 1], form.owner[action]
    value = 0.0
    for place in range(start, stop):
        value += weights[ends[place]] * game.payoffs[player, ends[place]]
    work.actions[VALUES, action] = value
    for other in range(by_logs.shape[0]):
        by_logs[action, other] = 0.0
    for place in range(start, stop):
        end = ends[place]
        share = weights[end] * (game.payoffs[player, end] - value)
        for step in range(paths[end], paths[end + 1]):
            by_logs[action, taken[step]] += share


@compiled_inside
def _derivatives(form: Form, work: Work, precision: float) -> None:
    """Fill the derivative by the log odds in."""
    for row in range(form.rows.shape[0] - 1):
        for action in range(form.rows[row] + 1, form.rows[row + 1]):
            _differentiate(form, work, action, form.rows[row], action - row - 1, precision)


@compiled_inside
def _differentiate(form: Form, work: Work, action: int, base: int, unknown: int, precision: float) -> None:
    """Fill one row of the derivative by the log odds in: a log odds moves the log probabilities of its whole information set."""
    rows, by_logs, by_x, probabilities = form.rows, work.by_logs, work.by_x, work.actions[PROBABILITIES]
    for row in range(rows.shape[0] - 1):
        start, stop = rows[row], rows[row + 1]
        total = 0.0
        for other in range(start, stop):
            total += by_logs[action, other] - by_logs[base, other]
        for other in range(start + 1, stop):
            by_x[unknown, other - row - 1] = precision * (probabilities[other] * total - by_logs[action, other] + by_logs[base, other])
    by_x[unknown, unknown] += 1.0


@compiled_inside
def _average(form: Form, game: Game, work: Work) -> None:
    """Put what each strategy of a two-player matrix is worth into ``work.actions``."""
    m, n = form.rows[1], form.rows[2] - form.rows[1]
    payoffs, values, probabilities = game.payoffs, work.actions[VALUES], work.actions[PROBABILITIES]
    for column in range(n):
        values[m + column] = 0.0
    for row in range(m):
        total = 0.0
        for column in range(n):
            total += payoffs[0, row * n + column] * probabilities[m + column]
            values[m + column] += payoffs[1, row * n + column] * probabilities[row]
        values[row] = total


@compiled_inside
def _cross_derivatives(form: Form, game: Game, work: Work, precision: float) -> None:
    """Fill the derivative by the log odds of the other player in; that by one's own stays the unit matrix."""
    m, n = form.rows[1], form.rows[2] - form.rows[1]
    payoffs, values, probabilities, by_x = game.payoffs, work.actions[VALUES], work.actions[PROBABILITIES], work.by_x
    for row in range(1, m):
        gain = values[row] - values[0]
        for column in range(1, n):
            cell = row * n + column
            change = payoffs[0, cell] - payoffs[0, column] - gain
            by_x[row - 1, m + column - 2] = -precision * probabilities[m + column] * change
            change = payoffs[1, cell] - payoffs[1, row * n] - (values[m + column] - values[m])
            by_x[m + column - 2, row - 1] = -precision * probabilities[row] * change


@compiled_inside
def _residual(form: Form, work: Work, x: Doubles, precision: float) -> float:
    """Fill the residual and its derivative by the precision in, and return the largest residual."""
    rows, values = form.rows, work.actions[VALUES]
    largest = 0.0
    for row in range(rows.shape[0] - 1):
        for action in range(rows[row] + 1, rows[row + 1]):
            unknown = action - row - 1
            gain = values[action] - values[rows[row]]
            residual = x[unknown] - precision * gain
            work.unknowns[RESIDUAL, unknown] = residual
            work.unknowns[BY_PRECISION, unknown] = -gain
            largest = max(largest, abs(residual))
    return largest
