"""Bayesian best responder: learns from what the rival does which of two types he is, and replies to that belief.

A committed rival gives the signal with one probability whenever he can, an ordinary one with another. Each chance that he
had, taken or not, moves the belief by Bayes' rule: quiet rounds wear away the credibility of a threat. The reply is the best
one in the round (he does not look beyond it) if rivals of either type behave so; or he concedes exactly while his belief
in commitment is at least the threshold.

References
----------
Harsanyi (1967), Management Science 14(3), 159-182; Jordan (1991), Games and Economic Behavior 3(1), 60-81.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from negotiation.errors import ParameterError
from negotiation.exact.best_reply import best_reply, reach_of_others
from negotiation.games.extensive_form import Decision
from negotiation.games.moves import actions_of, number_at, own_actions_of, prefer
from negotiation.games.options import find_action, share_of
from negotiation.games.repeated import Carried, Seen, Strategy, observations
from negotiation.games.seat import Seat, pure

__all__ = ["strategy"]


def strategy(
    seat: Seat,
    *,
    prior: object,
    committed: object,
    ordinary: object,
    signal: object = "act",
    threshold: object = None,
    concede: object = "accept",
) -> Strategy:
    """Return the strategy that best-replies to its belief.

    Parameters
    ----------
    seat : Seat
    prior : number in [0, 1]
        The probability, before the first round, that the rival is committed.
    committed, ordinary : number in [0, 1]
        The probability with which a rival of this type gives the signal when he can; he takes his other actions alike.
    signal : action or list of actions
        What committed rivals do more often, or less.
    threshold : number in [0, 1]
        The belief from which on he concedes; if not given he takes the best reply in the stage game.
    concede : action or list of actions
        How he concedes; used with a threshold only.

    Raises
    ------
    ParameterError
        If a number is no probability, a name is not an action, or with a threshold he can never concede.
    """
    rates = share_of("committed", committed), share_of("ordinary", ordinary)
    signals = actions_of(seat, "signal", signal)
    belief = Belief(share_of("prior", prior), rates)
    heard = _heard(seat, signals)
    if threshold is not None:
        level, names = share_of("threshold", threshold), own_actions_of(seat, "concede", concede)
        return ThresholdResponder(seat, belief, heard, level, names)
    reaches = tuple(reach_of_others(seat.stage, seat.player, _rows(seat, signals, rate).__getitem__) for rate in rates)
    return BestResponder(seat, belief, heard, reaches)


@dataclass(frozen=True, slots=True)
class Belief:
    """The belief in commitment after so many signals and chances left unused."""

    prior: float
    rates: tuple[float, float]

    def after(self, signals: int, quiet: int) -> float:
        """Return the posterior probability of the committed type; the prior where neither type could have done that."""
        weights = [
            _log(prior) + (signals * _log(rate) if signals else 0.0) + (quiet * _log(1 - rate) if quiet else 0.0)
            for prior, rate in zip((self.prior, 1 - self.prior), self.rates, strict=True)
        ]
        largest = max(weights)
        if largest == -math.inf:
            return self.prior
        shares = [math.exp(weight - largest) for weight in weights]
        return shares[0] / sum(shares)


def _log(share: float) -> float:
    return math.log(share) if share > 0 else -math.inf


@dataclass(frozen=True, eq=False)
class Responder:
    """What both ways to reply share; the state is the number of signals and of chances left unused."""

    seat: Seat
    belief: Belief
    heard: tuple[tuple[int, int], ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Nothing that a reader has to know."""
        return ()

    def start(self) -> Hashable:
        """Return the state in which nothing was heard."""
        return 0, 0

    def update(self, state: Hashable, seen: Seen) -> Hashable:
        """Return the state after a round."""
        signals, quiet = self.heard[seen.observation]
        before = _counts(state)
        return before[0] + signals, before[1] + quiet


@dataclass(frozen=True, eq=False)
class ThresholdResponder(Responder):
    """Concedes while the belief in commitment is at least the threshold."""

    threshold: float
    concede: tuple[str, ...]

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:  # noqa: ARG002  # the protocol's signature
        """Return the reply to the belief."""
        if self.belief.after(*_counts(state)) >= self.threshold:
            return prefer(self.seat, place, self.concede)
        return prefer(self.seat, place, avoid=self.concede)


@dataclass(frozen=True, eq=False)
class BestResponder(Responder):
    """Takes the best reply in the stage game; ``reaches`` says for each type where rivals of that type go."""

    reaches: tuple[list[float], ...]

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:
        """Return the reply to the belief."""
        belief, stage = self.belief.after(*_counts(state)), self.seat.stage
        payoffs = stage.payoffs if self.seat.rules is None else self.seat.rules.payoffs(carried)
        reach = [belief * one + (1 - belief) * other for one, other in zip(*self.reaches, strict=True)]
        return pure(self.seat, place, best_reply(stage, self.seat.player, reach, payoffs[:, self.seat.player].tolist())[place])


def _counts(state: Hashable) -> tuple[int, int]:
    match state:
        case (int(signals), int(quiet)):
            return signals, quiet
    raise ParameterError(f"a state of this strategy is a pair of counts, got {state!r}")


def _heard(seat: Seat, signals: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Return for each observation how many signals rivals gave, and how many chances to do so they left unused."""
    found: dict[int, tuple[int, int]] = {}
    stage = seat.stage
    for end, number in zip(stage.ends, observations(stage, seat.player).of_end, strict=True):
        given = [
            find_action(signals, (stage.actions_at(node)[action],)) is not None
            for node, action in stage.moves_to(end)
            if _may_signal(seat, node, signals)
        ]
        found.setdefault(number, (sum(given), len(given) - sum(given)))
    return tuple(found[number] for number in range(len(found)))


def _may_signal(seat: Seat, number: int, signals: tuple[str, ...]) -> bool:
    node = seat.stage.nodes[number]
    if not isinstance(node, Decision) or seat.stage.information_sets[node.information_set].player == seat.player:
        return False
    return number_at(seat, node.information_set, signals) is not None


def _rows(seat: Seat, signals: tuple[str, ...], rate: float) -> Mapping[int, tuple[float, ...]]:
    """Return what a rival of a type does at each information set: the first signal at its rate, all else alike."""
    rows = {}
    for number, place in enumerate(seat.stage.information_sets):
        signal, count = find_action(signals, place.actions), len(place.actions)
        share = 1 / count if signal is None else (1 - rate) / (count - 1) if count > 1 else 1.0
        rows[number] = tuple(rate if action == signal and count > 1 else share for action in range(count))
    return rows
