"""At which value of one parameter an answer flips, between the value that it has on one side and that on the other.

Where ``boundaries`` can follow the formulas along the line between the two values (subgame perfection with perfect information,
Nash equilibria of small games), the thresholds are exact and none is missing. Elsewhere the line is halved, the game solved in the
middle, until the change to the second side's answer is bracketed; then other changes on the way may not have been seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from negotiation.boundaries.along import EXACT
from negotiation.boundaries.line import Regimes, line_of
from negotiation.budget import Budget
from negotiation.comparing.search import Search
from negotiation.errors import NotApplicableError, ParameterError, ScenarioError, SolverError
from negotiation.exact.real_points import RealPoint

__all__ = ["Flip", "Passage", "passage"]

#: A bracket is this share of the way between the two values, or less: three digits more than figures show.
HALVINGS = 20


@dataclass(frozen=True, slots=True)
class Flip:
    """A value of a parameter at which the answer changes, on the way from the first side to the second.

    Parameters
    ----------
    low, high : Fraction
        The value lies between these, which are equal where it is known as a rational.
    before, after : tuple of str
        The answers (readings or courses of play) on the side of the first value and on that of the second; the same where the
        answer is another one at this single value only.
    there : tuple of str or None
        All that can happen exactly at it; empty where there is no game there, None where it is not known.
    root_of : str
        The polynomial with rational coefficients whose only root between ``low`` and ``high`` it is, where no rational is.
    """

    low: Fraction
    high: Fraction
    before: tuple[str, ...]
    after: tuple[str, ...]
    there: tuple[str, ...] | None = None
    root_of: str = ""

    @property
    def exact(self) -> Fraction | None:
        """The value where it is known as a rational."""
        return self.low if self.low == self.high else None


@dataclass(frozen=True, slots=True)
class Passage:
    """How the answer changes while one parameter moves from the first side's value to the second's, all others staying.

    Parameters
    ----------
    parameter : str
    start, end : Fraction
        The values of the first side and of the second.
    flips : tuple of Flip
        In the order from ``start`` to ``end``.
    complete : bool
        Whether these are all, each exact.
    """

    parameter: str
    start: Fraction
    end: Fraction
    flips: tuple[Flip, ...]
    complete: bool


def passage(search: Search, name: str, first: frozenset[str], budget: Budget) -> Passage:
    """Return how the answer changes as one parameter, which alone is enough, moves; ``first`` is the first side's answer."""
    start, end = search.start[name], search.moved[name]
    exact = _exact(search, name, first, budget)
    if exact is not None:
        return Passage(name, start, end, exact, complete=True)
    return Passage(name, start, end, (_bracketed(search, name, first, budget),), complete=False)


def _exact(search: Search, name: str, first: frozenset[str], budget: Budget) -> tuple[Flip, ...] | None:
    """Return all flips of readings from the formulas; None where these cannot be followed."""
    concept = search.theory.concept
    if search.what != "reading" or concept is None or concept not in EXACT or search.theory.options:
        return None
    start, end = search.start[name], search.moved[name]
    try:
        settings = {other: value for other, value in search.start.items() if other != name}
        line = line_of(search.scenario, name, (min(start, end), max(start, end)), None, settings)
        found = EXACT[concept](line, budget)
    except (NotApplicableError, ParameterError, ScenarioError, SolverError):
        return None
    ends = tuple(frozenset(each.readings) for each in found.ends)
    if (ends if start < end else ends[::-1]) != (first, search.wanted):
        # An answer has one name for several courses that chance decides between; it is then followed by its name only.
        return None
    return _flips(found, descending=start > end)


def _flips(found: Regimes, *, descending: bool) -> tuple[Flip, ...]:
    """Return the thresholds along a line, and its ends where what holds there differs from what holds beside them."""
    marks = [found.ends[0], *found.thresholds, found.ends[1]]
    sides = [found.ends[0].readings, *(region.readings for region in found.regions), found.ends[1].readings]
    flips = [
        _flip(mark.at, before, after, mark.readings)
        for mark, before, after in zip(marks, sides, sides[1:], strict=False)
        if not set(before) == set(mark.readings) == set(after)
    ]
    if not descending:
        return tuple(flips)
    return tuple(Flip(each.low, each.high, each.after, each.before, each.there, each.root_of) for each in reversed(flips))


def _flip(at: RealPoint, before: tuple[str, ...], after: tuple[str, ...], there: tuple[str, ...]) -> Flip:
    root_of = "" if at.minimal is None else str(at.minimal).replace("^", "**")
    return Flip(at.low, at.high, tuple(sorted(before)), tuple(sorted(after)), tuple(sorted(there)), root_of)


def _bracketed(search: Search, name: str, first: frozenset[str], budget: Budget) -> Flip:
    """Return a bracket in which the answer becomes the second side's, by halving."""
    outside, inside, answer = search.start[name], search.moved[name], first
    for _ in range(HALVINGS):
        if budget.is_spent:
            break
        middle = (outside + inside) / 2
        found = search.answer({name: middle}, budget)
        if found == search.wanted:
            inside = middle
        else:
            outside, answer = middle, frozenset() if found is None else found
    low, high = sorted((outside, inside))
    return Flip(low, high, tuple(sorted(answer)), tuple(sorted(search.wanted)))
