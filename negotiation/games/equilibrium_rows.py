"""What a table says of the equilibria at one point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from math import isnan, nan

import numpy as np
from numpy.typing import NDArray

from negotiation.games.numbers import Number
from negotiation.games.outcomes import SAME
from negotiation.games.solution import Equilibrium, Solution
from negotiation.games.tables import Column, Layout

__all__ = ["MIXED", "NONE", "SEVERAL", "UNNAMED", "Names", "Row", "failed_row", "row_of"]

#: What is said where no reading names the play, where one and the same play can go in more than one way (by types, chance or
#: mixing), where equilibria differ, and where there is none.
UNNAMED = "unnamed"
MIXED = "mixed"
SEVERAL = "several"
NONE = "none"

#: What the two codes that leave it open mean, for readers of files.
OPEN = f" ({MIXED}: types, chance or mixing leave it open, the same in all; {SEVERAL}: equilibria differ)"

NO, YES = 0, 1


@dataclass(frozen=True, eq=False, slots=True)
class Names:
    """What codes and dimensions of a table of equilibria stand for.

    Parameters
    ----------
    readings : tuple of str
        Those of the scenario, each once, without ``UNNAMED``.
    courses : tuple of str
        The different courses of play, ``a > b > c``, in the order of the ends.
    outcomes, players : tuple of str
    course, outcome : int64 arrays of shape (ends,)
        What each end of play belongs to, as numbers into these.
    """

    readings: tuple[str, ...]
    courses: tuple[str, ...]
    outcomes: tuple[str, ...]
    players: tuple[str, ...]
    course: NDArray[np.int64]
    outcome: NDArray[np.int64]

    @property
    def reading_codes(self) -> tuple[str, ...]:
        """What the codes of the column ``reading`` stand for."""
        return (*self.readings, UNNAMED, MIXED, SEVERAL, NONE)

    @property
    def path_codes(self) -> tuple[str, ...]:
        """What the codes of the column ``path`` stand for."""
        return (*self.courses, MIXED, SEVERAL, NONE)

    @property
    def layout(self) -> Layout:
        """The columns."""
        yes = ("no", "yes")
        columns = (
            Column("status", "whether the point was solved", names=("solved", "failed"), dtype="uint8"),
            Column("reading", f"the reading of all equilibria{OPEN}", names=self.reading_codes, dtype=_code_type(len(self.reading_codes))),
            Column("path", f"the course of play of all equilibria{OPEN}", names=self.path_codes, dtype=_code_type(len(self.path_codes))),
            Column("equilibria", "the number of equilibria listed", dtype="int32"),
            Column("complete", "whether these are known to be all", names=yes, dtype="uint8"),
            Column("regret", "the largest gain from leaving an equilibrium, as a share of the player's payoff span"),
            Column("exact_solver", "whether the exact solver decided this point, one by one", names=yes, dtype="uint8"),
            Column("reading_lowest", "the lowest probability of each reading over the equilibria", ("reading",)),
            Column("reading_highest", "the highest probability of each reading over the equilibria", ("reading",)),
            Column("outcome_lowest", "the lowest probability of each outcome over the equilibria", ("outcome",)),
            Column("outcome_highest", "the highest probability of each outcome over the equilibria", ("outcome",)),
            Column("payoff_lowest", "what each player gets at least over the equilibria", ("player",), unit="payoff"),
            Column("payoff_highest", "what each player gets at most over the equilibria", ("player",), unit="payoff"),
        )
        labels = {"reading": (*self.readings, UNNAMED), "outcome": self.outcomes, "player": self.players}
        return Layout(columns, labels)


def _code_type(count: int) -> str:
    return "uint8" if count <= 2**8 else "uint16" if count <= 2**16 else "uint32"


@dataclass(frozen=True, slots=True)
class Row:
    """What a table says of one point; of a case all but the payoffs, which are empty there."""

    status: int
    reading: int
    path: int
    equilibria: int
    complete: int
    regret: float
    exact_solver: int
    reading_lowest: tuple[float, ...]
    reading_highest: tuple[float, ...]
    outcome_lowest: tuple[float, ...]
    outcome_highest: tuple[float, ...]
    remark: str = ""
    payoff_lowest: tuple[float, ...] = ()
    payoff_highest: tuple[float, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What tells cases apart and gives them an order: no number is -1 here."""
        found = (getattr(self, each.name) for each in fields(self) if not each.name.startswith("payoff"))
        return tuple(_sortable(value) for value in found)

    @property
    def is_certain(self) -> bool:
        """Whether all probabilities are 0, 1 or unknown, and the regret is 0 or unknown."""
        numbers = (self.regret / 2, *self.reading_lowest, *self.reading_highest, *self.outcome_lowest, *self.outcome_highest)
        return all(isnan(number) or number in (0, 1) for number in numbers)


def _sortable(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_sortable, value))
    return -1.0 if isinstance(value, float) and isnan(value) else value


def failed_row(names: Names, remark: str) -> Row:
    """Return the row of a point that could not be solved."""
    return replace(_empty(names), status=1, remark=remark)


def _empty(names: Names) -> Row:
    """Return a row without equilibria."""
    readings, outcomes, players = ((nan,) * count for count in (len(names.readings) + 1, len(names.outcomes), len(names.players)))
    reading, path = len(names.reading_codes) - 1, len(names.path_codes) - 1
    return Row(0, reading, path, 0, NO, nan, YES, readings, readings, outcomes, outcomes, "", players, players)


def row_of(solution: Solution, names: Names) -> Row:
    """Return the row of a point that was solved by itself."""
    said = "; ".join(solution.notes) if not solution.complete else ""
    found = solution.equilibria
    if not found:
        return replace(_without_equilibria(solution, names), complete=int(solution.complete))
    readings = (*names.readings, UNNAMED)
    read, gone = [each.readings for each in found], [_courses(each) for each in found]
    return Row(
        0,
        _code(read, readings),
        _code(gone, names.courses),
        len(found),
        int(solution.complete),
        max(float(each.regret) for each in found),
        YES,
        *_extremes(read, readings),
        *_extremes([each.outcomes for each in found], names.outcomes),
        said,
        *_payoffs(found),
    )


def _without_equilibria(solution: Solution, names: Names) -> Row:
    """Return the row of a concept that reports something else than equilibria: its payoffs, and what it is."""
    paid = [finding.payoffs for finding in solution.findings if finding.payoffs is not None]
    row = _empty(names)
    if not solution.findings:
        return replace(row, remark="; ".join(solution.notes) or f"{solution.concept} found no equilibrium")
    what = ", ".join(dict.fromkeys(finding.name for finding in solution.findings))
    remark = f"{solution.concept} says: {what}; these are no equilibria"
    if not paid:
        return replace(row, remark=remark)
    lowest, highest = (tuple(float(pick(column)) for column in zip(*paid, strict=True)) for pick in (min, max))
    return replace(row, payoff_lowest=lowest, payoff_highest=highest, remark=f"{remark}, and the payoffs are theirs")


def _payoffs(found: Sequence[Equilibrium]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    columns = list(zip(*(each.payoffs for each in found), strict=True))
    return tuple(float(min(column)) for column in columns), tuple(float(max(column)) for column in columns)


def _extremes(found: Sequence[Mapping[str, Number]], names: Sequence[str]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the lowest and the highest probability of each name."""
    rows = [[float(each.get(name, 0)) for name in names] for each in found]
    return tuple(map(min, zip(*rows, strict=True))), tuple(map(max, zip(*rows, strict=True)))


def _courses(equilibrium: Equilibrium) -> dict[str, Number]:
    """Return the probability of each course of play; private types have none of their own."""
    found: dict[str, Number] = {}
    for path in equilibrium.paths:
        course = " > ".join(path.actions)
        found[course] = found.get(course, Fraction(0)) + path.probability
    return found


def _code(found: Sequence[Mapping[str, Number]], names: Sequence[str]) -> int:
    """Return the number of the only name that is possible, or that of ``MIXED`` or ``SEVERAL``, which stand behind the names."""
    possible = {name for each in found for name, share in each.items() if share > 0}
    if len(possible) == 1:
        return names.index(next(iter(possible)))
    lowest, highest = _extremes(found, names)
    same = all(high - low <= SAME for low, high in zip(lowest, highest, strict=True))
    return len(names) + (0 if same else 1)
