"""A match with a clock laid out for playing, and one replication of it while it is played."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negotiation.clockwork.delays import Delays
from negotiation.clockwork.telling import Story
from negotiation.errors import NegotiationError, SolverError
from negotiation.games.clock import Clock
from negotiation.games.course import NOT_STOPPED, Course
from negotiation.games.draws import STRIDE, RoundDraws, consecutive_draws, round_draws, rows_of_draws
from negotiation.games.extensive_form import End
from negotiation.games.repeated import Channel, Match
from negotiation.games.situations import Situation, Situations, StageTables, choose, stage_tables
from negotiation.kernels.philox import DELAYS, MOVES, TYPES, key_of_seed

__all__ = ["Board", "Crisis", "Desk", "Line", "begin", "lay_out"]


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """A channel laid out: ``columns`` are the places of its players among those of the whole match."""

    name: str
    match: Match
    clock: Clock
    tables: StageTables
    situations: Situations
    over: tuple[bool, ...]
    outcomes: tuple[str, ...]
    draws: RoundDraws
    columns: tuple[int, ...]
    rank: int
    own_draws: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """A match laid out: its channels, one without a name where it has none."""

    match: Match
    clock: Clock
    desks: tuple[Desk, ...]
    key: NDArray[np.uint64]


@dataclass(slots=True)
class Line:
    """A channel while it is played: where it stands, and what a payoff of its present round is worth."""

    desk: Desk
    course: Course
    here: Situation
    weights: list[float]
    ended_at: int
    moves: Iterator[list[float]]
    delays: Delays


@dataclass(slots=True)
class Crisis:
    """A replication while it is played; ``story`` is None unless somebody wants to be told."""

    board: Board
    replication: int
    lines: list[Line]
    story: Story | None
    stopped: int = NOT_STOPPED
    is_over: bool = False
    error: NegotiationError | None = None

    @property
    def open_lines(self) -> list[Line]:
        """The channels that are not over."""
        return [line for line in self.lines if not line.course.is_over]


def lay_out(match: Match, clock: Clock) -> Board:
    """Return a match laid out for playing."""
    key = np.array(key_of_seed(match.seed), dtype=np.uint64)
    if not match.channels:
        players = tuple(range(len(match.players)))
        return Board(match, clock, (_desk("", match, clock, players, 0, frozenset()),), key)
    desks = tuple(_channel_desk(match, channel, rank) for rank, channel in enumerate(match.channels))
    return Board(match, clock, desks, key)


def _channel_desk(match: Match, channel: Channel, rank: int) -> Desk:
    clock = channel.match.repetition.clock
    if clock is None:
        raise SolverError(f"the channel {channel.name!r} has no clock")
    columns = tuple(match.players.index(name) for name in channel.match.stage.players)
    return _desk(channel.name, channel.match, clock, columns, rank, channel.own_draws)


def _desk(name: str, match: Match, clock: Clock, columns: tuple[int, ...], rank: int, own_draws: frozenset[int]) -> Desk:
    tables = stage_tables(match.stage)
    ends = [match.stage.nodes[number] for number in match.stage.ends]
    outcomes = tuple(end.outcome if isinstance(end, End) else "" for end in ends)
    draws = round_draws(match, tables.depth)
    return Desk(name, match, clock, tables, Situations(match), match.ends_after, outcomes, draws, columns, rank, own_draws)


def begin(board: Board, replication: int, *, keep: bool, story: Story | None = None) -> Crisis:
    """Return a replication at its beginning, with private types drawn."""
    return Crisis(board, replication, [_line(board, desk, replication, keep=keep) for desk in board.desks], story)


def _line(board: Board, desk: Desk, replication: int, *, keep: bool) -> Line:
    start = _draw_types(board, desk, replication)
    course = Course(replication, start, [0.0] * len(desk.columns), [] if keep else None)
    family = STRIDE * desk.rank
    moves = rows_of_draws(board.key, replication, MOVES + family, desk.draws.width)
    delays = Delays(desk.clock, board.key, replication, DELAYS + family, 1 + desk.tables.depth)
    return Line(desk, course, desk.situations.start(start), [1.0] * len(desk.columns), 0, moves, delays)


def _draw_types(board: Board, desk: Desk, replication: int) -> int:
    """Return the node at which a channel's rounds start, once the private types are drawn."""
    tables, node = desk.tables, 0
    if not tables.type_moves:
        return node
    shared = consecutive_draws(board.key, replication, TYPES, 0, tables.type_moves)
    own = consecutive_draws(board.key, replication, TYPES + STRIDE * desk.rank, 0, tables.type_moves)
    for number in range(tables.type_moves):
        if node in tables.starts:
            break
        uniform = own[number] if number in desk.own_draws else shared[number]
        node = tables.children[node][choose(tables.chances[node], uniform)]
    return node
