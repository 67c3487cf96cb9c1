"""When matches with a clock were over, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from negotiation.games.clock import Clock

__all__ = ["ALL_OVER", "CAUSES", "TIME_OUT", "Timing", "stoppers_of"]

#: How a match ended whose time ran out, and a channel that was over because another one ended all of them.
TIME_OUT, ALL_OVER = "time ran out", "all over"

#: Why matches end: an outcome that ends them or the last round, after a deadline had passed in it or not; or else.
CAUSES = ("the rounds came to their end", "a deadline passed", "a shock", "time ran out", "another channel ended all")
_ROUNDS, _SILENCE, _SHOCK, _TIME, _OTHER = range(len(CAUSES))


@dataclass(frozen=True, eq=False)
class Timing:
    """When the replications of a match were over, and what broke them off.

    Parameters
    ----------
    unit : str
        What time is counted in.
    elapsed : ndarray of float64, shape (R,)
    stopped : ndarray of int32, shape (R,)
        A place in ``stoppers``, -1 for a match that came to its own end.
    silent : ndarray of bool, shape (R,)
        Whether a deadline passed in the last round.
    stoppers : tuple of str
        What can break a match off: shocks, then the end of its time, then an end of all channels.
    """

    unit: str
    elapsed: NDArray[np.float64]
    stopped: NDArray[np.int32]
    silent: NDArray[np.bool_]
    stoppers: tuple[str, ...]

    def __post_init__(self) -> None:
        for array in (self.elapsed, self.stopped, self.silent):
            array.setflags(write=False)

    @cached_property
    def causes(self) -> dict[str, float]:
        """Why the matches ended, as shares of the replications; in the order of ``CAUSES``."""
        shocks = len(self.stoppers) - 2
        found = np.where(self.silent, _SILENCE, _ROUNDS)
        found = np.where(self.stopped >= 0, _SHOCK, found)
        found = np.where(self.stopped == shocks, _TIME, np.where(self.stopped == shocks + 1, _OTHER, found))
        counts = np.bincount(found, minlength=len(CAUSES)).tolist()
        return {name: count / len(found) for name, count in zip(CAUSES, counts, strict=True) if count}


def stoppers_of(clock: Clock) -> tuple[str, ...]:
    """Return what can break a match with this clock off: each shock by its name, the end of its time, the end of all channels."""
    return (*(shock.name for shock in clock.shocks), TIME_OUT, ALL_OVER)
