"""Damaged stores: every change of a byte is noticed, named when only reading, and repaired by the same sweep."""

import functools
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_sweeps import contents, task

from negotiation.errors import StoreError
from negotiation.sweeping.filling import fill
from negotiation.sweeping.store import open_store, part_path

#: 12 points in 12 blocks.
AXES = {"gain": 4, "cost": 3}


@functools.cache
def undisturbed():
    """A finished store and what is in it."""
    folder = Path(tempfile.mkdtemp(prefix="sweep-"))
    store = fill(task(axes=AXES), folder)
    return folder, contents(folder), store.to_xarray()


@pytest.fixture(scope="module", autouse=True)
def _removed_at_the_end():
    yield
    shutil.rmtree(undisturbed()[0])


def read_and_continue(name, content):
    """Put a content in place of a file of a finished store; look at the store, go on with it, and return the message of looking."""
    original, wanted, results = undisturbed()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "store"
        shutil.copytree(original, copy)
        (copy / name).write_bytes(content)
        message = ""
        try:
            found = open_store(copy).to_xarray()
        except StoreError as error:
            message = str(error)
            assert f"{copy / name} is damaged: " in message
            assert "the sweep that made this store" in message
        else:
            assert found.identical(results)
        fill(task(axes=AXES), copy)
        assert contents(copy) == wanted
    return message


FILES = st.sampled_from(["manifest.json", "design.npz", "parts/0000/0000000.npz", "parts/0000/0000011.npz"])


@settings(max_examples=80, deadline=None)
@given(FILES, st.data())
def test_changed_bits_are_noticed_and_repaired(name, data):
    content = bytearray((undisturbed()[0] / name).read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=3, unique=True)):
        content[place] ^= 1 << data.draw(st.integers(0, 7))
    assert read_and_continue(name, bytes(content))


@settings(max_examples=40, deadline=None)
@given(FILES, st.data())
def test_truncations_and_additions_are_noticed_and_repaired(name, data):
    content = (undisturbed()[0] / name).read_bytes()
    cut = data.draw(st.integers(0, len(content) - 1))
    assert read_and_continue(name, content[:cut])
    assert read_and_continue(name, content + data.draw(st.binary(min_size=1, max_size=20)))


@settings(max_examples=30, deadline=None)
@given(FILES, st.binary(max_size=300))
def test_any_other_content_is_noticed_and_repaired(name, content):
    assert read_and_continue(name, content)


@pytest.mark.parametrize(
    "content", [b"{}", b"[]", b"null", b'{"negotiation sweep": 1}', b"[" * 100_000, b'{"negotiation sweep": 1, "sha256": 1}\n']
)
def test_other_documents_in_place_of_the_manifest(content):
    assert "manifest.json is damaged" in read_and_continue("manifest.json", content)


def test_a_part_in_the_place_of_another_is_noticed():
    content = (undisturbed()[0] / "parts/0000/0000003.npz").read_bytes()
    assert "it holds block 3 (points 3 to 3), not block 5" in read_and_continue("parts/0000/0000005.npz", content)


def test_a_part_of_another_sweep_is_noticed(tmp_path):
    content = part_path(fill(task(axes=AXES, seed=7), tmp_path).path, 3).read_bytes()
    assert "it is from another sweep" in read_and_continue("parts/0000/0000003.npz", content)


def test_a_store_of_another_sweep_is_not_overwritten_because_its_manifest_is_damaged(tmp_path):
    fill(task(axes=AXES, seed=7), tmp_path)
    (tmp_path / "manifest.json").write_bytes(b"{")
    before = contents(tmp_path)
    with pytest.raises(
        StoreError, match=r"manifest\.json is damaged or gone, and .*0000000\.npz is from another sweep; name another place"
    ):
        fill(task(axes=AXES), tmp_path)
    assert contents(tmp_path) == before


def test_missing_files_are_told_or_left_out():
    original, wanted, results = undisturbed()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "store"
        shutil.copytree(original, copy)
        part_path(copy, 5).unlink()
        found = open_store(copy)
        assert found.missing == (5,)
        assert found.points_done == 11
        assert int(found.to_xarray()["status"].to_numpy().ravel()[5]) == -1
        with pytest.raises(StoreError, match=r"0000005\.npz is not there yet; the sweep that began this store goes on with it"):
            found.table(5)
        (copy / "design.npz").unlink()
        with pytest.raises(StoreError, match=r"design\.npz is damaged: it is not there"):
            open_store(copy)
        shutil.rmtree(copy / "parts")
        fill(task(axes=AXES), copy)
        assert contents(copy) == wanted
        assert open_store(copy).to_xarray().identical(results)
