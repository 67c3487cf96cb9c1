"""What happens in a replication with a clock, written down while it is played."""

from __future__ import annotations

from collections.abc import Sequence

from negotiation.games.chronicle import CHANCE_NAME
from negotiation.games.clock import Clock
from negotiation.games.course import NOT_STOPPED, Course
from negotiation.games.extensive_form import Decision, End
from negotiation.games.readings import read_path
from negotiation.games.record import HORIZON
from negotiation.games.repeated import Carried, Match, type_profiles
from negotiation.games.timed_chronicle import Happening, RoundEnd, ShockComes, TimedChronicle, TimedMove
from negotiation.games.timing import stoppers_of

__all__ = ["Story"]


class Story:
    """The moves, rounds and shocks of a replication so far; channels are numbered in the order of their names.

    Parameters
    ----------
    channels : sequence of (name, Match)
        One without a name where there is but one.
    clock : Clock
    """

    def __init__(self, channels: Sequence[tuple[str, Match]], clock: Clock) -> None:
        self.channels = channels
        self.clock = clock
        self.rounds = [0] * len(channels)
        self.happenings: list[Happening] = []

    def move(self, channel: int, now: int, node: int, action: int, *, is_silence: bool) -> None:
        """Write down a move."""
        name, match = self.channels[channel]
        stage, mover = match.stage, match.stage.nodes[node]
        who = stage.players[stage.information_sets[mover.information_set].player] if isinstance(mover, Decision) else CHANCE_NAME
        self.happenings.append(TimedMove(self._units(now), name, who, stage.actions_at(node)[action], is_silence))

    def end_round(self, channel: int, now: int, end: int, payoffs: Sequence[float], carried: Carried) -> None:
        """Write down that a round ends, and at which end of the stage game (a place in ``stage.ends``)."""
        name, match = self.channels[channel]
        self.rounds[channel] += 1
        stage, leaf = match.stage, match.stage.ends[end]
        reading = read_path(stage.readings, stage.path_to(leaf))
        paid = tuple(zip(stage.players, payoffs, strict=True))
        held = _quantities(match, carried)
        self.happenings.append(RoundEnd(self._units(now), name, self.rounds[channel], _outcome(match, end), reading, paid, held))

    def shock(self, channel: int, now: int, number: int, carried: Carried) -> None:
        """Write down a shock."""
        name, match = self.channels[channel]
        self.happenings.append(ShockComes(self._units(now), name, self.clock.shocks[number].name, _quantities(match, carried)))

    def chronicle(self, courses: Sequence[Course], now: int) -> TimedChronicle:
        """Return what happened, given what each channel came to and when all was over."""
        types: dict[str, str] = {}
        ends = []
        for (name, match), course in zip(self.channels, courses, strict=True):
            profile = type_profiles(match.stage)[course.start]
            types |= {player: kind for player, kind in zip(match.stage.players, profile, strict=True) if kind is not None}
            ends.append((name, self._end(match, course)))
        return TimedChronicle(self.clock.unit, tuple(types.items()), tuple(self.happenings), tuple(ends), self._units(now))

    def _end(self, match: Match, course: Course) -> str:
        """Return how a channel ended, in the words of its record."""
        if course.stopped != NOT_STOPPED:
            return stoppers_of(self.clock)[course.stopped]
        is_over = match.ends_after[course.last] or match.repetition.rounds == 1
        return _outcome(match, course.last) if is_over else HORIZON

    def _units(self, ticks: int) -> float:
        return ticks / self.clock.per_unit


def _outcome(match: Match, end: int) -> str:
    node = match.stage.nodes[match.stage.ends[end]]
    return node.outcome if isinstance(node, End) else ""


def _quantities(match: Match, carried: Carried) -> tuple[tuple[str, float], ...]:
    """Return what is carried, by name."""
    rules = match.repetition.state
    return () if rules is None else tuple(zip(rules.names, carried, strict=True))
