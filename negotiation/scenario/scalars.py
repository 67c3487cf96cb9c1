"""What stands at single places of a file: names, texts, formulas, numbers; and what every mapping of the language has in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, PlainValidator, StringConstraints, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

__all__ = [
    "MAX_DIGITS",
    "MAX_EXPONENT",
    "Formula",
    "Identifier",
    "Name",
    "NameKey",
    "Number",
    "Option",
    "Part",
    "Points",
    "StrategyName",
    "Text",
    "by_shape",
    "read_number",
    "union",
]

#: More digits than any measured quantity has, few enough for exact arithmetic to stay quick.
MAX_DIGITS = 40

#: Powers of ten beyond this overflow float64 after few multiplications.
MAX_EXPONENT = 100

_DECIMAL = re.compile(r"[+-]?(?=\.?\d)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?", re.ASCII)
_RATIO = re.compile(r"[+-]?(\d+) ?/ ?(\d+)", re.ASCII)


def read_number(text: object) -> Fraction:
    """Return the exact rational that a numeral such as ``2``, ``-0.25``, ``1e-3`` or ``2/3`` reads as."""
    if not isinstance(text, str):
        raise PydanticCustomError("not_a_number", "must be a number")
    if decimal := _DECIMAL.fullmatch(text):
        whole, part, power = decimal.groups()
        if re.match(r"0\d", whole):
            raise PydanticCustomError("needless_zero", "starts with a needless 0")
        if len(whole) + len(part) > MAX_DIGITS or len(power or "") > MAX_DIGITS or abs(int(power or 0)) > MAX_EXPONENT:
            raise PydanticCustomError("number_too_long", "too many digits")
        return Fraction(text)
    if (ratio := _RATIO.fullmatch(text)) and ratio.group(2).strip("0"):
        if len(text) > MAX_DIGITS:
            raise PydanticCustomError("number_too_long", "too many digits")
        return Fraction(text.replace(" ", ""))
    raise PydanticCustomError("not_a_number", "must be a number")


def _read_count(text: object) -> int:
    if isinstance(text, str) and re.fullmatch(r"[1-9][0-9]{0,8}|0", text):
        return int(text)
    raise PydanticCustomError("not_a_count", "must be a whole number")


def _read_option(value: object) -> object:
    """Return an option of a strategy: text, or a list of options."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return [_read_option(item) for item in value]
    raise PydanticCustomError("not_an_option", "must be a text or a list")


def by_shape(**tags: str) -> Callable[[Any], str | None]:
    """Return a function that tells text, lists and mappings apart; ``Any``: pydantic hands over whatever the file had."""

    def shape(value: Any) -> str | None:
        if isinstance(value, str):
            return tags.get("text")
        return tags.get("items" if isinstance(value, list) else "mapping" if isinstance(value, dict) else "")

    return shape


def union(kind: Callable[[Any], str | None], error: str) -> Discriminator:
    """Return what chooses among alternatives by their tags; ``error`` is the type of the error where none fits."""
    return Discriminator(kind, custom_error_type=error, custom_error_message=error)


_WORD = r"[^\s!-,./:-@\[-^`{-~]+"

#: A name that formulas may use: players, parameters, definitions, states, types, local variables.
Identifier: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=60)]

#: A name in words: actions, outcomes, stages, readings, variants.
Name: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=rf"^{_WORD}( +{_WORD})*$", max_length=100),
    WithJsonSchema({"type": ["string", "number"], "pattern": rf"^{_WORD}( +{_WORD})*$", "maxLength": 100}),
]
NameKey: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^{_WORD}( +{_WORD})*$", max_length=100)]
#: The name of a strategy, or the path of a file with one.
StrategyName: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^({_WORD}( +{_WORD})*|[^\t\n\r]+\.(py|ya?ml))$", max_length=200)]
Text: TypeAlias = Annotated[str, Field(min_length=1), WithJsonSchema({"type": ["string", "number"], "minLength": 1})]
Formula: TypeAlias = Annotated[
    str, Field(min_length=1), WithJsonSchema({"type": ["string", "number"], "minLength": 1, "description": "A formula or a number."})
]
Number: TypeAlias = Annotated[
    Fraction,
    PlainValidator(read_number),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[-+]?[0-9.]+([eE][-+]?[0-9]+| ?/ ?[0-9]+)?$"}]}),
]
Points: TypeAlias = Annotated[
    int,
    PlainValidator(_read_count),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 2}, {"type": "string", "pattern": "^[1-9][0-9]{0,8}$"}]}),
]
Option: TypeAlias = Annotated[
    object,
    PlainValidator(_read_option),
    WithJsonSchema({"type": ["string", "number", "array"], "description": "A formula, a name or a list."}),
]


class Part(BaseModel):
    """A mapping of the language: only known keys, and something behind each."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, protected_namespaces=())

    @field_validator("*", mode="before")
    @classmethod
    def _something(cls, value: object) -> object:
        """Refuse a key with nothing behind it: it was meant to say something."""
        if value is None:
            raise PydanticCustomError("nothing", "must have a value")
        return value
