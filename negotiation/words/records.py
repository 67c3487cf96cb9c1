"""A record of repeated play in words: how it ended, what the rounds were, what it paid."""

from __future__ import annotations

import math
from collections.abc import Mapping

from negotiation import lookup
from negotiation.games.record import Record
from negotiation.games.repeated import Repetition
from negotiation.scenario.scenario import StrategyChoice
from negotiation.words.sections import Section, Table, counted, listed, number, player_name, share
from negotiation.words.times import time_sections

__all__ = ["behaviour_lines", "horizon", "record_sections"]


def record_sections(record: Record, labels: Mapping[str, str], choices: Mapping[str, StrategyChoice]) -> list[Section]:
    """Return what a record says, for people.

    Parameters
    ----------
    record : Record
    labels : mapping of player to what people call him
    choices : mapping of player, or ``player.type``, to the strategy that was followed
    """
    how_often = f"{counted(record.replications, 'time')} (seed {record.seed}, engine {record.engine})"
    played = f"Played {horizon(record.match.repetition)}, {how_often}."
    sections = [Section("Over repeated rounds", (played, *behaviour_lines(choices, labels))), _ends(record)]
    sections += time_sections(record, labels)
    if record.readings:
        rows = tuple((name, share(part)) for name, part in _sorted(record.readings))
        sections.append(Section("What the rounds were", (), Table(("reading", "share of all rounds"), rows, frozenset({1}))))
    sections.append(_payoffs(record, labels))
    if record.notes:
        sections.append(Section("Notes on the simulation", tuple(f"- {note}" for note in record.notes)))
    return sections


def horizon(repetition: Repetition) -> str:
    """Return how long rounds go on, as part of a sentence."""
    if repetition.rounds == 1:
        return "once"
    most = "" if repetition.rounds is None else f", for at most {counted(repetition.rounds, 'round')}"
    chance = "" if repetition.continuation is None else f"; after each another follows with probability {number(repetition.continuation)}"
    return f"round after round{most}{chance}"


def behaviour_lines(choices: Mapping[str, StrategyChoice], labels: Mapping[str, str]) -> tuple[str, ...]:
    """Return how each player behaves, one line each."""
    lines = []
    for key, choice in choices.items():
        player, _, kind = key.partition(".")
        options = listed([f"{name} {_option(value)}" for name, value in choice.options.items()])
        # A file of the user's own is called by its path.
        name = choice.name if "." in choice.name else choice.name.replace("_", " ")
        named = name + (f" ({options})" if options else "")
        rule = (lookup.strategy(choice.name).__doc__ or "").strip().splitlines()[0]
        lines.append(f"{player_name(labels, player, kind or None)}: {named}. {rule}")
    return tuple(lines)


def _option(value: object) -> str:
    return " ".join(map(_option, value)) if isinstance(value, tuple) else number(value) if isinstance(value, float) else str(value)


def _ends(record: Record) -> Section:
    rows = tuple((name, share(part), _error(part, record.replications)) for name, part in _sorted(record.ends))
    first, part = _sorted(record.ends)[0]
    rounds, longest = record.round_estimate, int(record.rounds.max())
    always_one = longest == int(record.rounds.min()) == 1
    where = ", all channels together" if record.channels else ""
    length = "Every play lasted one round." if always_one else f"It lasted {rounds} rounds on average, {longest} at most{where}."
    said = f"Most often it ended in '{first}' ({share(part)} of {counted(record.replications, 'replication')}). {length}"
    return Section("How it ended", (said,), Table(("end", "share", "±"), rows, frozenset({1, 2})))


def _error(part: float, replications: int) -> str:
    """Return the standard error of a share, in percentage points."""
    return f"{100 * math.sqrt(part * (1 - part) / replications):.2g}"


def _sorted(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(shares.items(), key=lambda item: -item[1])


def _payoffs(record: Record, labels: Mapping[str, str]) -> Section:
    rows = tuple(
        (player_name(labels, player), number(found.mean), "unknown" if found.standard_error is None else f"{found.standard_error:.2g}")
        for player, found in record.payoff_estimates.items()
    )
    clock = record.match.repetition.clock
    what = "Sums over the rounds, discounted to the first" if record.match.repetition.rounds != 1 else ""
    if clock is not None and (any(clock.rates) or any(clock.costs)):
        what = "Sums over the rounds, discounted to the beginning, less what waiting has cost"
    said = (f"{what}.",) if what else ()
    return Section("What it paid", said, Table(("player", "mean payoff", "±"), rows, frozenset({1, 2})))
