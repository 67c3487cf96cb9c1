"""How far unknowns can vary when there are fewer equations than unknowns: one of them is swept through [0, 1].

Conditions can only begin or cease to be satisfiable where as many of them as there are unknowns hold with equality (a
bound of an unknown counts as a condition), or where a condition turns round. So the former places are computed, and one
point between each two neighbours is tried out, sweeping the other unknowns there (compare cylindrical algebraic
decomposition, Collins 1975). Where a condition may turn round, the result is said to be undecided.

References
----------
Collins (1975), Lecture Notes in Computer Science 33, 134-183.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, pairwise, product

from negotiation.exact.unit_conditions import Member, Numbers, Problem, determined
from negotiation.games.audience import Interval

__all__ = ["Group", "Sweep"]


@dataclass(frozen=True, slots=True)
class Group:
    """Unknowns that conditions connect, and for each of these conditions the unknowns on which it depends."""

    unknowns: tuple[int, ...]
    depends: Mapping[Member, frozenset[int]]

    @property
    def equations(self) -> list[Member]:
        """The equations among the conditions."""
        return [member for member in self.depends if member[0] == "equal"]


@dataclass(eq=False)
class Sweep:
    """The sweep of one group, where the unknowns of others are known or do not matter; ``close`` collects rounded ends."""

    problem: Problem
    group: Group
    known: Numbers
    exactly: bool = True
    is_decided: bool = True
    close: set[Fraction] = field(default_factory=set)
    known_limits: dict[int, Interval] = field(default_factory=dict)

    def ranges(self, unknown: int) -> tuple[Interval, ...]:
        """Return the values of an unknown with which some choice of the others satisfies the conditions."""
        others = tuple(other for other in self.group.unknowns if other != unknown)
        return self.spans((unknown, *others), {})

    def point(self) -> Numbers | None:
        """Return one choice that satisfies the conditions: preferred values as far as possible; None if there is none."""
        return self.choice(self.group.unknowns, {})

    def spans(self, order: Sequence[int], fixed: Numbers) -> tuple[Interval, ...]:
        """Return the closed intervals of the first unknown in which the rest can be satisfied, when some are fixed."""
        first, rest = order[0], order[1:]
        low, high = self.limits(first)
        if low > high:
            return ()
        marks = sorted({low, high, *(mark for mark in self.critical(order, fixed) if low <= mark <= high)})
        found: list[Interval] = []
        for mark, after in pairwise([*marks, None]):
            if mark is None:
                break
            if not (found and found[-1][1] == mark) and self.choice(rest, {**fixed, first: mark}) is not None:
                found.append((mark, mark))
            if after is None or self.choice(rest, {**fixed, first: (mark + after) / 2}) is None:
                continue
            if found and found[-1][1] == mark:
                found[-1] = found[-1][0], after
            else:
                found.append((mark, after))
        return tuple(found)

    def choice(self, order: Sequence[int], fixed: Numbers) -> Numbers | None:
        """Return numbers for the unknowns that satisfy the conditions together with the fixed ones, None if there are none."""
        if not all(self.problem.allows(unknown, value) for unknown, value in fixed.items()):
            return None
        if not order:
            return fixed if self.problem.holds({**self.known, **fixed}, chosen=list(self.group.depends), exactly=self.exactly) else None
        spans = self.spans(order, fixed)
        for value in self.candidates(order[0], spans, fixed):
            found = self.choice(order[1:], {**fixed, order[0]: value})
            if found is not None:
                return found
        return None

    def candidates(self, unknown: int, spans: Sequence[Interval], fixed: Numbers) -> Iterator[Fraction]:
        """Yield values to be tried: preferred ones, then the middle of the widest interval, then of the others."""
        for value in self.problem.preferred(unknown, {**self.known, **fixed}):
            if any(low <= value <= high for low, high in spans):
                yield value
        for low, high in sorted(spans, key=lambda span: span[0] - span[1]):
            yield (low + high) / 2

    def critical(self, order: Sequence[int], fixed: Numbers) -> Iterator[Fraction]:
        """Yield the values of the first unknown at which as many conditions as there are unknowns hold with equality."""
        first, rest = order[0], order[1:]
        if rest and not self.turns_nowhere(order, fixed):
            self.is_decided = False
        for count in range(len(rest) + 1):
            for bound in combinations(rest, count):
                free = tuple(unknown for unknown in order if unknown not in bound)
                for ends in product(*(self.limits(unknown) for unknown in bound)):
                    yield from self.corners(free, {**fixed, **dict(zip(bound, ends, strict=True))}, first)

    def corners(self, free: Sequence[int], fixed: Numbers, first: int) -> Iterator[Fraction]:
        """Yield the first unknown where all equations and enough inequalities hold with equality in the free unknowns."""
        equations = self.group.equations
        inequalities = [member for member in self.group.depends if member[0] != "equal"]
        for chosen in combinations(inequalities, max(0, len(free) - len(equations))):
            members = [*equations, *chosen]
            if len(members) == len(free):
                yield from (found[first] for found in self.common_roots(members, free, fixed))

    def common_roots(self, members: Sequence[Member], free: Sequence[int], fixed: Numbers) -> Iterator[Numbers]:
        """Yield the points at which conditions hold with equality; those that determine their unknowns are solved first."""
        if not free:
            yield fixed
            return
        square = determined({member: self.group.depends[member].intersection(free) for member in members})
        if square is None:
            return
        solved, unknowns = square
        roots = self.problem.roots({**self.known, **fixed}, {unknown: self.limits(unknown) for unknown in unknowns}, solved)
        self.is_decided &= not roots.unresolved
        self.close.update(coordinate for point in (*roots.close, *roots.doubtful) for coordinate in point)
        for point in (*roots.exact, *roots.close, *roots.doubtful):
            found = dict(zip(unknowns, point, strict=True))
            left = [member for member in members if member not in solved]
            yield from self.common_roots(left, [unknown for unknown in free if unknown not in found], {**fixed, **found})

    def limits(self, unknown: int) -> Interval:
        """Return the range of an unknown that conditions on it alone leave."""
        if unknown not in self.known_limits:
            members = [member for member, depends in self.group.depends.items() if depends == {unknown} and member[0] != "equal"]
            self.known_limits[unknown] = self.problem.limits(self.known, unknown, members)
        return self.known_limits[unknown]

    def turns_nowhere(self, order: Sequence[int], fixed: Numbers) -> bool:
        """Return whether no end of the first unknown's range can be missed.

        With one other unknown that could only be where a condition on both turns round in the other one; with more, only
        affine conditions are beyond doubt.
        """
        known = {**self.known, **fixed}
        members = [member for member, depends in self.group.depends.items() if depends.intersection(order)]
        if len(order) > 2:
            return all(self.problem.is_affine(known, order, member) for member in members)
        return all(self.problem.is_monotone(known, order, member) for member in members if self.group.depends[member].issuperset(order))
