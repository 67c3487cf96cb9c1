"""Subgame perfection: equilibria that are credible in every subgame, by backward induction, all of them at ties.

A Nash equilibrium may rest on a threat that its maker would not carry out. A subgame-perfect equilibrium prescribes
equilibrium play in every subgame, reached or not (Selten 1965). With perfect information these are the results of backward
induction; where a player is indifferent each of his best actions is followed, since a tie can decide what earlier players
want.

References
----------
Zermelo (1913), Proceedings of the Fifth International Congress of Mathematicians 2, 501-504. Selten (1965), Zeitschrift fuer
die gesamte Staatswissenschaft 121, 301-324.
"""

from __future__ import annotations

from collections.abc import Iterator

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import NotApplicableError
from negotiation.exact.backward_induction import Induction, induce
from negotiation.exact.subgame_profiles import SubgameProfile, courses_of_play, profile_by_number, profile_of_course
from negotiation.games.certificate import certify_subgames
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.solution import Equilibrium, Game, Solution, tree_equilibrium

__all__ = ["FORMS", "solve"]

FORMS: tuple[str, ...] = ("tree",)

#: More equilibria than this are not listed one by one: nobody reads them, and one for each course of play says as much.
MAXIMUM_LISTED = 1000

#: The same for large trees: each node of each equilibrium takes some twenty microseconds to certify.
LISTED_NODES = 1_000_000

#: However large the tree is, so many equilibria are listed.
MINIMUM_LISTED = 16


def solve(game: Game, *, budget: Budget = UNLIMITED) -> Solution:
    """Return the subgame-perfect equilibria of a tree: with perfect information, all that are pure.

    Parameters
    ----------
    game : ExtensiveFormGame
    budget : Budget
        When it is spent, ties are no longer followed, and no more equilibria are listed after the first.

    Returns
    -------
    Solution
        Equilibria in the order of actions, root first. Where there are too many to list, one for each course of play.

    Raises
    ------
    NotApplicableError
        If the game is a matrix, which has no subgames.
    """
    if not isinstance(game, ExtensiveFormGame):
        raise NotApplicableError(
            "subgame perfection needs a tree, got a matrix game; a matrix has no smaller subgames, so every Nash equilibrium is "
            "subgame perfect: use nash"
        )
    induction = induce(game, budget=budget)
    listed, complete, notes = _list(induction, budget)
    return Solution(
        "subgame_perfect",
        game,
        listed,
        complete,
        notes=notes,
        method="backward induction on exact rationals, following every tie (Zermelo 1913, Selten 1965)",
    )


def _list(induction: Induction, budget: Budget) -> tuple[tuple[Equilibrium, ...], bool, tuple[str, ...]]:
    limit = min(MAXIMUM_LISTED, max(MINIMUM_LISTED, LISTED_NODES // len(induction.game.nodes)))
    if induction.count <= limit:
        profiles = (profile_by_number(induction, number) for number in range(induction.count))
        listed = tuple(_certified(induction.game, profiles, budget))
        return listed, len(listed) == induction.count and not induction.has_gaps, ()
    courses = courses_of_play(induction, limit=limit)
    listed = tuple(_certified(induction.game, (profile_of_course(induction, course) for course in courses.courses), budget))
    return listed, False, ()


def _certified(game: ExtensiveFormGame, profiles: Iterator[SubgameProfile], budget: Budget) -> Iterator[Equilibrium]:
    for number, profile in enumerate(profiles):
        if number and budget.is_spent:
            return
        yield tree_equilibrium(game, profile.rows, certify_subgames(game, profile.rows), free=profile.free)
