"""Which regimes hold along a line: exactly where that can be done, else closed in by solving."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from negotiation.boundaries.backward import backward_regimes
from negotiation.boundaries.bracketing import FINE, Refinement, bracketed_regimes
from negotiation.boundaries.line import Line, Regimes, line_of
from negotiation.boundaries.nash import nash_regimes
from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import NotApplicableError, ScenarioError
from negotiation.games.solution import usual_concept
from negotiation.scenario.scenario import Scenario, Setting

__all__ = ["regimes"]

#: The concepts with exact conditions.
EXACT: Mapping[str, Callable[[Line, Budget], Regimes]] = {
    "subgame_perfect": backward_regimes,
    "nash": nash_regimes,
}


def regimes(
    scenario: Scenario,
    axis: str,
    *,
    concept: str | None = None,
    within: tuple[Setting, Setting] | None = None,
    variant: str | None = None,
    settings: Mapping[str, Setting] | None = None,
    refinement: Refinement = FINE,
    budget: Budget = UNLIMITED,
) -> Regimes:
    """Return which readings hold where while one parameter varies, with the thresholds between them.

    Thresholds are exact for subgame-perfect equilibria of trees with perfect information and for Nash equilibria of matrices and small
    trees, where payoffs are quotients of polynomials in the parameter on each side of their conditions. Else they are closed in
    by solving the game at points, and the result says so (``resolution``, ``notes``).

    Parameters
    ----------
    scenario : Scenario
    axis : str
        The parameter that varies.
    concept : str, optional
        A solution concept; the usual one for the game if none is named.
    within : pair of numbers, optional
        From where to where; the declared range if not given.
    variant, settings
        The values of the others, as for ``Scenario.game``.
    refinement : Refinement
        How finely thresholds are closed in where they are not exact.
    budget : Budget

    Raises
    ------
    ParameterError
        If there is no such parameter, or the interval is empty or leaves the declared range.
    UnknownNameError
        If there is no such concept.
    NotApplicableError
        If the concept does not take the game.
    ScenarioError
        If a formula has no value at the other parameters' values.
    SolverError
        If the time ends, there are too many stretches, or the game can be solved nowhere.
    """
    line = line_of(scenario, axis, within, variant, dict(settings or {}))
    name = usual_concept(scenario.game(None, **line.values)) if concept is None else concept
    if name not in EXACT:
        reason = f"exact conditions are computed for {' and '.join(EXACT)}, not for {name}"
    else:
        try:
            return EXACT[name](line, budget)
        except NotApplicableError as error:
            reason = str(error)
        except ScenarioError as error:
            reason = error.mistakes[0].rule
    return bracketed_regimes(line, name, (reason,), refinement, budget)
