"""The Nash equilibria along a settled line as branches, with exact ends, and how branches meet there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.boundaries.branch import Branch, BranchEnd, columns_of, quantities_of, table_of
from negotiation.boundaries.inequality import quotient_text
from negotiation.boundaries.mixtures import Mixed
from negotiation.boundaries.nash import NashLine, State, as_equilibria, binding, name_of, profile_at
from negotiation.boundaries.settling import Stretch
from negotiation.errors import ScenarioError
from negotiation.exact.real_points import RealPoint
from negotiation.scenario.scenario import Scenario

__all__ = ["STEPS", "nash_branches", "steps_between"]

#: So many steps are computed on each piece of a branch.
STEPS = 48

#: Limits at a point that is no rational agree if they are as near as this: they are computed to 1e-19.
SAME = 1e-9

#: Which equilibrium: what it uses, and its number among those that use the same.
_Identity = tuple[tuple[tuple[int, ...], ...], int]


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """One equilibrium on neighbouring stretches."""

    identity: _Identity
    first: int
    pieces: tuple[Mixed, ...]

    @property
    def last(self) -> int:
        """The number of its last stretch."""
        return self.first + len(self.pieces) - 1


def nash_branches(found: NashLine) -> tuple[Branch, ...]:
    """Return the equilibria along a line as branches, in the order in which they begin."""
    tracks = _tracks(found)
    return tuple(_branch(found, track, tracks) for track in tracks)


def _tracks(found: NashLine) -> list[_Track]:
    settled = found.settled
    open_tracks: dict[_Identity, tuple[int, list[Mixed]]] = {}
    closed: list[_Track] = []
    for place, stretch in enumerate(settled.stretches):
        here = dict(_identified(stretch.state.equilibria or ()))
        at = settled.at[place]
        for identity in [key for key in open_tracks if key not in here or not _passes(at, key)]:
            first, pieces = open_tracks.pop(identity)
            closed.append(_Track(identity, first, tuple(pieces)))
        for identity, each in here.items():
            open_tracks.setdefault(identity, (place, []))[1].append(each)
    closed += [_Track(identity, first, tuple(pieces)) for identity, (first, pieces) in open_tracks.items()]
    return sorted(closed, key=lambda track: (track.first, track.identity))


def _identified(equilibria: Sequence[Mixed]) -> Iterator[tuple[_Identity, Mixed]]:
    counts: dict[tuple[tuple[int, ...], ...], int] = {}
    for each in equilibria:
        number = counts.get(each.supports, 0)
        counts[each.supports] = number + 1
        yield (each.supports, number), each


def _passes(at: State | str, identity: _Identity) -> bool:
    """Return whether an equilibrium goes on through a point, as far as that is known."""
    if isinstance(at, str):
        return False
    return at.equilibria is None or identity in dict(_identified(at.equilibria))


def _branch(found: NashLine, track: _Track, tracks: Sequence[_Track]) -> Branch:
    stretches = found.settled.stretches[track.first : track.last + 1]
    rows, values = [], []
    for stretch, each in zip(stretches, track.pieces, strict=True):
        for value, row in _steps(found, stretch, each):
            values.append(value)
            rows.append(row)
    names = [dict(zip(_identities(stretch.state), stretch.state.names, strict=True))[track.identity] for stretch in stretches]
    return Branch(
        name=name_of(found, track.pieces[0]),
        is_pure=all(len(own) == 1 for own in track.pieces[0].supports),
        readings=tuple(dict.fromkeys(names)),
        low=_end(found, track, tracks, high=False),
        high=_end(found, track, tracks, high=True),
        at=np.array([float(value) for value in values]),
        quantities=table_of(rows),
        formulas=_formulas(found, track),
    )


def _identities(state: State) -> list[_Identity]:
    return [identity for identity, _ in _identified(state.equilibria or ())]


def _steps(found: NashLine, stretch: Stretch[State], each: Mixed) -> Iterator[tuple[Fraction, dict[str, float]]]:
    """Yield points of a stretch, its ends included where the game has a value there, and the quantities at each."""
    for value in steps_between(stretch.low, stretch.high):
        try:
            game = found.line.scenario.game(None, **found.line.at(value))
            (equilibrium,) = as_equilibria(game, [profile_at(each, value)])
        except (ScenarioError, ZeroDivisionError):
            continue
        yield value, quantities_of(equilibrium, game.players, columns_of(game))


def steps_between(low: RealPoint, high: RealPoint) -> tuple[Fraction, ...]:
    """Return rationals from one point to another, both included where they are rational; closer at the ends, where curves are steep."""
    start = low.high if low.exact is None else low.exact
    stop = high.low if high.exact is None else high.exact
    shares = (Fraction(place, STEPS) for place in range(STEPS + 1))
    return tuple(start + (stop - start) * share**2 * (3 - 2 * share) for share in shares)


def _formulas(found: NashLine, track: _Track) -> Mapping[str, str]:
    """Return payoffs, and in a matrix probabilities that vary, as formulas where one holds for the whole branch."""
    texts: dict[str, set[str]] = {}
    axis, players, scenario = found.line.axis, found.shape.tree.players, found.line.scenario
    for each in track.pieces:
        for player, payoff in zip(players, each.payoffs, strict=True):
            texts.setdefault(f"payoff of {player}", set()).add(quotient_text(payoff, axis))
        for place, name in _mixed_names(scenario, found, each) if scenario.is_matrix else ():
            texts.setdefault(name, set()).add(quotient_text(each.rows[place[0]][place[1]], axis))
    return {name: next(iter(found_texts)) for name, found_texts in texts.items() if len(found_texts) == 1}


def _mixed_names(scenario: Scenario, found: NashLine, each: Mixed) -> Iterator[tuple[tuple[int, int], str]]:
    for player, own in enumerate(each.supports):
        if len(own) > 1:
            yield from (((player, place), f"{scenario.players[player]}: {found.shape.strategies[player][place]}") for place in own)


def _end(found: NashLine, track: _Track, tracks: Sequence[_Track], *, high: bool) -> BranchEnd:
    """Return where a branch ends on one side, and what it meets there."""
    settled = found.settled
    place = track.last + 1 if high else track.first
    point = settled.points[place]
    if place in (0, len(settled.points) - 1):
        return BranchEnd(point, "line")
    sides = _met(track, tracks, place, point)
    # Whether the others lie before the point or beyond it: through it, on the other side, on ours.
    kinds = {"joins": None, "goes over": not high, "fold": high}
    named = {how: tuple(name_of(found, piece) for side, piece in sides if side is kind) for how, kind in kinds.items()}
    how, meets = next(((how, names) for how, names in named.items() if names), ("alone", ()))
    here = settled.stretches[place - 1 if high else place].state
    changes = tuple(binding(found, here, track.pieces[-1 if high else 0], point, begins=not high))
    return BranchEnd(point, how, meets, tuple(each for each in changes if each.player))


def _met(track: _Track, tracks: Sequence[_Track], place: int, point: RealPoint) -> list[tuple[bool | None, Mixed]]:
    """Return the other branches that are connected with a branch at a point, each with whether it lies before it (None: on both sides).

    Equilibria that differ in one player's strategy alone are connected there: whatever he mixes of the two is an equilibrium too.
    """
    near = [other for other in tracks if other.first <= place <= other.last + 1]
    limits = {id(other): _limit(other.pieces[min(place, other.last) - other.first], point) for other in near}
    met, frontier = [track], [track]
    while frontier:
        one = frontier.pop()
        joined = [other for other in near if other not in met and _is_joined(limits[id(one)], limits[id(other)])]
        met += joined
        frontier += joined
    return [(_side(other, place), other.pieces[min(place, other.last) - other.first]) for other in met if other is not track]


def _side(track: _Track, place: int) -> bool | None:
    """Return whether a branch lies before a point, else beyond it; None where it goes through."""
    return None if track.first < place <= track.last else track.last < place


def _limit(each: Mixed, point: RealPoint) -> tuple[tuple[float, ...], ...] | None:
    """Return the probabilities at an end of a stretch, exactly where that is rational; None where they have no limit."""
    value = point.low + (point.high - point.low) / 2
    try:
        return tuple(tuple(map(float, row)) for row in profile_at(each, value))
    except ZeroDivisionError:
        return None


def _is_joined(one: tuple[tuple[float, ...], ...] | None, other: tuple[tuple[float, ...], ...] | None) -> bool:
    """Return whether two profiles differ in at most one player's strategy."""
    if one is None or other is None:
        return False
    return sum(max(abs(a - b) for a, b in zip(mine, his, strict=True)) > SAME for mine, his in zip(one, other, strict=True)) <= 1
