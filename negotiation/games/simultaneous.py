"""A game in normal form as a tree: the players move one after the other, and nobody sees what the others did."""

from __future__ import annotations

from itertools import accumulate, pairwise, product
from operator import mul

from negotiation.errors import NotApplicableError
from negotiation.games.extensive_form import Decision, End, ExtensiveFormGame, InformationSet, Node
from negotiation.games.normal_form import NormalFormGame

__all__ = ["MAXIMUM_NODES", "simultaneous_moves"]

#: A tree larger than this is refused; it would fill the memory before anything could be done with it.
MAXIMUM_NODES = 1_000_000


def simultaneous_moves(game: NormalFormGame) -> ExtensiveFormGame:
    """Return the tree in which the players choose their strategies in order, each without seeing what was chosen.

    Every player has one information set, ``start``; ends are named as the cells, and readings stay.

    Raises
    ------
    NotApplicableError
        If the tree would have more than ``MAXIMUM_NODES`` nodes.
    """
    sizes = [len(names) for names in game.strategies]
    widths = list(accumulate(sizes, mul, initial=1))
    if sum(widths) > MAXIMUM_NODES:
        raise NotApplicableError(f"as a tree the game would have {sum(widths):,} nodes: too large; keep it in normal form")
    starts = list(accumulate(widths, initial=0))
    nodes: list[Node] = []
    for player, (start, below) in enumerate(pairwise(starts[:-1])):
        size = sizes[player]
        nodes.extend(Decision(player, tuple(range(below + place * size, below + (place + 1) * size))) for place in range(below - start))
    outcomes = [game.outcome(cell) for cell in product(*map(range, sizes))]
    payoffs = game.exact_payoffs.reshape(len(sizes), -1).T
    nodes.extend(End(outcome, tuple(row)) for outcome, row in zip(outcomes, payoffs, strict=True))
    sets = tuple(InformationSet("start", player, names) for player, names in enumerate(game.strategies))
    return ExtensiveFormGame(game.players, sets, tuple(nodes), game.title, game.readings)
