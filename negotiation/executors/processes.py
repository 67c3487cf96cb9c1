"""In processes of this machine, each with an interpreter of its own: for what is computed point by point."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from types import MappingProxyType

from negotiation.dispatch import Pool
from negotiation.errors import ParameterError

__all__ = ["executor"]

#: One thread of linear algebra for each worker: workers are as many as processors already.
ONE_THREAD: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
)


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
    wanted = len(os.sched_getaffinity(0)) if workers is None else workers
    context = get_context("spawn")  # a copy of a process with threads (fork) can hang
    reader, writer = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(wanted, mp_context=context, initializer=_begin, initargs=(reader,))
    try:
        with _environment(ONE_THREAD):
            yield Pool(pool, wanted)
        pool.shutdown()
    finally:
        writer.close()
        pool.shutdown(cancel_futures=True)
        reader.close()


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for processes that are started meanwhile: numpy reads them when it is loaded, before any call."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update({name: value for name, value in variables.items() if before[name] is None})
    try:
        yield
    finally:
        for name in variables:
            if before[name] is None:
                os.environ.pop(name, None)


def _begin(reader: Connection) -> None:
    """Make a new process leave Ctrl-C, which reaches it too, to the one that started it, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(reader,), daemon=True).start()


def _end_with_parent(reader: Connection) -> None:
    """End this process at once when the one that started it ends, or closes its side of the pipe."""
    parent = parent_process()
    wait([reader] if parent is None else [reader, parent.sentinel])
    os._exit(0)
