"""Logit equilibria: printed tables, closed forms, and agreement between independent methods."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from game_trees import chance, move, pretext, tree
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.budget import Budget
from negotiation.concepts import quantal_response
from negotiation.errors import ParameterError
from negotiation.exact.logit import equations, logit_form, probabilities
from negotiation.exact.logit_response import behaviour_residual, induced_response
from negotiation.games.normal_form import NormalFormGame

VALIDATION = Path(__file__).resolve().parents[2].parent / "shared" / "validation"

#: theory.md 1.6: precision, Pr(ULT), Pr(MOD), Pr(SQ), Pr(negotiate), Pr(refuse), value of C, value of T.
TABLE_OF_NOISE = [
    (0.5, 0.29566901, 0.37930158, 0.23761554, 0.66594262, 0.29956683, 0.30921258, -3.09433390),
    (1, 0.22945930, 0.59836784, 0.15164935, 0.74835346, 0.24718740, 0.87532512, -2.55151003),
    (2, 0.15418969, 0.80490416, 0.04017040, 0.68557152, 0.31432305, 1.30861263, -2.25230603),
    (5, 0.66106778, 0.33874485, 0.00018735, 0.26839249, 0.73160751, 1.58811814, -5.17117608),
    (10, 0.99549790, 0.00450210, 0.00000000, 0.07624837, 0.92375163, 2.03743941, -6.99417258),
]


def validation_case(name):
    path = VALIDATION / "validation.json"
    if not path.exists():
        pytest.skip(f"no validation data at {path}")
    return next(case for case in json.loads(path.read_text()) if case["id"] == name)


def behaviour(game, equilibrium):
    return {
        place.name: dict(zip(place.actions, row, strict=True))
        for place, row in zip(game.information_sets, equilibrium.profile, strict=True)
    }


def crisis():
    """Signorino (1999): threaten, resist, fight."""
    after = move("C", "c1", fight=(-0.5, -2), back_down=(-1, 0.5))
    return tree(("C", "T"), move("C", "c0", threat=move("T", "t0", concede=(1, -1), resist=after), none=(0, 0)))


def bimatrix(draw_seed, sizes=(3, 3)):
    generator = np.random.default_rng(draw_seed)
    return NormalFormGame.from_payoffs(generator.integers(-5, 6, (len(sizes), *sizes)).tolist())


@pytest.mark.parametrize("row", TABLE_OF_NOISE, ids=lambda row: f"precision {row[0]}")
def test_table_of_noise_in_the_pretext_game(row):
    precision, *expected = row
    game = pretext()
    solution = quantal_response.solve(game, precision=precision)
    (found,) = solution.equilibria
    chosen = behaviour(game, found)
    opening, reply = chosen["start"], chosen["reply to ULT"]
    got = [opening["ULT"], opening["MOD"], opening["SQ"], reply["negotiate"], reply["refuse"], *found.payoffs]
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-8)
    assert solution.complete
    assert found.regret <= 1e-14


def test_table_of_noise_with_all_digits():
    path = VALIDATION / "theory.json"
    if not path.exists():
        pytest.skip(f"no validation data at {path}")
    game = pretext()
    names = {"open": "start", "replyM": "reply to MOD", "replyX": "reply to ULT"}
    names |= {"afterM": "after MOD", "afterX": "after ULT", "afterQ": "after talks"}
    for precision, expected in json.loads(path.read_text())["m1"]["aqre"].items():
        (found,) = quantal_response.solve(game, precision=float(precision)).equilibria
        chosen = behaviour(game, found)
        for place, probabilities_there in expected["choice"].items():
            for action, probability in probabilities_there.items():
                assert chosen[names[place]][action] == pytest.approx(probability, abs=1e-12)
        assert found.payoffs == pytest.approx(expected["value"], abs=1e-11)


def test_crisis_game_of_the_validation_data():
    expected = validation_case("ef-crisis-aqre")["expected"]
    for precision, choice in expected["aqre"].items():
        game = crisis()
        (found,) = quantal_response.solve(game, precision=float(precision)).equilibria
        rows = {action: p for row in behaviour(game, found).values() for action, p in row.items()}
        assert {action: rows[action] for action in choice} == pytest.approx(choice, abs=2e-6)
    (limit,) = quantal_response.solve(crisis()).equilibria
    assert list(limit.path) == expected["spe_path"]
    assert list(limit.payoffs) == expected["spe_payoffs"]


def test_asymmetric_matching_pennies_of_the_validation_data():
    case = validation_case("qre-asymmetric-pennies")
    game = NormalFormGame.from_payoffs([case["game"]["parameters"]["A"], case["game"]["parameters"]["B"]])
    for precision, expected in case["expected"]["profiles"].items():
        solution = quantal_response.solve(game, precision=float(precision))
        (found,) = solution.equilibria
        assert [found.profile[0][0], found.profile[1][0]] == pytest.approx([expected["row_first"], expected["col_first"]], abs=1e-9)
        assert solution.complete
        assert found.certificate.condition == "quantal_response"


def test_asymmetric_matching_pennies_select_their_only_equilibrium():
    """Row mixes 1/2 whatever his own payoff of 9; column 1/10 (McKelvey and Palfrey 1995, the own-payoff effect vanishes in the limit)."""
    game = NormalFormGame.from_payoffs([[[9, 0], [0, 1]], [[0, 1], [1, 0]]])
    (found,) = quantal_response.solve(game).equilibria
    np.testing.assert_array_equal(np.array(found.profile, dtype=float), [[0.5, 0.5], [0.1, 0.9]])
    assert found.regret == 0


def test_stag_hunt_selects_the_risk_dominant_equilibrium_and_has_three_solutions_at_high_precision():
    """In symmetric 2x2 games the logit limit is risk dominant (McKelvey and Palfrey 1995, theorem 3 and its discussion)."""
    game = NormalFormGame.from_payoffs([[[4, 0], [3, 3]], [[4, 3], [0, 3]]], strategies=[("stag", "hare")] * 2)
    solution = quantal_response.solve(game)
    (found,) = solution.equilibria
    assert found.path == ("hare", "hare")
    assert found.regret == 0
    at_five = quantal_response.solve(game, precision=5.0)
    assert len(at_five.equilibria) == 3
    assert not at_five.complete
    assert all(float(item.regret) < 1e-10 for item in at_five.equilibria)
    others = [item for item in solution.findings if item.name != "principal branch"]
    assert others
    assert all(len(item.details["folds"]) == 1 for item in others)


def test_fold_of_a_symmetric_coordination_game_is_where_the_tangent_is_one():
    """On the diagonal p = 1 / (1 + exp(-L (7p - 3 - 1))) folds where L * 7 * p (1 - p) = 1; solved by bisection here."""
    game = NormalFormGame.from_payoffs([[[7, 0], [4, 4]], [[7, 4], [0, 4]]])
    fold_of_diagonal = []
    for low, high in ((0.5, 0.999), (0.001, 0.5)):
        # precision as a function of p along the diagonal: L(p) = log(p / (1 - p)) / (7 p - 4), stationary at a fold
        grid = np.linspace(low, high, 2_000_001)
        with np.errstate(divide="ignore", invalid="ignore"):
            precision = np.log(grid / (1 - grid)) / (7 * grid - 4)
        inner = np.flatnonzero((np.diff(precision)[:-1] < 0) & (np.diff(precision)[1:] > 0) & (precision[1:-1] > 0))
        fold_of_diagonal += [precision[step + 1] for step in inner]
    other = [item for item in quantal_response.branches(game) if item.folds]
    folds = [float(item.precision[step]) for item in other for step in item.folds]
    assert len(folds) == len(fold_of_diagonal) == 1
    assert folds[0] == pytest.approx(fold_of_diagonal[0], rel=2e-3)  # the branch is sampled at steps, the fold lies between two


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (3, 3), (2, 4), (2, 2, 2)]), st.floats(0, 20))
def test_each_solution_is_its_own_logit_response(seed, sizes, precision):
    solution = quantal_response.solve(bimatrix(seed, sizes), precision=precision)
    assert solution.equilibria
    assert all(float(item.regret) < 1e-9 for item in solution.equilibria)
    assert all(item.certificate.holds for item in solution.equilibria)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_the_limit_is_a_certified_equilibrium(seed):
    (found,) = quantal_response.solve(bimatrix(seed)).equilibria
    assert float(found.regret) <= 1e-6


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 30))
def test_curve_following_agrees_with_backward_induction(seed, precision):
    """A tree with perfect information, solved once by induction and once as if its information were not perfect."""
    payoffs = np.random.default_rng(seed).integers(-9, 10, (6, 2)).tolist()
    inner = move("A", "later", c=payoffs[0], d=payoffs[1])
    luck = chance(x=(0.3, move("B", "reply", l=payoffs[2], r=inner)), y=(0.7, payoffs[3]))
    game = tree(("A", "B"), move("A", "first", a=luck, b=payoffs[4], z=payoffs[5]))
    direct = quantal_response.solve(game, precision=precision).equilibria[0].profile
    followed = quantal_response._solve_at(game, precision, Budget()).equilibria
    assert len(followed) == 1
    np.testing.assert_allclose(np.concatenate(followed[0].profile), np.concatenate(direct), atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.1, 5))
def test_derivatives_of_the_equations_are_those_of_differences(seed, precision):
    form = logit_form(bimatrix(seed, (2, 3, 2)))
    x = np.random.default_rng(seed).normal(size=len(form.free))
    _, by_x, by_precision = equations(form, x, precision)
    step = 1e-6
    for column in range(len(x)):
        shift = step * np.eye(len(x))[column]
        numeric = (equations(form, x + shift, precision)[0] - equations(form, x - shift, precision)[0]) / (2 * step)
        np.testing.assert_allclose(by_x[:, column], numeric, atol=1e-7)
    numeric = (equations(form, x, precision + step)[0] - equations(form, x, precision - step)[0]) / (2 * step)
    np.testing.assert_allclose(by_precision, numeric, atol=1e-7)


def test_agent_form_of_a_simultaneous_move_is_the_strategic_form():
    game = NormalFormGame.from_payoffs([[[9, 0], [0, 1]], [[0, 1], [1, 0]]])
    second = {a: move("B", "s", l=(p, q), r=(u, v)) for a, (p, q, u, v) in {"t": (9, 0, 0, 1), "b": (0, 1, 1, 0)}.items()}
    as_tree = tree(("A", "B"), move("A", "s", **second))
    matrix, agents = (quantal_response.solve(item, precision=1.5).equilibria[0] for item in (game, as_tree))
    np.testing.assert_allclose(np.concatenate(agents.profile), np.concatenate(matrix.profile), atol=1e-10)
    assert agents.beliefs[1] == pytest.approx(agents.profile[0], abs=1e-12)
    assert float(agents.certificate.belief_error) < 1e-12


def test_beliefs_and_residual_survive_probabilities_that_underflow():
    """At precision 2000 both ways into B's information set have probability exp(-2000) and less."""
    game = tree(
        ("A", "B"),
        move("A", "start", out=(2, 0), left=move("B", "unsure", l=(1, 1), r=(0, 0)), right=move("B", "unsure", l=(0.5, 0), r=(0, 2))),
    )
    solution = quantal_response.solve(game, precision=2000.0)
    assert solution.equilibria[0].regret <= 1e-9
    assert solution.equilibria[0].beliefs[1] == pytest.approx((1.0, 0.0))
    assert solution.equilibria[0].profile[1] == pytest.approx((1.0, 0.0))


def test_a_wrong_profile_has_a_residual():
    game = crisis()
    rows = [list(row) for row in induced_response(game, 1.0)]
    assert behaviour_residual(game, rows, [(1,)] * 3, 1.0) < 1e-15
    rows[0] = [rows[0][0] + 0.01, rows[0][1] - 0.01]
    assert behaviour_residual(game, rows, [(1,)] * 3, 1.0) == pytest.approx(0.01)


def test_payoffs_scaled_by_a_billion_are_the_same_game_at_a_billionth_of_the_precision():
    game = bimatrix(5)
    large = replace(game, exact_payoffs=game.exact_payoffs * 10**9)
    small = [quantal_response.solve(game, precision=0.7), quantal_response.solve(large, precision=0.7e-9)]
    first, second = (np.concatenate(solution.equilibria[0].profile) for solution in small)
    np.testing.assert_allclose(first, second, atol=1e-9)


def test_branch_starts_in_the_middle_and_passes_solutions():
    game = bimatrix(11)
    found = quantal_response.branch(game, largest_precision=4.0)
    np.testing.assert_allclose(found.probabilities[0], 1 / 3)
    assert found.precision[0] == 0
    assert found.precision[-1] >= 4.0
    form = logit_form(game)
    for step in range(0, len(found.precision), 7):
        x = np.log(found.probabilities[step])
        odds = (x - x[form.first][form.row_of])[form.free]
        residual, _, _ = equations(form, odds, found.precision[step] * form.scale)
        assert np.abs(residual).max() < 1e-8
        np.testing.assert_allclose(probabilities(form, odds), found.probabilities[step], atol=1e-12)


def test_information_sets_that_chance_rules_out_are_uniform_and_said_so():
    hidden = {name: (p, move("B", "unsure", l=(1, 2), r=(0, 0))) for name, p in {"x": 0, "y": 0}.items()}
    game = tree(("A", "B"), chance(**hidden, z=(1, move("A", "on", a=(1, 0), b=(0, 0)))))
    solution = quantal_response.solve(game, precision=1.0)
    assert solution.equilibria[0].profile[0] == pytest.approx((0.5, 0.5))
    assert any("never lets anybody reach unsure" in note for note in solution.notes)
    assert solution.equilibria[0].regret < 1e-9
    assert [game.information_sets[place].name for place in solution.equilibria[0].free] == ["unsure"]


@pytest.mark.parametrize("precision", [-1.0, float("nan"), float("inf")])
def test_precision_must_be_finite_and_not_negative(precision):
    with pytest.raises(ParameterError, match="precision must be a finite number of at least 0, got"):
        quantal_response.solve(crisis(), precision=precision)


def test_time_limit_is_said():
    solution = quantal_response.solve(bimatrix(3), precision=0.001, budget=Budget(deadline=0.0))
    assert any("time limit" in note for note in solution.notes)


def test_a_tree_in_which_nobody_moves_has_its_chance_alone():
    game = tree(("A", "B"), chance(up=(0.25, (4, 0)), down=(0.75, (0, 4))))
    for options in ({}, {"precision": 2.0}):
        (found,) = quantal_response.solve(game, **options).equilibria
        assert [float(payoff) for payoff in found.payoffs] == [1, 3]
        assert found.profile == ()


def test_a_rational_precision_is_the_double_that_it_reads_as():
    exact, double = (quantal_response.solve(bimatrix(3), precision=precision).equilibria for precision in (Fraction(1, 4), 0.25))
    assert [found.profile for found in exact] == [found.profile for found in double]
