"""Logit responses without curve following: backward induction, the residual of a claimed equilibrium, proofs of uniqueness."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from negotiation.games.behaviour import BehaviourProfile, node_values
from negotiation.games.certificate import MixedProfile, exact_profile, strategy_values
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import Number

__all__ = ["behaviour_residual", "induced_response", "logit_choice", "mixed_residual", "uniqueness"]

#: The mixed second differences of larger games are not computed: the proof would cost more than the search.
MAXIMUM_DIFFERENCES = 20_000_000


def logit_choice(values: Sequence[Number], precision: float) -> tuple[float, ...]:
    """Return the logit choice probabilities of actions that are worth ``values`` (payoff unit)."""
    # Differences are taken before the conversion to float, so that a large common payoff costs no digits.
    best = max(values)
    weights = np.exp(precision * np.array([float(value - best) for value in values]))
    return tuple(float(weight) for weight in weights / weights.sum())


def induced_response(game: ExtensiveFormGame, precision: float) -> BehaviourProfile:
    """Return the agent logit equilibrium of a tree with perfect information, by backward induction; it is unique."""
    values = np.zeros((len(game.nodes), len(game.players)))
    behaviour: list[tuple[float, ...]] = [()] * len(game.information_sets)
    for number in range(len(game.nodes) - 1, -1, -1):
        match game.nodes[number]:
            case End(payoffs=payoffs):
                values[number] = [float(payoff) for payoff in payoffs]
            case Chance(probabilities=chances, children=children):
                values[number] = np.array([float(chance) for chance in chances]) @ values[list(children)]
            case Decision(information_set=place, children=children):
                player = game.information_sets[place].player
                behaviour[place] = logit_choice(list(values[list(children), player]), precision)
                values[number] = np.array(behaviour[place]) @ values[list(children)]
    return tuple(behaviour)


def mixed_residual(game: NormalFormGame, profile: MixedProfile, precision: float) -> float:
    """Return the largest difference between a probability and the logit response to the profile, values computed exactly."""
    rows = exact_profile(profile)
    return max(_distance(row, logit_choice(strategy_values(game, rows, player), precision)) for player, row in enumerate(rows))


def behaviour_residual(
    game: ExtensiveFormGame,
    behaviour: BehaviourProfile,
    beliefs: Sequence[Sequence[Number]],
    precision: float,
    *,
    free: frozenset[int] = frozenset(),
) -> float:
    """Return the largest difference between a probability and the logit response at its information set.

    Values are computed exactly from the profile and the beliefs, of shape (information sets, their nodes). At the sets in
    ``free``, which chance never lets anybody reach, no response is asked for.
    """
    rows = exact_profile(behaviour)
    values = node_values(game, rows)
    errors = []
    for place, (nodes, believed) in enumerate(zip(game.members, exact_profile(beliefs), strict=True)):
        if place in free:
            continue
        player = game.information_sets[place].player
        expected: list[Number] = [
            sum(weight * values[_child(game, node, action)][player] for node, weight in zip(nodes, believed, strict=True))
            for action in range(len(rows[place]))
        ]
        errors.append(_distance(rows[place], logit_choice(expected, precision)))
    return max(errors, default=0.0)


def uniqueness(game: NormalFormGame | ExtensiveFormGame, precision: float) -> str:
    """Return why there is exactly one logit equilibrium at this precision, or an empty text where that is not proven.

    Two sufficient conditions are tried. In a 2x2 game: one player's reply rises and the other's falls in the other's
    probability, so the replies cross once. In any matrix game: the logit response is a contraction; a change of size
    ``s_j`` (sum of absolute differences) in each mixed strategy changes the reply of ``i`` by at most
    ``precision / 4 * sum_j D_ij s_j``, where ``D_ij`` is the largest mixed second difference of the payoffs of ``i``.
    """
    if isinstance(game, ExtensiveFormGame):
        return ""
    if game.payoffs.shape == (2, 2, 2):
        row, column = game.exact_payoffs
        if (row[0, 0] - row[1, 0] - row[0, 1] + row[1, 1]) * (column[0, 0] - column[0, 1] - column[1, 0] + column[1, 1]) <= 0:
            return "the two replies cross once"
    if game.payoffs[0].size * max(game.payoffs.shape[1:]) > MAXIMUM_DIFFERENCES:
        return ""
    radius = max(abs(np.linalg.eigvals(precision / 4 * _second_differences(game))))
    return "the logit response is a contraction" if radius < 1 else ""


def _second_differences(game: NormalFormGame) -> NDArray[np.float64]:
    """Return the largest mixed second difference of each player's payoffs by each other player, shape (N, N)."""
    count = len(game.players)
    found = np.zeros((count, count))
    for i, j in product(range(count), repeat=2):
        if i == j:
            continue
        table = np.moveaxis(game.payoffs[i], (i, j), (0, 1))
        found[i, j] = max(float(np.ptp(table - table[first], axis=1).max()) for first in range(len(table)))
    return found


def _distance(row: Sequence[Number], response: Sequence[Number]) -> float:
    return max(abs(float(given) - float(wanted)) for given, wanted in zip(row, response, strict=True))


def _child(game: ExtensiveFormGame, number: int, action: int) -> int:
    node = game.nodes[number]
    return number if isinstance(node, End) else node.children[action]
