"""Zero-sum games: recognised up to units and zeros, and the value that every equilibrium has."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_enumeration import is_equilibrium

from negotiation.exact.extreme_equilibria import extreme_equilibria
from negotiation.exact.zero_sum import opposition, zero_sum_value
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.solution import mixed_equilibrium

tables = st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(st.integers(-4, 4), min_size=n, max_size=n), min_size=1, max_size=4))


@settings(max_examples=80, deadline=None)
@given(tables, st.fractions(Fraction(1, 9), 9), st.fractions(-9, 9))
def test_each_equilibrium_has_the_value_and_strategies_can_be_exchanged(first, scale, total):
    """von Neumann (1928)."""
    second = [[total - scale * entry for entry in line] for line in first]
    game = NormalFormGame.from_payoffs([first, second])
    opposed = opposition(game)
    value = zero_sum_value(game, opposed)
    assert is_equilibrium(first, second, *value.profile)
    assert value.payoffs[1] == total - scale * value.payoffs[0]
    profiles = extreme_equilibria(game).profiles
    assert {mixed_equilibrium(game, profile).payoffs for profile in profiles} == {value.payoffs}
    assert len(profiles) == len({row for row, _ in profiles}) * len({column for _, column in profiles})


@pytest.mark.parametrize(
    ("second", "name"),
    [
        ([[-1, 1], [1, -1]], "zero-sum"),
        ([[4, 6], [6, 4]], "constant-sum"),
        ([[-2, 2], [2, -2]], "zero-sum up to the unit and the zero of payoffs"),
        ([[1, -1], [-1, 1]], None),
        ([[-1, 1], [1, 0]], None),
    ],
)
def test_opposed_payoffs_are_recognised(second, name):
    opposed = opposition(NormalFormGame.from_payoffs([[[1, -1], [-1, 1]], second]))
    assert (opposed.name if opposed else None) == name


def test_a_player_without_stakes_opposes_only_another_without_stakes():
    assert opposition(NormalFormGame.from_payoffs([[[2, 2]], [[1, 1]]])).total == 3
    assert opposition(NormalFormGame.from_payoffs([[[2, 2]], [[1, 0]]])) is None


def test_three_players_are_not_opposed():
    assert opposition(NormalFormGame.from_payoffs([[[[0]]], [[[0]]], [[[0]]]])) is None
