"""Axes become a design: every combination of their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import TypeAlias

from negotiation.designs.choices import concept_axis, seed_axis, variant_axis
from negotiation.designs.design import Axis, Design
from negotiation.designs.grid import Values, axis, grid_axis
from negotiation.designs.ranges import check_names
from negotiation.errors import ParameterError
from negotiation.scenario.scenario import Scenario

__all__ = ["MAX_POINTS", "Axes", "default_design", "design", "product"]

#: More points than a sweep can have: at ten million a second on a thousand workers they take a hundred seconds, and their results
#: tens of terabytes.
MAX_POINTS = 10**12

#: Axes as a script gives them: a mapping of parameter to values, or a sequence of texts such as ``"blame=0:2:201"`` and of axes.
Axes: TypeAlias = Mapping[str, Values] | Sequence[str | Axis]


def design(
    scenario: Scenario,
    axes: Axes | None = None,
    *,
    variants: str | Sequence[str] = (),
    concepts: str | Sequence[str] = (),
    seeds: str | Sequence[int] = (),
    known_concepts: Sequence[str] | None = None,
) -> Design:
    """Return the design of every combination of variants, concepts, seeds and the values along axes, in this order.

    Parameters
    ----------
    scenario : Scenario
    axes : mapping or sequence, optional
        The axes (see ``Axes``). Without axes and without variants, concepts or seeds the file's own ``sweep``.
    variants, concepts : str or sequence of str
        Names, or a text of names with commas between.
    seeds : str or sequence of int
        See ``choices.seed_axis``.
    known_concepts : sequence of str, optional
        The concepts that there are; None if their names are checked elsewhere.

    Raises
    ------
    ParameterError
        If something varies twice, there are more than ``MAX_POINTS`` points, or nothing varies; else as the axes.
    """
    chosen: list[Axis] = []
    if variants:
        chosen.append(variant_axis(scenario, variants))
    if concepts:
        chosen.append(concept_axis(concepts, known_concepts))
    if len(seeds):
        chosen.append(seed_axis(seeds))
    if axes is None and not chosen:
        return default_design(scenario)
    return product([*chosen, *_read(scenario, axes if axes is not None else ())])


def default_design(scenario: Scenario) -> Design:
    """Return the design that the file's ``sweep`` describes.

    Raises
    ------
    ParameterError
        If it has none.
    """
    if not scenario.sweep_axes:
        some = next(iter(scenario.parameters), "NAME")
        raise ParameterError(f"{scenario.file} has no 'sweep', so say what varies, for example --axis {some}")
    return product([grid_axis(scenario, name) for name in scenario.sweep_axes])


def product(axes: Iterable[Axis]) -> Design:
    """Return the design of every combination of the values of axes; errors as ``design``."""
    named: dict[str, Axis] = {}
    for each in axes:
        check_names((*(series for other in named.values() for series in other.series), *each.series))
        name, number = each.name, 1
        while name in named:
            number += 1
            name = f"{each.name}_{number}"
        named[name] = each if name == each.name else replace(each, name=name)
    if not named:
        raise ParameterError("nothing varies: a sweep needs at least one axis")
    if (points := prod(map(len, named.values()))) > MAX_POINTS:
        lengths = " x ".join(f"{len(each):,}" for each in named.values())
        raise ParameterError(f"a sweep has at most {MAX_POINTS:,} points, got {lengths} = {points:,}")
    return Design(tuple(named.values()))


def _read(scenario: Scenario, axes: Axes) -> list[Axis]:
    if isinstance(axes, str):
        raise ParameterError(f"axes are a list of texts, got the text {axes!r}")
    if isinstance(axes, Mapping):
        return [grid_axis(scenario, name, values) for name, values in axes.items()]
    return [each if isinstance(each, Axis) else axis(scenario, each) for each in axes]
