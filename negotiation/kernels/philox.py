"""Random numbers as a pure function of their address: Philox4x64 with 10 rounds.

A *draw* is a uniform number in [0, 1) that depends on nothing but

- the seed (the generator's 128-bit key),
- the replication and the round,
- the family of draws (moves, delays, ...) and the number of the draw within it.

So neither the order in which draws are made nor the number of replications or workers can change one. The counter of the
block generator holds ``(number // 4 + 1, round, replication, family)`` and word ``number % 4`` of the block is the draw.
NumPy's ``Philox`` raises its counter before it generates, so these are the first words of

    numpy.random.Philox(key=seed, counter=[0, round, replication, family])

and the uniform is ``(word >> 11) * 2**-53``, as NumPy makes its own doubles.

References
----------
Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, SC '11.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negotiation.kernels.compiled import compiled

__all__ = ["MOVES", "WORDS", "draw", "fill_draws", "key_of_seed", "philox"]

#: Families of draws; each has its own sequence of numbers in every round.
MOVES = 0

#: A block has this many draws.
WORDS = 4

#: Multipliers and key increments of Philox4x64 (Salmon et al. 2011, table 2 and section 3).
MULTIPLIERS = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
INCREMENTS = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
MASK = 2**64 - 1
TWO_TO_MINUS_53 = 2.0**-53

_M0, _M1 = np.uint64(MULTIPLIERS[0]), np.uint64(MULTIPLIERS[1])
_W0, _W1 = np.uint64(INCREMENTS[0]), np.uint64(INCREMENTS[1])
_LOW, _HALF, _ELEVEN = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(11)


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


def draw(seed: int, replication: int, number_of_round: int, number: int, *, family: int = MOVES) -> float:
    """Return one draw, in [0, 1), by its address; a few microseconds each."""
    words = philox((number // WORDS + 1, number_of_round, replication, family), key_of_seed(seed))
    return (words[number % WORDS] >> 11) * TWO_TO_MINUS_53


@compiled
def high_product(a: np.uint64, b: np.uint64) -> np.uint64:
    """Return the upper 64 bits of the 128-bit product, by halves."""
    a_low, a_high, b_low, b_high = a & _LOW, a >> _HALF, b & _LOW, b >> _HALF
    middle = a_high * b_low + ((a_low * b_low) >> _HALF)
    other = a_low * b_high + (middle & _LOW)
    return a_high * b_high + (middle >> _HALF) + (other >> _HALF)


@compiled
def block(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return the four words of one block; twin of ``philox``."""
    for _ in range(10):
        high0, low0 = high_product(_M0, c0), _M0 * c0
        high1, low1 = high_product(_M1, c2), _M1 * c2
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = k0 + _W0, k1 + _W1
    return c0, c1, c2, c3


@compiled
def fill_draws(key: NDArray[np.uint64], replication: int, first_round: int, family: int, out: NDArray[np.float64]) -> None:
    """Write the draws of consecutive rounds of one replication.

    Parameters
    ----------
    key : ndarray, shape (2,)
        Low and high 64 bits of the seed.
    replication, first_round, family : int
    out : ndarray, shape (rounds, draws), modified in place
        The number of draws must be a multiple of 4. ``out[t, number]`` is the draw of round ``first_round + t``.
    """
    for t in range(out.shape[0]):
        for start in range(0, out.shape[1], 4):
            w0, w1, w2, w3 = block(
                np.uint64(start // 4 + 1), np.uint64(first_round + t), np.uint64(replication), np.uint64(family), key[0], key[1]
            )
            out[t, start] = np.float64(w0 >> _ELEVEN) * TWO_TO_MINUS_53
            out[t, start + 1] = np.float64(w1 >> _ELEVEN) * TWO_TO_MINUS_53
            out[t, start + 2] = np.float64(w2 >> _ELEVEN) * TWO_TO_MINUS_53
            out[t, start + 3] = np.float64(w3 >> _ELEVEN) * TWO_TO_MINUS_53
