"""Writing results: whole or not at all, and never over something that is there already."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from negotiation.errors import UserMistakeError

__all__ = ["free_folder", "refuse_existing", "write_all", "write_new"]

#: Where results go if no folder is named.
RESULTS = Path("results")


def free_folder(name: str) -> Path:
    """Return a folder under ``results`` that does not exist yet: the name, or the name with the next free number."""
    folder, number = RESULTS / name, 1
    while folder.exists():
        number += 1
        folder = RESULTS / f"{name}-{number}"
    return folder


def write_all(folder: Path, texts: Mapping[str, str], *, overwrite: bool = False) -> list[Path]:
    """Write texts to files of a folder and return their paths; nothing is written if one of them exists.

    Raises
    ------
    UserMistakeError
        If a file is there already and ``overwrite`` is False.
    """
    paths = [folder / name for name in texts]
    for path in paths:
        refuse_existing(path, overwrite=overwrite)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in zip(paths, texts.values(), strict=True):
        _write(path, text)
    return paths


def write_new(path: Path, text: str, *, overwrite: bool = False) -> None:
    """Write a text to a file; errors as ``write_all``."""
    refuse_existing(path, overwrite=overwrite)
    _write(path, text)


def refuse_existing(path: Path, *, overwrite: bool) -> None:
    """Refuse to write over a file, unless that is asked for.

    Raises
    ------
    UserMistakeError
        If the file is there already and ``overwrite`` is False.
    """
    if path.exists() and not overwrite:
        raise UserMistakeError(f"{path} is there already and is left as it is; name another place, or say --overwrite")


def _write(path: Path, text: str) -> None:
    """Write under a temporary name, then rename: a reader never sees half a file."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    if not path.parent.is_dir():
        raise UserMistakeError(f"{path}: there is no folder {path.parent}")
    try:
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
