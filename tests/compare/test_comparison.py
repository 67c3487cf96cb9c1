"""Answers side by side: what corresponds, what is enough to explain a change, and play carried to the other game."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import FOLDER, scenario

import negotiation
from negotiation.comparing.comparison import compare
from negotiation.comparing.distance import variation
from negotiation.comparing.sides import Theory, side
from negotiation.errors import ParameterError, UnknownNameError
from negotiation.scenario.scenario import loads
from negotiation.solving import solve

TWO_SWITCHES = """\
negotiation: 1
title: Either switch will do
players: {one: One, two: Two}
parameters:
  left:  {value: 0, range: [0, 1], about: the left switch}
  right: {value: 0, range: [0, 1], about: the right switch}
  idle:  {value: 0, range: [0, 1], about: nothing}
game: {player: one, actions: {wait: quiet, act: acted}}
outcomes:
  quiet: {one: 0.5, two: 0}
  acted: {one: "FORMULA", two: idle}
readings: {peace: wait, war: act}
variants: {on: {left: 1, right: 1, idle: 1}}
"""


def switches(formula):
    return loads(TWO_SWITCHES.replace("FORMULA", formula))


def change(*things, **points):
    """The one change of a comparison of two sides."""
    (found,) = compare(*things, **points).changes
    return found


def test_pi_x_alone_takes_the_flagship_from_a_modest_bargain_to_a_pretext():
    """theory.md 1.3: variants B and E differ in pi_X alone; R_X is 1.15 in B, below v_M = 1.5, and 2.2 in E."""
    found = compare(scenario("pretext"), variants=["B", "E"])
    (only,) = found.changes
    assert [each.plays[0].reading for each in found.sides] == ["modest bargain", "causal pretext"]
    assert [(each.name, each.first, each.second) for each in only.differences] == [("pi_X", Fraction(9, 20), Fraction(3, 5))]
    assert only.what == "reading"
    assert only.explanation.sets == (("pi_X",),)
    assert only.explanation.complete
    assert only.explanation.needed == {"pi_X"}
    # Playing B's modest demand in E's game forgoes R_X - v_M = 2.2 - 1.5; E's ultimatum in B's game brings R_X = 1.15.
    assert only.there[0].gains == {"challenger": Fraction(7, 10), "target": 0}
    assert only.back[0].payoffs == {"challenger": Fraction(23, 20), "target": -7}
    assert only.back[0].gains == {"challenger": Fraction(7, 20), "target": 0}
    # The challenger's payoffs in E run from -4 to 6.
    assert only.there[0].regret == Fraction(7, 100)


@pytest.mark.parametrize(
    ("formula", "sets"),
    [
        ("max(left, right)", (("left",), ("right",))),
        ("min(left, right)", (("left", "right"),)),
        ("left", (("left",),)),
        ("min(left, right, idle)", (("left", "right", "idle"),)),
        ("max(left, min(right, idle))", (("left",), ("right", "idle"))),
    ],
)
def test_the_minimal_sets_are_those_of_the_formula(formula, sets):
    """Acting pays once its formula is 1: the minimal sets are the prime implicants of the formula."""
    found = change(switches(formula), variants=["on"]).explanation
    assert found.sets == sets
    assert found.complete


def test_what_is_needed_is_in_every_minimal_set():
    found = change(switches("min(left, max(right, idle))"), variants=["on"]).explanation
    assert found.sets == (("left", "right"), ("left", "idle"))
    assert found.needed == {"left"}


def test_a_bound_on_the_search_is_told_and_nothing_is_implied_beyond_it():
    found = change(switches("min(left, right)"), variants=["on"], most_solves=3).explanation
    assert (found.searched, found.solves, found.sets) == (1, 3, ())
    assert not found.complete
    assert found.needed == frozenset()
    nothing = change(switches("min(left, right)"), variants=["on"], most_solves=0).explanation
    assert (nothing.searched, nothing.solves) == (0, 0)


def test_values_without_a_game_are_counted():
    """Moving the left switch alone divides by zero, so it is not known whether more sets are enough."""
    found = change(switches("idle / (1 - left + right)"), variants=["on"]).explanation
    assert found.sets == (("idle",),)
    assert found.without_answer == 1
    assert not found.complete


@pytest.mark.parametrize(("first", "second"), [("D", "G"), ("A", "H"), ("C2", "F"), ("H", "B")])
def test_the_minimal_sets_of_the_flagship_by_trying_all_subsets(first, second):
    """A plain search through all subsets, with the reading of backward induction, finds the same sets."""
    crisis = scenario("pretext")
    start, end = crisis.values(first), crisis.values(second)
    names = [name for name in start if start[name] != end[name]]

    def reading(chosen):
        (found,) = solve(crisis.game(**{**start, **{name: end[name] for name in chosen}})).equilibria
        return found.reading

    subsets = [chosen for size in range(1, len(names) + 1) for chosen in combinations(names, size)]
    enough = [chosen for chosen in subsets if reading(chosen) == reading(names)]
    minimal = {chosen for chosen in enough if not any(set(other) < set(chosen) for other in enough)}
    found = change(crisis, variants=[first, second]).explanation
    assert set(found.sets) == minimal
    assert len(found.sets) == len(minimal)


def test_a_changed_course_with_the_same_reading_is_explained_as_well():
    """theory.md 2.1: the bargain over a divisible issue keeps its name when the accepted demand grows."""
    found = change(scenario("demand_size"), variants=["2a-I"], settings=[{}, {"c_T": Fraction(2, 5)}])
    assert found.what == "course of play"
    assert found.explanation.sets == (("c_T",),)


def test_rival_theories_of_one_game():
    """theory.md 1.3: the base game has Nash equilibria with a modest bargain, which backward induction rules out."""
    found = compare(scenario("pretext"), concepts=["nash", "subgame_perfect"])
    (only,) = found.changes
    assert [pair.how for pair in only.correspondences] == ["vanishes", "same play"]
    assert only.explanation is None
    assert "The game is the same: the theory alone makes the difference." in only.cannot
    # Play of a Nash equilibrium stays one in the same game.
    assert all(each.stays == each.carried and each.regret == 0 for each in (*only.there, *only.back))


def test_logit_play_is_paired_with_the_nearest_equilibrium():
    """At precision 5 each logit equilibrium of the stag hunt lies by one of its three Nash equilibria."""
    found = change(scenario("stag_hunt"), concepts=["nash", Theory("quantal_response", {"precision": 5.0})])
    assert [pair.how for pair in found.correspondences] == ["nearest play"] * 3
    assert max(float(pair.play_distance) for pair in found.correspondences) < 0.1


def test_likelier_types_are_not_another_play():
    """Both types wait in both games; only the prior differs."""
    found = change(scenario("audience"), variants=["3-I", "3-II"])
    quiet = [pair for pair in found.correspondences if pair.how == "same play"]
    assert len(quiet) == 1
    assert any("depend on what an audience believes" in line for line in found.cannot)


def test_games_of_another_shape_are_compared_as_far_as_they_can_be():
    found = compare(scenario("pretext"), scenario("chicken"))
    (only,) = found.changes
    assert only.there == only.back == ()
    assert only.explanation is None
    assert any(line.startswith("Players of one side only: challenger (pretext), target (pretext), ") for line in only.cannot)
    assert any("the games differ in shape" in line for line in only.cannot)
    assert {each.second is None for each in only.differences} == {True, False}


def test_other_strategies_in_a_matrix_cannot_be_carried_over():
    found = change(scenario("chicken"), scenario("prisoners_dilemma"))
    assert any("row has other strategies in prisoners_dilemma" in line for line in found.cannot)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=8, max_size=8), st.lists(st.integers(-5, 5), min_size=8, max_size=8))
def test_regret_in_the_other_matrix_by_hand(first, second):
    """The gain of each player in the second game from his best reply to the play of the first, computed with numpy."""
    one, two = (negotiation.NormalFormGame.from_payoffs(np.array(each).reshape(2, 2, 2)) for each in (first, second))
    found = compare(one, two, concepts=["nash"])
    row_payoffs, column_payoffs = np.array(second, dtype=float).reshape(2, 2, 2)
    for play, carried in zip(found.sides[0].plays, found.changes[0].there, strict=True):
        gains = []
        for held in play.members:
            row, column = (np.array([float(p) for p in each.values()]) for each in held.behaviour.values())
            to_row, to_column = row_payoffs @ column, row @ column_payoffs
            gains.append((to_row.max() - row @ to_row, to_column.max() - to_column @ column))
        assert any(np.allclose(list(map(float, carried.gains.values())), each, atol=1e-12) for each in gains)
        assert carried.stays == sum(max(each) < 1e-9 for each in gains)


def expected(game, rows, node=0):
    """What each player expects from a node on, by plain recursion; ``rows`` has the probabilities of actions by (player, set)."""
    here = game.nodes[node]
    if hasattr(here, "payoffs"):
        return here.payoffs
    if hasattr(here, "probabilities"):
        chances = here.probabilities
    else:
        place = game.information_sets[here.information_set]
        chances = [rows[game.players[place.player], place.name].get(action, 0) for action in place.actions]
    worth = [expected(game, rows, child) for child in here.children]
    return tuple(sum(chance * each[player] for chance, each in zip(chances, worth, strict=True)) for player in range(len(game.players)))


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("pretext", {"pi_X": "0.45"}, {"k_X": 1}),
        ("pretext", {"v_Q": 4, "c_Q": 1}, {"b": 4}),
        ("beer_quiche", {}, None),
        ("entry_deterrence", {}, None),
    ],
)
def test_regret_in_the_other_tree_by_trying_all_plans(name, first, second):
    """Each player's best pure plan against the others' carried play, found by trying every plan; names carry play over, also types'."""
    crisis = scenario(name)
    other = second if second is not None else moved(crisis)
    found = compare(crisis, settings=[first, other])
    target = found.sides[1].game
    for play, carried in zip(found.sides[0].plays, found.changes[0].there, strict=True):
        assert any(gains_by_plans(target, dict(held.behaviour)) == carried.gains for held in play.members)


def moved(crisis):
    """Values half way from each parameter's own to the top of its range."""
    return {name: (each.value + each.range[1]) / 2 for name, each in list(crisis.parameters.items())[:2]}


def gains_by_plans(game, rows):
    now = expected(game, rows)
    found = {}
    for player, name in enumerate(game.players):
        own = [((name, place.name), place.actions) for place in game.information_sets if place.player == player]
        plans = product(*(actions for _, actions in own))
        worth = [
            expected(game, {**rows, **{key: {chosen: 1} for (key, _), chosen in zip(own, plan, strict=True)}})[player] for plan in plans
        ]
        found[name] = max(worth) - now[player]
    return found


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=8, max_size=8), st.lists(st.integers(-3, 3), min_size=8, max_size=8))
def test_every_play_of_both_sides_stands_in_the_correspondences_once(first, second):
    one, two = (negotiation.NormalFormGame.from_payoffs(np.array(each).reshape(2, 2, 2)) for each in (first, second))
    found = compare(one, two)
    pairs = found.changes[0].correspondences
    assert sorted(pair.first for pair in pairs if pair.first is not None) == list(range(len(found.sides[0].plays)))
    assert sorted(pair.second for pair in pairs if pair.second is not None) == list(range(len(found.sides[1].plays)))
    for pair in pairs:
        if pair.first is None or pair.second is None:
            continue
        same = found.sides[0].plays[pair.first].members[0].histories == found.sides[1].plays[pair.second].members[0].histories
        assert (pair.how == "same play") == same
    # A pure play that both sides have is never paired with another one.
    shared = [
        play
        for play in found.sides[0].plays
        if any(play.course == other.course and len(play.course) == 1 for other in found.sides[1].plays)
    ]
    assert sum(pair.how == "same play" for pair in pairs) >= len(shared)


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9), min_size=1),
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9), min_size=1),
)
def test_distance_of_distributions(first, second):
    """Total variation: 0 for the same, 1 for disjoint supports, symmetric, and the largest difference over all events."""
    one, two = ({key: Fraction(weight, sum(each.values())) for key, weight in each.items()} for each in (first, second))
    assert variation(one, one) == 0
    assert variation(one, two) == variation(two, one)
    events = [event for size in range(5) for event in combinations("abcd", size)]
    assert variation(one, two) == max(sum(one.get(key, 0) - two.get(key, 0) for key in event) for event in events)
    assert (variation(one, two) == 1) == (not set(one) & set(two))


def test_a_side_compared_with_itself_has_not_changed():
    for name in ("pretext", "beer_quiche", "chicken", "two_sided"):
        found = change(scenario(name), scenario(name))
        assert found.what is None
        assert {pair.how for pair in found.correspondences} == {"same play"}
        assert all(each.stays == each.carried for each in (*found.there, *found.back))


def test_one_alternative_is_compared_with_the_file_as_it_stands():
    found = compare(FOLDER / "pretext.yaml", settings=[{"pi_X": "0.45"}])
    assert [each.label for each in found.sides] == ["the file's values", "pi_X = 0.45"]


def test_every_combination_is_a_side():
    found = compare(scenario("pretext"), variants=["B", "E"], concepts=["nash", "subgame_perfect"])
    assert [each.label for each in found.sides] == [
        "variant 'B', nash",
        "variant 'B', subgame perfect",
        "variant 'E', nash",
        "variant 'E', subgame perfect",
    ]
    assert len(found.changes) == 3


@pytest.mark.parametrize(
    ("things", "points", "message"),
    [
        (["pretext"], {}, "there is nothing to compare with: name another file, variant"),
        (["pretext"], {"variants": ["Z"]}, "has no variant 'Z'"),
        (["pretext"], {"settings": [{"pi": 0.5}]}, "has no parameter 'pi'; did you mean 'pi_X'"),
    ],
)
def test_mistakes_say_what_there_is(things, points, message):
    with pytest.raises(ParameterError, match=message):
        compare(*map(scenario, things), **points)


def test_an_unknown_theory():
    with pytest.raises(UnknownNameError, match="there is no concept 'nsh'; did you mean 'nash'"):
        compare(scenario("pretext"), concepts=["nash", "nsh"])


def test_variants_need_a_scenario():
    answer = solve(scenario("pretext").game())
    with pytest.raises(ParameterError, match="variants and settings belong to scenario files, and none is given"):
        compare(answer, answer, variants=["B"])


def test_solutions_are_compared_without_their_files():
    found = change(solve(scenario("pretext").game("B")), solve(scenario("pretext").game("E")))
    assert found.what == "reading"
    assert found.explanation is None
    assert found.there[0].gains["challenger"] == Fraction(7, 10)


def test_the_table_has_one_row_for_each_play():
    found = compare(scenario("chicken"), scenario("prisoners_dilemma"))
    table = found.to_dataframe()
    assert list(table["side"]) == ["chicken"] * 3 + ["prisoners_dilemma"]
    assert list(table["welfare"]) == pytest.approx([9, 28 / 3, 9, 2])
    assert table["how"].iloc[-1] == "nearest behaviour"
    theories = compare(scenario("stag_hunt"), concepts=["nash", "correlated"]).to_dataframe()
    assert list(theories["concept"]) == ["nash"] * 3 + ["correlated"]
    assert theories["reading"].isna().iloc[-1]


def test_a_notebook_shows_the_table_and_what_explains_the_change():
    shown = compare(scenario("pretext"), variants=["B", "E"])._repr_html_()
    assert "<td>modest demand &gt; accept</td>" in shown
    assert "another reading; enough to explain it: pi_X" in shown


def test_the_welfare_of_a_play_is_the_sum_of_its_payoffs():
    (play,) = side(solve(scenario("pretext").game())).plays
    assert play.welfare == Fraction(11, 5) - 7
