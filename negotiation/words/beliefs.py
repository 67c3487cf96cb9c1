"""What players believe where they cannot see everything: at each information set, how likely each thing is that they cannot see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.numbers import Number
from negotiation.words.courses import Played
from negotiation.words.sections import Section, Table, player_name, share

__all__ = ["belief_sections"]

#: More rows than this are counted, not shown; the JSON document has them all.
MOST_ROWS = 12


def belief_sections(found: Played, labels: Mapping[str, str], beliefs: Sequence[Sequence[Number]] | None) -> list[Section]:
    """Return the beliefs at information sets of several nodes, with whether play comes there; nothing without beliefs."""
    if beliefs is None:
        return []
    game = found.game
    rows = []
    for place, (nodes, row) in enumerate(zip(game.members, beliefs, strict=True)):
        if len(nodes) > 1:
            rule = game.information_sets[place]
            seen = rule.name if rule.type is None else rule.name.removeprefix(f"{rule.type}: ")
            reached = "yes" if any(found.weights[node] for node in nodes) else "no: any belief that supports the choice"
            believed = "; ".join(f"{name} {share(p)}" for name, p in zip(_hidden(game, nodes), row, strict=True))
            rows.append((seen, player_name(labels, game.players[rule.player], rule.type), believed, reached))
    if not rows:
        return []
    rest = (f"... and {len(rows) - MOST_ROWS:,} more",) if len(rows) > MOST_ROWS else ()
    return [Section("What players believe", (), Table(("after", "who", "believes", "reached"), tuple(rows[:MOST_ROWS])), rest)]


def _hidden(game: ExtensiveFormGame, nodes: Sequence[int]) -> list[str]:
    """Return for each node of an information set what tells it from the others: the moves on the way that are not common to all."""
    ways = [[(node, game.actions_at(node)[action]) for node, action in game.moves_to(member)] for member in nodes]
    depth = min(map(len, ways))
    names = []
    for way in ways:
        names.append([name for place, (_, name) in enumerate(way) if place >= depth or len({other[place][1] for other in ways}) > 1])
    return [", ".join(parts) or "start" for parts in names]
