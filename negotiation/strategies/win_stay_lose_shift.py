"""Win-stay lose-shift: keep the posture as long as it pays what was hoped for, else change it.

Also called Pavlov. The posture is kept after a round that paid at least the aspiration level and changed after any other;
a round in which the player had no choice of posture changes nothing. What counts as cooperative is explained in
`negotiation.games.postures`.

References
----------
Kraines and Kraines (1989), Theory and Decision 26, 47-79; Nowak and Sigmund (1993), Nature 364, 56-58.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from negotiation.errors import ParameterError
from negotiation.games.options import number_of
from negotiation.games.postures import Postures, postures
from negotiation.games.repeated import Automaton, Carried, Observation, Seen, Strategy, observations
from negotiation.games.seat import Seat, automaton

__all__ = ["strategy"]

OPENINGS = ("cooperative", "hard")


def strategy(
    seat: Seat, *, cooperative: object = None, hard: object = None, aspiration: object = None, opening: object = "cooperative"
) -> Strategy:
    """Return win-stay lose-shift.

    Parameters
    ----------
    seat : Seat
    cooperative, hard : list of actions
        Which actions are cooperative, or which are hard.
    aspiration : number, payoff unit
        What a round has to pay. The default is the middle between the player's smallest and largest payoff in the stage
        game; in the usual prisoner's dilemmas that is between punishment and reward.
    opening : "cooperative" or "hard"
        The posture in the first round.

    Raises
    ------
    ParameterError
        If an option is not one of these, or it cannot be told which actions are cooperative.
    """
    kinds = postures(seat, cooperative=cooperative, hard=hard)
    if opening not in OPENINGS:
        raise ParameterError(f"opening: must be cooperative or hard, got {opening!r}")
    payoffs = seat.stage.payoffs[:, seat.player]
    level = (float(payoffs.min()) + float(payoffs.max())) / 2 if aspiration is None else number_of("aspiration", aspiration)
    notes = kinds.notes if aspiration is not None else (*kinds.notes, f"a round is taken to go well if it pays at least {level:g}")
    shifting = WinStayLoseShift(kinds, level, opening == "hard", observations(seat.stage, seat.player).distinct, notes)
    return _table(shifting) or shifting


@dataclass(frozen=True, eq=False)
class WinStayLoseShift:
    """The rule where payoffs change from round to round; a state is whether the posture is hard."""

    kinds: Postures
    aspiration: float
    opens_hard: bool
    seen: tuple[Observation, ...]
    notes: tuple[str, ...]

    def start(self) -> Hashable:
        """Return the posture in the first round."""
        return self.opens_hard

    def behaviour(self, state: Hashable, place: int, carried: Carried) -> tuple[float, ...]:  # noqa: ARG002  # the protocol's signature
        """Return the behaviour of the posture."""
        return self.kinds.behaviour(place, 0.0 if state else 1.0)

    def update(self, state: Hashable, seen: Seen) -> Hashable:
        """Return the posture that was taken, or the other one if it did not pay."""
        observation = self.seen[seen.observation]
        if not any(self.kinds.is_choice(place) for place, _ in observation.own):
            return state
        taken = self.kinds.own_last(observation, otherwise=bool(state))
        return taken == (seen.payoff >= self.aspiration)


def _table(rule: WinStayLoseShift) -> Automaton | None:
    """Return the rule as an automaton where what the player observes tells whether the round paid, else None."""
    seat = rule.kinds.seat
    if seat.rules is not None:
        return None
    seen = observations(seat.stage, seat.player)
    paid = seat.stage.payoffs[:, seat.player].tolist()
    payoffs = [[paid[end] for end, other in enumerate(seen.of_end) if other == number] for number in range(len(seen.distinct))]
    if any(min(sums) < rule.aspiration <= max(sums) for sums in payoffs):
        return None
    order = (rule.opens_hard, not rule.opens_hard)
    paid_in = {observation: max(sums) for observation, sums in zip(seen.distinct, payoffs, strict=True)}

    def behave(state: int, place: int) -> tuple[float, ...]:
        return rule.behaviour(order[state], place, ())

    def update(state: int, observation: Observation) -> int:
        return order.index(bool(rule.update(order[state], Seen(seen.distinct.index(observation), paid_in[observation], ()))))

    return automaton(seat, behave, update, states=2, notes=rule.notes)
