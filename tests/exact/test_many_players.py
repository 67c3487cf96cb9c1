"""Equilibria of games with three and more players: published games, a plain solver of 2x2x2 games, two players in disguise."""

from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_enumeration import KINDS, plain_extreme_equilibria, random_tables

from negotiation.budget import Budget
from negotiation.exact import many_players
from negotiation.exact.all_equilibria import all_equilibria
from negotiation.exact.many_players import many_player_equilibria
from negotiation.exact.supports import payoff_ranks, possible_supports
from negotiation.games.certificate import certify_mixed
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import exact_array

#: McKelvey and McLennan (1997): the most equilibria that a 2x2x2 game without ties can have.
NINE = [
    [[[9, 0], [0, 3]], [[0, 3], [9, 0]]],
    [[[8, 0], [0, 4]], [[0, 4], [8, 0]]],
    [[[12, 0], [0, 6]], [[0, 6], [2, 0]]],
]

#: Nau, Gomez Canovas and Hansen (2004), section 4: one equilibrium, in irrational mixtures.
IRRATIONAL = [
    [[[3, 1], [0, 0]], [[0, 0], [1, 2]]],
    [[[0, 0], [2, 1]], [[1, 3], [0, 0]]],
    [[[2, 0], [0, 0]], [[0, 0], [0, 3]]],
]

#: The same, section 5: three pure equilibria, two that are mixed in part, a curve of completely mixed ones.
CURVE = [
    [[[0, 1], [0, 0]], [[3, 0], [0, 0]]],
    [[[0, 1], [3, 0]], [[0, 0], [0, 0]]],
    [[[2, 0], [0, 0]], [[0, 0], [0, 3]]],
]


def game_of(payoffs):
    return NormalFormGame.from_payoffs(payoffs)


def random_payoffs(seed, sizes, top):
    return np.random.default_rng([seed, top, *sizes]).integers(-top, top + 1, (len(sizes), *sizes)).tolist()


def first_weights(profiles):
    return {tuple(row[0] for row in profile) for profile in profiles}


def regrets(game, profiles):
    return [certify_mixed(game, profile).regret for profile in profiles]


def test_the_game_with_nine_equilibria():
    found = many_player_equilibria(game_of(NINE))
    half, third, quarter, fifths = Fraction(1, 2), Fraction(1, 3), Fraction(1, 4), Fraction(2, 5)
    assert found.complete
    assert first_weights(found.profiles) == {
        (1, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1), (half, half, 1), (third, 1, quarter), (0, quarter, third),
        (half, fifths, quarter), (fifths, half, third),
    }  # fmt: skip
    assert set(regrets(game_of(NINE), found.profiles)) == {0}


def test_an_irrational_equilibrium_solves_its_quadratic_equation():
    game = game_of(IRRATIONAL)
    found = many_player_equilibria(game)
    (profile,) = found.profiles
    assert found.complete
    assert all(isinstance(weight, float) for row in profile for weight in row)
    assert 0 <= regrets(game, [profile])[0] < Fraction(1, 10**15)
    x, y, z = (row[0] for row in profile)
    assert plain_mixed(IRRATIONAL) == [pytest.approx((x, y, z), abs=1e-12)]


def test_a_curve_of_equilibria_is_not_called_complete():
    found = many_player_equilibria(game_of(CURVE))
    quarter = Fraction(1, 4)
    assert not found.complete
    assert first_weights(found.profiles) == {(1, 0, 1), (0, 1, 1), (0, 0, 0), (1, 0, quarter), (0, 1, quarter)}
    assert found.notes == (
        "not all equilibria may be listed: open are the supports player 1: 1 or 2, player 2: 1 or 2, player 3: 1 or 2 "
        "(its equations have solutions that are not isolated, or nearly so)",
    )


def test_a_segment_of_mixed_equilibria_is_shown_by_a_witness():
    """Nau, Gomez Canovas and Hansen (2004), section 6: a 2x2x4 game whose equilibria are a segment, none of it pure."""
    listed = [
        (2, 0, 0), (0, 2, 1), (0, 1, 1), (1, 0, 2), (1, 0, 2), (0, 1, 1), (0, 2, 1), (2, 0, 0),
        (1, 0, 1), (0, 2, 0), (0, 1, 2), (2, 0, 1), (2, 0, 1), (0, 1, 2), (0, 2, 0), (1, 0, 1),
    ]  # fmt: skip
    payoffs = np.zeros((3, 2, 2, 4), dtype=int)
    for place, (k, j, i) in enumerate(product(range(4), range(2), range(2))):
        payoffs[:, i, j, k] = listed[place]
    game = game_of(payoffs.tolist())
    found = many_player_equilibria(game)
    assert not found.complete
    assert set(regrets(game, found.profiles)) == {0}
    assert all(profile[0] == profile[1] == (Fraction(1, 2), Fraction(1, 2)) for profile in found.profiles)


def test_volunteers_dilemma():
    """Diekmann (1985), three players, value 1, cost 1/4: one volunteers, or two mix, or all do."""
    cost = Fraction(1, 4)
    payoffs = np.empty((3, 2, 2, 2), dtype=object)
    for cell in product((0, 1), repeat=3):
        payoffs[(slice(None), *cell)] = [1 - cost if own == 0 else Fraction(int(0 in cell)) for own in cell]
    found = many_player_equilibria(game_of(payoffs.tolist()))
    mixed = 1 - cost
    assert found.complete
    assert first_weights(found.profiles) == {
        *permutations((1, 0, 0)), *permutations((mixed, mixed, 0)), (Fraction(1, 2),) * 3,
    }  # fmt: skip


def plain_mixed(payoffs):
    """All equilibria of a 2x2x2 game without ties in which all three mix, as floats: y and z from x, then a quadratic."""
    gain = [np.moveaxis(np.array(own, dtype=float), player, 0) for player, own in enumerate(payoffs)]
    (p, q), (r, s) = gain[0][0] - gain[0][1]  # over y, z
    (a, b), (c, d) = gain[1][0] - gain[1][1]  # over x, z
    (e, f), (g, h) = gain[2][0] - gain[2][1]  # over x, y
    # Player 2 indifferent: z = -(x b + (1 - x) d) / (x (a - b) + (1 - x) (c - d)); player 3: y in the same way.
    z_over, z_under = np.poly1d([d - b, -d]), np.poly1d([a - b - c + d, c - d])
    y_over, y_under = np.poly1d([h - f, -h]), np.poly1d([e - f - g + h, g - h])
    quadratic = y_over * (z_over * p + (z_under - z_over) * q) + (y_under - y_over) * (z_over * r + (z_under - z_over) * s)
    found = []
    for x in quadratic.roots:
        point = (x, y_over(x) / y_under(x), z_over(x) / z_under(x))
        if all(abs(complex(w).imag) < 1e-12 and 0 < w.real < 1 for w in point):
            found.append(tuple(w.real for w in point))
    return found


def plain_equilibria(payoffs):
    """All equilibria of a 2x2x2 game without ties, as weights of the first strategies."""
    points = plain_mixed(payoffs)
    for cell in product((0, 1), repeat=3):
        points.append(tuple(1.0 - own for own in cell))
    table = np.array(payoffs, dtype=float)
    for fixed, choice in product(range(3), (0, 1)):
        one, two = (player for player in range(3) if player != fixed)
        first, second = (table[player].take(choice, axis=fixed) for player in (one, two))
        by_two, by_one = first[0] - first[1], second[:, 0] - second[:, 1]
        if by_two[0] * by_two[1] < 0 and by_one[0] * by_one[1] < 0:
            point = [1.0 - choice] * 3
            point[one], point[two] = by_one[1] / (by_one[1] - by_one[0]), by_two[1] / (by_two[1] - by_two[0])
            points.append(tuple(point))
    return [point for point in points if plain_regret(table, point) < 1e-9 * abs(table).max()]


def plain_regret(table, point):
    rows = [np.array([w, 1 - w]) for w in point]
    worst = 0.0
    for player in range(3):
        one, two = (row for other, row in enumerate(rows) if other != player)
        values = np.moveaxis(table[player], player, 0) @ two @ one
        worst = max(worst, values.max() - values @ rows[player])
    return worst


@pytest.mark.parametrize("seed", range(150))
def test_games_without_ties_against_a_plain_solver(seed):
    payoffs = random_payoffs(seed, (2, 2, 2), 10**6)
    game = game_of(payoffs)
    found = many_player_equilibria(game)
    expected = plain_equilibria(payoffs)
    assert found.complete
    assert len(found.profiles) == len(expected)
    assert len(expected) % 2 == 1
    assert max(regrets(game, found.profiles)) < Fraction(1, 10**14)
    for point in first_weights(found.profiles):
        assert any(max(abs(float(a) - b) for a, b in zip(point, other, strict=True)) < 1e-8 for other in expected)


@pytest.mark.parametrize(("sizes", "count"), [((2, 2, 3), 6), ((3, 3, 3), 2), ((2, 2, 2, 2), 6), ((2, 3, 3), 4), ((2, 2, 2, 2, 2), 1)])
def test_games_without_ties_have_odd_numbers_of_equilibria(sizes, count):
    """Wilson (1971): almost all finite games have an odd number."""
    for seed in range(count):
        game = game_of(random_payoffs(seed, sizes, 10**6))
        found = many_player_equilibria(game)
        assert found.complete
        assert len(found.profiles) % 2 == 1
        assert max(regrets(game, found.profiles)) < Fraction(1, 10**14)


@pytest.mark.parametrize("kind", KINDS)
def test_two_players_and_a_bystander_have_the_extreme_equilibria_of_the_two(kind):
    for seed in range(12):
        first, second = random_tables(kind, seed, largest=3)
        bystander = [[0] * len(first[0])] * len(first)
        payoffs = [[[[entry] for entry in line] for line in table] for table in (first, second, bystander)]
        found = many_player_equilibria(game_of(payoffs))
        assert found.complete
        assert {profile[:2] for profile in found.profiles} == plain_extreme_equilibria(first, second), (kind, seed)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(3)), st.sampled_from([1, 2, 50]))
def test_renaming_players_renames_equilibria(seed, order, top):
    payoffs = np.array(random_payoffs(seed, (2, 2, 2), top), dtype=object)
    moved = np.stack([payoffs[player].transpose(order) for player in order])
    one, other = many_player_equilibria(game_of(payoffs.tolist())), many_player_equilibria(game_of(moved.tolist()))
    assert one.complete == other.complete
    if one.complete:
        assert close({tuple(profile[player] for player in order) for profile in one.profiles}, other.profiles)


def close(ones, others):
    rounded = [{tuple(tuple(round(float(w), 9) for w in row) for row in profile) for profile in group} for group in (ones, others)]
    return rounded[0] == rounded[1]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.fractions(Fraction(1, 9), 9), st.fractions(-9, 9), st.sampled_from([10**-12, 1, 10**30]))
def test_units_and_zeros_do_not_matter(seed, unit, zero, scale):
    payoffs = exact_array(random_payoffs(seed, (2, 2, 2), 3))
    changed = np.stack([payoffs[0] * unit * Fraction(scale).limit_denominator(10**12) + zero, payoffs[1], payoffs[2] - zero])
    one, other = many_player_equilibria(game_of(payoffs.tolist())), many_player_equilibria(game_of(changed.tolist()))
    assert one.complete == other.complete
    assert close(one.profiles, other.profiles) or not one.complete


def test_what_is_open_off_the_path_is_said_to_give_nothing_new():
    """A threat that two others make together: how they may mix has a curved border, but nothing else can come of it."""
    quo = (0, 0, 0)
    demand = {("no", "no"): (-3, 1, 1), ("no", "yes"): (1, 1, 0), ("yes", "no"): (1, 0, 1), ("yes", "yes"): (2, 0, 0)}
    payoffs = np.zeros((3, 2, 2, 2), dtype=int)
    for (one, first), (two, second) in product(enumerate(("no", "yes")), repeat=2):
        payoffs[:, 1, one, two] = demand[first, second]
        payoffs[:, 0, one, two] = quo
    found = many_player_equilibria(game_of(payoffs.tolist()))
    assert not found.complete
    assert "several players are free at once" in found.notes[0]
    assert found.notes[1] == "whatever equilibria there are on the open supports have the payoffs of one that is listed"


def test_copies_of_a_strategy_stand_in_for_it():
    copied = [[own[0], own[1], own[1]] for own in NINE]
    found = many_player_equilibria(game_of(copied))
    assert found.complete
    merged = {(profile[0][0], profile[1][0], profile[2][0]) for profile in found.profiles}
    assert merged == first_weights(many_player_equilibria(game_of(NINE)).profiles)
    assert len(found.profiles) == 2 + 2 * 7


def test_dominated_strategies_change_nothing():
    worse = [(np.array(NINE[0])[:1] - 1).tolist()[0], np.full((2, 2), 50).tolist(), np.full((2, 2), -50).tolist()]
    extended = [[*own, extra] for own, extra in zip(NINE, worse, strict=True)]
    found = many_player_equilibria(game_of(extended))
    assert found.complete
    assert {(profile[0][:2], *profile[1:]) for profile in found.profiles} == set(many_player_equilibria(game_of(NINE)).profiles)


def test_seltens_horse_has_two_families():
    """Selten (1975): player 2 may threaten with up to two thirds, player 3 with at most a quarter."""
    payoffs = np.empty((3, 2, 2, 2), dtype=object)
    for one, two, three in product((0, 1), repeat=3):
        ends = {(1, 0): ((3, 2, 2), (0, 0, 0)), (0, 0): ((1, 1, 1),) * 2, (0, 1): ((4, 4, 0), (0, 0, 1)), (1, 1): ((3, 2, 2), (0, 0, 0))}
        payoffs[:, one, two, three] = ends[one, two][three]
    found = many_player_equilibria(game_of(payoffs.tolist()))
    assert found.complete
    assert first_weights(found.profiles) == {(1, 1, 0), (1, 1, Fraction(1, 4)), (0, 1, 1), (0, Fraction(1, 3), 1)}


def test_when_nothing_is_at_stake_every_pure_profile_is_extreme():
    found = many_player_equilibria(game_of(np.zeros((3, 2, 2, 2), dtype=int).tolist()))
    assert found.complete
    assert len(found.profiles) == 8


@pytest.mark.parametrize("seed", range(12))
def test_when_time_runs_out_there_is_still_a_certified_equilibrium(seed):
    for sizes in ((2, 2, 2), (3, 2, 2), (2, 2, 2, 2)):
        game = game_of(random_payoffs(seed, sizes, 30))
        found = many_player_equilibria(game, budget=Budget.of_seconds(0))
        assert not found.complete
        assert found.notes[0] == "not all supports were tried: the time ran out"
        assert max(regrets(game, found.profiles)) < Fraction(1, 10**12)


def test_too_many_supports_are_said(monkeypatch):
    monkeypatch.setattr(many_players, "MAXIMUM_SUPPORTS", 3)
    found = many_player_equilibria(game_of(NINE))
    assert found.notes == ("not all supports were tried: there are more than 3",)
    assert first_weights(found.profiles) >= {(1, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1)}


def test_supports_with_a_dominated_strategy_are_left_out():
    """In the prisoner's dilemma with a bystander only mutual confession is left."""
    first = [[3, 0], [5, 1]]
    payoffs = exact_array([[[[x] for x in line] for line in table] for table in (first, np.array(first).T.tolist(), [[0, 0], [0, 0]])])
    assert list(possible_supports(payoff_ranks(payoffs))) == [((1,), (1,), (0,))]


def test_one_player_takes_his_best():
    found = all_equilibria(NormalFormGame.from_payoffs([[2, 5, 5]]))
    assert found.complete
    assert found.profiles == (((0, 1, 0),), ((0, 0, 1),))
