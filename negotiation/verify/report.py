"""What a verification found: one check after another, each right or with what differs and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

__all__ = ["Check", "Verification", "differences"]

Stated: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked at one place of the document, and what is wrong with it (nothing where it is right)."""

    place: str
    claim: str
    differences: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class Verification:
    """All checks of one document.

    ``unchecked`` says what the document claims that cannot be checked from the game alone.
    """

    checks: tuple[Check, ...]
    unchecked: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that do not hold, in the order of the document."""
        return tuple(check for check in self.checks if not check.holds)


def differences(stated: Stated, found: Stated) -> tuple[str, ...]:
    """Return in words where named values differ, in the order of their names as stated."""
    names: Iterable[str] = dict.fromkeys([*stated, *found])
    return tuple(
        f"{name}: stated {_shown(stated, name)}, recomputed {_shown(found, name)}"
        for name in names
        if name not in stated or name not in found or stated[name] != found[name]
    )


def _shown(values: Stated, name: str) -> str:
    value = values.get(name, "nothing")
    return str(value) if isinstance(value, (Fraction, str)) else repr(value)
