"""Nash equilibria along a line, exactly: where each begins and ends, and the inequality that binds there.

In a matrix a threshold stands where the set of equilibria changes, each told by the strategies that it uses; in a tree, where what can
happen in an equilibrium changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from negotiation.boundaries.inequality import inequality, solved_for, without_positive_factors
from negotiation.boundaries.line import Line, Regimes, Region, Threshold
from negotiation.boundaries.mixtures import (
    Mixed,
    Polyhedron,
    equilibria_of,
    polyhedra_at,
    pure_equilibria_at,
    pure_profile_of,
    slack,
    value_of,
    vertex_formula,
)
from negotiation.boundaries.normal_formulas import Cell, NormalShape, cell_payoffs, normal_shape, reading_of_cells
from negotiation.boundaries.reasons import Change, chooses
from negotiation.boundaries.settling import Settled, Stretch, settle
from negotiation.boundaries.symbolic import LineField, SpaceField, SymbolicGame, line_names, readings_in_use, symbolic_game
from negotiation.budget import Budget
from negotiation.errors import SolverError
from negotiation.exact.extreme_equilibria import extreme_equilibria
from negotiation.exact.pure_equilibria import pure_equilibria
from negotiation.exact.real_points import RealPoint, sign_at
from negotiation.games.behaviour import BehaviourProfile
from negotiation.games.certificate import MixedProfile, certify_behaviour
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.plans import behaviour_of_plans, reduced_normal_form
from negotiation.games.solution import Equilibrium, Game, mixed_equilibrium, tree_equilibrium
from negotiation.scenario.formula_fields import Quotient

__all__ = ["NashLine", "State", "as_equilibria", "binding", "name_of", "nash_regimes", "notes_of", "profile_at", "settled_nash"]

#: Mixed equilibria are followed in games of two players with at most so many strategies each.
MOST_STRATEGIES = 10

SETS = (
    "where several equilibria share one player's strategy, what is listed are the ends of a whole set: whatever the other player mixes of "
    "his strategies in them is an equilibrium too"
)

PURE_ONLY = "only equilibria in pure strategies were looked for: {}"


@dataclass(frozen=True, eq=False)
class State:
    """The equilibria at a point, None where they were not looked for; with mixed ones the polyhedra that they come from."""

    field: LineField
    game: SymbolicGame
    payoffs: Mapping[Cell, tuple[Quotient, ...]]
    equilibria: tuple[Mixed, ...] | None
    names: tuple[str, ...]
    polyhedra: tuple[Polyhedron, Polyhedron] | None

    @property
    def readings(self) -> tuple[str, ...]:
        """What can happen, each once."""
        return tuple(dict.fromkeys(self.names))

    @property
    def supports(self) -> frozenset[object]:
        """The equilibria, told by what they use."""
        return frozenset(each.supports for each in self.equilibria or ())


@dataclass(frozen=True, eq=False)
class NashLine:
    """A line settled for Nash equilibria; ``pure_only`` says why only pure ones were followed, empty where all were."""

    line: Line
    shape: NormalShape
    settled: Settled[State]
    pure_only: str


def notes_of(found: NashLine) -> tuple[str, ...]:
    """Return what the reader has to know of the equilibria along a line."""
    if found.pure_only:
        return (PURE_ONLY.format(found.pure_only),)
    return (SETS,) if any(_has_sets(stretch.state.equilibria or ()) for stretch in found.settled.stretches) else ()


def _has_sets(equilibria: Sequence[Mixed]) -> bool:
    """Return whether some vertex of one player goes with several of the other: a vertex is told by its labels."""
    return any(len({(each.supports[player], each.best[1 - player]) for each in equilibria}) < len(equilibria) for player in (0, 1))


def settled_nash(line: Line, budget: Budget) -> NashLine:
    """Return a line settled for Nash equilibria.

    Raises
    ------
    NotApplicableError
        If the game is too large, or has an audience.
    ScenarioError, SolverError
        As ``settle``.
    """
    game = line.scenario.game(None, **line.values)
    form = game if isinstance(game, NormalFormGame) else None
    shape = normal_shape(line.scenario.stage(None, **line.values), form)
    pure_only = ""
    if len(shape.sizes) != 2:
        pure_only = f"mixed ones are followed in games of two players, and this one has {len(shape.sizes)}"
    elif max(shape.sizes) > MOST_STRATEGIES:
        size = " x ".join(map(str, shape.sizes))
        pure_only = f"mixed ones are followed in games of up to {MOST_STRATEGIES} strategies for each player, and this one is {size}"
    return NashLine(line, shape, settle(line, partial(_state_at, line, shape, bool(pure_only)), budget), pure_only)


def _state_at(line: Line, shape: NormalShape, pure_only: bool, point: RealPoint, near: State | None) -> State:
    field = LineField(point)
    game = symbolic_game(line.scenario, shape.tree, line_names(line.values, line.axis, field), field)
    payoffs = cell_payoffs(shape, game, field)
    sizes = shape.sizes
    found, polyhedra = pure_equilibria_at(payoffs, sizes, field) if pure_only else None, None
    if not pure_only:
        polyhedra = polyhedra_at(payoffs, (sizes[0], sizes[1]), field, None if near is None else near.polyhedra)
        found = None if polyhedra is None else equilibria_of(polyhedra)
    readings = [line.scenario.readings[place] for place in readings_in_use(line.scenario, game, field)]
    names = tuple(reading_of_cells(shape, game, field, readings, each.cells) for each in found or ())
    return State(field, game, payoffs, found, names, polyhedra)


def nash_regimes(line: Line, budget: Budget) -> Regimes:
    """Return the regimes of Nash equilibria along a line. Errors as ``settled_nash``."""
    found = settled_nash(line, budget)
    settled, regions, thresholds = found.settled, list[Region](), list[Threshold]()
    start = 0
    for place, stretch in enumerate(settled.stretches):
        after = settled.stretches[place + 1] if place + 1 < len(settled.stretches) else None
        if after is not None and _is_same(found, stretch.state, settled.at[place + 1], after.state):
            continue
        regions.append(_region(found, settled.stretches[start : place + 1]))
        if after is not None:
            thresholds.append(_threshold(found, stretch, settled.at[place + 1], after))
        start = place + 1
    outer = _end(settled.points[0], settled.at[0]), _end(settled.points[-1], settled.at[-1])
    counts = len(settled.stretches), len(settled.points)
    return Regimes(line, tuple(regions), tuple(thresholds), outer, *counts, concept="nash", notes=notes_of(found))


def _is_same(found: NashLine, before: State, at: State | str, after: State) -> bool:
    """Return whether nothing changes at a point between two stretches.

    In a matrix everything that a strategy says is played. In a tree only what happens counts: plans that differ where play does not come
    begin and end at many points, and nothing is seen of it.
    """
    if not isinstance(at, State) or at.equilibria is None:
        return False
    if found.line.scenario.is_matrix and not before.supports == at.supports == after.supports:
        return False
    return set(before.readings) == set(at.readings) == set(after.readings)


def _end(point: RealPoint, state: State | str) -> Threshold:
    return Threshold(point, (), (), state) if isinstance(state, str) else Threshold(point, state.readings, ())


def _threshold(found: NashLine, before: Stretch[State], at: State | str, after: Stretch[State]) -> Threshold:
    changes = tuple(_changes(found, before, after))
    if isinstance(at, str):
        return Threshold(before.high, (), (), at, changes)
    return Threshold(before.high, at.readings, (), "", changes)


def _changes(found: NashLine, before: Stretch[State], after: Stretch[State]) -> Iterator[Change]:
    """Yield what ends and what begins between two stretches."""
    for begins, here, there in ((False, before.state, after.state), (True, after.state, before.state)):
        for each, name in zip(here.equilibria or (), here.names, strict=False):
            if (each.supports not in there.supports) if found.line.scenario.is_matrix else (name not in there.names):
                yield from binding(found, here, each, before.high, begins=begins)


def binding(found: NashLine, here: State, each: Mixed, point: RealPoint, *, begins: bool) -> Iterator[Change]:
    """Yield the inequalities that an equilibrium needs and that become equalities at a point."""
    name, line, shape = name_of(found, each), found.line, found.shape
    bound = list(_bound(shape.sizes, here.payoffs, each, here.field, point))
    # A strategy that joins the best replies while another one loses its weight is one event: the weight says it.
    shares = [item for item in bound if item[2]] or bound
    if not shares:
        yield Change(name, begins)
        return
    witness = here.field.point.low
    space = SpaceField(line.at(witness))
    game = symbolic_game(line.scenario, shape.tree, {known: space.parameter(known) for known in line.values}, space)
    general = _in_space(cell_payoffs(shape, game, space), shape.sizes, each, space)
    never_negative = {known for known, parameter in line.scenario.parameters.items() if parameter.range[0] >= 0}
    for player, place, is_share in shares:
        positive = general.rows[player][place] if is_share else _gap(general, player, place, space)
        positive = without_positive_factors(positive, never_negative, space)
        chose = any(chooses(line.scenario, end, player) for cell in each.cells for end in shape.ends[cell])
        texts = inequality(positive, space), solved_for(positive, space, line.axis)
        yield Change(name, begins, shape.tree.players[player], shape.strategies[player][place], *texts, is_share, chose)


def _bound(
    sizes: Sequence[int], payoffs: Mapping[Cell, tuple[Quotient, ...]], each: Mixed, field: LineField, point: RealPoint
) -> Iterator[tuple[int, int, bool]]:
    """Yield the player, the strategy and whether it is its probability that vanishes at a point (else what it loses)."""
    general = _General(each, payoffs, tuple(sizes))
    for player, size in enumerate(sizes):
        for place in range(size):
            if place in each.supports[player]:
                if len(each.supports[player]) > 1 and not sign_at(each.rows[player][place].top, point):
                    yield player, place, True
            elif place not in each.best[player]:
                gap = _gap(general, player, place, field)
                if not sign_at(gap.top, point):
                    yield player, place, False


@dataclass(frozen=True, slots=True, eq=False)
class _General:
    """An equilibrium with the payoffs of the game in which it is one."""

    found: Mixed
    payoffs: Mapping[Cell, tuple[Quotient, ...]]
    sizes: tuple[int, ...]

    @property
    def rows(self) -> tuple[tuple[Quotient, ...], ...]:
        """The probabilities."""
        return self.found.rows


def _gap(general: _General, player: int, place: int, field: LineField | SpaceField) -> Quotient:
    """Return by how much a strategy earns a player less than he gets."""
    each, payoffs = general.found, general.payoffs
    if all(len(own) == 1 for own in each.supports):
        cell = tuple(own[0] for own in each.supports)
        return payoffs[cell][player] - payoffs[(*cell[:player], place, *cell[player + 1 :])][player]
    table = _table(payoffs, general.sizes, player)
    return slack(table, each.rows[1 - player], each.payoffs[player], place, field)


def _table(payoffs: Mapping[Cell, tuple[Quotient, ...]], sizes: Sequence[int], player: int) -> list[list[Quotient]]:
    """Return what each strategy of a player (row) earns him against each of the other's, with two players."""
    own, other = range(sizes[player]), range(sizes[1 - player])
    return [[payoffs[(mine, his) if player == 0 else (his, mine)][player] for his in other] for mine in own]


def _in_space(payoffs: Mapping[Cell, tuple[Quotient, ...]], sizes: tuple[int, ...], each: Mixed, space: SpaceField) -> _General:
    """Return an equilibrium in all parameters instead of one."""
    if all(len(own) == 1 for own in each.supports):
        cell = tuple(own[0] for own in each.supports)
        return _General(pure_profile_of(payoffs, sizes, cell, space), payoffs, sizes)
    solved = [vertex_formula(_table(payoffs, sizes, 1 - player), each.supports[player], each.best[1 - player], space) for player in (0, 1)]
    rows, values = [], []
    for found in solved:
        if found is None:
            raise SolverError("an equilibrium along a line is none in the space of all parameters")
        rows.append(found[0])
        values.append(found[1])
    return _General(Mixed((rows[0], rows[1]), (values[1], values[0]), each.supports, each.best), payoffs, sizes)


def name_of(found: NashLine, each: Mixed) -> str:
    """Return an equilibrium by its strategies: ``dare > yield``, or those that are mixed in braces."""
    parts = []
    for names, own in zip(found.shape.strategies, each.supports, strict=True):
        chosen = [names[place] for place in own]
        parts.append(chosen[0] if len(chosen) == 1 else "{" + " | ".join(chosen) + "}")
    return " > ".join(parts)


def profile_at(each: Mixed, point: Fraction) -> MixedProfile:
    """Return the probabilities of an equilibrium at a rational of its stretch."""
    return tuple(tuple(value_of(weight, point) for weight in row) for row in each.rows)


def _region(found: NashLine, stretches: Sequence[Stretch[State]]) -> Region:
    """Return a region with its equilibria at a witness, certified in the game built from its numbers."""
    low, high = stretches[0].low, stretches[-1].high
    middle = (float(low) + float(high)) / 2
    state = min((each.state for each in stretches), key=lambda each: abs(float(each.field.point) - middle))
    witness = state.field.point.low
    equilibria = _certified(found, state, witness)
    for each in equilibria:
        if each.regret:
            raise SolverError(f"two computations disagree at {found.line.axis} = {witness}: {each!r} is no equilibrium there")
    paths = tuple(dict.fromkeys(path.actions for each in equilibria for path in each.paths))
    return Region(low, high, state.readings, paths, witness, equilibria, not found.pure_only)


def _certified(found: NashLine, state: State, witness: Fraction) -> tuple[Equilibrium, ...]:
    """Return the equilibria at a witness in the game built from its numbers, where they are also looked for without formulas."""
    game = found.line.scenario.game(None, **found.line.at(witness))
    profiles = [profile_at(each, witness) for each in state.equilibria or ()]
    matrix = game if isinstance(game, NormalFormGame) else reduced_normal_form(game).game
    expected = pure_equilibria(matrix) if found.pure_only else extreme_equilibria(matrix).profiles
    if set(profiles) != set(expected):
        raise SolverError(f"two computations disagree at {found.line.axis} = {witness}: {len(profiles)} and {len(expected)} equilibria")
    return as_equilibria(game, profiles)


def as_equilibria(game: Game, profiles: Sequence[MixedProfile]) -> tuple[Equilibrium, ...]:
    """Return profiles as certified equilibria of a game; of plans that behave alike in a tree, one."""
    if isinstance(game, NormalFormGame):
        return tuple(mixed_equilibrium(game, profile) for profile in profiles)
    form = reduced_normal_form(game)
    alike: dict[tuple[BehaviourProfile, frozenset[int]], None] = dict.fromkeys(behaviour_of_plans(form, each) for each in profiles)
    return tuple(tree_equilibrium(game, rows, certify_behaviour(game, rows), free=free) for rows, free in alike)
