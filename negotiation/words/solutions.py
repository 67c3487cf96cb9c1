"""A solution in words: how many equilibria there are, what each does, and why."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from negotiation.games.certificate import exact_profile, strategy_values
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import Number
from negotiation.games.outcomes import Outcome, outcome_groups
from negotiation.games.solution import Component, Equilibrium, Solution
from negotiation.words.answers import answers_sections
from negotiation.words.beliefs import belief_sections
from negotiation.words.courses import Played, course_text, courses, played
from negotiation.words.reasons import Rule, reason_sections
from negotiation.words.sections import Section, Table, counted, listed, number, player_name, share
from negotiation.words.variants import variants_section

__all__ = ["solution_sections"]

#: Reasons are spelled out for this many outcomes; more are listed with their paths and payoffs only.
MOST_EXPLAINED = 3

#: So many courses of play of one equilibrium are listed.
MOST_COURSES = 8

#: So many outcomes are listed one by one.
MOST_LISTED = 20


def solution_sections(solution: Solution, labels: Mapping[str, str]) -> list[Section]:
    """Return what a solution says, for people: each outcome once, with the equilibria that give it.

    Parameters
    ----------
    solution : Solution
    labels : mapping of player to what people call him
    """
    sections = [Section(_heading(solution), _summary(solution))]
    outcomes = outcome_groups(solution)
    for place, outcome in enumerate(outcomes[:MOST_LISTED], start=1):
        title = "" if len(outcomes) == 1 else f"Outcome {place}"
        sections += _outcome_sections(solution, outcome, labels, (title, place <= MOST_EXPLAINED))
    if len(outcomes) > MOST_LISTED:
        sections.append(Section("", (f"... and {len(outcomes) - MOST_LISTED:,} more outcomes; the JSON document has all.",)))
    wide = [component for component in solution.components if len(component.equilibria) > 1]
    sections += [_component_section(solution, component, labels, place) for place, component in enumerate(wide, start=1)]
    sections += [_findings(solution)] if solution.findings else []
    sections += [Section("Notes", tuple(f"- {note}" for note in solution.notes))] if solution.notes else []
    return sections


def _outcome_sections(solution: Solution, outcome: Outcome, labels: Mapping[str, str], shown: tuple[str, bool]) -> list[Section]:
    """Return what is said of one outcome: its title, and whether its reasons are spelled out, are ``shown``."""
    game = solution.game
    if isinstance(game, ExtensiveFormGame):
        return _tree_sections(solution, outcome, labels, shown)
    found = [solution.equilibria[number_] for number_ in outcome.equilibria]
    return [_matrix_section(game, equilibrium, labels, shown[0]) for equilibrium in found]


def _heading(solution: Solution) -> str:
    return f"{solution.concept.replace('_', ' ').capitalize()}" + (" equilibrium" if solution.equilibria else "")


def _summary(solution: Solution) -> tuple[str, ...]:
    count = len(solution.equilibria)
    if not count:
        return ()
    wide = any(len(component.equilibria) > 1 for component in solution.components)
    if wide:
        what = f"{counted(count, 'extreme equilibrium', 'extreme equilibria')} in {counted(len(solution.components), 'component')}"
        rest = "all equilibria are mixtures of these within a component" if solution.complete else "there may be more"
        said = f"{what}; {rest}."
    elif solution.complete and solution.scope:
        said = f"There are {count:,} {solution.scope}, and no others of that kind."
    elif solution.complete:
        said = "There is exactly one equilibrium." if count == 1 else f"There are {count:,} equilibria, and no others."
    else:
        said = f"{counted(count, 'equilibrium', 'equilibria')} found; there may be more."
    outcomes = len(outcome_groups(solution))
    if outcomes < count:
        said += f" They come to {counted(outcomes, 'outcome')}: some differ only in what would happen off the path."
    return (f"{said} {_checked(solution)}",)


def _checked(solution: Solution) -> str:
    """Return what the certificates say."""
    worst = max(equilibrium.regret for equilibrium in solution.equilibria)
    if _errs(solution.equilibria[0]):
        return f"Everybody errs now and then; the probabilities solve the logit equations to within {float(worst):.1g}."
    size = "exactly nothing" if not worst else f"at most {float(worst):.1g} of a player's payoff span"
    which = "it" if len(solution.equilibria) == 1 else "any of them"
    return f"Recomputed from the game, a player could gain {size} by leaving {which}."


def _errs(equilibrium: Equilibrium) -> bool:
    """Return whether players err in an equilibrium, so that its choices need not be best ones."""
    return equilibrium.certificate.condition == "quantal_response"


def _tree_sections(solution: Solution, outcome: Outcome, labels: Mapping[str, str], shown: tuple[str, bool]) -> list[Section]:
    """Return an outcome of a tree; where it is to be explained, with the reasons of the first equilibrium that gives it."""
    title, explained = shown
    game = solution.game
    if not isinstance(game, ExtensiveFormGame):
        return []
    first = solution.equilibria[outcome.equilibria[0]]
    found = played(game, first)
    sections = [_what_happens(found, first, labels, title)]
    if explained:
        rule = Rule(first.beliefs, first.free, is_best=not _errs(first), is_credible=first.certificate.condition != "nash")
        sections += reason_sections(found, labels, rule)
        sections += belief_sections(found, labels, first, game.audience)
        sections += answers_sections(found, labels)
    others = outcome.equilibria[1:]
    return [*sections, variants_section(solution, outcome, labels)] if others else sections


def _what_happens(found: Played, equilibrium: Equilibrium, labels: Mapping[str, str], title: str) -> Section:
    ways = courses(found, labels)
    lines = []
    for way in ways[:MOST_COURSES]:
        chance = "" if len(ways) == 1 else f"{share(way.probability)}: "
        named = "" if way.reading is None else f" [{way.reading}]"
        lines.append(f"{chance}{course_text(way.moves)} → {way.outcome}{named}")
    if len(ways) > MOST_COURSES:
        lines.append(f"... and {len(ways) - MOST_COURSES:,} less likely courses of play")
    lines.append(f"Payoffs: {_payoffs(found.game.players, equilibrium.payoffs, labels)}.")
    lines += [f"{name}: {verdict}." for name, verdict in equilibrium.verdicts.items()]
    # The readings of many courses stand at the courses; one that holds for all is the heading.
    reading = equilibrium.reading if len(equilibrium.readings) == 1 else None
    return Section(": ".join(part for part in (title or "What happens", reading) if part), tuple(lines))


def _payoffs(players: tuple[str, ...], payoffs: tuple[Number, ...], labels: Mapping[str, str]) -> str:
    return "; ".join(f"{player_name(labels, player)} {number(value)}" for player, value in zip(players, payoffs, strict=True))


def _matrix_section(game: NormalFormGame, equilibrium: Equilibrium, labels: Mapping[str, str], title: str) -> Section:
    rows = exact_profile(equilibrium.profile)
    table = []
    for player, name in enumerate(game.players):
        values = strategy_values(game, rows, player)
        value = sum((p * v for p, v in zip(rows[player], values, strict=True)), Fraction(0))
        names = game.strategies[player]
        taken = ", ".join(own if p == 1 else f"{own} ({share(p)})" for own, p in zip(names, rows[player], strict=True) if p)
        instead = "; ".join(f"{own} {number(v)}" for own, p, v in zip(names, rows[player], values, strict=True) if not p)
        table.append((player_name(labels, name), taken, number(value), instead or "-"))
    outcomes = "; ".join(name if p == 1 else f"{name} {share(p)}" for name, p in equilibrium.outcomes.items())
    said = [f"Outcome: {outcomes}."] + ([] if equilibrium.reading is None else [f"Reading: {equilibrium.reading}."])
    said += [f"{name}: {verdict}." for name, verdict in equilibrium.verdicts.items()]
    columns = ("who", "plays", "worth", "instead of")
    return Section(title or "What happens", tuple(said), Table(columns, tuple(table), frozenset({2})))


def _component_section(solution: Solution, component: Component, labels: Mapping[str, str], place: int) -> Section:
    """Return what holds all over a component, and what varies in it."""
    members = listed([str(number_ + 1) for number_ in component.equilibria])
    pieces = "" if len(component.pieces) <= 1 else f", in {len(component.pieces)} convex pieces"
    lines = [f"Spanned by equilibria {members}{pieces}."]
    game = solution.game
    worth = "; ".join(f"{player_name(labels, name)} {_range(bounds)}" for name, bounds in zip(game.players, component.payoffs, strict=True))
    lines.append(f"Payoffs: {worth}.")
    outcomes = [f"{name} {_range(bounds, percent=True)}" for name, bounds in component.outcomes.items()]
    lines.append(f"Outcomes: {'; '.join(outcomes)}.")
    varying = [f"{_cell(solution, labels, key)} {_range(bounds, percent=True)}" for key, bounds in component.intervals.items()]
    lines += [f"What varies: {'; '.join(varying)}."] if varying else []
    return Section(f"Component {place}", tuple(lines))


def _cell(solution: Solution, labels: Mapping[str, str], key: tuple[int, int]) -> str:
    """Return the name of one action of a profile's row."""
    game, (row, action) = solution.game, key
    if isinstance(game, ExtensiveFormGame):
        place = game.information_sets[row]
        return f"{player_name(labels, game.players[place.player])} after {place.name}: {place.actions[action]}"
    return f"{player_name(labels, game.players[row])}: {game.strategies[row][action]}"


def _range(bounds: tuple[Number, Number], *, percent: bool = False) -> str:
    show = share if percent else number
    low, high = bounds
    return show(low) if low == high else f"{show(low)} to {show(high)}"


def _findings(solution: Solution) -> Section:
    rows = []
    for finding in solution.findings:
        payoffs = "" if finding.payoffs is None else ", ".join(number(value) for value in finding.payoffs)
        rows.append((finding.name, finding.summary, payoffs))
    columns = ("finding", "what it says", f"payoffs ({', '.join(solution.game.players)})")
    return Section("Findings", (), Table(columns, tuple(rows)))
