"""What a match came to: how it ended, what it paid, how long it took."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from negotiation.games.extensive_form import End
from negotiation.games.readings import read_path
from negotiation.games.repeated import Match
from negotiation.games.timing import Timing

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["HORIZON", "UNNAMED", "Estimate", "Record", "estimate"]

#: How a match ended that no ending outcome stopped: its last round was over.
HORIZON = "horizon reached"

#: The reading of courses of play that no reading names.
UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications and its standard error (None where one replication leaves it unknown)."""

    mean: float
    standard_error: float | None

    def __str__(self) -> str:
        """Return the mean with its standard error, as ``1.25 ± 0.03``."""
        return f"{self.mean:.4g}" if self.standard_error is None else f"{self.mean:.4g} ± {self.standard_error:.2g}"


def estimate(sample: Iterable[float]) -> Estimate:
    """Return the mean of a sample and its standard error; sums are correctly rounded, so order does not matter."""
    numbers = list(sample)
    mean = math.fsum(numbers) / len(numbers)
    if len(numbers) == 1:
        return Estimate(mean, None)
    variance = math.fsum((number - mean) ** 2 for number in numbers) / (len(numbers) - 1)
    return Estimate(mean, math.sqrt(variance / len(numbers)))


@dataclass(frozen=True, eq=False)
class Record:
    """What the replications of a match came to.

    Parameters
    ----------
    match : Match
    engine : str
    last : ndarray of int32, shape (R,)
        The end of each replication's last round, as a place in ``stage.ends``.
    rounds : ndarray of int64, shape (R,)
        How many rounds each replication had.
    payoffs : ndarray of float64, shape (R, players), payoff unit
        Discounted sums; round 1 is undiscounted.
    counts : ndarray of int64, shape (ends,)
        How many rounds, over all replications, came to each end.
    course : ndarray of int32, shape (sum of rounds,), or None
        If trajectories were kept: the end of each round, replication after replication.
    notes : tuple of str
    timing : Timing or None
        With a clock: when each replication was over, and what broke it off. One that was broken off in its first round has
        -1 in ``last``.
    channels : tuple of Record
        Where several channels were played at once: the record of each, in the order of ``match.channels``. ``last`` is then
        the end of the last round in any of them, ``rounds`` and ``counts`` are those of all together.
    """

    match: Match
    engine: str
    last: NDArray[np.int32]
    rounds: NDArray[np.int64]
    payoffs: NDArray[np.float64]
    counts: NDArray[np.int64]
    course: NDArray[np.int32] | None = None
    notes: tuple[str, ...] = ()
    timing: Timing | None = None
    channels: tuple[Record, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.last, self.rounds, self.payoffs, self.counts, self.course):
            if array is not None:
                array.setflags(write=False)

    @property
    def replications(self) -> int:
        """How many replications were done (fewer than the match asks for if it was interrupted)."""
        return len(self.last)

    @property
    def is_complete(self) -> bool:
        """Whether all replications that the match asks for were done."""
        return self.replications == self.match.replications

    @property
    def seed(self) -> int:
        """The seed that the draws came from."""
        return self.match.seed

    @cached_property
    def ends(self) -> dict[str, float]:
        """How matches ended, as shares: the outcome that ended them, or ``HORIZON`` where none did.

        In a match of a single round every outcome ends it. With a clock it may also have been a shock, or the time. Of
        several channels it is told how each ended: ``brussels: war; washington: deal``.
        """
        names, codes = self.coded_ends
        return _shares(names, np.bincount(codes, minlength=len(names)))

    @cached_property
    def coded_ends(self) -> tuple[list[str], NDArray[np.int64]]:
        """The names of ends, and for each replication the place of its end among them."""
        if self.channels:
            return _joint_ends([(channel.name, *part.coded_ends) for channel, part in zip(self.match.channels, self.channels, strict=True)])
        over, single = self.match.ends_after, self.match.repetition.rounds == 1
        names = [name if ends or single else HORIZON for name, ends in zip(self._outcome_names, over, strict=True)]
        codes = self.last.astype(np.int64)
        if self.timing is not None:
            codes = np.where(self.timing.stopped >= 0, len(names) + self.timing.stopped, codes)
            names += self.timing.stoppers
        return names, codes

    @cached_property
    def last_outcomes(self) -> dict[str, float]:
        """The outcome of the last round, as shares of the replications."""
        return _shares(self._outcome_names, np.bincount(self.last[self.last >= 0], minlength=len(self.counts)))

    @cached_property
    def outcomes(self) -> dict[str, float]:
        """How rounds ended, as shares of all rounds played."""
        return _shares(self._outcome_names, self.counts)

    @cached_property
    def readings(self) -> dict[str, float]:
        """What the courses of the rounds mean, as shares of all rounds played; empty where the stage has no readings."""
        stage = self.match.stage
        if self.channels:
            return _merged([(part.readings, int(part.rounds.sum())) for part in self.channels])
        if not stage.readings:
            return {}
        names = [read_path(stage.readings, stage.path_to(end)) for end in stage.ends]
        return _shares([UNNAMED if name is None else name for name in names], self.counts)

    @cached_property
    def payoff_estimates(self) -> dict[str, Estimate]:
        """For each player, the mean discounted payoff and its standard error, payoff unit."""
        return {name: estimate(column) for name, column in zip(self.match.players, self.payoffs.T.tolist(), strict=True)}

    @cached_property
    def round_estimate(self) -> Estimate:
        """The mean number of rounds and its standard error."""
        return estimate(self.rounds.tolist())

    @cached_property
    def elapsed_estimate(self) -> Estimate | None:
        """The mean time until a match was over and its standard error, None without a clock."""
        return None if self.timing is None else estimate(self.timing.elapsed.tolist())

    @property
    def _outcome_names(self) -> list[str]:
        ends = (self.match.stage.nodes[number] for number in self.match.stage.ends)
        return [end.outcome if isinstance(end, End) else "" for end in ends]

    def trajectory(self, replication: int) -> NDArray[np.int32]:
        """Return the ends of a replication's rounds, shape (rounds,), if trajectories were kept.

        Raises
        ------
        ValueError
            If they were not.
        """
        if self.course is None:
            raise ValueError("trajectories were not kept: run the match with keep=True")
        stop = int(self.rounds[: replication + 1].sum())
        return self.course[stop - int(self.rounds[replication]) : stop]

    def to_xarray(self) -> xr.Dataset:
        """Return labelled arrays: see ``games.datasets.record_dataset``."""
        from negotiation.games.datasets import record_dataset

        return record_dataset(self)

    def to_dataframe(self) -> pd.DataFrame:
        """Return a table with a row for each replication: see ``games.datasets.record_frame``."""
        from negotiation.games.datasets import record_frame

        return record_frame(self)

    def __repr__(self) -> str:
        """Return one line: what was played, how often, and how it ended most often."""
        often = max(self.ends, key=self.ends.__getitem__)
        return f"<Record of {self.match.stage.title!r}: {self.replications} replications, engine {self.engine}, most often {often!r}>"

    def _repr_html_(self) -> str:
        rows = [("how it ended", name, f"{share:.1%}") for name, share in self.ends.items()]
        rows += [("rounds that ended so", name, f"{share:.1%}") for name, share in self.outcomes.items()]
        rows += [("discounted payoff", name, str(value)) for name, value in self.payoff_estimates.items()]
        rows.append(("rounds", "", str(self.round_estimate)))
        rows += [] if self.timing is None else [(self.timing.unit, "", str(self.elapsed_estimate))]
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        caption = f"{escape(self.match.stage.title)}: {self.replications} replications, engine {self.engine}, seed {self.seed}"
        return f"<table><caption>{caption}</caption>{body}</table>"


def _joint_ends(parts: Sequence[tuple[str, list[str], NDArray[np.int64]]]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the ends of all channels as one: names such as ``brussels: war; washington: deal``, and their places."""
    places: dict[tuple[str, ...], int] = {}
    columns = [[names[code] for code in codes.tolist()] for _, names, codes in parts]
    found = [places.setdefault(row, len(places)) for row in zip(*columns, strict=True)]
    names = ["; ".join(f"{part[0]}: {end}" for part, end in zip(parts, row, strict=True)) for row in places]
    return names, np.array(found, dtype=np.int64)


def _merged(parts: Sequence[tuple[Mapping[str, float], int]]) -> dict[str, float]:
    """Return shares of several wholes as shares of all, given the size of each."""
    total = sum(size for _, size in parts)
    sums: dict[str, float] = {}
    for shares, size in parts:
        for name, share in shares.items():
            sums[name] = sums.get(name, 0.0) + share * size / total
    return sums


def _shares(names: Sequence[str], counts: NDArray[np.int64]) -> dict[str, float]:
    """Return the share of each name that occurs, in the order of first mention."""
    total = int(counts.sum())
    sums: dict[str, int] = {}
    for name, count in zip(names, counts.tolist(), strict=True):
        sums[name] = sums.get(name, 0) + count
    return {name: count / total for name, count in sums.items() if count}
