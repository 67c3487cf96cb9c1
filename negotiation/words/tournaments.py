"""A tournament in words: who came out ahead, against whom, and who would be left after many generations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from negotiation.exact.ecology import SURVIVAL, Ecology
from negotiation.games.tournament import CONFIDENCE, Entrant, Interval, Standing, Tournament
from negotiation.words.sections import Section, Table, counted, listed, number, player_name, share

__all__ = ["tournament_sections"]

#: Entrants up to which the table of who met whom is printed: more columns do not fit a page.
LARGEST_TABLE = 12

ABOUT_INTERVALS = (
    f"'±' is the half-width of the {CONFIDENCE:.0%} confidence interval of the mean score (Student's t over replications): each interval "
    "misses the true mean in one tournament out of twenty. 'Ahead of the next' says whether the lead over the entrant below is larger "
    "than chance explains, by the same kind of interval of the difference."
)


def tournament_sections(tournament: Tournament, ecology: Ecology, labels: Mapping[str, str]) -> list[Section]:
    """Return what a tournament says, for people.

    Parameters
    ----------
    tournament : Tournament
    ecology : Ecology
        Of ``tournament.means``.
    labels : mapping of player to what people call him
    """
    sections = [Section("Tournament", _how(tournament, labels))]
    for place, role in enumerate(tournament.rankings):
        sections.append(_ranking(tournament.standings[role], player_name(labels, role) if role else ""))
        if tournament.means[place].ndim == 2:
            sections.append(_meetings(tournament, place, labels))
    sections += [_ecology(tournament, ecology, place, labels) for place in range(len(tournament.rankings))]
    if tournament.left_out:
        sections.append(_left_out(tournament, labels))
    if tournament.notes:
        sections.append(Section("Notes on the tournament", tuple(f"- {note}" for note in tournament.notes)))
    return sections


def _how(tournament: Tournament, labels: Mapping[str, str]) -> tuple[str, ...]:
    terms, repetition = tournament.terms, tournament.repetition
    if tournament.is_symmetric:
        who = f"{counted(len(tournament.entrants[0]), 'strategy', 'strategies')} met each other and themselves, in both roles"
    else:
        roles = zip(tournament.roles, tournament.entrants, strict=True)
        parts = [f"{counted(len(fit), 'strategy', 'strategies')} for {player_name(labels, role)}" for role, fit in roles]
        who = f"{listed(parts)} met in every combination"
    chance = "" if repetition.continuation is None else f", after each another follows with probability {number(repetition.continuation)}"
    most = "" if repetition.rounds is None else f" of at most {counted(repetition.rounds, 'round')}"
    slips = (
        ""
        if not terms.noise
        else f" In each move a player does by mistake something else than he means to with probability {number(terms.noise)}."
    )
    often = f"{counted(tournament.matches, 'different match', 'different matches')}, each played {counted(tournament.replications, 'time')}"
    lines = [f"{who[0].upper()}{who[1:]}: {often}{most}{chance} (seed {terms.seed}).{slips}"]
    lines.append(
        "A score is the mean payoff of a match over all opponents: the sum over its rounds, discounted to the first. The n-th time, all "
        "matches have the same luck (and where chance ends them, the same length)."
    )
    if not tournament.is_symmetric:
        lines.append("The players are in different positions, so each has a ranking of its own.")
    return tuple(lines)


def _ranking(standings: Sequence[Standing], role: str) -> Section:
    rows = tuple(
        (
            str(one.place),
            one.entrant.label,
            number(one.score.mean),
            _half_width(one.score),
            _is_ahead(one.lead),
            number(one.worst),
            number(one.best),
        )
        for one in standings
    )
    columns = ("", "strategy", "mean score", "±", "ahead of the next", "worst match", "best match")
    first = standings[0]
    said = f"Best was {first.entrant.label} with {number(first.score.mean)}."
    if first.lead is not None and (first.lead.low is None or first.lead.low <= 0):
        said += " Its lead over the next is not larger than chance explains."
    return Section(f"Ranking{f': {role}' if role else ''}", (said,), Table(columns, rows, frozenset({0, 2, 3, 5, 6})), (ABOUT_INTERVALS,))


def _half_width(score: Interval) -> str:
    return "unknown" if score.high is None else f"{score.high - score.mean:.2g}"


def _is_ahead(lead: Interval | None) -> str:
    if lead is None:
        return ""
    if lead.low is None:
        return "unknown"
    return "yes" if lead.low > 0 else "equal" if lead.low == lead.high else "not clearly"


def _meetings(tournament: Tournament, place: int, labels: Mapping[str, str]) -> Section:
    """Return the table of who met whom: the heat map in numbers."""
    heading = "Mean payoff of each match"
    own, table = tournament.entrants[place], np.moveaxis(tournament.means[place], place, 0)
    if not tournament.is_symmetric:
        heading += f": {player_name(labels, tournament.roles[place])}"
    if table.shape[1] > LARGEST_TABLE:
        said = f"{table.shape[1]} columns are too many for a page; the JSON document has the whole table, and --plot draws it."
        return Section(heading, (said,))
    columns = tuple(str(column + 1) for column in range(table.shape[1]))
    rows = tuple((f"{row + 1} {one.label}", *(number(float(cell)) for cell in table[row])) for row, one in enumerate(own))
    return Section(heading, (_columns(tournament, place),), Table(("to", *columns), rows, frozenset(range(1, len(columns) + 1))))


def _columns(tournament: Tournament, place: int) -> str:
    """Return what the columns of the table of who met whom stand for."""
    if tournament.is_symmetric:
        return "Rows get this against columns, which have the same numbers."
    return f"Against {'; '.join(f'{column} {one.label}' for column, one in enumerate(tournament.entrants[1 - place], start=1))}."


def _ecology(tournament: Tournament, found: Ecology, place: int, labels: Mapping[str, str]) -> Section:
    shares, entrants = found.shares[place], tournament.entrants[place]
    generations = len(shares) - 1
    role = "" if tournament.is_symmetric else player_name(labels, tournament.roles[place])
    said = [
        f"Suppose {f'the population from which {role} is drawn' if role else 'a population'} starts with equal shares of all strategies, "
        "and that from generation to generation a strategy's share grows in proportion to what it is paid against the strategies as "
        "frequent as they then are (discrete replicator dynamics on the mean payoffs)."
    ]
    if found.background[place]:
        said.append(f"Growth needs payoffs that are not negative: {number(found.background[place])} was added to all of them.")
    left = listed([f"{entrants[one].label} ({share(float(shares[-1, one]))})" for one in found.survivors(place)])
    said.append(f"After {counted(generations, 'generation')} these have at least {SURVIVAL:.0%}: {left}.")
    return Section(f"Who survives{role and ': '}{role}", tuple(said), _course_of_shares(shares, entrants))


def _course_of_shares(shares: NDArray[np.float64], entrants: Sequence[Entrant]) -> Table:
    last = len(shares) - 1
    shown = sorted({0, *(generation for generation in (1, 10, 100, 1000, 10000) if generation < last), last})
    order = np.argsort(-shares[-1], kind="stable").tolist()
    rows = tuple((entrants[one].label, *(share(float(shares[generation, one])) for generation in shown)) for one in order)
    return Table(("strategy", *(f"generation {generation}" for generation in shown)), rows, frozenset(range(1, len(shown) + 1)))


def _left_out(tournament: Tournament, labels: Mapping[str, str]) -> Section:
    """Return who did not take part, and why; reasons that hold for several roles are told once."""
    said = [(one.name, one.reason, player_name(labels, one.role)) for one in tournament.left_out]
    lines = []
    for (name, reason), group in groupby(sorted(said), key=lambda one: one[:2]):
        roles = [role for _, _, role in group]
        where = "" if len(roles) == len(tournament.roles) else f" as {listed(roles)}"
        lines.append(f"- {name}{where}: {reason}")
    return Section("Who did not take part, and why", tuple(lines))
