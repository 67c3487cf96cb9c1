"""Gambit's ``.efg``: game trees, any number of players.

::

    EFG 2 R "title" { "challenger" "incumbent" }
    "comment"                                     may be left out

    c "" 1 "" { "weak" 1/3 "strong" 2/3 } 0       chance: event, its name, actions with probabilities, outcome
    p "" 1 1 "start" { "enter" "stay out" } 0     player 1 at his information set 1, its name, actions, outcome
    t "" 1 "entry" { 2, -1 }                      an end: outcome, its name, payoffs
    t "" 2 "peace" { 0, 3 }
    p "" 1 1 0                                    the same information set: what was said need not be said again
    t "" 3 "entry" { -1, 1/2 }
    t "" 2

Nodes stand in the order of play, each before all that follows it; the first text of each is a name of the node alone.
Outcome 0 is none. Outcomes may also stand at moves: the payoffs of a path add up. Numbers are exact.

Games here need names that differ, so empty and repeated ones are replaced (``names.py``); an outcome without a name is
called ``outcome 3``, an information set ``information set 3``, by the numbers in the file. An end after outcomes at moves
is named after all outcomes on the path (``stage one + war``); an end without any, after its node or ``null outcome``.

The format has no word for some of what a game here can hold. Written to a file and read again, a game has lost the types
of its information sets (``InformationSet.type``, and which chance moves draw types: the moves themselves stay), its
readings, and the order of nodes and information sets where it was not the order of play.

References
----------
The Gambit Project, *Gambit: The package for computation in game theory*, documentation, "Game representation formats".
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from negotiation.errors import GameError, NotApplicableError
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet
from negotiation.interchange.efg_nodes import most_nodes, read_body
from negotiation.interchange.efg_tree import tree_of
from negotiation.interchange.prologue import prologue, read_prologue, skip_comment
from negotiation.interchange.tokens import Tokens, numeral, quoted_name, quoted_names, readable

__all__ = ["read_efg", "write_efg"]


def read_efg(text: str, *, file: str = "<text>") -> ExtensiveFormGame:
    """Return the game of a text in the ``.efg`` format, payoffs and probabilities exact.

    Comments and the names of nodes are not kept.

    Raises
    ------
    GameFileError
        If the text is not of the format, the nodes do not make one tree, a player would forget what he knew or did, or
        there is more than is read (``MAX_BYTES``, ``most_nodes``).
    """
    tokens = Tokens(text, file)
    title, players = read_prologue(tokens, "EFG")
    skip_comment(tokens)
    return tree_of(tokens, read_body(tokens, players), title)


def write_efg(game: ExtensiveFormGame) -> str:
    """Return a game as a text in the ``.efg`` format, payoffs and probabilities exact; every node says all of itself.

    Raises
    ------
    GameError
        If a name or a number cannot be written (control characters, names of more than 1,000 characters, numbers beyond
        1e300 or of more than 1,200 digits), or the file would be larger than what is read.
    NotApplicableError
        If payoffs depend on what an audience believes: the format holds numbers only.
    """
    if game.audience is not None:
        raise NotApplicableError("payoffs depend on what an audience believes, and a .efg file holds numbers only")
    most = most_nodes(len(game.players))
    if len(game.nodes) > most:
        raise GameError(
            f"the tree has {len(game.nodes):,} nodes; a .efg file for {len(game.players)} players is read with at most {most:,}"
        )
    return readable("\n".join(_lines(game)) + "\n")


def _lines(game: ExtensiveFormGame) -> Iterator[str]:
    """Yield the lines of the file, nodes in the order of play."""
    yield prologue("EFG", game.title, game.players)
    yield from ('""', "")
    sets: dict[int, str] = {}
    counts = [0] * len(game.players)
    outcomes: dict[tuple[str, tuple[Fraction, ...]], str] = {}
    events = 0
    stack = [0]
    while stack:
        node = game.nodes[stack.pop()]
        match node:
            case Chance():
                events += 1
                yield f'c "" {events} "" {_chances(node)} 0'
            case Decision(number):
                place = game.information_sets[number]
                if number not in sets:
                    counts[place.player] += 1
                    sets[number] = f'p "" {place.player + 1} {counts[place.player]} {_moves(place)} 0'
                yield sets[number]
            case End(name, payoffs):
                if (name, payoffs) not in outcomes:
                    outcomes[name, payoffs] = f't "" {len(outcomes) + 1} {_outcome(name, payoffs)}'
                yield outcomes[name, payoffs]
        if not isinstance(node, End):
            stack.extend(reversed(node.children))


def _chances(node: Chance) -> str:
    pairs = zip(node.actions, node.probabilities, strict=True)
    return "{ " + " ".join(f"{quoted_name(action, 'the action')} {numeral(probability)}" for action, probability in pairs) + " }"


def _moves(place: InformationSet) -> str:
    return f"{quoted_name(place.name, 'the information set')} {quoted_names(place.actions, 'the action')}"


def _outcome(name: str, payoffs: tuple[Fraction, ...]) -> str:
    return f"{quoted_name(name, 'the outcome')} {{ {', '.join(map(numeral, payoffs))} }}"
