"""Where a sweep is kept if no folder is named: the same command finds what it has done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from negotiation.cli.files import RESULTS

if TYPE_CHECKING:
    from negotiation.sweeping.task import Task

__all__ = ["own_store"]


def own_store(name: str, task: Task) -> Path:
    """Return the folder under ``results`` of this sweep: the one that it began, else one that is not there yet.

    That is the name, or the name with the next number whose folder holds no other sweep.
    """
    folder, number = RESULTS / name, 1
    while _holds_another(folder, task):
        number += 1
        folder = RESULTS / f"{name}-{number}"
    return folder


def _holds_another(folder: Path, task: Task) -> bool:
    """Return whether something else than this sweep is in a folder."""
    from negotiation.sweeping.archive import DamagedError
    from negotiation.sweeping.manifest import differences, manifest, read_manifest
    from negotiation.sweeping.planning import blocks_of_task
    from negotiation.sweeping.store import MANIFEST

    if not folder.exists():
        return False
    if not (folder / MANIFEST).is_file():
        return not folder.is_dir() or any(not path.name.startswith((".", "lock", "design")) for path in folder.iterdir())
    try:
        stored = read_manifest((folder / MANIFEST).read_bytes())
    except DamagedError:
        return False  # it may be this one's, which can repair it; if it is not, it is refused
    return bool(differences(stored, manifest(task, task.layout(), blocks_of_task(task))))
