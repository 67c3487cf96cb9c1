"""The form of a stored certificate: its name, its digests, and strict reading of its parts.

A certificate is a JSON document. Numbers of the game and of what is claimed about it are texts such as ``"2/3"`` or
``"-1"``, in lowest terms, so that nothing is lost on the way and each number has one spelling; only numbers of nodes and
counts are JSON integers. Digests are SHA-256 over the JSON text with sorted keys and without spaces.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from negotiation.errors import CertificateError

__all__ = ["FORMAT", "NO_TOLERANCE", "TOLERANCE", "VERSION", "Item", "digest", "parse"]

FORMAT = "negotiation certificate"
VERSION = 1

#: An exact profile has to satisfy its inequalities exactly; one that was computed in doubles up to this share of the
#: player's payoff span, the size of what rounding leaves on well-scaled games.
NO_TOLERANCE, TOLERANCE = Fraction(0), Fraction(1, 10**9)

Part = TypeVar("Part")

_NUMBER = re.compile(r"(0|-?[1-9][0-9]*)(/[1-9][0-9]*)?")


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a document and its place in it, such as ``solutions[0].equilibria[2]``."""

    value: object
    place: str = ""

    def fault(self, rule: str) -> CertificateError:
        """Return the error that this part breaks a rule."""
        shown = repr(self.value)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        return CertificateError(f"{self.place or 'the document'}: {rule}, got {shown}")

    def record(self, *names: str) -> dict[str, Item]:
        """Return the parts of an object that has exactly these names."""
        found = self.mapping()
        for name in names:
            if name not in found:
                raise CertificateError(f"{self.place or 'the document'}: {name!r} is missing")
        for name in found:
            if name not in names:
                raise CertificateError(f"{self.place or 'the document'}: {name!r} is not expected here; expected {', '.join(names)}")
        return found

    def mapping(self) -> dict[str, Item]:
        """Return the parts of an object by their names."""
        if not isinstance(self.value, dict):
            raise self.fault("must be an object")
        return {str(name): Item(part, f"{self.place}.{name}" if self.place else str(name)) for name, part in self.value.items()}

    def entries(self) -> list[Item]:
        """Return the parts of a list."""
        if not isinstance(self.value, list):
            raise self.fault("must be a list")
        return [Item(part, f"{self.place}[{number}]") for number, part in enumerate(self.value)]

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str):
            raise self.fault("must be a text")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(entry.text() for entry in self.entries())

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.fault("must be true or false")
        return self.value

    def integer(self, below: int | None = None) -> int:
        """Return an integer of at least 0, and less than ``below``."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 0:
            raise self.fault("must be an integer of at least 0")
        if below is not None and self.value >= below:
            raise self.fault(f"must be less than {below}")
        return self.value

    def integers(self, below: int | None = None) -> tuple[int, ...]:
        """Return a list of integers of at least 0, each less than ``below``."""
        return tuple(entry.integer(below) for entry in self.entries())

    def number(self) -> Fraction:
        """Return an exact number in its one spelling."""
        if not isinstance(self.value, str) or not _NUMBER.fullmatch(self.value):
            raise self.fault('must be an exact number written as a text such as "2/3" or "-1"')
        try:
            number = Fraction(self.value)
        except ValueError:
            # Python refuses to read integers of more than some thousands of digits.
            raise self.fault("is too long a number") from None
        if str(number) != self.value:
            raise self.fault(f"must be in lowest terms, {number}")
        return number

    def numbers(self) -> tuple[Fraction, ...]:
        """Return a list of exact numbers."""
        return tuple(entry.number() for entry in self.entries())

    def one_of(self, names: Iterable[str]) -> str:
        """Return one of the names."""
        allowed = tuple(names)
        if self.value not in allowed:
            raise self.fault(f"must be one of {', '.join(allowed)}")
        return self.text()

    def keyed(self, names: Iterable[str], read: Callable[[Item], Part]) -> tuple[Part, ...]:
        """Return what ``read`` makes of the parts of an object that has exactly these names, in the order of the names."""
        ordered = tuple(names)
        found = self.record(*ordered)
        return tuple(read(found[name]) for name in ordered)


def parse(text: str) -> Item:
    """Return a document from its JSON text.

    Raises
    ------
    CertificateError
        If it is no JSON, names a part twice, or nests too deeply.
    """
    try:
        return Item(json.loads(text, object_pairs_hook=_object, parse_constant=_constant))
    except json.JSONDecodeError as fault:
        raise CertificateError(f"line {fault.lineno}, column {fault.colno}: not a JSON document: {fault.msg}") from None
    except (RecursionError, ValueError) as fault:
        raise CertificateError(f"not a JSON document that can be read: {fault}") from None


def digest(value: object) -> str:
    """Return the SHA-256 digest of a JSON value, as ``sha256:`` and 64 hexadecimal digits."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise CertificateError(f"the document names {twice!r} twice in one object")
    return found


def _constant(name: str) -> object:
    raise CertificateError(f"{name} is not a number of a certificate")
