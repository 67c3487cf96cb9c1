"""Vocabulary of repeated play: how rounds repeat, what is carried from round to round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Repetition", "StateRules"]


class StateRules(Protocol):
    """What is carried from round to round and how payoffs depend on it; one implementation serves every engine.

    A state is a tuple of floats in the order of ``names``.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the carried quantities."""

    @property
    def start(self) -> tuple[float, ...]:
        """Their values in the first round."""

    def payoffs(self, state: tuple[float, ...]) -> NDArray[np.float64]:
        """Return the payoffs of a round that starts in this state, shape (ends, players), ends in the order of ``stage.ends``."""

    def after(self, end: int, state: tuple[float, ...]) -> tuple[float, ...]:
        """Return the state after a round that ended at the ``end``-th end of the stage tree (a place in ``stage.ends``)."""


@dataclass(frozen=True, eq=False)
class Repetition:
    """How the stage game repeats.

    Parameters
    ----------
    rounds : int or None
        The largest number of rounds; None where only chance ends play.
    continuation : float or None
        The probability that another round follows, in (0, 1); None where rounds follow for certain.
    discounts : tuple of float, one for each player, in (0, 1]
        What a payoff one round later is worth. Round 1 is undiscounted.
    over_when : frozenset of str
        Outcomes that end the match.
    state : StateRules or None
    """

    rounds: int | None
    continuation: float | None
    discounts: tuple[float, ...]
    over_when: frozenset[str]
    state: StateRules | None = None
