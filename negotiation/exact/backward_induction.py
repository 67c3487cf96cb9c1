"""Backward induction that follows every tie: what each subgame may be worth in a subgame-perfect equilibrium.

From the ends towards the root, each subgame gets the payoff vectors that its equilibria give, and with each vector the
number of equilibria. At a decision each best action is followed (see ``optimal_choices``); a chance move combines the
vectors of its subgames; a subgame in which players move without knowing everything is solved once for each combination of
vectors at its border (see ``truncation``). Payoffs are scaled to whole numbers, player by player; only chance moves and
mixtures bring fractions back.

References
----------
Zermelo (1913), Proceedings of the Fifth International Congress of Mathematicians 2, 501-504. Kuhn (1953), Contributions to
the Theory of Games II, 193-216. Selten (1965), Zeitschrift fuer die gesamte Staatswissenschaft 121, 301-324.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from math import lcm, prod

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import SolverError
from negotiation.exact.optimal_choices import optimal_choices
from negotiation.exact.subgame_payoffs import SubgamePayoffs, Vector, Way, expected, gathered
from negotiation.exact.truncation import LocalEquilibria, Truncation, solve_truncation, truncate
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame

__all__ = ["Induction", "Remark", "induce"]

#: More payoff vectors than this are not followed at one decision: with lists of a thousand at thousands of decisions the
#: work takes seconds.
MAXIMUM_VECTORS = 1_000

#: More combinations of vectors than this are not followed where chance or several players move at once: each takes up to
#: a few milliseconds to solve.
MAXIMUM_COMBINATIONS = 20_000

#: After so many alternatives in the whole tree only the first few of each subgame are followed, so that the work stays
#: within about a minute however many subgames there are.
MAXIMUM_ALTERNATIVES = 100_000
FEW = 10

#: How many nodes are passed between two looks at the clock.
NODES_PER_LOOK = 1_000


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the subgame at a node that the reader has to know; with a gap there may be equilibria not found."""

    node: int
    text: str
    is_gap: bool = True


@dataclass(frozen=True, eq=False)
class Induction:
    """What backward induction found.

    Parameters
    ----------
    game : ExtensiveFormGame
    payoffs : tuple of SubgamePayoffs, one for each node
        Without vectors where no subgame starts.
    tied : tuple of int
        Lone decisions that leave their player indifferent between two actions in some equilibrium, root first.
    ties_are_free : bool
        Whether any mixtures at these ties, in any combination, give an equilibrium.
    has_mixtures : bool
        Whether equilibria of some simultaneous move may be mixed with one another.
    remarks : tuple of Remark
        Root first.
    """

    game: ExtensiveFormGame
    payoffs: tuple[SubgamePayoffs, ...]
    tied: tuple[int, ...]
    ties_are_free: bool
    has_mixtures: bool
    remarks: tuple[Remark, ...]

    @property
    def count(self) -> int:
        """The number of equilibria found."""
        return sum(self.payoffs[0].counts)

    @property
    def size(self) -> int:
        """The number of payoff vectors at all subgames and ends: what a pass over them takes time in proportion to."""
        return sum(len(payoffs.vectors) for payoffs in self.payoffs)

    @property
    def has_gaps(self) -> bool:
        """Whether there may be equilibria that were not found."""
        return any(remark.is_gap for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class _Step:
    """What was found at one node.

    ``used`` is the number of actions that some equilibrium takes at a lone decision, 1 where there is nothing to choose or
    whatever follows there is one equilibrium, else 0.
    """

    payoffs: SubgamePayoffs
    used: int = 1
    is_tied: bool = False
    has_mixtures: bool = False
    remarks: tuple[Remark, ...] = ()
    followed: int = 1


@dataclass(frozen=True, slots=True)
class _Room:
    """How many alternatives may still be followed: ``followed`` were, beyond the first of each subgame."""

    budget: Budget
    followed: int = 0

    def limit(self, maximum: int) -> tuple[int, str]:
        """Return how many may be followed at one subgame, and what is to be said if there are more."""
        if self.budget.is_spent:
            return 1, "the time limit was reached, so one equilibrium of each subgame was followed from there on"
        limit = maximum if self.followed < MAXIMUM_ALTERNATIVES else FEW
        return limit, f"more than {limit:,} combinations of what follows: the others were not followed"


_NO_SUBGAME = SubgamePayoffs((), ())


def induce(game: ExtensiveFormGame, *, budget: Budget = UNLIMITED) -> Induction:
    """Return the equilibrium payoffs of each subgame.

    When the budget is spent, one vector is kept at each subgame from there on, so that an equilibrium comes out soon.

    Raises
    ------
    NotApplicableError
        If the normal form of a subgame with simultaneous moves is too large.
    SolverError
        If no equilibrium of a subgame was found.
    """
    scales, roots = _scales(game), frozenset(game.subgame_roots)
    found = [_NO_SUBGAME] * len(game.nodes)
    steps: list[tuple[int, _Step]] = []
    room = _Room(budget)
    for number in range(len(game.nodes) - 1, -1, -1):
        node = game.nodes[number]
        if number % NODES_PER_LOOK == 0:
            budget.tell("backward induction", len(game.nodes) - number, len(game.nodes))
        if isinstance(node, End):
            found[number] = SubgamePayoffs((tuple(_scaled(node, scales)),), (1,))
        elif number in roots:
            step = _step(game, number, found, roots, room)
            found[number] = step.payoffs
            if step.followed > 1:
                room = _Room(budget, room.followed + step.followed - 1)
            if step.used != 1 or step.remarks or step.has_mixtures:
                steps.append((number, step))
    return _summed_up(game, found, steps[::-1])


def _summed_up(game: ExtensiveFormGame, found: Sequence[SubgamePayoffs], steps: Sequence[tuple[int, _Step]]) -> Induction:
    return Induction(
        game,
        tuple(found),
        tuple(number for number, step in steps if step.is_tied),
        prod(step.used for _, step in steps) == sum(found[0].counts),
        any(step.has_mixtures for _, step in steps),
        tuple(remark for _, step in steps for remark in step.remarks),
    )


def _scales(game: ExtensiveFormGame) -> tuple[int, ...]:
    """Return for each player the least number that makes all his payoffs whole."""
    rows = [node.payoffs for node in game.nodes if isinstance(node, End)]
    return tuple(lcm(*{row[player].denominator for row in rows}) for player in range(len(game.players)))


def _scaled(end: End, scales: Sequence[int]) -> Iterator[int]:
    for payoff, scale in zip(end.payoffs, scales, strict=True):
        yield payoff.numerator * (scale // payoff.denominator)


def _step(game: ExtensiveFormGame, number: int, found: Sequence[SubgamePayoffs], roots: frozenset[int], room: _Room) -> _Step:
    node = game.nodes[number]
    if isinstance(node, End) or not all(found[child].vectors for child in node.children):
        return _move_together(truncate(game, number, roots), number, found, room)
    return _decide(game, number, node, found, room) if isinstance(node, Decision) else _draw(number, node, found, room)


def _decide(game: ExtensiveFormGame, number: int, node: Decision, found: Sequence[SubgamePayoffs], room: _Room) -> _Step:
    player = game.information_sets[node.information_set].player
    below = [found[child] for child in node.children]
    choices = optimal_choices(below, player)
    counts: dict[Vector, int] = {}
    takers: dict[Fraction | int, int] = {}
    is_tied = False
    for choice in choices:
        vector = below[choice.action].vectors[choice.part]
        counts[vector] = counts.get(vector, 0) + choice.count
        is_tied |= takers.setdefault(vector[player], choice.action) != choice.action
    limit, reason = room.limit(MAXIMUM_VECTORS)
    payoffs = SubgamePayoffs(tuple(islice(counts, limit)), tuple(islice(counts.values(), limit)), node.children)
    remarks = (Remark(number, reason),) if len(counts) > limit else ()
    return _Step(payoffs, len({choice.action for choice in choices}), is_tied, remarks=remarks, followed=len(payoffs.vectors))


def _draw(number: int, node: Chance, found: Sequence[SubgamePayoffs], room: _Room) -> _Step:
    below = [found[child] for child in node.children]
    limit, reason = room.limit(MAXIMUM_COMBINATIONS)
    ways: dict[Vector, list[Way]] = {}
    for parts in islice(_combinations(below), limit):
        vectors = [payoffs.vectors[part] for payoffs, part in zip(below, parts, strict=True)]
        ways.setdefault(expected(vectors, node.probabilities), []).append(Way(parts))
    count = prod(len(payoffs.vectors) for payoffs in below)
    remarks = (Remark(number, reason),) if count > limit else ()
    return _Step(gathered(found, node.children, ways), remarks=remarks, followed=min(count, limit))


def _move_together(truncation: Truncation, number: int, found: Sequence[SubgamePayoffs], room: _Room) -> _Step:
    """Solve a subgame in which somebody moves without knowing everything, with each combination of what follows."""
    below = [found[border] for border in truncation.borders]
    count = prod(len(payoffs.vectors) for payoffs in below)
    ways: dict[Vector, list[Way]] = {}
    remarks: dict[Remark, None] = {}
    has_mixtures = False
    for place, parts in enumerate(_combinations(below)):
        limit, reason = room.limit(MAXIMUM_COMBINATIONS)
        if place >= limit:
            remarks[Remark(number, reason)] = None
            break
        room.budget.tell("combinations of smaller subgames", place, count)
        vectors = [payoffs.vectors[part] for payoffs, part in zip(below, parts, strict=True)]
        local = solve_truncation(truncation, vectors, budget=room.budget)
        remarks |= dict.fromkeys(_remarks(number, local, is_first=not truncation.earlier))
        has_mixtures |= local.has_mixtures
        for equilibrium in local.equilibria:
            ways.setdefault(equilibrium.vector, []).append(Way(parts, equilibrium.rows, equilibrium.free))
    if not ways:
        raise SolverError(f"no equilibrium of {truncation.name} was found: {'; '.join(remark.text for remark in remarks)}")
    followed = sum(map(len, ways.values()))
    alone = count == followed == 1
    payoffs = gathered(found, truncation.borders, ways)
    return _Step(payoffs, int(alone), has_mixtures=has_mixtures, remarks=tuple(remarks), followed=followed)


def _remarks(number: int, local: LocalEquilibria, *, is_first: bool) -> Iterator[Remark]:
    """Yield what is to be said of a simultaneous move; ``is_first`` if nobody moves before it."""
    for note in local.notes:
        yield Remark(number, note, is_gap=not local.complete)
    if not (local.complete or local.notes):
        yield Remark(number, "not all equilibria were found")
    if local.mixtures_matter:
        yield Remark(number, "a continuum of equilibria, between which earlier players may care: only its extreme points were followed")
    if not (is_first or local.is_exact):
        yield Remark(number, "some probabilities are known as doubles only: ties of earlier players with them go unnoticed")


def _combinations(below: Sequence[SubgamePayoffs]) -> Iterator[tuple[int, ...]]:
    return product(*(range(len(payoffs.vectors)) for payoffs in below))
