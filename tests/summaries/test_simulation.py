"""A sweep's simulations: the numbers of ``negotiation simulate`` at each point, and closed forms along axes of repeat and of strategies."""

import json
from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pytest
from program import negotiation
from shipped import FOLDER, scenario
from simulated_points import points
from timed_crisis import CRISIS

from negotiation.documents import distribution_document, record_document
from negotiation.engines import batch, exact
from negotiation.errors import NegotiationError, NotApplicableError
from negotiation.exact.harvesting import Harvest
from negotiation.games.points import Points
from negotiation.play import match, option_defaults, with_noise
from negotiation.running import run
from negotiation.scenario.opening import opened
from negotiation.scenario.scenario import loads
from negotiation.sources import of_scenario
from negotiation.summaries.simulation import ENGINES, MOST_SITUATIONS, layout, tabulate

SIMULATED = sorted(path.stem for path in FOLDER.glob("*.yaml") if scenario(path.stem).contents.watched is None)

#: Long matches and large trees: fewer points are enough.
SLOW = ("attrition", "december_2021", "two_documents", "resolve", "demand_size")

SHARES = {
    "end_share": "ends",
    "outcome_share": "outcomes_of_rounds",
    "reading_share": "readings_of_rounds",
}


def drawn(file, count, seed):
    """Points at random in the declared ranges, to two digits."""
    random = np.random.default_rng(seed)
    values = {}
    for name, parameter in file.parameters.items():
        low, high = parameter.range
        values[name] = [low + (high - low) * Fraction(int(share), 100) for share in random.integers(0, 101, count)]
        if name == "horizon":
            values[name] = [Fraction(int(value)) for value in values[name]]
    return points(seed, **values)


def document(file, found):
    """What ``negotiation simulate --json`` holds of a result."""
    write = distribution_document if found.engine == "exact" else record_document
    return json.loads(json.dumps(write(found, of_scenario(file))))


def check_row(shape, table, point, said):
    """Every number of a row is the one of a document, under the same name; what the document does not name is 0."""
    for name, key in SHARES.items():
        if name in table.dense:
            check_shares(shape, table, name, point, said[key] or {"unnamed": 1.0})
    for place, player in enumerate(shape.labels["player"]):
        assert table.dense["payoff"][point, place] == said["payoffs"][player]["mean"]
        assert table.dense["payoff_error"][point, place] == (said["payoffs"][player]["standard_error"] or 0.0)
    assert table.dense["rounds"][point] == said["rounds"]["mean"]
    assert table.dense["rounds_error"][point] == (said["rounds"]["standard_error"] or 0.0)
    assert table.dense["replications"][point] == (said["replications"] or 0)
    if "time" in said:
        assert table.dense["elapsed"][point] == said["time"]["elapsed"]["mean"]
        assert table.dense["elapsed_error"][point] == said["time"]["elapsed"]["standard_error"]
        check_shares(shape, table, "cause_share", point, said["time"]["causes"])


def check_shares(shape, table, name, point, wanted):
    """The shares of a column at a point are those that are wanted, and 0 of everything else."""
    labels = shape.labels[next(column for column in shape.columns if column.name == name).dimensions[0]]
    assert set(wanted) <= set(labels)
    assert dict(zip(labels, table.dense[name][point].tolist(), strict=True)) == {label: wanted.get(label, 0.0) for label in labels}


def played(file, settings, engine, replications):
    """The result of a match, or the mistake for which there is none."""
    try:
        return run(match(file, settings=settings, replications=replications, seed=11), engine)
    except NegotiationError as error:
        return error


@pytest.mark.parametrize("options", [{}, {"replications": 40}], ids=["usual", "replications"])
@pytest.mark.parametrize("name", SIMULATED)
def test_rows_are_what_simulate_says_at_each_point(name, options):
    file = scenario(name)
    some = drawn(file, 2 if name in SLOW else 4, seed=11)
    shape, table = layout(file, None, options), tabulate(file, some, options)
    for point in range(some.size):
        row = table.case[point]
        result = played(file, some.settings_at(point), ENGINES[table.cases["engine"][row]], 40 if options else 1000)
        if isinstance(result, NegotiationError):
            assert (table.cases["status"][row], table.remarks[row]) == (1, result.brief)
            assert np.isnan(table.dense["payoff"][point]).all()
            continue
        assert table.cases["status"][row] == 0
        check_row(shape, table, point, document(file, result))


@pytest.mark.parametrize(
    ("name", "settings", "options"),
    [
        ("december_2021", {"patience": "0.9"}, ["--replications", "200", "--seed", "5"]),
        ("harvesting", {"gain": "6"}, ["--engine", "exact"]),
    ],
)
def test_rows_are_what_the_command_prints(name, settings, options):
    done = negotiation("simulate", name, *(f"--set={key}={value}" for key, value in settings.items()), *options, "--json")
    assert done.returncode == 0, done.stderr
    file, chosen = scenario(name), {"replications": 200} if "--replications" in options else {"engine": "exact"}
    table = tabulate(file, points(5, **{key: [value] for key, value in settings.items()}), chosen)
    check_row(layout(file, None, chosen), table, 0, json.loads(done.stdout))


def test_alternating_exploitation_pays_a_geometric_series():
    """Two who reciprocate, one of whom opened hard, take turns: with a discounted future x they get 5x / (1 - xx) and 5 / (1 - xx)."""
    one = (Fraction(0), Fraction(1))
    file = opened(scenario("prisoners_dilemma"), {"repeat.continuation": one, "repeat.discount": one})
    futures, discounts = [0.1, 0.5, 0.9, 0.99, 0.6], [1, 0.9, 0.8, 0.95, 0.25]
    table = tabulate(file, points(repeat__continuation=map(str, futures), repeat__discount=map(str, discounts)), {})
    worth = np.array(futures) * np.array(discounts)
    assert table.cases["engine"].tolist() == [ENGINES.index("exact")]
    np.testing.assert_allclose(table.dense["payoff"][:, 0], 5 * worth / (1 - worth**2), rtol=1e-12)
    np.testing.assert_allclose(table.dense["payoff"][:, 1], 5 / (1 - worth**2), rtol=1e-12)
    np.testing.assert_allclose(table.dense["rounds"], 1 / (1 - np.array(futures)), rtol=1e-12)
    assert not table.dense["settled"].any()


def test_along_a_strategys_option_payoffs_are_those_of_the_chain_of_two_who_forgive():
    """Tit for tat that forgives with probability g against one that never does: a chain over CC, CD, DC, DD, solved here by hand."""
    file = scenario("prisoners_dilemma")
    known = option_defaults(file, ["behaviour.row.generosity"])
    file = opened(file, {"behaviour.row.generosity": (Fraction(0), Fraction(1))}, known)
    shares = [0.0, 0.05, 0.3, 0.75, 1.0]
    table = tabulate(file, points(behaviour__row__generosity=map(str, shares)), {})
    for point, g in enumerate(shares):
        # Row cooperates after C, after D with g; column does what row did. States are row's move, then column's.
        after = np.array([[1, 0, 0, 0], [g, 0, 1 - g, 0], [0, 1, 0, 0], [0, g, 0, 1 - g]])
        visits = np.linalg.solve(np.eye(4) - 0.9 * after.T, np.array([0, 1, 0, 0]))
        expected = visits @ np.array([[3, 3], [0, 5], [5, 0], [1, 1]])
        np.testing.assert_allclose(table.dense["payoff"][point], expected, rtol=1e-11)
        np.testing.assert_allclose(table.dense["outcome_share"][point], visits / visits.sum(), atol=1e-12)


def test_a_harvester_who_misjudges_the_future_stops_where_his_belief_says():
    """He stops after n*(d) refusals of the stopping problem at the discount he believes in, and is paid at the true one (0.95)."""
    file = opened(scenario("harvesting"), {"behaviour.challenger.discount": (Fraction(0), Fraction(1))})
    beliefs = [0.3, 0.6, 0.8, 0.9, 0.95, 0.99]
    table = tabulate(file, points(behaviour__challenger__discount=map(str, beliefs)), {})
    true = Harvest(5, 7, 0.8, 0.4, 0.1, 0.95)
    stops = [Harvest(5, 7, 0.8, 0.4, 0.1, belief).best for belief in beliefs]
    assert len(set(stops)) > 2
    assert stops[4] == 5
    assert table.dense["rounds"].tolist() == [stop + 1 for stop in stops]
    np.testing.assert_allclose(table.dense["payoff"][:, 0], [true.value(stop) for stop in stops], rtol=1e-12)
    assert table.dense["payoff"][4, 0] == pytest.approx(1.996225698, abs=1e-9)
    assert table.dense["payoff"][:, 0].argmax() == 4
    assert table.dense["settled"].tolist() == [1.0] * 6


def test_each_further_target_of_a_reputation_gives_in():
    """Kreps and Wilson (1982) at a prior of 0.1: targets give in while four or more are left, so each round more is worth 3 more.

    The ordinary type earns 18 at ten rounds; the committed one, who likes to act, 27.75.
    """
    horizons = [4, 5, 10, 20, 40]
    table = tabulate(scenario("reputation"), points(horizon=horizons), {})
    expected = 0.9 * 18 + 0.1 * 27.75 + 3 * (np.array(horizons) - 10)
    np.testing.assert_allclose(table.dense["payoff"][:, 0], expected, rtol=1e-12)


def test_the_first_engine_that_takes_a_match_plays_it():
    one = points(seed=1)
    for name, options, engine in (
        ("harvesting", {}, "exact"),
        ("harvesting", {"replications": 20}, "batch"),
        ("harvesting", {"engine": "events"}, "events"),
        ("stalling", {}, "batch"),
        ("two_documents", {"replications": 5}, "events"),
    ):
        assert ENGINES[tabulate(scenario(name), one, options).cases["engine"][0]] == engine, name


def test_where_too_many_situations_can_come_up_replications_are_played():
    """One who learns is in another state of mind after every course of play: some hundred thousand within 20 rounds."""
    options = {"behaviour": {"row": "roth_erev"}, "rounds": 20}
    table = tabulate(scenario("prisoners_dilemma"), points(), options)
    assert (ENGINES[table.cases["engine"][0]], table.dense["replications"].tolist()) == ("batch", [1000])
    found = match(scenario("prisoners_dilemma"), behaviour=options["behaviour"], rounds=20)
    with pytest.raises(NotApplicableError, match=rf"at most {MOST_SITUATIONS:,} situations can come up"):
        exact.run(found, most=MOST_SITUATIONS)


def test_points_have_the_same_draws():
    """What players do does not depend on what it costs the target, so at equal draws the shares are equal to the last bit."""
    file, options = scenario("harvesting"), {"replications": 50, "noise": 0.1}
    table = tabulate(file, points(seed=3, concede=[1, 20, 50]), options)
    assert (table.dense["end_share"] == table.dense["end_share"][0]).all()
    assert 0 < table.dense["end_share"][0].max() < 1
    other = tabulate(file, points(seed=4, concede=[20]), options)
    assert other.dense["rounds"][0] != table.dense["rounds"][0]


@pytest.mark.parametrize("name", ["december_2021", "harvesting", "stalling"])
def test_a_row_depends_on_its_point_alone(name):
    file, options = scenario(name), {"replications": 30}
    some = drawn(file, 5, seed=2)
    whole = tabulate(file, some, options)
    for places in ([0, 1], [4, 2, 3]):
        part = tabulate(file, some.picked(np.array(places)), options)
        for column in part.dense:
            assert np.array_equal(part.column(column), whole.column(column)[places], equal_nan=True)
        assert [part.remarks[case] for case in part.case] == [whole.remarks[whole.case[place]] for place in places]


def test_variants_and_settings_hold_at_every_point():
    file = scenario("harvesting")
    some = Points(1, {}, "dear waiting", MappingProxyType({"gain": Fraction(6)}))
    expected = exact.run(match(file, "dear waiting", settings={"gain": 6}))
    assert tabulate(file, some, {}).dense["payoff"][0].tolist() == expected.payoffs.tolist()


def test_rounds_noise_and_other_strategies_are_those_of_simulate():
    file = scenario("prisoners_dilemma")
    options = {"rounds": 7, "noise": 0.05, "behaviour": {"row": "win_stay_lose_shift"}, "replications": 60}
    expected = batch.run(with_noise(match(file, rounds=7, replications=60, behaviour={"row": "win_stay_lose_shift"}), 0.05))
    table = tabulate(file, points(), options)
    check_row(layout(file, None, options), table, 0, document(file, expected))


def test_a_point_that_cannot_be_played_is_told_in_its_row():
    file = opened(
        scenario("december_2021"), {"repeat.rounds": (Fraction(0), Fraction(9)), "behaviour.target.precision": (Fraction(-1), Fraction(9))}
    )
    table = tabulate(file, points(repeat__rounds=[2, "5/2", 2], behaviour__target__precision=[1, 1, -1]), {"replications": 10})
    assert table.cases["status"][table.case].tolist() == [0, 1, 1]
    assert [ENGINES[code] for code in table.cases["engine"][table.case]] == ["batch", "none", "none"]
    assert table.remarks[table.case[1]].endswith(
        "the number of rounds must be a whole number from 1 to 10,000,000, got 2.5 at repeat.rounds = 2.5"
    )
    assert table.remarks[table.case[2]] == "target (quantal_response): precision: must be at least 0, got -1"
    assert "\n" not in "".join(table.remarks)
    assert np.isfinite(table.dense["payoff"][0]).all()
    assert np.isnan(table.dense["payoff"][1:]).all()
    assert table.dense["replications"].tolist() == [10, 0, 0]


def test_what_has_to_be_known_of_a_match_stands_beside_it():
    table = tabulate(scenario("battle_of_the_sexes"), points(), {})
    assert "the scenario does not say how rounds repeat: played once" in table.remarks[0]
    assert "row (equilibrium): the stage game has 3 equilibria by subgame_perfect" in table.remarks[0]


def test_numbers_that_differ_from_point_to_point_make_no_remarks():
    """He says what stopping is worth, which is another number everywhere; how many refusals he waits for stays."""
    table = tabulate(scenario("harvesting"), points(gain=["5.1", "5.2", "5.3"]), {})
    assert table.remarks == ("challenger (refusal_harvester): acts after 5 refusals, which is worth ...; acting without any is worth ...",)


def test_ways_to_end_are_those_that_can_come_about():
    def ends(file, **options):
        return layout(file, None, options).labels["end"]

    assert ends(scenario("prisoners_dilemma")) == ("horizon reached",)
    assert ends(scenario("harvesting")) == ("granted", "acted", "horizon reached")
    assert ends(scenario("harvesting"), rounds=1) == ("refused", "granted", "acted", "quiet")
    assert ends(scenario("posture")) == ("act, accept", "act, refuse", "stand down, accept", "stand down, refuse")
    # The horizon is a parameter, and may be one round.
    assert ends(scenario("reputation")) == ("granted", "climbed down", "acted", "quiet", "horizon reached")
    assert len(ends(scenario("two_documents"))) == 16


BROKEN_OFF = """
repeat:
  rounds: 3
  over_when: [signed, coup]
  clock:
    unit: days
    between: {exponential: 20}
    until: 60
    shocks: {coup: {after: {exponential: 50}}, election: {at: [7], change: {gain: gain + 1}}}
behaviour: {challenger: random, target: random}
"""


def test_matches_that_are_broken_off_are_not_settled():
    file = loads(CRISIS + BROKEN_OFF)
    shape, table = layout(file, None, {}), tabulate(file, points(seed=2), {"replications": 400})
    shares = dict(zip(shape.labels["end"], table.dense["end_share"][0], strict=True))
    assert list(shares) == ["signed", "horizon reached", "coup", "time ran out"]
    assert all(shares.values())
    assert table.dense["settled"][0] == shares["signed"]
    units = {column.name: column.unit for column in shape.columns}
    assert (units["elapsed"], units["elapsed_error"], units["cause_share"], units["payoff"]) == ("days", "days", None, "payoff")


ALL_OVER = """
repeat:
  rounds: 4
  over_when: [signed]
  clock:
    unit: days
    moves: {ultimatum: {exponential: 5}}
    until: 40
    channels: {target: {washington: Washington, brussels: Brussels}}
    all_over_when: [acted]
behaviour: {challenger: random, target: random}
"""


def test_ends_of_channels_that_end_one_another_have_their_labels():
    file = loads(CRISIS + ALL_OVER)
    shape, table = layout(file, None, {}), tabulate(file, points(seed=2), {"replications": 300})
    own = {part.partition(": ")[2] for end in shape.labels["end"] for part in end.split("; ")}
    assert own == {"signed", "horizon reached", "time ran out", "all over"}
    assert table.dense["end_share"].sum() == pytest.approx(1, abs=1e-12)
    shares = dict(zip(shape.labels["end"], table.dense["end_share"][0], strict=True))
    assert table.dense["settled"][0] == shares["brussels: signed; washington: signed"] > 0
    assert sum(share for end, share in shares.items() if "all over" in end) > 0.1


GROWING = """
repeat:
  rounds: 4000
  state: {stake: {start: 1, after: {quiet: 2 * stake}}}
behaviour: {challenger: {strategy: always, action: wait}, target: random}
"""


@pytest.mark.parametrize("engine", ["auto", "exact", "batch", "events"])
def test_payoffs_beyond_all_numbers_are_no_row_of_infinities(engine):
    """Two to the power of 1024 is no double: the stake, or what it pays, has no number in round 1025."""
    file = loads(CRISIS.replace("quiet: {challenger: 0, target: 0}", "quiet: {challenger: stake, target: 0}") + GROWING)
    table = tabulate(file, points(), {"engine": engine} | ({} if engine in ("auto", "exact") else {"replications": 2}))
    assert table.cases["status"].tolist() == [1]
    assert "cannot be computed in a later round" in table.remarks[0] or "payoffs" in table.remarks[0]


def test_shares_of_all_channels_are_joint():
    shape = layout(scenario("two_documents"), None, {})
    assert shape.labels["player"] == ("challenger", "nato", "washington")
    table = tabulate(scenario("two_documents"), points(seed=1), {"replications": 60})
    assert table.dense["end_share"].sum() == pytest.approx(1, abs=1e-12)
    assert table.dense["settled"].tolist() == [1.0]
