"""The moves of a match with a clock as binary tests on draws: programs that stop after every move, for each takes its time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from negotiation.games.clock import Clock
from negotiation.games.draws import RoundDraws
from negotiation.games.programs import Draft, Programs, branches, longer
from negotiation.games.situations import CHANCE, Situation, Situations, StageTables
from negotiation.kernels.rounds import OVER, UNKNOWN

__all__ = ["MID_ROUND", "NO_MOVE", "MoveColumns", "MovePrograms"]

#: The end at a leaf after which the round goes on.
MID_ROUND = -1

#: The action at a leaf of a round in which nobody moves.
NO_MOVE = -1

#: Rows that columns have room for at first; they double when they are full.
FIRST_ROOM = 256

#: Where a draft of a single move begins; it ends at the number of an action, or ``NO_MOVE``.
_MOVE = -2


class MoveColumns(NamedTuple):
    """What is known of each leaf besides the tables: the move that has been chosen there.

    ``nodes`` and ``actions`` int32 (F,); ``silences`` int32 (F,): the leaf of what silence counts as at the node, the leaf
    itself where there is no deadline.
    """

    nodes: NDArray[np.int32]
    actions: NDArray[np.int32]
    silences: NDArray[np.int32]


class MovePrograms(Programs):
    """Programs of single moves: beyond a leaf in the middle of a round comes the next move, beyond its end the next situation.

    Parameters
    ----------
    stage : StageTables
    draws : RoundDraws
    situations : Situations
    clock : Clock
    """

    def __init__(self, stage: StageTables, draws: RoundDraws, situations: Situations, clock: Clock) -> None:
        self._deadlines = clock.deadlines
        self._columns = MoveColumns(*np.zeros((3, FIRST_ROOM), dtype=np.int32))
        super().__init__(stage, draws, situations)

    @property
    def columns(self) -> MoveColumns:
        """The moves at the leaves that have been written so far."""
        leaves, columns = len(self.tables.ends), self._columns
        return MoveColumns(columns.nodes[:leaves], columns.actions[:leaves], columns.silences[:leaves])

    def _write_round(self, here: Situation, start: int) -> int:
        """Write a program for every node that play can reach, the last moves first."""
        draft = Draft(self._tests, self._leaves)
        cursors: dict[int, int] = {}
        moves: list[tuple[int, int, int]] = []
        onward: list[int] = []
        for node, number in reversed(self._reachable(here, start)):
            first = len(draft.leaves)
            cursors[node] = self._write_move(draft, here, node, number)
            silence = self._silence(draft, node, first)
            for leaf in range(first, len(draft.leaves)):
                moves.append((node, draft.leaves[leaf], draft.first_leaf + (leaf if silence is None else silence)))
                onward.append(self._onward(self._below(node, draft.leaves[leaf]), cursors))
        below = [self._below(node, action) for node, action, _ in moves]
        ends = [MID_ROUND if self._stage.children[node] else self._stage.ends[node] for node in below]
        nothing = (0.0,) * self._players
        payoffs = [payoff for end in ends for payoff in (nothing if end == MID_ROUND else here.payoffs[end])]
        self._append(draft, ends, payoffs, onward)
        self._append_columns(draft.first_leaf, moves)
        self._owners += [(here, start)] * len(ends)
        return cursors[start]

    def _below(self, node: int, action: int) -> int:
        """Return the node after an action."""
        return node if action == NO_MOVE else self._stage.children[node][action]

    def _reachable(self, here: Situation, start: int) -> list[tuple[int, int]]:
        """Return the nodes at which there is a move (or, if there is none, the start), each with its draw's number, parents first."""
        found, waiting = [], [(start, self._draws.first_move)]
        while waiting:
            node, number = waiting.pop()
            below = self._stage.children[node]
            if below or node == start:
                found.append((node, number))
                waiting += [(below[action], number + 1) for action in self._possible(here, node) if action != NO_MOVE]
        return found

    def _chosen(self, here: Situation, node: int) -> list[tuple[int, int]]:
        """Return (limit, action) for each action that is chosen sometimes."""
        if not self._stage.children[node]:
            return [(0, NO_MOVE)]
        place = self._stage.places[node]
        return branches(self._stage.chances[node] if place == CHANCE else self.situations.limits(here, place))

    def _possible(self, here: Situation, node: int) -> list[int]:
        """Return the actions that can come about at a node: those that are chosen sometimes, and what silence counts as."""
        chosen = [action for _, action in self._chosen(here, node)]
        deadline = self._deadlines[node]
        return chosen if deadline is None or deadline.action in chosen else [*chosen, deadline.action]

    def _write_move(self, draft: Draft, here: Situation, node: int, number: int) -> int:
        """Write one move, with a leaf for each action that can come about, and return the cursor at which it starts."""
        first = len(draft.leaves)
        draft.write(_MOVE, number, lambda place: self._chosen(here, node) if place == _MOVE else [])
        draft.leaves += [action for action in self._possible(here, node) if action not in draft.leaves[first:]]
        return draft.entry

    def _silence(self, draft: Draft, node: int, first: int) -> int | None:
        """Return the leaf, counted from the draft's first, of what silence counts as at a node whose leaves start at ``first``."""
        deadline = self._deadlines[node]
        return None if deadline is None else draft.leaves.index(deadline.action, first)

    def _onward(self, below: int, cursors: dict[int, int]) -> int:
        """Return the cursor at a node to which a move has led."""
        if self._stage.children[below]:
            return cursors[below]
        return OVER if self._over[self._stage.ends[below]] else UNKNOWN

    def _append_columns(self, first: int, moves: list[tuple[int, int, int]]) -> None:
        stop, columns = first + len(moves), self._columns
        if stop > len(columns.nodes):
            room = max(stop, 2 * len(columns.nodes))
            columns = MoveColumns(longer(columns.nodes, room), longer(columns.actions, room), longer(columns.silences, room))
            self._columns = columns
        for column, values in zip(columns, zip(*moves, strict=True), strict=True):
            column[first:stop] = values
