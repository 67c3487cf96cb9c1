"""A subgame that is more than one decision, with the smaller subgames in it replaced by what they are worth.

The *truncation* of a subgame (Selten 1973) is play from its root to its *border*: the ends and smaller subgames at which it
hands over. It is solved as a game of its own, in reduced normal form among those who move in it, once for each
combination of payoff vectors at the border. The form is made once; only its payoffs change with the combination.

References
----------
Kuhn (1953), Contributions to the Theory of Games II, 193-216. Selten (1973), International Journal of Game Theory 2, 141-201.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import NotApplicableError
from negotiation.exact.all_equilibria import all_equilibria
from negotiation.exact.subgame_payoffs import Row, Vector, expected, subgame_name
from negotiation.games.behaviour import reach
from negotiation.games.certificate import MixedProfile
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, Node
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import read_only
from negotiation.games.plans import ReducedNormalForm, behaviour_of_plans, reduced_normal_form

__all__ = ["LocalEquilibria", "LocalEquilibrium", "Truncation", "solve_truncation", "truncate"]

#: For each mover, the strategies (by number) with which an end may be reached, shaped for indexing cells.
_Cells: TypeAlias = tuple[NDArray[np.intp], ...]


@dataclass(frozen=True, eq=False)
class Truncation:
    """A truncated subgame and its reduced normal form, payoffs left open.

    Parameters
    ----------
    name : str
        For messages.
    form : ReducedNormalForm
        Its tree's ends are the border, all payoffs 0.
    borders : tuple of int
        The border's nodes in the whole game, in the order of the tree's ends.
    places : tuple of int
        The number in the whole game of each of the tree's information sets.
    movers : tuple of int
    earlier : tuple of int
        The players who move on the way to the subgame.
    shares : tuple of (chance probability, cells), one for each node of the border
    """

    name: str
    form: ReducedNormalForm
    borders: tuple[int, ...]
    places: tuple[int, ...]
    movers: tuple[int, ...]
    earlier: tuple[int, ...]
    shares: tuple[tuple[Fraction, _Cells], ...]


@dataclass(frozen=True, slots=True)
class LocalEquilibrium:
    """An equilibrium of a truncation: rows by information set of the whole game, those that are free, its payoff vector."""

    rows: tuple[tuple[int, Row], ...]
    free: frozenset[int]
    vector: Vector


@dataclass(frozen=True, slots=True)
class LocalEquilibria:
    """The equilibria of a truncation (with two movers: the extreme ones).

    ``has_mixtures`` says whether some of them may be mixed with one another, ``mixtures_matter`` whether that changes what
    a player gets who moves earlier.
    """

    equilibria: tuple[LocalEquilibrium, ...]
    complete: bool
    notes: tuple[str, ...]
    has_mixtures: bool
    mixtures_matter: bool

    @property
    def is_exact(self) -> bool:
        """Whether all probabilities are rationals."""
        return all(isinstance(p, Fraction) for equilibrium in self.equilibria for _, row in equilibrium.rows for p in row)


def truncate(game: ExtensiveFormGame, root: int, roots: frozenset[int]) -> Truncation:
    """Return the truncation of the subgame at ``root``; ``roots`` are those of all subgames.

    Raises
    ------
    NotApplicableError
        If its reduced normal form is too large.
    """
    inside, borders = _inside(game, root, roots)
    try:
        form = reduced_normal_form(_tree(game, inside, borders))
    except NotApplicableError as refused:
        raise NotApplicableError(f"the simultaneous moves of {subgame_name(game, root)} cannot be enumerated: {refused}") from refused
    places = _places(game, inside, borders)
    movers = tuple(sorted({game.information_sets[place].player for place in places}))
    shares = tuple(_share(form, end, movers) for end in form.tree.ends)
    return Truncation(subgame_name(game, root), form, borders, places, movers, _earlier(game, root), shares)


def _earlier(game: ExtensiveFormGame, root: int) -> tuple[int, ...]:
    nodes = (game.nodes[number] for number, _ in game.moves_to(root))
    return tuple(sorted({game.information_sets[node.information_set].player for node in nodes if isinstance(node, Decision)}))


def _inside(game: ExtensiveFormGame, root: int, roots: frozenset[int]) -> tuple[list[int], tuple[int, ...]]:
    """Return the nodes of a truncation and those of its border, parents before children."""
    inside, borders, stack = [], [], [root]
    while stack:
        number = stack.pop()
        node = game.nodes[number]
        inside.append(number)
        if isinstance(node, End) or (number in roots and number != root):
            borders.append(number)
        else:
            stack.extend(node.children)
    return sorted(inside), tuple(sorted(borders))


def _places(game: ExtensiveFormGame, inside: Sequence[int], borders: Sequence[int]) -> tuple[int, ...]:
    nodes = (game.nodes[number] for number in sorted(set(inside).difference(borders)))
    return tuple(sorted({node.information_set for node in nodes if isinstance(node, Decision)}))


def _tree(game: ExtensiveFormGame, inside: Sequence[int], borders: Sequence[int]) -> ExtensiveFormGame:
    """Return the truncation as a tree with payoffs of 0."""
    places, at_border = _places(game, inside, borders), frozenset(borders)
    numbers = {number: place for place, number in enumerate(inside)}
    open_end = End("", (Fraction(0),) * len(game.players))
    nodes: list[Node] = []
    for number in inside:
        node = open_end if number in at_border else game.nodes[number]
        if not isinstance(node, End):
            node = replace(node, children=tuple(numbers[child] for child in node.children))
        if isinstance(node, Decision):
            node = replace(node, information_set=places.index(node.information_set))
        nodes.append(node)
    return ExtensiveFormGame(game.players, tuple(game.information_sets[place] for place in places), tuple(nodes))


def _share(form: ReducedNormalForm, end: int, movers: Sequence[int]) -> tuple[Fraction, _Cells]:
    """Return what chance gives an end, and the movers' strategies with which it may be reached."""
    weight, needed = Fraction(1), {player: dict[int, int]() for player in movers}
    for number, action in form.tree.moves_to(end):
        node = form.tree.nodes[number]
        if isinstance(node, Chance):
            weight *= node.probabilities[action]
        elif isinstance(node, Decision):
            needed[form.tree.information_sets[node.information_set].player][node.information_set] = action
    own = [[number for number, plan in enumerate(form.choices[player]) if needed[player].items() <= plan.items()] for player in movers]
    return weight, np.ix_(*own)


def solve_truncation(truncation: Truncation, vectors: Sequence[Vector], *, budget: Budget = UNLIMITED) -> LocalEquilibria:
    """Return the equilibria of a truncation whose border is worth these vectors."""
    found = all_equilibria(_normal_form(truncation, vectors), budget=budget)
    equilibria = [_local(truncation, profile, vectors) for profile in found.profiles]
    exchanges = list(_exchanges(found.profiles, equilibria))
    return LocalEquilibria(
        tuple({equilibrium.rows: equilibrium for equilibrium in reversed(equilibria)}.values())[::-1],
        found.complete,
        found.notes,
        any(one.rows != other.rows for one, other in exchanges),
        any(one.vector[player] != other.vector[player] for one, other in exchanges for player in truncation.earlier),
    )


def _normal_form(truncation: Truncation, vectors: Sequence[Vector]) -> NormalFormGame:
    names = tuple(truncation.form.tree.players[player] for player in truncation.movers)
    strategies = tuple(truncation.form.game.strategies[player] for player in truncation.movers)
    payoffs = np.full((len(names), *map(len, strategies)), Fraction(0), dtype=object)
    for (weight, cells), vector in zip(truncation.shares, vectors, strict=True):
        for table, player in zip(payoffs, truncation.movers, strict=True):
            table[cells] += weight * vector[player]
    return NormalFormGame(names, strategies, read_only(payoffs))


def _local(truncation: Truncation, profile: MixedProfile, vectors: Sequence[Vector]) -> LocalEquilibrium:
    form = truncation.form
    of_movers = dict(zip(truncation.movers, profile, strict=True))
    whole = [of_movers.get(player, (Fraction(1),)) for player in range(len(form.tree.players))]
    rows, free = behaviour_of_plans(form, whole)
    weights = reach(form.tree, rows)
    vector = expected(vectors, [weights[end] for end in form.tree.ends])
    return LocalEquilibrium(tuple(zip(truncation.places, rows, strict=True)), frozenset(truncation.places[n] for n in free), vector)


def _exchanges(
    profiles: Sequence[MixedProfile], equilibria: Sequence[LocalEquilibrium]
) -> Iterator[tuple[LocalEquilibrium, LocalEquilibrium]]:
    """Yield pairs of equilibria that differ in one player's strategy: against the same others, mixtures are as good."""
    first: dict[tuple[int, MixedProfile], LocalEquilibrium] = {}
    for profile, equilibrium in zip(profiles, equilibria, strict=True):
        for player in range(len(profile)):
            others = player, (*profile[:player], *profile[player + 1 :])
            yield first.setdefault(others, equilibrium), equilibrium
