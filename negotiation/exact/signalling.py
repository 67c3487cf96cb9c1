"""The part of a tree that makes it a signalling game: who sends, which types he has, which messages they send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from negotiation.errors import NotApplicableError
from negotiation.exact.sequences import MoveTree
from negotiation.games.extensive_form import Chance, Decision

__all__ = ["Sender", "find_sender"]


@dataclass(frozen=True, slots=True)
class Sender:
    """The player who moves first with private information.

    Parameters
    ----------
    player : int
    types : tuple of int
        The information sets of his first move.
    messages : mapping of str to mapping of int to int
        For each message, the types that can send it and the number that it has among their actions.
    replies : mapping of str to tuple of int
        For each message, the information sets after it.
    """

    player: int
    types: tuple[int, ...]
    messages: Mapping[str, Mapping[int, int]]
    replies: Mapping[str, tuple[int, ...]]


def find_sender(tree: MoveTree) -> Sender:
    """Return who sends messages in a tree.

    Raises
    ------
    NotApplicableError
        If it is not a signalling game; the message says why.
    """
    game, types = tree.game, _first_movers(tree)
    players = {tree.player(place) for place in types}
    if len(players) != 1:
        raise NotApplicableError("not always the same player moves first")
    (player,) = players
    if len(types) < 2:
        raise NotApplicableError(f"{game.players[player]}, who moves first, has no private information")
    if tree.slips_matter:
        raise NotApplicableError("somebody moves after a chance move of probability zero")
    messages: dict[str, dict[int, int]] = {}
    for place in types:
        for number, action in enumerate(game.information_sets[place].actions):
            messages.setdefault(action, {})[place] = number
    sent = _messages_before(tree, types)
    _check_observed(tree, sent)
    replies = {message: tuple(place for place, found in enumerate(sent) if message in found) for message in messages}
    return Sender(player, types, messages, replies)


def _check_observed(tree: MoveTree, sent: Sequence[set[str]]) -> None:
    for place, found in zip(tree.game.information_sets, sent, strict=True):
        if len(found) > 1:
            who, what = tree.game.players[place.player], " or ".join(sorted(found))
            raise NotApplicableError(f"at {place.name!r} {who} does not know whether the first move was {what}")


def _first_movers(tree: MoveTree) -> tuple[int, ...]:
    """Return the information sets of decisions before which there are chance moves only."""
    found, stack = dict[int, None](), [0]
    while stack:
        node = tree.game.nodes[stack.pop()]
        if isinstance(node, Decision):
            found[node.information_set] = None
        elif isinstance(node, Chance):
            stack.extend(reversed(node.children))
    return tuple(found)


def _messages_before(tree: MoveTree, types: tuple[int, ...]) -> list[set[str]]:
    """Return for each information set the first moves after which it comes."""
    sent: list[set[str]] = [set() for _ in tree.before]
    for place in types:
        for node in tree.game.members[place]:
            for action, name in enumerate(tree.game.information_sets[place].actions):
                stack = [tree.child(node, action)]
                while stack:
                    below = tree.game.nodes[stack.pop()]
                    if isinstance(below, Decision):
                        sent[below.information_set].add(name)
                    if isinstance(below, (Chance, Decision)):
                        stack.extend(below.children)
    return sent
