"""How long a sweep will take and how large its store will be, from trying some of it out."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import islice

from negotiation.sweeping.order import interleaved
from negotiation.sweeping.parts import Label, part
from negotiation.sweeping.planning import blocks_of_task
from negotiation.sweeping.task import Task

__all__ = ["Estimate", "estimate"]

#: Seconds for which blocks are tried out to say how long all take.
TRIAL = 1.0

#: So many blocks, from all over the space, are tried out in turn, with ever more points.
TRIED = 8


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a sweep will take.

    Parameters
    ----------
    points, blocks, block_points : int
        How many points, in how many blocks of how many points.
    bytes : int
        How large its store will be.
    seconds : float
        How long one worker of this machine would compute.
    """

    points: int
    blocks: int
    block_points: int
    bytes: int
    seconds: float


def estimate(task: Task) -> Estimate:
    """Return what a sweep will take, from a second of trying it out. Errors as ``Task.layout``."""
    task.layout()
    blocks = blocks_of_task(task)
    task.compute(0, 1)  # what is read and compiled once in a process
    begun, piece, turn = time.perf_counter(), 1, 0
    order = list(islice(interleaved(len(blocks)), TRIED))
    while True:
        start, end = blocks.range(order[turn % len(order)])
        stop, since = min(end, start + piece), time.perf_counter()
        size = sum(map(len, part(Label("", 0, start, end), task.compute(start, stop))))
        spent = time.perf_counter() - since
        if stop == end or time.perf_counter() - begun > TRIAL:
            break
        piece, turn = 4 * piece, turn + 1
    share = blocks.total / (stop - start)
    return Estimate(blocks.total, len(blocks), blocks.points, round(size * share), spent * share)
