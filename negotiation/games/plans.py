"""Plans: the reduced normal form of a tree, and mixed strategies over plans as behaviour.

A *plan* fixes an action at each information set that the plan's own earlier choices do not rule out; two full strategies
that differ only where they rule themselves out are one plan (the reduced normal form). By Kuhn (1953), with perfect
recall a mixture of plans has a behaviour strategy with the same consequences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod

import numpy as np

from negotiation.errors import NotApplicableError
from negotiation.games.behaviour import BehaviourProfile
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import Number, read_only

__all__ = [
    "MAXIMUM_CELLS",
    "Plan",
    "ReducedNormalForm",
    "as_normal_form",
    "behaviour_of_plans",
    "plan_count",
    "plans",
    "reduced_normal_form",
]

#: For each information set of the player that the plan reaches by its own choices: the chosen action. Sorted pairs.
Plan = tuple[tuple[int, int], ...]

#: A reduced normal form larger than this is refused: it would fill the memory before any solver could finish with it.
MAXIMUM_CELLS = 2_000_000


@dataclass(frozen=True, eq=False)
class ReducedNormalForm:
    """A tree's reduced normal form: the game, and the plan behind each strategy of each player."""

    tree: ExtensiveFormGame
    game: NormalFormGame
    plans: tuple[tuple[Plan, ...], ...]

    @cached_property
    def choices(self) -> tuple[tuple[dict[int, int], ...], ...]:
        """The plans as dictionaries from information set to action."""
        return tuple(tuple(dict(plan) for plan in plans_of_player) for plans_of_player in self.plans)


def plan_count(game: ExtensiveFormGame, player: int) -> int:
    """Return how many plans a player has, without making them."""
    following: dict[tuple[int, int] | None, list[int]] = {}
    for number in _own_sets(game, player):
        history = game.own_history[number]
        following.setdefault(history[-1] if history else None, []).append(number)
    # Later sets first: each action is worth the product of the plans at the sets that it leads to.
    counts: dict[int, int] = {}
    for number in reversed(_own_sets(game, player)):
        actions = range(len(game.information_sets[number].actions))
        counts[number] = sum(prod(counts[later] for later in following.get((number, action), ())) for action in actions)
    return prod(counts[number] for number in following.get(None, ()))


def plans(game: ExtensiveFormGame, player: int) -> list[Plan]:
    """Return a player's plans, in the order of actions at the earliest information sets."""
    found: list[dict[int, int]] = [{}]
    for number in _own_sets(game, player):
        history = game.own_history[number]
        longer: list[dict[int, int]] = []
        for plan in found:
            if all(plan.get(place) == action for place, action in history):
                longer.extend({**plan, number: action} for action in range(len(game.information_sets[number].actions)))
            else:
                longer.append(plan)
        found = longer
    return [tuple(sorted(plan.items())) for plan in found]


def _own_sets(game: ExtensiveFormGame, player: int) -> list[int]:
    """Return a player's information sets, those that come earlier in his own play first."""
    own = [number for number, place in enumerate(game.information_sets) if place.player == player]
    return sorted(own, key=lambda number: (len(game.own_history[number]), game.members[number][0]))


def reduced_normal_form(game: ExtensiveFormGame) -> ReducedNormalForm:
    """Return the reduced normal form of a tree, payoffs exact.

    Raises
    ------
    NotApplicableError
        If it would have more than ``MAXIMUM_CELLS`` payoffs.
    """
    sizes = [plan_count(game, player) for player in range(len(game.players))]
    if prod(sizes) * len(sizes) > MAXIMUM_CELLS:
        shape = " x ".join(map(str, sizes))
        raise NotApplicableError(f"the reduced normal form would be {shape}: too large; use a concept that works on the tree")
    all_plans = tuple(tuple(plans(game, player)) for player in range(len(game.players)))
    payoffs = np.full((len(sizes), *sizes), Fraction(0), dtype=object)
    for end, probability in _chance_weights(game).items():
        chosen = [_consistent(game, end, player, plans_of_player) for player, plans_of_player in enumerate(all_plans)]
        if all(chosen):
            for player in range(len(sizes)):
                payoffs[player][np.ix_(*chosen)] += probability * _payoffs(game, end)[player]
    strategies = tuple(_plan_names(game, plans_of_player) for plans_of_player in all_plans)
    normal_form = NormalFormGame(game.players, strategies, read_only(payoffs), title=game.title)
    return ReducedNormalForm(game, normal_form, all_plans)


def as_normal_form(game: ExtensiveFormGame | NormalFormGame) -> tuple[NormalFormGame, tuple[str, ...]]:
    """Return a game in normal form and what the reader has to know: a tree is taken in its reduced normal form."""
    if isinstance(game, NormalFormGame):
        return game, ()
    return reduced_normal_form(game).game, ("computed on the reduced normal form of the tree: a strategy is a plan for the whole game",)


def behaviour_of_plans(form: ReducedNormalForm, profile: Sequence[Sequence[Number]]) -> tuple[BehaviourProfile, frozenset[int]]:
    """Return the behaviour of mixtures over plans, and the information sets that their own player never reaches.

    At those sets any behaviour has the same consequences, whatever the others do, so anything may stand there; the first
    action with certainty does, which keeps the behaviour of a pure plan pure.
    """
    behaviour: list[tuple[Number, ...]] = []
    free = set()
    for number, place in enumerate(form.tree.information_sets):
        weights: list[Number] = [Fraction(0)] * len(place.actions)
        for plan, probability in zip(form.choices[place.player], profile[place.player], strict=True):
            if number in plan and probability:
                weights[plan[number]] += probability
        total = sum(weights)
        if total:
            behaviour.append(tuple(weight / total for weight in weights))
        else:
            free.add(number)
            behaviour.append((Fraction(1), *(Fraction(0),) * (len(weights) - 1)))
    return tuple(behaviour), frozenset(free)


def _payoffs(game: ExtensiveFormGame, end: int) -> tuple[Fraction, ...]:
    node = game.nodes[end]
    return node.payoffs if isinstance(node, End) else ()


def _chance_weights(game: ExtensiveFormGame) -> dict[int, Fraction]:
    """Return each end that chance allows with the product of the chance probabilities on the way to it."""
    weights = [Fraction(1)] * len(game.nodes)
    for number, node in enumerate(game.nodes):
        match node:
            case Chance(_, probabilities, children):
                for child, probability in zip(children, probabilities, strict=True):
                    weights[child] = weights[number] * probability
            case Decision(_, children):
                for child in children:
                    weights[child] = weights[number]
    return {end: weights[end] for end in game.ends if weights[end]}


def _consistent(game: ExtensiveFormGame, end: int, player: int, plans_of_player: Sequence[Plan]) -> list[int]:
    """Return the numbers of the player's plans under which this end can be reached."""
    needed = set()
    for node, action in game.moves_to(end):
        move = game.nodes[node]
        if isinstance(move, Decision) and game.information_sets[move.information_set].player == player:
            needed.add((move.information_set, action))
    return [number for number, plan in enumerate(plans_of_player) if needed.issubset(plan)]


def _plan_names(game: ExtensiveFormGame, plans_of_player: Sequence[Plan]) -> tuple[str, ...]:
    """Name plans by their actions; where that is not unique, by information set and action."""
    short = [", ".join(game.information_sets[place].actions[action] for place, action in plan) or "(no move)" for plan in plans_of_player]
    if len(set(short)) == len(short):
        return tuple(short)
    return tuple(
        ", ".join(f"{game.information_sets[place].name}: {game.information_sets[place].actions[action]}" for place, action in plan)
        for plan in plans_of_player
    )
