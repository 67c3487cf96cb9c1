"""What is said of a sweep's results as a whole: where they come from, and what has to be known of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

import numpy as np

from negotiation.games.tables import Layout, Table
from negotiation.provenance import provenance
from negotiation.sweeping.task import Task

__all__ = ["attributes", "count", "notes"]

#: Reasons why points could not be computed that are told: the rest is in the results.
MOST_REASONS = 5

#: Remarks that are counted one by one; a remark may name the values at its point, so there may be as many as points.
MOST_COUNTED = 10_000

#: Kinds of what is counted: points that there are, points of the exact solver, points that failed, remarks.
COMPUTED, EXACT, FAILED, REMARK = "computed", "exact", "failed", "remark"

#: How many points there are of a kind; of remarks, by their text (empty for those that are not counted one by one).
Counts = Counter[tuple[str, str]]


def count(table: Table, layout: Layout, counts: Counts) -> None:
    """Add the rows of a table to the counts."""
    sizes = np.bincount(table.case, minlength=len(table.remarks))
    counts[COMPUTED, ""] += len(table.case)
    for text, size in zip(table.remarks, sizes.tolist(), strict=True):
        if text and size:
            key = REMARK, text
            counts[key if key in counts or len(counts) < MOST_COUNTED else (REMARK, "")] += size
    for column in layout.columns:
        for kind, name, code in ((EXACT, "exact_solver", "yes"), (FAILED, "status", "failed")):
            if column.name == name and code in column.names:
                counts[kind, ""] += int(np.count_nonzero(table.column(name) == column.names.index(code)))


def notes(task: Task, counts: Counts) -> tuple[str, ...]:
    """Return what has to be known of results, in sentences without a full stop."""
    points, computed = task.design.size, counts[COMPUTED, ""]
    found = list(task.design.notes)
    if computed < points:
        found.append(f"{computed:,} of {points:,} points have been computed; at the others codes and whole numbers are -1, numbers NaN")
    if counts[EXACT, ""]:
        found.append(f"the exact solver decided {counts[EXACT, '']:,} of {computed:,} points")
    if counts[FAILED, ""]:
        found.append(f"{counts[FAILED, '']:,} of {computed:,} points could not be computed; their numbers are NaN")
    # Equally common ones in the order of the alphabet: which was met first is no matter.
    remarks = sorted((-times, text) for (kind, text), times in counts.items() if kind == REMARK and text)
    found += [f"at {-times:,} point{'s' if times < -1 else ''}: {text}" for times, text in remarks[:MOST_REASONS]]
    others = counts[REMARK, ""] - sum(times for times, _ in remarks[MOST_REASONS:])
    if others:
        found.append(f"and other remarks at {others:,} points")
    return tuple(found)


def attributes(task: Task, counts: Counts) -> Mapping[str, str]:
    """Return the attributes of results, all of them texts: title, source, notes, the scenario, and JSON of how to compute them again."""
    scenario = task.scenario
    asked = {name: part for name, part in task.document().items() if name != "scenario"}
    origin = {**provenance(file=scenario.name, digest=scenario.digest), **asked}
    return {
        "title": scenario.title,
        "source": scenario.source,
        "Conventions": "CF-1.10",
        "notes": "\n".join(notes(task, counts)),
        "provenance": json.dumps(origin, ensure_ascii=False),
        "scenario": scenario.text,
    }
