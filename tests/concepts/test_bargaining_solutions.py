"""Nash, Kalai-Smorodinsky and egalitarian agreements: closed forms, axioms, and a brute search over the frontier."""

import json
import math
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from game_trees import chance, move, pretext, tree
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull, QhullError

from negotiation.concepts import egalitarian, kalai_smorodinsky, nash_bargaining
from negotiation.errors import NotApplicableError, ParameterError
from negotiation.exact.feasible_set import feasible_set, security_levels
from negotiation.games.normal_form import NormalFormGame

VALIDATION = Path(__file__).resolve().parents[2].parent / "shared" / "validation"
CONCEPTS = [nash_bargaining, kalai_smorodinsky, egalitarian]
#: Two indivisible prizes, one for each, or nothing: a unit pie in expectation.
PIE = NormalFormGame.from_payoffs([[[1, 0], [0, 0]], [[0, 0], [0, 1]]], strategies=[("A", "B"), ("a", "b")])


def validation_case(name):
    path = VALIDATION / "validation.json"
    if not path.exists():
        pytest.skip(f"no validation data at {path}")
    return next(case for case in json.loads(path.read_text()) if case["id"] == name)


def agreed(concept, game, **options):
    return concept.solve(game, **options).findings[0]


def random_game(seed, sizes=(3, 3)):
    return NormalFormGame.from_payoffs(np.random.default_rng(seed).integers(-6, 7, (2, *sizes)).tolist())


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_symmetric_pie_is_split_equally(concept):
    found = agreed(concept, PIE)
    assert found.payoffs == (Fraction(1, 2), Fraction(1, 2))
    assert found.details["lottery"] == {"A, a": Fraction(1, 2), "B, b": Fraction(1, 2)}
    assert found.error == 0


def test_disagreement_shifts_the_split_of_a_pie():
    """On a unit pie each gets half of what is left over after both disagreement payoffs (Nash 1950)."""
    for concept in CONCEPTS:
        assert agreed(concept, PIE, disagreement=("0.2", 0.4)).payoffs == (Fraction(2, 5), Fraction(3, 5))


def test_the_three_solutions_differ_where_the_set_is_lopsided():
    """Frontier (0, 4), (2, 2), (3, 0) and disagreement 0: worked by hand.

    Nash: on the side 6 - 2x the product x (6 - 2x) peaks at 3/2, left of the side; on 4 - x it peaks at the vertex (2, 2).
    Kalai-Smorodinsky: the ray (3, 4) meets 6 - 2x at 9/5, left of the side, and 4 - x at 12/7. Egalitarian: (2, 2).
    """
    game = NormalFormGame.from_payoffs([[[0, 2, 3]], [[4, 2, 0]]])
    point = {concept: agreed(concept, game, disagreement=(0, 0)).payoffs for concept in CONCEPTS}
    assert point[nash_bargaining] == (2, 2)
    assert point[kalai_smorodinsky] == (Fraction(12, 7), Fraction(16, 7))
    assert point[egalitarian] == (2, 2)


def test_one_risk_averse_player():
    """A pie x and sqrt(1 - x): Nash gives 2/3, Kalai-Smorodinsky the golden section."""
    expected = {"nash_x": 2 / 3, "ks_x": (math.sqrt(5) - 1) / 2}
    nash = nash_bargaining.on_curve(lambda x: math.sqrt(1 - x), lambda x: -0.5 / math.sqrt(1 - x), (0.0, 1.0))
    ideal = kalai_smorodinsky.on_curve(lambda x: math.sqrt(1 - x), (0.0, 1.0))
    assert nash[0] == pytest.approx(expected["nash_x"], abs=1e-12)
    assert ideal[0] == pytest.approx(expected["ks_x"], abs=1e-12)


def test_one_risk_averse_player_of_the_validation_data():
    expected = validation_case("barg-nash-risk-aversion")["expected"]
    nash = nash_bargaining.on_curve(lambda x: math.sqrt(1 - x), lambda x: -0.5 / math.sqrt(1 - x), (0.0, 1.0))
    ideal = kalai_smorodinsky.on_curve(lambda x: math.sqrt(1 - x), (0.0, 1.0))
    assert nash[0] == pytest.approx(expected["nash_x"], abs=1e-9)
    assert ideal[0] == pytest.approx(expected["ks_x"], abs=1e-9)


def test_polygons_approach_the_curve():
    shares = [Fraction(step, 400) for step in range(401)]
    heights = [Fraction(math.sqrt(1 - share)) for share in shares]
    game = NormalFormGame.from_payoffs([[shares], [heights]])
    assert float(agreed(nash_bargaining, game, disagreement=(0, 0)).payoffs[0]) == pytest.approx(2 / 3, abs=2e-3)
    assert float(agreed(kalai_smorodinsky, game, disagreement=(0, 0)).payoffs[0]) == pytest.approx((math.sqrt(5) - 1) / 2, abs=1e-5)


def test_concessions_by_risk_end_at_the_largest_product():
    case = validation_case("barg-zeuthen")
    grid = case["game"]["parameters"]["grid"]
    offers = [(step / grid, math.sqrt(1 - step / grid)) for step in range(grid + 1)]
    end, steps = nash_bargaining.zeuthen(offers)
    assert offers[end][0] == pytest.approx(case["expected"]["x"], abs=case["tolerance"])
    assert steps[0] == (grid, 0)


@settings(max_examples=100, deadline=None)
@given(st.floats(0.2, 1.0), st.floats(0.2, 1.0), st.integers(5, 200))
def test_zeuthen_agrees_with_the_product_at_any_curvature(first, second, grid):
    offers = [((step / grid) ** first, (1 - step / grid) ** second) for step in range(grid + 1)]
    end, steps = nash_bargaining.zeuthen(offers)
    best = max(range(grid + 1), key=lambda step: offers[step][0] * offers[step][1])
    assert abs(end - best) <= 1
    assert all(mine >= his for mine, his in steps)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(3, 3), (2, 2), (1, 4), (4, 3)]))
def test_axioms_on_random_games(seed, sizes):
    game = random_game(seed, sizes)
    for concept in CONCEPTS:
        found = agreed(concept, game)
        without = tuple(found.details["disagreement"].values())
        assert found.error == 0
        assert all(isinstance(payoff, Fraction) and payoff >= least for payoff, least in zip(found.payoffs, without, strict=True))
        cells = game.exact_payoffs.reshape(2, -1).T
        assert not any(cell[0] > found.payoffs[0] and cell[1] > found.payoffs[1] for cell in cells)
        weights = found.details["lottery"]
        assert sum(weights.values()) == 1
        expected = [
            sum(p * game.exact_payoffs[player][tuple(int(name) - 1 for name in cell.split(", "))] for cell, p in weights.items())
            for player in range(2)
        ]
        assert tuple(expected) == found.payoffs


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_nash_product_is_not_beaten_on_a_fine_grid_of_the_frontier(seed):
    game = random_game(seed)
    found = agreed(nash_bargaining, game)
    (d1, d2), product = found.details["disagreement"].values(), float(found.details["product"])
    for (x1, y1), (x2, y2) in pairwise(found.details["frontier"]):
        share = np.linspace(0, 1, 200)
        x, y = (1 - share) * float(x1) + share * float(x2), (1 - share) * float(y1) + share * float(y2)
        assert ((x - float(d1)) * (y - float(d2))).max() <= product + 1e-9


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 9), st.integers(-5, 5), st.integers(1, 9), st.integers(-5, 5))
def test_nash_and_kalai_smorodinsky_do_not_depend_on_units(seed, a, b, c, d):
    game = random_game(seed)
    shifted = np.stack([game.exact_payoffs[0] * a + b, game.exact_payoffs[1] * c + d])
    moved = NormalFormGame(game.players, game.strategies, shifted)
    for concept in (nash_bargaining, kalai_smorodinsky):
        before, after = agreed(concept, game).payoffs, agreed(concept, moved).payoffs
        assert after == (a * before[0] + b, c * before[1] + d)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_players_swapped_swap_the_agreement(seed):
    game = random_game(seed)
    other = NormalFormGame.from_payoffs([game.exact_payoffs[1].T.tolist(), game.exact_payoffs[0].T.tolist()])
    for concept in CONCEPTS:
        assert agreed(concept, game).payoffs == agreed(concept, other).payoffs[::-1]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6))
def test_hull_agrees_with_qhull(seed):
    game = random_game(seed, (4, 3))
    points = np.unique(game.payoffs.reshape(2, -1).T, axis=0)
    try:
        vertices = {tuple(points[vertex]) for vertex in ConvexHull(points).vertices}
    except QhullError:
        assume(False)
    assert {(float(x), float(y)) for x, y in feasible_set(game).hull} == vertices


def test_security_levels_mix():
    assert security_levels(NormalFormGame.from_payoffs([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])) == (0, 0)
    assert security_levels(NormalFormGame.from_payoffs([[[3, 0], [0, 1]], [[0, 0], [0, 0]]])) == (Fraction(3, 4), 0)


def test_pretext_game_offers_nothing_that_both_prefer_to_the_status_quo_but_much_that_both_prefer_to_war():
    """theory.md 1.3: whatever the challenger gains over (0, 0) costs the target; after refusal and action both lose."""
    assert any("nothing to bargain over" in note for note in nash_bargaining.solve(pretext(), disagreement=(0, 0)).notes)
    war = agreed(nash_bargaining, pretext(), disagreement=("2.2", -7))
    assert war.payoffs[0] > Fraction(11, 5)
    assert war.payoffs[1] > -7


def test_outcome_names_as_disagreement():
    game = tree(("A", "B"), move("A", "start", war=(-1, -2), deal=(3, 0), other=(0, 3)))
    found = agreed(nash_bargaining, game, disagreement="end 1")
    assert found.details["disagreement"] == {"A": -1, "B": -2}
    assert found.payoffs == (2, 1)


def test_chance_cannot_be_agreed_on():
    """A bet that chance decides is feasible only as a lottery of its own: expected payoffs (1, 1)."""
    game = tree(("A", "B"), move("A", "start", bet=chance(x=("1/2", (2, 0)), y=("1/2", (0, 2))), out=(0, 0)))
    assert set(feasible_set(game).hull) == {(0, 0), (1, 1)}


@pytest.mark.parametrize(
    ("disagreement", "error", "message"),
    [
        ("peace", ParameterError, "disagreement must be 'security', an outcome or two payoffs, got 'peace'; the outcomes are A, a"),
        ((1, 2, 3), ParameterError, "disagreement must give two payoffs, got 3"),
        ((2, 2), NotApplicableError, r"nothing feasible gives both players their disagreement payoffs \(2, 2\)"),
    ],
)
def test_mistakes_are_named(disagreement, error, message):
    with pytest.raises(error, match=message):
        nash_bargaining.solve(PIE, disagreement=disagreement)


def test_three_players_are_refused():
    game = NormalFormGame.from_payoffs(np.zeros((3, 2, 2, 2), dtype=int).tolist())
    with pytest.raises(NotApplicableError, match="for two players, the game has 3"):
        egalitarian.solve(game)


def test_nothing_to_bargain_over_is_said():
    game = NormalFormGame.from_payoffs([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    assert any("nothing to bargain over" in note for note in nash_bargaining.solve(game).notes)
