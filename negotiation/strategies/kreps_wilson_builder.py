"""Kreps-Wilson builder: acts upon refusals as often as a reputation for always acting is worth.

With some prior probability the challenger is of a type that always acts when refused. The ordinary type imitates it early
on, mixes later, and stands down at the end; targets, each concerned with one round only, give in as long as the
reputation is good enough for the rounds that are left. Seated as the challenger (who can act) the strategy plays the
ordinary type; seated as the target (who can accept) it plays the targets. After the number of rounds that it is made for it goes
on as in the last one.

References
----------
Kreps and Wilson (1982), Journal of Economic Theory 27(2), 253-279.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TypeAlias

from negotiation.errors import NotApplicableError, ParameterError
from negotiation.games.moves import actions_of, number_at, prefer, rivals_moves
from negotiation.games.numbers import exact
from negotiation.games.options import count_of, find_action, number_of
from negotiation.games.repeated import Observation, Strategy
from negotiation.games.seat import Seat, automaton, pure, visible_moves

__all__ = ["strategy"]

Behaviour: TypeAlias = Callable[[int, int], tuple[float, ...]]
Names: TypeAlias = dict[str, tuple[str, ...]]

#: Rounds left, and the probability that targets give the type that always acts.
Standing: TypeAlias = tuple[int, Fraction]


def strategy(
    seat: Seat,
    *,
    rounds: object,
    prior: object,
    beta: object,
    stake: object = None,
    demand: object = "ultimatum",
    refusal: object = "refuse",
    accept: object = "accept",
    act: object = "act",
) -> Strategy:
    """Return the strategy of the reputation game.

    Parameters
    ----------
    seat : Seat
    rounds : whole number, at least 1
        How many rounds there are.
    prior : number in (0, 1)
        The probability of the type that always acts when refused.
    beta : number in (0, 1)
        What giving in costs the target, as a share of what being acted against costs it.
    stake : number above 1
        What acceptance is worth to the ordinary challenger beyond standing down, over what acting costs him beyond
        standing down. Only targets need it.
    demand, refusal, accept, act : action or list of actions
        How the challenger demands and acts, and how the target refuses and accepts.

    Raises
    ------
    ParameterError
        If a number is outside its range or a name is not an action.
    NotApplicableError
        If the player can neither accept nor act in a round in which he has seen the refusal.
    """
    options = {"demand": demand, "refusal": refusal, "accept": accept, "act": act}
    names = {option: actions_of(seat, option, value) for option, value in options.items()}
    build = _standings(count_of("rounds", rounds), _open_share("prior", prior), _open_share("beta", beta))
    return _challenger(seat, build, names) if _acts(seat, names) else _target(seat, build, names, stake)


@dataclass(frozen=True, eq=False)
class Standings:
    """Every standing that can come about, the first one first."""

    rounds: int
    beta: Fraction
    order: tuple[Standing, ...]

    def acting(self, standing: Standing) -> Fraction:
        """Return how likely the ordinary type acts when refused."""
        left, reputation = standing
        enough = self.beta ** (left - 1)
        if left == 1 or reputation == 0:
            return Fraction(0)
        return Fraction(1) if reputation >= enough else (1 - enough) * reputation / ((1 - reputation) * enough)

    def accepting(self, standing: Standing, stake: Fraction) -> Fraction:
        """Return how likely a target accepts."""
        left, reputation = standing
        if reputation == self.beta**left and left < self.rounds:
            return 1 / stake
        return Fraction(int(reputation >= self.beta**left))

    def after(self, standing: Standing, *, refused: bool, acted: bool) -> Standing:
        """Return the standing after a round."""
        left, reputation = standing
        if refused:
            reputation = max(reputation, self.beta ** (left - 1)) if acted and reputation else Fraction(0)
        return max(1, left - 1), reputation


def _standings(rounds: int, prior: Fraction, beta: Fraction) -> Standings:
    empty = Standings(rounds, beta, ())
    found: dict[Standing, None] = {(rounds, prior): None}
    waiting = list(found)
    while waiting:
        here = waiting.pop()
        for refused, acted in ((False, False), (True, True), (True, False)):
            after = empty.after(here, refused=refused, acted=acted)
            if after not in found:
                found[after] = None
                waiting.append(after)
    return Standings(rounds, beta, tuple(found))


def _acts(seat: Seat, names: Names) -> bool:
    """Return whether the player can act, and does so knowing of a refusal in the same round."""
    places = [place for place in seat.places if number_at(seat, place, names["act"]) is not None]
    informed = [place for place in places if rivals_moves(seat, visible_moves(seat, place), names["refusal"])]
    accepts = any(number_at(seat, place, names["accept"]) is not None for place in seat.places)
    if not informed and not accepts and seat.places:
        accepting, acting = (" or ".join(names[what]) for what in ("accept", "act"))
        raise NotApplicableError(f"{seat.name} can neither {accepting}, nor {acting} once he has seen a refusal in the round")
    return bool(informed)


def _challenger(seat: Seat, build: Standings, names: Names) -> Strategy:
    def behave(state: int, place: int) -> tuple[float, ...]:
        number = number_at(seat, place, names["act"])
        if number is None or not rivals_moves(seat, visible_moves(seat, place), names["refusal"]):
            return prefer(seat, place, names["demand"], avoid=names["act"])
        chance = float(build.acting(build.order[state]))
        down = prefer(seat, place, avoid=names["act"])
        return tuple(chance * up + (1 - chance) * back for up, back in zip(pure(seat, place, number), down, strict=True))

    return _automaton(seat, build, names, behave)


def _target(seat: Seat, build: Standings, names: Names, stake: object) -> Strategy:
    if stake is None and seat.places:
        raise ParameterError("stake: targets need it, to know how often to accept where they are indifferent")
    ratio = exact(number_of("stake", 2 if stake is None else stake))
    if ratio <= 1:
        raise ParameterError(f"stake: must be above 1, got {float(ratio):g}")

    def behave(state: int, place: int) -> tuple[float, ...]:
        number = number_at(seat, place, names["accept"])
        if number is None:
            return prefer(seat, place)
        chance = float(build.accepting(build.order[state], ratio))
        other = prefer(seat, place, names["refusal"], avoid=names["accept"])
        return tuple(chance * yes + (1 - chance) * no for yes, no in zip(pure(seat, place, number), other, strict=True))

    return _automaton(seat, build, names, behave)


def _automaton(seat: Seat, build: Standings, names: Names, behave: Callable[[int, int], tuple[float, ...]]) -> Strategy:
    numbers = {standing: number for number, standing in enumerate(build.order)}

    @cache
    def shows(what: str, observation: Observation) -> bool:
        return any(find_action(names[what], (action,)) is not None for _, action in observation.moves)

    @cache
    def following(state: int, refused: bool, acted: bool) -> int:
        return numbers[build.after(build.order[state], refused=refused, acted=acted)]

    def update(state: int, observation: Observation) -> int:
        return following(state, shows("refusal", observation), shows("act", observation))

    return automaton(seat, behave, update, states=len(build.order))


def _open_share(option: str, value: object) -> Fraction:
    number = exact(number_of(option, value))
    if not 0 < number < 1:
        raise ParameterError(f"{option}: must lie in (0, 1), got {float(number):g}")
    return number
