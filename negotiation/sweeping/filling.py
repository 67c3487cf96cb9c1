"""The blocks of a sweep are computed wherever they can be, and those that are missing in a store are put there."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from negotiation import lookup
from negotiation.budget import UNLIMITED, Budget
from negotiation.dispatch import Pool, PoolMaker, dispatch, processors
from negotiation.errors import ParameterError, SolverError
from negotiation.games.tables import Table
from negotiation.sweeping.files import remove_leftovers, synchronise, write_whole
from negotiation.sweeping.order import Blocks, interleaved
from negotiation.sweeping.planning import blocks_of_task
from negotiation.sweeping.store import MANIFEST, Store, part_path, working
from negotiation.sweeping.task import Task
from negotiation.sweeping.work import Orders, compute, store_part

__all__ = ["HERE", "Place", "fill", "tabulate"]

#: Workers that are thought to be behind an executor of the user's own, where he does not say how many: enough pieces are handed out.
UNKNOWN_WORKERS = 64

#: Threads for each processor where many points are solved at once: they take as long to store as to solve.
THREADS_BESIDE_THE_DISK = 2

#: Seconds after which the names of new files are made to last.
NAMES_EVERY = 1.0

#: Errors of the system that mean that there is no room.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Place:
    """Where blocks are computed; it changes no result.

    Parameters
    ----------
    executor : str or concurrent.futures.Executor
        A member of the family of executors, or one of the user's own.
    workers : int, optional
        How many blocks are computed at a time.
    scheduler : str, optional
        The address of a cluster's scheduler.
    """

    executor: str | Executor = "here"
    workers: int | None = None
    scheduler: str | None = None


HERE = Place()


def tabulate(task: Task, place: Place = HERE, budget: Budget = UNLIMITED) -> list[tuple[int, int, Table]]:
    """Return the rows of all points block by block, in order, kept in memory. Errors as ``sweep``."""
    pools, blocks = _pools(place), blocks_of_task(task)
    tables: dict[int, Table] = {}
    orders = Orders(task, blocks)
    told = _Teller(blocks, budget, 0)

    def take(block: int, table: Table) -> None:
        """Keep the rows of a block."""
        tables[block] = table
        told.done(block)

    def submit(pool: Executor, block: int) -> Future[Table]:
        """Hand a block out."""
        return pool.submit(compute, orders.of(block))

    try:
        lost = dispatch(interleaved(len(blocks)), submit, take, pools, budget)
    except TimeoutError:
        raise SolverError(f"the time is up: {len(tables)} of {len(blocks)} blocks are done, and lost, because there is no store") from None
    if lost:
        raise SolverError(_given_up(lost, blocks))
    return [(*blocks.range(block), tables[block]) for block in range(len(blocks))]


class _Teller:
    """Tells how many points are done."""

    def __init__(self, blocks: Blocks, budget: Budget, points: int) -> None:
        self.blocks, self.budget, self.points = blocks, budget, points
        budget.tell("points", points, blocks.total)

    def done(self, block: int) -> None:
        """Tell that a block is done."""
        self.points += self.blocks.size(block)
        self.budget.tell("points", self.points, self.blocks.total)


def fill(task: Task, folder: str | Path, where: Place = HERE, budget: Budget = UNLIMITED) -> Store:
    """Compute what is missing in the store of a task, which is begun if it is not there, and return it.

    Errors as ``sweep``; after an interruption (also by ``KeyboardInterrupt``) what was done is in the store.
    """
    path, blocks = Path(folder), blocks_of_task(task)
    pools = _pools(_beside_the_disk(where, blocks))
    with _what_is_kept(path, blocks), working(path, task, task.layout(), blocks) as (store, token):
        missing = set(_undone(store, budget))
        told = _Teller(blocks, budget, blocks.total - sum(map(blocks.size, missing)))
        orders, names = Orders(task, blocks, store.digest, str(path.resolve()), token), _Names()

        def take(block: int, content: bytes | None) -> None:
            """Write the part of a block, if the worker did not."""
            place = part_path(path, block)
            if content is not None:
                write_whole(place.parent, {place.name: [content]})
            names.new_in(place.parent)
            told.done(block)

        def submit(pool: Executor, block: int) -> Future[bytes | None]:
            """Hand a block out."""
            return pool.submit(store_part, orders.of(block))

        lost = dispatch((block for block in interleaved(len(blocks)) if block in missing), submit, take, pools, budget)
        names.synchronise()
        for each in {part_path(path, block).parent for block in missing}:
            remove_leftovers(each)
        if lost:
            raise SolverError(_given_up(lost, blocks), partial=store)
        return store


def _beside_the_disk(where: Place, blocks: Blocks) -> Place:
    """Return a place with more threads than processors, if nobody says how many, where much of the time a thread waits for the disk."""
    if where.executor == "here" and where.workers is None and blocks.batched:
        return replace(where, workers=THREADS_BESIDE_THE_DISK * processors())
    return where


class _Names:
    """Sees to it that the names of new files last: now and then, because it takes the disk as long as a file does.

    A power cut in between takes the names of a second's files away, and with them so much work; it damages nothing.
    """

    def __init__(self) -> None:
        self.folders: set[Path] = set()
        self.last = time.monotonic()

    def new_in(self, folder: Path) -> None:
        """Note that there is a new file in a folder."""
        self.folders.add(folder)
        if time.monotonic() - self.last > NAMES_EVERY:
            self.synchronise()

    def synchronise(self) -> None:
        """Make the names last."""
        synchronise(self.folders)
        self.folders.clear()
        self.last = time.monotonic()


def _undone(store: Store, budget: Budget) -> Iterator[int]:
    """Yield the blocks of which there is no undamaged part."""
    for block in range(len(store.blocks)):
        if store.damage(block) is not None:
            yield block
        elif budget.is_spent:
            raise TimeoutError


@contextmanager
def _what_is_kept(folder: Path, blocks: Blocks) -> Iterator[None]:
    """Say of an interruption what is kept and how to go on."""
    try:
        yield
    except SolverError as error:
        raise SolverError(f"{error}; {_kept(folder, blocks)}", partial=error.partial) from error
    except OSError as error:
        if isinstance(error, TimeoutError) and error.errno is None:
            raise SolverError(f"the time is up; {_kept(folder, blocks)}") from None
        has_begun = (folder / MANIFEST).is_file()
        if error.errno not in NO_ROOM and not has_begun:
            raise  # a place that cannot be written to, rather than something that befell a sweep
        reason = "there is no room left" if error.errno in NO_ROOM else str(error.strerror).lower()
        advice = "make room, and " if error.errno in NO_ROOM else ""
        raise SolverError(f"{error.filename or folder}: {reason}; {advice}{_kept(folder, blocks)}") from error
    except KeyboardInterrupt as error:
        error.add_note(_kept(folder, blocks))
        raise


def _kept(folder: Path, blocks: Blocks) -> str:
    done = sum(part_path(folder, block).is_file() for block in range(len(blocks)))
    return f"the same command goes on: {done:,} of {len(blocks):,} blocks are kept in {folder}"


def _given_up(lost: Sequence[int], blocks: Blocks) -> str:
    """Return what is said of blocks whose workers died."""
    named = "; ".join(f"block {block} (points {blocks.range(block)[0]} to {blocks.range(block)[1] - 1})" for block in lost[:10])
    more = f"; and {len(lost) - 10} more" if len(lost) > 10 else ""
    return f"given up, because workers died three times over them: {named}{more}; all other blocks are done"


def _pools(place: Place) -> PoolMaker:
    """Return what opens pools at a place.

    Raises
    ------
    ParameterError, UnknownNameError
        If there is no such place.
    """
    if place.workers is not None and place.workers < 1:
        raise ParameterError(f"the number of workers is at least 1, got {place.workers}")
    if isinstance(place.executor, str):
        make: Callable[..., AbstractContextManager[Pool]] = lookup.executor(place.executor).executor
        return lambda: make(place.workers, scheduler=place.scheduler)
    if place.scheduler is not None:
        raise ParameterError("an executor of your own has no scheduler")
    own = [Pool(place.executor, UNKNOWN_WORKERS if place.workers is None else place.workers)]

    @contextmanager
    def once() -> Iterator[Pool]:
        """Give the executor, as long as it lives."""
        if not own:
            raise SolverError("a worker of the executor that was given died, and with it the executor")
        yield own.pop()

    return once
