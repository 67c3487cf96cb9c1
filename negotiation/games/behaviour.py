"""What follows when players of a tree behave in a given way: reach, values, best responses.

A *behaviour profile* has, for each information set, a tuple with one probability for each action. Nothing here solves a
game: these functions are what certificates are computed with, in the arithmetic of their input (exact on Fractions).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame
from negotiation.games.numbers import Number

__all__ = ["BehaviourProfile", "best_response_value", "node_values", "probabilities_at", "reach", "uniform_behaviour"]

#: For each information set, one probability for each of its actions.
BehaviourProfile: TypeAlias = tuple[tuple[Number, ...], ...]


def uniform_behaviour(game: ExtensiveFormGame) -> BehaviourProfile:
    """Return the profile in which each player takes each action with equal probability."""
    return tuple((Fraction(1, len(place.actions)),) * len(place.actions) for place in game.information_sets)


def probabilities_at(game: ExtensiveFormGame, behaviour: BehaviourProfile, node: int) -> Sequence[Number]:
    """Return the probability of each action at a node; none at an end."""
    match game.nodes[node]:
        case Chance(probabilities=probabilities):
            return probabilities
        case Decision(information_set=number):
            return behaviour[number]
    return ()


def reach(game: ExtensiveFormGame, behaviour: BehaviourProfile) -> list[Number]:
    """Return the probability that play reaches each node, shape (nodes,)."""
    weights: list[Number] = [Fraction(0)] * len(game.nodes)
    weights[0] = Fraction(1)
    for number, node in enumerate(game.nodes):
        if isinstance(node, End) or not weights[number]:
            continue
        for child, probability in zip(node.children, probabilities_at(game, behaviour, number), strict=True):
            weights[child] = weights[number] * probability
    return weights


def node_values(game: ExtensiveFormGame, behaviour: BehaviourProfile) -> list[tuple[Number, ...]]:
    """Return what each player expects at each node if play goes on as in the profile, shape (nodes, players)."""
    values: list[tuple[Number, ...]] = [()] * len(game.nodes)
    for number in range(len(game.nodes) - 1, -1, -1):
        node = game.nodes[number]
        if isinstance(node, End):
            values[number] = node.payoffs
            continue
        chances = [
            (probability, values[child])
            for child, probability in zip(node.children, probabilities_at(game, behaviour, number), strict=True)
            if probability
        ]
        if len(chances) == 1:
            values[number] = chances[0][1]
            continue
        values[number] = tuple(
            sum((probability * value[player] for probability, value in chances), Fraction(0)) for player in range(len(game.players))
        )
    return values


def best_response_value(
    game: ExtensiveFormGame,
    behaviour: BehaviourProfile,
    player: int,
    *,
    root: int = 0,
    fixed: Mapping[int, Number] | None = None,
) -> Number:
    """Return the most that a player can get from ``root`` on when the others keep to the profile.

    ``fixed`` gives nodes at which the value is taken as known (the roots of smaller subgames). The information sets
    below ``root`` must lie inside its subtree. Perfect recall makes the choice at each set a maximum over its actions
    of the values weighted with what chance and the others give its nodes.
    """
    known: dict[int, Number] = dict(fixed or {})
    known.pop(root, None)
    weights = _weights_without(game, behaviour, player, root, known)
    stack = [root]
    while stack:
        number = stack[-1]
        if number in known:
            stack.pop()
            continue
        wanted, values = _step(game, behaviour, player, number, weights, known)
        if wanted:
            stack.extend(wanted)
        else:
            known.update(values)
            stack.pop()
    return known[root]


def _weights_without(
    game: ExtensiveFormGame, behaviour: BehaviourProfile, player: int, root: int, known: Mapping[int, Number]
) -> dict[int, Number]:
    """Return what chance and the other players give each node from ``root`` down to those whose value is known."""
    weights: dict[int, Number] = {root: Fraction(1)}
    stack = [root]
    while stack:
        number = stack.pop()
        node = game.nodes[number]
        if isinstance(node, End) or number in known:
            continue
        own = isinstance(node, Decision) and game.information_sets[node.information_set].player == player
        for child, probability in zip(node.children, probabilities_at(game, behaviour, number), strict=True):
            weights[child] = weights[number] if own else weights[number] * probability
        stack.extend(node.children)
    return weights


def _step(
    game: ExtensiveFormGame,
    behaviour: BehaviourProfile,
    player: int,
    number: int,
    weights: Mapping[int, Number],
    known: Mapping[int, Number],
) -> tuple[list[int], dict[int, Number]]:
    """Return the nodes whose values are still wanted for this one; or, when there are none, the values that follow."""
    node = game.nodes[number]
    match node:
        case End(payoffs=payoffs):
            return [], {number: payoffs[player]}
        case Decision(information_set=place) if game.information_sets[place].player == player:
            together = game.members[place]
        case _:
            wanted = [child for child in node.children if child not in known]
            chances = zip(node.children, probabilities_at(game, behaviour, number), strict=True)
            return wanted, {} if wanted else {number: sum((chance * known[child] for child, chance in chances if chance), Fraction(0))}
    children = [_children(game, member) for member in together]
    wanted = [child for row in children for child in row if child not in known]
    if wanted:
        return wanted, {}
    totals = [
        sum((weights[member] * known[row[action]] for member, row in zip(together, children, strict=True)), Fraction(0))
        for action in range(len(node.children))
    ]
    best = totals.index(max(totals))
    return [], {member: known[row[best]] for member, row in zip(together, children, strict=True)}


def _children(game: ExtensiveFormGame, number: int) -> tuple[int, ...]:
    node = game.nodes[number]
    return () if isinstance(node, End) else node.children
