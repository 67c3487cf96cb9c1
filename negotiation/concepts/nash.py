"""Nash equilibrium: nobody gains by changing only his own strategy. All of them, exact and certified.

Two players: nashpy is asked first and its answer certified; an exact enumeration on rationals then decides what the
equilibria are, groups them into connected components, and a difference is said in the notes. More players: pure
equilibria by enumeration, mixed ones support by support with certified roots. Trees are taken in their reduced normal form.

References
----------
Nash (1951), Annals of Mathematics 54, 286-295. Avis, Rosenberg, Savani and von Stengel (2010), Economic Theory 42, 9-37.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from fractions import Fraction
from math import prod

import numpy as np
from numpy.typing import NDArray

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import SolverError
from negotiation.exact.all_equilibria import all_equilibria
from negotiation.exact.components import Group, components, connected_groups
from negotiation.exact.zero_sum import opposition, zero_sum_value
from negotiation.games.certificate import REGRET_TOLERANCE, MixedProfile, certify_behaviour, certify_mixed, strategy_values
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import ExactArray, Number, show_number
from negotiation.games.plans import ReducedNormalForm, behaviour_of_plans, reduced_normal_form
from negotiation.games.solution import Equilibrium, Game, Solution, mixed_equilibrium, tree_equilibrium

__all__ = ["FORMS", "solve"]

FORMS: tuple[str, ...] = ("tree", "matrix")

#: nashpy is asked about games of at most this many cells, which take it under a second (7x7: 0.3 s); at 8x8 it takes
#: seconds where the exact enumeration takes milliseconds.
NASHPY_CELLS = 60

#: So many equilibria are certified and grouped even where the time has run out: milliseconds.
CERTIFIED_ANYWAY = 20

#: A profile of nashpy's is one of the exact list if no probability differs by more: its vertices carry Qhull's rounding,
#: up to about 1e-8, and different vertices of ordinary games are much further apart.
SAME = 1e-6

#: What nashpy and the libraries below it raise on games that they cannot treat (Qhull's error is a RuntimeError).
NASHPY_ERRORS = (RuntimeError, ValueError, TypeError, KeyError, IndexError, ZeroDivisionError)


def solve(game: Game, *, compare: bool = True, budget: Budget = UNLIMITED) -> Solution:
    """Return the Nash equilibria of a game with their components.

    Parameters
    ----------
    game : Game
        A tree is taken in its reduced normal form, and its equilibria are given as behaviour.
    compare : bool
        Whether nashpy is asked too and its answer compared, which for a small game takes longer than everything else. It
        changes nothing but the notes.
    budget : Budget
        When it runs out, what is certified so far is returned and ``complete`` is False.

    Returns
    -------
    Solution
        Two players: all extreme equilibria; any equilibrium is a mixture of those of one piece of a component, player by
        player (in a tree: mixtures of plans). More players: isolated equilibria and extreme points of such pieces.
        ``complete`` says whether these are all. There is always at least one. In a tree, the probabilities at an
        information set vary in a component between the points at which its player gets there.

    Raises
    ------
    NotApplicableError
        If the reduced normal form of a tree is too large.
    """
    form, reduced = _normal_form(game)
    found = all_equilibria(form, budget=budget)
    if not found.profiles:
        raise SolverError("no equilibrium was found although every finite game has one", partial=found)
    notes = [] if reduced is None else ["computed on the reduced normal form of the tree: a strategy is a plan for the whole game"]
    notes += found.notes
    if compare and found.complete and not budget.is_spent:
        notes += _compared_with_nashpy(form, found.profiles)
    notes += _compared_with_value(form, found.profiles)
    equilibria, places = _certified(form, reduced, found.profiles, budget)
    complete = found.complete and len(places) == len(found.profiles)
    if len(places) < len(found.profiles):
        notes.append(f"the time ran out: only {len(places)} of the {len(found.profiles)} equilibria found were certified and are listed")
    groups: tuple[Group, ...] | None = None
    try:
        left = UNLIMITED if len(places) <= CERTIFIED_ANYWAY else budget
        groups = tuple(_renumbered(group, places) for group in connected_groups(found.profiles[: len(places)], budget=left))
    except SolverError as stopped:
        notes.append(str(stopped))
    notes.append(_counted(form, equilibria, groups, complete))
    if len(equilibria) < len(places):
        alike = _number(len(places) - len(equilibria), "mixture")
        notes.append(f"left out: {alike} of plans with the same behaviour in the tree as one that is listed")
    together = () if groups is None else components(equilibria, groups)
    return Solution("nash", game, equilibria, complete, together, tuple(notes), _method(form))


def _normal_form(game: Game) -> tuple[NormalFormGame, ReducedNormalForm | None]:
    """Return the normal form, and what it was reduced from if the game is a tree."""
    if isinstance(game, NormalFormGame):
        return game, None
    reduced = reduced_normal_form(game)
    return reduced.game, reduced


def _method(form: NormalFormGame) -> str:
    if len(form.players) > 2:
        return "pure strategies one by one, mixed ones by support enumeration with certified roots"
    if len(form.players) == 1:
        return "the best of all strategies"
    return "all completely labelled pairs of vertices of the best-response polyhedra, by the double description method on integers"


def _certified(
    form: NormalFormGame, reduced: ReducedNormalForm | None, profiles: Sequence[MixedProfile], budget: Budget
) -> tuple[tuple[Equilibrium, ...], list[int]]:
    """Return the equilibria with certificates, and for each profile the number of its equilibrium (profiles can behave alike).

    There are fewer numbers than profiles where the time ran out.
    """
    equilibria: list[Equilibrium] = []
    places: list[int] = []
    known: dict[object, int] = {}
    for done, profile in enumerate(profiles):
        if done >= CERTIFIED_ANYWAY and budget.is_spent:
            break
        budget.tell("certificates", done, len(profiles))
        played = profile if reduced is None else behaviour_of_plans(reduced, profile)
        if played not in known:
            known[played] = len(equilibria)
            equilibria.append(_equilibrium(form, reduced, profile))
        places.append(known[played])
    return tuple(equilibria), places


def _equilibrium(form: NormalFormGame, reduced: ReducedNormalForm | None, profile: MixedProfile) -> Equilibrium:
    if reduced is None:
        return mixed_equilibrium(form, profile)
    behaviour, free = behaviour_of_plans(reduced, profile)
    return tree_equilibrium(reduced.tree, behaviour, certify_behaviour(reduced.tree, behaviour), free=free)


def _renumbered(group: Group, places: Sequence[int]) -> Group:
    """Return a group of profiles as one of equilibria."""
    pieces = dict.fromkeys(tuple(sorted({places[number] for number in piece})) for piece in group.pieces)
    return Group(tuple(sorted({places[number] for number in group.members})), tuple(pieces))


def _counted(form: NormalFormGame, equilibria: Sequence[Equilibrium], groups: Sequence[Group] | None, complete: bool) -> str:
    pure = sum(equilibrium.is_pure for equilibrium in equilibria)
    several = "extreme equilibria" if len(form.players) == 2 else "equilibria"
    kind = "equilibrium" if len(equilibria) == 1 else several
    together = "" if groups is None else f", in {_number(len(groups), 'component')}"
    return f"{'' if complete else 'listed: '}{len(equilibria)} {kind}, {pure} of them pure{together}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _compared_with_value(form: NormalFormGame, profiles: Sequence[MixedProfile]) -> list[str]:
    """Return what linear programming says of a zero-sum game."""
    opposed = opposition(form)
    if opposed is None:
        return []
    value = zero_sum_value(form, opposed)
    shown = f"{show_number(value.payoffs[0])} to {form.players[0]} and {show_number(value.payoffs[1])} to {form.players[1]}"
    agree = all(_payoff(form, profile) == value.payoffs[0] for profile in profiles)
    verdict = "which each equilibrium gives" if agree else "which NOT each listed equilibrium gives: one of the two is wrong"
    return [f"the game is {opposed.name}: by exact linear programming its value is {shown}, {verdict}"]


def _payoff(form: NormalFormGame, profile: MixedProfile) -> Number:
    """Return the first player's payoff."""
    values = strategy_values(form, profile, 0)
    return sum((p * value for p, value in zip(profile[0], values, strict=True)), Fraction(0))


def _compared_with_nashpy(form: NormalFormGame, profiles: Sequence[MixedProfile]) -> list[str]:
    """Return how nashpy's answer, certified, compares with the exact list."""
    sizes = [len(names) for names in form.strategies]
    if len(sizes) != 2 or min(sizes) == 1:
        return []
    if prod(sizes) > NASHPY_CELLS:
        return [f"nashpy was not asked: the game has more than {NASHPY_CELLS} cells"]
    asked = "nashpy (vertex enumeration, payoffs mapped to [1, 2])"
    try:
        offered = _nashpy_profiles(form)
    except NASHPY_ERRORS as error:
        return [f"{asked} fails with {type(error).__name__}; listed is what exact enumeration finds"]
    faults = _faults(form, offered, profiles)
    if faults:
        return [f"{asked} {' and '.join(faults)}; listed is what exact enumeration finds"]
    return [f"{asked} finds the same"]


def _faults(form: NormalFormGame, offered: Sequence[MixedProfile], profiles: Sequence[MixedProfile]) -> list[str]:
    """Return in what the profiles that nashpy offers differ from the exact ones, nothing if in nothing."""
    missed = len(profiles) - len(_near_some(profiles, offered))
    near = set(_near_some(offered, profiles))
    regrets = [certify_mixed(form, profile).regret for number, profile in enumerate(offered) if number not in near]
    false = [regret for regret in regrets if regret > REGRET_TOLERANCE]
    faults = []
    if missed:
        faults.append(f"misses {missed} of {len(profiles)}")
    if false:
        faults.append(
            f"offers {len(false)} that {'is' if len(false) == 1 else 'are'} no equilibrium (regret up to {show_number(max(false))})"
        )
    if len(regrets) > len(false):
        faults.append(f"offers {len(regrets) - len(false)} within rounding of an equilibrium but not extreme")
    return faults


def _nashpy_profiles(form: NormalFormGame) -> list[MixedProfile]:
    """Return what nashpy's vertex enumeration offers, each profile once.

    It is right only on well scaled payoffs: each player's are mapped exactly onto [1, 2] before they become floats. It is
    quicker where the player with fewer strategies comes first.
    """
    import nashpy

    first, second = (_scaled(payoffs) for payoffs in form.exact_payoffs)
    swapped = len(first) > len(first[0])
    game = nashpy.Game(second.T, first.T) if swapped else nashpy.Game(first, second)
    found: list[MixedProfile] = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for pair in game.vertex_enumeration():
            profile = _cleaned(pair[::-1] if swapped else pair)
            if profile is not None and not _near_some([profile], found):
                found.append(profile)
    return found


def _cleaned(pair: Sequence[NDArray[np.float64]]) -> MixedProfile | None:
    """Return a pair of float vectors as a profile without rounding below 0, None if it is none."""
    rows = [np.clip(row, 0.0, None) for row in pair]
    if not all(np.isfinite(row).all() and row.sum() > 0 for row in rows):
        return None
    return tuple(tuple((row / row.sum()).tolist()) for row in rows)


def _scaled(payoffs: ExactArray) -> NDArray[np.float64]:
    lowest = payoffs.min()
    span = payoffs.max() - lowest or Fraction(1)
    return np.array((payoffs - lowest) / span + 1, dtype=np.float64)


def _near_some(profiles: Sequence[MixedProfile], others: Sequence[MixedProfile]) -> list[int]:
    """Return the numbers of the profiles that are within ``SAME`` of one of the others."""
    points = [_point(other) for other in others]
    return [number for number, profile in enumerate(profiles) if any(np.abs(_point(profile) - point).max() <= SAME for point in points)]


def _point(profile: MixedProfile) -> NDArray[np.float64]:
    return np.array([float(probability) for row in profile for probability in row])
