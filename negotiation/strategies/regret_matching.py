"""Regret matching: changes to an action with a probability in proportion to how much better it would have been.

At each information set he repeats his last action or changes to another in proportion to the regret: how much more he
would have got, per round, had he taken the other one each time that he took this one. If all do so, what is played approaches
the correlated equilibria. Where a round does not tell him what his other actions would have paid, as in most trees, the
regrets are estimated from what he got (Hart and Mas-Colell 2001), and he tries any action now and then.

References
----------
Hart and Mas-Colell (2000), Econometrica 68(5), 1127-1150; Hart and Mas-Colell (2001), in Debreu, Neuefeind and Trockel (eds.),
Economics Essays, 181-200.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from negotiation.errors import GameError, ParameterError
from negotiation.games.foregone import foregone_ends
from negotiation.games.options import number_of, share_of
from negotiation.games.repeated import Carried, Observation, Seen, Strategy, observations
from negotiation.games.seat import Seat

__all__ = ["strategy"]

#: How often an information set was reached, the last action (-1 for none), and the regrets of each pair of actions, row by row.
Memory: TypeAlias = tuple[int, int, tuple[float, ...]]


def strategy(seat: Seat, *, inertia: object = None, exploration: object = 0.05) -> Strategy:
    """Return regret matching.

    Parameters
    ----------
    seat : Seat
    inertia : number above 0, payoff unit
        By what regrets are divided to become probabilities; the larger, the longer he stays with an action. The default is
        twice the span of the player's payoffs, times the number of other actions, so that staying has at least half.
    exploration : number in (0, 1)
        The probability of taking any action, each alike, where regrets have to be estimated.

    Raises
    ------
    ParameterError
        If an option is not such a number.
    """
    payoffs = seat.stage.payoffs[:, seat.player]
    span = float(payoffs.max() - payoffs.min())
    slow = (2 * span if span > 0 else 1.0) if inertia is None else number_of("inertia", inertia)
    tries = share_of("exploration", exploration)
    if slow <= 0 or not 0 < tries < 1:
        raise ParameterError(f"inertia must be above 0 and exploration in (0, 1), got {slow:g} and {tries:g}")
    middle = float(payoffs.min() + payoffs.max()) / 2
    seen = observations(seat.stage, seat.player).distinct
    return RegretMatching(seat, seen, foregone_ends(seat), slow, inertia is None, tries, middle)


@dataclass(frozen=True, eq=False)
class RegretMatching:
    """The learner; its state has a memory for each of the player's information sets."""

    seat: Seat
    seen: tuple[Observation, ...]
    foregone: Mapping[tuple[int, int], tuple[int, ...]]
    inertia: float
    by_actions: bool
    exploration: float
    middle: float
    notes: tuple[str, ...] = ()

    def start(self) -> Hashable:
        """Return the state without regrets."""
        sizes = [len(self.seat.stage.information_sets[place].actions) for place in self.seat.places]
        return tuple((0, -1, (0.0,) * size**2) for size in sizes)

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:  # noqa: ARG002  # the protocol's signature
        """Return the probability of each action, given the last one and the regrets."""
        return self._row(_memories(state)[self.seat.places.index(place)], place)

    def update(self, state: Hashable, seen: Seen) -> Hashable:
        """Return the regrets after a round."""
        found = list(_memories(state))
        for place, taken in self.seen[seen.observation].own:
            number = self.seat.places.index(place)
            found[number] = self._after(found[number], place, taken, seen)
        return tuple(found)

    def _row(self, memory: Memory, place: int) -> tuple[float, ...]:
        times, last, sums = memory
        size = len(self.seat.stage.information_sets[place].actions)
        if last < 0 or size == 1:
            return (1 / size,) * size
        scale = times * self.inertia * (size - 1 if self.by_actions else 1)
        row = [min(1 / (size - 1), max(0.0, regret) / scale) for regret in sums[last * size : (last + 1) * size]]
        row[last] = 0.0
        row[last] = 1 - sum(row)
        if self._is_told(place):
            return tuple(row)
        return tuple((1 - self.exploration) * share + self.exploration / size for share in row)

    def _after(self, memory: Memory, place: int, taken: int, seen: Seen) -> Memory:
        times, _, sums = memory
        size = len(self.seat.stage.information_sets[place].actions)
        added = list(sums)
        if self._is_told(place):
            payoffs = self.seat.stage.payoffs if self.seat.rules is None else self.seat.rules.payoffs(seen.carried)
            for other, end in enumerate(self.foregone[seen.observation, place]):
                added[taken * size + other] += float(payoffs[end, self.seat.player]) - seen.payoff
        else:
            row, paid = self._row(memory, place), seen.payoff - self.middle
            for other in range(size):
                if other != taken:
                    added[taken * size + other] -= paid
                    added[other * size + taken] += paid * row[other] / row[taken]
        return times + 1, taken, tuple(added)

    def _is_told(self, place: int) -> bool:
        """Return whether every round that comes to an information set tells what each action there would have paid."""
        return all((number, place) in self.foregone for number, one in enumerate(self.seen) if any(at == place for at, _ in one.own))


def _memories(state: Hashable) -> tuple[Memory, ...]:
    if not isinstance(state, tuple):
        raise GameError(f"the state of a learner has a memory for each information set, got {state!r}")
    return state
