"""Regimes as JSON-able data with stable keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isnan

from negotiation.boundaries.branch import Branch, BranchEnd
from negotiation.boundaries.conditions import Conditions, Inequality, Requirement
from negotiation.boundaries.correspondence import Correspondence
from negotiation.boundaries.line import Regimes, Region, Threshold
from negotiation.boundaries.plane import Plane, Row
from negotiation.boundaries.reasons import Change, Flip
from negotiation.exact.real_points import RealPoint
from negotiation.games.certificate import Certificate
from negotiation.games.numbers import Number
from negotiation.games.solution import Equilibrium

__all__ = [
    "CONDITIONS_FORMAT",
    "CORRESPONDENCE_FORMAT",
    "FORMAT",
    "PLANE_FORMAT",
    "VERSION",
    "conditions_document",
    "correspondence_document",
    "plane_document",
    "regimes_document",
]

FORMAT = "negotiation regimes"
CONDITIONS_FORMAT = "negotiation conditions"
PLANE_FORMAT = "negotiation regimes in a plane"
CORRESPONDENCE_FORMAT = "negotiation correspondence"

#: Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1


def regimes_document(found: Regimes, *, provenance: Mapping[str, object]) -> Mapping[str, object]:
    """Return regimes as a document; ``thresholds[i]`` stands between ``regions[i]`` and ``regions[i + 1]``.

    A point has ``value`` (the nearest float) and ``exact``: a rational such as ``"58/7"``, or null where no rational is the
    point; then ``minimal_polynomial`` has its coefficients, lowest power first, and the point is the only root of it strictly
    between the two rationals of ``bounds``. Where ``exact`` of the document is false, thresholds were closed in by solving: what
    holds before one holds up to the first rational of ``bracket`` at least, what holds beyond it from the second on. In
    certificates every number is exact, as text. ``provenance`` says where the result comes from (``negotiation.provenance``).
    """
    line = found.line
    return {
        "format": FORMAT,
        "version": VERSION,
        "scenario": line.scenario.name,
        "title": line.scenario.title,
        "variant": found.variant,
        "concept": found.concept,
        "parameters": {name: float(value) for name, value in line.values.items() if name != line.axis},
        "axis": {"name": line.axis, "low": float(line.low), "high": float(line.high), "about": line.scenario.parameters[line.axis].about},
        "regions": [_region(each, line.scenario.players) for each in found.regions],
        "ends": [_threshold(each) for each in found.ends],
        "thresholds": [_threshold(each) for each in found.thresholds],
        "complete": not found.resolution,
        "exact": not found.resolution,
        "resolution": found.resolution or None,
        "first_grid": found.first or None,
        "notes": list(found.notes),
        "stretches": found.stretches,
        "points": found.points,
        "provenance": dict(provenance),
    }


def _point(point: RealPoint) -> dict[str, object]:
    found: dict[str, object] = {"value": float(point), "exact": None if point.exact is None else str(point.exact)}
    if point.minimal is not None:
        found["minimal_polynomial"] = [str(each) for each in point.minimal.coeffs()]
        found["bounds"] = [str(point.low), str(point.high)]
    return found


def _region(region: Region, players: Sequence[str]) -> dict[str, object]:
    return {
        "low": _point(region.low),
        "high": _point(region.high),
        "readings": list(region.readings),
        "paths": [list(path) for path in region.paths],
        "witness": str(region.witness),
        "equilibria": [_equilibrium(each, players) for each in region.equilibria],
        "all_equilibria": region.complete,
    }


def _equilibrium(found: Equilibrium, players: Sequence[str]) -> dict[str, object]:
    return {
        "paths": [{"actions": list(path.actions), "reading": path.reading, "probability": _text(path.probability)} for path in found.paths],
        "payoffs": {player: _text(payoff) for player, payoff in zip(players, found.payoffs, strict=True)},
        "certificate": _certificate(found.certificate),
    }


def _certificate(found: Certificate) -> dict[str, object]:
    return {
        "condition": found.condition,
        "regret": str(found.regret),
        "inequalities": [
            {
                "player": each.player,
                "place": each.place,
                "alternative": each.alternative,
                "value": str(each.value),
                "alternative_value": str(each.alternative_value),
            }
            for each in found.incentives
        ],
    }


def _text(value: Number) -> str:
    return str(value if isinstance(value, Fraction) else Fraction(value))


def _threshold(threshold: Threshold) -> dict[str, object]:
    return {
        "at": _point(threshold.at),
        "readings": list(threshold.readings),
        "undefined": threshold.undefined or None,
        "flips": [_flip(each) for each in threshold.flips],
        "changes": [_change(each) for each in threshold.changes],
        "bracket": None if threshold.bracket is None else [str(end) for end in threshold.bracket],
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "equilibrium": change.equilibrium,
        "begins": change.begins,
        "player": change.player or None,
        "strategy": change.strategy or None,
        "inequality_is_about": ("probability" if change.is_share else "gain") if change.player else None,
        "condition": change.condition or None,
        "solved": change.solved or None,
        "one_side_of_a_choice": change.chose,
    }


def _flip(flip: Flip) -> dict[str, object]:
    return {
        "player": flip.player or None,
        "information_set": flip.information_set or None,
        "takes": flip.takes,
        "instead": flip.instead or None,
        "payoffs": flip.short or None,
        "condition": flip.condition or None,
        "solved": flip.solved or None,
        "one_side_of_a_choice": flip.chose,
    }


def conditions_document(found: Conditions, *, provenance: Mapping[str, object]) -> Mapping[str, object]:
    """Return general conditions as a document.

    All ``requirements`` of a play hold together; of the ``cases`` of each one holds, with all its own requirements (``when``).
    ``requirements`` is null where no values in the declared ranges lead to a play, and ``condition`` is null where none is needed.
    """
    return {
        "format": CONDITIONS_FORMAT,
        "version": VERSION,
        "scenario": found.scenario.name,
        "title": found.scenario.title,
        "ranges": {name: [str(end) for end in parameter.range] for name, parameter in found.scenario.parameters.items()},
        "plays": [
            {
                "reading": play.reading,
                "path": list(play.path),
                "outcome": play.outcome,
                "when": [_inequality(each) for each in play.when],
                "requirements": _requirements(play.requirements),
            }
            for play in found.plays
        ],
        "subgames": [
            {
                "path": list(subgame.path),
                "player": subgame.player,
                "courses": [{"actions": each.actions, "requirements": _requirements(each.requirements)} for each in subgame.courses],
            }
            for subgame in found.subgames
        ],
        "provenance": dict(provenance),
    }


def _requirements(found: Sequence[Requirement] | None) -> list[dict[str, object]] | None:
    if found is None:
        return None
    return [
        {
            "player": each.player,
            "information_set": each.information_set,
            "takes": each.takes,
            "instead": each.instead,
            "cases": [
                {
                    "course": case.course or None,
                    "condition": None if case.inequality is None else _inequality(case.inequality),
                    "when": _requirements(case.when),
                }
                for case in each.cases
            ],
        }
        for each in found
    ]


def _inequality(found: Inequality) -> dict[str, object]:
    return {"parameters": found.text, "payoffs": found.short or None}


def correspondence_document(found: Correspondence, *, provenance: Mapping[str, object]) -> Mapping[str, object]:
    """Return an equilibrium correspondence as a document.

    Points are written as in ``regimes_document``. ``steps`` has for each branch the values of the axis and of every quantity; null where
    a quantity has no value, as what somebody does where play does not come.
    """
    return {
        "format": CORRESPONDENCE_FORMAT,
        "version": VERSION,
        "scenario": found.scenario.name,
        "title": found.scenario.title,
        "variant": found.variant,
        "settings": {name: str(value) for name, value in found.settings.items()},
        "concept": found.concept,
        "axis": {"name": found.axis, "low": float(found.low), "high": float(found.high)},
        "exact": found.is_exact,
        "solves": found.points or None,
        "notes": list(found.notes),
        "quantities": list(found.quantities),
        "branches": [_branch(each) for each in found.branches],
        "provenance": dict(provenance),
    }


def _branch(found: Branch) -> dict[str, object]:
    return {
        "name": found.name,
        "pure": found.is_pure,
        "readings": list(found.readings),
        "low": _branch_end(found.low),
        "high": _branch_end(found.high),
        "formulas": dict(found.formulas),
        "folds": [float(found.at[step]) for step in found.folds],
        "steps": {
            "at": [float(value) for value in found.at],
            **{name: [None if isnan(value) else float(value) for value in values] for name, values in found.quantities.items()},
        },
    }


def _branch_end(found: BranchEnd) -> dict[str, object]:
    return {
        "at": _point(found.at),
        "how": found.how,
        "meets": list(found.meets),
        "changes": [_change(each) for each in found.changes],
        "flips": [_flip(each) for each in found.flips],
        "bracket": None if found.bracket is None else [str(end) for end in found.bracket],
    }


def plane_document(found: Plane, *, provenance: Mapping[str, object]) -> Mapping[str, object]:
    """Return regimes in a plane as a document: each line in both directions with its regions, and the exact boundaries."""
    return {
        "format": PLANE_FORMAT,
        "version": VERSION,
        "scenario": found.scenario.name,
        "title": found.scenario.title,
        "variant": found.variant,
        "across": found.across,
        "up": found.up,
        "rows": [_row(each) for each in found.rows],
        "columns": [_row(each) for each in found.columns],
        "boundaries": [
            {"where": text, "one_side": sorted(one), "other_side": sorted(other)} for text, (one, other) in sorted(found.boundaries.items())
        ],
        "exact": found.is_exact,
        "concept": found.rows[0].line.concept,
        "notes": list(found.notes),
        "solves": found.solves,
        "grid_of_the_same_resolution": found.grid,
        "provenance": dict(provenance),
    }


def _row(row: Row) -> dict[str, object]:
    regions = [{"low": _point(each.low), "high": _point(each.high), "readings": list(each.readings)} for each in row.line.regions]
    return {"at": str(row.value), "regions": regions}
