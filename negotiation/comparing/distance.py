"""How far apart two distributions are."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

from negotiation.games.numbers import Number

__all__ = ["variation"]

Key = TypeVar("Key")


def variation(one: Mapping[Key, Number], other: Mapping[Key, Number]) -> Number:
    """Return the total variation distance of two distributions: half the sum of the differences in probability, from 0 to 1."""
    nothing = Fraction(0)
    total: Number = nothing
    for key in {**one, **other}:
        apart = one.get(key, nothing) - other.get(key, nothing)
        total += apart if apart > 0 else -apart
    return total / 2
