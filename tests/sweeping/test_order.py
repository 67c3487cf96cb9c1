"""Blocks: their sizes, and the order in which they are computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.sweeping.order import BATCHED, FEWEST_BLOCKS, MOST_BLOCKS, Blocks, block_points, interleaved


@given(st.integers(0, 3000))
def test_the_order_has_every_block_once(count):
    assert sorted(interleaved(count)) == list(range(count))


def test_the_order_is_that_of_reversed_binary_digits():
    assert list(interleaved(8)) == [0, 4, 2, 6, 1, 5, 3, 7]
    assert list(interleaved(5)) == [0, 4, 2, 1, 3]
    assert list(interleaved(1)) == [0]


@given(st.integers(2, 2000), st.data())
def test_wherever_it_stops_no_gap_is_much_larger_than_another(count, data):
    """The reversed digits of 0 to n - 1 leave gaps of at most 2/n; numbers beyond the last block make that twice as much."""
    done = data.draw(st.integers(1, count))
    first = sorted(list(interleaved(count))[:done])
    gaps = [after - before for before, after in zip(first, [*first[1:], count], strict=True)]
    even = count / done
    assert max(gaps) <= 4 * even + 1


@given(st.integers(1, 10**12), st.booleans())
def test_blocks_divide_the_points_and_are_powers_of_two(total, batched):
    blocks = Blocks(total, block_points(total, batched=batched))
    assert blocks.points & (blocks.points - 1) == 0
    assert blocks.range(0)[0] == 0
    assert blocks.range(len(blocks) - 1)[1] == total
    assert sum(map(blocks.size, [0, len(blocks) - 1])) <= total or len(blocks) == 1
    if batched:
        assert blocks.points == BATCHED
    else:
        assert len(blocks) <= MOST_BLOCKS or blocks.points == BATCHED
        assert len(blocks) >= min(total, FEWEST_BLOCKS)


@pytest.mark.parametrize(
    ("total", "points"), [(1, 1), (40, 1), (64, 2), (100, 2), (5000, 128), (10**6, 256), (10**8, 2048), (10**9, 16_384)]
)
def test_points_of_a_block_where_each_is_solved_by_itself(total, points):
    assert block_points(total, batched=False) == points


def test_contiguous_ranges():
    blocks = Blocks(10, 4)
    assert [blocks.range(block) for block in range(len(blocks))] == [(0, 4), (4, 8), (8, 10)]
