"""Where nashpy errs, measured with version 0.0.43, and what is returned instead.

Each test shows that nashpy alone is wrong and that the answer here is right.
"""

import warnings
from fractions import Fraction

import nashpy
import numpy as np
import pytest
from plain_enumeration import plain_extreme_equilibria

from negotiation.concepts import nash
from negotiation.games.normal_form import NormalFormGame

SEXES = np.array([[2, 0], [0, 1]]), np.array([[1, 0], [0, 2]])
SEXES_EQUILIBRIA = {((1, 0), (1, 0)), ((0, 1), (0, 1)), ((Fraction(2, 3), Fraction(1, 3)), (Fraction(1, 3), Fraction(2, 3)))}


def solved(first, second):
    return nash.solve(NormalFormGame.from_payoffs([np.array(first).tolist(), np.array(second).tolist()]))


def profiles(solution):
    return {equilibrium.profile for equilibrium in solution.equilibria}


def said(solution, text):
    return any(text in note for note in solution.notes)


def naive(first, second):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [tuple(tuple(np.round(row, 9)) for row in pair) for pair in nashpy.Game(first, second).vertex_enumeration()]


def test_nashpys_support_enumeration_drops_equilibria_of_ordinary_games():
    missing = 0
    for seed in range(20):
        first, second = np.random.default_rng(seed).integers(0, 10, (2, 4, 4))
        exact = plain_extreme_equilibria(first.tolist(), second.tolist())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            missing += len(list(nashpy.Game(first, second).support_enumeration())) < len(exact)
        assert profiles(solved(first, second)) == exact
    assert missing > 0


def test_nashpys_support_enumeration_returns_one_end_of_a_segment():
    first, second = np.array([[-3, 3], [-3, 5]]), np.array([[2, 7], [4, 2]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(list(nashpy.Game(first, second).support_enumeration())) == 1
    assert profiles(solved(first, second)) == {((0, 1), (1, 0)), ((Fraction(2, 7), Fraction(5, 7)), (1, 0))}


def test_nashpy_invents_equilibria_where_payoffs_share_a_large_constant():
    first, second = (table + 10**6 for table in SEXES)
    assert len(naive(first, second)) == 9
    solution = solved(first, second)
    assert profiles(solution) == SEXES_EQUILIBRIA
    assert said(solution, "finds the same")


@pytest.mark.parametrize(("scale", "count"), [(10**8, 0), (10**-9, 1)])
def test_nashpy_loses_equilibria_at_bad_scales(scale, count):
    assert len(naive(SEXES[0] * scale, SEXES[1] * scale)) == count
    game = NormalFormGame.from_payoffs([[[Fraction(scale).limit_denominator(10**9) * int(x) for x in line] for line in t] for t in SEXES])
    assert profiles(nash.solve(game)) == SEXES_EQUILIBRIA


def test_nashpy_fails_without_stakes():
    zero = np.zeros((2, 2))
    with pytest.raises(TypeError):
        naive(zero, zero)
    assert len(solved(zero, zero).equilibria) == 4


@pytest.mark.parametrize("shape", [(1, 3), (3, 1), (1, 1)])
def test_nashpy_fails_with_one_strategy(shape):
    first = 1 + np.arange(np.prod(shape)).reshape(shape)
    with pytest.raises(RuntimeError):
        naive(first, first)
    (only,) = solved(first, first).equilibria
    assert only.payoffs == (first.max(),) * 2


def test_nashpys_lemke_howson_permutes_and_breaks_down():
    first = np.array([[7, 5], [4, 2], [2, 0], [0, 0], [1, 7], [5, 8], [20, 20]])
    second = np.array([[6, 5], [4, 5], [8, 2], [7, 6], [0, 3], [7, 4], [0, 6]])
    _, column = nashpy.Game(first, second).lemke_howson(0)
    assert column.tolist() == [1, 0]
    assert profiles(solved(first, second)) == {((0, 0, 0, 0, 0, 0, 1), (0, 1))}
    broken = 0
    for seed, label in ((17, 2), (47, 2)):
        first, second = np.random.default_rng(seed).integers(0, 10, (2, 4, 4))
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            row, column = nashpy.Game(first * 1e-9, second * 1e-9).lemke_howson(label)
        broken += len(row) != 4 or len(column) != 4 or bool(np.isnan(row).any())
        scaled = ([[Fraction(int(x), 10**9) for x in line] for line in table] for table in (first, second))
        assert profiles(nash.solve(NormalFormGame.from_payoffs(list(scaled)))) == plain_extreme_equilibria(first.tolist(), second.tolist())
    assert broken == 2


def test_nashpys_best_response_test_denies_equilibria():
    first, second = np.array([[0, 1], [5, 0]]), np.array([[1, 0], [0, 5]])
    row, column = np.array([5 / 6, 1 / 6]), np.array([1 / 6, 5 / 6])
    assert nashpy.Game(first, second).is_best_response(row, column) == (False, False)
    assert ((Fraction(5, 6), Fraction(1, 6)), (Fraction(1, 6), Fraction(5, 6))) in profiles(solved(first, second))


def test_small_integers_wrap_in_nashpy_and_not_here():
    first = np.array([[100, -100], [-100, 100]], dtype=np.int8)
    with pytest.raises(TypeError):
        naive(first, -first)
    assert profiles(solved(first, -first)) == {((Fraction(1, 2),) * 2, (Fraction(1, 2),) * 2)}


def test_a_disagreement_with_nashpy_is_said():
    """Payoffs that differ by less than nashpy's rounding: it cannot tell the rows apart, exact arithmetic can."""
    first = [[Fraction(1), Fraction(0)], [1 + Fraction(1, 10**12), Fraction(0)]]
    solution = solved(first, [[0, 1], [1, 0]])
    assert profiles(solution) == plain_extreme_equilibria(first, [[0, 1], [1, 0]])
    assert said(solution, "listed is what exact enumeration finds")


def test_nashpy_is_not_asked_where_it_takes_seconds():
    first, second = np.random.default_rng(1).integers(0, 99, (2, 8, 8))
    assert said(solved(first, second), "nashpy was not asked")


def test_without_the_comparison_only_the_notes_are_others():
    game = NormalFormGame.from_payoffs([table.tolist() for table in SEXES])
    compared, alone = nash.solve(game), nash.solve(game, compare=False)
    assert said(compared, "nashpy")
    assert not said(alone, "nashpy")
    assert profiles(alone) == profiles(compared) == SEXES_EQUILIBRIA
    assert alone.complete
    assert [note for note in compared.notes if "nashpy" not in note] == list(alone.notes)
