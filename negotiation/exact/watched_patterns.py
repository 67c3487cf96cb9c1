"""Patterns of play in a game with an audience: who takes which actions where, and what the audience can make of them.

Bayes' rule says that beliefs split: the belief before a decision of the watched player is an average of the beliefs after
the actions taken (Aumann and Maschler 1995). So equilibria are found in the space of beliefs. A pattern fixes what each
type does at each decision, as one of

- both take the same action, and the belief stays;
- each takes his own, and the type is known;
- one type mixes between the other's action and one of his own: the belief after the shared action is unknown;
- both mix between the same two actions: two unknown beliefs, one above and one below the belief before.

More than two actions never have to be mixed: the belief before lies between two of the beliefs after, and taking just those
two actions is an equilibrium with the same payoffs. (Not so for somebody else who decides earlier and may get something
else then. But mixing three takes an exact tie: it is one more equation than there are beliefs.)

What no type does leaves the audience free to believe anything. Where it is certain of one type, an action of the other type
alone is such a surprise too. This is Bayes' rule wherever it applies, decision by decision; with two types that is
sequential equilibrium (Fudenberg and Tirole 1991).

References
----------
Aumann and Maschler (1995), Repeated Games with Incomplete Information. Fudenberg and Tirole (1991), Journal of Economic
Theory 53, 236-260.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from itertools import chain, combinations, permutations, product
from typing import TypeAlias

from negotiation.exact.watched_form import Fork, Leaf, Reply, Turn, WatchedForm

__all__ = ["After", "Kept", "Pattern", "ReplyChoice", "TurnChoice", "Unknown", "patterns"]

ONE, ZERO = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A number that is to be found: ``low`` plus the unknown with this index times ``high - low``."""

    index: int
    low: Fraction = ZERO
    high: Fraction = ONE


class Kept(Enum):
    """The belief after an action that both types take for certain: the one before it."""

    KEPT = "kept"


#: The belief after an action: as before, certainty, or unknown.
After: TypeAlias = Kept | Fraction | Unknown

#: The actions that each type takes: one, or two that he mixes.
Taken: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class TurnChoice:
    """What each type takes, and the belief after each action."""

    taken: Taken
    after: tuple[After, ...]

    @property
    def mixed(self) -> tuple[int, int] | None:
        """The two actions that a type mixes, first the one after which the first type is likelier; None if nobody mixes."""
        first, second = self.taken
        if len(first) == len(second) == 1:
            return None
        one, other = first if len(first) == 2 else second
        # If only the first type mixes, the action that he alone takes is the second of his two.
        return (other, one) if len(second) == 1 else (one, other)


@dataclass(frozen=True, slots=True)
class ReplyChoice:
    """What another player takes: one action, or several; each but the last has an unknown share of what those before leave."""

    taken: tuple[int, ...]
    weights: tuple[Unknown, ...] = ()


@dataclass(frozen=True, eq=False)
class Pattern:
    """A choice at each point where somebody decides; ``is_open`` says of each unknown whether it must lie inside (0, 1)."""

    turns: Mapping[int, TurnChoice]
    replies: Mapping[int, ReplyChoice]
    is_open: tuple[bool, ...]


#: What the audience believes at a point, None where that is an unknown inside (0, 1).
Belief: TypeAlias = Fraction | None


class Play(Enum):
    """Where an action that is taken leaves the belief: as it was, at a certainty, or mixed up or down from there."""

    KEEPS = 0
    FIRST = 1
    SECOND = 2
    RAISES = 3
    LOWERS = 4


@dataclass(frozen=True, slots=True)
class _Partial:
    """A pattern under construction: what is chosen, and the points still to be looked at with the beliefs there."""

    turns: tuple[tuple[int, TurnChoice], ...]
    replies: tuple[tuple[int, ReplyChoice], ...]
    is_open: tuple[bool, ...]
    waiting: tuple[tuple[int, Belief], ...]


def patterns(form: WatchedForm) -> Iterator[Pattern]:
    """Yield all patterns of a game."""
    stack = [_Partial((), (), (), ((0, form.prior),))]
    while stack:
        partial = stack.pop()
        if partial.waiting:
            stack.extend(_further(form, partial))
        else:
            yield Pattern(dict(partial.turns), dict(partial.replies), partial.is_open)


def _further(form: WatchedForm, partial: _Partial) -> Iterator[_Partial]:
    """Yield the ways to go on from a partial pattern, by the first point that waits."""
    (number, belief), *rest = partial.waiting
    match form.points[number]:
        case Leaf():
            yield replace(partial, waiting=tuple(rest))
        case Fork() as fork:
            after = [(child, _after_chance(belief, *pair)) for child, pair in zip(fork.children, fork.chances, strict=True)]
            yield replace(partial, waiting=(*after, *rest))
        case Reply() as reply:
            below = tuple((child, belief) for child in reply.children)
            for taken in chain.from_iterable(combinations(range(len(below)), size) for size in range(1, len(below) + 1)):
                known = len(partial.is_open)
                choice = ReplyChoice(taken, tuple(Unknown(known + place) for place in range(len(taken) - 1)))
                is_open = (*partial.is_open, *(True for _ in choice.weights))
                yield _Partial(partial.turns, (*partial.replies, (number, choice)), is_open, (*below, *rest))
        case Turn() as turn:
            for acts, plays in _plays(len(turn.children), belief):
                yield from _turns(form, partial, acts, plays)


def _after_chance(belief: Belief, first: Fraction, second: Fraction) -> Belief:
    """Return what is believed after a result of chance with these probabilities, given each type."""
    if first == second:
        return belief
    if not first or not second:
        return ONE if first else ZERO
    return None if belief is None else belief * first / (belief * first + (1 - belief) * second)


def _plays(count: int, belief: Belief) -> Iterator[tuple[Taken, dict[int, Play]]]:
    """Yield what the two types can take, and where that leaves the belief; other actions leave it free."""
    if belief in (0, 1):
        for first, second in product(range(count), repeat=2):
            yield ((first,), (second,)), {first: Play.FIRST} if belief else {second: Play.SECOND}
        return
    for action in range(count):
        yield ((action,), (action,)), {action: Play.KEEPS}
    for one, other in permutations(range(count), 2):
        yield ((one,), (other,)), {one: Play.FIRST, other: Play.SECOND}
        yield ((one,), (one, other)), {one: Play.RAISES, other: Play.SECOND}
        yield ((one, other), (one,)), {one: Play.LOWERS, other: Play.FIRST}
        yield ((one, other), (one, other)), {one: Play.RAISES, other: Play.LOWERS}


def _turns(form: WatchedForm, partial: _Partial, taken: Taken, plays: Mapping[int, Play]) -> Iterator[_Partial]:
    """Yield the point that waits with all that may be believed after each action, unknowns numbered."""
    (number, belief), *rest = partial.waiting
    point = form.points[number]
    children = () if isinstance(point, Leaf) else point.children
    for chosen in product(*(_beliefs_after(form, child, plays.get(action), belief) for action, child in enumerate(children))):
        after: list[After] = []
        is_open = list(partial.is_open)
        for option, inside in chosen:
            after.append(replace(option, index=len(is_open)) if isinstance(option, Unknown) else option)
            is_open += [inside] if isinstance(option, Unknown) else []
        below = tuple((child, _as_belief(option, belief)) for child, option in zip(children, after, strict=True))
        choice = TurnChoice(taken, tuple(after))
        yield _Partial((*partial.turns, (number, choice)), partial.replies, tuple(is_open), (*below, *rest))


def _beliefs_after(form: WatchedForm, child: int, play: Play | None, before: Belief) -> list[tuple[After, bool]]:
    """Return what may be believed after an action, and whether an unknown there must lie inside its bounds."""
    match play:
        case Play.KEEPS:
            return [(Kept.KEPT, True)]
        case Play.FIRST | Play.SECOND:
            return [(ONE if play is Play.FIRST else ZERO, True)]
        case Play.RAISES:
            return [(Unknown(-1, before or ZERO, ONE), True)]
        case Play.LOWERS:
            return [(Unknown(-1, ZERO, ONE if before is None else before), True)]
    if form.has_turns[child]:
        # What a certain audience makes of further surprises differs, so certainty is a case of its own.
        return [(ZERO, True), (ONE, True), (Unknown(-1), True)]
    return [(Unknown(-1), False)]


def _as_belief(after: After, before: Belief) -> Belief:
    if isinstance(after, Kept):
        return before
    return None if isinstance(after, Unknown) else after
