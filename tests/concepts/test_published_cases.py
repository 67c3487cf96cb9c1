"""Published and classic results of the collection beside the repository: each case is tested, or listed with the reason why not.

``HERE`` names the tests of this file, ``ELSEWHERE`` the files in which other cases are tested by their id, and ``NOT_COVERED``
what solution concepts of finite games do not say.
"""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from negotiation.concepts import correlated, nash, nash_bargaining, sequential, subgame_perfect
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet
from negotiation.games.normal_form import NormalFormGame

TESTS = Path(__file__).parents[1]
CASES = TESTS.parent / ".." / "shared" / "validation" / "validation.json"

pytestmark = pytest.mark.skipif(not CASES.exists(), reason=f"no published cases at {CASES}")

HERE = {
    "ef-entry-deterrence", "ef-chain-store-3", "ef-ultimatum-4", "ef-selten-horse", "ef-beer-quiche", "ef-myerson-poker", "ef-kuhn-poker",
    "ef-watson-job-market", "ef-crisis-aqre", "nf3-volunteers-dilemma", "nf3-mckelvey-mclennan", "corr-chicken", "war-fearon-range",
}  # fmt: skip

ELSEWHERE = {
    "barg-rubinstein-symmetric": "concepts/test_rubinstein.py",
    "barg-rubinstein-patient-limit": "concepts/test_rubinstein.py",
    "barg-outside-option": "concepts/test_rubinstein.py",
    "barg-nash-risk-aversion": "concepts/test_bargaining_solutions.py",
    "barg-zeuthen": "concepts/test_bargaining_solutions.py",
    "qre-asymmetric-pennies": "concepts/test_quantal_response.py",
    "dyn-replicator-hawk-dove": "concepts/test_evolutionary.py",
    "dyn-replicator-pd": "concepts/test_evolutionary.py",
    "dyn-fictitious-play": "concepts/test_evolutionary.py",
    "war-fearon-1994-symmetric": "engines/test_published_play.py",
    "attr-abreu-gul": "engines/test_published_play.py",
    "rep-kreps-wilson": "engines/test_published_play.py",
    "rep-grim-threshold": "engines/test_published_play.py",
    "rep-tft-threshold": "engines/test_published_play.py",
    "rep-noisy-gtft": "engines/test_published_play.py",
    "rep-zd-extort3-relation": "engines/test_published_play.py",
    "sim-geometric-rounds": "engines/test_published_play.py",
    "rep-noisy-tft": "strategies/test_memory.py",
    "rep-wsls-alld": "strategies/test_memory.py",
    "rep-zd-extort3-allc": "strategies/test_memory.py",
    "rep-discounted-pairs": "strategies/test_transcripts.py",
    "rep-axelrod-matches": "strategies/test_transcripts.py",
}

#: Every case of these kinds is a parameter of a test of that file.
KINDS_ELSEWHERE = {"normal_form": "concepts/test_nash.py"}

NOT_COVERED = {
    "war-fearon-risk-return": "the responder's cost is drawn from a continuum; games here have finitely many types",
    "war-fearon-preventive": "power shifts between the periods of an endless game; a stage game does not have that",
    "contest-all-pay": "bids from a continuum",
    "contest-tullock": "efforts from a continuum",
    "trust-kydd": "a threshold of beliefs, with types from a continuum",
    "global-game": "signals from a continuum",
    "vote-unanimity-jury": "twelve voters with private signals: the symmetric equilibrium has a closed form, its tree is too large",
    "sig-spence": "education from a continuum; its version with two levels is ef-watson-job-market",
    "sig-persuasion": "the sender commits to an experiment, which is no equilibrium of a game among players without commitment",
    "mech-double-auction-linear": "values and bids from a continuum",
    "mech-myerson-satterthwaite": "a mechanism is designed, not a game solved",
    "rep-axelrod-tournament-1": "the entries of the tournament are not members of the strategies",
    "coop-unsc-shapley": "a game of coalitions, without strategies",
}


def cases():
    return {case["id"]: case for case in json.loads(CASES.read_text(encoding="utf-8"))}


def tree_of(name):
    """The tree of a case; information sets keep their names."""
    game = cases()[name]["game"]
    players, nodes, places = game["players"], [], {}

    def add(node):
        number = len(nodes)
        nodes.append(None)
        if "payoffs" in node:
            nodes[number] = End(f"end {number}", tuple(Fraction(str(payoff)) for payoff in node["payoffs"]))
        elif "chance" in node:
            chances, actions, below = zip(*node["chance"], strict=True)
            nodes[number] = Chance(actions, tuple(map(Fraction, chances)), tuple(map(add, below)))
        else:
            key = players.index(node["player"]), node["infoset"]
            place, _ = places.setdefault(key, (len(places), tuple(node["actions"])))
            nodes[number] = Decision(place, tuple(map(add, node["actions"].values())))
        return number

    add(game["tree"])
    sets = tuple(InformationSet(place, player, actions) for (player, place), (_, actions) in places.items())
    return ExtensiveFormGame(tuple(players), sets, tuple(nodes))


def behaviour(game, equilibrium):
    """The probability of each action, by information set and action."""
    return {
        (place.name, action): p
        for place, row in zip(game.information_sets, equilibrium.profile, strict=True)
        for action, p in zip(place.actions, row, strict=True)
    }


def paid(equilibria):
    return {equilibrium.payoffs for equilibrium in equilibria}


def numbers(texts):
    return tuple(Fraction(str(text)) for text in texts)


def test_every_case_is_tested_or_has_a_reason():
    by_kind = {name for name, case in cases().items() if case["kind"] in KINDS_ELSEWHERE}
    tables = [HERE, set(ELSEWHERE), by_kind, set(NOT_COVERED)]
    assert sum(map(len, tables)) == len(set().union(*tables))
    assert set().union(*tables) == set(cases())


@pytest.mark.parametrize(("name", "file"), [*ELSEWHERE.items(), *KINDS_ELSEWHERE.items()])
def test_cases_that_are_tested_elsewhere_are_named_there(name, file):
    assert f'"{name}"' in (TESTS / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["ef-entry-deterrence", "ef-chain-store-3", "ef-crisis-aqre"])
def test_trees_with_one_subgame_perfect_path(name):
    expected = cases()[name]["expected"]
    solution = subgame_perfect.solve(tree_of(name))
    (found,) = solution.equilibria
    assert solution.complete
    assert found.path == tuple(expected["spe_path"])
    assert found.payoffs == tuple(expected["spe_payoffs"])


def test_entry_deterrence_has_an_incredible_equilibrium():
    expected = cases()["ef-entry-deterrence"]["expected"]
    pure = [found for found in nash.solve(tree_of("ef-entry-deterrence")).equilibria if found.is_pure]
    assert len(pure) == expected["n_pure_nash"]
    assert paid(pure) == {tuple(payoffs) for payoffs in expected["pure_nash_payoffs"]}


def test_ultimatum_over_four_units():
    expected = cases()["ef-ultimatum-4"]["expected"]
    game = tree_of("ef-ultimatum-4")
    solution = subgame_perfect.solve(game)
    assert solution.complete
    assert paid(solution.equilibria) == {tuple(payoffs) for payoffs in expected["spe_payoffs_set"]}
    everything = nash.solve(game)
    assert sum(found.is_pure for found in everything.equilibria) == expected["n_pure_nash_reduced"]
    assert {(keep, 4 - keep) for keep in range(5)} <= paid(found for found in everything.equilibria if found.is_pure)


def test_seltens_horse():
    """Of two pure Nash equilibria one is sequential; with it the third player may go left with 3/4 and more."""
    expected = cases()["ef-selten-horse"]["expected"]
    game = tree_of("ef-selten-horse")

    def pure_profiles(solution):
        """The pure equilibria as actions at i1, i2 and i3."""
        pure = [behaviour(game, found) for found in solution.equilibria if found.is_pure]
        return [[next(action for action in "LR" if rows[place, action] == 1) for place in ("i1", "i2", "i3")] for rows in pure]

    assert sorted(pure_profiles(nash.solve(game))) == sorted(expected["pure_nash"])
    perfect = sequential.solve(game)
    assert perfect.complete
    assert pure_profiles(perfect) == expected["perfect_pure"]
    assert {behaviour(game, found)["i3", "L"] for found in perfect.equilibria} == {1, Fraction(3, 4)}
    assert all(behaviour(game, found)[place, "R"] == 1 for found in perfect.equilibria for place in ("i1", "i2"))


@pytest.mark.parametrize(("meal", "other"), [("beer", "quiche"), ("quiche", "beer")])
def test_beer_quiche(meal, other):
    """Two families of two extreme points; the intuitive criterion leaves the one in which both types have beer."""
    expected = cases()["ef-beer-quiche"]["expected"]
    game = tree_of("ef-beer-quiche")
    pooling = expected[f"pooling_{meal}"]
    family = [found for found in sequential.solve(game).equilibria if behaviour(game, found)["strong", meal] == 1]
    assert paid(family) == {numbers(pooling["payoffs"])}
    assert all(behaviour(game, found)["weak", meal] == behaviour(game, found)[f"after_{meal}", "defer"] == 1 for found in family)
    assert {behaviour(game, found)[f"after_{other}", "fight"] for found in family} == {Fraction(1, 2), 1}
    survives = f"pooling_{meal}" in expected["survives_intuitive_criterion"]
    assert all(found.verdicts["intuitive criterion"].startswith("survives") == survives for found in family)


def test_beer_quiche_has_no_further_equilibria():
    expected = cases()["ef-beer-quiche"]["expected"]
    game = tree_of("ef-beer-quiche")
    for solution in (nash.solve(game), sequential.solve(game)):
        assert solution.complete
        assert len(solution.equilibria) == expected["n_extreme_nash"]


def test_myersons_card_game():
    expected = cases()["ef-myerson-poker"]["expected"]
    game = tree_of("ef-myerson-poker")
    solution = nash.solve(game)
    (found,) = solution.equilibria
    rows = behaviour(game, found)
    assert solution.complete
    assert found.payoffs[0] == Fraction(expected["value_player1"])
    for key, place, action in (("raise_red", "red", "raise"), ("raise_black", "black", "raise"), ("meet", "m", "meet")):
        assert rows[place, action] == Fraction(expected[key])


def test_kuhn_poker_is_worth_a_loss_to_who_moves_first():
    expected = cases()["ef-kuhn-poker"]["expected"]
    solution = nash.solve(tree_of("ef-kuhn-poker"))
    assert solution.complete
    assert {found.payoffs[0] for found in solution.equilibria} == {Fraction(expected["value_player1"])}
    assert any("linear programming its value is" in note and "which each equilibrium gives" in note for note in solution.notes)


def test_kuhn_poker_is_played_in_one_way_second_and_in_a_family_first():
    """Kuhn (1950): bets alpha on the lowest card, from 0 to 1/3, and 3 alpha on the highest; calls alpha + 1/3 on the middle one."""
    unique = cases()["ef-kuhn-poker"]["expected"]["player2_unique"]
    game = tree_of("ef-kuhn-poker")
    solution = sequential.solve(game)
    assert solution.complete
    alphas = set()
    for rows in (behaviour(game, found) for found in solution.equilibria):
        assert {name: rows[tuple(name.split("_"))] for name in unique} == {name: Fraction(p) for name, p in unique.items()}
        alpha = rows["c1", "bet"]
        assert (rows["c3", "bet"], rows["cb2", "call"], rows["c2", "bet"]) == (3 * alpha, alpha + Fraction(1, 3), 0)
        alphas.add(alpha)
    assert alphas == {0, Fraction(1, 3)}


def test_job_market_separates():
    expected = cases()["ef-watson-job-market"]["expected"]
    game = tree_of("ef-watson-job-market")
    assert len(nash.solve(game).equilibria) == expected["n_extreme_nash"]
    separating = expected["separating"]
    (found,) = [found for found in sequential.solve(game).equilibria if behaviour(game, found)["high", "E"] == 1]
    assert all(behaviour(game, found)[place, separating[place]] == 1 for place in ("high", "low", "sawE", "sawN"))
    assert found.payoffs == numbers(separating["payoffs"])


def test_job_market_pools_without_education():
    pooling = cases()["ef-watson-job-market"]["expected"]["pooling_N"]
    game = tree_of("ef-watson-job-market")
    solution = sequential.solve(game)
    family = [found for found in solution.equilibria if behaviour(game, found)["high", "N"] == 1]
    assert solution.complete
    assert paid(family) == {numbers(pooling["payoffs"])}
    assert all(behaviour(game, found)[place, pooling[place]] == 1 for found in family for place in ("high", "low", "sawN"))
    assert max(behaviour(game, found)["sawE", "M"] for found in family) == Fraction(pooling["max_pr_M_after_E"])


def matrix_of(name):
    return NormalFormGame.from_payoffs(cases()[name]["game"]["payoffs"])


def test_volunteers_dilemma_of_three():
    """Diekmann (1985): pure, one volunteers; in the symmetric mixed equilibrium nobody gains by it, and nobody may volunteer."""
    expected = cases()["nf3-volunteers-dilemma"]["expected"]
    solution = nash.solve(matrix_of("nf3-volunteers-dilemma"))
    assert solution.complete
    assert sum(found.is_pure for found in solution.equilibria) == expected["n_pure"]
    (symmetric,) = [found for found in solution.equilibria if len(set(found.profile)) == 1]
    waits = symmetric.profile[0][1]
    assert float(1 - waits) == pytest.approx(expected["symmetric_mixed_volunteer"], abs=1e-9)
    assert float(waits**3) == pytest.approx(expected["pr_nobody"], abs=1e-9)
    assert list(map(float, symmetric.payoffs)) == pytest.approx([expected["payoff"]] * 3, abs=1e-9)


def test_a_game_of_three_with_nine_equilibria():
    """The 2x2x2 game of McKelvey and McLennan: four pure equilibria, three in which one player is sure, two completely mixed."""
    expected = cases()["nf3-mckelvey-mclennan"]["expected"]
    solution = nash.solve(matrix_of("nf3-mckelvey-mclennan"))
    assert solution.complete
    assert len(solution.equilibria) == expected["n_equilibria"]
    found = sorted([float(row[0]) for row in equilibrium.profile] for equilibrium in solution.equilibria)
    wanted = sorted([float(Fraction(p)) for p in row] for row in expected["first_strategy_probs"])
    assert [p for row in found for p in row] == pytest.approx([p for row in wanted for p in row], abs=1e-9)


def test_correlated_chicken_beats_every_public_lottery():
    case = cases()["corr-chicken"]
    given, expected = case["game"]["parameters"], case["expected"]
    game = NormalFormGame.from_payoffs([given["A"], given["B"]], strategies=[("yield", "dare")] * 2)
    best = correlated.solve(game).findings[0]
    assert sum(best.payoffs) == Fraction(str(expected["max_sum"]))
    cells = {(cell["row"], cell["column"]): cell["probability"] for cell in best.details["cells"]}
    assert cells == {(row, column): Fraction(str(p)) for row, column, p in expected["distribution"] if p}
    symmetric = [sum(found.payoffs) / 2 for found in nash.solve(game).equilibria]
    assert float(max(symmetric)) == pytest.approx(expected["best_public_lottery_each"], abs=case["tolerance"])


def test_bargaining_range_of_two_who_could_fight():
    """Fearon (1995): shares that both prefer to war, as the frontier above the war payoffs."""
    case = cases()["war-fearon-range"]
    p, own_cost, other_cost = (Fraction(str(case["game"]["parameters"][name])) for name in ("p", "cA", "cB"))
    game = NormalFormGame.from_payoffs([[[1, 0]], [[0, 1]]], players=("A", "B"), strategies=[("divide",), ("all to A", "all to B")])
    (found,) = nash_bargaining.solve(game, disagreement=(p - own_cost, 1 - p - other_cost)).findings
    (low, _), (high, _) = found.details["frontier"]
    expected = case["expected"]
    assert [low, high, high - low] == [Fraction(str(expected[name])) for name in ("lower", "upper", "width")]
