"""In threads of this process: batched solvers and compiled kernels run outside Python's global lock."""

from __future__ import annotations

import ctypes
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

from negotiation.dispatch import Pool, processors
from negotiation.errors import ParameterError

__all__ = ["executor"]

#: Options of the GNU C library (``malloc.h``) in bytes: what is kept that is free (M_TRIM_THRESHOLD), and from which size on memory is
#: asked for by itself and given back at once (M_MMAP_THRESHOLD).
KEPT_MEMORY = {-1: 2**26, -3: 2**25}

#: Seconds that a block which is being computed has to come to its end when the work is abandoned.
GRACE = 1.0


@contextmanager
def executor(workers: int | None = None, *, scheduler: str | None = None) -> Iterator[Pool]:
    """Give so many threads of this process.

    Raises
    ------
    ParameterError
        If a scheduler is named.
    """
    if scheduler is not None:
        raise ParameterError(f"only a cluster has a scheduler; leave out {scheduler!r}, or name the executor 'cluster'")
    _keep_freed_memory()
    wanted = processors() if workers is None else workers
    threads = _Threads(wanted)
    try:
        yield Pool(threads, wanted)
    finally:
        threads.shutdown(cancel_futures=True)


def _keep_freed_memory() -> None:
    """Let the C library keep memory that is freed, instead of giving it back to the system and asking for it again.

    Blocks take and free the same megabytes again and again, and the system has to clear each page anew: that took three times
    as long as solving. It is a hint to the GNU library; others are left as they are.
    """
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):  # no such library; no such function; a system that has none by that name
        return
    for option, size in KEPT_MEMORY.items():
        set_option(option, size)


class _Threads(Executor):
    """Threads that are not waited for long at the end.

    Those of ``ThreadPoolExecutor`` are waited for when the program ends, so that Ctrl-C would take as long as a block does.
    """

    def __init__(self, workers: int) -> None:
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._run, name=f"sweep-{number + 1}", daemon=True) for number in range(workers)]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        while (piece := self._work.get()) is not None:
            piece()
            del piece  # its result may be large, and the next piece may be long in coming

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # as the standard library has it
        """Hand out a call."""
        future: Future[Any] = Future()
        self._work.put(lambda: _do(future, fn, args, kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; drop what has not begun, and wait a little for what has."""
        while cancel_futures and not self._work.empty():
            self._work.get()
        for _ in self._threads:
            self._work.put(None)
        deadline = time.monotonic() + (GRACE if wait else 0)
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))


def _do(future: Future[Any], fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = fn(*args, **kwargs)
    except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for, as executors do
        future.set_exception(error)
    else:
        future.set_result(result)
