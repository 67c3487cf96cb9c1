"""What the solvers return for random games is verified, components and beliefs included; and agreed on by the package's readers."""

import json

import numpy as np
from game_trees import chance, move, tree
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_play import random_tree

from negotiation.budget import Budget
from negotiation.certificates.document import certificate_document
from negotiation.concepts import correlated, nash, quantal_response, rationalizable, sequential, subgame_perfect
from negotiation.errors import NotApplicableError, SolverError
from negotiation.games.normal_form import NormalFormGame
from negotiation.verify.verification import verify_text


def failures(*solutions):
    """The failed checks of the certificate of some solutions, after a way through JSON."""
    return verify_text(json.dumps(certificate_document(solutions))).failures


def random_matrix(seed, players, largest=4, values=4):
    generator = np.random.default_rng(seed)
    shape = tuple(generator.integers(1, largest + 1, players))
    return NormalFormGame.from_payoffs(generator.integers(0, values, (players, *shape)).tolist())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([2, 3, 10]))
def test_all_equilibria_of_two_players_and_their_components(seed, values):
    game = random_matrix(seed, 2, values=values)
    assert failures(nash.solve(game), correlated.solve(game), rationalizable.solve(game)) == ()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([3, 50]))
def test_equilibria_of_three_players(seed, values):
    """Mixed equilibria of three players are mostly irrational, so these are profiles in doubles."""
    assert failures(nash.solve(random_matrix(seed, 3, largest=2, values=values))) == ()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_equilibria_of_random_trees_of_each_kind(seed):
    game = random_tree(np.random.default_rng(seed), depth=3)
    assume(game.information_sets)
    solutions = []
    for concept in (nash, subgame_perfect, sequential):
        try:
            solutions.append(concept.solve(game, budget=Budget.of_seconds(2)))
        except (NotApplicableError, SolverError):
            continue
    assume(solutions)
    assert failures(*solutions) == ()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([0.0, 0.3, 2.0]))
def test_logit_equilibria(seed, precision):
    game = random_tree(np.random.default_rng(seed), depth=3)
    assume(game.information_sets)
    assert failures(quantal_response.solve(game, precision=precision)) == ()


def test_logit_behaviour_that_chance_rules_out_is_left_open():
    """Found by the test above: three actions at a set behind a chance of 0 are uniform, which is no logit response, and need not be."""
    hidden = {name: (0, move("B", "unsure", l=(1, 2), m=(0, 0), r=(3, 1))) for name in ("x", "y")}
    game = tree(("A", "B"), chance(**hidden, z=(1, move("A", "on", a=(1, 0), b=(0, 0)))))
    solution = quantal_response.solve(game, precision=1.0)
    assert failures(solution) == ()
    document = certificate_document([solution])
    assert document["solutions"][0]["equilibria"][0]["free"] == [["B", "unsure"]]
