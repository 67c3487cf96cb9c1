"""What a round tells its player of the payoffs that he did not get: those of his other actions, the rivals' moves given."""

from __future__ import annotations

from negotiation.games.extensive_form import Decision, End, ExtensiveFormGame
from negotiation.games.repeated import observations
from negotiation.games.seat import Seat

__all__ = ["foregone_ends"]


def foregone_ends(seat: Seat) -> dict[tuple[int, int], tuple[int, ...]]:
    """Return, by observation and own information set, the end to which each action there would have led.

    Ends are places in ``stage.ends``. A pair is missing where the player cannot know: some action leads to a move that
    nobody made in the round, or he cannot tell at which end the round was over.
    """
    stage = seat.stage
    seen = observations(stage, seat.player)
    found = {}
    for number, observation in enumerate(seen.distinct):
        ends = [end for end, other in zip(stage.ends, seen.of_end, strict=True) if other == number]
        if len(ends) > 1:
            continue
        for place, _ in observation.own:
            reached = [_end(stage, ends[0], place, action) for action in range(len(stage.information_sets[place].actions))]
            known = [stage.ends.index(end) for end in reached if end is not None]
            if len(known) == len(reached):
                found[number, place] = tuple(known)
    return found


def _end(stage: ExtensiveFormGame, end: int, changed: int, action: int) -> int | None:
    """Return where play ends if one choice of a course of play is another one and all others stay, None if that is unknown."""
    chosen: dict[int, int] = {}
    drawn: dict[int, int] = {}
    for number, taken in stage.moves_to(end):
        node = stage.nodes[number]
        if isinstance(node, Decision):
            chosen[node.information_set] = taken
        else:
            drawn[number] = taken
    chosen[changed] = action
    number = 0
    while not isinstance(node := stage.nodes[number], End):
        taken_here = chosen.get(node.information_set) if isinstance(node, Decision) else drawn.get(number)
        if taken_here is None:
            return None
        number = node.children[taken_here]
    return number
