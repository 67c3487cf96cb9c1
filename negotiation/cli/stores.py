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
    from negotiation.sweeping.store import MANIFEST, Store

    if not folder.exists():
        return False
    blocks = blocks_of_task(task)
    asked = manifest(task, task.layout(), blocks)
    try:
        return bool(differences(read_manifest((folder / MANIFEST).read_bytes()), asked))
    except (DamagedError, OSError):
        store = Store(folder, task, task.layout(), blocks, asked["sha256"])
        # Its own parts tell whose it is; what has not one of them may have been left by a sweep that was killed as it began.
        first = next((block for block in range(len(blocks)) if store.has(block)), None)
        return store.damage(first) is not None if first is not None else not folder.is_dir() or any(folder.glob("*.json"))
