"""Correlated equilibrium: the best and worst that obeyed recommendations can give.

A mediator draws a cell of the game from a known distribution and tells each player privately his own strategy; the
distribution is a correlated equilibrium if nobody gains by another strategy, whatever he is told (Aumann 1974). These
distributions form a polytope, so the best and worst for each player and in sum are linear programmes. In a *coarse*
correlated equilibrium one can only opt out before being told (Moulin and Vial 1978), which allows more.

References
----------
Aumann (1974), Journal of Mathematical Economics 1, 67-96; (1987), Econometrica 55, 1-18.
Moulin and Vial (1978), International Journal of Game Theory 7, 201-221.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from negotiation.budget import UNLIMITED, Budget
from negotiation.exact.obedience import Recommendation, best_distribution, obedience_violation
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import ExactArray, Number, show_number
from negotiation.games.plans import as_normal_form
from negotiation.games.solution import Finding, Game, Solution

__all__ = ["FORMS", "solve", "violation"]

FORMS: tuple[str, ...] = ("tree", "matrix")


def solve(game: Game, *, budget: Budget = UNLIMITED) -> Solution:
    """Return the correlated equilibria that are best and worst for each player and for the sum of payoffs.

    Parameters
    ----------
    game : Game
        A tree is taken in its reduced normal form: the mediator recommends plans before play starts.
    budget : Budget
        Checked between the linear programmes.

    Returns
    -------
    Solution
        One finding for each objective: the distribution over cells, the payoffs, the largest violation of obedience
        (``error``, computed exactly), an upper bound on what any correlated equilibrium can reach (recomputed from the dual
        solution), and what a coarse correlated equilibrium can reach.
    """
    form, notes = as_normal_form(game)
    findings: list[Finding] = []
    for name, weights in _objectives(form):
        if budget.is_spent:
            notes = (*notes, f"the time limit left out: {name} and what follows")
            break
        budget.tell("linear programmes", len(findings), 2 * len(form.players) + 2)
        findings.append(_finding(form, name, weights))
    notes = (*notes, "extreme values of the set of correlated equilibria; where several distributions reach one, one of them is shown")
    return Solution(
        "correlated",
        game,
        (),
        False,
        notes=notes,
        method="linear programming (HiGHS) over distributions on cells; obedience and bounds recomputed exactly",
        findings=tuple(findings),
    )


def violation(game: NormalFormGame, distribution: ExactArray) -> Fraction:
    """Return what a player could gain by disobeying, payoff unit; 0 exactly at a correlated equilibrium.

    Parameters
    ----------
    game : NormalFormGame
    distribution : ndarray of Fraction, shape (s_1, ..., s_N)
    """
    return obedience_violation(game, distribution)


def _objectives(game: NormalFormGame) -> list[tuple[str, tuple[int, ...]]]:
    count = len(game.players)
    units = [tuple(int(i == player) for i in range(count)) for player in range(count)]
    named = [("the sum of payoffs", (1,) * count), *((name, unit) for name, unit in zip(game.players, units, strict=True))]
    return [
        (f"{word} for {name}", tuple(sign * weight for weight in weights))
        for name, weights in named
        for word, sign in (("best", 1), ("worst", -1))
    ]


def _finding(game: NormalFormGame, name: str, weights: Sequence[int]) -> Finding:
    found = best_distribution(game, weights, coarse=False)
    coarse = best_distribution(game, weights, coarse=True)
    sign = max(weights) or -1
    cells = _cells(found)
    details = {
        "value": sign * found.value,
        "bound": sign * found.bound,
        "coarse_value": sign * coarse.value,
        "cells": [{**_names(game, cell), "probability": p} for cell, p in cells],
        "is_exact": found.is_exact,
    }
    chances = ", ".join(f"({game.outcome(cell)}) with {show_number(p)}" for cell, p in cells)
    return Finding(name, f"{show_number(sign * found.value)}: {chances}", found.payoffs, details, error=found.violation)


def _cells(found: Recommendation) -> list[tuple[tuple[int, ...], Number]]:
    """Return the cells that have positive probability."""
    flat: list[Number] = list(found.distribution.reshape(-1))
    return [(cell, p) for cell, p in zip(np.ndindex(found.distribution.shape), flat, strict=True) if p]


def _names(game: NormalFormGame, cell: Sequence[int]) -> dict[str, object]:
    return {player: names[s] for player, names, s in zip(game.players, game.strategies, cell, strict=True)}
