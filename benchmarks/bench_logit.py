"""Logit equilibria of many games at once against a loop of ``quantal_response.solve``, on one thread and on two.

What is found is compared before anything is timed. The exponentials that evaluating the equations at the answers takes, once each, are
timed as well: no method comes below that.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from many_games import assert_as_alone, together
from timing import best_times

from negotiation.concepts import quantal_response
from negotiation.exact.games_of_one_form import GamesOfOneForm, sizes_of
from negotiation.exact.logit_answers import answers_at, answers_in_the_limit
from negotiation.games.normal_form import NormalFormGame

#: How many times quicker a game has to be among many than alone.
BAR = 20.0

#: Games that are solved one by one, and those that are solved together.
ALONE, TOGETHER = 20, 400


def games_of(size: int) -> list[NormalFormGame]:
    tables = np.random.default_rng(size).uniform(-1, 1, (TOGETHER, 2, size, size))
    return [NormalFormGame.from_payoffs(table.tolist()) for table in tables]


def part(games: GamesOfOneForm, chosen: slice) -> GamesOfOneForm:
    return replace(games, payoffs=games.payoffs[chosen], error=games.error[chosen])


def solved(games: GamesOfOneForm, precision: float | None):
    return answers_in_the_limit(games) if precision is None else answers_at(games, np.full(len(games.payoffs), precision))


def exponentials(games: GamesOfOneForm, count: int) -> np.ndarray:
    """The exponentials of one evaluation of the equations at each answer: one for each strategy."""
    return np.exp(np.full((count, sum(sizes_of(games.game))), -1.0))


@pytest.mark.parametrize("precision", [1.0, 10.0, 100.0, None], ids=["1", "10", "100", "limit"])
@pytest.mark.parametrize("size", [2, 3, 5])
@pytest.mark.benchmark(group="logit equilibria of many matrices")
def bench_logit_equilibria_of_matrices(benchmark, size, precision):
    games = games_of(size)
    arrays = together(games)
    few = part(arrays, slice(ALONE))
    assert_as_alone(solved(few, precision), games[:ALONE], [quantal_response.solve(game, precision=precision) for game in games[:ALONE]])
    answers = solved(arrays, precision)
    benchmark.extra_info.update(undecided=int(answers.undecided.sum()), games=TOGETHER, equilibria=len(answers.game))
    if not benchmark.disabled:
        halves = [part(arrays, slice(TOGETHER // 2)), part(arrays, slice(TOGETHER // 2, None))]
        with ThreadPoolExecutor(2) as threads:
            one, two, loop, least = best_times(
                lambda: solved(arrays, precision),
                lambda: list(threads.map(lambda half: solved(half, precision), halves)),
                lambda: [quantal_response.solve(game, precision=precision) for game in games[:ALONE]],
                lambda: exponentials(arrays, len(answers.game)),
            )
        ratio = (loop / ALONE) / (one / TOGETHER)
        benchmark.extra_info.update(
            ratio=round(ratio, 1),
            bar=BAR,
            ratio_on_two_threads=round((loop / ALONE) / (two / TOGETHER), 1),
            microseconds_per_game=round(1e6 * one / TOGETHER, 2),
            share_of_one_evaluation=round(least / one, 5),
        )
        assert ratio >= BAR
    benchmark(solved, arrays, precision)
