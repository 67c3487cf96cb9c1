"""Maximal convex pieces and connected components, against a plain search and by random mixtures."""

from fractions import Fraction
from itertools import chain, combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_enumeration import is_equilibrium, plain_extreme_equilibria, random_tables

from negotiation.budget import Budget
from negotiation.errors import SolverError
from negotiation.exact.components import components, connected_groups
from negotiation.exact.extreme_equilibria import extreme_equilibria
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.solution import mixed_equilibrium

DEGENERATE = ("small", "signs", "copies", "half copies", "zero column", "dominated", "constant")


def subsets(things):
    return chain.from_iterable(combinations(things, size) for size in range(1, len(things) + 1))


def plain_pieces(profiles):
    """All maximal sets of pairs X x Y among the profiles, by trying each set of first strategies."""
    rows = sorted({row for row, _ in profiles})
    found = set()
    for chosen in subsets(rows):
        columns = [column for column in {column for _, column in profiles} if all((row, column) in profiles for row in chosen)]
        found.add(frozenset(product(chosen, columns)))
    found.discard(frozenset())
    return {piece for piece in found if not any(piece < other for other in found)}


def plain_components(pieces):
    """The unions of pieces that hang together."""
    left = [set(piece) for piece in pieces]
    done = []
    while left:
        grown = left.pop()
        while touching := next((piece for piece in left if piece & grown), None):
            left.remove(touching)
            grown |= touching
        done.append(frozenset(grown))
    return set(done)


def groups_of(first, second):
    game = NormalFormGame.from_payoffs([first, second])
    profiles = extreme_equilibria(game).profiles
    return game, profiles, connected_groups(profiles)


@pytest.mark.parametrize("kind", DEGENERATE)
def test_pieces_and_components_equal_a_plain_search(kind):
    for seed in range(120):
        first, second = random_tables(kind, seed, largest=3)
        _, profiles, groups = groups_of(first, second)
        pieces = plain_pieces(plain_extreme_equilibria(first, second))
        assert {named(profiles, piece) for group in groups for piece in group.pieces} == pieces
        assert {named(profiles, group.members) for group in groups} == plain_components(pieces)
        assert [group.members[0] for group in groups] == sorted(group.members[0] for group in groups)


def named(profiles, numbers):
    return frozenset(profiles[number] for number in numbers)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(DEGENERATE), st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_mixtures_within_a_piece_are_equilibria_with_payoffs_in_the_interval(kind, seed, random):
    first, second = random_tables(kind, seed)
    game, profiles, groups = groups_of(first, second)
    equilibria = [mixed_equilibrium(game, profile) for profile in profiles]
    for component in components(equilibria, groups):
        for piece in component.pieces:
            row, column = (mixture({profiles[number][player] for number in piece}, random) for player in (0, 1))
            assert is_equilibrium(first, second, row, column)
            check_within(mixed_equilibrium(game, (row, column)), component, equilibria[piece[0]])


def check_within(mixed, component, corner):
    assert all(low <= payoff <= high for payoff, (low, high) in zip(mixed.payoffs, component.payoffs, strict=True))
    assert all(low <= mixed.outcomes.get(name, 0) <= high for name, (low, high) in component.outcomes.items())
    for place in ((number, action) for number, row in enumerate(mixed.profile) for action in range(len(row))):
        low, high = component.intervals.get(place, (corner.profile[place[0]][place[1]],) * 2)
        assert low <= mixed.profile[place[0]][place[1]] <= high


def mixture(rows, random):
    rows = sorted(rows)
    weights = [Fraction(random.randint(1, 9)) for _ in rows]
    return tuple(sum(w * row[place] for w, row in zip(weights, rows, strict=True)) / sum(weights) for place in range(len(rows[0])))


def test_components_of_von_stengels_degenerate_game():
    """von Stengel (2007), Algorithmic Game Theory, chapter 3: a segment and a point."""
    game, profiles, groups = groups_of([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]])
    segment, point = components([mixed_equilibrium(game, profile) for profile in profiles], groups)
    assert (segment.equilibria, point.equilibria) == ((0, 1), (2,))
    assert segment.pieces == ((0, 1),)
    assert segment.intervals == {(1, 0): (Fraction(2, 3), 1), (1, 1): (0, Fraction(1, 3))}
    assert segment.payoffs == ((3, 3), (3, 3))
    assert point.intervals == {}


def test_pieces_of_one_component_may_overlap_in_one_equilibrium():
    """The row is indifferent where the column plays left, the column where the row plays up: an L of two segments."""
    _, profiles, groups = groups_of([[1, 1], [1, 0]], [[1, 1], [1, 0]])
    (group,) = groups
    corner = profiles.index(((1, 0), (1, 0)))
    assert len(group.pieces) == 2
    assert set(group.pieces[0]) & set(group.pieces[1]) == {corner}


def test_equilibria_that_stand_alone_make_no_components():
    game, profiles, groups = groups_of([[3, 0], [0, 2]], [[2, 0], [0, 3]])
    assert [group.members for group in groups] == [(0,), (1,), (2,)]
    assert components([mixed_equilibrium(game, profile) for profile in profiles], groups) == ()


def test_three_players_boxes():
    """Eight pure profiles of three players with two strategies make one piece; without one corner there are three."""
    corners = [tuple(tuple(Fraction(int(k == c)) for k in (0, 1)) for c in cell) for cell in np.ndindex(2, 2, 2)]
    (group,) = connected_groups(corners)
    assert group.pieces == (tuple(range(8)),)
    (group,) = connected_groups(corners[:-1])
    assert set(group.pieces) == {(0, 1, 2, 3), (0, 1, 4, 5), (0, 2, 4, 6)}


def test_grouping_stops_when_time_runs_out():
    _, profiles, _ = groups_of([[1, 1], [1, 0]], [[1, 1], [1, 0]])
    with pytest.raises(SolverError, match="before the equilibria were grouped"):
        connected_groups(profiles, budget=Budget.of_seconds(0))
