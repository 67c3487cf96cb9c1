"""The search for supports that can be best replies: which actions each information set takes with positive probability.

Information sets are decided one after another, those with nothing undecided below them first. As soon as all that lies
below an information set is decided, its support is tried out: are there weights of the others' sequences, reached or not,
against which all its actions are best? Sets of one player that the others reach by the same sequences are tried out
together, since whatever weights hold at one hold at the others too. What fails there fails in every equilibrium.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from negotiation.budget import UNLIMITED, Budget
from negotiation.exact.action_values import Values, conditions
from negotiation.exact.equivalent_actions import equivalent_actions
from negotiation.exact.sequences import MoveTree
from negotiation.exact.trembles import weights_of
from negotiation.exact.weight_systems import WeightSystem, lowered, shares

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
    left = sorted(places, key=lambda place: (-tree.depths[place], tree.player(place), place))
    order: list[int] = []
    while left:
        undecided = set(left)
        free = (place for place in left if not (tree.below[place] - {place}) & undecided)
        place = next(free, left[0])
        left.remove(place)
        order.append(place)
    return order


def _trials(tree: MoveTree, order: Sequence[int]) -> list[list[_Trial]]:
    """Return for each step of the search the trials that become possible with it."""
    relevant = set(order)
    decided: set[int] = set()
    found: list[list[_Trial]] = []
    groups: dict[tuple[int, frozenset[tuple[int, ...]]], list[int]] = {}
    tried: set[int] = set()
    for place in order:
        decided.add(place)
        trials = []
        for ready in [other for other in order if other in decided - tried and not (tree.below[other] & relevant) - decided]:
            tried.add(ready)
            player = tree.player(ready)
            entrances = frozenset(tree.others[player][node] for node in tree.game.members[ready])
            group = groups.setdefault((player, entrances), [])
            group.append(ready)
            own_below = {below for member in group for below in tree.below[member] if tree.player(below) == player}
            bearing = {*group, *(below for member in group for below in tree.below[member])}
            together = (*group, *sorted((own_below & relevant) - set(group)))
            trials.append(_Trial(together, tuple(sorted(bearing & relevant))))
        found.append(trials)
    return found


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
    zero, positive = [], []
    for place in together:
        wanted = conditions(values, place, tree.game.members[place])
        zero += [weights.polynomial(terms) for terms in wanted.zero]
        positive += [weights.polynomial(terms) for terms in wanted.positive]
    entrances = weights.polynomial({others[node]: 1 for node in nodes})
    entrances, *rows = lowered([entrances, *zero, *positive])
    products = [product for row in (entrances, *rows) for product in row]
    equal = [*rows[: len(zero)], *shares(products, weights)]
    system = WeightSystem.solved(equal, rows[len(zero) :], extra=entrances)
    return system.can_be_positive(entrances)
