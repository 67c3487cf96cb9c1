"""Sequential equilibrium: best play at every information set, reached or not, under consistent beliefs. All families, exact.

An assessment is a behaviour profile with beliefs at every information set. It is a sequential equilibrium if at each
information set no action does better than the prescribed play, given the beliefs there, and the beliefs are the limit of
Bayes' rule under trembles that vanish (Kreps and Wilson 1982). In signalling games this is the same as perfect Bayesian
equilibrium (Fudenberg and Tirole 1991).

Pooling, separating and semi-separating equilibria come out with the interval of beliefs that supports each, and with what
the intuitive criterion and D1 say of it (Cho and Kreps 1987, Banks and Sobel 1987).

References
----------
Kreps and Wilson (1982), Econometrica 50, 863-894. Fudenberg and Tirole (1991), Journal of Economic Theory 53, 236-260. Cho and
Kreps (1987), Quarterly Journal of Economics 102, 179-221. Banks and Sobel (1987), Econometrica 55, 647-661.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import NotApplicableError, SolverError
from negotiation.exact.action_values import Values
from negotiation.exact.beliefs import Beliefs, supporting_beliefs
from negotiation.exact.components import components
from negotiation.exact.refinements import D1, INTUITIVE_CRITERION, BestReplies, verdicts
from negotiation.exact.sequences import MoveTree, move_tree
from negotiation.exact.sequential_sets import MAXIMUM_EXTREMES, SequentialSet, sequential_profiles
from negotiation.exact.signalling import find_sender
from negotiation.exact.watched import solve_watched
from negotiation.games.behaviour import BehaviourProfile
from negotiation.games.certificate import certify_sequential
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.solution import Equilibrium, Game, Solution, tree_equilibrium

__all__ = ["FORMS", "solve"]

FORMS: tuple[str, ...] = ("tree",)

METHOD = (
    "every pattern of supports and of likeliest trembles, each solved exactly as cones of move weights by the double description "
    "method; consistency by exponents of trembles (Kreps and Wilson 1982, Perea, Jansen and Peters 1997)"
)

COMPLETE_FOR_TWO = "with two players each side's conditions are linear in the weights of the other side's moves"
COMPLETE = "conditions that multiply several players' choices became linear, were refuted, or their roots were proved"


def solve(game: Game, *, refine: bool = True, budget: Budget = UNLIMITED) -> Solution:
    """Return the sequential equilibria of a tree with the beliefs that support them, in components.

    Parameters
    ----------
    game : ExtensiveFormGame
    refine : bool
        Whether refinements are asked what they say of each equilibrium.
    budget : Budget
        When it is spent, what was found so far is returned and ``complete`` is False.

    Returns
    -------
    Solution
        The extreme points of all families. Each has beliefs at every information set, the bounds of all beliefs that
        support it (``belief_intervals``), and verdicts of the intuitive criterion and of D1. ``complete`` is True for
        games of two players, whatever their types and moves; with more, unless some condition stayed undecided.
        In a game with an audience each equilibrium has the audience's ``posteriors`` with the ranges that support it.

    Raises
    ------
    NotApplicableError
        If the game is a matrix, which has neither moves to believe in nor information sets; or if an audience watches and
        more than the type of a player with two types is private.
    SolverError
        If no equilibrium was found: the time ran out, or conditions of several players stayed undecided.
    """
    if not isinstance(game, ExtensiveFormGame):
        raise NotApplicableError("sequential equilibrium needs a tree, got a matrix game; use nash")
    if game.audience is not None:
        return solve_watched(game, budget=budget)
    tree = move_tree(game)
    found = sequential_profiles(tree, budget=budget)
    notes = _notes(tree, found)
    if not found.profiles:
        raise SolverError(f"no equilibrium was found although every finite game has one: {'; '.join(notes)}", partial=found)
    values = Values(tree, [None] * len(tree.before))
    judge = _judge(tree, budget) if refine else _silent
    equilibria = tuple(_equilibrium(values, profile, _beliefs(values, found, profile), judge(profile)) for profile in found.profiles)
    together = components(equilibria, found.groups)
    complete = found.ended and not found.undecided and not found.is_shortened
    return Solution("sequential", game, equilibria, complete, together, notes, METHOD)


def _beliefs(values: Values, found: SequentialSet, profile: BehaviourProfile) -> Beliefs:
    if profile in found.beliefs:
        return Beliefs(found.beliefs[profile], {})
    beliefs = supporting_beliefs(values, profile)
    if beliefs is None:
        raise SolverError("no beliefs were found for an extreme point of a family of equilibria", partial=profile)
    return beliefs


def _equilibrium(values: Values, profile: BehaviourProfile, beliefs: Beliefs, said: Mapping[str, str]) -> Equilibrium:
    game = values.tree.game
    certificate = certify_sequential(game, profile, beliefs.rows)
    if not certificate.holds:
        raise SolverError(f"an equilibrium leaves a gain of {certificate.regret} of a payoff span", partial=profile)
    equilibrium = tree_equilibrium(game, profile, certificate, beliefs=beliefs.rows, verdicts=said)
    return replace(equilibrium, belief_intervals=MappingProxyType(dict(beliefs.intervals)))


def _silent(_profile: BehaviourProfile) -> Mapping[str, str]:
    """Return no verdicts."""
    return {}


def _judge(tree: MoveTree, budget: Budget) -> Callable[[BehaviourProfile], Mapping[str, str]]:
    """Return what gives the verdicts of the refinements on a profile."""
    try:
        sender = find_sender(tree)
    except NotApplicableError as reason:
        said = dict.fromkeys((INTUITIVE_CRITERION, D1), f"not applicable: {reason}")
        return lambda _: said
    replies = BestReplies(tree, sender, budget)
    return lambda profile: verdicts(replies, profile)


def _notes(tree: MoveTree, found: SequentialSet) -> tuple[str, ...]:
    game, notes = tree.game, []
    if not found.ended:
        notes.append("the time limit was reached before all supports had been looked at: there may be further equilibria")
    elif not found.undecided and not found.is_shortened:
        notes.append(f"complete: every pattern of supports was decided exactly; {COMPLETE_FOR_TWO if len(game.players) <= 2 else COMPLETE}")
    if found.undecided:
        notes.append(_undecided(game, found))
    if found.is_shortened:
        notes.append(f"of families with more than {MAXIMUM_EXTREMES} extreme points only so many are listed: choices off the path multiply")
    if tree.slips_matter:
        notes.append("chance moves of probability 0 are taken as infinitely unlikely, not as impossible: what follows them is solved too")
    return tuple(notes)


def _undecided(game: ExtensiveFormGame, found: SequentialSet) -> str:
    pattern = found.undecided[0]
    mixed = [
        f"{game.players[place.player]} at {place.name!r} between {' and '.join(place.actions[action] for action in support)}"
        for place, support in zip(game.information_sets, pattern, strict=True)
        if len(support) > 1
    ]
    count = len(found.undecided)
    more = "" if count == 1 else f" (and {count - 1} more such pattern{'s' if count > 2 else ''})"
    return (
        "not complete: where several players mix, their probabilities are multiplied with one another, and it was not decided "
        f"whether there are equilibria that mix {', '.join(mixed)}{more}"
    )
