"""The times that moves and pauses of a channel take in one replication, drawn for several rounds at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negotiation.games.clock import Clock
from negotiation.games.draws import FIRST_CHUNK, LARGEST_CHUNK
from negotiation.games.durations import duration_ticks
from negotiation.kernels.philox import fill_draws

__all__ = ["Delays"]


class Delays:
    """Draws of the family of delays, and what they come to under each law of the clock that is asked for.

    Parameters
    ----------
    clock : Clock
    key : ndarray, shape (2,)
        Low and high 64 bits of the seed.
    replication, family, width : int
        ``width`` draws for each round: one for the pause after it, one for each move.
    """

    def __init__(self, clock: Clock, key: NDArray[np.uint64], replication: int, family: int, width: int) -> None:
        self.clock = clock
        self.key = key
        self.replication = replication
        self.family = family
        self.width = width
        self.first = 0
        self.rounds = 0
        self.start = 0
        self.uniforms = np.empty(0)
        self.ticks: dict[int, list[int]] = {}

    def go_to(self, number_of_round: int) -> None:
        """Make the draws of a round, counted from 0, the present ones; rounds are visited in their order."""
        if number_of_round >= self.first + self.rounds:
            self.first, self.rounds = number_of_round, min(max(2 * self.rounds, FIRST_CHUNK), LARGEST_CHUNK)
            self.uniforms = np.empty(0)
            self.ticks.clear()
        self.start = (number_of_round - self.first) * self.width

    def of(self, law: int, place: int) -> int:
        """Return the ticks that the draw at a place of the round comes to under a law: place 0 is the pause, 1 the first move."""
        certain = self.clock.certain[law]
        if certain is not None:
            return certain
        drawn = self.ticks.get(law)
        if drawn is None:
            if not len(self.uniforms):
                self.uniforms = np.empty(self.rounds * self.width)
                fill_draws(self.key, self.replication, self.family, self.first * self.width, self.uniforms)
            drawn = self.ticks[law] = duration_ticks(self.clock.durations[law], self.uniforms, self.clock.per_unit).tolist()
        return drawn[self.start + place]
