"""The best reply in a stage game to what the others are expected to do, in float64.

Expectations are given as the probability with which chance and the others go along to each node, whatever the player does
himself; so they may be a mixture over ways to play, as the beliefs about a rival's type are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame

__all__ = ["Rows", "best_reply", "reach_of_others"]

Rows: TypeAlias = Callable[[int], Sequence[float]]

#: Actions whose values differ by less than this share of the payoffs' size are worth the same: rounding in sums over a tree is
#: smaller. The first listed is taken.
TIE = 1e-12


def reach_of_others(stage: ExtensiveFormGame, player: int, behaviour: Rows) -> list[float]:
    """Return, for each node, the probability that chance and the others go along to it.

    Parameters
    ----------
    stage : ExtensiveFormGame
    player : int
        His own actions count as certain.
    behaviour : callable of an information set of others to the probability of each action there
    """
    reach = [0.0] * len(stage.nodes)
    reach[0] = 1.0
    for number, node in enumerate(stage.nodes):
        match node:
            case Chance(_, probabilities, children):
                row: Sequence[float] = [float(probability) for probability in probabilities]
            case Decision(place, children):
                own = stage.information_sets[place].player == player
                row = [1.0] * len(children) if own else behaviour(place)
            case _:
                continue
        for probability, child in zip(row, children, strict=True):
            reach[child] = reach[number] * probability
    return reach


def best_reply(stage: ExtensiveFormGame, player: int, reach: Sequence[float], payoffs: Sequence[float]) -> dict[int, int]:
    """Return the player's best action at each of his information sets, the first listed where several are equally good.

    Parameters
    ----------
    stage : ExtensiveFormGame
        With perfect recall, so that his later information sets can be settled before the earlier ones.
    player : int
    reach : sequence of float, one for each node
        As ``reach_of_others`` gives it, or a mixture of such.
    payoffs : sequence of float, one for each end in the order of ``stage.ends``
        The player's.

    Returns
    -------
    dict of information set to the number of the action
    """
    values = [0.0] * len(stage.nodes)
    for end, payoff in zip(stage.ends, payoffs, strict=True):
        values[end] = reach[end] * payoff
    size = TIE * max(1.0, *(abs(payoff) for payoff in payoffs))
    chosen: dict[int, int] = {}
    for place in sorted(_own(stage, player), key=lambda one: -len(stage.own_history[one])):
        members = stage.members[place]
        worth = [0.0] * len(stage.information_sets[place].actions)
        for node in members:
            for action, child in enumerate(_children(stage, node)):
                worth[action] += _value(stage, child, player, chosen, values)
        best = max(worth)
        chosen[place] = next(action for action, value in enumerate(worth) if value >= best - size)
    return chosen


def _own(stage: ExtensiveFormGame, player: int) -> list[int]:
    return [number for number, place in enumerate(stage.information_sets) if place.player == player]


def _children(stage: ExtensiveFormGame, number: int) -> tuple[int, ...]:
    node = stage.nodes[number]
    return () if isinstance(node, End) else node.children


def _value(stage: ExtensiveFormGame, number: int, player: int, chosen: dict[int, int], values: list[float]) -> float:
    """Return the sum of weighted payoffs below a node, where the player's later actions are chosen already."""
    total, stack = 0.0, [number]
    while stack:
        here = stack.pop()
        node = stage.nodes[here]
        match node:
            case End():
                total += values[here]
            case Decision(place, children) if stage.information_sets[place].player == player:
                stack.append(children[chosen[place]])
            case _:
                stack.extend(node.children)
    return total
