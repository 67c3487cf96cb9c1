"""Quantal response equilibrium (logit): everybody errs, and costly errors are rarer.

A player whose action ``a`` is worth ``u_a`` against what the others really do takes it with probability proportional to
``exp(precision * u_a)``. On a tree each information set chooses for itself, knowing that later choices err as well (agent
form, McKelvey and Palfrey 1998); in a matrix game each player chooses once (strategic form, 1995). Precision is measured
in one over payoff: 0 is pure noise, and as it grows errors vanish.

Solutions lie on branches, curves of probabilities over precision. The *principal branch* starts at precision 0, where
all actions are equally likely; its limit selects one Nash equilibrium (Turocy 2005). Other branches live at higher
precisions and start at folds.

References
----------
McKelvey and Palfrey (1995), Games and Economic Behavior 10, 6-38; (1998), Experimental Economics 1, 9-41.
Turocy (2005), Games and Economic Behavior 51, 243-263; (2010), Economic Theory 42, 255-269.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import ParameterError, SolverError
from negotiation.exact.branch_limits import NEGLIGIBLE, ROUNDINGS, extrapolated, rounded
from negotiation.exact.continuation import Curve, crossings
from negotiation.exact.games_of_one_form import repeated
from negotiation.exact.induced_of_many import induced_responses
from negotiation.exact.logit import LogitForm, logit_form, node_beliefs, probabilities
from negotiation.exact.logit_branches import (
    LARGEST_PRECISION,
    SEARCH_PRECISION,
    distinct,
    equations_of,
    other_curves,
    principal_curve,
)
from negotiation.exact.logit_response import behaviour_residual, induced_response, mixed_residual, uniqueness
from negotiation.games.behaviour import BehaviourProfile
from negotiation.games.certificate import (
    REGRET_TOLERANCE,
    Certificate,
    bayes_beliefs,
    certify_behaviour,
    certify_mixed,
    exact_profile,
)
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import Number, show_number
from negotiation.games.solution import Equilibrium, Finding, Game, Solution, mixed_equilibrium, tree_equilibrium

__all__ = ["FORMS", "Branch", "branch", "branches", "solve"]

FORMS: tuple[str, ...] = ("tree", "matrix")

#: The precisions (one over the largest payoff span) at which a branch that needs no following is computed.
GRID = (0.0, *np.geomspace(0.01, LARGEST_PRECISION, 240))


@dataclass(frozen=True, eq=False)
class Branch:
    """A curve of logit equilibria.

    Parameters
    ----------
    name : str
        ``"principal branch"``, or ``"branch 2"`` and so on.
    precision : ndarray, shape (steps,), one over payoff unit
    probabilities : ndarray, shape (steps, actions)
        In the order of ``columns``.
    columns : tuple of (player, place, action)
        ``place`` is the information set, ``"strategy"`` in a matrix game.
    folds : tuple of int
        The steps at which the precision turns round.
    branch_points : tuple of int
        The steps at which another branch is crossed (only in games with ties or symmetries).
    ended : str
        ``"limit"`` where it was followed to the largest precision, else why it ends.
    """

    name: str
    precision: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    columns: tuple[tuple[str, str, str], ...]
    folds: tuple[int, ...]
    branch_points: tuple[int, ...]
    ended: str


@dataclass(frozen=True, slots=True)
class _Found:
    """One logit equilibrium, the beliefs that go with it (trees only), the branch that it lies on, and sets that chance rules out."""

    rows: BehaviourProfile
    beliefs: tuple[tuple[Number, ...], ...] | None
    label: str
    free: frozenset[int] = frozenset()


def solve(game: Game, *, precision: float | None = None, budget: Budget = UNLIMITED) -> Solution:
    """Return the logit equilibria at a precision; without one, the branches and the equilibrium that the principal one selects.

    Parameters
    ----------
    game : Game
    precision : float, at least 0, one over payoff unit
    budget : Budget
        Ends the search for further branches; the principal solution comes first.

    Returns
    -------
    Solution
        At a precision, ``regret`` is the largest difference between a probability and the logit response to the profile;
        the gain that a Nash player would see is in the findings. Without one, the equilibrium is the limit of the
        principal branch, with a Nash certificate. ``complete`` is True only where uniqueness is proven.

    Raises
    ------
    ParameterError
        If the precision is negative or not finite.
    """
    if precision is None:
        return _solve_limit(game, budget)
    if not math.isfinite(precision) or precision < 0:
        raise ParameterError(f"precision must be a finite number of at least 0, got {precision}")
    precision = float(precision)  # a rational would come into arrays of doubles as an object
    if _is_induced(game):
        beliefs = tuple((1.0,) for _ in game.information_sets)
        found = [_Found(induced_response(game, precision), beliefs, "the only one, by backward induction")]
        return _solution(game, precision, found, unique="the tree has perfect information", notes=())
    return _solve_at(game, precision, budget)


def branch(game: Game, *, largest_precision: float | None = None, budget: Budget = UNLIMITED) -> Branch:
    """Return the principal branch from precision 0 to ``largest_precision`` (one over payoff unit; default: very far)."""
    if _is_induced(game):
        return _induced_branch(game, largest_precision)
    form = logit_form(game)
    limit = LARGEST_PRECISION if largest_precision is None else largest_precision * form.scale
    return _as_branch(game, form, "principal branch", principal_curve(form, limit, budget))


def branches(game: Game, *, budget: Budget = UNLIMITED) -> tuple[Branch, ...]:
    """Return the principal branch and the others that a search at one high precision finds, each followed both ways."""
    if _is_induced(game):
        return (_induced_branch(game, None),)
    form = logit_form(game)
    principal = principal_curve(form, LARGEST_PRECISION, budget)
    known = crossings(equations_of(form), principal, SEARCH_PRECISION)
    others = other_curves(form, SEARCH_PRECISION, known, LARGEST_PRECISION, budget)
    named = [("principal branch", principal), *((f"branch {number}", curve) for number, curve in enumerate(others, start=2))]
    return tuple(_as_branch(game, form, name, curve) for name, curve in named)


def _solve_at(game: Game, precision: float, budget: Budget) -> Solution:
    form = logit_form(game)
    target = precision * form.scale
    unique = uniqueness(game, precision)
    # Where there may be several solutions, room for a branch to turn back below the target after having passed it.
    limit = target if unique else max(10 * target, 100.0)
    principal = principal_curve(form, limit, budget)
    solutions = crossings(equations_of(form), principal, target)
    labels = ["on the principal branch"] * len(solutions)
    others = [] if unique else other_curves(form, target, solutions, limit, budget)
    for number, curve in enumerate(others, start=2):
        folds = ", ".join(show_number(curve.parameters[step] / form.scale) for step in curve.folds)
        for x in crossings(equations_of(form), curve, target):
            if distinct(form, x, solutions):
                solutions.append(x)
                labels.append(f"on branch {number}" + (f", which turns at precision {folds}" if folds else ""))
    found = [_found(game, form, x, label) for x, label in zip(solutions, labels, strict=True)]
    notes = (*_branch_notes(_as_branch(game, form, "principal branch", principal)), *_unreached_notes(game, form))
    if budget.is_spent:
        notes = (*notes, "the time limit ended the search for other branches")
    return _solution(game, precision, found, unique=unique, notes=notes)


def _solve_limit(game: Game, budget: Budget) -> Solution:
    found = branches(game, budget=budget)
    equilibrium, distance = _limit(game, found[0])
    notes = [
        f"the limit of the principal branch: certified as a Nash equilibrium with regret {float(equilibrium.regret):.2g} "
        f"(a share of the payoff span); its probabilities differ by {distance:.2g} from those at the end of the branch",
        *_branch_notes(found[0]),
    ]
    if equilibrium.regret > REGRET_TOLERANCE:
        notes.append(f"the branch converges slowly here, so the limit is only approximate: its regret is above {REGRET_TOLERANCE:g}")
    if not _is_induced(game):
        notes.append("other branches were looked for from many starting points; that none is missing is not proven")
    method = "continuation of the logit correspondence from precision 0 (Turocy 2005, 2010)"
    findings = tuple(_branch_finding(item) for item in found)
    return Solution("quantal_response", game, (equilibrium,), False, notes=tuple(notes), method=method, findings=findings)


def _is_induced(game: Game) -> TypeGuard[ExtensiveFormGame]:
    return isinstance(game, ExtensiveFormGame) and game.has_perfect_information


def _found(game: Game, form: LogitForm, x: NDArray[np.float64], label: str) -> _Found:
    rows = _split(probabilities(form, x), form.sizes)
    beliefs = node_beliefs(game, form, x) if isinstance(game, ExtensiveFormGame) else None
    return _Found(rows, beliefs, label, form.unreached)


def _split(flat: NDArray[np.float64], sizes: Sequence[int]) -> BehaviourProfile:
    return tuple(tuple(float(p) for p in flat[start : start + size]) for start, size in zip(_starts(sizes), sizes, strict=True))


def _solution(game: Game, precision: float, found: list[_Found], *, unique: str, notes: tuple[str, ...]) -> Solution:
    equilibria = tuple(_equilibrium(game, item, precision) for item in found)
    if not equilibria:
        raise SolverError(f"the branch could not be followed to precision {precision}")
    how_many = f"exactly one solution: {unique}" if unique else "these were found; that there are no others is not proven"
    return Solution(
        "quantal_response",
        game,
        equilibria,
        bool(unique),
        notes=(how_many, *notes),
        method=f"logit response at precision {show_number(precision)}; predictor-corrector continuation and search by Newton's method",
        findings=tuple(
            _finding(number, game, item, equilibrium, precision)
            for number, (item, equilibrium) in enumerate(zip(found, equilibria, strict=True), start=1)
        ),
    )


def _equilibrium(game: Game, found: _Found, precision: float) -> Equilibrium:
    if isinstance(game, NormalFormGame):
        residual = mixed_residual(game, found.rows, precision)
        return replace(mixed_equilibrium(game, found.rows), certificate=Certificate("quantal_response", (), Fraction(residual)))
    beliefs = found.beliefs or ()
    residual = behaviour_residual(game, found.rows, beliefs, precision, free=found.free)
    errors = [
        Fraction(abs(Fraction(given) - Fraction(implied)))
        for stated, bayes in zip(beliefs, bayes_beliefs(game, exact_profile(found.rows)), strict=True)
        if bayes is not None
        for given, implied in zip(stated, bayes, strict=True)
    ]
    certificate = Certificate("quantal_response", (), Fraction(residual), max(errors, default=Fraction(0)))
    return tree_equilibrium(game, found.rows, certificate, beliefs=beliefs, free=found.free)


def _finding(number: int, game: Game, found: _Found, equilibrium: Equilibrium, precision: float) -> Finding:
    nash = certify_mixed(game, found.rows) if isinstance(game, NormalFormGame) else certify_behaviour(game, found.rows)
    details = {"precision": precision, "place": found.label, "nash_regret": float(nash.regret), "residual": float(equilibrium.regret)}
    summary = f"{found.label}; a player who never errs would gain up to {float(nash.regret):.2g} of his payoff span"
    return Finding(f"solution {number}", summary, equilibrium.payoffs, details, error=float(equilibrium.regret))


def _limit(game: Game, principal: Branch) -> tuple[Equilibrium, float]:
    """Return the equilibrium at the end of a branch and how far it is from the last point."""
    last = principal.probabilities[-1]
    sizes = _sizes(game)
    half = int(np.argmin(np.abs(principal.precision - principal.precision[-1] / 2)))
    beyond = extrapolated(principal.precision[[half, -1]], principal.probabilities[[half, -1]])
    kept = np.where(beyond > NEGLIGIBLE, beyond, 0.0)
    rows = _split(kept / np.repeat(np.add.reduceat(kept, _starts(sizes)), sizes), sizes)
    candidates = [rows, *(near for pair in ROUNDINGS if (near := rounded(rows, *pair)) is not None)]
    certified = [_nash(game, candidate) for candidate in candidates]
    best = min(certified, key=lambda equilibrium: equilibrium.regret)
    flat = [float(p) for row in best.profile for p in row]
    return best, float(np.abs(np.array(flat) - last).max(initial=0.0))


def _starts(sizes: Sequence[int]) -> NDArray[np.intp]:
    return np.cumsum(sizes, dtype=np.intp) - np.asarray(sizes, dtype=np.intp)


def _nash(game: Game, rows: BehaviourProfile) -> Equilibrium:
    return (
        mixed_equilibrium(game, rows) if isinstance(game, NormalFormGame) else tree_equilibrium(game, rows, certify_behaviour(game, rows))
    )


def _sizes(game: Game) -> tuple[int, ...]:
    return (
        game.exact_payoffs.shape[1:] if isinstance(game, NormalFormGame) else tuple(len(place.actions) for place in game.information_sets)
    )


def _columns(game: Game) -> tuple[tuple[str, str, str], ...]:
    if isinstance(game, NormalFormGame):
        return tuple((player, "strategy", name) for player, names in zip(game.players, game.strategies, strict=True) for name in names)
    return tuple((game.players[place.player], place.name, action) for place in game.information_sets for action in place.actions)


def _as_branch(game: Game, form: LogitForm, name: str, curve: Curve) -> Branch:
    table = np.array([probabilities(form, x) for x in curve.points])
    return Branch(name, curve.parameters / form.scale, table, _columns(game), curve.folds, curve.branch_points, curve.ended)


def _induced_branch(game: ExtensiveFormGame, largest: float | None) -> Branch:
    """Return the branch of a tree with perfect information: one solution at each precision, so no folds."""
    spans = np.ptp(game.payoffs, axis=0)
    scale = float(spans.max()) or 1.0
    grid = np.array(GRID) / scale if largest is None else np.linspace(0.0, largest, len(GRID))
    found = induced_responses(repeated(game, len(grid)), grid)
    return Branch("principal branch", grid, found.probabilities, _columns(game), (), (), "limit")


def _branch_finding(found: Branch) -> Finding:
    folds = [float(found.precision[step]) for step in found.folds]
    turns = f"turns back at precision {', '.join(map(show_number, folds))}" if folds else "without folds"
    details = {
        "precision": found.precision.tolist(),
        "probabilities": found.probabilities.tolist(),
        "columns": [list(column) for column in found.columns],
        "folds": folds,
        "branch_points": [float(found.precision[step]) for step in found.branch_points],
        "ended": found.ended,
    }
    low, high = found.precision.min(), found.precision.max()
    return Finding(found.name, f"from precision {show_number(low)} to {show_number(high)}, {turns}", None, details)


def _branch_notes(found: Branch) -> tuple[str, ...]:
    notes = []
    if found.folds:
        places = ", ".join(show_number(float(found.precision[step])) for step in found.folds)
        notes.append(f"the principal branch turns back at precision {places}")
    if found.branch_points:
        places = ", ".join(show_number(float(found.precision[step])) for step in found.branch_points)
        notes.append(f"another branch crosses the principal one at precision {places} (a tie or symmetry); it is followed straight on")
    if found.ended not in ("limit", "start"):
        why = {"time": "the time limit", "steps": "the largest number of steps"}.get(found.ended, "a point where it cannot be followed")
        notes.append(f"the principal branch was followed up to precision {show_number(float(found.precision[-1]))} only: {why}")
    return tuple(notes)


def _unreached_notes(game: Game, form: LogitForm) -> tuple[str, ...]:
    if isinstance(game, NormalFormGame) or not form.unreached:
        return ()
    names = ", ".join(game.information_sets[place].name for place in sorted(form.unreached))
    return (f"chance never lets anybody reach {names}: behaviour there is set to uniform",)
