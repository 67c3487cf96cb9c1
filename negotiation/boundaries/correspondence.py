"""The equilibrium correspondence: all equilibria against one parameter, as branches with where and how each begins and ends.

References
----------
McKelvey and Palfrey (1995), Games and Economic Behavior 10, 6-38, and Turocy (2005), Games and Economic Behavior 51, 243-263, for the
correspondence of quantal response equilibria.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.boundaries.bracketing import FINE, Refinement, sampled
from negotiation.boundaries.branch import Branch
from negotiation.boundaries.line import Line, line_of
from negotiation.boundaries.linked_branches import linked_branches, precision_branches
from negotiation.boundaries.mixture_branches import nash_branches
from negotiation.boundaries.nash import notes_of, settled_nash
from negotiation.boundaries.play_branches import play_branches
from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import NotApplicableError, ParameterError, ScenarioError
from negotiation.games.solution import usual_concept
from negotiation.scenario.scenario import Scenario, Setting

__all__ = ["PRECISION", "Correspondence", "correspondence", "quantity_title"]

#: The axis of quantal response equilibria, which is no parameter of a scenario.
PRECISION = "precision"

#: Probabilities as near to their limits as this look settled in a picture.
SETTLED = 0.02


@dataclass(frozen=True, eq=False)
class Correspondence:
    """All equilibria against one parameter.

    Parameters
    ----------
    scenario : Scenario
    variant, settings
        What was asked for.
    axis : str
        A parameter, or ``"precision"``.
    low, high : Fraction
        The interval; for precision that of the folds and some more, as branches go on for ever.
    concept : str
    branches : tuple of Branch
    is_exact : bool
        Whether ends of branches are exact.
    points : int
        How many points were solved where they are not.
    notes : tuple of str
        What the reader has to know: what was not looked for, why ends are not exact.
    """

    scenario: Scenario
    variant: str | None
    settings: Mapping[str, Setting]
    axis: str
    low: Fraction
    high: Fraction
    concept: str
    branches: tuple[Branch, ...]
    is_exact: bool
    points: int = 0
    notes: tuple[str, ...] = ()

    @property
    def quantities(self) -> tuple[str, ...]:
        """The names of what can be followed along branches."""
        return tuple(dict.fromkeys(name for branch in self.branches for name in branch.quantities))


def quantity_title(found: Correspondence, quantity: str) -> str:
    """Return what people call a quantity that is followed along branches."""
    labels = found.scenario.labels
    if quantity.startswith("payoff of "):
        player = quantity.removeprefix("payoff of ")
        return f"worth to {labels.get(player, player)}"
    if quantity.startswith("reading "):
        return f"probability of '{quantity.removeprefix('reading ')}'"
    who, _, action = quantity.partition(": ")
    player, _, place = who.partition(", ")
    where = f" at '{place}'" if place else ""
    return f"probability that {labels.get(player, player)} plays '{action}'{where}"


def correspondence(
    scenario: Scenario,
    axis: str,
    *,
    concept: str | None = None,
    within: tuple[Setting, Setting] | None = None,
    variant: str | None = None,
    settings: Mapping[str, Setting] | None = None,
    refinement: Refinement = FINE,
    budget: Budget = UNLIMITED,
) -> Correspondence:
    """Return all equilibria while one parameter varies, as branches.

    Parameters as for ``regimes``. With the axis ``"precision"``, and no parameter of that name, these are the branches of logit quantal
    response equilibria.

    Raises
    ------
    ParameterError
        If there is no such parameter, or the interval is empty or leaves the declared range.
    NotApplicableError
        If the concept does not take the game, or is followed against precision only.
    SolverError
        If the time ends, there are too many stretches, or the game can be solved nowhere.
    """
    given = dict(settings or {})
    if axis == PRECISION and axis not in scenario.parameters:
        return _against_precision(scenario, concept, (variant, given), budget)
    if concept == "quantal_response":
        raise NotApplicableError(
            f"quantal response equilibria are followed against their precision: the axis is {PRECISION!r}, not {axis!r}"
        )
    line = line_of(scenario, axis, within, variant, given)
    name = usual_concept(scenario.game(None, **line.values)) if concept is None else concept
    found = _exact(line, name, budget)
    if not isinstance(found, str):
        branches, notes = found
        return Correspondence(scenario, variant, given, axis, line.low, line.high, name, branches, True, notes=notes)
    samples = sampled(line, name, refinement, budget)
    return Correspondence(
        scenario, variant, given, axis, line.low, line.high, name, linked_branches(samples), False, len(samples), (found,)
    )


def _exact(line: Line, concept: str, budget: Budget) -> tuple[tuple[Branch, ...], tuple[str, ...]] | str:
    """Return branches with exact ends and notes on them, or why there are none."""
    try:
        if concept == "subgame_perfect":
            return play_branches(line, budget), ()
        if concept == "nash":
            found = settled_nash(line, budget)
            return nash_branches(found), notes_of(found)
    except NotApplicableError as error:
        return str(error)
    except ScenarioError as error:
        return error.mistakes[0].rule
    return f"exact conditions are computed for subgame_perfect and nash, not for {concept}"


def _against_precision(
    scenario: Scenario, concept: str | None, asked: tuple[str | None, Mapping[str, Setting]], budget: Budget
) -> Correspondence:
    if concept not in (None, "quantal_response"):
        raise ParameterError(f"{PRECISION} is the axis of quantal_response, not of {concept}")
    variant, settings = asked
    branches = precision_branches(scenario.game(variant, **settings), budget)
    # Folds are where something happens; far beyond them probabilities only approach their limits.
    turns = [float(branch.at[step]) for branch in branches for step in branch.folds]
    settled = [_settled_at(branch) for branch in branches]
    high = Fraction(max(2 * max(turns, default=0.0), 1.2 * max(settled))) or Fraction(1)
    notes = ("other branches than the principal one were looked for from many starting points; that none is missing is not proven",)
    return Correspondence(scenario, variant, settings, PRECISION, Fraction(0), high, "quantal_response", branches, False, notes=notes)


def _settled_at(branch: Branch) -> float:
    """Return a precision from which on no probability of a branch is farther than ``SETTLED`` from a limit; a branch can have two."""
    table = np.array(list(branch.quantities.values()))
    away = np.abs(table - table[:, -1:]).max(axis=0)
    if branch.at[0] > 0:
        away = np.minimum(away, np.abs(table - table[:, :1]).max(axis=0))
    return float(branch.at[away > SETTLED].max(initial=0.0))
