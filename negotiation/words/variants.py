"""Equilibria that come to the same outcome and differ only in what would happen off the path."""

from __future__ import annotations

from collections.abc import Mapping

from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.outcomes import Outcome
from negotiation.games.solution import Equilibrium, Solution
from negotiation.words.sections import Section, Table, player_name, share

__all__ = ["variants_section"]

#: More variants than this are counted, not shown; the JSON document has them all.
MOST_VARIANTS = 8


def variants_section(solution: Solution, outcome: Outcome, labels: Mapping[str, str]) -> Section:
    """Return how the equilibria behind an outcome differ: the information sets at which they do, one line each equilibrium."""
    members = [solution.equilibria[number] for number in outcome.equilibria]
    game = solution.game
    if not isinstance(game, ExtensiveFormGame):
        return Section("")
    places = _differing(game, members)
    rows = tuple(
        (str(number + 1), *(_shown(game, found, place) for place in places), _verdicts(found))
        for number, found in list(zip(outcome.equilibria, members, strict=True))[:MOST_VARIANTS]
    )
    columns = ("equilibrium", *(_place(game, place, labels) for place in places), "verdicts")
    if not any(row[-1] for row in rows):
        rows, columns = tuple(row[:-1] for row in rows), columns[:-1]
    left_out = len(members) - MOST_VARIANTS
    rest = (f"... and {left_out:,} more; the JSON document has all.",) if left_out > 0 else ()
    said = (f"{len(members)} equilibria come to this outcome; the reasons above are those of the first. They differ here:",)
    return Section("The equilibria behind this outcome", said, Table(columns, rows), rest)


def _differing(game: ExtensiveFormGame, members: list[Equilibrium]) -> list[int]:
    """Return the information sets at which not all of the equilibria say the same."""
    return [place for place in range(len(game.information_sets)) if len({_shown(game, found, place) for found in members}) > 1]


def _verdicts(found: Equilibrium) -> str:
    return "; ".join(f"{name}: {verdict}" for name, verdict in found.verdicts.items())


def _place(game: ExtensiveFormGame, place: int, labels: Mapping[str, str]) -> str:
    rule = game.information_sets[place]
    seen = rule.name if rule.type is None else rule.name.removeprefix(f"{rule.type}: ")
    return f"{player_name(labels, game.players[rule.player], rule.type)} after {seen}"


def _shown(game: ExtensiveFormGame, found: Equilibrium, place: int) -> str:
    if place in found.free:
        return "(anything)"
    named = zip(game.information_sets[place].actions, found.profile[place], strict=True)
    return ", ".join(name if p == 1 else f"{name} {share(p)}" for name, p in named if p)
