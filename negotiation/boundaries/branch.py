"""A branch of a correspondence: one equilibrium followed while a parameter varies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from negotiation.boundaries.reasons import Change, Flip
from negotiation.exact.real_points import RealPoint
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.solution import Equilibrium, Game

__all__ = ["Branch", "BranchEnd", "columns_of", "quantities_of", "table_of"]


@dataclass(frozen=True, slots=True, eq=False)
class BranchEnd:
    """Where and how a branch ends, at its low or its high side.

    Branches meet where they have one limit, or limits that differ in one player's strategy: then what lies between is an equilibrium there.

    Parameters
    ----------
    at : RealPoint
    how : str
        ``"line"``: the line ends there. ``"goes over"``: the branches ``meets`` go on from the same equilibrium on the other side.
        ``"joins"``: it meets ``meets``, which pass through. ``"fold"``: it meets ``meets`` on its own side, and nothing goes on.
        ``"alone"``: none of these. ``"open"``: not known.
    meets : tuple of str
        The names of the branches that it meets there.
    changes : tuple of Change
    flips : tuple of Flip
        The inequalities that become equalities there, where they are known.
    bracket : pair of Fraction, optional
        Where the end was closed in by solving: it lies between these.
    """

    at: RealPoint
    how: str
    meets: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    flips: tuple[Flip, ...] = ()
    bracket: tuple[Fraction, Fraction] | None = None


@dataclass(frozen=True, eq=False)
class Branch:
    """One equilibrium while a parameter varies.

    Parameters
    ----------
    name : str
        The strategies that it uses, or its course of play.
    is_pure : bool
    readings : tuple of str
        What it is called along the branch.
    low, high : BranchEnd
    at : ndarray, shape (steps,)
        Values of the parameter; in their order along the branch, which need not be increasing for quantal response equilibria.
    quantities : mapping of name to ndarray, shape (steps,)
        ``payoff of PLAYER`` (payoff units), and probabilities: ``PLACE: ACTION`` (of a strategy or an action), ``reading NAME``.
    formulas : mapping of the same names to text
        Exact quotients in the parameter, where there is one for the whole branch.
    folds : tuple of int
        Steps at which the parameter turns round along the branch.
    """

    name: str
    is_pure: bool
    readings: tuple[str, ...]
    low: BranchEnd
    high: BranchEnd
    at: NDArray[np.float64]
    quantities: Mapping[str, NDArray[np.float64]]
    formulas: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    folds: tuple[int, ...] = ()


def columns_of(game: Game) -> tuple[tuple[str, ...], ...]:
    """Return what the probabilities of each row of a profile are called."""
    if isinstance(game, NormalFormGame):
        return tuple(tuple(f"{player}: {name}" for name in names) for player, names in zip(game.players, game.strategies, strict=True))
    return tuple(
        tuple(f"{game.players[place.player]}, {place.name}: {action}" for action in place.actions) for place in game.information_sets
    )


def table_of(rows: Sequence[Mapping[str, float]]) -> Mapping[str, NDArray[np.float64]]:
    """Return quantities at successive points as arrays; a reading that is missing has probability 0, anything else is not a number."""
    names = dict.fromkeys(name for row in rows for name in row)
    missing = {name: 0.0 if name.startswith("reading ") else np.nan for name in names}
    return {name: np.array([row.get(name, missing[name]) for row in rows]) for name in names}


def quantities_of(found: Equilibrium, players: tuple[str, ...], columns: tuple[tuple[str, ...], ...]) -> dict[str, float]:
    """Return the quantities of an equilibrium; ``columns`` names the actions of each row of its profile."""
    payoffs = {f"payoff of {player}": float(payoff) for player, payoff in zip(players, found.payoffs, strict=True)}
    readings = {f"reading {name}": float(probability) for name, probability in found.readings.items()}
    rows = {
        name: float(probability)
        for number, (names, row) in enumerate(zip(columns, found.profile, strict=True))
        for name, probability in zip(names, row, strict=True)
        if number not in found.free
    }
    return payoffs | readings | rows
