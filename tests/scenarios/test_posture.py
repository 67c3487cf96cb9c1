"""The posture game after an ultimatum: theory.md 1.4."""

from fractions import Fraction

import numpy as np
import pytest
from shipped import scenario, whole_numbers

from negotiation.concepts import nash

POSTURE = scenario("posture")


def extreme(variant=None, /, **settings):
    """The extreme equilibria as (probabilities of the challenger's rows, of the target's columns)."""
    solution = nash.solve(POSTURE.game(variant, **settings))
    assert solution.complete
    return {equilibrium.profile for equilibrium in solution.equilibria}


def values(variant=None, /, **settings):
    chosen = POSTURE.values(variant, **settings)
    return chosen | POSTURE.definitions_at(chosen)


def threshold(p):
    """The least probability of acting at which the target accepts: t = (A_X + f_X) / (h + f_X)."""
    return (p["A_X"] + p["f_X"]) / (p["h"] + p["f_X"])


@pytest.mark.parametrize(
    ("variant", "challenger", "target"),
    [
        ("rigid target", [["6", "2.2"], ["6", "-4"]], [["-11", "-7"], ["-11", "0.5"]]),
        ("yielding target", [["6", "2.2"], ["6", "-4"]], [["-6", "-7"], ["-6", "0.5"]]),
        ("empty threat", [["6", "-2"], ["6", "-1"]], [["-11", "-7"], ["-11", "0.5"]]),
        ("empty threat to a yielding target", [["6", "-2"], ["6", "-1"]], [["-6", "-7"], ["-6", "0.5"]]),
    ],
)
def test_the_matrices(variant, challenger, target):
    """1.4: rows act, stand down; columns accept, refuse."""
    assert np.array_equal(POSTURE.game(variant).exact_payoffs, np.vectorize(Fraction)([challenger, target]))


ACT, STAND, ACCEPT, REFUSE = (1, 0), (0, 1), (1, 0), (0, 1)


def test_base_the_only_equilibrium_is_to_act_and_to_refuse():
    """1.4: t = 23/15 > 1."""
    assert threshold(values()) == Fraction(23, 15)
    assert extreme() == {(ACT, REFUSE)}


def test_a_target_that_would_fold_accepts_on_a_segment():
    """1.4, k_X = 1: t = 13/15 = 0.866667, extreme equilibria p = 1 and p = 13/15."""
    t = threshold(values("yielding target"))
    assert t == Fraction(13, 15)
    assert round(float(t), 6) == 0.866667
    assert extreme("yielding target") == {(ACT, ACCEPT), ((t, 1 - t), ACCEPT)}
    (component,) = nash.solve(POSTURE.game("yielding target")).components
    assert component.intervals == {(0, 0): (t, 1), (0, 1): (0, 1 - t)}


def test_an_empty_threat_is_refused_or_rests_on_the_segment():
    """1.4, lower row of the table."""
    t = Fraction(13, 15)
    assert extreme("empty threat") == {(STAND, REFUSE)}
    assert extreme("empty threat to a yielding target") == {(STAND, REFUSE), (ACT, ACCEPT), ((t, 1 - t), ACCEPT)}


def test_the_table_of_the_four_cases_at_random_parameters():
    """1.4, the whole table: A_X against h, R_X against -c_X."""
    number_in = whole_numbers(14)
    met = set()
    for _ in range(150):
        draw = {
            name: Fraction(number_in(1, 997), 997) * parameter.range[1] / (1 if name == "pi_X" else 2)
            for name, parameter in POSTURE.parameters.items()
        }
        p = values(**draw)
        credible, folds = p["R_X"] > -p["c_X"], p["A_X"] < p["h"]
        t = threshold(p)
        segment = {(ACT, ACCEPT), ((t, 1 - t), ACCEPT)} if folds else set()
        refused = set() if credible and folds else {(ACT, REFUSE) if credible else (STAND, REFUSE)}
        assert extreme(**draw) == segment | refused
        met.add((credible, folds))
    assert len(met) == 4
