"""Where equations and inequalities hold in the unit box: isolated points, and how far each unknown can vary.

Equations that determine their unknowns, as many as these, are solved first and their roots put in. What is left falls
into groups of unknowns that no condition connects. In a group one unknown is swept: conditions can only begin or cease to
be satisfiable where as many of them as there are unknowns hold with equality, so these places are computed, and one point
between each two neighbours is tried out (compare cylindrical algebraic decomposition, Collins 1975).

References
----------
Collins (1975), Lecture Notes in Computer Science 33, 134-183.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from negotiation.exact.enclosure import Known, UnboundedError, box_enclosures
from negotiation.exact.sweeping import Group, Sweep
from negotiation.exact.unit_conditions import MOST_TOGETHER, Member, Numbers, Problem, determined
from negotiation.games.audience import Interval

__all__ = ["Answer", "Answers", "solve_conditions"]

Ranges: TypeAlias = tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One solution, or a set of them.

    Parameters
    ----------
    point : tuple of Fraction
        One solution.
    ranges : tuple of tuples of intervals, one for each unknown
        The values with which some choice of the other unknowns that vary is a solution.
    is_exact : bool
        Whether the point is exact; else some numbers are roots that are not rational, closely bracketed.
    """

    point: tuple[Fraction, ...]
    ranges: tuple[Ranges, ...]
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """All solutions; ``is_decided`` is False where it could not be proved that there are no more.

    ``close`` are the numbers in them that stand for roots that are not rational.
    """

    found: tuple[Answer, ...]
    is_decided: bool
    close: frozenset[Fraction]


@dataclass(frozen=True, slots=True)
class _State:
    """What is known so far: numbers for some unknowns, and equations that hold whatever the unknowns are."""

    known: Numbers
    is_exact: bool = True
    idle: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Part:
    """Solutions of one group: one point, and how far each unknown can vary."""

    point: Numbers
    ranges: Mapping[int, Ranges]
    is_exact: bool = True


def solve_conditions(problem: Problem) -> Answers:
    """Return all solutions of conditions on unknowns in the unit box."""
    solver = _Solver(problem)
    found = [answer for state in solver.states(_State({})) for answer in solver.answers(state)]
    return Answers(tuple(found), solver.is_decided, frozenset(solver.close))


class _Solver:
    """Puts in roots of single unknowns, splits what is left into groups, and solves these."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.is_decided = True
        self.close: set[Fraction] = set()

    def states(self, state: _State) -> Iterator[_State]:
        """Yield what is known when all equations that determine their unknowns are solved, one state for each choice of roots."""
        equations = self.bounds(state, [member for member in self.problem.members if member[0] == "equal"])
        if self.is_refuted(state, equations):
            return
        depends = {member: self.depends(value, state) for member, value in (equations or {}).items() if member[1] not in state.idle}
        square = determined(depends)
        if square is not None:
            members, unknowns = square
            yield from self.put_in(state, members, self.limits(state, unknowns))
        # Each pattern has many inequalities, and the first that cannot hold is enough.
        elif not any(self.is_refuted(state, self.bounds(state, [member])) for member in self.problem.members if member[0] != "equal"):
            yield state

    def limits(self, state: _State, unknowns: Sequence[int]) -> dict[int, Interval]:
        """Return the ranges that conditions above 0 leave to unknowns, as far as they speak of one unknown alone."""
        above = self.bounds(state, [member for member in self.problem.members if member[0] == "above"]) or {}
        depends = {member: self.depends(value, state) for member, value in above.items()}
        alone = {unknown: [member for member, found in depends.items() if found == [unknown]] for unknown in unknowns}
        return {unknown: self.problem.limits(state.known, unknown, members) for unknown, members in alone.items()}

    def put_in(self, state: _State, members: Sequence[Member], limits: Mapping[int, Interval]) -> Iterator[_State]:
        """Solve as many equations as they have unknowns; yield what is known with each of their roots."""
        roots = self.problem.roots(state.known, limits, members)
        self.is_decided &= not roots.unresolved
        if roots.everywhere:
            # A tie: other conditions alone bound the unknowns.
            yield from self.states(replace(state, idle=state.idle.union(place for _, place in members)))
            return
        self.close.update(coordinate for root in roots.close for coordinate in root)
        for points, is_exact in ((roots.exact, True), (roots.close, False)):
            for root in points:
                found = dict(zip(limits, root, strict=True))
                if all(self.problem.allows(unknown, value) for unknown, value in found.items()):
                    yield from self.states(_State({**state.known, **found}, state.is_exact and is_exact, state.idle))

    def bounds(self, state: _State, members: Sequence[Member]) -> dict[Member, Known] | None:
        """Return bounds on conditions over what is not known yet, None where there are none."""
        free = self.free(state)
        box = box_enclosures([(Fraction(0), Fraction(1))] * len(free))
        try:
            return self.problem.at({**state.known, **dict(zip(free, box, strict=True))}, members)
        except UnboundedError:
            return None

    def is_refuted(self, state: _State, bounds: Mapping[Member, Known] | None) -> bool:
        """Return whether bounds show that some condition holds nowhere."""
        slack = self.problem.slack(exactly=state.is_exact)
        ends = {member: _ends(value) for member, value in (bounds or {}).items()}
        return any(
            high < -slack or (kind == "equal" and low > slack) or (kind == "above" and high <= slack)
            for (kind, _), (low, high) in ends.items()
        )

    def free(self, state: _State) -> list[int]:
        """Return the unknowns that are not known yet."""
        return [unknown for unknown in self.problem.unknowns if unknown not in state.known]

    def depends(self, value: Known, state: _State) -> list[int]:
        """Return the unknowns on which a condition depends."""
        if isinstance(value, Fraction):
            return []
        free = self.free(state)
        return [free[axis] for axis in sorted(value.slopes)]

    def answers(self, state: _State) -> Iterator[Answer]:
        """Yield all solutions that go with what is known."""
        parts = []
        for group in self.groups(state):
            parts.append(list(self.parts(state, group)))
            if not parts[-1]:
                return
        for chosen in product(*parts):
            point = dict(state.known)
            ranges: dict[int, Ranges] = {unknown: ((value, value),) for unknown, value in point.items()}
            for part in chosen:
                point.update(part.point)
                ranges.update(part.ranges)
            is_exact = state.is_exact and all(part.is_exact for part in chosen)
            if self.problem.holds(point, exactly=is_exact):
                order = self.problem.unknowns
                yield Answer(tuple(point[unknown] for unknown in order), tuple(ranges[unknown] for unknown in order), is_exact)

    def groups(self, state: _State) -> list[Group]:
        """Return the unknowns that are left, with those together that a condition connects."""
        free = self.free(state)
        whole = self.bounds(state, self.problem.members)
        if whole is None:
            # Without bounds nothing is known of what depends on what.
            depends = dict.fromkeys(self.problem.members, frozenset(free))
        else:
            depends = {member: frozenset(self.depends(value, state)) for member, value in whole.items()}
        used = {member: found for member, found in depends.items() if found and not (member[0] == "equal" and member[1] in state.idle)}
        groups = []
        for together in _connected(free, list(used.values())):
            own = {member: found for member, found in used.items() if found <= together}
            groups.append(Group(tuple(unknown for unknown in free if unknown in together), own))
        return groups

    def parts(self, state: _State, group: Group) -> Iterator[_Part]:
        """Yield the solutions of one group as one set with a point in it, nothing if there is none."""
        if len(group.unknowns) > MOST_TOGETHER:
            self.is_decided = False
        else:
            sweep = Sweep(self.problem, group, state.known, exactly=state.is_exact)
            point = sweep.point()
            if point is not None:
                yield _Part(point, {unknown: sweep.ranges(unknown) for unknown in group.unknowns})
            self.is_decided &= sweep.is_decided
            self.close |= sweep.close


def _ends(value: Known) -> Interval:
    return (value, value) if isinstance(value, Fraction) else (value.low, value.high)


def _connected(unknowns: Sequence[int], links: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """Return the unknowns in groups such that no link leads from one group to another."""
    groups = [frozenset({unknown}) for unknown in unknowns]
    for link in links:
        joined = frozenset(link).union(*(group for group in groups if group & link))
        groups = [group for group in groups if not group & link] + [joined]
    return groups
