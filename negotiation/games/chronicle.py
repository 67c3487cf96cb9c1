"""The chronicle of one replication: what happened, round by round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from negotiation.games.extensive_form import Decision, End
from negotiation.games.readings import read_path
from negotiation.games.record import HORIZON
from negotiation.games.repeated import Carried, Match

__all__ = ["CHANCE_NAME", "Chronicle", "Move", "Round", "chronicle"]

#: Who makes a chance move.
CHANCE_NAME = "chance"


@dataclass(frozen=True, slots=True)
class Move:
    """One move: when (time since the start; without a clock a round takes one unit), who (``"chance"`` for chance moves) and what."""

    time: float
    player: str
    action: str


@dataclass(frozen=True, slots=True)
class Round:
    """One round as it happened: its moves, outcome, reading and payoffs, and what was carried into it."""

    number: int
    moves: tuple[Move, ...]
    outcome: str
    reading: str | None
    payoffs: tuple[float, ...]
    carried: Carried


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What happened in one replication, round by round, and how it ended.

    ``types`` has each player's private type (None for a player without types); ``carried`` is what was carried out of
    the last round.
    """

    players: tuple[str, ...]
    types: tuple[str | None, ...]
    names: tuple[str, ...]
    rounds: tuple[Round, ...]
    end: str
    carried: Carried

    def __str__(self) -> str:
        """Return the chronicle as lines of text."""
        drawn = [f"{player} is of type {kind}" for player, kind in zip(self.players, self.types, strict=True) if kind is not None]
        return "\n".join(
            [*drawn, *(_round_line(self, entry) for entry in self.rounds), f"ended after round {len(self.rounds)}: {self.end}"]
        )


def _round_line(chronicle: Chronicle, entry: Round) -> str:
    moves = ", ".join(f"{move.player}: {move.action}" for move in entry.moves)
    paid = ", ".join(f"{player} {payoff:.4g}" for player, payoff in zip(chronicle.players, entry.payoffs, strict=True))
    meaning = "" if entry.reading is None else f" ({entry.reading})"
    carried = "".join(f"; {name} {value:.4g}" for name, value in zip(chronicle.names, entry.carried, strict=True))
    return f"round {entry.number}: {moves} -> {entry.outcome}{meaning}; {paid}{carried}"


def chronicle(match: Match, *, types: Sequence[str | None], ends: Sequence[int]) -> Chronicle:
    """Return what happened in a replication, given the private types and the end of each round.

    Parameters
    ----------
    match : Match
    types : sequence of str or None, one for each player
    ends : sequence of int
        Places in ``match.stage.ends``.
    """
    rules = match.repetition.state
    carried: Carried = () if rules is None else rules.start
    rounds = []
    for number, end in enumerate(ends, start=1):
        payoffs = match.stage.payoffs if rules is None else rules.payoffs(carried)
        rounds.append(_round(match, number, end, tuple(payoffs[end].tolist()), carried))
        carried = carried if rules is None else rules.after(end, carried)
    is_over = match.ends_after[ends[-1]] or match.repetition.rounds == 1
    names = () if rules is None else rules.names
    return Chronicle(match.stage.players, tuple(types), names, tuple(rounds), rounds[-1].outcome if is_over else HORIZON, carried)


def _round(match: Match, number: int, end: int, payoffs: tuple[float, ...], carried: Carried) -> Round:
    stage = match.stage
    leaf = stage.ends[end]
    moves = []
    for node, action in stage.moves_to(leaf):
        if node not in stage.type_moves:
            mover = stage.nodes[node]
            who = stage.players[stage.information_sets[mover.information_set].player] if isinstance(mover, Decision) else CHANCE_NAME
            moves.append(Move(number - 1, who, stage.actions_at(node)[action]))
    last = stage.nodes[leaf]
    outcome = last.outcome if isinstance(last, End) else ""
    return Round(number, tuple(moves), outcome, read_path(stage.readings, stage.path_to(leaf)), payoffs, carried)
