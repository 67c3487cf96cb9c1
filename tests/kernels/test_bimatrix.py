"""All equilibria of many bimatrix games: against the exact enumeration, at ties and near them, with payoffs that are off."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_enumeration import KINDS, random_tables
from scipy.optimize import linprog

from negotiation.exact.extreme_equilibria import extreme_equilibria
from negotiation.games.normal_form import NormalFormGame
from negotiation.kernels.bimatrix import ACCURACY, equilibria
from negotiation.kernels.conditional_dominance import is_dominated
from negotiation.kernels.minors import MOST, ONE, tables
from negotiation.kernels.support_signs import LANES, decide, room_for

SHAPES = [(1, 1), (1, 4), (3, 1), (2, 2), (2, 3), (5, 2), (3, 3), (4, 3), (3, 5), (4, 4), (5, 5)]


def exact_profiles(first, second):
    """What the exact enumeration lists for a game whose payoffs are the rationals that the doubles are."""
    payoffs = np.array([[Fraction(float(entry)) for entry in table.reshape(-1)] for table in (first, second)], dtype=object)
    return extreme_equilibria(NormalFormGame.from_payoffs(payoffs.reshape(2, *first.shape))).profiles


def listed(found, game):
    """The profiles that are listed for one game."""
    return [(found.row[place], found.column[place]) for place in np.flatnonzero(found.game == game)]


def assert_right(first, second, errors=None):
    """Assert that what is decided is right, in the right order, and return which games are not."""
    found = equilibria(first, second, errors)
    assert np.all(np.diff(found.game) >= 0)
    for game in range(len(first)):
        profiles = listed(found, game)
        if found.undecided[game]:
            assert profiles == []
            continue
        expected = exact_profiles(first[game], second[game])
        assert len(profiles) == len(expected)
        assert len(profiles) % 2 == 1
        for (row, column), (exact_row, exact_column) in zip(profiles, expected, strict=True):
            for mixture, exact in ((row, exact_row), (column, exact_column)):
                np.testing.assert_allclose(mixture, np.array(exact, dtype=float), rtol=0, atol=ACCURACY)
                np.testing.assert_array_equal(mixture > 0, [weight > 0 for weight in exact])
    return found.undecided


def normal(seed, count, shape):
    return np.random.default_rng([seed, *shape]).normal(size=(2, count, *shape))


@pytest.mark.parametrize("shape", SHAPES)
def test_games_without_ties_are_decided_and_have_the_equilibria_of_the_exact_enumeration(shape):
    assert not assert_right(*normal(0, 40, shape)).any()


@pytest.mark.parametrize("shape", [(1, 3), (2, 2), (2, 3), (3, 3), (4, 4)])
@pytest.mark.parametrize("top", [1, 4, 30])
def test_games_of_small_whole_numbers_are_undecided_or_right(shape, top):
    undecided = assert_right(*np.random.default_rng(top).integers(-top, top + 1, (2, 60, *shape)).astype(float))
    assert undecided.any() == (top < 30 or undecided.any())


@pytest.mark.parametrize("shape", [(3, 3), (3, 4), (4, 4), (5, 5)])
def test_games_in_which_most_cells_pay_nothing_are_right_and_often_decided(shape):
    """Rows that are the same against the same columns, with another that is better, are no reason to be undecided."""
    generator = np.random.default_rng([15, *shape])
    count = 40
    sparse = generator.normal(size=(2, count, *shape)) * (generator.random((2, count, *shape)) < 0.25)
    sparse[:, :, np.arange(min(shape)), np.arange(min(shape))] = generator.uniform(1, 2, (2, count, min(shape)))
    assert assert_right(*sparse).mean() < 0.25


@pytest.mark.parametrize("kind", KINDS)
def test_degenerate_games_are_undecided_or_right(kind):
    for seed in range(40):
        first, second = (np.array(table, dtype=float)[None] for table in random_tables(kind, seed))
        assert_right(first, second)


@pytest.mark.parametrize("distance", [1e-9, 1e-12, 1e-14])
def test_near_ties_are_undecided_or_right(distance):
    """Whole numbers, some of them moved by a little."""
    generator = np.random.default_rng(7)
    tables_ = generator.integers(-2, 3, (2, 150, 3, 3)) + distance * generator.integers(-1, 2, (2, 150, 3, 3))
    undecided = assert_right(*tables_)
    assert not undecided.all()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([[0, 0], [0, 0]], [[0, 0], [0, 0]]),
        ([[1, 1], [1, 1]], [[3, 0], [0, 2]]),
        ([[-3, 3], [-3, 5]], [[2, 7], [4, 2]]),
        ([[3, 0], [3, 0]], [[1, 0], [0, 1]]),
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    ],
    ids=["nothing at stake", "one is indifferent", "a segment", "a copy", "probabilities that are equal"],
)
def test_what_doubles_cannot_decide_is_left_undecided(first, second):
    """Components; and in pure coordination the order of equilibria with first probability 1/2."""
    found = equilibria(np.array([first], dtype=float), np.array([second], dtype=float))
    assert found.undecided.tolist() == [True]
    assert len(found.game) == 0


def test_games_next_to_an_undecided_one_are_not_disturbed():
    """Also where one turns out undecided only after its equilibria were computed, in front of, between and behind others."""
    first, second = normal(1, 7, (3, 3))
    first[[0, 3, 6]], second[[0, 3, 6]] = np.eye(3), np.eye(3)
    assert assert_right(first, second).tolist() == [True, False, False, True, False, False, True]


def test_known_games():
    """Matching pennies and rock, paper, scissors (von Neumann 1928); battle of the sexes (Luce and Raiffa 1957)."""
    pennies = np.array([[[1.0, -1.0], [-1.0, 1.0]]])
    found = equilibria(pennies, -pennies)
    assert (found.row.tolist(), found.column.tolist(), found.payoffs.tolist()) == ([[0.5, 0.5]], [[0.5, 0.5]], [[0.0, 0.0]])
    rock = np.array([[[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]])
    found = equilibria(rock, -rock)
    np.testing.assert_allclose([found.row[0], found.column[0]], np.full((2, 3), 1 / 3), rtol=1e-15)
    found = equilibria(np.array([[[2.0, 0.0], [0.0, 1.0]]]), np.array([[[1.0, 0.0], [0.0, 2.0]]]))
    np.testing.assert_allclose(found.row, [[1, 0], [2 / 3, 1 / 3], [0, 1]], rtol=1e-15)
    np.testing.assert_allclose(found.column, [[1, 0], [1 / 3, 2 / 3], [0, 1]], rtol=1e-15)
    np.testing.assert_allclose(found.payoffs, [[2, 1], [2 / 3, 2 / 3], [1, 2]], rtol=1e-15)


def test_the_game_in_which_nashpy_finds_nothing():
    """Its only equilibrium is (3/4, 1/4), (0, 9/14, 5/14)."""
    found = equilibria(np.array([[[0.0, 0.0, 9.0], [5.0, 5.0, 0.0]]]), np.array([[[0.0, 6.0, 4.0], [3.0, 3.0, 9.0]]]))
    np.testing.assert_allclose(found.row, [[3 / 4, 1 / 4]], rtol=1e-15)
    np.testing.assert_allclose(found.column, [[0, 9 / 14, 5 / 14]], rtol=1e-15)


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_coordination_has_one_equilibrium_for_each_set_of_strategies(size):
    """x_i is proportional to 1 / prize_i on each set; two rows that pay nothing against the same columns are a tie without consequence."""
    prizes = np.array([2.0, 3.0, 5.0, 7.0, 11.0])[:size]
    found = equilibria(*np.diag(prizes)[None, None].repeat(200, axis=1).repeat(2, axis=0))
    assert np.bincount(found.game).tolist() == [2**size - 1] * 200
    rows = []
    for chosen in range(1, 2**size):
        weights = np.array([1 / prize if chosen >> place & 1 else 0.0 for place, prize in enumerate(prizes)])
        rows.append(weights / weights.sum())
    np.testing.assert_allclose(found.row[: len(rows)], sorted(map(list, rows), reverse=True), rtol=1e-12)


@pytest.mark.parametrize("scale", [1e-30, 1e-12, 1.0, 1e12, 1e30])
def test_units_and_constants_do_not_matter(scale):
    """A unit for each player, and a constant for each strategy of the opponent that rounds nothing away."""
    first, second = np.random.default_rng(3).integers(-1000, 1001, (2, 80, 4, 3)).astype(float)
    constants = np.random.default_rng(4).integers(-(10**6), 10**6, (2, 80, 4, 3)).astype(float)
    moved, other = first + constants[0][:, :1, :], second + constants[1][:, :, :1]
    one, two = equilibria(first, second), equilibria(scale * moved, other / scale)
    assert_right(first, second)
    decided = ~one.undecided & ~two.undecided
    assert decided.sum() >= 78
    for game in np.flatnonzero(decided):
        for profile, same in zip(listed(one, game), listed(two, game), strict=True):
            np.testing.assert_allclose(np.hstack(profile), np.hstack(same), rtol=0, atol=ACCURACY)


def test_a_unit_that_is_a_power_of_two_changes_no_bit():
    first, second = normal(5, 100, (3, 3))
    one, two = equilibria(first, second), equilibria(2.0**40 * first, 2.0**-60 * second)
    np.testing.assert_array_equal(one.row, two.row)
    np.testing.assert_array_equal(one.column, two.column)
    np.testing.assert_array_equal(one.payoffs * [2.0**40, 2.0**-60], two.payoffs)
    np.testing.assert_array_equal(one.regret, two.regret)


@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (5, 5)])
@pytest.mark.parametrize("count", [1, LANES - 1, LANES, 3 * LANES + 17])
def test_what_is_found_depends_neither_on_threads_nor_on_what_stands_beside_a_game(shape, count):
    first, second = normal(6, count, shape)
    errors = np.full((count, sum(shape)), 1e-13)
    whole = equilibria(first, second, errors)
    for threads in (2, 3):
        other = equilibria(first, second, errors, threads=threads)
        for name in ("undecided", "game", "row", "column", "payoffs", "regret"):
            np.testing.assert_array_equal(getattr(whole, name), getattr(other, name))
    for game in {0, count // 2, count - 1}:
        alone = equilibria(first[game : game + 1], second[game : game + 1], errors[:1])
        here = whole.game == game
        for name in ("row", "column", "payoffs", "regret"):
            np.testing.assert_array_equal(getattr(whole, name)[here], getattr(alone, name))


def test_no_games_have_no_equilibria():
    found = equilibria(np.empty((0, 2, 3)), np.empty((0, 2, 3)))
    assert (found.undecided.shape, found.row.shape, found.column.shape, found.payoffs.shape) == ((0,), (0, 2), (0, 3), (0, 2))


def test_payoffs_and_regrets_are_those_of_the_profiles():
    first, second = normal(8, 300, (4, 3))
    first += 1e6
    found = equilibria(first, second)
    row, column, A, B = found.row, found.column, first[found.game], second[found.game]
    to_rows, to_columns = np.einsum("gij,gj->gi", A - 1e6, column), np.einsum("gij,gi->gj", B, row)
    paid = np.stack([np.einsum("gi,gi->g", row, to_rows), np.einsum("gj,gj->g", column, to_columns)], axis=1)
    np.testing.assert_allclose(found.payoffs, paid + np.array([1e6, 0.0]), rtol=1e-14, atol=1e-14)
    gains = np.stack([to_rows.max(axis=1), to_columns.max(axis=1)], axis=1) - paid
    spans = np.stack([np.ptp(A, axis=(1, 2)), np.ptp(B, axis=(1, 2))], axis=1)
    np.testing.assert_allclose(found.regret, np.maximum(gains / spans, 0).max(axis=1), atol=1e-15)
    assert found.regret.max() < 1e-14


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (3, 3), (4, 4)])
def test_payoffs_that_are_off_by_less_than_the_errors_have_equilibria_with_the_same_supports(shape):
    """So many games as near as this: where one of them had another support, the game would have to be undecided."""
    off, generator = 0.05, np.random.default_rng(9)
    first, second = normal(10, 60, shape)
    found = equilibria(first, second, np.full((1, sum(shape)), off))
    assert found.undecided.any()
    for game in np.flatnonzero(~found.undecided)[:25]:
        supports = [tuple(np.flatnonzero(np.hstack(profile)).tolist()) for profile in listed(found, game)]
        for _ in range(6):
            moved = [table[game] + off * generator.choice([-1, 1, 0.3], shape) for table in (first, second)]
            exact = [tuple(place for place, weight in enumerate((*row, *column)) if weight) for row, column in exact_profiles(*moved)]
            assert sorted(exact) == sorted(supports)


def test_an_error_counts_only_where_it_is():
    """Nothing is known of the second column of A, which the column player never takes; then nothing of the first."""
    first, second = np.array([[[3.0, 0.0], [1.0, 0.0]]]), np.array([[[1.0, 0.0], [1.0, 0.0]]])
    for unknown in (np.inf, np.nan):
        assert not equilibria(first, second, np.array([[0.0, unknown, 0.0, 0.0]])).undecided.any()
        assert equilibria(first, second, np.array([[unknown, 0.0, 0.0, 0.0]])).undecided.all()


@pytest.mark.parametrize("entry", [np.nan, np.inf, -np.inf, 1e300])
def test_payoffs_beyond_what_doubles_can_multiply_are_undecided(entry):
    first, second = normal(11, 1, (2, 2))
    first[0, 0, 0], second[0] = entry, [[1.0, -1.0], [-1.0, 1.0]]
    first[0, 1] = [0.0, 1.0]
    assert equilibria(first, second).undecided.all()


def test_what_a_dominating_mixture_gains_counts_only_beyond_the_errors():
    """Coordination on three things of worth 1: a half of two of them gains 1/2 against the third strategy."""
    first, second = (np.diag([1.0, 1.0 + off, 1.0 - off])[None] for off in (0.1, 0.2))
    assert not equilibria(first, second).undecided.any()
    assert not equilibria(first, second, np.full((1, 6), 1e-14)).undecided.any()
    assert equilibria(first, second, np.full((1, 6), 0.5)).undecided.all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 5), st.integers(2, 5))
def test_dominated_is_what_linear_programming_finds_dominated(seed, rows, columns):
    """The largest gain that a mixture of all rows is sure of over the first one; what is found is above 0, what is missed is small."""
    payoffs = np.random.default_rng(seed).normal(size=(rows, columns))
    form, everywhere = tables(rows, columns), np.arange(columns, dtype=np.uint64)
    bounds, sizes = np.full(rows + columns, 1e-15), np.full(rows + columns, np.ptp(payoffs))
    found = is_dominated(0, 0, everywhere, form, np.hstack([payoffs.reshape(-1), np.zeros(rows * columns)]), bounds, sizes, np.zeros(5))
    gains = np.hstack([(payoffs[0] - payoffs).T, np.ones((columns, 1))])
    simplex = [[*np.ones(rows), 0.0]]
    best = linprog([*np.zeros(rows), -1.0], gains, np.zeros(columns), simplex, [1.0], [(0, None)] * rows + [(None, None)])
    assert not found or -best.fun > 1e-9
    assert found or -best.fun < 0.3


def exact_minors(form, payoffs):
    """The minors of one game in rationals, by the same expansions."""
    found = [Fraction(0), Fraction(1)]
    found += [Fraction(payoffs[int(plus)]) - Fraction(payoffs[int(minus)]) for plus, minus, _ in form.differences]
    for terms, _, *numbers in form.expansions.tolist():
        pairs = list(zip(numbers[:terms], numbers[MOST - 1 : MOST - 1 + terms], strict=True))
        found.append(sum((-1) ** (terms - place - 1) * found[one] * found[other] for place, (one, other) in enumerate(pairs)))
    return found


def determinant(matrix):
    """Expansion along the first row."""
    if not matrix:
        return Fraction(1)
    below = [[row[:place] + row[place + 1 :] for row in matrix[1:]] for place in range(len(matrix))]
    return sum((-1) ** place * entry * determinant(rows) for place, (entry, rows) in enumerate(zip(matrix[0], below, strict=True)))


def test_the_last_minors_are_determinants():
    """In a 4 x 3 game the only minor with all rows and all columns is that of [1 | A]."""
    payoffs = np.random.default_rng(12).integers(-9, 10, 24).tolist()
    matrix = [[Fraction(1), *map(Fraction, payoffs[3 * row : 3 * row + 3])] for row in range(4)]
    form = tables(4, 3)
    of_all = [place for place, line in enumerate(form.expansions) if line[0] == 3]
    minors = exact_minors(form, payoffs)[ONE + 1 + len(form.differences) :]
    assert [minors[place] for place in of_all] == [determinant(matrix)]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([(2, 2), (3, 3), (4, 3), (5, 5)]), st.integers(0, 12))
def test_no_minor_is_farther_from_the_exact_one_than_its_bound(seed, shape, decades):
    """Payoffs that differ by many orders of magnitude, with constants in which digits are lost."""
    generator = np.random.default_rng(seed)
    cells = shape[0] * shape[1]
    off = 1e-9 * generator.integers(0, 2)
    exact = generator.normal(size=(2, cells)) * 10.0 ** generator.integers(-decades, decades + 1, (2, cells))
    given_ = exact + off * generator.uniform(-0.99, 0.99, (2, cells))
    form = tables(*shape)
    room = room_for(form)
    # What was added can be rounded; so much is the bound larger.
    errors = np.full((1, sum(shape)), off) + 2.0**-53 * np.abs(given_).max() * (off > 0)
    decide(0, 1, (given_[:1], given_[1:]), errors, form, room)
    bounds = [0, 0, *form.differences[:, 2].tolist(), *form.expansions[:, 1].tolist()]
    for minor, expected, bound in zip(room.minors[:, 0], exact_minors(form, exact.reshape(-1)), bounds, strict=True):
        assert abs(Fraction(float(minor)) - expected) <= Fraction(float(room.bounds[bound, 0]))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([(2, 2), (2, 4), (3, 3), (4, 4)]), st.randoms(use_true_random=False))
def test_renaming_strategies_and_swapping_players_rename_and_swap_equilibria(seed, shape, random):
    first, second = np.random.default_rng(seed).normal(size=(2, 1, *shape))
    rows, columns = random.sample(range(shape[0]), shape[0]), random.sample(range(shape[1]), shape[1])
    one = equilibria(first, second)
    renamed = equilibria(first[:, rows][:, :, columns], second[:, rows][:, :, columns])
    swapped = equilibria(second.swapaxes(1, 2), first.swapaxes(1, 2))
    expected = sorted(np.hstack([one.row, one.column]).round(9).tolist())
    assert sorted(np.hstack([renamed.row[:, np.argsort(rows)], renamed.column[:, np.argsort(columns)]]).round(9).tolist()) == expected
    assert sorted(np.hstack([swapped.column, swapped.row]).round(9).tolist()) == expected


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((3, 6, 2), (3, 6, 2), None), r"expected two arrays of one shape \(N, 1 to 5, 1 to 5\), got \(3, 6, 2\), \(3, 6, 2\)"),
        (((3, 2, 2), (3, 2, 3), None), r"got \(3, 2, 2\), \(3, 2, 3\)"),
        (((3, 2, 2), (3, 2, 2), (2, 4)), r"expected errors of shape \(1, 4\) or \(3, 4\), got \(2, 4\)"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(shapes, message):
    first, second, errors = (None if shape is None else np.zeros(shape) for shape in shapes)
    with pytest.raises(ValueError, match=message):
        equilibria(first, second, errors)
