"""Beliefs, payoffs and conditions of a pattern of play in a game with an audience, as functions of its unknowns.

All functions take the unknowns as exact numbers or as enclosures, and return the same kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from negotiation.exact.enclosure import Known, UnboundedError, anything_between, with_slope
from negotiation.exact.unit_conditions import Member
from negotiation.exact.watched_form import Fork, Leaf, Reply, Turn, WatchedForm
from negotiation.exact.watched_patterns import Kept, Pattern, ReplyChoice, TurnChoice, Unknown
from negotiation.games.audience import BeliefPayoff

__all__ = ["Evaluation", "Gap", "Loss", "evaluated", "payoff_at", "reply_shares", "requirements", "shares_of", "updated"]

#: What a player gets at a point given each type of the watched player.
Pair: TypeAlias = tuple[Known, Known]

ONE = Fraction(1)


def payoff_at(payoff: BeliefPayoff, belief: Known) -> Known:
    """Return a payoff when the first type has this probability."""
    corners = payoff.corners
    if corners is not None:
        first, second = corners
        if first == second:
            return first
        return second + (first - second) * belief
    if isinstance(belief, Fraction):
        return payoff.at((belief, 1 - belief))
    return with_slope(belief, *payoff.bounds(belief.low, belief.high))


def updated(belief: Known, first: Fraction, second: Fraction) -> Known:
    """Return the belief after a result of chance that has these probabilities, given each type (Bayes' rule)."""
    if first == second:
        return belief
    if not first or not second:
        return Fraction(int(first > 0))
    if isinstance(belief, Fraction):
        return belief * first / (belief * first + (1 - belief) * second)
    ends = [updated(end, first, second) for end in (belief.low, belief.high)]
    slopes = sorted(first * second / (end * first + (1 - end) * second) ** 2 for end in (belief.low, belief.high))
    low, high = (end for end in ends if isinstance(end, Fraction))
    return with_slope(belief, (low, high), (slopes[0], slopes[1]))


def shares_of(choice: TurnChoice, before: Known, after: Sequence[Known]) -> tuple[tuple[Known, ...], tuple[Known, ...]]:
    """Return the probability of each action taken by the first type, and by the second, given the beliefs before and after.

    The beliefs after two mixed actions lie on both sides of the one before, which is their average; the weights in it are
    how likely the actions are, and Bayes' rule read backwards gives what each type does.
    """
    if choice.mixed is None:
        return (ONE,), (ONE,)
    higher, lower = choice.mixed
    likely = before - after[lower], after[higher] - after[lower]
    of_first = _share(likely[0] * after[higher], likely[1] * before)
    of_second = _share(likely[0] * (ONE - after[higher]), likely[1] * (ONE - before))
    first, second = (
        tuple({higher: share, lower: ONE - share}[action] for action in taken) if len(taken) == 2 else (ONE,)
        for taken, share in zip(choice.taken, (of_first, of_second), strict=True)
    )
    return first, second


def _share(part: Known, whole: Known) -> Known:
    """Return a probability as a quotient; where beliefs may coincide, so that it has no value, it is only known to be one."""
    if isinstance(part, Fraction) and isinstance(whole, Fraction):
        return part / whole if whole else Fraction(1, 2)
    try:
        return part / whole
    except (UnboundedError, ZeroDivisionError):
        return anything_between(Fraction(0), ONE, (part, whole))


def reply_shares(choice: ReplyChoice, unknowns: Sequence[Known]) -> tuple[Known, ...]:
    """Return the probability of each action that another player takes."""
    shares: list[Known] = []
    left: Known = ONE
    for weight in choice.weights:
        shares.append(_product(left, unknowns[weight.index]))
        left = _product(left, ONE - unknowns[weight.index])
    return (*shares, left)


def _averages(shares: Sequence[Sequence[Known]], pairs: Sequence[Sequence[Pair]]) -> Pair:
    """Return the averages given each type, of what follows given that type."""
    first, second = (_average(own, [pair[kind] for pair in after]) for kind, (own, after) in enumerate(zip(shares, pairs, strict=True)))
    return first, second


def _average(shares: Sequence[Known], values: Sequence[Known]) -> Known:
    total: Known = Fraction(0)
    for share, value in zip(shares, values, strict=True):
        if not isinstance(share, Fraction) or share:
            total = _product(share, value) + total
    return total


def _product(left: Known, right: Known) -> Known:
    # A Fraction knows no enclosures, so the enclosure, if there is one, has to come first.
    return left * right if isinstance(right, Fraction) else right * left


class Evaluation:
    """Beliefs and payoffs of a pattern at given unknowns (exact or enclosed), each computed when it is asked for."""

    def __init__(self, form: WatchedForm, pattern: Pattern, unknowns: Sequence[Known]) -> None:
        self.form = form
        self.pattern = pattern
        self.unknowns = unknowns
        self._beliefs: dict[int, Known] = {0: form.prior}
        self._worth: dict[tuple[int, int], Pair] = {}

    def belief(self, number: int) -> Known:
        """Return the probability of the first type at a point."""
        chain = [number]
        while chain[-1] not in self._beliefs:
            chain.append(self.form.parents[chain[-1]][0])
        for child in chain[-2::-1]:
            parent, place = self.form.parents[child]
            self._beliefs[child] = self._believed(parent, place)
        return self._beliefs[number]

    def _believed(self, parent: int, place: int) -> Known:
        before, point = self._beliefs[parent], self.form.points[parent]
        match point:
            case Fork(chances=chances):
                return updated(before, *chances[place])
            case Turn():
                after = self.pattern.turns[parent].after[place]
                if isinstance(after, Unknown):
                    return after.low + self.unknowns[after.index] * (after.high - after.low)
                return before if isinstance(after, Kept) else after
        return before

    def worth(self, number: int, player: int) -> Pair:
        """Return what a player expects at a point, given each type of the watched player."""
        for below in range(self.form.extents[number] - 1, number - 1, -1):
            if (below, player) not in self._worth:
                self._worth[below, player] = self._expected(below, player)
        return self._worth[number, player]

    def _expected(self, number: int, player: int) -> Pair:
        point = self.form.points[number]
        if isinstance(point, Leaf):
            first, second = (payoff_at(self.form.audience.payoffs[place][player], self.belief(number)) for place in point.places)
            return first, second
        after = [self._worth[child, player] for child in point.children]
        match point:
            case Fork(chances=chances):
                return _averages(tuple(zip(*chances, strict=True)), (after, after))
            case Reply():
                choice = self.pattern.replies[number]
                shares, taken = reply_shares(choice, self.unknowns), [after[action] for action in choice.taken]
                return _averages((shares, shares), (taken, taken))
            case Turn():
                return self._expected_of_types(number, point, after, player)

    def _expected_of_types(self, number: int, point: Turn, after: Sequence[Pair], player: int) -> Pair:
        first, second = self.pattern.turns[number].taken
        if player == self.form.audience.player:
            # To himself, all actions that a type takes are worth the same, so the first will do.
            return after[first[0]][0], after[second[0]][1]
        shares = shares_of(self.pattern.turns[number], self.belief(number), [self.belief(child) for child in point.children])
        return _averages(shares, ([after[action] for action in first], [after[action] for action in second]))

    def loss(self, loss: Loss) -> Known:
        """Return by how much an action falls short of the one that is taken."""
        point = self.form.points[loss.point]
        if isinstance(point, Turn):
            best, other = (self.worth(point.children[action], self.form.audience.player)[loss.kind] for action in (loss.best, loss.other))
            return best - other
        if not isinstance(point, Reply):
            raise TypeError(f"nobody decides at point {loss.point}")
        pairs = [self.worth(point.children[action], point.player) for action in (loss.best, loss.other)]
        (best_first, best_second), (other_first, other_second) = pairs
        first, second = best_first - other_first, best_second - other_second
        # The belief stands in the result once, which keeps bounds on it close.
        return second + _product(first - second, self.belief(loss.point))

    def gap(self, gap: Gap) -> Known:
        """Return how far the belief after an action lies on its side of the belief before."""
        point = self.form.points[gap.point]
        child = -1 if isinstance(point, Leaf) else point.children[gap.action]
        up = self.belief(child) - self.belief(gap.point)
        return up if gap.is_above else -up


@dataclass(frozen=True, slots=True)
class Loss:
    """A comparison at a decision: the action that is taken, and another one; ``kind`` is the type that compares, if types do."""

    point: int
    kind: int
    best: int
    other: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A mixed action after which the belief must lie above, or below, the one before."""

    point: int
    action: int
    is_above: bool


def requirements(form: WatchedForm, pattern: Pattern) -> dict[Member, Loss | Gap]:
    """Return what must hold for a pattern to be an equilibrium.

    What else a type or player mixes must be worth the same as what he takes first (``equal``), all else no more
    (``not_below``); and beliefs after mixed actions must lie on both sides of the one before (``above``).
    """
    losses: list[tuple[str, Loss | Gap]] = []
    for number, point in enumerate(form.points):
        match point:
            case Turn(children=children):
                for kind, taken in enumerate(pattern.turns[number].taken):
                    losses += _losses(number, kind, taken, len(children))
                losses += [("above", gap) for gap in _gaps(number, pattern.turns[number])]
            case Reply(children=children):
                losses += _losses(number, 0, pattern.replies[number].taken, len(children))
    named: dict[Member, Loss | Gap] = {}
    for sort in ("equal", "not_below", "above"):
        named |= {(sort, place): what for place, what in enumerate(what for found, what in losses if found == sort)}
    return named


def _losses(number: int, kind: int, taken: Sequence[int], count: int) -> list[tuple[str, Loss | Gap]]:
    others = (action for action in range(count) if action != taken[0])
    return [("equal" if action in taken else "not_below", Loss(number, kind, taken[0], action)) for action in others]


def _gaps(number: int, choice: TurnChoice) -> list[Gap]:
    """Return the mixed actions after which the belief is unknown and not kept on its side by its bounds."""
    if choice.mixed is None:
        return []
    higher, lower = choice.mixed
    up, down = choice.after[higher], choice.after[lower]
    found = [Gap(number, higher, is_above=True)] if isinstance(up, Unknown) and not up.low else []
    return [*found, Gap(number, lower, is_above=False)] if isinstance(down, Unknown) and down.high == 1 else found


def evaluated(form: WatchedForm, pattern: Pattern, unknowns: Sequence[Known], asked: Sequence[Loss | Gap]) -> list[Known]:
    """Return the values of requirements: 0, at least 0 or above 0 where they are met."""
    evaluation = Evaluation(form, pattern, unknowns)
    return [evaluation.loss(each) if isinstance(each, Loss) else evaluation.gap(each) for each in asked]
