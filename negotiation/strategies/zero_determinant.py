"""Zero-determinant: forces a linear relation between both sides' average payoffs, whatever the rival does.

In the long run ``own - baseline = factor * (rival - baseline)``. With a factor above 1 and the punishment payoff as
baseline it is an extortioner; with the reward as baseline it is generous (Stewart and Plotkin 2013). ``phi`` sets how strongly it answers
and changes the relation in no way. The relation holds for undiscounted averages over many rounds.

References
----------
Press and Dyson (2012), PNAS 109(26), 10409-10413; Stewart and Plotkin (2013), PNAS 110(38), 15348-15353.
"""

from __future__ import annotations

from negotiation.errors import NotApplicableError, ParameterError
from negotiation.games.memory import memory_one
from negotiation.games.options import number_of, share_of
from negotiation.games.postures import Postures, postures
from negotiation.games.repeated import Strategy
from negotiation.games.seat import Seat
from negotiation.games.two_by_two import two_by_two

__all__ = ["strategy"]

#: A probability may leave [0, 1] by so much: the rounding of the few operations that lead to it.
ROUNDING = 1e-12


def strategy(
    seat: Seat, *, factor: object, baseline: object = None, phi: object = None, opening: object = 1, cooperative: object = None
) -> Strategy:
    """Return the zero-determinant strategy.

    Parameters
    ----------
    seat : Seat
    factor : number
        How much more than the rival the player gets, above the baseline: the extortion factor.
    baseline : number, or two numbers (the player's and the rival's), payoff unit
        The default is what both get if both are hard.
    phi : number above 0, one over payoff unit
        The default is half of the largest that is feasible.
    opening : number in [0, 1]
        The probability of cooperating in the first round.
    cooperative : list of actions
        Which actions are cooperative.

    Raises
    ------
    ParameterError
        If an option is not one of these, or no phi, or not the one given, makes four probabilities.
    NotApplicableError
        If the stage is not one of two players who move at the same time with two actions each, one cooperative and one
        hard, or its payoffs change from round to round.
    """
    kinds = postures(seat, cooperative=cooperative)
    own, rival = _payoffs(kinds)
    slope, lows = number_of("factor", factor), _baseline(baseline, own, rival)
    # Press and Dyson's equation 8: each entry is this far, in multiples of phi, from repeating the own move.
    steps = [(x - lows[0]) - slope * (y - lows[1]) for x, y in zip(own, rival, strict=True)]
    largest = _largest(steps)
    strength = largest / 2 if phi is None else number_of("phi", phi)
    if not 0 < strength <= largest * (1 + ROUNDING):
        bound = f"phi must lie in (0, {largest:.6g}]" if largest > 0 else "no phi is feasible"
        raise ParameterError(f"phi: with factor {slope:g} and baseline {lows[0]:g}, {lows[1]:g} {bound}, got {strength:g}")
    vector = [min(1.0, max(0.0, base + strength * step)) for base, step in zip((1, 1, 0, 0), steps, strict=True)]
    shown = ", ".join(f"{probability:.6g}" for probability in vector)
    note = f"cooperates with probability {shown} after CC, CD, DC and DD (own move first)"
    return memory_one(kinds, vector, share_of("opening", opening), (*kinds.notes, note))


def _payoffs(kinds: Postures) -> tuple[list[float], list[float]]:
    """Return both sides' payoffs in the cells CC, CD, DC and DD."""
    seat = kinds.seat
    if seat.rules is not None:
        raise NotApplicableError("payoffs change from round to round, and the relation holds for constant payoffs only")
    cells = two_by_two(seat)
    rows, columns = ([action in kinds.hard for action in actions] for actions in (cells.own_actions, cells.rival_actions))
    if len(set(rows)) < 2 or len(set(columns)) < 2:
        raise NotApplicableError("it needs a cooperative and a hard action on both sides")
    order = [(rows.index(own), columns.index(other)) for own in (False, True) for other in (False, True)]
    return [cells.own[i][j] for i, j in order], [cells.rival[i][j] for i, j in order]


def _baseline(value: object, own: list[float], rival: list[float]) -> tuple[float, float]:
    if value is None:
        return own[3], rival[3]
    if isinstance(value, (list, tuple)):
        if len(value) != 2:
            raise ParameterError(f"baseline: expected a number or two (the player's and the rival's), got {value!r}")
        return number_of("baseline", value[0]), number_of("baseline", value[1])
    return (number_of("baseline", value),) * 2


def _largest(steps: list[float]) -> float:
    """Return the largest phi that makes four probabilities, 0 if there is none: after C steps lead down, after D up, by at most 1."""
    signed = [-steps[0], -steps[1], steps[2], steps[3]]
    if min(signed) < -ROUNDING * max(map(abs, signed)):
        return 0.0
    return 1 / max(signed) if max(signed) > 0 else 0.0
