"""Points of a space of parameters: as rationals where one is looked at, as doubles where many are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import isfinite
from operator import attrgetter, truediv
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import ParameterError

__all__ = ["Along", "Points"]


@dataclass(frozen=True, eq=False)
class Along:
    """The values of one parameter at points: on a grid few different ones, each at many points.

    Parameters
    ----------
    levels : tuple of Fraction, or float64 array
        The different values; a double stands for the rational that it is.
    index : int64 array of shape (points,)
        Which level each point has.
    """

    levels: tuple[Fraction, ...] | NDArray[np.float64]
    index: NDArray[np.int64]

    @cached_property
    def level_doubles(self) -> NDArray[np.float64]:
        """The levels as doubles."""
        if not isinstance(self.levels, tuple):
            return self.levels
        # This is what float() of a rational does, without a call of Python for each.
        return np.array(list(map(truediv, *(map(attrgetter(part), self.levels) for part in ("numerator", "denominator")))))

    @cached_property
    def doubles(self) -> NDArray[np.float64]:
        """The value at each point as a double, shape (points,)."""
        return self.level_doubles[self.index]

    def exact(self, point: int) -> Fraction:
        """Return the value at a point; ``ParameterError`` if it is infinite or not a number."""
        level = self.levels[int(self.index[point])]
        if not isinstance(level, Fraction) and not isfinite(level):
            raise ParameterError(f"the values of parameters must be finite numbers, got {float(level)}")
        return level if isinstance(level, Fraction) else Fraction(float(level))


@dataclass(frozen=True, eq=False)
class Points:
    """Points at which one thing is computed: they have the variant, the concept and the seed in common.

    Parameters
    ----------
    size : int
    parameters : mapping of name to Along
        The parameters that vary; their values come before those of ``settings`` and of the variant.
    variant : str or None
    settings : mapping of name to Fraction
        The parameters that were set, the same at each point.
    concept : str or None
        None for the usual one.
    seed : int
        Of simulations.
    """

    size: int
    parameters: Mapping[str, Along]
    variant: str | None = None
    settings: Mapping[str, Fraction] = field(default_factory=lambda: MappingProxyType({}))
    concept: str | None = None
    seed: int = 0

    def settings_at(self, point: int) -> dict[str, Fraction]:
        """Return what is set at a point, exactly: hand it to ``Scenario.game`` together with the variant."""
        return dict(self.settings) | {name: along.exact(point) for name, along in self.parameters.items()}

    def picked(self, places: NDArray[np.int64]) -> Points:
        """Return some of the points, in the order of ``places``."""
        parameters = {name: Along(along.levels, along.index[places]) for name, along in self.parameters.items()}
        return Points(len(places), parameters, self.variant, self.settings, self.concept, self.seed)

    def part(self, start: int, stop: int) -> Points:
        """Return the points from ``start`` up to before ``stop``, with those levels only between the first and the last that occur."""
        parameters: dict[str, Along] = {}
        places: dict[int, tuple[int, int, NDArray[np.int64]]] = {}
        for name, along in self.parameters.items():
            # Parameters that vary together share their places, and go on sharing them.
            if id(along.index) not in places:
                index = along.index[start:stop]
                low, high = int(index.min()), int(index.max()) + 1
                places[id(along.index)] = low, high, index - low
            low, high, index = places[id(along.index)]
            parameters[name] = Along(along.levels[low:high], index)
        return Points(stop - start, parameters, self.variant, self.settings, self.concept, self.seed)
