"""A figure becomes a file."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from negotiation.errors import ParameterError

__all__ = ["ENDINGS", "check_ending", "save"]

#: The endings of files that a figure can be written to.
ENDINGS = (".pdf", ".png", ".svg")


def check_ending(path: Path) -> None:
    """Check that a figure can be written to a file of this name.

    Raises
    ------
    ParameterError
        If its ending is not one of ``ENDINGS``.
    """
    if path.suffix.lower() not in ENDINGS:
        raise ParameterError(f"{path}: a picture is written as {', '.join(ENDINGS)}")


def save(drawn: Figure, path: Path) -> None:
    """Write a figure to a file, whole or not at all.

    Raises
    ------
    ParameterError
        If the file's ending is not one of ``ENDINGS``.
    """
    check_ending(path)
    temporary = path.with_name(f".{path.name}.tmp{path.suffix}")
    try:
        drawn.savefig(temporary, dpi=150)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
