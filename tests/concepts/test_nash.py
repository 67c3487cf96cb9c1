"""Nash equilibria: published games, theory of the pretext ultimatum, where nashpy errs, trees."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from game_trees import chance, move, pretext, tree
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_enumeration import KINDS, plain_extreme_equilibria, random_tables

from negotiation.budget import Budget
from negotiation.concepts import nash
from negotiation.errors import NotApplicableError
from negotiation.exact.components import connected_groups
from negotiation.exact.extreme_equilibria import extreme_equilibria
from negotiation.games.certificate import certify_behaviour
from negotiation.games.extensive_form import Decision, End, ExtensiveFormGame, InformationSet
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.plans import behaviour_of_plans, reduced_normal_form
from negotiation.games.solution import mixed_equilibrium, tree_equilibrium

VALIDATION = Path(__file__).parents[2] / ".." / "shared" / "validation" / "validation.json"

SEXES = np.array([[2, 0], [0, 1]]), np.array([[1, 0], [0, 2]])


def solved(first, second, **options):
    return nash.solve(NormalFormGame.from_payoffs([np.array(first).tolist(), np.array(second).tolist()]), **options)


def profiles(solution):
    return {equilibrium.profile for equilibrium in solution.equilibria}


def said(solution, text):
    return any(text in note for note in solution.notes)


def validation_cases(kind):
    if not VALIDATION.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="no validation cases beside the repository"))]
    return [pytest.param(case, id=case["id"]) for case in json.loads(VALIDATION.read_text()) if case["kind"] == kind]


def rationals(texts):
    return tuple(map(Fraction, texts))


@pytest.mark.parametrize("case", validation_cases("normal_form"))
def test_published_two_player_games(case):
    solution = nash.solve(NormalFormGame.from_payoffs(case["game"]["payoffs"]))
    points = case["expected"]["extreme_equilibria"]
    wanted = {(rationals(point["row"]), rationals(point["col"])): rationals(point["payoffs"]) for point in points}
    assert solution.complete
    assert {equilibrium.profile: equilibrium.payoffs for equilibrium in solution.equilibria} == wanted
    assert len(solution.equilibria) == case["expected"]["n_extreme"]
    assert {equilibrium.regret for equilibrium in solution.equilibria} == {0}
    assert said(solution, "the game is zero-sum") or "value" not in case["expected"]
    if "components" in case["expected"]:
        named = {frozenset(solution.equilibria[number].profile for number in component.equilibria) for component in solution.components}
        assert named == {frozenset(list(wanted)[number] for number in group) for group in case["expected"]["components"]}


@pytest.mark.parametrize("case", validation_cases("normal_form_n"))
def test_published_games_of_more_players(case):
    solution = nash.solve(NormalFormGame.from_payoffs(case["game"]["payoffs"]))
    expected = case["expected"]
    payoffs = {tuple(row[0] for row in equilibrium.profile): equilibrium.payoffs for equilibrium in solution.equilibria}
    assert solution.complete
    assert {equilibrium.regret for equilibrium in solution.equilibria} == {0}
    if "n_equilibria" in expected:
        assert len(solution.equilibria) == expected["n_equilibria"]
        assert set(payoffs) == {rationals(point) for point in expected["first_strategy_probs"]}
    else:
        assert sum(equilibrium.is_pure for equilibrium in solution.equilibria) == expected["n_pure"]
        assert payoffs[(Fraction(expected["symmetric_mixed_volunteer"]),) * 3] == (Fraction(expected["payoff"]),) * 3


@pytest.mark.parametrize("kind", KINDS)
def test_the_exact_list_is_what_is_returned_and_a_difference_from_nashpy_is_said(kind):
    for seed in range(3):
        first, second = random_tables(kind, 500 + seed)
        solution = solved(first, second)
        assert profiles(solution) == plain_extreme_equilibria(first, second)
        assert all(equilibrium.regret == 0 for equilibrium in solution.equilibria)
        assert min(len(first), len(first[0])) == 1 or said(solution, "nashpy (vertex enumeration")


def posture(**changes):
    """theory.md 1.4: rows act and stand, columns accept and refuse."""
    v = {"A_X": 11, "R_X": Fraction(11, 5), "h": 7, "c_X": 4, "f_X": Fraction(1, 2), "v_X": 6, **changes}
    first = [[v["v_X"], v["R_X"]], [v["v_X"], -v["c_X"]]]
    second = [[-v["A_X"], -v["h"]], [-v["A_X"], v["f_X"]]]
    return solved(first, second), (v["A_X"] + v["f_X"]) / (v["h"] + v["f_X"])


def test_posture_game_with_a_costly_concession_has_one_equilibrium():
    solution, t = posture()
    assert t == Fraction(23, 15)
    assert profiles(solution) == {((1, 0), (0, 1))}
    assert solution.components == ()
    assert profiles(posture(R_X=-5)[0]) == {((0, 1), (0, 1))}


def test_posture_game_with_a_cheap_concession_has_a_segment():
    solution, t = posture(A_X=6)
    assert t == Fraction(13, 15)
    assert profiles(solution) == {((1, 0), (1, 0)), ((t, 1 - t), (1, 0))}
    (segment,) = solution.components
    assert segment.intervals == {(0, 0): (t, 1), (0, 1): (0, 1 - t)}
    assert segment.payoffs == ((6, 6), (-6, -6))
    incredible, _ = posture(A_X=6, R_X=-5)
    assert profiles(incredible) == {((0, 1), (0, 1)), ((1, 0), (1, 0)), ((t, 1 - t), (1, 0))}
    assert sorted(len(component.equilibria) for component in incredible.components) == [1, 2]


def test_reduced_form_of_the_pretext_game_has_one_equilibrium():
    """theory.md 1.4: rows SQ, REV, ULT-act, ULT-stand; columns accept, negotiate, refuse."""
    first = [[0, 0, 0], [-2, -2, -2], [6, 0.1, 2.2], [6, 0.1, -4]]
    second = [[0, 0, 0], [-7, -7, -7], [-11, -7.25, -7], [-11, -7.25, 0.5]]
    assert profiles(solved(first, second)) == {((0, 0, 1, 0), (0, 0, 1))}


positive = st.fractions(Fraction(1, 20), 10, max_denominator=20)


@settings(max_examples=60, deadline=None)
@given(st.lists(positive, min_size=8, max_size=8))
def test_spoiling_game_mixes_as_its_closed_form_says(numbers):
    """theory.md 1.5: v_m > r_q, r_X > -c_m, s > n, f > -w_m - n."""
    f, w, n, c, r_q, *gains = numbers
    h, v, s, r = Fraction(7), r_q + gains[0], n + gains[1], -c + gains[2]
    solution = solved([[v, -c], [r_q, r]], [[-w - n, f], [-h + s - n, -h]])
    ultimatum, engage = (f + w + n) / (f + w + s), (r + c) / (r + c + v - r_q)
    assert profiles(solution) == {((1 - ultimatum, ultimatum), (engage, 1 - engage))}


def test_spoiling_game_benchmark():
    (only,) = solved([[1.5, -1.2], [0.1, 2.2]], [[-1.75, 0.5], [-5.25, -7]]).equilibria
    assert only.profile == ((Fraction(7, 16), Fraction(9, 16)), (Fraction(17, 24), Fraction(7, 24)))
    assert only.payoffs == (Fraction("0.7125"), Fraction("-3.71875"))


def test_certificates_stop_when_time_runs_out():
    """All 64 pure profiles are extreme; the clock is spent when the first of them is certified."""
    told = []

    class Clock(Budget):
        @property
        def is_spent(self):
            return "certificates" in told

    solution = solved(np.zeros((8, 8)), np.zeros((8, 8)), budget=Clock(report=lambda *what: told.append(what[0])))
    assert not solution.complete
    assert len(solution.equilibria) == nash.CERTIFIED_ANYWAY
    assert said(solution, "only 20 of the 64 equilibria found were certified")
    assert said(solution, "listed: 20 extreme equilibria, 20 of them pure")


def test_counts_are_said():
    assert said(solved(*SEXES), "3 extreme equilibria, 2 of them pure, in 3 components")
    assert said(solved([[1]], [[1]]), "1 equilibrium, 1 of them pure, in 1 component")


def test_time_limit_gives_something_certified_and_incomplete():
    solution = solved(*np.random.default_rng(2).integers(0, 99, (2, 6, 6)), budget=Budget.of_seconds(0))
    assert not solution.complete
    assert solution.equilibria
    assert all(equilibrium.regret == 0 for equilibrium in solution.equilibria)


@pytest.mark.parametrize(
    ("changes", "pure", "payoffs"),
    [
        ({"pi_X": 0.2, "pi_M": 0.1, "pi_Q": 0.1}, 4, (0, 0)),
        ({"pi_X": 0.45}, 3, (Fraction(3, 2), Fraction(-3, 2))),
        ({"k_X": 1}, 3, (6, -6)),
        ({"v_Q": 4, "w_Q": 2.5, "k_Q": 1, "c_Q": 1}, 4, (3, Fraction(-15, 4))),
        ({}, 3, (Fraction(11, 5), -7)),
        ({"b": 4}, 2, (Fraction(17, 5), -7)),
        ({"b": 4, "k_X": 1, "v_X": 0.5, "v_M": 0.4}, 1, (1, -7)),
        ({"k_M": 7, "pi_M": 0.8}, 3, (Fraction(18, 5), -7)),
        ({"v_X": 2}, 3, (Fraction(11, 5), -7)),
        ({"k_X": 1, "pi_X": 0.2}, 5, (6, -6)),
    ],
)
def test_pretext_calibrations_have_the_pure_equilibria_of_the_table(changes, pure, payoffs):
    """theory.md 1.3."""
    solution = nash.solve(pretext(**changes))
    assert solution.complete
    assert sum(equilibrium.is_pure for equilibrium in solution.equilibria) == pure
    assert said(solution, f"{pure} of them pure")
    assert payoffs in {equilibrium.payoffs for equilibrium in solution.equilibria}


def test_in_a_tree_a_component_varies_only_where_choices_matter():
    """Entry deterrence: staying out is held up by any threat of at least one half; the threat is off the path."""
    game = tree(
        ("entrant", "incumbent"), move("entrant", "start", out=(0, 2), enter=move("incumbent", "entered", fight=(-1, -1), yield_=(1, 1)))
    )
    solution = nash.solve(game)
    held, open_ = solution.components
    assert held.intervals == {(1, 0): (Fraction(1, 2), 1), (1, 1): (0, Fraction(1, 2))}
    assert held.outcomes == {"end 1": (1, 1)}
    assert open_.intervals == {}
    assert [equilibrium.path for equilibrium in solution.equilibria] == [("out",), ("out",), ("enter", "yield_")]


def test_at_sets_that_their_player_never_reaches_the_first_action_stands():
    game = tree(("A",), move("A", "start", stop=(1,), go=move("A", "later", left=(0,), right=(0,))))
    (only,) = nash.solve(game).equilibria
    assert only.free == {1}
    assert only.profile == ((1, 0), (1, 0))
    assert only.is_pure


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_mixtures_of_plans_in_a_piece_stay_within_the_intervals_of_its_component(seed, random):
    game = random_tree(seed)
    solution = nash.solve(game)
    reduced = reduced_normal_form(game)
    profiles_of_plans = extreme_equilibria(reduced.game).profiles
    listed = {equilibrium.profile: number for number, equilibrium in enumerate(solution.equilibria)}
    for group in connected_groups(profiles_of_plans):
        plans = [profiles_of_plans[number] for number in random.choice(group.pieces)]
        weights = [Fraction(random.randint(1, 9)) for _ in plans]
        mixed = tuple(
            tuple(sum(w * own[place] for w, own in zip(weights, rows, strict=True)) / sum(weights) for place in range(len(rows[0])))
            for rows in zip(*plans, strict=True)
        )
        behaviour, free = behaviour_of_plans(reduced, mixed)
        found = tree_equilibrium(game, behaviour, certify_behaviour(game, behaviour), free=free)
        assert found.regret == 0
        place = listed[behaviour_of_plans(reduced, plans[0])[0]]
        component = next((c for c in solution.components if place in c.equilibria), None)
        if component is not None:
            check_within(found, component)


def check_within(found, component):
    assert all(low <= payoff <= high for payoff, (low, high) in zip(found.payoffs, component.payoffs, strict=True))
    assert all(low <= found.outcomes.get(name, 0) <= high for name, (low, high) in component.outcomes.items())
    for (row, action), (low, high) in component.intervals.items():
        assert row in found.free or low <= found.profile[row][action] <= high


def test_plans_that_behave_alike_are_one_equilibrium():
    """Nature picks one of two matters that do not matter: four plans of one player, and two extreme behaviours for each."""
    indifferent = dict.fromkeys(("yes", "no"), (0, 0))
    game = tree(("A", "B"), chance(rain=("1/2", move("A", "rain", **indifferent)), sun=("1/2", move("A", "sun", **indifferent))))
    solution = nash.solve(game)
    assert len(solution.equilibria) == 4
    (component,) = solution.components
    assert component.intervals == {(row, action): (0, 1) for row in (0, 1) for action in (0, 1)}


def test_mixtures_of_plans_that_behave_alike_are_counted():
    game = pretext(k_X=1)
    solution = nash.solve(game)
    assert len(extreme_equilibria(reduced_normal_form(game).game).profiles) == 30
    assert len(solution.equilibria) == 26
    assert said(solution, "26 extreme equilibria, 3 of them pure, in 2 components")
    assert said(solution, "left out: 4 mixtures of plans with the same behaviour in the tree as one that is listed")


def random_tree(seed):
    """A random tree of two players with simultaneous and sequential moves and ties."""
    generator = np.random.default_rng(seed)

    def payoffs():
        return tuple(int(x) for x in generator.integers(-2, 3, 2))

    def replies(place):
        return move("B", place, left=payoffs(), right=payoffs())

    hidden = {name: move("B", "unseen", left=payoffs(), right=payoffs()) for name in ("up", "down")}
    later = move("A", "again", stop=payoffs(), go=replies("after go"))
    return tree(("A", "B"), move("A", "start", **hidden, on=later))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_equilibria_of_trees_are_those_of_the_reduced_normal_form(seed):
    game = random_tree(seed)
    solution = nash.solve(game)
    form = reduced_normal_form(game).game
    expected = plain_extreme_equilibria(*(table.tolist() for table in form.exact_payoffs))
    assert solution.complete
    assert {equilibrium.payoffs for equilibrium in solution.equilibria} == {mixed_equilibrium(form, pair).payoffs for pair in expected}
    assert len(solution.equilibria) <= len(expected)
    assert {(equilibrium.regret, equilibrium.certificate.condition) for equilibrium in solution.equilibria} == {(0, "nash")}
    assert all(set(piece) <= set(component.equilibria) for component in solution.components for piece in component.pieces)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_at_free_sets_any_behaviour_gives_an_equilibrium(seed):
    game = random_tree(seed)
    for equilibrium in nash.solve(game).equilibria:
        for place in equilibrium.free:
            size = len(game.information_sets[place].actions)
            other = tuple(
                tuple(Fraction(int(action == size - 1)) for action in range(size)) if row == place else probabilities
                for row, probabilities in enumerate(equilibrium.profile)
            )
            assert certify_behaviour(game, other).regret == 0


def test_a_tree_with_too_many_plans_is_refused_with_advice():
    count = 25  # 2^25 plans of B
    sets = [
        InformationSet("start", 0, tuple(map(str, range(count)))),
        *(InformationSet(f"after {k}", 1, ("yes", "no")) for k in range(count)),
    ]
    middle = [Decision(1 + k, (1 + count + 2 * k, 2 + count + 2 * k)) for k in range(count)]
    ends = [End("end", (Fraction(0), Fraction(0)))] * (2 * count)
    game = ExtensiveFormGame(("A", "B"), tuple(sets), (Decision(0, tuple(range(1, count + 1))), *middle, *ends))
    with pytest.raises(NotApplicableError, match="would be 25 x 33554432: too large; use a concept that works on the tree"):
        nash.solve(game)


def test_seltens_horse_as_a_tree():
    """Selten (1975): (1, 1, 1) while player 3 keeps to a quarter; (3, 2, 2) while player 2 would go down with two thirds at most."""
    game = tree(
        ("1", "2", "3"),
        move(
            "1", "first",
            D=move("3", "third", L=(3, 2, 2), R=(0, 0, 0)),
            C=move("2", "second", d=move("3", "third", L=(4, 4, 0), R=(0, 0, 1)), c=(1, 1, 1)),
        ),
    )  # fmt: skip
    solution = nash.solve(game)
    assert solution.complete
    places = [place.name for place in game.information_sets]
    second, third = places.index("second"), places.index("third")
    intervals = {component.payoffs[0][0]: component.intervals for component in solution.components}
    assert intervals[1] == {(third, 0): (0, Fraction(1, 4)), (third, 1): (Fraction(3, 4), 1)}
    assert intervals[3] == {(second, 0): (0, Fraction(2, 3)), (second, 1): (Fraction(1, 3), 1)}


def test_open_supports_are_named_and_the_solution_is_not_called_complete():
    """Nau, Gomez Canovas and Hansen (2004), section 5: a curve of completely mixed equilibria."""
    curve = [[[[0, 1], [0, 0]], [[3, 0], [0, 0]]], [[[0, 1], [3, 0]], [[0, 0], [0, 0]]], [[[2, 0], [0, 0]], [[0, 0], [0, 3]]]]
    solution = nash.solve(NormalFormGame.from_payoffs(curve, players=("A", "B", "C")))
    assert not solution.complete
    assert said(solution, "open are the supports A: 1 or 2, B: 1 or 2, C: 1 or 2")
    assert said(solution, "listed: 5 equilibria, 3 of them pure")


def test_one_player_may_mix_whatever_is_best_for_him():
    """Nobody else moves: the equilibria are all mixtures of the best strategies, one piece."""
    solution = nash.solve(NormalFormGame.from_payoffs([[1, 5, 5, 2]], players=("A",)))
    assert solution.complete
    assert [equilibrium.profile for equilibrium in solution.equilibria] == [((0, 1, 0, 0),), ((0, 0, 1, 0),)]
    (component,) = solution.components
    assert component.equilibria == (0, 1)
    assert component.intervals == {(0, 1): (0, 1), (0, 2): (0, 1)}
