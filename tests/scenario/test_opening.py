"""Numbers of strategies and of ``repeat`` as parameters: what is opened and set plays as a file does in which it was edited."""

from fractions import Fraction

import numpy as np
import pytest
from shipped import FOLDER, scenario
from timed_crisis import CRISIS

from negotiation.errors import LocatedError, ParameterError, ScenarioError
from negotiation.play import match, option_defaults
from negotiation.scenario.opening import openable, opened
from negotiation.scenario.scenario import loads

REPEATED = ("attrition", "december_2021", "harvesting", "prisoners_dilemma", "reputation", "salami", "stalling", "two_documents")

TIMED = """
repeat:
  rounds: 6
  over_when: [coup]
  state: {worry: {start: 2}}
  clock:
    unit: days
    moves: {challenger: {uniform: [1, 3]}, accept: {fixed: 2}, target: {refuse: {gamma: [2, 7]}}}
    between: {exponential: 20}
    deadlines: {target: {after: 50, counts_as: refuse}}
    until: 400
    discount_rate: {challenger: 0.01}
    waiting_cost: {target: 0.02}
    windows: {mediation: {from: 10, to: 60, closes: [act], moves: {ultimatum: {fixed: 14}}}}
    shocks:
      election: {at: [90, 180], change: {worry: worry + 1}}
      incident: {every: {lognormal: [60, 0.5]}, change: {harm: harm + gain}}
      coup: {after: {empirical: [300, 500]}}
behaviour: {challenger: {strategy: always, action: [ultimatum, act]}, target: random}
"""


def whole(name):
    """A shipped scenario with all its numbers opened, each to its own value, but those that several places share."""
    known = openable(scenario(name))
    return opened(scenario(name), {key: (found.value, found.value) for key, found in known.items() if found.places == (key,)})


@pytest.mark.parametrize("name", REPEATED)
def test_opened_numbers_that_nobody_sets_change_nothing(name):
    before, after = scenario(name), whole(name)
    assert len(after.parameters) > len(before.parameters)
    assert after.choices() == before.choices()
    for part in ("rounds", "continuation", "discounts", "over_when", "clock"):
        assert same(getattr(after.repetition(), part), getattr(before.repetition(), part)), part
    for one, other in zip(after.channels(), before.channels(), strict=True):
        assert same(one.repetition.clock, other.repetition.clock)
    rules = [each.repetition().state for each in (before, after)]
    assert rules[0] is None or rules[0].start == rules[1].start


def same(found, expected):
    """Whether two parts of a repetition say the same; clocks compare by their fields."""
    if type(found).__name__ != "Clock":
        return found == expected
    return all(
        getattr(found, name) == getattr(expected, name) for name in ("per_unit", "durations", "deadlines", "until", "rates", "costs")
    )


@pytest.mark.parametrize(
    ("name", "number", "value", "written", "edited"),
    [
        ("december_2021", "behaviour.target.precision", "2.5", "target: {strategy: quantal_response, precision: 8}", None),
        ("december_2021", "repeat.rounds", "7", "rounds: 24", "rounds: 7"),
        ("december_2021", "repeat.discount.challenger", "0.5", "challenger: patience, ", "challenger: 0.5, "),
        ("december_2021", "repeat.state.credibility.start", "0.75", "start: 1\n", "start: 0.75\n"),
        ("prisoners_dilemma", "repeat.continuation", "2/3", "continue: future", "continue: 2/3"),
        ("prisoners_dilemma", "repeat.continue", "0.4", "continue: future", "continue: 0.4"),
        ("reputation", "behaviour.challenger.ordinary.prior", "0.3", "rounds: horizon, prior: prior, beta: beta}", None),
        ("salami", "behaviour.challenger.slices", "4", "slices: slices", "slices: 4"),
    ],
)
def test_a_number_that_is_set_is_as_if_it_stood_in_the_file(name, number, value, written, edited):
    """The edit is by hand: what stands there is replaced once."""
    by_hand = edited if edited is not None else written.replace("precision: 8", "precision: 2.5").replace("prior: prior", "prior: 0.3")
    text = scenario(name).text
    assert text.count(written) == 1
    edited_file = loads(text.replace(written, by_hand), file=str(FOLDER / f"{name}.yaml"))
    as_parameter = opened(scenario(name), {number: (Fraction(0), Fraction(100))})
    assert as_parameter.choices(**{number: value}) == edited_file.choices()
    one, other = as_parameter.repetition(**{number: value}), edited_file.repetition()
    assert (one.rounds, one.continuation, one.discounts) == (other.rounds, other.continuation, other.discounts)
    assert one.state is None or one.state.start == other.state.start


def test_every_number_of_a_clock_has_the_name_of_its_place_in_the_file():
    found = openable(loads(CRISIS + TIMED))
    clock = {name.removeprefix("repeat.clock."): (opening.value, opening.unit) for name, opening in found.items() if "clock" in name}
    days = {name: value for name, (value, unit) in clock.items() if unit == "days"}
    assert days == {
        "moves.challenger.uniform.1": 1,
        "moves.challenger.uniform.2": 3,
        "moves.accept.fixed": 2,
        "moves.target.refuse.gamma.2": 7,
        "between.exponential": 20,
        "deadlines.target.after": 50,
        "until": 400,
        "windows.mediation.from": 10,
        "windows.mediation.to": 60,
        "windows.mediation.moves.ultimatum.fixed": 14,
        "shocks.election.at.1": 90,
        "shocks.election.at.2": 180,
        "shocks.incident.every.lognormal.1": 60,
        "shocks.coup.after.empirical.1": 300,
        "shocks.coup.after.empirical.2": 500,
    }
    rest = {name: (float(value), unit) for name, (value, unit) in clock.items() if unit != "days"}
    assert rest == {
        "moves.target.refuse.gamma.1": (2, None),
        "shocks.incident.every.lognormal.2": (0.5, None),
        "discount_rate.challenger": (0.01, "1/days"),
        "waiting_cost.target": (0.02, None),
    }
    assert found["repeat.state.worry.start"].value == 2


def test_each_number_of_a_clock_goes_where_it_belongs():
    """All of them set at once to the numbers of another file of the same shape."""
    other = TIMED
    for before, after in (("[1, 3]", "[2, 5]"), ("fixed: 2}", "fixed: 4}"), ("[2, 7]", "[3, 8]"), ("exponential: 20", "exponential: 30")):
        other = other.replace(before, after)
    for before, after in (("after: 50", "after: 60"), ("until: 400", "until: 800"), ("from: 10, to: 60", "from: 20, to: 70")):
        other = other.replace(before, after)
    for before, after in (
        ("fixed: 14", "fixed: 15"),
        ("[90, 180]", "[91, 181]"),
        ("[60, 0.5]", "[61, 0.25]"),
        ("[300, 500]", "[301, 501]"),
    ):
        other = other.replace(before, after)
    other = other.replace("challenger: 0.01", "challenger: 0.03").replace("target: 0.02", "target: 0.04").replace("rounds: 6", "rounds: 8")
    one, two = loads(CRISIS + TIMED), loads(CRISIS + other)
    wanted = {name: found.value for name, found in openable(two).items() if found.places == (name,)}
    changed = [name for name, value in wanted.items() if openable(one)[name].value != value]
    assert len(changed) == 20  # all of the clock, and the rounds
    parameters = opened(one, {name: (Fraction(0), Fraction(1000)) for name in wanted})
    found, expected = parameters.repetition(**wanted), two.repetition()
    assert found.rounds == expected.rounds == 8
    for name in ("per_unit", "durations", "moves", "pause", "deadlines", "until", "rates", "costs", "windows"):
        assert str(getattr(found.clock, name)) == str(getattr(expected.clock, name)), name
    shown = [[(shock.name, shock.times, shock.interval, shock.repeats) for shock in each.clock.shocks] for each in (found, expected)]
    assert shown[0] == shown[1]


def test_numbers_of_lists_are_counted_from_one():
    text = scenario("prisoners_dilemma").text.replace(
        "row: {strategy: tit_for_tat, cooperative: [cooperate]}",
        "row: {strategy: memory_one, cooperation: [1, 0.25, 1, reward / 10], cooperative: [cooperate]}",
    )
    file = loads(text)
    assert openable(file)["behaviour.row.cooperation.4"].value == Fraction(3, 10)
    set_anew = opened(file, {"behaviour.row.cooperation.2": (Fraction(0), Fraction(1))})
    assert set_anew.choices(**{"behaviour.row.cooperation.2": 0.75})["row"].options["cooperation"] == (1, 0.75, 1, 0.3)


def test_what_a_strategy_has_by_default_can_be_opened_if_the_strategy_is_named():
    file = scenario("prisoners_dilemma")
    assert "behaviour.row.generosity" not in openable(file)
    known = option_defaults(file, ["behaviour.row.generosity", "repeat.continuation"])
    assert known == {"behaviour.row.generosity": 0}
    generous = opened(file, {"behaviour.row.generosity": (Fraction(0), Fraction(1))}, known)
    assert "generosity" not in generous.choices()["column"].options
    assert generous.choices(**{"behaviour.row.generosity": "1/4"})["row"].options["generosity"] == 0.25
    assert option_defaults(scenario("entry_deterrence"), ["behaviour.entrant.which"]) == {}


def test_strategies_that_miss_nothing_are_not_looked_up():
    """So that stored results can be read where the user's own strategy is not."""
    text = scenario("prisoners_dilemma").text.replace("row: {strategy: tit_for_tat", "row: {strategy: nowhere.py, step: 0.5")
    assert option_defaults(loads(text), ["behaviour.row.step", "behaviour.column.generosity"]) == {"behaviour.column.generosity": 0}
    with pytest.raises(LocatedError, match=r"^nowhere.py: cannot read the file"):
        option_defaults(loads(text), ["behaviour.row.pace"])


def test_the_parameter_says_what_it_is():
    parameter = opened(scenario("december_2021"), {"repeat.rounds": (Fraction(1), Fraction(50))}).parameters["repeat.rounds"]
    assert (parameter.value, parameter.range, parameter.about, parameter.unit) == (24, (1, 50), "the number of rounds", "rounds")


def test_a_number_that_was_a_formula_no_longer_follows_its_parameters():
    file = opened(scenario("harvesting"), {"repeat.discount.challenger": (Fraction(0), Fraction(1))})
    assert file.repetition(patience="0.5").discounts == (0.95, 0.5)


def test_equal_discounts_are_one_number_and_different_ones_are_not():
    assert "repeat.discount" not in openable(scenario("december_2021"))
    file = opened(scenario("harvesting"), {"repeat.discount": (Fraction(0), Fraction(1))})
    assert file.repetition(**{"repeat.discount": "0.5"}).discounts == (0.5, 0.5)
    # A file without discounts means 1.
    assert opened(scenario("prisoners_dilemma"), {"repeat.discount.row": (Fraction(0), Fraction(1))}).repetition(
        **{"repeat.discount.row": "0.5"}
    ).discounts == (0.5, 1)


def test_values_outside_the_range_are_refused_with_the_meaning():
    file = opened(scenario("december_2021"), {"repeat.rounds": (Fraction(1), Fraction(50))})
    with pytest.raises(ParameterError, match=r"^repeat.rounds must lie in \[1, 50\] \(the number of rounds\), got 51$"):
        file.values(**{"repeat.rounds": 51})


def test_a_number_of_rounds_that_is_not_whole_is_refused_at_its_place():
    file = opened(scenario("december_2021"), {"repeat.rounds": (Fraction(1), Fraction(50))})
    with pytest.raises(
        ScenarioError, match=r"december_2021.yaml:94:11: the number of rounds must be a whole number from 1 to 10,000,000, "
    ) as told:
        match(file, settings={"repeat.rounds": 2.5})
    assert "got 2.5 at repeat.rounds = 2.5" in str(told.value)


def test_what_a_strategy_refuses_is_told_in_its_words():
    file = opened(scenario("december_2021"), {"behaviour.target.precision": (Fraction(-1), Fraction(50))})
    with pytest.raises(ParameterError, match=r"^target \(quantal_response\): precision: must be at least 0, got -1$"):
        match(file, settings={"behaviour.target.precision": -1})


@pytest.mark.parametrize(
    ("name", "number", "said"),
    [
        (
            "december_2021",
            "behaviour.target.precison",
            "did you mean 'behaviour.target.precision'? There are behaviour.challenger.precision",
        ),
        (
            "december_2021",
            "nothing like it",
            "'nothing like it' that can be varied; there are behaviour.challenger.precision, behaviour.target",
        ),
        ("prisoners_dilemma", "repeat.rounds", "no number 'repeat.rounds' that can be varied; "),
        ("chicken", "repeat.rounds", "chicken.yaml gives no numbers to strategies or to 'repeat': there is no 'repeat.rounds' to vary"),
    ],
)
def test_an_unknown_number_is_refused_with_the_nearest_and_all_that_there_are(name, number, said):
    with pytest.raises(ParameterError) as told:
        opened(scenario(name), {number: (Fraction(0), Fraction(1))})
    assert said in str(told.value)


def test_the_same_number_is_not_opened_twice():
    both = {"repeat.discount": (Fraction(0), Fraction(1)), "repeat.discount.row": (Fraction(0), Fraction(1))}
    with pytest.raises(
        ParameterError, match=r"^repeat.discount.row and repeat.discount are the same number of .*prisoners_dilemma.yaml: take one"
    ):
        opened(scenario("prisoners_dilemma"), both)


def test_a_range_goes_upwards():
    with pytest.raises(ParameterError, match=r"^repeat.rounds: a range goes from the lowest to the highest, got 9 to 1$"):
        opened(scenario("december_2021"), {"repeat.rounds": (Fraction(9), Fraction(1))})


def test_a_number_that_differs_between_channels_is_not_one_number():
    """Each addressee takes his own time to study the draft: ``set: {study: study_1}``."""
    found = openable(scenario("two_documents"))
    assert "repeat.rounds" in found
    assert not any(name.startswith("repeat.clock.moves") for name in found)


def test_nothing_opened_is_the_scenario_itself():
    assert opened(scenario("chicken"), {}) is scenario("chicken")


def test_opened_scenarios_have_the_same_games():
    one, other = scenario("december_2021").stage(), whole("december_2021").stage()
    assert np.array_equal(one.payoffs, other.payoffs)
