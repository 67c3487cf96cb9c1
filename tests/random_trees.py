"""Random trees for tests, small enough to try every profile on, and the definitions in the plainest way."""

import random
from fractions import Fraction
from itertools import product

from negotiation.errors import GameError
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet


def random_tree(seed, *, size=9, players=2, top=3, chance=0.2, together=0.0):
    """A tree of about so many moves and small whole payoffs, in which ties are frequent.

    ``together`` is the share of moves that two players make at once; without them there is perfect information.
    """
    rng = random.Random(seed)  # noqa: S311  # games for tests, no secrets
    sets, nodes = [], []

    def grow(depth):
        number = len(nodes)
        nodes.append(None)
        if depth <= 0 or len(nodes) > size or (number and rng.random() < 0.2):
            nodes[number] = End("end", tuple(Fraction(rng.randint(0, top)) for _ in range(players)))
            return number
        width = rng.randint(1, 3)
        actions = tuple(f"a{k}" for k in range(width))
        if rng.random() < together:
            first, second = rng.sample(range(players), 2)
            place = len(sets)
            sets.extend((InformationSet(f"i{place}", first, ("a0", "a1")), InformationSet(f"i{place + 1}", second, ("a0", "a1"))))
            children = []
            for _ in range(2):
                children.append(len(nodes))
                nodes.append(None)
                nodes[children[-1]] = Decision(place + 1, tuple(grow(depth - 2) for _ in range(2)))
            nodes[number] = Decision(place, tuple(children))
        elif rng.random() < chance:
            shares = [rng.randint(0, 3) for _ in range(width)]
            shares[0] += not sum(shares)
            nodes[number] = Chance(actions, tuple(Fraction(s, sum(shares)) for s in shares), tuple(grow(depth - 1) for _ in actions))
        else:
            place = len(sets)
            sets.append(InformationSet(f"i{place}", rng.randrange(players), actions))
            nodes[number] = Decision(place, tuple(grow(depth - 1) for _ in actions))
        return number

    grow(4)
    return ExtensiveFormGame(tuple(f"P{k}" for k in range(players)), tuple(sets), tuple(nodes))


def with_hidden_moves(game, seed, *, merges=3):
    """The same tree with some information sets joined, where perfect recall allows it."""
    rng = random.Random(seed)  # noqa: S311  # games for tests, no secrets
    pairs = [
        (one, other)
        for one, first in enumerate(game.information_sets)
        for other, second in enumerate(game.information_sets[:one])
        if (first.player, first.actions) == (second.player, second.actions)
    ]
    rng.shuffle(pairs)
    for one, other in pairs:
        if merges and (joined := _joined(game, one, other)) is not None:
            game, merges = joined, merges - 1
            return with_hidden_moves(game, seed + 1, merges=merges)
    return game


def _joined(game, gone, kept):
    """The tree with one set's nodes in another, None if that breaks perfect recall."""

    def number(place):
        return kept if place == gone else place - (place > gone)

    nodes = tuple(Decision(number(node.information_set), node.children) if isinstance(node, Decision) else node for node in game.nodes)
    sets = tuple(place for n, place in enumerate(game.information_sets) if n != gone)
    try:
        return ExtensiveFormGame(game.players, sets, nodes)
    except GameError:
        return None


def with_actions_reversed(game):
    """The same tree with the actions of each information set and chance move in reverse order."""
    nodes = []
    for node in game.nodes:
        if isinstance(node, Decision):
            nodes.append(Decision(node.information_set, node.children[::-1]))
        elif isinstance(node, Chance):
            nodes.append(Chance(node.actions[::-1], node.probabilities[::-1], node.children[::-1]))
        else:
            nodes.append(node)
    sets = tuple(InformationSet(place.name, place.player, place.actions[::-1]) for place in game.information_sets)
    return ExtensiveFormGame(game.players, sets, tuple(nodes))


def worth(game, rows, number):
    """What each player gets from a node on, by the definition; a row has one probability for each action."""
    node = game.nodes[number]
    if isinstance(node, End):
        return node.payoffs
    chances = node.probabilities if isinstance(node, Chance) else rows[node.information_set]
    below = [worth(game, rows, child) for child in node.children]
    return tuple(sum(p * payoffs[player] for p, payoffs in zip(chances, below, strict=True)) for player in range(len(game.players)))


def plain_subgame_roots(game):
    """Nodes whose subtree holds each information set that it meets as a whole."""
    found = []
    for root, node in enumerate(game.nodes):
        below, stack = set(), [root]
        while stack:
            number = stack.pop()
            below.add(number)
            stack.extend(() if isinstance(game.nodes[number], End) else game.nodes[number].children)
        if not isinstance(node, End) and all(below.isdisjoint(nodes) or below.issuperset(nodes) for nodes in game.members):
            found.append(root)
    return found


def is_subgame_perfect(game, rows):
    """No player gains in any subgame by any pure strategy: the definition, without the one-deviation property."""
    sizes = [len(place.actions) for place in game.information_sets]
    sure = [[tuple(Fraction(n == m) for n in range(size)) for m in range(size)] for size in sizes]
    for root in plain_subgame_roots(game):
        now = worth(game, rows, root)
        for player in range(len(game.players)):
            own = [sure[n] if place.player == player else [rows[n]] for n, place in enumerate(game.information_sets)]
            if any(worth(game, other, root)[player] > now[player] for other in product(*own)):
                return False
    return True


def pure_profiles(game):
    """Every pure behaviour profile, as rows of probabilities."""
    sizes = [len(place.actions) for place in game.information_sets]
    for chosen in product(*map(range, sizes)):
        yield tuple(tuple(Fraction(n == own) for n in range(size)) for own, size in zip(chosen, sizes, strict=True))
