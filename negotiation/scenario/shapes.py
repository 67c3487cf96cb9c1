"""What is wrong with the shape of a part of a file, in plain words: keys, missing parts, lists in place of texts."""

from __future__ import annotations

import re
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel

from negotiation.scenario.clock_schema import LAWS
from negotiation.scenario.document import Document
from negotiation.scenario.mistakes import Collector, did_you_mean, shown
from negotiation.scenario.nodes import Key
from negotiation.scenario.scalars import MAX_DIGITS, MAX_EXPONENT
from negotiation.scenario.schema import ScenarioFile

__all__ = ["Misfit", "legal_keys", "note"]

#: How many steps of a path are shown, from the innermost.
MAX_STEPS = 4

_MAPPING = "must be a mapping ('key: value' on lines of their own, or in braces)"

#: pydantic's type of error -> the rule in plain words, after the name of what breaks it.
_RULES = {
    "nothing": "must have a value",
    "string_type": "must be a text or a number",
    "string_too_short": "must not be empty",
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "list_type": "must be a list (in brackets)",
    "tuple_type": "must be a list (in brackets)",
    "not_a_number": "must be a number such as 2, 0.25, 1e-3 or 2/3",
    "needless_zero": "must be a number without a needless 0 in front",
    "number_too_long": f"must be a number of at most {MAX_DIGITS} digits and an exponent within {MAX_EXPONENT}",
    "not_a_count": "must be a whole number of at most 9 digits",
    "not_an_option": "must be a text, a number or a list of them",
    "not_a_player": "must be a label, or a mapping with 'label' and 'types'",
    "not_a_node": "must be a decision ('player' and 'actions') or a chance move ('chance')",
    "not_a_target": "must lead to an outcome, a stage, a decision ('player' and 'actions') or a chance move ('chance')",
    "not_values": "must be {from: .., to: .., points: ..} or {values: [..]}",
    "not_a_cell": "must be [row's payoff, column's payoff] or the name of an outcome",
    "not_a_payoff": "must be a formula, or one formula for each type of a player",
    "not_a_path": "must be a pattern such as 'ultimatum > refuse', a list of patterns, or a mapping with 'path' and 'when'",
    "not_a_choice": "must be the name of a strategy, or a mapping with 'strategy' and its options",
    "not_a_time": f"must be a time ({', '.join(LAWS)}), or one for each action",
    "not_a_channel": "must be a label, or a mapping with 'label' and 'set'",
    "literal_error": "must be 1, the version of the language that this program reads",
    "string_too_long": "is too long for a name",
}

#: Where the keys tell what a mapping is: those that it may have, to find a misspelt one.
_KEYS_OF = {
    "not_a_node": ("player", "actions", "chance"),
    "not_a_target": ("player", "actions", "chance", "then"),
    "not_values": ("from", "points", "values"),
    "not_a_choice": ("strategy",),
}

#: Rules after which it helps to say what the part is for.
_EXPLAINED = frozenset({"nothing", "dict_type", "list_type", "tuple_type", "string_type"})

#: In braces ``{about: first, second}`` is an entry ``about`` and an entry ``second`` without a value.
COMMA = "if it belongs to the text before it, put that text in quotation marks: in braces, a comma starts a new entry"

_NOT_AN_IDENTIFIER = "is not a name for formulas: use the letters A to Z, digits and '_', and start with a letter"
_NOT_A_NAME = "is not a name: use letters, digits, '_', '-' and single blanks between words"


@dataclass(frozen=True, slots=True)
class Misfit:
    """A part of a file that does not fit the language: pydantic's type of error, its location, and the path in the file.

    ``meant`` is the key that an unknown one was probably meant to be.
    """

    kind: str
    location: tuple[Key, ...]
    path: tuple[Key, ...]
    context: Mapping[str, object]
    given: object
    meant: str = ""

    @property
    def word(self) -> str:
        """What is no name, empty where something else is wrong: a player of an impossible name is one mistake, wherever he appears."""
        return str(self.given) if self.kind == "string_pattern_mismatch" else ""

    @property
    def is_key(self) -> bool:
        """Whether it is a key of a mapping, not its value."""
        return self.location[-1:] == ("[key]",)


def note(document: Document, problems: Collector, misfit: Misfit) -> None:
    """Note a misfit in plain words."""
    _NOTES.get(misfit.kind, _note_rule)(document, problems, misfit)


def _note_missing(document: Document, problems: Collector, misfit: Misfit) -> None:
    path = misfit.path
    what = "the file" if len(path) == 1 else _named(path[:-1])
    missing = "a second value" if isinstance(path[-1], int) else shown(str(path[-1]))
    slips = [key for key in document.names(*path[:-1]) if key not in legal_keys(misfit.location) and problems.nearest(key, [str(path[-1])])]
    hint = f"did you mean {missing} by {slips[0]!r}?" if slips else _about(misfit.location)
    problems.add(document.key_place(path[:-1]), f"{what} needs {missing}", suggestion=hint)


def _note_unknown_key(document: Document, problems: Collector, misfit: Misfit) -> None:
    path, key = misfit.path, str(misfit.path[-1])
    where = f" in {_named(path[:-1])}" if len(path) > 1 else ""
    legal = legal_keys(misfit.location)
    hint = did_you_mean(misfit.meant or problems.nearest(key, legal))
    if not hint and _is_bare(document, path):
        hint = COMMA
    if not hint and len(path) == 1 and key in _homes():
        hint = f"it belongs under {_homes()[key]!r}"
    problems.add(document.key_place(path), f"unknown key {shown(key)}{where}", suggestion=hint or f"known here: {', '.join(legal)}")


def _note_name(document: Document, problems: Collector, misfit: Misfit) -> None:
    node = document.find(misfit.path)
    place = document.key_place(misfit.path) if misfit.is_key else document.value_place(misfit.path)
    word = str(misfit.path[-1]) if misfit.is_key or node is None or node.value is None else node.value
    rule = _NOT_AN_IDENTIFIER if "A-Za-z0-9" in str(misfit.context.get("pattern")) else _NOT_A_NAME
    problems.add(place, f"{shown(word)} {rule}")


def _note_length(document: Document, problems: Collector, misfit: Misfit) -> None:
    bound = misfit.context.get("min_length", misfit.context.get("max_length"))
    least = "at least" if misfit.kind == "too_short" else "at most"
    unit = "entry" if bound == 1 else "entries"
    node = document.find(misfit.path)
    count = 0 if node is None else len(node.entries or node.items or ())
    rule = f"{_named(misfit.path)} must have {least} {bound} {unit}, got {count}"
    problems.add(document.key_place(misfit.path), rule, suggestion=_about(misfit.location))


def _note_rule(document: Document, problems: Collector, misfit: Misfit) -> None:
    place = document.key_place(misfit.path) if misfit.is_key else document.value_place(misfit.path)
    rule = _RULES.get(misfit.kind, "is not allowed here")
    came = "" if misfit.is_key or misfit.kind == "nothing" else _got(document, misfit.path)
    name = shown(str(misfit.path[-1])) if misfit.is_key else _named(misfit.path)
    problems.add(place, f"{name} {rule}{came}", suggestion=_hint(document, problems, misfit))


def _hint(document: Document, problems: Collector, misfit: Misfit) -> str:
    """Return what helps with a misfit."""
    if misfit.kind in _EXPLAINED:
        return _about(misfit.location)
    if misfit.kind.startswith("model_"):
        keys = [name for name, field in _fields(misfit.location) if field.is_required()] or legal_keys((*misfit.location, ""))
        return f"write {{{', '.join(f'{key}: ..' for key in keys)}}}"
    if misfit.kind in _KEYS_OF:
        slips = [problems.nearest(key, _KEYS_OF[misfit.kind]) for key in document.names(*misfit.path)]
        return did_you_mean(next(filter(None, slips), ""))
    return _number_hint(str(misfit.given)) if misfit.kind == "not_a_number" else ""


def _number_hint(text: str) -> str:
    """Return how a number is written here that was written as elsewhere."""
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        return f"write a decimal point: {text.replace(',', '.')}"
    return "write five per cent as 0.05" if text.endswith("%") else ""


_NOTES: Mapping[str, Callable[[Document, Collector, Misfit], None]] = {
    "missing": _note_missing,
    "extra_forbidden": _note_unknown_key,
    "string_pattern_mismatch": _note_name,
    "too_short": _note_length,
    "too_long": _note_length,
}


def _named(path: Sequence[Key]) -> str:
    """Return a path as people read it, its innermost steps only: ``parameters.gain.range``, ``... actions.wait``."""
    steps = [str(step) if isinstance(step, str) else f"entry {step + 1}" for step in path[-MAX_STEPS:]]
    return ("... " if len(path) > MAX_STEPS else "") + shown(".".join(steps))[1:-1]


def _is_bare(document: Document, path: Sequence[Key]) -> bool:
    """Return whether a key has no value."""
    node = document.find(path)
    return node is not None and node.is_nothing


def _got(document: Document, path: Sequence[Key]) -> str:
    node = document.find(path)
    if node is None:
        return ""
    if node.entries is not None:
        return ", got a mapping"
    if node.items is not None:
        return ", got a list"
    return ", got nothing" if node.value is None else f", got {shown(node.value)}"


@cache
def _homes() -> Mapping[str, str]:
    """Return under which section keys belong that people write at the top of a file."""
    sections = {"game": ("<decision>", "<chance>"), "repeat": ("",), "matrix": ("",), "sweep": ("",)}
    return {key: section for section, kinds in sections.items() for kind in kinds for key in legal_keys((section, kind, ""))}


def legal_keys(location: Sequence[Key]) -> list[str]:
    """Return the keys that may stand beside the last step of a location of pydantic's."""
    return [name for name, _ in _fields(location[:-1])]


def _fields(location: Sequence[Key]) -> Iterator[tuple[str, typing.Any]]:
    """Yield the keys of the class that a location leads into, with pydantic's description of each."""
    for name, field in _model_at(location).model_fields.items():
        yield field.alias or name, field


def _about(location: Sequence[Key]) -> str:
    """Return what the innermost key of the language on the way to a place is for, as the language describes it."""
    for number in range(len(location) - 1, -1, -1):
        for name, field in _fields(location[:number]):
            if name == location[number]:
                return f"{name}: {field.description}"
    return ""


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
