"""What players get: outcomes, and matrices with the outcome of each cell."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from negotiation.scenario.contents import DecisionMove, EndOfPlay, Expression, InformationRule, MatrixForm, Outline, PayoffByType
from negotiation.scenario.context import Context
from negotiation.scenario.layout import Layout
from negotiation.scenario.mistakes import shown
from negotiation.scenario.nodes import Key
from negotiation.scenario.schema import Matrix

__all__ = ["Outcomes", "Table", "read_matrix", "read_outcomes", "table_outline"]

#: outcome -> player -> a formula, or one for each type of a player.
Outcomes: TypeAlias = dict[str, Mapping[str, Expression | PayoffByType]]


@dataclass(frozen=True, slots=True)
class Table:
    """A matrix as read: its form, and the payoffs of cells that have them in place of an outcome's name."""

    form: MatrixForm
    payoffs: Outcomes


def read_outcomes(context: Context, layout: Layout | None) -> Outcomes:
    """Return the payoffs of all outcomes; note missing players and types, and names that cannot stand there."""
    found: Outcomes = {}
    for outcome, payoffs in context.file.outcomes.items():
        row: dict[str, Expression | PayoffByType] = {}
        for player, payoff in payoffs.items():
            path = ("outcomes", outcome, player)
            if context.known(player, context.players, "player", context.key(path), f" at outcome {shown(outcome)}"):
                row |= _payoff(context, payoff, path)
        missing = context.missing(context.players, context.document.names("outcomes", outcome))
        if missing:
            rule = f"the outcome {shown(outcome)} has no payoff for {', '.join(map(shown, missing))}"
            context.problems.add(context.key(("outcomes", outcome)), rule, suggestion="each player needs one; 0 is written out too")
        if layout is not None:
            for read in row.values():
                for expression in read.formulas.values() if isinstance(read, PayoffByType) else [read]:
                    check_locals(context, expression, outcome, layout)
        found[outcome] = row
    return found


def _payoff(context: Context, payoff: str | Mapping[str, str], path: tuple[str, str, str]) -> dict[str, Expression | PayoffByType]:
    """Return a player with his payoff, or nothing if there is a mistake in it."""
    _, outcome, player = path
    if isinstance(payoff, str):
        expression = context.expression(payoff, path, f"the payoff of {shown(player)} at outcome {shown(outcome)}", context.payoff_names)
        return {} if expression is None else {player: expression}
    whose = _whose_types(context, player, payoff, path)
    if whose is None:
        return {}
    found = {}
    for kind, text in payoff.items():
        if context.known(kind, context.types(whose), "type", context.key((*path, kind)), f" of {shown(whose)}"):
            type_of = f"type {shown(kind)} of {shown(whose)}"
            whom = type_of if whose == player else f"{shown(player)} against {type_of}"
            expression = context.expression(text, (*path, kind), f"the payoff of {whom} at outcome {shown(outcome)}", context.payoff_names)
            if expression is not None:
                found[kind] = expression
    _check_types(context, whose, path)
    return {player: PayoffByType(context.players.index(whose), found)}


def _check_types(context: Context, whose: str, path: tuple[str, str, str]) -> None:
    """Note the types for which a payoff is missing."""
    missing = context.missing(context.types(whose), context.document.names(*path))
    if missing:
        kinds = ", ".join(map(shown, missing))
        context.problems.add(context.key(path), f"the outcome {shown(path[1])} has no payoff for type {kinds} of {shown(whose)}")


def _whose_types(context: Context, player: str, payoff: Mapping[str, str], path: tuple[str, str, str]) -> str | None:
    """Return the player by whose types a payoff is written: the one who gets it, else another; note where it cannot be told."""
    if context.sound.lacks("players"):
        return None  # what is wrong with the players has been noted, and their types may be what is missing
    shared = {other: len({*payoff}.intersection(context.types(other))) for other in context.players}
    typed = [other for other in context.players if context.types(other)]
    most = max(shared.values())
    named = [other for other in typed if shared[other] == most]
    if not most and player not in typed and typed:
        rule = f"{shown(player)} has no types, and these are types of nobody: {', '.join(map(shown, payoff))}"
        context.problems.add(context.key(path), rule, suggestion="write one formula, or one for each type of another player")
    elif not typed:
        context.problems.add(context.key(path), f"{shown(player)} has no types, so his payoff must be one formula")
    elif player in named or len(named) == 1:
        return player if player in named else named[0]
    else:
        rule = f"{' and '.join(map(shown, named))} have types of these names, so it cannot be told whose types are meant"
        context.problems.add(context.key(path), rule, suggestion="give their types different names")
    return None


def check_locals(context: Context, expression: Expression, outcome: str, layout: Layout) -> None:
    """Note local variables in a formula of an outcome that are not set on every way to it."""
    for name in expression.formula.places:
        if name in context.local_names and name not in layout.at_ends.get(outcome, context.local_names):
            offset, length = expression.formula.places[name]
            rule = f"{shown(name)} in {expression.subject} is not set on every way to this outcome"
            hint = "set it with 'with' or 'each' before, or give the other ways an outcome of their own"
            context.problems.add_within(expression.place, offset, length, rule, suggestion=hint)


def read_matrix(context: Context, matrix: Matrix) -> Table | None:
    """Return a matrix; note wrong players, missing or unknown cells, and mistakes in their payoffs."""
    sides = (("rows", matrix.rows), ("columns", matrix.columns))
    if not _check_sides(context, sides):
        return None
    (row_player, rows), (column_player, columns) = (next(iter(side.items())) for _, side in sides)
    is_whole = _check_cells(context, matrix, rows, columns) and not context.sound.lacks("matrix")
    cells: list[str] = []
    payoffs: Outcomes = {}
    guessed: set[str] = set()
    for row, column in itertools.product(rows, columns):
        cell = matrix.payoffs.get(row, {}).get(column)
        path = ("matrix", "payoffs", row, column)
        if isinstance(cell, str):
            if not context.known(cell, context.outcomes, "outcome", context.place(path)):
                guessed.add(context.problems.nearest(cell, context.outcomes))
            cells.append(cell)
            continue
        cells.append(f"{row}, {column}")
        payoffs[cells[-1]] = _cell(context, cell or [], path, (row_player, column_player), cells[-1])
    for outcome in context.outcomes:
        if is_whole and outcome not in guessed.union(cells):
            context.problems.add(context.key(("outcomes", outcome)), f"no cell leads to the outcome {shown(outcome)}")
    lines = tuple(tuple(cells[start : start + len(columns)]) for start in range(0, len(cells), len(columns)))
    return Table(MatrixForm((tuple(rows), tuple(columns)), lines), payoffs)


def _cell(context: Context, texts: list[str], path: tuple[Key, ...], players: tuple[str, str], name: str) -> dict[str, Expression]:
    found = {}
    for number, (player, text) in enumerate(zip(players, texts, strict=False)):
        subject = f"the payoff of {shown(player)} at {shown(name)}"
        expression = context.expression(text, (*path, number), subject, context.update_names)
        if expression is not None:
            found[player] = expression
    return found


def _check_sides(context: Context, sides: tuple[tuple[str, dict[str, list[str]]], ...]) -> bool:
    """Note what is wrong with the players and actions of a matrix; return whether its cells can be read."""
    before = len(context.problems.found)
    players = context.players
    if len(players) != 2:
        context.problems.add(context.key(("matrix",)), f"a matrix is for two players, this file has {len(players)}")
        return False
    for player in players:
        if context.types(player):
            context.problems.add(context.key(("players", player, "types")), "a matrix has no private types; write the game as a tree")
    for (side, entries), expected in zip(sides, players, strict=False):
        for player, actions in entries.items():
            place = context.key(("matrix", side, player))
            if context.known(player, players, "player", place) and player != expected:
                rule = f"the {side} belong to {shown(expected)}, as the first player of 'players' has the rows"
                context.problems.add(place, rule)
            for number, action in enumerate(actions):
                if action in actions[:number]:
                    context.problems.add(context.place(("matrix", side, player, number)), f"the action {shown(action)} stands twice")
    return len(context.problems.found) == before


def _check_cells(context: Context, matrix: Matrix, rows: list[str], columns: list[str]) -> bool:
    """Note unknown and missing rows and columns; return whether there are none."""
    before = len(context.problems.found)
    written = context.document
    for row, line in matrix.payoffs.items():
        path = ("matrix", "payoffs", row)
        if context.known(row, rows, "row", context.key(path)):
            for column in line:
                context.known(column, columns, "column", context.key((*path, column)))
            missing = context.missing(columns, written.names(*path))
            if missing:
                context.problems.add(context.key(path), f"the row {shown(row)} has no payoffs for {', '.join(map(shown, missing))}")
    missing = context.missing(rows, written.names("matrix", "payoffs"))
    if missing:
        context.problems.add(context.key(("matrix", "payoffs")), f"there are no payoffs for the row {', '.join(map(shown, missing))}")
    return len(context.problems.found) == before


def table_outline(form: MatrixForm) -> Outline:
    """Return a matrix as a tree: the row player moves first and the column player does not see it."""
    rows, columns = form.strategies
    sets = (InformationRule("start", 0, rows, None), InformationRule("start", 1, columns, None))
    root = DecisionMove(0, [])
    nodes: list[DecisionMove | EndOfPlay] = [root]
    for line in form.cells:
        root.children.append(len(nodes))
        nodes.append(DecisionMove(1, [len(nodes) + 1 + place for place in range(len(columns))]))
        nodes += [EndOfPlay(outcome, (None, None), 0) for outcome in line]
    return Outline(tuple(nodes), sets, ((-1, ()),))
