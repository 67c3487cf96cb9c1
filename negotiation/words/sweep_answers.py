"""The answers of a sweep in words: their letters, their names, what these mean, and how likely each reading is."""

from __future__ import annotations

from collections.abc import Sequence

from negotiation.games.equilibrium_rows import MIXED, SEVERAL, UNNAMED
from negotiation.sweeping.overview import NOWHERE, Answer, Overview, Spread
from negotiation.words.sections import Section, Table, share

__all__ = ["letters", "likelihoods", "meanings", "named"]

#: Answers that say what happens, those where one play can go in several ways, and several equilibria.
CERTAIN, OPEN, DIFFERENT = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "1234567890"

#: So many possible readings are named.
MOST_READINGS = 5

#: What stands between the readings that are possible.
BETWEEN = {MIXED: " / ", SEVERAL: " or "}

#: What stands between the ends of an interval.
TO = " to "

#: What names and letters of answers mean that are not readings of the scenario.
MEANINGS = {
    MIXED: "Small letters: one way to play that can come out as any of these, by the players' types, by chance or because they mix; "
    "the likeliest is named first.",
    SEVERAL: "Digits: several equilibria that come out differently; these are all readings that are possible in them.",
    UNNAMED: "'unnamed': a course of play to which the file gives no reading.",
    NOWHERE: "'none': points that could not be computed.",
}


def letters(found: Overview) -> list[str]:
    """Return the letter of each answer."""
    left = {"": iter(CERTAIN), MIXED: iter(OPEN), SEVERAL: iter(DIFFERENT)}
    return [next(left[answer.open_as], "?") for answer in found.answers]


def named(answer: Answer) -> str:
    """Return what an answer is called: a reading, or all that are possible."""
    if not answer.possible:
        return f"{answer.name}: other readings" if answer.open_as else answer.name
    more = len(answer.possible) - MOST_READINGS
    shown = answer.possible if more <= 1 else (*answer.possible[:MOST_READINGS], f"{more} more")
    return BETWEEN[answer.open_as].join(shown)


def meanings(found: Overview) -> tuple[str, ...]:
    """Return what has to be said of names and letters that are not readings, of those that occur."""
    names = dict.fromkeys(answer.open_as or answer.name for answer in found.answers if answer.open_as or answer.name in (UNNAMED, NOWHERE))
    return tuple(MEANINGS[name] for name in names)


def likelihoods(found: Overview) -> list[Section]:
    """Return how likely each reading is, where that is open anywhere."""
    if not any(answer.possible for answer in found.answers):
        return []
    low, high = (_shares(found.spreads, f"reading_{end}") for end in ("lowest", "highest"))
    rows = tuple(
        (name, share(low[name].lowest), _mean(low[name], high[name]), share(high[name].highest)) for name in low if high[name].highest > 0
    )
    several = any(answer.open_as == SEVERAL for answer in found.answers)
    said = f"The probability of each reading over all points that were solved{' and all equilibria there' if several else ''}:"
    remark = "A mean that is an interval depends on which equilibrium is played where there are several."
    varies = any(TO in mean for _, _, mean, _ in rows)
    table = Table(("", "lowest", "mean", "highest"), rows, frozenset({1, 2, 3}))
    return [Section("How likely each is", (said,), table, (remark,) if varies else ())]


def _shares(spreads: Sequence[Spread], column: str) -> dict[str, Spread]:
    """Return the numbers of a column by its label."""
    return {each.label: each for each in spreads if each.column == column}


def _mean(low: Spread, high: Spread) -> str:
    least, most = share(low.mean), share(high.mean)
    return least if least == most else f"{least}{TO}{most}"
