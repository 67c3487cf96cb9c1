"""What if they were playing the other game: the play of one game, carried to another by the names of information sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from negotiation.comparing.sides import STRATEGY, Behaviour, Play, Side
from negotiation.games.behaviour import BehaviourProfile, node_values
from negotiation.games.certificate import REGRET_TOLERANCE, Certificate, certify_behaviour, certify_mixed, exact_profile, strategy_values
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.solution import Game

__all__ = ["Transfer", "profile_in", "transfer", "transfers"]

#: Of the equilibria behind one play so many are carried over; more differ off the path only and take long.
MOST_CARRIED = 64


@dataclass(frozen=True, eq=False)
class Transfer:
    """A play of one side carried to the game of another.

    Parameters
    ----------
    payoffs : mapping of player to Fraction
        What it brings there.
    gains : mapping of player to Fraction
        What each player could gain there by leaving it alone, payoff unit: his regret.
    regret : Fraction
        The largest gain as a share of the player's payoff span there.
    stays, carried : int
        How many of the equilibria behind the play are Nash equilibria there as well, of how many that were carried over. The
        payoffs and gains are those of the one with the least regret.
    """

    payoffs: Mapping[str, Fraction]
    gains: Mapping[str, Fraction]
    regret: Fraction
    stays: int
    carried: int


def transfers(side: Side, target: Side) -> tuple[tuple[Transfer, ...], str]:
    """Return each play of a side in the game of another; or none of them, and why they cannot be carried there.

    A side without plays gives nothing, for no reason but that.
    """
    if not side.plays:
        return (), ""
    reason = _obstacle(side, target)
    if reason or target.game is None:
        return (), reason
    return tuple(transfer(play, target.game) for play in side.plays), ""


def _obstacle(side: Side, target: Side) -> str:
    game = target.game
    if game is None:
        return f"the game of {target.label} is not known: its file is not at hand, or has changed since"
    if isinstance(game, ExtensiveFormGame) and game.audience is not None:
        return f"payoffs of {target.label} depend on what an audience believes, which belongs to an equilibrium of that game"
    return _missing(side.plays[0].members[0].behaviour, game, target.label)


def _missing(behaviour: Behaviour, game: Game, label: str) -> str:
    for (player, name), actions in _places(game):
        if (player, name) not in behaviour:
            where = f"chooses a strategy in {label}" if name == STRATEGY else f"moves after '{name}' in {label}"
            return f"the games differ in shape: {player} {where}, and nothing in the other game says what he does there"
        if set(actions) != set(behaviour[player, name]):
            which = "strategies" if name == STRATEGY else f"actions after '{name}'"
            return f"the games differ in shape: {player} has other {which} in {label}"
    return ""


def _places(game: Game) -> list[tuple[tuple[str, str], tuple[str, ...]]]:
    if isinstance(game, ExtensiveFormGame):
        return [((game.players[place.player], place.name), place.actions) for place in game.information_sets]
    return [((player, STRATEGY), names) for player, names in zip(game.players, game.strategies, strict=True)]


def profile_in(behaviour: Behaviour, game: Game) -> BehaviourProfile:
    """Return behaviour by names as a profile of a game that has all its information sets and actions."""
    return tuple(tuple(behaviour[place][action] for action in actions) for place, actions in _places(game))


def transfer(play: Play, game: Game) -> Transfer:
    """Return what a play brings in another game, and what each player could gain there by leaving it."""
    carried = [_carry(held.behaviour, game) for held in play.members[:MOST_CARRIED]]
    payoffs, certificate = min(carried, key=lambda found: found[1].regret)
    stays = sum(found.regret <= REGRET_TOLERANCE for _, found in carried)
    gains = {player: Fraction(0) for player in game.players}
    for incentive in certificate.incentives:
        gains[incentive.player] = max(gains[incentive.player], -incentive.slack)
    return Transfer(payoffs, gains, certificate.regret, stays, len(carried))


def _carry(behaviour: Behaviour, game: Game) -> tuple[Mapping[str, Fraction], Certificate]:
    rows = exact_profile(profile_in(behaviour, game))
    if isinstance(game, ExtensiveFormGame):
        worth = [Fraction(value) for value in node_values(game, rows)[0]]
        return dict(zip(game.players, worth, strict=True)), certify_behaviour(game, rows)
    payoffs = {}
    for player, name in enumerate(game.players):
        values = strategy_values(game, rows, player)
        payoffs[name] = sum((Fraction(p * value) for p, value in zip(rows[player], values, strict=True)), Fraction(0))
    return payoffs, certify_mixed(game, rows)
