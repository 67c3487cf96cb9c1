"""An equilibrium correspondence in words: every branch with where and how it begins and ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from negotiation.boundaries.branch import Branch, BranchEnd
from negotiation.boundaries.correspondence import PRECISION, Correspondence, quantity_title
from negotiation.games.numbers import show_number
from negotiation.words.regimes import bracket_text, change_texts, flip_text, written
from negotiation.words.sections import Section, Table, counted, listed

__all__ = ["correspondence_sections"]

#: Branches beyond these are counted only; the document has them all.
MOST_BRANCHES = 24

#: A probability or payoff that changes by less than this along a branch is written as one number.
SAME = 1e-9

EXACT = "All ends are exact: the sign of every comparison was decided exactly along the whole line, and no branch is missing."


def correspondence_sections(found: Correspondence, followed: str) -> list[Section]:
    """Return what is known of a correspondence; ``followed`` is the quantity that the table shows along each branch."""
    branches = found.branches[:MOST_BRANCHES]
    details = [] if found.axis == PRECISION else [_branch_section(found, branch, place) for place, branch in enumerate(branches, start=1)]
    return [_overview(found, followed), *details, _ground(found)]


def _overview(found: Correspondence, followed: str) -> Section:
    where = found.scenario.file if found.variant is None else f"{found.scenario.file}, variant '{found.variant}'"
    followed_title = quantity_title(found, followed)
    each = f"Each line is one branch: an equilibrium that is followed as {found.axis} varies. What is followed: {followed_title}."
    said = (where, _axis_text(found), each)
    rows = tuple(_row(found, branch, place, followed) for place, branch in enumerate(found.branches[:MOST_BRANCHES], start=1))
    columns = ("", "equilibrium", "what happens", f"from {found.axis}", "to", "along it")
    more = len(found.branches) - MOST_BRANCHES
    remarks = (f"{more} more branches are in the JSON document.",) if more > 0 else ()
    return Section(found.scenario.title, said, Table(columns, rows, frozenset({0})), remarks)


def _axis_text(found: Correspondence) -> str:
    if found.axis == PRECISION:
        return (
            "Quantal response equilibria (logit): everybody errs, and costly errors are rarer. Precision (one over payoff) goes from 0, "
            "which is pure noise, upwards without end."
        )
    about = found.scenario.parameters[found.axis].about
    concept = found.concept.replace("_", " ")
    interval = f"from {show_number(found.low)} to {show_number(found.high)}"
    return f"{found.axis} ({about}) goes {interval}; everything else stays. Equilibria: {concept}."


def _row(found: Correspondence, branch: Branch, place: int, followed: str) -> tuple[str, ...]:
    happens = " or ".join(branch.readings) or "mixed"
    return str(place), branch.name, happens, _place(found, branch.low), _place(found, branch.high), _course(branch, followed)


def _place(found: Correspondence, end: BranchEnd) -> str:
    if found.axis == PRECISION and end.how != "fold":
        return "without end" if float(end.at) else "0"
    number = show_number(float(end.at) if end.at.exact is None else end.at.exact)
    return f"{number} (fold)" if end.how == "fold" else number


def _course(branch: Branch, followed: str) -> str:
    """Return how a quantity runs along a branch: from what to what, and between what it stays."""
    values = branch.quantities.get(followed)
    if values is None or np.isnan(values).all():
        return "-"
    known = values[~np.isnan(values)]
    if known.max() - known.min() <= SAME:
        return show_number(float(known[0]))
    ends = f"from {show_number(float(known[0]))} to {show_number(float(known[-1]))}"
    low, high = float(known.min()), float(known.max())
    inside = low < min(known[0], known[-1]) - SAME or high > max(known[0], known[-1]) + SAME
    return f"{ends}, between {show_number(low)} and {show_number(high)}" if inside else ends


def _branch_section(found: Correspondence, branch: Branch, place: int) -> Section:
    labels = found.scenario.labels
    formulas = [f"{quantity_title(found, name)} = {text}" for name, text in branch.formulas.items()]
    lines = [*_end_text(found, branch.low, "It begins", labels), *_end_text(found, branch.high, "It ends", labels)]
    whole = ["It is there from one end of the interval to the other."] if branch.low.how == branch.high.how == "line" else lines
    said = ([f"{'; '.join(formulas)}."] if formulas else []) + whole
    return Section(f"Branch {place}: {branch.name}", tuple(said))


def _end_text(found: Correspondence, end: BranchEnd, verb: str, labels: Mapping[str, str]) -> Iterator[str]:
    """Yield where and why a branch begins or ends."""
    if end.how == "line":
        return
    if end.bracket is not None:
        yield f"{verb} {bracket_text(end.at, end.bracket, found.axis, found.high - found.low)}; closed in by solving."
        return
    names = listed([f"'{name}'" for name in end.meets])
    go = "goes" if len(end.meets) == 1 else "go"
    texts = {
        "goes over": f"there {names} {go} on from it" if verb == "It ends" else f"there it goes on from {names}",
        "fold": f"a fold: there it meets {names}, and neither goes on",
        "joins": f"there it meets {names}, which goes on",
    }
    how = f"; {texts[end.how]}" if end.how in texts else ""
    yield f"{verb} at {found.axis} = {written(end.at)}{how}."
    yield from change_texts(end.changes, labels)
    yield from (flip_text(flip, labels) for flip in end.flips)


def _ground(found: Correspondence) -> Section:
    said = [f"{note[:1].upper()}{note[1:]}." for note in found.notes if found.is_exact or found.axis == PRECISION]
    if found.is_exact:
        said.insert(
            0, "All ends are exact: the sign of every comparison was decided exactly along the whole line, and no branch is missing."
        )
    elif found.axis != PRECISION:
        why = "; ".join(found.notes)
        said.append(
            f"Ends are not exact here, because {why}. The game was solved at {found.points:,} points, close to one another where "
            "equilibria differ; equilibria at neighbouring points with the same courses of play were taken as one branch."
        )
    folds = sum(branch.low.how == "fold" for branch in found.branches) + sum(branch.high.how == "fold" for branch in found.branches)
    said.append(f"{counted(len(found.branches), 'branch', 'branches')}, {counted(folds, 'end')} of them at a fold.")
    return Section("How this is known", tuple(said))
