"""Random numbers as a pure function of their address: Philox4x64 with 10 rounds.

A *draw* is a uniform number in [0, 1) that depends on nothing but

- the seed (the generator's 128-bit key),
- the replication,
- the family of draws (moves, types, ...) and the number of the draw within it.

So neither the order in which draws are made nor the number of replications or workers can change one. The counter of the
block generator holds ``(number // 4 + 1, replication, family, 0)`` and word ``number % 4`` of the block is the draw.
NumPy's ``Philox`` raises its counter before it generates, so the draws of a family are, one after another, the doubles of

    numpy.random.Generator(numpy.random.Philox(key=seed, counter=[0, replication, family, 0]))

which are made from its words as ``(word >> 11) * 2**-53``.

References
----------
Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, SC '11.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from negotiation.kernels.compiled import compiled, compiled_in_place

__all__ = ["DELAYS", "MOVES", "SHOCKS", "TYPES", "UNIT_BITS", "WORDS", "block", "draw", "fill_draws", "key_of_seed", "philox"]

#: Families of draws; each has its own sequence of numbers in every replication.
MOVES, TYPES, DELAYS, SHOCKS = 0, 1, 2, 3

#: A block has this many draws.
WORDS = 4

#: A draw is a whole number below 2**53, the upper bits of a word, in units of 2**-53.
UNIT_BITS = 53

#: Multipliers and key increments of Philox4x64 (Salmon et al. 2011, table 2 and section 3).
MULTIPLIERS = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
INCREMENTS = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
MASK = 2**64 - 1
TWO_TO_MINUS_53 = 2.0**-UNIT_BITS

#: What numba calls a word and a pair of them; it declares no types of its own.
_WORD: Any = types.uint64
_PAIR: Any = types.UniTuple(_WORD, 2)  # type: ignore[no-untyped-call]  # numba declares no types

_M0, _M1 = np.uint64(MULTIPLIERS[0]), np.uint64(MULTIPLIERS[1])
_W0, _W1 = np.uint64(INCREMENTS[0]), np.uint64(INCREMENTS[1])
_ONE, _TWO, _THREE, _ELEVEN = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(64 - UNIT_BITS)


def key_of_seed(seed: int) -> tuple[int, int]:
    """Return the generator's key: the low and the high 64 bits of the seed."""
    return seed & MASK, seed >> 64


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the four 64-bit words of one block, in plain integers; the reference for the compiled kernel."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        product0, product1 = MULTIPLIERS[0] * c0, MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (product1 >> 64) ^ c1 ^ k0, product1 & MASK, (product0 >> 64) ^ c3 ^ k1, product0 & MASK
        k0, k1 = (k0 + INCREMENTS[0]) & MASK, (k1 + INCREMENTS[1]) & MASK
    return c0, c1, c2, c3


def draw(seed: int, replication: int, number: int, *, family: int = MOVES) -> float:
    """Return one draw, in [0, 1), by its address; a few microseconds each."""
    words = philox((number // WORDS + 1, replication, family, 0), key_of_seed(seed))
    return (words[number % WORDS] >> (64 - UNIT_BITS)) * TWO_TO_MINUS_53


def _wide_product(typing: Any, _a: Any, _b: Any) -> Any:  # what numba passes while it compiles
    """Return both halves, upper and lower, of the 128-bit product of two 64-bit numbers: one instruction on most machines."""

    def _generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        a, b = arguments
        single, double = a.type, type(a.type)(128)
        product = builder.mul(builder.zext(a, double), builder.zext(b, double))
        upper = builder.trunc(builder.lshr(product, double(64)), single)
        return context.make_tuple(builder, signature.return_type, (upper, builder.trunc(product, single)))

    del typing
    return _PAIR(_WORD, _WORD), _generate


wide_product: Any = intrinsic(_wide_product)


@compiled_in_place
def block(
    number: np.uint64, replication: np.uint64, family: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return the four words that hold draws ``4 * number`` to ``4 * number + 3`` of a family; twin of ``philox``."""
    c0, c1, c2, c3 = number + _ONE, replication, family, np.uint64(0)
    for _ in range(10):
        upper0, lower0 = wide_product(_M0, c0)
        upper1, lower1 = wide_product(_M1, c2)
        c0, c1, c2, c3 = upper1 ^ c1 ^ k0, lower1, upper0 ^ c3 ^ k1, lower0
        k0, k1 = k0 + _W0, k1 + _W1
    return c0, c1, c2, c3


@compiled
def fill_draws(key: NDArray[np.uint64], replication: int, family: int, first: int, out: NDArray[np.float64]) -> None:
    """Write consecutive draws of one replication.

    Parameters
    ----------
    key : ndarray, shape (2,)
        Low and high 64 bits of the seed.
    replication, family, first : int
    out : ndarray, shape (draws,), modified in place
        ``out[n]`` is draw ``first + n`` of the family.
    """
    held, words = np.uint64(-1), (np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0))
    for n in range(out.shape[0]):
        number = np.uint64(first + n)
        if number >> _TWO != held:
            held = number >> _TWO
            words = block(held, np.uint64(replication), np.uint64(family), key[0], key[1])
        out[n] = np.float64(words[number & _THREE] >> _ELEVEN) * TWO_TO_MINUS_53
