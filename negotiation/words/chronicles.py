"""One crisis as it happened, as a chronicle: who did what in each round, what came of it, and why it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from negotiation.games.chronicle import CHANCE_NAME, Chronicle, Round
from negotiation.games.record import HORIZON
from negotiation.games.repeated import Match
from negotiation.games.timed_chronicle import Happening, RoundEnd, ShockComes, TimedChronicle, TimedMove
from negotiation.words.sections import counted, listed, number, player_name

__all__ = ["chronicle_text", "timed_chronicle_text"]

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
    types = [(player, kind) for player, kind in zip(found.players, found.types, strict=True) if kind is not None]
    rounds = [line for entry in found.rounds for line in _round(entry, found, labels)]
    end = f"Ended after {counted(len(found.rounds), 'round')}: {_why(found, match)}"
    return "\n".join([*_head(match, types, labels, replication), *rounds, "", end, *_left(found)])


def timed_chronicle_text(found: TimedChronicle, match: Match, labels: Mapping[str, str], *, replication: int) -> str:
    """Return the chronicle of a replication with a clock, counted from 1: what happened when, and how it ended."""
    lines = _head(match, found.types, labels, replication)
    for time, happenings in groupby(found.happenings, key=lambda one: one.time):
        lines.append(f"After {number(time)} {found.unit}")
        lines += [f"  {_where(one.channel, labels)}{_told(one, labels)}" for one in happenings]
    ends = [f"{_where(channel, labels)}{how}." for channel, how in found.ends]
    return "\n".join([*lines, "", f"Over after {number(found.elapsed)} {found.unit}: {' '.join(ends)}"])


def _head(match: Match, types: Sequence[tuple[str, str]], labels: Mapping[str, str], replication: int) -> list[str]:
    head = f"{match.stage.title or 'A crisis'}: replication {replication} with seed {match.seed}"
    return [head, "", *(f"{player_name(labels, player)} is of type '{kind}'; only he knows." for player, kind in types)]


def _where(channel: str, labels: Mapping[str, str]) -> str:
    return f"[{player_name(labels, channel)}] " if channel else ""


def _told(one: Happening, labels: Mapping[str, str]) -> str:
    match one:
        case TimedMove(player=player, action=action, is_silence=is_silence):
            return f"{_mover(player, labels)}: {action}{' (by silence: the deadline has passed)' if is_silence else ''}"
        case RoundEnd(number=place, outcome=outcome, reading=reading, payoffs=payoffs):
            paid = listed([f"{player_name(labels, player)} {number(pay)}" for player, pay in payoffs])
            return f"→ {outcome}{'' if reading is None else f' [{reading}]'}; round {place} pays {paid}"
        case ShockComes(name=name, carried=carried):
            after = ", ".join(f"{quantity} {number(value)}" for quantity, value in carried)
            return f"Shock: {name}{f' (after it {after})' if after else ''}"


def _mover(player: str, labels: Mapping[str, str]) -> str:
    return CHANCE if player == CHANCE_NAME else player_name(labels, player)


def _round(entry: Round, found: Chronicle, labels: Mapping[str, str]) -> list[str]:
    """Return the lines of a round: its heading, its moves, and what came of it."""
    brought = _quantities(found.names, entry.carried)
    lines = [f"Round {entry.number}{f' (at its start {brought})' if brought else ''}"]
    lines += [f"  {_mover(move.player, labels)}: {move.action}" for move in entry.moves]
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
