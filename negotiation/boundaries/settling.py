"""A line is settled: cut into stretches on each of which nothing changes, with single points between them.

Whoever says what holds at a point takes signs of polynomials, and the field writes down which. Until the nearest root of one of
these nothing can change, so that a stretch of the line is settled by one point; what is left of the line on both sides is
settled in the same way. Between stretches stand single points, rational or roots of polynomials.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Generic, Protocol, TypeVar

from negotiation.boundaries.line import Line
from negotiation.boundaries.symbolic import LineField
from negotiation.budget import Budget
from negotiation.errors import ScenarioError, SolverError
from negotiation.exact.real_points import Polynomial, RealPoint, between, compare_points, rational_point, roots_between

__all__ = ["Settled", "Stretch", "settle"]

#: More stretches than this are not followed: the answer would be no answer.
MOST_STRETCHES = 2_000

#: Probes at which a formula has no value before it is said to have none there: a quotient lacks a value at single points only.
MOST_PROBES = 12


class _Held(Protocol):
    """What holds at a point: it knows the point, and the field that took the signs there."""

    @property
    def field(self) -> LineField:
        """The field that took the signs."""


State = TypeVar("State", bound=_Held)


@dataclass(frozen=True, slots=True, eq=False)
class Stretch(Generic[State]):
    """An open interval on which nothing changes, and what holds at a rational inside."""

    low: RealPoint
    high: RealPoint
    state: State


@dataclass(frozen=True, slots=True, eq=False)
class Settled(Generic[State]):
    """A line in stretches, in order.

    ``points`` are the ends of the stretches, one more than these; ``at`` is what holds exactly there, or why the game has no value.
    """

    stretches: tuple[Stretch[State], ...]
    points: tuple[RealPoint, ...]
    at: tuple[State | str, ...]


def settle(line: Line, state_at: Callable[[RealPoint, State | None], State], budget: Budget) -> Settled[State]:
    """Return a line in stretches.

    Parameters
    ----------
    line : Line
    state_at : function of a point and of what holds just below it, if that is known
        What holds at the point; it raises ``ScenarioError`` where the game has no value.
    budget : Budget

    Raises
    ------
    ScenarioError
        If a formula cannot be followed along the line.
    SolverError
        If the time ends, or there are too many stretches.
    """
    found: list[Stretch[State]] = []
    roots = _Roots(line)
    open_stretches = [(rational_point(line.low), rational_point(line.high))]
    while open_stretches:
        low, high = open_stretches.pop()
        stretch = _stretch(roots, low, high, state_at)
        found.append(stretch)
        if compare_points(low, stretch.low):
            open_stretches.append((low, stretch.low))
        if compare_points(stretch.high, high):
            open_stretches.append((stretch.high, high))
        budget.tell("stretches of the line", len(found))
        if budget.is_spent or len(found) > MOST_STRETCHES:
            why = "the time limit was reached" if budget.is_spent else f"more than {MOST_STRETCHES:,} stretches"
            raise SolverError(f"the regimes along {line.axis} are not known: {why}; choose a shorter interval")
    found.sort(key=lambda each: each.state.field.point.low)
    points = (rational_point(line.low), *(each.high for each in found))
    near = (None, *(each.state for each in found))
    return Settled(tuple(found), points, tuple(_state_or_reason(*each, state_at) for each in zip(points, near, strict=True)))


class _Roots:
    """The roots of polynomials on a line, each computed once: neighbouring stretches ask for the signs of much the same ones."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self._known: dict[str, tuple[RealPoint, ...]] = {}

    def of(self, polynomial: Polynomial) -> tuple[RealPoint, ...]:
        """Return the roots of a polynomial other than a constant."""
        monic = polynomial / polynomial.leading_coefficient()
        key = str(monic)
        if key not in self._known:
            self._known[key] = roots_between(monic, self.line.low, self.line.high)
        return self._known[key]


def _stretch(roots: _Roots, low: RealPoint, high: RealPoint, state_at: Callable[[RealPoint, State | None], State]) -> Stretch[State]:
    """Return a stretch inside an open interval on which nothing changes, and its state."""
    above = high
    while True:
        state = _probed(low, above, state_at)
        point = state.field.point
        known = [root for polynomial in state.field.asked for root in roots.of(polynomial)]
        below_point = [root for root in known if compare_points(root, point) < 0]
        above_point = [root for root in known if compare_points(root, point) > 0]
        if len(below_point) + len(above_point) == len(known):
            return Stretch(_last(below_point, low), _first(above_point, high), state)
        # The probe is itself such a root. The next probe lies between it and its neighbours, and roots are finitely many.
        low, above = point, _first(above_point, above)


def _probed(low: RealPoint, high: RealPoint, state_at: Callable[[RealPoint, State | None], State]) -> State:
    """Return the state at some rational between two points; where formulas divide by zero at one, at another one."""
    for _ in range(MOST_PROBES):
        probe = rational_point(between(low, high))
        try:
            return state_at(probe, None)
        except ScenarioError as error:
            failure, high = error, probe
    raise failure


def _first(points: Sequence[RealPoint], bound: RealPoint) -> RealPoint:
    return min((bound, *points), key=cmp_to_key(compare_points))


def _last(points: Sequence[RealPoint], bound: RealPoint) -> RealPoint:
    return max((bound, *points), key=cmp_to_key(compare_points))


def _state_or_reason(point: RealPoint, near: State | None, state_at: Callable[[RealPoint, State | None], State]) -> State | str:
    """Return the state at a single point, or why there is none: the formulas may divide by zero there."""
    try:
        return state_at(point, near)
    except ScenarioError as error:
        return error.mistakes[0].rule
