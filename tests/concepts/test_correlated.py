"""Correlated equilibria: published values, and properties that hold in every game."""

import json
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from game_trees import pretext
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.budget import Budget
from negotiation.concepts import correlated
from negotiation.exact.obedience import best_distribution, obedience_violation
from negotiation.games.normal_form import NormalFormGame

VALIDATION = Path(__file__).resolve().parents[2].parent / "shared" / "validation"
CHICKEN = NormalFormGame.from_payoffs([[[6, 2], [7, 0]], [[6, 7], [2, 0]]], strategies=[("yield", "dare")] * 2)


def findings(game):
    return {found.name: found for found in correlated.solve(game).findings}


def random_game(seed, sizes):
    return NormalFormGame.from_payoffs(np.random.default_rng(seed).integers(-6, 7, (len(sizes), *sizes)).tolist())


def test_best_correlated_equilibrium_of_chicken():
    """Aumann (1974): half both yield, a quarter each of the two others; 5.25 each, more than any lottery over Nash equilibria."""
    best = findings(CHICKEN)["best for the sum of payoffs"]
    assert best.details["value"] == Fraction(21, 2)
    assert best.payoffs == (Fraction(21, 4), Fraction(21, 4))
    assert {(cell["row"], cell["column"]): cell["probability"] for cell in best.details["cells"]} == {
        ("yield", "yield"): Fraction(1, 2),
        ("yield", "dare"): Fraction(1, 4),
        ("dare", "yield"): Fraction(1, 4),
    }
    assert best.error == 0
    assert "(yield, yield) with 0.5" in best.summary


def test_chicken_of_the_validation_data():
    path = VALIDATION / "validation.json"
    if not path.exists():
        pytest.skip(f"no validation data at {path}")
    case = next(case for case in json.loads(path.read_text()) if case["id"] == "corr-chicken")
    game = NormalFormGame.from_payoffs(
        [case["game"]["parameters"]["A"], case["game"]["parameters"]["B"]], strategies=[("yield", "dare")] * 2
    )
    best = findings(game)["best for the sum of payoffs"]
    assert float(best.details["value"]) == pytest.approx(case["expected"]["max_sum"], abs=1e-9)
    got = {(cell["row"], cell["column"]): float(cell["probability"]) for cell in best.details["cells"]}
    for row, column, probability in case["expected"]["distribution"]:
        assert got.get((row, column), 0.0) == pytest.approx(probability, abs=1e-9)
    third = np.array([[Fraction(1, 3), Fraction(1, 3)], [Fraction(1, 3), Fraction(0)]], dtype=object)
    assert (correlated.violation(game, third) == 0) is case["expected"]["uniform_three"]["is_ce"]
    assert float((game.exact_payoffs[0] * third).sum()) == pytest.approx(case["expected"]["uniform_three"]["each"])


def test_matching_pennies_has_one_correlated_equilibrium():
    """In a zero-sum game with one equilibrium nothing can be gained by correlation (Aumann 1974)."""
    game = NormalFormGame.from_payoffs([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    for found in findings(game).values():
        assert found.payoffs == (0, 0)
        assert [cell["probability"] for cell in found.details["cells"]] == [Fraction(1, 4)] * 4


def test_coarse_correlation_can_reach_more():
    """After Moulin and Vial (1978): rock-paper-scissors in which ties are worth 1/2.

    Always tying is worth 1/2, and opting out blindly 1/6; but who is told rock would play paper. The uniform distribution
    is the only correlated equilibrium, worth 1/6 each.
    """
    half = Fraction(1, 2)
    table = np.array([[half, -1, 1], [1, half, -1], [-1, 1, half]], dtype=object)
    game = NormalFormGame.from_payoffs([table.tolist(), table.T.tolist()])
    best = findings(game)["best for the sum of payoffs"]
    assert best.details["value"] == Fraction(1, 3)
    assert best.details["coarse_value"] == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (3, 3), (2, 4), (2, 2, 2), (1, 3)]))
def test_programmes_are_feasible_optimal_and_hold_the_pure_equilibria(seed, sizes):
    game = random_game(seed, sizes)
    found = findings(game)
    pure = []
    for cell in product(*map(range, sizes)):
        distribution = np.full(sizes, Fraction(0), dtype=object)
        distribution[cell] = Fraction(1)
        if obedience_violation(game, distribution) == 0:
            pure.append([game.exact_payoffs[player][cell] for player in range(len(sizes))])
    for player, name in enumerate(game.players):
        best, worst = found[f"best for {name}"], found[f"worst for {name}"]
        assert best.error <= 1e-9
        assert abs(best.details["bound"] - best.details["value"]) < 1e-8
        assert abs(worst.details["bound"] - worst.details["value"]) < 1e-8
        assert worst.details["value"] <= best.details["value"] <= best.details["coarse_value"] + Fraction(1, 10**8)
        for payoffs in pure:
            assert worst.details["value"] - Fraction(1, 10**8) <= payoffs[player] <= best.details["value"] + Fraction(1, 10**8)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(-3, 3))
def test_scale_does_not_matter(seed, power):
    game = random_game(seed, (3, 3))
    scaled = NormalFormGame(game.players, game.strategies, game.exact_payoffs * Fraction(10) ** (3 * power))
    first, second = (best_distribution(item, (1, 1), coarse=False).value for item in (game, scaled))
    assert float(second) == pytest.approx(float(first) * 10.0 ** (3 * power), rel=1e-7, abs=1e-9 * 10.0 ** (3 * power))


def test_trees_are_taken_as_normal_forms_and_a_spent_budget_is_said():
    solution = correlated.solve(pretext(), budget=Budget(deadline=0.0))
    assert any("reduced normal form" in note for note in solution.notes)
    assert any("time limit left out: best for the sum of payoffs" in note for note in solution.notes)
