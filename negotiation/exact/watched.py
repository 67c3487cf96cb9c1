"""All perfect Bayesian equilibria of a game with an audience that wonders about one player's two types.

What is off the path leaves beliefs free, so an equilibrium comes with the ranges of beliefs that support it. The method is
exact where payoffs are affine in the belief; elsewhere the roots that it needs are proved and closely bracketed.

References
----------
Fudenberg and Tirole (1991), Journal of Economic Theory 53, 236-260. Geanakoplos, Pearce and Stacchetti (1989), Games and
Economic Behavior 1, 60-79.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import SolverError
from negotiation.exact.enclosure import Known
from negotiation.exact.unit_conditions import Member, Numbers, Problem
from negotiation.exact.unit_sets import solve_conditions
from negotiation.exact.watched_assessments import Assessment
from negotiation.exact.watched_equilibria import equilibria_of
from negotiation.exact.watched_form import WatchedForm, watched_form
from negotiation.exact.watched_patterns import Pattern, Unknown, patterns
from negotiation.exact.watched_values import Evaluation, evaluated, requirements
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.solution import Solution

__all__ = ["solve_watched"]

METHOD = (
    "every pattern of what each type takes where, solved in the space of the audience's beliefs; exact where payoffs are affine in "
    "the belief, otherwise by roots that interval arithmetic proves (perfect Bayesian equilibrium, with two types the same as "
    "sequential: Fudenberg and Tirole 1991)"
)

COMPLETE = "complete: every pattern of play was decided; where several beliefs off the path support an equilibrium, all of them are given"

UNDECIDED = (
    "not complete: for some pattern of play it could not be proved that all equilibria were found (payoffs that jump or only touch "
    "a tie as the belief changes, or too many beliefs that depend on one another)"
)

TIES = (
    "not complete at exact ties: where somebody decides before a move with three actions or more, equilibria that mix three of them "
    "were not looked for; they take payoffs that agree by coincidence"
)


def solve_watched(game: ExtensiveFormGame, *, budget: Budget = UNLIMITED) -> Solution:
    """Return all perfect Bayesian equilibria of a game with an audience.

    Parameters
    ----------
    game : ExtensiveFormGame
        With an audience; every move is seen by all, and only the type of the watched player is private.
    budget : Budget
        When it is spent, what was found so far is returned and ``complete`` is False.

    Raises
    ------
    NotApplicableError
        If the game is not of this kind.
    SolverError
        If no equilibrium was found, which continuous payoffs rule out.
    """
    form = watched_form(game)
    found: list[Assessment] = []
    notes: list[str] = []
    for count, pattern in enumerate(patterns(form)):
        if budget.is_spent:
            notes.append(f"the time limit was reached after {count} patterns of play: there may be further equilibria")
            break
        budget.tell("patterns of play", count)
        answers = solve_conditions(_problem(form, pattern))
        if not answers.is_decided and UNDECIDED not in notes:
            notes.append(UNDECIDED)
        found += [Assessment(form, pattern, answer, answers.close) for answer in answers.found]
    if not found:
        why = "; ".join(notes) or "payoffs that jump as the belief changes can leave a game without one"
        raise SolverError(f"no equilibrium was found: {why}")
    if form.may_mix_three:
        notes.append(TIES)
    equilibria, components = equilibria_of(found)
    return Solution("sequential", game, equilibria, not notes, components, tuple(notes) or (COMPLETE,), METHOD)


def _problem(form: WatchedForm, pattern: Pattern) -> Problem:
    """Return the conditions of a pattern; off the path, learning nothing from a surprise is preferred, then certainty."""
    origins = {after.index: number for number, choice in pattern.turns.items() for after in choice.after if isinstance(after, Unknown)}

    def preferred(unknown: int, known: Numbers) -> list[Fraction]:
        """Return values to be taken where they can be."""
        if unknown not in origins:
            return []
        numbers = [known.get(other, Fraction(1, 2)) for other in range(len(pattern.is_open))]
        before = Evaluation(form, pattern, numbers).belief(origins[unknown])
        return [before, Fraction(0), Fraction(1)] if isinstance(before, Fraction) else []

    asked = requirements(form, pattern)

    def values(unknowns: Sequence[Known], members: Sequence[Member]) -> list[Known]:
        """Return requirements at these unknowns."""
        return evaluated(form, pattern, unknowns, [asked[member] for member in members])

    return Problem(tuple(asked), values, pattern.is_open, preferred, form.scale)
