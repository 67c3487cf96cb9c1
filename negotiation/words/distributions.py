"""The exact distribution of repeated play in words: how it ends, how long it lasts, what it pays in expectation."""

from __future__ import annotations

from collections.abc import Mapping

from negotiation.games.distribution import Distribution
from negotiation.scenario.scenario import StrategyChoice
from negotiation.words.records import behaviour_lines, horizon
from negotiation.words.sections import Section, Table, number, player_name, share

__all__ = ["distribution_sections"]

#: Lengths of play that are told one by one, at most; and the probability of longer play below which fewer are told.
TOLD_LENGTHS, UNTOLD = 12, 0.0005

#: A sum of probabilities may be this far from 1.
ROUNDING = 1e-12


def distribution_sections(found: Distribution, labels: Mapping[str, str], choices: Mapping[str, StrategyChoice]) -> list[Section]:
    """Return what a distribution says, for people.

    Parameters
    ----------
    found : Distribution
    labels : mapping of player to what people call him
    choices : mapping of player, or ``player.type``, to the strategy that is followed
    """
    said = f"Followed {horizon(found.match.repetition)}: all courses of play at once, with their probabilities (engine {found.engine})."
    sections = [Section("Over repeated rounds", (said, *behaviour_lines(choices, labels))), _ends(found), _lengths(found)]
    if found.readings:
        rows = tuple((name, share(part)) for name, part in _sorted(found.readings))
        sections.append(Section("What the rounds are", (), Table(("reading", "share of all rounds"), rows, frozenset({1}))))
    sections.append(_payoffs(found, labels))
    if found.notes:
        sections.append(Section("Notes on the calculation", tuple(f"- {note}" for note in found.notes)))
    return sections


def _ends(found: Distribution) -> Section:
    rows = tuple((name, share(part)) for name, part in _sorted(found.ends))
    first, part = _sorted(found.ends)[0]
    said = f"Most probably it ends in '{first}' ({share(part)})."
    return Section("How it ends", (said,), Table(("end", "probability"), rows, frozenset({1})))


def _lengths(found: Distribution) -> Section:
    if len(found.lengths) == 1 and not found.longer:
        return Section("How long it lasts", ("One round.",))
    mean, deviation = number(found.mean_rounds), number(found.round_deviation)
    said = f"{mean} rounds on average; the standard deviation, which says how much that varies, is {deviation}."
    rows, behind = [], 1.0
    for rounds, part in enumerate(found.lengths[:TOLD_LENGTHS].tolist(), start=1):
        behind -= part
        rows.append((str(rounds), share(part)))
        if behind < UNTOLD:
            break
    if behind > ROUNDING:
        rows.append((f"more than {len(rows)}", share(behind)))
    return Section("How long it lasts", (said,), Table(("rounds", "probability"), tuple(rows), frozenset({1})))


def _payoffs(found: Distribution, labels: Mapping[str, str]) -> Section:
    rows = tuple((player_name(labels, player), number(value.mean)) for player, value in found.payoff_estimates.items())
    said = ("Expected sums over the rounds, discounted to the first.",) if found.match.repetition.rounds != 1 else ()
    return Section("What it pays", said, Table(("player", "expected payoff"), rows, frozenset({1})))


def _sorted(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(shares.items(), key=lambda item: -item[1])
