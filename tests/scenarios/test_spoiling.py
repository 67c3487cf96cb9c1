"""Spoiling the pretext, a completely mixed game: theory.md 1.5 and section 7."""

from fractions import Fraction

import pytest
from shipped import scenario, whole_numbers

from negotiation.concepts import nash

SPOILING = scenario("spoiling")


def mixture(variant=None, /, **settings):
    """Pr(X), Pr(E) and payoffs of the only equilibrium."""
    solution = nash.solve(SPOILING.game(variant, **settings))
    assert solution.complete
    (equilibrium,) = solution.equilibria
    (_, ultimatum), (engage, _) = equilibrium.profile
    return ultimatum, engage, equilibrium


def test_benchmark():
    """1.5: Pr(X) = 9/16, Pr(E) = 17/24, payoffs 0.7125 and -3.71875, pretext obtained with probability 0.1640625."""
    ultimatum, engage, equilibrium = mixture("benchmark")
    assert (ultimatum, engage) == (Fraction(9, 16), Fraction(17, 24))
    assert float(ultimatum) == pytest.approx(0.5625, abs=1e-9)
    assert round(float(engage), 6) == 0.708333
    assert equilibrium.payoffs == (Fraction("0.7125"), Fraction("-3.71875"))
    assert equilibrium.readings["pretext"] == Fraction("0.1640625")


def test_closed_forms_at_random_parameters():
    """1.5, wherever v_m > r_q, r_X > -c_m, s > n and f > -w_m - n: best replies cycle and the equilibrium is unique."""
    number_in = whole_numbers(15)
    for _ in range(150):
        p = {name: Fraction(number_in(1, 997), 100) for name in SPOILING.parameters}
        p["r_q"] = p["v_m"] - Fraction(number_in(1, 500), 100)
        p["r_X"] = -p["c_m"] + Fraction(number_in(1, 500), 100)
        p["s"] = p["n"] + Fraction(number_in(1, 500), 100)
        ultimatum, engage, _ = mixture(**p)
        assert ultimatum == (p["f"] + p["w_m"] + p["n"]) / (p["f"] + p["w_m"] + p["s"])
        assert engage == (p["r_X"] + p["c_m"]) / (p["r_X"] + p["c_m"] + p["v_m"] - p["r_q"])


def test_support_for_engaged_targets_makes_ultimatums_rarer_and_leaves_engagement_alone():
    """1.5 and section 7: Pr(E) does not move with s."""
    ultimatum, engage, _ = mixture("benchmark")
    rarer, same, _ = mixture("more support")
    assert rarer < ultimatum
    assert same == engage


def test_a_better_pretext_makes_the_target_engage_more_and_leaves_ultimatums_alone():
    """1.5 and section 7: Pr(X) does not move with r_X."""
    ultimatum, engage, _ = mixture("benchmark")
    same, more, _ = mixture("better pretext")
    assert same == ultimatum
    assert more > engage
