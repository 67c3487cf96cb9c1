"""Several equilibria side by side: what each outcome has for it, by criteria that often disagree.

Equilibria that differ only off the path of play are one *outcome* with variants behind it. No criterion hides an
equilibrium, and a criterion that is not defined for a game, or could not be computed, is named in the notes.

Criteria
--------
payoff dominance
    One outcome is better for every player than another (Harsanyi and Selten 1988).
risk dominance
    In a 2x2 game with two strict equilibria: the larger product of what the players lose by leaving it alone (ibid.).
logit limit
    The equilibrium at which the principal branch of logit quantal responses ends as errors vanish (McKelvey and Palfrey
    1995; Turocy 2005).
refinements
    What the concept said of each equilibrium; in a tree also whether it is subgame perfect as it is written and, where
    information is imperfect, whether a sequential equilibrium has its outcome (Kreps and Wilson 1982).
basin share
    From how many random starts the replicator dynamics comes to the outcome (Taylor and Jonker 1978): uniform mixtures of
    two populations and, in a symmetric game, also of one.

References
----------
Harsanyi and Selten (1988), A General Theory of Equilibrium Selection in Games, chapters 3 and 5.
McKelvey and Palfrey (1995), Games and Economic Behavior 10, 6-38. Turocy (2005), Games and Economic Behavior 51, 243-263.
Taylor and Jonker (1978), Mathematical Biosciences 40, 145-156. Kreps and Wilson (1982), Econometrica 50, 863-894.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import NotApplicableError, ParameterError, SolverError
from negotiation.exact.basins import is_symmetric, resting_places
from negotiation.exact.risk_dominance import deviation_losses
from negotiation.games.certificate import REGRET_TOLERANCE, MixedProfile, certify_subgames
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import Number, show_number
from negotiation.games.outcomes import Endings, Outcome, endings, outcome_groups, same_endings
from negotiation.games.plans import ReducedNormalForm, behaviour_of_plans, reduced_normal_form
from negotiation.games.solution import Equilibrium, Game, Solution
from negotiation.lookup import concept

__all__ = ["Basin", "Panel", "Row", "Variant", "panel"]

#: The verdict on an outcome that some sequential equilibrium has.
SEQUENTIAL = "outcome of a sequential equilibrium"

#: The logit limit is an extrapolation unless it is rational; it is usually good to 1e-8.
LIMIT_NEARNESS = 1e-6
#: The replicator dynamics has come to an outcome when every probability is this near.
ARRIVED = 1e-3
#: Shares below this at rest are on their way to nothing.
NEGLIGIBLE = 1e-6
#: Payoffs that were computed in doubles differ if they do by more than this share.
ROUNDING = 1e-9
#: In larger games the sampling of starts takes minutes.
MAXIMUM_STRATEGIES = 60


@dataclass(frozen=True, slots=True)
class Basin:
    """The share of random starts that come to an outcome, with the standard error of the sampling."""

    populations: int
    share: float
    standard_error: float


@dataclass(frozen=True, eq=False)
class Variant:
    """One equilibrium behind an outcome: what refinements say of it, and whether the logit branch ends at it (None: not known)."""

    equilibrium: int
    refinements: Mapping[str, str]
    is_logit_limit: bool | None


@dataclass(frozen=True, eq=False)
class Row:
    """One outcome and what speaks for it.

    Parameters
    ----------
    outcome : Outcome
    variants : tuple of Variant
        In the order of the solution.
    payoff_dominates, payoff_dominated_by : tuple of int
        Numbers of rows.
    deviation_loss : Fraction or None
        The product of what each player loses by leaving alone, payoff unit squared; None where risk dominance is not
        defined.
    is_risk_dominant : bool or None
    is_logit_limit : bool or None
        Whether the principal logit branch ends with this outcome; None where that is not known.
    basins : tuple of Basin
        For two populations and, in a symmetric game, one; empty where they are not defined.
    """

    outcome: Outcome
    variants: tuple[Variant, ...]
    payoff_dominates: tuple[int, ...]
    payoff_dominated_by: tuple[int, ...]
    deviation_loss: Fraction | None
    is_risk_dominant: bool | None
    is_logit_limit: bool | None
    basins: tuple[Basin, ...]


@dataclass(frozen=True, eq=False)
class Panel:
    """The outcomes of a solution side by side.

    ``samples`` and ``seed`` are those of the basin shares; ``logit_limit`` is the equilibrium that the branch ends at.
    """

    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    samples: int
    seed: int
    logit_limit: Equilibrium | None


@dataclass(frozen=True, slots=True)
class _Matrix:
    """The matrix in which some criteria are computed, and how its profiles are those of the game."""

    game: Game
    form: NormalFormGame
    reduced: ReducedNormalForm | None

    def endings(self, profile: MixedProfile) -> Endings:
        """Return how play of the game ends under mixtures over the strategies of the matrix."""
        if self.reduced is None:
            return endings(self.game, profile)
        return endings(self.game, behaviour_of_plans(self.reduced, profile)[0])


@dataclass(frozen=True, eq=False)
class _Findings:
    """What the criteria found, by the numbers of outcomes."""

    losses: Mapping[int, Fraction]
    basins: Mapping[int, tuple[Basin, ...]]
    limit: Equilibrium | None
    sequential: Mapping[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _Sampling:
    """How many random starts, from which seed, and how long it may take."""

    samples: int
    seed: int
    budget: Budget


def panel(solution: Solution, *, samples: int = 400, seed: int = 0, budget: Budget = UNLIMITED) -> Panel:
    """Return the outcomes of a solution side by side, with what each criterion says of them.

    Parameters
    ----------
    solution : Solution
    samples : int, at least 1
        Random starts of the replicator dynamics, for each number of populations.
    seed : int
    budget : Budget
        For the logit branch and sequential equilibria; when it is spent, no basins are sampled.

    Raises
    ------
    ParameterError
        If ``samples`` is below 1.
    """
    if samples < 1:
        raise ParameterError(f"samples must be at least 1, got {samples}")
    if not solution.equilibria:
        return Panel((), ("the solution has no strategy profiles to select among",), samples, seed, None)
    notes: list[str] = []
    outcomes = outcome_groups(solution)
    limit = _logit_limit(solution.game, budget, notes)
    matrix = _matrix(solution.game, notes)
    losses = _losses(matrix, outcomes, notes)
    basins = _basins(matrix, outcomes, _Sampling(samples, seed, budget), notes)
    sequential = _sequential_verdicts(solution, outcomes, budget, notes)
    rows = tuple(_row(solution, outcomes, number, _Findings(losses, basins, limit, sequential)) for number in range(len(outcomes)))
    notes += _remarks(solution, rows, limit)
    return Panel(rows, tuple(notes), samples, seed, limit)


def _row(solution: Solution, outcomes: Sequence[Outcome], number: int, found: _Findings) -> Row:
    outcome, limit, losses = outcomes[number], found.limit, found.losses
    others = [place for place in range(len(outcomes)) if place != number]
    reached = None if limit is None else same_endings(outcome.endings, endings(solution.game, limit.profile), LIMIT_NEARNESS)
    return Row(
        outcome,
        tuple(_variant(solution, member, limit, found.sequential.get(number, {})) for member in outcome.equilibria),
        tuple(place for place in others if _is_better(outcome.payoffs, outcomes[place].payoffs)),
        tuple(place for place in others if _is_better(outcomes[place].payoffs, outcome.payoffs)),
        losses.get(number),
        all(losses[number] > loss for place, loss in losses.items() if place != number) if number in losses else None,
        reached,
        found.basins.get(number, ()),
    )


def _is_better(first: Sequence[Number], second: Sequence[Number]) -> bool:
    """Return whether the first payoffs are higher for every player; rounded ones have to differ by more than rounding."""
    rounding = 0 if all(isinstance(value, Fraction) for value in (*first, *second)) else ROUNDING
    return all(mine - other > rounding * (1 + abs(float(other))) for mine, other in zip(first, second, strict=True))


def _variant(solution: Solution, number: int, limit: Equilibrium | None, sequential: Mapping[str, str]) -> Variant:
    found = solution.equilibria[number]
    is_limit = None if limit is None else _same_behaviour(found, limit)
    return Variant(number, MappingProxyType({**_refinements(solution.game, found), **sequential}), is_limit)


def _same_behaviour(found: Equilibrium, limit: Equilibrium) -> bool:
    """Return whether two profiles agree wherever the first one's behaviour matters."""
    return all(
        abs(float(p) - float(q)) <= LIMIT_NEARNESS
        for place, (row, other) in enumerate(zip(found.profile, limit.profile, strict=True))
        if place not in found.free
        for p, q in zip(row, other, strict=True)
    )


def _refinements(game: Game, found: Equilibrium) -> dict[str, str]:
    """Return what the concept said of an equilibrium and, in a tree with smaller subgames, whether it is subgame perfect."""
    verdicts = dict(found.verdicts)
    if not isinstance(game, ExtensiveFormGame) or game.audience is not None or len(game.subgame_roots) == 1:
        return verdicts
    perfect = certify_subgames(game, found.profile).regret <= REGRET_TOLERANCE
    left_open = ", ".join(game.information_sets[place].name for place in sorted(found.free))
    no = f"not with what stands at {left_open}, where play is left open" if left_open else "no"
    return {**verdicts, "subgame perfect": "yes" if perfect else no}


def _sequential_verdicts(solution: Solution, outcomes: Sequence[Outcome], budget: Budget, notes: list[str]) -> dict[int, dict[str, str]]:
    """Return for each outcome whether a sequential equilibrium has it, where the concept has not said so and it is a question."""
    game = solution.game
    if not isinstance(game, ExtensiveFormGame) or game.has_perfect_information or game.audience is not None:
        return {}
    if solution.concept == "sequential":
        return {}
    try:
        found = concept("sequential").solve(game, budget=budget)
    except (NotApplicableError, SolverError) as refusal:
        notes.append(f"refinements: sequential equilibria are not known: {refusal}")
        return {}
    credible = [group.endings for group in outcome_groups(found)]
    absent = "no" if found.complete else "not found, but the list of sequential equilibria may not be complete"
    return {
        number: {SEQUENTIAL: "yes" if any(same_endings(outcome.endings, ends) for ends in credible) else absent}
        for number, outcome in enumerate(outcomes)
    }


def _logit_limit(game: Game, budget: Budget, notes: list[str]) -> Equilibrium | None:
    try:
        found = concept("quantal_response").solve(game, budget=budget)
    except (NotApplicableError, SolverError) as refusal:
        notes.append(f"logit limit: {refusal}")
        return None
    principal = found.findings[0].details
    if principal["ended"] != "limit":
        notes.append("logit limit: the principal branch could not be followed to the end within the time, or past a singular point")
        return None
    limit: Equilibrium = found.equilibria[0]
    if limit.regret > REGRET_TOLERANCE:
        notes.append(f"logit limit: approximate, the branch converges slowly (regret {show_number(limit.regret)} of the payoff span)")
    if principal["branch_points"]:
        notes.append("logit limit: another branch crosses the principal one (a tie or symmetry), which is followed straight on")
    return limit


def _matrix(game: Game, notes: list[str]) -> _Matrix | None:
    """Return the matrix for the criteria that need one; None, with a note, where there is none."""
    if len(game.players) != 2:
        notes.append(f"risk dominance and basin shares: for two players here, the game has {len(game.players)}")
        return None
    if isinstance(game, NormalFormGame):
        return _Matrix(game, game, None)
    try:
        reduced = reduced_normal_form(game)
    except NotApplicableError as refusal:
        notes.append(f"risk dominance and basin shares: {refusal}")
        return None
    return _Matrix(game, reduced.game, reduced)


def _losses(matrix: _Matrix | None, outcomes: Sequence[Outcome], notes: list[str]) -> dict[int, Fraction]:
    """Return the product of deviation losses of the outcomes that are strict equilibria of a 2x2 game."""
    if matrix is None:
        return {}
    losses = deviation_losses(matrix.form)
    if losses is None:
        notes.append("risk dominance: only for 2x2 games with two strict equilibria")
        return {}
    found = {}
    for cell, loss in losses.items():
        pure = tuple(tuple(Fraction(int(place == chosen)) for place in range(2)) for chosen in cell)
        number = _nearest(matrix.endings(pure), outcomes)
        if number is None:
            notes.append("risk dominance: a strict equilibrium is not in the list")
            return {}
        found[number] = loss
    if len(set(found.values())) == 1:
        notes.append("risk dominance: leaving costs as much at both strict equilibria, so neither dominates")
    return found


def _basins(matrix: _Matrix | None, outcomes: Sequence[Outcome], sampling: _Sampling, notes: list[str]) -> dict[int, tuple[Basin, ...]]:
    """Return the basin shares of the outcomes."""
    if matrix is None:
        return {}
    size = max(map(len, matrix.form.strategies))
    if size > MAXIMUM_STRATEGIES:
        notes.append(f"basin shares: left out, a player has {size} strategies, more than {MAXIMUM_STRATEGIES}")
        return {}
    if sampling.budget.is_spent:
        notes.append("basin shares: left out, the time limit is reached")
        return {}
    counted = [_arrivals(matrix, outcomes, count, sampling, notes) for count in ((2, 1) if is_symmetric(matrix.form) else (2,))]
    return {number: tuple(column) for number, column in enumerate(zip(*counted, strict=True))}


def _arrivals(matrix: _Matrix, outcomes: Sequence[Outcome], populations: int, sampling: _Sampling, notes: list[str]) -> list[Basin]:
    """Return the basin of each outcome, for one or two populations."""
    places = resting_places(matrix.form, populations=populations, samples=sampling.samples, seed=sampling.seed)
    arrivals = [_nearest(matrix.endings(_as_profile(place)), outcomes, ARRIVED) for place in places]
    lost = arrivals.count(None) / sampling.samples
    if lost:
        kind = "one population" if populations == 1 else "two populations"
        notes.append(f"basin shares: with {kind}, {lost:.1%} of the starts came to no listed outcome")
    shares = [arrivals.count(number) / sampling.samples for number in range(len(outcomes))]
    return [Basin(populations, share, math.sqrt(share * (1 - share) / sampling.samples)) for share in shares]


def _as_profile(place: Sequence[NDArray[np.float64]]) -> MixedProfile:
    return tuple(tuple(float(share) if share > NEGLIGIBLE else 0.0 for share in row) for row in place)


def _nearest(ends: Endings, outcomes: Sequence[Outcome], tolerance: float = LIMIT_NEARNESS) -> int | None:
    """Return the first outcome that ends in the same way."""
    return next((number for number, outcome in enumerate(outcomes) if same_endings(ends, outcome.endings, tolerance)), None)


def _remarks(solution: Solution, rows: Sequence[Row], limit: Equilibrium | None) -> list[str]:
    """Return what the reader has to know about the criteria as a whole."""
    notes = []
    if len(rows) == 1:
        notes.append("there is one outcome, so there is nothing to choose between")
    elif not any(row.payoff_dominates for row in rows):
        notes.append("payoff dominance: no outcome is better for every player than another")
    if limit is not None and not any(row.is_logit_limit for row in rows):
        payoffs = ", ".join(f"{name} {show_number(value)}" for name, value in zip(solution.game.players, limit.payoffs, strict=True))
        notes.append(f"logit limit: its outcome is none of those listed; payoffs {payoffs}")
    notes += _refinement_remarks(solution, rows)
    if not solution.complete:
        notes.append("the list of equilibria may not be complete, so neither is this comparison")
    return notes


def _refinement_remarks(solution: Solution, rows: Sequence[Row]) -> list[str]:
    if any(variant.refinements for row in rows for variant in row.variants):
        return []
    if isinstance(solution.game, ExtensiveFormGame) and len(solution.game.subgame_roots) == 1:
        return [f"refinements: {solution.concept} gives no verdicts, and without smaller subgames subgame perfection rules nothing out"]
    return [f"refinements: {solution.concept} gives no verdicts for this game"]
