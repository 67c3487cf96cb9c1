"""A game is solved by the concept that was named, or by the usual one for its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from inspect import Parameter, signature
from types import MappingProxyType

from negotiation import lookup
from negotiation.budget import UNLIMITED, Budget
from negotiation.errors import NotApplicableError, ParameterError
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.solution import Game, Solution, usual_concept

__all__ = ["solve"]


def solve(
    game: Game,
    concept: str | None = None,
    options: Mapping[str, object] = MappingProxyType({}),
    *,
    budget: Budget = UNLIMITED,
) -> Solution:
    """Return what a solution concept says of a game.

    Parameters
    ----------
    game : Game
    concept : str, optional
        A member of the family; ``usual_concept(game)`` if none is named.
    options : mapping of name to value
        Keyword arguments of the concept's ``solve``.
    budget : Budget
        Handed to concepts that can take long.

    Raises
    ------
    UnknownNameError
        If there is no concept of that name.
    ParameterError
        If the concept has no such option, or needs one that is missing.
    NotApplicableError
        If the concept does not take this game, or it is no game.
    """
    if not isinstance(game, (ExtensiveFormGame, NormalFormGame)):
        raise NotApplicableError(f"expected a game, got {type(game).__name__}; 'scenario.game()' builds the game of a scenario")
    name = usual_concept(game) if concept is None else concept
    module = lookup.concept(name)
    form = "tree" if isinstance(game, ExtensiveFormGame) else "matrix"
    if form not in module.FORMS:
        advice = ", ".join(other for other in lookup.concepts() if form in lookup.concept(other).FORMS)
        raise NotApplicableError(f"{name} does not take a {form}; these do: {advice}")
    run: Callable[..., Solution] = module.solve
    known = {key: option for key, option in signature(run).parameters.items() if option.kind is Parameter.KEYWORD_ONLY}
    given = dict(options) | ({"budget": budget} if "budget" in known else {})
    _check(name, {key: option for key, option in known.items() if key != "budget"}, options)
    found = run(game, **given)
    return replace(found, options=MappingProxyType(dict(options))) if options else found


def _check(concept: str, known: Mapping[str, Parameter], given: Mapping[str, object]) -> None:
    has = f"it has {', '.join(known)}" if known else "it has none"
    for key in given:
        if key not in known:
            raise ParameterError(f"{concept} has no option {key!r}; {has}")
    for key, option in known.items():
        if option.default is Parameter.empty and key not in given:
            raise ParameterError(f"{concept} needs the option {key!r}")
