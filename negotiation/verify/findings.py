"""Stored results that are no strategy profiles: distributions over cells, rounds of deletion, and statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from negotiation.verify.document import NO_TOLERANCE, TOLERANCE, Item

__all__ = ["Deletion", "StoredDeletions", "StoredDistribution", "StoredFinding", "StoredIncentive", "StoredStatement", "StoredSurvivors",
           "read_finding", "read_incentive", "read_tolerance"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredIncentive:
    """A claimed inequality: both sides and their difference, payoff unit."""

    player: str
    place: str
    alternative: str
    value: Fraction
    alternative_value: Fraction
    slack: Fraction


@dataclass(frozen=True, slots=True)
class StoredDistribution:
    """A claimed correlated equilibrium: the cells that have positive probability, by one strategy for each player."""

    place: str
    name: str
    cells: tuple[tuple[tuple[str, ...], Fraction], ...]
    payoffs: tuple[Fraction, ...]
    incentives: tuple[StoredIncentive, ...]
    error: Fraction
    tolerance: Fraction


@dataclass(frozen=True, slots=True)
class Deletion:
    """A claim that a strategy is worse than a mixture by at least ``margin``, whatever the others do that is left."""

    player: str
    strategy: str
    mixture: tuple[tuple[str, Fraction], ...]
    margin: Fraction


@dataclass(frozen=True, slots=True)
class StoredDeletions:
    """One round of iterated dominance."""

    place: str
    name: str
    deletions: tuple[Deletion, ...]


@dataclass(frozen=True, slots=True)
class StoredSurvivors:
    """The strategies that iterated dominance leaves, for each player."""

    place: str
    name: str
    survivors: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """A result that can be told but not checked from the game alone."""

    place: str
    name: str


StoredFinding: TypeAlias = StoredDistribution | StoredDeletions | StoredSurvivors | StoredStatement

KINDS = {
    "distribution": ("cells", "payoffs", "incentives", "error", "tolerance"),
    "deletions": ("deletions",),
    "survivors": ("survivors",),
    "statement": ("payoffs", "error"),
}


def read_finding(item: Item, players: Sequence[str]) -> StoredFinding:
    """Return a finding; whether its strategies are those of the game is for the check to say.

    Raises
    ------
    CertificateError
        If a part is not of the format.
    """
    kind = item.mapping().get("kind", Item(None, f"{item.place}.kind")).one_of(KINDS)
    parts = item.record("kind", "name", "summary", *KINDS[kind])
    parts["summary"].text()
    place, name = item.place, parts["name"].text()
    match kind:
        case "distribution":
            return _distribution(parts, place, name, players)
        case "deletions":
            return StoredDeletions(place, name, tuple(_deletion(entry, players) for entry in parts["deletions"].entries()))
        case "survivors":
            return StoredSurvivors(place, name, parts["survivors"].keyed(players, Item.texts))
    if parts["payoffs"].value is not None:
        parts["payoffs"].keyed(players, Item.number)
    if parts["error"].value is not None:
        parts["error"].number()
    return StoredStatement(place, name)


def read_incentive(item: Item, players: Sequence[str]) -> StoredIncentive:
    """Return one stated inequality."""
    parts = item.record("player", "place", "alternative", "value", "alternative_value", "slack")
    return StoredIncentive(
        parts["player"].one_of(players),
        parts["place"].text(),
        parts["alternative"].text(),
        parts["value"].number(),
        parts["alternative_value"].number(),
        parts["slack"].number(),
    )


def read_tolerance(item: Item) -> Fraction:
    """Return one of the two tolerances."""
    if item.number() not in (NO_TOLERANCE, TOLERANCE):
        raise item.fault(f"must be {NO_TOLERANCE} (exact) or {TOLERANCE} (computed in doubles)")
    return item.number()


def _distribution(parts: dict[str, Item], place: str, name: str, players: Sequence[str]) -> StoredDistribution:
    cells = []
    for entry in parts["cells"].entries():
        cell = entry.record("strategies", "probability")
        cells.append((cell["strategies"].keyed(players, Item.text), cell["probability"].number()))
    return StoredDistribution(
        place,
        name,
        tuple(cells),
        parts["payoffs"].keyed(players, Item.number),
        tuple(read_incentive(entry, players) for entry in parts["incentives"].entries()),
        parts["error"].number(),
        read_tolerance(parts["tolerance"]),
    )


def _deletion(item: Item, players: Sequence[str]) -> Deletion:
    parts = item.record("player", "strategy", "dominated_by", "margin")
    mixture = tuple((name, weight.number()) for name, weight in parts["dominated_by"].mapping().items())
    return Deletion(parts["player"].one_of(players), parts["strategy"].text(), mixture, parts["margin"].number())
