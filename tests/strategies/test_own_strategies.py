"""Strategies of a user's own: a Python file and an automaton in YAML, named by their paths."""

import re
from pathlib import Path

import pytest
from stages import crisis, dilemma, match_of, scripted

from negotiation import lookup
from negotiation.engines import events
from negotiation.errors import LocatedError, ParameterError, ScenarioError, UnknownNameError
from negotiation.games.repeated import Automaton
from negotiation.games.seat import Seat
from negotiation.play import match, seat_strategy
from negotiation.scenario.scenario import StrategyChoice, load

PATIENT = '''"""Waits some rounds, then demands."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Patient:
    seat: object
    rounds: int

    def start(self):
        return 0

    def behaviour(self, state, place, carried):
        actions = self.seat.stage.information_sets[place].actions
        if state == 3:
            raise {error}
        return [float(n == (state >= self.rounds)) for n in range(len(actions))]

    def update(self, state, seen):
        return state + 1


def strategy(seat, *, rounds=2):
    return Patient(seat, rounds)
'''

FIRM = """\
automaton: 1
about: Refuses twice, then gives in.
states:
  firm:
    play: {ultimatum: refuse}
    next: {refuse: wavering}
  wavering:
    play: {ultimatum: {accept: 0, refuse: 1}}
    next: {ultimatum > ... > act: beaten}
  beaten:
    play: {ultimatum: accept}
"""


@pytest.fixture
def write(tmp_path):
    def file(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return file


def transcript(challenger, target, rounds):
    played = match_of(crisis(), challenger, target, rounds=rounds)
    return [" > ".join(move.action for move in entry.moves) for entry in events.trace(played).rounds]


def test_a_python_file_is_a_strategy(write):
    path = write("patient.py", PATIENT.format(error="ValueError"))
    assert lookup.strategy(path).__doc__ == "Waits some rounds, then demands."
    own = seat_strategy(Seat(crisis(), 0), StrategyChoice(path, {"rounds": 1}))
    assert transcript(own, scripted(Seat(crisis(), 1), ["accept"]), 3) == ["wait", "ultimatum > accept", "ultimatum > accept"]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("SystemExit(3)", "behaviour failed: SystemExit: 3"),
        ("StopIteration", "behaviour failed: StopIteration"),
        ("GeneratorExit", "behaviour failed: GeneratorExit"),
        ("KeyError('anger')", "behaviour failed: KeyError: 'anger'"),
    ],
)
def test_what_goes_wrong_in_it_is_told_with_file_and_line(write, error, message):
    path = write("patient.py", PATIENT.format(error=error))
    own = seat_strategy(Seat(crisis(), 0), StrategyChoice(path))
    with pytest.raises(LocatedError) as raised:
        transcript(own, scripted(Seat(crisis(), 1), ["accept"]), 4)
    (mistake,) = raised.value.mistakes
    assert (mistake.file, mistake.line, mistake.rule) == (path, 18, message)
    assert f"raise {error}" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("def strategy(seat:\n", 1, "the file failed: SyntaxError"),
        ("import sys\n\nsys.exit()\n", 3, "the file failed: SystemExit"),
        ("def play(seat):\n    return None\n", 1, "the file must have a function strategy"),
        ("def strategy():\n    return None\n", 1, "the file must have a function strategy"),
        ("def strategy(seat):\n    return 1 / 0\n", 2, "strategy failed: ZeroDivisionError: division by zero"),
        ("def strategy(seat):\n    return 7\n", 1, "strategy must return a strategy, with start, behaviour, update; it returned int"),
    ],
)
def test_a_file_that_is_no_strategy_is_refused(write, text, line, message):
    path = write("own.py", text)
    with pytest.raises(LocatedError, match=message) as raised:
        seat_strategy(Seat(crisis(), 0), StrategyChoice(path))
    assert raised.value.mistakes[0].line == line


def test_states_must_be_hashable_and_rows_numbers(write):
    text = PATIENT.format(error="ValueError").replace("return 0", "return []")
    own = seat_strategy(Seat(crisis(), 0), StrategyChoice(write("list.py", text)))
    with pytest.raises(LocatedError, match="start failed: TypeError: unhashable type: 'list'"):
        own.start()
    text = PATIENT.format(error="ValueError").replace(
        "return [float(n == (state >= self.rounds)) for n in range(len(actions))]", "return None"
    )
    own = seat_strategy(Seat(crisis(), 0), StrategyChoice(write("none.py", text)))
    with pytest.raises(LocatedError, match="behaviour failed: TypeError"):
        own.behaviour(0, 0, ())


def test_options_of_a_python_file_are_checked(write):
    path = write("patient.py", PATIENT.format(error="ValueError"))
    with pytest.raises(ParameterError, match="there is no option 'round'; it has rounds"):
        seat_strategy(Seat(crisis(), 0), StrategyChoice(path, {"round": 1}))


def test_an_automaton_of_ones_own_is_a_table_for_every_engine(write):
    own = seat_strategy(Seat(crisis(), 1), StrategyChoice(write("firm.yaml", FIRM)))
    assert isinstance(own, Automaton)
    challenger = scripted(Seat(crisis(), 0), ["ultimatum", "ultimatum", "act", "ultimatum"])
    refused, accepted = "ultimatum > refuse > stand down", "ultimatum > accept"
    assert transcript(challenger, own, 4) == [refused, refused, "wait", refused]
    forever = scripted(Seat(crisis(), 0), ["ultimatum"])
    assert transcript(forever, own, 3) == [refused] * 3
    told = FIRM.replace("ultimatum > ... > act", "climbed down")
    own = seat_strategy(Seat(crisis(), 1), StrategyChoice(write("told.yaml", told)))
    assert transcript(forever, own, 4) == [refused, refused, accepted, accepted]


def test_the_first_step_that_fits_counts_and_otherwise_comes_last(write):
    text = """\
automaton: 1
start: hard
states:
  soft: {play: {start: cooperate}, next: {otherwise: hard, cooperate > cooperate: soft}}
  hard: {play: {start: defect}, next: {"* > defect": hard, otherwise: soft}}
"""
    own = seat_strategy(Seat(dilemma(), 0), StrategyChoice(write("own.yml", text)))
    rival = scripted(Seat(dilemma(), 1), ["defect", "cooperate", "cooperate", "defect", "defect"])
    rounds = events.trace(match_of(dilemma(), own, rival, rounds=5)).rounds
    assert [entry.moves[0].action for entry in rounds] == ["defect", "defect", "cooperate", "cooperate", "defect"]


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        (("automaton: 1", "automaton: 2"), ":1:12:", "'automaton' must be 1"),
        (("about:", "abut:"), ":2:1:", "unknown key 'abut'\n(.*\n)*.*did you mean 'about'"),
        (("next: {refuse: wavering}", "next: {refuse: waverin}"), ":6:20:", "unknown state 'waverin'\n(.*\n)*.*did you mean 'wavering'"),
        (("next: {refuse: wavering}", "next: {refsue: wavering}"), ":6:12:", "unknown action or outcome 'refsue'\n(.*\n)*.*did you mean"),
        (("play: {ultimatum: refuse}", "play: {ultimatm: refuse}"), ":5:12:", "unknown information set 'ultimatm' of target"),
        (("play: {ultimatum: refuse}", "play: {ultimatum: decline}"), ":5:23:", "unknown action 'decline' at 'ultimatum'"),
        (("{accept: 0, refuse: 1}", "{accept: 0.1, refuse: 1}"), ":8:12:", r"sum to 1, got 1/10 \+ 1 = 11/10"),
        (("{accept: 0, refuse: 1}", "{accept: some, refuse: 1}"), ":8:32:", "the probability of 'accept': expected a number"),
        (("{accept: 0, refuse: 1}", "[accept, refuse]"), ":8:12:", "'ultimatum' needs an action, or a mapping of actions"),
        (("    play: {ultimatum: accept}\n", "    next: {}\n"), ":10:3:", "'beaten' needs 'play'"),
        (("about: Refuses twice, then gives in.", "start: weak"), ":3:8:|:2:8:", "unknown state 'weak'"),
    ],
)
def test_mistakes_in_an_automaton_are_located(write, change, place, message):
    path = write("firm.yaml", FIRM.replace(*change))
    with pytest.raises(ScenarioError, match=message) as raised:
        seat_strategy(Seat(crisis(), 1), StrategyChoice(path))
    assert re.search(place, str(raised.value)), str(raised.value)


def test_information_sets_that_own_choices_exclude_may_be_left_out(write):
    text = "automaton: 1\nstates:\n  quiet: {play: {start: wait}}\n"
    seat_strategy(Seat(crisis(), 0), StrategyChoice(write("quiet.yaml", text)))
    path = write("loud.yaml", text.replace("wait", "ultimatum"))
    with pytest.raises(ScenarioError, match="state 'quiet' does not say what challenger does at 'ultimatum > refuse'"):
        seat_strategy(Seat(crisis(), 0), StrategyChoice(path))


def test_a_scenario_names_a_file_from_its_own_folder(write, tmp_path, monkeypatch):
    shipped = (Path(lookup.__file__).parent.parent / "scenarios" / "entry_deterrence.yaml").read_text(encoding="utf-8")
    write("share.yaml", "automaton: 1\nabout: Shares.\nstates:\n  only: {play: {enter: share}}\n")
    path = write("market.yaml", shipped + "\nbehaviour: {incumbent: share.yaml}\n")
    monkeypatch.chdir(Path("/"))
    found = match(load(path), replications=3, behaviour={"entrant": StrategyChoice("always", {"action": "enter"})})
    assert events.run(found).ends == {"shared market": 1.0}


def blocks(language):
    page = (Path(__file__).parents[2] / "docs" / "strategies.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)


def test_the_examples_of_the_page_are_strategies(write):
    (table,), (program,) = blocks("yaml"), blocks("python")
    firm = seat_strategy(Seat(crisis(), 1), StrategyChoice(write("firm.yaml", table)))
    assert [row[1] for row in firm.probabilities] == [(0, 1), (0.75, 0.25), (1, 0)]
    doubling = seat_strategy(Seat(crisis(), 0), StrategyChoice(write("doubling.py", program)))
    course = transcript(doubling, scripted(Seat(crisis(), 1), ["refuse"]), 8)
    assert [line.partition(" > ")[0] for line in course] == ["ultimatum", "wait", "ultimatum", "wait", "wait", "ultimatum", "wait", "wait"]


def test_the_page_names_every_strategy():
    page = (Path(__file__).parents[2] / "docs" / "strategies.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))))
    assert set(lookup.strategies()) <= listed


def test_files_are_never_searched_for(write, tmp_path, monkeypatch):
    write("mine.py", PATIENT.format(error="ValueError"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownNameError, match="there is no strategy 'mine'"):
        lookup.strategy("mine")
    with pytest.raises(LocatedError, match="cannot read the file"):
        lookup.strategy("yours.py")
    with pytest.raises(ScenarioError, match="cannot read the file"):
        lookup.strategy("yours.yaml")
