"""A record of a match with a clock in words: how long it took, why it ended, and how it went in each channel."""

from __future__ import annotations

import math
from collections.abc import Mapping

from negotiation.games.record import Record
from negotiation.games.timing import Timing
from negotiation.words.sections import Section, Table, counted, number, player_name, share

__all__ = ["time_sections"]


def time_sections(record: Record, labels: Mapping[str, str]) -> list[Section]:
    """Return what a record says of time and of channels, nothing without a clock.

    Parameters
    ----------
    record : Record
    labels : mapping of player, or addressee of a channel, to what people call him
    """
    if record.timing is None:
        return []
    parts = zip(record.match.channels, record.channels, strict=True)
    return [_times(record, record.timing), *(_channel(player_name(labels, channel.name), part) for channel, part in parts)]


def _times(record: Record, timing: Timing) -> Section:
    elapsed = timing.elapsed
    said = (
        f"All was over after {record.elapsed_estimate} {timing.unit} on average, the first after {number(float(elapsed.min()))}, "
        f"the last after {number(float(elapsed.max()))}."
    )
    return Section("How long it took, and why it ended", (said,), _shares(timing.causes, record.replications, "why it ended"))


def _channel(name: str, record: Record) -> Section:
    timing = record.timing
    when = "" if timing is None else f" and {record.elapsed_estimate} {timing.unit}"
    rounds = counted(1, "round") if record.rounds.max() == record.rounds.min() == 1 else f"{record.round_estimate} rounds"
    said = f"This channel was over after {rounds}{when} on average."
    return Section(f"The channel of {name}", (said,), _shares(record.ends, record.replications, "end"))


def _shares(shares: Mapping[str, float], replications: int, what: str) -> Table:
    """Return shares of replications as a table with their standard errors in percentage points."""
    rows = tuple(
        (name, share(part), f"{100 * math.sqrt(part * (1 - part) / replications):.2g}")
        for name, part in sorted(shares.items(), key=lambda item: -item[1])
    )
    return Table((what, "share", "±"), rows, frozenset({1, 2}))
