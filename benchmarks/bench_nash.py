"""All equilibria of two-player games against nashpy's vertex enumeration and, where it is installed, Gambit's enummixed.

The same random games of whole numbers for all. nashpy gets them on well scaled floats, where it is right; Gambit computes
in rationals as is done here. What is found is compared before anything is timed. Reading a game is not timed, making its
answer is: Gambit's profiles stay objects of its own, ours are tuples of Fractions.
"""

import io
from collections.abc import Callable

import nashpy
import numpy as np
import pytest
from timing import best_times

from negotiation.exact.extreme_equilibria import extreme_equilibria
from negotiation.exact.many_players import many_player_equilibria
from negotiation.games.normal_form import NormalFormGame

#: How many times the time of the others it may take to find all equilibria.
BAR = 1.0

#: Seconds in which an 8x8 game has to be done.
EIGHT_BY_EIGHT = 1.0

GAMES = 10


def tables_of(size: int) -> list[np.ndarray]:
    """Random games without ties, so that all programmes have the same number to find."""
    return [np.random.default_rng([size, seed]).integers(-1000, 1001, (2, size, size)) for seed in range(GAMES)]


def games_of(size: int) -> list[NormalFormGame]:
    return [NormalFormGame.from_payoffs(tables.tolist()) for tables in tables_of(size)]


def all_of(games: list[NormalFormGame]) -> list[int]:
    """How many equilibria each game has."""
    return [len(extreme_equilibria(game).profiles) for game in games]


def against(benchmark, games: list[NormalFormGame], other: Callable[[], list[int]]) -> None:
    """Time ours, and the ratio to another programme that finds as many equilibria."""
    counts = all_of(games)
    assert other() == counts
    assert all(count % 2 == 1 for count in counts)
    benchmark.extra_info.update(games=len(games), equilibria=sum(counts))
    if not benchmark.disabled:
        ours, theirs = best_times(lambda: all_of(games), other)
        benchmark.extra_info.update(ratio=round(ours / theirs, 4), bar=BAR, milliseconds_per_game=round(1000 * ours / len(games), 3))
        assert ours <= BAR * theirs
    benchmark(all_of, games)


@pytest.mark.parametrize("size", [3, 4, 5, 6])
@pytest.mark.benchmark(group="all equilibria against nashpy")
def bench_all_equilibria_against_nashpy(benchmark, size):
    scaled = [nashpy.Game(*(1.5 + tables / 2000)) for tables in tables_of(size)]
    against(benchmark, games_of(size), lambda: [len(list(game.vertex_enumeration())) for game in scaled])


def in_gambit(gambit, tables: np.ndarray):
    """The game as Gambit's own object, by its file format: cells in the order in which the first player's strategy runs."""
    _, m, n = tables.shape
    numbers = " ".join(str(number) for column in range(n) for row in range(m) for number in tables[:, row, column])
    return gambit.read_nfg(io.StringIO(f'NFG 1 R "" {{ "1" "2" }} {{ {m} {n} }}\n\n{numbers}\n'))


@pytest.mark.parametrize("size", [3, 4, 5, 6])
@pytest.mark.benchmark(group="all equilibria against Gambit's rational enummixed")
def bench_all_equilibria_against_gambit(benchmark, size):
    gambit = pytest.importorskip("pygambit", reason="pygambit is not installed")
    read = [in_gambit(gambit, tables) for tables in tables_of(size)]
    against(benchmark, games_of(size), lambda: [len(gambit.nash.enummixed_solve(game, rational=True).equilibria) for game in read])


@pytest.mark.parametrize("size", [8, 10])
@pytest.mark.benchmark(group="all equilibria")
def bench_all_equilibria_of_larger_games(benchmark, size):
    games = games_of(size)
    counts = benchmark(all_of, games)
    assert all(count % 2 == 1 for count in counts)
    if size == 8 and not benchmark.disabled:
        assert benchmark.stats["min"] <= EIGHT_BY_EIGHT * len(games)


@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 3, 3), (2, 2, 2, 2)])
@pytest.mark.benchmark(group="more players")
def bench_equilibria_of_more_players(benchmark, sizes):
    games = [
        NormalFormGame.from_payoffs(np.random.default_rng([seed, *sizes]).integers(-1000, 1001, (len(sizes), *sizes)).tolist())
        for seed in range(GAMES)
    ]
    found = benchmark(lambda: [many_player_equilibria(game) for game in games])
    assert all(enumeration.complete and len(enumeration.profiles) % 2 == 1 for enumeration in found)
