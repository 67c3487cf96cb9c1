"""The kernels of logit equilibria against NumPy: linear equations, the logit equations, and curves."""

from itertools import count
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_trees import random_tree, with_hidden_moves

from negotiation.exact.continuation import trace as traced
from negotiation.exact.logit import equations, logit_form, probabilities
from negotiation.exact.logit_branches import equations_of
from negotiation.exact.logit_of_many import kernel_form
from negotiation.games.extensive_form import Chance
from negotiation.games.normal_form import NormalFormGame
from negotiation.kernels.following import BRANCH_POINTS, LIMIT, POINT, POINTS, empty_room, trace
from negotiation.kernels.linear import solve_in_place
from negotiation.kernels.logit import BY_PRECISION, PROBABILITIES, RESIDUAL, empty_game, empty_work, evaluate


def matrix(seed, sizes):
    return NormalFormGame.from_payoffs(np.random.default_rng(seed).integers(-9, 10, (len(sizes), *sizes)).tolist())


def a_game(seed):
    """A matrix of two or three players, or a tree with chance and hidden moves."""
    kind = seed % 4
    if kind == 3:
        # Trees in which nobody moves have no equations.
        grown = (random_tree(number, chance=0.3) for number in count(seed))
        return with_hidden_moves(next(game for game in grown if game.information_sets), seed)
    return matrix(seed, ((2, 2), (3, 4), (2, 3, 2))[kind])


def loaded(game, form, room):
    """Fill the kernel's numbers in from the game; ends that chance forbids do not count for the span."""
    flat = game.payoffs.reshape(len(game.players), -1) if isinstance(game, NormalFormGame) else game.payoffs.T
    room.log_chance[:] = 0.0
    for place, end in enumerate(() if isinstance(game, NormalFormGame) else game.ends):
        for node, action in game.moves_to(end):
            if isinstance(game.nodes[node], Chance):
                chance = float(game.nodes[node].probabilities[action])
                room.log_chance[place] += log(chance) if chance else -np.inf
    possible = flat[:, np.isfinite(room.log_chance)]
    room.payoffs[:] = (flat - possible.min(axis=1, keepdims=True)) / form.scale


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), size=st.integers(1, 7), rights=st.integers(1, 3))
def test_linear_equations_as_numpy_solves_them(seed, size, rights):
    generator = np.random.default_rng(seed)
    matrix = generator.standard_normal((size, size))
    right = generator.standard_normal((rights, size))
    expected, sign = np.linalg.solve(matrix, right.T).T, np.linalg.slogdet(matrix)[0]
    assert solve_in_place(matrix.copy(), right, size) == sign
    np.testing.assert_allclose(right, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("matrix", [[[0.0, 0.0], [1.0, 2.0]], [[1.0, 1.0], [1.0, 1.0]], [[np.nan, 1.0], [1.0, 1.0]]])
def test_equations_without_a_solution_have_the_sign_zero(matrix):
    assert solve_in_place(np.array(matrix), np.ones((1, 2)), 2) == 0.0


def test_no_equations_are_solved():
    assert solve_in_place(np.zeros((0, 0)), np.zeros((1, 0)), 0) == 1.0


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), precision=st.floats(0, 50))
def test_logit_equations_are_those_of_exact_logit(seed, precision):
    game = a_game(seed)
    arrays, form = logit_form(game), kernel_form(game)
    room, work = empty_game(len(game.players), len(form.paths) - 1), empty_work(form)
    loaded(game, arrays, room)
    x = np.random.default_rng(seed).normal(0, 4, len(arrays.free))
    residual, by_x, by_precision = equations(arrays, x, precision)
    largest = evaluate(form, room, work, x, precision)
    tolerance = {"rtol": 0, "atol": 1e-12 * (1 + precision)}
    assert largest == np.abs(work.unknowns[RESIDUAL]).max(initial=0.0)
    np.testing.assert_allclose(work.unknowns[RESIDUAL], residual, **tolerance)
    np.testing.assert_allclose(work.by_x, by_x, **tolerance)
    np.testing.assert_allclose(work.unknowns[BY_PRECISION], by_precision, **tolerance)
    np.testing.assert_allclose(work.actions[PROBABILITIES], probabilities(arrays, x), rtol=0, atol=1e-15)


@pytest.mark.parametrize("seed", range(12))
def test_the_principal_branch_is_followed_as_exact_continuation_follows_it(seed):
    game = a_game(seed)
    arrays, form = logit_form(game), kernel_form(game)
    curve = traced(equations_of(arrays), (np.zeros(len(arrays.free)), 0.0), 1, 300.0)
    room = empty_room(form, len(game.players))
    loaded(game, arrays, room.game)
    room.vectors[POINT] = 0.0
    assert trace(form, room, 1.0, 300.0) == LIMIT
    assert room.told[POINTS] == len(curve.parameters)
    assert room.told[BRANCH_POINTS] == len(curve.branch_points)
    points = room.curve[: room.told[POINTS]]
    np.testing.assert_allclose(points[:, -1], curve.parameters, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(points[:, :-1], curve.points, rtol=1e-8, atol=1e-9)
