"""The shape of a file against the language: every misplaced, missing or malformed part is noted.

A misspelt key is read as what was probably meant, and what is broken is cut out, so that the rest can still be checked:
all independent mistakes come in one go, and none is reported for what follows from another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

from pydantic import ValidationError

from negotiation.scenario.document import Document
from negotiation.scenario.mistakes import Collector, nearest_name
from negotiation.scenario.nodes import Data, Key
from negotiation.scenario.schema import ScenarioFile
from negotiation.scenario.shapes import Misfit, legal_keys, note

__all__ = ["Sound", "read_structure"]

#: Cutting a part out can leave the part around it incomplete, which is then cut out too: so many times at most.
MAX_CUTS = 12

#: So many unknown keys are compared with the known ones at most; a person makes fewer slips.
MAX_SLIPS = 50

#: What is read in place of a part that is missing or broken, once that has been noted: the rest can be checked without it.
_STAND_INS: dict[str, Data] = {"negotiation": "1", "title": "untitled", "players": {"one": "one", "another": "another"}}


@dataclass(frozen=True, eq=False)
class Sound:
    """The part of a file that has the right shape, and the paths of what had to be left out."""

    file: ScenarioFile
    cut: frozenset[tuple[Key, ...]]

    def lacks(self, *section: Key) -> bool:
        """Whether something was cut out of a section."""
        return any(path[: len(section)] == section for path in self.cut)


def read_structure(document: Document, problems: Collector) -> Sound:
    """Return the part of a document that has the right shape; note all mistakes of shape.

    Raises
    ------
    ScenarioError
        If nothing is left that could be checked further.
    """
    if document.root.entries is None:
        problems.fail(document.value_place(()), "a scenario must be a mapping: lines such as 'title: ...'")
    _rename(document, problems)
    data = document.data
    cut: set[tuple[Key, ...]] = set()
    words: set[str] = set()
    for attempt in range(MAX_CUTS):
        misfits = _misfits(document, data)
        if isinstance(misfits, ScenarioFile):
            return Sound(misfits, frozenset(cut))
        wrong = set()
        for misfit in misfits:
            if attempt == 0 and misfit.word not in words:
                note(document, problems, misfit)
                words.update([misfit.word] if misfit.word else [])
            wrong.add(_removable(misfit))
        _cut(data, wrong)
        cut |= wrong
    raise problems.error()


def _misfits(document: Document, data: Data) -> ScenarioFile | list[Misfit]:
    """Return the file as the classes of the language, or what does not fit them."""
    try:
        return ScenarioFile.model_validate(data)
    except ValidationError as error:
        return [
            Misfit(detail["type"], detail["loc"], tuple(_path(detail["loc"], document)), detail.get("ctx", {}), detail["input"])
            for detail in error.errors(include_url=False)
        ]


def _path(location: Sequence[Key], document: Document) -> Iterator[Key]:
    """Yield the keys of pydantic's location that are keys of the file: the others name alternatives."""
    node = document.root
    for number, key in enumerate(location):
        child = node.child(key)
        if child is not None:
            node = child
            yield key
        elif number == len(location) - 1 and key != "[key]" and not str(key).startswith("<"):
            yield key  # a missing key


def _rename(document: Document, problems: Collector) -> None:
    """Note misspelt keys and read them as what they are nearest to, where that is not written as well."""
    for _ in range(MAX_CUTS):
        misfits = _misfits(document, document.data)
        if isinstance(misfits, ScenarioFile):
            return
        slips = [
            replace(misfit, meant=meant)
            for misfit in [misfit for misfit in misfits if misfit.kind == "extra_forbidden"][:MAX_SLIPS]
            if (meant := _meant(document, misfit, misfits))
        ]
        for misfit in slips:
            if misfit.meant not in document.names(*misfit.path[:-1]):  # two keys can be slips for the same one
                note(document, problems, misfit)
                document.rename(misfit.path, misfit.meant)
        if not slips:
            return


def _meant(document: Document, misfit: Misfit, misfits: Sequence[Misfit]) -> str:
    """Return the key that an unknown one was probably meant to be: one like it, or the only one that is missing beside it."""
    around, written = misfit.path[:-1], document.names(*misfit.path[:-1])
    node = document.find(misfit.path)
    meant = nearest_name(str(misfit.path[-1]), legal_keys(misfit.location))
    if not meant and node is not None and not node.is_nothing:
        beside = [other for other in misfits if other.path[:-1] == around]
        missing = [str(other.path[-1]) for other in beside if other.kind == "missing"]
        unknown = [other for other in beside if other.kind == "extra_forbidden"]
        meant = missing[0] if len(missing) == len(unknown) == 1 else ""
    return "" if meant in written else meant


def _removable(misfit: Misfit) -> tuple[Key, ...]:
    """Return the path of what is left out: a part with something missing in it, a whole list for one of its items."""
    path = misfit.path[:-1] if misfit.kind == "missing" and len(misfit.path) > 1 else misfit.path
    inside = next((number for number, step in enumerate(path) if isinstance(step, int)), len(path))
    return path[:inside]


def _cut(data: Data, paths: set[tuple[Key, ...]]) -> None:
    """Remove the values at these paths from the data, or put something sound in their place."""
    for path in paths:
        parent: Data = data
        for step in path[:-1]:
            parent = parent.get(step) if isinstance(parent, dict) and isinstance(step, str) else None
        if not isinstance(parent, dict):
            continue
        key = str(path[-1])
        parent.pop(key, None)
        if len(path) == 1 and key in _STAND_INS:
            parent[key] = deepcopy(_STAND_INS[key])
