"""The bytes of a file become text: no larger than is read, UTF-8, and of characters that may stand in a text file."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from pathlib import Path
from typing import BinaryIO

from negotiation.scenario.mistakes import Collector, Place

__all__ = ["MAX_BYTES", "check_characters", "read_stream", "read_text"]

#: The largest file that is read, bytes. The longest scenario that was written by hand is below a fiftieth of it.
MAX_BYTES = 1_000_000

#: What YAML 1.2 allows in a text (chapter 5.1); the parser reports others with an offset only.
FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_text(path: str | Path) -> str:
    """Return the text of a file. Errors as ``read_stream``, and if it cannot be opened."""
    name = str(path)
    try:
        with Path(path).open("rb") as stream:
            return read_stream(stream, name)
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        Collector(name, "").fail(Place(0, 0), f"cannot read the file: {getattr(error, 'strerror', None) or error}")


def read_stream(stream: BinaryIO, name: str) -> str:
    """Return the text that a file or standard input holds; ``name`` is what messages call it.

    Raises
    ------
    ScenarioError
        If it is larger than ``MAX_BYTES`` (no more is read than it takes to know that) or not UTF-8.
    """
    # One byte more than allowed is enough to know, also for a pipe, which has no size.
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        Collector(name, "").fail(Place(1, 1), f"the file is larger than {MAX_BYTES:,} bytes, the most that is read")
    content = content.removeprefix(BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = _place_after(content[: error.start].decode("utf-8", "replace"))
        rule = f"the file is not UTF-8: byte 0x{content[error.start]:02x} cannot stand here"
        Collector(name, content.decode("utf-8", "replace")).fail(place, rule, suggestion="save the file as UTF-8")


def check_characters(text: str, file: str) -> None:
    """Raise if a text is too long or has a character that may not stand in a text file."""
    if len(text) > MAX_BYTES:
        Collector(file, "").fail(Place(1, 1), f"the text is longer than {MAX_BYTES:,} characters, the most that is read")
    if bad := FORBIDDEN.search(text):
        rule = f"the character U+{ord(bad.group()):04X} may not stand in a text file"
        Collector(file, text).fail(_place_after(text[: bad.start()]), rule)


def _place_after(text: str) -> Place:
    """Return the place of the character that follows a text."""
    lines = (text + "|").splitlines()
    return Place(len(lines), len(lines[-1]))
