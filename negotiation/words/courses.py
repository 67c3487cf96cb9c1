"""Courses of play in a tree under an equilibrium: who does what, and what it leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from negotiation.games.behaviour import BehaviourProfile, node_values, probabilities_at, reach
from negotiation.games.certificate import exact_profile
from negotiation.games.extensive_form import Decision, End, ExtensiveFormGame
from negotiation.games.numbers import Number
from negotiation.games.readings import read_path
from negotiation.games.solution import Equilibrium
from negotiation.games.watching import settled
from negotiation.words.sections import player_name

__all__ = ["Course", "Played", "course_text", "courses", "played", "what_follows"]

#: What a chance move is called.
CHANCE = "chance"


@dataclass(frozen=True, slots=True)
class Course:
    """One course of play: (who, action) for each move, the outcome, its reading and its probability."""

    moves: tuple[tuple[str, str], ...]
    outcome: str
    reading: str | None
    probability: Number


@dataclass(frozen=True, eq=False)
class Played:
    """An equilibrium of a tree with what follows from it: the value of each node to each player, and how likely it is reached."""

    game: ExtensiveFormGame
    behaviour: BehaviourProfile
    values: Sequence[tuple[Number, ...]]
    weights: Sequence[Number]

    def mover(self, node: int, labels: Mapping[str, str]) -> str:
        """Return who moves at a node."""
        move = self.game.nodes[node]
        if not isinstance(move, Decision):
            return CHANCE
        place = self.game.information_sets[move.information_set]
        return player_name(labels, self.game.players[place.player], place.type)


def played(game: ExtensiveFormGame, equilibrium: Equilibrium) -> Played:
    """Return an equilibrium of a tree with what follows from it."""
    rows = exact_profile(equilibrium.profile)
    if game.audience is not None:
        game = settled(game, exact_profile([posterior.probabilities for posterior in equilibrium.posteriors]))
    return Played(game, rows, node_values(game, rows), reach(game, rows))


def courses(found: Played, labels: Mapping[str, str]) -> list[Course]:
    """Return every course of play that has positive probability, the likeliest first.

    Courses that differ only in the private type of somebody who never moved are one.
    """
    merged: dict[tuple[tuple[tuple[str, str], ...], str, str | None], Number] = {}
    for number in found.game.ends:
        if found.weights[number]:
            key = _course(found, number, labels)
            merged[key] = merged.get(key, Fraction(0)) + found.weights[number]
    ways = [Course(*key, probability) for key, probability in merged.items()]
    return sorted(ways, key=lambda way: -way.probability)


def _course(found: Played, number: int, labels: Mapping[str, str]) -> tuple[tuple[tuple[str, str], ...], str, str | None]:
    """Return the moves to an end, its outcome and its reading."""
    game = found.game
    # A private type is named with its player, so the moves that draw types need no words.
    steps = [step for step in game.moves_to(number) if step[0] not in game.type_moves]
    moves = tuple((found.mover(node, labels), game.actions_at(node)[action]) for node, action in steps)
    node = game.nodes[number]
    outcome = node.outcome if isinstance(node, End) else ""
    return moves, outcome, read_path(game.readings, game.path_to(number))


def course_text(moves: Sequence[tuple[str, str]]) -> str:
    """Return moves in order as one line; a player who moves twice in a row is named once."""
    parts: list[str] = []
    last = ""
    for who, action in moves:
        parts.append(action if who == last else f"{who}: {action}")
        last = who
    return " → ".join(parts)


def what_follows(found: Played, node: int, labels: Mapping[str, str]) -> str:
    """Return how play goes on from a node: its moves while they are certain, then the outcome or a word that it is open."""
    moves: list[tuple[str, str]] = []
    while not isinstance(found.game.nodes[node], End):
        chances = list(probabilities_at(found.game, found.behaviour, node))
        likely = chances.index(max(chances))
        if chances[likely] != 1:
            return course_text([*moves, (found.mover(node, labels), "one of several")])
        moves.append((found.mover(node, labels), found.game.actions_at(node)[likely]))
        move = found.game.nodes[node]
        node = node if isinstance(move, End) else move.children[likely]
    end = found.game.nodes[node]
    outcome = end.outcome if isinstance(end, End) else ""
    return f"{course_text(moves)} → {outcome}" if moves else outcome
