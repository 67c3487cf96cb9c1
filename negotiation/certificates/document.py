"""Certificates as documents: a game in full and, for each equilibrium, everything that a reader needs to check it himself.

The document is JSON. Every number of the game and of what is claimed is an exact text such as ``"2/3"``; a profile that was
computed in doubles is written as the rational that it is, rows made to sum to one, with the tolerance beside it. The form is
read and checked by ``negotiation.verify``, which knows no solver.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from negotiation.certificates.findings import finding_document
from negotiation.certificates.games import game_document
from negotiation.certificates.parts import Document, incentive, texts, tolerance
from negotiation.games.audience import Posterior
from negotiation.games.behaviour import node_values
from negotiation.games.certificate import bayes_beliefs, exact_profile, strategy_values
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import Number, exact
from negotiation.games.solution import Component, Equilibrium, Game, Path, Solution
from negotiation.games.watching import bayes_posteriors, settled
from negotiation.verify.document import FORMAT, VERSION, digest

__all__ = ["certificate_document"]

Rows: TypeAlias = tuple[tuple[Fraction, ...], ...]


def certificate_document(solutions: Sequence[Solution], *, about: Mapping[str, str] | None = None) -> Document:
    """Return the certificate of some solutions, as JSON-able data.

    Parameters
    ----------
    solutions : sequence of Solution
        Each game is written once, also where several solutions are of the same.
    about : mapping of str to str
        What the reader should know of the origin: the file, the parameters, the version. Not checked.
    """
    written = [game_document(solution.game) for solution in solutions]
    digests = [digest(game) for game in written]
    games = dict(zip(digests, written, strict=True))
    document: Document = {
        "format": FORMAT,
        "version": VERSION,
        "about": dict(about or {}),
        "games": [{"digest": name, "game": game} for name, game in games.items()],
        "solutions": [_solution(solution, name) for solution, name in zip(solutions, digests, strict=True)],
    }
    return {**document, "digest": digest(document)}


def _solution(solution: Solution, game: str) -> Document:
    listed = {"equilibria": solution.equilibria, "components": solution.components, "findings": solution.findings}
    return {
        "concept": solution.concept,
        "game": game,
        "method": solution.method,
        "notes": list(solution.notes),
        "complete": solution.complete,
        "scope": solution.scope,
        "enumerated": solution.method if solution.complete else "",
        "counts": {name: len(items) for name, items in listed.items()},
        "equilibria": [_equilibrium(solution, number) for number in range(len(solution.equilibria))],
        "components": [_component(solution, component) for component in solution.components],
        "findings": [finding_document(solution, finding) for finding in solution.findings],
    }


def _equilibrium(solution: Solution, number: int) -> Document:
    found = solution.equilibria[number]
    game = _settled(solution.game, found)
    rows = exact_profile(found.profile)
    is_logit = found.certificate.condition == "quantal_response"
    return {
        "profile": _profile(game, rows),
        "free": _free(game, found),
        **_beliefs(solution.game, found, rows),
        "payoffs": dict(zip(game.players, texts(_expected(game, rows)), strict=True)),
        "paths": [_path(path) for path in found.paths],
        "verdicts": dict(found.verdicts),
        "condition": found.certificate.condition,
        "tolerance": tolerance([*found.profile, *(found.beliefs or ()), *(item.probabilities for item in found.posteriors)]),
        "precision": _precision(solution, number) if is_logit else None,
        "incentives": [incentive(item) for item in found.certificate.incentives],
        "regret": None if is_logit else str(found.certificate.regret),
    }


def _profile(game: Game, rows: Rows) -> Document:
    if isinstance(game, ExtensiveFormGame):
        named = [dict(zip(place.actions, texts(row), strict=True)) for place, row in zip(game.information_sets, rows, strict=True)]
        return _by_information_set(game, named)
    return {
        player: dict(zip(names, texts(row), strict=True)) for player, names, row in zip(game.players, game.strategies, rows, strict=True)
    }


def _free(game: Game, found: Equilibrium) -> list[list[str]]:
    if not isinstance(game, ExtensiveFormGame):
        return []
    places = [game.information_sets[number] for number in sorted(found.free)]
    return [[game.players[place.player], place.name] for place in places]


def _settled(game: Game, found: Equilibrium) -> Game:
    """Return the game in which an equilibrium has payoffs: with an audience, the one that its beliefs make of it."""
    if isinstance(game, NormalFormGame) or game.audience is None:
        return game
    return settled(game, exact_profile([item.probabilities for item in found.posteriors]))


def _beliefs(game: Game, found: Equilibrium, rows: Rows) -> Document:
    """Return the beliefs, for each information set in the order of its nodes, and their distance from Bayes' rule on the path."""
    if found.beliefs is None or not isinstance(game, ExtensiveFormGame):
        return {"beliefs": None, "belief_intervals": [], "posteriors": [], "belief_error": None}
    beliefs = exact_profile(found.beliefs)
    posteriors = exact_profile([item.probabilities for item in found.posteriors])
    errors = _errors(beliefs, bayes_beliefs(game, rows))
    if game.audience is not None:
        errors += _errors(posteriors, bayes_posteriors(game, rows))
    intervals = [
        {
            "player": game.players[game.information_sets[place].player],
            "place": game.information_sets[place].name,
            "node": node,
            "lowest": str(Fraction(bounds[0])),
            "highest": str(Fraction(bounds[1])),
        }
        for (place, node), bounds in found.belief_intervals.items()
    ]
    return {
        "beliefs": _by_information_set(game, [texts(row) for row in beliefs]),
        "belief_intervals": intervals,
        "posteriors": [_posterior(item, row) for item, row in zip(found.posteriors, posteriors, strict=True)],
        "belief_error": str(max(errors, default=Fraction(0))),
    }


def _errors(stated: Rows, implied: Sequence[Sequence[Number] | None]) -> list[Fraction]:
    return [
        abs(given - Fraction(wanted))
        for row, bayes in zip(stated, implied, strict=True)
        if bayes is not None
        for given, wanted in zip(row, bayes, strict=True)
    ]


def _posterior(item: Posterior, row: Sequence[Fraction]) -> Document:
    return {
        "observation": item.observation,
        "probabilities": texts(row),
        "reached": item.reached,
        "ranges": [texts(bounds) for bounds in item.ranges],
    }


def _by_information_set(game: ExtensiveFormGame, rows: Sequence[object]) -> Document:
    found: dict[str, dict[str, object]] = {player: {} for player in game.players}
    for place, row in zip(game.information_sets, rows, strict=True):
        found[game.players[place.player]][place.name] = row
    return dict(found)


def _expected(game: Game, rows: Rows) -> list[Number]:
    if isinstance(game, ExtensiveFormGame):
        return list(node_values(game, rows)[0])
    worth = [strategy_values(game, rows, player) for player in range(len(game.players))]
    return [sum((p * value for p, value in zip(row, values, strict=True)), Fraction(0)) for row, values in zip(rows, worth, strict=True)]


def _path(path: Path) -> Document:
    return {"actions": list(path.actions), "outcome": path.outcome, "reading": path.reading, "probability": str(Fraction(path.probability))}


def _precision(solution: Solution, number: int) -> str:
    """Return the precision at which a logit equilibrium was computed; its finding has it."""
    return str(exact(solution.findings[number].details["precision"]))


def _component(solution: Solution, component: Component) -> Document:
    game = solution.game
    places = _places(game)
    payoffs, intervals = component.payoffs, component.intervals
    if not all(isinstance(bound, Fraction) for bounds in (*payoffs, *intervals.values()) for bound in bounds):
        payoffs, intervals = _exact_bounds(solution, component)
    return {
        "equilibria": list(component.equilibria),
        "pieces": [list(piece) for piece in component.pieces],
        "payoffs": {player: texts(bounds) for player, bounds in zip(game.players, payoffs, strict=True)},
        "outcomes": {name: texts(bounds) for name, bounds in component.outcomes.items()},
        "intervals": [
            {
                "player": places[row][0],
                "place": places[row][1],
                "action": places[row][2][action],
                "lowest": str(Fraction(bounds[0])),
                "highest": str(Fraction(bounds[1])),
            }
            for (row, action), bounds in intervals.items()
        ],
    }


def _exact_bounds(
    solution: Solution, component: Component
) -> tuple[tuple[tuple[Number, Number], ...], dict[tuple[int, int], tuple[Number, Number]]]:
    """Return the bounds of payoffs and probabilities as those of the written profiles: rounded ones would differ in late digits."""
    members = [solution.equilibria[number] for number in component.equilibria]
    profiles = [exact_profile(member.profile) for member in members]
    games = [_settled(solution.game, member) for member in members]
    payoffs = zip(*(_expected(game, rows) for game, rows in zip(games, profiles, strict=True)), strict=True)
    intervals: dict[tuple[int, int], tuple[Number, Number]] = {}
    for row, action in component.intervals:
        chances = [rows[row][action] for rows, member in zip(profiles, members, strict=True) if row not in member.free]
        intervals[row, action] = min(chances), max(chances)
    return tuple((min(column), max(column)) for column in payoffs), intervals


def _places(game: Game) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return for each row of a profile its player, the place where it is played and the actions."""
    if isinstance(game, ExtensiveFormGame):
        return [(game.players[place.player], place.name, place.actions) for place in game.information_sets]
    return [(player, "strategy", names) for player, names in zip(game.players, game.strategies, strict=True)]
