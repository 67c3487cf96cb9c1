"""The nodes of a ``.efg`` file put together: a tree in which each payoff is the sum along its path."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn, TypeAlias

from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet, Node
from negotiation.interchange.efg_nodes import CHANCE, TERMINAL, Body, FileNode, Moves, Outcome
from negotiation.interchange.names import distinct
from negotiation.interchange.tokens import Tokens, is_readable

__all__ = ["NULL_OUTCOME", "tree_of"]

#: What play ends in where neither an outcome nor the node gives a name.
NULL_OUTCOME = "null outcome"

#: The longest name made of several outcomes, characters; a longer one keeps only the last of them.
MAX_JOINED = 200

#: For each player his latest (information set, action), None before his first.
Latest: TypeAlias = "tuple[tuple[int, int] | None, ...]"


def tree_of(tokens: Tokens, body: Body, title: str) -> ExtensiveFormGame:
    """Return the game of a file's nodes.

    Raises
    ------
    GameFileError
        If the nodes do not make one tree, something that they refer to is not described, or recall is imperfect.
    """
    growing = _Growing(tokens, body)
    for node in body.nodes:
        growing.add(node)
    growing.finish()
    nodes = tuple(growing.node(draft) for draft in growing.drafts)
    return ExtensiveFormGame(body.players, growing.information_sets(), nodes, title)


@dataclass(slots=True)
class _Move:
    """A move, its children so far, and what holds on the path up to it: outcomes (its own too) and latest moves."""

    file_node: FileNode
    moves: Moves
    information_set: int
    children: list[int]
    outcome: Outcome | None
    latest: Latest


class _Growing:
    """A tree that grows node by node in the order of play."""

    def __init__(self, tokens: Tokens, body: Body) -> None:
        self.tokens = tokens
        self.body = body
        self.drafts: list[_Move | End] = []
        self.open: list[_Move] = []  # the moves from the root down to the latest node
        self.sets: dict[tuple[int, int], int] = {}  # (player, number in the file) -> number in the game
        self.expected: list[tuple[int, int] | None] = []  # for each set, its player's latest move before its first node
        self.nothing = Outcome("", (Fraction(0),) * len(body.players))

    def add(self, file_node: FileNode) -> None:
        """Add the next node."""
        above = self._above(file_node)
        outcome = self._outcome(file_node, None if above is None else above.outcome)
        if file_node.player == TERMINAL:
            reached = self.nothing if outcome is None else outcome
            self.drafts.append(End(reached.name or file_node.label or NULL_OUTCOME, reached.payoffs))
            return
        moves = self.body.moves.get((file_node.player, file_node.information_set))
        if moves is None:
            self._fail(f"information set {file_node.information_set} is nowhere described", file_node.set_place)
        latest = self._latest(above)
        move = _Move(file_node, moves, self._information_set(file_node, moves, latest), [], outcome, latest)
        self.drafts.append(move)
        self.open.append(move)

    def finish(self) -> None:
        """Check that no move lacks a child."""
        for move in reversed(self.open):
            if len(move.children) < len(move.moves.actions):
                line = self.tokens.line_of(move.file_node.place)
                action = move.moves.actions[len(move.children)]
                self._fail(f"the file ends, but no node follows {action!r} of the move on line {line}", len(self.tokens.text))

    def node(self, draft: _Move | End) -> Node:
        """Return the node of a draft."""
        if isinstance(draft, End):
            return draft
        if draft.file_node.player == CHANCE:
            return Chance(draft.moves.actions, draft.moves.probabilities, tuple(draft.children))
        return Decision(draft.information_set, tuple(draft.children))

    def information_sets(self) -> tuple[InformationSet, ...]:
        """Return the information sets in the order of their first nodes, with names that differ for each player."""
        names: dict[tuple[int, int], str] = {}
        for player in range(len(self.body.players)):
            own = [key for key in self.sets if key[0] == player]
            written = [self.body.moves[key].name for key in own]
            names.update(zip(own, distinct(written, [f"information set {number}" for _, number in own]), strict=True))
        return tuple(InformationSet(names[key], key[0], self.body.moves[key].actions) for key in self.sets)

    def _above(self, file_node: FileNode) -> _Move | None:
        """Return the move that the next node follows and note the node as its child; None for the root."""
        while self.open and len(self.open[-1].children) == len(self.open[-1].moves.actions):
            self.open.pop()
        if self.open:
            self.open[-1].children.append(len(self.drafts))
            return self.open[-1]
        if self.drafts:
            self._fail("the tree is complete before this node: each move has as many subtrees as actions", file_node.place)
        return None

    def _outcome(self, file_node: FileNode, above: Outcome | None) -> Outcome | None:
        """Return what the outcomes on the path up to and with a node add up to, None if there are none."""
        if file_node.outcome == 0:
            return above
        own = self.body.outcomes.get(file_node.outcome)
        if own is None:
            self._fail(f"outcome {file_node.outcome} is nowhere described", file_node.outcome_place)
        name = own.name or f"outcome {file_node.outcome}"
        if above is None:
            return own if own.name else Outcome(name, own.payoffs)
        payoffs = tuple(before + added for before, added in zip(above.payoffs, own.payoffs, strict=True))
        if not all(map(is_readable, payoffs)):
            self._fail("the payoffs added up along the path are beyond 1e300 or have more than 1,200 digits", file_node.outcome_place)
        joined = f"{above.name} + {name}"
        return Outcome(joined if len(joined) <= MAX_JOINED else f"... + {name}", payoffs)

    def _latest(self, above: _Move | None) -> Latest:
        if above is None:
            return (None,) * len(self.body.players)
        player = above.file_node.player
        if player == CHANCE:
            return above.latest
        return (*above.latest[:player], (above.information_set, len(above.children) - 1), *above.latest[player + 1 :])

    def _information_set(self, file_node: FileNode, moves: Moves, latest: Latest) -> int:
        """Return the number of a node's information set in the game; -1 at a chance move.

        It is enough for perfect recall that a set's nodes agree in their player's latest move before: earlier moves agree
        by induction.
        """
        player = file_node.player
        if player == CHANCE:
            return -1
        number = self.sets.setdefault((player, file_node.information_set), len(self.sets))
        if number == len(self.expected):
            self.expected.append(latest[player])
        elif self.expected[number] != latest[player]:
            self._fail(
                f"imperfect recall: at information set {file_node.information_set}{f' ({moves.name!r})' if moves.name else ''}, "
                f"{self.body.players[player]} would have forgotten what he knew or did at an earlier node of it",
                file_node.set_place,
                "only games with perfect recall are read; give the nodes different information sets",
            )
        return number

    def _fail(self, rule: str, place: int, suggestion: str = "") -> NoReturn:
        self.tokens.fail(rule, at=place, suggestion=suggestion)
