"""The shape of a file against the language: every misplaced, missing or malformed part, in plain words.

What is broken is then cut out, so that the rest can still be checked and all independent mistakes come in one go.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from negotiation.scenario.document import Data, Document, Key
from negotiation.scenario.mistakes import Collector, nearest, shown
from negotiation.scenario.schema import MAX_DIGITS, MAX_EXPONENT, ScenarioFile

__all__ = ["Sound", "read_structure"]

#: Cutting a part out can leave the part around it incomplete, which is then cut out too: so many times at most.
MAX_CUTS = 12

#: How many steps of a path are shown, from the innermost.
MAX_STEPS = 4

#: pydantic's type of error -> the rule in plain words, after the name of what breaks it.
_RULES = {
    "string_type": "must be a text",
    "string_too_short": "must not be empty",
    "dict_type": "must be a mapping ('key: value' on lines of their own, or in braces)",
    "model_type": "must be a mapping ('key: value' on lines of their own, or in braces)",
    "model_attributes_type": "must be a mapping ('key: value' on lines of their own, or in braces)",
    "list_type": "must be a list (in brackets)",
    "tuple_type": "must be a list (in brackets)",
    "not_a_number": "must be a number such as 2, 0.25, 1e-3 or 2/3",
    "number_too_long": f"must be a number of at most {MAX_DIGITS} digits and an exponent within {MAX_EXPONENT}",
    "not_a_count": "must be a whole number",
    "not_an_option": "must be a text, a number or a list of them",
    "not_a_player": "must be a label, or a mapping with 'label' and 'types'",
    "not_a_node": "must be a decision ('player' and 'actions') or a chance move ('chance')",
    "not_a_target": "must lead to an outcome, a stage, a decision ('player' and 'actions') or a chance move ('chance')",
    "not_values": "must be {from: .., to: .., points: ..} or {values: [..]}",
    "not_a_cell": "must be [row's payoff, column's payoff] or the name of an outcome",
    "not_a_payoff": "must be a formula, or one formula for each type of a player",
    "not_a_path": "must be a pattern such as 'ultimatum > refuse', a list of patterns, or a mapping with 'path' and 'when'",
    "not_a_choice": "must be the name of a strategy, or a mapping with 'strategy' and its options",
    "literal_error": "must be 1, the version of the language that this program reads",
    "string_too_long": "is too long for a name",
}

#: In braces ``{about: first, second}`` is an entry ``about`` and an entry ``second`` without a value.
COMMA = "if it belongs to the text before it, put that text in quotation marks: in braces, a comma starts a new entry"

#: What is read in place of a missing line that nothing else depends on, once its absence has been noted.
_STAND_INS = {"negotiation": "1", "title": "untitled"}

_NOT_AN_IDENTIFIER = "is not a name for formulas: use letters, digits and '_', and start with a letter"
_NOT_A_NAME = "is not a name: use letters, digits, '_', '-' and single words between blanks"


@dataclass(frozen=True, eq=False)
class Sound:
    """The part of a file that has the right shape, and the paths of what had to be left out."""

    file: ScenarioFile
    cut: frozenset[tuple[Key, ...]]

    def lacks(self, *section: Key) -> bool:
        """Whether something was cut out of a section."""
        return any(path[: len(section)] == section for path in self.cut)


def read_structure(document: Document, problems: Collector) -> Sound | None:
    """Return the part of a document that has the right shape, None if nothing useful is left; note all mistakes."""
    data = document.data
    if not isinstance(data, dict):
        problems.add(document.value_place(()), "a scenario must be a mapping: lines such as 'title: ...'")
        return None
    cut: set[tuple[Key, ...]] = set()
    for attempt in range(MAX_CUTS):
        try:
            return Sound(ScenarioFile.model_validate(data), frozenset(cut))
        except ValidationError as error:
            errors = error.errors(include_url=False, include_input=False)
        wrong: set[tuple[Key, ...]] = set()
        for detail in errors:
            path = tuple(_path(detail["loc"], document))
            kind = detail["type"]
            if attempt == 0:
                _note(document, problems, path, kind, detail["loc"], detail.get("ctx", {}))
            if kind == "missing" and path[0] in _STAND_INS:
                data[str(path[0])] = _STAND_INS[str(path[0])]
            else:
                wrong.add(_removable(path[:-1] if kind == "missing" else path))
        if not _cut(data, wrong):
            return None
        cut |= wrong
    return None


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


def _note(
    document: Document, problems: Collector, path: tuple[Key, ...], kind: str, location: Sequence[Key], context: Mapping[str, object]
) -> None:
    """Note one mistake of shape in plain words."""
    name = named(path)
    if kind == "missing":
        what = "the file" if len(path) == 1 else named(path[:-1])
        missing = "a second value" if isinstance(path[-1], int) else shown(str(path[-1]))
        problems.add(document.key_place(path[:-1]), f"{what} needs {missing}", suggestion=_about(location))
    elif kind == "extra_forbidden":
        where = f" in {named(path[:-1])}" if len(path) > 1 else ""
        legal = _legal_keys(location)
        hint = nearest(str(path[-1]), legal) or (COMMA if _is_bare(document, path) else f"known here: {', '.join(legal)}")
        problems.add(document.key_place(path), f"unknown key {shown(str(path[-1]))}{where}", suggestion=hint)
    elif kind == "string_pattern_mismatch":
        is_key = location[-1] == "[key]"
        place = document.key_place(path) if is_key else document.value_place(path)
        node = document.find(path)
        word = str(path[-1]) if is_key or node is None or node.value is None else node.value
        rule = _NOT_AN_IDENTIFIER if "A-Za-z0-9" in str(context.get("pattern")) else _NOT_A_NAME
        problems.add(place, f"{shown(word)} {rule}")
    elif kind in ("too_short", "too_long"):
        least = context.get("min_length", context.get("max_length"))
        bound = "at least" if kind == "too_short" else "no more than"
        unit = "entry" if least == 1 else "entries"
        problems.add(document.key_place(path), f"{name} needs {bound} {least} {unit}, got {context.get('actual_length')}")
    else:
        place = document.key_place(path) if location and location[-1] == "[key]" else document.value_place(path)
        problems.add(place, f"{name} {_RULES.get(kind, 'is not allowed here')}{_got(document, path)}")


def named(path: Sequence[Key]) -> str:
    """Return a path as people read it, its innermost steps only: ``parameters.gain.range``, ``game ... actions.wait``."""
    if not path:
        return "the file"
    steps = [str(step) if isinstance(step, str) else f"entry {step + 1}" for step in path[-MAX_STEPS:]]
    return ("... " if len(path) > MAX_STEPS else "") + shown(".".join(steps))[1:-1]


def _is_bare(document: Document, path: Sequence[Key]) -> bool:
    """Return whether a key has no value."""
    node = document.find(path)
    return node is not None and node.value is None and node.entries is None and node.items is None


def _got(document: Document, path: Sequence[Key]) -> str:
    node = document.find(path)
    if node is None:
        return ""
    if node.entries is not None:
        return ", got a mapping"
    if node.items is not None:
        return ", got a list"
    return ", got nothing" if node.value is None else f", got {shown(node.value)}"


def _removable(path: tuple[Key, ...]) -> tuple[Key, ...]:
    """Return a path, or the list that it leads into: taking single items out would move the others to wrong places."""
    inside = next((number for number, step in enumerate(path) if isinstance(step, int)), len(path))
    return path[:inside]


def _cut(data: dict[str, Data], paths: set[tuple[Key, ...]]) -> bool:
    """Remove the values at these paths from the data; return whether all of them could be."""
    for path in paths:
        if not path:
            return False
        parent: Data = data
        for step in path[:-1]:
            parent = parent.get(step) if isinstance(parent, dict) and isinstance(step, str) else None
        if isinstance(parent, dict):
            parent.pop(str(path[-1]), None)
    return True


def _model_at(location: Sequence[Key]) -> type[BaseModel]:
    """Return the innermost class of the language that a location of pydantic's leads into."""
    found: type[BaseModel] = ScenarioFile
    kind: object = ScenarioFile
    for step in location:
        kind = _step(kind, step)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found = kind
    return found


def _step(kind: object, step: Key) -> object:
    """Return the annotation one step further: a field, a value of a mapping, an alternative of a union."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
        return _bare(fields.get(str(step)), step)
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) is dict:
        return _bare(arguments[1], step)
    return _bare(kind, step)


def _bare(kind: object, step: Key) -> object:
    """Return an annotation without its metadata; of a union, the alternative whose tag the step is, else the first part."""
    while typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    tagged = [part for part in typing.get_args(kind) if typing.get_origin(part) is typing.Annotated]
    for part in tagged:
        if any(getattr(extra, "tag", None) == step for extra in typing.get_args(part)[1:]):
            return _bare(part, step)
    rest = [part for part in typing.get_args(kind) if part is not type(None)]
    optional = type(None) in typing.get_args(kind)
    return _bare(rest[0], step) if optional and len(rest) == 1 else kind


def _legal_keys(location: Sequence[Key]) -> list[str]:
    return [field.alias or name for name, field in _model_at(location[:-1]).model_fields.items()]


def _about(location: Sequence[Key]) -> str:
    """Return what a missing key is for, as the language describes it."""
    for name, field in _model_at(location[:-1]).model_fields.items():
        if (field.alias or name) == location[-1]:
            return f"{location[-1]}: {field.description}"
    return ""
