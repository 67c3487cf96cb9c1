"""The game as written, part by part: who moves, where actions lead, which formulas stand there.

Each decision and chance move of the file is looked at once, however often play can come to it; what depends on the way
there is checked when the tree is laid out (``layout.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from math import prod

from negotiation.games.numbers import show_number
from negotiation.scenario.contents import Expression
from negotiation.scenario.context import Context
from negotiation.scenario.mistakes import shown
from negotiation.scenario.names import check_local_name
from negotiation.scenario.schema import Chance, Decision, Grid, Move, ValueList
from negotiation.scenario.steps import ROOT, FilePath, Step, next_steps, roots, steps_below

__all__ = ["References", "check_references", "many", "node_count"]

#: More nodes than any solver here handles in a minute.
MAX_NODES = 200_000


@dataclass(eq=False)
class References:
    """The places of a game, the formulas on them and the stages in an order in which each only leads to earlier ones."""

    roots: dict[str, Step]
    expressions: dict[FilePath, Expression] = field(default_factory=dict)
    leads_to: dict[str, dict[str, FilePath]] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)
    order: list[str] = field(default_factory=list)
    has_large_family: bool = False


def check_references(context: Context) -> References:
    """Return the places and formulas of the game; note unknown names, stages that lead in circles or to which nothing leads."""
    found = References(roots(context.file))
    for root, step in ((root, step) for root, start in found.roots.items() for step in steps_below(start)):
        found.leads_to.setdefault(root, {})
        match step.written:
            case str(name):
                _check_target(context, found, root, name, step.path)
            case Move():
                _check_move(context, found, step.written, step.path)
            case _:
                _check_node(context, found, step.written, step.path)
    _check_circles(context, found)
    _check_reached(context, found)
    return found


def _check_target(context: Context, found: References, root: str, name: str, path: FilePath) -> None:
    if context.known(name, context.ends_and_stages, "outcome or stage", context.place(path)):
        found.leads_to[root].setdefault(name, path)
    else:
        # What was probably meant must not be called unreached as well.
        found.guessed.add(context.problems.nearest(name, context.ends_and_stages))


def _check_node(context: Context, found: References, node: Decision | Chance, path: FilePath) -> None:
    if isinstance(node, Decision):
        context.known(node.player, context.players, "player", context.place((*path, "player")))
    else:
        for name, branch in node.chance.items():
            where = (*path, "chance", name, "probability")
            expression = context.expression(branch.probability, where, f"the probability of {shown(name)}", context.path_names)
            if expression is not None:
                found.expressions[where] = expression
    for number, player in enumerate(node.hidden_from):
        place = context.place((*path, "hidden_from", number))
        if context.known(player, context.observers, "player", place) and isinstance(node, Decision) and player == node.player:
            context.problems.add(place, f"{shown(player)} makes this move himself and always sees it")
    if isinstance(node, Decision) and "start" in node.actions:
        hint = "'start' is what a player knows who has seen no move"
        context.problems.add(context.key((*path, "actions", "start")), "an action may not be called 'start'", suggestion=hint)


def _check_move(context: Context, found: References, move: Move, path: FilePath) -> None:
    place, beside = context.key(path), context.document.names(*path) & {"with", "each"}
    if not beside:
        hint = "without them, write what follows directly"
        context.problems.add(place, "'then' needs 'with' or 'each' beside it", suggestion=hint)
    if len(beside) == 2:
        hint = "write {each: .., then: {with: .., then: ..}}"
        context.problems.add(place, "'with' and 'each' cannot stand side by side", suggestion=hint)
    for name, text in (move.with_ or {}).items():
        where = (*path, "with", name)
        check_local_name(context, name, where)
        expression = context.expression(text, where, f"the value of {shown(name)}", context.path_names)
        if expression is not None:
            found.expressions[where] = expression
    if move.each is not None:
        found.has_large_family |= _check_family(context, move, path)


def _check_family(context: Context, move: Move, path: FilePath) -> bool:
    """Note what is wrong with a family of actions; return whether it is too large for any tree."""
    if len(path) < 2 or path[-2] != "actions":
        context.problems.add(context.key((*path, "each")), "'each' stands directly under an action, of which it makes a family")
    sizes = []
    for name, values in (move.each or {}).items():
        where = (*path, "each", name)
        check_local_name(context, name, where)
        if isinstance(values, Grid) and values.points < 2:
            context.problems.add(context.place((*where, "points")), f"{shown(name)} needs at least 2 points, got {values.points}")
        if isinstance(values, Grid) and values.start >= values.to:
            rule = (
                f"{shown(name)} must go from its lowest to its highest value, got {show_number(values.start)} to {show_number(values.to)}"
            )
            context.problems.add(context.place((*where, "to")), rule)
        if isinstance(values, ValueList) and len(set(values.values)) < len(values.values):
            context.problems.add(context.place((*where, "values")), f"a value of {shown(name)} stands twice")
        sizes.append(values.points if isinstance(values, Grid) else len(values.values))
    if prod(sizes) > MAX_NODES:
        rule = f"this family has {many(prod(sizes))} actions, more than the {MAX_NODES:,} nodes that a tree may have"
        context.problems.add(context.key((*path, "each")), rule, suggestion="take fewer points")
    return prod(sizes) > MAX_NODES


def _check_circles(context: Context, found: References) -> None:
    """Order the stages so that each leads only to earlier ones; note a circle, in which there is no order."""
    targets = {root: sorted(name for name in names if name in found.roots) for root, names in found.leads_to.items()}
    try:
        found.order.extend(TopologicalSorter(targets).static_order())
    except CycleError as error:
        circle: list[str] = error.args[1][::-1]  # it comes with each stage before the one that leads to it
        path = found.leads_to[circle[-2]][circle[-1]]
        rule = f"the stages lead in a circle: {' > '.join(circle[:8])}"
        context.problems.add(context.place(path), rule, suggestion="rounds that follow one another are written under 'repeat'")


def _check_reached(context: Context, found: References) -> None:
    """Note outcomes and stages to which no way leads from the start of the game."""
    if context.file.game is None or context.sound.lacks("game") or context.sound.lacks("stages"):
        return
    reached: set[str] = set()
    stack = [ROOT]
    while stack:
        for name in found.leads_to.get(stack.pop(), {}):
            if name not in reached:
                reached.add(name)
                stack.append(name)
    # An outcome to which only an unreached stage leads needs no mistake of its own.
    spoken_for = reached.union(*(targets for root, targets in found.leads_to.items() if root not in reached))
    for what, names in (("stages", context.stages), ("outcomes", context.outcomes)):
        for name in names:
            if name not in spoken_for and name not in found.guessed:
                context.problems.add(context.key((what, name)), f"no action leads to the {what[:-1]} {shown(name)}")


def many(count: int) -> str:
    """Return a count for people; beyond a billion its digits say nothing (and may be thousands)."""
    return f"{count:,}" if count < 10**9 else "more than a billion"


def node_count(found: References) -> int:
    """Return how many nodes the tree of one combination of types has; stages count as often as play can come to them."""
    sizes: dict[str, int] = {}

    def size(step: Step) -> int:
        # The depth of this recursion is the depth of nesting in the file, which the reader bounds.
        match step.written:
            case str(name):
                return sizes.get(name, 1)
            case Move(each=dict() as each):
                copies = prod(len(values.values) if isinstance(values, ValueList) else values.points for values in each.values())
                return copies * sum(map(size, next_steps(step)))
            case Move():
                return sum(map(size, next_steps(step)))
        return 1 + sum(map(size, next_steps(step)))

    for root in found.order:
        sizes[root] = size(found.roots[root])
    return sizes[ROOT]
