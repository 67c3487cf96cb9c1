"""Beliefs, payoffs and conditions of a pattern of play in a game with an audience, as functions of its unknowns.

All functions take the unknowns as exact numbers or as enclosures, and return the same kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from negotiation.exact.enclosure import Known, UnboundedError, anything_between, with_slope
from negotiation.exact.unit_conditions import Conditions
from negotiation.exact.watched_form import Fork, Leaf, Reply, Turn, WatchedForm
from negotiation.exact.watched_patterns import After, Kept, Pattern, ReplyChoice, TurnChoice, Unknown
from negotiation.games.audience import BeliefPayoff

__all__ = ["beliefs_at", "conditions", "payoff_at", "shares_of", "updated", "worth"]

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


def beliefs_at(form: WatchedForm, pattern: Pattern, unknowns: Sequence[Known]) -> list[Known]:
    """Return the probability of the first type at each point."""
    beliefs: list[Known] = [form.prior] * len(form.points)
    for number, point in enumerate(form.points):
        match point:
            case Fork():
                for child, (first, second) in zip(point.children, point.chances, strict=True):
                    beliefs[child] = updated(beliefs[number], first, second)
            case Turn():
                for child, after in zip(point.children, pattern.turns[number].after, strict=True):
                    beliefs[child] = _settled(after, beliefs[number], unknowns)
            case Reply():
                for child in point.children:
                    beliefs[child] = beliefs[number]
    return beliefs


def _settled(after: After, before: Known, unknowns: Sequence[Known]) -> Known:
    match after:
        case Kept():
            return before
        case Unknown(index=index, low=low, high=high):
            return low + unknowns[index] * (high - low)
    return after


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


def worth(form: WatchedForm, pattern: Pattern, unknowns: Sequence[Known], player: int) -> list[Pair]:
    """Return what a player expects at each point, given each type of the watched player."""
    beliefs = beliefs_at(form, pattern, unknowns)
    found: list[Pair] = [(Fraction(0), Fraction(0))] * len(form.points)
    for number in range(len(form.points) - 1, -1, -1):
        match form.points[number]:
            case Leaf(places=places):
                first, second = (payoff_at(form.audience.payoffs[place][player], beliefs[number]) for place in places)
                found[number] = first, second
            case Fork(children=children, chances=chances):
                found[number] = _averages(tuple(zip(*chances, strict=True)), [[found[child] for child in children]] * 2)
            case Reply(children=children):
                shares = _reply_shares(pattern.replies[number], unknowns)
                found[number] = _averages([shares] * 2, [[found[children[action]] for action in pattern.replies[number].taken]] * 2)
            case Turn(children=children):
                choice = pattern.turns[number]
                shares_by_type: Sequence[Sequence[Known]] = [(ONE,), (ONE,)]
                if player != form.audience.player:
                    shares_by_type = shares_of(choice, beliefs[number], [beliefs[child] for child in children])
                # To himself, all actions that a type takes are worth the same, so the first will do.
                found[number] = _averages(
                    shares_by_type,
                    [
                        [found[children[action]] for action in taken[: len(shares)]]
                        for taken, shares in zip(choice.taken, shares_by_type, strict=True)
                    ],
                )
    return found


def _reply_shares(choice: ReplyChoice, unknowns: Sequence[Known]) -> tuple[Known, ...]:
    if choice.weight is None:
        return (ONE,)
    share = unknowns[choice.weight.index]
    return share, ONE - share


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


def conditions(form: WatchedForm, pattern: Pattern, unknowns: Sequence[Known]) -> Conditions:
    """Return what must hold for a pattern to be an equilibrium, always in the same order.

    For each decision and each action other than the first that is taken: by how much the action falls short of that one.
    For two mixed actions: how far the beliefs after them lie above and below the belief before.
    """
    beliefs = beliefs_at(form, pattern, unknowns)
    movers = sorted({form.audience.player, *(point.player for point in form.points if isinstance(point, Reply))})
    values = {player: worth(form, pattern, unknowns, player) for player in movers}
    losses: list[tuple[bool, Known]] = []
    above: list[Known] = []
    for number, point in enumerate(form.points):
        match point:
            case Turn(children=children):
                own = [values[form.audience.player][child] for child in children]
                for kind, taken in enumerate(pattern.turns[number].taken):
                    losses += _losses([pair[kind] for pair in own], taken)
                above += _spread(pattern.turns[number], beliefs[number], [beliefs[child] for child in children])
            case Reply(children=children, player=player):
                pairs = [values[player][child] for child in children]
                losses += _expected_losses(pairs, pattern.replies[number].taken, beliefs[number])
    equal, atleast = (tuple(loss for is_taken, loss in losses if is_taken is wanted) for wanted in (True, False))
    return Conditions(equal, atleast, tuple(above))


def _losses(worths: Sequence[Known], taken: Sequence[int]) -> list[tuple[bool, Known]]:
    """Return for each action but the first taken whether it is taken too, and how much less it is worth."""
    return [(action in taken, worths[taken[0]] - other) for action, other in enumerate(worths) if action != taken[0]]


def _expected_losses(pairs: Sequence[Pair], taken: Sequence[int], belief: Known) -> list[tuple[bool, Known]]:
    """Return the same to a player who has a belief; it stands in each loss once, which keeps bounds on it close."""
    given = [_losses([pair[kind] for pair in pairs], taken) for kind in (0, 1)]
    return [(is_taken, second + _product(first - second, belief)) for (is_taken, first), (_, second) in zip(*given, strict=True)]


def _product(left: Known, right: Known) -> Known:
    # A Fraction knows no enclosures, so the enclosure, if there is one, has to come first.
    return left * right if isinstance(right, Fraction) else right * left


def _spread(choice: TurnChoice, before: Known, after: Sequence[Known]) -> list[Known]:
    """Return how far unknown beliefs after two mixed actions lie on their sides of the one before; bounds may see to it already."""
    if choice.mixed is None:
        return []
    higher, lower = choice.mixed
    up, down = choice.after[higher], choice.after[lower]
    found = [after[higher] - before] if isinstance(up, Unknown) and not up.low else []
    return [*found, before - after[lower]] if isinstance(down, Unknown) and down.high == 1 else found
