"""The audience of a file: whom it watches, and whether that makes sense there."""

from __future__ import annotations

from negotiation.scenario.context import AUDIENCE, Context
from negotiation.scenario.mistakes import shown

__all__ = ["check_audience"]


def check_audience(context: Context) -> None:
    """Note an unknown or typeless player who is watched, and what an audience does not go with."""
    if not context.has_audience:
        return
    here = context.key((AUDIENCE,))
    names = context.document.names()
    if AUDIENCE in context.players:
        hint = "give the player another name"
        context.problems.add(context.key(("players", AUDIENCE)), "a player may not be called 'audience' where one watches", suggestion=hint)
    if "matrix" in names:
        context.problems.add(here, "an audience watches moves, and a matrix shows none; write the game as a tree")
        return
    if "repeat" in names:
        hint = "payoffs would depend on beliefs that differ from round to round; leave one of them out"
        context.problems.add(here, "an audience watches one round, so 'audience' and 'repeat' cannot stand in one file", suggestion=hint)
    watched = None if context.file.audience is None else context.file.audience.watches
    if watched is not None:
        _check_watched(context, watched)
    if context.watched is not None and not _is_believed(context):
        hint = f"write for example b * {context.beliefs[0]} in a payoff"
        context.problems.add(here, "no payoff depends on what the audience believes", suggestion=hint)


def _check_watched(context: Context, watched: str) -> None:
    place = context.place((AUDIENCE, "watches"))
    if context.known(watched, context.players, "player", place) and not context.types(watched):
        rule = f"{shown(watched)} has no types, so there is nothing that an audience could believe of him"
        context.problems.add(place, rule, suggestion="give him 'types' with their prior probabilities")


def _is_believed(context: Context) -> bool:
    """Return whether any payoff speaks of a belief; also where it was written with a mistake."""
    payoffs = [payoff for row in context.file.outcomes.values() for payoff in row.values()]
    texts = [text for payoff in payoffs for text in ([payoff] if isinstance(payoff, str) else payoff.values())]
    return context.sound.lacks("outcomes") or any("belief" in text for text in texts)
