"""A game in full, as JSON-able data."""

from __future__ import annotations

import numpy as np

from negotiation.certificates.parts import Document, texts
from negotiation.errors import NotApplicableError
from negotiation.games.audience import UNSETTLED, Audience
from negotiation.games.extensive_form import Chance, Decision, ExtensiveFormGame, Node
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import ExactArray
from negotiation.games.solution import Game

__all__ = ["game_document"]


def game_document(game: Game) -> Document:
    """Return a game in full, as JSON-able data."""
    readings = [{"name": reading.name, "patterns": [list(pattern) for pattern in reading.patterns]} for reading in game.readings]
    if isinstance(game, NormalFormGame):
        return {
            "form": "matrix",
            "title": game.title,
            "players": list(game.players),
            "strategies": [list(names) for names in game.strategies],
            "payoffs": _nested(game.exact_payoffs),
            "outcomes": None if game.outcomes is None else _nested(game.outcomes),
            "readings": readings,
        }
    return {
        "form": "tree",
        "title": game.title,
        "players": list(game.players),
        "information_sets": [
            {"name": place.name, "player": game.players[place.player], "actions": list(place.actions), "type": place.type}
            for place in game.information_sets
        ],
        "nodes": [_node(node) for node in game.nodes],
        "readings": readings,
        "type_moves": sorted(game.type_moves),
        "audience": None if game.audience is None else _audience(game, game.audience),
    }


def _audience(game: ExtensiveFormGame, audience: Audience) -> Document:
    """Return who watches, and each end's payoffs at certainty of each type.

    Raises
    ------
    NotApplicableError
        If a payoff is not affine in the belief, so that those numbers do not determine it.
    """
    ends = []
    for seen, drawn, payoffs in zip(audience.seen, audience.drawn, audience.payoffs, strict=True):
        corners = [payoff.corners for payoff in payoffs]
        if None in corners:
            raise NotApplicableError(
                f"a certificate holds payoffs as numbers: those of {game.players[corners.index(None)]} after "
                f"{audience.observations[seen]!r} are not affine in what the audience believes, so two numbers do not say them"
            )
        ends.append(
            {
                "seen": audience.observations[seen],
                "drawn": audience.types[drawn],
                "payoffs": [texts(corner or ()) for corner in corners],
            }
        )
    return {
        "player": game.players[audience.player],
        "types": list(audience.types),
        "observations": list(audience.observations),
        "ends": ends,
    }


def _nested(array: ExactArray) -> object:
    return str(array) if not isinstance(array, np.ndarray) else [_nested(part) for part in array]


def _node(node: Node) -> Document:
    if isinstance(node, Decision):
        return {"kind": "decision", "information_set": node.information_set, "children": list(node.children)}
    if isinstance(node, Chance):
        return {
            "kind": "chance",
            "actions": list(node.actions),
            "probabilities": texts(node.probabilities),
            "children": list(node.children),
        }
    return {"kind": "end", "outcome": node.outcome, "payoffs": None if node.payoffs is UNSETTLED else texts(node.payoffs)}
