"""Many games of one scenario at once: its tree once, and what is paid at its ends at all points, in doubles with bounds.

Everything is computed once where it does not vary, once for each level of an axis where it varies with one, and at each point only
where it depends on several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import inf, log2
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import FormulaError, NotApplicableError
from negotiation.games.points import Along, Points
from negotiation.scenario.building import ROUNDING, payoff_expression
from negotiation.scenario.contents import ChanceMove, Contents, EndOfPlay, Expression, Outline, Parameter
from negotiation.scenario.formula_rounding import Truth, rounded_value, truth_of
from negotiation.scenario.rounding import POINTS, UNIT, UP, Bound, Frame, Quantity, Rounded, rounded, unknown
from negotiation.scenario.scenario import Scenario
from negotiation.scenario.sums import sums_to_one

__all__ = ["Block", "block"]

#: Up to this largest size of a parameter one bound serves for its whole range; the values of parameters that may be larger are
#: bounded one by one, for else a wide range would leave nothing decided.
WIDE = 2.0**20

#: An axis pays if it has at most this share of the points.
FEW = 0.5


@dataclass(frozen=True, eq=False)
class Block:
    """Games that differ in their numbers only.

    Parameters
    ----------
    scenario : Scenario
    outline : Outline
        Their tree; a matrix is a tree in which the column player does not see the row player's move.
    frame : Frame
        The points and the axes along which quantities vary.
    payoffs : tuple of tuples of Quantity
        For each end in the order of the outline (for a matrix: each cell, row by row), what each player gets: a Fraction where
        it does not vary, else doubles with their bounds.
    chances : mapping of node to tuple of Quantity
        The probabilities of chance moves; where they are none, their bounds are infinite.
    readings : tuple of (True, False or Truth)
        For each reading of the scenario where its condition holds.
    unknown : bool array of shape (points,)
        The points at which doubles do not tell whether everything has a number: the exact arithmetic has to be asked.
    """

    scenario: Scenario
    outline: Outline
    frame: Frame
    payoffs: tuple[tuple[Quantity, ...], ...]
    chances: Mapping[int, tuple[Quantity, ...]]
    readings: tuple[bool | Truth, ...]
    unknown: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """The number of points."""
        return self.frame.size

    def spread(self, quantity: Quantity) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return a quantity as doubles, and a bound on how far each is from the exact value.

        Both have shape (points,), or (1,) where they do not vary.
        """
        near = rounded(quantity)
        bound = np.array([near.error]) if isinstance(near.error, float) else near.error
        return self.frame.spread(near.values, near.axis), self.frame.spread(bound, near.axis)

    def table(self, player: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what a player gets at all ends, and the bounds on it, each of shape (points, ends)."""
        found = [self.spread(payoffs[player]) for payoffs in self.payoffs]
        values, bounds = np.empty((self.size, len(found))), np.empty((self.size, len(found)))
        for end, (number, bound) in enumerate(found):
            values[:, end], bounds[:, end] = number, bound
        return values, bounds


def block(scenario: Scenario, points: Points) -> Block:
    """Return the games of a scenario at many points.

    Raises
    ------
    NotApplicableError
        If payoffs depend on what an audience believes.
    ParameterError
        If there is no such variant or parameter, or a setting is outside the range: then there is no point that has a game.
    """
    contents = scenario.contents
    if contents.watched is not None:
        raise NotApplicableError(f"{scenario.file} has an audience, whose belief settles payoffs: its games are solved one by one")
    fixed = {name: value for name, value in points.settings.items() if name not in points.parameters}
    unheard_of = {name: Fraction(0) for name in points.parameters if name not in contents.parameters}
    constants = scenario.values(points.variant, **fixed, **unheard_of)
    with np.errstate(all="ignore"):
        frame, varying = _framed(contents, points)
        numbers = _Numbers.at(contents, {**constants, **varying}, frame)
        return _built(scenario, numbers)


def _built(scenario: Scenario, numbers: _Numbers) -> Block:
    contents = scenario.contents
    ends = [node for node in contents.outline.nodes if isinstance(node, EndOfPlay)]
    players = range(len(contents.players))
    payoffs = tuple(
        tuple(numbers.value(payoff_expression(contents, end, player), numbers.scopes[end.scope]) for player in players) for end in ends
    )
    chances = {number: _chances(numbers, node) for number, node in enumerate(contents.outline.nodes) if isinstance(node, ChanceMove)}
    readings = tuple(True if each.when is None else truth_of(numbers.value(each.when)) for each in contents.readings)
    return Block(scenario, contents.outline, numbers.frame, payoffs, chances, readings, numbers.unknown(chances, readings))


def _framed(contents: Contents, points: Points) -> tuple[Frame, dict[str, Rounded]]:
    """Return the axes of points, and the parameters that vary along them."""
    axes: list[NDArray[np.int64]] = []
    varying = {}
    plain: list[NDArray[np.int64]] = []
    for name, along in points.parameters.items():
        found = _levels(contents.parameters[name], along)
        if len(found.values) > FEW * points.size:
            varying[name] = found if _is_plain(plain, along) else _at_points(found, along.index)
        else:
            varying[name] = replace(found, axis=_axis(axes, along.index))
    return Frame(points.size, tuple(axes)), varying


def _axis(axes: list[NDArray[np.int64]], index: NDArray[np.int64]) -> int:
    """Return the place of an axis, a new one if there is none that is the same."""
    for place, known in enumerate(axes):
        if known is index or np.array_equal(known, index):
            return place
    axes.append(index)
    return len(axes) - 1


def _is_plain(plain: list[NDArray[np.int64]], along: Along) -> bool:
    """Return whether levels are in the order of the points, one for each; ``plain`` keeps the places that are known to be."""
    index = along.index
    if len(along.levels) != len(index) or not (any(known is index for known in plain) or np.array_equal(index, np.arange(len(index)))):
        return False
    plain.append(index)
    return True


def _at_points(found: Rounded, index: NDArray[np.int64]) -> Rounded:
    """Return levels at each point."""
    error, size = (bound[index] if isinstance(bound, np.ndarray) else bound for bound in (found.error, found.size))
    return Rounded(found.values[index], error, size, found.bits, POINTS)


def _levels(parameter: Parameter, along: Along) -> Rounded:
    """Return the levels of a parameter; those outside its range are unknown, so that the exact arithmetic refuses them."""
    low, high = map(float, parameter.range)
    values = along.level_doubles
    size: Bound = max(abs(low), abs(high)) * UP
    size = size if size <= WIDE else np.abs(values) * UP
    error: Bound = 0.0 if isinstance(along.levels, np.ndarray) else UNIT * size * UP
    least, most = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
    if not low < least <= most < high:
        inside = _inside(parameter.range, along)
        if not inside.all():
            values, error = np.where(inside, values, 0.0), np.where(inside, error, inf)
    return Rounded(values, error, size, _bits(along, values, least, most), POINTS)


def _inside(bounds: tuple[Fraction, Fraction], along: Along) -> NDArray[np.bool_]:
    """Return which levels lie in a range. At its ends doubles do not tell which side a rational is on."""
    low, high = bounds
    values = along.level_doubles
    inside = (values > float(low)) & (values < float(high))
    for place in np.flatnonzero(~inside):
        inside[place] = bool(np.isfinite(values[place])) and low <= Fraction(along.levels[place]) <= high
    return inside


def _bits(along: Along, values: NDArray[np.float64], least: float, most: float) -> float:
    """Return a bound on the bits of numerators and denominators of levels that lie between two doubles.

    It holds for all levels together; only numbers of thousands of bits are refused.
    """
    if isinstance(along.levels, tuple):
        tops, bottoms = (map(abs, map(attrgetter(name), along.levels)) for name in ("numerator", "denominator"))
        return max(max(tops, default=0), max(bottoms, default=1)).bit_length()
    if not 0 < least <= most < inf:
        sizes = np.abs(values)
        least, most = float(np.min(sizes, where=sizes > 0, initial=1.0)), float(np.max(sizes, initial=1.0))
    return 54.0 + max(log2(most), -log2(least), 0.0)


@dataclass(frozen=True, eq=False)
class _Numbers:
    """The names of a scenario with their quantities, as ``numbers.Numbers`` has them for one point."""

    contents: Contents
    frame: Frame
    names: dict[str, Quantity]
    scopes: list[Mapping[str, Quantity]] = field(default_factory=list)
    computed: dict[tuple[object, ...], Quantity] = field(default_factory=dict)
    seen: list[Rounded] = field(default_factory=list)

    @classmethod
    def at(cls, contents: Contents, values: Mapping[str, Quantity], frame: Frame) -> _Numbers:
        """Return the quantities that follow from those of the parameters."""
        numbers = cls(contents, frame, dict(values))
        numbers.seen.extend(value for value in values.values() if isinstance(value, Rounded))
        for name, expression in contents.definitions.items():
            numbers.names[name] = numbers.value(expression)
        if contents.repeat is not None:
            # The starts are computed before any is kept: they are formulas over constants only.
            numbers.names.update({name: numbers.value(rule.start) for name, rule in contents.repeat.states.items()})
        for parent, bindings in contents.outline.scopes:
            above = numbers.scopes[parent] if parent >= 0 else {}
            found = {name: bound if isinstance(bound, Fraction) else numbers.value(bound, above) for name, bound in bindings}
            numbers.scopes.append({**above, **found})
        return numbers

    def value(self, expression: Expression, local: Mapping[str, Quantity] | None = None) -> Quantity:
        """Return what a formula gives."""
        names = expression.formula.places
        here = {} if not local else {name: local[name] for name in names if name in local}
        # Quantities that vary are compared by identity; they are kept in ``seen``, so an identity is not used twice. Formulas that
        # are written in the same way give the same quantity: ties between them are known to be ties.
        key = (expression.formula.text, *((name, value if isinstance(value, Fraction) else id(value)) for name, value in here.items()))
        if key not in self.computed:
            given = {name: here[name] if name in here else self.names[name] for name in names}
            self.computed[key] = self._compute(expression, given)
        return self.computed[key]

    def _compute(self, expression: Expression, given: Mapping[str, Quantity]) -> Quantity:
        rationals = {name: value for name, value in given.items() if isinstance(value, Fraction)}
        if len(rationals) == len(given):
            try:
                return expression.formula.exact(rationals)
            except FormulaError:
                found: Quantity = unknown()
        else:
            found = rounded_value(expression.formula.tree, given, self.frame)
        if isinstance(found, Rounded):
            self.seen.append(found)
        return found

    def unknown(self, chances: Mapping[int, Sequence[Quantity]], readings: Sequence[bool | Truth]) -> NDArray[np.bool_]:
        """Return the points at which anything is not known that a game needs."""
        open_points = np.zeros(self.frame.size, dtype=np.bool_)
        drawn = [each for row in chances.values() for each in row if isinstance(each, Rounded)]
        for found in (*self.seen, *drawn):
            if isinstance(found.error, np.ndarray):
                open_points |= self.frame.spread(~(found.error < inf), found.axis)
            elif not found.error < inf:
                open_points[:] = True
        for truth in readings:
            if isinstance(truth, Truth):
                open_points |= self.frame.spread(~(truth.holds | truth.fails), truth.axis)
        return open_points


def _chances(numbers: _Numbers, node: ChanceMove) -> tuple[Quantity, ...]:
    """Return the probabilities of a chance move, unknown where they may be none."""
    local = numbers.scopes[node.scope]
    found = [numbers.value(expression, local) for expression in node.probabilities]
    rational = all(expression.formula.is_rational for expression in node.probabilities)
    if all(isinstance(each, Fraction) for each in found):
        return _constant_chances([each for each in found if isinstance(each, Fraction)], rational=rational)
    aligned = _aligned(numbers.frame, found)
    whole = np.asarray(sums_to_one(numbers.contents, node, local)) if rational else _nearly_one(aligned)
    return _known_chances(aligned, whole, 0.0 if rational else 2 * float(ROUNDING))


def _aligned(frame: Frame, found: Sequence[Quantity]) -> list[Rounded]:
    near = [rounded(each) for each in found]
    axis = frame.common(*(each.axis for each in near))
    return [replace(frame.on(each, axis), axis=axis) for each in near]


def _known_chances(chances: Sequence[Rounded], whole: NDArray[np.bool_], widened: float) -> tuple[Rounded, ...]:
    """Return probabilities, unknown where one is negative or they do not sum to one.

    Those with functions in doubles are divided by their sum, which moves them by no more than ``widened``.
    """
    lowest = np.min(np.broadcast_arrays(*(each.values - each.error for each in chances)), axis=0)
    known = (lowest >= 0) & whole
    return tuple(
        Rounded(np.where(known, each.values, 0.0), np.where(known, each.error + widened, inf), 1.0 + 2 * widened, each.bits, each.axis)
        for each in chances
    )


def _nearly_one(chances: Sequence[Rounded]) -> NDArray[np.bool_]:
    """Return where probabilities certainly sum to one up to what functions in doubles may round."""
    off = np.abs(sum((each.values for each in chances), np.zeros(1)) - 1)
    slack = sum((each.error for each in chances), 0.0) + 4 * len(chances) * UNIT
    return np.asarray(off + slack <= float(ROUNDING))


def _constant_chances(values: Sequence[Fraction], *, rational: bool) -> tuple[Quantity, ...]:
    total = sum(values, Fraction(0))
    if min(values) >= 0 and (total == 1 or (not rational and abs(total - 1) <= ROUNDING)):
        return tuple(value / total for value in values)
    return tuple(unknown() for _ in values)
