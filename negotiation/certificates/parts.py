"""How numbers and inequalities stand in a certificate."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from negotiation.games.certificate import Incentive
from negotiation.games.numbers import Number
from negotiation.verify.document import NO_TOLERANCE, TOLERANCE

__all__ = ["Document", "incentive", "texts", "tolerance"]

Document: TypeAlias = dict[str, object]


def texts(numbers: Iterable[Number]) -> list[str]:
    """Return numbers as exact texts."""
    return [str(Fraction(number)) for number in numbers]


def incentive(item: Incentive) -> Document:
    """Return one inequality with both sides and its slack."""
    return {
        "player": item.player,
        "place": item.place,
        "alternative": item.alternative,
        "value": str(item.value),
        "alternative_value": str(item.alternative_value),
        "slack": str(item.slack),
    }


def tolerance(rows: Iterable[Iterable[Number]]) -> str:
    """Return the tolerance that goes with rows of probabilities: none where all are exact."""
    is_exact = all(isinstance(p, Fraction) for row in rows for p in row)
    return str(NO_TOLERANCE if is_exact else TOLERANCE)
