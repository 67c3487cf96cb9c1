"""What a stored sweep is, in a file of its own: enough to compute each row again, and to read the parts without this software."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negotiation.designs.design import Axis, Design, Role, Series
from negotiation.games.certificate import REGRET_TOLERANCE
from negotiation.games.tables import Column, Layout
from negotiation.provenance import versions
from negotiation.sweeping.archive import DamagedError, packed, text_array, text_of, unpacked
from negotiation.sweeping.order import Blocks
from negotiation.sweeping.task import Task

__all__ = [
    "FORMAT",
    "Document",
    "arithmetic",
    "blocks_of",
    "design_bytes",
    "differences",
    "layout_of",
    "manifest",
    "manifest_bytes",
    "read_design",
    "read_manifest",
    "task_of",
]

#: The number of the format of stores; another one is refused.
FORMAT = 1

#: Differences that are told before the rest is counted.
MOST_TOLD = 10

#: How the parts of a description are called in messages, where its own word would not be understood.
_WORDS = {
    "scenario.text": "the scenario's text",
    "summary": "what is computed at each point",
    "opened": "the numbers of the file that are varied",
    "blocks.size": "the points of a block",
    "versions": "the version of",
}

Document = dict[str, Any]  # JSON


def manifest(task: Task, layout: Layout, blocks: Blocks) -> Document:
    """Return the description of a stored sweep as JSON-able data; ``sha256`` is that of all the rest."""
    said: Document = {
        "negotiation sweep": FORMAT,
        **task.document(),
        "versions": arithmetic(),
        "regret_tolerance": REGRET_TOLERANCE,
        "blocks": {"points": blocks.total, "size": blocks.points, "number": len(blocks)},
        "columns": [asdict(column) for column in layout.columns],
        "labels": {dimension: list(labels) for dimension, labels in layout.labels.items()},
    }
    content = _text(said)
    found: Document = json.loads(content)
    return found | {"sha256": hashlib.sha256(content).hexdigest()}


def arithmetic() -> Document:
    """Return the versions of everything that could change a number; the third part of Python's does not."""
    known = versions()
    return {**known, "python": str(known["python"]).rpartition(".")[0]}


def _text(document: Document) -> bytes:
    # A line for each part: whole documents with line breaks take Python's encoder ten times as long.
    lines = ",\n".join(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in document.items())
    return f"{{\n{lines}\n}}\n".encode("utf-8", "surrogatepass")


def manifest_bytes(document: Document) -> bytes:
    """Return the content of the file that holds a description."""
    return _text(document)


def read_manifest(content: bytes) -> Document:
    """Return the description that a file holds.

    Raises
    ------
    DamagedError
        If it is not, byte for byte, what was written.
    """
    try:
        document = json.loads(content.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise DamagedError("it is not JSON") from error
    if not isinstance(document, dict) or "negotiation sweep" not in document:
        raise DamagedError("it does not describe a sweep")
    rest = {key: value for key, value in document.items() if key != "sha256"}
    if _text(document) != content or hashlib.sha256(_text(rest)).hexdigest() != document.get("sha256"):
        raise DamagedError("its checksum is wrong")
    return document


def differences(stored: Document, asked: Document) -> tuple[str, ...]:
    """Return in words where two descriptions differ, none where they are of one sweep."""
    if stored.get("negotiation sweep") != FORMAT:
        return (f"the format of stores: it has {stored.get('negotiation sweep')}, this version writes {FORMAT}",)
    found = [*_axes_that_differ(stored["design"]["axes"], asked["design"]["axes"])]
    apart = dict.fromkeys(("design", "blocks", "sha256") if found else ("sha256",))
    found += _differences("", stored | apart, asked | apart)
    more = [f"and {len(found) - MOST_TOLD} more"] if len(found) > MOST_TOLD else []
    return tuple(found[:MOST_TOLD] + more)


def _axes_that_differ(stored: list[Document], asked: list[Document]) -> Iterator[str]:
    """Yield in words where the axes of two designs differ."""
    names = [", ".join(axis["name"] for axis in axes) for axes in (stored, asked)]
    if names[0] != names[1]:
        yield f"the axes: the store has {names[0]}, asked was {names[1]}"
        return
    for one, other in zip(stored, asked, strict=True):
        if one != other:
            yield from _series_that_differ(one, other)


def _series_that_differ(stored: Document, asked: Document) -> Iterator[str]:
    """Yield in words where the values along an axis differ."""
    names = [", ".join(series["name"] for series in axis["series"]) for axis in (stored, asked)]
    if names[0] != names[1]:
        yield f"what varies along the axis {stored['name']}: the store has {names[0]}, asked was {names[1]}"
        return
    for one, other in zip(stored["series"], asked["series"], strict=True):
        has, asks = _ends(stored, one), _ends(asked, other)
        if has != asks:
            of_each = [f"{count} values from {first} to {last}" for count, first, last in (has, asks)]
            yield f"the axis {one['name']}: the store has {of_each[0]}, asked was {of_each[1].replace(' values', '', 1)}"
        elif one != other:
            yield f"the axis {one['name']}: its values differ{_first_value_that_differs(one, other)}"


def _ends(axis: Document, series: Document) -> tuple[int, str, str]:
    """Return the number of values, the first and the last."""
    values = series.get("values") or [series["first"], series["last"]]
    return axis["length"], values[0], values[-1]


def _first_value_that_differs(stored: Document, asked: Document) -> str:
    pairs = enumerate(zip(stored.get("values", ()), asked.get("values", ()), strict=False), start=1)
    found = next(((place, *pair) for place, pair in pairs if pair[0] != pair[1]), None)
    return "" if found is None else f", the first at place {found[0]}: the store has {found[1]}, asked was {found[2]}"


def _differences(place: str, stored: object, asked: object) -> Iterator[str]:
    if stored == asked:
        return
    if place == "scenario.text":
        yield _line_that_differs(str(stored), str(asked))
    elif isinstance(stored, dict) and isinstance(asked, dict):
        for key in dict.fromkeys((*stored, *asked)):
            yield from _differences(f"{place}.{key}" if place else key, stored.get(key), asked.get(key))
    elif isinstance(stored, list) and isinstance(asked, list) and len(stored) == len(asked):
        for number, (one, other) in enumerate(zip(stored, asked, strict=True), start=1):
            yield from _differences(f"{place}.{number}", one, other)
    else:
        yield f"{_called(place)}: the store has {_shown(stored)}, asked was {_shown(asked)}"


def _called(place: str) -> str:
    for key, words in _WORDS.items():
        if place == key or (place.startswith(f"{key}.") and key == "versions"):
            return f"{words} {place.rpartition('.')[2]}" if key == "versions" else words
    return place


def _shown(value: object) -> str:
    if value is None:
        return "none"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:60]}... ({len(value) if isinstance(value, list) else len(text)} long)"


def _line_that_differs(stored: str, asked: str) -> str:
    """Return where two texts begin to differ."""
    one, other = [*stored.splitlines(), ""], [*asked.splitlines(), ""]
    line = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other)) - 1)
    has, asks = _shown(one[line].strip()), _shown(other[line].strip())
    return f"the scenario's text, from line {line + 1} on: the store has {has!r}, asked was {asks!r}"


def layout_of(document: Document) -> Layout:
    """Return the columns of a description."""
    columns = [
        Column(**{**column, "dimensions": tuple(column["dimensions"]), "names": tuple(column["names"])}) for column in document["columns"]
    ]
    return Layout(tuple(columns), {dimension: tuple(labels) for dimension, labels in document["labels"].items()})


def blocks_of(document: Document) -> Blocks:
    """Return the division into blocks of a description."""
    return Blocks(document["blocks"]["points"], document["blocks"]["size"])


def task_of(document: Document, design: Design) -> Task:
    """Return the task of a description, whose points are given."""
    return Task(
        text=document["scenario"]["text"],
        file=f"{document['scenario']['name']}.yaml",
        design=design,
        summary=document["summary"],
        options=document["options"],
        variant=document["variant"],
        settings={name: Fraction(value) for name, value in document["settings"].items()},
        concept=document["concept"],
        seed=document["seed"],
        ranges={name: (Fraction(low), Fraction(high)) for name, (low, high) in document["opened"].items()},
    )


def design_bytes(design: Design) -> bytes:
    """Return the content of the file with all values of a design: arrays ``AXIS.SERIES``, doubles or JSON texts; ``about`` names them."""
    arrays: dict[str, NDArray[np.generic]] = {}
    about = []
    for at, axis in enumerate(design.axes):
        about.append({"name": axis.name, "note": axis.note, "series": [{"name": one.name, "role": one.role} for one in axis.series]})
        for number, series in enumerate(axis.series):
            values = series.values
            arrays[f"{at}.{number}"] = values if isinstance(values, np.ndarray) else text_array([str(value) for value in values])
    return b"".join(packed({"about": text_array(about), **arrays}))


def read_design(content: bytes, described: Mapping[str, object]) -> Design:
    """Return the design that a file holds, and which the manifest describes.

    Raises
    ------
    DamagedError
        If it is damaged, or another one.
    """
    arrays = unpacked(content)
    try:
        about: Any = text_of(arrays["about"])  # JSON that this module wrote: the checksum is right
        axes = [
            Axis(axis["name"], tuple(_series(one, arrays[f"{at}.{number}"]) for number, one in enumerate(axis["series"])), axis["note"])
            for at, axis in enumerate(about)
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedError("it holds no design") from error
    design = Design(tuple(axes))
    if json.loads(json.dumps(design.document())) != described:
        raise DamagedError("it holds another design")
    return design


def _series(about: Mapping[str, str], array: NDArray[np.generic]) -> Series:
    role: Any = about["role"]  # one of the roles: the description is compared with the manifest's
    found: Role = role
    if array.dtype == np.float64:
        return Series(about["name"], found, array.astype(np.float64))
    texts: Any = text_of(array)  # a list of texts
    if role == "parameter":
        return Series(about["name"], found, tuple(map(Fraction, texts)))
    return Series(about["name"], found, tuple(map(int, texts)) if role == "seed" else tuple(texts))
