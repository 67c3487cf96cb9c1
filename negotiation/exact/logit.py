"""The logit response equations of a game, for trees and normal forms alike.

Number the actions of all information sets ``0 .. A - 1`` (in a normal form: the strategies of all players) and the ends
``0 .. E - 1`` (the cells). An end's log probability is ``log chance + (sum of the log probabilities of the actions on
its path)``. What an action is worth, given that its information set is reached, is the average of its player's payoff
over the ends below the action, weighted with their probabilities: what all of those ends share cancels, so the formula
holds for arbitrarily improbable information sets, and gives Bayes' rule there without a division by zero.

The unknowns ``x`` are log odds against the first action of the same information set, one for each other action; the
equations of the logit equilibrium at precision ``L`` are ``x = L (value - value of the first action)``. Log odds stay
well scaled where probabilities underflow (Turocy 2010).

References
----------
McKelvey and Palfrey (1995), Games and Economic Behavior 10, 6-38; (1998), Experimental Economics 1, 9-41.
Turocy (2010), Economic Theory 42, 255-269.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import NotApplicableError
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, ends_below
from negotiation.games.normal_form import NormalFormGame

__all__ = ["MAXIMUM_ENTRIES", "LogitForm", "equations", "log_odds", "logit_form", "node_beliefs", "probabilities"]

#: Actions times ends; more would need over a gigabyte of work arrays.
MAXIMUM_ENTRIES = 20_000_000


@dataclass(frozen=True, eq=False)
class LogitForm:
    """A game as arrays; ``A`` actions, ``E`` ends of positive chance probability, ``n`` unknowns.

    Parameters
    ----------
    sizes : tuple of int
        How many actions each information set has; their sum is ``A``.
    row_of : ndarray of int, shape (A,)
        The information set of each action.
    incidence : ndarray, shape (E, A)
        1 where the action is on the path to the end.
    log_chance : ndarray, shape (E,)
    payoffs : ndarray, shape (A, E)
        The payoff of the action's player at each end, divided by ``scale``.
    scale : float, payoff unit
        The largest payoff span of any player.
    unreached : frozenset of int
        Information sets that chance never lets anybody reach; their actions are worth nothing, so they are uniform.
    """

    sizes: tuple[int, ...]
    row_of: NDArray[np.intp]
    incidence: NDArray[np.float64]
    log_chance: NDArray[np.float64]
    payoffs: NDArray[np.float64]
    scale: float
    unreached: frozenset[int]

    @cached_property
    def first(self) -> NDArray[np.intp]:
        """The number of the first action of each information set, shape (information sets,)."""
        return np.concatenate([[0], np.cumsum(self.sizes)[:-1]]).astype(np.intp)

    @cached_property
    def free(self) -> NDArray[np.intp]:
        """The actions that have an unknown: all but the first of each information set, shape (n,)."""
        others: NDArray[np.intp] = np.delete(np.arange(len(self.row_of), dtype=np.intp), self.first)
        return others

    @cached_property
    def base(self) -> NDArray[np.intp]:
        """The first action at the information set of each unknown's action, shape (n,)."""
        base: NDArray[np.intp] = self.first[self.row_of][self.free]
        return base

    @cached_property
    def not_below(self) -> NDArray[np.float64]:
        """Minus infinity where an end does not lie below an action, else 0; shape (A, E)."""
        return np.where(self.incidence.T > 0, 0.0, -np.inf)

    @cached_property
    def own(self) -> NDArray[np.float64]:
        """1 where action and unknown belong together, shape (A, n)."""
        return np.asarray(np.arange(len(self.row_of))[:, None] == self.free[None, :], dtype=np.float64)

    @cached_property
    def together(self) -> NDArray[np.float64]:
        """1 where action and unknown are at one information set, shape (A, n)."""
        return np.asarray(self.row_of[:, None] == self.row_of[self.free][None, :], dtype=np.float64)


def logit_form(game: ExtensiveFormGame | NormalFormGame) -> LogitForm:
    """Return the arrays of a game: the agent form of a tree, the strategic form of a matrix.

    Raises
    ------
    NotApplicableError
        If actions times ends exceed ``MAXIMUM_ENTRIES``.
    """
    if isinstance(game, NormalFormGame):
        sizes, player_of_row = game.payoffs.shape[1:], list(range(len(game.players)))
        ends = game.payoffs.reshape(len(game.players), -1)
        _check_size(sum(sizes), ends.shape[1])
        incidence, log_chance = _cells(sizes), np.zeros(ends.shape[1])
        unreached: frozenset[int] = frozenset()
    else:
        sizes = tuple(len(place.actions) for place in game.information_sets)
        player_of_row = [place.player for place in game.information_sets]
        _check_size(sum(sizes), len(game.ends))
        incidence, log_chance = _paths(game, sizes)
        kept = np.isfinite(log_chance)
        incidence, log_chance, ends = incidence[kept], log_chance[kept], game.payoffs[kept].T
        unreached = _unreached(incidence, sizes)
    row_of = np.repeat(np.arange(len(sizes)), sizes)
    scale = float(max(np.ptp(ends, axis=1))) or 1.0
    centred = (ends - ends.min(axis=1, keepdims=True)) / scale  # a shared constant would only cost digits
    owner = np.array(player_of_row, dtype=np.intp)
    return LogitForm(tuple(sizes), row_of, incidence, log_chance, centred[owner[row_of]], scale, unreached)


def probabilities(form: LogitForm, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability of each action, shape (A,), from log odds of shape (n,)."""
    weights: NDArray[np.float64] = np.exp(_log_probabilities(form, x))
    return weights / np.bincount(form.row_of, weights)[form.row_of]


def log_odds(form: LogitForm, rows: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """Return the log odds, shape (n,), of probabilities that are all positive."""
    logs = np.log(np.concatenate([np.asarray(row, dtype=float) for row in rows]))
    odds: NDArray[np.float64] = (logs - logs[form.first][form.row_of])[form.free]
    return odds


def equations(
    form: LogitForm, x: NDArray[np.float64], precision: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the residual of the logit equations and its derivatives.

    Parameters
    ----------
    form : LogitForm
    x : ndarray, shape (n,)
        Log odds.
    precision : float
        In units of ``1 / form.scale``.

    Returns
    -------
    residual, shape (n,); derivative by x, shape (n, n); derivative by precision, shape (n,)
    """
    logs = _log_probabilities(form, x)
    values, weights = _action_values(form, logs)
    by_logs = (weights * (form.payoffs - values[:, None])) @ form.incidence  # (A, A)
    free, base = form.free, form.base
    logs_by_x = form.own - form.together * np.exp(logs[free])[None, :]  # (A, n)
    gain = values[free] - values[base]
    gain_by_x = (by_logs[free] - by_logs[base]) @ logs_by_x
    return x - precision * gain, np.eye(len(x)) - precision * gain_by_x, -gain


def _log_probabilities(form: LogitForm, x: NDArray[np.float64]) -> NDArray[np.float64]:
    odds = np.zeros(len(form.row_of))
    odds[form.free] = x
    odds -= np.maximum.reduceat(odds, form.first)[form.row_of]
    logs: NDArray[np.float64] = odds - np.log(np.add.reduceat(np.exp(odds), form.first))[form.row_of]
    return logs


def _action_values(form: LogitForm, logs: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each action is worth, shape (A,), and the weights of the ends below it, shape (A, E)."""
    exponents = (form.log_chance + form.incidence @ logs)[None, :] + form.not_below
    highest = exponents.max(axis=1, keepdims=True)
    weights = np.exp(exponents - np.where(np.isfinite(highest), highest, 0.0))
    totals = weights.sum(axis=1, keepdims=True)
    weights /= np.where(totals > 0, totals, 1.0)
    return (weights * form.payoffs).sum(axis=1), weights


def _check_size(actions: int, ends: int) -> None:
    if actions * ends > MAXIMUM_ENTRIES:
        raise NotApplicableError(f"the game has {actions} actions and {ends} ends: too large for the logit equations; use a smaller game")


def _cells(sizes: Sequence[int]) -> NDArray[np.float64]:
    """Return which strategies meet in each cell, shape (cells, strategies of all players)."""
    chosen = np.indices(tuple(sizes)).reshape(len(sizes), -1)
    return np.vstack([np.eye(size)[:, row] for size, row in zip(sizes, chosen, strict=True)]).T


def _paths(game: ExtensiveFormGame, sizes: Sequence[int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return which actions are on the path to each end, shape (ends, A), and the log of its chance probability."""
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(int)
    incidence, log_chance = np.zeros((len(game.ends), sum(sizes))), np.zeros(len(game.ends))
    for end, number in enumerate(game.ends):
        for node, action in game.moves_to(number):
            match game.nodes[node]:
                case Chance(probabilities=chances):
                    log_chance[end] += log(chances[action]) if chances[action] else -np.inf
                case Decision(information_set=place):
                    incidence[end, first[place] + action] = 1.0
                case End():  # an end has no moves
                    continue
    return incidence, log_chance


def _unreached(incidence: NDArray[np.float64], sizes: Sequence[int]) -> frozenset[int]:
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return frozenset(place for place in range(len(sizes)) if not incidence[:, starts[place] : starts[place + 1]].any())


def node_beliefs(game: ExtensiveFormGame, form: LogitForm, x: NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
    """Return Bayes' rule over the nodes of each information set, also where probabilities underflow; uniform where chance rules it out."""
    _, weights = _action_values(form, _log_probabilities(form, x))
    kept = np.flatnonzero(np.isfinite(_paths(game, form.sizes)[1]))
    column = {game.ends[end]: place for place, end in enumerate(kept)}
    found = []
    for place, nodes in enumerate(game.members):
        if place in form.unreached:
            found.append((1 / len(nodes),) * len(nodes))
            continue
        # The ends below one action carry, node by node, the weights of the nodes themselves.
        row = weights[form.first[place]]
        found.append(tuple(float(sum(row[column[end]] for end in _ends_after_first(game, node) if end in column)) for node in nodes))
    return tuple(found)


def _ends_after_first(game: ExtensiveFormGame, number: int) -> list[int]:
    node = game.nodes[number]
    return [number] if isinstance(node, End) else ends_below(game, node.children[:1])
