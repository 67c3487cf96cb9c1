"""Unknown resolve and unknown cost of giving in: theory.md 4.1 and 4.3, on the scenario's types and on finer ones."""

from dataclasses import dataclass
from fractions import Fraction

import pytest
import yaml
from shipped import assess, behaviour, is_sequential, scenario

from negotiation.concepts import sequential
from negotiation.scenario.scenario import loads

RESOLVE = scenario("resolve")

#: 4.1, all with R_X = 2.2: variant, (V, R_0), the largest fold probability at which the ultimatum is issued.
ACCIDENTS = [
    ("4a-I", ("-1", "-2"), "11/16"),
    ("4a-II", ("0.5", "1"), "12/17"),
    ("4a-III", ("-1", "1"), "3/8"),
    ("4a-IV", ("0.5", "-2"), "22/17"),
]

#: 4.3: variant, regime, alpha, phi, issuing types, bluffing share of weak types.
TABLE = [
    ("4c-I", "no bluff", 0.666667, 1, (0, 10), 0),
    ("4c-II", "semi-bluff", 0.4, 0.733333, (0, 12), 0.363636),
    ("4c-III", "all bluff", 0.523810, 0.857143, (0, 7), 1),
    ("4c-IV", "no bluff", 0.8, 1, (3.3, 6.8), 0),
]

#: Types on each side of the finer division, which must come to within a few types of the formulas.
FINE = 24


# ---- 4.3 for the whole range of types, in closed form ---------------------------------------------------------------


def accepting_share(p, phi):
    """F(phi h - (1 - phi) f - w): the share of targets that give in if the issuer acts with probability phi."""
    return min(1, max(0, (phi * p["h"] - (1 - phi) * p["f"] - p["w"]) / p["K"]))


def resolved(p):
    """Regime, alpha, phi, issuing interval and bluffing share of 4.3."""
    gain, always_acts = p["g"] - (1 - p["pi"]) * p["b"], p["c"] / (p["V"] + p["c"])
    a_hat, alpha = gain + p["c"], accepting_share(p, 1)

    def lowest(alpha):
        return max(0, p["g"] - p["b"] - p["V"] - (1 - alpha) * p["pi"] * p["b"] / alpha)

    if alpha <= always_acts:
        return "no bluff", alpha, 1, (lowest(alpha), min(p["A"], gain + alpha * p["V"] / (1 - alpha))), 0
    phi = (p["K"] * always_acts + p["w"] + p["f"]) / (p["h"] + p["f"])
    acting, weak = min(a_hat, p["A"]) - lowest(always_acts), p["A"] - a_hat
    if acting * (1 - phi) / phi <= weak:
        return "semi-bluff", always_acts, phi, (lowest(always_acts), p["A"]), acting * (1 - phi) / phi / weak
    for _ in range(200):
        phi = (a_hat - lowest(alpha)) / (p["A"] - lowest(alpha))
        alpha = accepting_share(p, phi)
    return "all bluff", alpha, phi, (lowest(alpha), p["A"]), 1


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_printed_numbers_are_those_of_the_closed_forms(row):
    variant, *printed = row
    regime, alpha, phi, interval, share = resolved(RESOLVE.values(variant))
    assert regime == printed[0]
    assert [float(number) for number in (alpha, phi, *interval, share)] == pytest.approx(
        [printed[1], printed[2], *printed[3], printed[4]], abs=5e-7
    )


# ---- 4.3 for a division into types ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Crisis:
    """An equilibrium among types: who issues (by cost), how likely each weak type bluffs, which targets give in."""

    alpha: Fraction
    phi: Fraction
    acting: tuple[Fraction, ...]
    bluff: Fraction
    accept: tuple[Fraction, ...]


def costs(low, high, count):
    """The middles of equal parts of a range."""
    return tuple(low + (high - low) * Fraction(2 * number + 1, 2 * count) for number in range(count))


def crises(p, count):
    """All equilibria among ``count`` types on each side in which the ultimatum is issued and all weak types bluff alike."""
    acting_costs, home_costs = costs(p["A_0"], p["A"], count), costs(Fraction(0), p["K"], count)
    gain = p["g"] - (1 - p["pi"]) * p["b"]
    weak = [cost for cost in acting_costs if gain - cost < -p["c"]]

    def issuers(alpha):
        return tuple(
            cost
            for cost in acting_costs
            if cost not in weak and alpha * p["V"] + (1 - alpha) * (gain - cost) > max(0, p["g"] - p["b"] - cost)
        )

    def limit(phi):
        return phi * p["h"] - (1 - phi) * p["f"] - p["w"]

    found = []
    for number in range(count + 1):
        alpha = Fraction(number, count)
        acting, bluff = issuers(alpha), Fraction(alpha * p["V"] > (1 - alpha) * p["c"])
        if acting:
            phi = len(acting) / (len(acting) + bluff * len(weak))
            if sum(cost < limit(phi) for cost in home_costs) == number:
                found.append(Crisis(alpha, phi, acting, bluff, tuple(Fraction(cost < limit(phi)) for cost in home_costs)))
    alpha = p["c"] / (p["V"] + p["c"])
    below, part = divmod(alpha * count, 1)
    phi = (home_costs[below] + p["w"] + p["f"]) / (p["h"] + p["f"])
    if weak and part and issuers(alpha) and (bluff := len(issuers(alpha)) * (1 - phi) / phi / len(weak)) <= 1 and 0 < phi < 1:
        accept = (Fraction(1),) * below + (part,) + (Fraction(0),) * (count - below - 1)
        found.append(Crisis(alpha, phi, issuers(alpha), bluff, accept))
    return found


def kinds(game):
    """The types of the challenger and of the target, by rising cost."""
    draw = game.nodes[0]
    return draw.actions, game.nodes[draw.children[0]].actions


def profile(game, p, crisis):
    """The behaviour of all types in a crisis equilibrium."""
    gain, rows = p["g"] - (1 - p["pi"]) * p["b"], {}
    challengers, targets = kinds(game)
    for kind, cost in zip(challengers, costs(p["A_0"], p["A"], len(challengers)), strict=True):
        aside = "revise" if p["g"] - p["b"] - cost > 0 else "status quo"
        acts = gain - cost > -p["c"]
        issues = Fraction(cost in crisis.acting) if acts else crisis.bluff
        rows[f"{kind}_start"] = {"ultimatum": issues, aside: 1 - issues}
        rows[f"{kind}_ultimatum_refuse"] = "act" if acts else "stand down"
    for kind, accept in zip(targets, crisis.accept, strict=True):
        rows[f"{kind}_ultimatum"] = {"accept": accept, "refuse": 1 - accept}
    return behaviour(game, **rows)


def divided(count):
    """The shipped scenario with more types on each side."""
    document = yaml.safe_load(RESOLVE.text)
    sides = {"challenger": "a", "target": "k"}
    for player, letter in sides.items():
        document["players"][player]["types"] = {f"{letter}_{number}": f"1/{count}" for number in range(1, count + 1)}
    low_to_high = {"a": "A_0 + (A - A_0) * {}/{}", "k": "K * {}/{}"}
    document["definitions"] = {
        f"{letter}_{number}": low_to_high[letter].format(2 * number - 1, 2 * count) for letter in "ak" for number in range(1, count + 1)
    }
    for payoffs in document["outcomes"].values():
        for player, payoff in payoffs.items():
            if isinstance(payoff, dict):
                pattern, letter = next(iter(payoff.values())), sides[player]
                payoffs[player] = {f"{letter}_{n}": pattern.replace(f"{letter}_1", f"{letter}_{n}") for n in range(1, count + 1)}
    return loads(yaml.safe_dump(document, sort_keys=False))


def regime_of(p, crisis):
    weak = any(p["g"] - (1 - p["pi"]) * p["b"] - cost < -p["c"] for cost in costs(p["A_0"], p["A"], len(crisis.accept)))
    return "no bluff" if not weak or crisis.bluff == 0 else "all bluff" if crisis.bluff == 1 else "semi-bluff"


def test_dividing_into_four_types_gives_the_shipped_game():
    for variant in RESOLVE.variants:
        again, shipped = divided(4).game(variant), RESOLVE.game(variant)
        assert [again.nodes[end] for end in again.ends] == [shipped.nodes[end] for end in shipped.ends]
        assert [place.actions for place in again.information_sets] == [place.actions for place in shipped.information_sets]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_the_four_types_are_in_the_printed_regime(row):
    """4.3: given that the ultimatum is used, the equilibrium is unique up to which indifferent types bluff."""
    variant, regime, *_ = row
    p, game = RESOLVE.values(variant), RESOLVE.game(variant)
    (crisis,) = crises(p, 4)
    assert regime_of(p, crisis) == regime
    assert is_sequential(game, profile(game, p, crisis))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_the_solver_finds_no_other_equilibrium_than_these(row):
    """4.3: unique up to which indifferent types bluff, which changes nothing of what can be seen."""
    variant, *_ = row
    game = RESOLVE.game(variant)
    (crisis,) = crises(RESOLVE.values(variant), 4)
    expected = assess(game, profile(game, RESOLVE.values(variant), crisis))
    solution = sequential.solve(game)
    assert solution.complete
    assert {tuple(sorted(equilibrium.readings.items())) for equilibrium in solution.equilibria} == {
        tuple(sorted(expected.readings.items()))
    }
    assert {equilibrium.payoffs for equilibrium in solution.equilibria} == {expected.payoffs}
    # Among four types two are weak: either alone, or any mixture of the two, can do the bluffing.
    assert len(solution.equilibria) == (2 if 0 < crisis.bluff < 1 else 1)
    assert len(solution.components) == (1 if 0 < crisis.bluff < 1 else 0)


@pytest.mark.parametrize("row", ACCIDENTS, ids=lambda row: row[0])
def test_the_solver_issues_the_ultimatum_where_the_fold_probability_of_one_half_is_small_enough(row):
    """4.1 as shipped: two of the four targets fold."""
    variant, (_, bare), threshold = row
    (equilibrium,) = sequential.solve(RESOLVE.game(variant)).equilibria
    half = {"compellence": Fraction(1, 2), "pretext": Fraction(1, 2)}
    aside = {"bare revision" if Fraction(bare) > 0 else "status quo": Fraction(1)}
    assert equilibrium.readings == (half if Fraction(threshold) > Fraction(1, 2) else aside)


def test_cheap_types_skip_the_ultimatum_where_acceptance_would_tie_them():
    """4c-IV: of four types the cheapest acts at once, the next issues, the others leave things as they are."""
    p, game = RESOLVE.values("4c-IV"), RESOLVE.game("4c-IV")
    (crisis,) = crises(p, 4)
    readings = assess(game, profile(game, p, crisis)).readings
    assert readings["bare revision"] == Fraction(1, 4)
    assert readings["compellence"] + readings["pretext"] == Fraction(1, 4)
    assert readings["status quo"] == Fraction(1, 2)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_finer_types_come_near_the_printed_numbers(row):
    variant, regime, alpha, phi, (low, high), share = row
    scenario = divided(FINE)
    p, game = scenario.values(variant), scenario.game(variant)
    (crisis,) = crises(p, FINE)
    assert regime_of(p, crisis) == regime
    assert is_sequential(game, profile(game, p, crisis))
    near = 1.5 / FINE
    assert [float(crisis.alpha), float(crisis.phi)] == pytest.approx([alpha, phi], abs=near)
    if share:
        assert float(crisis.bluff) == pytest.approx(share, abs=2 * near)
    else:
        assert [float(crisis.acting[0]), float(crisis.acting[-1])] == pytest.approx([low, high], abs=near * float(p["A"]))


# ---- 4.1: accidental acceptance -------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ACCIDENTS, ids=lambda row: row[0])
def test_the_ultimatum_is_issued_up_to_the_printed_fold_probability(row):
    """4.1: phi <= phi_hat = (R_X - max(0, R_0)) / (R_X - V); with four types of target phi is a number of quarters."""
    variant, (accepted, bare), threshold = row
    p = RESOLVE.values(variant)
    covered = p["g"] - p["A"] - (1 - p["pi"]) * p["b"]
    assert covered == Fraction("2.2")
    assert (p["V"], p["g"] - p["A"] - p["b"]) == (Fraction(accepted), Fraction(bare))
    limit = (covered - max(0, Fraction(bare))) / (covered - p["V"])
    assert limit == Fraction(threshold)
    if p["g"] - p["A"] - p["b"] >= 0:
        assert covered - (p["g"] - p["A"] - p["b"]) == p["pi"] * p["b"]
    # Targets with k <= h - w fold: none, one, two, three or all of the four, from these largest costs of capitulating.
    for folding, largest in enumerate(("40", "14", "9", "6", "4")):
        setting = {"K": Fraction(largest)}
        game, fold = RESOLVE.game(variant, **setting), Fraction(folding, 4)
        issued = accident(game, RESOLVE.values(variant, **setting), issued=True)
        aside = accident(game, RESOLVE.values(variant, **setting), issued=False)
        assert is_sequential(game, issued) == (fold <= limit)
        assert is_sequential(game, aside) == (fold >= limit)
        assert assess(game, issued).readings.get("compellence", 0) == fold


def accident(game, p, *, issued):
    """Everybody issues the ultimatum, or nobody; the target folds if that costs less than being acted against."""
    aside = "revise" if p["g"] - p["A"] - p["b"] > 0 else "status quo"
    challengers, targets = kinds(game)
    rows = {f"{kind}_start": "ultimatum" if issued else aside for kind in challengers}
    rows |= {f"{kind}_ultimatum_refuse": "act" for kind in challengers}
    for kind, cost in zip(targets, costs(Fraction(0), p["K"], 4), strict=True):
        rows[f"{kind}_ultimatum"] = "accept" if p["w"] + cost < p["h"] else "refuse"
    return behaviour(game, **rows)
