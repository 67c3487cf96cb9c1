"""What a sweep found as JSON-able data with stable keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

from negotiation.provenance import provenance
from negotiation.sweeping.estimate import Estimate
from negotiation.sweeping.overview import Answer, Overview, Spread
from negotiation.sweeping.task import Task

__all__ = ["FORMAT", "VERSION", "estimate_document", "overview_document"]

FORMAT = "negotiation sweep"

#: Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1


def overview_document(found: Overview, *, store: str | None = None, command: Sequence[str] = ()) -> Mapping[str, object]:
    """Return what a sweep found.

    ``answers`` are the points by ``guide`` (a column, or ``"commonest end"``; null where nothing tells answers apart), those with
    the name ``mixed`` or ``several`` by the readings that are ``possible`` as well; the results themselves are in ``store``.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        **_asked(found.task),
        "computed": found.computed,
        "failed": found.failed,
        "exact_solver": found.exact,
        "perhaps_incomplete": found.incomplete,
        "regret": found.regret,
        "guide": found.guide or None,
        "answers": [_answer(each, found) for each in found.answers] if found.guide else [],
        "columns": [_spread(each) for each in found.spreads],
        "counted": {name: dict(times) for name, times in found.counted.items()},
        "notes": list(found.notes),
        "store": store,
        "provenance": provenance(file=found.task.file, digest=found.task.scenario.digest, command=command, seed=found.task.seed),
    }


def estimate_document(task: Task, guess: Estimate, *, command: Sequence[str] = ()) -> Mapping[str, object]:
    """Return what a sweep will take; ``seconds`` are those of one worker of this machine."""
    return {
        "format": FORMAT,
        "version": VERSION,
        **_asked(task),
        "blocks": guess.blocks,
        "points_of_a_block": guess.block_points,
        "bytes": guess.bytes,
        "seconds": guess.seconds,
        "provenance": provenance(file=task.file, digest=task.scenario.digest, command=command, seed=task.seed),
    }


def _asked(task: Task) -> Mapping[str, object]:
    """Return what was asked for."""
    return {
        "scenario": task.scenario.name,
        "title": task.scenario.title,
        "variant": task.variant,
        "settings": {name: float(value) for name, value in task.settings.items()},
        "summary": task.summary,
        "concept": task.concept,
        "design": task.design.document(),
        "points": task.design.size,
    }


def _answer(answer: Answer, found: Overview) -> Mapping[str, object]:
    return {
        "name": answer.name,
        "possible": list(answer.possible),
        "points": answer.points,
        "share": answer.points / found.computed,
        "within": {name: list(ends) for name, ends in answer.within.items()},
        "means": dict(answer.means),
        "among": {name: list(names) for name, names in answer.among.items()},
        "payoffs": {player: None if isnan(ends[0]) else list(ends) for player, ends in answer.worth.items()},
    }


def _spread(each: Spread) -> Mapping[str, object]:
    return {"column": each.column, "label": each.label or None, "lowest": each.lowest, "mean": each.mean, "highest": each.highest}
