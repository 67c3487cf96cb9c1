"""What a player learns of his rivals' ways from rounds that are over: how often they did what, knowing what.

A rival's *situation* is what he had seen of the others' moves. Private types and hidden chance moves do not tell situations
apart, because the player does not see them either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negotiation.games.extensive_form import Decision
from negotiation.games.repeated import observations
from negotiation.games.seat import Seat, visible_moves

__all__ = ["Counts", "Experience", "experience"]

#: [situation][action] -> how often it was taken.
Counts = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Experience:
    """The situations of a player's rivals.

    Parameters
    ----------
    situations : mapping from a rival's information set to its situation
    sizes : tuple, [situation] -> number of actions
    seen : tuple, [observation] -> tuple of (situation, action)
        What an observation shows the rivals do.
    """

    situations: Mapping[int, int]
    sizes: tuple[int, ...]
    seen: tuple[tuple[tuple[int, int], ...], ...]

    def added(self, counts: Counts, observation: int) -> Counts:
        """Return the counts with those of one more round."""
        rows = [list(row) for row in counts]
        for situation, action in self.seen[observation]:
            rows[situation][action] += 1
        return tuple(map(tuple, rows))


def experience(seat: Seat) -> Experience:
    """Return the situations of a seat's rivals, and what each observation shows of them."""
    stage = seat.stage
    keys: dict[tuple[object, ...], int] = {}
    situations = {
        number: keys.setdefault((place.player, place.actions, visible_moves(seat, number)), len(keys))
        for number, place in enumerate(stage.information_sets)
        if place.player != seat.player
    }
    seen: dict[int, tuple[tuple[int, int], ...]] = {}
    for end, observation in zip(stage.ends, observations(stage, seat.player).of_end, strict=True):
        if observation not in seen:
            seen[observation] = tuple(_taken(seat, end, situations))
    sizes = tuple(len(key[1]) for key in keys if isinstance(key[1], tuple))
    return Experience(situations, sizes, tuple(seen[number] for number in range(len(seen))))


def _taken(seat: Seat, end: int, situations: Mapping[int, int]) -> list[tuple[int, int]]:
    found = []
    for number, action in seat.stage.moves_to(end):
        node = seat.stage.nodes[number]
        if isinstance(node, Decision) and node.information_set in situations:
            found.append((situations[node.information_set], action))
    return found
