"""The ecology of a tournament: who does well becomes more frequent, generation after generation.

The discrete replicator dynamics ``x_i' = x_i (c + f_i) / (c + f)``, where ``f_i`` is what entrant i gets against the other
roles' populations as they are, ``f`` the mean of its own population and ``c`` the background payoff. With ``c = 0`` it is
the ecological tournament of Axelrod (1984), which needs payoffs of at least 0; where some are negative, ``c`` lifts the
lowest to 0. The larger ``c``, the slower the dynamics; its rest points are the same.

References
----------
Axelrod (1984), The Evolution of Cooperation, chapter 2. Hofbauer and Sigmund (1998), Evolutionary Games and Population
Dynamics, section 7.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SURVIVAL", "Ecology", "ecology"]

#: Who has this share of a population at the end is said to survive: what is rarer is a trace that is dying out slowly.
SURVIVAL = 0.01


@dataclass(frozen=True, eq=False)
class Ecology:
    """How shares of populations develop.

    Parameters
    ----------
    shares : tuple, one for each population, of ndarray, shape (generations + 1, entrants)
        Row 0 is the start: all alike.
    background : tuple of float, one for each population, payoff unit
        What was added to every payoff.
    """

    shares: tuple[NDArray[np.float64], ...]
    background: tuple[float, ...]

    def survivors(self, population: int) -> tuple[int, ...]:
        """Return the places of the entrants that have at least ``SURVIVAL`` of a population at the end, largest share first."""
        last = self.shares[population][-1]
        return tuple(number for number in np.argsort(-last, kind="stable").tolist() if last[number] >= SURVIVAL)


def ecology(payoffs: Sequence[NDArray[np.float64]], *, generations: int) -> Ecology:
    """Return how shares develop from equal ones.

    Parameters
    ----------
    payoffs : sequence, one for each population, of ndarray, payoff unit
        Axis r is the entrant of role r. A single array of two axes is one population that plays against itself.
    generations : int, at least 0
    """
    background = tuple(max(0.0, -float(table.min())) for table in payoffs)
    lifted = [table + lift for table, lift in zip(payoffs, background, strict=True)]
    shares = [np.empty((generations + 1, table.shape[axis])) for axis, table in enumerate(lifted)]
    for population in shares:
        population[0] = 1 / population.shape[1]
    for generation in range(generations):
        now = [population[generation] for population in shares]
        for axis, (table, population) in enumerate(zip(lifted, shares, strict=True)):
            population[generation + 1] = _next(now[axis], _fitness(table, axis, now))
    for population in shares:
        population.setflags(write=False)
    return Ecology(tuple(shares), background)


def _fitness(table: NDArray[np.float64], axis: int, shares: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return what each entrant of a role gets against the others' populations; one population is its own opposition."""
    others = shares if len(shares) == 1 else [row for place, row in enumerate(shares) if place != axis]
    values = np.moveaxis(table, axis, 0)
    for row in reversed(others):
        values = values @ row
    return values


def _next(shares: NDArray[np.float64], fitness: NDArray[np.float64]) -> NDArray[np.float64]:
    grown = shares * fitness
    total = grown.sum()
    # If everybody gets the lowest payoff there is, nobody is ahead.
    return grown / total if total > 0 else shares
