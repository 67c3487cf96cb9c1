"""The equilibria: how many, how play goes in them, what they pay, and whether they are known to be all.

By the usual concept for the form of the game, or by one that is named. Where many games can be solved at once in doubles they are;
points at which doubles do not decide (ties, and what is too near to one) are solved one by one in rationals, so that a table says
what ``negotiation solve`` says at each point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from inspect import Parameter, signature

import numpy as np
from numpy.typing import NDArray

from negotiation import lookup
from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import NegotiationError, NotApplicableError, ParameterError
from negotiation.games.answers import Answers
from negotiation.games.equilibrium_rows import UNNAMED, Names, Row, failed_row, row_of
from negotiation.games.equilibrium_tables import Part, Read, answered, assembled, solved
from negotiation.games.points import Along, Points
from negotiation.games.readings import Reading, read_path
from negotiation.games.tables import Layout, Table
from negotiation.scenario.blocks import Block, block
from negotiation.scenario.contents import ChanceMove, Contents, DecisionMove, EndOfPlay
from negotiation.scenario.formula_rounding import Truth
from negotiation.scenario.scenario import Scenario
from negotiation.solving import solve

__all__ = ["TIME_LIMIT", "layout", "names_of", "tabulate", "takes_many", "usual"]

#: The option that limits the seconds for each point that is solved by itself; all others are options of the concept.
TIME_LIMIT = "seconds"

#: Options of concepts that change nothing in a row: comparisons with other programmes, verdicts of refinements.
UNTOLD = ("compare", "refine")

#: Scenarios whose names and forms are kept: a sweep has one.
KEPT = 16

#: So many numbers of all ends and players are computed together at most: payoffs, bounds and probabilities of a large tree
#: at all points of a block would fill the memory.
MOST_NUMBERS = 2**22

#: Arrays of so many points stay in the processor's cache while formulas and decisions are computed on them.
CACHED = 2**15

#: Of so many conditions all combinations can be counted, which is quicker than sorting those that occur.
FEW_CONDITIONS = 10

#: So many points are solved together however large the tree is.
LEAST_PIECE = 64


def layout(scenario: Scenario, concept: str | None, options: Mapping[str, object]) -> Layout:
    """Return the columns.

    Raises
    ------
    UnknownNameError
        If there is no such concept.
    ParameterError
        If an option is not allowed.
    """
    _checked(usual(scenario) if concept is None else concept, options)
    return _shape(scenario).names.layout


def tabulate(scenario: Scenario, points: Points, options: Mapping[str, object]) -> Table:
    """Return a row for each point.

    Parameters
    ----------
    scenario : Scenario
    points : Points
        Their concept is the usual one for the form of the game if they name none.
    options : mapping
        Of the concept, and ``seconds`` for the time that one point may take where it is solved by itself.
    """
    asked = _Asked(points.concept, usual(scenario) if points.concept is None else points.concept, options)
    parts: list[Part] = []
    step = _piece(scenario, points)
    for start in range(0, points.size, step):
        stop = min(start + step, points.size)
        whole = stop - start == points.size
        parts += _parts(scenario, points if whole else points.part(start, stop), asked, None if whole else np.arange(start, stop))
    if not parts:
        parts.append(solved([], np.arange(0), len(scenario.players)))
    return assembled(points.size, parts, _shape(scenario).names)


@lru_cache(maxsize=KEPT)
def takes_many(scenario: Scenario, concept: str | None) -> bool:
    """Return whether many games of a scenario are solved at once by a concept (None for the usual one)."""
    name = usual(scenario) if concept is None else concept
    values = scenario.values()
    along = {each: Along((value,), np.zeros(1, dtype=np.int64)) for each, value in values.items()}
    module = lookup.batched(name)
    if module is None:
        return False
    # What options are needed says nothing of the form of the game, so any number does.
    needed = {
        key: 1
        for key, each in signature(module.solve).parameters.items()
        if each.kind is Parameter.KEYWORD_ONLY and each.default is Parameter.empty
    }
    return _answers(scenario, Points(1, along), _Asked(name, name, needed)) is not None


def usual(scenario: Scenario) -> str:
    """Return the concept that is meant where none is named, as ``games.solution.usual_concept`` does for a game."""
    if scenario.is_matrix:
        return "nash"
    drawn = any(isinstance(node, ChanceMove) and node.drawn is not None for node in scenario.contents.outline.nodes)
    return "sequential" if drawn else "subgame_perfect"


def names_of(scenario: Scenario) -> Names:
    """Return what the codes and dimensions of a scenario's tables stand for."""
    return _shape(scenario).names


@dataclass(frozen=True, eq=False, slots=True)
class _Asked:
    """The concept as it was named (None for the usual one) and as it is, and all options."""

    named: str | None
    concept: str
    options: Mapping[str, object]

    @property
    def of_concept(self) -> dict[str, object]:
        """The options of the concept."""
        return {name: value for name, value in self.options.items() if name != TIME_LIMIT}

    @property
    def of_one_game(self) -> dict[str, object]:
        """The same where one game is solved by itself: without what a row does not tell, unless it was asked for."""
        known = signature(lookup.concept(self.concept).solve).parameters
        return {name: False for name in UNTOLD if name in known} | self.of_concept

    @property
    def budget(self) -> Budget:
        """What one point may take."""
        seconds = self.options.get(TIME_LIMIT)
        return Budget.of_seconds(float(seconds)) if isinstance(seconds, (int, float)) else UNLIMITED


def _checked(concept: str, options: Mapping[str, object]) -> None:
    """Refuse options that the concept does not have."""
    known = signature(lookup.concept(concept).solve).parameters
    names = [name for name, each in known.items() if each.kind is Parameter.KEYWORD_ONLY and name != "budget"]
    for name, value in options.items():
        if name == TIME_LIMIT:
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
                raise ParameterError(f"{TIME_LIMIT}: expected a number of seconds above 0 for each point, got {value!r}")
        elif name not in names:
            raise ParameterError(f"{concept} has no option {name!r}; it has {', '.join([*names, TIME_LIMIT])}")


@dataclass(frozen=True, eq=False, slots=True)
class _Shape:
    """What a scenario's rows have in common: names, and the course of play to each end."""

    names: Names
    courses: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=KEPT)
def _shape(scenario: Scenario) -> _Shape:
    contents = scenario.contents
    ends = [node for node in contents.outline.nodes if isinstance(node, EndOfPlay)]
    courses = _courses(contents)
    texts = [" > ".join(course) for course in courses]
    different, outcomes = tuple(dict.fromkeys(texts)), tuple(dict.fromkeys(end.outcome for end in ends))
    readings = tuple(dict.fromkeys(reading.name for reading in contents.readings if reading.name != UNNAMED))
    course, outcome = {text: place for place, text in enumerate(different)}, {name: place for place, name in enumerate(outcomes)}
    names = Names(
        readings,
        different,
        outcomes,
        contents.players,
        np.array([course[text] for text in texts], dtype=np.int64),
        np.array([outcome[end.outcome] for end in ends], dtype=np.int64),
    )
    return _Shape(names, courses)


def _courses(contents: Contents) -> tuple[tuple[str, ...], ...]:
    """Return the actions on the way to each end, without those that draw private types."""
    outline = contents.outline
    to: dict[int, tuple[str, ...]] = {0: ()}
    courses = []
    for number, node in enumerate(outline.nodes):
        course = to.pop(number)
        if isinstance(node, EndOfPlay):
            courses.append(course)
            continue
        actions = outline.information_sets[node.information_set].actions if isinstance(node, DecisionMove) else node.actions
        hidden = isinstance(node, ChanceMove) and node.drawn is not None
        to |= {child: course if hidden else (*course, action) for action, child in zip(actions, node.children, strict=True)}
    return tuple(courses)


def _piece(scenario: Scenario, points: Points) -> int:
    """Return how many points are solved together: fewer if their tree is large, or if parameters are different at each point."""
    numbers = len(_shape(scenario).courses) * len(scenario.players)
    scattered = any(2 * len(along.levels) > points.size for along in points.parameters.values())
    return max(LEAST_PIECE, min(MOST_NUMBERS // numbers, CACHED if scattered else points.size))


def _parts(scenario: Scenario, points: Points, asked: _Asked, places: NDArray[np.int64] | None) -> list[Part]:
    """Return the rows of points, of those that are decided together and of the others."""
    names = _shape(scenario).names
    found = _answers(scenario, points, asked)
    if found is None:
        left, parts = np.arange(points.size), []
    else:
        games, answers = found
        undecided = answers.undecided | games.unknown
        left, decided = np.flatnonzero(undecided), None if not undecided.any() else np.flatnonzero(~undecided)
        parts = [answered(answers, decided, names, _read(games))] if decided is None or len(decided) else []
        parts = [replace(part, places=_within(part.places, places)) for part in parts]
    if len(left):
        rows = [_row(scenario, points, int(point), asked) for point in left]
        parts.append(solved(rows, left if places is None else places[left], len(names.players)))
    return parts


def _within(inner: NDArray[np.int64] | None, outer: NDArray[np.int64] | None) -> NDArray[np.int64] | None:
    """Return places among points as places among those that the points are of."""
    return outer if inner is None else inner if outer is None else outer[inner]


def _answers(scenario: Scenario, points: Points, asked: _Asked) -> tuple[Block, Answers] | None:
    """Return what many games at once come to, None if they have to be solved one by one."""
    module = lookup.batched(asked.concept)
    if module is None or not asked.of_concept.keys() <= signature(module.solve).parameters.keys():
        return None
    try:
        games = block(scenario, points)
        return games, module.solve(games, **asked.of_concept)
    except (NotApplicableError, ParameterError):
        return None  # it does not take such games, or there are none: then each point says why


def _row(scenario: Scenario, points: Points, point: int, asked: _Asked) -> Row:
    """Return the row of a point that is solved by itself."""
    names = _shape(scenario).names
    try:
        game = scenario.game(points.variant, **points.settings_at(point))
        return row_of(solve(game, asked.named, asked.of_one_game, budget=asked.budget), names)
    except NegotiationError as error:
        return failed_row(names, error.brief)


def _read(games: Block) -> Read:
    """Return how ends are read at each point: where conditions of readings vary there are several states."""
    varying = [place for place, truth in enumerate(games.readings) if isinstance(truth, Truth)]
    fixed = frozenset(place for place, truth in enumerate(games.readings) if truth is True)
    if not varying:
        return Read(np.array([_codes(games.scenario, fixed)]), None)
    states = np.zeros(games.size, dtype=np.int64)
    for bit, place in enumerate(varying):
        truth = games.readings[place]
        if isinstance(truth, Truth):
            states |= games.frame.spread(truth.holds, truth.axis).astype(np.int64) << bit
    if len(varying) <= FEW_CONDITIONS:
        different = np.flatnonzero(np.bincount(states, minlength=2 ** len(varying)))
        rank = np.zeros(2 ** len(varying), dtype=np.int64)
        rank[different] = np.arange(len(different))
        state = rank[states]
    else:
        different, state = np.unique(states, return_inverse=True)
    codes = [_codes(games.scenario, fixed | {place for bit, place in enumerate(varying) if int(each) >> bit & 1}) for each in different]
    return Read(np.array(codes), state.reshape(-1))


@lru_cache(maxsize=2**10)
def _codes(scenario: Scenario, held: frozenset[int]) -> tuple[int, ...]:
    """Return the reading of each end where these conditions of readings hold."""
    shape = _shape(scenario)
    readings = [Reading(each.name, each.patterns) for place, each in enumerate(scenario.readings) if place in held]
    numbers = {name: place for place, name in enumerate((*shape.names.readings, UNNAMED))}
    return tuple(numbers[read_path(readings, course) or UNNAMED] for course in shape.courses)
