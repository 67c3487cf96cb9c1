"""What pictures of a sweep show where readings are open: pale colours for the likeliest one, stripes where equilibria differ."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from numpy.typing import NDArray

from negotiation.games.equilibrium_rows import MIXED, SEVERAL
from negotiation.games.outcomes import SAME
from negotiation.plots.readings import colour_of

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["DIFFERENT", "SPECIAL", "Kinds", "answers_along", "draw_shares", "is_open", "kinds_of", "stripes"]

#: What is not one of the scenario's readings: several ways to play, several equilibria, nothing that has a name, not computed.
SPECIAL = {MIXED: "#E4E4E4", SEVERAL: "#F7F7F7", "unnamed": "#8C8C8C", "none": "#404040"}

#: How much white there is in the colour of a reading that is likeliest, and how much is left of it as a line on white.
PALE, DARK = 0.6, 0.75

#: How many cells a striped picture has in each direction at least, and how many of them a stripe is wide.
FINE, WIDE = 240, 5

#: Probabilities of readings at a point, at most over the equilibria.
HIGHEST = "reading_highest"

#: What colours are called that are not those of a reading for certain.
LIKELIEST, DIFFERENT = "{} (likeliest)", "several equilibria"

#: The share of the distance between two points within which ranges of several readings stand side by side.
ROOM = 0.6


@dataclass(frozen=True, eq=False, slots=True)
class Kinds:
    """What is shown at each point as a number, with the name and the colour of each number.

    Parameters
    ----------
    codes : xr.DataArray
        -1 where nothing has been computed.
    names, colours : tuple of str
    """

    codes: xr.DataArray
    names: tuple[str, ...]
    colours: tuple[str, ...]


def kinds_of(results: xr.Dataset, name: str) -> Kinds:
    """Return what is shown of a variable of names; of readings that are mixed the likeliest, in a paler colour."""
    names = json.loads(results[name].attrs["names"])
    colours = [SPECIAL.get(each) or colour_of(place) for place, each in enumerate(names)]
    codes = results[name]
    if name == "reading" and HIGHEST in results:
        (dimension,) = (str(each) for each in results[HIGHEST].dims if each not in codes.dims)
        mixed, several = _codes(results)
        chances = results[HIGHEST].fillna(0.0)
        # Readings that are equally likely but for rounding: the first in the file's order, as in words.
        likeliest = (chances >= chances.max(dimension) - SAME).argmax(dimension)
        codes = codes.where(codes != mixed, len(names) + likeliest).astype(np.int64)
        readings = results[dimension].to_numpy().tolist()
        colours += [pale(SPECIAL.get(each) or colour_of(place)) for place, each in enumerate(readings)]
        names = [
            *(DIFFERENT if code == several else each for code, each in enumerate(names)),
            *(LIKELIEST.format(each) for each in readings),
        ]
    return Kinds(codes, tuple(names), tuple(colours))


def is_open(results: xr.Dataset) -> bool:
    """Return whether there are points at which it is open which reading comes about."""
    return HIGHEST in results and bool(results["reading"].isin(_codes(results)).any())


def _codes(results: xr.Dataset) -> tuple[int, int]:
    """Return the codes of what is mixed and of several: they stand behind the readings, which may have these names as well."""
    readings = np.prod([results.sizes[each] for each in results[HIGHEST].dims if each not in results["reading"].dims], dtype=int)
    return int(readings), int(readings) + 1


def possible(results: xr.Dataset) -> xr.DataArray:
    """Return whether each reading is possible at each point in some equilibrium, readings last."""
    dims = results["reading"].dims
    return results[HIGHEST].transpose(*dims, ...) > 0


def answers_along(results: xr.Dataset) -> NDArray[np.int64]:
    """Return a number for what is said of each point of one axis: neighbours with another one differ in what is possible."""
    codes = kinds_of(results, "reading").codes.to_numpy().ravel()
    if HIGHEST not in results:
        return codes
    rows = np.column_stack([codes, possible(results).to_numpy().reshape(len(codes), -1)])
    return np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1)


def pale(colour: str) -> str:
    """Return a colour with white in it."""
    red, green, blue = (PALE + (1 - PALE) * part for part in to_rgb(colour))
    return to_hex((red, green, blue))


def darker(colour: str) -> str:
    """Return a colour as it is legible in a thin line."""
    red, green, blue = (DARK * part for part in to_rgb(colour))
    return to_hex((red, green, blue))


def draw_shares(ax: Axes, results: xr.Dataset, x: NDArray[np.float64]) -> None:
    """Draw how likely each reading is at points along a line: lines, and strokes side by side where equilibria differ.

    Parameters
    ----------
    ax : matplotlib Axes
    results : xr.Dataset
        With one axis.
    x : float64 array
        Where its values stand, in any order.
    """
    order = np.argsort(x)
    names = json.loads(results["reading"].attrs["names"])
    sides = (results[f"reading_{end}"].transpose(*results["reading"].dims, ...) for end in ("lowest", "highest"))
    low, high = (each.to_numpy().reshape(len(x), -1)[order] for each in sides)
    shown = np.flatnonzero((high > 0).any(axis=0))
    apart = ((high - low) > SAME).any(axis=1)
    breaks = np.flatnonzero(np.diff(answers_along(results)[order])) + 1
    room = ROOM * np.diff(x[order]).min()
    for rank, place in enumerate(shown.tolist()):
        colour = darker(SPECIAL.get(names[place]) or colour_of(place))
        line = np.insert(np.where(apart, np.nan, high[:, place]), breaks, np.nan)
        ax.plot(np.insert(x[order], breaks, np.nan), line, color=colour, linewidth=2.0, marker=".", markersize=5, label=names[place])
        beside = x[order][apart] + room * (rank - (len(shown) - 1) / 2) / len(shown)
        ax.vlines(beside, low[apart, place], high[apart, place], color=colour, linewidth=2.0)
        ax.plot(np.repeat(beside, 2), np.column_stack([low[apart, place], high[apart, place]]).ravel(), ".", color=colour, markersize=5)


def stripes(ax: Axes, results: xr.Dataset, axes: tuple[str, str], places: Sequence[NDArray[np.float64]]) -> list[int]:
    """Draw stripes in the colours of all readings that are possible over the points with several equilibria.

    Parameters
    ----------
    ax : matplotlib Axes
    results : xr.Dataset
    axes : (across, up)
    places : sequence of float64 arrays
        Where the values of both axes stand, in any order.

    Returns
    -------
    list of int
        The readings that are in stripes, by their place; empty where there are none.
    """
    names = json.loads(results["reading"].attrs["names"])
    order = [np.argsort(each) for each in places]
    grid = np.ix_(order[1], order[0])
    several = (results["reading"] == _codes(results)[1]).squeeze().transpose(*axes[::-1]).to_numpy()[grid]
    if not several.any():
        return []
    can_be = possible(results).squeeze().transpose(*axes[::-1], ...).to_numpy()[grid]
    parts = [-(-FINE // len(each)) for each in places]
    row, column = (np.repeat(np.arange(len(places[which])), parts[which]) for which in (1, 0))
    stripe = (np.arange(len(row))[:, None] + np.arange(len(column))) // WIDE
    palette = np.array([to_rgb(SPECIAL.get(each) or colour_of(place)) for place, each in enumerate(names[: can_be.shape[2]])])
    # The readings that are possible at a point take turns.
    ranked, counts = np.argsort(~can_be, axis=2, kind="stable"), np.maximum(can_be.sum(axis=2), 1)
    fine = np.ix_(row, column)
    shown = np.take_along_axis(ranked[fine], (stripe % counts[fine])[:, :, None], axis=2)[:, :, 0]
    painted = np.concatenate([palette[shown], several[fine][:, :, None].astype(np.float64)], axis=2)
    edges = [_edges(each[of], part) for each, of, part in zip(places, order, parts, strict=True)]
    ax.pcolormesh(*edges, painted, rasterized=True)
    return np.flatnonzero(can_be[several].any(axis=0)).tolist()


def _edges(places: NDArray[np.float64], parts: int) -> NDArray[np.float64]:
    """Return the edges of the cells around values in order, each divided into parts; half way to the next value is the edge."""
    middle = (places[1:] + places[:-1]) / 2
    edges = np.r_[places[0] - (middle[0] - places[0]), middle, places[-1] + (places[-1] - middle[-1])]
    return np.interp(np.arange(len(places) * parts + 1) / parts, np.arange(len(edges)), edges)
