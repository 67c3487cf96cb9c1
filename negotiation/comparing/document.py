"""A comparison as JSON-able data with stable keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from negotiation.comparing.comparison import Change, Comparison
from negotiation.comparing.correspondence import Correspondence
from negotiation.comparing.explanation import Explanation
from negotiation.comparing.flips import Flip, Passage
from negotiation.comparing.sides import Play, Side
from negotiation.comparing.transfer import Transfer
from negotiation.games.numbers import Number
from negotiation.provenance import provenance

__all__ = ["FORMAT", "VERSION", "comparison_document"]

FORMAT = "negotiation comparison"

#: Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1


@dataclass(frozen=True, slots=True)
class _Writer:
    """How numbers are written: exactly (``"2/3"``) where they are exact, or as floats."""

    exact: bool

    def number(self, value: Number) -> float | str:
        """Return one number."""
        return str(value) if self.exact and isinstance(value, Fraction) else float(value)

    def maybe(self, value: Number | None) -> float | str | None:
        """Return a number, or None for none."""
        return None if value is None else self.number(value)

    def by(self, values: Mapping[str, Number]) -> dict[str, float | str]:
        """Return numbers by name."""
        return {name: self.number(value) for name, value in values.items()}


def comparison_document(found: Comparison, *, exact: bool = False, command: Sequence[str] = ()) -> Mapping[str, object]:
    """Return a comparison as a document; sides, plays and equilibria are numbered from 0.

    ``changes`` has one entry for each side after the first, with which it is compared. ``there`` is each play of the first
    side in the other's game, ``back`` the converse; both are null where play cannot be carried over, which ``cannot`` explains.
    """
    write = _Writer(exact)
    return {
        "format": FORMAT,
        "version": VERSION,
        "sides": [_side(side, write, command) for side in found.sides],
        "changes": [_change(change, write) for change in found.changes],
    }


def _side(side: Side, write: _Writer, command: Sequence[str]) -> dict[str, object]:
    source = side.source
    return {
        "label": side.label,
        "scenario": side.name,
        "title": side.title,
        "variant": None if source is None else source.variant,
        "concept": side.concept,
        "options": {name: value if isinstance(value, int | float | str) else str(value) for name, value in side.theory.options.items()},
        "parameters": write.by(side.values),
        "complete": side.complete,
        "equilibria": side.count,
        "plays": [_play(play, write) for play in side.plays],
        "findings": [{"name": finding.name, "summary": finding.summary} for finding in side.findings],
        "notes": list(side.notes),
        "provenance": None if source is None else provenance(file=source.file, digest=source.digest, command=command),
    }


def _play(play: Play, write: _Writer) -> dict[str, object]:
    return {
        "equilibria": list(play.equilibria),
        "reading": play.reading,
        "paths": [
            {"actions": list(path.actions), "outcome": path.outcome, "reading": path.reading, "probability": write.number(path.probability)}
            for path in play.paths
        ],
        "payoffs": write.by(play.payoffs),
        "welfare": write.number(play.welfare),
    }


def _change(change: Change, write: _Writer) -> dict[str, object]:
    return {
        "side": change.side,
        "what": change.what,
        "correspondences": [_correspondence(pair, write) for pair in change.correspondences],
        "differences": [
            {"parameter": each.name, "first": write.maybe(each.first), "second": write.maybe(each.second), "about": each.about}
            for each in change.differences
        ],
        "explanation": None if change.explanation is None else _explanation(change.explanation, write),
        "there": [_transfer(each, write) for each in change.there] or None,
        "back": [_transfer(each, write) for each in change.back] or None,
        "cannot": list(change.cannot),
    }


def _correspondence(pair: Correspondence, write: _Writer) -> dict[str, object]:
    return {
        "first": pair.first,
        "second": pair.second,
        "how": pair.how,
        "play_distance": write.maybe(pair.play_distance),
        "behaviour_distance": write.maybe(pair.behaviour_distance),
    }


def _explanation(found: Explanation, write: _Writer) -> dict[str, object]:
    return {
        "before": list(found.before),
        "after": list(found.after),
        "minimal_sets": [list(names) for names in found.sets],
        "needed": sorted(found.needed),
        "differing": found.differing,
        "searched_up_to": found.searched,
        "complete": found.complete,
        "games_solved": found.solves,
        "without_answer": found.without_answer,
        "passages": [_passage(each, write) for each in found.passages],
    }


def _passage(found: Passage, write: _Writer) -> dict[str, object]:
    return {
        "parameter": found.parameter,
        "from": write.number(found.start),
        "to": write.number(found.end),
        "flips": [_flip(each, write) for each in found.flips],
        "complete": found.complete,
    }


def _flip(found: Flip, write: _Writer) -> dict[str, object]:
    """Return a flip; ``at`` is null where no rational is known to be it, ``there`` where what holds exactly at it is not known."""
    return {
        "at": write.maybe(found.exact),
        "between": [write.number(found.low), write.number(found.high)],
        "root_of": found.root_of or None,
        "before": list(found.before),
        "after": list(found.after),
        "there": None if found.there is None else list(found.there),
    }


def _transfer(found: Transfer, write: _Writer) -> dict[str, object]:
    return {
        "payoffs": write.by(found.payoffs),
        "gains": write.by(found.gains),
        "regret": write.number(found.regret),
        "still_equilibria": found.stays,
        "carried": found.carried,
    }
