"""Numbers of a game: exact rationals, and the floats that solvers without exact arithmetic return.

A number that a person wrote in decimals is the rational that it reads as: ``exact(0.1) + exact(0.2) == exact(0.3)``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Context, Decimal
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import GameError

__all__ = ["ExactArray", "Number", "exact", "exact_array", "read_only", "show_number"]

#: The largest exponent of ten in a numeral: floats end before it, and a power with a million digits takes minutes to build.
MAX_EXPONENT = 400

_EXPONENT = re.compile(r"[eE][+-]?([\d_]+)\s*$")

#: A probability or a payoff: a Fraction where it is known exactly, a float where it is the result of an approximation.
Number: TypeAlias = Fraction | float

#: An array of Fractions (numpy's object dtype; numpy has no rational type).
ExactArray: TypeAlias = NDArray[np.object_]


def exact(number: object) -> Fraction:
    """Return the rational that a number reads as.

    Integers, Fractions and numerals such as ``"2/3"`` or ``"0.1"`` are themselves. A float is the shortest decimal that
    prints as it, so 0.1 is 1/10.

    Raises
    ------
    GameError
        If it is not a finite number.
    """
    if isinstance(number, Fraction):
        return number
    if isinstance(number, (bool, np.bool_)):
        raise GameError(f"expected a number, got the truth value {number}")
    if isinstance(number, (int, np.integer)):
        return Fraction(int(number))
    if isinstance(number, (float, np.floating)):
        if not math.isfinite(number):
            raise GameError(f"expected a finite number, got {number}")
        return Fraction(repr(float(number)))
    if isinstance(number, str):
        return _read_numeral(number)
    raise GameError(f"expected a number, got {type(number).__name__} {number!r}")


def _read_numeral(text: str) -> Fraction:
    exponent = _EXPONENT.search(text)
    # Long exponents are refused by their length: Python does not read integers of more than some thousands of digits.
    digits = "0" if exponent is None else exponent[1].replace("_", "").lstrip("0") or "0"
    if len(digits) > len(str(MAX_EXPONENT)) or int(digits) > MAX_EXPONENT:
        raise GameError(f"expected a number with an exponent within {MAX_EXPONENT}, got {text[:60]!r}")
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise GameError(f"expected a number such as 2, 0.25 or 2/3, got {text[:60]!r}") from None


def exact_array(numbers: object) -> ExactArray:
    """Return nested sequences (or an array) of numbers as a read-only array of Fractions of the same shape."""
    array = np.array(numbers, dtype=object)
    flat: Iterable[object] = array.reshape(-1)
    result = np.empty(array.shape, dtype=object)
    result.reshape(-1)[:] = [exact(number) for number in flat]
    return read_only(result)


def read_only(array: ExactArray) -> ExactArray:
    """Return the array, no longer writable."""
    array.setflags(write=False)
    return array


def show_number(number: Number, *, digits: int = 6) -> str:
    """Return a number for people: a short decimal, without trailing zeros, and never ``-0``."""
    try:
        text = f"{float(number):.{digits}g}"
    except OverflowError:  # larger than any double
        whole = Fraction(number)
        text = f"{(Decimal(whole.numerator) / Decimal(whole.denominator)).normalize(Context(prec=digits)):g}".lower()
    return "0" if text in ("-0", "0") else text
