"""The search for supports that can be best replies: which actions each information set takes with positive probability.

Information sets are decided one after another, those with nothing undecided below them first. As soon as all that lies
below an information set is decided, its support is tried out: are there weights of the others' sequences, reached or not,
against which all its actions are best? Sets of one player that the others reach by the same sequences are tried out
together, since whatever weights hold at one hold at the others too. What fails there fails in every equilibrium.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from negotiation.budget import UNLIMITED, Budget
from negotiation.exact.action_values import Values, compared
from negotiation.exact.equivalent_actions import equivalent_actions
from negotiation.exact.sequences import MoveTree, OthersMoves
from negotiation.exact.trembles import Monomial, Polynomial, Weights, weights_of
from negotiation.exact.weight_systems import Demand, WeightSystem, shares

__all__ = ["Pattern", "support_patterns"]

#: For each information set, the actions taken with positive probability.
Pattern: TypeAlias = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Trial:
    """Information sets that are tried out together, and those whose supports bear on the result."""

    together: tuple[int, ...]
    bearing: tuple[int, ...]


def support_patterns(values: Values, places: Sequence[int], *, budget: Budget = UNLIMITED) -> Iterator[Pattern]:
    """Yield the supports at ``places`` that no trial rules out; all other supports in ``values`` stay as they are.

    While a pattern is being looked at, ``values`` has it. The search ends early when the budget is spent.
    """
    for place in places:
        values.choose(place, None)
    order = _order(values.tree, places)
    if not order:
        yield _pattern(values)
        return
    trials = _trials(values.tree, order)
    known: dict[tuple[object, ...], bool] = {}
    waiting = [_Choice(values, order[0])]
    looked_at = 0
    while waiting and not budget.is_spent:
        choice = waiting[-1]
        support = choice.advance()
        values.choose(choice.place, support)
        looked_at += 1
        budget.tell("supports", looked_at)
        here = trials[len(waiting) - 1]
        if support is None:
            waiting.pop()
        elif all(_passes(values, trial, known) for trial in here):
            if len(waiting) == len(order):
                yield _pattern(values)
            else:
                waiting.append(_Choice(values, order[len(waiting)]))
        elif _is_monotone(values.tree, choice.place, here):
            choice.is_worth_extending = False


def _pattern(values: Values) -> Pattern:
    return tuple(support or () for support in values.supports)


class _Choice:
    """The supports of one information set, one after another: each is followed by those that add later actions to it."""

    def __init__(self, values: Values, place: int) -> None:
        self.place = place
        self.classes = equivalent_actions(values, place)
        self.chosen: list[int] = []
        self.is_worth_extending = True

    def advance(self) -> tuple[int, ...] | None:
        """Return the next support, None after the last."""
        start = self.chosen[-1] + 1 if self.chosen else 0
        if not self.is_worth_extending:
            self.chosen.pop()
        self.is_worth_extending = True
        while start >= len(self.classes):
            if not self.chosen:
                return None
            start = self.chosen.pop() + 1
        self.chosen.append(start)
        return tuple(sorted(action for number in self.chosen for action in self.classes[number]))


def _is_monotone(tree: MoveTree, place: int, trials: Sequence[_Trial]) -> bool:
    """Whether a support that fails these trials fails them with more actions too: they do not count on what is done after it."""
    return all(place in trial.together and not any(place in tree.below[member] for member in trial.together) for trial in trials)


def _order(tree: MoveTree, places: Sequence[int]) -> list[int]:
    """Return the information sets so that nothing undecided lies below the next, where that is possible; else the deepest next."""
    above, pending = _dependence(tree, places)
    left = dict.fromkeys(sorted(places, key=lambda place: (-tree.depths[place], tree.player(place), place)))
    order: list[int] = []
    while left:
        place = next((place for place in left if not pending[place]), next(iter(left)))
        del left[place]
        order.append(place)
        for higher in above[place]:
            pending[higher] -= 1
    return order


def _dependence(tree: MoveTree, places: Sequence[int]) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Return for each information set those that have it below them, and how many it has below itself."""
    above: dict[int, list[int]] = {place: [] for place in places}
    pending = {}
    for place in places:
        below = [other for other in tree.below[place] if other in above and other != place]
        pending[place] = len(below)
        for other in below:
            above[other].append(place)
    return above, pending


def _trials(tree: MoveTree, order: Sequence[int]) -> list[list[_Trial]]:
    """Return for each step of the search the trials that become possible with it."""
    above, pending = _dependence(tree, order)
    decided: set[int] = set()
    groups: dict[tuple[int, frozenset[OthersMoves]], list[int]] = {}
    found: list[list[_Trial]] = []
    for place in order:
        decided.add(place)
        for higher in above[place]:
            pending[higher] -= 1
        ready = [other for other in (place, *above[place]) if other in decided and not pending[other]]
        found.append([_trial(tree, other, groups, above) for other in ready])
    return found


def _trial(tree: MoveTree, place: int, groups: dict[tuple[int, frozenset[OthersMoves]], list[int]], relevant: Container[int]) -> _Trial:
    """Return the trial of an information set with those before it to which the others come by the same sequences."""
    player = tree.player(place)
    entrances = frozenset(tree.others[player][node] for node in tree.game.members[place])
    group = groups.setdefault((player, entrances), [])
    group.append(place)
    below = {other for member in group for other in tree.below[member] if other in relevant} - {*group}
    own = (other for other in below if tree.player(other) == player)
    return _Trial((*group, *sorted(own)), tuple(sorted({*group, *below})))


def _passes(values: Values, trial: _Trial, known: dict[tuple[object, ...], bool]) -> bool:
    key = (trial.together, *(values.supports[place] for place in trial.bearing))
    if key not in known:
        known[key] = _can_be_best(values, trial.together)
    return known[key]


def _can_be_best(values: Values, together: Sequence[int]) -> bool:
    """Whether some weights of the others' sequences make the supports at these information sets best replies."""
    tree = values.tree
    weights = weights_of(tree, values.supports)
    nodes = tree.game.members[together[0]]
    others = tree.others[tree.player(together[0])]
    entrances = weights.polynomial({others[node]: 1 for node in nodes})
    rows = _rows(values, weights, together, entrances)
    if rows is None:
        return False
    zero, positive = rows
    zero += shares([product for row in (entrances, *zero, *positive) for product in row], weights)
    if not zero and all(coefficient > 0 for row in positive for coefficient in row.values()):
        return bool(entrances)
    near = _near(entrances.keys(), [*zero, *positive])
    demand = Demand(together[0], (entrances,), tuple(_touching(zero, near)), tuple(_touching(positive, near))).lowered()
    system = WeightSystem.solved(demand.zero, demand.positive, extra=demand.reaches[0])
    return system.can_be_positive(demand.reaches[0])


def _rows(
    values: Values, weights: Weights, together: Sequence[int], entrances: Polynomial
) -> tuple[list[Polynomial], list[Polynomial]] | None:
    """Return what has to be zero and at least zero for the supports to be best, None if single rows leave the entrances no weight."""
    zero: list[Polynomial] = []
    positive: list[Polynomial] = []
    possible = set(entrances)
    for place in together:
        for is_taken, gain in compared(values, place, values.tree.game.members[place]):
            row = weights.polynomial(gain)
            (zero if is_taken else positive).append(row)
            if _leaves_nothing(row, is_taken):
                possible -= row.keys()
            if not possible:
                return None
    return zero, positive


def _leaves_nothing(row: Polynomial, is_zero: bool) -> bool:
    """Return whether weights that are at least zero can only be zero in a sum that has to be zero, or at least zero."""
    return all(coefficient < 0 for coefficient in row.values()) or (is_zero and all(coefficient > 0 for coefficient in row.values()))


def _near(products: Iterable[Monomial], rows: Sequence[Polynomial]) -> set[Monomial]:
    """Return these products and all that rows connect with them."""
    found, left = set(products), list(rows)
    while touching := _touching(left, found):
        left = [row for row in left if not row.keys() & found]
        found.update(*touching)
    return found


def _touching(rows: Iterable[Polynomial], products: set[Monomial]) -> list[Polynomial]:
    return [row for row in rows if row.keys() & products]
