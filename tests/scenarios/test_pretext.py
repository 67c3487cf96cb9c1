"""The pretext ultimatum under complete information: theory.md 1.1 to 1.3, 1.6 and section 7."""

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from shipped import pure_equilibria, scenario, whole_numbers

from negotiation.concepts import nash, quantal_response, subgame_perfect
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.plans import reduced_normal_form

PRETEXT = scenario("pretext")

#: 1.3: regime, reading, path, payoffs, pure Nash equilibria of the reduced form, R_0, R_X.
TABLE = [
    ("A", "status quo", ("status quo",), ("0", "0"), 4, "-2", "-0.6"),
    ("B", "modest bargain", ("modest demand", "accept"), ("1.5", "-1.5"), 3, "-2", "1.15"),
    ("C", "compellence", ("ultimatum", "accept"), ("6", "-6"), 3, "-2", "2.2"),
    ("D", "opening bid", ("ultimatum", "negotiate", "settle"), ("3", "-3.75"), 4, "-2", "2.2"),
    ("E", "causal pretext", ("ultimatum", "refuse", "act"), ("2.2", "-7"), 3, "-2", "2.2"),
    ("F", "cosmetic pretext", ("ultimatum", "refuse", "act"), ("3.4", "-7"), 2, "1", "3.4"),
    ("G", "bare revision", ("revise",), ("1", "-7"), 1, "1", "3.4"),
    ("H", "modest-demand pretext", ("modest demand", "refuse", "act"), ("3.6", "-7"), 3, "-2", "2.2"),
    ("E2", "causal pretext", ("ultimatum", "refuse", "act"), ("2.2", "-7"), 3, "-2", "2.2"),
    ("C2", "compellence", ("ultimatum", "accept"), ("6", "-6"), 5, "-2", "-0.6"),
]

#: 1.6: precision, Pr(ULT), Pr(MOD), Pr(SQ), Pr(negotiate), Pr(refuse), value of C, value of T.
NOISE = [
    (0.5, 0.29566901, 0.37930158, 0.23761554, 0.66594262, 0.29956683, 0.30921258, -3.09433390),
    (1, 0.22945930, 0.59836784, 0.15164935, 0.74835346, 0.24718740, 0.87532512, -2.55151003),
    (2, 0.15418969, 0.80490416, 0.04017040, 0.68557152, 0.31432305, 1.30861263, -2.25230603),
    (5, 0.66106778, 0.33874485, 0.00018735, 0.26839249, 0.73160751, 1.58811814, -5.17117608),
    (10, 0.99549790, 0.00450210, 0.00000000, 0.07624837, 0.92375163, 2.03743941, -6.99417258),
]

#: 1.3: parameter, an interval with one change of regime in it, the critical value.
BISECTED = [("pi_X", "0", "1", 0.5), ("k_X", "0", "20", 2), ("h", "7", "20", 11), ("v_M", "0", "20", 2.2), ("b", "6", "20", 8.285714)]

#: How the draws at random parameters are spread: wide, and around each calibration, so that every regime is met often.
DRAWS = 2400


def equilibria(variant=None, /, **settings):
    solution = subgame_perfect.solve(PRETEXT.game(variant, **settings))
    assert solution.complete
    return solution.equilibria


def readings(variant=None, /, **settings):
    return {equilibrium.reading for equilibrium in equilibria(variant, **settings)}


def values(variant=None, /, **settings):
    """Parameters and definitions by name, in a form that formulas of the theory can be written with."""
    chosen = PRETEXT.values(variant, **settings)
    return chosen | PRETEXT.definitions_at(chosen)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_each_calibration_has_its_path_payoffs_and_count_of_nash_equilibria(row):
    variant, reading, path, payoffs, count, *_ = row
    (equilibrium,) = equilibria(variant)
    assert equilibrium.path == path
    assert equilibrium.reading == reading
    assert equilibrium.payoffs == tuple(map(Fraction, payoffs))
    assert equilibrium.regret == 0
    assert len(pure_equilibria(PRETEXT.game(variant))) == count


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_each_calibration_has_its_values_of_acting(row):
    variant, *_, bare, covered = row
    found = values(variant)
    assert (found["R_0"], found["R_X"]) == (Fraction(bare), Fraction(covered))


@pytest.fixture(scope="module")
def stored():
    """The numbers of the theory with all digits, where they are at hand."""
    path = Path(__file__).resolve().parents[2].parent / "shared" / "validation" / "theory.json"
    if not path.exists():
        pytest.skip(f"no validation data at {path}")
    return json.loads(path.read_text())["m1"]


def test_the_variants_are_those_of_the_stored_numbers(stored):
    """What each calibration changes, and the payoffs of all pure Nash equilibria."""
    assert {name: Fraction(value) for name, value in stored["base"].items()} == PRETEXT.values()
    for name, entry in (stored["regimes"] | stored["extra"]).items():
        letter = name.split()[0]
        variant = "A" if letter == "A2" else letter  # the entrapment zone has the numbers of A
        assert PRETEXT.values(**entry["overrides"]) == PRETEXT.values(variant)
        form = reduced_normal_form(PRETEXT.game(variant)).game
        payoffs = {tuple(map(float, form.exact_payoffs[(slice(None), *cell)])) for cell in pure_equilibria(form)}
        assert payoffs == set(map(tuple, entry["pure_nash_payoffs"]))


def test_the_base_is_regime_e_and_its_other_values_of_acting_are_those_printed():
    found = values()
    assert found == values("E")
    assert (found["R_M"], found["R_Q"]) == (Fraction("-0.6"), Fraction("0.1"))


def test_strong_refusal_seeking_regrets_acceptance():
    assert values("E2")["R_X"] > values("E2")["v_X"]
    assert values("E")["R_X"] < values("E")["v_X"]


@pytest.mark.parametrize(
    ("name", "critical", "below", "above"),
    [
        ("pi_X", "1/2", {"modest bargain"}, {"causal pretext"}),
        ("k_X", "2", {"compellence"}, {"causal pretext"}),
        ("h", "11", {"causal pretext"}, {"compellence"}),
        ("v_M", "2.2", {"causal pretext"}, {"modest bargain"}),
        ("b", "58/7", {"causal pretext"}, {"status quo"}),
    ],
)
def test_critical_values_around_the_base_are_ties_and_the_regime_changes_there(name, critical, below, above):
    """1.3: pi_X = 1 - (g-a-u_M)/b, k_X = h - w_X, h = A_X, v_M = R_X, b = (g-a-(v_Q-c_Q))/(1-pi_Q) = 8.285714."""
    at, step = Fraction(critical), Fraction(1, 10**9)
    assert readings(**{name: at - step}) == below
    assert readings(**{name: at}) == below | above
    assert readings(**{name: at + step}) == above


def test_the_pretext_is_causal_from_the_blame_at_which_bare_revision_stops_paying():
    """1.3: g - a = 5 < b. At b = 5 the challenger is indifferent to revising without a pretext."""
    assert readings(b=Fraction(5) - Fraction(1, 10**9)) == {"cosmetic pretext"}
    assert readings(b=5) == {"cosmetic pretext"}
    assert readings(b=Fraction(5) + Fraction(1, 10**9)) == {"causal pretext"}
    assert round(float(Fraction(58, 7)), 6) == 8.285714


def test_critical_values_are_found_by_bisection():
    """1.3: each was found by bisection; here on the solver alone, without the formulas."""
    for name, low, high, critical in BISECTED:
        inside, ends = "causal pretext", (Fraction(low), Fraction(high))
        starts_inside = readings(**{name: ends[0]}) == {inside}
        for _ in range(30):
            middle = sum(ends) / 2
            ends = (middle, ends[1]) if (readings(**{name: middle}) == {inside}) == starts_inside else (ends[0], middle)
        assert float(ends[0]) == pytest.approx(critical, abs=1e-6)


# ---- 1.2: the conditions of the regimes against backward induction --------------------------------------------------


def draws():
    """Parameters at random, exact, without ties: a third wide, the others around the calibrations."""
    number_in = whole_numbers(20211220)
    names = list(PRETEXT.parameters)
    for number in range(DRAWS):
        if number % 3 == 0:
            draw = {name: Fraction(number_in(1, 9973), 9973) * PRETEXT.parameters[name].range[1] for name in names}
            # Condition (P) is stated for n < h + f_X: talking a challenger into standing down is worth its cost.
            draw["n"] *= Fraction(1, 10)
        else:
            centre = PRETEXT.values(TABLE[number % len(TABLE)][0])
            draw = {name: centre[name] * (1 + Fraction(number_in(-4999, 5000), 9973)) for name in names}
            draw |= {name: min(draw[name], Fraction(9972, 9973)) for name in ("pi_X", "pi_M", "pi_Q")}
        if draw["n"] < draw["h"] + draw["f_X"]:
            yield draw


def conditions(p):
    """Return the regimes of the table of 1.2 whose condition holds, as it is printed; ``p`` has parameters and definitions."""
    worth_x, worth_m = demand_worth(p)
    bare = p["R_0"]
    first = {
        "status quo": max(bare, worth_m, worth_x) < 0,
        "modest bargain": accepts_modest(p) and p["v_M"] > max(0, bare, worth_x),
        "compellence": reply_to_ultimatum(p) == "accept" and p["v_X"] > max(0, bare, worth_m),
        "opening bid": opening_bid(p, bare, worth_m),
        "causal pretext": condition_p(p, worth_m) and bare < 0,
        "cosmetic pretext": condition_p(p, worth_m) and bare >= 0,
        "bare revision": bare > max(0, worth_m, worth_x),
        "modest-demand pretext": p["A_M"] > p["h"] and p["R_M"] > max(0, bare, worth_x),
    }
    return {regime for regime, holds in first.items() if holds}


def opening_bid(p, bare, worth_m):
    settled = p["v_Q"] - p["c_Q"]
    is_largest = settled > max(0, bare, worth_m) and settled > max(p["R_Q"], -p["c_X"])
    return is_largest and p["R_X"] > -p["c_X"] and p["A_Q"] + p["n"] < min(p["h"], p["A_X"])


def condition_p(p, worth_m):
    settled, stand = p["v_Q"] - p["c_Q"], -p["c_X"]
    offers = settled > max(p["R_Q"], stand) and p["A_Q"] + p["n"] < p["h"]
    talks_down = stand > max(settled, p["R_Q"])
    return p["A_X"] > p["h"] and not offers and not talks_down and p["R_X"] > max(0, p["R_0"], worth_m)


def accepts_modest(p):
    """Step 3 of 1.2."""
    return -p["A_M"] > (-p["h"] if p["R_M"] > -p["c_M"] else p["f_M"])


def after_talks(p):
    """Step 2 of 1.2: what the challenger does after a counter-offer, with what it and the target get."""
    options = {
        "settle": (p["v_Q"] - p["c_Q"], -p["A_Q"] - p["n"]),
        "act": (p["R_Q"], -p["h"] - p["n"]),
        "stand down": (-p["c_X"], p["f_X"] - p["n"]),
    }
    return max(options.values())


def replies_to_ultimatum(p):
    """Step 4 of 1.2: for each reply of the target, what the challenger and it get."""
    refused = max((p["R_X"], -p["h"]), (-p["c_X"], p["f_X"]))
    return {"accept": (p["v_X"], -p["A_X"]), "refuse": refused, "negotiate": after_talks(p)}


def reply_to_ultimatum(p):
    replies = replies_to_ultimatum(p)
    return max(replies, key=lambda reply: replies[reply][1])


def demand_worth(p):
    """u_X and u_M of 1.2."""
    worth_x = replies_to_ultimatum(p)[reply_to_ultimatum(p)][0]
    return worth_x, p["v_M"] if accepts_modest(p) else max(p["R_M"], -p["c_M"])


@pytest.fixture(scope="module")
def solved_draws():
    """(parameters and definitions, the only equilibrium) for each draw."""
    found = []
    for draw in draws():
        (equilibrium,) = equilibria(**draw)
        found.append((values(**draw), equilibrium))
    return found


def test_the_conditions_of_the_eight_regimes_are_those_of_backward_induction(solved_draws):
    """1.2: exactly one condition of the table holds, condition (P) included, and it names the equilibrium path."""
    for p, equilibrium in solved_draws:
        assert conditions(p) == {equilibrium.reading}
    met = Counter(equilibrium.reading for _, equilibrium in solved_draws)
    assert len(met) == 8
    assert min(met.values()) >= 10
    assert len(solved_draws) > 2000


def test_conditions_that_the_table_adds_in_words_follow(solved_draws):
    """1.2: in C acting is credible and A_X < h; in G the target does not simply refuse; H needs R_M > 0."""
    for p, equilibrium in solved_draws:
        if equilibrium.reading == "compellence":
            assert p["A_X"] < p["h"]
            assert p["R_X"] > -p["c_X"]
        if equilibrium.reading == "bare revision":
            assert reply_to_ultimatum(p) != "refuse"


def test_lemma_1_nobody_stands_down_under_complete_information(solved_draws):
    assert not any("stand down" in equilibrium.path for _, equilibrium in solved_draws)


def test_lemma_2_the_credibility_cost_is_slack_where_the_pretext_is_used(solved_draws):
    """(P3) implies R_X > -c_X, and a larger stand-down cost leaves the pretext as it is."""
    pretexts = [(p, e) for p, e in solved_draws if e.reading in ("causal pretext", "cosmetic pretext")]
    for p, equilibrium in pretexts[:200]:
        assert p["R_X"] > 0 > -p["c_X"]
        dearer = {name: p[name] for name in PRETEXT.parameters} | {"c_X": Fraction(20)}
        assert readings(**dearer) == {equilibrium.reading}


def test_lemma_2_tied_hands_compel_and_nobody_enters_the_entrapment_zone(solved_draws):
    tied = entrapped = 0
    for p, equilibrium in solved_draws:
        if not -p["c_X"] < p["R_X"] < 0:
            continue
        if p["A_X"] < p["h"] and not p["A_Q"] + p["n"] < p["A_X"]:
            tied += 1
            assert demand_worth(p)[0] == p["v_X"]
        if p["A_X"] > p["h"]:
            entrapped += 1
            assert equilibrium.path[:2] != ("ultimatum", "refuse")
    assert min(tied, entrapped) > 20


def test_calibration_a_lies_in_the_entrapment_zone_and_c2_has_tied_hands():
    trap, tied = values("A"), values("C2")
    assert -trap["c_X"] < trap["R_X"] < 0
    assert trap["A_X"] > trap["h"]
    assert -tied["c_X"] < tied["R_X"] < 0
    assert tied["A_X"] < tied["h"]


def test_lemma_3_the_value_of_the_refusal(solved_draws):
    """R_d - R_0 = pi_d b (also section 7); the pretext is causal iff (1 - pi_X) b < g - a < b."""
    for p, _ in solved_draws:
        for demand in "XMQ":
            assert p[f"R_{demand}"] - p["R_0"] == p[f"pi_{demand}"] * p["b"]
        assert (p["R_0"] < 0 < p["R_X"]) == ((1 - p["pi_X"]) * p["b"] < p["g"] - p["a"] < p["b"])


def without_counter_offer(p):
    """Settings under which the target gains nothing by offering talks: the challenger would act as if it had refused."""
    chosen = {name: p[name] for name in PRETEXT.parameters}
    return chosen | {"v_Q": Fraction(0), "c_Q": Fraction(20), "pi_Q": chosen["pi_X"], "n": Fraction(1, 100)}


def test_lemma_4_an_ultimatum_that_would_be_accepted_can_be_worse_than_none(solved_draws):
    met = 0
    for p, _ in solved_draws:
        if p["A_X"] < p["h"] and p["v_X"] < p["R_0"]:
            met += 1
            (equilibrium,) = equilibria(**without_counter_offer(p))
            assert equilibrium.path[0] != "ultimatum"
            assert (equilibrium.reading == "bare revision") == (p["R_0"] > demand_worth(p)[1])
    assert met > 20


def test_lemma_5_publicity_separates_the_seeker_of_refusals():
    """1.2: a private demand (k_priv = 1, no pretext) is accepted, the public one refused: 6 against 2.2, and 2 against 2.2."""
    for worth, private, public in [(6, 6, "2.2"), (2, 2, "2.2")]:
        base = without_counter_offer(PRETEXT.values(v_X=worth))
        (quiet,) = equilibria(**base | {"k_X": 1, "pi_X": 0, "pi_Q": 0})
        (loud,) = equilibria(**base)
        assert (quiet.path, quiet.payoffs[0]) == (("ultimatum", "accept"), private)
        assert (loud.path, loud.payoffs[0]) == (("ultimatum", "refuse", "act"), Fraction(public))


def test_lemma_5_the_channel_is_chosen_by_comparing_acceptance_with_the_refusal(solved_draws):
    """If w_X + k_priv < h < w_X + k_X, the demand is worth v_X in private and R_X in public."""
    met = 0
    for p, _ in solved_draws:
        private = (p["h"] - p["w_X"]) / 2
        base = without_counter_offer(p) | {"v_M": 0, "pi_M": 0, "w_M": 20, "c_M": 20}
        if private > 0 and p["A_X"] > p["h"] and p["R_0"] > -p["c_X"] and p["R_X"] > max(0, p["R_0"]) and p["v_X"] > max(0, p["R_0"]):
            met += 1
            (quiet,) = equilibria(**base | {"k_X": private, "pi_X": 0, "pi_Q": 0})
            (loud,) = equilibria(**base)
            assert (quiet.payoffs[0], loud.payoffs[0]) == (p["v_X"], p["R_X"])
    assert met > 20


# ---- 1.4: the reduced 4x3 form --------------------------------------------------------------------------------------


def reduced_four_by_three():
    """Rows SQ, REV, ULT-act, ULT-stand; columns accept, negotiate, refuse, with the challenger's best answer to talks."""
    p = values()
    talks = after_talks(p)
    rows = [
        [(Fraction(0), Fraction(0))] * 3,
        [(p["R_0"], -p["h"])] * 3,
        [(p["v_X"], -p["A_X"]), talks, (p["R_X"], -p["h"])],
        [(p["v_X"], -p["A_X"]), talks, (-p["c_X"], p["f_X"])],
    ]
    return NormalFormGame.from_payoffs([[[cell[player] for cell in row] for row in rows] for player in (0, 1)])


def test_the_reduced_form_is_the_printed_one_and_has_one_equilibrium():
    game = reduced_four_by_three()
    printed = [
        [["0", "0", "0"], ["-2", "-2", "-2"], ["6", "0.1", "2.2"], ["6", "0.1", "-4"]],
        [["0", "0", "0"], ["-7", "-7", "-7"], ["-11", "-7.25", "-7"], ["-11", "-7.25", "0.5"]],
    ]
    assert np.array_equal(game.exact_payoffs, NormalFormGame.from_payoffs(printed).exact_payoffs)
    solution = nash.solve(game)
    assert solution.complete
    assert [equilibrium.profile for equilibrium in solution.equilibria] == [((0, 0, 1, 0), (0, 0, 1))]


# ---- 1.6: noise -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", NOISE, ids=lambda row: f"precision {row[0]}")
def test_agent_quantal_response_by_backward_induction(row):
    precision, *expected = row
    game = PRETEXT.game()
    (equilibrium,) = quantal_response.solve(game, precision=precision).equilibria
    at = {
        (place.name, action): p
        for place, row in zip(game.information_sets, equilibrium.profile, strict=True)
        for action, p in zip(place.actions, row, strict=True)
    }
    opening = [at["start", action] for action in ("ultimatum", "modest demand", "status quo")]
    reply = [at["ultimatum", action] for action in ("negotiate", "refuse")]
    assert [*opening, *reply, *equilibrium.payoffs] == pytest.approx(expected, abs=1e-8)


def test_noise_makes_the_modest_demand_the_modal_opening_before_the_pretext_returns():
    """1.6: the path is not monotone."""
    shares = [row[1] for row in NOISE]
    assert shares[0] > shares[1] > shares[2] < shares[3] < shares[4]
