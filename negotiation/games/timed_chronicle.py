"""The chronicle of one replication of a match with a clock: what happened when, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Happening", "RoundEnd", "ShockComes", "TimedChronicle", "TimedMove"]


@dataclass(frozen=True, slots=True)
class TimedMove:
    """A move: when, in which channel ("" where there is but one), who (``"chance"`` for chance moves) and what.

    ``is_silence``: it is what the player's silence counted as when his deadline passed.
    """

    time: float
    channel: str
    player: str
    action: str
    is_silence: bool


@dataclass(frozen=True, slots=True)
class RoundEnd:
    """The end of a round: its number in its channel, outcome, reading, each player's payoff, and what was carried into the end."""

    time: float
    channel: str
    number: int
    outcome: str
    reading: str | None
    payoffs: tuple[tuple[str, float], ...]
    carried: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class ShockComes:
    """A shock, and what was carried in a channel after it."""

    time: float
    channel: str
    name: str
    carried: tuple[tuple[str, float], ...]


Happening: TypeAlias = TimedMove | RoundEnd | ShockComes


@dataclass(frozen=True, slots=True)
class TimedChronicle:
    """What happened in one replication.

    Parameters
    ----------
    unit : str
        What time is counted in.
    types : tuple of (player, private type)
    happenings : tuple of Happening, in the order in which they happened
    ends : tuple of (channel, how it ended)
    elapsed : float
        When all was over.
    """

    unit: str
    types: tuple[tuple[str, str], ...]
    happenings: tuple[Happening, ...]
    ends: tuple[tuple[str, str], ...]
    elapsed: float

    def __str__(self) -> str:
        """Return the chronicle as lines of text."""
        drawn = [f"{player} is of type {kind}" for player, kind in self.types]
        lines = [f"{self._when(event)}: {_told(event)}" for event in self.happenings]
        ends = [f"{name} ended: {how}" if name else f"ended: {how}" for name, how in self.ends]
        return "\n".join([*drawn, *lines, f"all over after {self.elapsed:.6g} {self.unit}", *ends])

    def _when(self, event: Happening) -> str:
        where = f", {event.channel}" if event.channel else ""
        return f"after {event.time:.6g} {self.unit}{where}"


def _told(event: Happening) -> str:
    match event:
        case TimedMove(player=player, action=action, is_silence=is_silence):
            return f"{player}: {action}" + (" (by silence: the deadline has passed)" if is_silence else "")
        case RoundEnd(number=number, outcome=outcome, reading=reading, payoffs=payoffs, carried=carried):
            meaning = "" if reading is None else f" ({reading})"
            paid = ", ".join(f"{player} {payoff:.4g}" for player, payoff in payoffs)
            return f"round {number} ends: {outcome}{meaning}; {paid}{_quantities(carried)}"
        case ShockComes(name=name, carried=carried):
            return f"shock: {name}{_quantities(carried)}"


def _quantities(carried: tuple[tuple[str, float], ...]) -> str:
    return "".join(f"; {name} {value:.4g}" for name, value in carried)
