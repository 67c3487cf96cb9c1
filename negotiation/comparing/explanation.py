"""Which differences in parameters are enough to explain a change: the smallest sets that bring it about.

A set of parameters is *enough* if moving these alone from the first side's values to the second's gives the second side's
answer. Sets are tried by increasing size, each exactly (the game is built and solved), and supersets of a set that is
enough are left out; so every set in the list is minimal, and up to the size that was searched none is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb

from negotiation.budget import Budget
from negotiation.comparing.flips import Passage, passage
from negotiation.comparing.search import Search, What, summary
from negotiation.comparing.sides import Side, Theory
from negotiation.scenario.scenario import Scenario

__all__ = ["MOST_SOLVES", "Difference", "Explanation", "changed", "differences", "explain"]

#: Games that are solved to explain one change unless another bound is asked for: all sets of ten parameters are 1,024.
MOST_SOLVES = 1024


@dataclass(frozen=True, slots=True)
class Difference:
    """A parameter that the sides give different values; None where a side has no such parameter."""

    name: str
    first: Fraction | None
    second: Fraction | None
    about: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Which parameters explain a change.

    Parameters
    ----------
    what : str
        What changes: the readings of play, or, where these are the same, the courses of play.
    before, after : tuple of str
        The readings or courses of both sides.
    sets : tuple of tuples of str
        The minimal sets of parameters that are enough, the smallest first; empty if none of the size that was searched is.
    differing : int
        How many parameters differ.
    searched : int
        Sets of up to so many parameters were all tried.
    solves : int
        How many games were solved.
    without_answer : int
        How many sets give values at which there is no game, or at which it could not be solved.
    passages : tuple of Passage
        For each parameter that alone is enough, at which values between the two sides' the answer flips.
    """

    what: What
    before: tuple[str, ...]
    after: tuple[str, ...]
    sets: tuple[tuple[str, ...], ...]
    differing: int
    searched: int
    solves: int
    without_answer: int
    passages: tuple[Passage, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every minimal set is in the list."""
        return self.searched == self.differing and not self.without_answer

    @property
    def needed(self) -> frozenset[str]:
        """The parameters without which no set is enough; none where sets may be missing."""
        return frozenset.intersection(*map(frozenset, self.sets)) if self.complete and self.sets else frozenset()


def differences(first: Side, second: Side) -> tuple[Difference, ...]:
    """Return the parameters that differ in value or that only one side has, in the order of the first side."""
    names = list(dict.fromkeys([*first.values, *second.values]))
    return tuple(
        Difference(name, first.values.get(name), second.values.get(name), _about(name, first, second))
        for name in names
        if first.values.get(name) != second.values.get(name)
    )


def _about(name: str, *sides: Side) -> str:
    for each in sides:
        if each.source is not None and each.source.scenario is not None and name in each.source.scenario.parameters:
            return each.source.scenario.parameters[name].about
    return ""


def changed(first: Side, second: Side) -> What | None:
    """Return what differs between two answers: readings, else courses of play, else nothing that has a name.

    Nothing differs in that sense if a side says nothing of play.
    """
    if not first.plays or not second.plays:
        return None
    levels: tuple[What, ...] = ("reading", "course of play")
    return next((what for what in levels if summary(first.plays, what) != summary(second.plays, what)), None)


def explain(first: Side, second: Side, what: What, *, most_solves: int, budget: Budget) -> Explanation | None:
    """Return which parameters explain a change.

    None where the sides are not known to be two points of one scenario under one theory: a stored answer may have come of
    options of its concept that are not stored with it (or of another version), so it is solved again first.
    """
    scenario = _common_scenario(first, second)
    moved = {each.name: each.second for each in differences(first, second) if each.second is not None}
    if scenario is None or not moved or not all(_is_reproduced(each, scenario, what, budget) for each in (first, second)):
        return None
    search = Search(scenario, Theory(first.concept, first.theory.options), what, first.values, summary(second.plays, what), moved)
    sets, searched, solves, failed = _minimal_sets(search, most_solves, budget)
    answer = summary(first.plays, what)
    passages = tuple(passage(search, names[0], answer, budget) for names in sets if len(names) == 1)
    return Explanation(
        what, tuple(sorted(answer)), tuple(sorted(search.wanted)), tuple(sets), len(moved), searched, solves, failed, passages
    )


def _common_scenario(first: Side, second: Side) -> Scenario | None:
    if first.source is None or second.source is None or first.source.scenario is None:
        return None
    same = first.source.digest == second.source.digest and first.concept == second.concept
    return first.source.scenario if same and dict(first.theory.options) == dict(second.theory.options) else None


def _is_reproduced(each: Side, scenario: Scenario, what: What, budget: Budget) -> bool:
    """Return whether a side's answer is that of its theory with the options that are known."""
    if not each.is_stored:
        return True
    return Search(scenario, each.theory, what, each.values, summary(each.plays, what), {}).reaches((), budget) is True


def _minimal_sets(search: Search, most_solves: int, budget: Budget) -> tuple[list[tuple[str, ...]], int, int, int]:
    """Return the minimal sets, the size up to which all were tried, and how many were solved and had no answer."""
    names = tuple(search.moved)
    found: list[tuple[str, ...]] = []
    solves = failed = 0
    for size in range(1, len(names)):
        if solves + comb(len(names), size) > most_solves or budget.is_spent:
            return found, size - 1, solves, failed
        for chosen in combinations(names, size):
            if any(set(smaller) <= set(chosen) for smaller in found):
                continue
            if budget.is_spent:
                return found, size - 1, solves, failed
            budget.tell("sets of parameters", solves)
            reached = search.reaches(chosen, budget)
            solves += 1
            failed += reached is None
            found += [chosen] if reached else []
    # All together give the second side's game, which needs no solving.
    return found or [names], len(names), solves, failed
