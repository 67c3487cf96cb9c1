"""Results that are no profiles, as JSON-able data: distributions, deletions, survivors, statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from negotiation.certificates.parts import Document, incentive, texts, tolerance
from negotiation.exact.obedience import obedience_violation
from negotiation.games.certificate import Incentive, exact_profile
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import ExactArray, Number
from negotiation.games.plans import as_normal_form
from negotiation.games.solution import Finding, Game, Solution

__all__ = ["finding_document"]


def finding_document(solution: Solution, finding: Finding) -> Document:
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
    payoffs = None if finding.payoffs is None else dict(zip(players, texts(finding.payoffs), strict=True))
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
        "payoffs": dict(zip(form.players, texts(payoffs), strict=True)),
        "incentives": [incentive(item) for item in _obedience(form, distribution)],
        "error": str(obedience_violation(form, distribution)),
        "tolerance": tolerance([given]),
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
