"""The rounds of a match as binary tests on draws, in the tables that the compiled kernel plays from.

The *program* of a situation is the part of the stage tree that can be reached in it with positive probability. A random move
with n possible actions becomes n - 1 tests of one draw, a binary search for the action; a move that is certain becomes
nothing. A *cursor* is a number: a test's from 0 on, or the complement of a *leaf*'s, where the round is over. After a leaf
comes the program of the next situation, which is not written before somebody asks for it.

All numbers come from the same `Situations` as those of every other engine, so they are the same to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from negotiation.games.draws import RoundDraws
from negotiation.games.repeated import Match
from negotiation.games.situations import CHANCE, Situation, Situations, StageTables
from negotiation.kernels.philox import UNIT_BITS, key_of_seed
from negotiation.kernels.rounds import NUMBER_BITS, OVER, UNKNOWN, Rules, Tables

__all__ = ["Draft", "Programs", "branches", "limit_units", "longer", "round_rules"]

Entry = TypeVar("Entry", bound=np.generic)

#: Draws are whole numbers below this many.
UNITS = 1 << UNIT_BITS

#: Rows that tables have room for at first; they double when they are full.
FIRST_ROOM = 256


def limit_units(limit: float) -> int:
    """Return the whole number that draws, as whole numbers below 2**53, are below exactly if, as uniforms, they are below a limit.

    Scaling by a power of two is exact, and a whole number is below x exactly if it is below the next one from x up.
    """
    return min(math.ceil(limit * UNITS), UNITS)


def round_rules(match: Match, draws: RoundDraws, start: int) -> Rules:
    """Return what a match says of every round, for the kernel; ``start`` is the cursor at which `Programs` start."""
    repetition = match.repetition
    return Rules(
        np.array(key_of_seed(match.seed), dtype=np.uint64),
        np.uint64(draws.width),
        np.uint64(0 if repetition.rounds is None else repetition.rounds),
        np.uint64(0 if repetition.continuation is None else limit_units(repetition.continuation)),
        np.int32(start),
        np.array(repetition.discounts, dtype=np.float64),
    )


def branches(limits: Sequence[float]) -> list[tuple[int, int]]:
    """Return (limit, action) for each action of positive probability, given the thresholds of `situations.thresholds`.

    A draw, as a whole number below 2**53, chooses the first action whose limit is above it: the one that `choose` finds.
    """
    found, reached = [], 0
    for action, limit in enumerate(limits):
        above = limit_units(limit)
        if above > reached:
            found.append((above, action))
            reached = above
    return found


@dataclass(slots=True)
class Draft:
    """A program while it is written; tests and leaves count on from those that are there.

    ``leaves`` are the nodes at which it ends, and ``entry`` the cursor at which what was written last begins.
    """

    first_test: int
    first_leaf: int
    tests: list[int] = field(default_factory=list)
    jumps: list[int] = field(default_factory=list)
    leaves: list[int] = field(default_factory=list)
    entry: int = UNKNOWN

    def write(self, root: int, number: int, moves: Callable[[int], list[tuple[int, int]]]) -> None:
        """Write what is reached from a node on.

        Parameters
        ----------
        root : int
            A node.
        number : int
            The number of the draw that decides the move there.
        moves : callable
            From a node to (limit, next node) for each action of positive probability; nothing where the program ends.
        """
        waiting = [(root, number, -1)]
        while waiting:
            node, number, came_from = waiting.pop()
            below = moves(node)
            while len(below) == 1:
                node, number = below[0][1], number + 1
                below = moves(node)
            if below:
                waiting += self._search(below, number, came_from)
            else:
                self.leaves.append(node)
                self._arrive(came_from, ~(self.first_leaf + len(self.leaves) - 1))

    def _search(self, below: Sequence[tuple[int, int]], number: int, came_from: int) -> list[tuple[int, int, int]]:
        """Write the binary search for a move, and return what is then to be written: (node, number of its draw, where from)."""
        if len(below) == 1:
            return [(below[0][1], number + 1, came_from)]
        middle = len(below) // 2
        test = self.first_test + len(self.tests)
        self._arrive(came_from, test)
        self.tests.append(below[middle - 1][0] << NUMBER_BITS | number)
        self.jumps += [UNKNOWN, UNKNOWN]
        where = 2 * (test - self.first_test)
        return self._search(below[:middle], number, where) + self._search(below[middle:], number, where + 1)

    def _arrive(self, came_from: int, cursor: int) -> None:
        if came_from < 0:
            self.entry = cursor
        else:
            self.jumps[came_from] = cursor


class Programs:
    """The programs that have been written, from that of the private types on.

    Parameters
    ----------
    stage : StageTables
    draws : RoundDraws
    situations : Situations
    """

    def __init__(self, stage: StageTables, draws: RoundDraws, situations: Situations) -> None:
        self.situations = situations
        self._stage = stage
        self._draws = draws
        self._players = len(situations.stage.players)
        self._over = situations.match.ends_after
        self._tests = self._leaves = 0
        self._room = _with_room(_empty_tables(), FIRST_ROOM, FIRST_ROOM, self._players)
        self._entries: dict[tuple[Situation, int], int] = {}
        self._owners: list[tuple[Situation, int] | None] = []
        self.start = self._write_types()

    @property
    def is_full(self) -> bool:
        """Whether it is time to start anew, so that memory stays bounded."""
        return len(self._entries) >= self.situations.most

    @property
    def tables(self) -> Tables:
        """What has been written so far; what is written later does not change it, but for ``onward``."""
        room, tests, leaves = self._room, self._tests, self._leaves
        return Tables(
            room.tests[:tests],
            room.jumps[: 2 * tests],
            room.ends[:leaves],
            room.payoffs[: leaves * self._players],
            room.onward[:leaves],
        )

    def follow(self, leaf: int) -> int:
        """Return the cursor of the round after a leaf; its program is written if it is new."""
        cursor = int(self._room.onward[leaf])
        if cursor == UNKNOWN:
            cursor = self.enter(*self.after(leaf))
            self._room.onward[leaf] = cursor
        return cursor

    def after(self, leaf: int) -> tuple[Situation, int]:
        """Return the situation after a leaf, and the node at which its rounds start."""
        owner = self._owners[leaf]
        if owner is None:
            raise ValueError(f"leaf {leaf} is not the end of a round")
        return self.situations.after(owner[0], int(self._room.ends[leaf])), owner[1]

    def enter(self, here: Situation, start: int) -> int:
        """Return the cursor at which the round of a situation starts; its program is written if it is new.

        Raises
        ------
        GameError
            If a strategy's probabilities in this situation are not a distribution.
        """
        known = self._entries.get((here, start))
        if known is None:
            known = self._entries[here, start] = self._write_round(here, start)
        return known

    def _write_round(self, here: Situation, start: int) -> int:
        draft, stage = Draft(self._tests, self._leaves), self._stage

        def _moves(node: int) -> list[tuple[int, int]]:
            below, place = stage.children[node], stage.places[node]
            if not below:
                return []
            limits = stage.chances[node] if place == CHANCE else self.situations.limits(here, place)
            return [(limit, below[action]) for limit, action in branches(limits)]

        draft.write(start, self._draws.first_move, _moves)
        ends = [stage.ends[node] for node in draft.leaves]
        payoffs = [payoff for end in ends for payoff in here.payoffs[end]]
        self._append(draft, ends, payoffs, [OVER if self._over[end] else UNKNOWN for end in ends])
        self._owners += [(here, start)] * len(ends)
        return draft.entry

    def _write_types(self) -> int:
        """Write the tests that draw private types; beyond their leaves the rounds start."""
        draft, stage = Draft(0, 0), self._stage

        def _moves(node: int) -> list[tuple[int, int]]:
            below = () if node in stage.starts else stage.children[node]
            return [(limit, below[action]) for limit, action in branches(stage.chances[node])] if below else []

        draft.write(0, 0, _moves)
        leaves = len(draft.leaves)
        self._append(draft, [0] * leaves, [0.0] * (leaves * self._players), [UNKNOWN] * leaves)
        self._owners += [None] * leaves
        for leaf, start in enumerate(draft.leaves):
            self._room.onward[leaf] = self.enter(self.situations.start(start), start)
        return draft.entry

    def bridge(self, here: Situation, start: int) -> int:
        """Return a leaf, itself the end of no round, after which the round of a situation comes."""
        cursor = self.enter(here, start)
        self._append(Draft(self._tests, self._leaves), [0], [0.0] * self._players, [cursor])
        self._owners.append(None)
        return self._leaves - 1

    def _append(self, draft: Draft, ends: list[int], payoffs: list[float], onward: list[int]) -> None:
        tests, leaves, players = self._tests + len(draft.tests), self._leaves + len(ends), self._players
        room = self._room
        if tests > len(room.tests) or leaves > len(room.ends):
            room = self._room = _with_room(room, max(tests, 2 * self._tests), max(leaves, 2 * self._leaves), players)
        room.tests[self._tests : tests] = draft.tests
        room.jumps[2 * self._tests : 2 * tests] = draft.jumps
        room.ends[self._leaves : leaves] = ends
        room.payoffs[players * self._leaves : players * leaves] = payoffs
        room.onward[self._leaves : leaves] = onward
        self._tests, self._leaves = tests, leaves


def _empty_tables() -> Tables:
    return Tables(
        np.empty(0, dtype=np.uint64),
        np.empty(0, dtype=np.int32),
        np.empty(0, dtype=np.int32),
        np.empty(0),
        np.empty(0, dtype=np.int32),
    )


def _with_room(old: Tables, tests: int, leaves: int, players: int) -> Tables:
    """Return copies of tables, with room for more rows behind those that are there (older tables may still be played from)."""
    return Tables(
        longer(old.tests, tests),
        longer(old.jumps, 2 * tests),
        longer(old.ends, leaves),
        longer(old.payoffs, players * leaves),
        longer(old.onward, leaves),
    )


def longer(old: NDArray[Entry], rows: int) -> NDArray[Entry]:
    """Return a copy of a column with room for so many rows; what is not copied is not yet set."""
    new = np.empty(max(rows, len(old)), dtype=old.dtype)
    new[: len(old)] = old
    return new
