"""A chain through many steps at once, against a loop."""

import numpy as np
import pytest

from negotiation.kernels.chains import doublings, through


@pytest.mark.parametrize(("size", "count"), [(1, 0), (1, 5), (3, 1), (7, 6), (46, 7)])
def test_doubling_gives_what_a_loop_gives(size, count):
    random = np.random.default_rng(size)
    onward = random.random((size, size)) * (random.random((size, size)) < 0.5)
    onward *= 0.9 / max(1.0, onward.sum(axis=1).max())
    start = random.random(size)
    expected = [start]
    for _ in range(2**count - 1):
        expected.append(expected[-1] @ onward)
    found = through(start, doublings(onward, count) if count else ())
    assert found.shape == (2**count, size)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=0)


def test_what_dies_out_is_exactly_nothing():
    """Three situations one after another: after three steps nothing is left."""
    onward = np.diag([0.5, 0.25], k=1)
    assert through(np.array([1.0, 0, 0]), doublings(onward, 3)).sum(axis=1).tolist() == [1, 0.5, 0.125, 0, 0, 0, 0, 0]


def test_powers_double():
    onward = np.array([[0.5, 0.25], [0.0, 0.75]])
    powers = doublings(onward, 4)
    for exponent, power in zip((1, 2, 4, 8), powers, strict=True):
        np.testing.assert_allclose(power, np.linalg.matrix_power(onward, exponent), rtol=1e-15)
