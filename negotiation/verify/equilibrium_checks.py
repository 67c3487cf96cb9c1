"""Checks of stored equilibria: everything stated is computed again and compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

from negotiation.games.extensive_form import End, ExtensiveFormGame
from negotiation.games.readings import read_path
from negotiation.games.solution import Game
from negotiation.verify.belief_checks import check_beliefs, settled_game
from negotiation.verify.findings import StoredIncentive
from negotiation.verify.recomputation import (
    Inequality,
    cell_values,
    logit_distance,
    nash_inequalities,
    node_values,
    reach,
    sequential_inequalities,
    spans,
    subgame_inequalities,
)
from negotiation.verify.report import Check, differences
from negotiation.verify.stored import Rows, StoredEquilibrium

__all__ = ["check_equilibrium", "compare_incentives", "course_probabilities", "expected_payoffs"]


def check_equilibrium(game: Game, stored: StoredEquilibrium) -> Iterator[Check]:
    """Yield the checks of one equilibrium; after probabilities that are none, no more."""
    posteriors = [item.probabilities for item in stored.posteriors]
    faults = [*_row_faults(stored.profile, "row"), *_row_faults(stored.beliefs or (), "beliefs"), *_row_faults(posteriors, "posterior")]
    yield Check(f"{stored.place}.profile", "probabilities are at least 0 and sum to 1", tuple(faults))
    if faults:
        return
    if stored.beliefs is not None and isinstance(game, ExtensiveFormGame):
        yield from check_beliefs(game, stored, stored.beliefs)
    here = settled_game(game, stored) if isinstance(game, ExtensiveFormGame) else game
    yield Check(f"{stored.place}.payoffs", "payoffs", _payoff_differences(here, stored))
    yield Check(f"{stored.place}.paths", "courses of play with their probabilities", _path_differences(here, stored))
    yield Check(f"{stored.place}.free", "nobody can be at the information sets left open", _free_faults(here, stored))
    if stored.precision is not None:
        yield _check_logit(here, stored, stored.precision)
    else:
        yield from _check_condition(here, stored)


def compare_incentives(place: str, stated: Sequence[StoredIncentive], found: Sequence[Inequality]) -> Check:
    """Return the check that the stated inequalities are those of the game, on both sides and in their slack."""
    names = ("player", "place", "alternative", "value", "alternative_value", "slack")
    mine = {f"[{number}].{name}": getattr(item, name) for number, item in enumerate(found) for name in names}
    theirs = {f"[{number}].{name}": getattr(item, name) for number, item in enumerate(stated) for name in names}
    return Check(place, "incentive inequalities", differences(theirs, mine))


def _check_condition(game: Game, stored: StoredEquilibrium) -> Iterator[Check]:
    found = _inequalities(game, stored)
    yield compare_incentives(f"{stored.place}.incentives", stored.incentives, found)
    span = spans(game)
    regret = max([Fraction(0), *(-item.slack / span[item.player] for item in found)])
    faults = differences({"regret": stored.regret}, {"regret": regret})
    if regret > stored.tolerance:
        faults = (*faults, f"a player gains {regret} of his payoff span, more than the tolerance {stored.tolerance}")
    yield Check(f"{stored.place}.regret", f"no gain from leaving ({stored.condition.replace('_', ' ')})", faults)


def _inequalities(game: Game, stored: StoredEquilibrium) -> list[Inequality]:
    if isinstance(game, ExtensiveFormGame) and stored.condition == "subgame_perfect":
        return subgame_inequalities(game, stored.profile)
    if isinstance(game, ExtensiveFormGame) and stored.condition in ("sequential", "watched") and stored.beliefs is not None:
        return sequential_inequalities(game, stored.profile, stored.beliefs)
    return nash_inequalities(game, stored.profile)


def _check_logit(game: Game, stored: StoredEquilibrium, precision: Fraction) -> Check:
    left_open = free_sets(game, stored) if isinstance(game, ExtensiveFormGame) else ()
    distance = logit_distance(game, stored.profile, stored.beliefs, precision, left_open=left_open)
    faults = [f"a probability is {distance:.3g} away from the logit response"] if distance > stored.tolerance else []
    if precision < 0:
        faults.append(f"the precision {precision} is negative")
    faults += [f"{len(stored.incentives)} inequalities are stated, a logit response has none"] if stored.incentives else []
    return Check(f"{stored.place}.precision", f"logit response at precision {precision}", tuple(faults))


def _row_faults(rows: Sequence[Sequence[Fraction]], what: str) -> list[str]:
    return [
        f"{what} {number}: {', '.join(map(str, row))} (sum {sum(row)})"
        for number, row in enumerate(rows)
        if min(row) < 0 or max(row) > 1 or sum(row) != 1
    ]


def expected_payoffs(game: Game, rows: Rows) -> tuple[Fraction, ...]:
    """Return each player's expected payoff."""
    if isinstance(game, ExtensiveFormGame):
        return node_values(game, rows)[0]
    worth = [cell_values(game, rows, player) for player in range(len(game.players))]
    return tuple(sum((p * v for p, v in zip(row, values, strict=True)), Fraction(0)) for row, values in zip(rows, worth, strict=True))


def _payoff_differences(game: Game, stored: StoredEquilibrium) -> tuple[str, ...]:
    found = expected_payoffs(game, stored.profile)
    return differences(dict(zip(game.players, stored.payoffs, strict=True)), dict(zip(game.players, found, strict=True)))


def _path_differences(game: Game, stored: StoredEquilibrium) -> tuple[str, ...]:
    stated = {_path_name(path.actions, path.outcome): (path.reading, str(path.probability)) for path in stored.paths}
    found = {
        _path_name(actions, outcome): (read_path(game.readings, actions), str(p))
        for (actions, outcome), p in course_probabilities(game, stored.profile).items()
    }
    repeated = () if len(stated) == len(stored.paths) else ("a course of play is listed twice",)
    return (*differences(stated, found), *repeated)


def _path_name(actions: Sequence[str], outcome: str) -> str:
    return f"{' > '.join(actions) or '(no move)'} ({outcome})"


def course_probabilities(game: Game, rows: Rows) -> dict[tuple[tuple[str, ...], str], Fraction]:
    """Return the courses of play, as actions and outcome, that have positive probability."""
    found: dict[tuple[tuple[str, ...], str], Fraction] = {}
    if isinstance(game, ExtensiveFormGame):
        weights = reach(game, rows)
        for number, node in enumerate(game.nodes):
            if isinstance(node, End) and weights[number]:
                key = game.path_to(number), node.outcome
                found[key] = found.get(key, Fraction(0)) + weights[number]
        return found
    for cell in product(*([place for place, p in enumerate(row) if p] for row in rows)):
        weight = Fraction(1)
        for row, chosen in zip(rows, cell, strict=True):
            weight *= row[chosen]
        found[tuple(names[chosen] for names, chosen in zip(game.strategies, cell, strict=True)), game.outcome(cell)] = weight
    return found


def _free_faults(game: Game, stored: StoredEquilibrium) -> tuple[str, ...]:
    """Return which sets left open their player could come to by his own choices and chance."""
    if not isinstance(game, ExtensiveFormGame):
        return ()
    by_chance = reach(game, [(Fraction(1),) * len(place.actions) for place in game.information_sets])
    faults = []
    for number in free_sets(game, stored):
        player = game.players[game.information_sets[number].player]
        own_choices = all(stored.profile[earlier][action] for earlier, action in game.own_history[number])
        if own_choices and any(by_chance[node] for node in game.members[number]):
            faults.append(f"{player} may come to {game.information_sets[number].name!r} by his own choices")
    return tuple(faults)


def free_sets(game: ExtensiveFormGame, stored: StoredEquilibrium) -> list[int]:
    """Return the numbers of the information sets that are left open."""
    sets = {(game.players[place.player], place.name): number for number, place in enumerate(game.information_sets)}
    return [sets[name] for name in stored.free]
