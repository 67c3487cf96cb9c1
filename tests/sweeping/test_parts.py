"""What is kept of a block is what comes back, bit for bit, in full or as runs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.games.tables import Column, Layout, Table
from negotiation.sweeping.archive import DamagedError, packed, unpacked
from negotiation.sweeping.parts import Label, part, table_of

LAYOUT = Layout((Column("worth", "what it is worth", ("player",)), Column("status", "whether it was solved", names=("solved",))))


def label(points: int) -> Label:
    return Label("digest", 3, 10, 10 + points)


def table(worth: np.ndarray) -> Table:
    return Table({"worth": worth}, np.zeros(len(worth), dtype=np.uint32), {"status": np.zeros(1, dtype=np.uint8)}, ("",))


def content_of(worth: np.ndarray) -> bytes:
    return b"".join(part(label(len(worth)), table(worth)))


@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.lists(st.sampled_from([0.0, -0.0, 1.5, float("nan"), 5e-324]), min_size=3, max_size=3)),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([1, 2, 3]),
)
def test_runs_come_back_bit_for_bit(runs, width):
    worth = np.repeat(np.array([values[:width] for _, values in runs]), [length for length, _ in runs], axis=0)
    found = table_of(content_of(worth), label(len(worth)), LAYOUT).dense["worth"]
    np.testing.assert_array_equal(found.view(np.uint64), worth.view(np.uint64))


def test_long_runs_take_less_room_and_short_ones_are_kept_in_full():
    names = {True: "runs.worth", False: "dense.worth"}
    for every in (1, 2, 3, 4, 5, 100):
        worth = np.stack([np.arange(1000) // every, np.zeros(1000)], axis=1)
        assert names[every >= 4] in unpacked(content_of(worth)), every
    # What is constant for a number of points in one column and not in the other is no run.
    assert "dense.worth" in unpacked(content_of(np.stack([np.zeros(1000), np.arange(1000.0)], axis=1)))


def test_zero_and_minus_zero_are_two_runs():
    found = unpacked(content_of(np.repeat([[0.0], [-0.0]], 500, axis=0)))
    assert found["lengths.worth"].tolist() == [500, 500]


@pytest.mark.parametrize("lengths", [np.array([999], dtype=np.uint32), np.array([1001], dtype=np.uint32), np.array([1000], dtype=np.int64)])
def test_runs_of_another_length_are_damage(lengths):
    arrays = unpacked(content_of(np.zeros((1000, 2)))) | {"lengths.worth": lengths}
    with pytest.raises(DamagedError, match="runs"):
        table_of(b"".join(packed(arrays)), label(1000), LAYOUT)
