"""Checks of stored beliefs: Bayes' rule where play comes, and how far they may vary where it does not.

A player's inequalities at an information set of two nodes are linear in what he believes of the first one, and with
affine payoffs an audience's belief about two types enters all of them linearly: so the probabilities at which they hold are an
interval, which is computed from the two ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.solution import Game
from negotiation.verify.document import NO_TOLERANCE
from negotiation.verify.recomputation import Inequality, bayes, posterior_bayes, sequential_inequalities, settle
from negotiation.verify.report import Check, differences
from negotiation.verify.stored import Interval, Rows, StoredEquilibrium, StoredPosterior

__all__ = ["check_beliefs", "settled_game", "unexplained_bounds"]


def settled_game(game: ExtensiveFormGame, stored: StoredEquilibrium) -> ExtensiveFormGame:
    """Return the game with the payoffs that a stored equilibrium's posteriors give it, where it has an audience."""
    return game if game.audience is None else settle(game, [item.probabilities for item in stored.posteriors])


def check_beliefs(game: ExtensiveFormGame, stored: StoredEquilibrium, beliefs: Rows) -> Iterator[Check]:
    """Yield the checks of the beliefs of players and of an audience."""
    errors = _errors(beliefs, bayes(game, stored.profile))
    if game.audience is not None:
        errors += _errors([item.probabilities for item in stored.posteriors], posterior_bayes(game, stored.profile))
    worst = max(errors, default=Fraction(0))
    faults = differences({"belief_error": stored.belief_error}, {"belief_error": worst})
    if worst > stored.tolerance:
        faults = (*faults, f"a belief on the path is {worst} away from Bayes' rule, more than the tolerance {stored.tolerance}")
    yield Check(f"{stored.place}.beliefs", "beliefs on the path are Bayes' rule", faults)
    if stored.belief_intervals:
        yield _check_intervals(game, stored, beliefs)
    for number, posterior in enumerate(stored.posteriors):
        yield _check_posterior(game, stored, number, posterior)


def unexplained_bounds(game: Game, stored: StoredEquilibrium) -> Iterator[str]:
    """Yield which bounds of beliefs do not follow from inequalities alone: the consistency of beliefs may narrow them."""
    if not isinstance(game, ExtensiveFormGame):
        return
    for (place, node), stated in stored.belief_intervals.items():
        name = game.information_sets[place].name
        allowed = _allowed(game, stored, place, node)
        if allowed is None:
            why = "the profile is not exact" if stored.tolerance > NO_TOLERANCE else "it has more than two nodes"
            yield f"how far beliefs at {name!r} may vary: {why}"
        elif stated != allowed:
            yield f"that beliefs at {name!r} may not vary between {allowed[0]} and {allowed[1]}, as the inequalities there would allow"
    for number, posterior in enumerate(stored.posteriors):
        bounds = None if posterior.reached else _possible(game, stored, number)
        if bounds is not None and bounds not in posterior.ranges:
            where = f"the audience's belief after {posterior.observation!r}"
            yield f"that {where} may not vary between {bounds[0]} and {bounds[1]}, as the inequalities would allow"


def _errors(stated: Sequence[Sequence[Fraction]], implied: Sequence[Sequence[Fraction] | None]) -> list[Fraction]:
    return [
        abs(given - wanted)
        for row, rule in zip(stated, implied, strict=True)
        if rule is not None
        for given, wanted in zip(row, rule, strict=True)
    ]


def _check_intervals(game: ExtensiveFormGame, stored: StoredEquilibrium, beliefs: Rows) -> Check:
    """Check that intervals hold what is believed, off the path, and are no wider than the inequalities allow."""
    reached = bayes(game, stored.profile)
    faults = []
    for (place, node), bounds in stored.belief_intervals.items():
        name = f"{game.information_sets[place].name}, node {node}"
        if reached[place] is not None:
            faults.append(f"{name}: play comes there, so the belief is Bayes' rule")
        faults += [f"{name}: {fault}" for fault in _interval_faults(game, stored, (place, node), bounds, beliefs[place][node])]
    return Check(f"{stored.place}.belief_intervals", "beliefs off the path vary between", tuple(faults))


def _interval_faults(
    game: ExtensiveFormGame, stored: StoredEquilibrium, key: tuple[int, int], bounds: Interval, belief: Fraction
) -> Iterator[str]:
    (place, node), (low, high), rounding = key, bounds, stored.tolerance
    if not 0 <= low < high <= 1 or not low - rounding <= belief <= high + rounding:
        yield f"{low} to {high} is no interval of probabilities around the belief {belief}"
    other = stored.belief_intervals.get((place, 1 - node), (Fraction(0), Fraction(0)))
    if len(game.members[place]) == 2 and max(abs(other[0] - (1 - high)), abs(other[1] - (1 - low))) > rounding:
        yield f"the other of the two nodes must have {1 - high} to {1 - low}"
    allowed = _allowed(game, stored, place, node)
    if allowed is not None and not allowed[0] <= low <= high <= allowed[1]:
        yield f"{low} to {high} is stated, the inequalities hold from {allowed[0]} to {allowed[1]}"


def _allowed(game: ExtensiveFormGame, stored: StoredEquilibrium, place: int, node: int) -> Interval | None:
    """Return the probabilities of a node, of the two of an information set, at which the inequalities there hold.

    None where there are more nodes, or the profile satisfies its inequalities only up to rounding.
    """
    if stored.beliefs is None or len(game.members[place]) != 2 or stored.tolerance > NO_TOLERANCE:
        return None
    ends = []
    for first in (Fraction(0), Fraction(1)):
        row = (first, 1 - first) if node == 0 else (1 - first, first)
        beliefs = (*stored.beliefs[:place], row, *stored.beliefs[place + 1 :])
        ends.append([item.slack for item in _at(game, stored, beliefs, place)])
    return _interval(ends[0], ends[1])


def _at(game: ExtensiveFormGame, stored: StoredEquilibrium, beliefs: Rows, place: int) -> Sequence[Inequality]:
    """Return the inequalities of one information set."""
    every = sequential_inequalities(settled_game(game, stored), stored.profile, beliefs)
    start = sum(len(item.actions) for item in game.information_sets[:place])
    return every[start : start + len(game.information_sets[place].actions)]


def _interval(at_zero: Sequence[Fraction], at_one: Sequence[Fraction]) -> Interval | None:
    """Return where in [0, 1] all of some linear functions are at least 0, given at both ends; None if nowhere."""
    low, high = Fraction(0), Fraction(1)
    for start, end in zip(at_zero, at_one, strict=True):
        if start == end:
            if start < 0:
                return None
            continue
        zero = start / (start - end)
        low, high = (max(low, zero), high) if end > start else (low, min(high, zero))
    return (low, high) if low <= high else None


def _check_posterior(game: ExtensiveFormGame, stored: StoredEquilibrium, number: int, posterior: StoredPosterior) -> Check:
    """Check whether an observation is made, and within which bounds the audience may believe what it does after it."""
    rule = posterior_bayes(game, stored.profile)[number]
    faults = list(differences({"reached": posterior.reached}, {"reached": rule is not None}))
    bounds = _possible(game, stored, number) if rule is None else (rule[0] - stored.tolerance, rule[0] + stored.tolerance)
    for low, high in posterior.ranges:
        if not low <= high or (bounds is not None and not bounds[0] <= low <= high <= bounds[1]):
            faults.append(f"ranges: {low} to {high} is stated, possible is {_shown(bounds)}")
    first, rounding = posterior.probabilities[0], stored.tolerance
    if posterior.ranges and not any(low - rounding <= first <= high + rounding for low, high in posterior.ranges):
        faults.append(f"ranges: the stated belief {first} is in none of them")
    return Check(posterior.place, f"what the audience believes after {posterior.observation!r}", tuple(faults))


def _shown(bounds: Interval | None) -> str:
    return "not known" if bounds is None else f"{bounds[0]} to {bounds[1]}"


def _possible(game: ExtensiveFormGame, stored: StoredEquilibrium, number: int) -> Interval | None:
    """Return the probabilities of the first of two types, after an observation that is not made, at which all inequalities hold.

    None where there are more types, or the profile satisfies its inequalities only up to rounding.
    """
    if len(stored.posteriors[number].probabilities) != 2 or stored.tolerance > NO_TOLERANCE:
        return None
    ends = []
    for first in (Fraction(0), Fraction(1)):
        rows = [item.probabilities for item in stored.posteriors]
        rows[number] = (first, 1 - first)
        ends.append([item.slack for item in sequential_inequalities(settle(game, rows), stored.profile, stored.beliefs or ())])
    return _interval(ends[0], ends[1])
