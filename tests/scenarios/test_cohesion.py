"""Two documents: theory.md 5.3."""

from fractions import Fraction

import numpy as np
import pytest
from shipped import pure_equilibria, scenario, whole_numbers

from negotiation.concepts import nash

COHESION = scenario("cohesion")
ACCEPT, REFUSE = (1, 0), (0, 1)


def extreme(variant=None, /, **settings):
    solution = nash.solve(COHESION.game(variant, **settings))
    assert solution.complete
    return {equilibrium.profile for equilibrium in solution.equilibria}


@pytest.mark.parametrize(
    ("variant", "first", "second"),
    [
        ("cheap drafts", [["-6", "-6.5"], ["-9", "-7"]], [["-6", "-9"], ["-6.5", "-7"]]),
        ("coordination", [["-7.5", "-8"], ["-9", "-7"]], [["-7.5", "-9"], ["-8", "-7"]]),
        ("dear drafts", [["-10", "-10.5"], ["-9", "-7"]], [["-10", "-9"], ["-10.5", "-7"]]),
        ("unequal drafts", [["-5", "-5.5"], ["-9", "-7"]], [["-12", "-9"], ["-12.5", "-7"]]),
    ],
)
def test_the_matrices(variant, first, second):
    assert np.array_equal(COHESION.game(variant).exact_payoffs, np.vectorize(Fraction)([first, second]))


def test_printed_equilibria():
    """5.3, h = 7, j = 0.5, s = 2: A = 6 accept; A = 7.5 both, mix 0.4; A = 10 refuse; A = (5, 12) the wedge."""
    mix = (Fraction("0.4"), Fraction("0.6"))
    assert extreme("cheap drafts") == {(ACCEPT, ACCEPT)}
    assert extreme("coordination") == {(ACCEPT, ACCEPT), (REFUSE, REFUSE), (mix, mix)}
    assert extreme("dear drafts") == {(REFUSE, REFUSE)}
    assert extreme("unequal drafts") == {(ACCEPT, REFUSE)}
    (wedge,) = nash.solve(COHESION.game("unequal drafts")).equilibria
    assert wedge.reading == "wedge"


def test_closed_forms_at_random_parameters():
    """5.3: accept dominates if A < h - j, refuse if A > h + s, and between the mixed weight on accept is (A + j - h)/(j + s)."""
    number_in = whole_numbers(53)
    met = set()
    for _ in range(200):
        h, j, s = (Fraction(number_in(1, 997), 200) for _ in range(3))
        cost = h - j + (j + s) * Fraction(number_in(-400, 1400), 997)
        if cost < 0:
            continue
        found = extreme(A_1=cost, A_2=cost, h_1=h, h_2=h, j=j, s=s)
        weight = (cost + j - h) / (j + s)
        mix = (weight, 1 - weight)
        if cost < h - j:
            assert found == {(ACCEPT, ACCEPT)}
        elif cost > h + s:
            assert found == {(REFUSE, REFUSE)}
        else:
            assert found == {(ACCEPT, ACCEPT), (REFUSE, REFUSE), (mix, mix)}
        met.add((cost < h - j, cost > h + s))
    assert len(met) == 3


def test_the_wedge_needs_one_cheap_and_one_dear_draft():
    """The pure equilibrium in which only the first signs exists iff A_1 < h - j and A_2 > h + s (weakly)."""
    number_in = whole_numbers(54)
    for _ in range(200):
        p = {name: Fraction(number_in(0, 80), 4) for name in COHESION.parameters}
        wedge = p["A_1"] <= p["h_1"] - p["j"] and p["A_2"] >= p["h_2"] + p["s"]
        assert ((0, 1) in pure_equilibria(COHESION.game(**p))) == wedge
