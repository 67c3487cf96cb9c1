"""Subgame perfection: equilibria that are credible in every subgame, by backward induction, all of them at ties.

A Nash equilibrium may rest on a threat that its maker would not carry out. A subgame-perfect equilibrium prescribes
equilibrium play in every subgame, reached or not (Selten 1965). Where a player who knows everything is indifferent, each
of his best actions is followed, since a tie can decide what earlier players want. Where players move without knowing
everything, the smallest subgames are solved first; each combination of their equilibria then takes their place.

References
----------
Zermelo (1913), Proceedings of the Fifth International Congress of Mathematicians 2, 501-504. Selten (1965), Zeitschrift fuer
die gesamte Staatswissenschaft 121, 301-324.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log10

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import NotApplicableError, SolverError
from negotiation.exact.backward_induction import Induction, Remark, induce
from negotiation.exact.subgame_components import subgame_components
from negotiation.exact.subgame_payoffs import subgame_name
from negotiation.exact.subgame_profiles import SubgameProfile, courses_of_play, profile_by_number, profile_of_course
from negotiation.exact.ties import TieBound, tie_bounds, untried_ties
from negotiation.games.certificate import certify_subgames
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.numbers import show_number
from negotiation.games.solution import Component, Equilibrium, Finding, Game, Solution, tree_equilibrium

__all__ = ["FORMS", "solve"]

FORMS: tuple[str, ...] = ("tree",)

#: More equilibria than this are not listed one by one: nobody reads them, and one for each course of play says as much.
MAXIMUM_LISTED = 1_000

#: The same for large trees, as nodes of all equilibria together: each takes some twenty microseconds to certify, and each
#: payoff vector some two to find the equilibrium among those that tie.
LISTED_NODES = 300_000
VECTORS_PER_NODE = 8

#: However large the tree is, so many equilibria are listed.
MINIMUM_LISTED = 4

#: So many bounds on mixing at ties are reported.
MAXIMUM_FINDINGS = 100

#: What is listed where mixing at ties gives more.
SCOPE = "equilibria that take one action at each tie"

#: Counts up to here are written out.
LARGEST_WRITTEN = 10**15


def solve(game: Game, *, budget: Budget = UNLIMITED) -> Solution:
    """Return the subgame-perfect equilibria of a tree.

    Parameters
    ----------
    game : ExtensiveFormGame
    budget : Budget
        When it is spent, one equilibrium of each subgame is followed from there on, and no more are listed after the first.

    Returns
    -------
    Solution
        With perfect information, all equilibria that take one action at each tie, in the order of actions, root first;
        ``complete`` is about these. Components are given where mixtures of those listed are all that there is besides;
        else the findings say how far a tie may be mixed before an earlier player would leave the equilibrium. With
        simultaneous moves, the extreme equilibria of each subgame in each combination. Where there are too many to list,
        one for each course of play is listed.

    Raises
    ------
    NotApplicableError
        If the game is a matrix, which has no subgames, or the normal form of a simultaneous move is too large.
    SolverError
        If no equilibrium of a subgame was found.
    """
    if not isinstance(game, ExtensiveFormGame):
        raise NotApplicableError(
            "subgame perfection needs a tree, got a matrix game; a matrix has no smaller subgames, so every Nash equilibrium is "
            "subgame perfect: use nash"
        )
    induction = induce(game, budget=budget)
    listed = _list(induction, budget)
    complete = listed.is_all and not induction.has_gaps
    components, component_notes = _components(induction, listed.equilibria, budget) if complete else ((), ())
    findings, finding_notes = _findings(induction, listed.equilibria, budget)
    notes = (*listed.notes, *_tie_notes(induction, is_all=listed.is_all), *finding_notes, *component_notes, *_remarks(induction))
    scope = SCOPE if complete and induction.tied and not induction.ties_are_free else ""
    return Solution("subgame_perfect", game, listed.equilibria, complete, components, notes, _method(game), findings, scope)


def _method(game: ExtensiveFormGame) -> str:
    if game.has_perfect_information:
        return "backward induction on exact rationals, every tie followed (Zermelo 1913, Selten 1965)"
    return (
        "smallest subgames first on exact rationals, every tie and every combination of their equilibria followed (Selten 1965); "
        "simultaneous moves by the enumeration of Nash equilibria"
    )


@dataclass(frozen=True, eq=False)
class _Listed:
    equilibria: tuple[Equilibrium, ...]
    is_all: bool
    notes: tuple[str, ...]


def _list(induction: Induction, budget: Budget) -> _Listed:
    """Return all equilibria, or one for each course of play if there are too many."""
    game, count = induction.game, induction.count
    work = len(game.nodes) + induction.size // VECTORS_PER_NODE
    limit = min(MAXIMUM_LISTED, max(MINIMUM_LISTED, LISTED_NODES // work))
    if count <= limit:
        listed = tuple(_certified(game, (profile_by_number(induction, number) for number in range(count)), budget))
        notes = () if len(listed) == count else (f"the time limit ended the list after {len(listed)} of {count} equilibria",)
        return _Listed(listed, len(listed) == count, notes)
    courses = courses_of_play(induction, limit=limit)
    listed = tuple(_certified(game, (profile_of_course(induction, course) for course in courses.courses), budget))
    found = f"{_quantity(count, is_least=induction.has_gaps)} {'pure ' if game.has_perfect_information else ''}equilibria"
    if len(listed) == len(courses.courses) and courses.are_all:
        which = f"listed is one for each of the {_counted(len(listed), 'different course')} of play that they lead to"
    else:
        which = f"listed is one for each of {_counted(len(listed), 'different course')} of play; there may be more courses"
    return _Listed(listed, False, (f"there are {found}; {which}",))


def _certified(game: ExtensiveFormGame, profiles: Iterator[SubgameProfile], budget: Budget) -> Iterator[Equilibrium]:
    for number, profile in enumerate(profiles):
        if number and budget.is_spent:
            return
        budget.tell("certificates", number)
        yield tree_equilibrium(game, profile.rows, certify_subgames(game, profile.rows), free=profile.free)


def _components(induction: Induction, equilibria: Sequence[Equilibrium], budget: Budget) -> tuple[tuple[Component, ...], tuple[str, ...]]:
    """Return the components of a complete list, where its equilibria span all that there is."""
    if induction.tied and not induction.ties_are_free:
        mixed = "equilibria of a simultaneous move can be mixed with one another: the extreme ones are listed"
        return (), (mixed,) if induction.has_mixtures else ()
    if not (induction.tied or induction.has_mixtures):
        return (), ()
    try:
        return subgame_components(induction, equilibria, budget=budget), ()
    except SolverError as stopped:
        return (), (str(stopped),)


def _tie_notes(induction: Induction, *, is_all: bool) -> tuple[str, ...]:
    if not induction.tied:
        return ()
    tied = f"{_counted(len(induction.tied), 'information set')} can leave the player who moves there indifferent"
    if induction.ties_are_free:
        return (f"{tied}, but no other choice depends on what he does: any mixture at ties gives an equilibrium too",)
    listed = f"all {SCOPE} are listed" if is_all else "mixtures at ties are not listed"
    return (f"{tied}, and what others want can depend on what he does: {listed}; mixtures there can give more",)


def _findings(induction: Induction, equilibria: Sequence[Equilibrium], budget: Budget) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return how far ties may be mixed in each equilibrium, and what was left out."""
    if not induction.tied or induction.ties_are_free:
        return (), ()
    bounds = (
        _finding(induction.game, number, bound)
        for number, equilibrium in enumerate(equilibria, start=1)
        if number == 1 or not budget.is_spent
        for bound in tie_bounds(induction, equilibrium.profile)
    )
    found = tuple(islice(bounds, MAXIMUM_FINDINGS + 1))
    notes = [f"only the first {MAXIMUM_FINDINGS} bounds on mixing at ties are reported"] if len(found) > MAXIMUM_FINDINGS else []
    if untried := len(untried_ties(induction)):
        notes.append(f"how far ties may be mixed was not worked out at {_counted(untried, 'information set')} below simultaneous moves")
    return found[:MAXIMUM_FINDINGS], tuple(notes)


def _finding(game: ExtensiveFormGame, number: int, bound: TieBound) -> Finding:
    tie, earlier, strain = game.information_sets[bound.place], game.information_sets[bound.strain.place], bound.strain
    own, other = game.players[tie.player], game.players[earlier.player]
    action, alternative = tie.actions[bound.action], tie.actions[bound.alternative]
    keeps, instead = earlier.actions[strain.keeps], earlier.actions[strain.instead]
    share = f"at most {show_number(strain.most)}" if strain.most else "0"
    summary = (
        f"{own} at {tie.name!r} may as well take {alternative} as {action}; "
        f"{other} at {earlier.name!r} keeps to {keeps} rather than {instead} only while the probability of {alternative} is {share}"
    )
    details = {
        "equilibrium": number,
        "player": own, "information_set": tie.name, "action": action, "alternative": alternative, "at_most": strain.most,
        "earlier_player": other, "earlier_information_set": earlier.name, "keeps": keeps, "instead": instead,
    }  # fmt: skip
    return Finding(f"tie in equilibrium {number}", summary, None, details)


def _remarks(induction: Induction) -> Iterator[str]:
    """Yield what has to be known of some subgames, the same remark once for all subgames that it is true of."""
    nodes: dict[str, list[Remark]] = {}
    for remark in induction.remarks:
        nodes.setdefault(remark.text, []).append(remark)
    for text, remarks in nodes.items():
        more = f" and {len(remarks) - 1} more" if len(remarks) > 1 else ""
        yield f"{subgame_name(induction.game, remarks[0].node)}{more}: {text}"


def _quantity(count: int, *, is_least: bool) -> str:
    # Python refuses to write out integers of thousands of digits.
    if count > LARGEST_WRITTEN:
        return f"more than 10^{int((count.bit_length() - 1) * log10(2))}"
    return f"at least {count:,}" if is_least else f"{count:,}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
