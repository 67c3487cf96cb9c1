"""An equilibrium of the stage game, played in every round.

The player does not look beyond the round. Where something is carried from round to round and the stage has perfect
information, the equilibrium is that of the payoffs as they are in the round; else it is that of the first round. The
concept is the usual one for the stage (``usual_concept``), unless one is named. If there are several equilibria the
first listed is played, or the one with the number ``which``; all who play by the same concept choose alike.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from negotiation.errors import NotApplicableError, ParameterError
from negotiation.games.options import count_of
from negotiation.games.repeated import Carried, Seen, Strategy
from negotiation.games.seat import Seat, automaton
from negotiation.games.solution import Equilibrium, usual_concept

__all__ = ["strategy"]


def strategy(seat: Seat, *, concept: object = None, which: object = 1) -> Strategy:
    """Return the strategy that plays an equilibrium of the stage game.

    Parameters
    ----------
    seat : Seat
        With a solver.
    concept : name of a concept
        The default is the usual one for the stage, see ``usual_concept``.
    which : whole number, at least 1
        Which of the equilibria, in the order in which the concept lists them. Where the payoffs of a later round leave
        fewer, it is the last listed.

    Raises
    ------
    ParameterError
        If the first round has no equilibrium of that number.
    NotApplicableError
        If the concept gives no behaviour in the stage tree.
    """
    perfect = seat.stage.has_perfect_information
    name = usual_concept(seat.stage) if concept is None else concept
    if not isinstance(name, str):
        raise ParameterError(f"concept: expected a name, got {concept!r}")
    number = count_of("which", which)
    found = seat.solve(seat.start, name).equilibria
    if number > len(found):
        raise ParameterError(f"which: {name} lists {len(found)} equilibria of the stage game, got {number}")
    notes = _notes(name, number, len(found), adapts=perfect, has_state=seat.rules is not None)
    if seat.rules is not None and perfect:
        return StageEquilibrium(seat, name, number, notes)
    rows = _rows(seat, found[number - 1], name)
    return automaton(seat, lambda _, place: rows[place], lambda state, _: state, notes=notes)


@dataclass(frozen=True, eq=False)
class StageEquilibrium:
    """Plays an equilibrium of the payoffs as they are in the round."""

    seat: Seat
    concept: str
    which: int
    notes: tuple[str, ...]

    def start(self) -> Hashable:
        """Return the only state."""
        return 0

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:  # noqa: ARG002  # the protocol's signature
        """Return the probability of each action in the equilibrium of this round's payoffs."""
        found = self.seat.solve(carried, self.concept).equilibria
        if not found:
            raise NotApplicableError(f"{self.concept} lists no equilibrium of the stage game when {carried} is carried into a round")
        return _rows(self.seat, found[min(self.which, len(found)) - 1], self.concept)[place]

    def update(self, state: Hashable, seen: Seen) -> Hashable:  # noqa: ARG002  # the protocol's signature
        """Return the only state."""
        return state


def _rows(seat: Seat, found: Equilibrium, concept: str) -> tuple[tuple[float, ...], ...]:
    sizes = [len(place.actions) for place in seat.stage.information_sets]
    if [len(row) for row in found.profile] != sizes:
        raise NotApplicableError(f"{concept} gives no behaviour in the stage tree, so it cannot be played; use subgame_perfect or nash")
    return tuple(tuple(float(probability) for probability in row) for row in found.profile)


def _notes(concept: str, which: int, count: int, *, adapts: bool, has_state: bool) -> tuple[str, ...]:
    notes = []
    if count > 1:
        notes.append(f"the stage game has {count} equilibria by {concept}; the one played is number {which} in the order of listing")
    if has_state:
        payoffs = "each round's payoffs" if adapts else "the first round's payoffs, also where later payoffs differ"
        notes.append(f"the equilibrium ({concept}) is that of {payoffs}")
    return tuple(notes)
