"""Names: each means one thing; definitions stand in an order in which they can be computed."""

from __future__ import annotations

from negotiation.scenario.contents import Expression
from negotiation.scenario.context import Context, is_reserved
from negotiation.scenario.mistakes import shown
from negotiation.scenario.nodes import Key

__all__ = ["check_local_name", "check_names", "read_definitions"]

#: Where the names stand that formulas may use, and what they are called.
_SECTIONS: tuple[tuple[str, tuple[Key, ...]], ...] = (
    ("player", ("players",)),
    ("parameter", ("parameters",)),
    ("definition", ("definitions",)),
    ("state", ("repeat", "state")),
)


def check_names(context: Context) -> None:
    """Note names that mean two things, and names that the language keeps for itself."""
    taken: dict[str, tuple[str, int]] = {}
    for what, section in _SECTIONS:
        for name in context.document.names(*section):
            _claim(context, taken, name, what, (*section, name))
    for name, player in context.channels.items():
        _claim(context, taken, name, "channel", ("repeat", "clock", "channels", player, name))
    for player in context.players:
        for kind in context.types(player):
            if is_reserved(kind) or kind == "strategy":
                context.problems.add(context.key(("players", player, "types", kind)), f"a type may not be called {shown(kind)}")
    for stage in context.stages:
        if stage in context.outcomes:
            line = context.key(("outcomes", stage)).line
            context.problems.add(context.key(("stages", stage)), f"{shown(stage)} is also the name of an outcome (line {line})")


def _claim(context: Context, taken: dict[str, tuple[str, int]], name: str, what: str, path: tuple[Key, ...]) -> None:
    place = context.key(path)
    if is_reserved(name):
        context.problems.add(place, f"a {what} may not be called {shown(name)}: formulas use the word")
    elif name in taken:
        other, line = taken[name]
        context.problems.add(place, f"the {what} {shown(name)} has the name of a {other} (line {line})")
    else:
        taken[name] = what, place.line


def check_local_name(context: Context, name: str, path: tuple[Key, ...]) -> None:
    """Note a local variable whose name means something else already."""
    if is_reserved(name):
        context.problems.add(context.key(path), f"a local variable may not be called {shown(name)}: formulas use the word")
        return
    for what, section in _SECTIONS:
        if name in context.document.names(*section):
            line = context.key((*section, name)).line
            context.problems.add(context.key(path), f"the local variable {shown(name)} has the name of a {what} (line {line})")
            return


def read_definitions(context: Context) -> dict[str, Expression]:
    """Return the definitions in order; note those that use themselves or later ones."""
    found = {}
    for name, text in context.file.definitions.items():
        expression = context.expression(text, ("definitions", name), f"the definition {shown(name)}", context.constants)
        if expression is not None:
            found[name] = expression
    parameters = context.document.names("parameters")
    order = {name: number for number, name in enumerate(context.document.names("definitions")) if name not in parameters}
    uses = {name: [used for used in expression.formula.places if used in order] for name, expression in found.items()}
    for name, expression in found.items():
        for used in uses[name]:
            if order[used] >= order.get(name, len(order)):
                # Following definitions takes time, and enough has been said when nothing more is shown.
                circular = not context.problems.is_full and _reaches(uses, used, name)
                _note_later(context, expression, name, used, circular=circular)
    return found


def _note_later(context: Context, expression: Expression, name: str, used: str, *, circular: bool) -> None:
    offset, length = expression.formula.places[used]
    rule, hint = f"the definition {shown(name)} uses {shown(used)}, which is defined later", f"move {shown(used)} above {shown(name)}"
    if circular:
        rule, hint = f"the definitions {shown(name)} and {shown(used)} need each other", ""
    if used == name:
        rule, hint = f"the definition {shown(name)} uses itself", ""
    context.problems.add_within(expression.place, offset, length, rule, suggestion=hint)


def _reaches(uses: dict[str, list[str]], start: str, goal: str) -> bool:
    """Return whether a definition needs another one, directly or through others."""
    seen, stack = {start}, [start]
    while stack:
        name = stack.pop()
        if name == goal:
            return True
        for other in uses.get(name, []):
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return False
