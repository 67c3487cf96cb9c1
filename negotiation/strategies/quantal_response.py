"""Logit quantal response: better actions are likelier, errors that cost more are rarer.

At each information set an action worth ``u`` is taken with probability proportional to ``exp(precision * u)``, where
everybody is expected to go on in the same way: the agent quantal response equilibrium of the stage game. With perfect
information it follows by backward induction, from the payoffs as they are in the round; else the solver is asked, and
the behaviour is that of the first round's payoffs.

References
----------
McKelvey and Palfrey (1998), Experimental Economics 1, 9-41.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache

from negotiation.errors import NotApplicableError, ParameterError
from negotiation.games.extensive_form import Chance, Decision, End
from negotiation.games.options import number_of
from negotiation.games.repeated import Carried, Seen, Strategy
from negotiation.games.seat import Seat, automaton

__all__ = ["strategy"]

Rows = tuple[tuple[float, ...], ...]

#: How many rounds' behaviours are kept; one is wanted at each of its information sets in turn.
KEPT = 64


def strategy(seat: Seat, *, precision: object) -> Strategy:
    """Return the logit strategy.

    Parameters
    ----------
    seat : Seat
    precision : number, at least 0, one over payoff unit
        0 is pure chance; as it grows, play approaches an equilibrium.

    Raises
    ------
    ParameterError
        If the precision is not such a number.
    NotApplicableError
        If the stage has imperfect information and the solver finds no quantal response equilibrium.
    """
    sharpness = number_of("precision", precision)
    if sharpness < 0:
        raise ParameterError(f"precision: must be at least 0, got {sharpness:g}")
    if not seat.stage.has_perfect_information:
        return _solved(seat, sharpness)
    rows = lru_cache(maxsize=KEPT)(lambda carried: logit_behaviour(seat, sharpness, carried))
    if seat.rules is not None:
        return StageLogit(rows)
    return automaton(seat, lambda _, place: rows(())[place], lambda state, _: state)


@dataclass(frozen=True, eq=False)
class StageLogit:
    """Logit behaviour at the payoffs as they are in the round."""

    rows: Callable[[Carried], Rows]
    notes: tuple[str, ...] = ()

    def start(self) -> Hashable:
        """Return the only state."""
        return 0

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:  # noqa: ARG002  # the protocol's signature
        """Return the probability of each action at this round's payoffs."""
        return self.rows(carried)[place]

    def update(self, state: Hashable, seen: Seen) -> Hashable:  # noqa: ARG002  # the protocol's signature
        """Return the only state."""
        return state


def logit_behaviour(seat: Seat, precision: float, carried: Carried) -> Rows:
    """Return everybody's logit behaviour in a stage of perfect information, by backward induction."""
    stage = seat.stage
    payoffs = (stage.payoffs if seat.rules is None else seat.rules.payoffs(carried)).tolist()
    rows_of_ends = dict(zip(stage.ends, payoffs, strict=True))
    values: list[list[float]] = [[]] * len(stage.nodes)
    behaviour: list[tuple[float, ...]] = [()] * len(stage.information_sets)
    for number in range(len(stage.nodes) - 1, -1, -1):
        match stage.nodes[number]:
            case End():
                values[number] = rows_of_ends[number]
                continue
            case Chance(_, probabilities, children):
                weights = tuple(float(probability) for probability in probabilities)
            case Decision(place, children):
                player = stage.information_sets[place].player
                weights = behaviour[place] = logit([values[child][player] for child in children], precision)
        values[number] = [
            math.fsum(weight * values[child][player] for weight, child in zip(weights, children, strict=True))
            for player in range(len(stage.players))
        ]
    return tuple(behaviour)


def logit(values: list[float], precision: float) -> tuple[float, ...]:
    """Return probabilities proportional to ``exp(precision * value)``."""
    # Only differences matter; taken from the largest, no power overflows.
    best = max(values)
    powers = [math.exp(precision * (value - best)) for value in values]
    total = math.fsum(powers)
    return tuple(power / total for power in powers)


def _solved(seat: Seat, precision: float) -> Strategy:
    found = seat.solve(seat.start, "quantal_response", precision=precision).equilibria
    if not found or len(found[0].profile) != len(seat.stage.information_sets):
        raise NotApplicableError("no logit behaviour was found for this stage game, whose information is not perfect")
    rows = tuple(tuple(float(probability) for probability in row) for row in found[0].profile)
    notes = ("the quantal response equilibrium is that of the first round's payoffs",) if seat.rules is not None else ()
    return automaton(seat, lambda _, place: rows[place], lambda state, _: state, notes=notes)
