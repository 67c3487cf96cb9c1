"""Agent logit equilibria of many trees with perfect information, by backward induction on all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import NotApplicableError
from negotiation.exact.games_of_one_form import GamesOfOneForm
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame

__all__ = ["Induced", "induced_responses"]

Doubles = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: The largest error of a probability that is taken as none.
LARGEST_ERROR = 1e-10

#: The smallest weight is exp(-745.13); exponents between these may come to nothing or not, as rounding has it.
SURELY_ZERO, SURELY_POSITIVE = -760.0, -700.0

#: A mean of payoffs is off by at most so many units in the last place of the largest payoff: few actions, one sum.
ROUNDINGS = 8 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Induced:
    """The equilibria of N trees.

    Parameters
    ----------
    behaviour : tuple of float64 arrays of shape (N, actions)
        For each information set the probabilities of its actions.
    payoffs : float64 array of shape (N, players)
    undecided : bool array of shape (N,)
        Where rounding of payoffs may move a probability by more than ``LARGEST_ERROR``, or decide whether it is zero.
    """

    behaviour: tuple[Doubles, ...]
    payoffs: Doubles
    undecided: Truths

    @property
    def probabilities(self) -> Doubles:
        """Those of all actions, information set by information set, shape (N, A)."""
        return np.hstack([np.empty((len(self.payoffs), 0)), *self.behaviour])


@dataclass(frozen=True, eq=False)
class _Value:
    """What a node is worth to each player, shape (N, players), and by how much each of these may be off, shape (N,)."""

    payoffs: Doubles
    error: Doubles


def induced_responses(games: GamesOfOneForm, precision: Doubles) -> Induced:
    """Return the agent logit equilibrium of each tree with perfect information at its precision; it is unique.

    Parameters
    ----------
    games : GamesOfOneForm
        Trees.
    precision : float64 array of shape (N,), one over payoff unit

    Raises
    ------
    NotApplicableError
        If they are no trees.

    References
    ----------
    McKelvey and Palfrey (1998), Experimental Economics 1, 9-41.
    """
    game, payoffs, chances = games.game, games.payoffs, games.chances
    if not isinstance(game, ExtensiveFormGame):
        raise NotApplicableError("backward induction needs trees, got matrices")
    place_of = {number: place for place, number in enumerate(game.ends)}
    rounding = np.maximum(ROUNDINGS * np.abs(payoffs).max(axis=(1, 2), initial=0.0), games.error)
    behaviour: list[Doubles] = [np.empty(0)] * len(game.information_sets)
    undecided = np.zeros(len(payoffs), dtype=bool)
    values: dict[int, _Value] = {}
    for number in range(len(game.nodes) - 1, -1, -1):
        match game.nodes[number]:
            case End():
                values[number] = _Value(payoffs[:, place_of[number]], rounding)
            case Chance(children=children):
                values[number] = _average([values.pop(child) for child in children], chances[number], rounding)
            case Decision(information_set=place, children=children):
                below = [values.pop(child) for child in children]
                row, error, in_doubt = _response(below, game.information_sets[place].player, precision)
                value = _average(below, row, rounding)
                span = np.ptp(np.stack([child.payoffs for child in below]), axis=0).max(axis=1)
                values[number] = _Value(value.payoffs, value.error + error * len(children) * span)
                behaviour[place] = row
                undecided |= in_doubt | (error > LARGEST_ERROR)
    return Induced(tuple(behaviour), values[0].payoffs, undecided)


def _response(below: list[_Value], player: int, precision: Doubles) -> tuple[Doubles, Doubles, Truths]:
    """Return the logit choice, by how much its probabilities may be off, and where it is in doubt whether one is zero."""
    worth = np.stack([child.payoffs[:, player] for child in below], axis=1)
    exponents = precision[:, None] * (worth - worth.max(axis=1, keepdims=True))
    weights = np.exp(exponents)
    # Summed action by action, so that a row does not depend on how many there are.
    row = weights / sum(weights.T)[:, None]
    # Log odds that are off by d move a probability p by at most about p (1 - p) d.
    off = 2 * precision * np.stack([child.error for child in below]).max(axis=0)
    error = (row * (1 - row)).max(axis=1) * off + ROUNDINGS
    in_doubt = ((exponents > SURELY_ZERO) & (exponents < SURELY_POSITIVE)).any(axis=1)
    return row, error, in_doubt


def _average(below: list[_Value], row: Doubles, rounding: Doubles) -> _Value:
    """Return the mean of what children are worth, with probabilities of shape (N or 1, children)."""
    payoffs = sum((row[:, place, None] * child.payoffs for place, child in enumerate(below)), start=np.zeros(()))
    return _Value(np.asarray(payoffs), np.stack([child.error for child in below]).max(axis=0) + rounding)
