"""Archives of arrays: numpy reads them, their bytes are fixed, and no damage goes unseen."""

import hashlib
import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.sweeping import archive
from negotiation.sweeping.archive import DamagedError, text_array, text_of, unpacked


def packed(arrays):
    return b"".join(archive.packed(arrays))


ARRAYS = {
    "numbers": np.array([[0.5, -1.5], [np.nan, np.inf]]),
    "codes": np.array([3, 0, 255], dtype=np.uint8),
    "none": np.zeros((0, 2)),
    "one": np.array(7, dtype=np.int32),
    "text": text_array({"é": [1, "x"]}),
}


def test_numpy_reads_what_is_written_and_zip_finds_nothing_wrong():
    content = packed(ARRAYS)
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        assert file.files == list(ARRAYS)
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(file[name], array)
            assert (file[name].dtype, file[name].shape) == (array.dtype, array.shape)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.comment.decode() == hashlib.sha256(content[:-64]).hexdigest()
    assert text_of(unpacked(content)["text"]) == {"é": [1, "x"]}


def test_the_bytes_are_those_of_the_first_version_of_the_format():
    """Whoever changes this has to change the number of the format: stores of earlier versions would be damaged."""
    assert hashlib.sha256(packed(ARRAYS)).hexdigest() == "ff4a5a8b1ffd87d1d35e0873423107ec4dfdef86f90d60270ab1063d2d2ea0bd"


def test_big_endian_and_strided_arrays_are_written_like_plain_ones():
    plain = np.arange(12, dtype="<f8").reshape(3, 4)
    assert packed({"a": plain.astype(">f8")}) == packed({"a": plain})
    assert packed({"a": np.asfortranarray(plain)}) == packed({"a": plain})
    assert packed({"a": np.repeat(plain, 2, axis=1)[:, ::2]}) == packed({"a": plain})


def test_every_changed_bit_and_every_missing_end_shows():
    content = packed({"codes": np.array([1, 2], dtype=np.uint8), "text": text_array("x")})
    for place in range(len(content)):
        for bit in range(8):
            changed = bytearray(content)
            changed[place] ^= 1 << bit
            with pytest.raises(DamagedError, match="its checksum is wrong"):
                unpacked(bytes(changed))
        with pytest.raises(DamagedError, match=r"its checksum is wrong|it has only \d+ bytes"):
            unpacked(content[:place])
    with pytest.raises(DamagedError, match="its checksum is wrong"):
        unpacked(content + b"\0")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_anything_else_with_a_right_checksum_is_refused_too(content):
    """Somebody may write a file of his own."""
    with pytest.raises(DamagedError, match="it is no archive of arrays"):
        unpacked(content + b"PK\x03\x04"[:1] + hashlib.sha256(content + b"P").hexdigest().encode())


def test_no_objects_are_read():
    """Pickled objects can run anything."""
    stream = io.BytesIO()
    np.savez(stream, things=np.array([json], dtype=object).astype(str), other=np.array([{}], dtype=object))
    content = stream.getvalue()
    with pytest.raises(DamagedError, match="it is no archive of arrays"):
        unpacked(content[:-2] + (64).to_bytes(2, "little") + hashlib.sha256(content[:-2] + (64).to_bytes(2, "little")).hexdigest().encode())
