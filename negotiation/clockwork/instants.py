"""What processes need of a clock: to wait for their turn at a time.

What happens at one instant happens in waves, and each wave in phases (``games.clock``): the number of a turn is the greater
the later it comes within the instant.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from negotiation.errors import GameError
from negotiation.games.durations import LARGEST_TIME

__all__ = [
    "DECIDE",
    "LAST_TURN",
    "MOST_AT_ONCE",
    "MOVE",
    "SETTLE",
    "SHOCK",
    "Instants",
    "Process",
    "Turns",
    "clock_has_run_out",
    "time_stands_still",
]

#: The phases of a wave: what comes from outside, moves that are due, what they mean elsewhere, decisions.
SHOCK, MOVE, SETTLE, DECIDE = range(4)

_PHASES = 4

#: The phase of an instant in which nobody has had a turn.
BEFORE = -1

#: What is done when everything else that is due at the instant is done.
LAST_TURN = 2**62

#: Channels or shocks that can have a turn in a phase.
_RANKS = 2**20

#: So many turns at one instant are endless: play stands still there.
MOST_AT_ONCE = 100_000

#: A process yields what it waits for, which is the clock's own: ``Any``, for clocks differ in what that is.
Process: TypeAlias = Generator[Any, Any, None]


class Instants(Protocol):
    """A clock on which processes run; time is counted in whole ticks from 0."""

    @property
    def now(self) -> int:
        """The time."""

    def turn(self, time: int, phase: int, rank: int) -> Any:
        """Return what a process yields to wait for its turn at a time: ``rank`` orders those of a phase."""

    def last_turn(self, time: int) -> Any:
        """Return what a process yields to wait until all that is due at a time is done."""

    def stop(self) -> None:
        """End everything before anything else happens."""


def clock_has_run_out() -> GameError:
    """Return the error of a time that cannot be counted."""
    return GameError("the clock has run out: a match lasts longer than its time can be counted; its durations are too long for its unit")


def time_stands_still() -> GameError:
    """Return the error of an instant that does not end."""
    return GameError(
        f"time stands still: more than {MOST_AT_ONCE:,} turns at one instant; "
        "give moves, the pause between rounds or a repeated shock a longer time in the clock"
    )


@dataclass(slots=True)
class Turns:
    """The turns of the present instant: which wave and phase it is, and how many turns there have been."""

    time: int = 0
    wave: int = 0
    phase: int = BEFORE
    count: int = 0

    def number(self, now: int, time: int, phase: int, rank: int) -> int:
        """Return the number of a turn at a time that is not past.

        Raises
        ------
        GameError
            If time stands still, or is longer than can be counted.
        """
        self._move_on(now)
        if time >= LARGEST_TIME:
            raise clock_has_run_out()
        self.count += 1
        if self.count > MOST_AT_ONCE:
            raise time_stands_still()
        later = time == now and phase <= self.phase
        wave = 0 if time > now else self.wave + later
        return (wave * _PHASES + phase) * _RANKS + rank

    def begin(self, now: int, number: int) -> None:
        """Note that a turn of this number has come."""
        self._move_on(now)
        self.wave, self.phase = divmod(number // _RANKS, _PHASES)

    def _move_on(self, now: int) -> None:
        if now > self.time:
            self.time, self.wave, self.phase, self.count = now, 0, BEFORE, 0
