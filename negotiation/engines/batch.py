"""Play a match in compiled loops, on all cores: millions of rounds a second, the trajectories of ``events``.

What can happen in a round is laid out as tables, situation by situation (``games.programs``), by the same code that plays
in ``events``; a compiled kernel (``kernels.rounds``) plays replications on them until it meets a situation that is not yet
laid out, and goes on when it is. Draws have addresses (``games.draws``), and the numbers of a replication are added in one
order; so every element of the record is that of ``events``, whatever the number of threads and the size of blocks.

Any strategy can be batched, for states are only asked whether they are the same. It pays where situations come again: a
match whose situations are never met twice is laid out as fast as ``events`` plays it, and no faster. Memory is bounded: when
there are too many situations they are all forgotten and met anew.

A match with a clock is played in step (``clockwork.in_step``), as long as one thing happens after another: moves, pauses,
deadlines, windows, the end of time. Shocks and several channels are left to ``events``.
"""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Lock
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from negotiation.clockwork.in_step import InStep, Timed, play_in_step
from negotiation.errors import NotApplicableError, ParameterError
from negotiation.games.draws import round_draws
from negotiation.games.programs import Programs, round_rules
from negotiation.games.record import Record
from negotiation.games.repeated import Match
from negotiation.games.situations import Situations, stage_tables
from negotiation.games.timing import Timing, stoppers_of
from negotiation.kernels.rounds import ACTIVE, DONE, NUMBER_BITS, WAITING, WORKING, Cohort, Outcomes, Tables, empty_cohort, play

__all__ = ["run"]

T = TypeVar("T")
S = TypeVar("S")

#: Replications that are played in step: enough that what is done once a round does not count, few enough for the fastest caches.
LANES = 512

#: Rounds that a kernel plays before it looks whether it should stop: some hundredths of a second.
SPELL = 2**22

#: Replications in step below which one waits for another's look-ups.
FEWEST_IN_STEP = 32

#: Replications that a thread takes at a time, at most.
LARGEST_BLOCK = 2**15

#: Draws that a round may have: as many as a test can tell apart.
MOST_DRAWS = 2**NUMBER_BITS

#: Rounds, over all replications, below which one thread is faster than several: they take it a few thousandths of a second.
FEW_ROUNDS = 2**16

#: Blocks given out for each thread: so that none waits while the oldest result is taken in.
AHEAD = 4


class Atlas:
    """The programs that all threads share, and what writes more of them."""

    def __init__(self, match: Match) -> None:
        self.match = match
        self._stage = stage_tables(match.stage)
        self._draws = round_draws(match, self._stage.depth)
        if self._draws.width > MOST_DRAWS:
            deep = f"{self._stage.depth:,}"
            raise NotApplicableError(
                f"batch plays stage games of at most {MOST_DRAWS:,} moves in a row, and this one has up to {deep}: only events plays it"
            )
        self._situations = Situations(match)
        self._programs = Programs(self._stage, self._draws, self._situations)
        self._lock = Lock()
        self.rules = round_rules(match, self._draws, self._programs.start)

    def open(self) -> tuple[Programs, Tables]:
        """Return the programs that there are, and their tables as they are now."""
        with self._lock:
            return self._programs, self._programs.tables

    def look_beyond(self, programs: Programs, cohort: Cohort) -> tuple[Programs, Tables]:
        """Return programs, and their tables, that know what follows the leaves of a cohort.

        They are those that were given; or, if these are full, new ones, for which the leaves are replaced.
        """
        leaves = cohort.leaves[: int(cohort.place[ACTIVE])]
        with self._lock:
            if programs.is_full:
                if programs is self._programs:
                    self._situations.forget()
                    self._programs = Programs(self._stage, self._draws, self._situations)
                self._cross(programs, leaves)
            else:
                for leaf in np.unique(leaves).tolist():
                    programs.follow(leaf)
            return self._programs, self._programs.tables

    def _cross(self, programs: Programs, leaves: NDArray[np.uint64]) -> None:
        """Replace leaves of other programs by leaves of the present ones after which the same round comes."""
        bridges: dict[int, int] = {}
        for leaf in np.unique(leaves).tolist():
            here, start = programs.after(leaf)
            bridges[leaf] = self._programs.bridge(self._situations.anew(here), start)
        leaves[:] = [bridges[leaf] for leaf in leaves.tolist()]


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A match being played: the arrays of its record, and whether to stop before it is done."""

    match: Match
    last: NDArray[np.int32]
    rounds: NDArray[np.int64]
    payoffs: NDArray[np.float64]
    timed: Timed | None
    keep: bool
    halted: Event


#: What comes of a block: the counts of its ends, and the ends of all its rounds if they are kept.
Block: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int32]]

#: What plays a block.
PlayBlock: TypeAlias = Callable[[range], Block]


@dataclass(slots=True)
class Done:
    """What has been collected: replications, rounds that came to each end, the trajectories of each block."""

    replications: int
    counts: NDArray[np.int64]
    courses: list[NDArray[np.int32]]


def run(
    match: Match,
    *,
    progress: Callable[[int, int], None] | None = None,
    keep: bool = False,
    threads: int | None = None,
    block: int | None = None,
) -> Record:
    """Return the record of a match.

    Parameters
    ----------
    match : Match
    progress : callable, optional
        Told now and then how many replications are done, of how many.
    keep : bool
        Whether the record also holds the end of every round.
    threads : int, optional
        How many threads play; if not given, one for each core, or a single one where there is little to do.
    block : int, optional
        How many replications a thread takes at a time.

    Returns
    -------
    Record
        If the run is interrupted from the keyboard after at least one block, the record of the replications that are done.

    Raises
    ------
    ParameterError
        If there is less than one thread, or less than one replication in a block.
    NotApplicableError
        If the match has channels or shocks, or the stage game thousands of moves in a row.
    """
    if min(1 if threads is None else threads, 1 if block is None else block) < 1:
        raise ParameterError(f"batch needs at least one thread and one replication in a block, got threads={threads} and block={block}")
    workers = _threads(match) if threads is None else threads
    size = _block_size(match, workers) if block is None else block
    job, done, notes = _job(match, keep=keep), Done(0, np.zeros(len(match.stage.ends), dtype=np.int64), []), match.notes
    try:
        _play_blocks(job, done, workers, size, progress)
    except KeyboardInterrupt:
        if not done.replications:
            raise
        notes = (*notes, f"interrupted: {done.replications} of {match.replications} replications are done; the results are of these")
    course = np.concatenate(done.courses) if keep else None
    some, timing = slice(done.replications), _timing(job, done.replications)
    return Record(match, "batch", job.last[some], job.rounds[some], job.payoffs[some], done.counts, course, notes, timing)


def _job(match: Match, *, keep: bool) -> Job:
    """Return a match ready to be played, if it can be.

    Raises
    ------
    NotApplicableError
        If the match has channels or shocks.
    """
    clock = match.repetition.clock
    asks = "several channels" if match.channels else "shocks" if clock is not None and clock.shocks else None
    if asks is not None:
        raise NotApplicableError(f"batch plays what happens one after another, and this match has {asks}, which only events plays")
    count, players = match.replications, len(match.stage.players)
    timed = None if clock is None else Timed(np.zeros(count, np.int64), np.zeros(count, np.int32), np.zeros(count, np.bool_))
    return Job(match, np.zeros(count, np.int32), np.zeros(count, np.int64), np.zeros((count, players)), timed, keep, Event())


def _timing(job: Job, done: int) -> Timing | None:
    """Return when the first so many replications were over, and why."""
    clock, timed = job.match.repetition.clock, job.timed
    if clock is None or timed is None:
        return None
    return Timing(clock.unit, timed.elapsed[:done] / clock.per_unit, timed.stopped[:done], timed.silent[:done], stoppers_of(clock))


def _threads(match: Match) -> int:
    """Return how many threads pay: handing out blocks takes longer than playing few rounds."""
    return 1 if match.replications * _most_rounds(match) < FEW_ROUNDS else _cores()


def _cores() -> int:
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _most_rounds(match: Match) -> float:
    """Return how many rounds a replication may have: the largest number, or what chance leaves of it on average."""
    repetition = match.repetition
    by_chance = math.inf if repetition.continuation is None else 1 / (1 - repetition.continuation)
    return min(by_chance, math.inf if repetition.rounds is None else repetition.rounds)


def _block_size(match: Match, workers: int) -> int:
    """Return how many replications a thread takes at a time: about a spell of rounds, but some blocks for each of several threads."""
    share = match.replications if workers == 1 else -(-match.replications // (AHEAD * workers))
    return min(max(FEWEST_IN_STEP, int(SPELL / _most_rounds(match))), LARGEST_BLOCK, share)


def _play_blocks(job: Job, done: Done, workers: int, size: int, progress: Callable[[int, int], None] | None) -> None:
    """Play all blocks, and take them in one after the other."""
    count, play_block = len(job.last), _player(job)
    parts = (range(first, min(first + size, count)) for first in range(0, count, size))
    if workers == 1:
        _take_in(job, done, map(play_block, parts), size, progress)
        return
    with ThreadPoolExecutor(workers) as pool:
        try:
            _take_in(job, done, _in_order(pool, play_block, parts, AHEAD * workers), size, progress)
        finally:
            job.halted.set()


def _take_in(job: Job, done: Done, blocks: Iterable[Block], size: int, progress: Callable[[int, int], None] | None) -> None:
    """Take in the blocks as they come."""
    count = len(job.last)
    for counts, course in blocks:
        done.counts += counts
        done.courses.append(course)
        done.replications = min(done.replications + size, count)
        if progress is not None:
            progress(done.replications, count)


def _player(job: Job) -> PlayBlock:
    """Return what plays a block of the match."""
    clock = job.match.repetition.clock
    if clock is None:
        atlas = Atlas(job.match)
        return lambda part: _play_rounds(job, atlas, part)
    step = InStep(job.match, clock)
    return lambda part: _play_in_time(job, step, part)


def _in_order(pool: ThreadPoolExecutor, task: Callable[[T], S], parts: Iterable[T], ahead: int) -> Iterator[S]:
    """Yield a task's result for each part, in the order of the parts; so many are given out at a time."""
    waiting: deque[Future[S]] = deque()
    for part in parts:
        waiting.append(pool.submit(task, part))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _outcomes(job: Job, part: range) -> Outcomes:
    """Return where the outcomes of a block go."""
    players = job.payoffs.shape[1]
    return Outcomes(
        np.uint64(job.match.first + part.start),
        job.last[part.start : part.stop],
        job.rounds[part.start : part.stop],
        job.payoffs.reshape(-1)[part.start * players : part.stop * players],
        np.zeros(len(job.match.stage.ends), dtype=np.int64),
        np.empty(0, dtype=np.int32),
        np.empty(0, dtype=np.uint64),
    )


def _play_rounds(job: Job, atlas: Atlas, part: range) -> Block:
    """Play a block of a match without a clock."""
    outcomes = _outcomes(job, part)
    _play_through(job, atlas, outcomes)
    if not job.keep:
        return outcomes.counts, outcomes.course
    # How long each trajectory is, is known only now; playing again is cheaper than keeping room for the longest.
    course = np.empty(int(outcomes.rounds.sum()), dtype=np.int32)
    offsets = (np.cumsum(outcomes.rounds) - outcomes.rounds).astype(np.uint64)
    _play_through(job, atlas, outcomes._replace(counts=np.zeros_like(outcomes.counts), course=course, offsets=offsets))
    return outcomes.counts, course


def _play_through(job: Job, atlas: Atlas, outcomes: Outcomes) -> None:
    """Play until all replications of a block are done, or play is halted."""
    cohort = empty_cohort(min(LANES, len(outcomes.last)), len(atlas.rules.discounts))
    programs, tables = atlas.open()
    status = WORKING
    while status != DONE and not job.halted.is_set():
        status = play(tables, atlas.rules, cohort, outcomes, SPELL)
        if status == WAITING:
            programs, tables = atlas.look_beyond(programs, cohort)


def _play_in_time(job: Job, step: InStep, part: range) -> Block:
    """Play a block of a match with a clock."""
    outcomes, timed = _outcomes(job, part), job.timed
    if timed is None:
        raise ValueError("a match with a clock needs room for times")
    some = slice(part.start, part.stop)
    own = Timed(timed.elapsed[some], timed.stopped[some], timed.silent[some])
    return outcomes.counts, play_in_step(step, outcomes, own, keep=job.keep, is_halted=job.halted.is_set)
