"""What was asked of a sweep becomes a task, and a task is divided into blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from negotiation import lookup
from negotiation.designs.design import Design
from negotiation.designs.product import Axes, design
from negotiation.designs.ranges import opened_ranges
from negotiation.errors import ParameterError
from negotiation.scenario.scenario import Scenario, Setting
from negotiation.sources import read_scenario
from negotiation.sweeping.order import Blocks, block_points
from negotiation.sweeping.task import Task

__all__ = ["Asked", "blocks_of_task", "plan"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is computed at each point, where it does not vary.

    Parameters
    ----------
    summary : str
        A member of the family of summaries.
    options : mapping of name to value
        Of the summary.
    concept : str, optional
        The usual one for the form of the game if not given.
    variant : str, optional
    settings : mapping of parameter to value
    seed : int
    """

    summary: str = "equilibrium"
    options: Mapping[str, object] = field(default_factory=dict)
    concept: str | None = None
    variant: str | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)
    seed: int = 0


#: The usual concept at the values of the file.
USUAL = Asked()


def plan(
    scenario: Scenario | str | Path,
    axes: Axes | Design | None = None,
    asked: Asked = USUAL,
    *,
    variants: Sequence[str] = (),
    concepts: Sequence[str] = (),
    seeds: str | Sequence[int] = (),
) -> Task:
    """Return what a sweep computes where.

    Parameters
    ----------
    scenario : Scenario or path
        A shipped scenario may be named.
    axes : mapping, sequence or Design, optional
        What varies; see ``designs.product.design``. The file's own ``sweep`` if nothing is given.
    asked : Asked
    variants, concepts : sequence of str
    seeds : str or sequence of int
        What varies besides, each an axis.

    Raises
    ------
    UserMistakeError
        If a name, number or option is not allowed, or something both varies and is set.
    """
    source = scenario if isinstance(scenario, Scenario) else read_scenario(str(scenario))
    if isinstance(axes, Design) and not (variants or concepts or seeds):
        return _task(source, axes, asked)
    given: Axes | None = list(axes.axes) if isinstance(axes, Design) else axes
    chosen = design(source, given, variants=variants, concepts=concepts, seeds=seeds, known_concepts=lookup.concepts())
    return _task(source, chosen, asked)


def _task(source: Scenario, chosen: Design, asked: Asked) -> Task:
    """Return what a sweep computes at the points of a design; errors as ``plan``."""
    _refuse_set_twice(chosen, asked)
    task = Task(
        text=source.text,
        file=source.file,
        design=chosen,
        summary=asked.summary,
        options=dict(asked.options),
        variant=asked.variant,
        settings={},
        concept=asked.concept,
        seed=asked.seed,
        ranges=dict(opened_ranges(source, chosen)),
    )
    values = task.scenario.values(asked.variant, **asked.settings)
    prepared = getattr(lookup.summary(asked.summary), "prepared", None)
    options = task.options if prepared is None else prepared(task.scenario, task.options)
    return replace(task, settings={name: values[name] for name in asked.settings}, options=options)


def _refuse_set_twice(chosen: Design, asked: Asked) -> None:
    """Refuse what varies along an axis and has been given one value as well."""
    fixed: dict[str, object] = {**asked.settings}
    fixed |= {} if asked.variant is None else {"variant": asked.variant}
    fixed |= {} if asked.concept is None else {"concept": asked.concept}
    for name in fixed:
        if name in chosen.series:
            raise ParameterError(f"{name} varies along an axis, so it cannot be {_shown(fixed[name])} everywhere")


def _shown(value: object) -> str:
    return str(value) if isinstance(value, (int, float, Fraction)) else repr(value)


def blocks_of_task(task: Task) -> Blocks:
    """Return the division of a task into blocks, which depends on the task alone."""
    concepts = [str(name) for axis in task.design.axes for series in axis.series if series.role == "concept" for name in series.values]
    module = lookup.summary(task.summary)
    takes_many = getattr(module, "takes_many", None)
    named: list[str | None] = [*concepts] or [task.concept]
    batched = takes_many is not None and all(takes_many(task.scenario, name) for name in named)
    return Blocks(task.design.size, block_points(task.design.size, batched=batched), batched)
