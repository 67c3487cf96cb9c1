"""Backward induction against the definition on random trees; counts, courses of play and bounds on mixing at ties."""

from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import pytest
from game_trees import chance, move, tree
from plain_enumeration import plain_extreme_equilibria
from random_trees import (
    is_subgame_perfect,
    plain_subgame_roots,
    pure_profiles,
    random_tree,
    with_actions_reversed,
    with_hidden_moves,
    worth,
)

from negotiation.concepts import subgame_perfect
from negotiation.exact import backward_induction
from negotiation.exact.backward_induction import induce
from negotiation.exact.subgame_profiles import courses_of_play, profile_by_number, profile_of_course
from negotiation.exact.ties import tie_bounds
from negotiation.games.extensive_form import Decision, End, ExtensiveFormGame, InformationSet
from negotiation.games.solution import tree_equilibrium

#: Larger trees take too long to try all profiles on.
MOST_PROFILES = 500


def small_trees(seeds, *, hidden=False, **shape):
    for seed in seeds:
        game = random_tree(seed, players=2 + seed % 2, **shape)
        if hidden and seed % 3 == 1:
            game = with_hidden_moves(game, seed)
        if prod(len(place.actions) for place in game.information_sets) <= MOST_PROFILES:
            yield seed, game


def pure_ones(game, equilibria):
    """The pure profiles that a list stands for: at free information sets any action will do."""
    for equilibrium in equilibria:
        if equilibrium.is_pure:
            rows = [
                [tuple(Fraction(n == m) for n in range(len(row))) for m in range(len(row))] if place in equilibrium.free else [row]
                for place, row in enumerate(equilibrium.profile)
            ]
            yield from product(*rows)


def mixed(rows, place, weights):
    return (*rows[:place], tuple(weights), *rows[place + 1 :])


@pytest.mark.parametrize("hidden", [False, True])
def test_exactly_the_pure_equilibria_of_the_definition(hidden):
    """Every pure profile of some fifty random trees, against every strategy in every subgame."""
    several = imperfect = 0
    for seed, game in small_trees(range(50), hidden=hidden, together=0.5 * hidden):
        expected = {rows for rows in pure_profiles(game) if is_subgame_perfect(game, rows)}
        solution = subgame_perfect.solve(game)
        listed = list(pure_ones(game, solution.equilibria))
        assert len(set(listed)) == len(listed), seed
        assert set(listed) == expected, seed
        assert all(is_subgame_perfect(game, equilibrium.profile) for equilibrium in solution.equilibria)
        assert all(equilibrium.regret == 0 for equilibrium in solution.equilibria)
        if game.has_perfect_information:
            assert solution.complete
            assert induce(game).count == len(expected)
        several += len(expected) > 1
        imperfect += not game.has_perfect_information
    assert several > 20
    assert imperfect > 20 if hidden else imperfect == 0


def test_subgames_start_where_no_information_set_is_cut():
    for _, game in small_trees(range(200, 240), hidden=True, together=0.5):
        assert list(game.subgame_roots) == plain_subgame_roots(game)


def test_the_order_of_actions_does_not_matter():
    for seed, game in small_trees(range(300, 360), hidden=True, together=0.3):
        forward, backward = subgame_perfect.solve(game), subgame_perfect.solve(with_actions_reversed(game))
        assert forward.complete == backward.complete
        if forward.complete and all(not equilibrium.free for equilibrium in forward.equilibria):
            turned = {tuple(row[::-1] for row in equilibrium.profile) for equilibrium in backward.equilibria}
            assert {equilibrium.profile for equilibrium in forward.equilibria} == turned, seed


def test_bounds_on_mixing_are_where_an_equilibrium_ends():
    """At the bound the profile is an equilibrium by the definition, beyond it not; without a bound the tie is free."""
    bounds = 0
    for _, game in small_trees(range(400, 560)):
        induction = induce(game)
        for number in range(min(induction.count, 6)):
            rows = profile_by_number(induction, number).rows
            bounded = set()
            for bound in tie_bounds(induction, rows):
                size, most = len(rows[bound.place]), bound.strain.most
                bounded.add((bound.place, bound.alternative))
                for share, holds in ((most, True), (most + (1 - most) / 1000, False)):
                    weights = [share if n == bound.alternative else 1 - share if n == bound.action else 0 for n in range(size)]
                    assert is_subgame_perfect(game, mixed(rows, bound.place, weights)) is holds
                bounds += 1
            for place, row in enumerate(rows):
                action, size = row.index(1), len(row)
                for other in range(size):
                    half = [Fraction(n in (action, other), 2) for n in range(size)]
                    if other != action and (place, other) not in bounded and _is_tied(game, rows, place, other):
                        assert is_subgame_perfect(game, mixed(rows, place, half))
    assert bounds > 30


def _is_tied(game, rows, place, other):
    """Whether another action is as good where it is taken, by the definition of the values."""
    (number,) = game.members[place]
    node, player = game.nodes[number], game.information_sets[place].player
    return worth(game, rows, node.children[other])[player] == worth(game, rows, number)[player]


def test_a_component_of_free_ties_holds_every_mixture():
    found = 0
    for _, game in small_trees(range(560, 620)):
        solution = subgame_perfect.solve(game)
        for component in solution.components:
            third = [Fraction(1, len(component.equilibria))] * len(component.equilibria)
            members = [solution.equilibria[number] for number in component.equilibria]
            rows = tuple(
                tuple(sum(w * member.profile[place][n] for w, member in zip(third, members, strict=True)) for n in range(len(row)))
                for place, row in enumerate(members[0].profile)
            )
            assert is_subgame_perfect(game, rows)
            found += 1
    assert found > 10


def ties_that_do_not_matter(count):
    """A chain of decisions of one player whom nothing concerns, after another's who gets 1 whatever happens in it."""
    sets = (InformationSet("a", 0, ("stay", "go")), *(InformationSet(f"b{n}", 1, ("stop", "on")) for n in range(count)))
    nodes = [Decision(0, (1, 2)), End("stayed", (Fraction(0), Fraction(0)))]
    for number in range(count):
        nodes += [Decision(1 + number, (len(nodes) + 1, len(nodes) + 2)), End(f"stopped {number}", (Fraction(1), Fraction(0)))]
    return ExtensiveFormGame(("A", "B"), sets, (*nodes, End("over", (Fraction(1), Fraction(0)))))


@pytest.mark.parametrize("count", [3, 9, 60, 2000])
def test_counts_are_exact_however_large(count):
    """Each tie doubles the number of equilibria."""
    assert induce(ties_that_do_not_matter(count)).count == 2**count


def test_one_equilibrium_for_each_course_of_play_where_there_are_too_many_to_list():
    solution = subgame_perfect.solve(ties_that_do_not_matter(60))
    assert not solution.complete
    assert len({equilibrium.path for equilibrium in solution.equilibria}) == len(solution.equilibria) == 61
    assert all(equilibrium.regret == 0 for equilibrium in solution.equilibria)
    assert "there are more than 10^18 pure equilibria; listed is one for each of the 61 different courses of play" in solution.notes[0]
    assert "60 information sets can leave the player who moves there indifferent, but no other choice depends" in solution.notes[1]
    assert solution.components == ()


def test_courses_of_play_are_those_of_all_equilibria():
    for seed, game in small_trees(range(600, 660), hidden=True, together=0.3):
        induction = induce(game)
        if induction.count > 200:
            continue
        numbers = (profile_by_number(induction, number) for number in range(induction.count))
        everything = {_course(game, profile) for profile in numbers}
        courses = courses_of_play(induction, limit=1000)
        listed = [_course(game, profile_of_course(induction, course)) for course in courses.courses]
        assert len(set(listed)) == len(listed), seed
        assert set(listed) == everything, seed


def _course(game, profile):
    return frozenset(
        (path.actions, path.outcome, path.probability)
        for path in tree_equilibrium(game, profile.rows, subgame_perfect.certify_subgames(game, profile.rows)).paths
    )


def test_more_payoff_vectors_than_are_followed_is_said():
    """A chance move over fifteen subgames in each of which a tie decides what the other player gets: 2^15 = 32,768."""
    lots = {f"c{n}": (Fraction(1, 15), move("B", f"b{n}", give=(2**n, 0), keep=(0, 0))) for n in range(15)}
    solution = subgame_perfect.solve(tree(("A", "B"), chance(**lots)))
    assert not solution.complete
    assert any("more than 20,000 combinations of what follows" in note for note in solution.notes)
    assert solution.notes[0].startswith("there are at least 20,000 pure equilibria")


@pytest.mark.parametrize("total", [0, 5, 1000])
def test_what_is_found_within_limits_is_right_and_called_incomplete(monkeypatch, total):
    """With room for two vectors or combinations: some equilibria are left out, and those listed are among all."""
    games = [game for _, game in small_trees(range(700, 760), hidden=True, together=0.3)]
    whole = [subgame_perfect.solve(game) for game in games]
    for name, value in (("MAXIMUM_VECTORS", 2), ("MAXIMUM_COMBINATIONS", 2), ("MAXIMUM_ALTERNATIVES", total), ("FEW", 1)):
        monkeypatch.setattr(backward_induction, name, value)
    short = 0
    for game, every in zip(games, whole, strict=True):
        solution = subgame_perfect.solve(game)
        listed = {equilibrium.profile for equilibrium in solution.equilibria}
        assert listed
        assert all(is_subgame_perfect(game, rows) for rows in listed)
        assert listed <= {equilibrium.profile for equilibrium in every.equilibria}
        if len(listed) < len(every.equilibria):
            assert not solution.complete
            assert any("the others were not followed" in note for note in solution.notes)
            short += 1
    assert short > 5


BATTLE = ((3, 1), (0, 0)), ((0, 0), (1, 3))


def twice(first, second):
    """A 2x2 game played, seen by both, and another one played; payoffs add up."""

    def after(i, j):
        sums = [[tuple(a + b for a, b in zip(first[i][j], second[k][m], strict=True)) for m in range(2)] for k in range(2)]
        return stage(f"row after {i}{j}", f"column after {i}{j}", sums)

    return tree(("row", "column"), stage("row first", "column first", [[after(i, j) for j in range(2)] for i in range(2)]))


def stage(row, column, cells):
    return move("row", row, **{f"r{i}": move("column", column, **{f"c{j}": cells[i][j] for j in range(2)}) for i in range(2)})


def test_every_combination_of_the_later_games_is_followed():
    """The battle of the sexes twice: the later game has three equilibria after each of four outcomes of the earlier."""
    later = [(3, 1), (1, 3), (Fraction(3, 4), Fraction(3, 4))]
    expected = 0
    for ends in product(later, repeat=4):
        first, second = ([[BATTLE[i][j][p] + ends[2 * i + j][p] for j in range(2)] for i in range(2)] for p in (0, 1))
        expected += len(plain_extreme_equilibria(first, second))
    solution = subgame_perfect.solve(twice(BATTLE, BATTLE))
    assert solution.complete
    assert len(solution.equilibria) == induce(twice(BATTLE, BATTLE)).count == expected
    assert len({equilibrium.profile for equilibrium in solution.equilibria}) == expected
    assert all(equilibrium.regret == 0 for equilibrium in solution.equilibria)


def test_probabilities_that_are_not_rational_are_told():
    """Three players at once, after one of them could have stayed out: a mixed equilibrium is a root of a polynomial."""
    found = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        cells = rng.integers(0, 10, (2, 2, 2, 3)).tolist()
        third = [[move("C", "c", **{f"c{k}": tuple(cells[i][j][k]) for k in range(2)}) for j in range(2)] for i in range(2)]
        inside = move("A", "a", **{f"a{i}": move("B", "b", **{f"b{j}": third[i][j] for j in range(2)}) for i in range(2)})
        solution = subgame_perfect.solve(tree(("A", "B", "C"), move("A", "first", out=(4, 4, 4), **{"in": inside})))
        assert all(equilibrium.certificate.holds for equilibrium in solution.equilibria)
        numbers = {type(p) for equilibrium in solution.equilibria for row in equilibrium.profile for p in row}
        if float in numbers:
            assert not solution.complete
            assert any("known as doubles only" in note for note in solution.notes)
            found += 1
    assert found
