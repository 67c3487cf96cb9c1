"""The map of a sweep: which answer is commonest where, as letters."""

from __future__ import annotations

import numpy as np

from negotiation.designs.design import Series
from negotiation.games.numbers import show_number
from negotiation.sweeping.chart import COLUMNS, Chart
from negotiation.sweeping.overview import Overview
from negotiation.words.sections import Section, counted
from negotiation.words.sweep_answers import letters

__all__ = ["map_section"]

#: What stands on the map where nothing has been computed.
BLANK = "."


def map_section(found: Overview, chart: Chart) -> Section:
    """Return the map, top down."""
    drawn = letters(found)
    width = chart.counts.shape[1]
    # A few values are drawn broadly.
    broad = max(1, COLUMNS // width)
    commonest = np.where(chart.counts.sum(axis=2) > 0, np.argmax(chart.counts, axis=2), -1)
    names = _row_names(chart, len(commonest))
    margin = max(map(len, names))
    lines = [
        f"{name:>{margin}} | {''.join(broad * (drawn[code] if code >= 0 else BLANK) for code in row)}"
        for name, row in zip(names[::-1], commonest[::-1], strict=True)
    ]
    width *= broad
    left, right = _ends(chart.across)
    scale = f"{'':>{margin}}   {left}{right:>{max(width - len(left), len(right) + 1)}}  {chart.across.name}"
    said = [*([] if chart.up is None else [chart.up.name]), *lines, f"{'':>{margin}} +-{'-' * width}", scale]
    shared = int(np.count_nonzero(np.count_nonzero(chart.counts, axis=2) > 1))
    stand = "stands for points with different answers, and shows" if shared == 1 else "stand for points with different answers, and show"
    remark = [f"{counted(shared, 'letter')} {stand} the commonest."] if shared else []
    if found.guide == "reading" and chart.across.role == "parameter":
        remark.append("These are the values that were swept; 'negotiation regimes' finds where exactly it changes.")
    return Section("Where it happens", tuple(said), None, tuple(remark))


def _row_names(chart: Chart, rows: int) -> list[str]:
    """Return what stands beside each row: the value or name in its middle."""
    if chart.up is None:
        return [""]
    if chart.up.role in ("variant", "concept"):
        return [str(value) or "(the file)" for value in chart.up.values]
    values = np.sort(chart.up.doubles)
    return [show_number(float(values[(2 * row + 1) * len(values) // (2 * rows)]), digits=4) for row in range(rows)]


def _ends(series: Series) -> tuple[str, str]:
    if series.role in ("variant", "concept"):
        return str(series.values[0]) or "(the file)", str(series.values[-1])
    return show_number(float(series.doubles.min()), digits=4), show_number(float(series.doubles.max()), digits=4)
