"""The places of a game in its file: decisions, chance moves, and where actions lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from negotiation.scenario.nodes import Key
from negotiation.scenario.schema import Chance, Decision, Grid, Move, ScenarioFile, ValueList

__all__ = ["ROOT", "FilePath", "Step", "Written", "next_steps", "roots", "steps_below", "values_of"]

FilePath: TypeAlias = tuple[Key, ...]

#: What stands where an action leads to.
Written: TypeAlias = str | Decision | Chance | Move

#: The name under which the root of the game stands among the roots; no stage can have it.
ROOT = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A place of the game in the file."""

    written: Written
    path: FilePath


def roots(file: ScenarioFile) -> dict[str, Step]:
    """Return where the game and each stage start, by the stage's name; the game itself is ``ROOT``."""
    found = {} if file.game is None else {ROOT: Step(file.game, ("game",))}
    return found | {name: Step(node, ("stages", name)) for name, node in file.stages.items()}


def steps_below(start: Step) -> Iterator[Step]:
    """Yield all places below a root of the file and the root itself, without going into stages."""
    stack = [start]
    while stack:
        step = stack.pop()
        yield step
        stack.extend(reversed(list(next_steps(step))))


def next_steps(step: Step) -> Iterator[Step]:
    """Yield the places that directly follow a place in the file."""
    match step.written:
        case Decision(actions=actions):
            for name, target in actions.items():
                yield Step(target, (*step.path, "actions", name))
        case Chance(chance=chance):
            for name, branch in chance.items():
                yield Step(branch.then, (*step.path, "chance", name, "then"))
        case Move(then=then):
            yield Step(then, (*step.path, "then"))


def values_of(values: Grid | ValueList) -> Sequence[Fraction]:
    """Return the values that a variable of a family takes."""
    if isinstance(values, ValueList):
        return values.values
    if values.points < 2:
        return [values.start]  # noted as a mistake; what follows is still checked
    step = (values.to - values.start) / (values.points - 1)
    return [values.start + step * number for number in range(values.points)]
