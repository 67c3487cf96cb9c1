"""Arrays in a file that numpy reads (``.npz``), with bytes that depend on the arrays alone, and a checksum over all of them.

The file is a ZIP archive without compression whose members are in NumPy's own format. It is written here and not by
``numpy.savez``, because what that writes may change with its version and Python's. The last 64 bytes, the archive's comment,
are the SHA-256 in hexadecimal of everything before them: a changed bit or a missing end anywhere in the file shows.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Arrays", "DamagedError", "packed", "text_array", "text_of", "unpacked"]

Arrays: TypeAlias = Mapping[str, NDArray[np.generic]]

#: Bytes of the checksum: a SHA-256 in hexadecimal.
CHECKSUM = 64

#: The first day that ZIP knows, 1 January 1980: archives do not say when they were made.
NO_DATE = 0x21

#: ZIP's flag for names in UTF-8, and the version of ZIP that is needed to read what is written here.
UTF8_NAMES, ZIP_VERSION = 0x800, 20

#: NumPy's format begins with this, and its header fills up to a multiple of 64 bytes.
NPY_MAGIC, NPY_ALIGNMENT = b"\x93NUMPY\x01\x00", 64

#: ZIP without its extension holds less than this in all.
LARGEST = 2**32 - 1


class DamagedError(Exception):
    """What was read is not what was written; the message says how it shows."""


def text_array(document: object) -> NDArray[np.uint8]:
    """Return JSON-able data as an array of bytes: JSON in UTF-8, keys in order."""
    return np.frombuffer(json.dumps(document, sort_keys=True, ensure_ascii=False).encode(), dtype=np.uint8)


def text_of(array: NDArray[np.generic]) -> object:
    """Return the data that ``text_array`` made an array of."""
    found: object = json.loads(array.tobytes().decode())
    return found


def packed(arrays: Arrays) -> list[bytes | memoryview]:
    """Return the content of an archive in pieces, some of which are the arrays themselves.

    Raises
    ------
    ValueError
        If the arrays take 4 GiB or more.
    """
    pieces: list[bytes | memoryview] = []
    directory: list[bytes] = []
    place = 0
    for name, array in arrays.items():
        header, body = _member(array)
        encoded, size = f"{name}.npy".encode(), len(header) + body.nbytes
        check = zlib.crc32(body, zlib.crc32(header))
        about = struct.pack("<5H3L2H", ZIP_VERSION, UTF8_NAMES, 0, 0, NO_DATE, check, size, size, len(encoded), 0)
        pieces += [b"PK\x03\x04", about, encoded, header, body]
        directory += [b"PK\x01\x02", struct.pack("<H", ZIP_VERSION), about, struct.pack("<3H2L", 0, 0, 0, 0, place), encoded]
        place += 4 + len(about) + len(encoded) + size
        if place > LARGEST:
            raise ValueError("a part of a sweep would be larger than 4 GiB")
    length = sum(map(len, directory))
    end = [b"PK\x05\x06", struct.pack("<4H2LH", 0, 0, len(arrays), len(arrays), length, place, CHECKSUM)]
    pieces += [*directory, *end]
    check_of_all = hashlib.sha256()
    for piece in pieces:
        check_of_all.update(piece)
    return [*pieces, check_of_all.hexdigest().encode()]


def _member(array: NDArray[np.generic]) -> tuple[bytes, memoryview]:
    """Return the header and the content of an array in NumPy's format, numbers with their lowest byte first."""
    plain = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    words = f"{{'descr': '{plain.dtype.str}', 'fortran_order': False, 'shape': {array.shape!r}, }}"
    padding = -(len(NPY_MAGIC) + 2 + len(words) + 1) % NPY_ALIGNMENT
    header = (words + " " * padding + "\n").encode("latin-1")
    return NPY_MAGIC + struct.pack("<H", len(header)) + header, plain.reshape(-1).view(np.uint8).data


def unpacked(content: bytes) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of an archive, once its checksum is right.

    Raises
    ------
    DamagedError
        If it is not what ``packed`` wrote.
    """
    body = memoryview(content)[:-CHECKSUM]
    if len(content) <= CHECKSUM:
        raise DamagedError(f"it has only {len(content)} bytes")
    if hashlib.sha256(body).hexdigest().encode() != content[-CHECKSUM:]:
        raise DamagedError("its checksum is wrong")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (ValueError, OSError, zipfile.BadZipFile, KeyError) as error:
        # The checksum is right, so somebody else wrote it.
        raise DamagedError(f"it is no archive of arrays ({error})") from error
