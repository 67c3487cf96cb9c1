"""Two types on each side: theory.md 4.4."""

from fractions import Fraction

import pytest
from shipped import assess, behaviour, is_sequential, scenario, whole_numbers

from negotiation.concepts import nash, sequential

TWO_SIDED = scenario("two_sided")

#: 4.4: variant, probability that the weak challenger bluffs, that doves accept, payoffs.
TABLE = [
    ("mixed bluff", "1/2", "2/3", ("1.2", "-2.25")),
    ("pooling bluff", "1", "1", ("2.28", "-3.32")),
    ("no bluff", "0", "1", ("1.15", "-2.2")),
]


def profile(game, bluff, accept):
    """Who acts and stands down as his type would, and hawks who refuse."""
    return behaviour(
        game,
        tough_start="ultimatum",
        weak_start={"ultimatum": bluff, "stay out": 1 - bluff},
        dove_ultimatum={"accept": accept, "refuse": 1 - accept},
        hawk_ultimatum="refuse",
        tough_ultimatum_refuse="act",
        weak_ultimatum_refuse="stand down",
    )


def closed_form(p):
    """The table of 4.4: how often the weak challenger bluffs and the dove accepts."""
    needed = (p["w"] + p["k_D"] + p["f"]) / (p["h"] + p["f"])
    if p["phi"] * p["V"] < (1 - p["phi"]) * p["c"]:
        return Fraction(0), Fraction(1)
    if p["tau"] >= needed:
        return Fraction(1), Fraction(1)
    return p["tau"] / (1 - p["tau"]) * (1 - needed) / needed, p["c"] / (p["phi"] * (p["V"] + p["c"]))


def draws(count):
    """Parameters at random in the setting of 4.4: R_L > 0, R_H < -c, p_hat < 1, hawks who never accept."""
    number_in = whole_numbers(44)
    for _ in range(count):
        p = {name: Fraction(number_in(1, 997), 200) for name in TWO_SIDED.parameters}
        p |= {name: Fraction(number_in(1, 997), 997) for name in ("tau", "phi")}
        p["R_H"] = -p["c"] - p["R_H"]
        p["h"] = p["w"] + p["k_D"] + p["h"]
        p["k_K"] = p["h"] - p["w"] + p["k_K"]
        yield p


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_printed_equilibria(row):
    variant, bluff, accept, payoffs = row
    game = TWO_SIDED.game(variant)
    assert closed_form(TWO_SIDED.values(variant)) == (Fraction(bluff), Fraction(accept))
    rows = profile(game, Fraction(bluff), Fraction(accept))
    assert is_sequential(game, rows)
    assert assess(game, rows).payoffs == tuple(map(Fraction, payoffs))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_the_solver_finds_this_equilibrium_and_no_other(row):
    variant, bluff, accept, payoffs = row
    game = TWO_SIDED.game(variant)
    solution = sequential.solve(game)
    assert solution.complete
    (equilibrium,) = solution.equilibria
    assert equilibrium.profile == profile(game, Fraction(bluff), Fraction(accept))
    assert equilibrium.payoffs == tuple(map(Fraction, payoffs))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_exact_enumeration_of_nash_equilibria_finds_no_other(row):
    variant, *_, payoffs = row
    solution = nash.solve(TWO_SIDED.game(variant))
    assert solution.complete
    (equilibrium,) = solution.equilibria
    assert equilibrium.payoffs == tuple(map(Fraction, payoffs))


def test_closed_forms_are_sequential_equilibria_at_random_parameters():
    met = set()
    for p in draws(300):
        bluff, accept = closed_form(p)
        game = TWO_SIDED.game(**p)
        assert is_sequential(game, profile(game, bluff, accept))
        met.add((0 < bluff < 1, bluff == 1))
    assert len(met) == 3


def test_closed_forms_are_the_only_sequential_equilibria_at_random_parameters():
    for p in draws(40):
        game = TWO_SIDED.game(**p)
        solution = sequential.solve(game)
        assert solution.complete
        assert [equilibrium.profile for equilibrium in solution.equilibria] == [profile(game, *closed_form(p))]


def test_a_bluff_is_called_now_and_then():
    """The base: ultimatums come with probability 3/4; of these 2/5 end in action and 1/5 in a climbdown."""
    game = TWO_SIDED.game()
    readings = assess(game, profile(game, Fraction(1, 2), Fraction(2, 3))).readings
    assert readings["peace"] == Fraction(1, 4)
    assert readings["revision"] == Fraction(3, 4) * Fraction(2, 5)
    assert readings["called bluff"] == Fraction(3, 4) * Fraction(1, 5)
