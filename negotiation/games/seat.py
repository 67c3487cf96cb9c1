"""A seat in a match: what a strategy is told before the first round.

A member of the strategy family is made by ``strategy(seat, *, options) -> Strategy``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from negotiation.errors import NotApplicableError
from negotiation.games.extensive_form import Decision, End, ExtensiveFormGame
from negotiation.games.numbers import exact
from negotiation.games.repeated import Automaton, Carried, Observation, StateRules, observations
from negotiation.games.solution import Solution

__all__ = ["Seat", "StageSolver", "automaton", "pure", "stage_at", "visible_moves"]


class StageSolver(Protocol):
    """Solves the stage game for a strategy that wants to know an equilibrium."""

    def __call__(self, carried: Carried, concept: str, **options: object) -> Solution:
        """Return what a concept says of the stage game as it is when these quantities are carried into a round."""


def _no_solver(carried: Carried, concept: str, **options: object) -> Solution:
    raise NotApplicableError(f"the concept {concept!r} was asked for at {carried} ({options}), but this seat was given no solver")


@dataclass(frozen=True, eq=False)
class Seat:
    """What a strategy is told before the first round.

    Parameters
    ----------
    stage : ExtensiveFormGame
    player : int
    type : str or None
        The private type that it plays for; None for a player without types.
    rules : StateRules or None
        What is carried from round to round.
    solve : StageSolver
        Strategies know no solver; whoever seats them brings one.
    """

    stage: ExtensiveFormGame
    player: int
    type: str | None = None
    rules: StateRules | None = None
    solve: StageSolver = _no_solver

    @property
    def name(self) -> str:
        """The player's name, with the type if there is one."""
        player = self.stage.players[self.player]
        return player if self.type is None else f"{player} ({self.type})"

    @property
    def places(self) -> tuple[int, ...]:
        """The numbers of the information sets at which this player and type moves."""
        sets = enumerate(self.stage.information_sets)
        return tuple(number for number, place in sets if place.player == self.player and place.type == self.type)

    @property
    def start(self) -> Carried:
        """What is carried into the first round."""
        return () if self.rules is None else self.rules.start


def stage_at(stage: ExtensiveFormGame, rules: StateRules | None, carried: Carried) -> ExtensiveFormGame:
    """Return the stage game with the payoffs of a round into which these quantities are carried."""
    if rules is None or carried == rules.start:
        return stage
    rows = dict(zip(stage.ends, rules.payoffs(carried).tolist(), strict=True))
    nodes = tuple(
        replace(node, payoffs=tuple(exact(payoff) for payoff in rows[number])) if isinstance(node, End) else node
        for number, node in enumerate(stage.nodes)
    )
    return replace(stage, nodes=nodes)


def automaton(
    seat: Seat,
    behave: Callable[[int, int], Sequence[float]],
    update: Callable[[int, Observation], int],
    *,
    states: int = 1,
    notes: tuple[str, ...] = (),
) -> Automaton:
    """Return the automaton with so many states, given its behaviour (state, information set) and its update."""
    own = set(seat.places)
    places = range(len(seat.stage.information_sets))
    seen = observations(seat.stage, seat.player).distinct
    return Automaton(
        tuple(tuple(tuple(behave(state, place)) if place in own else () for place in places) for state in range(states)),
        tuple(tuple(update(state, observation) for observation in seen) for state in range(states)),
        notes,
    )


def pure(seat: Seat, place: int, action: int) -> tuple[float, ...]:
    """Return the behaviour that takes one action for certain."""
    return tuple(float(number == action) for number in range(len(seat.stage.information_sets[place].actions)))


def visible_moves(seat: Seat, place: int) -> tuple[tuple[int, str], ...]:
    """Return the moves of this round that the player knows of at an information set, as (player, action), first to last.

    They are those with which every course of play to the set begins: where the courses part, something was hidden.
    """
    courses = [_decisions(seat.stage, node) for node in seat.stage.members[place]]
    known = courses[0]
    for course in courses[1:]:
        same = 0
        while same < min(len(known), len(course)) and known[same] == course[same]:
            same += 1
        known = known[:same]
    return tuple(known)


def _decisions(stage: ExtensiveFormGame, node: int) -> list[tuple[int, str]]:
    moves = []
    for earlier, action in stage.moves_to(node):
        move = stage.nodes[earlier]
        if isinstance(move, Decision):
            information_set = stage.information_sets[move.information_set]
            moves.append((information_set.player, information_set.actions[action]))
    return moves
