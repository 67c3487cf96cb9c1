"""Results as documents: JSON-able data with stable keys.

Numbers are floats, or with ``exact`` strings such as ``"2/3"`` where the number is known exactly. Nothing is NaN or infinite.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from negotiation.exact.ecology import Ecology
from negotiation.games.distribution import Distribution
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.numbers import Number
from negotiation.games.record import Estimate, Record
from negotiation.games.solution import Component, Equilibrium, Finding, Game, Solution
from negotiation.games.tournament import CONFIDENCE, Interval, Standing, Tournament
from negotiation.provenance import provenance
from negotiation.selection import Panel
from negotiation.sources import Source

__all__ = ["Document", "as_json", "distribution_document", "panel_document", "record_document", "solution_document", "tournament_document"]

#: What ``json`` writes without further ado.
Document: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Writer:
    """How numbers are written: exactly or as floats."""

    exact: bool

    def number(self, number: Number) -> float | str:
        if self.exact and isinstance(number, (Fraction, int)):
            return str(number)
        return float(number)

    def by(self, names: Iterable[str], numbers: Iterable[Number]) -> dict[str, float | str]:
        return {name: self.number(number) for name, number in zip(names, numbers, strict=True)}

    def plain(self, value: object) -> object:
        """Return the details of a finding, which hold numbers, text, lists and mappings, as JSON-able data."""
        if isinstance(value, Mapping):
            return {str(key): self.plain(part) for key, part in value.items()}
        if isinstance(value, np.ndarray):
            return self.plain(value.tolist())
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.plain(part) for part in value]
        if isinstance(value, (Fraction, np.floating)) or (isinstance(value, float) and np.isfinite(value)):
            return self.number(value if isinstance(value, Fraction) else float(value))
        if value is None or isinstance(value, (bool, int, str)):
            return value
        return str(value)


def as_json(document: Document, *, indent: int | None = 2) -> str:
    """Return a document as JSON text, keys in the order of the document."""
    return json.dumps(document, indent=indent, ensure_ascii=False, allow_nan=False)


def solution_document(solution: Solution, source: Source, *, exact: bool = False, command: Sequence[str] = ()) -> Document:
    """Return a solution with where it came from.

    ``equilibria`` have ``behaviour`` by player, information set and action (trees) or ``profile`` by player and strategy
    (games in normal form). ``free`` lists the information sets at which anything may stand: their player's own earlier
    choices never lead there. ``components`` refer to equilibria by their place in the list, counted from 0.
    """
    write = _Writer(exact)
    game = solution.game
    return {
        **_head(source, write),
        "concept": solution.concept,
        "options": write.plain(solution.options),
        "complete": solution.complete,
        "scope": solution.scope or None,
        "equilibria": [_equilibrium(game, equilibrium, write) for equilibrium in solution.equilibria],
        "components": [_component(game, component, write) for component in solution.components],
        "findings": [_finding(game, finding, write) for finding in solution.findings],
        "notes": list(solution.notes),
        "method": solution.method,
        "provenance": provenance(file=source.file, digest=source.digest, command=command),
    }


def panel_document(panel: Panel) -> Document:
    """Return the outcomes of a solution side by side; equilibria and outcomes are numbered from 0."""
    return {
        "outcomes": [
            {
                "equilibria": list(row.outcome.equilibria),
                "payoffs": [float(payoff) for payoff in row.outcome.payoffs],
                "reading": row.outcome.reading,
                "payoff_dominates": list(row.payoff_dominates),
                "payoff_dominated_by": list(row.payoff_dominated_by),
                "risk_dominant": row.is_risk_dominant,
                "logit_limit": row.is_logit_limit,
                "basins": [
                    {"populations": basin.populations, "share": basin.share, "standard_error": basin.standard_error} for basin in row.basins
                ],
                "refinements": [dict(variant.refinements) for variant in row.variants],
            }
            for row in panel.rows
        ],
        "samples": panel.samples,
        "seed": panel.seed,
        "notes": list(panel.notes),
    }


def record_document(record: Record, source: Source, *, command: Sequence[str] = ()) -> Document:
    """Return a record's summary with where it came from; shares are of replications, or of rounds where the key says so.

    With a clock there is also ``time``, and ``channels`` where there are several, each with the keys of a record.
    """
    match = record.match
    return {
        **_head(source, _Writer(exact=False)),
        "ends": record.ends,
        "payoffs": {name: _estimate(found) for name, found in record.payoff_estimates.items()},
        "rounds": _estimate(record.round_estimate),
        "outcomes_of_rounds": record.outcomes,
        "readings_of_rounds": record.readings,
        **_times(record),
        "replications": record.replications,
        "replications_asked_for": match.replications,
        "complete": record.is_complete,
        "seed": record.seed,
        "engine": record.engine,
        "notes": list(record.notes),
        "provenance": provenance(file=source.file, digest=source.digest, command=command, seed=record.seed, engine=record.engine),
    }


def _times(record: Record) -> dict[str, object]:
    """Return how long it took and why it ended, and what happened in each channel."""
    timing, elapsed = record.timing, record.elapsed_estimate
    if timing is None or elapsed is None:
        return {}
    time = {"unit": timing.unit, "elapsed": _estimate(elapsed), "causes": timing.causes}
    channels = {channel.name: _channel(part) for channel, part in zip(record.match.channels, record.channels, strict=True)}
    return {"time": time, "channels": channels} if channels else {"time": time}


def _channel(record: Record) -> dict[str, object]:
    return {
        "ends": record.ends,
        "payoffs": {name: _estimate(found) for name, found in record.payoff_estimates.items()},
        "rounds": _estimate(record.round_estimate),
        "outcomes_of_rounds": record.outcomes,
        "readings_of_rounds": record.readings,
        **_times(record),
    }


def distribution_document(found: Distribution, source: Source, *, command: Sequence[str] = ()) -> Document:
    """Return the exact distribution of what a match comes to, with where it came from.

    The keys are those of a record; nothing was sampled, so standard errors, ``replications`` and ``seed`` are None. ``lengths``
    has the probability of 1, 2, ... rounds, and ``longer`` that of more.
    """
    return {
        **_head(source, _Writer(exact=False)),
        "ends": found.ends,
        "payoffs": {name: _estimate(value) for name, value in found.payoff_estimates.items()},
        "rounds": {**_estimate(found.round_estimate), "standard_deviation": found.round_deviation},
        "lengths": found.lengths.tolist(),
        "longer": found.longer,
        "outcomes_of_rounds": found.outcomes,
        "readings_of_rounds": found.readings,
        "replications": None,
        "complete": True,
        "seed": None,
        "engine": found.engine,
        "notes": list(found.notes),
        "provenance": provenance(file=source.file, digest=source.digest, command=command, engine=found.engine),
    }


def tournament_document(tournament: Tournament, ecology: Ecology, source: Source, *, command: Sequence[str] = ()) -> Document:
    """Return a tournament with where it came from.

    ``rankings`` has one ranking for each role, or a single one under ``"all roles"`` in a symmetric game. ``mean_payoffs`` has
    an axis for each role, in the order of ``roles``, with the entrants in the order of ``entrants``; in a symmetric game the
    axes are an entrant and its opponent. ``shares`` has a row for each generation from 0 on.
    """
    names = [role or "all roles" for role in tournament.rankings]
    terms = tournament.terms
    return {
        **_head(source, _Writer(exact=False)),
        "roles": list(tournament.roles),
        "symmetric": tournament.is_symmetric,
        "entrants": {role: [one.name for one in fit] for role, fit in zip(tournament.roles, tournament.entrants, strict=True)},
        "rankings": {role or "all roles": [_standing(one) for one in found] for role, found in tournament.standings.items()},
        "confidence": CONFIDENCE,
        "mean_payoffs": {name: means.tolist() for name, means in zip(names, tournament.means, strict=True)},
        "ecology": {
            name: {
                "background": ecology.background[place],
                "survivors": [tournament.entrants[place][one].name for one in ecology.survivors(place)],
                "shares": ecology.shares[place].tolist(),
            }
            for place, name in enumerate(names)
        },
        "left_out": [{"entrant": one.name, "role": one.role, "reason": one.reason} for one in tournament.left_out],
        "replications": tournament.replications,
        "replications_asked_for": terms.replications,
        "complete": tournament.is_complete,
        "rounds": tournament.repetition.rounds,
        "continuation": tournament.repetition.continuation,
        "noise": terms.noise,
        "seed": terms.seed,
        "notes": list(tournament.notes),
        "provenance": provenance(file=source.file, digest=source.digest, command=command, seed=terms.seed, engine=terms.engine),
    }


def _standing(one: Standing) -> Document:
    return {
        "place": one.place,
        "entrant": one.entrant.name,
        "strategy": one.entrant.strategy,
        "options": {name: list(value) if isinstance(value, tuple) else value for name, value in one.entrant.options},
        "score": _interval(one.score),
        "lead": None if one.lead is None else _interval(one.lead),
        "worst": one.worst,
        "best": one.best,
    }


def _interval(found: Interval) -> dict[str, float | None]:
    return {"mean": found.mean, "standard_error": found.standard_error, "low": found.low, "high": found.high}


def _head(source: Source, write: _Writer) -> dict[str, object]:
    return {
        "scenario": source.name,
        "title": source.title,
        "variant": source.variant,
        "parameters": {name: write.number(value) for name, value in source.values.items()},
    }


def _estimate(found: Estimate) -> dict[str, float | None]:
    return {"mean": found.mean, "standard_error": found.standard_error}


def _equilibrium(game: Game, found: Equilibrium, write: _Writer) -> dict[str, object]:
    return {
        "payoffs": write.by(game.players, found.payoffs),
        **_play(game, found, write),
        "beliefs": None if found.beliefs is None or not isinstance(game, ExtensiveFormGame) else _beliefs(game, found.beliefs, write),
        "belief_intervals": _belief_intervals(game, found, write),
        "posteriors": [
            {
                "observation": posterior.observation,
                "probabilities": write.by(_watched_types(game), posterior.probabilities),
                "reached": posterior.reached,
                "ranges_of_first_type": [[write.number(bound) for bound in bounds] for bounds in posterior.ranges],
            }
            for posterior in found.posteriors
        ],
        "path": None if found.path is None else list(found.path),
        "paths": [
            {"actions": list(path.actions), "outcome": path.outcome, "reading": path.reading, "probability": write.number(path.probability)}
            for path in found.paths
        ],
        "outcomes": {name: write.number(number) for name, number in found.outcomes.items()},
        "reading": found.reading,
        "pure": found.is_pure,
        "verdicts": dict(found.verdicts),
        "condition": found.certificate.condition,
        "regret": write.number(found.regret),
    }


def _play(game: Game, found: Equilibrium, write: _Writer) -> dict[str, object]:
    if not isinstance(game, ExtensiveFormGame):
        rows = zip(game.players, game.strategies, found.profile, strict=True)
        return {"profile": {player: write.by(names, row) for player, names, row in rows}}
    behaviour: dict[str, dict[str, object]] = {player: {} for player in game.players}
    for place, row in zip(game.information_sets, found.profile, strict=True):
        behaviour[game.players[place.player]][place.name] = write.by(place.actions, row)
    free = [(game.players[place.player], place.name) for number, place in enumerate(game.information_sets) if number in found.free]
    return {"behaviour": behaviour, "free": [{"player": player, "information_set": name} for player, name in free]}


def _beliefs(game: ExtensiveFormGame, beliefs: Sequence[Sequence[Number]], write: _Writer) -> Document:
    """Return by player and information set the probability of each history (all moves from the root, private ones too)."""
    found: dict[str, dict[str, object]] = {player: {} for player in game.players}
    for place, nodes, row in zip(game.information_sets, game.members, beliefs, strict=True):
        names = [" > ".join(game.actions_at(parent)[action] for parent, action in game.moves_to(node)) or "start" for node in nodes]
        found[game.players[place.player]][place.name] = write.by(names, row)
    return found


def _belief_intervals(game: Game, found: Equilibrium, write: _Writer) -> list[dict[str, object]]:
    """Return the lowest and the highest belief at each node for which several support the equilibrium."""
    if not isinstance(game, ExtensiveFormGame):
        return []
    rows: list[dict[str, object]] = []
    for (place, number), bounds in found.belief_intervals.items():
        rule, node = game.information_sets[place], game.members[place][number]
        history = " > ".join(game.actions_at(parent)[action] for parent, action in game.moves_to(node)) or "start"
        named = {"player": game.players[rule.player], "information_set": rule.name, "history": history}
        rows.append({**named, "probability": [write.number(bound) for bound in bounds]})
    return rows


def _watched_types(game: Game) -> tuple[str, ...]:
    return game.audience.types if isinstance(game, ExtensiveFormGame) and game.audience is not None else ()


def _component(game: Game, component: Component, write: _Writer) -> dict[str, object]:
    def pair(bounds: tuple[Number, Number]) -> list[float | str]:
        return [write.number(bound) for bound in bounds]

    return {
        "equilibria": list(component.equilibria),
        "pieces": [list(piece) for piece in component.pieces],
        "payoffs": {player: pair(bounds) for player, bounds in zip(game.players, component.payoffs, strict=True)},
        "outcomes": {name: pair(bounds) for name, bounds in component.outcomes.items()},
        "intervals": [{**_cell(game, row, action), "probability": pair(bounds)} for (row, action), bounds in component.intervals.items()],
    }


def _cell(game: Game, row: int, action: int) -> dict[str, str]:
    if isinstance(game, ExtensiveFormGame):
        place = game.information_sets[row]
        return {"player": game.players[place.player], "information_set": place.name, "action": place.actions[action]}
    return {"player": game.players[row], "strategy": game.strategies[row][action]}


def _finding(game: Game, finding: Finding, write: _Writer) -> dict[str, object]:
    return {
        "name": finding.name,
        "summary": finding.summary,
        "payoffs": None if finding.payoffs is None else write.by(game.players, finding.payoffs),
        "details": write.plain(finding.details),
        "error": None if finding.error is None else write.number(finding.error),
    }
