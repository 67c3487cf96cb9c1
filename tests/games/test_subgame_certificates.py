"""Certificates of subgame perfection against the definition, and the recall that subgames need."""

import random
from fractions import Fraction
from itertools import product

import pytest
from game_trees import move, tree
from random_trees import plain_subgame_roots, random_tree, with_hidden_moves, worth

from negotiation.errors import GameError
from negotiation.games.certificate import certify_subgames
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet


def random_rows(game, seed):
    """Behaviour with probabilities in quarters, some of them 0."""
    rng = random.Random(seed)  # noqa: S311  # behaviour for tests, no secrets
    rows = []
    for place in game.information_sets:
        cuts = sorted(rng.randint(0, 4) for _ in place.actions[1:])
        rows.append(tuple(Fraction(high - low, 4) for low, high in zip([0, *cuts], [*cuts, 4], strict=True)))
    return tuple(rows)


def plain_regret(game, rows):
    """The largest gain in a subgame, as a share of the payoff span, by trying all strategies before smaller subgames start."""
    roots = plain_subgame_roots(game)
    spans = [{node.payoffs[player] for node in game.nodes if isinstance(node, End)} for player in range(len(game.players))]
    spans = [max(column) - min(column) or 1 for column in spans]
    most = Fraction(0)
    for root in roots:
        inside = sets_before_smaller_subgames(game, root, roots)
        for player in range(len(game.players)):
            sure = [
                [tuple(Fraction(n == m) for n in range(len(row))) for m in range(len(row))]
                if place in inside and game.information_sets[place].player == player
                else [row]
                for place, row in enumerate(rows)
            ]
            best = max(worth(game, other, root)[player] for other in product(*sure))
            most = max(most, (best - worth(game, rows, root)[player]) / spans[player])
    return most


def sets_before_smaller_subgames(game, root, roots):
    found, stack = set(), [root]
    while stack:
        number = stack.pop()
        node = game.nodes[number]
        if isinstance(node, End) or (number in roots and number != root):
            continue
        if isinstance(node, Decision):
            found.add(node.information_set)
        stack.extend(node.children)
    return found


@pytest.mark.parametrize("together", [0.0, 0.5])
def test_regret_is_the_largest_gain_in_any_subgame(together):
    imperfect = 0
    for seed in range(60):
        game = random_tree(seed, players=2 + seed % 2, together=together)
        if together:
            game = with_hidden_moves(game, seed)
        rows = random_rows(game, seed)
        assert certify_subgames(game, rows).regret == plain_regret(game, rows), seed
        imperfect += not game.has_perfect_information
    assert imperfect > 20 if together else imperfect == 0


def test_a_lone_decision_has_one_inequality_for_each_action():
    game = tree(("E", "M"), move("E", "e", **{"out": (1, 5), "in": move("M", "m", cooperate=(2, 2), fight=(0, 0))}))
    certificate = certify_subgames(game, ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))))
    told = [(item.player, item.place, item.alternative, item.value, item.alternative_value) for item in certificate.incentives]
    assert told == [("E", "e", "out", 1, 1), ("E", "e", "in", 1, 0), ("M", "m", "cooperate", 0, 2), ("M", "m", "fight", 0, 0)]
    assert certificate.regret == Fraction(2, 5)
    assert not certificate.holds


def test_simultaneous_moves_have_one_inequality_for_each_player():
    replies = {"B": (3, 1), "S": (0, 0)}, {"B": (0, 0), "S": (1, 3)}
    inside = move("1", "b", B=move("2", "c", **replies[0]), S=move("2", "c", **replies[1]))
    game = tree(("1", "2"), move("1", "a", out=(2, 2), **{"in": inside}))
    sure = Fraction(1), Fraction(0)
    certificate = certify_subgames(game, (sure, sure, sure[::-1]))
    told = [(item.player, item.place, item.alternative, item.value, item.alternative_value) for item in certificate.incentives]
    assert told == [
        ("1", "a", "out", 2, 2), ("1", "a", "in", 2, 0),
        ("1", "in", "best strategy", 0, 1), ("2", "in", "best strategy", 0, 1),
    ]  # fmt: skip


def test_imperfect_recall_is_refused_whatever_was_forgotten():
    """Piccione and Rubinstein (1997): the absent-minded driver; and a player who forgets what he did two moves ago."""
    zero = End("end", (Fraction(0),))
    driver = (Decision(0, (1, 2)), zero, Decision(0, (3, 4)), zero, zero)
    with pytest.raises(GameError, match="imperfect recall: at information set 'exit', A would have forgotten what he knew or did"):
        ExtensiveFormGame(("A",), (InformationSet("exit", 0, ("go", "stay")),), driver)
    last = [move("A", "last", x=(n,), y=(0,)) for n in range(2)]
    with pytest.raises(GameError, match="imperfect recall: at information set 'last'"):
        tree(("A",), move("A", "first", l=move("A", "second", on=last[0]), r=move("A", "third", on=last[1])))
    with pytest.raises(GameError, match="imperfect recall: at information set 'second'"):
        tree(("A",), move("A", "first", l=move("A", "second", on=(0,)), r=move("A", "second", on=(1,))))


def test_another_player_and_chance_may_be_forgotten():
    cells = {name: move("A", "again", x=(n, 0), y=(0, 0)) for n, name in enumerate("lr")}
    assert not tree(("A", "B"), move("A", "a", go=move("B", "b", **cells), stop=(0, 0))).has_perfect_information
    nodes = (
        Chance(("h", "t"), (Fraction(1, 2), Fraction(1, 2)), (1, 2)),
        Decision(0, (3, 4)),
        Decision(0, (5, 6)),
        *(End("end", (Fraction(n),)) for n in range(4)),
    )
    assert ExtensiveFormGame(("A",), (InformationSet("a", 0, ("x", "y")),), nodes).subgame_roots == (0,)
