"""On a cluster of Dask: the scheduler at an address, or, where none is given, one of this machine with processes as workers."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from negotiation.dispatch import Pool, one_thread_each, processors
from negotiation.errors import NotApplicableError, SolverError

if TYPE_CHECKING:
    from distributed import Client, Worker

__all__ = ["executor"]

#: Seconds within which a scheduler has to answer, and one that has no workers has to get one.
ANSWER, WORKERS = 5.0, 20.0


@contextmanager
def executor(workers: int | None = None, *, scheduler: str | None = None) -> Iterator[Pool]:
    """Give the workers of a cluster.

    Parameters
    ----------
    workers : int, optional
        How many blocks are computed at a time; as many as the cluster has threads if not given.
    scheduler : str, optional
        The address of a scheduler, such as ``tcp://10.0.0.1:8786``. If none is given a cluster is started on this machine, which
        nobody else can reach, with a process for each worker.

    Raises
    ------
    NotApplicableError
        If Dask is not installed.
    SolverError
        If the scheduler does not answer, or has no workers.
    """
    try:
        import distributed  # noqa: F401 - whether it is there
    except ImportError as error:
        raise NotApplicableError("the executor 'cluster' needs Dask: pip install 'negotiation[cluster]'") from error
    with _local(workers) if scheduler is None else _existing(scheduler) as client:
        threads = sum(client.nthreads().values())
        yield Pool(client.get_executor(pure=False), threads if workers is None else workers, _deaths(), _watch(client))


def _deaths() -> tuple[type[BaseException], ...]:
    from distributed import KilledWorker

    return (KilledWorker,)


@contextmanager
def _local(workers: int | None) -> Iterator[Client]:
    import dask
    from distributed import Client, LocalCluster

    wanted = processors() if workers is None else workers
    # Deaths are counted by who hands out the work, in the same way for every executor.
    settings = {"distributed.scheduler.allowed-failures": 0, "distributed.comm.timeouts.connect": ANSWER}
    with (
        one_thread_each(),
        dask.config.set(settings),
        LocalCluster(
            n_workers=wanted,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
            preload=[__name__],
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def dask_setup(_worker: Worker) -> None:
    """Leave Ctrl-C, which reaches the workers of this machine too, to the one that started them; Dask calls this as a worker starts."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _existing(address: str) -> Iterator[Client]:
    import dask
    from distributed import Client

    with dask.config.set({"distributed.comm.timeouts.connect": ANSWER}):
        try:
            client = Client(address, timeout=ANSWER, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise SolverError(f"there is no answer from a scheduler at {address!r}: {error}") from error
        with client:
            try:
                client.wait_for_workers(1, timeout=WORKERS)
            except TimeoutError as error:
                raise SolverError(f"the scheduler at {address} has no workers") from error
            yield client


def _watch(client: Client) -> Callable[[], None]:
    """Return what finds out that work will never come back."""
    seen = [time.monotonic()]

    def check() -> None:
        """Find the scheduler gone, or without workers for long."""
        if client.status != "running":
            raise SolverError(f"the scheduler is gone (the connection is {client.status})")
        if client.nthreads():
            seen[0] = time.monotonic()
        elif time.monotonic() - seen[0] > WORKERS:
            raise SolverError(f"the scheduler has had no workers for {WORKERS:.0f} seconds")

    return check
