"""Epsilon-greedy: takes the action that has paid best so far, and now and then any other.

Each action at each information set has an estimate of what it pays; after a round the estimates of the actions taken
move towards what the round paid, by the share ``step``, or so that they are averages. Where several actions are estimated
alike they are equally likely.

References
----------
Sutton and Barto (2018), Reinforcement Learning, 2nd edition, sections 2.2 to 2.5.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from negotiation.errors import ParameterError
from negotiation.games.learning import Table, entries, own_row, table, with_row
from negotiation.games.options import number_of, share_of
from negotiation.games.repeated import Carried, Observation, Seen, Strategy, observations
from negotiation.games.seat import Seat

__all__ = ["strategy"]

#: Estimates are alike within this share of their size: averages of the same payoffs in another order differ by less.
ALIKE = 1e-12


def strategy(seat: Seat, *, epsilon: object = 0.1, step: object = None, initial: object = None) -> Strategy:
    """Return the epsilon-greedy learner.

    Parameters
    ----------
    seat : Seat
    epsilon : number in [0, 1]
        The probability of taking any action, each alike.
    step : number in (0, 1]
        The share by which an estimate moves. If not given, estimates are averages of what was paid.
    initial : number, payoff unit
        What each action is estimated to pay before it was tried; a high number makes him try all of them early. The
        default is the player's largest payoff in the stage game.

    Raises
    ------
    ParameterError
        If an option is not such a number.
    """
    size = None if step is None else share_of("step", step)
    if size is not None and size <= 0:
        raise ParameterError(f"step: must be above 0, got {size:g}")
    hope = float(seat.stage.payoffs[:, seat.player].max()) if initial is None else number_of("initial", initial)
    return EpsilonGreedy(seat, observations(seat.stage, seat.player).distinct, share_of("epsilon", epsilon), size, hope)


@dataclass(frozen=True, eq=False)
class EpsilonGreedy:
    """The learner; its state is a table of estimates and one of how often each action was taken (with a step, empty)."""

    seat: Seat
    seen: tuple[Observation, ...]
    epsilon: float
    step: float | None
    initial: float
    notes: tuple[str, ...] = ()

    def start(self) -> tuple[Table, Table]:
        """Return the estimates before the first round."""
        return table(self.seat, self.initial), table(self.seat, 0.0) if self.step is None else ()

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:  # noqa: ARG002  # the protocol's signature
        """Return the best action, and with probability ``epsilon`` any."""
        estimates, _ = entries(state)
        row = own_row(self.seat, entries(estimates), place)
        slack = ALIKE * max(1.0, *map(abs, row))
        best = [value >= max(row) - slack for value in row]
        return tuple((1 - self.epsilon) * is_best / sum(best) + self.epsilon / len(row) for is_best in best)

    def update(self, state: Hashable, seen: Seen) -> tuple[Table, Table]:
        """Return the estimates after a round."""
        estimates, counts = (entries(part) for part in entries(state))
        for place, taken in self.seen[seen.observation].own:
            share = self.step
            if share is None:
                times = own_row(self.seat, counts, place)
                counts = with_row(self.seat, counts, place, tuple(n + (action == taken) for action, n in enumerate(times)))
                share = 1 / (times[taken] + 1)
            row = own_row(self.seat, estimates, place)
            moved = tuple(value + share * (seen.payoff - value) if action == taken else value for action, value in enumerate(row))
            estimates = with_row(self.seat, estimates, place, moved)
        return estimates, counts
