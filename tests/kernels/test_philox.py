"""The random numbers are NumPy's Philox4x64-10, in each of the two implementations."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.games.repeated import LARGEST_SEED
from negotiation.kernels import compiled
from negotiation.kernels.philox import draw, fill_draws, key_of_seed, philox

WORD = st.integers(0, 2**64 - 1)


def numpy_words(seed: int, replication: int, family: int, count: int) -> list[int]:
    generator = np.random.Philox(key=seed, counter=np.array([0, replication, family, 0], dtype=np.uint64))
    return [int(word) for word in generator.random_raw(count)]


def test_the_known_answers_of_random123_are_reproduced():
    """The first and third Philox4x64-10 vectors of the Random123 distribution's file of known answers."""
    zeros = philox((0, 0, 0, 0), (0, 0))
    assert zeros == (0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B)
    pi = philox((0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89), (0x452821E638D01377, 0xBE5466CF34E90C6C))
    assert pi == (0xA528F45403E61D95, 0x38C72DBD566E9788, 0xA5A1610E72FD18B5, 0x57BD43B5E52B7FE6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, LARGEST_SEED), WORD, st.integers(0, 5))
def test_a_draw_is_the_word_that_numpy_generates_there(seed, replication, family):
    words = numpy_words(seed, replication, family, 12)
    for number in (0, 1, 2, 3, 4, 7, 11):
        assert draw(seed, replication, number, family=family) == (words[number] >> 11) * 2.0**-53


@settings(max_examples=60, deadline=None)
@given(st.integers(0, LARGEST_SEED), st.integers(0, 2**62), st.integers(0, 2**62), st.integers(0, 5))
def test_the_compiled_kernel_gives_the_same_bits_as_plain_integers(seed, replication, first, family):
    out = np.empty(11)
    fill_draws(np.array(key_of_seed(seed), dtype=np.uint64), replication, family, first, out)
    assert out.tolist() == [draw(seed, replication, first + number, family=family) for number in range(11)]


def test_draws_are_numpys_own_doubles():
    generator = np.random.Generator(np.random.Philox(key=7, counter=np.array([0, 2, 3, 0], dtype=np.uint64)))
    assert [draw(7, 2, number, family=3) for number in range(9)] == generator.random(9).tolist()


def test_ten_thousand_draws_are_uniform_and_uncorrelated_between_neighbours():
    """Mean 1/2 and variance 1/12 within 4 standard errors; neighbouring replications correlate by less than 4/sqrt(n)."""
    count = 10_000
    first, second = np.empty(count), np.empty(count)
    key = np.array(key_of_seed(1), dtype=np.uint64)
    fill_draws(key, 0, 0, 0, first)
    fill_draws(key, 1, 0, 0, second)
    assert abs(first.mean() - 0.5) < 4 * np.sqrt(1 / 12 / count)
    assert abs(first.var() - 1 / 12) < 4 * np.sqrt(1 / 180 / count)
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(count)


def test_the_cache_of_machine_code_belongs_to_this_state_of_the_kernels():
    """numba looks only at a kernel's own file; a change in a kernel that it calls has to make its machine code new as well."""
    here = compiled._sources()
    assert f"/{here}/" in fill_draws.stats.cache_path.replace("\\", "/") + "/"
