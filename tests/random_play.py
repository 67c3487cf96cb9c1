"""Random trees with chance and hidden moves, and random exact probabilities."""

from fractions import Fraction

from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet


def random_mixture(generator, size):
    """Exact probabilities, some of them often 0."""
    weights = generator.integers(0, 4, size)
    weights[generator.integers(size)] += 1
    return tuple(Fraction(int(weight), int(weights.sum())) for weight in weights)


def random_tree(generator, depth=4, players=2):
    """A tree with chance and hidden moves: nodes may share an information set where their player knows the same of himself."""
    nodes, sets = [], []

    def grow(depth, histories):
        number = len(nodes)
        nodes.append(None)
        kind = generator.random()
        if depth == 0 or kind < 0.15:
            nodes[number] = End(f"end {number}", tuple(Fraction(int(x)) for x in generator.integers(-3, 4, players)))
            return number
        size = int(generator.integers(1, 4))
        if kind < 0.3:
            children = tuple(grow(depth - 1, histories) for _ in range(size))
            nodes[number] = Chance(tuple(f"c{i}" for i in range(size)), random_mixture(generator, size), children)
            return number
        player = int(generator.integers(players))
        alike = [place for place, (who, history, count) in enumerate(sets) if (who, history, count) == (player, histories[player], size)]
        place = int(generator.choice(alike)) if alike and generator.random() < 0.6 else len(sets)
        if place == len(sets):
            sets.append((player, histories[player], size))
        children = []
        for action in range(size):
            longer = (*histories[player], (place, action))
            children.append(grow(depth - 1, (*histories[:player], longer, *histories[player + 1 :])))
        nodes[number] = Decision(place, tuple(children))
        return number

    grow(depth, ((),) * players)
    named = tuple(InformationSet(f"set {i}", who, tuple(f"a{k}" for k in range(size))) for i, (who, _, size) in enumerate(sets))
    return ExtensiveFormGame(tuple(f"player {i}" for i in range(players)), named, tuple(nodes))
