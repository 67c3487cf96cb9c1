"""Spoiler: engages just often enough that a modest demand and an ultimatum are worth the same to the rival.

An engaged target leaves only a spoiled pretext. If it engaged always, the rival would be modest and it would brush off;
so it must be unpredictable, as in an inspection game. The probability depends on the rival's payoffs alone.

References
----------
Dresher (1962), RAND Memorandum RM-2972; Avenhaus, von Stengel and Zamir (2002), Handbook of Game Theory 3, chapter 51.
"""

from __future__ import annotations

from negotiation.errors import NotApplicableError
from negotiation.games.moves import number_at, own_actions_of, prefer
from negotiation.games.options import share_of
from negotiation.games.repeated import Strategy
from negotiation.games.seat import Seat, automaton, pure
from negotiation.games.two_by_two import TwoByTwo, two_by_two

__all__ = ["strategy"]


def strategy(seat: Seat, *, engage: object = "engage", probability: object = None) -> Strategy:
    """Return the strategy that spoils.

    Parameters
    ----------
    seat : Seat
    engage : action or list of actions
        How he engages; else he takes the first other action.
    probability : number in [0, 1]
        Of engaging. The default makes the rival indifferent, where the stage game is one of two players who move at the
        same time with two actions each.

    Raises
    ------
    ParameterError
        If a name is not an action, he can never engage, or the probability is none.
    NotApplicableError
        If no probability is given and the stage is not of that form, or best replies do not cycle in it.
    """
    names = own_actions_of(seat, "engage", engage)
    share = _indifferent(seat, names) if probability is None else share_of("probability", probability)

    def behave(_: int, place: int) -> tuple[float, ...]:
        number = number_at(seat, place, names)
        if number is None:
            return prefer(seat, place)
        others = prefer(seat, place, avoid=names)
        return tuple(share * on + (1 - share) * off for on, off in zip(pure(seat, place, number), others, strict=True))

    changing = probability is None and seat.rules is not None
    notes = ("engages as the first round's payoffs ask for, also where later payoffs differ",) if changing else ()
    if probability is None:
        notes = (f"engages with probability {share:.6g}, which makes the rival indifferent", *notes)
    return automaton(seat, behave, lambda state, _: state, notes=notes)


def _indifferent(seat: Seat, names: tuple[str, ...]) -> float:
    """Return the probability of engaging at which the rival's two actions are worth the same."""
    cells = two_by_two(seat)
    engaged = number_at(seat, seat.places[0], names) or 0
    # What the rival's first action gains him over his second, when he is met by engagement and when he is not.
    met, unmet = (cells.rival[own][0] - cells.rival[own][1] for own in (engaged, 1 - engaged))
    if not _cycles(cells) or met * unmet >= 0:
        raise NotApplicableError("best replies do not cycle in this stage game, so nothing has to be mixed; give the probability")
    return unmet / (unmet - met)


def _cycles(cells: TwoByTwo) -> bool:
    """Return whether nobody ever wants to stay where the other does: then both must mix."""
    own = [cells.own[0][column] - cells.own[1][column] for column in (0, 1)]
    rival = [cells.rival[row][0] - cells.rival[row][1] for row in (0, 1)]
    return own[0] * own[1] < 0 and rival[0] * rival[1] < 0 and own[0] * rival[0] < 0
