"""Certificates as documents: a game in full and, for each equilibrium, everything that a reader needs to check it himself.

The document is JSON. Every number of the game and of what is claimed is an exact text such as ``"2/3"``; a profile that was
computed in doubles is written as the rational that it is, rows made to sum to one, with the tolerance beside it. The form is
read and checked by ``negotiation.verify``, which knows no solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from negotiation.exact.obedience import obedience_violation
from negotiation.games.behaviour import node_values
from negotiation.games.certificate import Incentive, bayes_beliefs, exact_profile, strategy_values
from negotiation.games.extensive_form import Chance, Decision, ExtensiveFormGame, Node
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import ExactArray, Number, exact
from negotiation.games.plans import as_normal_form
from negotiation.games.solution import Component, Equilibrium, Finding, Game, Path, Solution
from negotiation.verify.document import FORMAT, NO_TOLERANCE, TOLERANCE, VERSION, digest

__all__ = ["certificate_document", "game_document"]

Rows: TypeAlias = tuple[tuple[Fraction, ...], ...]
Document: TypeAlias = dict[str, object]


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


def game_document(game: Game) -> Document:
    """Return a game in full, as JSON-able data."""
    readings = [{"name": reading.name, "patterns": [list(pattern) for pattern in reading.patterns]} for reading in game.readings]
    if isinstance(game, NormalFormGame):
        return {
            "form": "matrix",
            "title": game.title,
            "players": list(game.players),
            "strategies": [list(names) for names in game.strategies],
            "payoffs": _nested(game.exact_payoffs),
            "outcomes": None if game.outcomes is None else _nested(game.outcomes),
            "readings": readings,
        }
    return {
        "form": "tree",
        "title": game.title,
        "players": list(game.players),
        "information_sets": [
            {"name": place.name, "player": game.players[place.player], "actions": list(place.actions), "type": place.type}
            for place in game.information_sets
        ],
        "nodes": [_node(node) for node in game.nodes],
        "readings": readings,
        "type_moves": sorted(game.type_moves),
    }


def _nested(array: ExactArray) -> object:
    return str(array) if not isinstance(array, np.ndarray) else [_nested(part) for part in array]


def _node(node: Node) -> Document:
    if isinstance(node, Decision):
        return {"kind": "decision", "information_set": node.information_set, "children": list(node.children)}
    if isinstance(node, Chance):
        return {
            "kind": "chance",
            "actions": list(node.actions),
            "probabilities": _texts(node.probabilities),
            "children": list(node.children),
        }
    return {"kind": "end", "outcome": node.outcome, "payoffs": _texts(node.payoffs)}


def _solution(solution: Solution, game: str) -> Document:
    listed = {"equilibria": solution.equilibria, "components": solution.components, "findings": solution.findings}
    return {
        "concept": solution.concept,
        "game": game,
        "method": solution.method,
        "notes": list(solution.notes),
        "complete": solution.complete,
        "enumerated": solution.method if solution.complete else "",
        "counts": {name: len(items) for name, items in listed.items()},
        "equilibria": [_equilibrium(solution, number) for number in range(len(solution.equilibria))],
        "components": [_component(solution, component) for component in solution.components],
        "findings": [_finding(solution, finding) for finding in solution.findings],
    }


def _equilibrium(solution: Solution, number: int) -> Document:
    game, found = solution.game, solution.equilibria[number]
    rows = exact_profile(found.profile)
    is_logit = found.certificate.condition == "quantal_response"
    return {
        "profile": _profile(game, rows),
        "free": _free(game, found),
        **_beliefs(game, found, rows),
        "payoffs": dict(zip(game.players, _texts(_expected(game, rows)), strict=True)),
        "paths": [_path(path) for path in found.paths],
        "verdicts": dict(found.verdicts),
        "condition": found.certificate.condition,
        "tolerance": _tolerance([*found.profile, *(found.beliefs or ())]),
        "precision": _precision(solution, number) if is_logit else None,
        "incentives": [_incentive(item) for item in found.certificate.incentives],
        "regret": None if is_logit else str(found.certificate.regret),
    }


def _profile(game: Game, rows: Rows) -> Document:
    if isinstance(game, ExtensiveFormGame):
        named = [dict(zip(place.actions, _texts(row), strict=True)) for place, row in zip(game.information_sets, rows, strict=True)]
        return _by_information_set(game, named)
    return {
        player: dict(zip(names, _texts(row), strict=True)) for player, names, row in zip(game.players, game.strategies, rows, strict=True)
    }


def _free(game: Game, found: Equilibrium) -> list[list[str]]:
    if not isinstance(game, ExtensiveFormGame):
        return []
    places = [game.information_sets[number] for number in sorted(found.free)]
    return [[game.players[place.player], place.name] for place in places]


def _beliefs(game: Game, found: Equilibrium, rows: Rows) -> Document:
    """Return the beliefs, for each information set in the order of its nodes, and their distance from Bayes' rule on the path."""
    if found.beliefs is None or not isinstance(game, ExtensiveFormGame):
        return {"beliefs": None, "belief_error": None}
    beliefs = exact_profile(found.beliefs)
    errors = [
        abs(Fraction(given) - Fraction(implied))
        for row, bayes in zip(beliefs, bayes_beliefs(game, rows), strict=True)
        if bayes is not None
        for given, implied in zip(row, bayes, strict=True)
    ]
    return {"beliefs": _by_information_set(game, [_texts(row) for row in beliefs]), "belief_error": str(max(errors, default=Fraction(0)))}


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


def _incentive(item: Incentive) -> Document:
    return {
        "player": item.player,
        "place": item.place,
        "alternative": item.alternative,
        "value": str(item.value),
        "alternative_value": str(item.alternative_value),
        "slack": str(item.slack),
    }


def _tolerance(rows: Iterable[Iterable[Number]]) -> str:
    is_exact = all(isinstance(p, Fraction) for row in rows for p in row)
    return str(NO_TOLERANCE if is_exact else TOLERANCE)


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
        "payoffs": {player: _texts(bounds) for player, bounds in zip(game.players, payoffs, strict=True)},
        "outcomes": {name: _texts(bounds) for name, bounds in component.outcomes.items()},
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
    payoffs = zip(*(_expected(solution.game, rows) for rows in profiles), strict=True)
    intervals: dict[tuple[int, int], tuple[Number, Number]] = {}
    for row, action in component.intervals:
        chances = [rows[row][action] for rows, member in zip(profiles, members, strict=True) if row not in member.free]
        intervals[row, action] = min(chances), max(chances)
    return tuple((min(column), max(column)) for column in payoffs), intervals


def _finding(solution: Solution, finding: Finding) -> Document:
    """Return a result that is no profile: as a distribution, as deletions or survivors where it is one, else as a statement."""
    common = {"name": finding.name, "summary": finding.summary}
    details = finding.details
    if solution.concept == "correlated":
        return {"kind": "distribution", **common, **_distribution(solution.game, _listed(details["cells"]))}
    if solution.concept == "rationalizable" and "survivors" in details:
        survivors = {player: _listed(names) for player, names in _mapped(details["survivors"]).items()}
        return {"kind": "survivors", **common, "survivors": survivors}
    if solution.concept == "rationalizable":
        deletions = [
            _deletion(player, _mapped(entry)) for player, entries in _mapped(details["deleted"]).items() for entry in _listed(entries)
        ]
        return {"kind": "deletions", **common, "deletions": deletions}
    players = solution.game.players
    payoffs = None if finding.payoffs is None else dict(zip(players, _texts(finding.payoffs), strict=True))
    return {"kind": "statement", **common, "payoffs": payoffs, "error": None if finding.error is None else str(Fraction(finding.error))}


def _distribution(game: Game, cells: Sequence[object]) -> Document:
    form, _ = as_normal_form(game)
    entries = [_mapped(cell) for cell in cells]
    given = [_number(entry["probability"]) for entry in entries]
    (chances,) = exact_profile([given])
    distribution = np.full(form.exact_payoffs.shape[1:], Fraction(0), dtype=object)
    for entry, p in zip(entries, chances, strict=True):
        distribution[tuple(names.index(str(entry[player])) for player, names in zip(form.players, form.strategies, strict=True))] = p
    payoffs = [Fraction((form.exact_payoffs[player] * distribution).sum()) for player in range(len(form.players))]
    return {
        "cells": [
            {"strategies": {player: entry[player] for player in form.players}, "probability": str(p)}
            for entry, p in zip(entries, chances, strict=True)
        ],
        "payoffs": dict(zip(form.players, _texts(payoffs), strict=True)),
        "incentives": [_incentive(item) for item in _obedience(form, distribution)],
        "error": str(obedience_violation(form, distribution)),
        "tolerance": _tolerance([given]),
    }


def _obedience(game: NormalFormGame, distribution: ExactArray) -> list[Incentive]:
    """Return for each strategy that a player may be told what obeying and each other strategy earn, times the chance of being told."""
    found = []
    for player, names in enumerate(game.strategies):
        weights = np.moveaxis(distribution, player, 0).reshape(len(names), -1)
        earned = weights @ np.moveaxis(game.exact_payoffs[player], player, 0).reshape(len(names), -1).T
        for told, other in np.ndindex(len(names), len(names)):
            if told != other and weights[told].any():
                value, gain = Fraction(earned[told, told]), Fraction(earned[told, other])
                found.append(Incentive(game.players[player], f"told {names[told]}", names[other], value, gain))
    return found


def _deletion(player: str, entry: Mapping[str, object]) -> Document:
    mixture = {name: str(_number(weight)) for name, weight in _mapped(entry["dominated_by"]).items()}
    return {"player": player, "strategy": entry["strategy"], "dominated_by": mixture, "margin": str(_number(entry["margin"]))}


def _places(game: Game) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return for each row of a profile its player, the place where it is played and the actions."""
    if isinstance(game, ExtensiveFormGame):
        return [(game.players[place.player], place.name, place.actions) for place in game.information_sets]
    return [(player, "strategy", names) for player, names in zip(game.players, game.strategies, strict=True)]


def _texts(numbers: Iterable[Number]) -> list[str]:
    return [str(Fraction(number)) for number in numbers]


def _mapped(value: object) -> Mapping[str, object]:
    """Return a part of a finding's details that is a mapping."""
    if not isinstance(value, Mapping):
        raise TypeError(f"expected a mapping among a finding's details, got {type(value).__name__}")
    return value


def _listed(value: object) -> list[object]:
    """Return a part of a finding's details that is a list."""
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"expected a list among a finding's details, got {type(value).__name__}")
    return list(value)


def _number(value: object) -> Number:
    """Return a part of a finding's details that is a number."""
    if not isinstance(value, (Fraction, float)):
        raise TypeError(f"expected a number among a finding's details, got {type(value).__name__}")
    return value
