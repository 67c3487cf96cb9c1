"""Subgame perfection: textbook games, the pretext ultimatum, brute force on random trees, size."""

import random
from fractions import Fraction
from itertools import product

import pytest
from game_trees import move, pretext, tree

from negotiation.concepts import subgame_perfect
from negotiation.errors import NotApplicableError
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet
from negotiation.games.normal_form import NormalFormGame


def found(game):
    """The pure equilibria as a set of tuples of actions, one for each information set."""
    solution = subgame_perfect.solve(game)
    assert solution.complete
    assert all(equilibrium.certificate.holds and equilibrium.regret == 0 for equilibrium in solution.equilibria)
    return [tuple(row.index(1) for row in equilibrium.profile) for equilibrium in solution.equilibria]


def random_tree(rng, *, size, players=2, top=3, chance=0.2):
    """A tree of about so many moves with perfect information and small whole payoffs, in which ties are frequent."""
    sets, nodes = [], []

    def grow(depth):
        number = len(nodes)
        nodes.append(None)
        if depth == 0 or len(nodes) > size or (number and rng.random() < 0.2):
            nodes[number] = End("end", tuple(Fraction(rng.randint(0, top)) for _ in range(players)))
            return number
        width = rng.randint(1, 3)
        actions = tuple(f"a{k}" for k in range(width))
        if rng.random() < chance:
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


def worth(game, profile, number, player):
    """What a player gets from a node on, by the definition."""
    node = game.nodes[number]
    if isinstance(node, End):
        return node.payoffs[player]
    if isinstance(node, Chance):
        return sum(p * worth(game, profile, child, player) for p, child in zip(node.probabilities, node.children, strict=True))
    return worth(game, profile, node.children[profile[node.information_set]], player)


def is_subgame_perfect(game, profile):
    """No player gains in any subgame by any other strategy: the definition, without the one-deviation property."""
    for root, node in enumerate(game.nodes):
        if isinstance(node, End):
            continue
        for player in range(len(game.players)):
            own = [range(len(place.actions)) if place.player == player else [profile[n]] for n, place in enumerate(game.information_sets)]
            now = worth(game, profile, root, player)
            if any(worth(game, other, root, player) > now for other in product(*own)):
                return False
    return True


def test_all_pure_equilibria_of_random_trees_by_the_definition():
    """Every pure profile of 60 random trees is tried against every strategy of every player in every subgame."""
    ties = 0
    for seed in range(60):
        game = random_tree(random.Random(seed), size=9, players=2 + seed % 2)  # noqa: S311  # test games, no secrets
        everything = list(product(*(range(len(place.actions)) for place in game.information_sets)))
        expected = [profile for profile in everything if is_subgame_perfect(game, profile)]
        listed = found(game)
        assert len(set(listed)) == len(listed)
        assert set(listed) == set(expected), seed
        ties += len(expected) > 1
    assert ties > 20


def test_a_threat_that_would_not_be_carried_out_is_not_an_equilibrium():
    """Selten (1978), one market: (out, fight) is Nash, only (in, cooperate) is subgame perfect."""
    game = tree(("E", "M"), move("E", "e", **{"out": (1, 5), "in": move("M", "m", cooperate=(2, 2), fight=(0, 0))}))
    solution = subgame_perfect.solve(game)
    assert solution.complete
    (equilibrium,) = solution.equilibria
    assert equilibrium.path == ("in", "cooperate")
    assert equilibrium.payoffs == (2, 2)


def test_a_tie_of_the_responder_gives_two_equilibria_of_the_ultimatum_game():
    """Four units: the responder may accept or reject nothing at all, and the proposer keeps 4 or 3 accordingly."""
    offers = {f"keep{k}": move("R", f"r{k}", accept=(k, 4 - k), reject=(0, 0)) for k in range(4, -1, -1)}
    solution = subgame_perfect.solve(tree(("P", "R"), move("P", "p", **offers)))
    assert solution.complete
    assert [(found.path, found.payoffs) for found in solution.equilibria] == [(("keep4", "accept"), (4, 0)), (("keep3", "accept"), (3, 1))]


def test_the_pretext_ultimatum_ends_in_refusal_and_action():
    """theory.md 1.3, row E."""
    (equilibrium,) = subgame_perfect.solve(pretext()).equilibria
    assert equilibrium.path == ("ULT", "refuse", "act")
    assert equilibrium.payoffs == (Fraction("2.2"), -7)


def test_a_matrix_is_refused_with_advice():
    with pytest.raises(NotApplicableError, match=r"needs a tree, got a matrix game; .* use nash"):
        subgame_perfect.solve(NormalFormGame.from_payoffs([[[3, 0], [5, 1]], [[3, 5], [0, 1]]]))
