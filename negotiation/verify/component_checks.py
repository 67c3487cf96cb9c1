"""Checks of stored connected sets of equilibria: what varies within which bounds, and that pieces may be mixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import TypeAlias

from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.solution import Game
from negotiation.verify.belief_checks import settled_game
from negotiation.verify.equilibrium_checks import course_probabilities, expected_payoffs
from negotiation.verify.recomputation import nash_inequalities, spans
from negotiation.verify.report import Check, differences
from negotiation.verify.stored import Interval, Rows, StoredComponent, StoredEquilibrium

__all__ = ["check_component", "untried_pieces"]

#: One player's rows, with their numbers in the profile.
Part: TypeAlias = tuple[tuple[int, tuple[Fraction, ...]], ...]

#: A piece with more combinations of its players' rows than this is not tried out: the rest of the file would wait.
MAXIMUM_COMBINATIONS = 2_000


def check_component(game: Game, stored: StoredComponent, equilibria: Sequence[StoredEquilibrium]) -> Iterator[Check]:
    """Yield the checks of a connected set whose extreme points have all been found to be profiles."""
    yield Check(f"{stored.place}.pieces", "pieces are made of the set's extreme points", tuple(_membership_faults(stored)))
    members = [equilibria[number] for number in stored.equilibria]
    if not members:
        return
    payoffs = [expected_payoffs(_settled(game, member), member.profile) for member in members]
    found = {player: _hull(column) for player, column in zip(game.players, zip(*payoffs, strict=True), strict=True)}
    stated = dict(zip(game.players, stored.payoffs, strict=True))
    yield Check(f"{stored.place}.payoffs", "payoffs vary between", differences(_shown(stated), _shown(found)))
    outcomes = _outcome_intervals(game, members)
    yield Check(f"{stored.place}.outcomes", "outcomes vary between", differences(_shown(stored.outcomes), _shown(outcomes)))
    behaviour = _behaviour_intervals(game, members)
    named = {" / ".join(key): interval for key, interval in stored.intervals.items()}
    yield Check(f"{stored.place}.intervals", "probabilities vary between", differences(_shown(named), _shown(behaviour)))
    for number, piece in enumerate(stored.pieces):
        extreme = [equilibria[member] for member in piece]
        if extreme and _is_tried(game, extreme):
            yield _check_piece(game, f"{stored.place}.pieces[{number}]", extreme)


def untried_pieces(game: Game, stored: StoredComponent, equilibria: Sequence[StoredEquilibrium]) -> Iterator[str]:
    """Yield the places of pieces whose combinations are not tried."""
    for number, piece in enumerate(stored.pieces):
        if not _is_tried(game, [equilibria[member] for member in piece]):
            yield f"{stored.place}.pieces[{number}]"


def _settled(game: Game, member: StoredEquilibrium) -> Game:
    return settled_game(game, member) if isinstance(game, ExtensiveFormGame) else game


def _membership_faults(stored: StoredComponent) -> Iterator[str]:
    if not stored.equilibria or len(set(stored.equilibria)) != len(stored.equilibria):
        yield f"the extreme points must be different and at least one, got {list(stored.equilibria)}"
    inside = {number for piece in stored.pieces for number in piece}
    if inside != set(stored.equilibria):
        yield f"the pieces hold {sorted(inside)}, the set {sorted(stored.equilibria)}"
    for number, piece in enumerate(stored.pieces):
        if len(set(piece)) != len(piece):
            yield f"piece {number} lists an extreme point twice: {list(piece)}"


def _check_piece(game: Game, place: str, members: Sequence[StoredEquilibrium]) -> Check:
    """Check that the players' rows may be combined freely: payoffs are linear in each, so then mixtures are equilibria too."""
    tolerance = max(member.tolerance for member in members)
    span = spans(game)
    faults = []
    for combination in product(*_parts(game, members)):
        gain = max(-item.slack / span[item.player] for item in nash_inequalities(game, _joined(combination)))
        if gain > tolerance:
            faults.append(f"a combination leaves a gain of {gain} of a payoff span")
    return Check(place, "each player's part may be combined with the others' parts of any extreme point (Nash)", tuple(faults[:1]))


def _is_tried(game: Game, members: Sequence[StoredEquilibrium]) -> bool:
    """Return whether a piece is small enough; where an audience watches, its beliefs would change with each combination."""
    if isinstance(game, ExtensiveFormGame) and game.audience is not None:
        return False
    return prod(map(len, _parts(game, members))) <= MAXIMUM_COMBINATIONS


def _parts(game: Game, members: Sequence[StoredEquilibrium]) -> list[list[Part]]:
    """Return for each player the different rows that he has at the extreme points."""
    return [list(dict.fromkeys(_part(game, member.profile, player) for member in members)) for player in range(len(game.players))]


def _part(game: Game, rows: Rows, player: int) -> Part:
    """Return the rows of one player with their numbers."""
    if isinstance(game, ExtensiveFormGame):
        return tuple((number, row) for number, row in enumerate(rows) if game.information_sets[number].player == player)
    return ((player, rows[player]),)


def _joined(parts: Sequence[Part]) -> Rows:
    rows = dict(entry for part in parts for entry in part)
    return tuple(rows[number] for number in range(len(rows)))


def _hull(values: Sequence[Fraction]) -> Interval:
    return min(values), max(values)


def _outcome_intervals(game: Game, members: Sequence[StoredEquilibrium]) -> dict[str, Interval]:
    totals: list[dict[str, Fraction]] = []
    for member in members:
        total: dict[str, Fraction] = {}
        for (_, outcome), p in course_probabilities(game, member.profile).items():
            total[outcome] = total.get(outcome, Fraction(0)) + p
        totals.append(total)
    names = dict.fromkeys(name for total in totals for name in total)
    return {name: _hull([total.get(name, Fraction(0)) for total in totals]) for name in names}


def _behaviour_intervals(game: Game, members: Sequence[StoredEquilibrium]) -> dict[str, Interval]:
    """Return the bounds of each probability that varies, where the player himself may come."""
    found = {}
    for number, (player, place, actions) in enumerate(_places(game)):
        rows = [member.profile[number] for member in members if (player, place) not in member.free]
        for action, name in enumerate(actions):
            bounds = _hull([row[action] for row in rows]) if rows else (Fraction(0), Fraction(0))
            if bounds[0] < bounds[1]:
                found[f"{player} / {place} / {name}"] = bounds
    return found


def _places(game: Game) -> list[tuple[str, str, tuple[str, ...]]]:
    if isinstance(game, ExtensiveFormGame):
        return [(game.players[place.player], place.name, place.actions) for place in game.information_sets]
    return [(player, "strategy", names) for player, names in zip(game.players, game.strategies, strict=True)]


def _shown(intervals: Mapping[str, Interval]) -> dict[str, str]:
    return {name: f"{low} to {high}" for name, (low, high) in intervals.items()}
