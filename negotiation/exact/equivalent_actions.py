"""Actions between which their player is indifferent whatever the others do, and which nobody has to tell apart.

Where two actions are worth the same at each node of an information set, for all weights of the others' moves, and nobody's
beliefs hang on which was taken, any mixture of them is as good as either. They are then kept together: a support
has all of them or none, and some may get no weight.

Nobody's beliefs hang on an action if every information set that comes after it comes after it only. If its player mixes
again later the action stays apart: how he mixes there would be lost where it gets no weight.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from negotiation.exact.action_values import Values
from negotiation.exact.trembles import Weights, weights_of

__all__ = ["equivalent_actions", "loose_moves"]


def equivalent_actions(values: Values, place: int) -> list[tuple[int, ...]]:
    """Return the actions of an information set in classes of equivalent ones, in order.

    Where supports below are not set, or in games of more than two players, every action is its own class: products of
    weights that may be zero would stay undecided.
    """
    tree = values.tree
    if len(tree.game.players) > 2 or any(values.supports[later] is None for later in tree.below[place]):
        return [(action,) for action in range(tree.sizes[place])]
    weights = weights_of(tree, values.supports)
    classes: dict[Hashable, list[int]] = {}
    for action in range(tree.sizes[place]):
        key = _worth(values, weights, place, action) if _is_separate(values, place, action) else action
        classes.setdefault(key, []).append(action)
    return [tuple(actions) for actions in classes.values()]


def loose_moves(values: Values, places: Sequence[int]) -> frozenset[int]:
    """Return the mixed actions at these information sets that may get no weight, because an equivalent one can have it."""
    found: set[int] = set()
    for place in places:
        support = values.supports[place] or ()
        if len(support) > 1:
            classes = [actions for actions in equivalent_actions(values, place) if len(actions) > 1]
            found |= {values.tree.first[place] + action for actions in classes for action in actions}
    return frozenset(found)


def _is_separate(values: Values, place: int, action: int) -> bool:
    """Whether no beliefs hang on an action, and its player mixes nowhere after it."""
    tree = values.tree
    after = tree.separate[place].get(action)
    if after is None:
        return False
    return all(len(values.supports[later] or ()) == 1 for later in after if tree.player(later) == tree.player(place))


def _worth(values: Values, weights: Weights, place: int, action: int) -> Hashable:
    """Return what an action is worth to its player at each node, in a form that is equal exactly if the worth always is."""
    tree, player = values.tree, values.tree.player(place)
    nodes = tree.game.members[place]
    return tuple(frozenset(weights.polynomial(values.at(player, tree.child(node, action))).items()) for node in nodes)
