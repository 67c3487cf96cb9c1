"""Level-k and the cognitive hierarchy on games whose levels can be worked out by hand."""

from fractions import Fraction

import numpy as np
import pytest
from game_trees import pretext
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.concepts import level_k
from negotiation.errors import ParameterError
from negotiation.games.normal_form import NormalFormGame


def guessing_game(top, share=Fraction(2, 3)):
    """Two players guess an integer from 0 to ``top``; each wants to be near a share of the average of both."""
    guesses = range(top + 1)
    table = [[-abs(mine - share * Fraction(mine + other, 2)) for other in guesses] for mine in guesses]
    mirrored = [list(column) for column in zip(*table, strict=True)]
    return NormalFormGame.from_payoffs([table, mirrored], strategies=[[str(guess) for guess in guesses]] * 2)


def profile(found):
    return {player: dict(row) for player, row in found.details["profile"].items()}


def test_hide_and_seek_with_a_salient_place_cycles():
    """Crawford and Iriberri (2007): with level 0 drawn to B, seekers and hiders of higher levels chase each other."""
    hider = [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    seeker = [[1 - payoff for payoff in row] for row in hider]
    places = ("A", "B", "C")
    game = NormalFormGame.from_payoffs([hider, seeker], players=["hider", "seeker"], strategies=[places] * 2)
    salient = {"A": "1/4", "B": "1/2", "C": "1/4"}
    solution = level_k.solve(game, levels=6, level_zero={"hider": salient, "seeker": salient})
    half = Fraction(1, 2)
    played = [profile(found) for found in solution.findings]
    assert played[1] == {"hider": {"A": half, "C": half}, "seeker": {"B": 1}}
    assert played[2] == {"hider": {"A": half, "C": half}, "seeker": {"A": half, "C": half}}
    assert played[3] == {"hider": {"B": 1}, "seeker": {"A": half, "C": half}}
    assert played[4] == {"hider": {"B": 1}, "seeker": {"B": 1}}
    assert played[5] == played[1]
    assert any("the levels cycle: level 5 plays as level 1 does" in note for note in solution.notes)


def test_levels_of_a_guessing_game_step_down_by_the_best_reply():
    """With two guesses x the best reply to x is share x / (2 - share): a half of x for the share 2/3 (rounded to what is best)."""
    game = guessing_game(16)
    solution = level_k.solve(game, levels=5, level_zero={"row": "16", "column": "16"})
    assert [list(profile(found)["row"]) for found in solution.findings] == [["16"], ["8"], ["4"], ["2"], ["1"], ["0", "1"]]


def test_levels_settle_at_the_equilibrium_of_the_prisoners_dilemma():
    game = NormalFormGame.from_payoffs([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], strategies=[("cooperate", "defect")] * 2)
    solution = level_k.solve(game)
    assert profile(solution.findings[1]) == {"row": {"defect": 1}, "column": {"defect": 1}}
    assert solution.findings[1].details["nash_regret"] == 0
    assert any("from level 1 on all levels play the same" in note for note in solution.notes)


def test_cognitive_hierarchy_of_an_entry_game_by_hand():
    """Matching pennies with a prize of 9: level 1 and 2 by hand, shares 1 : tau : tau^2 / 2."""
    game = NormalFormGame.from_payoffs([[[9, 0], [0, 1]], [[0, 1], [1, 0]]], strategies=[("top", "bottom"), ("left", "right")])
    solution = level_k.solve(game, levels=2, tau=1.5)
    assert profile(solution.findings[1]) == {"row": {"top": 1}, "column": {"left": Fraction(1, 2), "right": Fraction(1, 2)}}
    # level 2 expects top with 0.4 / 2 + 0.6 = 0.8, so the column player avoids it; the row player expects left with 1/2
    assert profile(solution.findings[2]) == {"row": {"top": 1}, "column": {"right": 1}}
    population = solution.findings[3]
    total = 1 + Fraction(3, 2) + Fraction(9, 8)
    assert population.name == "population"
    assert profile(population)["row"]["bottom"] == Fraction(1, 2) / total
    assert profile(population)["column"]["left"] == (Fraction(1, 2) + Fraction(3, 4)) / total
    assert population.error is None


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(3, 3), (2, 4), (2, 2, 2)]), st.one_of(st.none(), st.floats(0.1, 5)))
def test_each_level_loses_nothing_against_what_it_expects(seed, sizes, tau):
    game = NormalFormGame.from_payoffs(np.random.default_rng(seed).integers(-4, 5, (len(sizes), *sizes)).tolist())
    solution = level_k.solve(game, levels=3, tau=tau)
    for found in solution.findings:
        assert found.error in (0, None)
        assert all(sum(row.values()) == 1 for row in profile(found).values())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_strictly_dominated_strategies_are_not_played_above_level_zero(seed):
    table = np.random.default_rng(seed).integers(-4, 5, (2, 3, 3))
    table[0, 2] = table[0, 1] - 1
    solution = level_k.solve(NormalFormGame.from_payoffs(table.tolist()), levels=3)
    assert all("3" not in profile(found)["row"] for found in solution.findings[1:])


def test_a_tree_is_played_by_plans():
    solution = level_k.solve(pretext(), levels=2)
    assert any("reduced normal form" in note for note in solution.notes)
    assert len(solution.findings) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"levels": 0}, "levels must be at least 1, got 0"),
        ({"tau": 0.0}, "tau must be a finite number above 0, got 0.0"),
        ({"level_zero": {"nobody": "1"}}, "level_zero names 'nobody'; the players are row, column"),
        ({"level_zero": {"row": "9"}}, "level_zero of 'row' names '9'; the strategies are 1, 2"),
        ({"level_zero": {"row": {"1": 0.5}}}, "must be at least 0 and sum to 1, got 0.5, 0"),
    ],
)
def test_mistakes_are_named(options, message):
    game = NormalFormGame.from_payoffs([[[1, 0], [0, 1]], [[1, 0], [0, 1]]])
    with pytest.raises(ParameterError, match=message):
        level_k.solve(game, **options)
