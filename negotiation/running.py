"""A match is run by the engine that was named, or by the fastest one that takes it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from negotiation import lookup
from negotiation.errors import NotApplicableError
from negotiation.games.repeated import Match

if TYPE_CHECKING:
    from negotiation.games.distribution import Distribution
    from negotiation.games.record import Record

__all__ = ["AUTO", "run", "simulate"]

#: The name that stands for the fastest engine.
AUTO = "auto"

#: Rounds that a match may have, over all replications, from which on the compiled engine is worth loading: about a second of
#: ``events``.
MANY_ROUNDS = 100_000


def run(match: Match, engine: str, *, progress: Callable[[int, int], None] | None = None) -> Record | Distribution:
    """Return what a match comes to; a distribution from the engine ``exact``, a record from all others and from ``AUTO``.

    Parameters
    ----------
    match : Match
    engine : str
        A member of the family of engines, or ``AUTO`` for what ``simulate`` does.
    progress : callable, optional
        Told now and then how much is done, of how much.

    Raises
    ------
    UnknownNameError
        If there is no engine of that name.
    NotApplicableError
        If the engine does not take this match.
    """
    if engine == AUTO:
        return simulate(match, progress=progress)
    result: Record | Distribution = lookup.engine(engine).run(match, progress=progress)
    return result


def simulate(match: Match, *, progress: Callable[[int, int], None] | None = None, keep: bool = False) -> Record:
    """Return the record of a match by the fastest engine.

    That is ``batch`` if it takes the match and the match is long enough for it to pay, else ``events``, which takes every
    match. Both play the same trajectories, so this changes nothing but how long it takes. A note says if it was ``batch``, or
    why it was not. With ``keep`` the record also holds the end of every round.

    Raises
    ------
    GameError
        If a strategy's probabilities are not a distribution.
    """
    if _most_rounds(match) < MANY_ROUNDS:
        few: Record = lookup.engine("events").run(match, progress=progress, keep=keep)
        return few
    try:
        record: Record = lookup.engine("batch").run(match, progress=progress, keep=keep)
        said = "played by the engine batch, which plays as events does, only faster"
    except NotApplicableError as refusal:
        record = lookup.engine("events").run(match, progress=progress, keep=keep)
        said = f"played by the engine events, because {refusal}"
    return replace(record, notes=(*record.notes, said))


def _most_rounds(match: Match) -> float:
    """Return how many rounds all replications may have: the largest number, or what chance leaves of it on average."""
    repetition = match.repetition
    by_chance = math.inf if repetition.continuation is None else 1 / (1 - repetition.continuation)
    return match.replications * min(by_chance, math.inf if repetition.rounds is None else repetition.rounds)
