"""What the columns of a CSV file are and where its rows come from: a file beside it, because a CSV file has no place for it.

It is named and written as the W3C's recommendation *Metadata Vocabulary for Tabular Data* (2015) has it, so that software which
reads CSV on the web finds it by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from negotiation.games.tables import Layout
from negotiation.sweeping.csv_rows import REMARK, flat_names, varying
from negotiation.sweeping.frame import frame
from negotiation.sweeping.task import Task
from negotiation.sweeping.telling import Counts, attributes

__all__ = ["metadata", "metadata_path"]

#: What the types of numbers are called there, by numpy's kinds; the rest is text.
_TYPES = {"f": "double", "i": "integer", "u": "integer"}


def metadata_path(path: Path) -> Path:
    """Return where the metadata of a CSV file are."""
    return path.with_name(f"{path.name}-metadata.json")


def metadata(task: Task, layout: Layout, counts: Counts, name: str) -> str:
    """Return the metadata of a CSV file of that name, as JSON."""
    about = attributes(task, counts)
    document = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name,
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\n"]},
        "dc:title": about["title"],
        "dc:source": about["source"],
        "dc:description": about["notes"],
        "dc:provenance": about["provenance"],
        "dc:relation": about["scenario"],
        "tableSchema": {"columns": list(_columns(task, layout))},
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _columns(task: Task, layout: Layout) -> Iterator[Mapping[str, object]]:
    for coordinate in varying(frame(task, layout), task):
        yield _column(coordinate.name, coordinate.attributes, coordinate.values.dtype)
    for column in layout.columns:
        unit = {} if column.unit is None else {"units": column.unit}
        for name in flat_names(column, layout):
            yield _column(name, {"long_name": column.about, **unit}, None if column.names else np.dtype(column.dtype))
    yield _column(REMARK, {"long_name": "why the point could not be computed, or what has to be known of it"}, None)


def _column(name: str, about: Mapping[str, object], dtype: np.dtype[np.generic] | None) -> Mapping[str, object]:
    kind = "string" if dtype is None else _TYPES.get(dtype.kind, "string")
    unit = {"schema:unitText": about["units"]} if "units" in about else {}
    return {"titles": name, "dc:description": about["long_name"], **unit, "datatype": kind, "null": ""}
