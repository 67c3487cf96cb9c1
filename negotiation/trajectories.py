"""What happened in every round of every replication, in a file that other programs read (netCDF 4).

The file is written part by part, so memory does not grow with the number of replications but for a few numbers of each;
it has its name only once it is whole. ``xarray.open_dataset(path)`` opens it without this package; ``games.datasets`` says
what is in it.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from negotiation.errors import ParameterError
from negotiation.games.datasets import record_dataset
from negotiation.games.record import Record
from negotiation.games.repeated import Match
from negotiation.games.timing import Timing

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["ENDING", "Run", "keep"]

#: The ending of netCDF files.
ENDING = ".nc"

#: Rounds that are held in memory at a time, about; each takes some dozens of bytes.
ROUNDS_AT_A_TIME = 1_000_000

#: Replications and rounds that stand together in the file: what is read at a time.
CHUNK = (1024, 64)

#: Dimensions that grow while the file is written.
GROWING = ("replication", "round")


class Run(Protocol):
    """Plays a match: the function of an engine."""

    def __call__(self, match: Match, *, progress: Callable[[int, int], None] | None = None, keep: bool = False) -> Record:
        """Return the record of a match."""


def keep(
    match: Match,
    path: Path,
    *,
    run: Run,
    about: Mapping[str, str],
    progress: Callable[[int, int], None] | None = None,
) -> Record:
    """Play a match, write its trajectories to a file, and return its record (without them).

    Parameters
    ----------
    match : Match
    path : Path
        Ends in ``.nc``; what is there already is replaced.
    run : Run
    about : mapping of str to str
        Attributes of the file: where it comes from.
    progress : callable, optional
        Told how many replications are done, of how many.

    Returns
    -------
    Record
        If the run is interrupted from the keyboard after at least one replication, the record, and the file, of those that
        are done.

    Raises
    ------
    ParameterError
        If the path does not end in ``.nc``.
    """
    import h5netcdf

    if path.suffix.lower() != ENDING:
        raise ParameterError(f"{path}: trajectories are written to a file that ends in {ENDING}")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with h5netcdf.File(temporary, "w") as file:
            done = []
            for record in _parts(match, run, progress):
                _append(file, record_dataset(record))
                done.append(_without_trajectories(record))
            whole = _joined(match, done)
            file.attrs.update({**about, "notes": "\n".join(whole.notes), "replications": whole.replications})
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return whole


def _parts(match: Match, run: Run, progress: Callable[[int, int], None] | None) -> Iterator[Record]:
    """Yield the records of the parts of a match, trajectories included, until all is done or somebody interrupts."""
    size, done = _size(match), 0
    while done < match.replications:
        part = replace(match, first=match.first + done, replications=min(size, match.replications - done))
        try:
            record = run(part, keep=True)
        except KeyboardInterrupt:
            if not done:
                raise
            return
        yield record
        done += record.replications
        if progress is not None:
            progress(done, match.replications)
        if not record.is_complete:
            return


def _size(match: Match) -> int:
    """Return how many replications are played at a time."""
    repetition = match.repetition
    by_chance = math.inf if repetition.continuation is None else 1 / (1 - repetition.continuation)
    most = math.inf if repetition.rounds is None else repetition.rounds
    return max(1, min(match.replications, int(ROUNDS_AT_A_TIME / min(by_chance, most))))


def _joined(match: Match, parts: Sequence[Record]) -> Record:
    """Return the record of all parts, without trajectories."""
    done = sum(part.replications for part in parts)
    notes = match.notes
    if done < match.replications:
        notes = (*notes, f"interrupted: {done} of {match.replications} replications are done; the results are of these")
    channels = [_joined(one.match, [part.channels[place] for part in parts]) for place, one in enumerate(match.channels)]
    return replace(
        parts[0],
        match=match,
        last=np.concatenate([part.last for part in parts]),
        rounds=np.concatenate([part.rounds for part in parts]),
        payoffs=np.concatenate([part.payoffs for part in parts]),
        counts=np.sum([part.counts for part in parts], axis=0),
        course=None,
        notes=notes,
        timing=_joined_timing([part.timing for part in parts if part.timing is not None]),
        channels=tuple(channels),
    )


def _joined_timing(parts: Sequence[Timing]) -> Timing | None:
    if not parts:
        return None
    return replace(
        parts[0],
        elapsed=np.concatenate([part.elapsed for part in parts]),
        stopped=np.concatenate([part.stopped for part in parts]),
        silent=np.concatenate([part.silent for part in parts]),
    )


def _without_trajectories(record: Record) -> Record:
    return replace(record, course=None, channels=tuple(map(_without_trajectories, record.channels)))


def _append(file: Any, part: xr.Dataset) -> None:  # h5netcdf has no types
    """Write a part of the replications behind those that are in the file."""
    if not file.dimensions:
        _lay_out(file, part)
    start, longest = file.dimensions["replication"].size, file.dimensions["round"].size
    if part.sizes["round"] > longest:
        file.resize_dimension("round", part.sizes["round"])
        file.variables["round"][longest:] = part["round"].values[longest:]
    file.resize_dimension("replication", start + part.sizes["replication"])
    for name, variable in part.variables.items():
        if variable.dims[0] == "replication":
            place = (slice(start, None), *(slice(size) for size in variable.shape[1:]))
            file.variables[name][place] = variable.values


def _lay_out(file: Any, part: xr.Dataset) -> None:  # h5netcdf has no types
    """Make the dimensions, variables and attributes of a file."""
    import h5py

    file.dimensions = {name: None if name in GROWING else size for name, size in part.sizes.items()}
    file.attrs.update(part.attrs)
    for name, variable in part.variables.items():
        is_text = variable.dtype.kind not in "iuf"
        sizes = {"replication": CHUNK[0], "round": CHUNK[1], **{dim: size for dim, size in part.sizes.items() if dim not in GROWING}}
        layout = {} if is_text else {"chunks": tuple(sizes[dim] for dim in variable.dims), "compression": "gzip", "shuffle": True}
        made = file.create_variable(name, variable.dims, h5py.string_dtype() if is_text else variable.dtype, **layout)
        made.attrs.update(variable.attrs)
        if variable.dims[0] not in GROWING:
            made[:] = variable.values.astype(object) if is_text else variable.values
