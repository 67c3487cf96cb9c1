"""One crisis as it happened, as a chronicle: who did what in each round, what came of it, and why it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from negotiation.games.chronicle import CHANCE_NAME, Chronicle, Round
from negotiation.games.record import HORIZON
from negotiation.games.repeated import Match
from negotiation.words.sections import counted, listed, number, player_name

__all__ = ["chronicle_text"]

#: What a player is called who is nobody.
CHANCE = "Chance"


def chronicle_text(found: Chronicle, match: Match, labels: Mapping[str, str], *, replication: int) -> str:
    """Return the chronicle of a replication, counted from 1, as text for people.

    Parameters
    ----------
    found : Chronicle
    match : Match
    labels : mapping of player to what people call him
    replication : int
    """
    head = f"{match.stage.title or 'A crisis'}: replication {replication} with seed {match.seed}"
    types = [
        f"{player_name(labels, player)} is of type '{kind}'; only he knows."
        for player, kind in zip(found.players, found.types, strict=True)
        if kind is not None
    ]
    rounds = [line for entry in found.rounds for line in _round(entry, found, labels)]
    return "\n".join(
        [head, "", *types, *rounds, "", f"Ended after {counted(len(found.rounds), 'round')}: {_why(found, match)}", *_left(found)]
    )


def _round(entry: Round, found: Chronicle, labels: Mapping[str, str]) -> list[str]:
    """Return the lines of a round: its heading, its moves, and what came of it."""
    brought = _quantities(found.names, entry.carried)
    lines = [f"Round {entry.number}{f' (at its start {brought})' if brought else ''}"]
    lines += [f"  {CHANCE if move.player == CHANCE_NAME else player_name(labels, move.player)}: {move.action}" for move in entry.moves]
    paid = listed([f"{player_name(labels, player)} {number(pay)}" for player, pay in zip(found.players, entry.payoffs, strict=True)])
    meaning = "" if entry.reading is None else f" [{entry.reading}]"
    return [*lines, f"  → {entry.outcome}{meaning}; the round pays {paid}"]


def _quantities(names: Sequence[str], values: Sequence[float]) -> str:
    return ", ".join(f"{name} {number(value)}" for name, value in zip(names, values, strict=True))


def _why(found: Chronicle, match: Match) -> str:
    """Return why no further round followed."""
    repetition = match.repetition
    if found.end != HORIZON:
        return f"'{found.end}'" + ("; the game is played once." if repetition.rounds == 1 else " ends the crisis.")
    if len(found.rounds) == repetition.rounds:
        return f"that was the last of {counted(repetition.rounds, 'round')}, and nothing had ended the crisis before."
    return (
        f"chance let no other round follow (after each round another one follows with probability {number(repetition.continuation or 0)})."
    )


def _left(found: Chronicle) -> list[str]:
    left = _quantities(found.names, found.carried)
    return [f"At the end: {left}."] if left else []
