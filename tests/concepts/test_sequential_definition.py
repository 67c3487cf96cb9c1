"""Sequential equilibrium held to its definition, and to other concepts where they coincide, on random games."""

import random
from fractions import Fraction
from itertools import pairwise, product

import pytest
from game_trees import move, pretext, tree
from random_trees import random_tree, with_hidden_moves
from signalling_trees import signalling

from negotiation.concepts import sequential, subgame_perfect
from negotiation.exact.extreme_equilibria import extreme_equilibria
from negotiation.games.certificate import certify_behaviour, certify_sequential, certify_subgames
from negotiation.games.extensive_form import Chance, Decision
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import exact_array
from negotiation.games.plans import behaviour_of_plans, reduced_normal_form

#: Exact numbers are written often here.
F = Fraction


@pytest.mark.parametrize("changes", [{}, {"k_X": 1}, {"pi_X": "0.45"}, {"b": 4}, {"k_M": 7, "pi_M": "0.8"}])
def test_with_perfect_information_sequential_is_subgame_perfect(changes):
    """theory.md 1.3, five of its calibrations: one equilibrium each, the same."""
    (mine,), (other,) = (concept.solve(pretext(**changes)).equilibria for concept in (sequential, subgame_perfect))
    assert mine.profile == other.profile


def is_pure(profile):
    return all(max(row) == 1 for row in profile)


def test_on_random_trees_of_perfect_information_the_pure_equilibria_are_the_subgame_perfect_ones():
    compared = 0
    for seed in range(60):
        game = random_tree(seed)
        other = subgame_perfect.solve(game)
        listed = {e.profile for e in other.equilibria if not e.free and is_pure(e.profile)}
        if not other.complete or len(listed) < len(other.equilibria):
            continue
        mine = sequential.solve(game)
        assert mine.complete
        assert {e.profile for e in mine.equilibria if is_pure(e.profile)} == listed
        compared += 1
    assert compared > 20


def test_a_matrix_written_as_a_tree_has_its_extreme_nash_equilibria_and_pieces():
    """Both players move without seeing the other: sequential is Nash, and an exact enumeration of those shares no code with this."""
    rng = random.Random(7)  # noqa: S311  # games for tests, no secrets
    for _ in range(150):
        m, n, top = rng.randint(1, 3), rng.randint(1, 3), rng.choice((1, 2, 9))
        cells = [[(F(rng.randint(-top, top)), F(rng.randint(-top, top))) for _ in range(n)] for _ in range(m)]
        replies = [move("b", "b", **{f"c{j}": cell for j, cell in enumerate(row)}) for row in cells]
        solution = sequential.solve(tree(("a", "b"), move("a", "a", **{f"r{i}": reply for i, reply in enumerate(replies)})))
        names = tuple(f"r{i}" for i in range(m)), tuple(f"c{j}" for j in range(n))
        matrix = NormalFormGame(("a", "b"), names, exact_array([[[cell[k] for cell in row] for row in cells] for k in (0, 1)]))
        assert {e.profile for e in solution.equilibria} == set(extreme_equilibria(matrix).profiles)


def best_replies_hold(prior, payoffs, sender, receiver):
    """The definition for two types: best messages; best replies to Bayes' beliefs, or to some belief where a message is not sent."""
    replies, messages = range(len(payoffs[0][0])), range(len(payoffs[0]))
    for shares, rows in zip(sender, payoffs, strict=True):
        worth = [sum(receiver[m][r] * rows[m][r][0] for r in replies) for m in messages]
        if any(share and value < max(worth) for share, value in zip(shares, worth, strict=True)):
            return False
    for m in messages:
        gains = [  # of one reply that is used over any other, by type
            tuple(payoffs[t][m][r][1] - payoffs[t][m][other][1] for t in (0, 1)) for r in replies if receiver[m][r] for other in replies
        ]
        weights = [prior[t] * sender[t][m] for t in (0, 1)]
        if sum(weights):
            if any(weights[0] * first + weights[1] * second < 0 for first, second in gains):
                return False
        elif not some_belief(gains):
            return False
    return True


def some_belief(gains):
    """Whether some x in [0, 1] has ``x a + (1 - x) b >= 0`` for all pairs: the bounds are where one of them is zero."""
    corners = {F(0), F(1), *(b / (b - a) for a, b in gains if a != b and 0 <= b / (b - a) <= 1)}
    return any(all(x * a + (1 - x) * b >= 0 for a, b in gains) for x in corners)


def random_signals(rng):
    (messages, replies), top = rng.choice(((2, 2), (2, 2), (2, 3), (3, 2))), rng.choice((1, 2, 6))
    payoffs = [[[(F(rng.randint(-top, top)), F(rng.randint(-top, top))) for _ in range(replies)] for _ in range(messages)] for _ in (0, 1)]
    share = F(rng.randint(1, 9), 10)
    return (share, 1 - share), payoffs


def parts(game, profile):
    """The rows of sender and receiver in the order of types and messages."""
    rows = {item.name: row for item, row in zip(game.information_sets, profile, strict=True)}
    return [rows[f"t{t}"] for t in (0, 1)], [rows[f"after m{m}"] for m in range(len(rows) - 2)]


def mixture(game, profiles, rng):
    """A random mixture of profiles, player by player."""
    rows = {}
    for player in range(len(game.players)):
        weights = [F(rng.randint(0, 4)) for _ in profiles]
        weights[rng.randrange(len(weights))] += 1
        for number, item in enumerate(game.information_sets):
            if item.player == player:
                columns = zip(*(profile[number] for profile in profiles), strict=True)
                rows[number] = tuple(sum(w * x for w, x in zip(weights, column, strict=True)) / sum(weights) for column in columns)
    return tuple(rows[number] for number in range(len(rows)))


def check_signals(rng):
    prior, payoffs = random_signals(rng)
    game = signalling(prior, payoffs)
    solution = sequential.solve(game)
    profiles = [e.profile for e in solution.equilibria]
    assert solution.complete

    def holds(profile):
        return best_replies_hold(prior, payoffs, *parts(game, profile))

    assert all(map(holds, profiles)), payoffs
    for component in solution.components:
        for piece in component.pieces:
            assert holds(mixture(game, [profiles[number] for number in piece], rng)), payoffs
    form = reduced_normal_form(game)
    nash = {behaviour_of_plans(form, profile)[0] for profile in extreme_equilibria(form.game).profiles}
    sound = {profile for profile in nash if holds(profile)}
    if len(payoffs[0][0]) == 2:
        # With two replies what beliefs allow after an unsent message is a face of what Nash allows there.
        assert set(profiles) <= sound, payoffs
    boxes = [[profiles[number] for number in component.equilibria] for component in solution.components] or [[p] for p in profiles]
    assert all(any(in_box(profile, box) for box in boxes) for profile in sound), payoffs
    return len(sound)


def in_box(profile, members):
    """Whether each probability lies between the lowest and the highest of the members."""
    return all(
        min(column) <= share <= max(column)
        for number, row in enumerate(profile)
        for share, column in zip(row, zip(*(member[number] for member in members), strict=True), strict=True)
    )


def test_signalling_games_against_the_definition():
    """All Nash equilibria, of an enumeration that knows no beliefs, that satisfy the definition are found, and nothing else.

    Mixtures within a piece satisfy it too.
    """
    rng = random.Random(11)  # noqa: S311  # games for tests, no secrets
    assert sum(check_signals(rng) for _ in range(150)) > 300


def limit_beliefs(game, chosen, draw):
    """Beliefs after trembles ``c t**e`` as t goes to 0, with random c and e: shares of the nodes of lowest order."""
    order, weight = [0] * len(game.nodes), [F(1)] * len(game.nodes)
    trembles = {}
    for number, node in enumerate(game.nodes):
        if isinstance(node, (Chance, Decision)):
            for action, child in enumerate(node.children):
                order[child], weight[child] = order[number], weight[number]
                if isinstance(node, Chance) and node.probabilities[action]:
                    weight[child] *= node.probabilities[action]
                elif isinstance(node, Chance) or chosen[node.information_set] != action:
                    key = (number if isinstance(node, Chance) else -1 - node.information_set), action
                    e, c = trembles.setdefault(key, draw())
                    order[child] += e
                    weight[child] *= c
    beliefs = []
    for nodes in game.members:
        low = min(order[node] for node in nodes)
        total = sum(weight[node] for node in nodes if order[node] == low)
        beliefs.append(tuple(weight[node] / total if order[node] == low else F(0) for node in nodes))
    return beliefs


@pytest.mark.parametrize(("players", "enough"), [(2, 30), (3, 30)])
def test_pure_equilibria_of_random_trees_against_random_trembles(players, enough):
    """Every pure profile that is rational under the limit of some random trembles is in the list; all in it are subgame perfect."""
    rng = random.Random(players)  # noqa: S311  # games for tests, no secrets

    def draw():
        return rng.choice((1, 1, 2, 3)), F(rng.choice((1, 2, 5)), rng.choice((1, 2, 5)))

    supported = 0
    for seed in range(60):
        game = with_hidden_moves(random_tree(seed, players=players, together=0.3 * (seed % 2)), seed, merges=4)
        sizes = [range(len(item.actions)) for item in game.information_sets]
        if not sizes or max(map(len, game.members)) < 2 or len(list(product(*sizes))) > 100:
            continue
        solution = sequential.solve(game)
        listed = {e.profile for e in solution.equilibria}
        assert solution.complete or players > 2
        assert all(certify_subgames(game, profile).regret == 0 for profile in listed)
        for chosen in product(*sizes):
            profile = tuple(tuple(F(int(a == action)) for a in size) for action, size in zip(chosen, sizes, strict=True))
            if certify_behaviour(game, profile).regret == 0:
                tries = (certify_sequential(game, profile, limit_beliefs(game, chosen, draw)).regret for _ in range(25))
                if any(regret == 0 for regret in tries):
                    supported += 1
                    assert profile in listed, (seed, chosen)
    assert supported > enough


def reply_shares(payoffs, message, believed):
    """The shares of the first of two replies that are best under some belief over these types: none, one, or all between 0 and 1."""
    gains = [payoffs[t][message][0][1] - payoffs[t][message][1][1] for t in believed]
    if min(gains) > 0:
        return [F(1)]
    return [F(0)] if max(gains) < 0 else [F(0), F(1)]


def signs(payoffs, message, utilities, shares):
    """What each type gains by the message at every share that matters: the ends, where a gain is zero, and between these."""
    worth = [[payoffs[t][message][reply][0] - utilities[t] for reply in (0, 1)] for t in (0, 1)]
    points = {*shares}
    if len(shares) == 2:
        points |= {b / (b - a) for a, b in worth if a != b and 0 < b / (b - a) < 1}
        line = sorted(points)
        points |= {(low + high) / 2 for low, high in pairwise(line)}
    return [tuple(q * a + (1 - q) * b for a, b in worth) for q in points]


def rejected(payoffs, message, utilities):
    """Whether the intuitive criterion, and whether D1, rejects an equilibrium without this message (two types, two replies)."""
    everywhere = signs(payoffs, message, utilities, reply_shares(payoffs, message, (0, 1)))

    def certain(kind):
        return signs(payoffs, message, utilities, reply_shares(payoffs, message, (kind,)))

    never = [t for t in (0, 1) if all(gain[t] < 0 for gain in everywhere)]
    intuitive = len(never) == 1 and all(gain[1 - never[0]] > 0 for gain in certain(1 - never[0]))
    less_keen = [t for t in (0, 1) if any(g[1 - t] > 0 for g in everywhere) and all(g[1 - t] > 0 for g in everywhere if g[t] >= 0)]
    divine = len(less_keen) == 1 and all(max(gain) > 0 for gain in certain(1 - less_keen[0]))
    return intuitive, divine


def check_verdicts(rng):
    top, share = rng.choice((2, 5, 9)), F(rng.randint(1, 9), 10)
    payoffs = [[[(F(rng.randint(-top, top)), F(rng.randint(-top, top))) for _ in (0, 1)] for _ in (0, 1)] for _ in (0, 1)]
    game = signalling((share, 1 - share), payoffs)
    unsent = 0
    for equilibrium in sequential.solve(game).equilibria:
        sender, receiver = parts(game, equilibrium.profile)
        utilities = [sum(sender[t][m] * receiver[m][r] * payoffs[t][m][r][0] for m in (0, 1) for r in (0, 1)) for t in (0, 1)]
        silent = [m for m in (0, 1) if not sender[0][m] and not sender[1][m]]
        wanted = tuple(map(any, zip((False, False), *(rejected(payoffs, m, utilities) for m in silent), strict=True)))
        said = tuple(equilibrium.verdicts[name].startswith("fails") for name in ("intuitive criterion", "D1"))
        assert said == wanted, (payoffs, equilibrium.profile)
        unsent += len(silent)
    return unsent


def test_verdicts_of_the_refinements_against_their_definitions():
    """Cho and Kreps (1987) for two types and two replies, where the best replies are an interval and gains linear on it."""
    rng = random.Random(5)  # noqa: S311  # games for tests, no secrets
    assert sum(check_verdicts(rng) for _ in range(200)) > 150
