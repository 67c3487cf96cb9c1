"""Certificates: the incentive inequalities of a profile, recomputed from the game alone.

Whoever found a profile, these functions say how much any player could gain by leaving it. They share nothing with a
solver and compute exactly: a float probability is taken as the rational that it is, and the probabilities are then made
to sum to one.

Conditions
----------
``nash``
    Nobody gains by another strategy (Nash 1951).
``subgame_perfect``
    The same in each subgame (Selten 1965), with smaller subgames played as the profile says.
``sequential``
    At each information set no action does better than the prescribed play, given beliefs over its nodes
    (Kreps and Wilson 1982); and on the path the beliefs are Bayes' rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from negotiation.errors import GameError
from negotiation.games.behaviour import BehaviourProfile, best_response_value, node_values, reach
from negotiation.games.extensive_form import Decision, End, ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import Number

__all__ = [
    "REGRET_TOLERANCE",
    "Certificate",
    "Incentive",
    "MixedProfile",
    "bayes_beliefs",
    "certify_behaviour",
    "certify_mixed",
    "certify_sequential",
    "certify_subgames",
    "exact_profile",
]

#: For each player, one probability for each of his strategies.
MixedProfile: TypeAlias = tuple[tuple[Number, ...], ...]

#: The largest regret, as a share of the player's payoff span, at which a float profile still counts as an equilibrium.
#: Double arithmetic on well-scaled games leaves 1e-12 and less; a wrong support costs far more than 1e-9.
REGRET_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Incentive:
    """One inequality: at ``place``, playing as prescribed is worth ``value`` and the alternative ``alternative_value``."""

    player: str
    place: str
    alternative: str
    value: Fraction
    alternative_value: Fraction

    @property
    def slack(self) -> Fraction:
        """How much the alternative loses, payoff unit; negative where it gains."""
        return self.value - self.alternative_value


@dataclass(frozen=True, slots=True)
class Certificate:
    """The inequalities of one profile under one condition.

    ``regret`` is the largest gain that any of them leaves, as a share of that player's payoff span in the game (0 at an
    exact equilibrium); ``belief_error`` the largest difference between stated beliefs and Bayes' rule on the path.
    """

    condition: str
    incentives: tuple[Incentive, ...]
    regret: Fraction
    belief_error: Fraction = Fraction(0)

    @property
    def holds(self) -> bool:
        """Whether the regret and the beliefs are within ``REGRET_TOLERANCE``."""
        return self.regret <= REGRET_TOLERANCE and self.belief_error <= REGRET_TOLERANCE


def exact_profile(profile: Sequence[Sequence[Number]]) -> tuple[tuple[Fraction, ...], ...]:
    """Return a profile in exact numbers, each row summing to one.

    Raises
    ------
    GameError
        If a probability is negative or not finite, or a row of Fractions does not sum to one, or a row of floats is
        further from one than rounding can explain.
    """
    # A large tree has few different rows, and most are the same object.
    seen: dict[int, tuple[Fraction, ...]] = {}
    for row in profile:
        if id(row) not in seen:
            seen[id(row)] = _exact_row(row)
    return tuple(seen[id(row)] for row in profile)


def _exact_row(row: Sequence[Number]) -> tuple[Fraction, ...]:
    try:
        numbers = tuple(number if isinstance(number, Fraction) else Fraction(number) for number in row)
    except (ValueError, OverflowError):
        raise GameError(f"probabilities must be finite, got {list(row)}") from None
    total = sum(numbers, Fraction(0))
    if min(numbers) >= 0 and total == 1:
        return numbers
    if min(numbers) < 0 or abs(total - 1) > REGRET_TOLERANCE:
        raise GameError(f"probabilities must be at least 0 and sum to 1, got {[float(number) for number in numbers]}")
    return tuple(number / total for number in numbers)


def certify_mixed(game: NormalFormGame, profile: MixedProfile) -> Certificate:
    """Return the Nash certificate of a mixed profile: one inequality for each player and strategy."""
    rows = exact_profile(profile)
    incentives = []
    for player, name in enumerate(game.players):
        values = strategy_values(game, rows, player)
        value = sum((p * v for p, v in zip(rows[player], values, strict=True)), Fraction(0))
        names = game.strategies[player]
        incentives += [
            Incentive(name, "strategy", other, Fraction(value), Fraction(gain)) for other, gain in zip(names, values, strict=True)
        ]
    spans = {name: _span(list(game.exact_payoffs[player].reshape(-1))) for player, name in enumerate(game.players)}
    return _certificate("nash", incentives, spans)


def strategy_values(game: NormalFormGame, profile: Sequence[Sequence[Number]], player: int) -> list[Number]:
    """Return what each of a player's strategies earns against the others' mixed strategies, shape (strategies,)."""
    table = game.exact_payoffs[player]
    for other in range(len(game.players) - 1, -1, -1):
        if other != player:
            weights = np.array(profile[other], dtype=object)
            # Axes after ``other`` that are already summed away are gone; the player's own axis stays.
            table = np.tensordot(table, weights, axes=([other], [0]))
    return list(table)


def certify_behaviour(game: ExtensiveFormGame, behaviour: BehaviourProfile) -> Certificate:
    """Return the Nash certificate of a behaviour profile: one inequality for each player, against his best strategy."""
    rows = exact_profile(behaviour)
    values = node_values(game, rows)[0]
    incentives = [
        Incentive(name, "the whole game", "best strategy", Fraction(values[player]), Fraction(best_response_value(game, rows, player)))
        for player, name in enumerate(game.players)
    ]
    return _certificate("nash", incentives, tree_spans(game))


def certify_subgames(game: ExtensiveFormGame, behaviour: BehaviourProfile) -> Certificate:
    """Return the subgame-perfection certificate: the inequalities of each subgame, with smaller subgames played as the profile says.

    By the one-deviation property that loses nothing. Where a subgame is one decision before smaller ones there is one
    inequality for each action, and ``place`` is the information set; else one for each player who moves in it, against his
    best strategy, and ``place`` is the path to the subgame's root.
    """
    rows = exact_profile(behaviour)
    values = node_values(game, rows)
    roots = frozenset(game.subgame_roots)
    incentives: list[Incentive] = []
    for root in game.subgame_roots:
        node = game.nodes[root]
        if isinstance(node, Decision) and all(child in roots or isinstance(game.nodes[child], End) for child in node.children):
            incentives += _action_incentives(game, node, values[root], [values[child] for child in node.children])
        else:
            incentives += _strategy_incentives(game, rows, root, roots, values)
    return _certificate("subgame_perfect", incentives, tree_spans(game))


def _action_incentives(
    game: ExtensiveFormGame, node: Decision, value: Sequence[Number], alternatives: Sequence[Sequence[Number]]
) -> Iterator[Incentive]:
    place = game.information_sets[node.information_set]
    name = game.players[place.player]
    for action, payoffs in zip(place.actions, alternatives, strict=True):
        yield Incentive(name, place.name, action, Fraction(value[place.player]), Fraction(payoffs[place.player]))


def _strategy_incentives(
    game: ExtensiveFormGame, behaviour: BehaviourProfile, root: int, roots: frozenset[int], values: Sequence[Sequence[Number]]
) -> Iterator[Incentive]:
    movers, borders = _region(game, root, roots)
    for player in sorted(movers):
        fixed = {border: values[border][player] for border in borders}
        best = best_response_value(game, behaviour, player, root=root, fixed=fixed)
        place = " > ".join(game.path_to(root)) or "the whole game"
        yield Incentive(game.players[player], place, "best strategy", Fraction(values[root][player]), Fraction(best))


def certify_sequential(game: ExtensiveFormGame, behaviour: BehaviourProfile, beliefs: Sequence[Sequence[Number]]) -> Certificate:
    """Return the certificate of an assessment: for each information set and action, one inequality, and the belief error.

    ``beliefs`` has for each information set one probability for each of its nodes, in the order of ``game.members``.
    """
    rows, believed = exact_profile(behaviour), exact_profile(beliefs)
    values = node_values(game, rows)
    incentives = []
    for number, place in enumerate(game.information_sets):
        weighted = list(zip(game.members[number], believed[number], strict=True))
        prescribed = sum((Fraction(weight * values[node][place.player]) for node, weight in weighted), Fraction(0))
        for action, name in enumerate(place.actions):
            gain = sum((Fraction(weight * values[_child(game, node, action)][place.player]) for node, weight in weighted), Fraction(0))
            incentives.append(Incentive(game.players[place.player], place.name, name, prescribed, gain))
    errors = [
        abs(Fraction(given - implied))
        for given_row, implied_row in zip(believed, bayes_beliefs(game, rows), strict=True)
        if implied_row is not None
        for given, implied in zip(given_row, implied_row, strict=True)
    ]
    return _certificate("sequential", incentives, tree_spans(game), belief_error=max(errors, default=Fraction(0)))


def bayes_beliefs(game: ExtensiveFormGame, behaviour: BehaviourProfile) -> list[tuple[Number, ...] | None]:
    """Return for each information set the beliefs that Bayes' rule gives over its nodes, None where it is not reached."""
    weights = reach(game, behaviour)
    found: list[tuple[Number, ...] | None] = []
    for nodes in game.members:
        total = sum((weights[node] for node in nodes), Fraction(0))
        found.append(tuple(weights[node] / total for node in nodes) if total else None)
    return found


def tree_spans(game: ExtensiveFormGame) -> dict[str, Fraction]:
    """Return each player's payoff span over the ends of a tree."""
    # A player whose payoff never changes has no incentive to leave anything; dividing by one keeps his regret at zero.
    return {name: span or Fraction(1) for name, span in zip(game.players, game.payoff_spans, strict=True)}


def _span(payoffs: Sequence[Fraction]) -> Fraction:
    # A player whose payoff never changes has no incentive to leave anything; dividing by one keeps his regret at zero.
    return max(payoffs) - min(payoffs) or Fraction(1)


def _certificate(
    condition: str, incentives: Sequence[Incentive], spans: dict[str, Fraction], *, belief_error: Fraction = Fraction(0)
) -> Certificate:
    gains = [-incentive.slack / spans[incentive.player] for incentive in incentives if incentive.alternative_value > incentive.value]
    return Certificate(condition, tuple(incentives), max([Fraction(0), *gains]), belief_error)


def _region(game: ExtensiveFormGame, root: int, roots: frozenset[int]) -> tuple[set[int], list[int]]:
    """Return who moves between a subgame's root and the smaller subgames in it, and the roots of those."""
    movers, borders, stack = set(), [], [root]
    while stack:
        number = stack.pop()
        node = game.nodes[number]
        if number != root and number in roots:
            borders.append(number)
            continue
        if isinstance(node, End):
            continue
        if (place := getattr(node, "information_set", None)) is not None:
            movers.add(game.information_sets[place].player)
        stack.extend(node.children)
    return movers, borders


def _child(game: ExtensiveFormGame, number: int, action: int) -> int:
    node = game.nodes[number]
    return number if isinstance(node, End) else node.children[action]
