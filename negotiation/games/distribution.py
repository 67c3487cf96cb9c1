"""What a match comes to, as probabilities and expectations instead of a sample."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

import numpy as np
from numpy.typing import NDArray

from negotiation.games.extensive_form import End
from negotiation.games.readings import read_path
from negotiation.games.record import HORIZON, UNNAMED, Estimate
from negotiation.games.repeated import Match

__all__ = ["Distribution"]


@dataclass(frozen=True, eq=False)
class Distribution:
    """The exact distribution of how a match ends and how long it lasts, and what it pays in expectation.

    "Exact" is without sampling error: numbers are in double precision, and each is a sum of products of the strategies'
    probabilities.

    Parameters
    ----------
    match : Match
    engine : str
    last : ndarray of float64, shape (ends,)
        The probability that the last round comes to each end, in the order of ``stage.ends``.
    counts : ndarray of float64, shape (ends,)
        How many rounds come to each end, in expectation.
    lengths : ndarray of float64, shape (T,)
        The probability that the match has 1, 2, ... T rounds.
    longer : float
        The probability that it has more rounds than T. All other numbers count these matches too, unless a note says
        otherwise.
    payoffs : ndarray of float64, shape (players,), payoff unit
        Expected discounted sums; round 1 is undiscounted.
    mean_rounds, variance_rounds : float
        Mean and variance of the number of rounds.
    notes : tuple of str
    """

    match: Match
    engine: str
    last: NDArray[np.float64]
    counts: NDArray[np.float64]
    lengths: NDArray[np.float64]
    longer: float
    payoffs: NDArray[np.float64]
    mean_rounds: float
    variance_rounds: float
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.last, self.counts, self.lengths, self.payoffs):
            array.setflags(write=False)

    @cached_property
    def ends(self) -> dict[str, float]:
        """How matches end, as probabilities: the outcome that ends them, or ``HORIZON`` where none does.

        In a match of a single round every outcome ends it.
        """
        over, single = self.match.ends_after, self.match.repetition.rounds == 1
        names = [name if ends or single else HORIZON for name, ends in zip(self._outcome_names, over, strict=True)]
        return _shares(names, self.last.tolist())

    @cached_property
    def last_outcomes(self) -> dict[str, float]:
        """The outcome of the last round, as probabilities."""
        return _shares(self._outcome_names, self.last.tolist())

    @cached_property
    def outcomes(self) -> dict[str, float]:
        """How rounds end, as shares of the expected number of rounds."""
        return _shares(self._outcome_names, self.counts.tolist())

    @cached_property
    def readings(self) -> dict[str, float]:
        """What the courses of the rounds mean, as shares of the expected number of rounds; empty without readings."""
        stage = self.match.stage
        if not stage.readings:
            return {}
        names = [read_path(stage.readings, stage.path_to(end)) for end in stage.ends]
        return _shares([UNNAMED if name is None else name for name in names], self.counts.tolist())

    @property
    def payoff_estimates(self) -> dict[str, Estimate]:
        """For each player, the expected discounted payoff, payoff unit; there is no standard error."""
        return {name: Estimate(value, None) for name, value in zip(self.match.stage.players, self.payoffs.tolist(), strict=True)}

    @property
    def round_estimate(self) -> Estimate:
        """The mean number of rounds; there is no standard error."""
        return Estimate(self.mean_rounds, None)

    @property
    def round_deviation(self) -> float:
        """The standard deviation of the number of rounds."""
        return math.sqrt(self.variance_rounds)

    @property
    def _outcome_names(self) -> list[str]:
        ends = (self.match.stage.nodes[number] for number in self.match.stage.ends)
        return [end.outcome if isinstance(end, End) else "" for end in ends]

    def __repr__(self) -> str:
        """Return one line: what is played, and how it ends most probably."""
        often = max(self.ends, key=self.ends.__getitem__)
        return f"<Distribution of {self.match.stage.title!r}: engine {self.engine}, most probably {often!r}>"

    def _repr_html_(self) -> str:
        rows = [("how it ends", name, f"{share:.1%}") for name, share in self.ends.items()]
        rows += [("rounds that end so", name, f"{share:.1%}") for name, share in self.outcomes.items()]
        rows += [("expected discounted payoff", name, str(value)) for name, value in self.payoff_estimates.items()]
        rows.append(("rounds", "", f"{self.mean_rounds:.4g} (standard deviation {self.round_deviation:.4g})"))
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        return f"<table><caption>{escape(self.match.stage.title)}: probabilities, engine {self.engine}</caption>{body}</table>"


def _shares(names: Sequence[str], weights: Iterable[float]) -> dict[str, float]:
    """Return the share of each name that occurs, in the order of first mention."""
    sums: dict[str, list[float]] = {}
    for name, weight in zip(names, weights, strict=True):
        sums.setdefault(name, []).append(weight)
    total = math.fsum(weight for parts in sums.values() for weight in parts)
    return {name: math.fsum(parts) / total for name, parts in sums.items() if any(parts)}
