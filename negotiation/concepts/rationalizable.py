"""Rationalizability: what is left when strictly dominated strategies are deleted, round by round.

A strategy that some pure or mixed strategy beats whatever the others do is never a best reply, so nobody who expects
payoffs will play it; knowing that, others can be ruled out, and so on. With two players the survivors are exactly the
rationalizable strategies (Bernheim 1984, Pearce 1984). With more they are those of *correlated* rationalizability: a
conjecture may hold that the others' choices are correlated.

References
----------
Bernheim (1984), Econometrica 52, 1007-1028; Pearce (1984), Econometrica 52, 1029-1050.
"""

from __future__ import annotations

from fractions import Fraction

from negotiation.exact.dominance import Elimination, eliminate
from negotiation.games.certificate import certify_behaviour
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import show_number
from negotiation.games.plans import as_normal_form, behaviour_of_plans, reduced_normal_form
from negotiation.games.solution import Equilibrium, Finding, Game, Solution, mixed_equilibrium, tree_equilibrium

__all__ = ["FORMS", "solve"]

FORMS: tuple[str, ...] = ("tree", "matrix")


def solve(game: Game) -> Solution:
    """Return the rounds of deletion, who is dominated by what, and the strategies that survive.

    Parameters
    ----------
    game : Game
        A tree is taken in its reduced normal form.

    Returns
    -------
    Solution
        One finding for each round and one for the survivors. Where one strategy of each player survives, that profile is
        the only Nash equilibrium and is returned with its certificate; ``complete`` is then about the equilibria, and
        otherwise False, since this concept does not look for them.
    """
    form, notes = as_normal_form(game)
    rounds, left = eliminate(form)
    findings = [_round(form, number, gone) for number, gone in enumerate(rounds, start=1)]
    findings.append(_survivors(form, left, len(rounds)))
    solved = all(len(strategies) == 1 for strategies in left)
    if len(form.players) > 2:
        notes = (*notes, "with more than two players: conjectures may be correlated, so this is correlated rationalizability")
    if solved:
        notes = (*notes, "the game is dominance solvable: the one profile left is its only Nash equilibrium")
    return Solution(
        "rationalizable",
        game,
        (_only_equilibrium(game, form, left),) if solved else (),
        solved,
        notes=notes,
        method="iterated deletion of strictly dominated strategies, mixtures found by exact linear programming",
        findings=tuple(findings),
    )


def _round(game: NormalFormGame, number: int, gone: list[Elimination]) -> Finding:
    deleted: dict[str, list[dict[str, object]]] = {}
    for item in gone:
        names = game.strategies[item.player]
        better = {names[other]: weight for other, weight in item.mixture}
        entry = {"strategy": names[item.strategy], "dominated_by": better, "margin": item.margin}
        deleted.setdefault(game.players[item.player], []).append(entry)
    summary = "; ".join(_deletion(game, item) for item in gone)
    return Finding(f"round {number}", summary, None, {"deleted": deleted}, error=_worst(gone))


def _deletion(game: NormalFormGame, item: Elimination) -> str:
    names = game.strategies[item.player]
    better = " + ".join(names[other] if weight == 1 else f"{show_number(weight)} {names[other]}" for other, weight in item.mixture)
    return f"{game.players[item.player]}: {names[item.strategy]} is dominated by {better}"


def _worst(gone: list[Elimination]) -> Fraction:
    """Return by how much the worst of the deletions misses strict dominance: 0, since each margin is positive."""
    return max(Fraction(0), *(-item.margin for item in gone))


def _survivors(game: NormalFormGame, left: tuple[tuple[int, ...], ...], rounds: int) -> Finding:
    kept = {player: [names[s] for s in own] for player, names, own in zip(game.players, game.strategies, left, strict=True)}
    count = sum(len(names) - len(own) for names, own in zip(game.strategies, left, strict=True))
    listed = "; ".join(f"{player}: {', '.join(own)}" for player, own in kept.items())
    how = f"after {rounds} round{'' if rounds == 1 else 's'}, {count} deleted" if count else "nothing is strictly dominated"
    return Finding("survivors", f"{listed} ({how})", None, {"survivors": kept, "rounds": rounds, "deleted": count})


def _only_equilibrium(game: Game, form: NormalFormGame, left: tuple[tuple[int, ...], ...]) -> Equilibrium:
    rows = tuple(tuple(Fraction(int(s == own[0])) for s in range(len(names))) for names, own in zip(form.strategies, left, strict=True))
    if isinstance(game, ExtensiveFormGame):
        behaviour, free = behaviour_of_plans(reduced_normal_form(game), rows)
        return tree_equilibrium(game, behaviour, certify_behaviour(game, behaviour), free=free)
    return mixed_equilibrium(form, rows)
