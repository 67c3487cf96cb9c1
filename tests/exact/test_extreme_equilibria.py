"""All extreme equilibria of two-player games: published counts, a plain independent enumeration, invariances, limits."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_enumeration import KINDS, is_equilibrium, plain_extreme_equilibria, random_tables

from negotiation.budget import Budget
from negotiation.exact import best_response_regions
from negotiation.exact.extreme_equilibria import extreme_equilibria
from negotiation.exact.lemke_howson import lemke_howson
from negotiation.games.certificate import certify_mixed
from negotiation.games.normal_form import NormalFormGame

#: Savani and von Stengel (2006): a 6x6 game with 75 equilibria, more than the 63 of coordination games.
MANY = (
    ((-81, 36, -126, 126, -36, 90), (-180, 72, -333, 297, -153, 270), (20, -3, 42, -33, 17, -30),
     (-30, 17, -33, 42, -3, 20), (270, -153, 297, -333, 72, -180), (90, -36, 126, -126, 36, -81)),
    ((72, 36, 17, -3, -36, -153), (-180, -81, -30, 20, 90, 270), (297, 126, 42, -33, -126, -333),
     (-333, -126, -33, 42, 126, 297), (270, 90, 20, -30, -81, -180), (-153, -36, -3, 17, 36, 72)),
)  # fmt: skip


def game_of(first, second):
    return NormalFormGame.from_payoffs([first, second])


def found_in(first, second):
    """The set that the package finds, after checking that it has no repetitions, is complete and certified."""
    game = game_of(first, second)
    found = extreme_equilibria(game)
    assert found.complete
    assert found.notes == ()
    assert len(set(found.profiles)) == len(found.profiles) > 0
    assert list(found.profiles) == sorted(found.profiles, reverse=True)
    assert all(certify_mixed(game, profile).regret == 0 for profile in found.profiles)
    return set(found.profiles)


def generic(seed, m, n):
    return np.random.default_rng(seed).integers(-(10**9), 10**9, (2, m, n)).tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_the_set_equals_a_plain_enumeration_of_all_bases(kind):
    for seed in range(60):
        first, second = random_tables(kind, seed)
        assert found_in(first, second) == plain_extreme_equilibria(first, second), (kind, seed)


@pytest.mark.parametrize("scale", [Fraction(1, 10**12), Fraction(1, 10**9), Fraction(10**9), Fraction(10**30)])
@pytest.mark.parametrize("kind", KINDS)
def test_the_set_does_not_change_with_the_scale(kind, scale):
    first, second = random_tables(kind, 1000)
    for constant in (0, 10**6):
        scaled = [[scale * entry + constant for entry in line] for line in first]
        other = [[entry / scale - constant for entry in line] for line in second]
        assert found_in(scaled, other) == found_in(first, second)


@pytest.mark.parametrize("size", [(2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (3, 7), (8, 2), (8, 8)])
def test_generic_games_have_an_odd_number_of_equilibria_with_supports_of_equal_size(size):
    """Lemke and Howson (1964): a nondegenerate game has an odd number of equilibria."""
    for seed in range(12):
        found = found_in(*generic(seed, *size))
        assert len(found) % 2 == 1
        assert all(sum(map(bool, row)) == sum(map(bool, column)) for row, column in found)


def test_the_game_of_savani_and_von_stengel_has_75_equilibria():
    assert len(found_in(*MANY)) == 75


@pytest.mark.parametrize("size", range(1, 8))
def test_pure_coordination_has_one_equilibrium_for_each_set_of_strategies(size):
    identity = np.eye(size, dtype=int).tolist()
    found = found_in(identity, identity)
    uniform = {tuple(Fraction(chosen >> place & 1, chosen.bit_count()) for place in range(size)) for chosen in range(1, 2**size)}
    assert found == {(row, row) for row in uniform}


@pytest.mark.parametrize("values", [(1, 2, 3), (3, 3, 1), (5, 5, 5), (7,)])
def test_with_one_strategy_the_other_player_takes_his_best(values):
    best = [place for place, value in enumerate(values) if value == max(values)]
    expected = {tuple(Fraction(int(place == one)) for place in range(len(values))) for one in best}
    assert {column for _, column in found_in([[0] * len(values)], [values])} == expected
    assert {row for row, _ in found_in([[value] for value in values], [[0]] * len(values))} == expected


def test_nothing_at_stake_makes_every_pair_of_pure_strategies_extreme():
    assert len(found_in([[0] * 4] * 3, [[0] * 4] * 3)) == 12


tables = st.tuples(st.integers(0, 10**6), st.sampled_from(KINDS)).map(lambda key: random_tables(key[1], key[0]))


@settings(max_examples=40, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_renaming_strategies_renames_equilibria(pair, random):
    first, second = pair
    rows, columns = list(range(len(first))), list(range(len(first[0])))
    random.shuffle(rows)
    random.shuffle(columns)
    moved = [[[table[i][j] for j in columns] for i in rows] for table in pair]
    expected = {(tuple(row[i] for i in rows), tuple(column[j] for j in columns)) for row, column in found_in(first, second)}
    assert found_in(*moved) == expected


@settings(max_examples=40, deadline=None)
@given(tables)
def test_swapping_players_swaps_strategies(pair):
    first, second = pair
    swapped = [list(zip(*table, strict=True)) for table in (second, first)]
    assert found_in(*swapped) == {(column, row) for row, column in found_in(first, second)}


@settings(max_examples=40, deadline=None)
@given(tables, st.lists(st.fractions(-9, 9), min_size=8, max_size=8), st.fractions(Fraction(1, 9), 9), st.fractions(Fraction(1, 9), 9))
def test_units_and_constants_for_each_strategy_of_the_opponent_do_not_matter(pair, constants, unit, other_unit):
    first, second = pair
    changed = [[unit * entry + constants[j] for j, entry in enumerate(line)] for line in first]
    other = [[other_unit * entry + constants[4 + i] for entry in line] for i, line in enumerate(second)]
    assert found_in(changed, other) == found_in(first, second)


@settings(max_examples=40, deadline=None)
@given(tables, st.integers(0, 3))
def test_a_copy_of_a_strategy_can_stand_in_for_it(pair, place):
    first, second = pair
    copied = place % len(first)
    expected = set()
    for row, column in found_in(first, second):
        expected.add(((*row, Fraction(0)), column))
        if row[copied]:
            expected.add(((*row[:copied], Fraction(0), *row[copied + 1 :], row[copied]), column))
    assert found_in([*first, first[copied]], [*second, second[copied]]) == expected


@settings(max_examples=40, deadline=None)
@given(tables, st.integers(0, 3), st.fractions(Fraction(1, 100), 5))
def test_a_strictly_dominated_strategy_changes_nothing(pair, place, margin):
    first, second = pair
    worse = [entry - margin for entry in first[place % len(first)]]
    for anything in (second[0], [7] * len(second[0])):
        expected = {((*row, Fraction(0)), column) for row, column in found_in(first, second)}
        assert found_in([*first, worse], [*second, anything]) == expected


def test_when_time_runs_out_a_certified_equilibrium_is_returned_and_not_called_complete():
    for seed in range(20):
        first, second = generic(seed, 4, 5)
        game = game_of(first, second)
        found = extreme_equilibria(game, budget=Budget.of_seconds(0))
        assert not found.complete
        assert set(found.profiles) <= found_in(first, second)
        assert "the time ran out" in found.notes[0]
        assert len(found.profiles) > 0


def test_a_polyhedron_with_too_many_vertices_gives_a_sample_from_all_labels(monkeypatch):
    first, second = generic(3, 6, 6)
    monkeypatch.setattr(best_response_regions, "MAXIMUM_RAYS", 8)
    found = extreme_equilibria(game_of(first, second))
    monkeypatch.undo()
    assert not found.complete
    assert "more than 8 vertices" in found.notes[0]
    assert "from 12 of 12 labels" in found.notes[0]
    assert set(found.profiles) <= found_in(first, second)


def test_a_large_zero_sum_game_gets_an_equilibrium_by_linear_programming():
    generator = np.random.default_rng(4)
    first = generator.integers(-50, 50, (25, 25))
    found = extreme_equilibria(game_of(first.tolist(), (-first).tolist()), budget=Budget.of_seconds(0))
    assert not found.complete
    assert "linear programming" in found.notes[0]
    assert all(is_equilibrium(first.tolist(), (-first).tolist(), *profile) for profile in found.profiles)


def test_progress_is_told():
    told = []
    extreme_equilibria(game_of(*generic(1, 4, 4)), budget=Budget(report=lambda *what: told.append(what)))
    assert told[0] == ("best-response polyhedra: replies", 1, 4)


@settings(max_examples=60, deadline=None)
@given(tables, st.integers(0, 7))
def test_lemke_and_howson_end_at_an_extreme_equilibrium_from_each_label(pair, label):
    """Ties are broken as in a perturbed game, so no game makes it cycle."""
    first, second = pair
    shifted = [[[int(entry * 10**12) + 10**19 for entry in line] for line in table] for table in (first, zip(*second, strict=True))]
    row, column = lemke_howson(shifted[0], shifted[1], label % (len(first) + len(first[0])))
    profile = tuple(tuple(Fraction(weight, sum(weights)) for weight in weights) for weights in (row, column))
    assert profile in found_in(first, second)
