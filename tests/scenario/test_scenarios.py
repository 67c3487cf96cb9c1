"""What a scenario says besides its game: repetition, behaviour, parameters, variants."""

import hashlib
from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import ParameterError, ScenarioError, UserMistakeError
from negotiation.scenario.scenario import StrategyChoice, load, loads

TEXT = """\
negotiation: 1
title: |
  Rounds
  and <more>
source: a book
about: A test.
players:
  a: {label: Anna & co, types: {tough: p, weak: 1 - p}}
  b: Bert
parameters:
  p: {value: 0.25, range: [0, 1], about: how likely a is tough, unit: probability}
  n: {value: 3, range: [0, 1000000000], about: rounds}
  d: {value: 0.9, range: [0, 1], about: discount}
definitions: {half: d / 2}
game:
  player: a
  actions:
    wait: peace
    ask: {with: {size: 2}, then: {player: b, actions: {yes: deal, no: refusal}}}
outcomes:
  peace: {a: 1, b: x + y}
  deal: {a: size * x, b: -size}
  refusal: {a: {tough: y, weak: -y}, b: 1 / (x - 4)}
repeat:
  rounds: 2 * n
  continue: half + 0.5
  discount: {a: d, b: 1}
  over_when: [deal]
  state:
    x: {start: 10 * d, after: {peace: y, refusal: x - 1}}
    y: {start: 2, after: {peace: x, deal: size * y}}
behaviour:
  a:
    tough: always
    weak: {strategy: quantal_response, precision: 2 * n, weights: [d, 1/3, 2], of: sincere, labels: [one, two words]}
sweep: {axes: {p: {points: 11}, d: {points: 3}}}
variants:
  long: {n: 50}
  short and rash: {n: 1, d: 0.8}
"""


@pytest.fixture
def scenario():
    return loads(TEXT, file="folder/rounds.yaml")


def test_texts(scenario):
    assert (scenario.name, scenario.file) == ("rounds", "folder/rounds.yaml")
    assert (scenario.title, scenario.source, scenario.about) == ("Rounds and <more>", "a book", "A test.")
    assert scenario.text == TEXT
    assert scenario.digest == hashlib.sha256(TEXT.encode()).hexdigest()
    assert scenario.players == ("a", "b")
    assert scenario.labels == {"a": "Anna & co", "b": "Bert"}
    assert scenario.types == {"a": ("tough", "weak")}
    assert scenario.sweep_axes == {"p": 11, "d": 3}
    assert scenario.is_repeated
    assert not scenario.is_matrix


def test_parameters(scenario):
    assert list(scenario.parameters) == ["p", "n", "d"]
    p = scenario.parameters["p"]
    assert (p.name, p.value, p.range, p.about, p.unit) == ("p", Fraction(1, 4), (0, 1), "how likely a is tough", "probability")
    assert scenario.parameters["n"].unit is None


def test_values_take_settings_before_variants_before_the_file(scenario):
    assert scenario.values() == {"p": Fraction(1, 4), "n": 3, "d": Fraction(9, 10)}
    assert scenario.values("short and rash") == {"p": Fraction(1, 4), "n": 1, "d": Fraction(4, 5)}
    assert scenario.values("short and rash", d=0.1, p="2/3") == {"p": Fraction(2, 3), "n": 1, "d": Fraction(1, 10)}
    assert scenario.variants == {"long": {"n": 50}, "short and rash": {"n": 1, "d": Fraction(4, 5)}}
    assert scenario.definitions_at(scenario.values(d=0.5)) == {"half": Fraction(1, 4)}


@pytest.mark.parametrize(
    ("variant", "settings", "said"),
    [
        ("lnog", {}, "folder/rounds.yaml has no variant 'lnog'; did you mean 'long'?"),
        ("zz", {}, "folder/rounds.yaml has no variant 'zz'; known: long, short and rash"),
        (None, {"q": 1}, "folder/rounds.yaml has no parameter 'q'; known: p, n, d"),
        (None, {"p": 1.5}, "p must lie in [0, 1] (how likely a is tough), got 1.5"),
        (None, {"p": "-1/3"}, "p must lie in [0, 1] (how likely a is tough), got -1/3"),
        (None, {"p": "much"}, "p: expected a number such as 2, 0.25 or 2/3, got 'much'"),
        (None, {"p": float("nan")}, "p: expected a finite number, got nan"),
        (None, {"p": True}, "p: expected a number, got the truth value True"),
    ],
)
def test_settings_that_are_not_allowed(scenario, variant, settings, said):
    with pytest.raises(ParameterError) as caught:
        scenario.game(variant, **settings)
    assert str(caught.value) == said


def test_a_scenario_without_variants_says_so():
    text = "negotiation: 1\ntitle: t\nplayers: {a: A, b: B}\ngame: {player: a, actions: {x: one}}\noutcomes: {one: {a: 1, b: 1}}\n"
    with pytest.raises(ParameterError, match=r"<text> has no variant 'v'; it has no variants"):
        loads(text).game("v")
    with pytest.raises(UserMistakeError, match="<text> has no 'repeat', so its game is played once; add it to play rounds"):
        loads(text).repetition()
    assert loads(text).choices() == {"a": StrategyChoice("equilibrium"), "b": StrategyChoice("equilibrium")}


def test_horizon(scenario):
    repetition = scenario.repetition()
    assert (repetition.rounds, repetition.continuation) == (6, 0.95)
    assert repetition.discounts == (0.9, 1.0)
    assert repetition.over_when == {"deal"}
    assert scenario.repetition("long", d=0.5).rounds == 100
    assert scenario.repetition("long", d=0.5).continuation == 0.75


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"n": 0}, "the number of rounds must be a whole number from 1 to 10,000,000, got 0 at n = 0"),
        ({"n": 0.75}, "the number of rounds must be a whole number from 1 to 10,000,000, got 1.5 at n = 0.75"),
        ({"n": 10**9}, "the number of rounds must be a whole number from 1 to 10,000,000, got 2000000000 at n = 1e+09"),
        ({"d": 0}, "the discount of 'a' must be above 0 and at most 1, got 0 at d = 0"),
        ({"d": 1}, "the probability that another round follows must be above 0 and below 1, got 1 at half = 0.5"),
    ],
)
def test_horizons_that_are_none(scenario, settings, said):
    with pytest.raises(ScenarioError) as caught:
        scenario.repetition(**settings)
    assert str(caught.value).splitlines()[0].endswith(said)


def test_state_is_carried_and_all_of_it_changes_at_once(scenario):
    """After 'peace' x and y change places; what an outcome does not mention stays."""
    state = scenario.repetition().state
    assert (state.names, state.start) == (("x", "y"), (9.0, 2.0))
    stage = scenario.stage()
    outcomes = [stage.nodes[number].outcome for number in stage.ends]
    peace, deal, refusal = (outcomes.index(name) for name in ("peace", "deal", "refusal"))
    assert state.after(peace, (9.0, 2.0)) == (2.0, 9.0)
    assert state.after(deal, (9.0, 2.0)) == (9.0, 4.0)
    assert state.after(refusal, (9.0, 2.0)) == (8.0, 2.0)


def test_payoffs_follow_the_state_and_the_type(scenario):
    state = scenario.repetition().state
    stage = scenario.stage()
    types = [stage.actions_at(0)[stage.moves_to(number)[0][1]] for number in stage.ends]
    expected = []
    for number, kind in zip(stage.ends, types, strict=True):
        match stage.nodes[number].outcome:
            case "peace":
                expected.append([1, 6 + 7])
            case "deal":
                expected.append([2 * 6, -2])
            case "refusal":
                expected.append([{"tough": 7, "weak": -7}[kind], 0.5])
    payoffs = state.payoffs((6.0, 7.0))
    assert payoffs.tolist() == expected
    assert not payoffs.flags.writeable
    # The stage game is the first round's.
    assert np.array_equal(scenario.stage().payoffs, state.payoffs(state.start))


def test_payoffs_that_cannot_be_computed_in_a_later_round_are_located(scenario):
    with pytest.raises(ScenarioError) as caught:
        scenario.repetition().state.payoffs((4.0, 0.0))
    assert str(caught.value).splitlines() == [
        "folder/rounds.yaml:23:41: the payoff of 'b' at outcome 'refusal' cannot be computed in a later round: division by zero at x = 4",
        "    23 |   refusal: {a: {tough: y, weak: -y}, b: 1 / (x - 4)}",
        "       |                                         ^^^^^^^^^^^",
    ]


def test_the_store_of_payoffs_starts_anew_when_it_is_full(scenario):
    state = scenario.repetition().state
    for number in range(5_000):
        assert state.payoffs((5.0 + number, 0.0))[0, 1] == 5.0 + number
    assert len(state.kept) < 5_000


def test_strategies_of_types_with_their_options(scenario):
    choices = scenario.choices(d="1/2")
    assert choices["a.tough"] == StrategyChoice("always")
    weak = choices["a.weak"]
    assert weak.name == "quantal_response"
    assert dict(weak.options) == {
        "precision": 6,
        "weights": (0.5, 1 / 3, 2),
        "of": "sincere",
        "labels": ("one", "two words"),
    }
    assert isinstance(weak.options["precision"], int)
    assert choices["b"] == StrategyChoice("equilibrium")
    assert scenario.choices("long")["a.weak"].options["precision"] == 100


def test_options_that_cannot_be_computed_are_located(scenario):
    text = TEXT.replace("precision: 2 * n", "precision: 1 / (n - 3)")
    with pytest.raises(ScenarioError, match="the option 'precision' of 'a', type 'weak' cannot be computed: division by zero at n = 3"):
        loads(text).choices()


def test_frozen(scenario):
    for view in (scenario.parameters, scenario.variants, scenario.variants["long"], scenario.labels, scenario.choices()["a.weak"].options):
        with pytest.raises(TypeError):
            view["p"] = 1
    with pytest.raises(AttributeError):
        scenario.title = "other"


def test_shown_in_a_notebook_without_the_users_markup(scenario):
    shown = scenario._repr_html_()
    assert "Rounds and &lt;more&gt;" in shown
    assert "a (Anna &amp; co)" in shown
    assert "<td>p</td><td>0.25</td><td>0 to 1</td><td>probability</td><td>how likely a is tough</td>" in shown


def test_load_takes_the_name_of_the_file(tmp_path):
    path = tmp_path / "crisis.of.1914.yaml"
    path.write_text(TEXT, encoding="utf-8")
    scenario = load(path)
    assert (scenario.name, scenario.file) == ("crisis.of.1914", str(path))
