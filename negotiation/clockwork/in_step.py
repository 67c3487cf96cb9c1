"""Matches with a clock, many replications in step: in each pass every replication makes one move.

Who chooses what is decided by a compiled kernel, how long it takes by numpy, for all replications at once. Nothing but a
replication's own draws bears on it, so it does not matter that at the same pass the clocks of replications stand at different
times. It is for matches in which one thing happens after another: moves, pauses, deadlines, windows and the end of time, but
neither shocks nor several channels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.clockwork.dues import laws_ticks, lay_out_times, moves_due
from negotiation.clockwork.instants import MOST_AT_ONCE, clock_has_run_out, time_stands_still
from negotiation.clockwork.move_programs import MID_ROUND, NO_MOVE, MoveColumns, MovePrograms
from negotiation.games.clock import Clock, time_weights, waited
from negotiation.games.course import NOT_STOPPED
from negotiation.games.draws import round_draws
from negotiation.games.durations import LARGEST_TIME
from negotiation.games.programs import round_rules
from negotiation.games.repeated import Match
from negotiation.games.situations import Situations, stage_tables
from negotiation.games.timing import TIME_OUT, stoppers_of
from negotiation.kernels.philox import DELAYS
from negotiation.kernels.rounds import ACTIVE, NEXT, OVER, ROUND, Cohort, Outcomes, Tables, draw_each, empty_cohort, follow, move, seat

__all__ = ["InStep", "Timed", "play_in_step"]

#: Numbers of lanes.
Lanes: TypeAlias = NDArray[np.intp]

#: A cursor with which the kernel has nothing to do.
NOWHERE = -1

#: Replications in step: numpy's calls cost the same for few as for many, and some thousand fit in the second cache.
LANES = 2048


class View(NamedTuple):
    """Programs as they were when somebody looked."""

    programs: MovePrograms
    tables: Tables
    columns: MoveColumns


class InStep:
    """A match with a clock laid out for playing in step; threads share it."""

    def __init__(self, match: Match, clock: Clock) -> None:
        self.match = match
        self.clock = clock
        self.times = lay_out_times(clock)
        self.most_time = LARGEST_TIME if clock.until is None else clock.until
        self.timed_out = stoppers_of(clock).index(TIME_OUT)
        self._stage = stage_tables(match.stage)
        self.depth = self._stage.depth
        self.draws_times = any(duration.is_drawn for duration in clock.durations)
        self._draws = round_draws(match, self.depth)
        self._situations = Situations(match)
        self._programs = self._new_programs()
        self._lock = Lock()
        self.rules = round_rules(match, self._draws, self._programs.start)

    def _new_programs(self) -> MovePrograms:
        return MovePrograms(self._stage, self._draws, self._situations, self.clock)

    def open(self) -> View:
        """Return the programs that there are."""
        with self._lock:
            return self._view()

    def _view(self) -> View:
        return View(self._programs, self._programs.tables, self._programs.columns)

    def beyond(self, view: View, leaves: NDArray[np.uint64]) -> tuple[View, NDArray[np.int32]]:
        """Return the cursors of the rounds after leaves, with programs (those given, unless they are full) that have them."""
        cursors = view.tables.onward[leaves]
        # Another thread may have written programs since the view was taken: then their cursors point beyond it.
        is_beyond = (cursors >= len(view.tables.tests)) | (~cursors >= len(view.tables.ends))
        unknown = np.unique(leaves[is_beyond]).tolist()
        if not unknown:
            return view, cursors
        with self._lock:
            if not view.programs.is_full:
                for leaf in unknown:
                    view.programs.follow(leaf)
                view = self._view()
                return view, view.tables.onward[leaves]
            if view.programs is self._programs:
                self._situations.forget()
                self._programs = self._new_programs()
            after = {leaf: view.programs.after(leaf) for leaf in np.unique(leaves).tolist()}
            entered = {leaf: self._programs.enter(self._situations.anew(here), start) for leaf, (here, start) in after.items()}
            return self._view(), np.array([entered[leaf] for leaf in leaves.tolist()], dtype=np.int32)


class Timed(NamedTuple):
    """When replications of a block were over (ticks), what broke them off, and whether a deadline passed in the last round."""

    elapsed: NDArray[np.int64]
    stopped: NDArray[np.int32]
    silent: NDArray[np.bool_]


@dataclass(slots=True, eq=False)
class Group:
    """Replications in step while they are played; arrays have an element for each lane.

    Parameters
    ----------
    step : InStep
    view : View
    cohort : Cohort
        What the kernel keeps of them.
    replications : ndarray of uint64
        Their numbers, from which draws come.
    now : ndarray of int64, ticks
    turns, counted_at : ndarray of int64
        How many turns there have been at an instant, and at which.
    silent : ndarray of bool
        Whether a deadline has passed in the present round.
    leaves : ndarray of uint64
        Where the latest round ended.
    sums : ndarray of float64, shape (players, lanes)
    weights : ndarray of float64, shape (players,)
        What a payoff of this round counts.
    """

    step: InStep
    view: View
    cohort: Cohort
    replications: NDArray[np.uint64]
    now: NDArray[np.int64]
    turns: NDArray[np.int64]
    counted_at: NDArray[np.int64]
    silent: NDArray[np.bool_]
    leaves: NDArray[np.uint64]
    sums: NDArray[np.float64]
    weights: NDArray[np.float64]


@dataclass(slots=True, eq=False)
class Block:
    """What a block of replications comes to.

    ``kept`` are (replications, counted from the first, round, ends) where the ends of all rounds are kept, else None.
    """

    outcomes: Outcomes
    timed: Timed
    kept: list[tuple[NDArray[np.uint64], int, NDArray[np.int32]]] | None


def play_in_step(step: InStep, outcomes: Outcomes, timed: Timed, *, keep: bool, is_halted: Callable[[], bool]) -> NDArray[np.int32]:
    """Play a block of replications, and return the ends of all rounds, replication after replication, if they are kept.

    Parameters
    ----------
    step : InStep
    outcomes : Outcomes
        Filled in, but for the course.
    timed : Timed
        Filled in.
    keep : bool
    is_halted : callable
        Asked before every round whether to stop; what is filled in is then not whole.
    """
    cohort = empty_cohort(min(LANES, len(outcomes.last)), len(step.rules.discounts))
    block = Block(outcomes, timed, [] if keep else None)
    outcomes.last[:], outcomes.rounds[:], timed.stopped[:] = -1, 0, NOT_STOPPED
    while cohort.place[NEXT] < len(outcomes.last) and not is_halted():
        group = _seated(step, cohort, outcomes)
        alive = np.arange(int(cohort.place[ACTIVE]))
        _take_turns(group, alive, group.now)
        while alive.size and not is_halted():
            alive = _round(group, block, alive)
    _take_costs(step.clock, block)
    return _course(block)


def _seated(step: InStep, cohort: Cohort, outcomes: Outcomes) -> Group:
    """Return the next replications of a block at their beginning."""
    view = step.open()
    seat(view.tables, step.rules, cohort, outcomes)
    lanes, players = int(cohort.place[ACTIVE]), len(step.rules.discounts)
    return Group(
        step,
        view,
        cohort,
        outcomes.first + cohort.replications[:lanes],
        now=np.zeros(lanes, dtype=np.int64),
        turns=np.zeros(lanes, dtype=np.int64),
        counted_at=np.zeros(lanes, dtype=np.int64),
        silent=np.zeros(lanes, dtype=np.bool_),
        leaves=np.zeros(lanes, dtype=np.uint64),
        sums=np.zeros((players, lanes)),
        weights=np.ones(players),
    )


def _round(group: Group, block: Block, alive: Lanes) -> Lanes:
    """Play one round, and return the lanes that go on after it."""
    cohort, rules, t = group.cohort, group.step.rules, int(group.cohort.place[ROUND])
    alive = _in_time(group, block, alive, group.now[alive])
    group.silent[alive] = False
    follow(rules, cohort, block.outcomes.first)
    ended = _moves(group, block, alive, t)
    leaves = group.leaves[ended]
    _pay(group, ended)
    _enter(block, cohort.replications[ended], group.view.tables.ends[leaves], t)
    is_over = (group.view.tables.onward[leaves] == OVER) | ~cohort.follows[ended] | (t + 1 == int(rules.rounds))
    _close(group, block, ended[is_over])
    _pause(group, ended[~is_over], t)
    cohort.place[ROUND] = t + 1
    going: Lanes = ended[~is_over]
    return going


def _moves(group: Group, block: Block, walking: Lanes, t: int) -> Lanes:
    """Make all moves of a round, and return the lanes that come to its end."""
    view, cursors, number = group.view, group.cohort.cursors, t * (1 + group.step.depth)
    ended: list[Lanes] = [walking[:0]]
    while walking.size:
        move(view.tables, group.step.rules, group.cohort, block.outcomes.first)
        number += 1
        group.leaves[walking] = ~cursors[walking]
        is_move = view.columns.actions[group.leaves[walking]] != NO_MOVE
        ended.append(walking[~is_move])
        moved = _make(group, block, walking[is_move], number)
        goes_on = view.tables.ends[group.leaves[moved]] == MID_ROUND
        ended.append(moved[~goes_on])
        walking = moved[goes_on]
        cursors[walking] = view.tables.onward[group.leaves[walking]]
    return np.sort(np.concatenate(ended))


def _make(group: Group, block: Block, lanes: Lanes, number: int) -> Lanes:
    """Make a move in each lane when it is due, and return the lanes in which there was time for it."""
    step, columns, leaves = group.step, group.view.columns, group.leaves[lanes]
    nodes, actions = columns.nodes[leaves], columns.actions[leaves]
    dues = moves_due(step.times, nodes, actions, group.now[lanes], _delays(group, lanes, number))
    _take_turns(group, lanes, dues.times)
    is_made = dues.times <= step.most_time
    _in_time(group, block, lanes, dues.times)
    made, are_silence = lanes[is_made], dues.are_silence[is_made]
    group.now[made] = dues.times[is_made]
    group.silent[made] |= are_silence
    group.leaves[made] = np.where(are_silence, columns.silences[leaves[is_made]], leaves[is_made])
    return made


def _delays(group: Group, lanes: Lanes, number: int) -> NDArray[np.float64]:
    """Return the draw of each lane that decides how long something takes."""
    uniforms = np.zeros(len(lanes))
    if group.step.draws_times:
        draw_each(group.step.rules.key, group.replications[lanes], DELAYS, number, uniforms)
    return uniforms


def _pay(group: Group, lanes: Lanes) -> None:
    """Add what the round pays; the sums are those of ``games.course.enter_round``, in the same order."""
    clock, players = group.step.clock, len(group.weights)
    payoffs = group.view.tables.payoffs.reshape(-1, players)[group.leaves[lanes]].T
    if clock.discounts_time:
        payoffs = time_weights(clock, group.now[lanes]) * payoffs
    group.sums[:, lanes] += group.weights[:, None] * payoffs
    group.weights *= group.step.rules.discounts


def _enter(block: Block, replications: NDArray[np.uint64], ends: NDArray[np.int32], t: int) -> None:
    """Note at which ends a round has ended."""
    outcomes = block.outcomes
    outcomes.counts[:] += np.bincount(ends, minlength=len(outcomes.counts))
    outcomes.last[replications], outcomes.rounds[replications] = ends, t + 1
    if block.kept is not None:
        block.kept.append((replications, t, ends))


def _pause(group: Group, lanes: Lanes, t: int) -> None:
    """Let the time between two rounds pass, and put lanes at the start of the next."""
    clock = group.step.clock
    laws = np.full(len(lanes), clock.pause, dtype=np.int64)
    pauses = laws_ticks(clock, laws, _delays(group, lanes, t * (1 + group.step.depth)))
    _take_turns(group, lanes, group.now[lanes] + pauses)
    group.now[lanes] += pauses
    group.view, group.cohort.cursors[lanes] = group.step.beyond(group.view, group.leaves[lanes])


def _take_turns(group: Group, lanes: Lanes, times: NDArray[np.int64]) -> None:
    """Count a turn in each lane: an instant must not have endlessly many, and there is a last instant.

    Raises
    ------
    GameError
        If time stands still, or is longer than can be counted.
    """
    now = group.now[lanes]
    group.turns[lanes] = np.where(now > group.counted_at[lanes], 1, group.turns[lanes] + 1)
    group.counted_at[lanes] = now
    if (times >= LARGEST_TIME).any():
        raise clock_has_run_out()
    if (group.turns[lanes] > MOST_AT_ONCE).any():
        raise time_stands_still()


def _in_time(group: Group, block: Block, lanes: Lanes, times: NDArray[np.int64]) -> Lanes:
    """Break off the lanes in which something would only happen after the end of the match's time, and return the others."""
    late = lanes[times > group.step.most_time]
    if late.size:
        group.now[late] = group.step.most_time
        block.timed.stopped[group.cohort.replications[late]] = group.step.timed_out
        group.cohort.cursors[late] = NOWHERE
        _close(group, block, late)
    in_time: Lanes = lanes[times <= group.step.most_time]
    return in_time


def _close(group: Group, block: Block, lanes: Lanes) -> None:
    """Note what replications that are over have come to."""
    replications, players = group.cohort.replications[lanes], len(group.weights)
    block.timed.elapsed[replications] = group.now[lanes]
    block.timed.silent[replications] = group.silent[lanes]
    block.outcomes.payoffs.reshape(-1, players)[replications] = group.sums[:, lanes].T


def _take_costs(clock: Clock, block: Block) -> None:
    """Take from players what waiting has cost them."""
    if any(clock.costs):
        payoffs = block.outcomes.payoffs.reshape(-1, len(clock.costs))
        payoffs -= waited(clock, block.timed.elapsed).T


def _course(block: Block) -> NDArray[np.int32]:
    if block.kept is None:
        return np.empty(0, dtype=np.int32)
    rounds = block.outcomes.rounds
    offsets = np.cumsum(rounds) - rounds
    course = np.empty(int(rounds.sum()), dtype=np.int32)
    for replications, t, ends in block.kept:
        course[offsets[replications] + t] = ends
    return course
