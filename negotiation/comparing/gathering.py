"""What was named becomes sides: files, variants, settings and theories, each combination once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TypeAlias

from negotiation.budget import Budget
from negotiation.comparing.sides import Side, Theory, side
from negotiation.comparing.stored import stored_sides
from negotiation.errors import ParameterError
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import show_number
from negotiation.games.solution import Solution
from negotiation.scenario.scenario import Scenario, Setting
from negotiation.solving import solve
from negotiation.sources import FOREIGN, Source, of_scenario, read, read_scenario

__all__ = ["STORED", "Comparable", "Points", "gather"]

#: What can stand on a side: a file, a scenario, a game, or an answer to one.
Comparable: TypeAlias = str | Path | Scenario | ExtensiveFormGame | NormalFormGame | Solution | Source | Side

#: The ending of stored results.
STORED = ".json"

#: What the file's own values are called.
OWN_VALUES = "the file's values"


@dataclass(frozen=True, slots=True)
class Points:
    """Alternatives at which each scenario is taken: every combination of a variant, a setting of parameters and a theory.

    Empty tuples stand for the file's own values and the usual concept.
    """

    variants: tuple[str, ...] = ()
    settings: tuple[Mapping[str, Setting], ...] = ()
    theories: tuple[Theory, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for beside the files themselves."""
        return not (self.variants or self.settings or self.theories)


def gather(things: Sequence[Comparable], points: Points, budget: Budget) -> tuple[Side, ...]:
    """Return the sides, labelled by what tells them apart.

    One scenario at one point is compared with itself as its file has it, which then comes first.

    Raises
    ------
    ParameterError
        If there is only one side, or variants or settings are given and no scenario is there to take them.
    """
    opened = [_open(thing) for thing in things]
    if (points.variants or points.settings) and not any(isinstance(thing, Scenario) for thing in opened):
        raise ParameterError("variants and settings belong to scenario files, and none is given")
    sides = [found for thing in opened for found in _sides(thing, points, budget)]
    if len(sides) == 1 and not points.is_empty and not isinstance(opened[0], Side | Solution):
        sides = [*_sides(opened[0], Points(), budget), *sides]
    if len(sides) < 2:
        raise ParameterError("there is nothing to compare with: name another file, variant, setting of parameters or concept")
    return _labelled(sides)


def _open(thing: Comparable) -> Scenario | Source | ExtensiveFormGame | NormalFormGame | Solution | Side | str:
    """Return what a path names; stored results stay paths."""
    if not isinstance(thing, str | Path):
        return thing
    ending = Path(thing).suffix.lower()
    if ending == STORED:
        return str(thing)
    return read(str(thing)) if ending in FOREIGN else read_scenario(str(thing))


def _sides(
    thing: Scenario | Source | ExtensiveFormGame | NormalFormGame | Solution | Side | str, points: Points, budget: Budget
) -> list[Side]:
    theories = points.theories or (Theory(),)
    match thing:
        case str():
            return stored_sides(thing)
        case Side():
            return [thing]
        case Solution():
            return [side(thing)]
        case Source():
            return [_solved(thing, "", theory, budget) for theory in theories]
        case Scenario():
            every = product(points.variants or (None,), points.settings or ({},), theories)
            return [
                _solved(of_scenario(thing, variant=variant, settings=setting), _point(variant, setting), theory, budget)
                for variant, setting, theory in every
            ]
    return [side(solve(thing, theory.concept, theory.options, budget=budget), theory=theory) for theory in theories]


def _solved(source: Source, point: str, theory: Theory, budget: Budget) -> Side:
    solution = solve(source.game, theory.concept, theory.options, budget=budget)
    return side(solution, source=source, point=point, theory=theory)


def _point(variant: str | None, setting: Mapping[str, Setting]) -> str:
    """Return at which values a scenario is taken; empty for its own."""
    parts = [f"variant '{variant}'"] if variant is not None else []
    parts += [f"{name} = {value if isinstance(value, str) else show_number(value)}" for name, value in setting.items()]
    return ", ".join(parts)


def _labelled(sides: Sequence[Side]) -> tuple[Side, ...]:
    """Return the sides with labels that tell them apart; equal ones are numbered."""
    labels = _labels(sides)
    numbered = [f"{label} ({labels[:place].count(label) + 1})" if labels.count(label) > 1 else label for place, label in enumerate(labels)]
    return tuple(replace(each, label=label) for each, label in zip(sides, numbered, strict=True))


def _labels(sides: Sequence[Side]) -> list[str]:
    """Return what each side is called: of its scenario, its point and its theory those in which the sides differ."""
    names, points, theories = [each.name for each in sides], [each.point for each in sides], [_theory_text(each) for each in sides]
    if len(set(names)) == 1:
        points = [point or OWN_VALUES for point in points]
    # Games of different forms have different usual concepts; their names tell them apart well enough.
    asked = any(each.theory.concept is not None for each in sides)
    columns = [column for column in (names, points, theories) if len(set(column)) > 1 and (column is not theories or asked)]
    rows = list(zip(*(columns or [names]), strict=True))
    return [", ".join(filter(None, row)) for row in rows]


def _theory_text(side: Side) -> str:
    options = ", ".join(f"{name} = {value}" for name, value in side.theory.options.items())
    return side.concept.replace("_", " ") + (f" ({options})" if options else "")
