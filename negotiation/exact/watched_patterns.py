"""Patterns of play in a game with an audience: who takes which actions where, and what the audience can make of them.

Bayes' rule says that beliefs split: the belief before a decision of the watched player is an average of the beliefs after
the actions taken (Aumann and Maschler 1995). So equilibria are found in the space of beliefs. A pattern fixes what each
type does at each decision, as one of

- both take the same action, and the belief stays;
- each takes his own, and the type is known;
- one type mixes between the other's action and one of his own: the belief after the shared action is unknown;
- both mix between the same two actions: two unknown beliefs, one above and one below the belief before.

More than two actions never have to be mixed: the belief before lies between two of the beliefs after, and taking just those
two actions is an equilibrium with the same payoffs. What no type does leaves the audience free to believe anything. Where
it is certain of one type, an action of the other type alone is such a surprise too. This is Bayes' rule wherever it
applies, decision by decision; with two types that is sequential equilibrium (Fudenberg and Tirole 1991).

References
----------
Aumann and Maschler (1995), Repeated Games with Incomplete Information. Fudenberg and Tirole (1991), Journal of Economic
Theory 53, 236-260.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import TypeAlias

from negotiation.exact.watched_form import Fork, Leaf, Reply, Turn, WatchedForm

__all__ = ["After", "Kept", "Pattern", "ReplyChoice", "TurnChoice", "Unknown", "patterns"]

ONE, ZERO = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A number in the unit interval that is to be found; ``is_open`` where 0 and 1 belong to other patterns."""

    index: int


class Kept(Enum):
    """The belief after an action that both types take for certain: the one before it."""

    KEPT = "kept"


#: The belief after an action: as before, certainty, or unknown.
After: TypeAlias = Kept | Fraction | Unknown


@dataclass(frozen=True, slots=True)
class TurnChoice:
    """What each type takes (one action or two), and the belief after each action."""

    taken: tuple[tuple[int, ...], tuple[int, ...]]
    after: tuple[After, ...]


@dataclass(frozen=True, slots=True)
class ReplyChoice:
    """What another player takes: one action, or two, the first with an unknown probability."""

    taken: tuple[int, ...]
    weight: Unknown | None = None


@dataclass(frozen=True, eq=False)
class Pattern:
    """A choice at each point where somebody decides; ``is_open`` says of each unknown whether it must lie inside (0, 1)."""

    turns: Mapping[int, TurnChoice]
    replies: Mapping[int, ReplyChoice]
    is_open: tuple[bool, ...]


class Standing(Enum):
    """What the audience believes at a point: certain of the first type, of the second, or neither."""

    FIRST = 1
    BETWEEN = 2
    SECOND = 3


#: A belief after an action that is not settled by what is taken: it becomes an unknown, or a certainty.
FREE = None
Drawn: TypeAlias = Kept | Fraction | Unknown | None


@dataclass(frozen=True, slots=True)
class _Partial:
    """A pattern under construction: what is chosen, and the points still to be looked at."""

    turns: tuple[tuple[int, TurnChoice], ...]
    replies: tuple[tuple[int, ReplyChoice], ...]
    is_open: tuple[bool, ...]
    waiting: tuple[tuple[int, Standing], ...]


def patterns(form: WatchedForm) -> Iterator[Pattern]:
    """Yield all patterns of a game."""
    start = Standing.SECOND if not form.prior else Standing.FIRST if form.prior == 1 else Standing.BETWEEN
    stack = [_Partial((), (), (), ((0, start),))]
    while stack:
        partial = stack.pop()
        if partial.waiting:
            stack.extend(_further(form, partial))
        else:
            yield Pattern(dict(partial.turns), dict(partial.replies), partial.is_open)


def _further(form: WatchedForm, partial: _Partial) -> Iterator[_Partial]:
    """Yield the ways to go on from a partial pattern, by the first point that waits."""
    (number, standing), *rest = partial.waiting
    point = form.points[number]
    match point:
        case Leaf():
            yield _Partial(partial.turns, partial.replies, partial.is_open, tuple(rest))
        case Fork():
            after = [(child, _standing_after(standing, *pair)) for child, pair in zip(point.children, point.chances, strict=True)]
            yield _Partial(partial.turns, partial.replies, partial.is_open, (*after, *rest))
        case Reply():
            below = tuple((child, standing) for child in point.children)
            for actions in _small_subsets(len(point.children)):
                weight = Unknown(len(partial.is_open)) if len(actions) > 1 else None
                is_open = (*partial.is_open, True) if weight is not None else partial.is_open
                yield _Partial(partial.turns, (*partial.replies, (number, ReplyChoice(actions, weight))), is_open, (*below, *rest))
        case Turn():
            for taken, drawn in _plays(len(point.children), standing):
                yield from _turns(form, partial, number, taken, drawn, standing)


def _standing_after(standing: Standing, first: Fraction, second: Fraction) -> Standing:
    """Return what is believed after a result of chance with these probabilities, given each type."""
    if not first and second:
        return Standing.SECOND
    return Standing.FIRST if first and not second else standing


def _small_subsets(count: int) -> Iterator[tuple[int, ...]]:
    yield from ((action,) for action in range(count))
    yield from combinations(range(count), 2)


def _plays(count: int, standing: Standing) -> Iterator[tuple[tuple[tuple[int, ...], tuple[int, ...]], dict[int, Drawn]]]:
    """Yield what the two types can take, with the beliefs that follow; actions that are not named leave the belief free."""
    if standing is not Standing.BETWEEN:
        certain = ONE if standing is Standing.FIRST else ZERO
        for first, second in product(range(count), repeat=2):
            yield ((first,), (second,)), {first if standing is Standing.FIRST else second: certain}
        return
    for action in range(count):
        yield ((action,), (action,)), {action: Kept.KEPT}
    unknown = Unknown(-1)
    for one, other in permutations(range(count), 2):
        yield ((one,), (other,)), {one: ONE, other: ZERO}
        yield ((one,), (one, other)), {one: unknown, other: ZERO}
        yield ((one, other), (one,)), {one: unknown, other: ONE}
        yield ((one, other), (one, other)), {one: unknown, other: unknown}


def _turns(
    form: WatchedForm,
    partial: _Partial,
    number: int,
    taken: tuple[tuple[int, ...], tuple[int, ...]],
    drawn: Mapping[int, Drawn],
    standing: Standing,
) -> Iterator[_Partial]:
    """Yield a decision with all that may be believed after each action: unknowns numbered, free beliefs spelled out."""
    point = form.points[number]
    children = () if isinstance(point, Leaf) else point.children
    options: list[list[tuple[After | None, bool]]] = []
    for action, child in enumerate(children):
        belief = drawn.get(action, FREE)
        if belief is not FREE:
            options.append([(None if isinstance(belief, Unknown) else belief, True)])
        elif form.has_turns[child]:
            # What a certain audience makes of further surprises differs, so certainty is a case of its own.
            options.append([(ZERO, True), (ONE, True), (None, True)])
        else:
            options.append([(None, False)])
    for chosen in product(*options):
        after: list[After] = []
        is_open = list(partial.is_open)
        for belief, inside in chosen:
            after.append(Unknown(len(is_open)) if belief is None else belief)
            is_open += [inside] if belief is None else []
        below = tuple((child, _standing(belief, standing)) for child, belief in zip(children, after, strict=True))
        choice = TurnChoice(taken, tuple(after))
        yield _Partial((*partial.turns, (number, choice)), partial.replies, tuple(is_open), (*below, *partial.waiting[1:]))


def _standing(belief: After, before: Standing) -> Standing:
    if isinstance(belief, Kept):
        return before
    if isinstance(belief, Unknown):
        return Standing.BETWEEN
    return Standing.FIRST if belief == 1 else Standing.SECOND
