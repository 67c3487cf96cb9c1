"""A strategy written as a table: states, what is done in each, and what leads from one to another.

::

    automaton: 1
    about: Refuses until the second ultimatum, then gives in.
    start: firm                              # the first state if not said
    states:
      firm:
        play: {ultimatum: refuse}            # information set: action, or {action: probability, ...}
        next: {refuse: wavering}             # what was seen in the round: state; the first that fits
      wavering:
        play: {ultimatum: {accept: 0.75, refuse: 0.25}}

What was seen is the name of an action that anyone took, the outcome of the round, ``otherwise``, or a pattern of all moves of the round as
in readings (``ultimatum > ... > act``). If nothing fits, the state stays. An information set may be left out where the
state's own choices never lead there.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from negotiation.errors import GameError
from negotiation.games.extensive_form import End, InformationSet
from negotiation.games.numbers import exact
from negotiation.games.options import family
from negotiation.games.readings import ANY_ACTION, ANY_ACTIONS, matches
from negotiation.games.repeated import Automaton, Observation
from negotiation.games.seat import Seat, automaton
from negotiation.scenario.document import Document, read_document
from negotiation.scenario.mistakes import Collector, did_you_mean, shown
from negotiation.scenario.nodes import Key
from negotiation.scenario.text import read_text

__all__ = ["AutomatonFile", "load_automaton"]

#: More states than anyone writes by hand.
MAX_STATES = 1_000

#: What leads on where nothing else fits.
OTHERWISE = "otherwise"

_KEYS = ("automaton", "about", "start", "states")
_STATE_KEYS = ("play", "next")

#: [state][information set] -> the probability of each action.
Rows = dict[int, tuple[Fraction, ...]]


@dataclass(frozen=True, eq=False)
class AutomatonFile:
    """An automaton whose file has the right shape; whether it fits a game is seen when it is seated."""

    document: Document
    about: str
    states: tuple[str, ...]
    start: str

    def strategy(self, seat: Seat) -> Automaton:
        """Return the automaton at a seat.

        Raises
        ------
        ScenarioError
            With all mistakes of the file: unknown information sets, actions, outcomes or states, probabilities that do not
            sum to one, information sets without an entry.
        """
        problems = Collector(self.document.file, self.document.text)
        order = (self.start, *(state for state in self.states if state != self.start))
        rows = [_rows(self, seat, state, problems) for state in order]
        steps = [_steps(self, seat, state, problems) for state in order]
        problems.raise_if_any()

        def behave(state: int, place: int) -> tuple[float, ...]:
            return tuple(float(probability) for probability in rows[state][place])

        def update(state: int, observation: Observation) -> int:
            return next((order.index(target) for seen, target in steps[state] if _fits(seen, observation)), state)

        return automaton(seat, behave, update, states=len(order))


def load_automaton(path: str | Path) -> AutomatonFile:
    """Return the automaton that a file holds.

    Raises
    ------
    ScenarioError
        With all mistakes of its shape, each with line and column.
    """
    document = read_document(read_text(path), str(path))
    problems = Collector(document.file, document.text)
    names = tuple(document.names("states"))
    _check_keys(document, problems, (), _KEYS, required=("automaton", "states"))
    version = document.find(("automaton",))
    if version is not None and version.value != "1":
        problems.add(document.value_place(("automaton",)), "'automaton' must be 1, the version of the form that this program reads")
    if not 0 < len(names) <= MAX_STATES:
        problems.add(document.key_place(("states",)), f"'states' must be a mapping of 1 to {MAX_STATES:,} states")
    for name in names:
        _check_keys(document, problems, ("states", name), _STATE_KEYS, required=("play",))
    start = _text(document, problems, ("start",)) or next(iter(names), "")
    if start and start not in names:
        problems.add(
            document.value_place(("start",)), f"unknown state {shown(start)}", suggestion=did_you_mean(problems.nearest(start, names))
        )
    about = _text(document, problems, ("about",))
    problems.raise_if_any()
    return AutomatonFile(document, " ".join(about.split()) or "An automaton of its own.", names, start)


def _check_keys(
    document: Document, problems: Collector, path: tuple[Key, ...], legal: tuple[str, ...], *, required: tuple[str, ...]
) -> None:
    node = document.find(path)
    what = "the file" if not path else shown(str(path[-1]))
    if node is None or node.entries is None:
        problems.add(document.value_place(path), f"{what} must be a mapping with {' and '.join(required)}")
        return
    for key in document.names(*path):
        if key not in legal:
            hint = did_you_mean(problems.nearest(key, legal)) or f"known here: {', '.join(legal)}"
            problems.add(document.key_place((*path, key)), f"unknown key {shown(key)}", suggestion=hint)
    for key in required:
        if key not in document.names(*path):
            problems.add(document.key_place(path), f"{what} needs {key!r}")


def _text(document: Document, problems: Collector, path: tuple[Key, ...]) -> str:
    node = document.find(path)
    if node is None:
        return ""
    if node.value is None:
        problems.add(document.key_place(path), f"{shown(str(path[-1]))} must be a text")
    return node.value or ""


def _rows(file: AutomatonFile, seat: Seat, state: str, problems: Collector) -> Rows:
    """Return what a state does at each information set of the player."""
    path, document = ("states", state, "play"), file.document
    sets = {number: seat.stage.information_sets[number] for number in seat.places}
    names = {name: number for number, place in sets.items() for name in (place.name, _untyped(place))}
    rows: Rows = {}
    for name in document.names(*path):
        if name in names:
            rows[names[name]] = _row(document, problems, (*path, name), sets[names[name]])
        else:
            hint = did_you_mean(problems.nearest(name, names)) or f"{seat.name} moves at {', '.join(place.name for place in sets.values())}"
            problems.add(document.key_place((*path, name)), f"unknown information set {shown(name)} of {seat.name}", suggestion=hint)
    for number, place in sets.items():
        if number not in rows and _comes_to(seat, number, rows):
            problems.add(document.key_place(path), f"state {shown(state)} does not say what {seat.name} does at {shown(place.name)}")
    return {number: rows.get(number, _first(place)) for number, place in sets.items()}


def _comes_to(seat: Seat, number: int, rows: Rows) -> bool:
    """Return whether the player's own choices may lead to an information set."""
    return all(rows[before][action] > 0 for before, action in seat.stage.own_history[number] if before in rows)


def _first(place: InformationSet) -> tuple[Fraction, ...]:
    return tuple(Fraction(int(number == 0)) for number in range(len(place.actions)))


def _untyped(place: InformationSet) -> str:
    """Return the name of an information set without the private type in front."""
    return place.name if place.type is None else place.name.removeprefix(f"{place.type}: ")


def _row(document: Document, problems: Collector, path: tuple[Key, ...], place: InformationSet) -> tuple[Fraction, ...]:
    """Return the probability of each action that an entry gives; the first action for certain after a mistake."""
    given = _given(document, problems, path, place)
    is_sound = bool(given)
    for action in given:
        if action not in place.actions:
            where = document.key_place((*path, action)) if document.names(*path) else document.value_place(path)
            hint = did_you_mean(problems.nearest(action, place.actions)) or f"there are {', '.join(place.actions)}"
            problems.add(where, f"unknown action {shown(action)} at {shown(place.name)}", suggestion=hint)
            is_sound = False
    if is_sound and (min(given.values()) < 0 or sum(given.values()) != 1):
        listed = " + ".join(str(probability) for probability in given.values())
        problems.add(document.key_place(path), f"probabilities must be at least 0 and sum to 1, got {listed} = {sum(given.values())}")
        is_sound = False
    return tuple(given.get(action, Fraction(0)) for action in place.actions) if is_sound else _first(place)


def _given(document: Document, problems: Collector, path: tuple[Key, ...], place: InformationSet) -> dict[str, Fraction]:
    """Return the actions that an entry names, with their probabilities; none after a mistake."""
    node = document.find(path)
    if node is not None and node.value is not None:
        return {node.value: Fraction(1)}
    if node is None or not node.entries:
        problems.add(document.value_place(path), f"{shown(place.name)} needs an action, or a mapping of actions to probabilities")
        return {}
    given = {}
    for action, entry in node.entries.items():
        try:
            given[action] = exact(entry.value)
        except GameError as error:
            problems.add(document.value_place((*path, action)), f"the probability of {shown(action)}: {error}")
    return given if len(given) == len(node.entries) else {}


def _steps(file: AutomatonFile, seat: Seat, state: str, problems: Collector) -> list[tuple[tuple[str, ...], str]]:
    """Return what leads from a state to which other, in order; the rest comes last, wherever it was written."""
    path, document = ("states", state, "next"), file.document
    legal, node = _seen_words(seat), document.find(path)
    if node is not None and node.entries is None:
        problems.add(document.value_place(path), "'next' must be a mapping of what was seen to a state")
    steps = []
    for seen in document.names(*path):
        words = tuple(word.strip() for word in seen.split(">"))
        for word in words:
            if word not in legal:
                rule = f"unknown action or outcome {shown(word)}"
                problems.add(document.key_place((*path, seen)), rule, suggestion=did_you_mean(problems.nearest(word, legal)))
        target = _text(document, problems, (*path, seen))
        if target and target not in file.states:
            hint = did_you_mean(problems.nearest(target, file.states)) or f"there are {', '.join(file.states)}"
            problems.add(document.value_place((*path, seen)), f"unknown state {shown(target)}", suggestion=hint)
        steps.append((words, target))
    return sorted(steps, key=lambda step: step[0] == (OTHERWISE,))


def _seen_words(seat: Seat) -> tuple[str, ...]:
    """Return what a step may speak of: actions and their families, outcomes, wild cards."""
    actions = [action for place in seat.stage.information_sets for action in place.actions]
    outcomes = [node.outcome for node in seat.stage.nodes if isinstance(node, End)]
    return tuple(dict.fromkeys((*actions, *map(family, actions), *outcomes, OTHERWISE, ANY_ACTION, ANY_ACTIONS)))


def _fits(seen: tuple[str, ...], observation: Observation) -> bool:
    """Return whether a round was of the kind that a step speaks of."""
    path = [action for _, action in observation.moves]
    if len(seen) > 1 or seen[0] in (ANY_ACTION, ANY_ACTIONS):
        return matches(seen, path)
    return seen[0] in (OTHERWISE, observation.outcome) or any(seen[0] in (action, family(action)) for action in path)
