"""Regimes in words: what happens where along one parameter, and which incentive changes at each threshold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from negotiation.boundaries.line import Regimes, Region, Threshold
from negotiation.boundaries.reasons import Change, Flip
from negotiation.exact.real_points import RealPoint
from negotiation.games.numbers import show_number
from negotiation.words.sections import Section, Table, counted, listed, number, player_name

__all__ = ["bracket_text", "change_texts", "flip_text", "regimes_sections", "written"]

#: Whose equilibria are meant, where they are not subgame perfect.
CONCEPTS = {
    "nash": "Nash equilibria; where play is mixed, what can come of it is written with strokes",
    "sequential": "sequential equilibria; where play is mixed or types differ, what can come of it is written with strokes",
}

#: So many equilibria that begin or end at one threshold are spelled out.
MOST_CHANGES = 8

NASH_HOW = "with every equilibrium as a formula, and"

#: So many courses of play of one region are spelled out.
MOST_COURSES = 3

#: So many digits tell thresholds apart and match what papers print.
DIGITS = 10

#: A bracket narrower than this share of the line is as good as a number.
NARROW = 1e-9


def regimes_sections(found: Regimes) -> list[Section]:
    """Return what is known of the regimes along a line, for people."""
    labels = found.line.scenario.labels
    thresholds = [_threshold_section(found, place, labels) for place in range(len(found.thresholds))]
    return [_map(found), *thresholds, _ground(found) if not found.resolution else _search(found)]


def _map(found: Regimes) -> Section:
    line = found.line
    parameter = line.scenario.parameters[line.axis]
    where = line.scenario.file if found.variant is None else f"{line.scenario.file}, variant '{found.variant}'"
    set_ = "".join(f"; {name} = {number(line.values[name])}" for name in found.settings if name != line.axis)
    said = (
        f"{where}{set_}",
        f"{line.axis} ({parameter.about}) goes from {show_number(line.low)} to {show_number(line.high)}; everything else stays.",
        *([] if found.concept == "subgame_perfect" else [f"What happens is what happens in {CONCEPTS.get(found.concept, found.concept)}."]),
    )
    worth = tuple(player_name(line.scenario.labels, player) for player in line.scenario.players)
    rows = tuple(_row(region, len(worth)) for region in found.regions)
    columns = (line.axis, "what happens", "course of play", *(f"worth to {name}" for name in worth), f"at {line.axis}")
    table = Table(columns, rows, frozenset(range(3, len(columns))))
    remarks = [*([] if found.thresholds else [_nothing_changes(found)]), *_ends(found)]
    return Section(line.scenario.title, said, table, tuple(remarks))


def _ends(found: Regimes) -> Iterator[str]:
    """Yield what is to be said of an end of the line where it differs from the region beside it."""
    for end, region in zip(found.ends, (found.regions[0], found.regions[-1]), strict=True):
        if set(end.readings) != set(region.readings):
            yield f"At the end {found.line.axis} = {written(end.at)}: {_exactly_there(end)}"


def _nothing_changes(found: Regimes) -> str:
    return f"There is no threshold: what happens is the same for every value of {found.line.axis} in this interval."


def _row(region: Region, players: int) -> tuple[str, ...]:
    shown = [" > ".join(path) for path in region.paths[:MOST_COURSES]]
    more = len(region.paths) - MOST_COURSES
    course = "; or ".join(shown) + (f"; or {more} more" if more > 0 else "")
    payoffs = region.equilibria[0].payoffs if len({each.payoffs for each in region.equilibria}) == 1 else None
    worth = ["varies"] * players if payoffs is None else [number(payoff) for payoff in payoffs]
    return f"{_short(region.low)} to {_short(region.high)}", " or ".join(region.readings), course, *worth, str(region.witness)


def _short(point: RealPoint) -> str:
    return show_number(float(point) if point.exact is None else point.exact)


def _threshold_section(found: Regimes, place: int, labels: Mapping[str, str]) -> Section:
    threshold, axis = found.thresholds[place], found.line.axis
    before, after = found.regions[place], found.regions[place + 1]
    same = before.readings == after.readings
    change = f"{_quoted(before.readings)} on both sides" if same else f"from {_quoted(before.readings)} to {_quoted(after.readings)}"
    if threshold.bracket is not None:
        return Section(f"{_bracketed(threshold, threshold.bracket, found)}: {change}", tuple(_bracket_remarks(threshold)))
    heading = f"At {axis} = {written(threshold.at)}: {change}"
    lines = [flip_text(flip, labels) for flip in threshold.flips] + change_texts(threshold.changes, labels)
    if not lines and not threshold.undefined:
        lines.append("A single point: somebody is indifferent there and nowhere near.")
    return Section(heading, (*lines, _exactly_there(threshold)))


def _bracketed(threshold: Threshold, bracket: tuple[Fraction, Fraction], found: Regimes) -> str:
    """Return where a threshold lies that was closed in: a number where the bracket is very narrow."""
    where = bracket_text(threshold.at, bracket, found.line.axis, found.line.high - found.line.low)
    return where[:1].upper() + where[1:]


def bracket_text(at: RealPoint, bracket: tuple[Fraction, Fraction], axis: str, span: Fraction) -> str:
    """Return where something lies that was closed in: a number where the bracket is very narrow."""
    low, high = bracket
    if high - low <= NARROW * span:
        return f"at {axis} = {written(at)} (to within {show_number(high - low, digits=2)})"
    return f"between {axis} = {show_number(low, digits=DIGITS)} and {show_number(high, digits=DIGITS)}"


def _bracket_remarks(threshold: Threshold) -> Iterator[str]:
    yield "Closed in by solving the game on both sides."
    if threshold.readings:
        names = [f"'{name}'" for name in threshold.readings]
        yield f"Solved exactly there: {listed(names)}."


def change_texts(changes: Sequence[Change], labels: Mapping[str, str]) -> list[str]:
    """Return what becomes of each equilibrium at a threshold."""
    grouped: dict[tuple[str, bool], list[Change]] = {}
    for change in changes:
        grouped.setdefault((change.equilibrium, change.begins), []).append(change)
    texts = [_equilibrium_text(name, begins, changes, labels) for (name, begins), changes in grouped.items()]
    more = len(texts) - MOST_CHANGES
    return [*texts[:MOST_CHANGES], *([f"{more} more begin or end there; the JSON document has them all."] if more > 0 else [])]


def _equilibrium_text(name: str, begins: bool, changes: list[Change], labels: Mapping[str, str]) -> str:
    said = f"Beyond it '{name}' is an equilibrium" if begins else f"Up to it '{name}' is an equilibrium, and beyond it no longer"
    reasons = _needed([each for each in changes if each.player], labels)
    chose = " (as the formulas choose on that side)" if any(each.chose for each in changes) else ""
    return f"{said}; it needs {'; and '.join(reasons)}{chose}." if reasons else f"{said}."


def _needed(changes: Sequence[Change], labels: Mapping[str, str]) -> list[str]:
    """Return the inequalities that an equilibrium needs, each with what it is about."""
    grouped: dict[str, list[str]] = {}
    for change in changes:
        who = player_name(labels, change.player)
        about = f"{who} must play '{change.strategy}' sometimes" if change.is_share else f"{who} must not gain by '{change.strategy}'"
        # Solved for the axis it can be the same inequality, read from the other side.
        same = set(change.condition.split(" > ")) == set(change.solved.replace(" < ", " > ").split(" > "))
        said = change.condition if same or not change.solved else f"{change.condition}, that is {change.solved}"
        grouped.setdefault(said, []).append(about)
    return [f"{said} ({', '.join(about)})" for said, about in grouped.items()]


def written(point: RealPoint) -> str:
    """Return a threshold: a rational exactly and as a decimal, else the decimal with its bounds."""
    if point.exact is None:
        bounds = f"between {show_number(point.low, digits=17)} and {show_number(point.high, digits=17)}"
        return f"{show_number(float(point), digits=DIGITS)} (no rational: the only root of {_polynomial(point)} {bounds})"
    decimal = show_number(point.exact, digits=DIGITS)
    return decimal if Fraction(decimal) == point.exact else f"{point.exact} = {decimal}"


def _polynomial(point: RealPoint) -> str:
    return str(point.minimal).replace("^", "**")


def _quoted(names: tuple[str, ...]) -> str:
    return " or ".join(f"'{name}'" for name in names)


def flip_text(flip: Flip, labels: Mapping[str, str]) -> str:
    """Return one flip as a sentence, first in the file's own payoffs, then in its parameters."""
    if not flip.player:
        return f"Beyond it the condition of the reading '{flip.takes}' holds: {flip.short}."
    who = player_name(labels, flip.player)
    forms = list(dict.fromkeys(text for text in (flip.short, flip.condition, flip.solved) if text))
    choice = " (as the formulas choose just beyond the threshold)" if flip.chose else ""
    said = "; that is, ".join(forms[:2]) + (f"; so {forms[2]}" if len(forms) > 2 else "")
    return f"Beyond it {who}, at '{flip.information_set}', would take '{flip.takes}' rather than '{flip.instead}': {said}{choice}."


def _exactly_there(threshold: Threshold) -> str:
    if threshold.undefined:
        return f"Exactly there the game has no value: {threshold.undefined}."
    if not threshold.readings:
        return "What holds exactly there was not looked for: no rational is that point, and the game is large."
    if len(threshold.readings) == 1:
        return f"Exactly there: '{threshold.readings[0]}'."
    names = listed([f"'{name}'" for name in threshold.readings])
    return f"Exactly there somebody is indifferent, and each of these can happen in equilibrium: {names}."


def _search(found: Regimes) -> Section:
    """Return how this is known where thresholds were closed in."""
    certificates = [each.certificate for region in found.regions for each in region.equilibria]
    worst = max((each.regret for each in certificates), default=0)
    concept = found.concept.replace("_", " ")
    said = (
        f"Thresholds are not exact here, because {'; '.join(found.notes[:1])}.",
        f"The game was solved ({concept}) at {found.points:,} points: at {found.first + 1:,} evenly spaced ones, and where neighbours "
        f"differ closer and closer. A grid that tells thresholds apart as finely has {found.resolution + 1:,} points, "
        f"{(found.resolution + 1) / found.points:,.0f} times as many. What begins and ends between two neighbours of the first grid "
        "can have been missed.",
        f"At one point inside each region: {counted(len(certificates), 'equilibrium', 'equilibria')}, largest regret {number(worst)}.",
        *(f"{note[:1].upper()}{note[1:]}." for note in found.notes[1:]),
    )
    return Section("How this is known", said)


def _ground(found: Regimes) -> Section:
    """Return how this is known."""
    certificates = [each.certificate for region in found.regions for each in region.equilibria]
    inequalities = sum(len(each.incentives) for each in certificates)
    worst = max((each.regret for each in certificates), default=0)
    how = "by backward induction on the formulas, with" if found.concept == "subgame_perfect" else NASH_HOW
    settled = f"{counted(found.stretches, 'stretch', 'stretches')} and {counted(found.points, 'single point')} between and beside them"
    solved = counted(len(certificates), "equilibrium", "equilibria")
    checked = counted(inequalities, "incentive inequality", "incentive inequalities")
    said = (
        f"The line was settled in {settled}, {how} the sign of every comparison decided exactly; no threshold is missing.",
        f"At one witness inside each region the game was solved again from its numbers alone: {solved}, {checked} checked, largest "
        f"regret {number(worst)}. The JSON document has them all.",
        *(f"{note[:1].upper()}{note[1:]}." for note in found.notes),
    )
    return Section("How this is known", said)
