"""What is known of a line in the space of parameters: one varies, all others stay; regions, and thresholds between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from negotiation.boundaries.reasons import Change, Flip
from negotiation.errors import ParameterError
from negotiation.exact.real_points import RealPoint
from negotiation.games.numbers import show_number
from negotiation.games.solution import Equilibrium
from negotiation.scenario.scenario import Scenario, Setting

__all__ = ["Line", "Regimes", "Region", "Threshold", "interval", "line_of"]


@dataclass(frozen=True, eq=False)
class Line:
    """A scenario with one parameter that varies in a closed interval and all others fixed.

    ``variant`` and ``settings`` are what was asked for, ``values`` what all parameters are by that.
    """

    scenario: Scenario
    variant: str | None
    settings: Mapping[str, Setting]
    values: Mapping[str, Fraction]
    axis: str
    low: Fraction
    high: Fraction

    def at(self, value: Fraction) -> dict[str, Fraction]:
        """Return the values of all parameters at a point of the line."""
        return {**self.values, self.axis: value}


@dataclass(frozen=True, eq=False)
class Region:
    """A stretch of the line on which the same holds.

    Parameters
    ----------
    low, high : RealPoint
        Its ends; they belong to it where no threshold stands there.
    readings : tuple of str
        What can happen in an equilibrium; more than one where there are several equilibria.
    paths : tuple of tuple of str
        The courses of play at the witness.
    witness : Fraction
        A point inside.
    equilibria : tuple of Equilibrium
        The equilibria at the witness, certified; ``complete`` says whether these are all.
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
    """A point at which something changes.

    Parameters
    ----------
    at : RealPoint
        The point; where only ``bracket`` is known, a number in it: one at which the game was solved if it is simple, else the middle.
    readings : tuple of str
        What can happen exactly there; empty where the game has no value there (``undefined`` says why) or where the point is not known.
    flips : tuple of Flip
        In a tree with perfect information: the incentives that change sign there, and conditions of readings.
    changes : tuple of Change
        Of Nash equilibria: which begin and end there, each with the inequality that binds.
    bracket : pair of Fraction, optional
        Where the threshold was not computed but closed in by solving: what holds before it holds up to the first at least, and what
        holds beyond it from the second on.
    """

    at: RealPoint
    readings: tuple[str, ...]
    flips: tuple[Flip, ...]
    undefined: str = ""
    changes: tuple[Change, ...] = ()
    bracket: tuple[Fraction, Fraction] | None = None


@dataclass(frozen=True, eq=False)
class Regimes:
    """The regimes along a line: regions in order, with the threshold that stands between each two.

    Parameters
    ----------
    line : Line
    regions : tuple of Region
    thresholds : tuple of Threshold
        One less than regions.
    ends : pair of Threshold
        What holds exactly at the two ends of the line (which may be ties).
    stretches, points : int
        How many stretches and single points were settled; how many points were solved where thresholds are bracketed.
    concept : str
        What the equilibria are.
    resolution : int
        0 where thresholds are exact. Else they were closed in between points of a grid of so many intervals, of which few were solved.
    first : int
        The intervals of the first grid where thresholds were closed in, else 0; what lies between two of its points can be missed.
    notes : tuple of str
        What the reader has to know: why it was not done exactly, what was not looked for.
    """

    line: Line
    regions: tuple[Region, ...]
    thresholds: tuple[Threshold, ...]
    ends: tuple[Threshold, Threshold]
    stretches: int
    points: int
    concept: str = "subgame_perfect"
    resolution: int = 0
    first: int = 0
    notes: tuple[str, ...] = ()

    @property
    def variant(self) -> str | None:
        """The variant of the scenario."""
        return self.line.variant

    @property
    def settings(self) -> Mapping[str, Setting]:
        """What was set besides."""
        return self.line.settings


def interval(scenario: Scenario, axis: str, within: tuple[Setting, Setting] | None) -> tuple[Fraction, Fraction]:
    """Return from where to where a parameter varies: the declared range if nothing else is wanted.

    Raises
    ------
    ParameterError
        If there is no such parameter, or the interval is empty or leaves the declared range.
    """
    if axis not in scenario.parameters:
        scenario.values(None, **{axis: 0})  # says that there is no such parameter, and the nearest
    ends = scenario.parameters[axis].range if within is None else within
    low, high = (scenario.values(None, **{axis: end})[axis] for end in ends)
    if low >= high:
        raise ParameterError(f"{axis} must vary from a smaller to a larger number, got {show_number(low)} to {show_number(high)}")
    return low, high


def line_of(
    scenario: Scenario, axis: str, within: tuple[Setting, Setting] | None, variant: str | None, settings: Mapping[str, Setting]
) -> Line:
    """Return the line along which one parameter varies while the others stay. Errors as ``interval`` and ``Scenario.values``."""
    values = scenario.values(variant, **settings)
    return Line(scenario, variant, settings, values, axis, *interval(scenario, axis, within))
