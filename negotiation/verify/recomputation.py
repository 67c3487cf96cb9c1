"""What follows from a profile, computed again in the plainest way: values, best replies, reach, beliefs.

Exact rationals throughout. Nothing here is shared with the functions that certificates are made with.
"""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.solution import Game

__all__ = [
    "Inequality",
    "bayes",
    "cell_values",
    "logit_distance",
    "nash_inequalities",
    "node_values",
    "obedience_inequalities",
    "posterior_bayes",
    "reach",
    "sequential_inequalities",
    "settle",
    "spans",
    "subgame_inequalities",
]

Rows: TypeAlias = Sequence[Sequence[Fraction]]
Cells: TypeAlias = Mapping[tuple[int, ...], Fraction]


@dataclass(frozen=True, slots=True)
class Inequality:
    """At ``place`` playing as prescribed is worth ``value`` to ``player``, the alternative ``alternative_value``."""

    player: str
    place: str
    alternative: str
    value: Fraction
    alternative_value: Fraction

    @property
    def slack(self) -> Fraction:
        """The difference, negative where the alternative gains."""
        return self.value - self.alternative_value


def spans(game: Game) -> dict[str, Fraction]:
    """Return each player's highest less lowest payoff; 1 where his payoff never changes."""
    found = {}
    for player, name in enumerate(game.players):
        if isinstance(game, NormalFormGame):
            payoffs = list(game.exact_payoffs[player].reshape(-1))
        else:
            payoffs = [node.payoffs[player] for node in game.nodes if isinstance(node, End)]
        found[name] = max(payoffs) - min(payoffs) or Fraction(1)
    return found


def cell_values(game: NormalFormGame, rows: Rows, player: int) -> list[Fraction]:
    """Return what each strategy of a player earns against the others' mixtures."""
    supports = [[place for place, p in enumerate(row) if p] for row in rows]
    supports[player] = list(range(len(rows[player])))
    values = [Fraction(0)] * len(rows[player])
    for cell in product(*supports):
        weight = math.prod((rows[other][chosen] for other, chosen in enumerate(cell) if other != player), start=Fraction(1))
        values[cell[player]] += weight * game.exact_payoffs[(player, *cell)]
    return values


def nash_inequalities(game: Game, rows: Rows) -> list[Inequality]:
    """Return in a matrix game one inequality for each player and strategy, in a tree one for each player."""
    found = []
    if isinstance(game, NormalFormGame):
        for player, name in enumerate(game.players):
            worth = cell_values(game, rows, player)
            value = sum((p * gain for p, gain in zip(rows[player], worth, strict=True)), Fraction(0))
            named = zip(game.strategies[player], worth, strict=True)
            found += [Inequality(name, "strategy", other, value, gain) for other, gain in named]
        return found
    values = node_values(game, rows)
    every = range(len(game.nodes))
    for player, name in enumerate(game.players):
        best = _best_value(game, rows, player, every, {})
        found.append(Inequality(name, "the whole game", "best strategy", values[0][player], best))
    return found


def subgame_inequalities(game: ExtensiveFormGame, rows: Rows) -> list[Inequality]:
    """Return the inequalities of each subgame, with smaller subgames played as the profile says.

    Where a subgame is one decision before ends and smaller subgames there is one for each action; else one for each
    player who moves in it before a smaller one starts, against his best strategy.
    """
    values = node_values(game, rows)
    roots = frozenset(game.subgame_roots)
    found = []
    for root in game.subgame_roots:
        region = _region(game, root, roots)
        sets = _sets_in(game, region, roots - {root})
        node = game.nodes[root]
        if isinstance(node, Decision) and set(region) == {root, *node.children}:
            place = game.information_sets[node.information_set]
            worth = [values[child][place.player] for child in node.children]
            found += _each_action(game, node.information_set, values[root][place.player], worth)
            continue
        at = " > ".join(game.path_to(root)) or "the whole game"
        for player in sorted({game.information_sets[number].player for number in sets}):
            known = {border: values[border][player] for border in region if border != root and border in roots}
            best = _best_value(game, rows, player, region, known)
            found.append(Inequality(game.players[player], at, "best strategy", values[root][player], best))
    return found


def sequential_inequalities(game: ExtensiveFormGame, rows: Rows, beliefs: Rows) -> list[Inequality]:
    """Return one inequality for each information set and action, values weighted with the beliefs."""
    values = node_values(game, rows)
    found = []
    for number in range(len(game.information_sets)):
        worth = _action_values(game, values, beliefs[number], number)
        prescribed = sum((p * gain for p, gain in zip(rows[number], worth, strict=True)), Fraction(0))
        found += _each_action(game, number, prescribed, worth)
    return found


def obedience_inequalities(game: NormalFormGame, cells: Cells) -> list[Inequality]:
    """Return for each strategy that a player may be told and each other one: what obeying earns, and what the other does.

    Both sides are weighted with the probability of being told so.
    """
    found = []
    for player, names in enumerate(game.strategies):
        payoffs = game.exact_payoffs[player]
        for told in range(len(names)):
            here = {cell: p for cell, p in cells.items() if cell[player] == told and p}
            value = sum((p * payoffs[cell] for cell, p in here.items()), Fraction(0))
            for other in range(len(names)) if here else ():
                if other != told:
                    moved = sum((p * payoffs[(*cell[:player], other, *cell[player + 1 :])] for cell, p in here.items()), Fraction(0))
                    found.append(Inequality(game.players[player], f"told {names[told]}", names[other], value, moved))
    return found


def logit_distance(game: Game, rows: Rows, beliefs: Rows | None, precision: Fraction, *, left_open: Container[int] = ()) -> float:
    """Return the largest difference between a probability and the logit response to the profile (and to the beliefs, in a tree).

    Rows whose numbers are in ``left_open`` may be anything.
    """
    if isinstance(game, NormalFormGame):
        worths = [cell_values(game, rows, player) for player in range(len(game.players))]
    else:
        values = node_values(game, rows)
        worths = [_action_values(game, values, row, number) for number, row in enumerate(beliefs or ())]
    compared = enumerate(zip(rows, worths, strict=True))
    return max((_logit_gap(row, worth, precision) for number, (row, worth) in compared if number not in left_open), default=0.0)


def _logit_gap(row: Sequence[Fraction], worth: Sequence[Fraction], precision: Fraction) -> float:
    weights = [math.exp(float(precision * (value - max(worth)))) for value in worth]
    return max(abs(float(p) - weight / math.fsum(weights)) for p, weight in zip(row, weights, strict=True))


def reach(game: ExtensiveFormGame, rows: Rows, *, without: int | None = None, region: Sequence[int] | None = None) -> dict[int, Fraction]:
    """Return the probability of coming to each node of a region (default: the whole game) from its first node.

    With ``without``, as if that player always went there.
    """
    inside = range(len(game.nodes)) if region is None else region
    weights = dict.fromkeys(inside, Fraction(0))
    weights[inside[0]] = Fraction(1)
    for number in inside:
        node = game.nodes[number]
        if isinstance(node, End) or not weights[number]:
            continue
        own = isinstance(node, Decision) and game.information_sets[node.information_set].player == without
        for child, p in zip(node.children, _chances(node, rows), strict=True):
            if child in weights:
                weights[child] = weights[number] * (1 if own else p)
    return weights


def node_values(game: ExtensiveFormGame, rows: Rows) -> list[tuple[Fraction, ...]]:
    """Return what each player expects at each node."""
    values: list[tuple[Fraction, ...]] = [()] * len(game.nodes)
    for number, node in reversed(list(enumerate(game.nodes))):
        if isinstance(node, End):
            values[number] = node.payoffs
        else:
            branches = [(p, values[child]) for child, p in zip(node.children, _chances(node, rows), strict=True) if p]
            values[number] = tuple(sum((p * v[player] for p, v in branches), Fraction(0)) for player in range(len(game.players)))
    return values


def bayes(game: ExtensiveFormGame, rows: Rows) -> list[tuple[Fraction, ...] | None]:
    """Return the beliefs that Bayes' rule gives at each information set, None where play never comes there."""
    weights = reach(game, rows)
    totals = [sum((weights[node] for node in nodes), Fraction(0)) for nodes in game.members]
    return [tuple(weights[node] / total for node in nodes) if total else None for nodes, total in zip(game.members, totals, strict=True)]


def settle(game: ExtensiveFormGame, posteriors: Rows) -> ExtensiveFormGame:
    """Return the ordinary game that a game with an audience is at given beliefs, one row for each observation."""
    audience = game.audience
    if audience is None:
        return game
    nodes = list(game.nodes)
    for place, number in enumerate(game.ends):
        node, belief = nodes[number], posteriors[audience.seen[place]]
        payoffs = [payoff.corners or () for payoff in audience.payoffs[place]]
        worth = tuple(sum((p * corner for p, corner in zip(belief, corners, strict=True)), Fraction(0)) for corners in payoffs)
        if isinstance(node, End):
            nodes[number] = End(node.outcome, worth)
    return replace(game, nodes=tuple(nodes), audience=None)


def posterior_bayes(game: ExtensiveFormGame, rows: Rows) -> list[tuple[Fraction, ...] | None]:
    """Return what Bayes' rule lets an audience believe of the types after each observation, None where it is never made."""
    audience = game.audience
    if audience is None:
        return []
    weights = reach(game, rows)
    totals = [[Fraction(0)] * len(audience.types) for _ in audience.observations]
    for end, seen, drawn in zip(game.ends, audience.seen, audience.drawn, strict=True):
        totals[seen][drawn] += weights[end]
    return [tuple(weight / sum(row) for weight in row) if sum(row) else None for row in totals]


def _chances(node: Chance | Decision, rows: Rows) -> Sequence[Fraction]:
    return node.probabilities if isinstance(node, Chance) else rows[node.information_set]


def _action_values(
    game: ExtensiveFormGame, values: Sequence[Sequence[Fraction]], belief: Sequence[Fraction], number: int
) -> list[Fraction]:
    """Return what each action of an information set is worth to its player, weighted with his belief over its nodes."""
    place = game.information_sets[number]
    worth = [Fraction(0)] * len(place.actions)
    for weight, member in zip(belief, game.members[number], strict=True):
        for action, child in enumerate(_children(game, member)):
            worth[action] += weight * values[child][place.player]
    return worth


def _each_action(game: ExtensiveFormGame, number: int, value: Fraction, worth: Sequence[Fraction]) -> list[Inequality]:
    place = game.information_sets[number]
    return [Inequality(game.players[place.player], place.name, name, value, gain) for name, gain in zip(place.actions, worth, strict=True)]


def _best_value(game: ExtensiveFormGame, rows: Rows, player: int, region: Sequence[int], known: Mapping[int, Fraction]) -> Fraction:
    """Return the most that a player can get from the first node of a region, whose last nodes have known values.

    His information sets are decided from the latest back: by perfect recall, what an action is worth depends on his own
    later choices only, and on how likely the others make the nodes.
    """
    weights = reach(game, rows, without=player, region=region)
    own = [place for place in _sets_in(game, region, known) if game.information_sets[place].player == player]
    depths = sorted({len(game.own_history[place]) for place in own}, reverse=True)
    choices: dict[int, int] = {}
    for depth in depths:
        values = _values_in(game, rows, player, region, known, choices)
        for place in own:
            if len(game.own_history[place]) == depth:
                choices[place] = _best_action(game, place, weights, values)
    return _values_in(game, rows, player, region, known, choices)[region[0]]


def _best_action(game: ExtensiveFormGame, place: int, weights: Mapping[int, Fraction], values: Mapping[int, Fraction]) -> int:
    totals = [Fraction(0)] * len(game.information_sets[place].actions)
    for member in game.members[place]:
        for action, child in enumerate(_children(game, member)):
            totals[action] += weights[member] * values[child]
    return totals.index(max(totals))


def _values_in(
    game: ExtensiveFormGame, rows: Rows, player: int, region: Sequence[int], known: Mapping[int, Fraction], choices: Mapping[int, int]
) -> dict[int, Fraction]:
    """Return a player's expectation at each node of a region, with his own choices where they are made already."""
    values = dict(known)
    for number in reversed(region):
        node = game.nodes[number]
        if number in known:
            continue
        if isinstance(node, End):
            values[number] = node.payoffs[player]
        elif isinstance(node, Decision) and node.information_set in choices:
            values[number] = values[node.children[choices[node.information_set]]]
        else:
            values[number] = sum((p * values[c] for c, p in zip(node.children, _chances(node, rows), strict=True) if p), Fraction(0))
    return values


def _region(game: ExtensiveFormGame, root: int, roots: Container[int]) -> list[int]:
    """Return the nodes from a subgame's root down to ends and to the roots of smaller subgames, parents first."""
    found, waiting = [], [root]
    while waiting:
        number = waiting.pop()
        found.append(number)
        if number == root or number not in roots:
            waiting.extend(_children(game, number))
    return sorted(found)


def _sets_in(game: ExtensiveFormGame, region: Sequence[int], borders: Container[int]) -> set[int]:
    nodes = [game.nodes[number] for number in region if number not in borders]
    return {node.information_set for node in nodes if isinstance(node, Decision)}


def _children(game: ExtensiveFormGame, number: int) -> tuple[int, ...]:
    node = game.nodes[number]
    return () if isinstance(node, End) else node.children
