"""Evolutionary stability: which mixtures resist invasion, and where the replicator dynamics rests.

In a *symmetric* game one population plays against itself. An evolutionarily stable strategy (ESS) does better against
every rare other strategy than that strategy does (Maynard Smith and Price 1973); each symmetric equilibrium is tested
exactly. In other two-player games each player is drawn from a population of his own, and stable are exactly the strict
equilibria (Selten 1980). Under the replicator dynamics a strategy's share grows at the rate of its advantage over the
average (Taylor and Jonker 1978); its rest points are classified by the eigenvalues of the Jacobian on the simplex.

References
----------
Maynard Smith and Price (1973), Nature 246, 15-18. Taylor and Jonker (1978), Mathematical Biosciences 40, 145-156.
Selten (1980), Journal of Theoretical Biology 84, 93-101. Brown (1951) and Robinson (1951), Annals of Mathematics 54,
296-301 (fictitious play).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

import nashpy
import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from negotiation.errors import NotApplicableError, ParameterError, SolverError
from negotiation.exact.basins import is_symmetric, resting_places
from negotiation.exact.replicator import (
    Stability,
    VectorField,
    field,
    field_of_two,
    rest_points_of_two,
    stability,
    stability_of_two,
)
from negotiation.exact.stability import Mixture, is_evolutionarily_stable, rest_points
from negotiation.games.certificate import MixedProfile, certify_behaviour
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import show_number
from negotiation.games.plans import as_normal_form, behaviour_of_plans, reduced_normal_form
from negotiation.games.solution import Equilibrium, Finding, Game, Solution, mixed_equilibrium, tree_equilibrium

__all__ = ["FORMS", "Course", "basin_shares", "fictitious_play", "is_symmetric", "replicator", "solve"]

FORMS: tuple[str, ...] = ("tree", "matrix")

#: The largest games whose supports are enumerated: 2^12 supports of one population, 2^6 times 2^6 of two.
MAXIMUM_STRATEGIES = {1: 12, 2: 6}
#: Trajectories are integrated to this error per step, well inside the seven digits that readers look at.
RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE = 1e-11, 1e-13
#: How far written shares may be from a sum of one: twelve digits of a rounded decimal.
SHARE_TOLERANCE = 1e-9
#: A trajectory belongs to a rest point when all its shares are this near.
ARRIVED = 1e-3


@dataclass(frozen=True, eq=False)
class Course:
    """A trajectory of the replicator dynamics.

    Parameters
    ----------
    times : ndarray, shape (T,)
    shares : tuple of ndarrays, each of shape (T, strategies)
        One for each population.
    nashpy_difference : float
        The largest difference from nashpy's integration of the same course, whose tolerances are wider.
    """

    times: NDArray[np.float64]
    shares: tuple[NDArray[np.float64], ...]
    nashpy_difference: float


def solve(game: Game) -> Solution:
    """Return the symmetric equilibria with the verdict of the ESS test and the rest points of the replicator dynamics.

    Parameters
    ----------
    game : Game
        Of two players; a tree is taken in its reduced normal form. If the game is symmetric (same strategies, payoffs
        mirrored) one population is meant, otherwise two.

    Returns
    -------
    Solution
        In a symmetric game all isolated symmetric equilibria, with ``verdicts["evolutionarily stable"]``; otherwise the
        strict equilibria, which are the stable ones. One finding for each rest point, with the eigenvalues of the dynamics
        there; ``error`` is its largest rate of change, recomputed.

    Raises
    ------
    NotApplicableError
        If the game has not two players or more strategies than can be enumerated.
    """
    form, notes = as_normal_form(game)
    if len(form.players) != 2:
        raise NotApplicableError(f"evolutionary stability is for two players here, the game has {len(form.players)}; try quantal_response")
    populations = 1 if is_symmetric(form) else 2
    largest = MAXIMUM_STRATEGIES[populations]
    if max(len(names) for names in form.strategies) > largest:
        raise NotApplicableError(f"with {populations} population(s) at most {largest} strategies for each player can be enumerated")
    return _one_population(game, form, notes) if populations == 1 else _two_populations(game, form, notes)


def replicator(game: NormalFormGame, start: Sequence[Sequence[float]], times: Sequence[float]) -> Course:
    """Return the course of the replicator dynamics.

    Parameters
    ----------
    game : NormalFormGame
        Of two players.
    start : one row of shares (one population; the game must be symmetric) or two
    times : increasing numbers, the first is the start
        In units in which payoffs are growth rates.

    Raises
    ------
    ParameterError
        If the shares do not fit the game, or one population is meant and the game is not symmetric.
    SolverError
        If the integration fails.
    """
    rows = _checked_start(game, start)
    grid = np.asarray(times, dtype=float)
    payoffs = game.payoffs
    if len(rows) == 1:
        rate = field(payoffs[0])
        known = nashpy.Game(payoffs[0]).replicator_dynamics(y0=rows[0], timepoints=grid)
        guessed = [np.asarray(known)]
    else:
        rate = field_of_two(payoffs[0], payoffs[1])
        guessed = [
            np.asarray(part) for part in nashpy.Game(*payoffs).asymmetric_replicator_dynamics(x0=rows[0], y0=rows[1], timepoints=grid)
        ]
    solved = solve_ivp(
        lambda _, x: rate(x), (grid[0], grid[-1]), np.concatenate(rows), method="DOP853", t_eval=grid,
        rtol=RELATIVE_TOLERANCE, atol=ABSOLUTE_TOLERANCE,
    )  # fmt: skip
    if not solved.success:
        raise SolverError(f"the replicator dynamics could not be integrated: {solved.message}")
    shares = tuple(np.split(solved.y.T, [len(rows[0])], axis=1)[: len(rows)])
    difference = max(float(np.abs(mine - other).max()) for mine, other in zip(shares, guessed, strict=True))
    return Course(grid, shares, difference)


def basin_shares(game: NormalFormGame, *, samples: int = 200, seed: int = 0) -> dict[tuple[Mixture, ...], float]:
    """Return the share of random starting points from which the replicator dynamics comes to each rest point.

    Starts are uniform over the mixtures of each population (one if the game is symmetric, else two); the dynamics is
    followed in small multiplicative steps, which keep shares positive. What comes to no rest point in time is under the
    empty key.
    """
    symmetric = is_symmetric(game)
    points = [(point,) for point in rest_points(game.exact_payoffs[0])[0]] if symmetric else rest_points_of_two(game.exact_payoffs)
    ends = resting_places(game, populations=1 if symmetric else 2, samples=samples, seed=seed)
    places = np.array([np.concatenate(end[: 1 if symmetric else 2]) for end in ends])
    targets = np.array([[float(share) for row in point for share in row] for point in points])
    gaps = np.abs(places[:, None, :] - targets[None]).max(axis=2)
    nearest = np.where(gaps.min(axis=1) <= ARRIVED, gaps.argmin(axis=1), len(points))
    keys: list[tuple[Mixture, ...]] = [*points, ()]
    return {keys[number]: float((nearest == number).mean()) for number in np.unique(nearest)}


def fictitious_play(
    game: NormalFormGame, rounds: int, initial: tuple[int, int] = (0, 0)
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the empirical frequencies of fictitious play after each round, shapes (rounds, m) and (rounds, n).

    Both players move at once; each best-replies to the other's frequencies so far, the first strategy at ties. It comes
    to equilibrium in zero-sum games (Robinson 1951) and need not elsewhere (Shapley 1964).

    Parameters
    ----------
    game : NormalFormGame
        Of two players.
    rounds : int, at least 1
    initial : pair of int
        The strategies of the first round.

    Raises
    ------
    ParameterError
        If ``rounds`` is below 1.
    """
    if rounds < 1:
        raise ParameterError(f"rounds must be at least 1, got {rounds}")
    first, second = game.payoffs
    chosen = np.empty((rounds, 2), dtype=np.intp)
    # What each strategy would have earned so far, in sum; it grows by one column (row) a round.
    earned_first, earned_second = np.zeros(first.shape[0]), np.zeros(first.shape[1])
    row, column = initial
    for number in range(rounds):
        chosen[number] = row, column
        earned_first += first[:, column]
        earned_second += second[row]
        row, column = int(earned_first.argmax()), int(earned_second.argmax())
    counts = np.arange(1, rounds + 1)[:, None]
    played = (np.cumsum(np.eye(size)[chosen[:, player]], axis=0) / counts for player, size in enumerate(first.shape))
    rows, columns = played
    return rows, columns


def _one_population(game: Game, form: NormalFormGame, notes: tuple[str, ...]) -> Solution:
    payoffs, matrix = form.exact_payoffs[0], form.payoffs[0]
    points, singular = rest_points(payoffs)
    equilibria, findings = [], []
    for number, point in enumerate(points, start=1):
        resists = is_evolutionarily_stable(payoffs, point)
        verdict = stability(matrix, point)
        if resists and verdict.verdict != "asymptotically stable":
            # Taylor and Jonker (1978), Hofbauer et al. (1979): an ESS attracts even where the linear part is silent.
            verdict = replace(verdict, verdict="asymptotically stable")
        findings.append(_rest_point(number, form, (point,), field(matrix), verdict))
        values = payoffs @ np.array(point, dtype=object)
        if all(value == max(values) for value, share in zip(values, point, strict=True) if share):
            found = _equilibrium(game, form, (point, point))
            equilibria.append(_with_verdict(found, resists, verdict))
    stable = sum(item.verdicts["evolutionarily stable"] == "yes" for item in equilibria)
    said = f"the game is symmetric, so one population is meant; {stable} of {len(equilibria)} symmetric equilibria evolutionarily stable"
    notes = (*notes, said)
    if singular:
        notes = (
            *notes,
            f"{len(singular)} supports may carry a continuum of rest points, not listed; nothing on one is evolutionarily stable",
        )
    method = "exact enumeration of supports; ESS test of Haigh (1975) and Abakuks (1980); eigenvalues of the replicator dynamics"
    return Solution("evolutionary", game, tuple(equilibria), not singular, notes=notes, method=method, findings=tuple(findings))


def _two_populations(game: Game, form: NormalFormGame, notes: tuple[str, ...]) -> Solution:
    row_payoffs, column_payoffs = form.payoffs
    equilibria, findings = [], []
    for number, point in enumerate(rest_points_of_two(form.exact_payoffs), start=1):
        verdict = stability_of_two(row_payoffs, column_payoffs, point)
        findings.append(_rest_point(number, form, point, field_of_two(row_payoffs, column_payoffs), verdict))
        if _is_strict(form, point):
            equilibria.append(_with_verdict(_equilibrium(game, form, point), True, verdict))
    notes = (
        *notes,
        "the game is not symmetric, so two populations are meant: evolutionarily stable are exactly the strict equilibria (Selten 1980)",
        "the equilibria listed are the strict ones; of the rest points the isolated ones",
    )
    method = "exact enumeration of supports; eigenvalues of the replicator dynamics of two populations"
    return Solution("evolutionary", game, tuple(equilibria), True, notes=notes, method=method, findings=tuple(findings))


def _is_strict(form: NormalFormGame, point: MixedProfile) -> bool:
    if any(max(row) < 1 for row in point):
        return False
    row, column = (shares.index(1) for shares in point)
    first, second = form.exact_payoffs
    alone = sum(first[:, column] >= first[row, column]) == 1 and sum(second[row] >= second[row, column]) == 1
    return bool(alone)


def _with_verdict(found: Equilibrium, resists: bool, verdict: Stability) -> Equilibrium:
    said = {"evolutionarily stable": "yes" if resists else "no", "replicator dynamics": verdict.verdict}
    return replace(found, verdicts=MappingProxyType(said))


def _equilibrium(game: Game, form: NormalFormGame, profile: MixedProfile) -> Equilibrium:
    if isinstance(game, ExtensiveFormGame):
        behaviour, free = behaviour_of_plans(reduced_normal_form(game), profile)
        return tree_equilibrium(game, behaviour, certify_behaviour(game, behaviour), free=free)
    return mixed_equilibrium(form, profile)


def _rest_point(number: int, form: NormalFormGame, point: tuple[Mixture, ...], rate: VectorField, verdict: Stability) -> Finding:
    here = np.array([float(share) for row in point for share in row])
    names = ["population"] if len(point) == 1 else list(form.players)
    shares = {
        name: {strategy: share for strategy, share in zip(strategies, row, strict=True) if share}
        for name, strategies, row in zip(names, form.strategies, point, strict=False)
    }
    text = "; ".join(" + ".join(f"{show_number(share)} {strategy}" for strategy, share in row.items()) for row in shares.values())
    details = {
        "shares": shares,
        "stability": verdict.verdict,
        "eigenvalues": [[value.real, value.imag] for value in verdict.eigenvalues],
    }
    payoffs = tuple(_expected(form, point, player) for player in range(2))
    return Finding(f"rest point {number}", f"{text}: {verdict.verdict}", payoffs, details, error=float(np.abs(rate(here)).max()))


def _expected(form: NormalFormGame, point: tuple[Mixture, ...], player: int) -> Fraction:
    """Return a player's expected payoff at a point of one or two populations."""
    x, y = np.array(point[0], dtype=object), np.array(point[-1], dtype=object)
    return Fraction(x @ form.exact_payoffs[player] @ y)


def _checked_start(game: NormalFormGame, start: Sequence[Sequence[float]]) -> list[NDArray[np.float64]]:
    if len(game.players) != 2:
        raise NotApplicableError(f"the replicator dynamics here are for two players, the game has {len(game.players)}")
    if len(start) == 1 and not is_symmetric(game):
        raise ParameterError("one population needs a symmetric game; give the shares of two populations")
    rows = [np.asarray(row, dtype=float) for row in start]
    sizes = game.payoffs.shape[1 : 1 + len(rows)]
    if len(rows) not in (1, 2) or any(len(row) != size for row, size in zip(rows, sizes, strict=True)):
        wanted = " and ".join(map(str, game.payoffs.shape[1:])) + (" shares (or the first alone)" if is_symmetric(game) else " shares")
        raise ParameterError(f"the start must have {wanted}, got {' and '.join(str(len(row)) for row in rows) or 'none'}")
    for row in rows:
        if row.min() < 0 or abs(row.sum() - 1) > SHARE_TOLERANCE:
            raise ParameterError(f"shares must be at least 0 and sum to 1, got {row.tolist()}")
    return rows
