"""What players believe where they cannot see everything, and what a watching audience believes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from negotiation.games.audience import Audience, Posterior
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.numbers import Number
from negotiation.games.solution import Equilibrium
from negotiation.words.courses import Played
from negotiation.words.sections import Section, Table, player_name, share

__all__ = ["belief_sections"]

#: More rows than this are counted, not shown; the JSON document has them all.
MOST_ROWS = 12


def belief_sections(found: Played, labels: Mapping[str, str], equilibrium: Equilibrium, audience: Audience | None = None) -> list[Section]:
    """Return the beliefs at information sets of several nodes, and those of an audience; nothing where there are none."""
    rows = _player_rows(found, labels, equilibrium)
    sections = [_section("What players believe", ("after", "who", "believes", "comes up"), rows)] if rows else []
    if audience is not None:
        watched = player_name(labels, found.game.players[audience.player])
        posteriors = [_posterior_row(audience, posterior) for posterior in equilibrium.posteriors]
        sections.append(_section(f"What the audience believes of {watched}", ("having seen", "believes", "comes up"), posteriors))
    return sections


def _section(heading: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Section:
    rest = (f"... and {len(rows) - MOST_ROWS:,} more",) if len(rows) > MOST_ROWS else ()
    return Section(heading, (), Table(columns, tuple(rows[:MOST_ROWS])), rest)


def _player_rows(found: Played, labels: Mapping[str, str], equilibrium: Equilibrium) -> list[tuple[str, ...]]:
    game = found.game
    rows: list[tuple[str, ...]] = []
    if equilibrium.beliefs is None:
        return []
    for place, (nodes, row) in enumerate(zip(game.members, equilibrium.beliefs, strict=True)):
        if len(nodes) > 1:
            rule = game.information_sets[place]
            seen = rule.name if rule.type is None else rule.name.removeprefix(f"{rule.type}: ")
            bounds = [equilibrium.belief_intervals.get((place, number)) for number in range(len(nodes))]
            parts = zip(_hidden(game, nodes), row, bounds, strict=True)
            believed = "; ".join(f"{name} {share(p) if between is None else _between(between)}" for name, p, between in parts)
            comes_up = "yes" if any(found.weights[node] for node in nodes) else "no"
            rows.append((seen, player_name(labels, game.players[rule.player], rule.type), believed, comes_up))
    return rows


def _posterior_row(audience: Audience, posterior: Posterior) -> tuple[str, ...]:
    if posterior.reached or not posterior.ranges:
        believed = "; ".join(f"{kind} {share(p)}" for kind, p in zip(audience.types, posterior.probabilities, strict=True))
    else:
        believed = f"{audience.types[0]} {' or '.join(map(_between, posterior.ranges))}"
    return posterior.observation, believed, "yes" if posterior.reached else "no"


def _between(bounds: tuple[Number, Number]) -> str:
    low, high = bounds
    return share(low) if low == high else f"{share(low)} to {share(high)}"


def _hidden(game: ExtensiveFormGame, nodes: Sequence[int]) -> list[str]:
    """Return for each node of an information set what tells it from the others: the moves on the way that are not common to all."""
    ways = [[(node, game.actions_at(node)[action]) for node, action in game.moves_to(member)] for member in nodes]
    depth = min(map(len, ways))
    names = []
    for way in ways:
        names.append([name for place, (_, name) in enumerate(way) if place >= depth or len({other[place][1] for other in ways}) > 1])
    return [", ".join(parts) or "start" for parts in names]
