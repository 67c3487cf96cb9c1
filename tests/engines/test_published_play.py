"""Published results on repeated play, from their numbers and from the collection beside the repository.

Each case of the kinds ``KINDS`` is tested here by its id, or in the file that ``ELSEWHERE`` names.
"""

import json
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from scipy.optimize import brentq
from stages import chance_chain, dilemma, match_of

from negotiation.engines import events, exact
from negotiation.exact.attrition import audience_costs, obstinate_types
from negotiation.games.extensive_form import Decision, End, ExtensiveFormGame, InformationSet
from negotiation.games.repeated import Seen, observations
from negotiation.games.seat import Seat, automaton, pure
from negotiation.strategies import always, grim_trigger, kreps_wilson_builder, memory_one, random, tit_for_tat, win_stay_lose_shift

TESTS = Path(__file__).parents[1]
CASES = TESTS.parent / ".." / "shared" / "validation" / "validation.json"

KINDS = {"repeated", "markov_chain", "markov_chain_property", "simulation", "reputation", "attrition"}
HERE = {
    "rep-grim-threshold", "rep-tft-threshold", "rep-axelrod-matches", "rep-discounted-pairs", "rep-zd-extort3-relation", "rep-noisy-gtft",
    "rep-kreps-wilson", "sim-geometric-rounds", "war-fearon-1994-symmetric", "attr-abreu-gul",
}  # fmt: skip
ELSEWHERE = dict.fromkeys(("rep-noisy-tft", "rep-wsls-alld", "rep-zd-extort3-allc"), "strategies/test_memory.py")

published = pytest.mark.skipif(not CASES.exists(), reason=f"no published cases at {CASES}")


def case(name):
    return {one["id"]: one for one in json.loads(CASES.read_text(encoding="utf-8"))}[name]


def alternate(seat):
    """Cooperate, defect, cooperate, defect, ..."""
    return automaton(seat, lambda state, place: pure(seat, place, state), lambda state, _: 1 - state, states=2)


def alternate_hard_first(seat):
    """Defect, cooperate, defect, cooperate, ..."""
    return automaton(seat, lambda state, place: pure(seat, place, 1 - state), lambda state, _: 1 - state, states=2)


PLAYERS = {
    "TFT": tit_for_tat.strategy,
    "STFT": partial(tit_for_tat.strategy, opening="hard"),
    "GRIM": grim_trigger.strategy,
    "WSLS": win_stay_lose_shift.strategy,
    "ALLC": partial(always.strategy, action="cooperate"),
    "ALLD": partial(always.strategy, action="defect"),
    "ALT": alternate,
}


def pair(first, second, **options):
    stage = dilemma()
    return match_of(stage, first(Seat(stage, 0)), second(Seat(stage, 1)), **options)


def long_run(first, second, *, noise=0.0):
    """Mean payoffs per round in the long run: what 200 rounds add to the first 1000."""
    early, late = (exact.run(pair(first, second, rounds=rounds, noise=noise)).payoffs for rounds in (1000, 1200))
    return (late - early) / 200


def vector(row):
    return partial(memory_one.strategy, cooperation=[float(Fraction(str(p))) for p in row])


def threshold(deviation, punisher):
    """The discount at which a deviation from mutual cooperation stops paying; an endless match that goes on with it."""

    def gain(delta):
        deviates, stays = (
            exact.run(pair(player, punisher, rounds=None, continuation=delta)).payoffs[0] for player in (deviation, PLAYERS["ALLC"])
        )
        return deviates - stays

    return brentq(gain, 0.05, 0.95, xtol=1e-13)


def test_grim_trigger_sustains_cooperation_from_one_half():
    """Friedman (1971) at the payoffs of Axelrod (1984): (T - R) / (T - P)."""
    assert threshold(PLAYERS["ALLD"], grim_trigger.strategy) == pytest.approx((5 - 3) / (5 - 1), abs=1e-9)


def test_tit_for_tat_is_an_equilibrium_from_two_thirds():
    """Axelrod (1984): neither defecting for ever, (T - R) / (T - P), nor alternating, (T - R) / (R - S), may pay."""
    assert threshold(PLAYERS["ALLD"], tit_for_tat.strategy) == pytest.approx(1 / 2, abs=1e-9)
    assert threshold(alternate_hard_first, tit_for_tat.strategy) == pytest.approx(2 / 3, abs=1e-9)


def test_win_stay_lose_shift_against_classics_over_200_rounds():
    """By counting: against a defector it cooperates every other round; against alternation each gets 3, 0, 5 and 1 in turn."""
    assert events.run(pair(PLAYERS["WSLS"], PLAYERS["ALLD"], rounds=200)).payoffs.tolist() == [[100, 600]]
    assert events.run(pair(PLAYERS["WSLS"], PLAYERS["ALT"], rounds=200)).payoffs.tolist() == [[450, 450]]


def test_generosity_of_one_third_nearly_restores_cooperation():
    """Nowak and Sigmund (1992), with 5 % errors: seven eighths of all moves cooperate, and the payoff is 2.859375."""
    generous = partial(tit_for_tat.strategy, generosity=1 / 3)
    assert long_run(generous, generous, noise=0.05) == pytest.approx([2.859375, 2.859375], abs=1e-9)


@pytest.mark.parametrize("opponent", [(0.9, 0.5, 0.6, 0.2), (0.3, 0.8, 0.1, 0.7), (0.5, 0.5, 0.5, 0.5)])
def test_extortion_gains_three_times_what_the_opponent_gains(opponent):
    """Press and Dyson (2012)."""
    own, other = long_run(vector(("11/13", "1/2", "7/26", "0")), vector(opponent))
    assert (own - 1) / (other - 1) == pytest.approx(3, abs=1e-9)


def entry_game():
    """The chain store of Kreps and Wilson (1982) told of ultimatums: to accept is to stay out, to refuse to enter; a = 2, b = 1/2."""
    sets = (
        InformationSet("start", 0, ("wait", "ultimatum")),
        InformationSet("ultimatum", 1, ("accept", "refuse")),
        InformationSet("ultimatum > refuse", 0, ("stand down", "act")),
    )
    ends = (("quiet", 0, 0), ("out", 2, 0), ("shared", 0, "1/2"), ("fought", -1, "-1/2"))
    leaves = tuple(End(name, (Fraction(own), Fraction(other))) for name, own, other in ends)
    return ExtensiveFormGame(("challenger", "target"), sets, (Decision(0, (3, 1)), Decision(1, (4, 2)), Decision(2, (5, 6)), *leaves))


def chain_store(rounds, prior, beta, stake):
    stage = entry_game()
    options = {"rounds": rounds, "prior": prior, "beta": beta, "stake": stake}
    return match_of(stage, *(kreps_wilson_builder.strategy(Seat(stage, player), **options) for player in (0, 1)), rounds=rounds)


def test_the_weak_incumbent_earns_fourteen():
    """Kreps and Wilson (1982), N = 10 and p = 0.1: nobody enters in the first seven rounds; what follows is worth nothing."""
    assert exact.run(chain_store(10, 0.1, 0.5, 2)).payoffs[0] == pytest.approx(14, abs=1e-12)


@published
@pytest.mark.parametrize("name", ["rep-grim-threshold", "rep-tft-threshold"])
def test_published_thresholds(name):
    found = case(name)
    punisher = PLAYERS["GRIM" if "grim" in name else "TFT"]
    deviations = {"alld_condition": PLAYERS["ALLD"], "alternate_condition": alternate_hard_first}
    wanted = {key: player for key, player in deviations.items() if key in found["expected"]} or {"delta_min": PLAYERS["ALLD"]}
    values = {key: threshold(player, punisher) for key, player in wanted.items()}
    for key, value in values.items():
        assert value == pytest.approx(found["expected"][key], abs=found["tolerance"])
    assert max(values.values()) == pytest.approx(found["expected"]["delta_min"], abs=found["tolerance"])


@published
@pytest.mark.parametrize("engine", [events, exact])
@pytest.mark.parametrize("name", ["rep-axelrod-matches", "rep-discounted-pairs"])
def test_published_matches(name, engine):
    found = case(name)
    delta = found["game"]["parameters"].get("delta", 1.0)
    rounds = found["game"]["parameters"].get("rounds", 400)
    for names, payoffs in found["expected"].items():
        first, second = (PLAYERS[player] for player in names.replace("_", "-").split("-"))
        result = engine.run(pair(first, second, rounds=rounds, discounts=(delta, delta)))
        assert result.payoffs.reshape(-1) == pytest.approx(payoffs, abs=found["tolerance"]), names


@published
def test_published_extortion():
    found = case("rep-zd-extort3-relation")
    given = found["game"]["parameters"]
    for opponent in given["opponents"]:
        own, other = long_run(vector(given["strategy1"]), vector(opponent))
        assert (own - given["P"]) / (other - given["P"]) == pytest.approx(found["expected"]["slope"], abs=found["tolerance"])


@published
def test_published_generosity():
    found = case("rep-noisy-gtft")
    given, expected = found["game"]["parameters"], found["expected"]
    T, R, P, S = (given[name] for name in "TRPS")
    best = min(1 - (T - R) / (R - S), (R - P) / (T - P))
    assert best == pytest.approx(expected["optimal_generosity"], abs=found["tolerance"])
    generous = partial(tit_for_tat.strategy, generosity=best)
    assert long_run(generous, generous, noise=given["error"]) == pytest.approx(expected["payoffs"], abs=found["tolerance"])
    counts = [exact.run(pair(generous, generous, rounds=rounds, noise=given["error"])).counts for rounds in (1000, 1200)]
    shares = (counts[1] - counts[0]) / 200
    assert shares == pytest.approx(expected["stationary"], abs=found["tolerance"])
    assert shares[0] + shares[1] == pytest.approx(expected["cooperation_rate"], abs=found["tolerance"])


@published
def test_published_reputation():
    found = case("rep-kreps-wilson")
    given, expected = found["game"]["parameters"], found["expected"]
    numbers = given["N"], given["p0"], given["b"], given["a"]
    assert exact.run(chain_store(*numbers)).payoffs[0] == pytest.approx(expected["weak_value"], abs=found["tolerance"])
    game = chain_store(*numbers)
    (own,), (target,) = (tuple(one.values()) for one in game.strategies)
    states, path = [own.start(), target.start()], {}
    for left in range(given["N"], 0, -1):
        path[left] = target.behaviour(states[1], 1, ())[0], own.behaviour(states[0], 2, ())[1]
        # As long as the entrant stays out for sure nothing is learned; then he enters and is fought.
        end = "out" if path[left][0] >= 1 else "fought"
        states = [
            after(game, player, strategy, state, end) for player, (strategy, state) in enumerate(zip((own, target), states, strict=True))
        ]
    assert max(left for left, (out, _) in path.items() if out < 1) == expected["first_round_with_entry"]
    for row in expected["path_if_always_fought"]:
        assert path[row["n"]] == pytest.approx((row["pr_out"], row["pr_weak_fights"]), abs=found["tolerance"])


def after(game, player, strategy, state, outcome):
    """The state of a strategy after a round with this outcome."""
    place = next(place for place, end in enumerate(game.stage.ends) if game.stage.nodes[end].outcome == outcome)
    return strategy.update(state, Seen(observations(game.stage, player).of_end[place], 0.0, ()))


@published
def test_published_breakdown():
    """Exactly, and by simulation within four standard errors."""
    found = case("sim-geometric-rounds")
    given, expected = found["game"]["parameters"], found["expected"]
    steps = ("accepted", given["pr_accept"]), ("broken down", given["pr_breakdown"])
    stage = chance_chain(*steps, payoffs={"accepted": given["prize"], "broken down": 0, "next": 0})
    over = ("accepted", "broken down")
    game = match_of(stage, random.strategy(Seat(stage, 0)), rounds=1500, over_when=over, discounts=(given["delta"],), replications=2000)
    sure, sample = exact.run(game), events.run(game)
    assert sure.ends["accepted"] == pytest.approx(expected["pr_agreement"], abs=found["tolerance"])
    assert sure.mean_rounds == pytest.approx(expected["mean_rounds"], abs=found["tolerance"])
    assert sure.payoffs[0] == pytest.approx(expected["expected_discounted_prize"], abs=found["tolerance"])
    for estimate, mean in (
        (sample.round_estimate, expected["mean_rounds"]),
        (sample.payoff_estimates["challenger"], expected["expected_discounted_prize"]),
    ):
        assert abs(estimate.mean - mean) < 4 * estimate.standard_error


@published
def test_published_audience_costs():
    found = case("war-fearon-1994-symmetric")
    given, expected, close = found["game"]["parameters"], found["expected"], {"abs": found["tolerance"]}
    sides = audience_costs(prize=given["v"], growth=(given["a1"], given["a2"]), wars=(given["c1"], given["c2"]))
    assert [side.horizon for side in sides] == pytest.approx([expected["horizon"]] * 2, **close)
    assert [1 - side.never for side in sides] == pytest.approx([expected["pr_backs_down_1"], expected["pr_backs_down_2"]], **close)
    assert sides[0].never * sides[1].never == pytest.approx(expected["pr_war"], **close)
    assert [side.at_once for side in sides] == pytest.approx(expected["pr_quit_at_0"], **close)


@published
def test_published_obstinate_types():
    found = case("attr-abreu-gul")
    given, expected, close = found["game"]["parameters"], found["expected"], {"abs": found["tolerance"]}
    claims = given["demand1"], given["demand2"]
    rates, sides = obstinate_types(claims=claims, interest=(given["r1"], given["r2"]), obstinate=(given["z1"], given["z2"]))
    assert rates == pytest.approx((expected["rate1"], expected["rate2"]), **close)
    assert [side.horizon for side in sides] == pytest.approx([expected["T0"]] * 2, **close)
    assert [side.at_once for side in sides] == pytest.approx(expected["pr_concede_at_0"], **close)
    # Giving way at once is worth what the other side leaves; whoever is given way to at once gets his own claim then.
    values = [sides[1 - i].at_once * claims[i] + (1 - sides[1 - i].at_once) * (1 - claims[1 - i]) for i in range(2)]
    assert values == pytest.approx([expected["value1"], expected["value2"]], **close)


@published
def test_every_published_case_of_repeated_play_is_tested():
    names = {one["id"] for one in json.loads(CASES.read_text(encoding="utf-8")) if one["kind"] in KINDS}
    assert names == HERE | set(ELSEWHERE)
    for name, file in ELSEWHERE.items():
        assert name in (TESTS / file).read_text(encoding="utf-8")
