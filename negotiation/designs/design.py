"""A design is a product of axes; its points are numbered as the elements of an array over these axes are, the last axis first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Axis", "Design", "Role", "Series"]

#: What a column of an axis sets.
Role: TypeAlias = Literal["parameter", "variant", "concept", "seed"]


@dataclass(frozen=True, eq=False)
class Series:
    """The values of one thing along an axis.

    Parameters
    ----------
    name : str
        The parameter; the role's name for variants, concepts and seeds.
    role : Role
    values : tuple or float64 array
        Rationals (or doubles, each the rational that it is) of a parameter, names of variants or concepts, whole seeds.
    """

    name: str
    role: Role
    values: tuple[Fraction, ...] | tuple[str, ...] | tuple[int, ...] | NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Axis:
    """One dimension of a design: its name, and what varies along it, all of one length."""

    name: str
    series: tuple[Series, ...]

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self.series[0].values)


@dataclass(frozen=True, eq=False)
class Design:
    """A product of axes."""

    axes: tuple[Axis, ...]

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """The number of values along each axis."""
        return tuple(map(len, self.axes))

    @property
    def size(self) -> int:
        """The number of points."""
        return prod(self.shape)

    @property
    def series(self) -> Mapping[str, Series]:
        """Everything that varies, by name."""
        return {series.name: series for axis in self.axes for series in axis.series}

    def places(self, start: int, stop: int) -> dict[str, NDArray[np.int64]]:
        """Return for the points from ``start`` up to before ``stop`` their places along each axis, by its name."""
        numbers = np.unravel_index(np.arange(start, stop), self.shape)
        return {axis.name: np.asarray(place, dtype=np.int64) for axis, place in zip(self.axes, numbers, strict=True)}
