"""Backward induction that follows every tie: what each subgame may be worth in a subgame-perfect equilibrium.

From the ends towards the root, each subgame gets the payoff vectors that its equilibria give, and with each vector the
number of equilibria. At a decision of player ``i`` over the subgames ``c_1 .. c_k`` an action ``a`` with vector ``v`` is
optimal if each other subgame ``b`` is played so that its vector ``w`` has ``w_i <= v_i``. So

* ``v`` survives exactly if ``v_i`` is at least the lowest ``w_i`` of every subgame;
* it comes from ``count_a(v) * prod_(b != a) sum_(w of c_b, w_i <= v_i) count_b(w)`` equilibria,

which takes time in proportion to the number of vectors, not of equilibria. Payoffs are scaled to whole numbers, player by
player; only chance moves and mixtures bring fractions back.

References
----------
Zermelo (1913), Proceedings of the Fifth International Congress of Mathematicians 2, 501-504. Kuhn (1953), Contributions to
the Theory of Games II, 193-216. Selten (1965), Zeitschrift fuer die gesamte Staatswissenschaft 121, 301-324.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, islice, product
from math import lcm, prod
from typing import TypeAlias

from negotiation.budget import UNLIMITED, Budget
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame

__all__ = ["Choice", "Induction", "SubgamePayoffs", "Vector", "Way", "gathered", "induce", "optimal_choices", "way_count"]

#: One scaled payoff for each player; whole numbers unless a chance move or a mixture lies below.
Vector: TypeAlias = tuple[Fraction | int, ...]

#: More payoff vectors, or combinations of smaller subgames, than this are not followed at one subgame: with lists of a
#: thousand at thousands of subgames the work already takes seconds.
MAXIMUM_VECTORS = 1000

#: How many nodes are passed between two looks at the clock.
NODES_PER_LOOK = 1000


@dataclass(frozen=True, slots=True)
class Way:
    """One way to play from a subgame's root to the smaller subgames in it.

    Parameters
    ----------
    parts : tuple of int
        For each smaller subgame (or end), in the order of ``SubgamePayoffs.borders``, the number of its payoff vector.
    rows : tuple of (information set, probabilities)
        The behaviour between root and border.
    free : frozenset of int
        Information sets among these that their own player never reaches.
    """

    parts: tuple[int, ...]
    rows: tuple[tuple[int, tuple[Fraction, ...]], ...] = ()
    free: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SubgamePayoffs:
    """The payoff vectors that the equilibria of a subgame give, each with the number of equilibria that give it.

    ``borders`` are the nodes to which the subgame hands over: ends and the roots of the largest smaller subgames. ``ways``
    has, for each vector, the ways to get it; it is empty at ends and at lone decisions, where they follow from the
    vectors (see ``optimal_choices``).
    """

    vectors: tuple[Vector, ...]
    counts: tuple[int, ...]
    borders: tuple[int, ...] = ()
    ways: tuple[tuple[Way, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """An action that is optimal at a decision: it counts on one payoff vector of what follows it (by its number there).

    ``count`` is the number of equilibria of the decision's subgame in which it is taken and that vector follows.
    """

    action: int
    part: int
    count: int


@dataclass(frozen=True, eq=False)
class Induction:
    """What backward induction found.

    Parameters
    ----------
    game : ExtensiveFormGame
    payoffs : tuple of SubgamePayoffs, one for each node
        Without vectors where no subgame starts.
    tied : tuple of int
        Decisions that leave their player indifferent between two actions in some equilibrium, root first.
    spread : int
        The product, over all decisions, of the number of actions that some equilibrium takes there. Every combination of
        these is an equilibrium exactly if there are so many equilibria.
    is_shortened : bool
        Whether some vectors or combinations were left out, so that counts are lower bounds.
    """

    game: ExtensiveFormGame
    payoffs: tuple[SubgamePayoffs, ...]
    tied: tuple[int, ...]
    spread: int
    is_shortened: bool

    @property
    def count(self) -> int:
        """The number of equilibria found."""
        return sum(self.payoffs[0].counts)


@dataclass(frozen=True, slots=True)
class _Step:
    """The payoffs at one node, how many of its actions are used, whether it is tied, whether something was left out."""

    payoffs: SubgamePayoffs
    used: int = 1
    is_tied: bool = False
    is_shortened: bool = False


_NO_SUBGAME = SubgamePayoffs((), ())


def induce(game: ExtensiveFormGame, *, budget: Budget = UNLIMITED) -> Induction:
    """Return the equilibrium payoffs of each subgame.

    When the budget is spent, one vector is kept at each subgame from there on, so that one equilibrium comes out soon.
    """
    scales = _scales(game)
    found = [_NO_SUBGAME] * len(game.nodes)
    tied, spread, is_shortened, limit = [], 1, False, MAXIMUM_VECTORS
    for number in range(len(game.nodes) - 1, -1, -1):
        if number % NODES_PER_LOOK == 0:
            budget.tell("backward induction", len(game.nodes) - number, len(game.nodes))
            limit = 1 if budget.is_spent else limit
        step = _step(game, number, found, scales, limit)
        found[number] = step.payoffs
        spread *= step.used
        is_shortened |= step.is_shortened
        if step.is_tied:
            tied.append(number)
    return Induction(game, tuple(found), tuple(reversed(tied)), spread, is_shortened)


def _step(game: ExtensiveFormGame, number: int, found: Sequence[SubgamePayoffs], scales: Sequence[int], limit: int) -> _Step:
    match game.nodes[number]:
        case Decision(information_set, children):
            return _decide(found, children, game.information_sets[information_set].player, limit)
        case Chance(_, probabilities, children):
            return _draw(found, children, probabilities, limit)
        case End(payoffs=payoffs):
            return _Step(SubgamePayoffs((tuple(_plain(payoff * scale) for payoff, scale in zip(payoffs, scales, strict=True)),), (1,)))


def optimal_choices(below: Sequence[SubgamePayoffs], player: int) -> list[Choice]:
    """Return the choices that are optimal for a player in some equilibrium, in the order of actions."""
    if all(len(payoffs.vectors) == 1 for payoffs in below):
        values = [payoffs.vectors[0][player] for payoffs in below]
        best, count = max(values), prod(payoffs.counts[0] for payoffs in below)
        return [Choice(action, 0, count) for action, value in enumerate(values) if value == best]
    tables = [_Table.of(payoffs, player) for payoffs in below]
    bar = max(table.values[0] for table in tables)
    together: dict[Fraction | int, int] = {}
    choices = []
    for action, (payoffs, own) in enumerate(zip(below, tables, strict=True)):
        for part, (vector, count) in enumerate(zip(payoffs.vectors, payoffs.counts, strict=True)):
            value = vector[player]
            if value >= bar:
                if value not in together:
                    together[value] = prod(table.at_most(value) for table in tables)
                choices.append(Choice(action, part, count * together[value] // own.at_most(value)))
    return choices


@dataclass(frozen=True, slots=True)
class _Table:
    """How many equilibria of a subgame give a player at most so much: his values in rising order, and the sums of counts."""

    values: tuple[Fraction | int, ...]
    sums: tuple[int, ...]

    @classmethod
    def of(cls, payoffs: SubgamePayoffs, player: int) -> _Table:
        pairs = sorted((vector[player], count) for vector, count in zip(payoffs.vectors, payoffs.counts, strict=True))
        return cls(tuple(value for value, _ in pairs), tuple(accumulate(count for _, count in pairs)))

    def at_most(self, value: Fraction | int) -> int:
        place = bisect_right(self.values, value)
        return self.sums[place - 1] if place else 0


def _decide(found: Sequence[SubgamePayoffs], children: tuple[int, ...], player: int, limit: int) -> _Step:
    below = [found[child] for child in children]
    choices = optimal_choices(below, player)
    if len(choices) == 1:
        (choice,) = choices
        return _Step(SubgamePayoffs((below[choice.action].vectors[choice.part],), (choice.count,), children))
    counts: dict[Vector, int] = {}
    takers: dict[Fraction | int, int] = {}
    is_tied = False
    for choice in choices:
        vector = below[choice.action].vectors[choice.part]
        counts[vector] = counts.get(vector, 0) + choice.count
        is_tied |= takers.setdefault(vector[player], choice.action) != choice.action
    kept = dict(islice(counts.items(), limit))
    payoffs = SubgamePayoffs(tuple(kept), tuple(kept.values()), children)
    return _Step(payoffs, len({choice.action for choice in choices}), is_tied, len(counts) > limit)


def _draw(found: Sequence[SubgamePayoffs], children: tuple[int, ...], probabilities: Sequence[Fraction], limit: int) -> _Step:
    below = [found[child] for child in children]
    ways: dict[Vector, list[Way]] = {}
    for parts in islice(product(*(range(len(payoffs.vectors)) for payoffs in below)), limit):
        vectors = [payoffs.vectors[part] for payoffs, part in zip(below, parts, strict=True)]
        ways.setdefault(_expected(vectors, probabilities), []).append(Way(parts))
    return _Step(gathered(found, children, ways), is_shortened=prod(len(payoffs.vectors) for payoffs in below) > limit)


def gathered(found: Sequence[SubgamePayoffs], borders: tuple[int, ...], ways: Mapping[Vector, Sequence[Way]]) -> SubgamePayoffs:
    """Return the payoffs of a subgame that can be played in these ways, given those of the smaller subgames in it."""
    counts = tuple(sum(way_count(found, borders, way) for way in rows) for rows in ways.values())
    return SubgamePayoffs(tuple(ways), counts, borders, tuple(tuple(rows) for rows in ways.values()))


def way_count(found: Sequence[SubgamePayoffs], borders: Sequence[int], way: Way) -> int:
    """Return in how many ways the smaller subgames can be played so that they give the vectors that a way counts on."""
    return prod(found[border].counts[part] for border, part in zip(borders, way.parts, strict=True))


def _expected(vectors: Sequence[Vector], probabilities: Sequence[Fraction]) -> Vector:
    return tuple(
        _plain(sum((probability * value for probability, value in zip(probabilities, values, strict=True)), Fraction(0)))
        for values in zip(*vectors, strict=True)
    )


def _plain(number: Fraction) -> Fraction | int:
    """Return whole numbers as ints: they add, compare and hash many times faster."""
    return number.numerator if number.denominator == 1 else number


def _scales(game: ExtensiveFormGame) -> tuple[int, ...]:
    rows = [node.payoffs for node in game.nodes if isinstance(node, End)]
    return tuple(lcm(*{row[player].denominator for row in rows}) for player in range(len(game.players)))
