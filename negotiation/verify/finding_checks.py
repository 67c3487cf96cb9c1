"""Checks of stored results that are no profiles: obedience to recommendations, and rounds of deletion played again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from negotiation.errors import NotApplicableError
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.plans import as_normal_form
from negotiation.games.solution import Game
from negotiation.verify.equilibrium_checks import compare_incentives
from negotiation.verify.findings import Deletion, StoredDeletions, StoredDistribution, StoredFinding, StoredSurvivors
from negotiation.verify.recomputation import obedience_inequalities, spans
from negotiation.verify.report import Check, differences

__all__ = ["check_findings"]


def check_findings(game: Game, findings: Sequence[StoredFinding]) -> Iterator[Check]:
    """Yield the checks of a solution's findings, in their order: each round of deletion starts from what the one before left."""
    checkable = [item for item in findings if isinstance(item, (StoredDistribution, StoredDeletions, StoredSurvivors))]
    if not checkable:
        return
    try:
        form, _ = as_normal_form(game)
    except NotApplicableError as refusal:
        yield Check(checkable[0].place, "the game's normal form", (str(refusal),))
        return
    left = [list(range(len(names))) for names in form.strategies]
    for finding in checkable:
        match finding:
            case StoredDistribution():
                yield from _check_distribution(form, finding)
            case StoredDeletions():
                yield from _check_round(form, finding, left)
            case StoredSurvivors():
                kept = {name: ", ".join(form.strategies[player][s] for s in left[player]) for player, name in enumerate(form.players)}
                stated = {name: ", ".join(names) for name, names in zip(form.players, finding.survivors, strict=True)}
                yield Check(f"{finding.place}.survivors", "what the deletions leave", differences(stated, kept))


def _check_distribution(game: NormalFormGame, stored: StoredDistribution) -> Iterator[Check]:
    cells, faults = _cells(game, stored)
    yield Check(f"{stored.place}.cells", "a distribution over cells", tuple(faults))
    if faults:
        return
    payoffs = [_expected(game, cells, player) for player in range(len(game.players))]
    stated = dict(zip(game.players, stored.payoffs, strict=True))
    yield Check(f"{stored.place}.payoffs", "payoffs", differences(stated, dict(zip(game.players, payoffs, strict=True))))
    found = obedience_inequalities(game, cells)
    yield compare_incentives(f"{stored.place}.incentives", stored.incentives, found)
    error = max([Fraction(0), *(-item.slack for item in found)])
    wrong = differences({"error": stored.error}, {"error": error})
    span = spans(game)
    if any(-item.slack > stored.tolerance * span[item.player] for item in found):
        wrong = (*wrong, f"disobeying gains {error}, more than the tolerance {stored.tolerance} of the payoff span")
    yield Check(f"{stored.place}.error", "nobody gains by disobeying", wrong)


def _cells(game: NormalFormGame, stored: StoredDistribution) -> tuple[dict[tuple[int, ...], Fraction], list[str]]:
    """Return the probability of each cell and what is wrong with them."""
    cells: dict[tuple[int, ...], Fraction] = {}
    faults = []
    for number, (names, p) in enumerate(stored.cells):
        unknown = [name for name, known in zip(names, game.strategies, strict=True) if name not in known]
        if unknown or p <= 0:
            faults.append(f"[{number}]: no strategy {unknown[0]!r}" if unknown else f"[{number}]: probability {p}")
            continue
        cell = tuple(known.index(name) for name, known in zip(names, game.strategies, strict=True))
        faults += [f"[{number}]: listed twice"] if cell in cells else []
        cells[cell] = p
    if not faults and sum(cells.values()) != 1:
        faults.append(f"the probabilities sum to {sum(cells.values())}")
    return cells, faults


def _expected(game: NormalFormGame, cells: Mapping[tuple[int, ...], Fraction], player: int) -> Fraction:
    return sum((p * game.exact_payoffs[(player, *cell)] for cell, p in cells.items()), Fraction(0))


def _check_round(game: NormalFormGame, stored: StoredDeletions, left: list[list[int]]) -> Iterator[Check]:
    """Check one round and take what it deletes out of ``left``."""
    gone: list[tuple[int, int]] = []
    for number, deletion in enumerate(stored.deletions):
        player = game.players.index(deletion.player)
        names = game.strategies[player]
        wrong = _deletion_faults(game, deletion, player, left)
        yield Check(f"{stored.place}.deletions[{number}]", f"{deletion.strategy} is dominated", tuple(wrong))
        if not wrong:
            gone.append((player, names.index(deletion.strategy)))
    for player, strategy in dict.fromkeys(gone):
        left[player].remove(strategy)


def _deletion_faults(game: NormalFormGame, deletion: Deletion, player: int, left: Sequence[Sequence[int]]) -> list[str]:
    names = game.strategies[player]
    here = {names[strategy]: strategy for strategy in left[player]}
    unknown = [name for name in (deletion.strategy, *(name for name, _ in deletion.mixture)) if name not in here]
    if unknown:
        return [f"{unknown[0]!r} is not among the strategies of {deletion.player} that are left"]
    weights = [weight for _, weight in deletion.mixture]
    if not weights or min(weights) < 0 or sum(weights) != 1:
        return [f"the mixture's weights must be at least 0 and sum to 1, got {', '.join(map(str, weights))}"]
    mixture = [(here[name], weight) for name, weight in deletion.mixture]
    margin = min(_margins(game, player, here[deletion.strategy], mixture, left))
    wrong = list(differences({"margin": deletion.margin}, {"margin": margin}))
    return wrong if margin > 0 else [*wrong, "the mixture does not do strictly better"]


def _margins(
    game: NormalFormGame, player: int, strategy: int, mixture: Sequence[tuple[int, Fraction]], left: Sequence[Sequence[int]]
) -> Iterator[Fraction]:
    """Yield how much better a mixture does than a strategy, for each combination that the others have left."""
    payoffs = game.exact_payoffs[player]
    for rest in product(*(own for other, own in enumerate(left) if other != player)):
        earned = sum((weight * payoffs[_cell(rest, player, other)] for other, weight in mixture), Fraction(0))
        yield earned - payoffs[_cell(rest, player, strategy)]


def _cell(rest: tuple[int, ...], player: int, strategy: int) -> tuple[int, ...]:
    return (*rest[:player], strategy, *rest[player:])
