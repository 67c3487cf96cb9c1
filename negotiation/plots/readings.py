"""The colours of readings: each has that of its place among the scenario's readings, in every figure."""

from __future__ import annotations

__all__ = ["COLOURS", "colour_of"]

#: Okabe and Ito (2008), lightened so that black letters are legible on them: colours that remain different to the colour-blind.
#: The second eight are the same ones less lightened.
COLOURS = (
    *("#7FB8D8", "#EAAE7F", "#7FCEB9", "#E5BCD3", "#F2CF7F", "#AADAF4", "#BFBFBF", "#DAD17F"),
    *("#4095C5", "#DF8340", "#40B695", "#D89ABD", "#ECB640", "#80C7EF", "#7F7F7F", "#C8B840"),
)


def colour_of(place: int) -> str:
    """Return the colour of the reading at a place, from 0; beyond sixteen they come again."""
    return COLOURS[place % len(COLOURS)]
