"""A document becomes the contents of a scenario, or all of its mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from negotiation.scenario.audience import check_audience
from negotiation.scenario.building import check_numbers
from negotiation.scenario.contents import Contents, Expression, Outline
from negotiation.scenario.context import Context
from negotiation.scenario.document import Document
from negotiation.scenario.layout import Layout, TypeDraws, lay_out
from negotiation.scenario.mistakes import Collector, shown
from negotiation.scenario.moves import moves_of
from negotiation.scenario.names import check_names, read_definitions
from negotiation.scenario.numbers import Numbers
from negotiation.scenario.payoffs import Table, read_matrix, read_outcomes, table_outline
from negotiation.scenario.references import References, check_references
from negotiation.scenario.repetition import check_repetition
from negotiation.scenario.rules import read_behaviour, read_parameters, read_readings, read_repeat, read_sweep, read_variants
from negotiation.scenario.schema import Player, ScenarioFile
from negotiation.scenario.shocks import check_changed
from negotiation.scenario.structure import read_structure

__all__ = ["Checked", "check_document"]


#: So many nodes are checked in all variants together, which takes a minute or two.
MAX_CHECKED = 2_000_000


class Checked:
    """A file without mistakes: its texts and its contents."""

    def __init__(self, file: ScenarioFile, contents: Contents) -> None:
        self.title = " ".join(file.title.split())
        self.source = file.source
        self.about = file.about
        self.contents = contents


def check_document(document: Document) -> Checked:
    """Return what a document says.

    Raises
    ------
    ScenarioError
        With all independent mistakes of the file.
    """
    problems = document.problems
    sound = read_structure(document, problems)
    context = Context(document, sound, problems)
    contents = _read(context)
    problems.raise_if_any()
    check_changed(context, contents)
    _check_work(context, contents)
    settings: list[tuple[str | None, Mapping[str, Fraction]]] = [(None, {}), *contents.variants.items()]
    for variant, setting in settings:
        values = {name: parameter.value for name, parameter in contents.parameters.items()} | dict(setting)
        numbers = Numbers.at(contents, values, Collector(document.file, document.text), variant)
        check_numbers(numbers)
        check_repetition(numbers)
        problems.add_elsewhere(numbers.problems)
    problems.raise_if_any()
    return Checked(sound.file, contents)


def _check_work(context: Context, contents: Contents) -> None:
    """Refuse more variants, channels or windows of a large tree than can be looked at."""
    nodes, variants = len(contents.outline.nodes), len(contents.variants)
    clock = None if contents.repeat is None else contents.repeat.clock
    channels, windows, shocks = (0, 0, 0) if clock is None else (len(clock.channels), len(clock.windows), len(clock.shocks))
    here, games = ("repeat", "clock"), (1 + variants) * (1 + channels)
    for what, count, place in (
        ("variants", variants, ("variants",)),
        ("channels, in all variants together,", channels * (1 + variants), (*here, "channels")),
        ("windows, in all channels and variants together,", windows * games, (*here, "windows")),
        ("shocks, in all channels and variants together,", shocks * games, (*here, "shocks")),
    ):
        if count and nodes * (1 + count) > MAX_CHECKED:
            rule = f"{count:,} {what} of a tree with {nodes:,} nodes are more than is checked ({MAX_CHECKED:,} nodes in all)"
            context.problems.fail(context.key(place), rule, suggestion=f"take fewer {place[-1]}, or fewer points in 'each'")


def _read(context: Context) -> Contents:
    """Return the contents of a file as far as they can be read; note what is wrong with its parts."""
    check_names(context)
    _check_one_game(context)
    check_audience(context)
    parameters = read_parameters(context)
    definitions = read_definitions(context)
    types = _read_types(context)
    references = check_references(context)
    layout = _lay_out(context, references, types)
    table = None if context.file.matrix is None else read_matrix(context, context.file.matrix)
    outcomes = read_outcomes(context, layout)
    outline = _outline(layout, table)
    repeat = context.file.repeat
    return Contents(
        players=context.players,
        labels={name: player if isinstance(player, str) else player.label for name, player in context.file.players.items()},
        types=types,
        parameters=parameters,
        definitions=definitions,
        outcomes=outcomes | (table.payoffs if table is not None else {}),
        outline=outline,
        matrix=None if table is None else table.form,
        readings=read_readings(context, moves_of(context, outline)[None]),
        repeat=None if repeat is None else read_repeat(context, repeat, layout, outline),
        behaviour=read_behaviour(context),
        variants=read_variants(context, parameters),
        sweep=read_sweep(context),
        watched=context.watched,
    )


def _check_one_game(context: Context) -> None:
    written = [key for key in ("game", "matrix") if key in context.document.names()]
    if not written:
        context.problems.add(context.key(()), "the file needs 'game' (a tree) or 'matrix'")
    elif len(written) == 2:
        line = context.key(("game",)).line
        context.problems.add(context.key(("matrix",)), f"a file has one game: 'game' stands on line {line} already")
    if context.lacks_outcomes and not context.sound.lacks("outcomes"):
        hint = "for each end of the game, what each player gets: 'peace: {sender: 1, target: 0}'"
        context.problems.add(context.key(()), "the file needs 'outcomes'", suggestion=hint)
    if written == ["matrix"] and context.stages:
        context.problems.add(context.key(("stages",)), "stages are parts of a tree, and this file has a matrix")


def _read_types(context: Context) -> dict[str, Mapping[str, Expression]]:
    """Return the types of each player who has any, with their prior probabilities."""
    found: dict[str, Mapping[str, Expression]] = {}
    for name, player in context.file.players.items():
        if isinstance(player, Player) and player.types is not None:
            priors = {
                kind: context.expression(
                    text,
                    ("players", name, "types", kind),
                    f"the prior probability of type {shown(kind)} of {shown(name)}",
                    context.constants,
                )
                for kind, text in player.types.items()
            }
            found[name] = {kind: prior for kind, prior in priors.items() if prior is not None}
    return found


def _lay_out(context: Context, references: References, types: Mapping[str, Mapping[str, Expression]]) -> Layout | None:
    """Return the tree, None where there is none or parts of it could not be read."""
    if any(context.sound.lacks(section) for section in ("game", "stages", "players")) or context.file.game is None:
        return None
    draws: TypeDraws = [(place, dict(types[name])) for place, name in enumerate(context.players) if types.get(name)]
    return lay_out(context, references, draws)


def _outline(layout: Layout | None, table: Table | None) -> Outline:
    if layout is not None:
        return layout.outline()
    return Outline((), (), ()) if table is None else table_outline(table.form)
