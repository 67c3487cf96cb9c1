"""Alternating offers: the closed forms, and two independent computations that have to agree."""

import json
import math
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.concepts import nash_bargaining, rubinstein
from negotiation.errors import NotApplicableError, ParameterError
from negotiation.exact.offers import Terms, finite_offers, offers_error, stationary_offers
from negotiation.games.normal_form import NormalFormGame

VALIDATION = Path(__file__).resolve().parents[2].parent / "shared" / "validation"
PIE = NormalFormGame.from_payoffs([[[1, 0], [0, 0]], [[0, 0], [0, 1]]], players=["A", "B"], strategies=[("A", "B"), ("a", "b")])
discounts = st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=40)


def validation_case(name):
    path = VALIDATION / "validation.json"
    if not path.exists():
        pytest.skip(f"no validation data at {path}")
    return next(case for case in json.loads(path.read_text()) if case["id"] == name)


def test_common_discount_of_the_validation_data():
    expected = validation_case("barg-rubinstein-symmetric")["expected"]
    assert rubinstein.infinite((0.9, 0.9))[0] == Fraction(expected["exact"])
    found = rubinstein.solve(PIE, discount=0.9, disagreement=(0, 0)).findings[0]
    assert float(found.payoffs[0]) == pytest.approx(expected["proposer_share"], abs=1e-9)
    assert found.details["round"] == expected["agreement_round"]
    assert found.error == 0


def test_frequent_offers_of_the_validation_data():
    case = validation_case("barg-rubinstein-patient-limit")
    r1, r2, dt = (case["game"]["parameters"][name] for name in ("r1", "r2", "dt"))
    share, _ = rubinstein.infinite((math.exp(-r1 * dt), math.exp(-r2 * dt)))
    assert float(share) == pytest.approx(case["expected"]["limit_share_1"], abs=1e-6)


def test_outside_option_of_the_validation_data():
    case = validation_case("barg-outside-option")
    delta = case["game"]["parameters"]["delta"]
    rows = zip(
        case["game"]["parameters"]["outside_values"], case["expected"]["proposer_share"], case["expected"]["responder_share"], strict=True
    )
    for option, proposer, responder in rows:
        shares = rubinstein.infinite((delta, delta), outside=(0, option))
        assert [float(share) for share in shares] == pytest.approx([proposer, responder], abs=1e-9)


def test_waiting_rounds_of_a_stahl_negotiation_by_hand():
    """One round: all to the proposer. Two: the responder gets his discount. Three: 1 - d2 (1 - d1)."""
    first, second = Fraction(1, 2), Fraction(3, 4)
    assert rubinstein.finite((first, second), 1) == (1, 0)
    assert rubinstein.finite((first, second), 2) == (Fraction(1, 4), Fraction(3, 4))
    assert rubinstein.finite((first, second), 3)[0] == 1 - second * (1 - first)


@settings(max_examples=300, deadline=None)
@given(discounts, discounts)
def test_general_solution_on_a_pie_is_the_closed_form(first, second):
    terms = Terms(((Fraction(0), Fraction(1)), (Fraction(1), Fraction(0))), (Fraction(0), Fraction(0)), (first, second))
    offers = stationary_offers(terms)
    assert offers.first == rubinstein.infinite((first, second))
    assert offers.second[1] == (1 - first) / (1 - first * second)
    assert offers_error(terms, offers, offers) == 0


@settings(max_examples=200, deadline=None)
@given(discounts, st.fractions(0, Fraction(49, 50), max_denominator=50))
def test_outside_option_principle(discount, option):
    """Binmore, Shaked and Sutton (1989): it matters only if it beats waiting."""
    responder = rubinstein.infinite((discount, discount), outside=(0, option))[1]
    assert responder == max(option, discount / (1 + discount))


@settings(max_examples=40, deadline=None)
@given(st.fractions(Fraction(1, 10), Fraction(4, 5), max_denominator=10), st.fractions(Fraction(1, 10), Fraction(4, 5), max_denominator=10))
def test_long_finite_negotiations_approach_the_infinite_one(first, second):
    share = rubinstein.finite((first, second), 81)[0]
    assert float(share) == pytest.approx(float(rubinstein.infinite((first, second))[0]), abs=2 * float(first * second) ** 40 + 1e-15)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), discounts, discounts)
def test_frontiers_of_random_games_agree_with_long_backward_induction_in_floats(seed, first, second):
    game = NormalFormGame.from_payoffs(np.random.default_rng(seed).integers(-6, 7, (2, 3, 3)).tolist())
    solution = rubinstein.solve(game, discount=(first, second))
    assert all(found.error == 0 for found in solution.findings)
    d = np.array([float(value) for value in solution.findings[0].details["disagreement"].values()])
    frontier = np.array(nash_bargaining.solve(game).findings[0].details["frontier"], dtype=float)
    x, y = frontier[:, 0], frontier[:, 1]
    a, b = x[-1], y[0]
    for _ in range(2000):
        needed = d[1] + float(second) * (b - d[1]), d[0] + float(first) * (a - d[0])
        a, b = np.interp(-needed[0], -y, x), np.interp(needed[1], x, y)
    assert float(solution.findings[0].payoffs[0]) == pytest.approx(a, abs=1e-7)
    assert float(solution.findings[1].payoffs[1]) == pytest.approx(b, abs=1e-7)


def test_patience_of_both_approaches_the_nash_solution():
    """Binmore, Rubinstein and Wolinsky (1986), on a lopsided frontier (0, 4), (2, 2), (3, 0)."""
    game = NormalFormGame.from_payoffs([[[0, 2, 3]], [[4, 2, 0]]])
    nash = nash_bargaining.solve(game, disagreement=(0, 0)).findings[0].payoffs
    for found in rubinstein.solve(game, discount="0.9999", disagreement=(0, 0)).findings:
        assert [float(value) for value in found.payoffs] == pytest.approx([float(value) for value in nash], abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), discounts, discounts, st.fractions(0, 1, max_denominator=10), st.fractions(0, 1, max_denominator=10))
def test_stationary_offers_with_two_outside_options_are_consistent(seed, first, second, one, other):
    top = np.random.default_rng(seed).integers(1, 9, 2)
    frontier = ((Fraction(0), Fraction(10)), (Fraction(int(top[0])), Fraction(9)), (Fraction(10), Fraction(0)))
    terms = Terms(frontier, (Fraction(0), Fraction(0)), (first, second), (4 * one, 4 * other))
    offers = stationary_offers(terms)
    assert offers_error(terms, offers, offers) == 0
    course = finite_offers(terms, 60)
    assert all(offers_error(terms, now, after) == 0 for now, after in pairwise(course))


def test_named_discounts_and_outside_options():
    solution = rubinstein.solve(PIE, discount={"B": 0.5, "A": 0.9}, outside={"A": 0, "B": 0.6}, rounds=3, disagreement=(0, 0))
    first, second = solution.findings
    assert first.name == "A proposes first"
    assert first.payoffs == (Fraction(2, 5), Fraction(3, 5))
    assert first.details["outside_binds"]
    assert second.details["discounts"] == {"A": Fraction(9, 10), "B": Fraction(1, 2)}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"discount": 1.5}, r"discount must lie in \[0, 1\], got 1.5"),
        ({"discount": (1, 1)}, "both discounts are 1, so any split is an equilibrium"),
        ({"discount": (0.9, 0.9, 0.9)}, "one number or one for each of two players, got 3"),
        ({"discount": {"A": 0.9, "C": 0.5}}, "discount must name A and B, got A, C"),
        ({"rounds": 0}, "rounds must be at least 1, got 0"),
        ({"outside": (0.7, 0.7)}, "outside options of 0.7 and 0.7 cannot both be met"),
    ],
)
def test_mistakes_are_named(options, message):
    with pytest.raises(ParameterError, match=message):
        rubinstein.solve(PIE, disagreement=(0, 0), **options)


def test_outside_options_larger_than_the_pie_are_refused():
    with pytest.raises(ParameterError, match=r"outside options worth 1\.4 together exceed the pie of 1"):
        rubinstein.infinite((0.9, 0.9), outside=(0.7, 0.7))


def test_three_players_are_refused():
    with pytest.raises(NotApplicableError, match="for two players"):
        rubinstein.solve(NormalFormGame.from_payoffs(np.zeros((3, 2, 2, 2), dtype=int).tolist()))
