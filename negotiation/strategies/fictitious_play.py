"""Fictitious play: the best reply to what the rivals have done so far, as often as they did it.

What rivals will do is expected from how often they did it before, knowing as much; a matrix is the plainest case. Where
several actions are equally good the first listed is taken.

References
----------
Brown (1951), in Koopmans (ed.), Activity Analysis of Production and Allocation, 374-376; Robinson (1951), Annals of
Mathematics 54(2), 296-301; for trees Hendon, Jacobsen and Sloth (1996), Games and Economic Behavior 15(2), 177-202.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from negotiation.errors import ParameterError
from negotiation.exact.best_reply import best_reply, reach_of_others
from negotiation.games.experience import Experience, experience
from negotiation.games.options import count_of, number_of
from negotiation.games.repeated import Carried, Seen, Strategy
from negotiation.games.seat import Seat, pure

__all__ = ["strategy"]


def strategy(seat: Seat, *, window: object = None, weight: object = 1) -> Strategy:
    """Return fictitious play.

    Parameters
    ----------
    seat : Seat
    window : whole number, at least 1
        How many of the last rounds are remembered; all of them if not given.
    weight : number above 0
        For how many past observations of each action the expectation before the first round counts: all actions alike.

    Raises
    ------
    ParameterError
        If an option is not such a number.
    """
    prior = number_of("weight", weight)
    if prior <= 0:
        raise ParameterError(f"weight: must be above 0, got {prior:g}")
    return FictitiousPlay(seat, experience(seat), prior, None if window is None else count_of("window", window))


@dataclass(frozen=True, eq=False)
class FictitiousPlay:
    """Best reply to counts; the state is the counts or, with a window, the observations in it."""

    seat: Seat
    known: Experience
    weight: float
    window: int | None
    notes: tuple[str, ...] = ()

    def start(self) -> Hashable:
        """Return the state in which nothing was seen."""
        return tuple((0,) * size for size in self.known.sizes) if self.window is None else ()

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:
        """Return the best reply."""
        counts = self._counts(state)
        shares = [tuple((count + self.weight) / (sum(row) + self.weight * len(row)) for count in row) for row in counts]
        stage, player = self.seat.stage, self.seat.player
        reach = reach_of_others(stage, player, lambda rivals_place: shares[self.known.situations[rivals_place]])
        payoffs = stage.payoffs if self.seat.rules is None else self.seat.rules.payoffs(carried)
        return pure(self.seat, place, best_reply(stage, player, reach, payoffs[:, player].tolist())[place])

    def update(self, state: Hashable, seen: Seen) -> Hashable:
        """Return the state after a round."""
        if not isinstance(state, tuple):
            raise ParameterError(f"a state of this strategy is a tuple, got {state!r}")
        if self.window is not None:
            return (*state, seen.observation)[-self.window :]
        return self.known.added(state, seen.observation)

    def _counts(self, state: Hashable) -> tuple[tuple[int, ...], ...]:
        if not isinstance(state, tuple):
            raise ParameterError(f"a state of this strategy is a tuple, got {state!r}")
        if self.window is None:
            return state
        counts: tuple[tuple[int, ...], ...] = tuple((0,) * size for size in self.known.sizes)
        for observation in state:
            counts = self.known.added(counts, observation)
        return counts
