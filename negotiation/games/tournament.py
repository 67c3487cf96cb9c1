"""What a tournament of strategies came to: who met whom, what it paid, who stands where.

Each *entrant* plays each *role* (player of the stage game) that it can play, against every combination of entrants in the
other roles, itself among them. In a symmetric game the roles are alike and an entrant's score is its mean over both;
otherwise each role has a ranking of its own, for payoffs of different players cannot be compared.

Replications of the whole tournament are independent of one another, so an entrant's score in each of them (the mean over
its matches) is an independent draw, and intervals are Student's over replications.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.games.record import Estimate, estimate
from negotiation.games.repeated import Repetition

__all__ = ["CONFIDENCE", "Entrant", "Interval", "LeftOut", "Standing", "Terms", "Tournament", "interval"]

#: The share of samples whose interval covers the mean.
CONFIDENCE = 0.95


#: What an option of a strategy can be: as ``scenario.OptionValue``, which stands above the games.
OptionValue: TypeAlias = "float | str | tuple[OptionValue, ...]"


@dataclass(frozen=True, slots=True)
class Entrant:
    """A strategy with its options, under the name by which the tournament calls it."""

    name: str
    strategy: str
    options: tuple[tuple[str, OptionValue], ...] = ()

    @property
    def label(self) -> str:
        """What a table calls the entrant: ``tit for tat (generosity 0.3)``."""
        options = ", ".join(f"{name} {_show(value)}" for name, value in self.options)
        return self.strategy.replace("_", " ") + (f" ({options})" if options else "")


def _show(value: OptionValue) -> str:
    return " ".join(map(_show, value)) if isinstance(value, tuple) else value if isinstance(value, str) else f"{value:g}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entrant that cannot play a role, and why."""

    name: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a tournament is played.

    Parameters
    ----------
    replications : int
        How often every match is played.
    rounds : int or None
        The largest number of rounds; None for the scenario's.
    noise : float in [0, 1]
        The probability that an action other than the intended one is taken, each alike.
    seed : int
    engine : str
        ``auto`` for the quickest that takes a match; all engines play alike.
    """

    replications: int
    rounds: int | None
    noise: float
    seed: int
    engine: str


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its standard error and confidence interval; all but the mean are None where one replication leaves them unknown."""

    mean: float
    standard_error: float | None
    low: float | None
    high: float | None


def interval(sample: NDArray[np.float64]) -> Interval:
    """Return the mean of a sample with Student's confidence interval, payoff unit.

    References
    ----------
    Student (1908), Biometrika 6(1), 1-25.
    """
    from scipy.special import stdtrit

    found: Estimate = estimate(sample.tolist())
    if found.standard_error is None:
        return Interval(found.mean, None, None, None)
    width = float(stdtrit(len(sample) - 1, (1 + CONFIDENCE) / 2)) * found.standard_error
    return Interval(found.mean, found.standard_error, found.mean - width, found.mean + width)


@dataclass(frozen=True, slots=True)
class Standing:
    """An entrant's place in a ranking.

    ``lead`` is by how much it is ahead of the next one, from the differences in each replication; None for the last.
    ``worst`` and ``best`` are its lowest and highest mean payoff against any opposition.
    """

    place: int
    entrant: Entrant
    score: Interval
    lead: Interval | None
    worst: float
    best: float


@dataclass(frozen=True, eq=False)
class Tournament:
    """The payoffs of all matches of a tournament.

    Parameters
    ----------
    roles : tuple of str
        The players of the stage game.
    entrants : tuple, one for each role, of tuples of Entrant
    payoffs : ndarray of float64, shape (entrants of role 1, ..., entrants of role k, replications, roles), payoff unit
        Discounted sums; round 1 is undiscounted.
    is_symmetric : bool
        Whether the roles are alike and have the same entrants.
    terms : Terms
    repetition : Repetition
    left_out : tuple of LeftOut
    notes : tuple of str
    """

    roles: tuple[str, ...]
    entrants: tuple[tuple[Entrant, ...], ...]
    payoffs: NDArray[np.float64]
    is_symmetric: bool
    terms: Terms
    repetition: Repetition
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.payoffs.setflags(write=False)

    @property
    def replications(self) -> int:
        """How often every match was played (fewer times than asked for if the tournament was stopped)."""
        return int(self.payoffs.shape[-2])

    @property
    def is_complete(self) -> bool:
        """Whether every match was played as often as asked for."""
        return self.replications == self.terms.replications

    @property
    def matches(self) -> int:
        """How many different matches there are."""
        return int(np.prod(self.payoffs.shape[:-2]))

    @property
    def rankings(self) -> tuple[str, ...]:
        """What has a ranking of its own: every role, or in a symmetric game both together, under the name ``""``."""
        return ("",) if self.is_symmetric else self.roles

    @cached_property
    def standings(self) -> Mapping[str, tuple[Standing, ...]]:
        """For each of ``rankings`` the entrants by mean score, best first; equal means in the order of entry."""
        return {name: self._standings(place) for place, name in enumerate(self.rankings)}

    @cached_property
    def means(self) -> tuple[NDArray[np.float64], ...]:
        """For each of ``rankings`` the mean payoff of each combination of entrants, payoff unit.

        The axes are the roles in order; in a symmetric game they are an entrant and its opponent, either of whom plays
        either role.
        """
        means = self.payoffs.mean(axis=-2)
        if self.is_symmetric:
            return ((means[..., 0] + means[..., 1].T) / 2,)
        return tuple(means[..., role] for role in range(len(self.roles)))

    def scores(self, ranking: int) -> NDArray[np.float64]:
        """Return the score of each entrant of a ranking in each replication, shape (entrants, replications), payoff unit."""
        if self.is_symmetric:
            scores: NDArray[np.float64] = (self.payoffs[..., 0].mean(axis=1) + self.payoffs[..., 1].mean(axis=0)) / 2
            return scores
        others = tuple(axis for axis in range(len(self.roles)) if axis != ranking)
        of_role: NDArray[np.float64] = self.payoffs[..., ranking].mean(axis=others)
        return of_role

    def _standings(self, ranking: int) -> tuple[Standing, ...]:
        scores, means = self.scores(ranking), self.means[ranking]
        rows = np.moveaxis(means, 0 if self.is_symmetric else ranking, 0).reshape(len(scores), -1)
        order = np.argsort(-scores.mean(axis=1), kind="stable").tolist()
        leads = [interval(scores[one] - scores[other]) for one, other in pairwise(order)]
        return tuple(
            Standing(
                place, self.entrants[ranking][number], interval(scores[number]), lead, float(rows[number].min()), float(rows[number].max())
            )
            for place, (number, lead) in enumerate(zip(order, [*leads, None], strict=True), start=1)
        )
