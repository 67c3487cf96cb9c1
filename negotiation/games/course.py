"""One replication while it is played, and all of them when they are done: from courses of play to a record."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import NegotiationError
from negotiation.games.record import Record
from negotiation.games.repeated import Match
from negotiation.games.timing import Timing, stoppers_of

__all__ = ["NOT_STOPPED", "Course", "Tally", "enter_round"]

#: ``Course.stopped`` of a match that came to its own end.
NOT_STOPPED = -1


@dataclass(slots=True)
class Course:
    """One replication (of one channel) while it is played: what it has come to so far.

    With a clock, ``elapsed`` is when it was over (ticks), ``stopped`` what broke it off (a place in ``stoppers_of``) and
    ``is_silent`` whether a deadline passed in the last round.
    """

    replication: int
    start: int
    payoffs: list[float]
    ends: list[int] | None
    counts: dict[int, int] = field(default_factory=dict)
    last: int = -1
    rounds: int = 0
    is_over: bool = False
    error: NegotiationError | None = None
    elapsed: int = 0
    stopped: int = NOT_STOPPED
    is_silent: bool = False


def enter_round(course: Course, end: int, payoffs: tuple[float, ...], weights: list[float], discounts: tuple[float, ...]) -> None:
    """Add a round to what a replication has come to; the weights are those of this round and become those of the next."""
    course.last = end
    course.rounds += 1
    course.counts[end] = course.counts.get(end, 0) + 1
    if course.ends is not None:
        course.ends.append(end)
    sums = course.payoffs
    for player, payoff in enumerate(payoffs):
        sums[player] += weights[player] * payoff
        weights[player] *= discounts[player]


class Tally:
    """The record of a match while its replications come in, one after another."""

    def __init__(self, match: Match, *, keep: bool) -> None:
        count = match.replications
        self.match = match
        self.done = 0
        self.last, self.rounds = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int64)
        self.payoffs, self.counts = np.empty((count, len(match.players))), np.zeros(len(match.stage.ends), dtype=np.int64)
        self.elapsed, self.stopped, self.silent = (
            np.zeros(count, dtype=np.int64),
            np.zeros(count, dtype=np.int32),
            np.zeros(count, dtype=bool),
        )
        self.kept: list[NDArray[np.int32]] | None = [] if keep else None

    def add(self, course: Course) -> None:
        """Take in the next replication."""
        number = self.done
        self.last[number], self.rounds[number], self.payoffs[number] = course.last, course.rounds, course.payoffs
        if self.match.repetition.clock is not None:
            self.elapsed[number], self.stopped[number], self.silent[number] = course.elapsed, course.stopped, course.is_silent
        for end, times in course.counts.items():
            self.counts[end] += times
        if self.kept is not None and course.ends is not None:
            self.kept.append(np.array(course.ends, dtype=np.int32))
        self.done += 1

    def record(self, engine: str, done: int, notes: tuple[str, ...], channels: tuple[Record, ...] = ()) -> Record:
        """Return the record of so many replications, the first ones."""
        clock = self.match.repetition.clock
        timing = None
        if clock is not None:
            elapsed = self.elapsed[:done] / clock.per_unit
            timing = Timing(clock.unit, elapsed, self.stopped[:done], self.silent[:done], stoppers_of(clock))
        course = None
        if self.kept is not None:
            course = np.concatenate([np.empty(0, dtype=np.int32), *self.kept[:done]])
        return Record(
            self.match, engine, self.last[:done], self.rounds[:done], self.payoffs[:done], self.counts, course, notes, timing, channels
        )
