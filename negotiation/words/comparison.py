"""Answers side by side in words: what happens on each side, what changed, and what is enough to explain it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from negotiation.comparing.comparison import Change, Comparison
from negotiation.comparing.correspondence import Correspondence
from negotiation.comparing.explanation import Difference, Explanation
from negotiation.comparing.sides import Play, Side
from negotiation.comparing.transfer import Transfer
from negotiation.games.numbers import Number
from negotiation.games.solution import Finding
from negotiation.words.flips import passage_lines
from negotiation.words.sections import Section, Table, counted, listed, number, player_name, share

__all__ = ["comparison_sections"]

#: What a reader has to know of the last column.
SUM = "The sum of payoffs means something only where they are in one unit."

#: What is said of a play that stays an equilibrium.
STAYS = "nobody could gain by leaving it"

#: So many plays of one side are listed; the JSON document has all.
MOST_PLAYS = 6

#: So many courses of play of one play are spelled out.
MOST_COURSES = 3

#: So many sets of parameters that are enough are listed.
MOST_SETS = 5

#: So many parameters that differ are listed one by one.
MOST_DIFFERENCES = 12


def comparison_sections(found: Comparison) -> list[Section]:
    """Return what a comparison says, for people: all sides in one table, then each against the first."""
    return [_all_sides(found), *(_change_section(found, change) for change in found.changes)]


def _all_sides(found: Comparison) -> Section:
    labels = {player: label for side in reversed(found.sides) for player, label in side.labels.items()}
    rows = tuple(row for side in found.sides for row in _side_rows(side, found.players))
    worth = tuple(player_name(labels, player) for player in found.players)
    columns = ("", "what happens", "course of play", *worth, "sum")
    numeric = frozenset(range(3, len(columns)))
    titles = list(dict.fromkeys(side.title for side in found.sides if side.title))
    heading = titles[0] if len(titles) == 1 else "Side by side"
    said = tuple(titles) if len(titles) > 1 else ()
    remarks = [f"{side.label}: {_completeness(side)}" for side in found.sides if side.count != 1 or not side.complete]
    return Section(heading, said, Table(columns, rows, numeric), (*remarks, SUM))


def _side_rows(side: Side, players: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the rows of one side; its label stands in the first of them."""
    rows = [(play.reading, _course(play), *_worth(play.payoffs, players), number(play.welfare)) for play in side.plays[:MOST_PLAYS]]
    if len(side.plays) > MOST_PLAYS:
        rows.append((f"... and {len(side.plays) - MOST_PLAYS:,} more", "", *("" for _ in players), ""))
    if not side.plays:
        rows = [_finding_row(side, finding, players) for finding in side.findings] or [
            ("nothing of its kind", "", *("-" for _ in players), "-")
        ]
    return [("" if place else side.label, *row) for place, row in enumerate(rows)]


def _finding_row(side: Side, finding: Finding, players: Sequence[str]) -> tuple[str, ...]:
    worth = dict(zip(side.players, finding.payoffs, strict=True)) if finding.payoffs is not None else {}
    total = number(sum(worth.values(), Fraction(0))) if worth else "-"
    return finding.name, finding.summary, *_worth(worth, players), total


def _worth(payoffs: Mapping[str, Number], players: Sequence[str]) -> list[str]:
    return [number(payoffs[player]) if player in payoffs else "-" for player in players]


def _completeness(side: Side) -> str:
    """Return how many equilibria there are and whether these are all."""
    if not side.plays:
        return "no list of equilibria; what the concept finds is in the table."
    kind = side.scope if side.complete and side.scope else "equilibrium" if side.count == 1 else "equilibria"
    what = f"{side.count:,} {kind} in {counted(len(side.plays), 'outcome')}"
    if not side.complete:
        return f"{what} found; there may be more."
    return f"{what}, and no others{' of that kind' if side.scope else ''}."


def _course(play: Play) -> str:
    shown = [
        " > ".join(path.actions) if len(play.paths) == 1 else f"{' > '.join(path.actions)} ({share(path.probability)})"
        for path in sorted(play.paths, key=lambda path: -path.probability)[:MOST_COURSES]
    ]
    more = len(play.paths) - MOST_COURSES
    return "; ".join(shown) + (f"; {more} more" if more > 0 else "")


def _change_section(found: Comparison, change: Change) -> Section:
    first, other = found.sides[0], found.sides[change.side]
    lines = [_verdict(first, other, change)]
    lines += _explained(other, change)
    lines += _flips(change.explanation)
    lines += _correspondence_lines(first, other, change)
    lines += _payoff_lines(first, other)
    lines += _transfer_lines(first, other, change.there)
    lines += _transfer_lines(other, first, change.back)
    lines += change.cannot
    return Section(f"From {first.label} to {other.label}", (), _differences(first, other, change.differences), tuple(lines))


def _verdict(first: Side, other: Side, change: Change) -> str:
    """Return in one sentence what changed."""
    if not first.plays or not other.plays:
        return "Only one of the two, or neither, says how play goes." if first.plays or other.plays else "Neither says how play goes."
    if change.what == "reading":
        before, after = ({play.reading for play in side.plays} for side in (first, other))
        return f"What happens changes: from {_quoted(before)} to {_quoted(after)}."
    if change.what is not None:
        return "What happens has the same name on both sides, but the course of play is another."
    if all(pair.how == "same play" for pair in change.correspondences):
        return "What happens is the same on both sides."
    return "The same courses of play are possible on both sides, with other probabilities."


def _quoted(names: set[str]) -> str:
    return listed([f"'{name}'" for name in sorted(names)])


def _differences(first: Side, other: Side, found: Sequence[Difference]) -> Table | None:
    if not found:
        return None
    rows = [
        (each.name, each.about, *("-" if value is None else number(value) for value in (each.first, each.second)))
        for each in found[:MOST_DIFFERENCES]
    ]
    rows += [("", f"... and {len(found) - MOST_DIFFERENCES} more", "", "")] if len(found) > MOST_DIFFERENCES else []
    return Table(("parameter", "meaning", first.label, other.label), tuple(rows), frozenset({2, 3}))


def _explained(other: Side, change: Change) -> list[str]:
    """Return which parameters are enough to explain a change."""
    found = change.explanation
    if found is None:
        return []
    if not found.sets:
        return [f"{_bound(found)} No such set is enough; all {found.differing} parameters that differ are, together."]
    if len(found.sets) == 1 and found.complete:
        return [_one_set(found, other)]
    lines = [f"Enough to bring the change about, with everything else left as it was: {_sets(found)}."]
    if found.needed:
        lines.append(f"Every set that is enough has {listed(sorted(found.needed))} in it.")
    return lines if found.complete else [*lines, _bound(found)]


def _flips(found: Explanation | None) -> list[str]:
    """Return at which values of single parameters the answer flips."""
    if found is None:
        return []
    what = "what happens" if found.what == "reading" else "the course of play"
    return [line for each in found.passages[:MOST_SETS] for line in passage_lines(each, what)]


def _one_set(found: Explanation, other: Side) -> str:
    """Return what is said of the one minimal set of parameters."""
    names = found.sets[0]
    kept = found.differing - len(names)
    if found.differing == 1:
        return f"Only {names[0]} differs, and so {names[0]} alone explains the change."
    explain, them = ("alone explains", "it") if len(names) == 1 else ("together explain", "them")
    rest = f"the other {counted(kept, 'difference')} {'is' if kept == 1 else 'are'} not needed" if kept else "each of them is needed"
    return (
        f"{listed(names)} {explain} the change: with {them} as in {other.label} and everything else left as it was, what happens is "
        f"that of {other.label}; {rest}."
    )


def _sets(found: Explanation) -> str:
    shown = [f"{names[0]} alone" if len(names) == 1 else f"{listed(names)} together" for names in found.sets[:MOST_SETS]]
    more = len(found.sets) - MOST_SETS
    return "; or ".join(shown) + (f"; or {more} more sets" if more > 0 else "")


def _bound(found: Explanation) -> str:
    """Return how far the search went."""
    failed = f" At {counted(found.without_answer, 'set')} of values there is no answer." if found.without_answer else ""
    if found.searched == found.differing:
        return failed.strip()
    return (
        f"All sets of up to {counted(found.searched, 'parameter')} were tried, {found.solves:,} games solved; larger ones were not.{failed}"
    )


def _correspondence_lines(first: Side, other: Side, change: Change) -> list[str]:
    """Return what corresponds, where there is more than one play on a side."""
    pairs = change.correspondences
    if not first.plays or not other.plays or (len(first.plays) == len(other.plays) == 1 and pairs[0].how != "nearest play"):
        return []
    lines = [_pair(first, other, pair) for pair in pairs] if len(pairs) <= MOST_PLAYS else _tally(first, other, pairs)
    if not (first.complete and other.complete):
        lines.append("A list of equilibria may not be whole, so what seems to vanish or appear may only have been missed.")
    return lines


def _tally(first: Side, other: Side, pairs: Sequence[Correspondence]) -> list[str]:
    """Return how many plays of each reading stay, move, vanish and appear."""
    counts: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        one = first.plays[pair.first].reading if pair.first is not None else ""
        two = other.plays[pair.second].reading if pair.second is not None else ""
        if not pair.is_new_play:
            counts["Stays" if pair.how == "same play" else "Moves", one] += 1
            continue
        counts["Vanishes", one] += 1
        counts["Appears", two] += 1
    return [f"- {what}: '{reading}' ({counted(count, 'outcome')})." for (what, reading), count in counts.items() if reading]


def _pair(first: Side, other: Side, pair: Correspondence) -> str:
    one = "" if pair.first is None else _named(first.plays[pair.first], first, pair.first)
    two = "" if pair.second is None else _named(other.plays[pair.second], other, pair.second)
    match pair.how:
        case "vanishes":
            return f"- Vanishes: {one}."
        case "appears":
            return f"- Appears: {two}."
        case "same play":
            return f"- Stays: {one}."
        case "nearest play":
            return f"- Moves: {one} becomes {two}; play ends differently with probability {share(pair.play_distance or 0)}."
    near = "" if pair.behaviour_distance is None else f" (nearest in behaviour: {share(pair.behaviour_distance)} of it differs)"
    return f"- Vanishes: {one}; appears: {two}{near}."


def _named(play: Play, side: Side, number_: int) -> str:
    """Return a play by its reading; by its number as well where several have the same."""
    alike = [each.reading for each in side.plays].count(play.reading)
    return f"'{play.reading}'" + (f" ({number_ + 1})" if alike > 1 else "")


def _payoff_lines(first: Side, other: Side) -> list[str]:
    """Return how payoffs change, where each side has one play."""
    if not len(first.plays) == len(other.plays) == 1:
        return []
    before, after = first.plays[0], other.plays[0]
    parts = [
        f"{player_name(first.labels, player)} {_moved(value, after.payoffs[player])}"
        for player, value in before.payoffs.items()
        if player in after.payoffs
    ]
    return [f"Payoffs: {'; '.join(parts)}; their sum {_moved(before.welfare, after.welfare)}."] if parts else []


def _moved(before: Number, after: Number) -> str:
    if number(before) == number(after):
        return f"stays at {number(after)}"
    return f"from {number(before)} to {number(after)}"


def _transfer_lines(side: Side, target: Side, found: Sequence[Transfer]) -> list[str]:
    """Return what would come of playing one side's game as in the other; plays with the same answer share a line."""
    shown = list(enumerate(zip(side.plays, found, strict=False)))[:MOST_PLAYS]
    groups: dict[str, list[int]] = {}
    for place, (_, each) in shown:
        groups.setdefault(_regrets(side, each), []).append(place)
    although = "" if _same_game(side, target) else f" although the game is that of {target.label}"
    return [
        f"If they played as in {side.label}{_which(side, places)}{although}: {said}."
        for said, places in groups.items()
        if although or not said.startswith(STAYS)
    ]


def _same_game(one: Side, other: Side) -> bool:
    if one.source is None or other.source is None:
        return False
    return one.source.digest == other.source.digest and one.values == other.values


def _which(side: Side, places: Sequence[int]) -> str:
    """Return which of a side's plays are meant; nothing where it has only one."""
    if len(side.plays) == 1:
        return ""
    names = _quoted({side.plays[place].reading for place in places})
    outcomes = "outcome" if len(places) == 1 else "outcomes"
    return f" ({outcomes} {listed([str(place + 1) for place in places])}: {names})"


def _regrets(side: Side, found: Transfer) -> str:
    if found.stays:
        some = "" if found.stays == found.carried else f" ({found.stays} of {found.carried} equilibria behind it)"
        return f"{STAYS}{some}"
    gains = [f"{player_name(side.labels, player)} could gain {number(gain)}" for player, gain in found.gains.items() if gain > 0]
    return f"{listed(gains)} by doing something else"
