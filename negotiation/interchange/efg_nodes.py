"""The body of a ``.efg`` file as a list of nodes, and what is said of information sets and outcomes along the way.

Information sets and outcomes go by number and are described once, usually where they first appear; a description that
comes again has to say the same. So nodes are read first, with numbers only, and put together afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from negotiation.games.plans import MAXIMUM_CELLS
from negotiation.interchange.names import distinct
from negotiation.interchange.prologue import read_names
from negotiation.interchange.tokens import Tokens, is_readable

__all__ = ["CHANCE", "TERMINAL", "Body", "FileNode", "Moves", "Outcome", "most_nodes", "read_body"]

#: The most nodes that are read: a few seconds of reading, and more than any concept here solves.
MAX_NODES = 300_000

#: Probabilities that miss 1 by less were most likely rounded.
NEARLY_ONE = Fraction(1, 100)

#: In place of a player's number.
CHANCE, TERMINAL = -1, -2


class FileNode(NamedTuple):
    """A node as it stands in the file; places are offsets into the text.

    ``player`` counts from 0 and is ``CHANCE`` or ``TERMINAL`` where nobody decides; ``information_set`` is the number in
    the file, unique among the player's. Outcome 0 is the null outcome.
    """

    place: int
    label: str
    player: int
    information_set: int
    set_place: int
    outcome: int
    outcome_place: int


@dataclass(frozen=True, slots=True)
class Moves:
    """What is said of an information set or of an event of chance: its name, the actions, and their probabilities if any."""

    name: str
    actions: tuple[str, ...]
    probabilities: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said of an outcome: its name and one payoff for each player."""

    name: str
    payoffs: tuple[Fraction, ...]


@dataclass(slots=True)
class Body:
    """The nodes in the order of the file, and the descriptions by number (of information sets: by player and number)."""

    players: tuple[str, ...]
    nodes: list[FileNode] = field(default_factory=list)
    moves: dict[tuple[int, int], Moves] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)


def most_nodes(players: int) -> int:
    """Return with how many nodes a file is read: each end has a payoff for each player."""
    return min(MAX_NODES, MAXIMUM_CELLS // players)


def read_body(tokens: Tokens, players: tuple[str, ...]) -> Body:
    """Return all nodes up to the end of the file.

    Raises
    ------
    GameFileError
        If something is not of the format, a description differs from an earlier one, chance probabilities do not sum to
        one, or there are more nodes than are read.
    """
    body = Body(players)
    most = most_nodes(len(players))
    while tokens.kind != "end":
        if len(body.nodes) == most:
            tokens.fail(f"more than {most:,} nodes, the most that are read with {len(players)} players")
        body.nodes.append(_read_node(tokens, body))
    if not body.nodes:
        tokens.fail("expected the root of the tree: 'c' (chance), 'p' (player) or 't' (terminal), got the end of the file")
    return body


def _read_node(tokens: Tokens, body: Body) -> FileNode:
    place = tokens.start
    kind = tokens.take_word(("c", "p", "t"), "a node: 'c' (chance), 'p' (player) or 't' (terminal)")
    label = tokens.take_name("the name of the node")
    player, information_set, set_place = TERMINAL, 0, place
    if kind == "p":
        player = tokens.take_integer("the number of a player", 1, len(body.players)) - 1
    elif kind == "c":
        player = CHANCE
    if kind != "t":
        set_place = tokens.start
        information_set = tokens.take_integer("the number of an information set", 0)
        _read_moves(tokens, body, player, information_set)
    outcome_place = tokens.start
    outcome = tokens.take_integer("the number of an outcome (0 for none)", 0)
    _read_outcome(tokens, body, outcome)
    return FileNode(place, label, player, information_set, set_place, outcome, outcome_place)


def _read_moves(tokens: Tokens, body: Body, player: int, number: int) -> None:
    """Take the description of an information set, if one comes: its name, its actions, or both."""
    place = tokens.start
    key = player, number
    name = tokens.take_name("the name of an information set") if tokens.kind == "text" else None
    if tokens.is_mark("{") or (name is not None and key not in body.moves):
        _read_actions(tokens, body, key, name or "")
    if name is not None and body.moves[key].name != name:
        tokens.fail(f"information set {number} had the name {body.moves[key].name!r} where it was described first", at=place)


def _read_actions(tokens: Tokens, body: Body, key: tuple[int, int], name: str) -> None:
    opening = tokens.start
    by_chance = key[0] == CHANCE
    actions, probabilities = _read_chances(tokens) if by_chance else (read_names(tokens, "actions", "the name of an action"), ())
    if not actions:
        tokens.fail("an information set needs at least one action", at=opening)
    said = Moves(name, distinct(actions, [str(action) for action in range(1, len(actions) + 1)]), probabilities)
    if key not in body.moves:
        if by_chance:
            _check_probabilities(tokens, probabilities, opening)
        body.moves[key] = said
    elif (body.moves[key].actions, body.moves[key].probabilities) != (said.actions, said.probabilities):
        tokens.fail(
            f"information set {key[1]} had other actions{' or probabilities' if by_chance else ''} where it was described first", at=opening
        )


def _read_chances(tokens: Tokens) -> tuple[list[str], tuple[Fraction, ...]]:
    tokens.take_mark("{", "before the actions of chance")
    actions, probabilities = [], []
    while not tokens.is_mark("}"):
        actions.append(tokens.take_name("the name of an action of chance or '}'"))
        probabilities.append(tokens.take_number("the probability of an action of chance"))
        tokens.take_comma()
    tokens.advance()
    return actions, tuple(probabilities)


def _check_probabilities(tokens: Tokens, probabilities: tuple[Fraction, ...], place: int) -> None:
    total = Fraction(0)
    for probability in probabilities:
        if probability < 0:
            tokens.fail(f"a probability must be at least 0, got {probability}", at=place)
        total += probability
        if not is_readable(total):
            tokens.fail("these probabilities have too many digits to be added up", at=place)
    if total != 1:
        near = abs(total - 1) < NEARLY_ONE
        hint = "numbers are taken exactly as they are written: write 1/3, not 0.3333" if near else ""
        tokens.fail(f"the probabilities of chance must sum to 1, got {total}", at=place, suggestion=hint)


def _read_outcome(tokens: Tokens, body: Body, number: int) -> None:
    """Take the description of an outcome, if one comes: its name, its payoffs, or both."""
    place = tokens.start
    known = body.outcomes.get(number)
    if number == 0 and (tokens.kind == "text" or tokens.is_mark("{")):
        tokens.fail("outcome 0 stands for no outcome: it has neither a name nor payoffs", suggestion="give the outcome another number")
    name = tokens.take_name("the name of an outcome") if tokens.kind == "text" else None
    if tokens.is_mark("{") or (name is not None and known is None):
        opening = tokens.start
        payoffs = _read_payoffs(tokens, body.players, number)
        if known is None:
            known = body.outcomes[number] = Outcome(name or "", payoffs)
        elif known.payoffs != payoffs:
            tokens.fail(
                f"outcome {number} had other payoffs where it was described first: {', '.join(map(str, known.payoffs))}", at=opening
            )
    if name is not None and known is not None and known.name != name:
        tokens.fail(f"outcome {number} had the name {known.name!r} where it was described first", at=place)


def _read_payoffs(tokens: Tokens, players: tuple[str, ...], number: int) -> tuple[Fraction, ...]:
    tokens.take_mark("{", f"before the payoffs of outcome {number}")
    payoffs = []
    for player in players:
        payoffs.append(tokens.take_number(f"the payoff of {player!r}"))
        tokens.take_comma()
    tokens.take_mark("}", f"after {len(players)} payoffs, one for each player")
    return tuple(payoffs)
