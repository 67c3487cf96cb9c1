"""A game with an audience at given beliefs: the ordinary game that it then is, and what Bayes' rule says of the beliefs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from negotiation.errors import GameError
from negotiation.games.audience import Audience
from negotiation.games.behaviour import BehaviourProfile, reach
from negotiation.games.certificate import Certificate, certify_sequential, exact_profile
from negotiation.games.extensive_form import End, ExtensiveFormGame
from negotiation.games.numbers import Number

__all__ = ["audience_of", "bayes_posteriors", "certify_watched", "settled"]


def audience_of(game: ExtensiveFormGame) -> Audience:
    """Return the audience of a game.

    Raises
    ------
    GameError
        If it has none.
    """
    if game.audience is None:
        raise GameError("the game has no audience")
    return game.audience


def settled(game: ExtensiveFormGame, posteriors: Sequence[Sequence[Fraction]]) -> ExtensiveFormGame:
    """Return the ordinary game that a game with an audience is when the audience holds these beliefs.

    Parameters
    ----------
    game : ExtensiveFormGame
    posteriors : sequence of rows, one for each observation, with one probability for each type
    """
    audience = audience_of(game)
    nodes = list(game.nodes)
    for place, number in enumerate(game.ends):
        end = nodes[number]
        belief = posteriors[audience.seen[place]]
        if isinstance(end, End):
            nodes[number] = replace(end, payoffs=tuple(payoff.at(belief) for payoff in audience.payoffs[place]))
    return replace(game, nodes=tuple(nodes), audience=None)


def bayes_posteriors(game: ExtensiveFormGame, behaviour: BehaviourProfile) -> list[tuple[Number, ...] | None]:
    """Return for each observation the belief about the type that Bayes' rule gives, None where play does not get there."""
    audience = audience_of(game)
    weights = reach(game, behaviour)
    totals: list[list[Number]] = [[Fraction(0)] * len(audience.types) for _ in audience.observations]
    for place, number in enumerate(game.ends):
        totals[audience.seen[place]][audience.drawn[place]] += weights[number]
    return [tuple(weight / sum(row) for weight in row) if sum(row) else None for row in totals]


def certify_watched(
    game: ExtensiveFormGame, behaviour: BehaviourProfile, beliefs: Sequence[Sequence[Number]], posteriors: Sequence[Sequence[Number]]
) -> Certificate:
    """Return the certificate of an assessment in a game with an audience (condition ``watched``).

    The inequalities are those of ``certify_sequential`` in the game as the stated posteriors settle it; the belief error
    is the largest difference between stated beliefs or posteriors and Bayes' rule on the path.

    Parameters
    ----------
    game : ExtensiveFormGame
    behaviour : one row for each information set
    beliefs : one row for each information set, with one probability for each of its nodes
    posteriors : one row for each observation of the audience, with one probability for each type
    """
    stated = exact_profile(posteriors)
    certificate = certify_sequential(settled(game, stated), behaviour, beliefs)
    errors = [
        abs(given - Fraction(implied))
        for given_row, implied_row in zip(stated, bayes_posteriors(game, exact_profile(behaviour)), strict=True)
        if implied_row is not None
        for given, implied in zip(given_row, implied_row, strict=True)
    ]
    return replace(certificate, condition="watched", belief_error=max([certificate.belief_error, *errors]))
