"""Which play of one answer corresponds to which of another.

Plays with the same probability for every end of play correspond. What is left is paired with the nearest, the nearest
pairs first: by the distance of play, which is half the sum of the differences in the probabilities of how play ends (total
variation: 0 for the same play, 1 for nothing in common); where that does not decide, by the distance of behaviour, which is
the mean over the information sets that both have of the same distance between what is done there. A pair with nothing in
common in play, or a play without partner, means that a play vanishes or appears.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from negotiation.comparing.distance import variation
from negotiation.comparing.sides import Held, Play, Side, courses
from negotiation.games.numbers import Number
from negotiation.games.outcomes import SAME

__all__ = ["Correspondence", "How", "behaviour_distance", "correspondences", "play_distance"]

#: How two plays correspond, or that one of them has no partner.
How = Literal["same play", "nearest play", "nearest behaviour", "vanishes", "appears"]


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A play of the first side and one of the second, as numbers from 0 (None: no partner), and how far apart they are.

    ``play_distance`` and ``behaviour_distance`` lie in [0, 1]; the latter is None where no information set is shared.
    """

    first: int | None
    second: int | None
    how: How
    play_distance: Number | None = None
    behaviour_distance: Number | None = None

    @property
    def is_new_play(self) -> bool:
        """Whether the two have no course of play in common, so that one play vanishes, another appears, or both."""
        return self.how in ("nearest behaviour", "vanishes", "appears")


def correspondences(first: Side, second: Side) -> tuple[Correspondence, ...]:
    """Return each play of both sides once: pairs in the order of the first side's plays, then what appears."""
    pairs = sorted(
        (_pair(one, other, (here, there)) for here, one in enumerate(first.plays) for there, other in enumerate(second.plays)),
        key=_nearness,
    )
    left, right = set(range(len(first.plays))), set(range(len(second.plays)))
    found = []
    for pair in pairs:
        if pair.first in left and pair.second in right:
            found.append(pair)
            left.discard(pair.first)
            right.discard(pair.second)
    found += [Correspondence(number, None, "vanishes") for number in left]
    found.sort(key=lambda pair: -1 if pair.first is None else pair.first)
    return (*found, *(Correspondence(None, number, "appears") for number in sorted(right)))


def _nearness(pair: Correspondence) -> tuple[float, float]:
    apart = 1.0 if pair.behaviour_distance is None else float(pair.behaviour_distance)
    return float(pair.play_distance or 0), apart


def _pair(one: Play, other: Play, numbers: tuple[int, int]) -> Correspondence:
    apart = play_distance(one.members[0], other.members[0])
    how: How = "same play" if apart <= SAME else "nearest play" if apart < 1 else "nearest behaviour"
    return Correspondence(*numbers, how, apart, behaviour_distance(one.members[0], other.members[0]))


def play_distance(one: Held, other: Held) -> Number:
    """Return the total variation distance between how two equilibria end, from 0 to 1.

    Ends are told apart by all moves, private types included (these counted as equally likely); by the courses of play alone
    where one of the two is a stored result without its game.
    """
    if one.histories is None or other.histories is None:
        return variation(courses(one), courses(other))
    return variation(one.histories, other.histories)


def behaviour_distance(one: Held, other: Held) -> Number | None:
    """Return the mean total variation distance at the information sets that both have; None if there are none.

    Sets at which one of the two leaves open what is done are left out.
    """
    shared = [place for place in one.behaviour if place in other.behaviour and place not in one.free | other.free]
    if not shared:
        return None
    return sum((variation(one.behaviour[place], other.behaviour[place]) for place in shared), Fraction(0)) / len(shared)
