"""The checker's own arithmetic against the certificates of games/, on random trees and matrices and arbitrary profiles."""

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_play import random_mixture, random_tree

from negotiation.games.certificate import bayes_beliefs, certify_behaviour, certify_mixed, certify_sequential, certify_subgames
from negotiation.games.extensive_form import Decision, End, ExtensiveFormGame, InformationSet
from negotiation.games.normal_form import NormalFormGame
from negotiation.verify.recomputation import (
    bayes,
    logit_distance,
    nash_inequalities,
    obedience_inequalities,
    sequential_inequalities,
    subgame_inequalities,
)


def sides(items):
    return [(item.player, item.place, item.alternative, item.value, item.alternative_value, item.slack) for item in items]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 3))
def test_inequalities_of_random_trees_are_those_of_the_certificates(seed, players):
    generator = np.random.default_rng(seed)
    game = random_tree(generator, depth=int(generator.integers(1, 6)), players=players)
    rows = tuple(random_mixture(generator, len(place.actions)) for place in game.information_sets)
    beliefs = tuple(random_mixture(generator, len(nodes)) for nodes in game.members)
    assert sides(nash_inequalities(game, rows)) == sides(certify_behaviour(game, rows).incentives)
    assert sides(subgame_inequalities(game, rows)) == sides(certify_subgames(game, rows).incentives)
    assert sides(sequential_inequalities(game, rows, beliefs)) == sides(certify_sequential(game, rows, beliefs).incentives)
    assert bayes(game, rows) == bayes_beliefs(game, rows)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 3))
def test_inequalities_of_random_matrices_are_those_of_the_certificates(seed, players):
    generator = np.random.default_rng(seed)
    shape = tuple(generator.integers(1, 4, players))
    game = NormalFormGame.from_payoffs(generator.integers(-3, 4, (players, *shape)).tolist())
    rows = tuple(random_mixture(generator, size) for size in shape)
    assert sides(nash_inequalities(game, rows)) == sides(certify_mixed(game, rows).incentives)


def test_the_uniform_recommendation_of_chicken_is_obeyed_with_slack_zero_and_a_third():
    """Aumann (1974): told to yield, obeying earns 8/3 and daring 7/3; told to dare, 7/3 and 6/3."""
    chicken = NormalFormGame.from_payoffs([[[6, 2], [7, 0]], [[6, 7], [2, 0]]], strategies=[("yield", "dare")] * 2)
    third = Fraction(1, 3)
    found = obedience_inequalities(chicken, {(0, 0): third, (0, 1): third, (1, 0): third})
    assert [(item.player, item.place, item.slack) for item in found] == [
        ("row", "told yield", third), ("row", "told dare", third), ("column", "told yield", third), ("column", "told dare", third),
    ]  # fmt: skip


def test_a_logit_response_of_one_decision_is_the_logistic_function():
    game = ExtensiveFormGame(
        ("A",), (InformationSet("start", 0, ("up", "down")),), (Decision(0, (1, 2)), End("u", (Fraction(1),)), End("d", (Fraction(0),)))
    )
    up = Fraction(1 / (1 + np.exp(-2.0)))
    assert logit_distance(game, ((up, 1 - up),), ((Fraction(1),),), Fraction(2)) < 1e-15
    off = up + Fraction(1, 1000)
    assert abs(logit_distance(game, ((off, 1 - off),), ((Fraction(1),),), Fraction(2)) - 1e-3) < 1e-12
