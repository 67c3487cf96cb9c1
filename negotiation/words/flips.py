"""At which value of a parameter what happens flips, in words."""

from __future__ import annotations

from fractions import Fraction

from negotiation.comparing.flips import Flip, Passage
from negotiation.games.numbers import show_number
from negotiation.words.sections import counted, number

__all__ = ["passage_lines"]

#: So many digits tell thresholds apart and match what papers print.
DIGITS = 10


def passage_lines(found: Passage, what: str) -> list[str]:
    """Return where the answer flips while one parameter moves; ``what`` is what happens, or the course of play."""
    way = f"As {found.parameter} goes from {number(found.start)} to {number(found.end)}, "
    if not found.complete:
        return [way + _bracket(found, found.flips[0], what)]
    if len(found.flips) == 1:
        return [f"{way}{what} flips once, at {found.parameter} = {_written(found.flips[0])}: {_sides(found.flips[0])}."]
    head = f"{way}{what} changes at {counted(len(found.flips), 'value')}, and nowhere else:"
    return [head, *(f"- at {found.parameter} = {_written(flip)}: {_sides(flip)}." for flip in found.flips)]


def _bracket(found: Passage, flip: Flip, what: str) -> str:
    """Return what halving has found."""
    between = f"{show_number(flip.low, digits=DIGITS)} and {show_number(flip.high, digits=DIGITS)}"
    before = f"from {_quoted(flip.before)} " if flip.before else ""
    return (
        f"{what} becomes the other side's ({before}to {_quoted(flip.after)}) between {found.parameter} = {between}. This was found by "
        "halving the way and solving the game again; there may be other changes on the way."
    )


def _written(flip: Flip) -> str:
    """Return a value: a rational exactly and as a decimal, else the decimal and of what it is the root."""
    if flip.exact is None:
        return f"{show_number((flip.low + flip.high) / 2, digits=DIGITS)} (the root of {flip.root_of} there)"
    decimal = show_number(flip.exact, digits=DIGITS)
    return f"{decimal} exactly" if Fraction(decimal) == flip.exact else f"{flip.exact} = {decimal}"


def _sides(flip: Flip) -> str:
    """Return what happens before a value, beyond it and exactly there."""
    if flip.before == flip.after:
        return f"{_quoted(flip.before)} on both sides of it, exactly there {_there(flip)}"
    return f"before it {_quoted(flip.before)}, beyond it {_quoted(flip.after)}, exactly there {_there(flip)}"


def _there(flip: Flip) -> str:
    """Return what happens exactly at a value."""
    if not flip.there:
        return "no game"
    if len(flip.there) == 2 and {*flip.there} == {*flip.before, *flip.after}:
        return "either of the two"
    return _quoted(flip.there)


def _quoted(names: tuple[str, ...]) -> str:
    return " or ".join(f"'{name}'" for name in names)
