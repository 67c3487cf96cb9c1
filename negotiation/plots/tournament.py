"""Figures of a tournament: who met whom as a heat map, and how shares develop over generations."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from negotiation.errors import NotApplicableError
from negotiation.exact.ecology import Ecology
from negotiation.games.numbers import show_number
from negotiation.games.tournament import Tournament

__all__ = ["draw_meetings", "draw_shares", "figure"]

#: Okabe and Ito (2008): eight colours that remain different to the colour-blind; beyond eight, lines differ in dashes.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#B5A300")
DASHES = ("-", "--", ":", "-.")

#: Entrants that reach this share at some time are named beside the curves; all are drawn.
NAMED = 0.02

#: Digits of a number in a cell.
DIGITS = 3

#: Cells up to which each has its number written in it: more do not stay legible.
LARGEST_LEGIBLE = 14

#: Inches for a cell of the heat map and for what stands around it.
CELL, MARGIN = 0.5, 3.2


def figure(tournament: Tournament, ecology: Ecology, labels: Mapping[str, str]) -> Figure:
    """Return a figure with a row for each ranking: who met whom, and the shares over generations.

    Parameters
    ----------
    tournament : Tournament
        Of two roles.
    ecology : Ecology
        Of ``tournament.means``.
    labels : mapping of player to what people call him

    Raises
    ------
    NotApplicableError
        If there are more than two roles: who met whom is then no table.
    """
    if len(tournament.roles) != 2:
        raise NotApplicableError(f"who met whom is a picture for two players; here are {len(tournament.roles)}")
    ranks = range(len(tournament.rankings))
    height = max(4.0, MARGIN + CELL * max(len(fit) for fit in tournament.entrants))
    drawn = Figure(figsize=(2 * height + 3, height * len(ranks)), layout="constrained")
    rows = drawn.subplots(len(ranks), 2, squeeze=False)
    for place in ranks:
        draw_meetings(tournament, place, labels, ax=rows[place, 0])
        draw_shares(tournament, ecology, place, labels, ax=rows[place, 1])
    return drawn


def draw_meetings(tournament: Tournament, place: int, labels: Mapping[str, str], *, ax: Axes) -> Axes:
    """Draw the mean payoff of each match of a ranking; rows best first, so that the winner stands at the top."""
    table = np.moveaxis(tournament.means[place], place, 0)
    own, others = tournament.entrants[place], tournament.entrants[place if tournament.is_symmetric else 1 - place]
    order = [own.index(one.entrant) for one in tournament.standings[tournament.rankings[place]]]
    columns = order if tournament.is_symmetric else list(range(len(others)))
    shown = table[np.ix_(order, columns)]
    image = ax.imshow(shown, cmap="cividis", aspect="auto")
    ax.set_xticks(range(len(columns)), [others[one].label for one in columns], rotation=45, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(order)), [own[one].label for one in order])
    if len(columns) <= LARGEST_LEGIBLE:
        _write_numbers(ax, shown)
    bar = ax.figure.colorbar(image, ax=ax)
    bar.set_label("mean payoff of a match")
    ax.set_xlabel("against" if tournament.is_symmetric else f"{_called(labels, tournament.roles[1 - place])} plays")
    ax.set_ylabel("best first" if tournament.is_symmetric else f"{_called(labels, tournament.roles[place])} plays (best first)")
    whose = "Who gets what against whom" if tournament.is_symmetric else f"What {_called(labels, tournament.roles[place])} gets"
    ax.set_title(whose)
    return ax


def _write_numbers(ax: Axes, shown: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    middle = (shown.min() + shown.max()) / 2
    for (row, column), value in np.ndenumerate(shown):
        colour = "white" if value <= middle else "black"
        ax.text(column, row, show_number(float(value), digits=DIGITS), ha="center", va="center", fontsize=7, color=colour)


def draw_shares(tournament: Tournament, ecology: Ecology, place: int, labels: Mapping[str, str], *, ax: Axes) -> Axes:
    """Draw the share of each entrant in a population over generations; those who were ever frequent are named."""
    shares, entrants = ecology.shares[place], tournament.entrants[place]
    for rank, number_ in enumerate(np.argsort(-shares[-1], kind="stable").tolist()):
        label = entrants[number_].label if shares[:, number_].max() >= NAMED else None
        ax.plot(shares[:, number_], color=COLOURS[rank % len(COLOURS)], linestyle=DASHES[rank // len(COLOURS) % len(DASHES)], label=label)
    if len(shares) > 2:
        # Most happens early: the first generations get as much room as the last ones.
        ax.set_xscale("symlog", linthresh=10)
        ax.set_xlim(0, len(shares) - 1)
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel("generation")
    ax.set_ylabel("share of the population")
    whose = "" if tournament.is_symmetric else f": {_called(labels, tournament.roles[place])}"
    ax.set_title(f"Who survives{whose}")
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def _called(labels: Mapping[str, str], role: str) -> str:
    return labels.get(role, role)
