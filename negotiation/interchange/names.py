"""Names that differ: a game tells its players, strategies, information sets and actions apart by name, a file need not."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["distinct"]


def distinct(names: Sequence[str], unnamed: Sequence[str]) -> tuple[str, ...]:
    """Return the names made different: an empty one is replaced, and a repeated one gets a number.

    The first bearer of a name keeps it; the others become ``name (2)``, ``name (3)`` and so on, passing over what stands
    in the list already.

    Parameters
    ----------
    names : sequence of str
    unnamed : sequence of str, as long
        What to call each one whose name is empty.
    """
    if len(set(names)) == len(names) and "" not in names:
        return tuple(names)
    written = set(names)
    used: set[str] = set()
    counts: dict[str, int] = {}
    result = []
    for name, instead in zip(names, unnamed, strict=True):
        wanted = candidate = name or instead
        while candidate in used or (candidate in written and candidate != name):
            counts[wanted] = counts.get(wanted, 1) + 1
            candidate = f"{wanted} ({counts[wanted]})"
        used.add(candidate)
        result.append(candidate)
    return tuple(result)
