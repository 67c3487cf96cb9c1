"""Postpone: repeat a refused demand a number of times, then act or withdraw.

What putting off costs is the scenario's business: for a bill that grows with each postponement let a state grow after the
outcome in which he postpones.

References
----------
Lukyanov (The Moscow Times, 20 December 2021) on demands that cannot be postponed without losing credibility; Fearon (1994),
American Political Science Review 88(3), 577-592, on costs that grow as a crisis goes on.
"""

from __future__ import annotations

from negotiation.errors import ParameterError
from negotiation.games.moves import actions_of, own_actions_of, prefer, rivals_moves, still_unanswered
from negotiation.games.options import count_of
from negotiation.games.repeated import Observation, Strategy
from negotiation.games.seat import Seat, automaton, visible_moves

__all__ = ["strategy"]


def strategy(
    seat: Seat,
    *,
    demand: object = "ultimatum",
    refusal: object = "refuse",
    postpone: object = "postpone",
    end: object = "act",
    times: object = 3,
) -> Strategy:
    """Return the strategy that postpones.

    Parameters
    ----------
    seat : Seat
    demand : action or list of actions
        How he makes his demand.
    refusal : action or list of actions
        The rivals' actions that count as refusals.
    postpone : action or list of actions
        How he puts the matter off.
    end : action or list of actions
        What he does in the end, ``act`` or ``withdraw``.
    times : whole number, at least 0
        How many refusals he puts off.

    Raises
    ------
    ParameterError
        If a name is not an action, or he can never take one of these actions.
    """
    demands, ends = own_actions_of(seat, "demand", demand), own_actions_of(seat, "end", end)
    delays, refusals = own_actions_of(seat, "postpone", postpone), actions_of(seat, "refusal", refusal)
    if set(ends) & set(delays):
        raise ParameterError(f"end: must differ from postpone, got {' and '.join(sorted(set(ends) & set(delays)))} for both")
    most = 0 if times == 0 and not isinstance(times, bool) else count_of("times", times)

    def behave(state: int, place: int) -> tuple[float, ...]:
        # Refusals so far, cut at one more than are put off, and whether the last of them waits for an answer.
        before, waiting = divmod(state, 2)
        now = rivals_moves(seat, visible_moves(seat, place), refusals)
        if before + now > most:
            return prefer(seat, place, ends, demands, avoid=delays)
        return prefer(seat, place, delays, demands, avoid=ends) if waiting or now else prefer(seat, place, demands, avoid=(*ends, *delays))

    def update(state: int, observation: Observation) -> int:
        before, waiting = divmod(state, 2)
        refused = rivals_moves(seat, observation.moves, refusals)
        pending = still_unanswered(seat, observation, refusals) > 0 or (waiting > 0 and not observation.own)
        return 2 * min(most + 1, before + refused) + pending

    return automaton(seat, behave, update, states=2 * (most + 2))
