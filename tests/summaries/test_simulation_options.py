"""What may be asked of a sweep's simulations, and what is said of what may not."""

from fractions import Fraction
from types import SimpleNamespace

import pytest
from shipped import scenario
from simulated_points import points
from timed_crisis import CRISIS

from negotiation import lookup
from negotiation.engines import batch
from negotiation.errors import NotApplicableError, ParameterError, UnknownNameError
from negotiation.games.points import Points
from negotiation.scenario.opening import opened
from negotiation.scenario.scenario import loads
from negotiation.summaries.simulation import layout, prepared, tabulate


def test_an_engine_that_was_named_and_does_not_take_the_match_is_not_replaced():
    table = tabulate(scenario("stalling"), points(), {"engine": "exact"})
    assert table.cases["status"].tolist() == [1]
    assert table.remarks[0].startswith("exact follows rounds, not time, and this match has a clock")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"replication": 3}, "a simulation has no option 'replication'; it has engine, replications, rounds, noise, behaviour"),
        ({"replications": 0}, "replications: expected a whole number of at least 1, got 0"),
        ({"replications": True}, "replications: expected a whole number of at least 1, got True"),
        ({"rounds": 2.5}, "rounds: expected a whole number of at least 1, got 2.5"),
        ({"noise": 2}, "noise: expected a number in [0, 1], got 2"),
        ({"noise": "much"}, "noise: expected a number in [0, 1], got 'much'"),
        ({"behaviour": "random"}, "behaviour: expected a strategy for each of some players, got 'random'"),
        ({"behaviour": {"target": 3}}, "behaviour: expected a strategy for each of some players, got {'target': 3}"),
        ({"behaviour.nobody": "random"}, "behaviour: there is no 'nobody'; there are challenger, target"),
        ({"behaviour": {"nobody": "random"}}, "behaviour: there is no 'nobody'; there are challenger, target"),
        ({"engine": "exact", "replications": 9}, "the engine exact follows all courses of play at once: there is nothing to replicate"),
        ({"files": {"patient.py": "0"}}, "patient.py is not what it was when this sweep began: a sweep has one strategy of that name"),
    ],
)
def test_options_that_are_not_allowed_are_refused_before_anything_is_played(options, said):
    for ask in (lambda: layout(scenario("harvesting"), None, options), lambda: tabulate(scenario("harvesting"), points(), options)):
        with pytest.raises(ParameterError) as told:
            ask()
        assert str(told.value) == said


def test_unknown_engines_and_strategies_are_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'batch'"):
        layout(scenario("harvesting"), None, {"engine": "bach"})
    with pytest.raises(UnknownNameError, match="did you mean 'random'"):
        layout(scenario("harvesting"), None, {"behaviour": {"target": "randon"}})


def test_one_players_strategy_can_be_an_option_of_its_own():
    file, whole = scenario("harvesting"), {"behaviour": {"target": "random", "challenger": "random"}, "replications": 20}
    one = {"behaviour": {"challenger": "random"}, "behaviour.target": "random", "replications": 20}
    assert tabulate(file, points(), one).dense["rounds"].tolist() == tabulate(file, points(), whole).dense["rounds"].tolist()


@pytest.mark.parametrize(
    ("number", "options", "said"),
    [
        ("repeat.rounds", {"rounds": 5}, "repeat.rounds varies along an axis, so the option rounds cannot be 5 everywhere"),
        (
            "behaviour.target.precision",
            {"behaviour.target": "random"},
            "behaviour.target.precision varies along an axis, so target cannot follow another strategy, 'random'",
        ),
    ],
)
def test_nothing_varies_in_vain(number, options, said):
    file = opened(scenario("december_2021"), {number: (Fraction(1), Fraction(9))})
    with pytest.raises(ParameterError) as told:
        layout(file, None, options)
    assert str(told.value) == said
    assert layout(scenario("december_2021"), None, options).columns


def test_a_simulation_takes_no_concept():
    with pytest.raises(ParameterError, match="takes no concept, got 'nash'; strategies are named under 'behaviour'"):
        layout(scenario("harvesting"), "nash", {})
    with pytest.raises(ParameterError, match="takes no concept, got 'nash'"):
        tabulate(scenario("harvesting"), Points(1, {}, concept="nash"), {})


def test_an_audience_is_not_simulated():
    with pytest.raises(NotApplicableError, match=r"has an audience: .* can be solved but not simulated"):
        layout(scenario("audience"), None, {})


def test_more_ends_than_a_table_takes_are_refused():
    channels = ", ".join(f"c{number}: C{number}" for number in range(6))
    file = loads(CRISIS + f"repeat: {{rounds: 1, clock: {{unit: days, channels: {{target: {{{channels}}}}}}}}}")
    with pytest.raises(NotApplicableError, match=r"6 channels that can end in 4,096 ways together; a table takes at most 256"):
        layout(file, None, {})


def test_an_interrupted_match_is_no_row(monkeypatch):
    """Engines return what is done when they are interrupted; a sweep stores whole points only."""

    def interrupted(found):
        record = batch.run(found)
        return type(record)(record.match, "batch", record.last[:5], record.rounds[:5], record.payoffs[:5], record.counts)

    monkeypatch.setattr(lookup, "engine", lambda _: SimpleNamespace(run=interrupted))
    with pytest.raises(KeyboardInterrupt):
        tabulate(scenario("harvesting"), points(), {"replications": 20})


OWN = """
from negotiation.games.seat import automaton, pure

def strategy(seat, *, action=0):
    return automaton(seat, lambda state, place: pure(seat, place, action), lambda state, seen: state)
"""


def test_a_strategy_of_ones_own_is_known_by_its_file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(OWN)
    file, options = scenario("harvesting"), {"behaviour": {"target": str(path)}}
    begun = prepared(file, options)
    assert set(begun) == {"behaviour", "files"}
    assert tabulate(file, points(), begun).cases["status"].tolist() == [0]
    assert prepared(file, {}) == {}
    path.write_text(OWN + "# changed\n")
    with pytest.raises(ParameterError, match=r"mine.py is not what it was when this sweep began"):
        tabulate(file, points(), begun)
