"""Work that survives the death of workers, with workers that die as they are told."""

import time
from collections import Counter
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.budget import Budget
from negotiation.dispatch import Pool, dispatch
from negotiation.errors import SolverError


class Mortal(Executor):
    """Does each piece as soon as enough others wait beside it, and breaks, with all that wait, at pieces that kill."""

    def __init__(self, deadly, width):
        self.deadly, self.width, self.waiting, self.is_broken = deadly, width, [], False

    def submit(self, piece):
        if self.is_broken:
            raise BrokenExecutor
        future = Future()
        self.waiting.append((piece, future))
        if len(self.waiting) >= self.width:
            self.work()
        return future

    def work(self):
        while self.waiting and not self.is_broken:
            piece, future = self.waiting.pop(0)
            if self.deadly[piece] > 0:
                self.deadly[piece] -= 1
                self.is_broken = True
                for _, other in self.waiting:
                    other.set_exception(BrokenExecutor())
                future.set_exception(BrokenExecutor())
            else:
                future.set_result(-piece)


def run(count, deadly, workers=2):
    """Do so many pieces; return the results that were taken, what was given up, and how many pools were opened."""
    left, pools, taken = Counter(deadly), [], {}

    @contextmanager
    def open_pool():
        pool = Mortal(left, 1)
        pools.append(pool)
        yield Pool(pool, workers)

    def take(piece, result):
        assert piece not in taken
        taken[piece] = result

    lost = dispatch(range(count), lambda pool, piece: pool.submit(piece), take, open_pool)
    return taken, lost, len(pools)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 40), st.dictionaries(st.integers(0, 39), st.integers(1, 5), max_size=4), st.integers(1, 4))
def test_every_piece_is_done_once_or_given_up_after_three_deaths(count, deadly, workers):
    deadly = {piece: deaths for piece, deaths in deadly.items() if piece < count}
    # Three pieces that always kill, one after another, end everything: that is the next test.
    deadly = dict(list(deadly.items())[:2])
    taken, lost, pools = run(count, deadly, workers)
    assert set(lost) == {piece for piece, deaths in deadly.items() if deaths >= 3}
    assert taken == {piece: -piece for piece in range(count) if piece not in lost}
    assert pools <= 1 + sum(min(deaths, 3) for deaths in deadly.values())


def test_where_everything_kills_it_ends():
    with pytest.raises(SolverError, match="workers die whatever they do"):
        run(1000, dict.fromkeys(range(1000), 10))


def test_pieces_that_kill_now_and_then_do_not_end_it():
    taken, lost, _ = run(100, dict.fromkeys(range(0, 100, 10), 10))
    assert lost == tuple(range(0, 100, 10))
    assert len(taken) == 90


def never(pool, piece):
    return Future()


def ignore(piece, result):
    """Do nothing with what was done."""


def test_when_the_time_is_up_what_is_being_done_is_not_waited_for():
    @contextmanager
    def open_pool():
        yield Pool(Mortal({}, 1), 2)

    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        dispatch(range(10), never, ignore, open_pool, Budget.of_seconds(0.1))
    assert time.monotonic() - begun < 2


def test_work_that_never_comes_back_is_noticed():
    def check():
        raise SolverError("the scheduler is gone")

    @contextmanager
    def open_pool():
        yield Pool(Mortal({}, 1), 2, check=check)

    with pytest.raises(SolverError, match="the scheduler is gone"):
        dispatch(range(10), never, ignore, open_pool)


def test_an_error_of_a_piece_comes_out_and_no_more_is_handed_out():
    handed_out = []

    def submit(pool, piece):
        handed_out.append(piece)
        future = Future()
        future.set_exception(OSError(28, "No space left on device")) if piece == 3 else future.set_result(None)
        return future

    @contextmanager
    def open_pool():
        yield Pool(Mortal({}, 1), 2)

    with pytest.raises(OSError, match="No space left"):
        dispatch(range(100), submit, ignore, open_pool)
    assert len(handed_out) < 10


def test_a_death_of_one_worker_in_a_pool_that_lives_on_is_charged_to_its_piece_alone():
    class WorkerDiedError(Exception):
        """As a cluster tells it."""

    deaths = Counter({5: 2, 7: 9})
    handed_out = Counter()

    def submit(pool, piece):
        handed_out[piece] += 1
        future = Future()
        if deaths[piece] > 0:
            deaths[piece] -= 1
            future.set_exception(WorkerDiedError())
        else:
            future.set_result(None)
        return future

    @contextmanager
    def open_pool():
        yield Pool(Mortal({}, 1), 2, (WorkerDiedError,))

    taken = []
    assert dispatch(range(10), submit, lambda piece, _: taken.append(piece), open_pool) == (7,)
    assert sorted(taken) == [0, 1, 2, 3, 4, 5, 6, 8, 9]
    assert handed_out == Counter({piece: 3 if piece in (5, 7) else 1 for piece in range(10)})
