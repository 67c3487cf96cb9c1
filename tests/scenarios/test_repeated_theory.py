"""The shipped scenarios of repeated play show what the closed forms say: exactly where no chance enters, else by exact chains."""

import numpy as np
import pytest
from match_chains import chain_of
from shipped import scenario

from negotiation.engines import events
from negotiation.exact.attrition import obstinate_types
from negotiation.exact.harvesting import Harvest
from negotiation.games.repeated import Seen, type_profiles
from negotiation.play import match
from negotiation.scenario.scenario import StrategyChoice


@pytest.mark.parametrize("variant", ["benchmark", "quick learning", "dear waiting"])
def test_the_harvester_earns_the_value_of_the_stopping_problem(variant):
    """Five refusals and the act: 1.996225698 in the benchmark."""
    record = events.run(match(scenario("harvesting"), variant, replications=1))
    values = scenario("harvesting").values(variant)
    harvest = Harvest(*(float(values[name]) for name in ("gain", "blame", "most", "learning", "waiting", "patience")))
    assert record.rounds.tolist() == [harvest.best + 1]
    assert record.payoffs[0, 0] == pytest.approx(harvest.value(harvest.best), abs=1e-12)
    if variant == "benchmark":
        assert record.payoffs[0, 0] == pytest.approx(1.99622569808, abs=1e-10)


@pytest.mark.parametrize("refusals", [1, 2, 3, 4, 6, 7])
def test_acting_after_another_number_of_refusals_earns_less(refusals):
    """Acting upon the first refusal: 0.128."""
    choice = StrategyChoice("escalate_on_refusal", {"after": refusals})
    record = events.run(match(scenario("harvesting"), replications=1, behaviour={"challenger": choice}))
    assert record.payoffs[0, 0] < 1.9962
    if refusals == 1:
        assert record.payoffs[0, 0] == pytest.approx(0.128, abs=1e-12)


def test_without_anything_to_gain_nobody_demands():
    assert events.run(match(scenario("harvesting"), "nothing to gain", replications=1)).readings == {"status quo": 1.0}


def test_the_ordinary_challenger_earns_eighteen_by_reputation():
    """Kreps and Wilson (1982) at N = 10: exactly 18. The committed type, who likes to act, earns more."""
    found = match(scenario("reputation"), replications=1)
    worth = {}
    for start, (kind, _) in type_profiles(found.stage).items():
        matrix, payoffs = chain_of(found, start)
        shares, worth[kind] = np.eye(len(matrix))[0], 0.0
        for _ in range(10):
            worth[kind] += (shares @ payoffs)[0]
            shares = shares @ matrix
    assert worth["ordinary"] == pytest.approx(18, abs=1e-12)
    # Seven acceptances and an act; then an acceptance, after which the last target is not impressed, or an act, after which it is
    # in half of the cases.
    assert worth["committed"] == pytest.approx(7 * 3 + 2 + ((3 + 2) + (2 + (3 + 2) / 2)) / 2, abs=1e-12)


def test_in_a_single_round_a_reputation_is_worth_nothing():
    """The prior is below the share of the harm that giving in costs, so targets refuse and the ordinary type stands down."""
    record = events.run(match(scenario("reputation"), "one round", replications=400, seed=2))
    assert record.readings.get("compellence", 0) == 0
    assert abs(record.readings["action"] - 0.1) < 4 * (0.09 / 400) ** 0.5


def shares(step, variant):
    """The chance that the challenger alone, the target alone, both at a time, or nobody gives way."""
    found = match(scenario("attrition"), variant, settings={"step": step}, replications=1)
    laws = [next(iter(strategies.values())) for strategies in found.strategies]
    states, result, held = [law.start() for law in laws], np.zeros(3), 1.0
    for _ in range(round(20 / step)):
        one, two = (law.behaviour(state, place, ())[1] for place, (law, state) in enumerate(zip(laws, states, strict=True)))
        result += held * np.array([one * (1 - two), (1 - one) * two, one * two])
        held *= (1 - one) * (1 - two)
        states = [law.update(state, Seen(0, 0.0, ())) for law, state in zip(laws, states, strict=True)]
    return result, held


@pytest.mark.parametrize("variant", ["symmetric", "impatient challenger", "target likelier obstinate"])
def test_wars_of_attrition_approach_the_formulas_as_the_step_shrinks(variant):
    """First concessions and the chance that there is none; what both give up in one round vanishes with its length."""
    values = {name: float(value) for name, value in scenario("attrition").values(variant).items()}
    claims, interest = (values["x_C"], values["x_T"]), (values["r_C"], values["r_T"])
    obstinate = values["z_C"], values["z_T"]
    rates, courses = obstinate_types(claims=claims, interest=interest, obstinate=obstinate)
    past = np.prod([1 - course.at_once for course in courses])
    later = past * (1 - np.exp(-sum(rates) * courses[0].horizon)) / sum(rates)
    expected = [course.at_once * (1 - courses[1 - side].at_once) + later * rates[side] for side, course in enumerate(courses)]
    errors = []
    for step in (0.1, 0.01):
        found, never = shares(step, variant)
        assert never == pytest.approx(obstinate[0] * obstinate[1], abs=1e-12)
        errors.append(max(np.abs(found[:2] - expected)))
    assert errors[1] < 0.005
    assert errors[1] < 0.2 * errors[0]


def test_the_war_of_attrition_plays_as_its_chances_say():
    record = events.run(match(scenario("attrition"), replications=3000, seed=4))
    expected = dict(zip(("challenger gives way", "target gives way", "both give way"), shares(0.25, None)[0], strict=True))
    for outcome, share in expected.items():
        assert abs(record.ends.get(outcome, 0) - share) < 4 * (share * (1 - share) / 3000) ** 0.5


@pytest.mark.parametrize(
    ("variant", "course", "cost"),
    [("in slices", ["granted"] * 2, 4), ("in one piece", ["acted"], 2.5), ("in ten slices", ["granted"] * 10, 2 + 4 / 10)],
)
def test_slices_are_granted_where_the_whole_is_not(variant, course, cost):
    """Cost 2 d + 4 d^2: 4 in two halves, 6 in one piece, which is more than the harm of 2.5."""
    record = events.run(match(scenario("salami"), variant, replications=1), keep=True)
    stage = record.match.stage
    told = [stage.nodes[stage.ends[end]].outcome for end in record.course]
    assert [outcome for outcome in told if outcome != "quiet"] == course
    assert record.payoffs[0, 1] == pytest.approx(-cost, abs=1e-12)
