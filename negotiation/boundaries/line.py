"""Which readings hold where along a line: one parameter varies, all others stay.

At a point of the line the tree is solved by backward induction on formulas, and every sign that this took is written down.
Until the nearest root of one of these polynomials nothing can change, so that a stretch of the line is settled by one point;
what is left of the line on both sides is settled in the same way. Between stretches stand single points, rational or roots
of polynomials, at which the tree is solved as exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key

from negotiation.budget import UNLIMITED, Budget
from negotiation.concepts.subgame_perfect import solve
from negotiation.errors import ParameterError, ScenarioError, SolverError
from negotiation.exact.real_points import RealPoint, between, compare_points, rational_point, roots_between
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.numbers import show_number
from negotiation.games.solution import Equilibrium
from negotiation.boundaries.plays import Alternative, Play, plays_at_nodes, reading_of
from negotiation.boundaries.reasons import Flip, flips
from negotiation.boundaries.symbolic import LineField, SymbolicGame, readings_in_use, shape_of, symbolic_game
from negotiation.scenario.scenario import Scenario, Setting

__all__ = ["Line", "Regimes", "Region", "State", "Threshold", "interval", "regimes", "state_at"]

#: More stretches than this are not followed: the answer would be no answer.
MOST_STRETCHES = 2_000

#: Probes at which a formula has no value before it is said to have none there: a quotient lacks a value at single points only.
MOST_PROBES = 12


@dataclass(frozen=True, eq=False)
class Line:
    """A scenario with one parameter that varies in a closed interval and all others fixed."""

    scenario: Scenario
    values: Mapping[str, Fraction]
    axis: str
    low: Fraction
    high: Fraction
    shape: ExtensiveFormGame


@dataclass(frozen=True, eq=False)
class State:
    """What is subgame perfect at a point: the plays by node (the root first), readings in use, and what plays are called."""

    point: RealPoint
    field: LineField
    game: SymbolicGame
    nodes: tuple[tuple[Alternative, ...], ...]
    in_use: tuple[int, ...]
    readings: tuple[str, ...]

    @property
    def plays(self) -> tuple[Play, ...]:
        """The plays of the whole game that are subgame perfect."""
        return tuple(each.play for each in self.nodes[0])


@dataclass(frozen=True, eq=False)
class Region:
    """A stretch of the line on which the same readings hold.

    Parameters
    ----------
    low, high : RealPoint
        Its ends; they belong to it where no threshold stands there.
    readings : tuple of str
        What can happen in a subgame-perfect equilibrium, in the order of the tree; more than one where somebody is indifferent.
    paths : tuple of tuple of str
        The courses of play at the witness.
    witness : Fraction
        A point inside.
    equilibria : tuple of Equilibrium
        The subgame-perfect equilibria at the witness, certified; ``complete`` says whether these are all.
    """

    low: RealPoint
    high: RealPoint
    readings: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]
    witness: Fraction
    equilibria: tuple[Equilibrium, ...]
    complete: bool


@dataclass(frozen=True, eq=False)
class Threshold:
    """A point at which readings change.

    Parameters
    ----------
    at : RealPoint
    readings : tuple of str
        What can happen exactly there; empty where the game has no value there (``undefined`` says why).
    flips : tuple of Flip
        The incentives that change sign there, and conditions of readings.
    """

    at: RealPoint
    readings: tuple[str, ...]
    flips: tuple[Flip, ...]
    undefined: str = ""


@dataclass(frozen=True, eq=False)
class Regimes:
    """The regimes along a line: regions in order, with the threshold that stands between each two.

    ``ends`` are what holds exactly at the two ends of the line (which may be ties); ``stretches`` is the number of stretches
    that were settled, ``points`` of single points.
    """

    line: Line
    variant: str | None
    settings: Mapping[str, Setting]
    regions: tuple[Region, ...]
    thresholds: tuple[Threshold, ...]
    ends: tuple[Threshold, Threshold]
    stretches: int
    points: int


def regimes(
    scenario: Scenario,
    axis: str,
    *,
    within: tuple[Setting, Setting] | None = None,
    variant: str | None = None,
    settings: Mapping[str, Setting] | None = None,
    budget: Budget = UNLIMITED,
) -> Regimes:
    """Return which readings hold where while one parameter varies, with the exact thresholds between them.

    Parameters
    ----------
    scenario : Scenario
        Its tree must have perfect information; formulas must be quotients of polynomials in the parameter that varies, on
        each side of their conditions.
    axis : str
        The parameter that varies.
    within : pair of numbers, optional
        From where to where; the declared range if not given.
    variant, settings
        The values of the others, as for ``Scenario.game``.
    budget : Budget

    Raises
    ------
    ParameterError
        If there is no such parameter, or the interval is empty or leaves the declared range.
    NotApplicableError
        If the game is not a tree with perfect information.
    ScenarioError
        If a formula cannot be followed along the line.
    SolverError
        If the time ends, or there are too many stretches.
    """
    given = dict(settings or {})
    line = _line(scenario, axis, within, scenario.values(variant, **given))
    stretches = _settle(line, budget)
    states: list[State | str] = []
    ends = [rational_point(line.low), *(high for _, high, _ in stretches)]
    for end, (_, _, state) in zip(ends, stretches, strict=False):
        states += [_state_or_reason(line, end), state]
    states.append(_state_or_reason(line, ends[-1]))
    outer = _end_of_line(ends[0], states[0]), _end_of_line(ends[-1], states[-1])
    return Regimes(line, variant, given, *_merged(line, ends, states), outer, len(stretches), len(ends))


def state_at(line: Line, point: RealPoint) -> State:
    """Return what is subgame perfect at a point of a line. Raises ``ScenarioError`` where the game has no value."""
    field = LineField(point)
    names = {name: field.variable() if name == line.axis else field.number(value) for name, value in line.values.items()}
    game = symbolic_game(line.scenario, line.shape, names, field)
    nodes = plays_at_nodes(game, field)
    in_use = readings_in_use(line.scenario, game, field)
    found = [reading_of(line.shape, line.scenario.readings, in_use, each.play) for each in nodes[0]]
    return State(point, field, game, nodes, in_use, tuple(dict.fromkeys(found)))


def interval(scenario: Scenario, axis: str, within: tuple[Setting, Setting] | None) -> tuple[Fraction, Fraction]:
    """Return from where to where a parameter varies: the declared range if nothing else is wanted. Errors as ``regimes``."""
    if axis not in scenario.parameters:
        scenario.values(None, **{axis: 0})  # says that there is no such parameter, and the nearest
    ends = scenario.parameters[axis].range if within is None else within
    low, high = (scenario.values(None, **{axis: end})[axis] for end in ends)
    if low >= high:
        raise ParameterError(f"{axis} must vary from a smaller to a larger number, got {show_number(low)} to {show_number(high)}")
    return low, high


def _line(scenario: Scenario, axis: str, within: tuple[Setting, Setting] | None, values: dict[str, Fraction]) -> Line:
    low, high = interval(scenario, axis, within)
    return Line(scenario, values, axis, low, high, shape_of(scenario, values))


def _settle(line: Line, budget: Budget) -> list[tuple[RealPoint, RealPoint, State]]:
    """Return stretches that cover the line, in order, each with its state."""
    found: list[tuple[RealPoint, RealPoint, State]] = []
    open_stretches = [(rational_point(line.low), rational_point(line.high))]
    while open_stretches:
        low, high = open_stretches.pop()
        left, right, state = _stretch(line, low, high)
        found.append((left, right, state))
        if compare_points(low, left):
            open_stretches.append((low, left))
        if compare_points(right, high):
            open_stretches.append((right, high))
        budget.tell("stretches of the line", len(found))
        if budget.is_spent or len(found) > MOST_STRETCHES:
            why = "the time limit was reached" if budget.is_spent else f"more than {MOST_STRETCHES:,} stretches"
            raise SolverError(f"the regimes along {line.axis} are not known: {why}; choose a shorter interval")
    return sorted(found, key=lambda each: each[2].point.low)


def _stretch(line: Line, low: RealPoint, high: RealPoint) -> tuple[RealPoint, RealPoint, State]:
    """Return a stretch inside an open interval on which nothing changes, and its state."""
    above = high
    while True:
        state = _probed(line, low, above)
        roots = [root for polynomial in state.field.asked for root in roots_between(polynomial, line.low, line.high)]
        below_point = [root for root in roots if compare_points(root, state.point) < 0]
        above_point = [root for root in roots if compare_points(root, state.point) > 0]
        if len(below_point) + len(above_point) == len(roots):
            return _last(below_point, low), _first(above_point, high), state
        # The probe is itself such a root. The next probe lies between it and its neighbours, and roots are finitely many.
        low, above = state.point, _first(above_point, above)


def _probed(line: Line, low: RealPoint, high: RealPoint) -> State:
    """Return the state at some rational between two points; where formulas divide by zero at one, at another one."""
    for _ in range(MOST_PROBES):
        probe = rational_point(between(low, high))
        try:
            return state_at(line, probe)
        except ScenarioError as error:
            failure, high = error, probe
    raise failure


def _first(points: Sequence[RealPoint], bound: RealPoint) -> RealPoint:
    return min((bound, *points), key=cmp_to_key(compare_points))


def _last(points: Sequence[RealPoint], bound: RealPoint) -> RealPoint:
    return max((bound, *points), key=cmp_to_key(compare_points))


def _state_or_reason(line: Line, point: RealPoint) -> State | str:
    """Return the state at a single point, or why there is none: the formulas may divide by zero there."""
    try:
        return state_at(line, point)
    except ScenarioError as error:
        return error.mistakes[0].rule


def _merged(line: Line, ends: Sequence[RealPoint], states: Sequence[State | str]) -> tuple[tuple[Region, ...], tuple[Threshold, ...]]:
    """Return regions and the thresholds between them, from the states at ends and (between them) on stretches."""
    regions: list[Region] = []
    thresholds: list[Threshold] = []
    start = 0
    stretches = [state for state in states[1::2] if isinstance(state, State)]
    for place, state in enumerate(stretches):
        at, after = states[2 * place + 2], stretches[place + 1] if place + 1 < len(stretches) else None
        if after is not None and isinstance(at, State) and set(state.readings) == set(at.readings) == set(after.readings):
            continue
        regions.append(_region(line, ends[start], ends[place + 1], stretches[start : place + 1]))
        if after is not None:
            thresholds.append(_threshold(line, ends[place + 1], state, at, after))
        start = place + 1
    return tuple(regions), tuple(thresholds)


def _threshold(line: Line, point: RealPoint, before: State, at: State | str, after: State) -> Threshold:
    if isinstance(at, str):
        return Threshold(point, (), (), at)
    return Threshold(point, at.readings, flips(line.scenario, line.values, line.axis, before, at, after))


def _end_of_line(point: RealPoint, state: State | str) -> Threshold:
    return Threshold(point, (), (), state) if isinstance(state, str) else Threshold(point, state.readings, ())


def _region(line: Line, low: RealPoint, high: RealPoint, stretches: Sequence[State]) -> Region:
    """Return a region with the equilibria at a witness, found and certified by the solver that knows no formulas."""
    middle = (float(low) + float(high)) / 2
    state = min(stretches, key=lambda each: abs(float(each.point) - middle))
    witness = state.point.low
    game = line.scenario.stage(None, **{**line.values, line.axis: witness})
    solution = solve(game)
    paths = tuple(dict.fromkeys(path.actions for found in solution.equilibria for path in found.paths))
    expected = {line.shape.path_to(end) for play in state.plays for end in play}
    if set(paths) - expected or (solution.complete and expected - set(paths)):
        raise SolverError(f"two computations disagree at {line.axis} = {witness}: {sorted(paths)} and {sorted(expected)}")
    return Region(low, high, state.readings, paths, witness, solution.equilibria, solution.complete)
