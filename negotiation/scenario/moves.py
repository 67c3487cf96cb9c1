"""What can happen in a game, by name: the actions of each player and the results of chance moves."""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Mapping

from negotiation.scenario.contents import Outline
from negotiation.scenario.context import Context
from negotiation.scenario.schema import Chance, Decision
from negotiation.scenario.steps import roots, steps_below

__all__ = ["moves_of"]


def moves_of(context: Context, outline: Outline) -> Mapping[str | None, KeysView[str]]:
    """Return the names of moves as written, and those that families stand for: by player, and of everyone under None.

    Results of chance moves are nobody's. There are none where they cannot all be known.
    """
    found: dict[str | None, dict[str, None]] = {None: {}, **{player: {} for player in context.players}}
    if not any(context.sound.lacks(section) for section in ("game", "stages", "matrix")):
        for player, name in (*_laid_out(context, outline), *_written(context)):
            found[None].setdefault(name)
            if player is not None:
                found.setdefault(player, {}).setdefault(name)
    return {player: names.keys() for player, names in found.items()}


def _laid_out(context: Context, outline: Outline) -> Iterator[tuple[str, str]]:
    for place in outline.information_sets:
        for action in place.actions:
            yield context.players[place.player], action


def _written(context: Context) -> Iterator[tuple[str | None, str]]:
    for step in (step.written for start in roots(context.file).values() for step in steps_below(start)):
        if isinstance(step, Decision | Chance):
            for name in step.actions if isinstance(step, Decision) else step.chance:
                yield (step.player if isinstance(step, Decision) else None), name
