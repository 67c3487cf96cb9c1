"""A figure of the regimes in a plane: one colour for each thing that can happen, with its name inside the region."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from negotiation.boundaries.plane import Plane, Row, any_of
from negotiation.plots.readings import COLOURS, colour_of

__all__ = ["draw", "figure"]

#: Beyond the colours, regions are hatched.
HATCHES = ("", "//", "..", "xx")

#: Regions narrower than this share of the width have no name inside, only in the legend.
NAMED = 0.12

#: The width of a letter inside a region, as a share of the width of the picture.
LETTER = 0.0135

#: Names up to this length stand in two columns under the picture.
SHORT = 40


def figure(found: Plane) -> Figure:
    """Return a figure of a plane, of a size for one column of a page."""
    drawn = Figure(figsize=(7.0, 5.6), layout="constrained")
    draw(found, ax=drawn.subplots())
    return drawn


def draw(found: Plane, *, ax: Axes) -> Axes:
    """Draw the regions of a plane with their names and a legend."""
    rows = _drawn(found.rows)
    shown = {each for row in rows for each in row.readings}
    place = {each: number for each, number in _places(found).items() if each in shown}
    for one, other in pairwise(rows):
        middle = (float(one.value) + float(other.value)) / 2
        if one.readings == other.readings:
            _fill(one, float(one.value), other, float(other.value), place, ax)
        else:
            _fill(one, float(one.value), one, middle, place, ax)
            _fill(other, middle, other, float(other.value), place, ax)
    for each, number in place.items():
        ax.fill([], [], facecolor=colour_of(number), hatch=_hatch(number), edgecolor="black", label=_name(each, " or "))
        _write(rows, each, ax)
    ax.set_xlim(found.rows[0].borders[0], found.rows[0].borders[-1])
    ax.set_ylim(float(rows[0].value), float(rows[-1].value))
    parameters = found.scenario.parameters
    ax.set_xlabel(f"{found.across}: {parameters[found.across].about}")
    ax.set_ylabel(f"{found.up}: {parameters[found.up].about}")
    columns = 2 if max(len(_name(each, " or ")) for each in place) <= SHORT else 1
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=columns, frameon=False, fontsize=8.5)
    return ax


def _drawn(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows without those on which something holds that holds on no row beside them: these lie on a boundary."""
    kept = [row for place, row in enumerate(rows) if set(row.readings) <= _beside(rows, place)]
    return kept if len(kept) > 1 else rows


def _beside(rows: Sequence[Row], place: int) -> set[frozenset[str]]:
    """Return what holds somewhere on the rows beside one."""
    return {each for other in (place - 1, place + 1) if 0 <= other < len(rows) for each in rows[other].readings}


def _places(found: Plane) -> dict[frozenset[str], int]:
    """Return the place of each region's colour: of one reading its place in the scenario, of several together one after these."""
    names = list(dict.fromkeys(reading.name for reading in found.scenario.readings))
    alone = {each: names.index(next(iter(each))) for each in found.readings if len(each) == 1 and each <= set(names)}
    others = [each for each in found.readings if each not in alone]
    return {each: alone.get(each, len(names) + (others.index(each) if each in others else 0)) for each in found.readings}


def _fill(low: Row, bottom: float, high: Row, top: float, place: dict[frozenset[str], int], ax: Axes) -> None:
    """Fill the strip between two rows; both have the same regions in order."""
    for number, each in enumerate(low.readings):
        corners = [low.borders[number], low.borders[number + 1], high.borders[number + 1], high.borders[number]]
        colour = colour_of(place[each])
        # An edge in the region's own colour closes the hairline that renderers leave between neighbours.
        ax.fill(corners, [bottom, bottom, top, top], facecolor=colour, edgecolor=colour, hatch=_hatch(place[each]), linewidth=0.8)


def _hatch(number: int) -> str:
    return HATCHES[number // len(COLOURS) % len(HATCHES)]


def _write(rows: Sequence[Row], each: frozenset[str], ax: Axes) -> None:
    """Write a name where its region is broad, in the middle of the rows on which it is."""
    spans = [
        (row.borders[number], row.borders[number + 1], float(row.value))
        for row in rows
        for number, here in enumerate(row.readings)
        if here == each
    ]
    broadest = max(right - left for left, right, _ in spans)
    whole = rows[0].borders[-1] - rows[0].borders[0]
    broad = sorted((span for span in spans if span[1] - span[0] >= 0.7 * broadest), key=lambda span: span[2])
    needed = max(NAMED, LETTER * max(map(len, _name(each, "\nor ").splitlines())))
    if broadest < needed * whole or len(broad) < 2:
        return
    middle = (broad[0][2] + broad[-1][2]) / 2
    left, right, height = min(broad, key=lambda span: abs(span[2] - middle))
    ax.text((left + right) / 2, height, _name(each, "\nor "), ha="center", va="center", fontsize=9)


def _name(each: frozenset[str], between: str) -> str:
    return any_of(each, between)
