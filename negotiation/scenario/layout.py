"""The tree laid out: stages and families written out, one node for each course of play, information sets formed.

A player's information set is his type and the actions that he has seen, so the players' views are followed along each
path. A player sees all his own actions, so no information set makes him forget what he knew or did. Views are numbered: a
view is the number of an earlier view and one more action, which keeps deep trees small.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from fractions import Fraction

from negotiation.scenario.contents import (
    ChanceMove,
    DecisionMove,
    EndOfPlay,
    Expression,
    InformationRule,
    Outline,
)
from negotiation.scenario.context import Context
from negotiation.scenario.mistakes import Place, shown
from negotiation.scenario.references import MAX_NODES, References, many, node_count
from negotiation.scenario.schema import Chance, Decision, Move
from negotiation.scenario.steps import ROOT, FilePath, Step, Written, values_of

__all__ = ["Layout", "TypeDraws", "lay_out"]

#: The longest path of moves. Every information set is named by the path that its player has seen.
MAX_MOVES = 1_000

#: The sum of the lengths of all names of information sets, characters.
MAX_NAMES = 10_000_000

#: What an audience has seen from which every move was hidden.
NOTHING = "nothing"

#: For each typed player, in the order of players: his number, and his types with their prior probabilities.
TypeDraws = list[tuple[int, dict[str, Expression]]]

Binding = tuple[str, Fraction | Expression]


class _TooDeep(Exception):  # noqa: N818 - not an error: it ends the layout after a mistake was noted
    pass


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A place to which play comes: from which node, and what everyone has seen on the way."""

    step: Step
    parent: int
    views: tuple[int, ...]
    types: tuple[str | None, ...]
    scope: int
    moves: int


@dataclass(eq=False)
class _Views:
    """Sequences of steps, numbered; 0 is the empty one."""

    numbers: dict[tuple[int, object], int] = field(default_factory=dict)
    links: list[tuple[int, str]] = field(default_factory=lambda: [(0, "")])
    lengths: list[int] = field(default_factory=lambda: [0])

    def extended(self, view: int, key: object, action: str) -> int:
        """Return the number of a sequence with one more step."""
        number = self.numbers.setdefault((view, key), len(self.links))
        if number == len(self.links):
            self.links.append((view, action))
            self.lengths.append(self.lengths[view] + len(action) + 3)
        return number

    def name(self, view: int) -> str:
        """Return the actions of a sequence, first to last, as one text."""
        actions = []
        while view:
            view, action = self.links[view]
            actions.append(action)
        return " > ".join(reversed(actions)) or "start"


@dataclass(eq=False)
class Layout:
    """A tree under construction."""

    context: Context
    references: References
    nodes: list[ChanceMove | DecisionMove | EndOfPlay] = field(default_factory=list)
    sets: list[InformationRule] = field(default_factory=list)
    scopes: list[tuple[int, tuple[Binding, ...]]] = field(default_factory=lambda: [(-1, ())])
    visible: list[frozenset[str]] = field(default_factory=lambda: [frozenset()])
    at_ends: dict[str, frozenset[str]] = field(default_factory=dict)
    names: int = 0
    views: _Views = field(default_factory=_Views)
    numbers: dict[tuple[int, str | None, int], int] = field(default_factory=dict)
    observations: dict[int, int] = field(default_factory=dict)
    first: list[FilePath] = field(default_factory=list)
    confused: set[int] = field(default_factory=set)
    named: dict[tuple[int, str], tuple[FilePath, int]] = field(default_factory=dict)

    def outline(self) -> Outline:
        """Return the finished tree."""
        seen = tuple(self.views.name(view) if view else NOTHING for view in self.observations)
        return Outline(tuple(self.nodes), tuple(self.sets), tuple(self.scopes), seen)


def lay_out(context: Context, references: References, draws: TypeDraws) -> Layout | None:
    """Return the tree of a file, None if it cannot be laid out; note what goes wrong along its paths."""
    if ROOT not in references.order or len(references.order) < len(references.roots):
        return None
    count = node_count(references)
    for _, types in draws:
        count = 1 + len(types) * count
    start = references.roots[ROOT]
    if references.has_large_family:
        return None
    if count > MAX_NODES:
        rule = f"the tree has {many(count)} nodes, more than the {MAX_NODES:,} that are allowed"
        context.problems.add(context.key(start.path), rule, suggestion="take fewer points in 'each', or fewer stages")
        return None
    layout = Layout(context, references)
    waiting = [_Arrival(start, -1, (0,) * len(context.observers), (None,) * len(context.players), 0, 0)]
    try:
        _draw_types(layout, draws, waiting)
        while waiting:
            waiting.extend(reversed(_arrive(layout, waiting.pop())))
    except _TooDeep:
        return None
    return layout


def _draw_types(layout: Layout, draws: TypeDraws, waiting: list[_Arrival]) -> None:
    """Put one chance move for each typed player at the root, seen by him alone (Harsanyi 1967)."""
    for player, types in draws:
        place = layout.context.key(("players", layout.context.players[player], "types"))
        after = []
        for arrival in waiting:
            number = _add(layout, ChanceMove(tuple(types), tuple(types.values()), 0, [], place, player), arrival)
            for name in types:
                kinds = (*arrival.types[:player], name, *arrival.types[player + 1 :])
                after.append(_Arrival(arrival.step, number, arrival.views, kinds, 0, 0))
        waiting[:] = after
    waiting.reverse()


def _add(layout: Layout, node: ChanceMove | DecisionMove | EndOfPlay, arrival: _Arrival) -> int:
    number = len(layout.nodes)
    layout.nodes.append(node)
    if arrival.parent >= 0:
        parent = layout.nodes[arrival.parent]
        if not isinstance(parent, EndOfPlay):
            parent.children.append(number)
    return number


def _arrive(layout: Layout, arrival: _Arrival) -> list[_Arrival]:
    """Add the node to which play comes; return the places to which it goes on."""
    step, scope = _follow(layout, arrival.step, arrival.scope)
    match step.written:
        case Decision() as decision:
            return _decide(layout, arrival, Step(decision, step.path), scope)
        case Chance() as chance:
            return _chance(layout, arrival, Step(chance, step.path), scope)
        case str(outcome):
            _add(layout, EndOfPlay(outcome, arrival.types, scope, _observation(layout, arrival)), arrival)
            known = layout.at_ends.get(outcome)
            layout.at_ends[outcome] = layout.visible[scope] if known is None else known & layout.visible[scope]
    return []


def _observation(layout: Layout, arrival: _Arrival) -> int | None:
    """Return the number of what the audience has seen, None where nobody watches; its view stands after those of the players."""
    if not layout.context.has_audience:
        return None
    view = arrival.views[-1]
    if view not in layout.observations:
        _count_name(layout, view, arrival.step.path)
        _check_told_apart(layout, len(layout.context.players), layout.views.name(view), view, arrival.step.path)
    return layout.observations.setdefault(view, len(layout.observations))


def _follow(layout: Layout, step: Step, scope: int) -> tuple[Step, int]:
    """Go on through stages and ``with`` until a node or an outcome, setting local variables on the way."""
    while True:
        match step.written:
            case str(name) if name in layout.references.roots:
                step = layout.references.roots[name]
            case Move(with_=dict() as names, then=then):
                values = [(name, layout.references.expressions.get((*step.path, "with", name))) for name in names]
                for _, expression in values:
                    _check_set(layout, expression, scope)
                bound = tuple((name, expression) for name, expression in values if expression is not None)
                scope = _scope(layout, scope, bound, frozenset(names))
                step = Step(then, (*step.path, "then"))
            case Move(then=then):
                step = Step(then, (*step.path, "then"))
            case _:
                return step, scope


def _scope(layout: Layout, scope: int, bound: tuple[Binding, ...], names: frozenset[str]) -> int:
    layout.scopes.append((scope, bound))
    layout.visible.append(layout.visible[scope] | names)
    return len(layout.scopes) - 1


def _check_set(layout: Layout, expression: Expression | None, scope: int) -> None:
    """Note a local variable that is not set on the way to where a formula uses it."""
    if expression is None:
        return
    for name in expression.formula.places:
        if name in layout.context.local_names and name not in layout.visible[scope]:
            offset, length = expression.formula.places[name]
            rule = f"{shown(name)} in {expression.subject} is not set on every way to here"
            layout.context.problems.add_within(expression.place, offset, length, rule, suggestion="set it with 'with' or 'each' before")


def _chance(layout: Layout, arrival: _Arrival, step: Step, scope: int) -> list[_Arrival]:
    chance = step.written
    if not isinstance(chance, Chance):
        return []
    found = {name: layout.references.expressions.get((*step.path, "chance", name, "probability")) for name in chance.chance}
    for expression in found.values():
        _check_set(layout, expression, scope)
    # A missing formula has been noted, so the outline is not used; the node keeps its place in the tree.
    written = tuple(expression for expression in found.values() if expression is not None)
    place = layout.context.key((*step.path, "chance"))
    number = _add(layout, ChanceMove(tuple(chance.chance), written, scope, [], place), arrival)
    targets = [(name, Step(branch.then, (*step.path, "chance", name, "then")), scope) for name, branch in chance.chance.items()]
    return _go_on(layout, arrival, step, number, targets)


def _decide(layout: Layout, arrival: _Arrival, step: Step, scope: int) -> list[_Arrival]:
    decision = step.written
    if not isinstance(decision, Decision):
        return []
    targets = [target for name, written in decision.actions.items() for target in _family(layout, name, written, step, scope)]
    if decision.player not in layout.context.players:
        number = _add(layout, ChanceMove(tuple(decision.actions), (), scope, [], layout.context.key(step.path)), arrival)
        return _go_on(layout, arrival, step, number, targets)
    player = layout.context.players.index(decision.player)
    actions = tuple(name for name, _, _ in targets)
    information_set = _information_set(layout, arrival, step, player, actions)
    # All nodes of a set have their actions in the order of the first.
    order = {name: place for place, name in enumerate(layout.sets[information_set].actions)}
    targets.sort(key=lambda target: order.get(target[0], 0))
    number = _add(layout, DecisionMove(information_set, []), arrival)
    return _go_on(layout, arrival, step, number, targets)


def _family(layout: Layout, name: str, written: Written, step: Step, scope: int) -> list[tuple[str, Step, int]]:
    """Return the actions that one written action stands for, each with where it leads and its local variables."""
    path = (*step.path, "actions", name)
    if not isinstance(written, Move) or written.each is None:
        return [(name, Step(written, path), scope)]
    found = []
    variables = tuple(written.each)
    for values in itertools.product(*(values_of(written.each[variable]) for variable in variables)):
        bound = tuple(zip(variables, values, strict=True))
        setting = ",".join(f"{variable}={_shown_value(value)}" for variable, value in bound)
        inner = _scope(layout, scope, bound, frozenset((*variables, *(written.with_ or ()))))
        found.append((f"{name}[{setting}]", Step(written.then, (*path, "then")), inner))
    return found


def _shown_value(value: Fraction) -> str:
    """Return a value as the decimal that it equals (``0.05``), or as a ratio where it equals none (``1/6``)."""
    decimal = repr(float(value))
    return str(value) if value.denominator == 1 or Fraction(decimal) != value else decimal


def _information_set(layout: Layout, arrival: _Arrival, step: Step, player: int, actions: tuple[str, ...]) -> int:
    """Return the number of the information set of a decision, a new one if nobody has been there."""
    key = (player, arrival.types[player], arrival.views[player])
    number = layout.numbers.setdefault(key, len(layout.sets))
    if number < len(layout.sets):
        _check_same(layout, number, arrival, step, actions)
        return number
    kind = arrival.types[player]
    _count_name(layout, arrival.views[player], step.path)
    view = arrival.views[player]
    seen = layout.views.name(view)
    name = seen if kind is None else f"{kind}: {seen}"
    _check_told_apart(layout, player, name, view, step.path)
    layout.sets.append(InformationRule(name, player, actions, kind))
    layout.first.append(step.path)
    return number


def _check_told_apart(layout: Layout, observer: int, name: str, view: int, path: FilePath) -> None:
    """Note a place that an observer knows from another one although nothing that he has seen is called differently."""
    seen = layout.views.name(view)
    first = layout.named.setdefault((observer, name), (path, view))
    # What has been confused once is confused all the way down: it is said once.
    if first[1] != view and observer not in layout.confused:
        layout.confused.add(observer)
        where = "on different ways here" if first[0] == path else f"here and on line {layout.context.key(first[0]).line}"
        rule = f"{shown(layout.context.observers[observer])} has seen the same names {where}, but different players did it: {seen}"
        hint = "give actions different names where different players take them"
        layout.context.problems.add(layout.context.key(path), rule, suggestion=hint)


def _check_same(layout: Layout, number: int, arrival: _Arrival, step: Step, actions: tuple[str, ...]) -> None:
    """Note nodes of one information set that differ in their actions."""
    rule = layout.sets[number]
    if set(actions) == set(rule.actions):
        return
    view = arrival.views[rule.player]
    seen = f"at both he has seen {layout.views.name(view) if view else 'no move'}"
    who, line = shown(layout.context.players[rule.player]), layout.context.key(layout.first[number]).line
    said = f"{who} cannot tell this decision from the one on line {line}, so both need the same actions"
    differ = f"here: {', '.join(actions[:8])}; there: {', '.join(rule.actions[:8])}"
    layout.context.problems.add(layout.context.key(step.path), said, suggestion=f"{differ}; {seen}")


def _go_on(layout: Layout, arrival: _Arrival, step: Step, number: int, targets: list[tuple[str, Step, int]]) -> list[_Arrival]:
    """Return where play goes on after a move, with what each player has seen then."""
    if arrival.moves >= MAX_MOVES:
        _too_deep(layout, layout.context.key(step.path), f"a path has more than {MAX_MOVES:,} moves, the most that is allowed")
    hidden_from = getattr(step.written, "hidden_from", ())
    node = layout.nodes[number]
    mover = layout.sets[node.information_set].player if isinstance(node, DecisionMove) else -1
    blind = {place for place, observer in enumerate(layout.context.observers) if observer in hidden_from and place != mover}
    after = []
    for name, target, scope in targets:
        key = (mover, name)
        views = tuple(view if place in blind else layout.views.extended(view, key, name) for place, view in enumerate(arrival.views))
        after.append(_Arrival(target, number, views, arrival.types, scope, arrival.moves + 1))
    return after


def _count_name(layout: Layout, view: int, path: FilePath) -> None:
    """Count the length of what somebody has seen, which will be a name; refuse more than memory should hold."""
    layout.names += layout.views.lengths[view]
    if layout.names > MAX_NAMES:
        _too_deep(layout, layout.context.key(path), f"the paths of the tree have more than {MAX_NAMES:,} characters together")


def _too_deep(layout: Layout, place: Place, rule: str) -> None:
    layout.context.problems.add(place, rule)
    raise _TooDeep
