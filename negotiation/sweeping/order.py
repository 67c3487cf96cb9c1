"""In which blocks the points of a sweep are computed, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Blocks", "block_points", "interleaved"]

#: A sweep is divided into at least so many blocks where points are computed one by one, so that many workers have something to do
#: and little is lost when one is killed; and into no more than so many, because each costs a file and a message.
FEWEST_BLOCKS, MOST_BLOCKS = 32, 2**16

#: Points of a block: where many points are solved at once as many as keep arrays in the cache of a processor; where each is
#: solved by itself at first no more than this.
BATCHED, ONE_BY_ONE = 65_536, 256


@dataclass(frozen=True, slots=True)
class Blocks:
    """The division of points into blocks.

    Parameters
    ----------
    total : int
        The number of points.
    points : int
        The number of points of a block; the last one may be smaller.
    batched : bool
        Whether many points are solved at once.
    """

    total: int
    points: int
    batched: bool = False

    def __len__(self) -> int:
        """Return the number of blocks."""
        return (self.total + self.points - 1) // self.points

    def range(self, block: int) -> tuple[int, int]:
        """Return the first point of a block and the one after its last."""
        return block * self.points, min(self.total, (block + 1) * self.points)

    def size(self, block: int) -> int:
        """Return the number of points of a block."""
        start, stop = self.range(block)
        return stop - start


def block_points(total: int, *, batched: bool) -> int:
    """Return how many points a block has.

    It depends on what is computed alone, never on how long it takes or how many work on it: a power of two between 1 and 256
    where points are computed one by one (more where there would be more than 65,536 blocks), 65,536 where many are solved at once.
    """
    if batched:
        return BATCHED
    for_many = _power_of_two(total // FEWEST_BLOCKS)
    for_few = 2 * _power_of_two((total - 1) // MOST_BLOCKS) if total > MOST_BLOCKS else 1
    return max(1, min(ONE_BY_ONE, for_many), min(BATCHED, for_few))


def _power_of_two(number: int) -> int:
    """Return the largest power of two up to a number; 1 for 0."""
    return 1 << max(0, number.bit_length() - 1)


def interleaved(count: int) -> Iterator[int]:
    """Yield the numbers from 0 to ``count`` - 1 so that the first ones, wherever one stops, lie evenly among all.

    These are the numbers with the digits of their binary form reversed.

    References
    ----------
    van der Corput (1935), Verteilungsfunktionen, Proceedings Akademie van Wetenschappen Amsterdam 38, 813-821.
    """
    bits = max(0, count - 1).bit_length()
    for number in range(1 << bits):
        reversed_number = int(f"{number:0{bits}b}"[::-1], 2) if bits else 0
        if reversed_number < count:
            yield reversed_number
