"""All equilibria of random bimatrix games in batch: against nashpy, against quantecon where it is installed, and the machine's limit.

nashpy and quantecon solve one game at a time. nashpy's support enumeration is the faster of its two methods that are meant to
find all equilibria (of the other, vertex enumeration, the time is told as well); it drops some by rounding, so what it finds has to
be among what is found here, and vertex enumeration on the same games, whose payoffs are well scaled, has to find as many.
quantecon's compiled support enumeration has to find the same. Compilation is timed nowhere.

The machine's limit
-------------------
A game of m x n is 16 m n bytes to read, and each of its equilibria 8 (m + n + 4) bytes to write: the game's number, two mixed
strategies, two payoffs and a regret. A 2x2 game has 1.25 equilibria on average and moves 145 bytes, a 3x3 game 275. Arithmetic
that cannot be left out are the minors (4 subtractions for 2x2, 36 operations for 3x3, 232 for 4x4, 1,270 for 5x5), two
comparisons of each with its bound, and for each equilibrium its probabilities and 8 m n operations for what each strategy gets.
Both rates are measured in the same run: a copy of arrays that fit into no cache, and a loop of multiplications and additions over a
vector in the first cache. Not in this count are the logic of supports, the bounds, and bringing numbers from the order of games into
the one in which many are computed side by side, and back. On one core of the machine that this was written on (40 GB/s, 50
operations in a nanosecond) a 2x2 game takes 32 ns, 3x3 78, 4x4 173 and 5x5 574, which is 7, 7, 7 and 8 times the limit; of a 2x2
game a quarter is for deciding which supports are equilibria, and three quarters for writing these down with payoffs and regrets.

To measure against quantecon, install it beside this package in an environment of its own and run this file there.
"""

import numpy as np
import pytest
from nashpy import Game
from numba import njit
from timing import best_times

from negotiation.kernels.bimatrix import equilibria
from negotiation.kernels.minors import tables

#: At least so many times the games per second of nashpy's support enumeration, and of quantecon's; on one core.
NASHPY_BARS = {2: 5_000, 3: 1_000, 4: 500}
QUANTECON_BARS = {2: 100, 3: 10}

#: Games of a block of a sweep; and of those that the others are given.
GAMES, FEW = 65_536, {2: 200, 3: 60, 4: 20, 5: 20}

#: Two profiles are the same if no probability differs by more: an order above quantecon's own tolerances.
SAME = 1e-7


def games_of(size: int) -> tuple[np.ndarray, np.ndarray]:
    return np.random.default_rng(size).normal(size=(2, GAMES, size, size))


def listed(size: int, count: int) -> list[np.ndarray]:
    """What is found here in the first games: a row for each equilibrium, probabilities of rows, then of columns."""
    found = equilibria(*(payoffs[:count] for payoffs in games_of(size)))
    assert not found.undecided.any()
    return [np.hstack([found.row, found.column])[found.game == game] for game in range(count)]


def rows_of(profiles) -> np.ndarray:
    return np.array([np.hstack(profile) for profile in profiles])


def assert_among(some: np.ndarray, all_: np.ndarray) -> None:
    for row in some:
        assert np.abs(all_ - row).max(axis=1).min() < SAME


def nanoseconds(size: int, run) -> dict[str, float]:
    """Time for a game here with one and two threads, and of the others, in turns."""
    first, second = games_of(size)
    one, two, other = best_times(lambda: equilibria(first, second), lambda: equilibria(first, second, threads=2), run)
    return {"one": 1e9 * one / GAMES, "two": 1e9 * two / GAMES, "other": 1e9 * other / FEW[size]}


def report(benchmark, size: int, bars: dict[int, int], run) -> None:
    """Time both, write the ratios down, and hold them against the bar where there is one."""
    if not benchmark.disabled:
        took = nanoseconds(size, run)
        ratio = took["other"] / took["one"]
        benchmark.extra_info.update(
            ratio=round(ratio),
            two_threads=round(took["other"] / took["two"]),
            bar=bars.get(size, 0),
            ns_per_game=round(took["one"], 1),
            others_ns=round(took["other"]),
        )
        assert ratio >= bars.get(size, 0)
    first, second = games_of(size)
    benchmark(equilibria, first, second)


def all_vertices(games: list[Game]) -> list[int]:
    """How many equilibria nashpy's vertex enumeration finds on payoffs that are mapped to about 1."""
    return [len(list(Game(*(1.5 + A / 20 for A in game.payoff_matrices)).vertex_enumeration())) for game in games]


@pytest.mark.filterwarnings("ignore:\\s*An even number")  # nashpy takes a game for degenerate of which it dropped an equilibrium
@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.benchmark(group="all equilibria of many games against nashpy's support enumeration, per game")
def bench_against_nashpy(benchmark, size):
    first, second = (payoffs[: FEW[size]] for payoffs in games_of(size))
    games = [Game(A, B) for A, B in zip(first, second, strict=True)]
    here = listed(size, FEW[size])
    for game, found in zip(games, here, strict=True):
        assert_among(rows_of(game.support_enumeration()), found)
    assert all_vertices(games[:10]) == list(map(len, here[:10]))
    if not benchmark.disabled:
        (vertices,) = best_times(lambda: all_vertices(games[:10]))
        benchmark.extra_info.update(vertex_enumeration_ns=round(1e8 * vertices))
    report(benchmark, size, NASHPY_BARS, lambda: [list(game.support_enumeration()) for game in games])


@pytest.mark.parametrize("size", [2, 3, 4, 5])
@pytest.mark.benchmark(group="all equilibria of many games against quantecon's compiled support enumeration, per game")
def bench_against_quantecon(benchmark, size):
    theirs = pytest.importorskip("quantecon.game_theory", reason="quantecon is not installed")
    first, second = (payoffs[: FEW[size]] for payoffs in games_of(size))
    games = [theirs.NormalFormGame((theirs.Player(A), theirs.Player(B.T.copy()))) for A, B in zip(first, second, strict=True)]
    for game, found in zip(games, listed(size, FEW[size]), strict=True):
        their = rows_of(theirs.support_enumeration(game))
        assert len(their) == len(found)
        assert_among(their, found)
    report(benchmark, size, QUANTECON_BARS, lambda: [theirs.support_enumeration(game) for game in games])


@njit
def multiply_and_add(vector, times):
    for _ in range(times):
        for place in range(vector.shape[0]):
            vector[place] = vector[place] * 0.5 + 1.0


def rates() -> tuple[float, float]:
    """Seconds for a byte that is read or written, and for an operation on doubles; on one core."""
    source, target = np.ones(2**24), np.empty(2**24)
    vector, times = np.ones(2048), 20_000
    multiply_and_add(vector, 1)
    copying, counting = best_times(lambda: np.copyto(target, source), lambda: multiply_and_add(vector, times))
    return copying / (2 * source.nbytes), counting / (2 * len(vector) * times)


def least_work(size: int, each: float) -> tuple[float, float]:
    """Bytes and operations that a game needs, with so many equilibria."""
    form = tables(size, size)
    terms = int(form.expansions[:, 0].sum())
    minors = len(form.differences) + len(form.expansions)
    operations = len(form.differences) + 2 * terms - len(form.expansions) + 2 * minors
    return 16 * size**2 + 8 * (2 * size + 4) * each, operations + (8 * size**2 + 4 * size) * each


@pytest.mark.parametrize("size", [2, 3, 4, 5])
@pytest.mark.benchmark(group="all equilibria of many games against the machine's limit, one core")
def bench_against_the_limit(benchmark, size):
    first, second = games_of(size)
    found = equilibria(first, second)
    assert found.undecided.mean() < 1e-4
    assert (np.bincount(found.game[~found.undecided[found.game]], minlength=GAMES)[~found.undecided] % 2 == 1).all()
    if not benchmark.disabled:
        per_byte, per_operation = rates()
        moved, operations = least_work(size, len(found.game) / GAMES)
        (took,) = best_times(lambda: equilibria(first, second))
        limit = moved * per_byte + operations * per_operation
        benchmark.extra_info.update(
            bytes_per_game=round(moved),
            operations_per_game=round(operations),
            gigabytes_per_second=round(1e-9 / per_byte, 1),
            gigaflops=round(1e-9 / per_operation, 1),
            limit_ns=round(1e9 * limit, 1),
            ns_per_game=round(1e9 * took / GAMES, 1),
            times_the_limit=round(took / GAMES / limit, 1),
        )
    benchmark(equilibria, first, second)
