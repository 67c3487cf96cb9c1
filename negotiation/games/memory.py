"""Strategies that remember the postures of one round, as automata."""

from __future__ import annotations

from collections.abc import Sequence

from negotiation.games.postures import Postures
from negotiation.games.repeated import Automaton, Observation
from negotiation.games.seat import automaton

__all__ = ["memory_one"]

#: Own posture and the rivals': None until there is one, else whether it is hard.
STATES: tuple[tuple[bool | None, bool | None], ...] = tuple((own, rivals) for own in (None, False, True) for rivals in (None, False, True))


def memory_one(kinds: Postures, vector: Sequence[float], opening: float, notes: tuple[str, ...]) -> Automaton:
    """Return the automaton that cooperates with a probability for each pair of postures in the last round.

    Parameters
    ----------
    kinds : Postures
    vector : sequence of four float
        After CC, CD, DC and DD, own posture first.
    opening : float
        The probability of cooperating until both sides have had a choice.
    notes : tuple of str
    """

    def behave(state: int, place: int) -> tuple[float, ...]:
        own, rivals = STATES[state]
        return kinds.behaviour(place, opening if own is None or rivals is None else vector[2 * own + rivals])

    def update(state: int, observation: Observation) -> int:
        own, rivals = STATES[state]
        if any(kinds.is_choice(place) for place, _ in observation.own):
            own = kinds.own_last(observation, otherwise=False)
        if any(player != kinds.seat.player for player, _ in observation.moves):
            rivals = kinds.rivals_last(observation.moves, otherwise=False)
        return STATES.index((own, rivals))

    return automaton(kinds.seat, behave, update, states=len(STATES), notes=notes)
