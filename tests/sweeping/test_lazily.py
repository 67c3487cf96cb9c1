"""Results that are larger than memory: what is read from a store is what all of it in memory would be."""

import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_sweeps import task

from negotiation.sweeping.filling import fill
from negotiation.sweeping.lazily import lazy_dataset, size_in_memory
from negotiation.sweeping.store import open_store, part_path


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """40 x 5 points in 34 blocks, of which two are missing."""
    folder = tmp_path_factory.mktemp("stores") / "store"
    fill(task(), folder)
    for block in (3, 20):
        part_path(folder, block).unlink()
    return open_store(folder)


@pytest.fixture(scope="module")
def both(store):
    return lazy_dataset(store), store.to_xarray()


def test_everything_read_is_what_it_is_in_memory(store):
    found = lazy_dataset(store)
    assert not any(each.variable._in_memory for each in found.data_vars.values())
    expected = store.to_xarray()
    xr.testing.assert_identical(found.load(), expected)
    assert size_in_memory(store) == sum(each.nbytes for each in expected.data_vars.values())


def places(length):
    """What can be asked for along a dimension; xarray itself fails where a slice backwards is empty."""
    lists = st.lists(st.integers(-length, length - 1), max_size=2 * length)
    slices = st.slices(length).filter(lambda each: len(range(length)[each]))
    return st.one_of(st.integers(-length, length - 1), slices, lists, st.lists(st.booleans(), min_size=length, max_size=length))


@settings(max_examples=60, deadline=None)
@given(places(40), places(5))
def test_any_part_read_is_that_part_in_memory(both, gain, cost):
    lazy, expected = both
    xr.testing.assert_identical(lazy.isel(gain=gain, cost=cost).load(), expected.isel(gain=gain, cost=cost))


def test_points_here_and_there_are_read(store):
    gains, costs = xr.DataArray([1, 30, 30, 7], dims="place"), xr.DataArray([4, 0, 1, 2], dims="place")
    found = lazy_dataset(store).isel(gain=gains, cost=costs)
    xr.testing.assert_identical(found.load(), store.to_xarray().isel(gain=gains, cost=costs))


def test_large_results_are_not_read_into_memory(store, monkeypatch):
    monkeypatch.setattr("negotiation.sweeping.store.IN_MEMORY", 1000)
    found = store.to_xarray()
    assert not any(each.variable._in_memory for each in found.data_vars.values())
    one = found.isel(gain=0, cost=0)
    xr.testing.assert_identical(one.load(), lazy_dataset(store).load().isel(gain=0, cost=0))
    assert store.to_xarray(["status"]).status.variable._in_memory
