"""Where a result comes from: versions, file, values, seed and command, so that it can be computed again."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from negotiation import __version__
from negotiation.games.certificate import REGRET_TOLERANCE

__all__ = ["provenance", "versions"]

#: The packages whose arithmetic can change a result's last digits.
PACKAGES = ("numpy", "scipy", "nashpy", "simpy", "numba", "python-flint")


def provenance(*, file: str, digest: str, command: Sequence[str] = (), **more: object) -> Mapping[str, object]:
    """Return what has to be known to compute a result again, as JSON-able data.

    Parameters
    ----------
    file, digest : str
        The file that was read and its SHA-256 in hexadecimal.
    command : sequence of str
        The command line; empty where a script asked.
    **more
        What else the result depends on, for example the seed.
    """
    return {
        **versions(),
        "file": file,
        "sha256": digest,
        "command": list(command),
        "regret_tolerance": REGRET_TOLERANCE,
        **more,
    }


def versions() -> Mapping[str, object]:
    """Return what results were computed with, as JSON-able data: this package, Python, and packages whose arithmetic matters."""
    packages = {name: found for name in PACKAGES if (found := _version(name)) is not None}
    return {"negotiation": __version__, "python": platform.python_version(), "packages": packages}


@cache
def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
