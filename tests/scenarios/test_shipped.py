"""Every scenario that is shipped: it loads, says where it comes from and what its numbers mean, and can be played."""

from fractions import Fraction

import jsonschema
import pytest
import yaml
from shipped import FOLDER, scenario

from negotiation.engines import events
from negotiation.errors import NotApplicableError
from negotiation.games.readings import read_path
from negotiation.play import match
from negotiation.scenario.schema import json_schema

NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))

#: The rows of theory.md that are variants of a scenario, and the classics.
EXPECTED = {
    "pretext": {"A", "B", "C", "D", "E", "F", "G", "H", "E2", "C2"},
    "demand_size": {"2a-I", "2a-II", "2a-III", "2a-IV", "2a-V"},
    "resolve": {"4a-I", "4a-II", "4a-III", "4a-IV", "4c-I", "4c-II", "4c-III", "4c-IV"},
    "two_sided": {"mixed bluff", "pooling bluff", "no bluff"},
    "cohesion": {"cheap drafts", "coordination", "dear drafts", "unequal drafts"},
    "posture": {"rigid target", "yielding target"},
    "spoiling": {"benchmark"},
    "alliance": {"no blame", "shared blame"},
    "alliance_of_two": {"no blame", "shared blame"},
    "december_2021": set(),
    "prisoners_dilemma": set(),
    "chicken": set(),
    "stag_hunt": set(),
    "battle_of_the_sexes": set(),
    "ultimatum": set(),
    "entry_deterrence": set(),
    "beer_quiche": set(),
    "job_market": set(),
    "seltens_horse": set(),
    "audience": {"3-I", "3-II", "3-III", "3-IV", "3-V", "3-VI", "3-VII", "3-VIII"},
    "audience_finite": {"low prior", "high prior", "separating"},
    "audience_target": {"benchmark"},
}


def variants(name):
    return [None, *scenario(name).variants]


@pytest.mark.parametrize("name", EXPECTED)
def test_it_is_there_with_the_variants_of_its_calibrations(name):
    assert name in NAMES
    assert EXPECTED[name] <= set(scenario(name).variants)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name):
    shipped = scenario(name)
    assert len(shipped.title) > 5
    assert len(shipped.source) > 10
    assert len(shipped.about.split()) > 20
    assert all(label.strip() for label in shipped.labels.values())
    for parameter in shipped.parameters.values():
        assert len(parameter.about.split()) >= 3, parameter.name
        assert parameter.range[0] < parameter.range[1], parameter.name


@pytest.mark.parametrize("name", NAMES)
def test_every_variant_is_a_game_of_the_same_form(name):
    shipped = scenario(name)
    shape = [(place.name, place.actions) for place in shipped.stage().information_sets]
    for variant in variants(name):
        assert shipped.game(variant).players == shipped.players
        assert [(place.name, place.actions) for place in shipped.stage(variant).information_sets] == shape


@pytest.mark.parametrize("name", NAMES)
def test_every_course_of_play_has_a_name_and_every_name_a_course_of_play(name):
    shipped = scenario(name)
    used = set()
    for variant in variants(name):
        stage = shipped.stage(variant)
        read = [read_path(stage.readings, stage.path_to(end)) for end in stage.ends]
        assert None not in read
        used |= set(read)
    assert used == {reading.name for reading in shipped.readings}


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_matters(name):
    """A parameter that changes no payoff, probability, horizon or strategy would mislead."""
    shipped = scenario(name)

    def everything(**settings):
        stage = shipped.stage(**settings)
        repetition = shipped.repetition(**settings) if shipped.is_repeated else None
        rounds = repetition and (repetition.rounds, repetition.continuation, repetition.discounts, _carried(repetition), _timed(repetition))
        channels = [
            (channel.stage.nodes, _timed(channel.repetition), _seen_elsewhere(channel.repetition))
            for channel in shipped.channels(**settings)
        ]
        choices = {key: (choice.name, dict(choice.options)) for key, choice in shipped.choices(**settings).items()}
        return stage.nodes, _believed(stage), rounds, choices, channels

    settings = [{}, *map(dict, shipped.variants.values())]
    for parameter in shipped.parameters.values():
        low, high = parameter.range
        others = (low + (high - low) / 3, high)
        assert any(
            everything(**setting | {parameter.name: other}) != everything(**setting | {parameter.name: parameter.value})
            for setting in settings
            for other in others
        ), parameter.name


def _believed(stage):
    """What ends are worth at a belief, where an audience watches."""
    belief = Fraction(2, 5), Fraction(3, 5)
    return None if stage.audience is None else [[payoff.at(belief) for payoff in row] for row in stage.audience.payoffs]


def _timed(repetition):
    """The numbers of the clock, if there is one."""
    clock = repetition.clock
    if clock is None:
        return None
    windows = [(window.start, window.stop) for window in clock.windows]
    shocks = [(shock.times, shock.interval) for shock in clock.shocks]
    return clock.per_unit, clock.durations, clock.deadlines, clock.until, clock.rates, clock.costs, windows, shocks


def _seen_elsewhere(repetition):
    """What a round in a channel pays after each outcome in another one."""
    rules = repetition.state
    return [rules.payoffs(change(rules.start)).tolist() for change in repetition.clock.elsewhere.values()]


def _carried(repetition):
    """What is carried from round to round after one and two rounds, at every end."""
    if repetition.state is None:
        return None
    rules, ends = repetition.state, range(len(repetition.state.payoffs(repetition.state.start)))
    once = [rules.after(end, rules.start) for end in ends]
    return rules.start, once, [rules.payoffs(state).tolist() for state in once]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_of_the_published_schema(name):
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    errors = jsonschema.Draft202012Validator(json_schema()).iter_errors(yaml.safe_load(text))
    assert [error.message for error in errors] == []


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_played_unless_an_audience_watches(name):
    for variant in variants(name):
        if scenario(name).stage(variant).audience is not None:
            with pytest.raises(NotApplicableError, match=r"has an audience.*not played in rounds"):
                match(scenario(name), variant)
            continue
        record = events.run(match(scenario(name), variant, replications=5, rounds=3, seed=7))
        assert len(record.rounds) == 5
        assert sum(record.ends.values()) == pytest.approx(1)
