"""Iterated strict dominance: textbook games, and agreement with a plain linear programme."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from game_trees import move, pretext, tree
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from negotiation.concepts import rationalizable
from negotiation.exact.dominance import eliminate
from negotiation.exact.matrix_game import matrix_game_value
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import exact_array


def random_game(seed, sizes, top=5):
    return NormalFormGame.from_payoffs(np.random.default_rng(seed).integers(0, top, (len(sizes), *sizes)).tolist())


def test_prisoners_dilemma_is_solved_in_one_round():
    game = NormalFormGame.from_payoffs([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], strategies=[("cooperate", "defect")] * 2)
    solution = rationalizable.solve(game)
    (found,) = solution.equilibria
    assert found.path == ("defect", "defect")
    assert found.regret == 0
    assert solution.complete
    assert "cooperate is dominated by defect" in solution.findings[0].summary


def test_a_mixture_dominates_where_no_pure_strategy_does():
    """Osborne and Rubinstein (1994), figure 61.1: M is dominated by half T, half B although by neither."""
    game = NormalFormGame.from_payoffs([[[3, 0], [0, 3], [1, 1]], [[0, 1], [1, 0], [0, 5]]], strategies=[("T", "M", "B"), ("L", "R")])
    first = rationalizable.solve(game).findings[0]
    assert first.details["deleted"] == {
        "row": [{"strategy": "B", "dominated_by": {"T": Fraction(1, 2), "M": Fraction(1, 2)}, "margin": Fraction(1, 2)}]
    }
    assert first.error == 0


def test_bernheims_example_keeps_three_of_four():
    """Bernheim (1984): a4 and b4; everything but the fourth strategies survives though only (a2, b2) is an equilibrium."""
    row = [[0, 2, 7, 0], [5, 3, 5, 0], [7, 2, 0, 0], [0, 0, 0, 10]]
    column = [[7, 5, 0, 1], [2, 3, 2, 1], [0, 5, 7, 1], [0, -2, 0, -1]]
    game = NormalFormGame.from_payoffs([row, column])
    rounds, left = eliminate(game)
    assert left == ((0, 1, 2), (0, 1, 2))
    assert [[(item.player, item.strategy) for item in gone] for gone in rounds] == [[(1, 3)], [(0, 3)]]


def test_beauty_contest_takes_rounds():
    """Guess half the average of two integers from 0 to 8: only the pair of zeros survives."""
    guesses = range(9)
    payoffs = [[[-abs(4 * mine - (mine + other)) for other in guesses] for mine in guesses]]
    game = NormalFormGame.from_payoffs([payoffs[0], np.array(payoffs[0]).T.tolist()], strategies=[[str(guess) for guess in guesses]] * 2)
    solution = rationalizable.solve(game)
    assert solution.findings[-1].details["survivors"] == {"row": ["0"], "column": ["0"]}
    assert solution.findings[-1].details["rounds"] > 1


def test_three_players_are_told_about_correlated_conjectures():
    solution = rationalizable.solve(random_game(1, (2, 2, 2)))
    assert any("correlated rationalizability" in note for note in solution.notes)


def test_tree_solved_by_dominance_gives_behaviour():
    """The prisoner's dilemma as a tree in which the second mover has not seen the first."""
    replies = {"quiet": {"quiet": (3, 3), "confess": (0, 5)}, "confess": {"quiet": (5, 0), "confess": (1, 1)}}
    game = tree(("A", "B"), move("A", "start", **{name: move("B", "unseen", **ends) for name, ends in replies.items()}))
    solution = rationalizable.solve(game)
    assert solution.equilibria[0].path == ("confess", "confess")
    assert solution.equilibria[0].regret == 0
    assert any("reduced normal form" in note for note in solution.notes)
    assert rationalizable.solve(pretext()).findings[-1].name == "survivors"


def plainly_dominated(table, strategy):
    """max t such that a mixture beats the strategy by t everywhere, in floats."""
    gains = (table - table[strategy]).astype(float)
    m, n = gains.shape
    solved = linprog(
        np.append(np.zeros(m), -1.0), A_ub=np.column_stack([-gains.T, np.ones(n)]), b_ub=np.zeros(n),
        A_eq=[[1.0] * m + [0.0]], b_eq=[1.0], bounds=[(0, 1)] * m + [(None, None)],
    )  # fmt: skip
    return -solved.fun > 1e-9


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(3, 3), (4, 3), (2, 5), (2, 2, 3)]))
def test_survivors_agree_with_a_plain_linear_programme_one_strategy_at_a_time(seed, sizes):
    game = random_game(seed, sizes)
    left = [list(range(size)) for size in sizes]
    changed = True
    while changed:
        changed = False
        for player in range(len(sizes)):
            table = np.moveaxis(game.exact_payoffs[player][np.ix_(*left)], player, 0).reshape(len(left[player]), -1)
            out = next((place for place in range(len(table)) if plainly_dominated(table, place)), None)
            if out is not None:
                del left[player][out]
                changed = True
    assert eliminate(game)[1] == tuple(map(tuple, left))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(3, 3), (4, 2)]))
def test_each_deletion_is_proven_by_its_mixture_and_no_pure_equilibrium_is_lost(seed, sizes):
    game = random_game(seed, sizes)
    rounds, left = eliminate(game)
    for gone in rounds:
        for item in gone:
            assert item.margin > 0
            assert sum(weight for _, weight in item.mixture) == 1
    for cell in product(*map(range, sizes)):
        column, row = game.exact_payoffs[0][:, cell[1]], game.exact_payoffs[1][cell[0]]
        if column[cell[0]] == max(column) and row[cell[1]] == max(row):
            assert all(s in own for s, own in zip(cell, left, strict=True))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 5))
def test_matrix_games_are_solved_exactly(seed, m, n):
    generator = np.random.default_rng(seed)
    table = exact_array(
        [
            [Fraction(int(a), int(b)) for a, b in zip(generator.integers(-4, 5, n), generator.integers(1, 4, n), strict=True)]
            for _ in range(m)
        ]
    )
    solved = matrix_game_value(table)
    assert sum(solved.row) == sum(solved.column) == 1
    assert min(solved.row) >= 0
    assert min(solved.column) >= 0
    assert min(np.array(solved.row, dtype=object) @ table) == solved.value == max(table @ np.array(solved.column, dtype=object))


def test_rock_paper_scissors_has_value_zero_and_uniform_mixtures():
    solved = matrix_game_value(exact_array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]))
    assert solved.value == 0
    assert solved.row == solved.column == (Fraction(1, 3),) * 3


def test_nothing_dominated_is_said():
    game = NormalFormGame.from_payoffs([[[1, 0], [0, 1]], [[1, 0], [0, 1]]])
    solution = rationalizable.solve(game)
    assert solution.equilibria == ()
    assert not solution.complete
    assert solution.findings[-1].summary.endswith("(nothing is strictly dominated)")
    assert pytest.approx(solution.findings[-1].details["deleted"]) == 0
