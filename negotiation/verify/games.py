"""The game of a stored certificate, rebuilt from the document alone."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import numpy as np

from negotiation.errors import CertificateError, GameError
from negotiation.games.audience import UNSETTLED, AffinePayoff, Audience
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet, Node
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import ExactArray, read_only
from negotiation.games.readings import Reading
from negotiation.games.solution import Game
from negotiation.verify.document import Item

__all__ = ["counted", "read_game"]

#: The forms of a game and the names of their parts.
FORMS = {
    "tree": ("form", "title", "players", "information_sets", "nodes", "readings", "type_moves", "audience"),
    "matrix": ("form", "title", "players", "strategies", "payoffs", "outcomes", "readings"),
}


def read_game(item: Item) -> Game:
    """Return the game that a part of a document describes.

    Raises
    ------
    CertificateError
        If its parts are not of the format, or do not make a game.
    """
    parts = item.mapping()
    if "form" not in parts:
        raise CertificateError(f"{item.place}: 'form' is missing")
    form = parts["form"].one_of(FORMS)
    parts = item.record(*FORMS[form])
    try:
        return _tree(parts) if form == "tree" else _matrix(parts)
    except GameError as fault:
        raise CertificateError(f"{item.place}: these parts do not make a game: {fault}") from None


def _tree(parts: dict[str, Item]) -> ExtensiveFormGame:
    players = parts["players"].texts()
    sets = tuple(_information_set(entry, players) for entry in parts["information_sets"].entries())
    entries = parts["nodes"].entries()
    watched = parts["audience"].value is not None
    nodes = tuple(_node(entry, None if watched else len(players), len(sets), len(entries)) for entry in entries)
    return ExtensiveFormGame(
        players,
        sets,
        nodes,
        title=parts["title"].text(),
        readings=_readings(parts["readings"]),
        type_moves=frozenset(_type_moves(parts["type_moves"], nodes)),
        audience=_audience(parts["audience"], players) if watched else None,
    )


def _information_set(item: Item, players: tuple[str, ...]) -> InformationSet:
    parts = item.record("name", "player", "actions", "type")
    kind = None if parts["type"].value is None else parts["type"].text()
    return InformationSet(parts["name"].text(), players.index(parts["player"].one_of(players)), parts["actions"].texts(), kind)


def _node(item: Item, players: int | None, sets: int, nodes: int) -> Node:
    """Return a node; its payoffs, one for each of ``players``, or none (None) where an audience's beliefs settle them."""
    kinds = {"chance": ("actions", "probabilities", "children"), "decision": ("information_set", "children"), "end": ("outcome", "payoffs")}
    kind = item.mapping().get("kind", Item(None, f"{item.place}.kind")).one_of(kinds)
    parts = item.record("kind", *kinds[kind])
    if kind == "end":
        return End(parts["outcome"].text(), _payoffs(parts["payoffs"], players))
    children = parts["children"].integers(below=nodes)
    if kind == "decision":
        return Decision(parts["information_set"].integer(below=sets), children)
    return Chance(parts["actions"].texts(), parts["probabilities"].numbers(), children)


def _payoffs(item: Item, players: int | None) -> tuple[Fraction, ...]:
    if players is not None:
        return counted(item, players).numbers()
    if item.value is not None:
        raise item.fault("must be null where an audience's beliefs settle the payoffs")
    return UNSETTLED


def _audience(item: Item, players: tuple[str, ...]) -> Audience:
    parts = item.record("player", "types", "observations", "ends")
    types, observations = parts["types"].texts(), parts["observations"].texts()
    if min(len(types), len(observations)) == 0 or len(set(types)) < len(types) or len(set(observations)) < len(observations):
        raise item.fault("must have different types and different observations")
    seen, drawn, payoffs = [], [], []
    for entry in parts["ends"].entries():
        end = entry.record("seen", "drawn", "payoffs")
        seen.append(observations.index(end["seen"].one_of(observations)))
        drawn.append(types.index(end["drawn"].one_of(types)))
        rows = counted(end["payoffs"], len(players)).entries()
        payoffs.append(tuple(AffinePayoff(counted(row, len(types)).numbers()) for row in rows))
    player = players.index(parts["player"].one_of(players))
    return Audience(player, types, observations, tuple(seen), tuple(drawn), tuple(payoffs))


def _type_moves(item: Item, nodes: tuple[Node, ...]) -> tuple[int, ...]:
    moves = item.integers(below=len(nodes))
    if any(not isinstance(nodes[number], Chance) for number in moves) or list(moves) != sorted(set(moves)):
        raise item.fault("must be numbers of chance nodes in increasing order")
    return moves


def _readings(item: Item) -> tuple[Reading, ...]:
    found = []
    for entry in item.entries():
        parts = entry.record("name", "patterns")
        found.append(Reading(parts["name"].text(), tuple(pattern.texts() for pattern in parts["patterns"].entries())))
    return tuple(found)


def _matrix(parts: dict[str, Item]) -> NormalFormGame:
    players = parts["players"].texts()
    strategies = tuple(entry.texts() for entry in counted(parts["strategies"], len(players)).entries())
    sizes = [len(names) for names in strategies]
    payoffs = np.empty((len(players), *sizes), dtype=object)
    payoffs.reshape(-1)[:] = [cell.number() for cell in _cells(parts["payoffs"], [len(players), *sizes])]
    outcomes = None if parts["outcomes"].value is None else _outcomes(parts["outcomes"], sizes)
    return NormalFormGame(players, strategies, read_only(payoffs), parts["title"].text(), outcomes, _readings(parts["readings"]))


def _outcomes(item: Item, sizes: list[int]) -> ExactArray:
    names = np.empty(prod(sizes), dtype=object)
    names[:] = [cell.text() for cell in _cells(item, sizes)]
    return read_only(names.reshape(sizes))


def _cells(item: Item, sizes: list[int]) -> list[Item]:
    """Return the innermost parts of nested lists of the given sizes, the last axis fastest."""
    cells = [item]
    for size in sizes:
        cells = [entry for cell in cells for entry in counted(cell, size).entries()]
    return cells


def counted(item: Item, count: int) -> Item:
    """Return a list that has so many entries."""
    if len(item.entries()) != count:
        raise item.fault(f"must have {count} entries, not {len(item.entries())}")
    return item
