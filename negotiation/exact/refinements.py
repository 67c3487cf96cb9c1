"""Refinements of sequential equilibrium in signalling games: the intuitive criterion and D1.

Both ask, for each message ``m`` that nobody sends in equilibrium, who could have wanted to send it. A type ``t`` gets ``u(t)``
in equilibrium and ``W(t, r)`` after ``m`` if the receivers reply with ``r``. In a tree with later moves, ``W`` counts on best
play from there on, and the *best replies* are the receivers' parts of all continuations that are sequentially rational
under some beliefs about the types.

Intuitive criterion (Cho and Kreps 1987): ``m`` cannot be expected of types with ``u(t) > W(t, r)`` for all best replies
``r``. If some type has ``u(t) < W(t, r)`` for all best replies to beliefs on the others, the equilibrium fails.

D1 (Cho and Kreps 1987; compare Banks and Sobel 1987): ``m`` cannot be expected of ``t`` if, for some ``s``, every best reply
with ``W(t, r) >= u(t)`` has ``W(s, r) > u(s)``, and there are best replies with ``W(s, r) > u(s)``. If no best reply to beliefs
on the types left keeps all types from sending ``m``, the equilibrium fails.

References
----------
Cho and Kreps (1987), Quarterly Journal of Economics 102, 179-221. Banks and Sobel (1987), Econometrica 55, 647-661.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from operator import mul

from negotiation.budget import UNLIMITED, Budget
from negotiation.exact.action_values import Values
from negotiation.exact.assessments import Family, families
from negotiation.exact.cones import Exact, extreme_rays
from negotiation.exact.sequences import MoveTree
from negotiation.exact.signalling import Sender
from negotiation.exact.support_search import support_patterns
from negotiation.exact.trembles import Polynomial
from negotiation.exact.weight_systems import ONE, WeightSystem
from negotiation.games.behaviour import BehaviourProfile, node_values

__all__ = ["D1", "FAILS", "INTUITIVE_CRITERION", "SURVIVES", "BestReplies", "verdicts"]

INTUITIVE_CRITERION, D1 = "intuitive criterion", "D1"
SURVIVES, FAILS = "survives", "fails: "
UNDECIDED = "not decided: the choices of several players are multiplied with one another"
TIMED_OUT = "not decided: the time limit was reached"


@dataclass(frozen=True, slots=True)
class _Replies:
    """Best replies to a message: a family of continuations, and what the message is then worth to each type.

    Worth is in the whole numbers of ``MoveTree``.
    """

    family: Family
    worth: Mapping[int, Polynomial]


@dataclass(eq=False)
class BestReplies:
    """The working memory of one game's verdicts: best replies to messages, each found once."""

    tree: MoveTree
    sender: Sender
    budget: Budget = UNLIMITED
    _found: dict[tuple[str, frozenset[int]], list[_Replies]] = field(default_factory=dict)

    def after(self, message: str, excluded: frozenset[int] = frozenset()) -> list[_Replies]:
        """Return the best replies to a message under beliefs that exclude some types."""
        key = message, excluded
        if key not in self._found:
            self._found[key] = self._search(message, excluded)
        return self._found[key]

    def _search(self, message: str, excluded: frozenset[int]) -> list[_Replies]:
        tree, senders = self.tree, self.sender.messages[message]
        values = Values(tree, [None] * len(tree.before))
        for place, action in senders.items():
            # Any other action will do: the message is then a tremble of every type.
            values.choose(place, (0,) if action else (len(tree.game.information_sets[place].actions) - 1,))
        never = frozenset(tree.first[place] + senders[place] for place in excluded)
        places = self.sender.replies[message]
        found = []
        for _ in support_patterns(values, places, budget=self.budget):
            for family in families(values, places, never=never):
                terms = {place: values.of_action(place, action, tree.game.members[place]) for place, action in senders.items()}
                found.append(_Replies(family, {place: family.weights.polynomial(sums) for place, sums in terms.items()}))
        return found


def verdicts(replies: BestReplies, behaviour: BehaviourProfile) -> dict[str, str]:
    """Return what the intuitive criterion and D1 say of a sequential equilibrium."""
    payoffs = _payoffs(replies, behaviour)
    found = {INTUITIVE_CRITERION: SURVIVES, D1: SURVIVES}
    for message, senders in replies.sender.messages.items():
        if len(senders) < 2 or any(behaviour[place][action] for place, action in senders.items()):
            continue
        case = _Case(replies, message, {place: payoffs[place] for place in senders})
        for name, judge in ((INTUITIVE_CRITERION, _intuitive), (D1, _divine)):
            said = judge(case) if all(item.family.is_decided for item in replies.after(message)) else UNDECIDED
            if replies.budget.is_spent:
                said = TIMED_OUT
            # A message that rejects outweighs all others, one that stays open those that do not.
            if said.startswith(FAILS) or found[name] == SURVIVES:
                found[name] = said
    return found


def _payoffs(replies: BestReplies, behaviour: BehaviourProfile) -> dict[int, Fraction]:
    """Return what each type gets in equilibrium, in the whole numbers of ``MoveTree``."""
    tree, sender = replies.tree, replies.sender
    values = node_values(tree.game, behaviour)
    return {
        place: sum(
            (tree.chances[node] * tree.units[sender.player] * Fraction(values[node][sender.player]) for node in tree.game.members[place]),
            Fraction(0),
        )
        for place in sender.types
    }


@dataclass(frozen=True, slots=True)
class _Case:
    """A message that nobody sends, and what each type that could send it gets without it."""

    replies: BestReplies
    message: str
    payoffs: Mapping[int, Fraction]

    def gain(self, item: _Replies, place: int, *, sign: int = 1) -> Polynomial:
        """Return what sending the message adds to a type's payoff (with ``sign=-1``: what it costs him)."""
        gain = dict(item.worth[place])
        gain[ONE] = gain.get(ONE, Fraction(0)) - self.payoffs[place]
        return {product: sign * coefficient for product, coefficient in gain.items()}

    def name(self, place: int) -> str:
        """Return what a type is called."""
        information_set = self.replies.tree.game.information_sets[place]
        return information_set.name if information_set.type is None else information_set.type

    def exists(
        self,
        *,
        gaining: Sequence[int] = (),
        losing: Sequence[int] = (),
        surely: int | None = None,
        excluded: frozenset[int] = frozenset(),
    ) -> bool:
        """Whether some best reply makes these types gain or break even, those lose or break even, and one type gain strictly."""
        for item in self.replies.after(self.message, excluded):
            rows = [*(self.gain(item, place) for place in gaining), *(self.gain(item, place, sign=-1) for place in losing)]
            if _can_hold(item.family, rows, None if surely is None else self.gain(item, surely)):
                return True
        return False


def _intuitive(case: _Case) -> str:
    """Return what the intuitive criterion says of a message."""
    types = tuple(case.payoffs)
    excluded = frozenset(place for place in types if not case.exists(gaining=[place]))
    left = [place for place in types if place not in excluded]
    for place in left:
        if excluded and not case.exists(losing=[place], excluded=excluded):
            return _reason(case, excluded, f"{case.name(place)} then gains by {case.message}, whatever the best reply")
    return SURVIVES


def _divine(case: _Case) -> str:
    """Return what D1 says of a message."""
    types = tuple(case.payoffs)
    tempted = [place for place in types if case.exists(surely=place)]
    excluded = frozenset(
        place for place in types if any(keener != place and not case.exists(gaining=[place], losing=[keener]) for keener in tempted)
    )
    if not excluded or len(excluded) == len(types) or case.exists(losing=types, excluded=excluded):
        return SURVIVES
    gaining = [place for place in types if not case.exists(losing=[place], excluded=excluded)]
    expected = next((place for place in gaining if place not in excluded), None)
    who = "whatever the best reply, some type" if expected is None else case.name(expected)
    return _reason(case, excluded, f"{who} then gains by {case.message}")


def _reason(case: _Case, excluded: frozenset[int], rest: str) -> str:
    names = " or ".join(case.name(place) for place in case.payoffs if place in excluded)
    return f"{FAILS}{case.message} cannot come from {names}, and {rest}"


def _can_hold(family: Family, rows: Sequence[Polynomial], strict: Polynomial | None) -> bool:
    """Whether the family has a point at which all rows are at least zero, and ``strict`` positive.

    A point is a mixture of the extreme rays of each part on which rows depend; all parts are scaled so that their ONE is
    the same, which is the first coordinate.
    """
    asked = [*rows, *([] if strict is None else [strict])]
    products = {product for row in asked for product in row if product != ONE}
    parts = [part for part in family.parts if products.intersection(part.products)]
    equal = [_same_one(part, parts) for part in parts]
    atleast = [_over_rays(row, parts) for row in asked]
    rays = extreme_rays(len(_over_rays({}, parts)), equal, atleast)
    if not any(ray[0] for ray in rays):
        return False
    return strict is None or any(sum(map(mul, atleast[-1], ray)) > 0 for ray in rays)


def _same_one(part: WeightSystem, parts: Sequence[WeightSystem]) -> list[int]:
    """Return the equation that a part's ONE is the common one."""
    place = part.products.index(ONE)
    return [-1, *(ray[place] if other is part else 0 for other in parts for ray in other.rays)]


def _over_rays(row: Polynomial, parts: Sequence[WeightSystem]) -> list[Exact]:
    """Return a polynomial as a linear function of ONE and of the shares of rays."""
    products = {product: coefficient for product, coefficient in row.items() if product != ONE}
    return [row.get(ONE, 0), *(part.value(products, ray) for part in parts for ray in part.rays)]
