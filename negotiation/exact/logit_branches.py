"""The branches of a game's logit correspondence: the principal one, and others found from many starting points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray

from negotiation.budget import Budget
from negotiation.exact.continuation import Curve, Equations, crossings, newton, trace
from negotiation.exact.logit import LogitForm, equations, log_odds, probabilities

__all__ = ["LARGEST_PRECISION", "SEARCH_PRECISION", "distinct", "equations_of", "other_curves", "principal_curve", "starts_of"]

#: How far branches are followed, in units of one over the largest payoff span: errors of mixed limits are then 1e-7 and
#: their extrapolation to infinite precision 1e-13; further out the payoff differences drown in rounding.
LARGEST_PRECISION = 1e7
#: Where other branches are looked for when no precision is asked for: high enough for most of them to have begun.
SEARCH_PRECISION = 20.0
#: Random starting points, and near-pure ones at most as many.
STARTS = 40
#: The weight of the first guess on a pure profile; the rest is spread evenly.
NEARLY_PURE = 0.95
#: Two solutions nearer than this in every probability are one: Newton leaves 1e-11, distinct solutions are far apart.
SAME = 1e-7


@dataclass(frozen=True, slots=True)
class _Search:
    form: LogitForm
    precision: float
    limit: float
    budget: Budget


def equations_of(form: LogitForm) -> Equations:
    """Return the logit equations of one game as a function of log odds and precision (one over ``form.scale``)."""
    return lambda x, precision: equations(form, x, precision)


def principal_curve(form: LogitForm, limit: float, budget: Budget) -> Curve:
    """Return the branch that starts at precision 0, where all actions are equally likely."""
    return trace(equations_of(form), (np.zeros(len(form.free)), 0.0), 1, limit, budget=budget)


def other_curves(form: LogitForm, precision: float, known: list[NDArray[np.float64]], limit: float, budget: Budget) -> list[Curve]:
    """Return the branches through solutions at a precision that are not known yet, each followed both ways and joined.

    Newton's method starts near pure profiles and from random ones (always the same). Not finding a branch proves nothing.
    """
    search = _Search(form, precision, limit, budget)
    seen, curves = list(known), []
    for start in starts_of(form):
        if budget.is_spent:
            break
        # One logit response brings the log odds to the size that they have at this precision.
        residual, _, _ = equations(form, start, precision)
        solution = newton(equations_of(form), start - residual, precision)
        if solution is None or not distinct(form, solution, seen):
            continue
        curve = _both_ways(search, solution)
        curves.append(curve)
        seen += [solution, *crossings(equations_of(form), curve, precision)]
        budget.tell("branches", len(curves) + 1)
    return curves


def distinct(form: LogitForm, x: NDArray[np.float64], known: list[NDArray[np.float64]]) -> bool:
    """Return whether a solution differs from all known ones."""
    here = probabilities(form, x)
    return all(np.abs(here - probabilities(form, other)).max(initial=0.0) > SAME for other in known)


def _both_ways(search: _Search, solution: NDArray[np.float64]) -> Curve:
    follow = equations_of(search.form)
    back = trace(follow, (solution, search.precision), -1, search.limit, budget=search.budget)
    if back.ended == "closed":
        return back
    onward = trace(follow, (solution, search.precision), 1, search.limit, budget=search.budget)
    turned = len(back.parameters) - 1
    return Curve(
        np.concatenate([back.points[::-1], onward.points[1:]]),
        np.concatenate([back.parameters[::-1], onward.parameters[1:]]),
        (*(turned - step for step in reversed(back.folds)), *(turned + step for step in onward.folds)),
        (*(turned - step for step in reversed(back.branch_points)), *(turned + step for step in onward.branch_points)),
        onward.ended,
    )


def starts_of(form: LogitForm) -> Iterator[NDArray[np.float64]]:
    """Yield the log odds from which other branches are looked for, shape (n,): near pure profiles, then random ones, always the same."""
    for chosen in islice(product(*(range(size) for size in form.sizes)), STARTS):
        rows = [[(1 - NEARLY_PURE) / size] * size for size in form.sizes]
        for row, action in zip(rows, chosen, strict=True):
            row[action] += NEARLY_PURE
        yield log_odds(form, rows)
    generator = np.random.default_rng(0)  # the same starts in every run
    for _ in range(STARTS):
        yield log_odds(form, [list(generator.dirichlet(np.ones(size)) + np.finfo(float).tiny) for size in form.sizes])
