"""Random matches for tests of engines: trees, types, automata and other strategies, carried state, noise, horizons."""

# ruff: noqa: ARG002  # the signatures are those of the strategy protocol

import random
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from random_trees import random_tree, with_hidden_moves

from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame
from negotiation.games.repeated import Automaton, Match, Repetition, observations

SHARE = Fraction(1, 3)


@dataclass(frozen=True)
class Drift:
    """Two quantities that shrink, grow or are reset by ends, and enter the payoffs."""

    base: np.ndarray
    slopes: np.ndarray
    factors: tuple[float, ...]
    names: tuple[str, ...] = ("heat", "trust")
    start: tuple[float, ...] = (1.0, 0.5)

    def payoffs(self, state):
        return self.base + self.slopes * state[0] + state[1]

    def after(self, end, state):
        factor = self.factors[end]
        return (state[0] * factor, state[1] + 0.1 * factor) if factor else self.start


@dataclass(frozen=True)
class Counter:
    """Counts rounds and adds up what it was paid: its states never come again. It mixes accordingly."""

    sizes: tuple[int, ...]
    notes: tuple[str, ...] = ()

    def start(self):
        return (0, 0.0)

    def behaviour(self, state, place, carried):
        weights = [1.0 + (state[0] + k) % 3 + abs(state[1]) * k for k in range(self.sizes[place])]
        return tuple(weight / sum(weights) for weight in weights)

    def update(self, state, seen):
        return (state[0] + 1, state[1] + 0.3 * seen.payoff)


def random_row(rng, size):
    """Probabilities, often with zeros, often certain."""
    shares = [rng.choice((0, 0, 1, 2, 5)) for _ in range(size)]
    shares[rng.randrange(size)] += not sum(shares)
    return tuple(share / sum(shares) for share in shares)


def random_automaton(rng, stage, player):
    states = rng.randint(1, 4)
    seen = len(observations(stage, player).distinct)
    sets = stage.information_sets
    rows = tuple(tuple(random_row(rng, len(place.actions)) if place.player == player else () for place in sets) for _ in range(states))
    return Automaton(rows, tuple(tuple(rng.randrange(states) for _ in range(seen)) for _ in range(states)))


def _typed_sets(tree, kinds):
    """Each player's information sets once for each of his types, and their numbers by (old number, type)."""
    sets, numbers = [], {}
    for number, place in enumerate(tree.information_sets):
        for kind in range(kinds[place.player]):
            numbers[number, kind] = len(sets)
            sets.append(place if kinds[place.player] == 1 else replace(place, name=f"{kind}: {place.name}", type=str(kind)))
    return sets, numbers


def _append_copy(nodes, tree, numbers, profile, rng):
    """Append the tree as it is for a profile of types, and return where its root is."""
    shift = len(nodes)
    for node in tree.nodes:
        if isinstance(node, End):
            nodes.append(End(node.outcome, tuple(x + rng.randint(0, 2) for x in node.payoffs)))
            continue
        copied = replace(node, children=tuple(child + shift for child in node.children))
        if isinstance(node, Decision):
            player = tree.information_sets[node.information_set].player
            copied = replace(copied, information_set=numbers[node.information_set, profile[player]])
        nodes.append(copied)
    return shift


def with_types(tree, kinds, rng):
    """The tree once for each profile of types: players see their own types only, and payoffs depend on types.

    ``kinds`` has for each player how many types he has (1: none).
    """
    if max(kinds) == 1:
        return tree
    sets, numbers = _typed_sets(tree, kinds)
    nodes, moves = [], set()

    def draw(profile):
        player = len(profile)
        if player == len(kinds):
            return _append_copy(nodes, tree, numbers, profile, rng)
        if kinds[player] == 1:
            return draw((*profile, 0))
        number = len(nodes)
        nodes.append(None)
        moves.add(number)
        shares = (SHARE, 1 - SHARE) if kinds[player] == 2 else (SHARE,) * 3
        below = tuple(draw((*profile, kind)) for kind in range(kinds[player]))
        nodes[number] = Chance(tuple(map(str, range(kinds[player]))), shares, below)
        return number

    draw(())
    return ExtensiveFormGame(tree.players, tuple(sets), tuple(nodes), type_moves=frozenset(moves))


def random_stage(rng):
    players = rng.randint(1, 3)
    tree = random_tree(rng.randrange(10**6), size=rng.choice((1, 4, 9, 20)), players=players, chance=0.3, together=0.2 * (players > 1))
    tree = with_hidden_moves(tree, rng.randrange(10**6), merges=2)
    nodes = tuple(replace(node, outcome=f"end {number % 4}") if isinstance(node, End) else node for number, node in enumerate(tree.nodes))
    movers = {place.player for place in tree.information_sets}
    # Players who never move have no type: nobody could tell.
    kinds = [rng.choice((1, 1, 1, 2, 3)) if player in movers else 1 for player in range(players)]
    return with_types(replace(tree, nodes=nodes), kinds, rng)


def random_strategies(rng, stage, *, bounded):
    sizes = tuple(len(place.actions) for place in stage.information_sets)
    strategies = []
    for player in range(len(stage.players)):
        kinds = dict.fromkeys(place.type for place in stage.information_sets if place.player == player) or {None: None}
        made = [random_automaton(rng, stage, player) if bounded or rng.random() < 0.8 else Counter(sizes) for _ in kinds]
        # Sometimes one and the same strategy plays for all types.
        strategies.append(dict.fromkeys(kinds, made[0]) if rng.random() < 0.2 else dict(zip(kinds, made, strict=True)))
    return tuple(strategies)


def random_rules(rng, stage):
    ends, players = len(stage.ends), len(stage.players)
    slopes = np.array([[rng.choice((0, 1, -0.7)) for _ in range(players)] for _ in range(ends)])
    return Drift(stage.payoffs, slopes, tuple(rng.choice((0, 0.7, 1, 1, 1.1)) for _ in range(ends)))


def random_match(seed, *, bounded=False, replications=25):
    """A match; if ``bounded``, one whose situations are few, so that its exact distribution is quickly found."""
    rng = random.Random(seed)  # noqa: S311  # matches for tests, no secrets
    stage = random_stage(rng)
    outcomes = sorted({node.outcome for node in stage.nodes if isinstance(node, End)})
    rounds, continuation = rng.choice(((rng.randint(1, 12), None), (rng.randint(1, 12), 0.8), (None, 0.75), (None, 0.9)))
    repetition = Repetition(
        rounds,
        continuation,
        tuple(rng.choice((1.0, 0.9, 0.37)) for _ in stage.players),
        frozenset(rng.sample(outcomes, rng.randrange(len(outcomes) + 1))),
        random_rules(rng, stage) if rng.random() < 0.4 and not bounded else None,
    )
    strategies = random_strategies(rng, stage, bounded=bounded)
    noise, first = rng.choice((0.0, 0.0, 0.1, 1.0)), rng.choice((0, 0, 1000))
    return Match(stage, strategies, repetition, replications, rng.randrange(2**128), noise=noise, first=first)
