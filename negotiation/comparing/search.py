"""What happens when some parameters move from the first side's values to the second's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from negotiation.budget import Budget
from negotiation.comparing.sides import Play, Theory, side
from negotiation.errors import NotApplicableError, ParameterError, ScenarioError, SolverError
from negotiation.scenario.scenario import Scenario
from negotiation.solving import solve

__all__ = ["Search", "What", "summary"]

#: What it is that changes.
What = Literal["reading", "course of play"]


def summary(plays: Sequence[Play], what: What) -> frozenset[str]:
    """Return the answer as names: the readings of all plays, or their courses."""
    if what == "reading":
        return frozenset(play.reading for play in plays)
    return frozenset(" or ".join(sorted(" > ".join(actions) for actions in play.course)) for play in plays)


@dataclass(frozen=True, eq=False)
class Search:
    """From which values to which, under which theory, and which answer is looked for.

    Parameters
    ----------
    scenario : Scenario
    theory : Theory
    what : What
    start : mapping of parameter to its value
        The first side's.
    wanted : frozenset of str
        The second side's answer.
    moved : mapping of parameter to its value
        The second side's values of the parameters that differ.
    """

    scenario: Scenario
    theory: Theory
    what: What
    start: Mapping[str, Fraction]
    wanted: frozenset[str]
    moved: Mapping[str, Fraction]

    def answer(self, changed: Mapping[str, Fraction], budget: Budget) -> frozenset[str] | None:
        """Return the answer where these parameters are changed; None where there is none."""
        try:
            solution = solve(self.scenario.game(**{**self.start, **changed}), self.theory.concept, self.theory.options, budget=budget)
        except (ScenarioError, ParameterError, NotApplicableError, SolverError):
            return None
        return summary(side(solution).plays, self.what)

    def reaches(self, names: Sequence[str], budget: Budget) -> bool | None:
        """Return whether moving these parameters gives the wanted answer; None where there is no answer."""
        found = self.answer({name: self.moved[name] for name in names}, budget)
        return None if found is None else found == self.wanted
