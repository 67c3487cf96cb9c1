"""Regimes of any game and concept along a line, closed in by solving: where no exact conditions can be computed.

The line is solved at an even grid of points; wherever two neighbours differ in their equilibria, the interval between them is halved,
and the half in which they still differ again, down to the width of a much finer grid. What lies between two neighbours of the
first grid that agree can be missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from negotiation.boundaries.line import Line, Regimes, Region, Threshold
from negotiation.budget import Budget
from negotiation.errors import NotApplicableError, ScenarioError, SolverError
from negotiation.exact.certified_roots import simplest_between
from negotiation.exact.real_points import RealPoint, rational_point
from negotiation.games.solution import Equilibrium, Solution
from negotiation.solving import solve

__all__ = ["FINE", "Refinement", "Sample", "bracketed_regimes", "sampled"]


@dataclass(frozen=True, slots=True)
class Refinement:
    """How finely thresholds are closed in.

    ``first`` is the number of intervals of the first grid, ``halvings`` how often an interval is halved at most, ``tries`` whether simple
    numbers in the last interval are tried as thresholds.
    """

    first: int = 64
    halvings: int = 10
    tries: bool = True

    @property
    def resolution(self) -> int:
        """The number of intervals of the grid that tells thresholds apart as finely."""
        return int(self.first * 2**self.halvings)


FINE = Refinement()

#: A number inside a bracket is tried as the exact threshold if its denominator is at most this: others nobody would have written.
LARGEST_DENOMINATOR = 10_000

#: How close to such a number the game is solved on both sides, as a share of the bracket: then it is the threshold to ten digits.
CLOSE = Fraction(1, 1_000_000)

#: What stands for a reading where the game could not be solved.
NO_ANSWER = "(no answer)"


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The game solved at a point; ``failure`` is why it could not be."""

    value: Fraction
    solution: Solution | None
    failure: str = ""

    @property
    def equilibria(self) -> tuple[Equilibrium, ...]:
        """The equilibria that were found."""
        return () if self.solution is None else self.solution.equilibria

    @property
    def signature(self) -> object:
        """What is compared: for each equilibrium its courses of play with their readings; nothing where the game could not be solved."""
        return frozenset(frozenset((path.actions, path.reading) for path in each.paths) for each in self.equilibria)

    @property
    def readings(self) -> tuple[str, ...]:
        """What can happen in an equilibrium."""
        if self.failure:
            return (NO_ANSWER,)
        names = [dict.fromkeys(path.reading or " > ".join(path.actions) for path in each.paths) for each in self.equilibria]
        return tuple(dict.fromkeys(" / ".join(each) for each in names))


@dataclass(slots=True, eq=False)
class _Search:
    """The points that are solved so far, by their place on the finest grid."""

    line: Line
    concept: str
    refinement: Refinement
    budget: Budget
    samples: dict[Fraction, Sample] = field(default_factory=dict)

    def at(self, value: Fraction) -> Sample:
        """Return the game solved at a point, once."""
        if value not in self.samples:
            self.samples[value] = self.solved(value)
            self.budget.tell("points solved", len(self.samples))
            if self.budget.is_spent:
                raise SolverError(
                    f"the regimes along {self.line.axis} are not known: the time limit was reached; choose a shorter interval"
                )
        return self.samples[value]

    def solved(self, value: Fraction) -> Sample:
        """Return the game solved at a point."""
        try:
            game = self.line.scenario.game(None, **self.line.at(value))
            solution = solve(game, self.concept, budget=self.budget)
        except (ScenarioError, SolverError) as error:
            return Sample(value, None, str(error).splitlines()[0])
        if not solution.equilibria:
            raise NotApplicableError(f"{self.concept} lists no equilibria, so there are no regimes of it; name another concept")
        return Sample(value, solution)

    def refine(self) -> None:
        """Solve the first grid, and halve every interval whose ends differ."""
        low, high, first = self.line.low, self.line.high, self.refinement.first
        grid = [low + (high - low) * place / first for place in range(first + 1)]
        stack = [(one, other, self.refinement.halvings) for one, other in pairwise(grid)]
        while stack:
            one, other, depth = stack.pop()
            if depth and self.at(one).signature != self.at(other).signature:
                middle = self.at((one + other) / 2).value
                stack += [(one, middle, depth - 1), (middle, other, depth - 1)]
        if self.refinement.tries:
            self.try_simple_numbers()

    def try_simple_numbers(self) -> None:
        """Solve at the simplest number inside each bracket: thresholds are often numbers that people write."""
        width = (self.line.high - self.line.low) / self.refinement.resolution
        ordered = [self.samples[value] for value in sorted(self.samples)]
        for one, other in pairwise(ordered):
            if one.signature != other.signature and other.value - one.value <= width:
                self.try_between(one.value, other.value)

    def try_between(self, low: Fraction, high: Fraction) -> None:
        """Solve at and close to the simple numbers of a bracket: the simplest inside, and the ends where they are simple."""
        width = high - low
        simple = simplest_between(low + width / 1000, high - width / 1000)
        near = width * CLOSE
        for value in (low + near, simple - near, simple, simple + near, high - near):
            if any(abs(value - each) <= near for each in (low, simple, high) if each.denominator <= LARGEST_DENOMINATOR):
                self.at(value)


def sampled(line: Line, concept: str, refinement: Refinement, budget: Budget) -> tuple[Sample, ...]:
    """Return the solved points of a line in order, close to one another where equilibria change.

    Raises
    ------
    NotApplicableError
        If the concept does not take the game, or lists no equilibria.
    SolverError
        If the time ends, or the game can be solved nowhere.
    """
    search = _Search(line, concept, refinement, budget)
    search.refine()
    found = tuple(search.samples[value] for value in sorted(search.samples))
    if all(each.failure for each in found):
        raise SolverError(f"the game could be solved at none of {len(found)} points: {found[0].failure}")
    return found


def bracketed_regimes(line: Line, concept: str, reasons: Sequence[str], refinement: Refinement, budget: Budget) -> Regimes:
    """Return the regimes along a line as far as solving point by point tells.

    Parameters
    ----------
    line : Line
    concept : str
    reasons : sequence of str
        Why exact conditions were not computed.
    refinement : Refinement
    budget : Budget

    Raises
    ------
    NotApplicableError, SolverError
        As ``sampled``.
    """
    samples = sampled(line, concept, refinement, budget)
    inner, outer = _without_ends(_runs(samples))
    kept = [place for place in range(len(inner)) if not _is_point(inner, place)]
    thresholds = tuple(_threshold(inner[place], inner[place + 1 : place + 3]) for place in kept[:-1])
    edges = [rational_point(line.low), *(each.at for each in thresholds), rational_point(line.high)]
    low, high = (Threshold(rational_point(each.value), each.readings, ()) for each in outer)
    return Regimes(
        line,
        tuple(_region(inner[place], *pair) for place, pair in zip(kept, pairwise(edges), strict=True)),
        thresholds,
        (low, high),
        stretches=0,
        points=len(samples),
        concept=concept,
        resolution=refinement.resolution,
        first=refinement.first,
        notes=(*reasons, *_notes(samples)),
    )


def _notes(samples: Sequence[Sample]) -> Iterator[str]:
    """Yield what the reader has to know of the points that were solved."""
    failed = [each for each in samples if each.failure]
    if failed:
        yield f"at {len(failed)} of {len(samples)} points the game could not be solved, first: {failed[0].failure}"
    incomplete = sum(not each.solution.complete for each in samples if each.solution is not None)
    if incomplete:
        yield f"at {incomplete} of {len(samples)} points it is not proven that all equilibria were found"


Run = tuple[Sample, ...]


def _runs(samples: Sequence[Sample]) -> list[Run]:
    """Return neighbouring points with the same equilibria together."""
    found: list[list[Sample]] = []
    for each in samples:
        if found and found[-1][-1].signature == each.signature:
            found[-1].append(each)
        else:
            found.append([each])
    return [tuple(run) for run in found]


def _without_ends(runs: Sequence[Run]) -> tuple[list[Run], tuple[Sample, Sample]]:
    """Return the runs without an end of the line at which something holds that holds nowhere near, and both ends."""
    ends = runs[0][0], runs[-1][-1]
    first = 1 if len(runs) > 1 and len(runs[0]) == 1 else 0
    last = len(runs) - 1 if len(runs) - first > 1 and len(runs[-1]) == 1 else len(runs)
    return list(runs[first:last]), ends


def _is_point(runs: Sequence[Run], place: int) -> bool:
    """Return whether a run is a single point between two others: a threshold that was met exactly."""
    return 0 < place < len(runs) - 1 and len(runs[place]) == 1


def _threshold(run: Run, following: Sequence[Run]) -> Threshold:
    if len(following) > 1 and len(following[0]) == 1:
        (met,) = following[0]
        return Threshold(rational_point(met.value), met.readings, (), bracket=(run[-1].value, following[1][0].value))
    before, after = run[-1], following[0][0]
    simple = simplest_between(before.value, after.value)
    there = next((each.readings for each in (before, after) if each.value == simple), None)
    at = (before.value + after.value) / 2 if there is None else simple
    return Threshold(rational_point(at), there or (), (), bracket=(before.value, after.value))


def _region(run: Run, low: RealPoint, high: RealPoint) -> Region:
    middle = (run[0].value + run[-1].value) / 2
    witness = min(run, key=lambda each: abs(each.value - middle))
    paths = tuple(dict.fromkeys(path.actions for each in witness.equilibria for path in each.paths))
    complete = witness.solution is not None and witness.solution.complete
    return Region(low, high, witness.readings, paths, witness.value, witness.equilibria, complete)
