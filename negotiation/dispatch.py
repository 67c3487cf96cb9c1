"""Many pieces of work are done by a pool of workers, some of which may die.

A piece whose worker died is done again; a piece that was on its way at two deaths is done alone, so that it is known which
piece kills; at its third death a piece is given up. A pool that died is replaced.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import SolverError

__all__ = ["Pool", "PoolMaker", "dispatch", "one_thread_each", "processors"]

Result = TypeVar("Result")

#: Deaths after which a piece of work is done alone, and after which it is given up.
SUSPECT, GIVEN_UP = 2, 3

#: Pieces that are given up one after another, with none done in between, before all is: then it is not the pieces that kill.
HOPELESS = 3

#: Pieces that are handed out for each worker: one that it does, one that waits so that it need not.
AHEAD = 2

#: Where libraries of linear algebra read how many threads they may have.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS")

#: Seconds between looks at the clock and at the workers.
PATIENCE = 0.5


def _is_well() -> None:
    """Find nothing wrong."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Where work is done.

    Parameters
    ----------
    executor : concurrent.futures.Executor
    workers : int
        How many pieces it does at a time.
    deaths : tuple of exception types
        What is raised where the worker of one piece died and the pool lives on.
    check : callable
        Raises SolverError where work that was handed out will never come back.
    """

    executor: Executor
    workers: int
    deaths: tuple[type[BaseException], ...] = ()
    check: Callable[[], None] = _is_well


#: Opens a pool; it is called again when the pool died.
PoolMaker = Callable[[], AbstractContextManager[Pool]]


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def one_thread_each() -> Iterator[None]:
    """See to it that processes which are started meanwhile do linear algebra in one thread: they are as many as processors already.

    It is said in environment variables, because numpy reads them when it is loaded, before any call could say it.
    """
    missing = [name for name in THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(missing, "1"))
    try:
        yield
    finally:
        for name in missing:
            os.environ.pop(name, None)


@dataclass(slots=True)
class _Ledger:
    """What is to be done: pieces that wait, pieces that are done again or alone, and deaths."""

    waiting: Iterator[int]
    again: deque[int] = field(default_factory=deque)
    alone: deque[int] = field(default_factory=deque)
    deaths: Counter[int] = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)
    fruitless: int = 0

    def next_piece(self) -> int | None:
        """Return a piece that can be done together with others, None if there is none."""
        return self.again.popleft() if self.again else next(self.waiting, None)

    def note_death(self, piece: int) -> None:
        """Note that the worker of a piece, or of one beside it, died."""
        self.deaths[piece] += 1
        if self.deaths[piece] >= GIVEN_UP:
            self.lost.append(piece)
            self.fruitless += 1
        elif self.deaths[piece] >= SUSPECT:
            self.alone.append(piece)
        else:
            self.again.append(piece)


def dispatch(
    pieces: Iterable[int],
    submit: Callable[[Executor, int], Future[Result]],
    take: Callable[[int, Result], None],
    pools: PoolMaker,
    budget: Budget = UNLIMITED,
) -> tuple[int, ...]:
    """Do all pieces of work and return those that were given up.

    Parameters
    ----------
    pieces : iterable of int
        Their numbers, in the order in which they are begun.
    submit : callable
        Hands a piece to an executor.
    take : callable
        Takes a result, in the order in which they come.
    pools : callable
        Opens a pool.
    budget : Budget
        When its time is up, what is being done is not waited for.

    Raises
    ------
    TimeoutError
        If the time is up.
    SolverError
        If workers die whatever they do, or work that was handed out will never come back.
    Exception
        What a piece raises by itself.
    """
    ledger = _Ledger(iter(pieces))
    is_done = False
    while not is_done:
        with pools() as pool:
            is_done = _through(ledger, pool, submit, take, budget)
        if ledger.fruitless >= HOPELESS:
            raise SolverError(
                "workers die whatever they do: each needs memory of its own, and a script that starts processes has to do so "
                "under \"if __name__ == '__main__':\""
            )
    return tuple(sorted(ledger.lost))


def _through(
    ledger: _Ledger,
    pool: Pool,
    submit: Callable[[Executor, int], Future[Result]],
    take: Callable[[int, Result], None],
    budget: Budget,
) -> bool:
    """Do what is to be done; return whether all is, or the pool died first."""
    running: dict[Future[Result], int] = {}
    try:
        while True:
            is_alive = _hand_out(ledger, pool, submit, running)
            if is_alive and not running:
                return True
            finished, _ = wait(running, timeout=PATIENCE, return_when=FIRST_COMPLETED)
            for future in finished:
                is_alive &= _settle(ledger, pool, running.pop(future), future, take)
            if not is_alive:
                # The others come to the same end at once, or are done already.
                finished, _ = wait(running, timeout=PATIENCE)
                for future, piece in list(running.items()):
                    _settle(ledger, pool, piece, future, take) if future in finished else ledger.note_death(piece)
                return False
            if budget.is_spent:
                raise TimeoutError
            if not finished:
                pool.check()
    finally:
        for future in running:
            future.cancel()


def _hand_out(ledger: _Ledger, pool: Pool, submit: Callable[[Executor, int], Future[Result]], running: dict[Future[Result], int]) -> bool:
    """Give the workers what they can do; return whether the pool took it."""
    while len(running) < (1 if ledger.alone else AHEAD * pool.workers):
        is_alone = bool(ledger.alone)
        piece = ledger.alone.popleft() if is_alone else ledger.next_piece()
        if piece is None:
            return True
        try:
            running[submit(pool.executor, piece)] = piece
        except BrokenExecutor:
            (ledger.alone if is_alone else ledger.again).appendleft(piece)
            return False
        if is_alone:
            return True
    return True


def _settle(ledger: _Ledger, pool: Pool, piece: int, future: Future[Result], take: Callable[[int, Result], None]) -> bool:
    """Take what came of a piece; return whether the pool lives on."""
    try:
        result = future.result()
    except pool.deaths:
        ledger.note_death(piece)
        return True
    except (BrokenExecutor, CancelledError):
        ledger.note_death(piece)
        return False
    take(piece, result)
    ledger.fruitless = 0
    return True
