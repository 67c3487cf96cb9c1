"""A block as it is sent to a worker, and what the worker does with it."""

from __future__ import annotations

import json
import pickle
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from platform import node

from negotiation.dispatch import processors
from negotiation.errors import SolverError
from negotiation.games.tables import Table
from negotiation.sweeping.files import write_whole
from negotiation.sweeping.lock import holder_token
from negotiation.sweeping.manifest import arithmetic
from negotiation.sweeping.order import Blocks
from negotiation.sweeping.parts import Label, part
from negotiation.sweeping.store import part_path
from negotiation.sweeping.task import Task, window

__all__ = ["Order", "Orders", "compute", "store_part"]

#: A task with up to so many values along its axes is sent whole with each block, the same each time, so that a worker unpacks it once
#: (rationals take some 30 bytes each); of a larger one, such as a sample of
#: millions of points, each block is sent the values that it needs.
WHOLE_TASK = 2_500

#: No more blocks are solved at once in a process than it has processors, also where more threads store what they have solved. Not so
#: where points are computed one by one: a function of the user's own may sweep itself, and would wait for itself.
_COMPUTING = threading.BoundedSemaphore(processors())

#: Tasks that a worker keeps unpacked.
KEPT_TASKS = 4


@dataclass(frozen=True, slots=True)
class Order:
    """A block for a worker.

    Parameters
    ----------
    task : bytes
        A task that has the points of the block, and possibly others.
    start, stop : int
        Which of its points they are.
    batched : bool
        Whether many points are solved at once.
    versions : str
        What the sweep is computed with: a worker that has something else refuses.
    label : Label
        What the part bears.
    folder, token : str
        The store, and what marks that it is the one of this sweep and this time. A worker that does not see it sends the part back.
    """

    task: bytes
    start: int
    stop: int
    batched: bool
    versions: str
    label: Label
    folder: str
    token: str


@dataclass(frozen=True, eq=False)
class Orders:
    """How the blocks of a task are sent.

    Parameters
    ----------
    task : Task
    blocks : Blocks
    digest, folder, token : str
        Of the store; empty where results are kept in memory.
    """

    task: Task
    blocks: Blocks
    digest: str = ""
    folder: str = ""
    token: str = ""

    def of(self, block: int) -> Order:
        """Return a block as it is sent."""
        start, stop = self.blocks.range(block)
        label = Label(self.digest, block, start, stop)
        content = self._whole
        if content is None:
            task, start, stop = window(self.task, start, stop)
            content = _packed(task)
        return Order(content, start, stop, self.blocks.batched, _versions(), label, self.folder, self.token)

    @cached_property
    def _whole(self) -> bytes | None:
        """The whole task as it is sent, None if that is too large."""
        design = self.task.design
        if sum(len(axis) * len(axis.series) for axis in design.axes) > WHOLE_TASK:
            return None
        return _packed(window(self.task, 0, design.size)[0])


def _packed(task: Task) -> bytes:
    return pickle.dumps(task, protocol=pickle.HIGHEST_PROTOCOL)


@lru_cache(maxsize=1)
def _versions() -> str:
    return json.dumps(arithmetic())


@lru_cache(maxsize=KEPT_TASKS)
def _unpacked(content: bytes) -> Task:
    task: Task = pickle.loads(content)  # noqa: S301 - a message from the process that gives the work
    return task


def compute(order: Order) -> Table:
    """Return the rows of a block.

    Raises
    ------
    SolverError
        If this worker has other versions of what computes them.
    """
    if order.versions != _versions():
        raise SolverError(f"the worker on {node()} computes with {_versions()}, the sweep with {order.versions}")
    with _COMPUTING if order.batched else nullcontext():
        return _unpacked(order.task).compute(order.start, order.stop)


def store_part(order: Order) -> bytes | None:
    """Compute a block and write its part into the store; where the store is not seen return the part.

    Raises
    ------
    OSError
        If it cannot be written.
    SolverError
        As ``compute``.
    """
    content = part(order.label, compute(order))
    if holder_token(Path(order.folder)) != order.token:
        return b"".join(content)
    path = part_path(Path(order.folder), order.label.block)
    write_whole(path.parent, {path.name: content})
    return None
