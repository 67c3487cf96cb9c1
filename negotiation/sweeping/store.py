"""A sweep in a folder: what it is, and each block of points as a file of its own as soon as it is done.

::

    STORE/
      manifest.json           what the sweep is: scenario, design, versions, columns
      design.npz              the values along each axis
      parts/0000/0000012.npz  the rows of block 12, a thousand blocks to a folder
      lock                    who works on it; empty when nobody does

Nothing in it depends on when, where or in which order blocks were computed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from negotiation.errors import StoreError
from negotiation.games.tables import Layout, Table
from negotiation.sweeping.archive import DamagedError
from negotiation.sweeping.files import is_leftover, remove_leftovers, synchronise, write_whole
from negotiation.sweeping.lock import LOCK, locked
from negotiation.sweeping.manifest import (
    Document,
    blocks_of,
    design_bytes,
    differences,
    layout_of,
    manifest,
    manifest_bytes,
    read_design,
    read_manifest,
    task_of,
)
from negotiation.sweeping.order import Blocks
from negotiation.sweeping.parts import Label, table_of
from negotiation.sweeping.task import Task

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["MANIFEST", "Store", "open_store", "part_path", "working"]

MANIFEST, DESIGN, PARTS = "manifest.json", "design.npz", "parts"

#: Results of more bytes than this are not all read into memory.
IN_MEMORY = 2**28

#: Parts in one folder: file systems are slow with very many.
FOLDER_SIZE = 1000


@dataclass(frozen=True, eq=False)
class Store:
    """A stored sweep, finished or not.

    Parameters
    ----------
    path : Path
    task : Task
    layout : Layout
        The columns.
    blocks : Blocks
    digest : str
        The SHA-256 of its description, which each part bears.
    """

    path: Path
    task: Task
    layout: Layout
    blocks: Blocks
    digest: str

    def label(self, block: int) -> Label:
        """Return what the part of a block bears."""
        return Label(self.digest, block, *self.blocks.range(block))

    def has(self, block: int) -> bool:
        """Return whether there is a part of a block; whether it is undamaged shows when it is read."""
        return part_path(self.path, block).is_file()

    @property
    def missing(self) -> tuple[int, ...]:
        """The blocks of which there is no part."""
        return tuple(block for block in range(len(self.blocks)) if not self.has(block))

    @property
    def points_done(self) -> int:
        """The number of points that are computed."""
        return self.blocks.total - sum(map(self.blocks.size, self.missing))

    def table(self, block: int) -> Table:
        """Return the rows of a block.

        Raises
        ------
        StoreError
            If its part is damaged or not there.
        """
        path = part_path(self.path, block)
        try:
            return table_of(path.read_bytes(), self.label(block), self.layout)
        except FileNotFoundError:
            raise StoreError(f"{path} is not there yet; the sweep that began this store goes on with it") from None
        except DamagedError as damage:
            raise StoreError(f"{path} is damaged: {damage}; the sweep that made this store computes it again") from damage

    def damage(self, block: int) -> str | None:
        """Return what is wrong with the part of a block, None if nothing is."""
        try:
            table_of(part_path(self.path, block).read_bytes(), self.label(block), self.layout)
        except FileNotFoundError:
            return "it is not there"
        except DamagedError as damage:
            return str(damage)
        return None

    def to_xarray(self, columns: Collection[str] | None = None) -> xr.Dataset:
        """Return what is computed as labelled arrays, all columns or some; errors as ``table`` and ``dataset``.

        Up to ``IN_MEMORY`` bytes they are in memory. Larger ones are read from the store when they are used, so it has to stay.
        """
        from negotiation.sweeping.dataset import dataset
        from negotiation.sweeping.lazily import lazy_dataset, size_in_memory

        if size_in_memory(self, columns) > IN_MEMORY:
            return lazy_dataset(self, columns)
        return dataset(self.task, self.layout, self.tables(), columns)

    def __repr__(self) -> str:
        """Return one line: where it is, and how much of it is done."""
        return f"<Store {str(self.path)!r}: {self.points_done:,} of {self.blocks.total:,} points>"

    def tables(self) -> Iterator[tuple[int, int, Table]]:
        """Yield the blocks that are done in order, each with its first point and the one after its last. Errors as ``table``."""
        for block in range(len(self.blocks)):
            if self.has(block):
                yield *self.blocks.range(block), self.table(block)


def part_path(folder: Path, block: int) -> Path:
    """Return where the part of a block is kept."""
    return folder / PARTS / f"{block // FOLDER_SIZE:04d}" / f"{block:07d}.npz"


def open_store(path: str | Path) -> Store:
    """Return a stored sweep, finished or not.

    Raises
    ------
    StoreError
        If there is none, it is damaged, or of another format.
    """
    folder = Path(path)
    if not (folder / MANIFEST).is_file():
        raise StoreError(f"{folder}: there is no stored sweep here (a folder with {MANIFEST})")
    document = _manifest_in(folder)
    if other := differences(document, document):
        raise StoreError(f"{folder}: {other[0]}")
    try:
        design = read_design((folder / DESIGN).read_bytes(), document["design"])
    except (DamagedError, FileNotFoundError) as damage:
        reason = damage if isinstance(damage, DamagedError) else "it is not there"
        raise StoreError(f"{folder / DESIGN} is damaged: {reason}; the sweep that made this store writes it again") from damage
    return _store(folder, document, task_of(document, design))


def _store(folder: Path, document: Document, task: Task) -> Store:
    return Store(folder, task, layout_of(document), blocks_of(document), document["sha256"])


def _manifest_in(folder: Path) -> Document:
    try:
        return read_manifest((folder / MANIFEST).read_bytes())
    except DamagedError as damage:
        again = "the sweep that made this store writes it again"
        raise StoreError(f"{folder / MANIFEST} is damaged: {damage}; {again}") from damage


@contextmanager
def working(folder: Path, task: Task, layout: Layout, blocks: Blocks) -> Iterator[tuple[Store, str]]:
    """Give the store of a task in a folder, begun if it is not there yet, and a token that marks this time; nobody else works on it.

    What writers left that were killed is removed.

    Raises
    ------
    StoreError
        If the folder holds another sweep, with each difference, or something else, or somebody else works on it.
    OSError
        If it cannot be written to.
    """
    asked = manifest(task, layout, blocks)
    store = _store(folder, asked, task)
    _refuse_other(store, asked)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder) as token:
        _refuse_other(store, asked)
        numbered = {part_path(folder, block).parent for block in range(0, len(store.blocks), FOLDER_SIZE)}
        for place in sorted(numbered):
            place.mkdir(parents=True, exist_ok=True)
        for place in (folder, *sorted(numbered)):
            remove_leftovers(place)
        # Which of its files a store has first makes no difference to who goes on with it, so parts need not wait for the disk here.
        with ThreadPoolExecutor(1) as aside:
            described = aside.submit(_describe, store, asked)
            yield store, token
            if described.result():
                synchronise((folder / PARTS, folder, folder.parent))


def _describe(store: Store, asked: Document) -> bool:
    """Write what is missing of a store but its parts; return whether anything was."""
    contents = {DESIGN: design_bytes(store.task.design), MANIFEST: manifest_bytes(asked)}
    changed = {name: [content] for name, content in contents.items() if not _holds(store.path / name, content)}
    write_whole(store.path, changed)
    return bool(changed)


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _refuse_other(store: Store, asked: Document) -> None:
    """Refuse a folder in which there is something else than this sweep."""
    if not (store.path / MANIFEST).is_file() and (others := _foreign(store.path)):
        raise StoreError(f"{store.path} is no stored sweep, and not empty: it holds {others[0]}; name another place")
    try:
        stored = read_manifest((store.path / MANIFEST).read_bytes())
    except (DamagedError, FileNotFoundError):
        _refuse_parts_of_another(store)
        return
    if found := differences(stored, asked):
        lines = "\n".join(f"  {difference}" for difference in found)
        raise StoreError(f"{store.path} holds another sweep; name another place. They differ in\n{lines}")


def _foreign(folder: Path) -> list[str]:
    """Return what is in a folder that no store has."""
    if folder.exists() and not folder.is_dir():
        return ["a file"]
    names = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    return [name for name in names if name not in (LOCK, DESIGN, PARTS) and not is_leftover(name)]


def _refuse_parts_of_another(store: Store) -> None:
    """Refuse a store without an undamaged manifest if a part bears the mark of another sweep; else it is ours to repair."""
    for block in range(len(store.blocks)):
        if store.has(block) and store.damage(block) == "it is from another sweep":
            other = part_path(store.path, block)
            raise StoreError(f"{store.path / MANIFEST} is damaged or gone, and {other} is from another sweep; name another place")
