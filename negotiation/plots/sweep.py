"""Figures of a sweep's results: what happens over two axes as a map, what players get along one as lines, and numbers over both.

Each reading has the colour of its place among the scenario's readings, in every figure; a paler one where it is likeliest but not
certain. Where equilibria differ there are stripes in the colours of all readings that are possible.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from negotiation.errors import NotApplicableError
from negotiation.plots.open_readings import DIFFERENT, Kinds, answers_along, draw_shares, is_open, kinds_of, stripes

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["MOST_PANELS", "check", "draw_numbers", "draw_payoffs", "draw_probabilities", "draw_readings", "figure"]

#: A third axis becomes a panel for each of its values: more are too small to read.
MOST_PANELS = 6

#: A line for each name: more cannot be told apart.
MOST_LINES = 8

#: What is drawn of simulations over two axes.
COMMONEST = "commonest_end"

#: Points of a sample that are drawn with an area of one square point each.
DRAWN = 8000.0

#: Letters in a line of an axis's label.
WRAPPED = 52

#: Lines of payoffs: dark enough to stand out from the bands of colour behind them.
LINES = ("black", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#7A4A00", "#5A5A5A", "#56B4E9")
DASHES = ("-", "--", ":", "-.")


def figure(results: xr.Dataset) -> Figure:
    """Return a figure of results: over one axis lines, over two a map, over three a map for each value of the shortest.

    Raises
    ------
    NotApplicableError
        If there are more axes, or too many values along the third: choose some of them with ``results.sel``.
    """
    axes = _axes(results)
    check({name: results.sizes[name] for name in axes})
    if len(axes) == 1 and axes != ("point",) and "reading" in results and is_open(results):
        return _along(results)
    panels = [results]
    if len(axes) == 3:
        shortest = min(axes, key=lambda name: results.sizes[name])
        panels = [results.isel({shortest: place}) for place in range(results.sizes[shortest])]
    drawn = Figure(figsize=(7.0 * min(3, len(panels)), 5.6 * (-(-len(panels) // 3))), layout="constrained")
    places = np.atleast_1d(drawn.subplots(-(-len(panels) // 3), min(3, len(panels)), squeeze=False)).ravel()
    for ax in places[len(panels) :]:
        ax.set_axis_off()
    for ax, panel in zip(places, panels, strict=False):
        _draw(panel, ax)
        if len(panels) > 1:
            ax.set_title(f"{shortest} = {_value(panel[shortest].item())}")
    return drawn


def _along(results: xr.Dataset) -> Figure:
    """Return how likely each reading is along one axis, and below what players get."""
    drawn = Figure(figsize=(7.0, 11.0), layout="constrained")
    above, below = drawn.subplots(2, 1)
    draw_probabilities(results, ax=above)
    draw_payoffs(results, ax=below)
    return drawn


def check(sizes: Mapping[str, int]) -> None:
    """Check that results over axes of these lengths can be drawn; errors as ``figure``."""
    varying = {name: size for name, size in sizes.items() if size > 1}
    if len(varying) > 3 or (len(varying) == 3 and min(varying.values()) > MOST_PANELS):
        many = ", ".join(f"{name} ({size:,})" for name, size in varying.items())
        raise NotApplicableError(
            f"a picture has two axes, and panels for up to {MOST_PANELS} values of a third; here are {many}; choose some values, in a "
            "script with results.sel(...)"
        )
    if not varying:
        raise NotApplicableError("there is nothing to draw: no axis has more than one value")


def _axes(results: xr.Dataset) -> tuple[str, ...]:
    """Return the axes of the design with more than one value: the dimensions of the status of points."""
    return tuple(str(name) for name in results["status"].dims if results.sizes[name] > 1)


def _draw(results: xr.Dataset, ax: Axes) -> None:
    """Draw what there is on one pair of axes."""
    axes = _axes(results)
    has_readings, is_map = "reading" in results.data_vars, len(axes) == 2 or axes == ("point",)
    if is_map and (has_readings or "end_share" in results):
        draw_readings(results if has_readings else _with_ends(results), ax=ax, name="reading" if has_readings else COMMONEST)
    elif has_readings:
        draw_payoffs(results, ax=ax)
    elif "end_share" in results:
        draw_numbers(results, "end_share", ax=ax)
    else:
        draw_numbers(results, next(str(name) for name, each in results.data_vars.items() if "names" not in each.attrs), ax=ax)


def _with_ends(results: xr.Dataset) -> xr.Dataset:
    """Return simulations with how they most often end at each point, as codes with names."""
    shares = results["end_share"]
    known = shares.notnull().all("end")
    codes = shares.fillna(0.0).argmax("end").where(known, -1).astype(np.int64)
    return results.assign({COMMONEST: codes.assign_attrs(names=json.dumps(shares["end"].to_numpy().tolist()))})


def draw_readings(results: xr.Dataset, *, ax: Axes, name: str = "reading") -> Axes:
    """Draw which reading (or other name) holds over two axes; of a sample, at each point over its first two parameters.

    Parameters
    ----------
    results : xr.Dataset
        With at most two axes that have more than one value; see ``figure``.
    ax : matplotlib Axes
    name : str
        A variable of names, such as ``reading`` or ``path``.
    """
    axes, kinds = _axes(results), kinds_of(results, name)
    present, striped = np.unique(kinds.codes.to_numpy()), list[int]()
    if axes == ("point",):
        across, up = _parameters(results)[:2]
        codes = kinds.codes.squeeze().to_numpy()
        # Few points are drawn large, so that their colours can be told apart.
        size = float(np.clip(DRAWN / len(codes), 9.0, 60.0))
        for code in present[present >= 0]:
            x, y = (results[each].to_numpy()[codes == code] for each in (across, up))
            ax.scatter(x, y, s=size, color=kinds.colours[code], edgecolors="black", linewidths=0.3)
    else:
        across, up = _across_and_up(results, axes)
        _mesh(ax, results, (across, up), kinds)
        if name == "reading" and is_open(results):
            striped = stripes(ax, results, (across, up), [_positions(results, each) for each in (across, up)])
    _label(ax, results, across, up)
    patches = _patches(np.union1d(present, striped).astype(np.int64), kinds, striped=bool(striped))
    ax.legend(handles=patches, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2, frameon=False)
    return ax


def _mesh(ax: Axes, results: xr.Dataset, axes: tuple[str, str], kinds: Kinds) -> None:
    x, y = (_positions(results, each) for each in axes)
    shown = ListedColormap(list(kinds.colours))
    norm = BoundaryNorm(np.arange(len(kinds.colours) + 1) - 0.5, len(kinds.colours))
    # Pictures of many points are one image inside a vector file, which would else have a shape for each.
    order = np.argsort(x), np.argsort(y)
    codes = kinds.codes.squeeze().transpose(*axes[::-1]).to_numpy()
    masked = np.ma.masked_less(codes[np.ix_(order[1], order[0])], 0)
    ax.pcolormesh(x[order[0]], y[order[1]], masked, cmap=shown, norm=norm, shading="nearest", rasterized=True)


def draw_payoffs(results: xr.Dataset, *, ax: Axes) -> Axes:
    """Draw what each player gets along one axis, over bands in the colours of the readings; ranges where equilibria differ."""
    (axis,) = _axes(results)
    x = _positions(results, axis)
    order = np.argsort(x)
    kinds = kinds_of(results, "reading")
    codes = kinds.codes.squeeze().to_numpy()[order]
    _bands(ax, x[order], codes, kinds.colours)
    answers = answers_along(results)[order]
    lines = []
    for place, player in enumerate(results["player"].to_numpy().tolist()):
        low, high = (results[name].sel(player=player).squeeze().to_numpy()[order] for name in ("payoff_lowest", "payoff_highest"))
        lines.append(_line(ax, x[order], (low, high), answers, place))
        lines[-1].set_label(player)
    _label(ax, results, axis, None)
    ax.set_ylabel("payoff")
    handles = [*lines, *_patches(np.unique(codes), kinds)]
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2, frameon=False)
    return ax


def draw_probabilities(results: xr.Dataset, *, ax: Axes) -> Axes:
    """Draw how likely each reading is along one axis; strokes from the lowest to the highest probability where equilibria differ."""
    (axis,) = _axes(results)
    draw_shares(ax, results, _positions(results, axis))
    ax.set_ylabel("probability")
    ax.set_ylim(-0.03, 1.03)
    _label(ax, results, axis, None)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2, frameon=False)
    return ax


def _line(
    ax: Axes, x: NDArray[np.float64], ends: tuple[NDArray[np.float64], NDArray[np.float64]], answers: NDArray[np.integer], place: int
) -> Line2D:
    """Draw what one player gets, with a gap where the answer changes, because payoffs may jump there."""
    colour, dashes = LINES[place % len(LINES)], DASHES[place % len(DASHES)]
    breaks = np.flatnonzero(np.diff(answers)) + 1
    low, high = (np.insert(each, breaks, np.nan) for each in ends)
    along = np.insert(x, breaks, np.nan)
    ax.fill_between(along, low, high, color=colour, alpha=0.25, linewidth=0)
    apart = np.flatnonzero(high > low)
    ax.vlines(along[apart], low[apart], high[apart], color=colour, linewidth=0.8)
    (line,) = ax.plot(along, (low + high) / 2, color=colour, linestyle=dashes)
    return line


def _bands(ax: Axes, x: NDArray[np.float64], codes: NDArray[np.integer], colours: Sequence[str]) -> None:
    """Draw a band of colour for each stretch of values with one reading, up to half way to the next."""
    middles = [x[0], *((x[1:] + x[:-1]) / 2), x[-1]]
    starts = [0, *(np.flatnonzero(np.diff(codes)) + 1), len(codes)]
    for start, stop in pairwise(starts):
        if codes[start] >= 0:
            ax.axvspan(middles[start], middles[stop], color=colours[codes[start]], linewidth=0)
    ax.set_xlim(x[0], x[-1])


def draw_numbers(results: xr.Dataset, name: str, *, ax: Axes) -> Axes:
    """Draw the numbers of a variable: lines along one axis (one for each of its labels), or a map with a scale over two.

    Over two axes a variable with labels is drawn for the first of them; choose another with ``results.sel``.
    """
    axes = _axes(results)
    numbers = results[name].squeeze([dimension for dimension in results["status"].dims if dimension not in axes])
    inner = [str(dimension) for dimension in numbers.dims if dimension not in results["status"].dims]
    if len(axes) == 2:
        _number_map(results, numbers.isel(dict.fromkeys(inner, 0)), inner, ax)
    else:
        _number_lines(results, numbers, inner, ax)
    return ax


def _number_map(results: xr.Dataset, numbers: xr.DataArray, inner: Sequence[str], ax: Axes) -> None:
    """Draw one number over two axes, with its scale."""
    across, up = _across_and_up(results, _axes(results))
    x, y = _positions(results, across), _positions(results, up)
    rows, columns = np.argsort(y), np.argsort(x)
    shown = numbers.transpose(up, across).to_numpy()[np.ix_(rows, columns)]
    image = ax.pcolormesh(x[columns], y[rows], shown, cmap="cividis", shading="nearest", rasterized=True)
    ax.figure.colorbar(image, ax=ax).set_label(_called(numbers, inner))
    _label(ax, results, across, up)


def _number_lines(results: xr.Dataset, numbers: xr.DataArray, inner: Sequence[str], ax: Axes) -> None:
    """Draw a line for each label of a number along one axis."""
    (axis,) = _axes(results)
    x = _positions(results, axis)
    order = np.argsort(x)
    rows = numbers.stack(label=inner).transpose("label", axis).to_numpy() if inner else numbers.to_numpy()[None, :]
    labels = [str(each) for each in numbers[inner[0]].to_numpy()] if len(inner) == 1 else [str(numbers.name)]
    for place, row in enumerate(rows[:MOST_LINES]):
        label = labels[place] if place < len(labels) else None
        ax.plot(x[order], row[order], color=LINES[place % len(LINES)], linestyle=DASHES[place % len(DASHES)], label=label)
    _label(ax, results, axis, None)
    ax.set_ylabel(numbers.attrs.get("long_name", str(numbers.name)))
    if len(labels) > 1:
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2, frameon=False)


def _called(numbers: xr.DataArray, inner: Sequence[str]) -> str:
    chosen = "".join(f" ({numbers[dimension].item()})" for dimension in inner if dimension in numbers.coords)
    return f"{numbers.attrs.get('long_name', numbers.name)}{chosen}"


def _parameters(results: xr.Dataset) -> list[str]:
    """Return what varies together along ``point``, numbers first."""
    found = [str(name) for name, each in results.coords.items() if each.dims == ("point",) and name != "point" and each.dtype.kind in "fi"]
    if len(found) < 2:
        raise NotApplicableError("a sample is drawn over two of its parameters, and it has not two")
    return found


def _across_and_up(results: xr.Dataset, axes: Sequence[str]) -> tuple[str, str]:
    """Return which axis goes to the right and which upwards: names go upwards, where there is room for them."""
    first, second = axes
    return (second, first) if results[first].dtype.kind not in "fi" else (first, second)


def _positions(results: xr.Dataset, name: str) -> NDArray[np.float64]:
    """Return where the values of an axis stand; names stand at 0, 1, ..."""
    values = results[name].to_numpy()
    return values.astype(np.float64) if values.dtype.kind in "fi" else np.arange(len(values), dtype=np.float64)


def _label(ax: Axes, results: xr.Dataset, across: str, up: str | None) -> None:
    ax.set_xlabel(_title(results, across))
    if up is not None:
        ax.set_ylabel(_title(results, up))
    for name, ticks in ((across, ax.set_xticks), (up, ax.set_yticks)):
        if name is not None and results[name].dtype.kind not in "fi":
            ticks(range(results.sizes[name]), [_value(each) for each in results[name].to_numpy()])


def _value(value: object) -> str:
    """Return a value on an axis; the variant without a name is the file."""
    return "(the file)" if value == "" else f"{value:g}" if isinstance(value, float) else str(value)


def _title(results: xr.Dataset, name: str) -> str:
    about = results[name].attrs.get("long_name", "")
    return fill(f"{name}: {about}" if about else name, WRAPPED)


def _patches(present: NDArray[np.integer], kinds: Kinds, *, striped: bool = False) -> list[Patch]:
    """Return what the legend has: a patch for each kind, and one with stripes for several equilibria where these have them."""
    patches = []
    for code in present[present >= 0].tolist():
        name, stripes_ = kinds.names[code], striped and kinds.names[code] == DIFFERENT
        label, hatch = (f"{name} (stripes: what is possible)", "////") if stripes_ else (name, None)
        patches.append(Patch(facecolor=kinds.colours[code], edgecolor="black", linewidth=0.5, label=label, hatch=hatch))
    return patches
