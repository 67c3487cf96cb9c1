"""Equilibria that were solved point by point, linked to branches; and the branches of quantal response equilibria."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from negotiation.boundaries.bracketing import Sample
from negotiation.boundaries.branch import Branch, BranchEnd, columns_of, quantities_of, table_of
from negotiation.budget import Budget
from negotiation.concepts import quantal_response
from negotiation.exact.real_points import RealPoint, rational_point
from negotiation.games.solution import Equilibrium, Game, Path

__all__ = ["linked_branches", "precision_branches"]

#: The courses of play of an equilibrium with their readings, and its number among those that have the same.
_Identity = tuple[frozenset[tuple[tuple[str, ...], str | None]], int]


def linked_branches(samples: Sequence[Sample]) -> tuple[Branch, ...]:
    """Return equilibria at neighbouring points that have the same courses of play as branches; their ends are closed in."""
    open_tracks: dict[_Identity, tuple[int, list[Equilibrium]]] = {}
    closed: list[tuple[int, list[Equilibrium]]] = []
    for place, sample in enumerate(samples):
        here = dict(_identified(sample.equilibria))
        closed += [open_tracks.pop(identity) for identity in [key for key in open_tracks if key not in here]]
        for identity, each in here.items():
            open_tracks.setdefault(identity, (place, []))[1].append(each)
    closed += open_tracks.values()
    # What is an equilibrium at one point only is what others become there.
    lasting = [track for track in closed if len(track[1]) > 1]
    return tuple(_branch(samples, first, equilibria) for first, equilibria in sorted(lasting, key=lambda track: track[0]))


def _identified(equilibria: Sequence[Equilibrium]) -> Iterator[tuple[_Identity, Equilibrium]]:
    counts: dict[frozenset[tuple[tuple[str, ...], str | None]], int] = {}
    for each in equilibria:
        courses = frozenset((path.actions, path.reading) for path in each.paths)
        number = counts.get(courses, 0)
        counts[courses] = number + 1
        yield (courses, number), each


def _branch(samples: Sequence[Sample], first: int, equilibria: Sequence[Equilibrium]) -> Branch:
    here = samples[first : first + len(equilibria)]
    rows = [_row(sample, each) for sample, each in zip(here, equilibria, strict=True)]
    middle = equilibria[len(equilibria) // 2]
    return Branch(
        name=_name(middle.paths),
        is_pure=all(each.is_pure for each in equilibria),
        readings=tuple(dict.fromkeys(_reading(each) for each in equilibria)),
        low=_end(samples, first - 1, first),
        high=_end(samples, first + len(equilibria) - 1, first + len(equilibria)),
        at=np.array([float(sample.value) for sample in here]),
        quantities=table_of(rows),
    )


def _row(sample: Sample, each: Equilibrium) -> dict[str, float]:
    if sample.solution is None:
        return {}
    game = sample.solution.game
    return quantities_of(each, game.players, columns_of(game))


def _name(paths: Sequence[Path]) -> str:
    return " or ".join(" > ".join(path.actions) for path in paths)


def _reading(each: Equilibrium) -> str:
    return " / ".join(dict.fromkeys(path.reading or " > ".join(path.actions) for path in each.paths))


def _end(samples: Sequence[Sample], before: int, after: int) -> BranchEnd:
    """Return the end of a branch between two neighbouring samples, of which it has one."""
    if before < 0 or after >= len(samples):
        return BranchEnd(rational_point(samples[max(before, 0)].value), "line")
    low, high = samples[before].value, samples[after].value
    simple = min((low, high), key=lambda value: value.denominator)
    return BranchEnd(rational_point(simple), "open", bracket=(low, high))


def precision_branches(game: Game, budget: Budget) -> tuple[Branch, ...]:
    """Return the branches of logit quantal response equilibria against precision, with their folds."""
    return tuple(_as_branch(each, game) for each in quantal_response.branches(game, budget=budget))


def _as_branch(found: quantal_response.Branch, game: Game) -> Branch:
    names = [name for row in columns_of(game) for name in row]
    quantities = {name: found.probabilities[:, place] for place, name in enumerate(names)}
    low, high = float(found.precision.min()), float(found.precision.max())
    # A fold lies between two steps, of which either can be the last before it.
    turns = any(abs(int(found.precision.argmin()) - step) <= 1 for step in found.folds)
    starts = BranchEnd(_point(low), "fold" if turns else "line" if low <= 0 else "open")
    ends = BranchEnd(_point(high), "line" if found.ended == "limit" else "open")
    return Branch(found.name, False, (), starts, ends, found.precision, quantities, folds=found.folds)


def _point(value: float) -> RealPoint:
    return rational_point(Fraction(value))
