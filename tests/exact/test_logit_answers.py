"""Logit equilibria of many games at once: as the concept finds them in each alone, closed forms, and what is left undecided."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from game_trees import chance, move, pretext, tree
from hypothesis import given, settings
from hypothesis import strategies as st
from many_games import assert_as_alone, endings_of, together
from random_trees import random_tree, with_hidden_moves

from negotiation.concepts import quantal_response
from negotiation.exact.branch_limits import limits
from negotiation.exact.induced_of_many import induced_responses
from negotiation.exact.logit_answers import answers_at, answers_in_the_limit
from negotiation.exact.logit_of_many import equilibria_at, uniqueness_of_many
from negotiation.exact.logit_response import uniqueness
from negotiation.games.extensive_form import End
from negotiation.games.normal_form import NormalFormGame

VALIDATION = Path(__file__).resolve().parents[2].parent / "shared" / "validation"
PRECISIONS = (0.0, 0.01, 0.5, 3.0, 10.0, 100.0)
GAMES = 12


def matrices(seed, sizes, *, whole=False, number=GAMES):
    generator = np.random.default_rng([seed, *sizes])
    shape = (number, len(sizes), *sizes)
    tables = generator.integers(-3, 4, shape) if whole else generator.uniform(-1, 1, shape)
    return [NormalFormGame.from_payoffs(table.tolist()) for table in tables]


def trees_like(game, seed, number=GAMES):
    """Trees with other payoffs at the ends of one tree."""
    generator = np.random.default_rng(seed)

    def other(node):
        drawn = generator.integers(-40, 41, len(game.players))
        return replace(node, payoffs=tuple(Fraction(int(n), 10) for n in drawn)) if isinstance(node, End) else node

    return [replace(game, nodes=tuple(map(other, game.nodes))) for _ in range(number)]


def at(games, precision):
    return answers_at(together(games), np.full(len(games), precision))


@pytest.mark.parametrize("sizes", [(2, 2), (3, 3), (2, 4), (5, 5), (2, 2, 2)], ids=str)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_matrices_have_the_equilibria_that_they_have_alone(sizes, precision):
    number = 3 if max(sizes) == 5 or len(sizes) == 3 else GAMES
    games = matrices(1, sizes, number=number)
    answers = at(games, precision)
    assert_as_alone(answers, games, [quantal_response.solve(game, precision=precision) for game in games])
    assert answers.undecided.sum() <= 1


@pytest.mark.parametrize("precision", [0.5, 3.0, 20.0])
def test_matrices_of_small_whole_numbers_where_ties_are_frequent(precision):
    games = matrices(2, (2, 2), whole=True, number=30)
    assert_as_alone(at(games, precision), games, [quantal_response.solve(game, precision=precision) for game in games])


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), precision=st.sampled_from([0.0, 0.2, 2.0, 30.0]))
def test_trees_have_the_equilibria_that_they_have_alone(seed, precision):
    games = trees_like(with_hidden_moves(random_tree(seed, chance=0.3), seed), seed, number=3)
    assert_as_alone(at(games, precision), games, [quantal_response.solve(game, precision=precision) for game in games])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), precision=st.sampled_from([0.0, 0.2, 2.0, 30.0]))
def test_trees_with_perfect_information_have_the_equilibrium_that_they_have_alone(seed, precision):
    games = trees_like(random_tree(seed, size=14, players=3, chance=0.3), seed)
    answers = at(games, precision)
    assert answers.complete.all()
    assert_as_alone(answers, games, [quantal_response.solve(game, precision=precision) for game in games])


@pytest.mark.parametrize("sizes", [(2, 2), (3, 3), (2, 2, 2)], ids=str)
@pytest.mark.parametrize("whole", [False, True], ids=["generic", "with ties"])
def test_limits_of_matrices_are_those_that_they_have_alone(sizes, whole):
    games = matrices(3, sizes, whole=whole, number=8)
    answers = answers_in_the_limit(together(games))
    assert_as_alone(answers, games, [quantal_response.solve(game) for game in games])
    assert not answers.complete.any()


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6), hidden=st.booleans())
def test_limits_of_trees_are_those_that_they_have_alone(seed, hidden):
    game = random_tree(seed, chance=0.3)
    games = trees_like(with_hidden_moves(game, seed) if hidden else game, seed, number=3)
    assert_as_alone(answers_in_the_limit(together(games)), games, [quantal_response.solve(game) for game in games])


def test_precision_differs_from_game_to_game():
    (game,) = matrices(4, (2, 2), number=1)
    precisions = np.array([0.0, 1.0, 25.0])
    answers = answers_at(together([game] * 3), precisions)
    assert_as_alone(answers, [game] * 3, [quantal_response.solve(game, precision=precision) for precision in precisions])


def test_without_precision_all_actions_are_equally_likely():
    answers = at(matrices(5, (3, 4)), 0.0)
    np.testing.assert_allclose(endings_of(answers), 1 / 12, rtol=0, atol=1e-15)
    assert answers.complete.all()


@settings(max_examples=30, deadline=None)
@given(stakes=st.floats(0.1, 5), precision=st.floats(0.05, 20))
def test_symmetric_games_solve_the_fixed_point_equation(stakes, precision):
    """Matching on a diagonal that pays ``stakes``: on it p = 1 / (1 + exp(-L stakes (2p - 1))), with 1/2 alone up to L stakes = 2."""
    game = NormalFormGame.from_payoffs([[[stakes, 0], [0, stakes]]] * 2)
    answers = at([game], precision)
    if answers.undecided[0]:
        # Only near the pitchfork may doubles leave it open.
        assert abs(precision * stakes - 2) < 0.05 or precision * stakes > 50
        return
    found = endings_of(answers)
    first = found[:, 0] + found[:, 1]
    np.testing.assert_allclose(found[:, 0] + found[:, 2], first, rtol=0, atol=1e-9)
    np.testing.assert_allclose(first, 1 / (1 + np.exp(-precision * stakes * (2 * first - 1))), rtol=0, atol=1e-9)
    assert len(first) == (1 if precision * stakes <= 2 else 3)
    assert np.abs(first - 0.5).min() < 1e-9


def test_asymmetric_matching_pennies_of_the_validation_data():
    path = VALIDATION / "validation.json"
    if not path.exists():
        pytest.skip(f"no validation data at {path}")
    case = next(case for case in json.loads(path.read_text()) if case["id"] == "qre-asymmetric-pennies")
    game = NormalFormGame.from_payoffs([case["game"]["parameters"]["A"], case["game"]["parameters"]["B"]])
    profiles = case["expected"]["profiles"]
    found = equilibria_at(together([game] * len(profiles)), np.array([float(precision) for precision in profiles]))
    assert found.game.tolist() == list(range(len(profiles)))
    expected = [[profile["row_first"], profile["col_first"]] for profile in profiles.values()]
    np.testing.assert_allclose(found.probabilities[:, [0, 2]], expected, rtol=0, atol=1e-9)


def test_table_of_noise_in_the_pretext_game():
    """theory.md 1.6: the probabilities of ULT, MOD and SQ, and the values of both players, by precision."""
    table = np.array(
        [
            (0.5, 0.29566901, 0.37930158, 0.23761554, 0.30921258, -3.09433390),
            (1, 0.22945930, 0.59836784, 0.15164935, 0.87532512, -2.55151003),
            (2, 0.15418969, 0.80490416, 0.04017040, 1.30861263, -2.25230603),
            (5, 0.66106778, 0.33874485, 0.00018735, 1.58811814, -5.17117608),
            (10, 0.99549790, 0.00450210, 0.00000000, 2.03743941, -6.99417258),
        ]
    )
    games = together([pretext()] * len(table))
    induced = induced_responses(games, table[:, 0])
    opening = games.game.information_sets[0]
    columns = [opening.actions.index(name) for name in ("ULT", "MOD", "SQ")]
    np.testing.assert_allclose(induced.behaviour[0][:, columns], table[:, 1:4], rtol=0, atol=1e-8)
    np.testing.assert_allclose(induced.payoffs, table[:, 4:], rtol=0, atol=1e-8)
    assert not induced.undecided.any()


@pytest.mark.parametrize("precision", [1e4, 1e6, 1e12])
def test_very_high_precision_gives_numbers_or_is_undecided(precision):
    for games in (matrices(6, (2, 2)), matrices(6, (3, 3)), trees_like(pretext(), 6)):
        answers = at(games, precision)
        assert np.isfinite(answers.payoffs).all()
        assert np.isfinite(answers.endings).all()
        assert np.isfinite(answers.regret).all()


def test_high_precision_and_a_clear_best_action_are_decided():
    """The row player's second strategy is dominant, the column player's first is the reply to it."""
    game = NormalFormGame.from_payoffs([[[0, 0], [1, 2]], [[0, 1], [1, 0]]])
    answers = at([game], 1e6)
    assert answers.undecided.tolist() == [False]
    assert answers.end.tolist() == [2]
    np.testing.assert_array_equal(answers.payoffs, [[1, 1]])


def test_a_tie_at_high_precision_is_undecided():
    """Whether 0.1 + 0.2 - 0.3 is nothing, doubles do not tell."""
    game = tree(("A",), move("A", "choice", left=(0.1 + 0.2,), right=(0.3,), neither=(0,)))
    assert at([game], 1e8).undecided.tolist() == [True]
    assert at([game], 1.0).undecided.tolist() == [False]


def test_errors_of_payoffs_leave_games_undecided():
    games = matrices(7, (2, 2), number=1)
    for error, undecided in ((0.0, False), (1e-7, True)):
        arrays = replace(together(games), error=np.array([error]))
        assert answers_at(arrays, np.array([3.0])).undecided.tolist() == [undecided]
        assert answers_in_the_limit(arrays).undecided.tolist() == [undecided]
        induced = replace(together([pretext()]), error=np.array([error]))
        assert answers_at(induced, np.array([3.0])).undecided.tolist() == [undecided]


def test_near_a_fold_a_game_is_undecided():
    """The fold of this coordination game is at precision 2 (closed form: the pitchfork of stakes 1), where two of three solutions meet."""
    game = NormalFormGame.from_payoffs([[[1, 0], [0, 1]]] * 2)
    precisions = np.array([1.5, 2 - 1e-9, 2 + 1e-9, 2.5])
    assert answers_at(together([game] * 4), precisions).undecided.tolist() == [False, True, True, False]


def test_certain_ends_and_chance():
    """A sure best action leads to its end for certain; after it, a draw leaves two ends possible."""
    sure = tree(("A",), move("A", "choice", good=(1,), bad=(0,)))
    drawn = tree(("A",), move("A", "choice", good=chance(up=(0.25, (2,)), down=(0.75, (1,))), bad=(0,)))
    answers = at([sure], 1e5)
    assert answers.end.tolist() == [0]
    assert answers.endings.shape == (0, 2)
    answers = answers_in_the_limit(together([drawn]))
    assert answers.end.tolist() == [-1]
    np.testing.assert_array_equal(answers.endings, [[0.25, 0.75, 0]])
    np.testing.assert_array_equal(answers.payoffs, [[1.25]])


def test_what_chance_forbids_is_left_out():
    """The same tree with a draw that never comes: its end counts neither for the scale nor for behaviour."""

    def game(likely):
        low = move("A", "low", left=(0, 0), right=(100, 5))
        return tree(("A", "B"), chance(one=(likely, move("B", "b", x=(1, 2), y=(3, 1))), other=(1 - likely, low)))

    games = [game(Fraction(1)), game(Fraction(1, 2))]
    answers = at(games, 2.0)
    assert_as_alone(answers, games, [quantal_response.solve(each, precision=2.0) for each in games])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), precision=st.floats(0, 6), sizes=st.sampled_from([(2, 2), (3, 2), (2, 2, 2), (3, 3, 2)]))
def test_uniqueness_is_proven_where_it_is_for_one_game(seed, precision, sizes):
    games = matrices(seed, sizes, number=6)
    unique, unsure = uniqueness_of_many(together(games), np.full(6, precision))
    for game, is_unique, is_unsure in zip(games, unique, unsure, strict=True):
        assert is_unsure or is_unique == bool(uniqueness(game, precision))


def test_limits_are_undecided_where_a_probability_is_neither_small_nor_large():
    """Of two actions the second is, at the last point, sure, in doubt (1e-9), or clearly used."""
    last = np.array([[0.0, 1.0], [1e-9, 1 - 1e-9], [0.25, 0.75]])
    found = limits([2], np.tile([1.0, 2.0], (3, 1)), np.stack([last, last], axis=1))
    assert found.undecided.tolist() == [False, True, False]
    assert found.pure.tolist() == [True, True, False]
    np.testing.assert_allclose(found.profiles[[0, 2]], last[[0, 2]], rtol=0, atol=1e-15)
