"""Something is computed at every point of a design, block by block; what is done is kept and never done again.

>>> results = sweep("scenarios/pretext.yaml", {"pi_X": 101, "b": (0, 20, 101)})  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from negotiation.budget import UNLIMITED, Budget
from negotiation.designs.design import Design
from negotiation.designs.product import Axes
from negotiation.scenario.scenario import Scenario, Setting
from negotiation.sweeping.dataset import dataset
from negotiation.sweeping.filling import Place, fill, tabulate
from negotiation.sweeping.planning import Asked, plan

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["sweep"]


def sweep(
    scenario: Scenario | str | Path,
    axes: Axes | Design | None = None,
    /,
    *,
    summary: str = "equilibrium",
    options: Mapping[str, object] = MappingProxyType({}),
    concept: str | None = None,
    variant: str | None = None,
    settings: Mapping[str, Setting] = MappingProxyType({}),
    variants: Sequence[str] = (),
    concepts: Sequence[str] = (),
    seeds: str | Sequence[int] = (),
    seed: int = 0,
    store: str | Path | None = None,
    executor: str | Executor = "here",
    workers: int | None = None,
    scheduler: str | None = None,
    budget: Budget = UNLIMITED,
) -> xr.Dataset:
    """Return what is computed at every point of a design, as labelled arrays.

    Parameters
    ----------
    scenario : Scenario or path
    axes : mapping of parameter to values, sequence of texts, or Design, optional
        What varies: ``{"blame": (0, 2, 201)}`` is 201 values from 0 to 2, ``{"blame": [0, 1, 2]}`` these three, ``["blame=0:2:201"]``
        the same as on the command line. The file's own ``sweep`` if nothing varies.
    summary : str
        What is computed: ``equilibrium``, ``simulation`` or ``own_function``.
    options : mapping of name to value
        Of the summary.
    concept : str, optional
        The usual one for the form of the game if not given.
    variant : str, optional
    settings : mapping of parameter to value
        What is the same at each point.
    variants, concepts : sequence of str
    seeds : str or sequence of int
        What varies besides, each an axis.
    seed : int
    store : path, optional
        The folder in which results are kept block by block. If it holds a part of this sweep already, the sweep goes on from there.
        Without it results are in memory only.
    executor : str or concurrent.futures.Executor
        Where blocks are computed: ``here`` (threads), ``processes``, ``cluster``, or any executor. It changes no result.
    workers : int, optional
        How many blocks are computed at a time; as many as there are processors if not given.
    scheduler : str, optional
        The address of the cluster's scheduler; a cluster on this machine is started if none is given.
    budget : Budget
        A limit of time, and who is told of progress (in points).

    Returns
    -------
    xr.Dataset
        Dimensions are the axes. See ``sweeping.dataset.dataset``; of a store see ``Store.to_xarray``.

    Raises
    ------
    UserMistakeError
        If something that was asked for is not allowed, or the store is of another sweep or in use.
    SolverError
        If not everything was done: time is up, the disk is full, workers died. What is done is kept in the store.
    """
    asked = Asked(summary, options, concept, variant, settings, seed)
    place = Place(executor, workers, scheduler)
    task = plan(scenario, axes, asked, variants=variants, concepts=concepts, seeds=seeds)
    if store is None:
        return dataset(task, task.layout(), tabulate(task, place, budget))
    return fill(task, store, place, budget).to_xarray()
