"""Level-k thinking: each level best-replies to the level below; level 0 does not think.

Level 0 plays uniformly (or as told); level 1 best-replies to level 0, level 2 to level 1 (Stahl and Wilson 1994, Nagel
1995, Costa-Gomes and Crawford 2006). In the *cognitive hierarchy* (Camerer, Ho and Chong 2004) a level-k player expects a
mixture of all lower levels, with Poisson shares of mean ``tau``, and the prediction is what the whole population does.
Ties are mixed uniformly. Experiments put most people at levels 1 and 2, ``tau`` near 1.5.

References
----------
Stahl and Wilson (1994), Journal of Economic Behavior and Organization 25, 309-327. Nagel (1995), American Economic Review
85, 1313-1326. Costa-Gomes and Crawford (2006), American Economic Review 96, 1737-1768.
Camerer, Ho and Chong (2004), Quarterly Journal of Economics 119, 861-898.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from negotiation.errors import ParameterError
from negotiation.games.certificate import MixedProfile, certify_mixed, strategy_values
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import Number, exact, show_number
from negotiation.games.plans import as_normal_form
from negotiation.games.solution import Finding, Game, Solution

__all__ = ["FORMS", "hierarchy", "levels_of_play", "solve"]

FORMS: tuple[str, ...] = ("tree", "matrix")

#: For each player a distribution over strategies, by name; or the name of one strategy.
LevelZero = Mapping[str, str | Mapping[str, Number | str]]

ExactProfile = tuple[tuple[Fraction, ...], ...]


def solve(game: Game, *, levels: int = 4, tau: float | None = None, level_zero: LevelZero | None = None) -> Solution:
    """Return what each level of thinking plays, and where the levels settle or cycle.

    Parameters
    ----------
    game : Game
        A tree is taken in its reduced normal form: level 0 mixes over whole plans.
    levels : int, at least 1
        The highest level.
    tau : float above 0, or None
        With a value: the cognitive hierarchy, whose levels expect Poisson shares of all lower ones; one more finding is
        the prediction for the population (levels above the highest are left out and the shares rescaled).
    level_zero : mapping of player to strategy, or to {strategy: probability}
        Players that are not named play uniformly.

    Returns
    -------
    Solution
        One finding for each level: the mixed strategy of each player, the payoffs when all are at that level, and the Nash
        regret of that profile. No equilibrium is claimed. ``error`` is what a level loses against the best reply to what
        it expects: 0, ties being decided exactly (None for level 0 and for the population).

    Raises
    ------
    ParameterError
        If ``levels`` or ``tau`` is out of range, or ``level_zero`` names no player or strategy, or does not sum to one.
    """
    if levels < 1:
        raise ParameterError(f"levels must be at least 1, got {levels}")
    form, notes = as_normal_form(game)
    start = _level_zero(form, level_zero or {})
    if tau is None:
        played, expected = levels_of_play(form, start, levels)
    else:
        played, expected = hierarchy(form, start, levels, tau)
    findings = [_finding(form, f"level {number}", profile, _loss(form, profile, expected, number)) for number, profile in enumerate(played)]
    if tau is not None:
        population = _mixture(played, _poisson(tau, levels + 1))
        findings.append(_finding(form, "population", population, None))
    settled = _settling(played) if tau is None else None
    if settled is not None:
        notes = (*notes, settled)
    notes = (*notes, "a model of limited thinking, not an equilibrium: the regret of each level is in the findings")
    method = "iterated best replies from level 0" if tau is None else f"cognitive hierarchy, tau {show_number(tau)}"
    return Solution("level_k", game, (), True, notes=notes, method=method, findings=tuple(findings))


def levels_of_play(game: NormalFormGame, level_zero: ExactProfile, levels: int) -> tuple[list[ExactProfile], list[ExactProfile]]:
    """Return what levels 0 to ``levels`` play, and what levels 1 to ``levels`` expect: exactly one level less."""
    played = [level_zero]
    for _ in range(levels):
        played.append(_best_replies(game, played[-1]))
    return played, played[:-1]


def hierarchy(game: NormalFormGame, level_zero: ExactProfile, levels: int, tau: float) -> tuple[list[ExactProfile], list[ExactProfile]]:
    """Return what levels 0 to ``levels`` of the cognitive hierarchy play, and what levels 1 to ``levels`` expect.

    Raises
    ------
    ParameterError
        If ``tau`` is not a finite number above 0.
    """
    if not math.isfinite(tau) or tau <= 0:
        raise ParameterError(f"tau must be a finite number above 0, got {tau}")
    played, expected = [level_zero], []
    for level in range(1, levels + 1):
        expected.append(_mixture(played, _poisson(tau, level)))
        played.append(_best_replies(game, expected[-1]))
    return played, expected


def _best_replies(game: NormalFormGame, expected: ExactProfile) -> ExactProfile:
    rows = []
    for player in range(len(game.players)):
        values = strategy_values(game, expected, player)
        best = max(values)
        ties = sum(value == best for value in values)
        rows.append(tuple(Fraction(1, ties) if value == best else Fraction(0) for value in values))
    return tuple(rows)


def _poisson(tau: float, count: int) -> list[Fraction]:
    """Return the shares of levels 0 to ``count - 1``, rescaled to sum to one (the float rate taken as the rational it reads as)."""
    rate = exact(tau)
    weights = [rate**level / math.factorial(level) for level in range(count)]
    return [weight / sum(weights) for weight in weights]


def _mixture(profiles: Sequence[ExactProfile], shares: Sequence[Fraction]) -> ExactProfile:
    return tuple(
        tuple(sum((share * p for share, p in zip(shares, column, strict=True)), Fraction(0)) for column in zip(*rows, strict=True))
        for rows in zip(*profiles, strict=True)
    )


def _loss(game: NormalFormGame, profile: ExactProfile, expected: Sequence[ExactProfile], level: int) -> Fraction | None:
    """Return what the level loses against the best reply to what it expects, payoff unit."""
    if level == 0:
        return None
    losses = []
    for player, row in enumerate(profile):
        values = strategy_values(game, expected[level - 1], player)
        losses.append(Fraction(max(values)) - sum((p * Fraction(value) for p, value in zip(row, values, strict=True)), Fraction(0)))
    return max(losses)


def _settling(played: Sequence[ExactProfile]) -> str | None:
    """Return what the sequence of levels does from the first repetition on; None if it has not repeated."""
    for later in range(1, len(played)):
        for earlier in range(later):
            if played[earlier] == played[later]:
                length = later - earlier
                if length == 1:
                    return f"from level {earlier} on all levels play the same, which is a Nash equilibrium"
                return f"the levels cycle: level {later} plays as level {earlier} does, and so on every {length} levels"
    return None


def _finding(game: NormalFormGame, name: str, profile: MixedProfile, error: Fraction | None) -> Finding:
    payoffs = []
    for player, row in enumerate(profile):
        values = strategy_values(game, profile, player)
        payoffs.append(sum((Fraction(p) * Fraction(value) for p, value in zip(row, values, strict=True)), Fraction(0)))
    regret = certify_mixed(game, profile).regret
    shown = {
        player: {strategy: p for strategy, p in zip(names, row, strict=True) if p}
        for player, names, row in zip(game.players, game.strategies, profile, strict=True)
    }
    text = "; ".join(
        f"{player}: " + " + ".join(strategy if p == 1 else f"{show_number(p)} {strategy}" for strategy, p in row.items())
        for player, row in shown.items()
    )
    return Finding(name, text, tuple(payoffs), {"profile": shown, "nash_regret": regret}, error=error)


def _level_zero(game: NormalFormGame, given: LevelZero) -> ExactProfile:
    for player in given:
        if player not in game.players:
            raise ParameterError(f"level_zero names {player!r}; the players are {', '.join(game.players)}")
    return tuple(_level_zero_row(player, names, given.get(player)) for player, names in zip(game.players, game.strategies, strict=True))


def _level_zero_row(player: str, names: Sequence[str], given: str | Mapping[str, Number | str] | None) -> tuple[Fraction, ...]:
    if given is None:
        return (Fraction(1, len(names)),) * len(names)
    weights = {given: Fraction(1)} if isinstance(given, str) else {name: exact(p) for name, p in given.items()}
    for name in weights:
        if name not in names:
            raise ParameterError(f"level_zero of {player!r} names {name!r}; the strategies are {', '.join(names)}")
    row = tuple(weights.get(name, Fraction(0)) for name in names)
    if min(row) < 0 or sum(row) != 1:
        raise ParameterError(f"level_zero of {player!r} must be at least 0 and sum to 1, got {', '.join(map(show_number, row))}")
    return row
