"""Which readings hold where in a plane: two parameters vary, all others stay.

The plane is crossed by lines on which the second parameter is fixed, and each line is settled exactly (see ``line``): nothing on a
line is missed, however small. Between two neighbouring lines another one is drawn in where the order of regions changes, or where
a boundary is not where the straight line between its neighbours would have it. So lines are close where boundaries bend, and a
boundary that is straight takes few.

Where no exact conditions can be computed, the thresholds on each line are closed in by solving, lines go in one direction only, and
are drawn less close.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from negotiation.boundaries.along import regimes
from negotiation.boundaries.bracketing import Refinement
from negotiation.boundaries.line import Regimes, Threshold, interval
from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import ParameterError, ScenarioError
from negotiation.scenario.scenario import Scenario, Setting

__all__ = ["Axis", "Plane", "Row", "any_of", "plane"]

#: Lines that are drawn in any case, evenly.
LINES = 20

#: How often the distance between two lines is halved at most: the boundary is then known to a 320th of the height.
DEEPEST = 4

#: The same where lines are solved point by point: an 80th of the height.
DEEPEST_SOLVED = 2

#: How finely thresholds are closed in on a line of a plane: to a 512th of its width.
COARSE = Refinement(first=16, halvings=5, tries=False)

#: How far inside an edge a line is drawn instead where the game has no value at the edge, as a share of the distance between two lines.
INSIDE = Fraction(1, 100)

#: A boundary counts as straight if it is within this share of the width of where a straight line has it: half a point in print.
STRAIGHT = 1 / 500


@dataclass(frozen=True, slots=True)
class Axis:
    """A parameter that varies, and from where to where (its declared range if not given)."""

    name: str
    within: tuple[Setting, Setting] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One line of a plane: the value of the second parameter, and what holds along the first."""

    value: Fraction
    line: Regimes

    @property
    def readings(self) -> tuple[frozenset[str], ...]:
        """What can happen in each region, in order."""
        return tuple(frozenset(region.readings) for region in self.line.regions)

    @property
    def borders(self) -> tuple[float, ...]:
        """Where the regions end, from the low end of the line to the high one."""
        regions = self.line.regions
        return (float(regions[0].low), *(float(region.high) for region in regions))


@dataclass(frozen=True, eq=False)
class Plane:
    """The regimes in a plane; ``across`` varies along each row, ``up`` from row to row.

    ``solves`` is how many stretches and points were solved, ``grid`` how many points a grid would have that tells boundaries apart as
    finely in both directions.
    """

    scenario: Scenario
    variant: str | None
    across: str
    up: str
    rows: tuple[Row, ...]
    columns: tuple[Row, ...]

    @property
    def is_exact(self) -> bool:
        """Whether the thresholds on all lines are exact."""
        return not any(row.line.resolution for row in (*self.rows, *self.columns))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the lines have to say, each once."""
        return tuple(dict.fromkeys(note for row in (*self.rows, *self.columns) for note in row.line.notes))

    @property
    def solves(self) -> int:
        """The number of stretches and single points that were solved."""
        return sum(row.line.stretches + row.line.points for row in (*self.rows, *self.columns))

    @property
    def readings(self) -> tuple[frozenset[str], ...]:
        """What can happen somewhere, in the order in which it is met from below."""
        return tuple(dict.fromkeys(each for row in self.rows for each in row.readings))

    @property
    def boundaries(self) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
        """The exact boundaries that some line crosses: the equation in parameter names, and what holds on the two sides."""
        found: dict[str, Counter[tuple[frozenset[str], frozenset[str]]]] = {}
        for row in (*self.rows, *self.columns):
            for threshold, sides in zip(row.line.thresholds, pairwise(row.readings), strict=True):
                for text in _equations(threshold):
                    found.setdefault(text, Counter())[sides] += 1
        # Where two boundaries cross, a line can meet both at once; what most lines meet is what is on the two sides.
        return {text: counts.most_common(1)[0][0] for text, counts in found.items()}

    @property
    def grid(self) -> int:
        """The number of points of a grid as fine as the closest lines, in both directions."""
        up: int = LINES * 2 ** (DEEPEST if self.is_exact else DEEPEST_SOLVED) + 1
        return up * (up if self.is_exact else COARSE.resolution + 1)


def any_of(readings: frozenset[str], between: str = " or ") -> str:
    """Return what can happen as one text, what is the simplest first."""
    return between.join(sorted(readings, key=lambda name: (name.count(" / "), name)))


def _equations(threshold: Threshold) -> Iterator[str]:
    """Yield the equations that hold at a threshold, in parameter names; the condition of a reading as it stands."""
    conditions = [flip.condition for flip in threshold.flips if flip.condition]
    conditions += [change.condition for change in threshold.changes if change.condition]
    yield from dict.fromkeys(" = ".join(sorted(condition.split(" > "))) for condition in conditions)
    yield from (flip.short for flip in threshold.flips if not flip.condition)


def plane(
    scenario: Scenario,
    across: Axis,
    up: Axis,
    *,
    concept: str | None = None,
    variant: str | None = None,
    settings: Mapping[str, Setting] | None = None,
    budget: Budget = UNLIMITED,
) -> Plane:
    """Return which readings hold where while two parameters vary.

    Errors as ``regimes``; also ``ParameterError`` if both axes are one parameter.
    """
    if across.name == up.name:
        raise ParameterError(f"a plane needs two parameters, got {across.name} twice")
    survey = _Survey(scenario, across, up, concept, variant, dict(settings or {}), budget)
    rows = survey.lines(across, up)
    is_exact = not any(row.line.resolution for row in rows)
    # Lines in the other direction cross the boundaries that run along the rows, and so tell their equations.
    columns = survey.lines(up, across) if is_exact else []
    stack = [(one, other, DEEPEST if is_exact else DEEPEST_SOLVED) for one, other in pairwise(rows)]
    while stack:
        one, other, depth = stack.pop()
        middle = survey.line((one.value + other.value) / 2, across, up)
        rows.append(middle)
        budget.tell("lines of the plane", len(rows))
        if depth > 1 and not _is_straight(one, middle, other):
            stack += [(one, middle, depth - 1), (middle, other, depth - 1)]
    return Plane(scenario, variant, across.name, up.name, tuple(sorted(rows, key=lambda each: each.value)), tuple(columns))


@dataclass(frozen=True, slots=True, eq=False)
class _Survey:
    """What all lines of a plane have in common."""

    scenario: Scenario
    across: Axis
    up: Axis
    concept: str | None
    variant: str | None
    settings: Mapping[str, Setting]
    budget: Budget

    def line(self, value: Fraction, along: Axis, fixed: Axis) -> Row:
        """Return the line along one axis at a value of the other."""
        found = regimes(
            self.scenario,
            along.name,
            concept=self.concept,
            within=along.within,
            variant=self.variant,
            settings={**self.settings, fixed.name: value},
            refinement=COARSE,
            budget=self.budget,
        )
        return Row(value, found)

    def lines(self, along: Axis, fixed: Axis) -> list[Row]:
        """Return evenly spaced lines along one axis, from the low end of the other to its high end."""
        low, high = interval(self.scenario, fixed.name, fixed.within)
        step = (high - low) / LINES
        inner = [self.line(low + step * place, along, fixed) for place in range(1, LINES)]
        return [self.edge(low, step, along, fixed), *inner, self.edge(high, -step, along, fixed)]

    def edge(self, value: Fraction, step: Fraction, along: Axis, fixed: Axis) -> Row:
        """Return the line at an edge of the plane; a little inside where the game has no value at the edge, as where it divides by 0."""
        try:
            return self.line(value, along, fixed)
        except ScenarioError:
            return self.line(value + step * INSIDE, along, fixed)


def _is_straight(one: Row, middle: Row, other: Row) -> bool:
    """Return whether the boundaries of three rows are the same, and those of the middle one where straight lines have them."""
    if not one.readings == middle.readings == other.readings:
        return False
    width = one.borders[-1] - one.borders[0]
    return all(abs((low + high) / 2 - at) <= STRAIGHT * width for low, at, high in _together(one, middle, other))


def _together(*rows: Row) -> Sequence[tuple[float, ...]]:
    return list(zip(*(row.borders for row in rows), strict=True))
