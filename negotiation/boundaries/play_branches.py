"""The subgame-perfect plays of a tree with perfect information as branches, with exact ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.boundaries.backward import State, settled_backward
from negotiation.boundaries.branch import Branch, BranchEnd, table_of
from negotiation.boundaries.inequality import quotient_text
from negotiation.boundaries.line import Line
from negotiation.boundaries.mixture_branches import steps_between
from negotiation.boundaries.mixtures import value_of
from negotiation.boundaries.plays import Alternative, Play, reading_of
from negotiation.boundaries.reasons import Flip, flips
from negotiation.boundaries.settling import Settled, Stretch
from negotiation.budget import Budget
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.scenario.formula_fields import Quotient

__all__ = ["play_branches"]


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """One play on neighbouring stretches."""

    play: Play
    first: int
    pieces: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Settled:
    """What all branches of a line have in common; ``reasons`` are the incentives that change at each point between stretches."""

    line: Line
    shape: ExtensiveFormGame
    settled: Settled[State]
    reasons: Mapping[int, tuple[Flip, ...]]


def play_branches(line: Line, budget: Budget) -> tuple[Branch, ...]:
    """Return the plays that are subgame perfect on some interval. Errors as ``settled_backward``."""
    shape, settled = settled_backward(line, budget)
    tracks = _tracks(settled)
    changing = {place for track in tracks for place in (track.first, track.first + len(track.pieces))}
    found = _Settled(line, shape, settled, {place: _reasons(line, settled, place) for place in changing})
    return tuple(_branch(found, track) for track in tracks)


def _tracks(settled: Settled[State]) -> list[_Track]:
    open_tracks: dict[Play, tuple[int, list[Alternative]]] = {}
    closed: list[_Track] = []
    for place, stretch in enumerate(settled.stretches):
        here, at = {each.play: each for each in stretch.state.nodes[0]}, settled.at[place]
        for play in [each for each in open_tracks if each not in here or isinstance(at, str) or each not in at.plays]:
            first, pieces = open_tracks.pop(play)
            closed.append(_Track(play, first, tuple(pieces)))
        for play, each in here.items():
            open_tracks.setdefault(play, (place, []))[1].append(each)
    closed += [_Track(play, first, tuple(pieces)) for play, (first, pieces) in open_tracks.items()]
    return sorted(closed, key=lambda track: (track.first, track.play))


def _reasons(line: Line, settled: Settled[State], place: int) -> tuple[Flip, ...]:
    """Return the incentives that change at a point between two stretches, nothing at the ends of the line."""
    at = settled.at[place]
    if place in (0, len(settled.stretches)) or isinstance(at, str):
        return ()
    return flips(line.scenario, line.values, line.axis, settled.stretches[place - 1].state, at, settled.stretches[place].state)


def _branch(found: _Settled, track: _Track) -> Branch:
    stretches = found.settled.stretches[track.first : track.first + len(track.pieces)]
    names = [reading_of(found.shape, found.line.scenario.readings, each.state.in_use, track.play) for each in stretches]
    worths = _worths(found, track)
    texts = [{key: quotient_text(each, found.line.axis) for key, each in worth.items()} for worth in worths]
    values, rows = zip(*(step for parts in zip(stretches, worths, names, strict=True) for step in _steps(*parts)), strict=True)
    return Branch(
        name=" or ".join(" > ".join(found.shape.path_to(end)) for end in track.play),
        is_pure=True,
        readings=tuple(dict.fromkeys(names)),
        low=_end(found, track.first),
        high=_end(found, track.first + len(track.pieces)),
        at=np.array(values, dtype=np.float64),
        quantities=table_of(rows),
        formulas={key: text for key, text in texts[0].items() if all(each[key] == text for each in texts)},
    )


def _worths(found: _Settled, track: _Track) -> list[dict[str, Quotient]]:
    """Return the payoffs by name on each stretch."""
    names = [f"payoff of {player}" for player in found.shape.players]
    return [dict(zip(names, piece.payoffs, strict=True)) for piece in track.pieces]


def _steps(stretch: Stretch[State], worth: Mapping[str, Quotient], name: str) -> Iterator[tuple[Fraction, dict[str, float]]]:
    """Yield points of a stretch, its ends included where payoffs have values there, and the quantities at each."""
    for value in steps_between(stretch.low, stretch.high):
        try:
            yield value, {key: float(value_of(each, value)) for key, each in worth.items()} | {f"reading {name}": 1.0}
        except ZeroDivisionError:
            continue


def _end(found: _Settled, place: int) -> BranchEnd:
    point = found.settled.points[place]
    if place in (0, len(found.settled.points) - 1):
        return BranchEnd(point, "line")
    return BranchEnd(point, "alone", flips=found.reasons[place])
