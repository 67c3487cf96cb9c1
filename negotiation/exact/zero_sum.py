"""Games in which what one player gains the other loses: their value, exactly, by linear programming.

If the second player's payoffs are a constant less a positive multiple of the first's, each equilibrium gives the first
player the *value* of his matrix game, and any two equilibria can be exchanged strategy by strategy.

References
----------
von Neumann (1928), Mathematische Annalen 100, 295-320.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from negotiation.exact.matrix_game import matrix_game_value
from negotiation.games.certificate import MixedProfile
from negotiation.games.normal_form import NormalFormGame

__all__ = ["Opposition", "Value", "opposition", "zero_sum_value"]


@dataclass(frozen=True, slots=True)
class Opposition:
    """The second player's payoff is ``total - scale * first``; a zero-sum game has total 0 and scale 1."""

    total: Fraction
    scale: Fraction

    @property
    def name(self) -> str:
        """The usual name of such a game."""
        if self.scale != 1:
            return "zero-sum up to the unit and the zero of payoffs"
        return "constant-sum" if self.total else "zero-sum"


@dataclass(frozen=True, slots=True)
class Value:
    """What both players get in each equilibrium, payoff unit, and one pair of optimal strategies."""

    payoffs: tuple[Fraction, Fraction]
    profile: MixedProfile


def opposition(game: NormalFormGame) -> Opposition | None:
    """Return how a two-player game's payoffs oppose each other, None if they do not."""
    if len(game.players) != 2:
        return None
    first, second = (payoffs.reshape(-1) for payoffs in game.exact_payoffs)
    low, high = first.argmin(), first.argmax()
    span = first[high] - first[low]
    scale = (second[low] - second[high]) / span if span else Fraction(1)
    total = second[0] + scale * first[0]
    if scale <= 0 or any(two != total - scale * one for one, two in zip(first, second, strict=True)):
        return None
    return Opposition(total, scale)


def zero_sum_value(game: NormalFormGame, opposed: Opposition) -> Value:
    """Return the value of a game whose players' payoffs are opposed in the given way."""
    solved = matrix_game_value(game.exact_payoffs[0])
    return Value((solved.value, opposed.total - opposed.scale * solved.value), (solved.row, solved.column))
