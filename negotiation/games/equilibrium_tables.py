"""Equilibria of many points become a table.

What repeats is kept by cases. Where probabilities are others than 0 and 1, and so differ from point to point, they are kept in full.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import nan

import numpy as np
from numpy.typing import NDArray

from negotiation.games.answers import Answers
from negotiation.games.equilibrium_rows import NO, SEVERAL, YES, Names, Row
from negotiation.games.outcomes import SAME
from negotiation.games.tables import Table

__all__ = ["Part", "Read", "answered", "assembled", "solved"]

Doubles = NDArray[np.float64]

#: The columns that are kept in full where they vary.
IN_FULL = ("regret", "reading_lowest", "reading_highest", "outcome_lowest", "outcome_highest")

#: The columns that are always kept in full.
PAID = ("payoff_lowest", "payoff_highest")


@dataclass(frozen=True, eq=False, slots=True)
class Read:
    """How ends of play are read at each point.

    Parameters
    ----------
    codes : int64 array of shape (states, ends)
        The reading of each end, where the conditions of readings hold as in a state.
    state : int64 array of shape (points,), or None where there is one
    """

    codes: NDArray[np.int64]
    state: NDArray[np.int64] | None


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """Some points of a table: their cases, and what each has of its own.

    Parameters
    ----------
    places : int64 array of shape (n,), or None for all points
    rows : sequence of Row
    of_point : int64 array of shape (n,)
        The row of each point.
    lowest, highest : float64 arrays of shape (n, players), the same object where they do not differ
    in_full : mapping of column to float64 array of shape (n, ...)
        Columns that vary; the rows say nothing of these then.
    """

    places: NDArray[np.int64] | None
    rows: Sequence[Row]
    of_point: NDArray[np.int64]
    lowest: Doubles
    highest: Doubles
    in_full: Mapping[str, Doubles]


def solved(rows: Sequence[Row], places: NDArray[np.int64], players: int) -> Part:
    """Return the part of points that were solved one by one."""
    lowest, highest = (np.array([getattr(row, name) for row in rows]).reshape(len(rows), players) for name in PAID)
    bare = [replace(row, payoff_lowest=(), payoff_highest=()) for row in rows]
    return Part(places, bare, np.arange(len(rows)), lowest, highest, {})


def assembled(points: int, parts: Sequence[Part], names: Names) -> Table:
    """Return the table of parts that make up all points.

    The cases have an order of their own, so that the table does not depend on the order of the parts.
    """
    in_full = any(part.in_full for part in parts) or not all(row.is_certain for part in parts for row in part.rows)
    case, kept = _cases(points, parts, [list(map(_bare, part.rows)) if in_full else part.rows for part in parts])
    dense = _paid(points, parts) | (_in_full(points, parts) if in_full else {})
    return Table(dense, case, _columns(kept, names, dense), tuple(row.remark for row in kept))


def _columns(rows: Sequence[Row], names: Names, dense: Mapping[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
    """Return the columns of cases: those that are not kept in full."""
    columns = [column for column in names.layout.columns if column.name not in dense]
    return {column.name: np.array([getattr(row, column.name) for row in rows], dtype=column.dtype) for column in columns}


def _cases(points: int, parts: Sequence[Part], rows: Sequence[Sequence[Row]]) -> tuple[NDArray[np.uint32], list[Row]]:
    """Return the case of each point, and the row of each case, in the order of their values."""
    by_key = {row.key: row for of_part in rows for row in of_part}
    order = sorted(by_key)
    numbers = {key: number for number, key in enumerate(order)}
    case = np.empty(points, dtype=np.uint32)
    for part, of_part in zip(parts, rows, strict=True):
        codes = np.array([numbers[row.key] for row in of_part], dtype=np.uint32)
        case[slice(None) if part.places is None else part.places] = codes[part.of_point]
    return case, [by_key[key] for key in order]


def _bare(row: Row) -> Row:
    return replace(row, regret=nan, reading_lowest=(), reading_highest=(), outcome_lowest=(), outcome_highest=())


def _paid(points: int, parts: Sequence[Part]) -> dict[str, NDArray[np.generic]]:
    """Return the payoffs, as one array where the lowest are the highest at all points."""
    if len(parts) == 1 and parts[0].places is None:
        return {"payoff_lowest": parts[0].lowest, "payoff_highest": parts[0].highest}
    same = all(part.lowest is part.highest or np.array_equal(part.lowest, part.highest, equal_nan=True) for part in parts)
    lowest = _whole(points, parts, lambda part: part.lowest)
    return {"payoff_lowest": lowest, "payoff_highest": lowest if same else _whole(points, parts, lambda part: part.highest)}


def _in_full(points: int, parts: Sequence[Part]) -> dict[str, NDArray[np.generic]]:
    return {name: _whole(points, parts, partial(_column, name=name)) for name in IN_FULL}


def _column(part: Part, name: str) -> Doubles:
    return part.in_full[name] if part.in_full else np.array([getattr(row, name) for row in part.rows])[part.of_point]


def _whole(points: int, parts: Sequence[Part], of: Callable[[Part], Doubles]) -> Doubles:
    columns = [of(part) for part in parts]
    whole = np.empty((points, *columns[0].shape[1:]))
    for part, column in zip(parts, columns, strict=True):
        whole[slice(None) if part.places is None else part.places] = column
    return whole


def answered(answers: Answers, places: NDArray[np.int64] | None, names: Names, read: Read) -> Part:
    """Return the part of points that were decided together.

    Parameters
    ----------
    answers : Answers
    places : int64 array, or None where all points of the table are decided
        The points that are decided.
    names : Names
    read : Read
        Of all points of the answers.
    """
    kept = _kept(answers, places)
    if answers.regret.any() or not answers.complete.all() or (len(answers.endings) and bool((answers.end[kept] < 0).any())):
        return _varied(answers, kept, places, names, read)
    decided = len(answers.undecided) if places is None else len(places)
    if len(kept) > decided:
        return _several(answers, kept, places, names, read)
    whole = places is None
    state = None if read.state is None else read.state[answers.game[kept]]
    rows, of_point = _pure(answers.end if whole else answers.end[kept], state, names, read)
    payoffs = answers.payoffs if whole else answers.payoffs[kept]
    return Part(places, rows, of_point, payoffs, payoffs, {})


def _pure(end: NDArray[np.int32], state: NDArray[np.int64] | None, names: Names, read: Read) -> tuple[list[Row], NDArray[np.int64]]:
    """Return the rows of points at which there is one equilibrium that ends play in one way, and the row of each point."""
    ends = len(names.course)
    key: NDArray[np.signedinteger] = end if state is None else end + ends * state
    seen = np.zeros(ends * len(read.codes), dtype=np.bool_)
    seen[key] = True
    present = np.flatnonzero(seen)
    rank = np.zeros(ends * len(read.codes), dtype=np.int64)
    rank[present] = np.arange(len(present))
    return [_sure(names, [int(each) % ends], read.codes[int(each) // ends]) for each in present], rank[key]


def _several(answers: Answers, kept: NDArray[np.int64], places: NDArray[np.int64] | None, names: Names, read: Read) -> Part:
    """Return a part of equilibria each of which ends play in one way, several of them at some points."""
    games, end = answers.game[kept], answers.end[kept]
    starts = np.flatnonzero(np.r_[True, np.diff(games) > 0])
    counts, state = np.diff(np.r_[starts, len(kept)]), None if read.state is None else read.state[games[starts]]
    alone = np.flatnonzero(counts == 1)
    rows, of_alone = _pure(end[starts[alone]], None if state is None else state[alone], names, read)
    of_point = np.empty(len(starts), dtype=np.int64)
    of_point[alone] = of_alone
    many = np.flatnonzero(counts > 1)
    # Each row: the state of readings, then the ends in order, -1 where there are fewer.
    sets = np.full((len(many), 1 + int(counts.max())), -1, dtype=np.int64)
    sets[:, 0] = 0 if state is None else state[many]
    within = np.arange(len(kept)) - np.repeat(starts, counts)
    of_many = np.repeat(np.cumsum(counts > 1) - 1, counts)
    member = np.repeat(counts > 1, counts)
    sets[of_many[member], 1 + within[member]] = end[member]
    sets[:, 1:].sort(axis=1)
    different, inverse = np.unique(sets, axis=0, return_inverse=True)
    of_point[many] = len(rows) + inverse.reshape(-1)
    rows += [_sure(names, [int(each) for each in found[1:] if each >= 0], read.codes[found[0]]) for found in different]
    payoffs = answers.payoffs[kept]
    lowest, highest = np.minimum.reduceat(payoffs, starts), np.maximum.reduceat(payoffs, starts)
    return Part(places, rows, of_point, lowest, highest, {})


def _sure(names: Names, ends: Sequence[int], codes: NDArray[np.int64]) -> Row:
    """Return the row of equilibria that end play so; ``codes`` has the reading of each end."""
    readings, courses, outcomes = ([int(of[end]) for end in ends] for of in (codes, names.course, names.outcome))
    return Row(
        0,
        readings[0] if len(set(readings)) == 1 else names.reading_codes.index(SEVERAL, len(names.readings)),
        courses[0] if len(set(courses)) == 1 else names.path_codes.index(SEVERAL, len(names.courses)),
        len(ends),
        YES,
        0.0,
        NO,
        *_bounds(readings, len(names.readings) + 1),
        *_bounds(outcomes, len(names.outcomes)),
    )


def _bounds(codes: Sequence[int], count: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the lowest and the highest probability of each code over equilibria that each have one for certain."""
    lowest = tuple(float(set(codes) == {code}) for code in range(count))
    return lowest, tuple(float(code in codes) for code in range(count))


def _varied(answers: Answers, kept: NDArray[np.int64], places: NDArray[np.int64] | None, names: Names, read: Read) -> Part:
    """Return a part of any answers: probabilities are summed end by end, in order, so that no bit depends on the company."""
    state = np.zeros(len(answers.undecided), dtype=np.int64) if read.state is None else read.state
    codes = read.codes[state[answers.game[kept]]]
    share = _shares(answers, len(names.course))[kept]
    starts = np.flatnonzero(np.r_[True, np.diff(answers.game[kept]) > 0])
    counts = np.diff(np.r_[starts, len(kept)])
    readings = _summed(share, codes, len(names.readings) + 1)
    columns = {
        "reading": _code(readings, starts),
        "path": _code(_summed(share, np.broadcast_to(names.course, share.shape), len(names.courses)), starts),
        "equilibria": counts,
        "complete": answers.complete[answers.game[kept][starts]].astype(np.int64),
    }
    outcomes = _summed(share, np.broadcast_to(names.outcome, share.shape), len(names.outcomes))
    in_full = {
        "regret": np.maximum.reduceat(answers.regret[kept], starts),
        "reading_lowest": np.minimum.reduceat(readings, starts),
        "reading_highest": np.maximum.reduceat(readings, starts),
        "outcome_lowest": np.minimum.reduceat(outcomes, starts),
        "outcome_highest": np.maximum.reduceat(outcomes, starts),
    }
    different, of_point = np.unique(np.stack(list(columns.values()), axis=1), axis=0, return_inverse=True)
    rows = [_open(*map(int, row)) for row in different]
    lowest = np.minimum.reduceat(answers.payoffs[kept], starts)
    highest = lowest if counts.max() == 1 else np.maximum.reduceat(answers.payoffs[kept], starts)
    return Part(places, rows, of_point.reshape(-1), lowest, highest, in_full)


def _open(reading: int, path: int, equilibria: int, complete: int) -> Row:
    """Return a row without what is kept in full."""
    return Row(0, reading, path, equilibria, complete, nan, NO, (), (), (), ())


def _kept(answers: Answers, places: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Return the equilibria of the points that are decided."""
    if places is None:
        return np.arange(len(answers.game))
    decided = np.zeros(len(answers.undecided), dtype=np.bool_)
    decided[places] = True
    return np.flatnonzero(decided[answers.game])


def _shares(answers: Answers, ends: int) -> Doubles:
    """Return the probability of each end in each equilibrium, shape (M, ends)."""
    share = np.zeros((len(answers.game), ends))
    certain = np.flatnonzero(answers.end >= 0)
    share[certain, answers.end[certain]] = 1.0
    share[answers.end < 0] = answers.endings
    return share


def _code(shares: Doubles, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the only name that is possible in all equilibria of a point, or the code for mixed ones, or that for several.

    ``shares`` has the probability of each name in each equilibrium; the two codes stand behind the names.
    """
    lowest, highest = np.minimum.reduceat(shares, starts), np.maximum.reduceat(shares, starts)
    possible, names = highest > 0, shares.shape[1]
    same = (highest - lowest <= SAME).all(axis=1)
    code: NDArray[np.int64] = np.where(same, names, names + 1)
    alone = possible.sum(axis=1) == 1
    code[alone] = possible[alone].argmax(axis=1)
    return code


def _summed(share: Doubles, codes: NDArray[np.int64], count: int) -> Doubles:
    """Return the probability of each code, shape (M, count)."""
    found = np.zeros((len(share), count))
    rows = np.arange(len(share))
    for end in range(share.shape[1]):
        found[rows, codes[:, end]] += share[:, end]
    return found
