"""Regimes of trees with perfect information, exactly: backward induction on formulas, along a line that is settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from negotiation.boundaries.line import Line, Regimes, Region, Threshold
from negotiation.boundaries.plays import Alternative, Play, plays_at_nodes, reading_of
from negotiation.boundaries.reasons import flips
from negotiation.boundaries.settling import Settled, Stretch, settle
from negotiation.boundaries.symbolic import LineField, SymbolicGame, line_names, readings_in_use, shape_of, symbolic_game
from negotiation.budget import Budget
from negotiation.concepts.subgame_perfect import solve
from negotiation.errors import SolverError
from negotiation.exact.real_points import RealPoint
from negotiation.games.extensive_form import ExtensiveFormGame

__all__ = ["State", "backward_regimes", "settled_backward"]


@dataclass(frozen=True, eq=False)
class State:
    """What is subgame perfect at a point: the plays by node (the root first), readings in use, and what plays are called."""

    point: RealPoint
    field: LineField
    game: SymbolicGame
    nodes: tuple[tuple[Alternative, ...], ...]
    in_use: tuple[int, ...]
    readings: tuple[str, ...]

    @property
    def plays(self) -> tuple[Play, ...]:
        """The plays of the whole game that are subgame perfect."""
        return tuple(each.play for each in self.nodes[0])


def settled_backward(line: Line, budget: Budget) -> tuple[ExtensiveFormGame, Settled[State]]:
    """Return the tree and the settled line.

    Raises
    ------
    NotApplicableError
        If the game is not a tree with perfect information.
    ScenarioError, SolverError
        As ``settle``.
    """
    shape = shape_of(line.scenario, line.values)

    def state_at(point: RealPoint, _: State | None) -> State:
        """Return what is subgame perfect at a point."""
        return _state_at(line, shape, point)

    return shape, settle(line, state_at, budget)


def backward_regimes(line: Line, budget: Budget) -> Regimes:
    """Return the regimes along a line. Errors as ``settled_backward``."""
    shape, settled = settled_backward(line, budget)
    outer = _end_of_line(settled.points[0], settled.at[0]), _end_of_line(settled.points[-1], settled.at[-1])
    regions, thresholds = _merged(line, shape, settled)
    return Regimes(line, regions, thresholds, outer, len(settled.stretches), len(settled.points))


def _state_at(line: Line, shape: ExtensiveFormGame, point: RealPoint) -> State:
    field = LineField(point)
    game = symbolic_game(line.scenario, shape, line_names(line.values, line.axis, field), field)
    nodes = plays_at_nodes(game, field)
    in_use = readings_in_use(line.scenario, game, field)
    found = [reading_of(shape, line.scenario.readings, in_use, each.play) for each in nodes[0]]
    return State(point, field, game, nodes, in_use, tuple(dict.fromkeys(found)))


def _merged(line: Line, shape: ExtensiveFormGame, settled: Settled[State]) -> tuple[tuple[Region, ...], tuple[Threshold, ...]]:
    """Return regions, each of all neighbouring stretches with the same readings, and the thresholds between them."""
    regions: list[Region] = []
    thresholds: list[Threshold] = []
    start = 0
    stretches = settled.stretches
    for place, stretch in enumerate(stretches):
        at, after = settled.at[place + 1], stretches[place + 1].state if place + 1 < len(stretches) else None
        readings = set(stretch.state.readings)
        if after is not None and isinstance(at, State) and readings == set(at.readings) == set(after.readings):
            continue
        regions.append(_region(line, shape, stretches[start : place + 1]))
        if after is not None:
            thresholds.append(_threshold(line, stretch, at, after))
        start = place + 1
    return tuple(regions), tuple(thresholds)


def _threshold(line: Line, before: Stretch[State], at: State | str, after: State) -> Threshold:
    if isinstance(at, str):
        return Threshold(before.high, (), (), at)
    return Threshold(before.high, at.readings, flips(line.scenario, line.values, line.axis, before.state, at, after))


def _end_of_line(point: RealPoint, state: State | str) -> Threshold:
    return Threshold(point, (), (), state) if isinstance(state, str) else Threshold(point, state.readings, ())


def _region(line: Line, shape: ExtensiveFormGame, stretches: Sequence[Stretch[State]]) -> Region:
    """Return a region with the equilibria at a witness, found and certified by the solver that knows no formulas."""
    low, high = stretches[0].low, stretches[-1].high
    middle = (float(low) + float(high)) / 2
    state = min((each.state for each in stretches), key=lambda each: abs(float(each.point) - middle))
    witness = state.point.low
    solution = solve(line.scenario.stage(None, **line.at(witness)))
    paths = tuple(dict.fromkeys(path.actions for found in solution.equilibria for path in found.paths))
    expected = {shape.path_to(end) for play in state.plays for end in play}
    if set(paths) - expected or (solution.complete and expected - set(paths)):
        raise SolverError(f"two computations disagree at {line.axis} = {witness}: {sorted(paths)} and {sorted(expected)}")
    return Region(low, high, state.readings, paths, witness, solution.equilibria, solution.complete)
