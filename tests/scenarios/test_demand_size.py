"""How large a demand? theory.md 2.1 and section 7, on the scenario's grid of demands."""

from fractions import Fraction

import pytest
from shipped import scenario, whole_numbers

from negotiation.concepts import subgame_perfect

DEMAND = scenario("demand_size")

#: The step between neighbouring demands of the grid (1/6 stands between two of them).
STEP = Fraction(1, 20)

#: 2.1: variant, R, R_0, largest acceptable demand, smallest credible demand, kappa*, outcome, value.
TABLE = [
    ("2a-I", "-0.15", "-0.4", 0.4, 0.3, None, "hand-tied bargain", "0.4"),
    ("2a-II", "-0.15", "-0.4", 0.166667, 0.3, None, "status quo", "0"),
    ("2a-III", "0.32", "-0.1", 0.5, 0, 1.343750, "bargain", "0.5"),
    ("2a-IV", "0.32", "-0.1", 0.3, 0, 1.343750, "causal pretext", "0.32"),
    ("2a-V", "0.41", "0.2", 0.3, 0, 0.829268, "cosmetic pretext", "0.41"),
]

#: 2.1, threshold version at the values of 2a-III: variant, (K, d0), largest acceptable demand, outcome.
THRESHOLDS = [
    ("dear threshold", (0.5, 0.2), 0.25, "causal pretext"),
    ("cheap threshold", (0.1, 0.2), 0.65, "bargain"),
    ("high dear threshold", (0.5, 0.4), 0.4, "bargain"),
]


def values(variant=None, /, **settings):
    chosen = DEMAND.values(variant, **settings)
    return chosen | DEMAND.definitions_at(chosen)


def largest_acceptable(p):
    """The largest demand that the target prefers to being acted against, from the two cost functions of 2.1."""
    above = (p["h"] - p["K"]) / (1 + p["kappa"])
    return min(Fraction(1), above if above > p["d_0"] else min(p["d_0"], p["h"] / (1 + p["kappa"])))


def smallest_credible(p):
    return max(Fraction(0), -p["R"] / p["c_1"])


def equilibria(variant=None, /, **settings):
    solution = subgame_perfect.solve(DEMAND.game(variant, **settings))
    assert solution.complete
    return solution.equilibria


def demand_of(equilibrium):
    """The demand that is made, or None."""
    text = equilibrium.path[0].partition("=")[2]
    return Fraction(text.removesuffix("]")) if text else None


def best(variant):
    """The equilibria that are best for the challenger: with indifferent targets that accept, as in the limit of fine grids."""
    found = equilibria(variant)
    most = max(equilibrium.payoffs[0] for equilibrium in found)
    return [equilibrium for equilibrium in found if equilibrium.payoffs[0] == most]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_benchmarks(row):
    variant, covered, bare, acceptable, credible, wedge, outcome, value = row
    p = values(variant)
    assert (p["R"], p["R_0"]) == (Fraction(covered), Fraction(bare))
    assert float(largest_acceptable(p)) == pytest.approx(acceptable, abs=5e-7)
    assert float(smallest_credible(p)) == pytest.approx(credible, abs=5e-7)
    if wedge is not None:
        assert float(p["h"] / p["R"] - 1) == pytest.approx(wedge, abs=5e-7)
    assert {equilibrium.reading for equilibrium in best(variant)} == {outcome}
    assert {equilibrium.payoffs[0] for equilibrium in best(variant)} == {Fraction(value)}


@pytest.mark.parametrize("row", THRESHOLDS, ids=lambda row: row[0])
def test_threshold_capitulation_cost(row):
    variant, (fixed, from_size), acceptable, outcome = row
    p = values(variant)
    assert (float(p["K"]), float(p["d_0"])) == (fixed, from_size)
    assert (p["R"], p["R_0"]) == (Fraction("0.32"), Fraction("-0.1"))
    assert largest_acceptable(p) == Fraction(str(acceptable))
    assert {equilibrium.reading for equilibrium in best(variant)} == {outcome}
    value = p["R"] if "pretext" in outcome else largest_acceptable(p)
    assert {equilibrium.payoffs[0] for equilibrium in best(variant)} == {value}


@pytest.mark.parametrize("variant", ["2a-I", "2a-III", "cheap threshold", "high dear threshold"])
def test_bargains_demand_the_largest_acceptable_or_one_step_less(variant):
    """At the largest acceptable demand the target is indifferent (or, at d_0, a larger one costs too much)."""
    acceptable = largest_acceptable(values(variant))
    found = {demand_of(equilibrium) for equilibrium in equilibria(variant)}
    assert acceptable in found
    assert found <= {acceptable, acceptable - STEP}


@pytest.mark.parametrize("variant", ["2a-IV", "2a-V", "dear threshold"])
def test_every_demand_above_the_largest_acceptable_is_optimal_for_a_seeker_of_refusals(variant):
    """2.1, which refused demand? A continuum; at the largest acceptable one the indifferent target may refuse too."""
    acceptable = largest_acceptable(values(variant))
    found = {demand_of(equilibrium) for equilibrium in equilibria(variant)}
    assert found == {acceptable + STEP * number for number in range(int((1 - acceptable) / STEP) + 1)}


def test_demands_below_the_smallest_credible_one_are_refused_and_dropped():
    """2a-I: acting is worse than standing down after the refusal of a demand below 0.3, so it would be refused."""
    game = DEMAND.game("2a-I")
    for equilibrium in equilibria("2a-I"):
        play = {place.name: place.actions[row.index(1)] for place, row in zip(game.information_sets, equilibrium.profile, strict=True)}
        for demand in ("0.05", "1/6", "0.25"):
            assert play[f"demand[d={demand}] > refuse"] == "stand down"
            assert play[f"demand[d={demand}]"] == "refuse"
        assert play["demand[d=0.35] > refuse"] == "act"


def outcome_of(p):
    """The regime of the continuous problem and its value (2.1), or None within a step of a boundary, where the grid may differ."""
    acceptable, credible = largest_acceptable(p), smallest_credible(p)
    options = {"status quo": Fraction(0), "bare revision": p["R_0"]}
    if acceptable > credible:
        options["hand-tied bargain" if p["R"] < 0 else "bargain"] = acceptable
    if acceptable < 1:
        options["causal pretext" if p["R_0"] < 0 else "cosmetic pretext"] = p["R"]
    (first, worth), (_, next_best) = sorted(options.items(), key=lambda option: option[1], reverse=True)[:2]
    is_clear = worth - next_best > STEP and abs(acceptable - credible) > STEP and abs(acceptable - 1) > STEP
    return (first, worth) if is_clear else None


def draw(number_in, **fixed):
    p = {name: Fraction(number_in(0, 998), 997) * parameter.range[1] for name, parameter in DEMAND.parameters.items()}
    return p | {"b": p["b"] / 2, "K": Fraction(0), "d_0": Fraction(1), "c_1": Fraction(number_in(1, 200), 100)} | fixed


def test_regimes_and_values_at_random_parameters():
    """2.1: the largest of 0, R_0, dbar (if dbar > d_c) and R (if dbar < 1), to within a step of the grid."""
    number_in = whole_numbers(21)
    met = {}
    for _ in range(400):
        p = values(**draw(number_in))
        expected = outcome_of(p)
        if expected is None:
            continue
        regime, worth = expected
        met[regime] = met.get(regime, 0) + 1
        found = equilibria(**{name: p[name] for name in DEMAND.parameters})
        assert {equilibrium.reading for equilibrium in found} == {regime}
        for equilibrium in found:
            assert abs(equilibrium.payoffs[0] - worth) <= (STEP if "bargain" in regime else 0)
    assert {"status quo", "hand-tied bargain", "bargain", "causal pretext", "cosmetic pretext"} <= set(met)


def test_proposition_1_a_wedge_is_necessary():
    """2.1: with R > 0, pi b > 0 and dbar < 1 a refusal is sought iff kappa > kappa* = h/R - 1."""
    number_in = whole_numbers(1)
    met = {True: 0, False: 0}
    for _ in range(500):
        p = values(**draw(number_in))
        if p["R"] <= 0 or p["pi"] * p["b"] == 0 or largest_acceptable(p) >= 1 or abs(p["R"] - largest_acceptable(p)) < STEP:
            continue
        wedge = p["h"] / p["R"] - 1
        assert wedge == (p["c_C"] + p["c_T"] + (1 - p["pi"]) * p["b"]) / (p["p"] - p["c_C"] - (1 - p["pi"]) * p["b"])
        met[p["kappa"] > wedge] += 1
        (sought,) = {"pretext" in equilibrium.reading for equilibrium in equilibria(**{name: p[name] for name in DEMAND.parameters})}
        assert sought == (p["kappa"] > wedge)
    assert min(met.values()) > 5


def test_without_a_capitulation_cost_nobody_seeks_a_refusal():
    """2.1 and section 7: kappa = 0 never yields the pretext regime, since Fearon's range is not empty."""
    number_in = whole_numbers(7)
    for _ in range(100):
        p = draw(number_in, kappa=Fraction(0))
        # A continuum of demands has one that is accepted; on a grid the costs of acting must not be smaller than a step.
        p["c_C"] = max(p["c_C"], STEP)
        assert not any("pretext" in equilibrium.reading for equilibrium in equilibria(**p))


def test_nobody_stands_down_and_a_refusal_is_worth_its_share_of_the_blame():
    """Section 7: R - R_0 = pi b, and no scenario with complete information has 'stand down' on its path."""
    number_in = whole_numbers(70)
    for _ in range(100):
        p = values(**draw(number_in))
        assert p["R"] - p["R_0"] == p["pi"] * p["b"]
        for equilibrium in equilibria(**{name: p[name] for name in DEMAND.parameters}):
            assert "stand down" not in equilibrium.path
