"""Several outcomes side by side in words: what speaks for each, by criteria that often disagree."""

from __future__ import annotations

from collections.abc import Mapping

from negotiation.games.solution import Solution
from negotiation.selection import Panel, Row, panel
from negotiation.words.sections import Section, Table, listed, number, player_name, share

__all__ = ["panel_section", "panel_sections"]

#: More outcomes than this do not stand side by side; the JSON document has them all.
MOST_OUTCOMES = 5

#: What a criterion that is not defined says.
NOTHING = "-"


def panel_sections(solution: Solution, labels: Mapping[str, str]) -> list[Section]:
    """Return the outcomes of a solution side by side, nothing where there is only one."""
    found = panel(solution)
    return [panel_section(found, solution.game.players, labels)] if len(found.rows) > 1 else []


def panel_section(found: Panel, players: tuple[str, ...], labels: Mapping[str, str]) -> Section:
    """Return the outcomes as columns and the criteria as rows; a criterion that is not defined for the game is in the remarks.

    Parameters
    ----------
    found : Panel
    players : tuple of str
        In the order of the payoffs.
    labels : mapping of player to what people call him
    """
    shown = found.rows[:MOST_OUTCOMES]
    lines = [("course of play", *map(_course, shown)), *_payoffs(shown, players, labels)]
    criteria = [
        ("payoff dominance", *map(_payoff_dominance, shown)),
        ("risk dominant", *(_yes(row.is_risk_dominant) for row in shown)),
        ("where logit play ends as errors vanish", *(_yes(row.is_logit_limit) for row in shown)),
        ("share of random starts from which two populations learn it", *(_basin(row, 2) for row in shown)),
        ("the same with one population", *(_basin(row, 1) for row in shown)),
        *(_refinement(name, shown) for name in _refinements(shown)),
    ]
    lines += [line for line in criteria if any(cell != NOTHING for cell in line[1:])]
    table = Table(("", *(f"outcome {place}" for place in range(1, len(shown) + 1))), tuple(lines))
    said = "No criterion decides by itself; where they agree, that outcome is the more to be expected."
    left_out = len(found.rows) - MOST_OUTCOMES
    rest = (f"... and {left_out:,} more outcomes",) if left_out > 0 else ()
    return Section("Which of the outcomes?", (said,), table, (*rest, *(f"- {note}" for note in found.notes)))


def _payoffs(rows: tuple[Row, ...], players: tuple[str, ...], labels: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [
        (f"payoff to {player_name(labels, name)}", *(number(row.outcome.payoffs[place]) for row in rows))
        for place, name in enumerate(players)
    ]


def _course(row: Row) -> str:
    if len(row.outcome.paths) == 1:
        return " > ".join(row.outcome.paths[0].actions)
    return "mixed"


def _payoff_dominance(row: Row) -> str:
    better, worse = ([str(place + 1) for place in places] for places in (row.payoff_dominates, row.payoff_dominated_by))
    parts = ([f"better for all than {listed(better)}"] if better else []) + ([f"worse for all than {listed(worse)}"] if worse else [])
    return "; ".join(parts) or NOTHING


def _yes(verdict: bool | None) -> str:
    return NOTHING if verdict is None else "yes" if verdict else "no"


def _basin(row: Row, populations: int) -> str:
    found = next((basin for basin in row.basins if basin.populations == populations), None)
    return NOTHING if found is None else f"{share(found.share)} ± {100 * found.standard_error:.1f}"


def _refinements(rows: tuple[Row, ...]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for variant in row.variants for name in variant.refinements))


def _refinement(name: str, rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Return what a refinement says of each outcome: in short, and of how many of the equilibria behind it where they differ."""
    cells = []
    for row in rows:
        said = [variant.refinements[name].partition(":")[0].partition(",")[0] for variant in row.variants if name in variant.refinements]
        counts = {verdict: said.count(verdict) for verdict in dict.fromkeys(said)}
        cells.append("; ".join(verdict if len(counts) == 1 else f"{verdict} ({count})" for verdict, count in counts.items()) or NOTHING)
    return (name, *cells)
