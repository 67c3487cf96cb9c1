"""A design is a product of axes; its points are numbered as the elements of an array over these axes are, the last axis first."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice
from math import prod
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Axis", "Design", "Role", "Series"]

#: What a column of an axis sets.
Role: TypeAlias = Literal["parameter", "variant", "concept", "seed"]

#: A series of more values than this is described by its digest: a description is read and compared as a whole.
LISTED = 1000

#: Values that are turned into text at a time when a digest is made, so that not all texts are in memory.
DIGESTED_AT_ONCE = 10_000


@dataclass(frozen=True, eq=False)
class Series:
    """The values of one thing along an axis.

    Parameters
    ----------
    name : str
        The parameter; the role's name for variants, concepts and seeds.
    role : Role
    values : tuple or float64 array
        Rationals (or doubles, each the rational that it is) of a parameter, names of variants or concepts, whole seeds. The
        variant ``""`` stands for the values of the file itself.
    """

    name: str
    role: Role
    values: tuple[Fraction, ...] | tuple[str, ...] | tuple[int, ...] | NDArray[np.float64]

    @cached_property
    def doubles(self) -> NDArray[np.float64]:
        """The values of a parameter as doubles, each the nearest one, shape (values,)."""
        if isinstance(self.values, np.ndarray):
            return self.values
        return np.array([float(value) for value in self.values])

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all values, in hexadecimal: of each as a text in a line, or of the doubles with the lowest byte first."""
        found = hashlib.sha256()
        if isinstance(self.values, np.ndarray):
            found.update(np.ascontiguousarray(self.values, dtype="<f8").tobytes())
        else:
            texts = (f"{value}\n" for value in self.values)
            while part := "".join(islice(texts, DIGESTED_AT_ONCE)):
                found.update(part.encode())
        return found.hexdigest()

    def document(self) -> Mapping[str, object]:
        """Return an exact description as JSON-able data: the values (numbers as texts), or of many their digest."""
        said: dict[str, object] = {"name": self.name, "role": self.role}
        if self.role == "parameter":
            said["numbers"] = "doubles" if isinstance(self.values, np.ndarray) else "exact"
        if len(self.values) > LISTED:
            return said | {"first": str(self.values[0]), "last": str(self.values[-1]), "sha256": self.digest}
        return said | {"values": [str(value) for value in self.values]}


@dataclass(frozen=True, eq=False)
class Axis:
    """One dimension of a design.

    Parameters
    ----------
    name : str
        The parameter; ``point`` where several things vary together.
    series : tuple of Series
        What varies along it, all of one length.
    note : str
        What has to be known of how its values were chosen; it changes nothing.
    """

    name: str
    series: tuple[Series, ...]
    note: str = ""

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

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known of how the values of the axes were chosen."""
        return tuple(axis.note for axis in self.axes if axis.note)

    def places(self, start: int, stop: int) -> dict[str, NDArray[np.int64]]:
        """Return for the points from ``start`` up to before ``stop`` their places along each axis, by its name."""
        inner, found = self.size, {}
        for axis in self.axes:
            inner //= len(axis)
            found[axis.name] = _places(start, stop, inner, len(axis))
        return found

    def document(self) -> Mapping[str, object]:
        """Return an exact description as JSON-able data; two designs with the same one have the same points in the same order."""
        axes = [{"name": axis.name, "length": len(axis), "series": [series.document() for series in axis.series]} for axis in self.axes]
        return {"points": self.size, "axes": axes}


def _places(start: int, stop: int, inner: int, length: int) -> NDArray[np.int64]:
    """Return the places along an axis that is gone through in steps of ``inner`` points: copied, which is quicker than dividing.

    What is made on the way is never larger than the result by more than one turn through a short axis.
    """
    first, last = start // inner, -(-stop // inner)
    begin, steps = first % length, last - first
    if steps > length:
        turns = np.tile(np.arange(length), 1 + (begin + steps - 1) // length)[begin:][:steps]
    else:
        turns = np.arange(begin, begin + steps)
        turns[length - begin :] -= length
    if inner == 1:
        return turns
    if inner <= stop - start:
        return np.repeat(turns, inner)[start - first * inner :][: stop - start]
    # At most two values, and a step may be much longer than what is asked for.
    return np.repeat(turns, [min(stop, (first + 1) * inner) - start, *[stop - (last - 1) * inner] * (steps - 1)])
