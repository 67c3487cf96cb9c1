"""In processes of this machine, each with an interpreter of its own: for what is computed point by point."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait

from negotiation.dispatch import Pool, one_thread_each, processors
from negotiation.errors import ParameterError

__all__ = ["executor"]


@contextmanager
def executor(workers: int | None = None, *, scheduler: str | None = None) -> Iterator[Pool]:
    """Give so many processes.

    They end when they are told to, and also when this process ends in whatever way: they never live on by themselves.

    Raises
    ------
    ParameterError
        If a scheduler is named.
    """
    if scheduler is not None:
        raise ParameterError(f"only a cluster has a scheduler; leave out {scheduler!r}, or name the executor 'cluster'")
    wanted = processors() if workers is None else workers
    context = get_context("spawn")  # a copy of a process with threads (fork) can hang
    reader, writer = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(wanted, mp_context=context, initializer=_begin, initargs=(reader,))
    try:
        with one_thread_each():
            yield Pool(pool, wanted)
        pool.shutdown()
    finally:
        writer.close()
        pool.shutdown(cancel_futures=True)
        reader.close()


def _begin(reader: Connection) -> None:
    """Make a new process leave Ctrl-C, which reaches it too, to the one that started it, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(reader,), daemon=True).start()


def _end_with_parent(reader: Connection) -> None:
    """End this process at once when the one that started it ends, or closes its side of the pipe."""
    parent = parent_process()
    wait([reader] if parent is None else [reader, parent.sentinel])
    os._exit(0)
