"""A figure of an equilibrium correspondence: one line for each branch against the parameter, folds and ends marked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from negotiation.boundaries.branch import Branch, BranchEnd
from negotiation.boundaries.correspondence import PRECISION, Correspondence, quantity_title

__all__ = ["draw", "figure"]

#: Okabe and Ito (2008): eight colours that remain different to the colour-blind; beyond eight, lines differ in dashes.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#B5A300")
DASHES = ("-", "--", ":", "-.")

#: Branches beyond these are drawn without a name in the legend.
NAMED = 12

#: Longer names are cut in the legend; the table of the command has them whole.
LONGEST = 46

#: How far the second of two branches on one line is drawn beside it, in points: else it could not be seen.
BESIDE = 1.6


def figure(found: Correspondence, quantity: str) -> Figure:
    """Return a figure of one quantity along all branches, of a size for one column of a page."""
    drawn = Figure(figsize=(7.0, 5.2), layout="constrained")
    draw(found, quantity, ax=drawn.subplots())
    return drawn


def draw(found: Correspondence, quantity: str, *, ax: Axes) -> Axes:
    """Draw one quantity (a name of ``found.quantities``) along all branches; filled circles are folds, open ones other ends."""
    shown = [branch for branch in found.branches if quantity in branch.quantities]
    for number, branch in enumerate(shown):
        colour, dashes = COLOURS[number % len(COLOURS)], DASHES[number // len(COLOURS) % len(DASHES)]
        # Later branches are thinner, so that those below them show where several lie on one line.
        width = 1.4 + BESIDE * max(0, 3 - number % len(COLOURS)) / 2
        label = _short(branch.name) if number < NAMED else None
        ax.plot(branch.at, branch.quantities[quantity], color=colour, linestyle=dashes, linewidth=width, label=label)
        _mark(found, branch, branch.quantities[quantity], colour, ax)
    ax.set_xlim(float(found.low), float(found.high))
    about = "(one over payoff)" if found.axis == PRECISION else found.scenario.parameters[found.axis].about
    ax.set_xlabel(f"{found.axis}: {about}" if found.axis != PRECISION else f"precision {about}")
    ax.set_ylabel(quantity_title(found, quantity))
    if not quantity.startswith("payoff of "):
        ax.set_ylim(-0.03, 1.03)
    ax.spines[["top", "right"]].set_visible(False)
    _legend(ax, shown, ends=found.axis != PRECISION)
    return ax


def _legend(ax: Axes, branches: Sequence[Branch], *, ends: bool) -> None:
    how = {end.how for branch in branches for end in (branch.low, branch.high)}
    if "fold" in how or any(branch.folds for branch in branches):
        ax.plot([], [], "o", color="black", markersize=5, label="fold")
    if ends and how - {"fold", "line"}:
        ax.plot([], [], "o", color="black", markersize=5, markerfacecolor="white", label="end of a branch")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2, frameon=False, fontsize=8.5)


def _mark(found: Correspondence, branch: Branch, values: NDArray[np.float64], colour: str, ax: Axes) -> None:
    """Mark folds by filled circles and ends inside the picture by open ones."""
    for step in branch.folds:
        ax.plot(branch.at[step], values[step], "o", color=colour, markersize=5)
    if found.axis == PRECISION or not len(values):
        return
    for end, step in ((branch.low, 0), (branch.high, -1)):
        if end.how != "line":
            ax.plot(branch.at[step], values[step], "o", color=colour, markersize=5, markerfacecolor=_face(end, colour))


def _face(end: BranchEnd, colour: str) -> str:
    return colour if end.how == "fold" else "white"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 3]}..."
