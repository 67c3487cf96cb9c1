"""Regimes in a plane as text: a map of letters with a legend, and the exact boundaries."""

from __future__ import annotations

from negotiation.boundaries.plane import LINES, Plane, Row, any_of
from negotiation.games.numbers import show_number
from negotiation.words.sections import Section, Table, counted

__all__ = ["plane_sections"]

#: Letters across the map.
WIDTH = 60

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def plane_sections(found: Plane) -> list[Section]:
    """Return the map, its legend and the boundaries."""
    letters = {each: LETTERS[place] if place < len(LETTERS) else "?" for place, each in enumerate(found.readings)}
    parameters = found.scenario.parameters
    file = found.scenario.file if found.variant is None else f"{found.scenario.file}, variant '{found.variant}'"
    said = (
        file,
        f"To the right: {found.across} ({parameters[found.across].about}). Upwards: {found.up} ({parameters[found.up].about}).",
        *_map(found, letters),
    )
    legend = Table(("", "what happens"), tuple((letter, any_of(each)) for each, letter in letters.items()))
    boundaries = [_boundaries(found)] if found.is_exact else []
    return [Section(found.scenario.title, said, legend), *boundaries, _ground(found)]


def _map(found: Plane, letters: dict[frozenset[str], str]) -> list[str]:
    """Return the map from the top down; its rows are lines that were settled."""
    low, high = found.rows[0].value, found.rows[-1].value
    wanted = [low + (high - low) * place / LINES for place in range(LINES, -1, -1)]
    rows = [min(found.rows, key=lambda row: abs(row.value - value)) for value in wanted]
    names = [show_number(row.value, digits=4) for row in rows]
    margin = max(map(len, names))
    lines = [f"{name:>{margin}} | {_letters(row, letters)}" for name, row in zip(names, rows, strict=True)]
    left, right = (show_number(end, digits=4) for end in (rows[0].borders[0], rows[0].borders[-1]))
    return [
        f"{found.up}",
        *lines,
        f"{'':>{margin}} +-{'-' * WIDTH}",
        f"{'':>{margin}}   {left}{right:>{WIDTH - len(left)}}  {found.across}",
    ]


def _letters(row: Row, letters: dict[frozenset[str], str]) -> str:
    start, end = row.borders[0], row.borders[-1]
    middles = [start + (end - start) * (place + 0.5) / WIDTH for place in range(WIDTH)]
    places = [sum(border <= each for border in row.borders[1:-1]) for each in middles]
    return "".join(letters[row.readings[place]] for place in places)


def _boundaries(found: Plane) -> Section:
    rows = tuple((text, any_of(one), any_of(other)) for text, (one, other) in sorted(found.boundaries.items()))
    return Section("Exact boundaries", (), Table(("where", "on one side", "on the other"), rows))


def _ground(found: Plane) -> Section:
    ratio = found.grid / found.solves
    if not found.is_exact:
        return _search(found, ratio)
    said = (
        f"{counted(len(found.rows), 'line')} across and {counted(len(found.columns), 'line')} upwards were each settled exactly; lines lie "
        "closer where a boundary bends or begins. A region that lies between two neighbouring lines in both directions would not be seen.",
        f"That took {found.solves:,} solutions of the game; a grid as fine as the closest lines has {found.grid:,} points, {ratio:,.0f} "
        "times as many.",
    )
    return Section("How this is known", said)


def _search(found: Plane, ratio: float) -> Section:
    """Return how this is known where lines were solved point by point."""
    said = (
        f"The boundaries are not exact here, because {'; '.join(found.notes[:1])}.",
        f"On {counted(len(found.rows), 'line')} across, {found.solves:,} points were solved, close to one another where neighbours differ; "
        f"a grid as fine in both directions has {found.grid:,} points, {ratio:,.0f} times as many. What is smaller than a sixteenth of the "
        "width and lies between two neighbouring points that agree, or between two lines, can have been missed.",
        *(f"{note[:1].upper()}{note[1:]}." for note in found.notes[1:] if not note.startswith("at ")),
    )
    return Section("How this is known", said)
