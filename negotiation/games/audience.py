"""An audience: it sees public moves, forms a belief about a player's private type, and payoffs depend on that belief.

What the audience believes after play follows from everybody's conduct by Bayes' rule, so such payoffs are numbers only
in an equilibrium (the games of Geanakoplos, Pearce and Stacchetti 1989 are of this kind). The ends of the tree therefore
hold ``UNSETTLED`` in place of payoffs: whoever reads them as numbers, not knowing of the audience, is refused instead of
being misled. ``watching.settled`` makes an ordinary game of it for given beliefs.

References
----------
Geanakoplos, Pearce and Stacchetti (1989), Games and Economic Behavior 1, 60-79.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NoReturn, Protocol, TypeAlias

from negotiation.errors import NotApplicableError
from negotiation.games.numbers import Number

__all__ = ["UNSETTLED", "AffinePayoff", "Audience", "BeliefPayoff", "Interval", "Posterior"]

#: The lowest and the highest value.
Interval: TypeAlias = tuple[Fraction, Fraction]


class BeliefPayoff(Protocol):
    """A payoff as a function of what the audience believes."""

    @property
    def corners(self) -> tuple[Fraction, ...] | None:
        """The payoff when the audience is certain of each type, if it is affine in the belief; None where it is not."""

    def at(self, belief: Sequence[Fraction]) -> Fraction:
        """Return the payoff when the audience gives each type this probability."""

    def bounds(self, low: Fraction, high: Fraction) -> tuple[Interval, Interval | None]:
        """Return bounds on the payoff and on its slope while the first of two types has a probability in [low, high].

        The slope is None where it may be unbounded, or the payoff may jump.
        """


@dataclass(frozen=True, slots=True)
class AffinePayoff:
    """A payoff that is affine in the belief (``corners``: at certainty of each type), or does not depend on it."""

    corners: tuple[Fraction, ...]

    @property
    def is_constant(self) -> bool:
        """Whether the belief does not matter."""
        return min(self.corners) == max(self.corners)

    def at(self, belief: Sequence[Fraction]) -> Fraction:
        """Return the payoff at a belief."""
        return sum((weight * corner for weight, corner in zip(belief, self.corners, strict=True)), Fraction(0))

    def bounds(self, low: Fraction, high: Fraction) -> tuple[Interval, Interval]:
        """Return exact bounds on the payoff and its slope while the first of two types has a probability in [low, high]."""
        first, second = self.corners
        ends = second + (first - second) * low, second + (first - second) * high
        return (min(ends), max(ends)), (first - second, first - second)


@dataclass(frozen=True, eq=False)
class Audience:
    """Who is watched, what there is to see, and payoffs as functions of the belief.

    Parameters
    ----------
    player : int
        The player whose type the audience wonders about.
    types : tuple of str
        His types, in the order of the chance move that draws them.
    observations : tuple of str
        What can have been seen when play is over.
    seen : tuple of int, one for each end in the order of ``game.ends``
        The observation there.
    drawn : tuple of int, one for each end
        The watched player's type there.
    payoffs : tuple of tuples of BeliefPayoff, one row for each end, one entry for each player
        The belief is the one that goes with the end's observation.
    """

    player: int
    types: tuple[str, ...]
    observations: tuple[str, ...]
    seen: tuple[int, ...]
    drawn: tuple[int, ...]
    payoffs: tuple[tuple[BeliefPayoff, ...], ...]


@dataclass(frozen=True, slots=True)
class Posterior:
    """What the audience believes after an observation.

    Parameters
    ----------
    observation : str
    probabilities : tuple of numbers, one for each type
    reached : bool
        Whether play gets there, so that the belief is Bayes' rule.
    ranges : tuple of (lowest, highest)
        The probabilities of the first type with which the rest of the equilibrium stays one: off the path usually an
        interval, on the path the one number.
    """

    observation: str
    probabilities: tuple[Number, ...]
    reached: bool
    ranges: tuple[tuple[Number, Number], ...] = ()


class _Unsettled(tuple[Fraction, ...]):
    """Payoffs that are not numbers yet: reading them is refused."""

    __slots__ = ()

    def __getitem__(self, index: object) -> NoReturn:
        """Refuse."""
        raise _refusal()

    def __iter__(self) -> NoReturn:
        """Refuse."""
        raise _refusal()

    def __len__(self) -> NoReturn:
        """Refuse."""
        raise _refusal()

    def __repr__(self) -> str:
        """Return what stands in place of the numbers."""
        return "UNSETTLED"

    def __reduce__(self) -> str:
        """Return the name under which copies and pickles find the one object again."""
        return "UNSETTLED"


def _refusal() -> NotApplicableError:
    return NotApplicableError(
        "payoffs of this game depend on what its audience believes, which only an equilibrium settles; solve it with the concept "
        "'sequential', or write the audience as a player who condones or condemns"
    )


#: In place of the payoffs of an end in a game with an audience.
UNSETTLED: Final[tuple[Fraction, ...]] = _Unsettled()
