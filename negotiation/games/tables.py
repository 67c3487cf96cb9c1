"""Tables over many points: what each column holds, and rows in a form in which what repeats is kept once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Column", "Layout", "Table"]


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of a table holds.

    Parameters
    ----------
    name, about : str
        Its name (an identifier), and its meaning in words.
    dimensions : tuple of str
        What it runs over at each point, for example ``("player",)``; their labels are in the layout.
    names : tuple of str
        What its codes stand for, from code 0 on; empty where it holds numbers.
    unit : str, optional
    dtype : str
        The type of its numbers.
    """

    name: str
    about: str
    dimensions: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    unit: str | None = None
    dtype: str = "float64"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table, and the labels along the dimensions that they run over at each point."""

    columns: tuple[Column, ...]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Table:
    """Rows for points, each column either in full or by cases.

    A case is a combination of values that many points share (one play has one reading and one list of outcomes): a column
    of ``cases`` has a row for each case, and ``case`` says which one a point is.

    Parameters
    ----------
    dense : mapping of column to array of shape (points, ...)
    case : array of shape (points,)
        Whole numbers into the rows of ``cases``.
    cases : mapping of column to array of shape (cases, ...)
    remarks : tuple of str, one for each case
        Why a point of this case could not be computed, or what has to be known of it; mostly empty.
    """

    dense: Mapping[str, NDArray[np.generic]]
    case: NDArray[np.uint32]
    cases: Mapping[str, NDArray[np.generic]]
    remarks: tuple[str, ...]

    def column(self, name: str) -> NDArray[np.generic]:
        """Return a column in full, shape (points, ...)."""
        return self.dense[name] if name in self.dense else self.cases[name][self.case]
